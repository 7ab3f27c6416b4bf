package payments

import (
	"time"

	"fleetpay/rules"
)

// ClockMargin is how far the clock that dates exports and the chain's clock may
// differ. A transfer that comes before an export by no more than this is never
// taken for a payment of it, and yet it blocks that payment until another
// transfer settles it. So does one, from whatever Safe, that comes before the close by
// no more than this: it may have been paid by hand. So a scan begins there.
const ClockMargin = 24 * time.Hour

// State is where a payment stands.
type State string

// The states of a payment. Only StateOpen and StateMissing can be given out or
// returned.
const (
	StateOpen            State = "open"              // never given out
	StateExported        State = "exported"          // given out; no scan has seen past the export yet
	StateMissing         State = "missing"           // given out; a scan of all of its time does not show it
	StateSettled         State = "settled"           // exactly one transfer settles it
	StateAmbiguous       State = "ambiguous"         // a transfer may be its, or another's
	StateWrongAmount     State = "wrong-amount"      // the payee got something that is not this sum
	StateWrongChain      State = "wrong-chain"       // the payee got this sum on another chain
	StateVanished        State = "vanished"          // what settled it is not in a newer scan
	StateReturned        State = "returned"          // a closed period restores its sum; barred for good
	StatePaidAfterReturn State = "paid-after-return" // returned, and yet a transfer pays it
)

// StrayKind says what a transfer is that settles no payment.
type StrayKind string

// The kinds of strays.
const (
	StrayDust            StrayKind = "dust"              // 0 units: anybody can have it sent in the Safe's name
	StrayAmbiguous       StrayKind = "ambiguous"         // one of several payments, or of one that it comes before
	StrayPaidTwice       StrayKind = "paid-twice"        // equals a payment that another transfer settles
	StrayPaidAfterReturn StrayKind = "paid-after-return" // pays a returned payment
	StrayWrongAmount     StrayKind = "wrong-amount"      // to a payee who waits for another sum
	StrayWrongChain      StrayKind = "wrong-chain"       // to a payee who waits for this sum on another chain
	StrayExtra           StrayKind = "extra"             // nothing explains it
)

// Given is one place in one export where a payment was given out.
type Given struct {
	Period   rules.Period
	Number   int // of the export in its period
	At       time.Time
	File     string // safe-base-001.json
	Position int    // in the file, from 1
	Safe     string // lower case
}

// Standing is where one payment stands, and what that rests on.
type Standing struct {
	Payment     Payment
	State       State
	Given       []Given    // by time
	Transfer    *Transfer  // that settles it; also of StateVanished and StatePaidAfterReturn
	Others      []Transfer // that touch it: paid it twice, of a wrong sum or chain, perhaps its own
	Returned    *Return
	CanChange   bool      // Transfer was last seen among the newest blocks, which can still change
	SeenThrough time.Time // the latest instant up to which scans saw all of its time; zero if none did
	Why         string    // one sentence for people

	mend    string // what makes a wrong sum good
	explain string // the command that says that people have dealt with the transfers that touch it; "" when there is none
}

// Stray is a transfer that settles no payment, or one that must not be made.
type Stray struct {
	Transfer   Transfer
	Kind       StrayKind
	PaymentIDs []string // that it may have to do with, in the order of the ledger
	Why        string   // one sentence for people

	// In is the month whose settlement tells of it; zero when nothing was given out
	// yet, so that there is no settlement.
	In rules.Period
}

// Judgement is what all entries together tell. Each transfer that stands on the
// chain is in it exactly once: as the Transfer of a Standing that is settled or
// vanished, or as a Stray.
type Judgement struct {
	Standings []Standing // in the order of Ledger.Payments
	Strays    []Stray    // by time, chain, block and transaction

	byID  map[string]int
	final []Settled // settlements that rest on final blocks alone
}

// Standing finds a payment; nil if the ledger has none of this id.
func (j *Judgement) Standing(id string) *Standing {
	i, ok := j.byID[id]
	if !ok {
		return nil
	}
	return &j.Standings[i]
}

// NewlySettled returns what a new scan's entry records: the settlements that no
// later scan can change, since they follow from transfers in final blocks alone,
// and that no scan of l has recorded yet. A payment made after its return is
// among them: its transfer must never settle another one. In the order of the
// ledger's payments.
func (j *Judgement) NewlySettled(l *Ledger) []Settled {
	type record struct {
		payment  string
		transfer identity
	}
	recorded := map[record]bool{}
	for _, scan := range l.Scans {
		for _, s := range scan.Settled {
			recorded[record{s.PaymentID, identify(&s.Transfer)}] = true
		}
	}
	var fresh []Settled
	for _, s := range j.final {
		if !recorded[record{s.PaymentID, identify(&s.Transfer)}] {
			fresh = append(fresh, s)
		}
	}
	return fresh
}
