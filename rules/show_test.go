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
			if err := Show(&text, v); err != nil {
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
			if err := Diff(&text, a, b); err != nil {
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
			if err := Diff(&text, before, after); err != nil {
				t.Fatal(err)
			}
			head := "From 2031-07 (A version for tests)\nto   2031-07 (A version for tests)\n"
			if text.String() != head+c.want {
				t.Errorf("got\n%s\nwant\n%s", text.String(), head+c.want)
			}
		})
	}
}
