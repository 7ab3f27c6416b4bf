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
	months := j.ledger.givenOut()
	for i := range j.sightings {
		s := &j.sightings[i]
		before := len(list)
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
			list = append(list, newStray(s.Transfer, StrayPaidAfterReturn, []string{p.ID},
				"pays "+p.ID+", which the close of "+p.returned.In.String()+" returns"))
		}
		if len(list) > before {
			list[before].In = j.toldIn(&list[before], months)
			s.told = list[before].In
		}
	}
	return list
}

func newStray(t Transfer, kind StrayKind, ids []string, why string) Stray {
	return Stray{Transfer: t, Kind: kind, PaymentIDs: ids, Why: why}
}

// stray classifies a transfer that settles nothing. The first that fits, holds.
func (j *judge) stray(i int) Stray {
	s := &j.sightings[i]
	if s.dust() {
		return newStray(s.Transfer, StrayDust, nil, "moves nothing; anybody can send it in the Safe's name")
	}
	list := j.perhaps(s)
	if slices.ContainsFunc(list, func(p int) bool { return j.payments[p].returned == nil && j.givenBy(p, s) }) {
		j.touchAll(list, perhapsIts, i)
		return newStray(s.Transfer, StrayAmbiguous, j.ids(list), j.whyAmbiguous(s, list))
	}
	paid, other, early := j.paidBefore(s), j.fromOtherSafe(s), j.early(s)
	if len(early) > 0 {
		return j.strayEarly(i, list, slices.Concat(list, other, early), early, paid)
	}
	switch {
	case len(list) > 0:
		j.touchAll(list, perhapsIts, i)
		return newStray(s.Transfer, StrayAmbiguous, j.ids(list), j.whyAmbiguous(s, list))
	case paid != none:
		j.touchAll([]int{paid}, untouched, i)
		return newStray(s.Transfer, StrayPaidTwice, j.ids([]int{paid}), j.whyPaidTwice(paid))
	case len(other) > 0:
		j.touchAll(other, perhapsIts, i)
		return newStray(s.Transfer, StrayAmbiguous, j.ids(other), whyOtherSafe(j.ids(other)))
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
		return newStray(s.Transfer, StrayWrongChain, j.ids(both), j.whyWrongChain(chain))
	case len(amount) > 0:
		return newStray(s.Transfer, StrayWrongAmount, j.ids(both), j.whyWrongAmount(amount, fits))
	}
	like := j.alike(s)
	return newStray(s.Transfer, StrayExtra, j.ids(like), j.whyExtra(like))
}

// strayEarly is a transfer that may have made a payment by hand before it was given
// out. It keeps that payment back, and with it all others that it may be: those that
// were given out soon after it, or with another Safe. It does so even when it may as
// well be the second payment of one that is paid.
func (j *judge) strayEarly(i int, soon, all, early []int, paid int) Stray {
	s := &j.sightings[i]
	slices.Sort(all)
	list := slices.Compact(all)
	j.touchAll(list, perhapsIts, i)
	for _, p := range early {
		j.payments[p].hand = append(j.payments[p].hand, i)
	}
	why := j.whyEarly(list)
	if len(list) == len(soon) { // all of them were given out, and only shortly after it
		why = j.whyAmbiguous(s, list)
	}
	if paid != none {
		j.touchAll([]int{paid}, untouched, i)
		list = append(list, paid)
		why += ", or " + j.whyPaidTwice(paid)
	}
	return newStray(s.Transfer, StrayAmbiguous, j.ids(list), why)
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

// givenBy tells whether a payment was given out with the transfer's Safe by then.
func (j *judge) givenBy(p int, s *sighting) bool {
	at, given := j.payments[p].since(s.Safe)
	return given && !s.Time.Before(at)
}

// early lists the payments that somebody may have made with this transfer by hand,
// from whatever Safe, before they were given out.
func (j *judge) early(s *sighting) []int {
	return j.equal(s, func(p *payment) bool { return p.open() && p.early(s.Time) })
}

// paidBefore finds the settled payment that a transfer repeats: of several, the
// one last given out. One that was given out only later counts when there is no
// other.
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
	if found == none {
		for _, p := range j.equal(s, func(p *payment) bool { return p.by != none && p.early(s.Time) }) {
			return p
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
