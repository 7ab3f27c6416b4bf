package payments

import (
	"math/big"
	"slices"
	"time"
)

// strays says of each transfer that settles nothing what it is, and marks the
// payments that it keeps back. A transfer that pays a returned payment is among
// them, too.
func (j *judge) strays() []Stray {
	var list []Stray
	for i := range j.sightings {
		s := &j.sightings[i]
		switch {
		case s.presence == gone:
		case s.settles == none:
			stray := j.stray(i)
			if s.reserved != "" {
				stray.Why += "; a scan recorded it for " + s.reserved + ", which no close has"
			}
			list = append(list, stray)
		case j.payments[s.settles].returned != nil:
			p := &j.payments[s.settles]
			list = append(list, Stray{s.Transfer, StrayPaidAfterReturn, []string{p.ID},
				"pays " + p.ID + ", which the close of " + p.returned.In.String() + " returns"})
		}
	}
	return list
}

// stray classifies a transfer that settles nothing. The first that fits, holds.
func (j *judge) stray(i int) Stray {
	s := &j.sightings[i]
	if s.dust() {
		return Stray{s.Transfer, StrayDust, nil, "moves nothing; anybody can send it in the Safe's name"}
	}
	if list := j.perhaps(s); len(list) > 0 {
		j.touchAll(list, perhapsIts, i)
		return Stray{s.Transfer, StrayAmbiguous, j.ids(list), j.whyAmbiguous(s, list)}
	}
	if p := j.paidBefore(s); p != none {
		j.touchAll([]int{p}, untouched, i)
		return Stray{s.Transfer, StrayPaidTwice, j.ids([]int{p}), j.whyPaidTwice(p)}
	}
	if list := j.fromOtherSafe(s); len(list) > 0 {
		j.touchAll(list, perhapsIts, i)
		return Stray{s.Transfer, StrayAmbiguous, j.ids(list), whyOtherSafe(j.ids(list))}
	}
	chain, amount := j.onOtherChain(s), j.ofOtherAmount(s)
	j.touchAll(chain, otherChain, i)
	j.touchAll(amount, otherAmount, i)
	fits := len(amount) > 1 && j.sumsTo(amount, s.Units)
	for _, p := range amount {
		j.payments[p].fits = j.payments[p].fits || fits
	}
	both := slices.Concat(chain, amount)
	switch {
	case len(chain) > 0: // the more telling of the two: the sum is right
		return Stray{s.Transfer, StrayWrongChain, j.ids(both), j.whyWrongChain(chain)}
	case len(amount) > 0:
		return Stray{s.Transfer, StrayWrongAmount, j.ids(both), j.whyWrongAmount(amount, fits)}
	}
	like := j.alike(s)
	return Stray{s.Transfer, StrayExtra, j.ids(like), j.whyExtra(like)}
}

func (j *judge) touchAll(payments []int, how touch, sighting int) {
	for _, p := range payments {
		x := &j.payments[p]
		x.touch = max(x.touch, how)
		x.others = append(x.others, sighting)
	}
}

// equal lists the payments of a transfer's chain, wallet and sum.
func (j *judge) equal(s *sighting, and func(*payment) bool) []int {
	var list []int
	for _, p := range j.bySum[sumTo{s.To, s.Units}] {
		if x := &j.payments[p]; x.ChainID == s.ChainID && and(x) {
			list = append(list, p)
		}
	}
	return list
}

// perhaps lists the payments that wait for just this transfer, and could not be
// told apart or were given out only after it, though not long after. Returned
// ones count when there is no other.
func (j *judge) perhaps(s *sighting) []int {
	list := j.equal(s, func(p *payment) bool { return p.open() && p.reachable(s.Safe, s.Time) })
	if len(list) == 0 {
		list = j.equal(s, func(p *payment) bool { return p.by == none && p.returned != nil && p.reachable(s.Safe, s.Time) })
	}
	return list
}

// paidBefore finds the settled payment that a transfer repeats: of several, the
// one last given out.
func (j *judge) paidBefore(s *sighting) int {
	found, last := none, time.Time{}
	for _, p := range j.equal(s, func(p *payment) bool {
		if p.by == none {
			return false
		}
		return p.reachable(s.Safe, s.Time) || j.sightings[p.by].Safe == s.Safe && len(p.given) == 0
	}) {
		at, _ := j.payments[p].since(s.Safe)
		if found == none || !at.Before(last) {
			found, last = p, at
		}
	}
	return found
}

// fromOtherSafe lists the payments that wait for such a transfer from a Safe,
// only not from this one.
func (j *judge) fromOtherSafe(s *sighting) []int {
	return j.equal(s, func(p *payment) bool { return p.open() && p.reachableByAny(s.Time) })
}

// onOtherChain lists the payments that wait for such a transfer on another chain.
func (j *judge) onOtherChain(s *sighting) []int {
	var list []int
	for _, p := range j.bySum[sumTo{s.To, s.Units}] {
		if x := &j.payments[p]; x.ChainID != s.ChainID && x.open() && x.reachableByAny(s.Time) {
			list = append(list, p)
		}
	}
	return list
}

// ofOtherAmount lists the payments of this wallet that wait for another sum. One
// that was given out well after the transfer is not among them: what was sent
// before cannot be meant for it.
func (j *judge) ofOtherAmount(s *sighting) []int {
	var list []int
	for _, p := range j.byWallet[walletOn{s.ChainID, s.To}] {
		if x := &j.payments[p]; x.Units != s.Units && x.open() && x.reachable(s.Safe, s.Time) {
			list = append(list, p)
		}
	}
	return list
}

// alike lists what an extra transfer resembles without being it: payments of the
// same chain, wallet and sum that were never given out, that were given out long
// after, or that were returned.
func (j *judge) alike(s *sighting) []int {
	return j.equal(s, func(p *payment) bool { return p.by == none })
}

// sumsTo tells whether payments together are of so many units.
func (j *judge) sumsTo(payments []int, units string) bool {
	want, ok := new(big.Int).SetString(units, 10)
	sum := new(big.Int)
	for _, p := range payments {
		n, fine := new(big.Int).SetString(j.payments[p].Units, 10)
		if !fine {
			return false
		}
		sum.Add(sum, n)
	}
	return ok && sum.Cmp(want) == 0
}
