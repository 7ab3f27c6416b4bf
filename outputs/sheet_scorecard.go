package outputs

import (
	"fmt"
	"strings"

	"github.com/shopspring/decimal"

	"fleetpay/rules"
)

// trendMonths is the most closed months that the trend shows.
const trendMonths = 25

// scorecardSheet holds the program's figures to their targets, shows them over
// the closed months, and the incidents by severity.
func scorecardSheet(m *Month, st *styles) sheet {
	b := newBoard(st, 27, 13, 13, 15, 14, 13, 13, 15, 12, 13, 13, 13, 13, 13, 16, 18)
	b.text(spot{0, 1}, st.title, fmt.Sprintf("%s · scorecard of %s", m.Program, m.Period))
	row := b.grid(spot{0, 3}, "Targets", targetGrid(m))
	if m.Facts.Absent["leads"] {
		b.text(spot{0, row}, st.label, "no lead data: the workspace names no source for leads")
		row++
	}
	row = b.grid(spot{0, row + 1}, "Trend over the closed months", trendGrid(m))
	b.grid(spot{0, row + 1}, "Incidents by severity", severityGrid(m))
	return b.sheet("Scorecard")
}

// target is what a figure of the fleet is held against. A range has both bounds;
// otherwise the figure is to be above least, or below most.
type target struct {
	label       string
	name        rules.FigureName
	form        cellForm
	words       string
	least, most string // as cells have them; "" for none
	inclusive   bool
}

func targetsOf(m *Month) []target {
	t := m.Facts.Settings.Targets.Over(m.Report.Targets)
	list := []target{
		{label: "Active certified operators", name: rules.OperatorsCertified, form: countCell},
		{label: "Annual churn", name: rules.Churn, form: percentCell},
		{label: "Fleet uptime", name: rules.Uptime, form: percentCell},
		{label: "Leads from partners", name: rules.LeadShare, form: percentCell},
	}
	if s := t.ActiveOperators; s != nil {
		list[0].least, list[0].most, list[0].inclusive = count(s.From).String(), count(s.To).String(), true
		list[0].words = fmt.Sprintf("%d to %d", s.From, s.To)
	}
	if t.Churn != nil {
		list[1].most = t.Churn.Percent()
		list[1].words = "below " + list[1].most
	}
	if t.Uptime != nil {
		list[2].least = t.Uptime.Percent()
		list[2].words = "above " + list[2].least
	}
	if t.LeadShare != nil {
		list[3].least = t.LeadShare.Percent()
		list[3].words = "above " + list[3].least
	}
	return list
}

func targetGrid(m *Month) *sheetGrid {
	prev := m.Period.Prev()
	columns := []gridColumn{
		{"Measure", textCell, 1}, {m.Period.String(), numberCell, 1}, {prev.String(), numberCell, 1}, {"Change", numberCell, 1},
		{"Target", textCell, 1}, {"Lower bound", numberCell, 1}, {"Upper bound", numberCell, 1}, {"Variance", numberCell, 1}, {"Met", idCell, 1},
	}
	targets := targetsOf(m)
	var rows []gridRow
	for _, t := range targets {
		rows = append(rows, gridRow{cells: t.cells(m, prev)})
	}
	first := 5 // below the title and the heads
	// formula is that of a column, in the rows that have a value there.
	formula := func(column int, of func(t target, at spot) string) func(at spot) string {
		return func(at spot) string {
			if rows[at.row-first].cells[column] == "" {
				return ""
			}
			return of(targets[at.row-first], at)
		}
	}
	return &sheetGrid{
		grid: gridOf(columns, rows),
		formulas: map[int]func(spot) string{
			3: formula(3, func(t target, at spot) string { return t.difference(at.cell(1), at.cell(2)) }),
			7: formula(7, target.variance),
			8: formula(8, target.met),
		},
		texts: map[int]bool{8: true},
		marks: []rowMark{markWhere(columns, "Met", `="no"`, func(st *styles) int { return st.unmet })},
	}
}

