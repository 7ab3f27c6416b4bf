package outputs

import (
	"slices"
	"strconv"

	"github.com/shopspring/decimal"

	"fleetpay/rules"
)

// The month at a glance: each figure beside its target and earlier months.

// goal is what a figure is held against. A percentage is to be above its target,
// or below it; a number is to be it or more, or fewer, or within a range.
type goal struct {
	target  decimal.Decimal
	most    decimal.Decimal // of a range, whose least is target
	given   bool
	below   bool
	percent bool
	ranged  bool
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

func spanGoal(s *rules.Span) goal {
	if s == nil {
		return goal{}
	}
	return goal{target: decimal.NewFromInt(int64(s.From)), most: decimal.NewFromInt(int64(s.To)), given: true, ranged: true}
}

// words are the goal for people: above 99.5%, 10 or more, 3 to 5.
func (g goal) words() string {
	switch {
	case !g.given:
		return ""
	case g.percent && g.below:
		return "below " + targetPercent(g.target)
	case g.percent:
		return "above " + targetPercent(g.target)
	case g.ranged && g.most.Equal(g.target):
		return "exactly " + g.target.String()
	case g.ranged:
		return g.target.String() + " to " + g.most.String()
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
	case g.ranged:
		return c >= 0 && d.Cmp(g.most) <= 0
	case g.below:
		return c <= 0
	default:
		return c >= 0
	}
}

// compareShare tells how part of whole stands to a target in percent, exactly: -1
// below it, 0 at it, 1 above it.
func (g goal) compareShare(part, whole int64) int {
	return rules.Ratio(part, whole).Mul(rules.ExactInt(100)).Cmp(rules.ExactOf(g.target))
}

// verdict is met or missed.
func (g goal) verdict(d decimal.Decimal) string {
	if g.met(d) {
		return "met"
	}
	return "missed"
}

// against says how far a figure is from its target, with a plus above it and a
// minus below: met, +0.313 points. The difference is that of the numbers shown; of
// a range it is to the end that was passed.
func (g goal) against(value string) string {
	d, err := decimal.NewFromString(value)
	if !g.given || err != nil {
		return ""
	}
	word := g.verdict(d)
	target, places, unit := g.target, int32(0), ""
	switch {
	case g.percent:
		places, unit = shownPlaces, " points"
	case g.ranged && g.met(d):
		return word // wherever within
	case g.ranged && d.Cmp(g.most) > 0:
		target = g.most
	}
	switch by := d.Truncate(places).Sub(target).Truncate(places); {
	case !by.IsZero():
		return word + ", " + signed(by, places) + unit
	case !g.percent:
		return word
	case d.Equal(target):
		return word + ", exactly at the target"
	case d.Cmp(target) > 0:
		return word + ", just above the target"
	}
	return word + ", just below the target"
}

// beside is a goal in brackets, for a sentence that tells the figure; "" without
// one.
func (g goal) beside(value string) string {
	d, err := decimal.NewFromString(value)
	if !g.given || err != nil {
		return ""
	}
	return " (target: " + g.words() + ", " + g.verdict(d) + ")"
}

// signed writes a number with its sign, and 0 without one.
func signed(d decimal.Decimal, places int32) string {
	d = d.Truncate(places)
	if d.Sign() > 0 {
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
	form    figureForm
	ifAsked bool // without a target the row says nothing
}

// figureForm is how a figure is written.
type figureForm int

const (
	asItIs    figureForm = iota
	asPercent            // 99.141%
	asChange             // +12.500%
)

// Summary is the month at a glance.
func (v *reportView) Summary() *grid {
	id := v.payout.PayeeID
	commission := rules.EarnedIn(rules.Commission)
	rows := []summaryRow{
		{"Active nodes of referred operators", rules.OfPartner, id, rules.NodesActive, countGoal(v.targets.ActiveNodes, false), asItIs, false},
		{"Active referred operators", rules.OfPartner, id, rules.OperatorsActive, goal{}, asItIs, false},
		{"Active and certified referred operators", rules.OfPartner, id, rules.OperatorsCertified, spanGoal(v.mine.ActiveOperators), asItIs, true},
		{"New referred operators", rules.OfPartner, id, rules.OperatorsJoined, countGoal(v.targets.NewOperators, false), asItIs, true},
		{"Uptime of their nodes", rules.OfPartner, id, rules.Uptime, shareGoal(v.targets.Uptime, false), asPercent, false},
		{"Uptime of the whole fleet", rules.OfTheFleet, rules.FleetID, rules.Uptime, shareGoal(v.program.Uptime, false), asPercent, false},
		{"Incidents on their nodes", rules.OfPartner, id, rules.IncidentsOpened, countGoal(v.targets.Incidents, true), asItIs, true},
		{"Churn of referred operators, 12 months", rules.OfPartner, id, rules.Churn, shareGoal(v.targets.Churn, true), asPercent, false},
		{"Leads", rules.OfPartner, id, rules.LeadsCreated, countGoal(v.targets.Leads, false), asItIs, false},
		{"Leads qualified", rules.OfPartner, id, rules.LeadsQualified, countGoal(v.targets.QualifiedLeads, false), asItIs, false},
		{"Leads converted", rules.OfPartner, id, rules.LeadsConverted, goal{}, asItIs, false},
		{"Share of all leads", rules.OfPartner, id, rules.LeadShare, shareGoal(v.mine.LeadShare, false), asPercent, false},
		{"Deal revenue, USD", rules.OfPartner, id, rules.DealRevenue, goal{}, asItIs, false},
		{"Commission, USD", rules.OfPartner, id, commission, goal{}, asItIs, false},
		{"Commission, change against a year before", rules.OfPartner, id, rules.Growth(commission), goal{}, asChange, false},
	}
	if v.month.Report.Layout == rules.LeadsLayout {
		// Its partners are judged by leads, so these come first.
		leads := slices.IndexFunc(rows, func(r summaryRow) bool { return r.name == rules.LeadsCreated })
		rows = append(rows[leads:], rows[:leads]...)
	}
	period := v.month.Period
	var list []gridRow
	for _, r := range rows {
		now := v.seen(period, r, r.name)
		if now == "" || r.ifAsked && !r.goal.given {
			continue
		}
		year := ""
		if v.yearHead() != "" {
			year = v.seen(period, r, rules.YearToDate(r.name))
		}
		list = append(list, gridRow{cells: []string{
			r.label, now, orNothing(r.goal.words()), orNothing(r.goal.against(v.exactly(r))),
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
	switch d, err := decimal.NewFromString(value); {
	case r.form == asPercent:
		return percentText(value)
	case r.form == asChange && err == nil:
		return signed(d, shownPlaces) + "%"
	}
	return value
}

// exactly is a figure of the period as it is held against its target, "" without
// one. An uptime is taken from its slots: what is above a target by less than
// figures show is above it.
func (v *reportView) exactly(r summaryRow) string {
	value, _ := v.month.Figures.Of(r.kind, r.id, r.name)
	if r.name == rules.Uptime {
		part, _ := v.month.Figures.Of(r.kind, r.id, rules.SlotsUp)
		whole, _ := v.month.Figures.Of(r.kind, r.id, rules.SlotsExpected)
		up, err := strconv.ParseInt(part, 10, 64)
		of, also := strconv.ParseInt(whole, 10, 64)
		if err == nil && also == nil && of > 0 {
			const places = 18 // more than two shares of as many slots as there may be can be alike in
			return rules.Ratio(up, of).Mul(rules.ExactInt(100)).Cut(places)
		}
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
		{"Uptime", rules.OfPartner, id, rules.Uptime, shareGoal(v.targets.Uptime, false), asPercent, true},
		{"Active nodes", rules.OfPartner, id, rules.NodesActive, countGoal(v.targets.ActiveNodes, false), asItIs, true},
		{"Leads", rules.OfPartner, id, rules.LeadsCreated, countGoal(v.targets.Leads, false), asItIs, true},
		{"Qualified leads", rules.OfPartner, id, rules.LeadsQualified, countGoal(v.targets.QualifiedLeads, false), asItIs, true},
		{"Share of all leads", rules.OfPartner, id, rules.LeadShare, shareGoal(v.mine.LeadShare, false), asPercent, true},
		{"New operators", rules.OfPartner, id, rules.OperatorsJoined, countGoal(v.targets.NewOperators, false), asItIs, true},
		{"Active and certified operators", rules.OfPartner, id, rules.OperatorsCertified, spanGoal(v.mine.ActiveOperators), asItIs, true},
		{"Churn, 12 months", rules.OfPartner, id, rules.Churn, shareGoal(v.targets.Churn, true), asPercent, true},
		{"Incidents", rules.OfPartner, id, rules.IncidentsOpened, countGoal(v.targets.Incidents, true), asItIs, true},
	} {
		if r.goal.given {
			rows = append(rows, gridRow{cells: []string{r.label, r.goal.words(), orNothing(v.seen(v.month.Period, r, r.name)), orNothing(r.goal.against(v.exactly(r)))}})
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
