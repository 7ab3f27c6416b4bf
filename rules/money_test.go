package rules

import (
	"math/big"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

// drawExact draws a fraction of decimals with its twin.
func drawExact(t *rapid.T, name string) (Exact, *big.Rat) {
	num := decimal.New(rapid.Int64Range(-1_000_000_000, 1_000_000_000).Draw(t, name), -int32(rapid.IntRange(0, 6).Draw(t, "places")))
	den := decimal.New(rapid.Int64Range(1, 50000).Draw(t, name+" by"), -int32(rapid.IntRange(0, 3).Draw(t, "places")))
	if rapid.Bool().Draw(t, "whole") {
		return ExactOf(num), num.Rat()
	}
	return ExactOf(num).Div(ExactOf(den)), new(big.Rat).Quo(num.Rat(), den.Rat())
}

func same(t *rapid.T, what string, got Exact, want *big.Rat) {
	t.Helper()
	if r := new(big.Rat).Quo(got.num.Rat(), got.over().Rat()); r.Cmp(want) != 0 {
		t.Errorf("%s is %s, want %s", what, r, want)
	}
}

func TestExactArithmeticIsThatOfFractions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, x := drawExact(t, "a")
		b, y := drawExact(t, "b")
		same(t, "a", a, x)
		same(t, "a + b", a.Add(b), new(big.Rat).Add(x, y))
		same(t, "a - b", a.Sub(b), new(big.Rat).Sub(x, y))
		same(t, "a × b", a.Mul(b), new(big.Rat).Mul(x, y))
		same(t, "-a", a.Neg(), new(big.Rat).Neg(x))
		same(t, "0 + a", Exact{}.Add(a), x)
		if y.Sign() != 0 {
			same(t, "a / b", a.Div(b), new(big.Rat).Quo(x, y))
		}
		if a.Cmp(b) != x.Cmp(y) || a.Sign() != x.Sign() || a.Cmp(a) != 0 {
			t.Errorf("%s and %s compare as %d", x, y, a.Cmp(b))
		}
		if whole := new(big.Int).Quo(x.Num(), x.Denom()); a.Whole() != whole.Int64() {
			t.Errorf("the whole part of %s is %d", x, a.Whole())
		}
	})
}

func TestCentsAreRoundedOnceHalfAwayFromZero(t *testing.T) {
	for text, want := range map[string]string{
		"0.005": "0.01", "-0.005": "-0.01", "0.0049999": "0.00", "-0.0049999": "0.00",
		"2.675": "2.68", "1.005": "1.01", "-1.015": "-1.02", "0": "0.00", "1234.5": "1234.50",
	} {
		if got := ExactOf(decimal.RequireFromString(text)).Cents().String(); got != want {
			t.Errorf("%s is %s, want %s", text, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		a, x := drawExact(t, "a")
		if rapid.Bool().Draw(t, "on half a cent") {
			x = big.NewRat(2*rapid.Int64Range(-99999, 99999).Draw(t, "half cents")+1, 200)
			a = ExactInt(x.Num().Int64()).Div(ExactInt(x.Denom().Int64()))
		}
		if got, want := a.Cents().String(), inCents(x).FloatString(2); got != want && !(want == "-0.00" && got == "0.00") {
			t.Errorf("%s is %s, want %s", x, got, want)
		}
	})
}

func TestCutNeverRoundsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, x := drawExact(t, "a")
		places := int32(rapid.IntRange(0, 9).Draw(t, "places"))
		text := a.Cut(places)
		shown := decimal.RequireFromString(text).Rat()
		unit := decimal.New(1, -places).Rat()
		rest := new(big.Rat).Sub(new(big.Rat).Abs(x), new(big.Rat).Abs(shown))
		if rest.Sign() < 0 || rest.Cmp(unit) >= 0 || shown.Sign()*x.Sign() < 0 {
			t.Errorf("%s is cut to %s with %d places", x, text, places)
		}
		if _, fraction, found := strings.Cut(text, "."); found && (len(fraction) > int(places) || strings.HasSuffix(fraction, "0")) {
			t.Errorf("%s is written %s with %d places", x, text, places)
		}
	})
}

func TestMoneyIsWholeCents(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.Int64Range(-1e15, 1e15).Draw(t, "a"), rapid.Int64Range(-1e15, 1e15).Draw(t, "b")
		m, n := cents(a), cents(b)
		if m.Add(n).Cmp(cents(a+b)) != 0 || m.Sub(n).Cmp(cents(a-b)) != 0 || m.Neg().Cmp(cents(-a)) != 0 || SumMoney(m, n, m).Cmp(cents(2*a+b)) != 0 {
			t.Errorf("%s and %s", m, n)
		}
		again, err := ParseMoney(m.String())
		if err != nil || again.Cmp(m) != 0 || m.Exact().Cents().Cmp(m) != 0 {
			t.Errorf("%s is read as %s: %v", m, again, err)
		}
	})
	for text, want := range map[string]string{
		"1.001": "1.001 has more than two decimal places",
		"1,00":  `"1,00" is not an amount; write it as 12.30`,
		"":      `"" is not an amount; write it as 12.30`,
	} {
		if _, err := ParseMoney(text); err == nil || err.Error() != want {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}
