package outputs

import (
	"fmt"
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
	return tidyGrid([]gridColumn{
		{"What for", textCell, 1.5}, {"On", textCell, 1.3}, {"How it is computed", textCell, 2},
		{"Amount, USD", amountCell, 1}, {"Why", textCell, 2.2},
	}, rows, gridRow{cells: []string{"Earned", "", "", v.payout.Earned.String(), ""}})
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
	return strings.TrimPrefix(v.index.words.about(l), "for ")
}

// whyEarned is a line's reason without what stands beside it.
func (v *reportView) whyEarned(l rules.Line) string {
	if l.Category == rules.Adjusting {
		return "" // its reason is the title
	}
	reasons := slices.DeleteFunc(strings.Split(l.Reason, "; "), func(r string) bool { return hasWords(l.Basis, r) })
	return strings.Join(reasons, "; ")
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

// firstLabel names the commission of the first months as people do.
func (v *reportView) firstLabel() string {
	const year = 12
	value, ok := v.figure(rules.CommissionMonths)
	months, err := strconv.Atoi(value)
	switch {
	case !ok || err != nil:
		return "First months"
	case months == year:
		return "First year"
	}
	return "First " + counted(months, "month")
}

// Window explains the words of the commission tables, "" where no rule counts
// an operator's first months.
func (v *reportView) Window() string {
	months, ok := v.figure(rules.CommissionMonths)
	if !ok {
		return ""
	}
	said := fmt.Sprintf("The window of a referred operator is its first %s months, from the day on which it joined.", months)
	if hasOngoing(v.commissionMonths()) {
		said += fmt.Sprintf(" %s is the commission within it and on deals, ongoing the commission after it.", v.firstLabel())
	}
	return said
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
	case activeOn(o, last):
		return "active"
	}
	return "left " + o.LastActiveDay.String()
}

// Commission sums up what the partner earns on others.
func (v *reportView) Commission() *grid {
	f, p, id := v.month.Figures, v.month.Period, v.payout.PayeeID
	parts := hasOngoing(v.commissionMonths())
	var rows []gridRow
	commission := ""
	for _, x := range []struct {
		label string
		name  rules.FigureName
	}{
		{v.firstLabel(), rules.CommissionFirst}, {"Ongoing", rules.CommissionOngoing},
		{"Commission", rules.EarnedIn(rules.Commission)}, {"All earnings", rules.FigureEarned},
	} {
		if !parts && (x.name == rules.CommissionFirst || x.name == rules.CommissionOngoing) {
			continue
		}
		now, ok := f.In(p, rules.OfPartner, id, x.name)
		before, had := f.In(p.Prev(), rules.OfPartner, id, x.name)
		year, sums := f.In(p, rules.OfPartner, id, rules.YearToDate(x.name))
		if v.yearHead() == "" {
			year = ""
		}
		sum := strings.Join([]string{now, before, year}, " ")
		if x.name == rules.FigureEarned && sum == commission {
			continue // there is nothing but commission
		}
		commission = sum
		if ok || had || sums {
			rows = append(rows, gridRow{cells: []string{x.label, orNothing(now), orNothing(before), orNothing(year)}})
		}
	}
	if len(rows) == 0 {
		return nil
	}
	return tidyGrid([]gridColumn{
		{"US dollars", textCell, 1.5}, {monthName(p), amountCell, 1}, {monthName(p.Prev()), amountCell, 1}, {v.yearHead(), amountCell, 1},
	}, rows)
}

// History is the commission of the last twelve months, as far as there are
// closes; one month alone is no history.
func (v *reportView) History() *grid {
	months := v.commissionMonths()
	if len(months) < 2 {
		return nil
	}
	var rows []gridRow
	for _, m := range months {
		rows = append(rows, gridRow{cells: []string{m.period.String(), m.first.String(), m.ongoing.String()}})
	}
	if !hasOngoing(months) {
		for i := range rows {
			rows[i].cells = rows[i].cells[:2]
		}
		return gridOf([]gridColumn{{"Month", textCell, 1}, {"Commission, USD", amountCell, 1}}, rows)
	}
	return gridOf([]gridColumn{
		{"Month", textCell, 1}, {v.firstLabel() + ", USD", amountCell, 1}, {"Ongoing, USD", amountCell, 1},
	}, rows)
}

