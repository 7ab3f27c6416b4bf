package rules

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"fleetpay/rules/strict"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

// conditionOf reads a condition as a rule file has it.
func conditionOf(t interface{ Fatal(...any) }, text string) Condition {
	var file struct {
		Condition Condition `yaml:"condition"`
	}
	if _, err := strict.Decode("condition.yaml", []byte("condition: "+text+"\n"), &file); err != nil {
		t.Fatal(err)
	}
	return file.Condition
}

// measuring is a subject of tier 1 whose every measure has one value.
func measuring(value Exact) subject {
	return subject{tier: "1", read: func(string, int) reading { return known(value) }}
}

func TestAShortfallSaysByHowMuchAConditionWasMissed(t *testing.T) {
	share := func(up, expected int64) Exact { return Ratio(up, expected) }
	exact := func(text string) Exact { return ExactOf(decimal.RequireFromString(text)) }
	for _, c := range []struct {
		name, condition string
		value           Exact
		want            string
	}{
		// 99.5% − 99.413% = 0.087%
		{"points", "{measure: uptime, above: 99.5%}", share(99413, 100000), "0.087 points short of 99.5%"},
		// 99.5% − 385306/387720 = 99.5% − 99.37738…% = 0.12261…%, and no less is said
		{"points that three decimals do not hold", "{measure: uptime, above: 99.5%}", share(385306, 387720), "0.123 points short of 99.5%"},
		// 99.5% − 99.4999999% = 0.0000001%
		{"next to nothing", "{measure: uptime, above: 99.5%}", share(994999999, 1000000000), "0.001 points short of 99.5%"},
		// 99.5% − 99.25% = 0.25%, which must not look like money
		{"points of two decimals", "{measure: uptime, at_least: 99.5%}", share(9925, 10000), "0.250 points short of 99.5%"},
		{"a limit of two decimals", "{measure: uptime, above: 99.95%}", share(9993, 10000), "0.020 points short of 99.950%"},
		{"one point", "{measure: uptime, above: 97%}", share(96, 100), "1 point short of 97%"},
		{"nothing at all", "{measure: uptime, above: 97%}", share(0, 100), "97 points short of 97%"},
		{"exactly at a limit that must be exceeded", "{measure: uptime, above: 99.5%}", share(995, 1000), "exactly at 99.5%, and must be above it"},
		{"the threshold of the tier", "{measure: uptime, above: {1: 99.7%, 2: 99.9%}}", share(98, 100), "1.7 points short of 99.7%"},
		// 13% − 11% = 2%
		{"points over", "{measure: uptime, at_most: 11%}", share(13, 100), "2 points over 11%"},
		{"exactly at a share that must be above", "{measure: uptime, below: 97%}", share(97, 100), "exactly at 97%, and must be below it"},
		// 17 min 30 s − 15 min = 2 min 30 s
		{"a length of time", "{measure: mean-response, below: 15 min}", ExactInt(17*60 + 30), "2 min 30 s too slow"},
		{"a long one", "{measure: mean-resolution, at_most: 2 h}", ExactInt(5*3600 + 7*60 + 11), "3 h 7 min 11 s too slow"},
		{"exactly at the time that is too long", "{measure: mean-response, below: 15 min}", ExactInt(15 * 60), "exactly at 15 min, and must be below it"},
		// (15 min + 7 s + 15 min + 4 s + 15 min) / 3 − 15 min = 11 s / 3 = 3.6666… s
		{"a mean that is no decimal", "{measure: mean-response, below: 15 min}", Ratio(3*900+11, 3), "3.667 s too slow"},
		{"a microsecond", "{measure: slowest-response, below: 15 min}", Ratio(900_000_001, 1_000_000), "0.001 s too slow"},
		{"seconds of two decimals", "{measure: slowest-response, below: 15 min}", exact("902.13"), "2.130 s too slow"},
		{"a count", "{measure: referred-operators, at_least: 2}", ExactInt(1), "1 short of 2 referred operators"},
		{"a count of one", "{measure: own-nodes, at_least: 1}", ExactInt(0), "1 short of 1 node of its own"},
		// above 5 is 6 or more: 6 − 3 = 3
		{"a count that must be above", "{measure: referred-operators, above: 5}", ExactInt(3), "3 short of 6 referred operators"},
		{"a count exactly at the limit that it must exceed", "{measure: referred-operators, above: 5}", ExactInt(5), "1 short of 6 referred operators"},
		{"a limit that no count meets", "{measure: mentees, above: 2.5}", ExactInt(1), "2 short of 3 mentees"},
		{"a limit that no count meets, or more", "{measure: mentees, at_least: 2.5}", ExactInt(1), "2 short of 3 mentees"},
		{"too many", "{measure: critical-incidents, at_most: 0}", ExactInt(2), "2 critical incidents too many"},
		// below 3 is at most 2: 3 − 2 = 1
		{"one too many", "{measure: incidents, below: 3}", ExactInt(3), "1 incident too many"},
		{"too many for a limit that no count meets", "{measure: incidents, below: 2.5}", ExactInt(7), "5 incidents too many"},
		{"months", "{measure: tenure, at_least: 6 months}", ExactInt(1), "5 months short of 6 months"},
		{"a month", "{measure: own-certified, above: 2 months}", ExactInt(2), "1 month short of 3 months"},
		{"months too many", "{measure: tenure, below: 6 months}", ExactInt(7), "2 months too many"},
		{"days", "{measure: notice, at_least: 30 days}", ExactInt(13), "17 days short of 30 days"},
		{"hours", "{measure: training-hours, at_least: 4 hours}", exact("2.7"), "1.3 hours short of 4 hours"},
		{"hours exactly at what they must exceed", "{measure: training-hours, above: 4 hours}", ExactInt(4), "exactly at 4 hours, and must be above it"},
		{"hours over", "{measure: training-hours, at_most: 4 hours}", exact("4.25"), "0.250 hours over 4 hours"},
		{"a score", "{measure: review-score, at_least: 0.8}", exact("0.67"), "0.130 short of 0.8"},
		{"a sum of money, whose reason has both", "{measure: region-revenue, above: 1009.00 USD}", exact("13.57"), ""},
		{"what is true or false", "{measure: active-on-last-day, is: true}", ExactInt(0), ""},
		{"what holds", "{measure: uptime, above: 99.5%}", share(997, 1000), ""},
		{"the months that end with this one", "{measure: qualified-leads, at_least: 7, months: 12}", ExactInt(4), "3 short of 7 qualified leads in the last 12 months"},
	} {
		t.Run(c.name, func(t *testing.T) {
			found := checkAll([]Condition{conditionOf(t, c.condition)}, measuring(c.value))
			if got := found.shortfall(); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestMonthsThatFallShortAreNamed(t *testing.T) {
	on := subject{tier: "1", past: func(int) ([]pastReading, string) {
		return []pastReading{
			{Period{2031, 7}, known(Ratio(941, 1000))}, {Period{2031, 6}, known(Ratio(983, 1000))}, {Period{2031, 5}, known(Ratio(967, 1000))},
		}, ""
	}}
	got := checkAll([]Condition{conditionOf(t, "{measure: uptime, at_least: 97%, months: 3}")}, on).shortfall()
	// 97% − 94.1% = 2.9%; 97% − 96.7% = 0.3%
	if want := "2.9 points short of 97% in 2031-07, 0.3 points short of 97% in 2031-05"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	on.past = func(int) ([]pastReading, string) { return nil, "no uptime measured in 2031-05" }
	if got := checkAll([]Condition{conditionOf(t, "{measure: uptime, at_least: 97%, months: 3}")}, on).shortfall(); got != "" {
		t.Errorf("a month that is not known is %q", got)
	}
}

func TestWhatIsNotKnownIsNoShortfall(t *testing.T) {
	for name, r := range map[string]reading{
		"nothing measured":  unknown("no uptime measured"),
		"an absent dataset": {absent: true, why: "no heartbeat data"},
		"nothing happened":  nothing("no incident"),
	} {
		on := subject{tier: "1", read: func(string, int) reading { return r }}
		found := checkAll([]Condition{conditionOf(t, "{measure: uptime, above: 99.5%}")}, on)
		if got := found.shortfall(); got != "" || found.hold() {
			t.Errorf("%s is %q", name, got)
		}
	}
}

// moneyForm is a number with exactly two decimals.
var moneyForm = regexp.MustCompile(`(^|[^0-9.])[0-9]+\.[0-9]{2}($|[^0-9])`)

// Whatever the uptime, what is said to be missing is not less than what is, and
// not a thousandth of a point more; and it never looks like an amount of money.
func TestNoShortfallIsSmallerThanItIs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		expected := rapid.Int64Range(1, 1_000_000).Draw(t, "expected")
		value := Ratio(rapid.Int64Range(0, expected).Draw(t, "up"), expected)
		limit := decimal.New(rapid.Int64Range(1, 100_000).Draw(t, "limit"), -3) // points
		short := ExactOf(limit).Sub(value.Mul(ExactInt(100)))
		condition := conditionOf(t, fmt.Sprintf("{measure: uptime, above: %s%%}", limit))
		got := checkAll([]Condition{condition}, measuring(value)).shortfall()
		if moneyForm.MatchString(got) {
			t.Fatalf("%q holds what looks like money", got)
		}
		switch short.Sign() {
		case -1:
			if got != "" {
				t.Fatalf("%q is said of what holds", got)
			}
			return
		case 0:
			if !strings.HasPrefix(got, "exactly at ") {
				t.Fatalf("%q is said of the limit itself", got)
			}
			return
		}
		number, _, found := strings.Cut(got, " point")
		said, err := decimal.NewFromString(number)
		if !found || err != nil {
			t.Fatalf("%q does not begin with points", got)
		}
		over := ExactOf(said).Sub(short)
		if over.Sign() < 0 || over.Cmp(Ratio(1, 1000)) >= 0 || said.Sign() <= 0 {
			t.Fatalf("%q is said of %s points", got, short.Cut(9))
		}
	})
}

func TestTheDocumentationShowsShortfallsAsTheyAre(t *testing.T) {
	_, table, found := strings.Cut(readDocumentation(t), "| measure | condition | missed by |\n|---|---|---|\n")
	table, _, _ = strings.Cut(table, "\n\n")
	rows := strings.Split(table, "\n")
	// The conditions and values of the rows, in their order.
	cases := []struct {
		condition string
		value     Exact
	}{
		{"{measure: uptime, above: 99.5%}", Ratio(99413, 100000)},
		{"{measure: uptime, above: 99.5%}", Ratio(995, 1000)},
		{"{measure: mean-response, below: 15 min}", ExactInt(17*60 + 30)},
		{"{measure: referred-operators, at_least: 2}", ExactInt(1)},
		{"{measure: critical-incidents, at_most: 0}", ExactInt(2)},
		{"{measure: tenure, at_least: 6 months}", ExactInt(4)},
	}
	if !found || len(rows) != len(cases) {
		t.Fatalf("%s shows %d shortfalls, want %d", documentation, len(rows), len(cases))
	}
	for i, c := range cases {
		all := checkAll([]Condition{conditionOf(t, c.condition)}, measuring(c.value))
		// The sentence of the reason, taken apart: what was found, and what was asked.
		measured, asked, _ := strings.Cut(all[0].reason(), " is not ")
		want := fmt.Sprintf("| %s | %s | `%s` |", measured, asked, all.shortfall())
		if rows[i] != want {
			t.Errorf("the documentation has\n%s\nand it is\n%s", rows[i], want)
		}
	}
}

func TestOfEveryFleetShortfallsAndStandingsAreInOrder(t *testing.T) {
	rb := shippedRules(t)
	rapid.Check(t, func(t *rapid.T) {
		f := drawFacts(t)
		book := mustSettle(t, f, rb)
		for _, l := range book.Lines {
			if l.Shortfall != "" && (l.Status != NotEarned || !strings.Contains(l.Reason, " is not ")) {
				t.Errorf("%s: %q of a line that is %s: %s", l.Rule, l.Shortfall, l.Status, l.Reason)
			}
			if moneyForm.MatchString(l.Shortfall) {
				t.Errorf("%s: %q holds what looks like money", l.Rule, l.Shortfall)
			}
			if simple := !strings.Contains(l.Reason, ";"); simple && strings.Contains(l.Reason, " is not above 9") && l.Shortfall == "" {
				t.Errorf("%s: nothing is said of by how much %s", l.Rule, l.Reason)
			}
		}
		place := map[account]int{}
		for i, p := range book.Payouts {
			place[account{p.PayeeKind, p.PayeeID}] = i
		}
		last := -1
		for _, s := range book.Standings {
			at, known := place[account{s.PayeeKind, s.PayeeID}]
			if !known || at < last || len(s.Found) == 0 {
				t.Errorf("%s %s stands out of order, or for nothing", s.PayeeKind, s.PayeeID)
			}
			last = at
			for _, text := range s.Found {
				if moneyForm.MatchString(text) {
					t.Errorf("%q holds what looks like money", text)
				}
			}
		}
		unmet := map[string]int{}
		for _, s := range book.Standings {
			if !s.Met && !s.Withholds {
				unmet[string(s.PayeeKind)+":"+s.PayeeID]++
			}
		}
		for _, e := range book.Exceptions {
			if e.Kind == "partner-requirement" {
				unmet[e.Subject]--
			}
		}
		for subject, n := range unmet {
			if n > 0 {
				t.Errorf("%s has %d unmet requirements that no exception tells of", subject, n)
			}
		}
	})
}
