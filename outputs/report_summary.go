package outputs

import (
	"slices"

	"github.com/shopspring/decimal"

	"fleetpay/rules"
)

// The month at a glance: each figure beside its target and earlier months.

// goal is what a figure is held against.
type goal struct {
	target  decimal.Decimal
	given   bool
	below   bool // the figure is to be below the target, or not above it
	percent bool
}

func shareGoal(r *rules.Rate, below bool) goal {
	if r == nil {
		return goal{}
	}
	return goal{target: r.Value.Shift(2), given: true, below: below, percent: true}
}

func countGoal(n *int, below bool) goal {
	if n == nil {
		return goal{}
	}
	return goal{target: decimal.NewFromInt(int64(*n)), given: true, below: below}
}

// words are the goal for people: above 99.5%, 10 or more.
func (g goal) words() string {
	switch {
	case !g.given:
		return ""
	case g.percent && g.below:
		return "below " + targetPercent(g.target)
	case g.percent:
		return "above " + targetPercent(g.target)
	case g.below:
		return g.target.String() + " or fewer"
	}
	return g.target.String() + " or more"
}

// met tells whether a figure meets the goal.
func (g goal) met(d decimal.Decimal) bool {
	switch c := d.Cmp(g.target); {
	case g.percent && g.below:
		return c < 0
	case g.percent:
		return c > 0
	case g.below:
		return c <= 0
	default:
		return c >= 0
	}
}

// against says how far a figure is from its target: met, +0.313 points. The
// difference is that of the numbers shown.
func (g goal) against(value string) string {
	d, err := decimal.NewFromString(value)
	if !g.given || err != nil {
		return ""
	}
	word := "missed"
	if g.met(d) {
		word = "met"
	}
	places, unit := int32(0), ""
	if g.percent {
		places, unit = shownPlaces, " points"
	}
	by := d.Truncate(places).Sub(g.target)
	if by.IsZero() {
		return word
	}
	return word + ", " + signed(by, places) + unit
}

func signed(d decimal.Decimal, places int32) string {
	if d.Sign() >= 0 {
		return "+" + d.StringFixed(places)
	}
	return d.StringFixed(places)
}

// targetPercent writes a percentage as it was given, and never with exactly two
// decimals, which are for money.
func targetPercent(d decimal.Decimal) string {
	s := d.String()
	if d.Equal(d.Truncate(2)) && !d.Equal(d.Truncate(1)) {
		s = d.StringFixed(shownPlaces)
	}
	return s + "%"
}

// summaryRow is a figure of the partner, or of the fleet, over time.
type summaryRow struct {
	label   string
	kind    rules.FigureKind
	id      string
	name    rules.FigureName
	goal    goal
	percent bool
}

