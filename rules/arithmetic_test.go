package rules

import (
	"fmt"
	"math/big"
	"strings"
	"testing"
)

// evaluate works out an arithmetic of a hand-worked case, exactly:
//
//	sum     = product { ("+" | "−" | "-") product }
//	product = factor { ("×" | "/") factor }
//	factor  = [ "−" | "-" ] ( number [ "%" ] | [ "cents" | "cut" ] "(" sum ")" )
//
// cents(x) rounds x to whole cents, half away from zero; cut(x) drops what is
// beyond the cent.
func evaluate(text string) (*big.Rat, error) {
	a := &arithmetic{rest: text}
	value := a.sum()
	if a.skip(); a.err == nil && a.rest != "" {
		a.fail("%q is left over", a.rest)
	}
	return value, a.err
}

type arithmetic struct {
	rest string
	err  error
}

func (a *arithmetic) fail(format string, args ...any) {
	if a.err == nil {
		a.err = fmt.Errorf(format, args...)
	}
}

func (a *arithmetic) skip() { a.rest = strings.TrimLeft(a.rest, " ") }

// take reads one of the signs, when it comes next.
func (a *arithmetic) take(signs ...string) string {
	a.skip()
	for _, s := range signs {
		if rest, found := strings.CutPrefix(a.rest, s); found {
			a.rest = rest
			return s
		}
	}
	return ""
}

func (a *arithmetic) sum() *big.Rat {
	value := a.product()
	for a.err == nil {
		switch a.take("+", "−", "-") {
		case "+":
			value.Add(value, a.product())
		case "−", "-":
			value.Sub(value, a.product())
		default:
			return value
		}
	}
	return value
}

func (a *arithmetic) product() *big.Rat {
	value := a.factor()
	for a.err == nil {
		switch a.take("×", "/") {
		case "×":
			value.Mul(value, a.factor())
		case "/":
			by := a.factor()
			if by.Sign() == 0 {
				a.fail("division by zero")
				return value
			}
			value.Quo(value, by)
		default:
			return value
		}
	}
	return value
}

func (a *arithmetic) factor() *big.Rat {
	if a.err != nil {
		return new(big.Rat)
	}
	if a.take("−", "-") != "" {
		value := a.factor()
		return value.Neg(value)
	}
	if name := a.take("cents(", "cut(", "("); name != "" {
		value := a.sum()
		if a.take(")") == "" {
			a.fail("a bracket is not closed before %q", a.rest)
		}
		switch name {
		case "cents(":
			value = inCents(value)
		case "cut(":
			value = cutToCents(value)
		}
		return value
	}
	return a.number()
}

func (a *arithmetic) number() *big.Rat {
	a.skip()
	end := strings.IndexFunc(a.rest, func(r rune) bool { return (r < '0' || r > '9') && r != '.' })
	if end < 0 {
		end = len(a.rest)
	}
	value, ok := new(big.Rat).SetString(a.rest[:end])
	if !ok {
		a.fail("no number at %q", a.rest)
		return new(big.Rat)
	}
	a.rest = a.rest[end:]
	if a.take("%") != "" {
		value.Quo(value, big.NewRat(100, 1))
	}
	return value
}

// inCents rounds to whole cents, half away from zero, in whole numbers.
func inCents(v *big.Rat) *big.Rat {
	twice := new(big.Int).Mul(new(big.Int).Abs(v.Num()), big.NewInt(200))
	twice.Add(twice, v.Denom())
	cents := twice.Quo(twice, new(big.Int).Mul(v.Denom(), big.NewInt(2)))
	if v.Sign() < 0 {
		cents.Neg(cents)
	}
	return new(big.Rat).SetFrac(cents, big.NewInt(100))
}

// cutToCents drops what is beyond the cent.
func cutToCents(v *big.Rat) *big.Rat {
	cents := new(big.Int).Quo(new(big.Int).Mul(v.Num(), big.NewInt(100)), v.Denom())
	return new(big.Rat).SetFrac(cents, big.NewInt(100))
}

func TestArithmeticOfTheCasesIsExact(t *testing.T) {
	for text, want := range map[string]string{
		"150.00 × 12 / 31":                     "1800/31",
		"20% × (150.00 + 25.00) × 12 / 31":     "420/31",
		"-50% × 12 × 4 × 97.00 × 115%":         "-26772/10",
		"−(692.00 + 207.60) × (99.5% − 98.5%)": "-8996/1000",
		"cut(123.46 / 3) + 0.01":               "4116/100",
		"cents(2% × 6172.85)":                  "12346/100",
		"1 - 2 - 3":                            "-4",
		"cents(-0.005)":                        "-1/100",
		"cut(-0.019)":                          "-1/100",
	} {
		got, err := evaluate(text)
		value, ok := new(big.Rat).SetString(want)
		if err != nil || !ok || got.Cmp(value) != 0 {
			t.Errorf("%s = %v, want %s: %v", text, got, want, err)
		}
	}
	for text, want := range map[string]string{
		"":          `no number at ""`,
		"1 +":       `no number at ""`,
		"(1":        `a bracket is not closed before ""`,
		"1 2":       `"2" is left over`,
		"1 / (2-2)": "division by zero",
		"1.2.3":     `no number at "1.2.3"`,
	} {
		if _, err := evaluate(text); err == nil || err.Error() != want {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}
