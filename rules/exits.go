package rules

import "strconv"

// exitMonth takes a share of what some rules would give for a whole month with
// the nodes and the tier of the operator's latest day with a node. Nothing in it
// is rounded but the line.
func (s *settler) exitMonth(o *operator, a Amount, share Exact) draft {
	d := draft{rate: showShare(share), unit: "USD"}
	if o.Operator.Exit == nil {
		d.notEarned = "never had an active node"
		d.basis = d.rate + " of a full month at exit"
		return d
	}
	tier := o.tierOn(o.Operator.Exit.Day)
	month := s.fullMonth(o.version, a.Of.ExitMonth, o.Operator.Exit.Nodes, tier)
	d.quantity = showMoneyRate(month)
	d.exact = share.Mul(month)
	d.basis = showShareOf(share) + d.quantity + " for a full month with " +
		countWords(strconv.Itoa(o.Operator.Exit.Nodes), "node") + " in tier " + tier
	return d
}

// fullMonth adds up, unrounded, what rules give for a whole month with so many
// nodes in a tier.
func (s *settler) fullMonth(v *Version, ids []string, nodes int, tier string) Exact {
	var sum Exact
	for _, id := range ids {
		r := v.rule(id)
		if r == nil || !r.forTier(tier) {
			continue
		}
		rate, _ := r.Amount.rates().For(tier)
		value := rate.exact(s.params[v])
		switch {
		case r.byDay():
			sum = sum.Add(value.Mul(ExactInt(int64(r.Amount.counted(nodes)))))
		case r.Amount.Of != nil:
			sum = sum.Add(value.Mul(s.fullMonth(v, v.rulesBefore(id, r.Amount.Of), nodes, tier)))
		default:
			sum = sum.Add(value)
		}
	}
	return sum
}

// rulesBefore lists the rules above one that a share of lines is taken of.
func (v *Version) rulesBefore(id string, of *Of) []string {
	var ids []string
	for _, r := range v.Rules {
		if r.ID == id {
			break
		}
		if of.names(Line{Rule: r.ID, Category: r.Category}) {
			ids = append(ids, r.ID)
		}
	}
	return ids
}
