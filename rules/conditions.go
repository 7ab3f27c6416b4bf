package rules

import (
	"fmt"
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
// both numbers, which is put together only for who reads it. absent tells that
// its dataset is. Where a value was compared with a threshold, measure names it,
// and missed words by how much the condition does not hold.
type verdict struct {
	holds   bool
	absent  bool
	measure string // in words
	reason  func() string
	missed  func() string
}

// because gives a reason that is there already.
func because(why string) func() string { return func() string { return why } }

// check compares a measure with its threshold.
func check(c Condition, on subject) verdict {
	def, _ := LookupMeasure(c.Measure)
	if c.Months > 1 && on.past != nil {
		return checkMonths(c, def, on)
	}
	r := on.read(c.Measure, c.Months)
	switch {
	case r.nothing:
		return verdict{holds: c.None == NoneMet, reason: because(r.why)}
	case !r.known:
		return verdict{absent: r.absent, reason: because(r.why)}
	}
	v := compare(c, def, r.value, on.tier)
	if c.Months > 1 {
		over := fmt.Sprintf(" in the last %d months", c.Months)
		v.reason, v.missed = followed(v.reason, over), followed(v.missed, over)
	}
	return v
}

// checkMonths asks that the condition holds in each of several months.
func checkMonths(c Condition, def MeasureDef, on subject) verdict {
	past, why := on.past(c.Months)
	if why != "" {
		return verdict{reason: because(why)}
	}
	v := verdict{holds: true, measure: def.Words}
	months := make([]verdict, len(past))
	for i, m := range past {
		months[i] = compare(c, def, m.value, on.tier)
		v.holds = v.holds && months[i].holds
	}
	v.reason = func() string {
		reasons := make([]string, len(past))
		for i, m := range past {
			reasons[i] = months[i].reason() + " in " + m.period.String()
		}
		return strings.Join(reasons, ", ")
	}
	v.missed = func() string {
		var missed []string
		for i, m := range past {
			if !months[i].holds {
				missed = append(missed, months[i].missed()+" in "+m.period.String())
			}
		}
		return strings.Join(missed, ", ")
	}
	return v
}

// followed adds words to those that are there.
func followed(text func() string, by string) func() string {
	if text == nil {
		return nil
	}
	return func() string {
		if said := text(); said != "" {
			return said + by
		}
		return ""
	}
}

// comparison is one of the ways to compare, with the words for it.
type comparison struct {
	threshold *Threshold
	words     string
	upward    bool // the value is to be great rather than small
	strict    bool // and not the limit itself
	holds     func(cmp int) bool
}

func (c Condition) comparisons() []comparison {
	return []comparison{
		{c.Above, "above", true, true, func(cmp int) bool { return cmp > 0 }},
		{c.Below, "below", false, true, func(cmp int) bool { return cmp < 0 }},
		{c.AtLeast, "at least", true, false, func(cmp int) bool { return cmp >= 0 }},
		{c.AtMost, "at most", false, false, func(cmp int) bool { return cmp <= 0 }},
	}
}

// compare compares exact values and words the outcome: `uptime 99.413% is not
// above 99.5%`.
func compare(c Condition, def MeasureDef, value Exact, tier string) verdict {
	if c.Is != nil {
		holds := (value.Sign() != 0) == *c.Is
		if value.Sign() != 0 {
			return verdict{holds: holds, reason: because(def.Words)}
		}
		return verdict{holds: holds, reason: because("not " + def.Words)}
	}
	for _, way := range c.comparisons() {
		if way.threshold == nil {
			continue
		}
		q, ok := way.threshold.For(tier)
		if !ok {
			break // no threshold for this tier: nothing is asked of it
		}
		limit := ExactOf(q.Value)
		holds := way.holds(value.Cmp(limit))
		v := verdict{holds: holds, measure: def.Words, reason: func() string {
			is := " is "
			if !holds {
				is = " is not "
			}
			return said(def, value, showApart(value, limit, def.Unit)) + is + way.words + " " + showLimit(limit, def.Unit)
		}}
		if !holds {
			v.missed = func() string { return way.shortfall(def, value, limit) }
		}
		return v
	}
	return verdict{holds: true, reason: because("")}
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

// verdicts are those of a list of conditions, which must all hold.
type verdicts []verdict

func checkAll(conditions []Condition, on subject) verdicts {
	if len(conditions) == 0 {
		return nil
	}
	all := make(verdicts, len(conditions))
	for i, c := range conditions {
		all[i] = check(c, on)
	}
	return all
}

// hold tells whether all conditions hold.
func (all verdicts) hold() bool {
	for _, v := range all {
		if !v.holds {
			return false
		}
	}
	return true
}

// reasons words the conditions that hold, or those that do not. Two that fail for
// one reason (no operator record, say) give it once.
func (all verdicts) reasons(holding bool) []string {
	var said []string
	for _, v := range all {
		if v.holds != holding {
			continue
		}
		if why := v.reason(); !slices.Contains(said, why) {
			said = append(said, why)
		}
	}
	return said
}
