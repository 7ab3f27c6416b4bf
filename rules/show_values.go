package rules

import (
	"fmt"
	"strings"

	"github.com/shopspring/decimal"
)

// How conditions, rates and tiers are worded.

// wordConditions words conditions that must all hold, one a line when they are
// several.
func wordConditions(begin string, list []Condition) string {
	if len(list) == 1 {
		return begin + " " + wordCondition(&list[0]) + "."
	}
	text := begin + " all of these hold:"
	for i := range list {
		text += "\n- " + wordCondition(&list[i])
	}
	return text
}

// wordCondition words a comparison: uptime is above 99.5%.
func wordCondition(c *Condition) string {
	def, _ := LookupMeasure(c.Measure)
	text := def.Words
	if c.Is != nil {
		if !*c.Is {
			text = "not " + text
		}
		return text
	}
	if c.Months > 1 && c.Measure != "uptime" {
		text += fmt.Sprintf(" of the last %d months", c.Months)
	}
	for _, way := range c.comparisons() {
		if way.threshold != nil {
			text += " is " + way.words + " " + wordThreshold(way.threshold, def.Unit)
		}
	}
	if c.Months > 1 && c.Measure == "uptime" {
		text += fmt.Sprintf(" in each of %d months in a row, this one and those before it", c.Months)
	}
	if c.None == NoneMet {
		text += " (met too when there is nothing to measure)"
	}
	return text
}

func wordThreshold(t *Threshold, u Unit) string {
	if t.One != nil {
		return showMeasure(ExactOf(t.One.Value), u)
	}
	var words []string
	for _, q := range t.ByTier {
		words = append(words, showMeasure(ExactOf(q.Quantity.Value), u)+" for "+wordTier(q.Tier))
	}
	return strings.Join(words, ", ")
}

func (v Shown) rates(r Rates) string {
	if r.One != nil {
		return v.rate(*r.One)
	}
	var words []string
	for _, t := range r.ByTier {
		words = append(words, v.rate(t.Rate)+" for "+wordTier(t.Tier))
	}
	return strings.Join(words, ", ")
}

// rate words dollars with separators, a percentage, or, in brackets, a parameter
// that the workspace has not given.
func (v Shown) rate(r Rate) string {
	if r.Parameter != "" {
		value, err := v.parameter(r.Parameter)
		if err != nil {
			return "[" + r.Parameter + "]"
		}
		r = value
	}
	if r.Share {
		return showShare(ExactOf(r.Value))
	}
	return wordDollars(r.Value)
}

// parameter reads the value that the workspace gives for a parameter.
func (v Shown) parameter(id string) (Rate, error) {
	for _, p := range v.Parameters {
		if p.ID == id {
			value, err := p.Kind.parse(v.Values[id])
			return Rate{Value: value, Share: p.Kind == ParameterShare}, err
		}
	}
	return Rate{}, fmt.Errorf("there is no parameter %q", id)
}

// wordDollars writes $1,200.00.
func wordDollars(d decimal.Decimal) string {
	whole, places, _ := strings.Cut(showMoneyRate(ExactOf(d)), ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	return "$" + whole + "." + places
}

// wordTier names a tier: tier 1, silver.
func wordTier(tier string) string {
	if isOneOf(tier, operatorTiers) {
		return "tier " + tier
	}
	return tier
}

func wordTiers(tiers []string) string {
	var words []string
	for _, t := range tiers {
		words = append(words, wordTier(t))
	}
	return and(words)
}

// and joins words as people do: a, b and c.
func and(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}