// cells are a target's row. What can't be computed is a blank.
func (t target) cells(m *Month, prev rules.Period) []string {
	read := func(p rules.Period) (decimal.Decimal, string, bool) {
		value, _ := m.Figures.In(p, rules.OfTheFleet, rules.FleetID, t.name)
		d, err := decimal.NewFromString(value)
		return d, t.text(d), err == nil
	}
	cells := make([]string, 9)
	cells[0], cells[4], cells[5], cells[6] = t.label, t.words, t.least, t.most
	before, beforeText, hadBefore := read(prev)
	if hadBefore {
		cells[2] = beforeText
	}
	now, text, ok := read(m.Period)
	if !ok {
		cells[1] = nothing
		return cells
	}
	cells[1] = text
	if hadBefore {
		cells[3] = t.differenceText(now.Sub(before))
	}
	if t.words == "" {
		return cells
	}
	least, most := bound(t.least), bound(t.most)
	var variance decimal.Decimal
	met := true
	switch {
	case t.inclusive && now.LessThan(least):
		variance, met = now.Sub(least), false
	case t.inclusive && now.GreaterThan(most):
		variance, met = now.Sub(most), false
	case t.inclusive:
	case t.least != "":
		variance, met = now.Sub(least), now.GreaterThan(least)
	default:
		variance, met = now.Sub(most), now.LessThan(most)
	}
	cells[7], cells[8] = t.differenceText(variance), "no"
	if met {
		cells[8] = "yes"
	}
	return cells
}

func (t target) text(d decimal.Decimal) string {
	if t.form == percentCell {
		return sheetPercent(d.String())
	}
	return d.String()
}

// differenceText is the difference of two values, which for percentages is one of
// points.
func (t target) differenceText(d decimal.Decimal) string {
	if t.form == percentCell {
		return d.StringFixed(uptimePlaces) + pointsUnit
	}
	return d.String()
}

// difference is its formula. Shares become percentages, rounded to the places that
// figures have, so that a binary remainder is no difference.
func (t target) difference(a, b string) string {
	if t.form == percentCell {
		return fmt.Sprintf("ROUND((%s-%s)*100,%d)", a, b, uptimePlaces)
	}
	return a + "-" + b
}

// bound reads a bound, a percentage as its number of percent; none is 0.
func bound(text string) decimal.Decimal {
	d, err := decimal.NewFromString(strings.TrimSuffix(text, "%"))
	if err != nil {
		return decimal.Decimal{}
	}
	return d
}

// variance is the formula of how far the figure is from its target.
func (t target) variance(at spot) string {
	now, least, most := at.cell(1), at.cell(5), at.cell(6)
	if t.inclusive {
		return fmt.Sprintf("IF(%s<%s,%s-%s,IF(%s>%s,%s-%s,0))", now, least, now, least, now, most, now, most)
	}
	from := most
	if t.least != "" {
		from = least
	}
	return t.difference(now, from)
}

// met is the formula of whether the target is met.
func (t target) met(at spot) string {
	now, least, most := at.cell(1), at.cell(5), at.cell(6)
	condition := now + "<" + most
	switch {
	case t.inclusive:
		condition = fmt.Sprintf("AND(%s>=%s,%s<=%s)", now, least, now, most)
	case t.least != "":
		condition = now + ">" + least
	}
	return fmt.Sprintf(`IF(%s,"yes","no")`, condition)
}

