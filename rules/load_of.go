package rules

import "fleetpay/rules/strict"

// of checks what a share is taken of. Lines are settled in the order of the
// file, so a rule can build only on those above it.
func (c *checker) of(p at, r *Rule, i int) {
	of := r.Amount.Of
	key := c.exactlyOne(p, "category", "rule", "measure", "full_month_at_exit")
	if key != "" && key != "measure" && c.doc.Find(p.in(key)...).Items == nil {
		c.wrong(p.in(key), "the list is empty; name at least one")
		return
	}
	if r.payee() == ToLeadSource && key != "measure" && key != "" {
		c.wrong(p.in(key), "payee lead-source has a share of lead-revenue only; write of: {measure: lead-revenue}")
		return
	}
	switch key {
	case "category":
		for j, category := range of.Category {
			c.ofCategory(p.in(key, j), r, i, category)
			if hasCategory(of.Category[:j], category) {
				c.wrong(p.in(key, j), "%s stands here twice; remove one", category)
			}
		}
	case "rule":
		for j, id := range of.Rule {
			c.ofRule(p.in(key, j), r, i, id)
			if isOneOf(id, of.Rule[:j]) {
				c.wrong(p.in(key, j), "%s stands here twice; remove one", id)
			}
		}
	case "measure":
		if def, ok := c.measure(p.in(key), of.Measure, r.payee()); ok && def.Unit != UnitMoney {
			c.wrong(p.in(key), "%s is not money; a share is taken of lines or of revenue", of.Measure)
		}
	case "full_month_at_exit":
		c.exitMonth(p, r, i)
	}
}

// mayFeed tells whether a payee's share may be taken of lines of a category.
// Penalties and commissions feed nothing; of an operator's lines, only base and
// bonus feed a partner's commission.
func mayFeed(c Category, to Payee) bool {
	return c == Base || c == Bonus || c == RevenueShare && to == ToOperator
}

func feeders(to Payee) string {
	if to == ToPartner {
		return "base and bonus"
	}
	return "base, bonus and revenue-share"
}

// ofCategory checks a share of a category's lines: all of its rules stand above.
func (c *checker) ofCategory(p at, r *Rule, i int, category Category) {
	if category == "" || r.payee() == unread {
		return
	}
	if !mayFeed(category, r.payee()) {
		c.wrong(p, "payee %s has no share of %s lines; take it of %s", r.payee(), category, feeders(r.payee()))
		return
	}
	above := !c.decoded(at{"rules"}) // one that can't be read may be
	for j := range c.v.Rules {
		from := &c.v.Rules[j]
		switch {
		case from.Category != category || from.payee() != ToOperator:
		case j < i:
			above = true
		case j == i:
			c.wrong(p, "the rule is of category %s itself; name the rules it builds on with of: {rule: [...]}", category)
			return
		default:
			c.wrong(p, "the rule %q of category %s stands further down; move it above this one", from.ID, category)
			return
		}
	}
	if !above {
		c.wrong(p, "no rule for operators above is of category %s; a share of its lines is nothing", category)
	}
}

// ofRule checks a share of a rule's lines: it stands above and pays operators.
func (c *checker) ofRule(p at, r *Rule, i int, id string) {
	from := c.above(p, i, id)
	switch {
	case from == nil:
	case !from.payee().may(ToOperator):
		c.wrong(p, "the rule %q pays %s; a share is taken of operators' lines", id, payeeWords[from.payee()])
	case from.Category != "" && r.payee() != unread && !mayFeed(from.Category, r.payee()):
		c.wrong(p, "the rule %q is of category %s, of which payee %s has no share; take it of %s", id, from.Category, r.payee(), feeders(r.payee()))
	}
}

// above finds a rule that stands above another.
func (c *checker) above(p at, i int, id string) *Rule {
	j, ok := c.index[id]
	switch {
	case !ok:
		c.wrong(p, "there is no rule %q above; %s", id, strict.Suggest(id, ruleIDs(c.v.Rules[:i])))
		return nil
	case j == i:
		c.wrong(p, "the rule builds on itself; name one that stands above it")
		return nil
	case j > i:
		c.wrong(p, "the rule %q stands further down; move it above this one", id)
		return nil
	}
	return &c.v.Rules[j]
}

func ruleIDs(rules []Rule) []string {
	ids := make([]string, len(rules))
	for i := range rules {
		ids[i] = rules[i].ID
	}
	return ids
}

// exitMonth checks the rules that a full month at exit is computed from: they
// must give the same for the same nodes and tier, whatever else is measured.
func (c *checker) exitMonth(p at, r *Rule, i int) {
	if !r.payee().may(ToOperator) || r.Exit == nil {
		c.lacks(p.in("full_month_at_exit"), "only a rule for operators with exit has it; add exit, or take the share of something else")
	}
	for j, id := range r.Amount.Of.ExitMonth {
		place := p.in("full_month_at_exit", j)
		from := c.above(place, i, id)
		if from == nil || !c.clean(at{"rules", c.index[id], "amount"}) {
			continue
		}
		a := &from.Amount
		flat := a.Of == nil && a.Per == ""
		if !from.payee().may(ToOperator) || from.Category != Base && from.Category != "" || a.Times != nil || !(from.byDay() || flat || a.Of != nil && a.Of.lines()) {
			c.wrong(place, "the rule %q does not follow from nodes and tier alone; name base rules with a rate by day, a flat sum or a share of such lines", id)
		}
		if isOneOf(id, r.Amount.Of.ExitMonth[:j]) {
			c.wrong(place, "%s stands here twice; remove one", id)
		}
	}
}
