package rules

import (
	"fmt"
	"math/big"
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

// slow computes the lines of a crossing the obvious way.
type slow struct {
	c   *crossing
	f   *Facts
	out []string
	// what the commission is taken of, in cents, by operator
	fed map[string]*big.Rat
}

// tier is the tier with the latest day that has come, 1 without one. Of two on
// one day the facts hold none.
func (s *slow) tier(o *Operator, d Date) string {
	tier := "1"
	for day := d - 1000; day <= d; day++ {
		for _, since := range o.Tiers {
			if since.From == day {
				tier = since.Tier
			}
		}
	}
	return tier
}

func (s *slow) isFor(tier string) bool {
	for _, x := range s.c.tiers {
		if x == tier {
			return true
		}
	}
	return false
}

// rate is the rule's rate in dollars, or its share as a fraction, for a tier.
func (s *slow) rate(tier string) *big.Rat {
	if !s.c.byTier {
		tier = "1"
	}
	if s.c.share() {
		return big.NewRat(crossedShares[tier], 100)
	}
	return big.NewRat(crossedRates[tier], 100)
}

// add writes a line, rounded once, and returns what it came to.
func (s *slow) add(o, rule, subject string, exact *big.Rat, pays bool, category Category) *big.Rat {
	amount, status := new(big.Rat), NotEarned
	if pays {
		if amount = inCents(exact); amount.Sign() != 0 {
			status = Earned
			if category == Penalty {
				amount.Neg(amount)
				status = Charged
			}
		}
	}
	s.out = append(s.out, fmt.Sprintf("%s %s %s %s %s", o, rule, subject, amount.FloatString(2), status))
	return amount
}

func (s *slow) lines() []string {
	s.fed = map[string]*big.Rat{}
	for i := range s.f.Operators {
		s.operator(&s.f.Operators[i])
	}
	for i := range s.f.Operators {
		o := &s.f.Operators[i]
		inside := 0
		for _, d := range o.NodeDays {
			if (d.Day < o.JoinedOn.AddMonths(s.c.months)) == s.c.first {
				inside++
			}
		}
		if inside > 0 {
			exact := new(big.Rat).Mul(s.fed[o.ID], big.NewRat(17*int64(inside), 100*int64(len(o.NodeDays))))
			s.add("quay", "brought", o.ID, exact, true, Commission)
		}
	}
	return s.out
}

func (s *slow) operator(o *Operator) {
	first, last := s.f.Period.First(), s.f.Period.Last()
	dim := int64(s.f.Period.Days())
	if o.LastActiveDay != 0 && o.LastActiveDay < last {
		last = o.LastActiveDay
	}
	s.fed[o.ID] = new(big.Rat)
	if last < first || last < o.JoinedOn {
		return
	}
	start := new(big.Rat)
	if n := int64(len(o.NodeDays)); n > 0 {
		start = s.add(o.ID, "start", "", big.NewRat(baseRate*n, 100*dim), true, Base)
	}
	s.fed[o.ID].Add(s.fed[o.ID], start)
	month := int(s.f.Period.Month)
	tested := new(big.Rat)
	if s.c.cadence == Monthly || s.c.cadence == Quarterly && month%3 == 0 || month == 12 {
		tested = s.tested(o, last, start)
	}
	if s.c.category != Penalty {
		s.fed[o.ID].Add(s.fed[o.ID], tested)
	}
	sum := new(big.Rat).Set(tested)
	if s.c.category == Base {
		sum.Add(sum, start)
	}
	limit := big.NewRat(s.c.cap, 100)
	if s.c.cap == 0 || new(big.Rat).Abs(sum).Cmp(limit) <= 0 {
		return
	}
	back := new(big.Rat).Sub(limit, sum) // what is over it is taken back
	status := Charged
	if sum.Sign() < 0 {
		back = new(big.Rat).Sub(new(big.Rat).Neg(limit), sum)
		status = Earned
	}
	s.out = append(s.out, fmt.Sprintf("%s ceiling  %s %s", o.ID, back.FloatString(2), status))
	if s.c.category != Penalty {
		s.fed[o.ID].Add(s.fed[o.ID], back)
	}
}

// tested adds the lines of the drawn rule and returns their sum.
func (s *slow) tested(o *Operator, last Date, start *big.Rat) *big.Rat {
	c, dim, tier := s.c, int64(s.f.Period.Days()), s.tier(o, last)
	sum := new(big.Rat)
	line := func(subject string, exact *big.Rat, pays bool) {
		pays = pays && s.holds(o) && !(c.category == Bonus && len(o.NodeDays) == 0)
		if c.atMost > 0 && exact.Cmp(big.NewRat(c.atMost, 100)) > 0 {
			exact = big.NewRat(c.atMost, 100)
		}
		sum.Add(sum, s.add(o.ID, "tested", subject, exact, pays, c.category))
	}
	if c.form == "rate-day" || c.form == "rate-nodes" {
		units := map[string]int64{}
		for _, d := range o.NodeDays {
			on, n := s.tier(o, d.Day), 0
			for node := 1; node <= d.Nodes; node++ {
				if c.form == "rate-day" && node == 1 || c.form == "rate-nodes" && c.from <= node && node <= c.to {
					n++
				}
			}
			if s.isFor(on) && c.byTier {
				units["tier:"+on] += int64(n)
			} else if s.isFor(on) {
				units[""] += int64(n)
			}
		}
		for _, subject := range []string{"", "tier:1", "tier:2", "tier:3"} {
			if n := units[subject]; n > 0 {
				rate := s.rate(strings.TrimPrefix(subject, "tier:"))
				line(subject, new(big.Rat).Mul(rate, big.NewRat(n, dim)), true)
			}
		}
		return sum
	}
	if !s.isFor(tier) {
		return sum
	}
	rate := s.rate(tier)
	times := func(x *big.Rat) *big.Rat { return new(big.Rat).Mul(rate, x) }
	revenue := s.f.Revenue[0].Amount.Rat()
	switch c.form {
	case "flat":
		line("", rate, true)
	case "tasks":
		line("", times(big.NewRat(o.Tasks.Succeeded, 1)), true)
	case "review":
		if o.Review == nil {
			line("", new(big.Rat), false)
		} else {
			line("", times(o.Review.Rat()), true)
		}
	case "lines":
		line("", times(start), true)
	case "revenue":
		line("region:emea", times(revenue), revenue.Sign() > 0)
	case "split":
		line("region:emea", s.part(o, inCents(times(revenue))), revenue.Sign() > 0)
	}
	return sum
}

// part hands the pool out cent by cent, round after round, to whom the rule is
// for, in the order of their ids.
func (s *slow) part(o *Operator, pool *big.Rat) *big.Rat {
	var sharers []string
	for i := range s.f.Operators {
		other := &s.f.Operators[i]
		last := s.f.Period.Last()
		if other.LastActiveDay != 0 && other.LastActiveDay < last {
			last = other.LastActiveDay
		}
		if last >= s.f.Period.First() && last >= other.JoinedOn && s.isFor(s.tier(other, last)) {
			sharers = append(sharers, other.ID)
		}
	}
	cent, part := big.NewRat(1, 100), new(big.Rat)
	for turn := 0; pool.Sign() > 0; turn++ {
		if sharers[turn%len(sharers)] == o.ID {
			part.Add(part, cent)
		}
		pool.Sub(pool, cent)
	}
	return part
}

// holds tells whether the drawn condition holds.
func (s *slow) holds(o *Operator) bool {
	above := func(part, whole int64) bool { return whole > 0 && part*100_000 > s.c.threshold*whole }
	switch s.c.condition {
	case "uptime":
		return above(o.Slots.Up, o.Slots.Expected)
	case "region":
		var all Slots
		for _, other := range s.f.Operators {
			all.Up, all.Expected = all.Up+other.Slots.Up, all.Expected+other.Slots.Expected
		}
		return above(all.Up, all.Expected)
	case "tasks":
		return above(o.Tasks.Succeeded, o.Tasks.Succeeded+o.Tasks.Failed+o.Tasks.Expired)
	case "tenure":
		return o.JoinedOn.AddMonths(int(s.c.threshold)) <= s.f.Period.Last()+1
	case "last-day":
		return o.LastActiveDay == 0 || o.LastActiveDay >= s.f.Period.Last()
	}
	return true
}
