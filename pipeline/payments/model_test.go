package payments

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"pgregory.net/rapid"

	"fleetpay/rules"
)

// model is a small world in which months are closed, given out, paid in part,
// scanned, given out again and returned. Its payees have few wallets and few
// sums, so that payments are often equal.
//
// Its finance team keeps one rule of its own beside those of MayExport and
// MayReturn: a batch is dropped (its multisig transaction replaced, so that
// nobody can execute it any more) before the scan on which a decision about one
// of its payments rests, or at least before the newest block that a scan of all
// blocks has read.
type model struct {
	t         *rapid.T
	ledger    Ledger
	now       time.Time
	files     []*signable
	chain     []mined // what stands
	pending   []mined // reorganised away, and may come back
	final     int     // chain[:final] can't be reorganised away; blocks up to finalBlock
	finalTo   int64
	block     int64
	times     []time.Time // of blocks
	readTo    time.Time   // of the newest block that a scan of all blocks read
	returning []string    // rows of the dataset returns that no close has taken up yet
	firm      map[string]bool
	hashes    int
	stranger  bool // somebody executed what the team had dropped, or never given out
}

// signable is a batch in the hands of the signers.
type signable struct {
	ids     []string
	left    []string // not executed yet
	dropped time.Time
}

// mined is a transaction of a Safe.
type mined struct {
	transfers []Transfer
	of        *signable
	ids       []string
}

var wallets = []string{alder, birch}

func newModel(t *rapid.T) *model {
	return &model{t: t, now: hour(0), times: []time.Time{hour(0)}, firm: map[string]bool{}}
}

// tick lets time pass: an hour, or more than the clocks may differ by.
func (m *model) tick() {
	m.now = m.now.Add(rapid.SampledFrom([]time.Duration{time.Hour, ClockMargin + time.Hour}).Draw(m.t, "wait"))
	m.block++
	m.times = append(m.times, m.now)
}

func (m *model) chance(name string, of int) bool {
	return rapid.IntRange(1, of).Draw(m.t, name) == 1
}

// closeMonth closes a month. Each payee is owed a sum, and what was returned.
func (m *model) closeMonth() {
	n := 0
	for _, p := range m.ledger.Payments {
		n = max(n, int(p.Period.Month))
	}
	if n == 6 {
		return
	}
	period := rules.Period{Year: 2026, Month: time.Month(n + 1)}
	restored := map[string]int{}
	judged := m.ledger.Judge()
	for _, id := range m.returning {
		if s := judged.Standing(id); s.MayReturn() == "" {
			m.ledger.Returns = append(m.ledger.Returns, Return{id, period})
			restored[s.Payment.PayeeID] += number(s.Payment.Units)
		}
	}
	m.returning = nil
	for payee := range 3 {
		name := fmt.Sprintf("payee-%d", payee)
		sum := restored[name] + rapid.SampledFrom([]int{0, 7, 7, 7, 11}).Draw(m.t, "sum")
		if sum == 0 {
			continue
		}
		p := due(fmt.Sprintf("P%d.%d", period.Month, payee), wallets[payee%len(wallets)], strconv.Itoa(sum))
		p.Period, p.PayeeID, p.ClosedAt = period, name, m.now
		m.ledger.Payments = append(m.ledger.Payments, p)
	}
}

// export gives out what may be given out of a month, for the first time or again.
func (m *model) export() {
	m.tick()
	judged := m.ledger.Judge()
	periods := map[rules.Period][]string{}
	var order []rules.Period
	for _, p := range m.ledger.Payments {
		s := judged.Standing(p.ID)
		again, refusal := s.MayExport()
		if refusal != "" || slices.Contains(m.returning, p.ID) || again && !m.stopped(s) || m.chance("without", 4) {
			continue
		}
		if periods[p.Period] == nil {
			order = append(order, p.Period)
		}
		periods[p.Period] = append(periods[p.Period], p.ID)
	}
	if len(order) == 0 {
		return
	}
	period := rapid.SampledFrom(order).Draw(m.t, "period")
	e := Export{Period: period, Number: 1, At: m.now}
	for _, x := range m.ledger.Exports {
		if x.Period == period {
			e.Number++
		}
	}
	for chunk := range slices.Chunk(periods[period], rapid.IntRange(1, 3).Draw(m.t, "per file")) {
		e.Batches = append(e.Batches, file(len(e.Batches)+1, vault, chunk...))
		m.files = append(m.files, &signable{ids: chunk, left: slices.Clone(chunk)})
	}
	m.ledger.Exports = append(m.ledger.Exports, e)
	slices.SortStableFunc(m.ledger.Exports, func(a, b Export) int { return int(a.Period.First() - b.Period.First()) })
}

