package rules

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"fleetpay/rules/strict"

	"github.com/shopspring/decimal"
)

func TestShippedVersionsLoad(t *testing.T) {
	versions, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	book, err := NewRulebook(versions)
	if err != nil {
		t.Fatal(err)
	}
	if got := names(book.Versions); got != "2026-01 2026-05 2026-07" {
		t.Errorf("versions %s", got)
	}
	for _, v := range book.Versions {
		if v.File != "built-in" || len(v.Source) == 0 {
			t.Errorf("version %s: file %q with %d bytes", v.Name, v.File, len(v.Source))
		}
	}
}

func names(versions []*Version) string {
	var list []string
	for _, v := range versions {
		list = append(list, v.Name)
	}
	return strings.Join(list, " ")
}

func TestEverySlipOfAFileIsShownAtOnceWithItsExcerpt(t *testing.T) {
	_, err := LoadVersion("rules/2031-07.yaml", []byte(strings.NewReplacer(
		"missing: down", "missing: down\ncolour: red",
		"share: 3%", "share: 3",
		"at_least: 30 days", "at_least: 30",
	).Replace(plain)))
	want := `rules/2031-07.yaml:5:1: colour: the key "colour" is not known here; allowed are version, title, from, to, missing, due, parameters, rules, caps, requirements, flags, report
   5 | colour: red
     | ^
rules/2031-07.yaml:39:21: rules[revenue-part].amount.share: 3 has no percent sign; write a percentage, such as 20%
  39 |     amount: {share: 3, of: {measure: region-revenue}, split: evenly}
     |                     ^
rules/2031-07.yaml:74:42: flags[short-notice].unless[1].at_least: 30 is not in the unit of notice; write days, such as 30 days
  74 |     unless: [{measure: notice, at_least: 30}]
     |                                          ^`
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
}

