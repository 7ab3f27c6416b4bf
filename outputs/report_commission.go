package outputs

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"fleetpay/rules"
)

// A partner's commission: this month, the year, and the months before.

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
		{"Returned payments", rules.FigureReturned},
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

// leastBars is how many bars that are not zero say more as a picture than the
// table beside them.
const leastBars = 3

// orNil is the chart, or nothing when its table says as much.
func (b barChart) orNil() block {
	seen := 0
	for _, x := range b.bars {
		if slices.ContainsFunc(x.parts, func(n int64) bool { return n != 0 }) {
			seen++
		}
	}
	if seen < leastBars {
		return nil
	}
	return b
}

// HistoryChart shows the same months as bars, under a heading of its own.
func (v *reportView) HistoryChart() block {
	months := v.commissionMonths()
	chart := barChart{series: []string{v.firstLabel(), "Ongoing"}, cents: true}
	if !hasOngoing(months) {
		chart.series = []string{""}
	}
	for _, m := range months {
		parts := []int64{cents(m.first), cents(m.ongoing)}
		chart.bars = append(chart.bars, bar{label: m.period.String(), parts: parts[:len(chart.series)]})
	}
	return chart.orNil()
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
