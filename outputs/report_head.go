package outputs

import (
	"fmt"
	"strings"

	"fleetpay/rules"
)

// What a report begins with: who, when, what is due, and the month at a glance.

// Program is the program's name.
func (v *reportView) Program() string { return v.month.Program }

// Month is the period for people: October 2026.
func (v *reportView) Month() string { return monthName(v.month.Period) }

// Name is the partner's name.
func (v *reportView) Name() string {
	if v.payout.Name != "" {
		return v.payout.Name
	}
	return v.payout.PayeeID
}

// Header is what a report says of itself.
func (v *reportView) Header() []pair {
	m, p := v.month, v.payout
	rulesOf := p.Version
	if v.partner.Agreement != "" {
		rulesOf += ", by the partner's agreement"
	}
	list := []pair{
		{"Program", m.Program},
		{"Partner", nameAndID(p.Name, p.PayeeID)},
		{"Period", fmt.Sprintf("1–%d %s, UTC", m.Period.Days(), monthName(m.Period))},
		{"Tier", v.Tier()},
		{"Region", v.partner.Region},
		{"Partner since", dateWords(v.partner.Since)},
		{"Rules", rulesOf},
		{"Statement", statementID(m.Period, p.PayeeKind, p.PayeeID)},
		{"Closed on", dayName(rules.DateOf(m.ClosedAt))},
		{"Due on", dateWords(p.DueOn)},
		{"Paid as", v.paidAs()},
		{"Wallet", p.Wallet},
		{"Payment id", p.PaymentID},
	}
	var said []pair
	for _, x := range list {
		if x.value != "" {
			said = append(said, x)
		}
	}
	return said
}

func (v *reportView) paidAs() string {
	if v.payout.Chain == "" {
		return ""
	}
	return "USDC on " + chainTitle(v.payout.Chain)
}

func dateWords(d rules.Date) string {
	if d.IsZero() {
		return ""
	}
	return dayName(d)
}

// Tier is the partner's tier on the period's last day, "" without one.
func (v *reportView) Tier() string { return tierOn(v.partner.Tiers, v.month.Period.Last()) }

// Waiting tells whether there is a balance and nothing is paid of it.
func (v *reportView) Waiting() bool {
	switch v.payout.Status {
	case rules.Held, rules.BelowMinimum, rules.Negative:
		return true
	case rules.Payable, rules.Zero:
	}
	return false
}

// Payment says what becomes of the balance.
func (v *reportView) Payment() string {
	p := v.payout
	kept := fmt.Sprintf("%s USD is carried to the next month", p.CarriedOut)
	switch p.Status {
	case rules.Payable:
		return fmt.Sprintf("%s USD is due on %s.", p.Payable, dayName(p.DueOn))
	case rules.Held:
		wrong, advice, unconfirmed := v.month.hold(&p, v.partner.Destination)
		if unconfirmed && p.Reason != "" {
			wrong = strings.TrimSuffix(wrong, ".") + " (" + p.Reason + ")."
		}
		return wrong + " " + advice
	case rules.BelowMinimum:
		return fmt.Sprintf("Below the minimum for a payment: %s.", kept)
	case rules.Negative:
		return fmt.Sprintf("The balance is negative: %s.", kept)
	case rules.Zero:
	}
	return "Nothing is due for this month."
}

// Replaces says that an earlier statement of the month was withdrawn, "" when
// none was.
func (v *reportView) Replaces() string { return v.month.replaces() }

// Balance shows that the month adds up, and which payments of earlier months are
// part of it; "" when nothing moved.
func (v *reportView) Balance() string {
	p := v.payout
	if p.CarriedIn.IsZero() && p.Earned.IsZero() && p.Payable.IsZero() && p.CarriedOut.IsZero() {
		return ""
	}
	earned, returned := v.month.earnedAndReturned(p)
	back := ""
	if !returned.IsZero() {
		back = fmt.Sprintf(" + %s returned payments", returned)
	}
	said := fmt.Sprintf("%s carried in + %s earned%s = %s payable + %s carried out.", p.CarriedIn, earned, back, p.Payable, p.CarriedOut)
	if words := v.index.words.giveBack(p, v.index.lines[p.PayeeID]); words != "" {
		said += " " + words
	}
	return said
}

// Ask says whom to ask, and until when; "" when nobody is named.
func (v *reportView) Ask() string { return v.month.question("report") }

// NoData says that a dataset is absent, "" when it is there.
func (v *reportView) NoData(dataset, words string) string {
	if !v.month.Facts.Absent[dataset] {
		return ""
	}
	return "No " + words + " for this month."
}

// Known gives a sentence that says there was nothing among the referred operators,
// unless nobody knows who they are.
func (v *reportView) Known(sentence string) string {
	if words := v.NoData("referrals", "referral data"); words != "" {
		return words
	}
	return sentence
}

// counted writes a number of things: 1 node, 2 nodes, 3 days.
func counted(n int, thing string) string {
	switch {
	case n == 1:
		return "1 " + thing
	case strings.HasSuffix(thing, "y") && !strings.HasSuffix(thing, "ay"):
		return fmt.Sprintf("%d %sies", n, strings.TrimSuffix(thing, "y"))
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// listed sets words side by side as a sentence does: a, b and c.
func listed(words []string) string {
	if last := len(words) - 1; last > 0 {
		return strings.Join(words[:last], ", ") + " and " + words[last]
	}
	return strings.Join(words, "")
}

// nothing stands in a cell that has no value.
const nothing = "–"

func orNothing(s string) string {
	if s == "" {
		return nothing
	}
	return s
}

// tidyGrid leaves out the columns in which no row says anything; the first stays.
func tidyGrid(columns []gridColumn, rows []gridRow, foot ...gridRow) *grid {
	var keep []int
	for c := range columns {
		said := c == 0
		for _, r := range rows {
			said = said || r.cells[c] != "" && r.cells[c] != nothing
		}
		if said {
			keep = append(keep, c)
		}
	}
	narrow := func(list []gridRow) []gridRow {
		var out []gridRow
		for _, r := range list {
			cells := make([]string, len(keep))
			for i, c := range keep {
				cells[i] = r.cells[c]
			}
			r.cells = cells
			out = append(out, r)
		}
		return out
	}
	var left []gridColumn
	for _, c := range keep {
		left = append(left, columns[c])
	}
	g := gridOf(left, narrow(rows))
	g.foot = narrow(foot)
	return g
}
