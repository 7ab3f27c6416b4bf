package rules

import (
	"fmt"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

// A rule file that nobody wrote: one base rule, one rule of any form, condition,
// cadence, tiers, limit and cap, and a commission with a window on both. It is
// loaded from its text, settled, and every line is compared with a computation
// that is written here from the meaning of the words, day by day and in big.Rat.

// crossing is what was drawn.
type crossing struct {
	category  Category
	form      string // rate-day, rate-nodes, flat, tasks, review, lines, revenue, split
	byTier    bool
	tiers     []string // those the rule is for
	from, to  int
	condition string // "", uptime, tasks, region, tenure, last-day
	threshold int64  // uptime, region and tasks: in thousandths of a percent; tenure: months
	cadence   Cadence
	atMost    int64 // cents; 0: none
	cap       int64 // cents; 0: none
	first     bool  // the commission's window: the first months, or what comes after
	months    int
}

// The rates, in cents and in percent: primes, by tier.
var (
	crossedRates  = map[string]int64{"1": 9700, "2": 13100, "3": 17300}
	crossedShares = map[string]int64{"1": 7, "2": 11, "3": 13}
	baseRate      = int64(15100)
)

func drawCrossing(t *rapid.T) *crossing {
	c := &crossing{
		category:  rapid.SampledFrom([]Category{Bonus, Penalty, Base}).Draw(t, "category"),
		form:      rapid.SampledFrom([]string{"rate-day", "rate-nodes", "flat", "tasks", "review", "lines", "revenue", "split"}).Draw(t, "form"),
		byTier:    rapid.Bool().Draw(t, "by tier"),
		condition: rapid.SampledFrom([]string{"", "uptime", "tasks", "region", "tenure", "last-day"}).Draw(t, "condition"),
		cadence:   rapid.SampledFrom([]Cadence{Monthly, Quarterly, Yearly}).Draw(t, "cadence"),
		first:     rapid.Bool().Draw(t, "first"),
		months:    rapid.IntRange(1, 14).Draw(t, "months"),
	}
	c.byTier = c.byTier && c.form != "split" // what is split is one sum
	c.tiers = rapid.SampledFrom([][]string{{"1", "2", "3"}, {"1"}, {"2", "3"}, {"1", "3"}}).Draw(t, "tiers")
	if c.form == "rate-nodes" {
		c.from = rapid.IntRange(1, 4).Draw(t, "from")
		c.to = rapid.IntRange(c.from, 8).Draw(t, "to")
	}
	c.threshold = rapid.SampledFrom([]int64{99500, 99000, 98765}).Draw(t, "threshold")
	if c.condition == "tenure" {
		c.threshold = rapid.Int64Range(0, 14).Draw(t, "months of tenure")
	}
	if rapid.Bool().Draw(t, "limited") {
		c.atMost = rapid.Int64Range(1, 20000).Draw(t, "at most")
	}
	if rapid.Bool().Draw(t, "capped") {
		c.cap = rapid.Int64Range(1, 20000).Draw(t, "cap")
	}
	return c
}

// dollars writes cents as a rule file has them.
func dollars(cents int64) string { return fmt.Sprintf("%d.%02d", cents/100, cents%100) }

// share tells whether the form is a share.
func (c *crossing) share() bool { return c.form == "lines" || c.form == "revenue" || c.form == "split" }

// yaml writes the rule file.
func (c *crossing) yaml() string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("version: crossed\ntitle: Crossed\nfrom: 2026-01-01\nmissing: down\ndue: {days: 7, after: close}\nrules:")
	line("  - {id: start, label: Start, category: base, amount: {rate: %s, per: operator-month}}", dollars(baseRate))
	line("  - id: tested\n    label: Tested\n    category: %s\n    cadence: %s", c.category, c.cadence)
	key, values, one := "rate", []string{}, dollars(crossedRates["1"])
	if c.share() {
		key, one = "share", fmt.Sprintf("%d%%", crossedShares["1"])
	}
	for _, tier := range c.tiers {
		if c.share() {
			values = append(values, fmt.Sprintf("%s: %d%%", tier, crossedShares[tier]))
		} else {
			values = append(values, tier+": "+dollars(crossedRates[tier]))
		}
	}
	if c.byTier {
		one = "{" + strings.Join(values, ", ") + "}"
	} else {
		line("    tiers: [%s]", strings.Join(c.tiers, ", "))
	}
	switch c.condition {
	case "uptime", "region", "tasks":
		measure := map[string]string{"uptime": "uptime", "region": "region-uptime", "tasks": "task-completion"}[c.condition]
		line("    earned: [{measure: %s, above: %d.%03d%%}]", measure, c.threshold/1000, c.threshold%1000)
	case "tenure":
		line("    earned: [{measure: tenure, at_least: %d months}]", c.threshold)
	case "last-day":
		line("    earned: [{measure: active-on-last-day, is: true}]")
	}
	line("    amount:\n      %s: %s", key, one)
	switch c.form {
	case "rate-day":
		line("      per: operator-month")
	case "rate-nodes":
		line("      per: node-month\n      from: %d\n      to: %d", c.from, c.to)
	case "tasks":
		line("      per: tasks-succeeded")
	case "review":
		line("      per: review-score")
	case "lines":
		line("      of: {rule: [start]}")
	case "revenue", "split":
		line("      of: {measure: region-revenue}")
		if c.form == "split" {
			line("      split: evenly")
		}
	}
	if c.atMost > 0 {
		line("    at_most: %s", dollars(c.atMost))
	}
	window, feeds := "after_months", "base"
	if c.first {
		window = "first_months"
	}
	if c.category == Bonus {
		feeds = "base, bonus"
	}
	line("  - id: brought\n    label: Brought\n    category: commission\n    payee: partner")
	line("    amount: {share: 17%%, of: {category: [%s]}}\n    window: {%s: %d}", feeds, window, c.months)
	if c.cap > 0 {
		line("caps:\n  - {id: ceiling, label: Ceiling, category: %s, at_most: %s}", c.category, dollars(c.cap))
	}
	return b.String()
}

// drawCrossedFacts draws two operators, of whom both are referred by one partner.
func drawCrossedFacts(t *rapid.T) *Facts {
	f := &Facts{Period: Period{2026, 1}.Add(rapid.IntRange(0, 11).Draw(t, "period"))}
	for i := range 2 {
		o := drawOperator(t, f, i, 2)
		o.Agreement, o.Region = "", "emea"
		f.Operators = append(f.Operators, o)
	}
	f.Revenue = []RegionRevenue{{"emea", decimal.New(rapid.Int64Range(-100, 99999).Draw(t, "revenue"), -2)}}
	f.Partners = []Partner{{ID: "quay", Since: NewDate(2025, 1, 1), Referrals: []Referral{
		{"r0", "op-0", f.Period.First()}, {"r1", "op-1", f.Period.First()},
	}}}
	return f
}

func TestCrossedRulesPayAsASlowComputationSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawCrossing(t)
		v, err := LoadVersion("crossed.yaml", []byte(c.yaml()))
		if err != nil {
			t.Fatalf("%v\n%s", err, c.yaml())
		}
		rb, err := NewRulebook([]*Version{v})
		if err != nil {
			t.Fatal(err)
		}
		f := drawCrossedFacts(t)
		var got []string
		for _, l := range mustSettle(t, f, rb).Lines {
			got = append(got, fmt.Sprintf("%s %s %s %s %s", l.PayeeID, l.Rule, l.Subject, l.Amount, l.Status))
		}
		want := (&slow{c: c, f: f}).lines()
		if strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("%s\ngot\n%s\nwant\n%s", c.yaml(), strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	})
}
