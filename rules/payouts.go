package rules

import (
	"fmt"
	"sort"
	"strings"
)

// payOut decides what happens to each payee's balance.
func (s *settler) payOut() {
	for _, o := range s.operators {
		if o.active() || o.stays() {
			s.payOne(&o.payee, o.Destination, o)
		}
	}
	for _, p := range s.partners {
		if p.begun(s.facts.Period) || p.stays() {
			s.payOne(&p.payee, p.Destination, nil)
		}
	}
}

// begun tells whether the partnership has begun by the end of a period.
func (p *partner) begun(period Period) bool { return p.Since <= period.Last() }

// stays tells whether a payee has something to settle though it is not active.
func (p *payee) stays() bool { return len(p.lines) > 0 || !p.balance.IsZero() }

// payOne makes a payee's payout. The statuses are tried in the order in which
// PayoutStatus lists them.
func (s *settler) payOne(p *payee, to Destination, o *operator) {
	out := Payout{
		PayeeKind: p.kind, PayeeID: p.id, Name: p.name, Version: p.version.Name, Missing: p.version.Missing,
		CarriedIn: p.balance, Chain: to.Chain, Wallet: to.Wallet, Accepted: to.Last,
	}
	for _, l := range p.lines {
		out.Earned = out.Earned.Add(l.Amount)
	}
	net := out.CarriedIn.Add(out.Earned)
	left := o != nil && o.LastActiveDay != 0 && o.LastActiveDay <= s.facts.Period.Last()
	holds := s.holds(to)
	switch {
	case net.Sign() < 0:
		out.Status, out.Reason = Negative, "owes "+net.Neg().String()+"; set off against what comes next"
		if left {
			s.raise("receivable", SeverityWarning, p.account, "has left and owes "+net.Neg().String())
		}
	case net.IsZero():
		out.Status, out.Reason = Zero, "nothing to pay"
	case net.Cmp(s.facts.Settings.Minimum) < 0 && !left:
		out.Status = BelowMinimum
		out.Reason = fmt.Sprintf("%s is below the minimum of %s; carried to the next month", net, s.facts.Settings.Minimum)
	case len(holds) > 0:
		out.Status, out.Reason = Held, strings.Join(holds, "; ")
		s.raise("held", SeverityError, p.account, net.String()+" is held: "+out.Reason)
	default:
		out.Status, out.Payable = Payable, net
		out.DueOn = p.version.Due.on(s.facts)
		out.Reason = "paid in full"
		if to.Last == (Account{}) {
			s.raise("new-wallet", SeverityInfo, p.account, "first payment to "+to.Wallet+" on "+to.Chain)
		}
	}
	out.CarriedOut = net.Sub(out.Payable)
	if out.Status == Payable || s.confirmed(to) {
		out.Accepted = Account{to.Chain, to.Wallet}
	}
	s.payouts = append(s.payouts, out)
}

// holds says why nothing can be sent to a destination: what is wrong with it, or
// that it changed and too few people confirmed it.
func (s *settler) holds(to Destination) []string {
	reasons := append([]string(nil), to.Problems...)
	sort.Strings(reasons)
	if len(reasons) > 0 || to.Last == (Account{}) || sameAccount(to, to.Last) || s.confirmed(to) {
		return reasons
	}
	return append(reasons, fmt.Sprintf("wallet changed from %s on %s to %s on %s, confirmed by %d of %d",
		to.Last.Wallet, to.Last.Chain, to.Wallet, to.Chain, len(to.ConfirmedBy), s.facts.Settings.Confirmers))
}

// sameAccount compares wallets without regard to case, which carries only the
// checksum.
func sameAccount(d Destination, a Account) bool {
	return d.Chain == a.Chain && strings.EqualFold(d.Wallet, a.Wallet)
}

func (s *settler) confirmed(to Destination) bool {
	return len(to.ConfirmedBy) > 0 && len(to.ConfirmedBy) >= s.facts.Settings.Confirmers
}

// on gives the day on which a payment of the version is due.
func (d Due) on(f *Facts) Date {
	if d.After == AfterPeriod {
		return f.Period.Last() + Date(d.Days)
	}
	return f.ClosedOn + Date(d.Days)
}
