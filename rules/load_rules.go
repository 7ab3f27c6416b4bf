package rules

import (
	"strings"

	"fleetpay/rules/strict"
)

// rule checks one rule. The ids and payees of all rules are known by then.
func (c *checker) rule(p at, i int) {
	r := &c.v.Rules[i]
	c.label(p.in("label"), r.Label)
	tiers := c.tiers(p, r.Tiers, r.payee())
	if r.payee() == ToLeadSource {
		c.leadSource(p, r)
	}
	c.exit(p, r.Exit, r.payee())
	c.amount(p.in("amount"), r, i)
	if named := r.Amount.rates().ByTier; len(named) > 0 {
		tiers = c.sameTiers(p, r, named, tiers)
	}
	if c.has(p, "at_most") {
		c.rates(p.in("at_most"), r.AtMost, ParameterAmount, tiers.tiers)
	}
	c.conditions(p, "applies", r.Applies, r.payee(), tiers)
	c.conditions(p, "earned", r.Earned, r.payee(), tiers)
	c.commissionWindow(p, r)
}

// sameTiers returns the tiers by which a rule's rate is given. When the rule
// lists tiers too, they must be the same.
func (c *checker) sameTiers(p at, r *Rule, named []TierRate, listed concerned) concerned {
	key := "rate"
	if r.Amount.Share.given() {
		key = "share"
	}
	allowed := tiersOf(r.payee())
	by := concerned{sure: listed.sure}
	for _, t := range named {
		if !isOneOf(t.Tier, allowed) {
			return concerned{listed.tiers, false}
		}
		by.tiers = append(by.tiers, t.Tier)
		if len(r.Tiers) > 0 && !isOneOf(t.Tier, listed.tiers) {
			c.lacks(p.in("amount", key, t.Tier), "the rule is not for tier %s; leave it out here, or add it to tiers", t.Tier)
		}
	}
	for i, t := range r.Tiers {
		if listed.sure && !isOneOf(t, by.tiers) {
			c.lacks(p.in("tiers", i), "the %s names no tier %s; add it there, or leave it out here", key, t)
		}
	}
	return by
}

// leadSource narrows rules for whom a lead came from, an operator or a partner:
// what only one of them has is not for them.
func (c *checker) leadSource(p at, r *Rule) {
	if r.Category != Commission {
		c.wrong(p.in("category"), "payee lead-source is for category commission; write that")
	}
	why := "with payee lead-source, who may be an operator or a partner"
	c.notWith(p, why, "applies", "earned", "window")
	c.notWith(p.in("amount"), why, "per", "times", "each", "split", "mentees")
}

func (c *checker) exit(p at, e *Exit, payee Payee) {
	if e == nil {
		return
	}
	p = p.in("exit")
	if !payee.may(ToOperator) {
		c.lacks(p, "only operators leave; leave exit out with payee %s", payee)
	}
	c.span(p, "within_months", e.WithinMonths)
	if c.has(p, "kind") && !isOneOf(e.Kind, exitKinds) {
		c.wrong(p.in("kind"), "%q is not an exit_kind; %s", e.Kind, strict.Suggest(e.Kind, exitKinds))
	}
}

// exitKinds are the values of exit_kind in the operators dataset.
var exitKinds = []string{"voluntary", "for_cause"}

// span checks a number of months.
func (c *checker) span(p at, key string, months int) {
	if c.has(p, key) && (months < 1 || months > maxSpan) {
		c.wrong(p.in(key), "%d is not from 1 to %d; write a number of months", months, maxSpan)
	}
}

