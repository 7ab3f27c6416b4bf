package rules

import (
	"fmt"
	"regexp"
	"strings"

	"fleetpay/rules/strict"
)

// checker finds what the types can't say: names that lead nowhere, forms that
// don't go together, units that don't fit. Each finding stands at its place in
// the file. What could not be decoded is skipped, so that one slip gives one
// message.
type checker struct {
	v     *Version
	doc   *strict.Document
	index map[string]int  // of rules, by id
	used  map[string]bool // parameters that some rate names
}

func newChecker(v *Version, doc *strict.Document) *checker {
	return &checker{v: v, doc: doc, index: map[string]int{}, used: map[string]bool{}}
}

// at is a place in the file: keys and positions in lists.
type at []any

// in goes further down from a place.
func (p at) in(steps ...any) at { return append(append(at(nil), p...), steps...) }

// wrong records a finding at a place, or at the nearest place above it.
func (c *checker) wrong(p at, format string, args ...any) {
	c.doc.Report(fmt.Sprintf(format, args...), p...)
}

// has tells whether the file gives a value at a place.
func (c *checker) has(p at, key string) bool { return c.doc.Has(p.in(key)...) }

var (
	versionForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)
	idForm      = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)
)

// Limits of a rule file.
const (
	maxID         = 64
	maxLabel      = 120  // characters
	maxDueDays    = 365  // days
	maxSpan       = 1200 // months of a window or an exit
	maxPastMonths = 24   // months that a condition looks back
	maxNodes      = 1_000_000
)

// adjustmentRule is the id that adjustment lines carry.
const adjustmentRule = "adjustment"

func (c *checker) version() {
	v := c.v
	if c.clean(at{"version"}) && c.has(nil, "version") && !versionForm.MatchString(v.Name) {
		c.wrong(at{"version"}, "%q is not a version name; use letters, digits, points, hyphens and underscores, at most %d", v.Name, maxID)
	}
	c.label(at{"title"}, v.Title)
	c.window()
	if c.clean(at{"due", "days"}) && (v.Due.Days < 0 || v.Due.Days > maxDueDays) {
		c.wrong(at{"due", "days"}, "%d is not from 0 to %d; write a number of days", v.Due.Days, maxDueDays)
	}
	c.parameters()
	if c.has(nil, "rules") && c.clean(at{"rules"}) && len(v.Rules) == 0 {
		c.wrong(at{"rules"}, "there is no rule; add one")
	}
	for i := range v.Rules {
		p := at{"rules", i}
		if c.clean(p.in("id")) {
			c.ruleID(p, i)
		}
	}
	for i := range v.Rules {
		if p := (at{"rules", i}); c.clean(p) {
			c.rule(p, i)
		}
	}
	ids := map[string]bool{}
	for i := range v.Caps {
		if p := (at{"caps", i}); c.clean(p) {
			c.cap(p, &v.Caps[i], ids)
		}
	}
	c.requirements()
	c.flags()
	c.unusedParameters()
}

// clean tells whether nothing was found wrong at a place so far.
func (c *checker) clean(p at) bool { return c.doc.Clean(p...) }

// window checks the days on which the version begins and ends.
func (c *checker) window() {
	v := c.v
	if v.From != 0 && v.From != PeriodOf(v.From).First() {
		c.wrong(at{"from"}, "%s is not the first day of a month; write %s", v.From, PeriodOf(v.From).First())
	}
	if v.To == 0 || v.From == 0 {
		return
	}
	if v.To != PeriodOf(v.To).Last() {
		c.wrong(at{"to"}, "%s is not the last day of a month; write %s", v.To, PeriodOf(v.To).Last())
	} else if v.To < v.From {
		c.wrong(at{"to"}, "%s is before the first day, %s; write a later day or leave it out", v.To, v.From)
	}
}

// label checks a text for people: one line of a sensible length.
func (c *checker) label(p at, text string) {
	switch {
	case strings.ContainsAny(text, "\r\n"):
		c.wrong(p, "the text has more than one line; write it on one")
	case len([]rune(text)) > maxLabel:
		c.wrong(p, "the text has %d characters; at most %d fit", len([]rune(text)), maxLabel)
	case text != "" && strings.TrimSpace(text) != text:
		c.wrong(p, "the text begins or ends with a space; remove it")
	}
}

// id checks the form of an id.
func (c *checker) id(p at, id string) bool {
	if len(id) > maxID || !idForm.MatchString(id) {
		c.wrong(p, "%q is not an id; use lower-case words joined by hyphens, such as uptime-bonus", id)
		return false
	}
	return true
}

func (c *checker) ruleID(p at, i int) {
	id := c.v.Rules[i].ID
	if id == "" || !c.id(p.in("id"), id) {
		return
	}
	if id == adjustmentRule {
		c.wrong(p.in("id"), "%q is the name of adjustment lines; choose another", id)
		return
	}
	if first, again := c.index[id]; again {
		c.wrong(p.in("id"), "the rule %q stands here twice, first on line %d; rename one", id, c.doc.Find("rules", first, "id").Line)
		return
	}
	c.index[id] = i
}

