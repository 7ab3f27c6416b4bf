package rules

import (
	"math/big"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

func TestNumbersInReasonsCompareAsTheExactOnesDo(t *testing.T) {
	uptime, _ := LookupMeasure("uptime")
	response, _ := LookupMeasure("mean-response")
	rapid.Check(t, func(t *rapid.T) {
		def, places := uptime, int32(8)
		limit := decimal.New(rapid.SampledFrom([]int64{99_500_000, 99_900_000, 99_999_995, 97_000_000, 33_333_333}).Draw(t, "percent"), -places)
		whole := rapid.SampledFrom([]int64{3, 1000, 44640, 446_400_000, 1_000_000_007}).Draw(t, "expected")
		if rapid.Bool().Draw(t, "a duration") {
			def, limit, whole = response, decimal.New(900, 0), rapid.Int64Range(1, 1000).Draw(t, "incidents")*microsPerSecond
		}
		// A value at the limit, or as near to it as the whole allows.
		at := limit.Mul(decimal.NewFromInt(whole)).IntPart()
		value := Ratio(max(at+rapid.Int64Range(-2, 2).Draw(t, "beside"), 0), whole)
		c := Condition{Measure: def.Name, Above: &Threshold{One: &Quantity{limit, def.Unit}}}
		v := compare(c, def, value, "1")
		text := strings.TrimPrefix(v.reason(), def.Words+" ")
		shown, shownLimit, found := strings.Cut(text, " is above ")
		if !found {
			shown, shownLimit, found = strings.Cut(text, " is not above ")
		}
		if !found || v.holds == strings.Contains(v.reason(), " not ") {
			t.Fatalf("%q, and it holds: %v", v.reason(), v.holds)
		}
		a, b := readBack(t, shown), readBack(t, shownLimit)
		real := new(big.Rat).Quo(value.num.Rat(), value.over().Rat())
		if b.Cmp(limit.Rat()) != 0 {
			t.Errorf("the limit %s is shown as %s", limit, shownLimit)
		}
		if a.Cmp(real) > 0 {
			t.Errorf("%s is shown as %s, which is more", real.FloatString(15), shown)
		}
		if a.Cmp(b) != value.Cmp(ExactOf(limit)) {
			t.Errorf("%s compares otherwise than %s with %s", v.reason(), real.FloatString(15), limit)
		}
	})
}

// readBack reads 99.5% or 14 min 59.9 s as a person does.
func readBack(t *rapid.T, text string) *big.Rat {
	sum := new(big.Rat)
	fields := strings.Fields(strings.ReplaceAll(text, "%", " %"))
	for i := 0; i+1 < len(fields); i += 2 {
		n, ok := new(big.Rat).SetString(fields[i])
		unit := map[string]*big.Rat{"%": big.NewRat(1, 100), "s": big.NewRat(1, 1), "min": big.NewRat(60, 1), "h": big.NewRat(3600, 1)}[fields[i+1]]
		if !ok || unit == nil {
			t.Fatalf("%q can't be read back", text)
		}
		sum.Add(sum, n.Mul(n, unit))
	}
	return sum
}

func TestWordsForValues(t *testing.T) {
	measure := func(name string) MeasureDef {
		def, ok := LookupMeasure(name)
		if !ok {
			t.Fatalf("no measure %s", name)
		}
		return def
	}
	for _, c := range []struct {
		measure string
		value   Exact
		want    string
	}{
		{"uptime", Ratio(99413, 100000), "uptime 99.413%"},
		{"uptime", Ratio(994996, 1000000), "uptime 99.499%"},
		{"mentees", ExactInt(1), "1 mentee"},
		{"mentees", ExactInt(3), "3 mentees"},
		{"qualified-leads", ExactInt(1), "1 qualified lead"},
		{"tasks-succeeded", ExactInt(1), "1 task succeeded"},
		{"nodes-on-last-day", ExactInt(2), "2 nodes on the last day"},
		{"months-served", ExactInt(1), "1 month served"},
		{"tenure", ExactInt(7), "tenure 7 months"},
		{"tenure", ExactInt(1), "tenure 1 month"},
		{"commitment-months", ExactInt(12), "commitment 12 months"},
		{"review-score", Ratio(83, 100), "review score 0.83"},
		{"training-hours", Ratio(7, 2), "3.5 training hours"},
		{"notice", ExactInt(29), "notice 29 days"},
		{"region-revenue", Ratio(2469, 2), "region revenue 1234.50 USD"},
		{"mean-response", Ratio(899_999_999, 1_000_000), "mean response time 14 min 59.999 s"},
		{"mean-response", ExactInt(3600), "mean response time 1 h"},
		{"mean-response", ExactInt(0), "mean response time 0 s"},
		{"own-certified", ExactInt(2), "2 months certified"},
	} {
		def := measure(c.measure)
		if got := said(def, c.value, showMeasure(c.value, def.Unit)); got != c.want {
			t.Errorf("%s: %q, want %q", c.measure, got, c.want)
		}
	}
	for _, c := range []struct {
		measure string
		value   Exact
		want    string
	}{
		{"mentees", ExactInt(0), "no mentees"},
		{"tasks-succeeded", ExactInt(0), "no tasks succeeded"},
		{"review-score", ExactInt(0), "review score 0 is not above 0"},
		{"tenure", ExactInt(0), "tenure 0 months is not above 0"},
		{"region-revenue", ExactInt(0), "region revenue 0.00 is not above 0"},
		{"region-revenue", Ratio(-25, 2), "region revenue -12.50 is not above 0"},
	} {
		if got := none(measure(c.measure), c.value); got != c.want {
			t.Errorf("%s: %q, want %q", c.measure, got, c.want)
		}
	}
}

// Every measure of a number is worded without a slip in the plural.
func TestEveryMeasureHasASingular(t *testing.T) {
	var lines []string
	for _, def := range Measures() {
		if def.Unit == UnitCount || def.Unit == UnitMonths || def.Unit == UnitHours || def.Unit == UnitDays {
			lines = append(lines, said(def, ExactInt(1), showMeasure(ExactInt(1), def.Unit)))
		}
	}
	want := strings.TrimSpace(`
1 task succeeded
1 task failed
1 incident
1 critical incident
1 qualified lead
1 converted lead
1 mentee
1 mentee ever onboarded
review score 1
tenure 1 month
1 operator-day
1 node-day
1 node on the last day
1 node on the busiest day
1 training hour
1 month served
commitment 1 month
notice 1 day
1 referred operator
1 node of its own
1 month certified
1 active operator`)
	if got := strings.Join(lines, "\n"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
