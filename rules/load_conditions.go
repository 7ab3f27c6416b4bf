package rules

import (
	"slices"
	"sort"
	"strings"

	"fleetpay/rules/strict"
)

// conditions checks a list of conditions on a payee's measures.
func (c *checker) conditions(p at, key string, list []Condition, payee Payee, tiers concerned) {
	if !c.has(p, key) || payee == ToLeadSource {
		return
	}
	if len(list) == 0 {
		c.wrong(p.in(key), "the list is empty; name a condition or leave it out")
	}
	for i := range list {
		c.condition(p.in(key, i), &list[i], payee, tiers)
	}
}

func (c *checker) condition(p at, cond *Condition, payee Payee, tiers concerned) {
	way := c.exactlyOne(p, "above", "below", "at_least", "at_most", "is")
	def, ok := c.measure(p.in("measure"), cond.Measure, payee)
	c.months(p, cond, def, ok, payee)
	if def.Name == "" {
		return
	}
	switch {
	case way == "is" && def.Unit != UnitFlag:
		c.lacks(p.in(way), "%s is a number, not true or false; compare it with above, below, at_least or at_most", cond.Measure)
	case way != "" && way != "is" && def.Unit == UnitFlag:
		c.lacks(p.in(way), "%s is true or false, not a number; write is: true", cond.Measure)
	case def.Unit != UnitFlag:
		for _, w := range cond.comparisons() {
			if w.threshold != nil {
				c.threshold(p.in(strings.ReplaceAll(w.words, " ", "_")), w.threshold, def, tiers)
			}
		}
	}
	if ok && c.has(p, "none") && !def.None {
		c.lacks(p.in("none"), "%s never has nothing to measure in data that are there; leave it out", cond.Measure)
	}
}

// months checks how far a condition looks back, where its measure may.
func (c *checker) months(p at, cond *Condition, def MeasureDef, ok bool, payee Payee) {
	if !c.has(p, "months") {
		return
	}
	if ok && (!def.Months || payee == ToOperator && def.Name != "uptime") {
		c.lacks(p.in("months"), "%s of payee %s is known for the period only; leave it out", cond.Measure, payee)
	} else if cond.Months < 1 || cond.Months > maxPastMonths {
		c.wrong(p.in("months"), "%d is not from 1 to %d; write a number of months", cond.Months, maxPastMonths)
	}
}

// threshold checks the unit of a threshold, and that one that is given by tier
// names all the tiers concerned and no other.
func (c *checker) threshold(p at, t *Threshold, def MeasureDef, tiers concerned) {
	if t.One != nil {
		c.quantity(p, *t.One, def)
		return
	}
	var named []string
	for _, q := range t.ByTier {
		named = append(named, q.Tier)
		c.tier(p.in(q.Tier), q.Tier, tiers.tiers)
		c.quantity(p.in(q.Tier), q.Quantity, def)
	}
	for _, tier := range tiers.tiers {
		if tiers.sure && len(named) > 0 && !isOneOf(tier, named) {
			c.lacks(p, "there is no threshold for tier %s; name every tier concerned: %s", tier, strings.Join(tiers.tiers, ", "))
			return
		}
	}
}

// unitForms says how a threshold of each unit is written.
var unitForms = map[Unit]string{
	UnitCount:    "a plain number, such as 2",
	UnitShare:    "a percentage, such as 99.5%",
	UnitDuration: "a length of time, such as 15 min, 4 h or 30 s",
	UnitMonths:   "months, such as 6 months",
	UnitDays:     "days, such as 30 days",
	UnitHours:    "hours, such as 4 hours",
	UnitMoney:    "dollars, such as 1000.00 USD",
}

func (c *checker) quantity(p at, q Quantity, def MeasureDef) {
	whole := def.Unit == UnitCount && def.Name != "review-score" || def.Unit == UnitMonths || def.Unit == UnitDays
	switch {
	case q.Unit != def.Unit:
		c.wrong(p, "%s is not in the unit of %s; write %s", c.doc.Find(p...).Text, def.Name, unitForms[def.Unit])
	case whole && !q.Value.IsInteger():
		c.wrong(p, "%s is compared with whole numbers; write one", def.Name)
	}
}

