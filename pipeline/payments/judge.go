package payments

import "slices"

// Ledger is all that is known of the payments of all periods.
type Ledger struct {
	Payments []Payment
	Exports  []Export // by period and number
	Scans    []Scan   // by period and number
	Returns  []Return
}

// Judge tells where each payment stands and what each transfer is. The same
// ledger always gives the same answer, and so does one whose scans list their
// transfers in another order.
//
//	exports ─► givens ──────┐
//	scans ───► sightings ───┼─► settlements ─► strays ─► standings
//	scans' own settlements ─┘
//
// Where entries leave room for more than one reading, it takes the one that lets
// less money out: a transfer that could be a payment's keeps that payment from
// being given out again.
func (l *Ledger) Judge() *Judgement {
	j := &judge{ledger: l}
	j.readPayments()
	j.readExports()
	j.readScans()
	j.pinRecorded()
	j.indexTransfers()

	// Final blocks first, and by themselves: what follows from them holds
	// whatever becomes of the newer blocks.
	j.settle(func(s *sighting) bool { return s.final && s.presence == present })
	final := j.settled()
	j.settle(func(s *sighting) bool { return s.presence != gone })

	judgement := &Judgement{Strays: j.strays(), byID: j.byID, final: final}
	j.readCoverage()
	for i := range j.payments {
		judgement.Standings = append(judgement.Standings, j.standing(i))
	}
	return judgement
}

// judge is one judgement in the making. Payments, batches and sightings are
// named by their index.
type judge struct {
	ledger    *Ledger
	payments  []payment // as Ledger.Payments
	byID      map[string]int
	bySum     map[sumTo][]int    // payments
	byWallet  map[walletOn][]int // payments
	batches   []batch            // by time, period, number and place in the export
	sightings []sighting         // by time, chain, block and transaction
	groups    []group            // of sightings that only differ in transaction and time
	stale     []int              // groups that something new is known of
	whole     []transaction      // transactions that equal a batch
	bySigns   map[string][]int   // batches by what they pay
	seen      map[account][]coverage
}

// none stands for no payment, batch or sighting.
const none = -1

// payment is what the judgement knows of one payment.
type payment struct {
	*Payment
	given    []Given // by time
	batches  []int   // of given
	returned *Return
	by       int   // the sighting that settles it
	void     int   // a sighting that a scan recorded for it, and that is gone
	touch    touch // what transfers make of it that don't settle it
	others   []int // sightings that touch it
	fits     bool  // a wrong amount is the sum of all payments it could be for
	hand     []int // of others, those that equal it and came before it was given out
	from     []reach
	groups   []int // of sightings that may settle it
}

// touch is how a transfer that does not settle a payment keeps it back. The
// greatest one tells the state.
type touch int

const (
	untouched touch = iota
	otherChain
	otherAmount
	perhapsIts
)

// sumTo and walletOn find payments.
type sumTo struct{ to, units string }

type walletOn struct {
	chain int64
	to    string
}

func (j *judge) readPayments() {
	n := len(j.ledger.Payments)
	j.payments = make([]payment, n)
	j.byID = make(map[string]int, n)
	j.bySum = make(map[sumTo][]int, n)
	j.byWallet = make(map[walletOn][]int, n)
	for i := range j.ledger.Payments {
		p := &j.ledger.Payments[i]
		j.payments[i] = payment{Payment: p, by: none, void: none}
		j.byID[p.ID] = i
		sum, wallet := sumTo{p.Wallet, p.Units}, walletOn{p.ChainID, p.Wallet}
		j.bySum[sum] = append(j.bySum[sum], i)
		j.byWallet[wallet] = append(j.byWallet[wallet], i)
	}
	for i := range j.ledger.Returns {
		r := &j.ledger.Returns[i]
		if p, known := j.byID[r.PaymentID]; known && j.payments[p].returned == nil {
			j.payments[p].returned = r
		}
	}
}

// open tells whether a payment still waits for a transfer.
func (p *payment) open() bool { return p.by == none && p.returned == nil }

// settled lists all settlements found so far, in the ledger's order.
func (j *judge) settled() []Settled {
	var list []Settled
	for i := range j.payments {
		if p := &j.payments[i]; p.by != none {
			list = append(list, Settled{p.ID, j.sightings[p.by].Transfer})
		}
	}
	return list
}

// ids names payments.
func (j *judge) ids(payments []int) []string {
	slices.Sort(payments)
	var ids []string
	for _, p := range slices.Compact(payments) {
		ids = append(ids, j.payments[p].ID)
	}
	return ids
}
