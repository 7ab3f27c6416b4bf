package outputs

import (
	"slices"
	"strconv"
	"strings"

	"fleetpay/rules"
)

// What a partner earns, on whom and why.

// Lines are the partner's lines that pay or charge.
func (v *reportView) Lines() *grid {
	var rows []gridRow
	for _, l := range v.index.lines[v.payout.PayeeID] {
		if l.Status != rules.NotEarned {
			rows = append(rows, gridRow{cells: []string{
				lineTitle(l), v.subject(l), v.index.words.basis(l), l.Amount.String(), v.whyEarned(l),
			}})
		}
	}
	if len(rows) == 0 {
		return nil
	}
	earned, returned := v.month.earnedAndReturned(v.payout)
	foot := []gridRow{{cells: []string{"Earned", "", "", earned.String(), ""}}}
	if !returned.IsZero() {
		foot = append(foot, gridRow{cells: []string{"Returned payments", "", "", returned.String(), ""}})
	}
	return tidyGrid([]gridColumn{
		{"What for", textCell, 1.5}, {"On", textCell, 1.3}, {"How it is computed", textCell, 2},
		{"Amount, USD", amountCell, 1}, {"Why", textCell, 2.2},
	}, rows, foot...)
}

// Missed are the lines that pay nothing, why, and by how much they were missed.
func (v *reportView) Missed() *grid {
	var rows []gridRow
	for _, l := range v.index.lines[v.payout.PayeeID] {
		if l.Status == rules.NotEarned {
			rows = append(rows, gridRow{cells: []string{
				lineTitle(l), v.subject(l), v.index.words.basis(l), l.Reason, orNothing(l.Shortfall),
			}})
		}
	}
	if len(rows) == 0 {
		return nil
	}
	return tidyGrid([]gridColumn{
		{"What for", textCell, 1.5}, {"On", textCell, 1.3}, {"How it would be computed", textCell, 2},
		{"Why it was not earned", textCell, 2.2}, {"Missed by", textCell, 1},
	}, rows)
}

// How many reasons the summary of what was not earned gives, and how many
// operators it names for each.
const (
	reasonsShown   = 3
	operatorsShown = 2
)

// NotEarned says in a sentence what was not earned and why, "" when all was.
func (v *reportView) NotEarned() string {
	var reasons []string
	titles, on := map[string][]string{}, map[string][]string{}
	for _, l := range v.index.lines[v.payout.PayeeID] {
		if l.Status != rules.NotEarned {
			continue
		}
		if titles[l.Reason] == nil {
			reasons = append(reasons, l.Reason)
		}
		if title := lineTitle(l); !slices.Contains(titles[l.Reason], title) {
			titles[l.Reason] = append(titles[l.Reason], title)
		}
		if name, ok := v.index.words.referred(l); ok && !slices.Contains(on[l.Reason], name) {
			on[l.Reason] = append(on[l.Reason], name)
		}
	}
	if len(reasons) == 0 {
		return ""
	}
	var said []string
	for _, r := range reasons[:min(reasonsShown, len(reasons))] {
		whom := ""
		switch n := len(on[r]); {
		case n > operatorsShown:
			whom = " on " + counted(n, "operator")
		case n > 0:
			whom = " on " + listed(on[r])
		}
		said = append(said, listed(titles[r])+whom+" ("+r+")")
	}
	more := ""
	if n := len(reasons) - reasonsShown; n > 0 {
		more = ", and more for " + counted(n, "other reason")
	}
	return "Not earned: " + strings.Join(said, "; ") + more + "."
}

// subject names what a line is about.
func (v *reportView) subject(l rules.Line) string {
	if name, ok := v.index.words.referred(l); ok {
		return nameAndID(name, l.Subject)
	}
	if l.Category == rules.Returned {
		return v.index.words.paidIn(l)
	}
	return strings.TrimPrefix(v.index.words.about(l), "for ")
}

// whyEarned is a line's reason without what stands beside it.
func (v *reportView) whyEarned(l rules.Line) string {
	if l.Category == rules.Adjusting {
		return "" // its reason is the title
	}
	if l.Category == rules.Returned {
		return v.index.words.whyReturned(l)
	}
	reasons := slices.DeleteFunc(strings.Split(l.Reason, "; "), func(r string) bool { return hasWords(l.Basis, r) })
	return strings.Join(reasons, "; ")
}