func (c *checker) cap(p at, limit *Cap, ids map[string]bool) {
	c.label(p.in("label"), limit.Label)
	if c.id(p.in("id"), limit.ID) {
		if _, rule := c.index[limit.ID]; rule || c.taken(limit.ID, ownRules[limit.ID] != "") {
			c.wrong(p.in("id"), "%q is the name of a rule too; rename one, for both leave lines", limit.ID)
		} else if ids[limit.ID] {
			c.wrong(p.in("id"), "the cap %q stands here twice; rename one", limit.ID)
		}
		ids[limit.ID] = true
	}
	payee := c.payee(p, limit.payee(), "a cap is for an operator or a partner; write one of them", ToOperator, ToPartner)
	tiers := c.tiers(p, limit.Tiers, payee)
	c.rates(p.in("at_most"), limit.AtMost, ParameterAmount, tiers.tiers)
	c.exactlyOne(p, "category", "rules")
	if c.has(p, "category") && !c.pays(payee, limit.Category) {
		c.wrong(p.in("category"), "no rule pays %s in category %s; the cap limits nothing", payeeWords[payee], limit.Category)
	}
	if c.has(p, "rules") {
		c.capped(p.in("rules"), limit.Rules, payee)
	}
}

// payee returns the payee of a cap, requirement or flag when it may stand there.
func (c *checker) payee(p at, payee Payee, otherwise string, allowed ...Payee) Payee {
	if !c.hasKeys(p) || !c.decoded(p.in("payee")) || payee == "" {
		return unread
	}
	if slices.Contains(allowed, payee) {
		return payee
	}
	c.wrong(p.in("payee"), "%s", otherwise)
	return unread
}

// capped checks the rules that a cap limits: of one payee and one category.
func (c *checker) capped(p at, ids []string, payee Payee) {
	if len(ids) == 0 {
		c.wrong(p, "the list is empty; name at least one rule")
	}
	var category Category
	for i, id := range ids {
		j, ok := c.index[id]
		if !ok {
			c.wrong(p.in(i), "there is no rule %q; %s", id, strict.Suggest(id, ruleIDs(c.v.Rules)))
			continue
		}
		r := &c.v.Rules[j]
		if isOneOf(id, ids[:i]) {
			c.wrong(p.in(i), "%s stands here twice; remove one", id)
			continue
		}
		if !payee.may(r.payee()) && !r.payee().may(payee) && r.payee() != ToLeadSource {
			c.wrong(p.in(i), "the rule %q pays %s, and the cap is for %s; leave it out", id, payeeWords[r.payee()], payeeWords[payee])
			continue
		}
		if category != "" && r.Category != "" && r.Category != category {
			c.wrong(p.in(i), "the rule %q is of category %s, and the others are of %s; make a cap for each category", id, r.Category, category)
		} else if r.Category != "" {
			category = r.Category
		}
	}
}

// pays tells whether some rule pays a payee in a category, or may for all that
// could be read.
func (c *checker) pays(payee Payee, category Category) bool {
	for i := range c.v.Rules {
		r := &c.v.Rules[i]
		mayPay := payee.may(r.payee()) || r.payee().may(payee) || r.payee() == ToLeadSource
		if mayPay && (r.Category == category || r.Category == "") {
			return true
		}
	}
	return !c.decoded(at{"rules"}) && len(c.v.Rules) == 0
}

