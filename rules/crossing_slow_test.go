package rules

import (
	"fmt"
	"math/big"
	"strings"
)

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
	if sum.Sign() < 0 {
		back = new(big.Rat).Sub(new(big.Rat).Neg(limit), sum)
	}
	s.out = append(s.out, fmt.Sprintf("%s ceiling  %s %s", o.ID, back.FloatString(2), Charged))
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
