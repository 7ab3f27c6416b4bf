package rules

import (
	"fmt"

	"github.com/shopspring/decimal"
)

// Money is a sum of US dollars in whole cents. It is made by rounding an exact
// value once (Exact.Cents), by reading a decimal of at most two places, or by
// adding other sums; it can't be multiplied, so nothing is rounded twice.
type Money struct{ d decimal.Decimal }

// centPlaces is the number of decimal places of a sum of money.
const centPlaces = 2

// ParseMoney reads a sum with at most two places, such as -12.30.
func ParseMoney(s string) (Money, error) {
	d, err := decimal.NewFromString(s)
	if err != nil {
		return Money{}, fmt.Errorf("%q is not an amount; write it as 12.30", s)
	}
	return MoneyOf(d)
}

// MoneyOf takes a decimal of at most two places.
func MoneyOf(d decimal.Decimal) (Money, error) {
	if !d.Equal(d.Round(centPlaces)) {
		return Money{}, fmt.Errorf("%s has more than two decimal places", d)
	}
	return Money{d}, nil
}

// Add returns m + n.
func (m Money) Add(n Money) Money { return Money{m.d.Add(n.d)} }

// Sub returns m - n.
func (m Money) Sub(n Money) Money { return Money{m.d.Sub(n.d)} }

// Neg returns -m.
func (m Money) Neg() Money { return Money{m.d.Neg()} }

// Cmp is -1, 0 or 1 as m is less than, equal to or greater than n.
func (m Money) Cmp(n Money) int { return m.d.Cmp(n.d) }

// Sign is -1, 0 or 1.
func (m Money) Sign() int { return m.d.Sign() }

// IsZero tells whether m is no money at all.
func (m Money) IsZero() bool { return m.d.IsZero() }

// Decimal returns m for a rendering that needs a number, such as a cell.
func (m Money) Decimal() decimal.Decimal { return m.d }

// Exact returns m as an exact value for further computation.
func (m Money) Exact() Exact { return ExactOf(m.d) }

// String writes m with two places and a point: -1234.50.
func (m Money) String() string { return m.d.StringFixed(centPlaces) }

// MarshalText writes m as String does, for JSON.
func (m Money) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (m *Money) UnmarshalText(b []byte) error {
	v, err := ParseMoney(string(b))
	*m = v
	return err
}

// SumMoney adds sums of whole cents.
func SumMoney(sums ...Money) Money {
	var total Money
	for _, s := range sums {
		total = total.Add(s)
	}
	return total
}

// Exact is an exact rational number: a fraction of two decimals. Everything
// between a fact and a line's amount is computed in it. The denominator is never
// negative, and its zero value stands for 1, so the zero Exact is 0.
type Exact struct{ num, den decimal.Decimal }

var one = decimal.NewFromInt(1)

// ExactOf returns d as an exact value.
func ExactOf(d decimal.Decimal) Exact { return Exact{num: d} }

// ExactInt returns n as an exact value.
func ExactInt(n int64) Exact { return ExactOf(decimal.NewFromInt(n)) }

// Ratio returns num/den; den must not be zero.
func Ratio(num, den int64) Exact { return ExactInt(num).Div(ExactInt(den)) }

// over is the denominator as a number.
func (e Exact) over() decimal.Decimal {
	if e.den.IsZero() {
		return one
	}
	return e.den
}

// timesOver multiplies a denominator into a number.
func (e Exact) timesOver(d decimal.Decimal) decimal.Decimal {
	if e.den.IsZero() {
		return d
	}
	return d.Mul(e.den)
}

// Mul returns e × f.
func (e Exact) Mul(f Exact) Exact {
	product := Exact{num: e.num.Mul(f.num), den: e.den}
	if !f.den.IsZero() {
		product.den = e.timesOver(f.den)
	}
	return product
}

// Div returns e / f; f must not be zero.
func (e Exact) Div(f Exact) Exact {
	num, den := f.timesOver(e.num), e.timesOver(f.num)
	switch den.Sign() {
	case 0:
		panic("rules: division by zero")
	case -1:
		num, den = num.Neg(), den.Neg()
	}
	return Exact{num, den}
}

// Add returns e + f.
func (e Exact) Add(f Exact) Exact {
	if e.den.Equal(f.den) {
		return Exact{e.num.Add(f.num), e.den}
	}
	return Exact{f.timesOver(e.num).Add(e.timesOver(f.num)), e.timesOver(f.over())}
}

// Sub returns e - f.
func (e Exact) Sub(f Exact) Exact { return e.Add(f.Neg()) }

// Neg returns -e.
func (e Exact) Neg() Exact { return Exact{e.num.Neg(), e.den} }

// Cmp is -1, 0 or 1 as e is less than, equal to or greater than f.
func (e Exact) Cmp(f Exact) int { return f.timesOver(e.num).Cmp(e.timesOver(f.num)) }

// Sign is -1, 0 or 1.
func (e Exact) Sign() int { return e.num.Sign() }

// Cents rounds e to whole cents, half away from zero. It is the one place where
// an amount is rounded.
func (e Exact) Cents() Money { return Money{e.num.DivRound(e.over(), centPlaces)} }

// Cut writes e with at most places decimals, cut towards zero and never rounded
// up, without trailing zeros: 99.4996 with 3 places is 99.499.
func (e Exact) Cut(places int32) string { return e.cut(places).String() }

func (e Exact) cut(places int32) decimal.Decimal {
	if e.den.IsZero() {
		return e.num.Truncate(places)
	}
	q, _ := e.num.QuoRem(e.den, places)
	return q
}

// Fraction writes e as the fraction that it was measured as: 385306 / 387720.
func (e Exact) Fraction() string { return e.num.String() + " / " + e.over().String() }

// Whole returns the whole part of e, cut towards zero.
func (e Exact) Whole() int64 { return e.cut(0).IntPart() }