func (c *checker) requirements() {
	named := namedTiers{}
	for i := range c.v.Requirements {
		p, q := at{"requirements", i}, &c.v.Requirements[i]
		c.label(p.in("label"), q.Label)
		payee := c.payee(p, q.Payee, "a requirement is for an operator or a partner; write one of them", ToOperator, ToPartner)
		tiers := c.tiers(p, q.Tiers, payee)
		if c.kind(p.in("id"), q.ID) && payee != unread {
			c.once(p, "requirement", q.ID, payee, tiers, named)
		}
		c.conditions(p, "conditions", q.Conditions, payee, tiers)
		switch {
		case q.Unmet == FlagOnly:
			c.notWith(p, "with unmet: flag, which withholds nothing", "category")
		case q.Unmet == Withhold && !c.has(p, "category") && !c.misspelt(p, "category"):
			c.lacks(p, "the key \"category\" is missing; say which lines are withheld")
		case q.Unmet == Withhold && c.has(p, "category") && len(q.Category) == 0:
			c.wrong(p.in("category"), "the list is empty; say which lines are withheld")
		}
		if q.Unmet == FlagOnly {
			continue
		}
		for j, category := range q.Category {
			if !c.pays(payee, category) {
				c.wrong(p.in("category", j), "no rule pays %s in category %s; nothing would be withheld", payeeWords[payee], category)
			}
		}
	}
}

func (c *checker) flags() {
	named := namedTiers{}
	for i := range c.v.Flags {
		p, f := at{"flags", i}, &c.v.Flags[i]
		c.label(p.in("label"), f.Label)
		payee := c.payee(p, f.payee(), "a flag is about an operator, a partner, a region or the fleet; write one of them", ToOperator, ToPartner, OfRegion, OfFleet)
		tiers := c.tiers(p, f.Tiers, payee)
		if c.kind(p.in("id"), f.ID) && payee != unread {
			c.once(p, "flag", f.ID, payee, tiers, named)
		}
		c.exit(p, f.Exit, payee)
		c.exactlyOne(p, "when", "unless")
		c.conditions(p, "when", f.When, payee, tiers)
		c.conditions(p, "unless", f.Unless, payee, tiers)
	}
}

// The kinds of exceptions about returns.
const (
	returnMissed       = "return-missed"
	returnedPayment    = "returned-payment"
	returnedSameWallet = "returned-same-wallet"
)

// unmappedIncident is the kind of the exception on an incident of a provider that
// stands for no node or severity. Whoever reads the provider's form raises it.
const unmappedIncident = "unmapped-incident"

// ownKinds are the kinds of exceptions that the program raises itself.
var ownKinds = []string{
	"adjustment-missed", "held", "late-exit", "new-wallet", "no-tier", "period-not-over", "receivable",
	returnMissed, returnedPayment, returnedSameWallet, "self-referral", earlyStage, "uncertified", "unknown-node", unmappedIncident, "unmatched", "waived",
}

// kind checks the id of a requirement or flag, which is the kind of the
// exception that it raises.
func (c *checker) kind(p at, id string) bool {
	if !c.id(p, id) {
		return false
	}
	if c.taken(id, isOneOf(id, ownKinds)) {
		c.wrong(p, "%q is the kind of an exception that the program raises itself; choose another", id)
		return false
	}
	return true
}

// namedTiers holds, by id and payee, the tiers for which something was named.
type namedTiers map[string][]string

// once checks that a requirement or flag is named once for each payee and tier:
// one that differs by tier is written once per tier.
func (c *checker) once(p at, what, id string, payee Payee, tiers concerned, named namedTiers) {
	if !tiers.sure {
		return
	}
	key := id + " " + string(payee)
	if before, again := named[key]; again {
		common := intersect(before, tiers.tiers)
		if len(tiers.tiers) == 0 || len(common) > 0 {
			which := ""
			if len(common) > 0 {
				which = " for tier " + strings.Join(common, ", ")
			}
			c.wrong(p.in("id"), "the %s %q stands here twice%s; rename one, or give each tiers of its own", what, id, which)
		}
	}
	named[key] = append(named[key], tiers.tiers...)
}

func intersect(a, b []string) []string {
	var common []string
	for _, x := range b {
		if isOneOf(x, a) {
			common = append(common, x)
		}
	}
	sort.Strings(common)
	return common
}