func TestSlipsOfOneRuleAreShownTogether(t *testing.T) {
	for _, c := range []struct {
		name        string
		replacement []string // old, new, old, new
		want        string
	}{
		{"a category and what the rate is per", []string{"bonus\n    applies", "bonsu\n    applies", "per: mentees, mentees: {tiers: [1]}", "per: mentes, from: 2"},
			`v.yaml:29:15: rules[mentor-bonus].category: "bonsu" is not allowed; allowed are base, bonus, penalty, revenue-share, commission
v.yaml:34:32: rules[mentor-bonus].amount.per: there is no measure "mentes"; did you mean "mentees"?`},
		{"a measure of another payee and a threshold without its unit", []string{"{measure: own-nodes, at_least: 5}", "{measure: uptime, above: 99.5}"},
			`v.yaml:63:28: requirements[own-nodes].conditions[1].measure: uptime is not measured for payee partner, only for operator; use another measure
v.yaml:63:43: requirements[own-nodes].conditions[1].above: 99.5 is not in the unit of uptime; write a percentage, such as 99.5%`},
		{"a payee, which hides nothing that does not follow from it", []string{"payee: partner\n    amount", "payee: partners\n    amount", "gold: 11%}", "gold: 11}", "[base, bonus]}}", "[base, bonis]}}", "{first_months: 7}", "{first_months: 0}"},
			`v.yaml:47:12: rules[commission].payee: "partners" is not allowed; did you mean "partner"?
v.yaml:48:52: rules[commission].amount.share.gold: 11 has no percent sign; write a percentage, such as 20%
v.yaml:48:79: rules[commission].amount.of.category[2]: "bonis" is not allowed; did you mean "bonus"?
v.yaml:49:28: rules[commission].window.first_months: 0 is not from 1 to 1200; write a number of months`},
		{"a misspelt key, which is not missing too", []string{"rate: 53.00", "rat: 53.00", "at_most: 41.00", "at_most: 41%", "3: 99.9%}", "3: 99.9}"},
			`v.yaml:24:58: rules[uptime-bonus].earned[1].above.3: 99.9 is not in the unit of uptime; write a percentage, such as 99.5%
v.yaml:25:14: rules[uptime-bonus].amount.rat: the key "rat" is not known here; did you mean "rate"?
v.yaml:26:14: rules[uptime-bonus].at_most: 41% is a percentage, and dollars are needed here; write them as 150.00`},
		{"tiers of which one does not exist, and two comparisons", []string{"tiers: [2, 3]", "tiers: [2, 4]", "below: 15 min", "below: 15, above: 1"},
			`v.yaml:17:16: rules[uplift].tiers[2]: "4" is not a tier here; the tiers are 1, 2, 3
v.yaml:33:41: rules[mentor-bonus].earned[1].below: above and below stand here together; give exactly one of above, below, at_least, at_most, is
v.yaml:33:41: rules[mentor-bonus].earned[1].below: 15 is not in the unit of mean-response; write a length of time, such as 15 min, 4 h or 30 s
v.yaml:33:52: rules[mentor-bonus].earned[1].above: 1 is not in the unit of mean-response; write a length of time, such as 15 min, 4 h or 30 s`},
		{"a rule and what builds on it", []string{"per: node-month}", "per: node-months}", "of: {rule: [stipend]}, each: tier", "of: {rule: [stipends]}, each: node"},
			`v.yaml:13:63: rules[stipend].amount.per: there is no measure "node-months"; did you mean "node-month"?
v.yaml:18:51: rules[uplift].amount.of.rule[1]: there is no rule "stipends" above; did you mean "stipend"?
v.yaml:18:69: rules[uplift].amount.each: "node" is not known here; write tier`},
		{"a cap, a requirement and a flag", []string{"label: Cap on bonuses, category: bonus", "label: Cap on bonuses, payee: region, category: bonuses", "unmet: withhold", "unmet: never", "id: look", "id: held", "below: 6 months", "below: 6"},
			`v.yaml:56:51: caps[bonus-cap].payee: a cap is for an operator or a partner; write one of them
v.yaml:56:69: caps[bonus-cap].category: "bonuses" is not allowed; did you mean "bonus"?
v.yaml:64:12: requirements[own-nodes].unmet: "never" is not allowed; allowed are withhold, flag
v.yaml:66:9: flags[held].id: "held" is the kind of an exception that the program raises itself; choose another
v.yaml:69:37: flags[held].when[1].below: 6 is not in the unit of tenure; write months, such as 6 months`},
	} {
		t.Run(c.name, func(t *testing.T) {
			for i := 0; i < len(c.replacement); i += 2 {
				if !strings.Contains(plain, c.replacement[i]) {
					t.Fatalf("%q does not stand in the version", c.replacement[i])
				}
			}
			_, err := LoadVersion("v.yaml", []byte(strings.NewReplacer(c.replacement...).Replace(plain)))
			if got := withoutExcerpts(err); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

// raised finds the kinds of exceptions that the engine names in its source.
var raised = regexp.MustCompile(`s\.(?:raise|note)\("([a-z-]+)"`)

func TestNoFlagTakesAKindThatTheProgramRaisesItself(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, kind := range raised.FindAllStringSubmatch(string(source), -1) {
			found++
			if !isOneOf(kind[1], ownKinds) {
				t.Errorf("%s raises %q, which a flag may be named", file, kind[1])
			}
		}
	}
	if found < 8 {
		t.Errorf("only %d kinds are found in the source; the pattern no longer fits", found)
	}
}

func TestWhatAFileLeavesOutIsFilledIn(t *testing.T) {
	v, err := LoadVersion("v.yaml", []byte(plain))
	if err != nil {
		t.Fatal(err)
	}
	r := v.rule("stipend")
	if r.Payee != ToOperator || r.Cadence != Monthly {
		t.Errorf("payee %q, cadence %q", r.Payee, r.Cadence)
	}
	if none := v.rule("uptime-bonus").Earned[0].None; none != NoneUnmet {
		t.Errorf("none %q", none)
	}
	if v.Caps[0].Payee != ToOperator || v.Flags[0].Payee != ToOperator || v.Flags[0].When[0].None != NoneUnmet {
		t.Error("a cap's or a flag's default is missing")
	}
}

// beginning makes a version that begins, and perhaps ends, on a day.
func beginning(t *testing.T, name, file, from, to string) *Version {
	t.Helper()
	source := "version: " + name + "\ntitle: T\nfrom: " + from + "\n"
	if to != "" {
		source += "to: " + to + "\n"
	}
	v, err := LoadVersion(file, []byte(source+"missing: down\ndue: {days: 7, after: close}\nrules: [{id: base, label: Base, category: base, amount: {rate: 7.00}}]\n"))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestVersionsThatDoNotFollowOneAnotherAreRefused(t *testing.T) {
	a := beginning(t, "a", "a.yaml", "2031-01-01", "2031-03-31")
	for _, c := range []struct {
		name     string
		versions []*Version
		want     string
	}{
		{"none at all", nil, "there is no rule version; add a rule file"},
		{"a gap", []*Version{a, beginning(t, "b", "b.yaml", "2031-05-01", "")},
			"a.yaml:4:5: to: a gap: this version ends on 2031-03-31, and the next (b, b.yaml) begins on 2031-05-01 only; leave `to` out, or end it on 2031-04-30"},
		{"an overlap", []*Version{beginning(t, "b", "b.yaml", "2031-03-01", ""), a},
			"a.yaml:4:5: to: an overlap: version b (b.yaml) begins on 2031-03-01, before this one has ended on 2031-03-31; end this one on 2031-02-28"},
		{"the same first day", []*Version{a, beginning(t, "b", "b.yaml", "2031-01-01", "")},
			"b.yaml:3:7: from: an overlap: version a (a.yaml) begins on 2031-01-01 too; let each begin on a day of its own"},
		{"the same name", []*Version{a, beginning(t, "a", "b.yaml", "2031-04-01", "")},
			`b.yaml:1:10: version: the version name "a" is used by a.yaml too; rename one`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := NewRulebook(c.versions)
			if err == nil {
				t.Fatal("accepted")
			}
			var lines []string
			for _, l := range strings.Split(err.Error(), "\n") {
				if !strings.Contains(l, " | ") {
					lines = append(lines, l)
				}
			}
			if got := strings.Join(lines, "\n"); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func TestAPeriodFindsTheVersionInForce(t *testing.T) {
	book, err := NewRulebook([]*Version{
		beginning(t, "b", "b.yaml", "2031-04-01", "2031-12-31"),
		beginning(t, "a", "a.yaml", "2031-01-01", "2031-03-31"),
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		period Period
		want   string
	}{
		{Period{2031, time.January}, "a"},
		{Period{2031, time.March}, "a"},
		{Period{2031, time.April}, "b"},
		{Period{2031, time.December}, "b"},
		{Period{2030, time.December}, "no rule version is in force in 2030-12: the first, a, begins on 2031-01-01; add a rule file for the time before"},
		{Period{2032, time.January}, "no rule version is in force in 2032-01: the last, b, ends on 2031-12-31; add a rule file for the time after"},
	} {
		v, err := book.InForce(c.period)
		if err != nil {
			if err.Error() != c.want {
				t.Errorf("%s: %v", c.period, err)
			}
		} else if v.Name != c.want {
			t.Errorf("%s: %s, want %s", c.period, v.Name, c.want)
		}
	}
	if book.Version("a") == nil || book.Version("c") != nil {
		t.Error("Version finds a version by its name and no other")
	}
}

func TestAFoldersVersionsHoldFromItsFirstDay(t *testing.T) {
	shipped := []*Version{
		beginning(t, "a", "built-in/a.yaml", "2031-01-01", ""),
		beginning(t, "b", "built-in/b.yaml", "2031-05-01", ""),
		beginning(t, "c", "built-in/c.yaml", "2031-07-01", ""),
	}
	for _, c := range []struct {
		name   string
		folder []*Version
		want   string
	}{
		{"an empty folder leaves the shipped ones", nil, "a b c"},
		{"one more file is one more version", []*Version{beginning(t, "d", "d.yaml", "2031-10-01", "")}, "a b c d"},
		{"a file in between ends the shipped ones", []*Version{beginning(t, "d", "d.yaml", "2031-06-01", "")}, "a b d"},
		{"a shipped name is taken over", []*Version{beginning(t, "b", "b.yaml", "2031-08-01", "")}, "a c b"},
		{"a folder from the first day on replaces all", []*Version{beginning(t, "d", "d.yaml", "2031-01-01", "")}, "d"},
	} {
		t.Run(c.name, func(t *testing.T) {
			book, err := NewRulebook(Combine(shipped, c.folder))
			if err != nil {
				t.Fatal(err)
			}
			if got := names(book.Versions); got != c.want {
				t.Errorf("versions %s, want %s", got, c.want)
			}
		})
	}
}

func TestParametersAreReadFromTheirText(t *testing.T) {
	v, err := LoadVersion("v.yaml", []byte(plain))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, rate, share, want string }{
		{"an amount and a percentage", "101.25", "13%", ""},
		{"a share as a decimal", "101", "0.13", ""},
		{"a share of all", "0.000001", "1", ""},
		{"a share without its sign", "101.25", "13", "parameter lead_share (Share of a lead), which rule version 2031-07 asks for: 13 is above 1; write a share as 13% or as a decimal from 0 to 1"},
		{"a share above 100%", "101.25", "101%", "parameter lead_share (Share of a lead), which rule version 2031-07 asks for: 101% is above 100%; write at most 100%"},
		{"a negative amount", "-1", "13%", `parameter node_rate (Rate per node), which rule version 2031-07 asks for: "-1" is negative; write it without the sign, for what a penalty takes away too`},
		{"an amount as a percentage", "13%", "13%", "parameter node_rate (Rate per node), which rule version 2031-07 asks for: 13% is a percentage; write dollars, such as 100.00"},
		{"an amount in words", "many", "13%", `parameter node_rate (Rate per node), which rule version 2031-07 asks for: "many" is not a number; write it in digits, such as 150.00`},
		{"an amount with seven places", "1.0000001", "13%", `parameter node_rate (Rate per node), which rule version 2031-07 asks for: "1.0000001" has more than 6 decimal places; write fewer`},
	} {
		t.Run(c.name, func(t *testing.T) {
			bound, err := v.Bind(map[string]string{"node_rate": c.rate, "lead_share": c.share, "of_another_version": "x"})
			if c.want == "" && (err != nil || len(bound) != 2) || c.want != "" && (err == nil || err.Error() != c.want) {
				t.Errorf("got %v (%v), want %s", err, bound, c.want)
			}
		})
	}
	_, err = v.Bind(nil)
	want := "rule version 2031-07 asks for the parameter node_rate (Rate per node); give it under parameters in fleetpay.yaml, such as node_rate: 100.00\n" +
		"rule version 2031-07 asks for the parameter lead_share (Share of a lead); give it under parameters in fleetpay.yaml, such as lead_share: 20%"
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
	bound, err := v.Bind(map[string]string{"node_rate": "101.25", "lead_share": "13%"})
	if err != nil {
		t.Fatal(err)
	}
	rate, _ := v.rule("stipend").Amount.Rate.For("1")
	share, _ := v.rule("lead-commission").Amount.Share.For("")
	flat, _ := v.rule("stipend").Amount.Rate.For("3")
	for _, c := range []struct {
		got  decimal.Decimal
		want string
	}{{rate.Resolve(bound), "101.25"}, {share.Resolve(bound), "0.13"}, {flat.Resolve(bound), "701"}} {
		if c.got.String() != c.want {
			t.Errorf("%s, want %s", c.got, c.want)
		}
	}
}

func TestEveryMeasureIsComplete(t *testing.T) {
	seen := map[string]bool{}
	for _, m := range Measures() {
		if seen[m.Name] || !idForm.MatchString(m.Name) {
			t.Errorf("%s is named twice or wrongly", m.Name)
		}
		seen[m.Name] = true
		if m.Words == "" || len(m.For) == 0 || !strings.HasSuffix(m.Doc, ".") || unitForms[m.Unit] == "" && m.Unit != UnitFlag {
			t.Errorf("%s lacks words, payees, a unit or a definition", m.Name)
		}
		if found, ok := LookupMeasure(m.Name); !ok || found.Doc != m.Doc {
			t.Errorf("%s is not found", m.Name)
		}
	}
	if _, ok := LookupMeasure("happiness"); ok {
		t.Error("a measure that does not exist is found")
	}
}

func FuzzLoadVersion(f *testing.F) {
	versions, err := Builtin()
	if err != nil {
		f.Fatal(err)
	}
	for _, v := range versions {
		f.Add(v.Source)
	}
	f.Add([]byte(plain))
	for _, c := range loadErrors[:40] {
		f.Add([]byte(strings.Replace(plain, c.old, c.new, 1)))
	}
	f.Fuzz(func(t *testing.T, source []byte) {
		v, err := LoadVersion("fuzz.yaml", source)
		if err != nil {
			var list *strict.Error
			if !errors.As(err, &list) || len(list.Problems) == 0 || v != nil {
				t.Fatalf("an error without a problem: %v", err)
			}
			for _, p := range list.Problems {
				if p.Line < 1 || p.Column < 1 || p.Message == "" {
					t.Fatalf("a problem without a place or a word: %+v", p)
				}
			}
			return
		}
		var words strings.Builder
		if err := Show(&words, Shown{Version: v}); err != nil {
			t.Fatal(err)
		}
		again, err := LoadVersion("fuzz.yaml", source)
		if err != nil {
			t.Fatalf("loaded once and not twice: %v", err)
		}
		var same strings.Builder
		if err := Diff(&same, Shown{Version: v}, Shown{Version: again}); err != nil || !strings.HasSuffix(same.String(), "\nNothing differs.\n") {
			t.Fatalf("a version differs from itself: %s", same.String())
		}
	})
}