// Summary is the month at a glance.
func (v *reportView) Summary() *grid {
	id := v.payout.PayeeID
	rows := []summaryRow{
		{"Active nodes of referred operators", rules.OfPartner, id, rules.NodesActive, countGoal(v.targets.ActiveNodes, false), false},
		{"Active referred operators", rules.OfPartner, id, rules.OperatorsActive, goal{}, false},
		{"Uptime of their nodes", rules.OfPartner, id, rules.Uptime, shareGoal(v.targets.Uptime, false), true},
		{"Uptime of the whole fleet", rules.OfTheFleet, rules.FleetID, rules.Uptime, shareGoal(v.program.Uptime, false), true},
		{"Churn of referred operators, 12 months", rules.OfPartner, id, rules.Churn, shareGoal(v.targets.Churn, true), true},
		{"Leads", rules.OfPartner, id, rules.LeadsCreated, countGoal(v.targets.Leads, false), false},
		{"Leads qualified", rules.OfPartner, id, rules.LeadsQualified, countGoal(v.targets.QualifiedLeads, false), false},
		{"Leads converted", rules.OfPartner, id, rules.LeadsConverted, goal{}, false},
		{"Deal revenue, USD", rules.OfPartner, id, rules.DealRevenue, goal{}, false},
		{"Commission, USD", rules.OfPartner, id, rules.EarnedIn(rules.Commission), goal{}, false},
		{"Commission against a year before", rules.OfPartner, id, rules.Growth(rules.EarnedIn(rules.Commission)), goal{}, true},
	}
	if v.month.Report.Layout == rules.LeadsLayout {
		// Its partners are judged by leads, so these come first.
		network := slices.IndexFunc(rows, func(r summaryRow) bool { return r.name == rules.LeadsCreated })
		rows = append(rows[network:], rows[:network]...)
	}
	period := v.month.Period
	var list []gridRow
	for _, r := range rows {
		now := v.seen(period, r, r.name)
		if now == "" {
			continue
		}
		value, _ := v.month.Figures.Of(r.kind, r.id, r.name)
		year := ""
		if v.yearHead() != "" {
			year = v.seen(period, r, rules.YearToDate(r.name))
		}
		list = append(list, gridRow{cells: []string{
			r.label, now, orNothing(r.goal.words()), orNothing(r.goal.against(value)),
			orNothing(v.seen(period.Prev(), r, r.name)), orNothing(year), orNothing(v.seen(period.Add(-12), r, r.name)),
		}})
	}
	if len(list) == 0 {
		return nil
	}
	return tidyGrid([]gridColumn{
		{"Measure", textCell, 2.4}, {monthName(period), numberCell, 1.1}, {"Target", textCell, 1.1}, {"Variance", textCell, 1.5},
		{monthName(period.Prev()), numberCell, 1.1}, {v.yearHead(), numberCell, 1.1}, {monthName(period.Add(-12)), numberCell, 1.1},
	}, list)
}

// seen writes a figure of a month as the summary shows it, "" without one.
func (v *reportView) seen(p rules.Period, r summaryRow, name rules.FigureName) string {
	value, ok := v.month.Figures.In(p, r.kind, r.id, name)
	if !ok {
		return ""
	}
	if r.percent {
		return percentText(value)
	}
	return value
}

// yearHead heads the year's sums with the month from which they count. In that
// month itself they say nothing new, and it is "".
func (v *reportView) yearHead() string {
	value, _ := v.month.Figures.Of(rules.OfTheFleet, rules.FleetID, rules.YearSince)
	switch p, err := rules.ParsePeriod(value); {
	case err != nil:
		return "Year to date"
	case p == v.month.Period:
		return ""
	default:
		return "Since " + monthName(p)
	}
}

// Next is what the next month is to bring, beside what this one brought.
func (v *reportView) Next() *grid {
	id := v.payout.PayeeID
	var rows []gridRow
	for _, r := range []summaryRow{
		{"Uptime", rules.OfPartner, id, rules.Uptime, shareGoal(v.targets.Uptime, false), true},
		{"Active nodes", rules.OfPartner, id, rules.NodesActive, countGoal(v.targets.ActiveNodes, false), false},
		{"Leads", rules.OfPartner, id, rules.LeadsCreated, countGoal(v.targets.Leads, false), false},
		{"Qualified leads", rules.OfPartner, id, rules.LeadsQualified, countGoal(v.targets.QualifiedLeads, false), false},
		{"New operators", rules.OfPartner, id, rules.OperatorsJoined, countGoal(v.targets.NewOperators, false), false},
		{"Incidents", rules.OfPartner, id, rules.IncidentsOpened, countGoal(v.targets.Incidents, true), false},
	} {
		value, _ := v.month.Figures.Of(r.kind, r.id, r.name)
		if r.goal.given {
			rows = append(rows, gridRow{cells: []string{r.label, r.goal.words(), orNothing(v.seen(v.month.Period, r, r.name)), orNothing(r.goal.against(value))}})
		}
	}
	if len(rows) == 0 {
		return nil
	}
	return gridOf([]gridColumn{
		{"Measure", textCell, 1.6}, {"Target for " + monthName(v.month.Period.Next()), textCell, 1.6},
		{monthName(v.month.Period), numberCell, 1}, {"Variance", textCell, 1.4},
	}, rows)
}
