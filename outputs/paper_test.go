package outputs

import (
	"testing"

	"github.com/shopspring/decimal"
)

func TestUSDCHasTwoPlacesUnlessCentsDontSayIt(t *testing.T) {
	for units, want := range map[string]string{
		"0": "0.00", "1": "0.000001", "10000": "0.01", "9999": "0.009999", "1234500000": "1234.50", "-70000000": "-70.00",
		"115792089237316195423570985008687907853269984665640564039457": "115792089237316195423570985008687907853269984665640564.039457",
	} {
		d, err := decimal.NewFromString(units)
		if err != nil {
			t.Fatal(err)
		}
		if got := USDC(d); got != want {
			t.Errorf("%s units are written %s, not %s", units, got, want)
		}
	}
}

func TestAPaperIsSetAsMarkdown(t *testing.T) {
	var p Paper
	p.Title("Fleet: what was paid")
	p.Warn("Look at *this*.")
	p.List(nil)
	p.Section("Sums")
	p.Table([]PaperColumn{{Head: "Chain"}, {Head: "Sum", Number: true}}, [][]string{{"base", "1.00"}}, []string{"All", "1.00"}, "")
	p.Table([]PaperColumn{{Head: "Payment"}}, nil, nil, "There is none.")
	p.List([]string{"one", "two"})
	const want = `# Fleet: what was paid

> Look at \*this\*.

## Sums

| Chain |  Sum |
| ----- | ---: |
| base  | 1.00 |
| All   | 1.00 |

There is none.

- one
- two
`
	if got, err := p.Markdown(); err != nil || string(got) != want {
		t.Errorf("%v: set as\n%s", err, got)
	}
}

func TestATableTextHoldsNoFormula(t *testing.T) {
	got, err := TableText([]string{"name", "sum"}, [][]string{{"=1+1", "-1.00"}, {"a,b", ""}})
	if want := "name,sum\n'=1+1,-1.00\n\"a,b\",\n"; err != nil || string(got) != want {
		t.Errorf("%v: written as %q, not %q", err, got, want)
	}
}
