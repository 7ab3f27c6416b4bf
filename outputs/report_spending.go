package outputs

import (
	"slices"
	"strconv"

	"fleetpay/rules"
)

// What a partner's network costs the program.

// Spending is what the program paid for the partner's network, by rule. A rule
// that paid nothing is left out, unless all did.
func (v *reportView) Spending() *grid {
	id := v.payout.PayeeID
	list := v.month.Figures.Parts(rules.OfPartnerRule, id)
	slices.SortStableFunc(list, func(a, b string) int { return v.index.ruleRank(a) - v.index.ruleRank(b) })
	costOf := func(rule string) (rules.Money, bool) {
		return v.month.Figures.Money(v.month.Period, rules.OfPartnerRule, rules.PartFigureID(id, rule), rules.Cost)
	}
	some := slices.ContainsFunc(list, func(rule string) bool {
		cost, _ := costOf(rule)
		return !cost.IsZero()
	})
	var rows []gridRow
	for _, rule := range list {
		key := rules.PartFigureID(id, rule)
		cost, ok := costOf(rule)
		if !ok || some && cost.IsZero() {
			continue
		}
		note := ""
		operators, _ := v.month.Figures.Of(rules.OfPartnerRule, key, rules.CostOperators)
		if n, err := strconv.Atoi(operators); err == nil && n > 0 {
			note = counted(n, "operator")
		}
		label := v.index.words.anyLabel[rule]
		if label == "" {
			label = rule
		}
		rows = append(rows, gridRow{cells: []string{label, categoryTitle(v.index.rules[rule].category), cost.String(), orNothing(note)}})
	}
	if len(rows) == 0 {
		return nil
	}
	var foot []gridRow
	if sum, ok := v.figure(rules.Cost); ok {
		foot = append(foot, gridRow{cells: []string{"All", "", sum, ""}})
	}
	return tidyGrid([]gridColumn{
		{"What for", textCell, 1.6}, {"Category", textCell, 1}, {"Amount, USD", amountCell, 1}, {"Notes", textCell, 1.2},
	}, rows, foot...)
}

// categoryOrder is the order of categories in a summary.
var categoryOrder = []rules.Category{rules.Base, rules.Bonus, rules.RevenueShare, rules.Commission, rules.Adjusting, rules.Penalty}

// ruleRank orders rules by category, and then as the book's lines come, which is
// the order of the rule file.
func (x *reportIndex) ruleRank(rule string) int {
	known, ok := x.rules[rule]
	if !ok {
		return len(categoryOrder) * len(x.rules)
	}
	return slices.Index(categoryOrder, known.category)*len(x.rules) + known.place
}

// Spent says what the network cost, and what that is for a node and for an hour
// of uptime.
func (v *reportView) Spent() string {
	sum := ""
	if c, ok := v.figure(rules.Cost); ok {
		sum = c + " USD "
	}
	month := monthName(v.month.Period)
	var said []string
	if c, ok := v.figure(rules.CostPerNode); ok {
		said = append(said, c+" USD for each node active on the last day")
	}
	if c, ok := v.figure(rules.CostPerUptimeHour); ok {
		said = append(said, c+" USD for each hour that a node was up")
	}
	if sum == "" || len(said) == 0 {
		return "The program spent " + sum + "on these operators and this partner in " + month + "."
	}
	return "The program spent " + sum + "on these operators and this partner in " + month + ": " + listed(said) + "."
}