// HistoryChart shows the same months as bars, under a heading of its own.
func (v *reportView) HistoryChart() block {
	months := v.commissionMonths()
	if len(months) < 2 {
		return nil
	}
	chart := barChart{series: []string{v.firstLabel(), "Ongoing"}, cents: true}
	if !hasOngoing(months) {
		chart.series = []string{""}
	}
	for _, m := range months {
		parts := []int64{cents(m.first), cents(m.ongoing)}
		chart.bars = append(chart.bars, bar{label: m.period.String(), parts: parts[:len(chart.series)]})
	}
	return chart
}

func hasOngoing(months []commissionMonth) bool {
	return slices.ContainsFunc(months, func(m commissionMonth) bool { return !m.ongoing.IsZero() })
}

// monthsShown is how many months a history shows.
const monthsShown = 12

type commissionMonth struct {
	period         rules.Period
	first, ongoing rules.Money
}

// commissionMonths lists the months of the last twelve that were closed; none
// when there was no commission in any of them.
func (v *reportView) commissionMonths() []commissionMonth {
	var list []commissionMonth
	some := false
	for back := monthsShown - 1; back >= 0; back-- {
		p := v.month.Period.Add(-back)
		first, ok := v.month.Figures.Money(p, rules.OfPartner, v.payout.PayeeID, rules.CommissionFirst)
		ongoing, also := v.month.Figures.Money(p, rules.OfPartner, v.payout.PayeeID, rules.CommissionOngoing)
		if ok || also {
			list = append(list, commissionMonth{p, first, ongoing})
			some = some || !first.IsZero() || !ongoing.IsZero()
		}
	}
	if !some {
		return nil
	}
	return list
}

// cents is a sum as a whole number, for the geometry of a chart.
func cents(m rules.Money) int64 { return m.Decimal().Shift(2).IntPart() }

// Deals are the partner's leads that became customers in the month.
func (v *reportView) Deals() *grid {
	lines := map[string][]rules.Line{}
	for _, l := range v.index.lines[v.payout.PayeeID] {
		if _, onOperator := v.index.words.referred(l); l.Category == rules.Commission && !onOperator {
			lines[l.Subject] = append(lines[l.Subject], l)
		}
	}
	var rows []gridRow
	for _, l := range v.leads() {
		if !v.month.Period.Contains(l.ConvertedOn) {
			continue
		}
		var shares, amounts []string // one each, unless several rules pay for a lead
		for _, line := range lines[l.ID] {
			if line.Rate != "" {
				shares = append(shares, line.Rate)
			}
			amounts = append(amounts, line.Amount.String())
		}
		revenue, _ := v.month.Figures.Of(rules.OfLead, l.ID, rules.DealRevenue)
		rows = append(rows, gridRow{cells: []string{
			orNothing(l.Customer), l.ID, l.Channel, l.ConvertedOn.String(),
			orNothing(revenue), orNothing(strings.Join(shares, " + ")), orNothing(strings.Join(amounts, " + ")),
		}})
	}
	if len(rows) == 0 {
		return nil
	}
	return tidyGrid([]gridColumn{
		{"Customer", textCell, 1.6}, {"Lead", idCell, 1}, {"Channel", textCell, 1}, {"Converted on", dateCell, 1},
		{"Revenue, USD", amountCell, 1}, {"Share", textCell, 0.7}, {"Commission, USD", amountCell, 1},
	}, rows)
}

// DealRevenue is the deals' revenue, "" when it is not known.
func (v *reportView) DealRevenue() string {
	value, _ := v.figure(rules.DealRevenue)
	return value
}
