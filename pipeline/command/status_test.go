package command

import (
	"bytes"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"fleetpay/outputs"
	"fleetpay/pipeline"
	"fleetpay/rules"
)

func sum(t *testing.T, text string) rules.Money {
	t.Helper()
	m, err := rules.ParseMoney(text)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// 9,999 payments of a hundred million dollars each are more than any fleet has.
func TestTheStatusOfTheLargestFleetFitsATerminal(t *testing.T) {
	var b bytes.Buffer
	writeMonths(&b, []pipeline.Month{{
		Period: rules.Period{Year: 2026, Month: time.July}, State: pipeline.MonthClosed, Folder: "closes/2026-07",
		Totals: &pipeline.Totals{Totals: outputs.Totals{Payable: "999900000000.00"}}, HeldSum: sum(t, "999900000000.00"), Held: 9999,
		Exceptions: pipeline.Severities{Error: 3, Warning: 5, Info: 9999}, Approvals: 12, Needed: 12, Payments: 9999, Given: 9999, Settled: 9999,
		Notes: []string{strings.Repeat("a long word of a note ", 20)},
	}, {
		Period: rules.Period{Year: 2026, Month: time.August}, State: pipeline.MonthWithdrawn, Reason: strings.Repeat("words of a reason ", 20), Next: "go on",
	}})
	for _, line := range strings.Split(b.String(), "\n") {
		if n := utf8.RuneCountInString(line); n > 100 {
			t.Errorf("%d columns: %s", n, line)
		}
	}
}

func TestWhatAMonthShowsThatIsNotWhole(t *testing.T) {
	closed := pipeline.Month{
		Period: rules.Period{Year: 2026, Month: time.July}, State: pipeline.MonthClosed,
		Totals: &pipeline.Totals{Totals: outputs.Totals{Payable: "101.00"}}, Payments: 3, Given: 2, Settled: 1, Approvals: 1, Needed: 2,
	}
	damaged, untold, unpaid, due := closed, closed, closed, closed
	damaged.Totals, damaged.Damage = nil, "payouts.csv is missing"
	untold.Untold = "settlement can't be told"
	unpaid.Payments, unpaid.Needed = 0, 0
	due.State, due.Totals = pipeline.MonthDue, nil
	for _, c := range []struct {
		name  string
		month pipeline.Month
		want  string
	}{
		{"whole", closed, "2026-07 closed 101.00 - - 1/2 2/3 1/3"},
		{"damaged", damaged, "2026-07 closed ? ? ? ? ? ?"},
		{"with a damaged one beside it", untold, "2026-07 closed 101.00 - - 1/2 2/3 ?"},
		{"without a payment", unpaid, "2026-07 closed 101.00 - - - - -"},
		{"not closed", due, "2026-07 due - - - - - -"},
	} {
		if got := strings.Join(monthRow(c.month), " "); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
	if a := monthAnswerOf(untold); a.Payments == nil || a.Payments.Settled != nil || a.Payments.Untold == "" {
		t.Errorf("for a program: %+v", a.Payments)
	}
	if a := monthAnswerOf(damaged); a.Close != nil || a.Payments != nil || a.Damage == "" {
		t.Errorf("for a program: %+v", a)
	}
}

func TestALongReasonIsCut(t *testing.T) {
	m := pipeline.Month{Period: rules.Period{Year: 2026, Month: time.July}, State: pipeline.MonthFailed}
	m.Reason = "tried" + strings.Repeat("\nbad row", 8) // 9 lines: one more takes no more room than saying so
	if got := len(saidOfMonth(m)); got != 9 {
		t.Errorf("of 9 lines it tells %d", got)
	}
	m.Reason += "\nbad row"
	said := saidOfMonth(m)
	if len(said) != 9 || said[8] != "and 2 lines more; see fleetpay status --json" {
		t.Errorf("of 10 lines it tells %q", said)
	}
}

func TestWrappedTextKeepsItsWordsAndFits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfN(rapid.StringMatching(`[a-zé/]{1,30}`), 1, 40).Draw(t, "words")
		text := strings.Join(words, " ")
		lines := wrapped("  "+text, "  ", 40)
		for i, line := range lines {
			indent := "  "
			if i > 0 {
				indent = "    "
			}
			if !strings.HasPrefix(line, indent) || strings.HasPrefix(line, indent+" ") || utf8.RuneCountInString(line) > 40 {
				t.Fatalf("line %d of %q is %q", i, text, line)
			}
		}
		if got := strings.Join(strings.Fields(strings.Join(lines, " ")), " "); got != text {
			t.Fatalf("%q became %q", text, got)
		}
	})
	if got := wrapped("see "+strings.Repeat("x", 50)+" now", "  ", 20); len(got) != 3 || got[1] != "  "+strings.Repeat("x", 50) {
		t.Errorf("a long word became %q", got)
	}
	if got := wrapped("red \x1b[31m alert\u202e", "", 100); got[0] != "red ?[31m alert?" {
		t.Errorf("what a terminal acts on became %q", got)
	}
}
