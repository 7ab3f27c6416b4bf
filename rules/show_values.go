package rules

import (
	"fmt"
	"strings"

	"github.com/shopspring/decimal"
)

// How conditions, rates and tiers are worded.

func wordConditions(list []Condition) string {
	var words []string
	for i := range list {
		words = append(words, wordCondition(&list[i]))
	}
	return and(words)
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
		text += " or there is nothing to measure"
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

func wordRates(r Rates) string {
	if r.One != nil {
		return wordRate(*r.One)
	}
	var words []string
	for _, t := range r.ByTier {
		words = append(words, wordRate(t.Rate)+" for "+wordTier(t.Tier))
	}
	return strings.Join(words, ", ")
}

// wordRate words dollars with separators, a percentage, or a value that the
// workspace gives.
func wordRate(r Rate) string {
	switch {
	case r.Parameter != "":
		return "[" + r.Parameter + "]"
	case r.Share:
		return showShare(ExactOf(r.Value))
	}
	return wordDollars(r.Value)
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
