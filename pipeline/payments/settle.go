package payments

import (
	"cmp"
	"slices"
	"time"
)

// group holds what one Safe sent to one wallet in one sum, and the payments that
// may be it. Only within a group can a transfer settle a payment.
type group struct {
	safe      string
	sightings []int // by time
	payments  []int // by first export that names the Safe, and place in it
}

// transaction is what a Safe sent in one transaction, if it is all that some
// batch pays, and nothing else.
type transaction struct {
	sightings []int
	parts     map[sumTo]int // how often
	batches   []int         // that pay the same, by time
}

type groupKey struct {
	chain           int64
	safe, to, units string
}

// dust is of no units. No payment is, and no batch holds any: whoever likes can
// have a token say that the Safe sent nothing to somebody.
func (s *sighting) dust() bool { return s.Units == "0" }

// indexTransfers puts transfers and payments into groups, and finds the
// transactions that look like batches.
func (j *judge) indexTransfers() {
	at := map[groupKey]int{}
	type call struct {
		account
		hash string
	}
	calls := map[call]int{}
	var transactions [][]int
	for i := range j.sightings {
		s := &j.sightings[i]
		if s.dust() || s.presence == gone {
			continue
		}
		key := groupKey{s.ChainID, s.Safe, s.To, s.Units}
		g, seen := at[key]
		if !seen {
			g = len(j.groups)
			at[key] = g
			j.groups = append(j.groups, group{safe: s.Safe, payments: j.candidates(key)})
			for _, p := range j.groups[g].payments {
				j.payments[p].groups = append(j.payments[p].groups, g)
			}
		}
		j.groups[g].sightings = append(j.groups[g].sightings, i)
		s.group = g

		c := call{account{s.ChainID, s.Safe}, s.TxHash}
		t, seen := calls[c]
		if !seen {
			t = len(transactions)
			calls[c] = t
			transactions = append(transactions, nil)
		}
		transactions[t] = append(transactions[t], i)
	}
	for _, sightings := range transactions {
		parts := make([]sumTo, len(sightings))
		for k, i := range sightings {
			parts[k] = sumTo{j.sightings[i].To, j.sightings[i].Units}
		}
		first := &j.sightings[sightings[0]]
		if batches := j.bySigns[signs(first.ChainID, first.Safe, parts)]; len(batches) > 0 {
			t := transaction{sightings, map[sumTo]int{}, batches}
			for _, p := range parts {
				t.parts[p]++
			}
			j.whole = append(j.whole, t)
		}
	}
}

// candidates lists the payments that a group's transfers may be.
func (j *judge) candidates(key groupKey) []int {
	var list []int
	for _, i := range j.bySum[sumTo{key.to, key.units}] {
		p := &j.payments[i]
		if _, given := p.since(key.safe); given && p.ChainID == key.chain {
			list = append(list, i)
		}
	}
	slices.SortStableFunc(list, func(a, b int) int {
		x, y := j.firstWith(a, key.safe), j.firstWith(b, key.safe)
		return cmp.Or(cmp.Compare(x.batch, y.batch), cmp.Compare(x.position, y.position))
	})
	return list
}

// spot is a place in a batch. Batches are in the order of time, period, number
// and place in the export.
type spot struct{ batch, position int }

func (j *judge) firstWith(payment int, safe string) spot {
	p := &j.payments[payment]
	for i, g := range p.given {
		if g.Safe == safe {
			return spot{p.batches[i], g.Position}
		}
	}
	return spot{none, 0}
}