func (c *checker) parameters() {
	first := map[string]int{}
	for i, p := range c.v.Parameters {
		place := at{"parameters", i}
		if !c.clean(place) {
			continue
		}
		c.label(place.in("label"), p.Label)
		if !parameterForm.MatchString(p.ID) {
			c.wrong(place.in("id"), "%q is not a parameter's name; use lower-case words joined by underscores, such as node_rate", p.ID)
		} else if other, again := first[p.ID]; again {
			c.wrong(place.in("id"), "the parameter %q stands here twice, first on line %d; remove one", p.ID, c.doc.Find("parameters", other, "id").Line)
		} else {
			first[p.ID] = i
		}
	}
}

// parameter finds a declared parameter.
func (c *checker) parameter(id string) *Parameter {
	for i := range c.v.Parameters {
		if c.v.Parameters[i].ID == id {
			return &c.v.Parameters[i]
		}
	}
	return nil
}

func (c *checker) unusedParameters() {
	if !c.clean(at{"rules"}) || !c.clean(at{"caps"}) {
		return // who uses it may be among what could not be read
	}
	for i, p := range c.v.Parameters {
		if !c.used[p.ID] && c.clean(at{"parameters", i}) {
			c.wrong(at{"parameters", i, "id"}, "no rule or cap uses the parameter %q; remove it, or name it as a rate or share", p.ID)
		}
	}
}

// rates checks values that are all amounts or all shares, and the tiers by which
// they are given.
func (c *checker) rates(p at, r Rates, kind ParameterKind, tiers []string) {
	if r.One != nil {
		c.rate(p, *r.One, kind)
	}
	for _, t := range r.ByTier {
		c.rate(p.in(t.Tier), t.Rate, kind)
		c.tier(p.in(t.Tier), t.Tier, tiers)
	}
}

func (c *checker) rate(p at, r Rate, kind ParameterKind) {
	switch {
	case r.Parameter != "":
		c.used[r.Parameter] = true
		declared := c.parameter(r.Parameter)
		if declared == nil {
			c.wrong(p, "the parameter %q is not declared; declare it under parameters, or write a number", r.Parameter)
		} else if declared.Kind != kind {
			c.wrong(p, "the parameter %q is declared as %s, and %s is needed here; use another or change its kind", r.Parameter, withArticle(declared.Kind), withArticle(kind))
		}
	case kind == ParameterShare && !r.Share:
		c.wrong(p, "%s has no percent sign; write a percentage, such as 20%%", r.Value)
	case kind == ParameterAmount && r.Share:
		c.wrong(p, "%s is a percentage, and dollars are needed here; write them as 150.00", showShare(ExactOf(r.Value)))
	}
}

func withArticle(k ParameterKind) string {
	if k == ParameterAmount {
		return "an amount"
	}
	return "a share"
}

// tiersOf lists the tiers that a payee can have, lowest first.
func tiersOf(p Payee) []string {
	switch p {
	case ToOperator, "":
		return operatorTiers
	case ToPartner:
		return partnerTiers
	}
	return nil
}

func (c *checker) tier(p at, tier string, allowed []string) bool {
	if isOneOf(tier, allowed) {
		return true
	}
	if len(allowed) == 0 {
		c.wrong(p, "there are no tiers here; write one value")
	} else {
		c.wrong(p, "%q is not a tier here; the tiers are %s", tier, strings.Join(allowed, ", "))
	}
	return false
}

// tiers checks a list of tiers, and returns it or, when it is left out, all.
func (c *checker) tiers(p at, list []string, payee Payee) []string {
	allowed := tiersOf(payee)
	if !c.has(p, "tiers") {
		return allowed
	}
	p = p.in("tiers")
	switch {
	case allowed == nil:
		c.wrong(p, "payee %s has no tiers; leave it out", payee)
	case len(list) == 0:
		c.wrong(p, "no tier is named; name one or leave it out")
	default:
		for i, tier := range list {
			if c.tier(p.in(i), tier, allowed) && isOneOf(tier, list[:i]) {
				c.wrong(p.in(i), "the tier %q stands here twice; remove one", tier)
			}
		}
	}
	return list
}

func isOneOf(word string, words []string) bool {
	for _, w := range words {
		if w == word {
			return true
		}
	}
	return false
}

// exactlyOne checks that one of some keys is given, and returns it.
func (c *checker) exactlyOne(p at, keys ...string) string {
	var given []string
	for _, k := range keys {
		if c.has(p, k) {
			given = append(given, k)
		}
	}
	switch len(given) {
	case 1:
		return given[0]
	case 0:
		c.wrong(p, "one of %s is missing; give exactly one", strings.Join(keys, ", "))
	default:
		c.wrong(p.in(given[1]), "%s and %s stand here together; give exactly one of %s", given[0], given[1], strings.Join(keys, ", "))
	}
	return ""
}

// notWith reports keys that have no meaning here.
func (c *checker) notWith(p at, why string, keys ...string) {
	for _, k := range keys {
		if c.has(p, k) {
			c.wrong(p.in(k), "%s has no meaning %s; leave it out", k, why)
		}
	}
}
