package rules

import (
	"fmt"
	"strings"
)

// wordAmount words the form of an amount. Several rates stand behind what they
// are all multiplied with, so that it can't be read as belonging to the last.
func (v Shown) wordAmount(r *Rule) string {
	a := &r.Amount
	rates, what, penalty := a.rates(), v.wordQuantity(r), r.Category == Penalty
	if len(rates.ByTier) == 1 {
		rates = Rates{One: &rates.ByTier[0].Rate}
	}
	var text string
	switch {
	case rates.One != nil && penalty:
		text = "Takes away " + v.rates(rates) + " " + what
	case rates.One != nil:
		text = v.rates(rates) + " " + what
	case penalty:
		text = "Takes away, " + what + ": " + v.rates(rates)
	default:
		text = upperFirst(what) + ": " + v.rates(rates)
	}
	if t := a.Times; t != nil {
		def, _ := LookupMeasure(t.Measure)
		factor := def.Words
		if t.Below != nil {
			factor = "what " + def.Words + " falls short of " + v.rate(*t.Below)
		} else if isOneOf(string(def.Unit), []string{string(UnitMonths), string(UnitDays), string(UnitHours)}) && !strings.Contains(def.Words, string(def.Unit)) {
			factor += " in " + string(def.Unit)
		}
		if rates.One == nil {
			text += "; each"
		} else {
			text += ","
		}
		text += " times " + factor
	}
	switch {
	case r.Amount.Split != "":
		text += ", split evenly among all to whom the rule applies"
	case r.byDay() && len(a.Rate.ByTier) > 0 || a.Each != "":
		text += "; a line per tier"
	case r.Payee == ToLeadSource:
		text += "; a line per lead"
	case r.Payee == ToPartner && a.Of != nil:
		text += "; a line per operator"
	}
	return text
}

// wordQuantity words what a rate is multiplied with, or a share is taken of.
func (v Shown) wordQuantity(r *Rule) string {
	a := &r.Amount
	switch {
	case a.Of != nil:
		return v.wordOf(r)
	case r.Payee == ToLeadSource:
		return "for each lead converted in the month"
	case a.Per == perOperatorMonth:
		return "a month, by the days with an active node"
	case a.Per == perNodeMonth:
		return "per node and month, by the day" + wordRange(a)
	case a.Per != "":
		def, _ := LookupMeasure(a.Per)
		return perMeasure(def) + wordMentees(a.Count)
	case r.Exit != nil:
		return "once, whatever the number of days"
	}
	return wordCadence(r.Cadence) + ", whatever the number of days"
}

func wordCadence(c Cadence) string {
	switch c {
	case Quarterly:
		return "a quarter"
	case Yearly:
		return "a year"
	default:
		return "a month"
	}
}

// perMeasure words a rate's unit: per qualified lead, per month of tenure.
func perMeasure(def MeasureDef) string {
	words, plural := singular(def.Words)
	switch {
	case plural:
		return "per " + words
	case def.Unit == UnitCount || def.Unit == UnitShare:
		return "times the " + def.Words
	}
	return "per " + strings.TrimSuffix(string(def.Unit), "s") + " of " + def.Words
}

func upperFirst(text string) string { return strings.ToUpper(text[:1]) + text[1:] }

// wordOf words what a share is taken of.
func (v Shown) wordOf(r *Rule) string {
	of := r.Amount.Of
	whose := "of the operator's "
	if r.Payee == ToPartner {
		whose = "of each referred operator's "
	}
	switch {
	case len(of.Category) > 0:
		var words []string
		for _, c := range of.Category {
			words = append(words, string(c))
		}
		return whose + and(words) + " lines"
	case len(of.Rule) > 0:
		return whose + "lines of " + and(v.labels(of.Rule))
	case len(of.ExitMonth) > 0:
		return "of what " + and(v.labels(of.ExitMonth)) + " would give, before any limit, for a full month with the nodes and the tier of the last day with a node"
	case r.Payee == ToLeadSource:
		return "of the revenue of each lead converted in the month"
	}
	def, _ := LookupMeasure(of.Measure)
	return "of the " + def.Words + " of the month"
}

// labels names rules as people know them.
func (v *Version) labels(ids []string) []string {
	var labels []string
	for _, id := range ids {
		labels = append(labels, v.rule(id).Label)
	}
	return labels
}

func wordRange(a *Amount) string {
	switch {
	case a.From > 1 && a.To > 0:
		return fmt.Sprintf(", for nodes %d to %d of each day", a.From, a.To)
	case a.From > 1:
		return fmt.Sprintf(", for each day's nodes from number %d on", a.From)
	case a.To > 0:
		return fmt.Sprintf(", for at most %s a day", plural(a.To, "node"))
	}
	return ""
}

func wordMentees(m *Mentees) string {
	var words []string
	if m != nil && len(m.Tiers) > 0 {
		words = append(words, "of "+wordTiers(m.Tiers))
	}
	if m != nil && m.Onboarded {
		words = append(words, "onboarded by the end of the month")
	}
	if len(words) == 0 {
		return ""
	}
	return " (only those " + strings.Join(words, ", ") + ")"
}