// settle finds which transfers settle which payments, from those that may be
// used. It goes through them in the order of their time, and concludes what
// follows from those so far before it looks at the next ones: what stands at one
// time stands whatever comes later, whether a scan recorded it or not.
func (j *judge) settle(usable func(*sighting) bool) {
	var pending []int // of j.whole: not clear yet
	next := 0         // of j.whole
	for first := 0; first < len(j.sightings); {
		at, last := j.sightings[first].Time, first
		j.stale = j.stale[:0]
		for last < len(j.sightings) && j.sightings[last].Time.Equal(at) {
			if g := j.sightings[last].group; g != none {
				j.stale = append(j.stale, g)
			}
			last++
		}
		first = last
		for next < len(j.whole) && !j.sightings[j.whole[next].sightings[0]].Time.After(at) {
			pending = append(pending, next)
			next++
		}
		free := func(i int) bool {
			s := &j.sightings[i]
			return s.settles == none && s.reserved == "" && !s.Time.After(at) && usable(s)
		}
		pending = j.settleBatches(pending, free)
		for len(j.stale) > 0 {
			stale := j.stale
			slices.Sort(stale)
			j.stale = nil
			for _, g := range slices.Compact(stale) {
				j.settleGroup(&j.groups[g], free)
			}
			if len(j.stale) > 0 {
				pending = j.settleBatches(pending, free)
			}
		}
	}
}

// settleBatches settles whole batches with transactions that pay just the same,
// the oldest first, and returns those that are not clear yet. One of them is asked
// again as soon as another one has settled something: it may be clear by then,
// and it comes before all that are newer than it.
func (j *judge) settleBatches(transactions []int, free func(int) bool) []int {
	for i := 0; i < len(transactions); {
		switch j.settleWhole(&j.whole[transactions[i]], free) {
		case unclear:
			i++
		case done:
			transactions = slices.Delete(transactions, i, i+1)
			i = 0
		case useless:
			transactions = slices.Delete(transactions, i, i+1)
		}
	}
	return transactions
}

// reading is what became of the attempt to settle a batch with a transaction.
type reading int

const (
	useless reading = iota
	unclear         // it may be another batch's
	done
)

// settleWhole settles a batch with the transaction that pays just the same. A
// transaction that may also be a part of another batch, with other payments, is
// left alone: rows can be taken out by hand before a batch is signed, and then
// the payments of the other one are not missing.
func (j *judge) settleWhole(t *transaction, free func(int) bool) reading {
	for _, i := range t.sightings {
		if !free(i) {
			return useless
		}
	}
	found := useless
	at := j.sightings[t.sightings[0]].Time
	for _, i := range t.batches {
		b := &j.batches[i]
		if at.Before(b.export.At) || !j.waits(b) {
			continue
		}
		if j.otherReading(t, i, at) || j.returnedOrByHand(t, b) {
			found = unclear
			continue
		}
		left := map[sumTo][]int{}
		for _, k := range t.sightings {
			s := &j.sightings[k]
			left[sumTo{s.To, s.Units}] = append(left[sumTo{s.To, s.Units}], k)
		}
		for _, p := range b.payments { // equal ones in the file's order
			key := sumTo{j.payments[p].Wallet, j.payments[p].Units}
			j.match(p, left[key][0])
			left[key] = left[key][1:]
		}
		return done
	}
	return found
}

// returnedOrByHand tells whether a transaction that equals a batch with returned
// payments may have paid others by hand.
func (j *judge) returnedOrByHand(t *transaction, b *batch) bool {
	return slices.ContainsFunc(b.payments, func(p int) bool { return j.payments[p].returned != nil }) &&
		slices.ContainsFunc(t.sightings, func(i int) bool { return j.byHand(&j.sightings[i]) })
}

// waits tells whether none of a batch's payments is settled.
func (j *judge) waits(b *batch) bool {
	for _, p := range b.payments {
		if j.payments[p].by != none {
			return false
		}
	}
	return true
}