// amount checks the form of a rule's amount.
func (c *checker) amount(p at, r *Rule, i int) {
	if !c.hasKeys(p) {
		return
	}
	a := &r.Amount
	allowed := tiersOf(r.payee())
	way := c.exactlyOne(p, "rate", "share")
	if c.has(p, "rate") {
		c.rates(p.in("rate"), a.Rate, ParameterAmount, allowed)
	}
	if c.has(p, "share") {
		c.rates(p.in("share"), a.Share, ParameterShare, allowed)
	}
	switch way {
	case "rate":
		c.notWith(p, "with a rate", "of", "each", "split")
	case "share":
		c.notWith(p, "with a share", "per", "from", "to", "mentees")
		if !c.has(p, "of") && !c.misspelt(p, "of") {
			c.lacks(p, "the key \"of\" is missing; say what the share is taken of")
		}
	}
	if way != "share" {
		c.per(p, r)
	}
	if way != "rate" && c.has(p, "of") {
		c.of(p.in("of"), r, i)
		c.eachAndSplit(p, r)
	}
	if a.Times != nil && r.payee() != ToLeadSource {
		c.times(p.in("times"), a.Times, r.payee())
	}
}

// per checks what a rate is multiplied with, and what goes with it.
func (c *checker) per(p at, r *Rule) {
	a := &r.Amount
	known := c.decoded(p.in("per")) && !c.misspelt(p, "per")
	switch {
	case a.Per == "" || r.payee() == ToLeadSource:
	case a.Per == perNodeMonth || a.Per == perOperatorMonth:
		if !r.payee().may(ToOperator) {
			c.wrong(p.in("per"), "%s is for operators; with payee %s name a measure or leave it out", a.Per, r.payee())
		}
	default:
		def, ok := c.measure(p.in("per"), a.Per, r.payee(), perOperatorMonth, perNodeMonth)
		if ok && !def.Countable {
			c.wrong(p.in("per"), "%s can't be counted; use it in a condition", a.Per)
		}
		known = known && def.Name != ""
	}
	if a.Count != nil {
		c.tiers(p.in("mentees"), a.Count.Tiers, ToOperator)
	}
	if a.Per == perNodeMonth {
		c.nodes(p, a)
	}
	if known && a.Per != perNodeMonth {
		c.notWith(p, "without per: node-month", "from", "to")
	}
	if known && a.Per != "mentees" {
		c.notWith(p, "without per: mentees", "mentees")
	}
}

// nodes checks which of a day's nodes count.
func (c *checker) nodes(p at, a *Amount) {
	if c.has(p, "from") && (a.From < 1 || a.From > maxNodes) {
		c.wrong(p.in("from"), "%d is not from 1 to %d; the first node of a day is 1", a.From, maxNodes)
	}
	if c.has(p, "to") && (a.To < max(a.From, 1) || a.To > maxNodes) {
		c.wrong(p.in("to"), "%d is not from %d to %d; the last node can't come before the first", a.To, max(a.From, 1), maxNodes)
	}
}

// measure looks a measure up for a payee; further names are allowed beside the
// measures. The definition is given also for a measure that the payee has not;
// it is empty for one that does not exist.
func (c *checker) measure(p at, name string, payee Payee, further ...string) (def MeasureDef, ok bool) {
	if name == "" {
		return def, false // which decoding has said
	}
	def, ok = LookupMeasure(name)
	if !ok {
		names := append([]string(nil), further...)
		for _, m := range measuresFor(payee) {
			names = append(names, m.Name)
		}
		c.wrong(p, "there is no measure %q; %s", name, strict.Suggest(name, names))
		return def, false
	}
	if !def.isFor(payee) {
		c.wrong(p, "%s is not measured for payee %s, only for %s; use another measure", name, payee, joinPayees(def.For))
		return def, false
	}
	return def, true
}

func (m MeasureDef) isFor(payee Payee) bool {
	for _, p := range m.For {
		if payee.may(p) {
			return true
		}
	}
	return false
}

// measuresFor lists the measures that a payee has.
func measuresFor(payee Payee) []MeasureDef {
	var list []MeasureDef
	for _, m := range measures {
		if m.isFor(payee) {
			list = append(list, m)
		}
	}
	return list
}

// payeeWords names payees in messages.
var payeeWords = map[Payee]string{
	ToOperator: "an operator", ToPartner: "a partner", ToLeadSource: "a lead's source",
	OfRegion: "a region", OfFleet: "the fleet", unread: "anybody",
}

