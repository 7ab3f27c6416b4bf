package sources

import (
	"fmt"

	"github.com/shopspring/decimal"
)

// parseDecimal reads an Amount, a Score or Hours from its digits, never through
// a binary float.
func (c *Column) parseDecimal(text string) (decimal.Decimal, string) {
	form := decimalForms[c.Type]
	before, places, ok := decimalShape(text)
	negative := text[0] == '-'
	switch {
	case !ok, negative && c.Type != Amount:
		return decimal.Decimal{}, fmt.Sprintf("%s is not %s; write %s", quote(text), form.name, form.allowed)
	case before > MaxAmountDigits:
		return decimal.Decimal{}, fmt.Sprintf("%s has %d digits before the point; at most %d are allowed",
			quote(text), before, MaxAmountDigits)
	case places > c.Places:
		return decimal.Decimal{}, fmt.Sprintf("%s has %d places after the point; at most %d are allowed",
			quote(text), places, c.Places)
	}
	d := toDecimal(text, before+places, places)
	if c.Type == Score && d.GreaterThan(one) {
		return decimal.Decimal{}, fmt.Sprintf("%s is not %s; write %s", quote(text), form.name, form.allowed)
	}
	return d, ""
}

var one = decimal.NewFromInt(1)

var decimalForms = map[Type]struct{ name, allowed string }{
	Amount: {"an amount", `digits with a point, as in -1234.50: no thousands separator, currency sign, exponent or "+"`},
	Score:  {"a score", "a decimal from 0 to 1, as in 0.85"},
	Hours:  {"a number of hours", "a decimal of 0 or more, as in 1.5"},
}

// decimalShape counts the digits on both sides of the point of -?[0-9]+(\.[0-9]+)?
func decimalShape(text string) (before, after int, ok bool) {
	i := 0
	if text[0] == '-' {
		i++
	}
	for ; i < len(text) && isDigit(text[i]); i++ {
		before++
	}
	if i == len(text) {
		return before, 0, before > 0
	}
	if text[i] != '.' {
		return 0, 0, false
	}
	for i++; i < len(text) && isDigit(text[i]); i++ {
		after++
	}
	return before, after, i == len(text) && before > 0 && after > 0
}

// toDecimal turns text of a shape already checked into a decimal.
func toDecimal(text string, digits, places int) decimal.Decimal {
	if digits > 18 { // beyond what an int64 surely holds
		d, err := decimal.NewFromString(text)
		if err != nil {
			panic("sources: " + text + " passed as a decimal") // decimalShape let it through
		}
		return d
	}
	var n int64
	for i := 0; i < len(text); i++ {
		if isDigit(text[i]) {
			n = n*10 + int64(text[i]-'0')
		}
	}
	if text[0] == '-' {
		n = -n
	}
	return decimal.New(n, int32(-places))
}

func parseWhole(text string) (int64, string) {
	var n int64
	for i := 0; i < len(text); i++ {
		if !isDigit(text[i]) {
			return 0, fmt.Sprintf("%s is not a whole number; write it as 12", quote(text))
		}
		if n = n*10 + int64(text[i]-'0'); n > MaxWhole {
			return 0, fmt.Sprintf("%s is too large; at most %d is allowed", quote(text), MaxWhole)
		}
	}
	return n, ""
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }
