package rules

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// sameAsKept compares a text with the one that is kept in testdata.
func sameAsKept(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s is not what is said now:\n%s", path, got)
	}
}

func TestShowReadsAsAFinancePersonWould(t *testing.T) {
	versions, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	whole, err := LoadVersion("plain.yaml", []byte(plain))
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range append(versions, whole) {
		t.Run(v.Name, func(t *testing.T) {
			var text strings.Builder
			if err := Show(&text, Shown{Version: v}); err != nil {
				t.Fatal(err)
			}
			sameAsKept(t, "show-"+v.Name+".txt", text.String())
		})
	}
}

func TestDiffSaysWhatWasAndWhatIs(t *testing.T) {
	versions, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for i := range versions[1:] {
		a, b := versions[i], versions[i+1]
		t.Run(a.Name+" to "+b.Name, func(t *testing.T) {
			var text strings.Builder
			if err := Diff(&text, Shown{Version: a}, Shown{Version: b}); err != nil {
				t.Fatal(err)
			}
			sameAsKept(t, "diff-"+a.Name+"-"+b.Name+".txt", text.String())
		})
	}
}

func TestDiffOfOneChangeShowsOnlyThat(t *testing.T) {
	load := func(old, changed string) *Version {
		t.Helper()
		v, err := LoadVersion("v.yaml", []byte(strings.Replace(plain, old, changed, 1)))
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	before := load("", "")
	uplift := "  - id: uplift\n    label: Uplift\n    category: base\n    tiers: [2, 3]\n    amount: {share: {2: 11%, 3: 13%}, of: {rule: [stipend]}, each: tier}\n"
	bonus := plain[strings.Index(plain, "  - id: mentor-bonus"):strings.Index(plain, "  - id: revenue-part")]
	for _, c := range []struct{ name, old, new, want string }{
		{"nothing", "rate: 53.00", "rate: 53.00", "\nNothing differs.\n"},
		{"another name of a rule", "label: Uptime bonus", "label: Bonus for uptime",
			"\nWhat is paid and taken, in this order\n\n  changed: Bonus for uptime (uptime-bonus, bonus)\n    was: Uptime bonus (uptime-bonus, bonus)\n    is:  Bonus for uptime (uptime-bonus, bonus)\n"},
		{"another limit", "at_most: 41.00", "at_most: 43.00",
			"\nWhat is paid and taken, in this order\n\n  changed: Uptime bonus (uptime-bonus, bonus)\n    was: At most $41.00 on a line.\n    is:  At most $43.00 on a line.\n"},
		{"another cap", "at_most: 97.00", "at_most: 89.00",
			"\nLimits\n\n  changed: Cap on bonuses (bonus-cap)\n    was: The sum of the operator's bonus lines is at most $97.00; what is over it is taken back by a line of its own.\n    is:  The sum of the operator's bonus lines is at most $89.00; what is over it is taken back by a line of its own.\n"},
		{"missing slots left out", "missing: down", "missing: ignore",
			"\nIn general\n\n  changed: A time slot without a heartbeat\n    was: Counts as down.\n    is:  Is left out: it counts neither as up nor as down.\n"},
		{"another order", uplift, uplift + bonus,
			"\nWhat is paid and taken, in this order\n\n  another order\n    was: stipend, uplift, uptime-bonus, mentor-bonus, revenue-part, leaver-fee, commission, lead-commission\n    is:  stipend, uplift, mentor-bonus, uptime-bonus, revenue-part, leaver-fee, commission, lead-commission\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			source := strings.Replace(plain, c.old, c.new, 1)
			if c.name == "another order" {
				i := strings.LastIndex(source, bonus)
				source = source[:i] + source[i+len(bonus):]
			}
			after, err := LoadVersion("v.yaml", []byte(source))
			if err != nil {
				t.Fatal(err)
			}
			var text strings.Builder
			if err := Diff(&text, Shown{Version: before}, Shown{Version: after}); err != nil {
				t.Fatal(err)
			}
			head := "From 2031-07 (A version for tests)\nto   2031-07 (A version for tests)\n"
			if text.String() != head+c.want {
				t.Errorf("got\n%s\nwant\n%s", text.String(), head+c.want)
			}
		})
	}
}

