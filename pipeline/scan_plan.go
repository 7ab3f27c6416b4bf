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
	given  time.Time // when payments that it looks for were first given out with it; the period's own first export for other Safes
	needed bool      // the period gave out payments from it
}

// account is a Safe on a chain.
type account struct {
	chainID int64
	safe    string
}

// watch lists the Safes that a scan for a month looks at: those that any period
// gave out with, and those of the configuration, in the order of the chain table
// and then by address. A scan begins where it can still tell something new: at
// the close of the month, or of the earliest one with a payment that is not settled
// for good. Not at the first export, for somebody may have paid by hand before.
func (l *ledger) watch(m *paidMonth, configured map[string]string, j *payments.Judgement) []watched {
	var own, ownGiven time.Time // the month's close and first export
	first := map[account]time.Time{}
	given := map[account]time.Time{}
	needed := map[account]bool{}
	done := l.settledForGood(j)
	for _, x := range l.Exports {
		mine := x.Period == m.period
		if mine {
			own, ownGiven = earlier(own, l.closedBefore(x)), earlier(ownGiven, x.At)
		}
		for _, b := range x.Batches {
			a := account{b.ChainID, b.Safe}
			if mine {
				needed[a] = true
			}
			if mine || slices.ContainsFunc(b.Payments, func(id string) bool { return !done[id] }) {
				first[a], given[a] = earlier(first[a], l.closedBefore(x)), earlier(given[a], x.At)
			}
		}
	}
	other := func(a account) { // a Safe of which all is settled, or that never paid: has it paid something of this month?
		if first[a].IsZero() {
			first[a], given[a] = own, ownGiven
		}
	}
	for _, x := range l.Exports {
		for _, b := range x.Batches {
			other(account{b.ChainID, b.Safe})
		}
	}
	for name, safe := range configured {
		chain, _ := outputs.LookupChain(name)
		other(account{chain.ID, strings.ToLower(safe)})
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
			list = append(list, watched{chain, safe, first[a].Add(-payments.ClockMargin), given[a], needed[a]})
		}
	}
	return list
}

// closedBefore is when the period of an export was closed; the export's own time
// should the clocks have run backwards between the two.
func (l *ledger) closedBefore(x payments.Export) time.Time {
	return earlier(l.months[x.Period].closedAt, x.At)
}

// earlier is the earlier one of two instants; zero is none.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
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
