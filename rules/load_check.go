package rules

import (
	"fmt"
	"regexp"
	"strings"

	"fleetpay/rules/strict"
)

// checker finds what the types can't say: names that lead nowhere, forms that
// don't go together, units that don't fit. Each finding stands at its place in
// the file. A value that could not be decoded is left alone, and so is what
// follows from it alone: one slip gives one message, and hides no other.
type checker struct {
	v     *Version
	doc   *strict.Document
	index map[string]int // of rules, by id
	stray bool           // a rate names a parameter that is not there, or not of its kind
	kept  bool           // the file is one that a closed folder keeps
}

func newChecker(v *Version, doc *strict.Document) *checker {
	return &checker{v: v, doc: doc, index: map[string]int{}}
}

// at is a place in the file: keys and positions in lists.
type at []any

// in goes further down from a place.
func (p at) in(steps ...any) at { return append(append(at(nil), p...), steps...) }

// wrong records a finding about the value at a place, unless it could not be
// decoded: then what is wrong with it was said.
func (c *checker) wrong(p at, format string, args ...any) {
	if c.decoded(p) {
		c.lacks(p, format, args...)
	}
}

// lacks records a finding about what a place, or the nearest one above it, has or
// has not, whatever was said about its values.
func (c *checker) lacks(p at, format string, args ...any) {
	c.doc.Report(fmt.Sprintf(format, args...), p...)
}

// has tells whether the file gives a value at a place.
func (c *checker) has(p at, key string) bool { return c.doc.Has(p.in(key)...) }

// decoded tells whether what stands at a place and below could be decoded; what
// the file leaves out could.
func (c *checker) decoded(p at) bool { return c.doc.Decoded(p...) }

// clean tells whether nothing at all was found wrong at a place so far.
func (c *checker) clean(p at) bool { return c.doc.Clean(p...) }

// hasKeys tells whether keys with values stand at a place, so that one that is
// not there can be missed.
func (c *checker) hasKeys(p at) bool {
	n := c.doc.Find(p...)
	return n != nil && n.Kind == strict.Mapping
}

// misspelt tells whether a key that is not known stands at a place for one of
// these keys, so that they are not missed too.
func (c *checker) misspelt(p at, keys ...string) bool {
	for _, e := range c.doc.Find(p...).Entries {
		if !isOneOf(e.Key.Text, keys) && !c.decoded(p.in(e.Key.Text)) && strings.HasPrefix(strict.Suggest(e.Key.Text, keys), "did you mean") {
			return true
		}
	}
	return false
}

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

// The ids that the lines of the program's own carry, and what those lines are.
const (
	adjustmentRule = "adjustment"
	returnRule     = "return"
)

var ownRules = map[string]string{adjustmentRule: "adjustment lines", returnRule: "the lines of returned payments"}

// takenLater are names that earlier versions of the program left to rule files.
var takenLater = []string{returnRule, returnMissed, returnedPayment, returnedSameWallet, earlyStage, unmappedIncident}

// taken tells whether a name is the program's own.
func (c *checker) taken(name string, own bool) bool {
	return own && !(c.kept && isOneOf(name, takenLater))
}

func (c *checker) version() {
	v := c.v
	if c.has(nil, "version") && !versionForm.MatchString(v.Name) {
		c.wrong(at{"version"}, "%q is not a version name; use letters, digits, points, hyphens and underscores, at most %d", v.Name, maxID)
	}
	c.label(at{"title"}, v.Title)
	c.window()
	if v.Due.Days < 0 || v.Due.Days > maxDueDays {
		c.wrong(at{"due", "days"}, "%d is not from 0 to %d; write a number of days", v.Due.Days, maxDueDays)
	}
	c.parameters()
	if c.has(nil, "rules") && len(v.Rules) == 0 {
		c.wrong(at{"rules"}, "there is no rule; add one")
	}
	for i := range v.Rules {
		c.ruleID(at{"rules", i}, i)
		c.rulePayee(at{"rules", i}, &v.Rules[i])
	}
	for i := range v.Rules {
		c.rule(at{"rules", i}, i)
	}
	ids := map[string]bool{}
	for i := range v.Caps {
		c.cap(at{"caps", i}, &v.Caps[i], ids)
	}
	c.requirements()
	c.flags()
	c.report()
	c.unusedParameters()
}

// unread stands for a payee that could not be read, or that may not stand there.
// It may be any, so that nothing is found wrong for want of it.
const unread Payee = "unread"

// may tells whether a payee is another, or could be when it is read.
func (p Payee) may(be Payee) bool { return p == be || p == unread }

// rulePayee marks the payee of a rule that could not be read.
func (c *checker) rulePayee(p at, r *Rule) {
	switch r.payee() {
	case ToOperator, ToPartner, ToLeadSource:
		if !c.hasKeys(p) || !c.decoded(p.in("payee")) {
			r.Payee = unread
		}
	default:
		c.wrong(p.in("payee"), "a rule can't pay %s; write operator, partner or lead-source", payeeWords[r.Payee])
		r.Payee = unread
	}
}

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
	if id == "" {
		return false // which decoding has said
	}
	if len(id) > maxID || !idForm.MatchString(id) {
		c.wrong(p, "%q is not an id; use lower-case words joined by hyphens, such as uptime-bonus", id)
		return false
	}
	return true
}

func (c *checker) ruleID(p at, i int) {
	id := c.v.Rules[i].ID
	if id == "" {
		return
	}
	if first, again := c.index[id]; again {
		c.wrong(p.in("id"), "the rule %q stands here twice, first on line %d; rename one", id, c.doc.Find("rules", first, "id").Line)
		return
	}
	c.index[id] = i
	if lines := ownRules[id]; c.id(p.in("id"), id) && c.taken(id, lines != "") {
		c.wrong(p.in("id"), "%q is the name of %s; choose another", id, lines)
	}
}

func isOneOf(word string, words []string) bool {
	for _, w := range words {
		if w == word {
			return true
		}
	}
	return false
}

// exactlyOne checks that one of some keys is given, and returns it; "" when it is
// none, several, or can't be told.
func (c *checker) exactlyOne(p at, keys ...string) string {
	if !c.hasKeys(p) {
		return ""
	}
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
		if !c.misspelt(p, keys...) {
			c.lacks(p, "one of %s is missing; give exactly one", strings.Join(keys, ", "))
		}
	default:
		c.lacks(p.in(given[1]), "%s and %s stand here together; give exactly one of %s", given[0], given[1], strings.Join(keys, ", "))
	}
	return ""
}

// notWith reports keys that have no meaning here.
func (c *checker) notWith(p at, why string, keys ...string) {
	for _, k := range keys {
		if c.has(p, k) {
			c.lacks(p.in(k), "%s has no meaning %s; leave it out", k, why)
		}
	}
}
