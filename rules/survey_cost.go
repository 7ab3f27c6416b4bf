package rules

import (
	"maps"
	"slices"
)

// cost adds what the program pays, in all, by category, and per node and hour.
func (on about) cost(sum sums, of size) {
	on.dollars(Cost, sum.total)
	for i, c := range categories {
		if !sum.by[i].IsZero() {
			on.dollars(CostOf(c), sum.by[i])
		}
	}
	if of.nodes > 0 {
		on.dollars(CostPerNode, sum.total.Exact().Div(ExactInt(of.nodes)).Cents())
	}
	if of.hours.Sign() > 0 {
		on.dollars(CostPerUptimeHour, sum.total.Exact().Div(of.hours).Cents())
	}
}

// costLines are the lines that a network costs: those of its operators, and the
// partner's commission. A returned payment costs nothing: it was counted when it
// was ordered.
func (s *survey) costLines(n *network) []*Line {
	var lines []*Line
	for _, o := range n.operators {
		for _, l := range s.lines[account{OperatorPayee, o.ID}] {
			if l.Category != Returned {
				lines = append(lines, l)
			}
		}
	}
	for _, l := range s.lines[account{PartnerPayee, n.partner.ID}] {
		if l.Category == Commission {
			lines = append(lines, l)
		}
	}
	return lines
}

// ruleCost is what a rule costs in a network. paid has the operators that it is
// about, and whether one of their lines is not 0.00.
type ruleCost struct {
	sum  Money
	paid map[string]bool
}

// costByRule adds what each rule costs in a network.
func (s *survey) costByRule(n *network) {
	costs := map[string]*ruleCost{}
	for _, l := range s.costLines(n) {
		c := costs[l.Rule]
		if c == nil {
			c = &ruleCost{paid: map[string]bool{}}
			costs[l.Rule] = c
		}
		c.sum = c.sum.Add(l.Amount)
		on := l.PayeeID
		if l.PayeeKind == PartnerPayee {
			if on = n.commission.operator(l); on == "" {
				continue
			}
		}
		c.paid[on] = c.paid[on] || !l.Amount.IsZero()
	}
	for _, rule := range slices.Sorted(maps.Keys(costs)) {
		on := about{s, OfPartnerRule, PartFigureID(n.partner.ID, rule)}
		on.dollars(Cost, costs[rule].sum)
		if len(costs[rule].paid) > 0 {
			on.pieces(CostOperators, costs[rule].operators())
		}
	}
}

func (c *ruleCost) operators() (paid int64) {
	for _, isPaid := range c.paid {
		if isPaid {
			paid++
		}
	}
	return paid
}
