package outputs

import "fleetpay/rules"

// earned lists the lines that pay or charge, by category, and their sum.
func (st statement) earned() []block {
	var rows []gridRow
	for _, l := range st.lines {
		if l.Status != rules.NotEarned {
			rows = append(rows, gridRow{
				cells: []string{lineTitle(l), st.words.basis(l), l.Amount.String()},
				note:  st.words.why(l),
			})
		}
	}
	title := "Earned in " + monthName(st.month.Period)
	head := title
	if len(rows) == 0 {
		rows = []gridRow{{cells: []string{"No line pays or charges anything.", "", ""}, tone: muted}}
	}
	g := gridOf([]gridColumn{
		{head: "What for", form: textCell, share: 1},
		{head: "How it is computed", form: textCell, share: 1.1},
		{head: "Amount, USD", form: amountCell},
	}, st.grouped(rows, func(l rules.Line) bool { return l.Status != rules.NotEarned }))
	earned, returned := st.month.earnedAndReturned(st.payout)
	g.foot = []gridRow{{cells: []string{title, "", earned.String()}}}
	if !returned.IsZero() {
		head += ", and returned payments"
		g.foot = append(g.foot, gridRow{cells: []string{"Returned payments", "", returned.String()}})
	}
	return []block{heading{2, head}, g}
}

// grouped heads the rows of lines by category.
func (st statement) grouped(rows []gridRow, of func(rules.Line) bool) []gridRow {
	category, i := rules.Category(""), 0
	for _, l := range st.lines {
		if !of(l) {
			continue
		}
		if l.Category != category {
			category = l.Category
			rows[i].group = categoryTitle(category)
		}
		i++
	}
	return rows
}

// notEarned lists the lines that pay nothing, with the reason of each and by how
// much it was missed.
func (st statement) notEarned() []block {
	var rows []gridRow
	missed := false
	for _, l := range st.lines {
		if l.Status == rules.NotEarned {
			rows = append(rows, gridRow{
				cells: []string{lineTitle(l), l.Reason, l.Shortfall},
				note:  joinWords(st.words.about(l), st.words.basis(l)),
			})
			missed = missed || l.Shortfall != ""
		}
	}
	if len(rows) == 0 {
		return nil
	}
	columns := []gridColumn{
		{head: "What for", form: textCell, share: 1},
		{head: "Why", form: textCell, share: 2},
		{head: "Missed by", form: textCell, share: 0.7},
	}
	if !missed {
		columns = columns[:2]
		for i, r := range rows {
			rows[i].cells = r.cells[:2]
		}
	}
	return []block{heading{2, "Not earned, and why"}, gridOf(columns, rows)}
}

// categoryWords heads the lines of a category.
var categoryWords = map[rules.Category]string{
	rules.Base: "Base", rules.Bonus: "Bonuses", rules.Penalty: "Penalties",
	rules.RevenueShare: "Revenue share", rules.Commission: "Commission", rules.Adjusting: "Adjustments",
	rules.Returned: "Returned payments",
}

func categoryTitle(c rules.Category) string {
	if words := categoryWords[c]; words != "" {
		return words
	}
	return string(c)
}

// yearToDate lists the sums since the year's first month of the chain.
func (st statement) yearToDate() []block {
	m, id := st.month, st.payout.PayeeID
	since, ok := m.Figures.Of(rules.OfTheFleet, rules.FleetID, rules.YearSince)
	if !ok {
		return nil
	}
	if first, err := rules.ParsePeriod(since); err == nil {
		since = monthName(first)
	}
	var list []pair
	add := func(words string, name rules.FigureName, always bool) {
		sum, ok := m.Figures.Money(m.Period, rules.OfOperator, id, rules.YearToDate(name))
		if ok && (always || !sum.IsZero()) {
			list = append(list, pair{words + ", USD", sum.String()})
		}
	}
	add("Earned", rules.FigureEarned, true)
	add("Payable", rules.FigurePayable, true)
	for _, c := range append(rules.Categories(), rules.Returned) {
		add(categoryTitle(c), rules.EarnedIn(c), false)
	}
	if len(list) == 0 {
		return nil
	}
	blocks := []block{heading{2, "Year to date, since " + since}, pairs{list}}
	if back, _ := m.Figures.Money(m.Period, rules.OfOperator, id, rules.YearToDate(rules.FigureReturned)); !back.IsZero() {
		blocks = append(blocks, prose{text: "Earned and payable are without returned payments, which an earlier month has counted."})
	}
	return blocks
}
