package rules

import (
	"slices"
	"strings"
)

// subject is what a condition is about: it reads measures and knows its tier.
type subject struct {
	tier string
	read func(measure string, months int) reading
	past func(months int) ([]pastReading, string) // uptime of earlier months, latest first
}

// pastReading is the uptime of one month.
type pastReading struct {
	period Period
	reading
}

func (s *settler) operatorSubject(o *operator, tier string) subject {
	return subject{
		tier: tier,
		read: func(name string, _ int) reading { return s.measureOperator(o, name, nil) },
		past: func(months int) ([]pastReading, string) { return s.pastUptime(o, months) },
	}
}

func (s *settler) partnerSubject(p *partner) subject {
	return subject{tier: p.tier, read: func(name string, months int) reading {
		return s.measurePartner(p, name, months)
	}}
}

// pastUptime gives the uptime of this month and the months before it, or says
// which month is not known.
func (s *settler) pastUptime(o *operator, months int) ([]pastReading, string) {
	known := map[Period]Slots{s.facts.Period: o.Slots}
	for _, h := range o.History {
		known[h.Period] = h.Slots
	}
	var past []pastReading
	for i := range months {
		p := s.facts.Period.Add(-i)
		r := uptime(known[p], o.version.Missing)
		if !r.known {
			return nil, r.why + " in " + p.String()
		}
		past = append(past, pastReading{p, r})
	}
	return past, ""
}

// verdict is what a condition gives: whether it holds, and the sentence with
// both numbers. absent tells that its dataset is.
type verdict struct {
	holds  bool
	absent bool
	reason string
}

// check compares a measure with its threshold.
func check(c Condition, on subject) verdict {
	def, _ := LookupMeasure(c.Measure)
	if c.Months > 1 && on.past != nil {
		return checkMonths(c, def, on)
	}
	r := on.read(c.Measure, c.Months)
	switch {
	case r.nothing:
		return verdict{holds: c.None == NoneMet, reason: r.why}
	case !r.known:
		return verdict{absent: r.absent, reason: r.why}
	}
	return compare(c, def, r.value, on.tier)
}

// checkMonths asks that the condition holds in each of several months.
func checkMonths(c Condition, def MeasureDef, on subject) verdict {
	past, why := on.past(c.Months)
	if why != "" {
		return verdict{reason: why}
	}
	v := verdict{holds: true}
	var reasons []string
	for _, m := range past {
		one := compare(c, def, m.value, on.tier)
		v.holds = v.holds && one.holds
		reasons = append(reasons, one.reason+" in "+m.period.String())
	}
	v.reason = strings.Join(reasons, ", ")
	return v
}

// comparison is one of the ways to compare, with the words for it.
type comparison struct {
	threshold *Threshold
	words     string
	holds     func(cmp int) bool
}

func (c Condition) comparisons() []comparison {
	return []comparison{
		{c.Above, "above", func(cmp int) bool { return cmp > 0 }},
		{c.Below, "below", func(cmp int) bool { return cmp < 0 }},
		{c.AtLeast, "at least", func(cmp int) bool { return cmp >= 0 }},
		{c.AtMost, "at most", func(cmp int) bool { return cmp <= 0 }},
	}
}

// compare compares exact values and words the outcome: `uptime 99.413% is not
// above 99.5%`.
func compare(c Condition, def MeasureDef, value Exact, tier string) verdict {
	if c.Is != nil {
		holds := (value.Sign() != 0) == *c.Is
		if value.Sign() != 0 {
			return verdict{holds: holds, reason: def.Words}
		}
		return verdict{holds: holds, reason: "not " + def.Words}
	}
	v := verdict{holds: true}
	var reasons []string
	for _, way := range c.comparisons() {
		if way.threshold == nil {
			continue
		}
		q, ok := way.threshold.For(tier)
		if !ok {
			continue // no threshold for this tier: nothing is asked of it
		}
		limit := ExactOf(q.Value)
		holds := way.holds(value.Cmp(limit))
		v.holds = v.holds && holds
		not := ""
		if !holds {
			not = "not "
		}
		reasons = append(reasons, said(def, value, showApart(value, limit, def.Unit))+" is "+not+way.words+" "+showLimit(limit, def.Unit))
	}
	v.reason = strings.Join(reasons, ", ")
	return v
}

// For finds the threshold for a tier.
func (t Threshold) For(tier string) (Quantity, bool) {
	if t.One != nil {
		return *t.One, true
	}
	for _, q := range t.ByTier {
		if q.Tier == tier {
			return q.Quantity, true
		}
	}
	return Quantity{}, false
}

// checkAll tells whether all conditions hold, with the reasons of those that do
// not and of those that do. Two that fail for one reason (no operator record, say)
// give it once.
func checkAll(conditions []Condition, on subject) (holds bool, unmet, met []string) {
	holds = true
	for _, c := range conditions {
		v := check(c, on)
		if v.holds {
			met = append(met, v.reason)
			continue
		}
		holds = false
		if !slices.Contains(unmet, v.reason) {
			unmet = append(unmet, v.reason)
		}
	}
	return holds, unmet, met
}
