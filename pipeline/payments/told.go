package payments

import (
	"fmt"
	"slices"
	"time"

	"fleetpay/rules"
)

// begun is when a month first gave something out, on some chain or on any.
type begun struct {
	period rules.Period
	at     time.Time
}

// givenOut lists the months that have an export, by the time of their first one: of
// each chain, and under 0 of any.
func (l *Ledger) givenOut() map[int64][]begun {
	months := map[int64][]begun{}
	note := func(chain int64, x *Export) {
		if !slices.ContainsFunc(months[chain], func(b begun) bool { return b.period == x.Period }) {
			months[chain] = append(months[chain], begun{x.Period, x.At})
		}
	}
	for i := range l.Exports {
		x := &l.Exports[i]
		note(0, x)
		for _, b := range x.Batches {
			note(b.ChainID, x)
		}
	}
	for _, list := range months {
		slices.SortStableFunc(list, func(a, b begun) int { return a.at.Compare(b.at) })
	}
	return months
}

// toldIn tells in which month's settlement a stray is told: that of the first
// payment that it may have to do with, of a month with an export, or else the last
// month that had given out on its chain by then. So each is in exactly one. A month
// without an export is not settled.
func (j *judge) toldIn(s *Stray, months map[int64][]begun) rules.Period {
	for _, id := range s.PaymentIDs {
		p := j.payments[j.byID[id]].Period
		if slices.ContainsFunc(months[0], func(b begun) bool { return b.period == p }) {
			return p
		}
	}
	for _, chain := range []int64{s.Transfer.ChainID, 0} {
		if list := months[chain]; len(list) > 0 {
			last := list[0] // when every one is after it
			for _, b := range list {
				if !b.at.After(s.Transfer.Time) {
					last = b
				}
			}
			return last.period
		}
	}
	return rules.Period{}
}

// explaining is the command that says that people have dealt with the strays that
// touch a payment; "" while nothing was given out, for then no settlement tells of
// them. It names the transaction when there is just one.
func (j *judge) explaining(p *payment) string {
	touching := p.others
	if p.by != none {
		touching = []int{p.by}
	}
	if len(touching) == 0 {
		return ""
	}
	first := &j.sightings[touching[0]]
	hash := first.TxHash
	for _, i := range touching {
		if j.sightings[i].TxHash != hash {
			hash = "TXHASH"
		}
	}
	if first.told == (rules.Period{}) {
		return ""
	}
	return fmt.Sprintf("fleetpay settle %s --explain %s --reason TEXT --by NAME", first.told, hash)
}
