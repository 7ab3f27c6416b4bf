package outputs

import (
	"fmt"
	"strings"

	"fleetpay/rules"
)

// How documents for payees speak of payments of earlier months that could not be
// made and are owed again.

// earnedAndReturned parts what a payout calls earned, as figures.csv has it: what
// the payee earned in the month, and what returned payments give back.
func (m *Month) earnedAndReturned(p rules.Payout) (earned, returned rules.Money) {
	kind := figureKind(p.PayeeKind)
	returned, _ = m.Figures.Money(m.Period, kind, p.PayeeID, rules.FigureReturned)
	if returned.IsZero() {
		return p.Earned, returned
	}
	earned, _ = m.Figures.Money(m.Period, kind, p.PayeeID, rules.FigureEarned)
	return earned, returned
}

// paidIn names the month whose close ordered a returned payment.
func (w *statementWords) paidIn(l rules.Line) string { return monthName(w.returns[l.Subject].PaidIn) }

// whyReturned is the reason of a returned payment's line without the payment's
// name and month, which stand beside it.
func (w *statementWords) whyReturned(l rules.Line) string {
	return strings.TrimPrefix(l.Reason, fmt.Sprintf("payment %s of %s ", l.Subject, w.returns[l.Subject].PaidIn))
}

// giveBack says of each returned payment among a payee's lines which one it is and
// what becomes of it, "" without any.
func (w *statementWords) giveBack(p rules.Payout, lines []rules.Line) string {
	var all rules.Money
	for _, l := range lines {
		if l.Category == rules.Returned {
			all = all.Add(l.Amount)
		}
	}
	part, fate := "", "is owed again."
	switch {
	case p.Status != rules.Payable:
	case all.Cmp(p.Payable) <= 0:
		part, fate = " of what is payable", "is paid now. It replaces that payment."
	default: // a debt was set off against it
		fate = "is owed again. It replaces that payment."
	}
	var said []string
	for _, l := range lines {
		if l.Category == rules.Returned {
			said = append(said, fmt.Sprintf("%s%s is the payment of %s (%s), which could not be made and %s", l.Amount, part, w.paidIn(l), l.Subject, fate))
		}
	}
	return strings.Join(said, " ")
}