// otherReading tells whether a transaction that equals a batch may be all or a
// part of another one, given out by then, that would settle other payments.
// Returned payments are not to be made: they only count against a batch that
// holds some itself.
func (j *judge) otherReading(t *transaction, ours int, at time.Time) bool {
	b := &j.batches[ours]
	inOurs := map[int]bool{}
	withReturned := false
	for _, p := range b.payments {
		inOurs[p] = true
		withReturned = withReturned || j.payments[p].returned != nil
	}
	for _, other := range j.sharing(t, b) {
		o := &j.batches[other]
		if other == ours || o.ChainID != b.ChainID || o.Safe != b.Safe || at.Before(o.export.At) {
			continue
		}
		has, others := map[sumTo]int{}, false
		for _, p := range o.payments {
			x := &j.payments[p]
			key := sumTo{x.Wallet, x.Units}
			if x.by == none && (withReturned || x.returned == nil) && t.parts[key] > 0 {
				has[key]++
				others = others || !inOurs[p]
			}
		}
		if !others {
			continue
		}
		whole := true
		for key, n := range t.parts {
			whole = whole && has[key] >= n
		}
		if whole {
			return true
		}
	}
	return false
}

// sharing lists the batches that hold a transfer of the transaction: the one
// that the fewest payments ask for.
func (j *judge) sharing(t *transaction, b *batch) []int {
	var rare []int
	for i, p := range b.payments {
		if same := j.bySum[sumTo{j.payments[p].Wallet, j.payments[p].Units}]; i == 0 || len(same) < len(rare) {
			rare = same
		}
	}
	var batches []int
	for _, p := range rare {
		batches = append(batches, j.payments[p].batches...)
	}
	slices.Sort(batches)
	return slices.Compact(batches)
}

// settleGroup settles the payments of a group with its transfers, the oldest
// first.
//
// A transfer that may be one of several payments settles the first of them if
// all of them were last given out in the same file: whichever it was, giving
// another one out again replaces that file, and no copy of the first is left to
// be signed. Payments of several files wait until there are as many transfers as
// payments. If one of them were picked before, its own file might still be
// signed after another one has been given out once more.
func (j *judge) settleGroup(g *group, free func(int) bool) {
	var open []int // not returned, given out by now, oldest first
	var waiting []int
	next := 0
	candidates := slices.DeleteFunc(slices.Clone(g.payments), func(p int) bool { return !j.payments[p].open() })
	since := func(p int) time.Time {
		at, _ := j.payments[p].since(g.safe)
		return at
	}
	for _, i := range g.sightings {
		if !free(i) {
			continue
		}
		at := j.sightings[i].Time
		for next < len(candidates) && !at.Before(since(candidates[next])) {
			open = append(open, candidates[next])
			next++
		}
		switch {
		case len(open) == 0:
			soon := next < len(candidates) && j.payments[candidates[next]].reachable(g.safe, at)
			if !soon && !j.byHand(&j.sightings[i]) {
				j.settleReturned(g, i)
			}
		case len(waiting) == 0 && j.sameFile(open, g.safe, at):
			j.match(open[0], i)
			open = open[1:]
		default:
			waiting = append(waiting, i)
			if len(waiting) == len(open) {
				for k, s := range waiting {
					j.match(open[k], s)
				}
				open, waiting = nil, nil
			}
		}
	}
}

// byHand tells whether a transfer may have made a payment that was closed and not
// given out by then. That it is a returned one's is less likely.
func (j *judge) byHand(s *sighting) bool {
	return len(j.equal(s, func(p *payment) bool { return p.open() && p.early(s.Time) && !s.Time.Before(p.ClosedAt) })) > 0
}

// sameFile tells whether a Safe had last got all these payments in one file.
func (j *judge) sameFile(payments []int, safe string, at time.Time) bool {
	first := j.payments[payments[0]].batchAt(safe, at)
	for _, p := range payments[1:] {
		if j.payments[p].batchAt(safe, at) != first {
			return false
		}
	}
	return true
}

// settleReturned takes a transfer that can be nothing else for the oldest
// returned payment of its group.
func (j *judge) settleReturned(g *group, sighting int) {
	for _, p := range g.payments {
		x := &j.payments[p]
		at, _ := x.since(g.safe)
		if x.returned != nil && x.by == none && !j.sightings[sighting].Time.Before(at) {
			j.match(p, sighting)
			return
		}
	}
}