func TestShowSaysWhatTheWorkspaceKnows(t *testing.T) {
	v, err := LoadVersion("v.yaml", []byte(plain))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		until  Date
		values map[string]string
		want   []string
	}{
		{"nothing", 0, nil, []string{
			"From 2031-07-01 on, until another version begins.\n",
			"Rate per node (node_rate)\n    Not given yet, in dollars; it stands below as [node_rate].\n",
			"by the day: [node_rate] for tier 1, $503.00 for tier 2",
		}},
		{"the day before the next version, and the values", NewDate(2031, 9, 30), map[string]string{"node_rate": "1301.25", "lead_share": "0.13"}, []string{
			"From 2031-07-01 to 2031-09-30.\n",
			"Rate per node (node_rate)\n    $1,301.25.\n",
			"Share of a lead (lead_share)\n    13%.\n",
			"by the day: $1,301.25 for tier 1, $503.00 for tier 2",
			"    13% of the revenue of each lead converted in the month; a line per lead.\n",
		}},
		{"a value that can't be read", 0, map[string]string{"node_rate": "1,301.25"}, []string{"by the day: [node_rate] for tier 1"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var text strings.Builder
			if err := Show(&text, Shown{v, c.until, c.values}); err != nil {
				t.Fatal(err)
			}
			for _, want := range c.want {
				if !strings.Contains(text.String(), want) {
					t.Errorf("%q is not in\n%s", want, text.String())
				}
			}
		})
	}
}

func TestNoAmountCanBeReadInTwoWays(t *testing.T) {
	head := "version: a\ntitle: A\nfrom: 2031-01-01\nmissing: down\ndue: {days: 7, after: close}\nrules:\n" +
		"  - {id: start, label: Start, category: base, amount: {rate: {1: 7.00, 2: 11.00}, per: node-month}}\n"
	for _, c := range []struct{ rule, want string }{
		{"category: penalty, exit: {}, amount: {rate: {2: 23.00, 3: 37.00}, per: months-served}",
			"Takes away, per month served: $23.00 for tier 2, $37.00 for tier 3.\n    Only for an operator whose last active day is in the month.\n"},
		{"category: penalty, exit: {kind: for_cause}, amount: {rate: 1300.00}",
			"Takes away $1,300.00 once, whatever the number of days.\n    Only for an operator whose last active day is in the month, for cause.\n"},
		{"category: bonus, amount: {rate: {1: 13.00, 2: 17.00}}", "A month, whatever the number of days: $13.00 for tier 1, $17.00 for tier 2.\n"},
		{"category: bonus, amount: {rate: {2: 17.00}}", "$17.00 a month, whatever the number of days.\n    For tier 2 only.\n"},
		{"category: bonus, cadence: yearly, amount: {rate: 43.57}", "$43.57 a year, whatever the number of days.\n    In December only.\n"},
		{"category: bonus, amount: {rate: 12.34, per: tenure}", "$12.34 per month of tenure.\n"},
		{"category: bonus, amount: {rate: 3.00, per: training-hours}", "$3.00 per training hour.\n"},
		{"category: bonus, amount: {rate: 503.00, per: review-score}", "$503.00 times the review score.\n"},
		{"category: bonus, amount: {rate: 5.00, per: tasks-succeeded, times: {measure: tenure}}", "$5.00 per task succeeded, times tenure in months.\n"},
		{"category: bonus, amount: {share: {1: 5%, 2: 7%}, of: {rule: [start]}, times: {measure: review-score}}",
			"Of the operator's lines of Start: 5% for tier 1, 7% for tier 2; each times review score.\n"},
		{"category: bonus, earned: [{measure: mean-resolution, at_most: 2 h, none: met}, {measure: certified, is: true}], amount: {rate: 5.00}",
			"Earned when all of these hold:\n    - mean resolution time is at most 2 h (met too when there is nothing to measure)\n    - certified\n"},
		{"category: revenue-share, tiers: [2, 3], amount: {share: 3%, of: {measure: fleet-revenue}, split: evenly}",
			"3% of the fleet revenue of the month, split evenly among all to whom the rule applies.\n    For tier 2 and tier 3 only.\n"},
		{"category: penalty, amount: {rate: 5.00, per: critical-incidents}}\ncaps:\n  - {id: most, label: Most, category: penalty, at_most: 41.00",
			"The operator's penalty lines take away at most $41.00 together; what is over it is given back by a line of its own.\n"},
	} {
		v, err := LoadVersion("a.yaml", []byte(head+"  - {id: it, label: It, "+c.rule+"}\n"))
		if err != nil {
			t.Errorf("%s: %v", c.rule, err)
			continue
		}
		var text strings.Builder
		if err := Show(&text, Shown{Version: v}); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(text.String(), "    "+c.want) {
			t.Errorf("%s: %q is not in\n%s", c.rule, c.want, text.String())
		}
	}
}