// stopped tells whether every batch of a payment was dropped before the end of
// the scan that does not show it, or before the end of one that read all blocks.
func (m *model) stopped(s *Standing) bool {
	for _, f := range m.files {
		if slices.Contains(f.ids, s.Payment.ID) && (f.dropped.IsZero() || f.dropped.After(s.SeenThrough) && f.dropped.After(m.readTo)) {
			return false
		}
	}
	return true
}

// pay executes a part of a batch in one transaction.
func (m *model) pay() {
	m.tick()
	var ready []*signable
	for _, f := range m.files {
		if f.dropped.IsZero() && len(f.left) > 0 {
			ready = append(ready, f)
		}
	}
	if len(ready) == 0 {
		return
	}
	f := rapid.SampledFrom(ready).Draw(m.t, "file")
	ids := f.left
	if m.chance("in part", 2) {
		ids = nil
		for _, id := range f.left {
			if m.chance("this one", 2) {
				ids = append(ids, id)
			}
		}
	}
	if len(ids) > 0 {
		f.left = slices.DeleteFunc(slices.Clone(f.left), func(id string) bool { return slices.Contains(ids, id) })
		m.mine(mined{m.transaction(ids), f, ids})
	}
}

// payByHand looks at the chain, makes a payment that was never given out by hand, and
// looks again, as one must before the next export. It does so only while nothing else of
// this sum is out for this wallet, which the transfer would be taken for.
func (m *model) payByHand() {
	m.finalise()
	m.read(0, m.block, true, false, m.chance("record", 2))
	m.tick()
	judged := m.ledger.Judge()
	var free []Payment
	for _, s := range judged.Standings {
		out := slices.ContainsFunc(judged.Standings, func(o Standing) bool {
			return o.Payment.Wallet == s.Payment.Wallet && o.Payment.Units == s.Payment.Units && o.Payment.ID != s.Payment.ID &&
				o.State != StateSettled && len(o.Given) > 0
		})
		if s.State == StateOpen && !out && !slices.Contains(m.returning, s.Payment.ID) {
			free = append(free, s.Payment)
		}
	}
	if len(free) == 0 {
		return
	}
	id := rapid.SampledFrom(free).Draw(m.t, "by hand").ID
	m.mine(mined{m.transaction([]string{id}), &signable{}, nil})
	m.finalise()
	m.read(0, m.block, true, false, m.chance("record", 2))
	if s := m.ledger.Judge().Standing(id); s.MayReturn() == "" {
		m.t.Errorf("%s was paid by hand, and is %s", id, s.State)
	}
}

// intrude executes what must not be executed: anything that was ever given out,
// whole or in part, dropped or not, once more; sometimes of another sum.
func (m *model) intrude() {
	m.tick()
	if len(m.files) == 0 {
		return
	}
	m.stranger = true
	f := rapid.SampledFrom(m.files).Draw(m.t, "file")
	transfers := m.transaction(f.ids[:rapid.IntRange(1, len(f.ids)).Draw(m.t, "part")])
	if m.chance("other sum", 4) {
		transfers[0].Units = rapid.SampledFrom([]string{"0", "5", "14", "18"}).Draw(m.t, "units")
		transfers[0].Nth = 9 // tells it from an equal one
	}
	m.mine(mined{transfers, &signable{}, nil})
}

func (m *model) transaction(ids []string) []Transfer {
	m.hashes++
	var list []Transfer
	for _, id := range ids {
		p := m.payment(id)
		t := sent(fmt.Sprintf("0x%d", m.hashes), 0, p.Wallet, p.Units)
		for _, other := range list {
			if other.To == t.To && other.Units == t.Units {
				t.Nth++
			}
		}
		list = append(list, t)
	}
	return list
}

func (m *model) mine(x mined) {
	for i := range x.transfers {
		x.transfers[i].Block, x.transfers[i].Time = m.block, m.now
	}
	m.chain = append(m.chain, x)
}

// finalise makes all that stands final.
func (m *model) finalise() { m.final, m.finalTo = len(m.chain), m.block }

// reorganise takes the newest blocks away. What was in them may come back later,
// is lost for good and must be signed anew, or is in another block at once.
func (m *model) reorganise() {
	m.tick()
	if m.final == len(m.chain) {
		return
	}
	from := rapid.IntRange(m.final, len(m.chain)-1).Draw(m.t, "from")
	lost := slices.Clone(m.chain[from:])
	m.chain = m.chain[:from]
	for _, x := range lost {
		x.transfers = slices.Clone(x.transfers)
		switch rapid.SampledFrom([]string{"later", "lost", "at once"}).Draw(m.t, "fate") {
		case "later":
			m.pending = append(m.pending, x)
		case "lost":
			x.of.left = append(x.of.left, x.ids...)
		default:
			m.comeBack(x)
		}
	}
}

