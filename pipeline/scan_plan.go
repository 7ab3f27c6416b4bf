package pipeline

import (
	"slices"
	"strings"
	"time"

	"fleetpay/outputs"
	"fleetpay/pipeline/payments"
)

// watched is a Safe whose transfers a scan looks for, from an instant on.
type watched struct {
	chain  outputs.Chain
	safe   string // lower case
	since  time.Time
	needed bool // the period gave out payments from it
}

// account is a Safe on a chain.
type account struct {
	chainID int64
	safe    string
}

// watch lists the Safes that a scan for a month looks at: those that any period
// gave out with, and those of the configuration, in the order of the chain table
// and then by address. A scan begins where it can still tell something new: at
// the month's own first export, or at the earliest one of any month with a
// payment that is not settled for good.
func (l *ledger) watch(m *paidMonth, configured map[string]string, j *payments.Judgement) []watched {
	var own time.Time // the month's first export
	first := map[account]time.Time{}
	needed := map[account]bool{}
	earlier := func(a account, at time.Time) {
		if before, known := first[a]; !known || at.Before(before) {
			first[a] = at
		}
	}
	done := l.settledForGood(j)
	for _, x := range l.Exports {
		mine := x.Period == m.period
		if mine && (own.IsZero() || x.At.Before(own)) {
			own = x.At
		}
		for _, b := range x.Batches {
			a := account{b.ChainID, b.Safe}
			if mine {
				needed[a] = true
			}
			if mine || slices.ContainsFunc(b.Payments, func(id string) bool { return !done[id] }) {
				earlier(a, x.At)
			}
		}
	}
	for _, x := range l.Exports { // Safes of which all is settled: has one of them paid something of this month?
		for _, b := range x.Batches {
			if a := (account{b.ChainID, b.Safe}); first[a].IsZero() {
				first[a] = own
			}
		}
	}
	for name, safe := range configured {
		chain, _ := outputs.LookupChain(name)
		if a := (account{chain.ID, strings.ToLower(safe)}); first[a].IsZero() {
			first[a] = own
		}
	}
	var list []watched
	for _, name := range outputs.ChainNames() {
		chain, _ := outputs.LookupChain(name)
		var safes []string
		for a := range first {
			if a.chainID == chain.ID {
				safes = append(safes, a.safe)
			}
		}
		slices.Sort(safes)
		for _, safe := range safes {
			a := account{chain.ID, safe}
			list = append(list, watched{chain, safe, first[a].Add(-payments.ClockMargin), needed[a]})
		}
	}
	return list
}

// settledForGood tells the payments whose settlement a scan recorded as final,
// and that nothing has called in question since.
func (l *ledger) settledForGood(j *payments.Judgement) map[string]bool {
	done := map[string]bool{}
	for _, s := range l.Scans {
		for _, x := range s.Settled {
			standing := j.Standing(x.PaymentID)
			done[x.PaymentID] = standing != nil && standing.State == payments.StateSettled
		}
	}
	return done
}

// chainByID finds a chain of ours by its EIP-155 id.
func chainByID(id int64) (outputs.Chain, bool) {
	for _, name := range outputs.ChainNames() {
		if c, _ := outputs.LookupChain(name); c.ID == id {
			return c, true
		}
	}
	return outputs.Chain{}, false
}