// trendGrid shows the fleet's figures of each closed month, the latest last.
func trendGrid(m *Month) *sheetGrid {
	list := []struct {
		gridColumn
		name rules.FigureName
	}{
		{gridColumn{"Operators active", countCell, 1}, rules.OperatorsActive},
		{gridColumn{"Certified", countCell, 1}, rules.OperatorsCertified},
		{gridColumn{"Joined", countCell, 1}, rules.OperatorsJoined},
		{gridColumn{"Left", countCell, 1}, rules.OperatorsLeft},
		{gridColumn{"Annual churn", percentCell, 1}, rules.Churn},
		{gridColumn{"Nodes active", countCell, 1}, rules.NodesActive},
		{gridColumn{"Uptime", percentCell, 1}, rules.Uptime},
		{gridColumn{"Leads", countCell, 1}, rules.LeadsCreated},
		{gridColumn{"From partners", percentCell, 1}, rules.LeadShare},
		{gridColumn{"Earned", amountCell, 1}, rules.FigureEarned},
		{gridColumn{"Payable", amountCell, 1}, rules.FigurePayable},
		{gridColumn{"Carried out", amountCell, 1}, rules.FigureCarriedOut},
		{gridColumn{"Cost", amountCell, 1}, rules.Cost},
		{gridColumn{"Cost per node", amountCell, 1}, rules.CostPerNode},
		{gridColumn{"Cost per uptime hour", amountCell, 1}, rules.CostPerUptimeHour},
	}
	columns := []gridColumn{{"Month", idCell, 1}}
	for _, c := range list {
		columns = append(columns, c.gridColumn)
	}
	var rows []gridRow
	for p := m.Period.Add(1 - trendMonths); !m.Period.Before(p); p = p.Next() {
		cells, found := []string{p.String()}, false
		for _, c := range list {
			value, ok := m.Figures.In(p, rules.OfTheFleet, rules.FleetID, c.name)
			if ok && c.form == percentCell {
				value = sheetPercent(value)
			}
			cells, found = append(cells, value), found || ok
		}
		if found {
			rows = append(rows, gridRow{cells: cells})
		}
	}
	g := &sheetGrid{name: "tblTrend", grid: gridOf(columns, rows)}
	g.empty = "no figures of any month"
	return g
}

// severityGrid shows the incidents by severity beside what is aimed at.
func severityGrid(m *Month) *sheetGrid {
	if m.Facts.Absent["incidents"] {
		return &sheetGrid{grid: &grid{empty: noIncidentData}}
	}
	columns := []gridColumn{
		{"Severity", idCell, 1}, {"Opened", countCell, 1}, {"Resolved", countCell, 1},
		{"Response target", idCell, 1}, {"Mean response min", numberCell, 1}, {"Answered within", countCell, 1},
		{"Resolution target", idCell, 1}, {"MTTR min", numberCell, 1}, {"Resolved within", countCell, 1},
	}
	figure := func(severity string, name rules.FigureName) string {
		value, _ := m.Figures.Of(rules.OfSeverity, severity, name)
		return value
	}
	targets := map[string]rules.SeverityTarget{}
	var order []string
	for _, t := range m.Report.Severities {
		targets[t.Severity] = t
		order = append(order, t.Severity)
	}
	for _, f := range m.Figures.All() {
		if _, known := targets[f.ID]; f.Period == m.Period && f.Kind == rules.OfSeverity && !known {
			targets[f.ID] = rules.SeverityTarget{Severity: f.ID}
			order = append(order, f.ID)
		}
	}
	var rows []gridRow
	for _, severity := range order {
		t := targets[severity]
		opened := figure(severity, rules.IncidentsOpened)
		if opened == "" {
			opened = "0"
		}
		rows = append(rows, gridRow{cells: []string{
			severity, opened, figure(severity, rules.IncidentsSolved),
			t.Response.String(), minutesOf(figure(severity, rules.MeanResponse)), figure(severity, rules.ResponseWithin),
			t.Resolution.String(), minutesOf(figure(severity, rules.MTTR)), figure(severity, rules.ResolutionWithin),
		}})
	}
	g := &sheetGrid{grid: gridOf(columns, rows), sums: []int{1, 2}}
	g.empty = "no severity has a target or an incident"
	return g.withTotals("Total")
}