// comeBack mines again what a reorganisation took away, unless its batch was
// dropped in the meantime.
func (m *model) comeBack(x mined) {
	if x.of.dropped.IsZero() {
		m.mine(x)
	}
}

func (m *model) returnPending() {
	m.tick()
	for _, x := range m.pending {
		m.comeBack(x)
	}
	m.pending = nil
}

func (m *model) drop() {
	m.tick()
	if len(m.files) > 0 {
		if f := rapid.SampledFrom(m.files).Draw(m.t, "dropped file"); f.dropped.IsZero() {
			f.dropped = m.now
		}
	}
	m.tick()
}

// askReturn writes a row of the dataset returns.
func (m *model) askReturn() {
	if len(m.ledger.Payments) == 0 {
		return
	}
	p := rapid.SampledFrom(m.ledger.Payments).Draw(m.t, "returned")
	s := m.ledger.Judge().Standing(p.ID)
	if s.MayReturn() == "" && m.stopped(s) && !slices.Contains(m.returning, p.ID) {
		m.returning = append(m.returning, p.ID)
	}
}

// chase does in order what it takes to decide about a payment that is missing:
// its batches are dropped, the chain is read, and then it is given out again or
// returned, if the judgement permits it.
func (m *model) chase(then func()) {
	var missing []*Standing
	judged := m.ledger.Judge()
	for i := range judged.Standings {
		if judged.Standings[i].State == StateMissing {
			missing = append(missing, &judged.Standings[i])
		}
	}
	if len(missing) == 0 {
		return
	}
	id := rapid.SampledFrom(missing).Draw(m.t, "missing").Payment.ID
	m.tick()
	for _, f := range m.files {
		if slices.Contains(f.ids, id) && f.dropped.IsZero() {
			f.dropped = m.now
		}
	}
	m.tick()
	record := m.chance("record", 2)
	switch rapid.SampledFrom([]string{"final", "not final", "newest"}).Draw(m.t, "chased to") {
	case "final":
		m.finalise()
		m.read(0, m.block, true, false, record)
	case "newest":
		m.read(0, m.finalTo, true, true, record)
	default:
		m.read(0, m.block, false, false, record)
	}
	then()
}

// scan reads the chain, to its head, to its last final block or to one between,
// and stops there or reads the newest blocks as well; from the beginning or from
// later. It records what that settles, or not.
func (m *model) scan() {
	final := m.chance("final", 2)
	last := m.block
	switch {
	case final:
		last = m.finalTo
	case m.chance("confirmed", 2):
		last = rapid.Int64Range(m.finalTo, m.block).Draw(m.t, "last")
	}
	tail := m.chance("newest", 2)
	first := int64(0)
	if m.chance("not all", 4) {
		first = rapid.Int64Range(0, last).Draw(m.t, "first")
	}
	m.read(first, last, final, tail, m.chance("record", 2))
}

// read makes a scan of some blocks, and of all newer ones as a span of their own
// if tail says so.
func (m *model) read(first, last int64, final, tail, record bool) {
	m.tick()
	period := m.ledger.Payments[len(m.ledger.Payments)-1].Period
	s := Scan{Period: period, Number: 1, At: m.now,
		Spans: []Span{{baseID, vault, first, last, m.times[first], m.times[last], final}}}
	newest := last
	if tail && last < m.block {
		newest = m.block
		s.Spans = append(s.Spans, Span{baseID, vault, last + 1, newest, m.times[last], m.times[newest], false})
	}
	if first == 0 {
		m.readTo = m.times[newest]
	}
	for _, x := range m.ledger.Scans {
		if x.Period == period {
			s.Number++
		}
	}
	for _, x := range m.chain {
		for _, t := range x.transfers {
			if first <= t.Block && t.Block <= newest {
				s.Transfers = append(s.Transfers, t)
			}
		}
	}
	m.ledger.Scans = append(m.ledger.Scans, s)
	judged := m.ledger.Judge()
	checkJudgement(m.t, &m.ledger, judged)
	m.checkFirm(judged)
	fresh := judged.NewlySettled(&m.ledger)
	for _, f := range fresh {
		m.firm[f.PaymentID] = true
	}
	if record {
		m.ledger.Scans[len(m.ledger.Scans)-1].Settled = fresh
	}
}

func (m *model) payment(id string) *Payment {
	for i := range m.ledger.Payments {
		if m.ledger.Payments[i].ID == id {
			return &m.ledger.Payments[i]
		}
	}
	panic("no payment " + id)
}

func number(units string) int {
	n, err := strconv.Atoi(units)
	if err != nil {
		panic(err)
	}
	return n
}