// NoReferral says that nobody was referred, and of a partner that referred itself
// what that is worth.
func (v *reportView) NoReferral() string {
	switch {
	case v.month.Facts.Absent["referrals"]:
		return v.NoData("referrals", "referral data")
	case v.onlyItself:
		return "Its only referral is its own operator record, which earns nothing."
	}
	return "This partner has not referred an operator yet."
}

// Referred are the operators that the partner brought, with what they earn it.
func (v *reportView) Referred() *grid {
	shares := map[string][]string{}
	for _, l := range v.index.lines[v.payout.PayeeID] {
		if _, onOperator := v.index.words.referred(l); onOperator && l.Rate != "" && !slices.Contains(shares[l.Subject], l.Rate) {
			shares[l.Subject] = append(shares[l.Subject], l.Rate)
		}
	}
	var rows []gridRow
	var sum rules.Money
	for _, r := range v.referred {
		o := v.index.operators[r.OperatorID]
		base, _ := v.month.Figures.Of(rules.OfOperator, r.OperatorID, rules.EarnedIn(rules.Base))
		commission := ""
		if m, ok := v.month.Figures.Money(v.month.Period, rules.OfOperator, r.OperatorID, rules.CommissionOn); ok {
			sum, commission = sum.Add(m), m.String()
		}
		rows = append(rows, gridRow{cells: []string{
			v.operatorName(r.OperatorID), startOf(o), v.statusOf(o), orNothing(base),
			orNothing(listed(shares[r.OperatorID])), orNothing(commission), v.windowOf(o, len(shares[r.OperatorID]) > 0),
		}})
	}
	if len(rows) == 0 {
		return nil
	}
	// The sum is shown where it is the partner's whole commission, as the folder
	// has it; a partner with commission on leads has more than its operators'.
	var foot []gridRow
	if all, ok := v.month.Figures.Money(v.month.Period, rules.OfPartner, v.payout.PayeeID, rules.EarnedIn(rules.Commission)); ok && all.Cmp(sum) == 0 {
		foot = append(foot, gridRow{cells: []string{"All", "", "", "", "", sum.String(), ""}})
	}
	return tidyGrid([]gridColumn{
		{"Operator", textCell, 1.7}, {"Joined on", dateCell, 1}, {"Status", textCell, 1.1}, {"Base, USD", amountCell, 0.9},
		{"Share", textCell, 0.7}, {"Commission, USD", amountCell, 1}, {"Months left in the window", textCell, 1.6},
	}, rows, foot...)
}

// windowOf says how many months after this one the partner still earns on an
// operator's first months, and up to when; or since when no more.
func (v *reportView) windowOf(o *rules.Operator, shared bool) string {
	if o == nil {
		return nothing
	}
	until, _ := v.month.Figures.Of(rules.OfOperator, o.ID, rules.CommissionUntil)
	left, _ := v.month.Figures.Of(rules.OfOperator, o.ID, rules.CommissionMonthsLeft)
	last, err := rules.ParseDate(until)
	months, also := strconv.Atoi(left)
	if err != nil || also != nil {
		return nothing
	}
	leaves := !o.LastActiveDay.IsZero() && o.LastActiveDay < last
	if leaves {
		last = o.LastActiveDay
	}
	switch {
	case months > 0:
		return counted(months, "month") + ", to " + last.String()
	case leaves:
		return "ended when it left"
	case last >= v.month.Period.First():
		return "none, ended " + last.String()
	case shared:
		return "over since " + (last + 1).String() + ", ongoing share"
	}
	return "over since " + (last + 1).String()
}

func startOf(o *rules.Operator) string {
	if o == nil {
		return nothing
	}
	return o.JoinedOn.String()
}

// statusOf says how an operator stands at the end of the month.
func (v *reportView) statusOf(o *rules.Operator) string {
	last := v.month.Period.Last()
	switch {
	case o == nil:
		return "not in the program"
	case o.JoinedOn > last:
		return "not yet active"
	case o.ActiveOn(last):
		return "active"
	}
	return "left " + o.LastActiveDay.String()
}