func joinPayees(list []Payee) string {
	words := make([]string, len(list))
	for i, p := range list {
		words[i] = string(p)
	}
	return strings.Join(words, ", ")
}

// times checks a further factor.
func (c *checker) times(p at, t *Times, payee Payee) {
	if !payee.may(ToOperator) {
		c.lacks(p, "a further factor is for operators; leave times out with payee %s", payee)
		payee = unread
	}
	if t.Below != nil {
		c.rate(p.in("shortfall_below"), *t.Below, ParameterShare)
	}
	def, ok := c.measure(p.in("measure"), t.Measure, payee)
	switch {
	case def.Name == "":
	case t.Below != nil && def.Unit != UnitShare:
		c.lacks(p.in("shortfall_below"), "%s is not a percentage, so nothing falls short of one; leave it out", t.Measure)
	case ok && !c.has(p, "shortfall_below") && !def.Countable && def.Unit != UnitShare:
		c.wrong(p.in("measure"), "%s can't be a factor; use a count or a percentage", t.Measure)
	}
}

// eachAndSplit checks how a share makes more than one line. Without what it is
// taken of, whether it may can't be told.
func (c *checker) eachAndSplit(p at, r *Rule) {
	a := &r.Amount
	_, exists := LookupMeasure(a.Of.Measure)
	told := c.decoded(p.in("of")) && (exists || !c.has(p.in("of"), "measure") && c.hasKeys(p.in("of")))
	if c.has(p, "each") {
		switch {
		case a.Each != "tier":
			c.wrong(p.in("each"), "%q is not known here; write tier", a.Each)
		case !told:
		case !r.payee().may(ToOperator) || !a.Of.lines():
			c.notWith(p, "but with an operator's share of lines", "each")
		default:
			c.perTier(p, r)
		}
	}
	if !c.has(p, "split") {
		return
	}
	switch {
	case a.Split != "evenly":
		c.wrong(p.in("split"), "%q is not known here; write evenly", a.Split)
	case told && a.Of.Measure != "region-revenue" && a.Of.Measure != "fleet-revenue":
		c.notWith(p, "but with a share of region-revenue or fleet-revenue", "split")
	}
	if len(a.Share.ByTier) > 0 {
		c.lacks(p.in("split"), "a share by tier makes several sums, and split divides one among all; write one share, and list the tiers under tiers")
	}
}

// perTier checks that every rule that `each: tier` builds on leaves a line per
// tier.
func (c *checker) perTier(p at, r *Rule) {
	for i := range c.v.Rules {
		from := &c.v.Rules[i]
		if from.ID == r.ID {
			return
		}
		if !c.clean(at{"rules", i, "amount"}) || from.payee() != ToOperator || !r.Amount.Of.names(Line{Rule: from.ID, Category: from.Category}) {
			continue
		}
		if from.Amount.Each == "" && !(from.byDay() && len(from.Amount.Rate.ByTier) > 0) {
			c.wrong(p.in("each"), "the rule %q leaves no line per tier; give it a rate by tier, or leave each out", from.ID)
		}
	}
}

// lines tells whether a share is taken of lines.
func (of *Of) lines() bool { return of.Measure == "" && len(of.ExitMonth) == 0 }

// commissionWindow checks the part of a referred operator's days that counts.
func (c *checker) commissionWindow(p at, r *Rule) {
	if r.Window == nil || r.payee() == ToLeadSource {
		return
	}
	of := p.in("amount", "of")
	if !r.payee().may(ToPartner) || r.Amount.Of == nil && c.decoded(p.in("amount")) || c.decoded(of) && r.Amount.Of != nil && !r.Amount.Of.lines() {
		c.notWith(p, "but with a partner's share of lines", "window")
	}
	p = p.in("window")
	c.exactlyOne(p, "first_months", "after_months")
	c.span(p, "first_months", r.Window.FirstMonths)
	c.span(p, "after_months", r.Window.AfterMonths)
}
