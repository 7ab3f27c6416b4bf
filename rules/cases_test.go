package rules

import (
	"fmt"
	"regexp"
	"slices"
	"sort"
	"strings"
	"testing"
)

// The hand-worked cases of specs/cases are settled under the shipped versions,
// and every table must come out as it stands there: nothing more, nothing less.

func shippedRules(t testing.TB) *Rulebook {
	t.Helper()
	versions, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	rb, err := NewRulebook(versions)
	if err != nil {
		t.Fatal(err)
	}
	return rb
}

func settleCase(t *testing.T, c *caseDoc, rb *Rulebook) *Book {
	t.Helper()
	f, err := c.facts.facts()
	if err != nil {
		t.Fatal(err)
	}
	book, err := Settle(f, rb)
	if err != nil {
		t.Fatal(err)
	}
	return book
}

func TestHandWorkedCases(t *testing.T) {
	rb := shippedRules(t)
	for _, c := range readCases(t) {
		t.Run(c.file+"/"+c.title, func(t *testing.T) {
			book := settleCase(t, c, rb)
			if rows, given := c.tables[linesTable]; given {
				c.checkArithmetic(t, rows)
				compareTables(t, c, rows, c.lineRows(book, rows))
			}
			if rows, given := c.tables[payoutsTable]; given {
				compareTables(t, c, rows, c.payoutRows(book))
			}
			if rows, given := c.tables[exceptionsTable]; given {
				compareTables(t, c, rows, c.exceptionRows(book))
			}
			for _, none := range c.noLines {
				if c.version(none.payee, rb).rule(none.rule) == nil {
					t.Errorf("no line of %s is stated, and there is no such rule", none.rule)
				}
				for _, l := range book.Lines {
					if l.PayeeID == none.payee && l.Rule == none.rule {
						t.Errorf("%s has a line of %s, which the case says it has not", none.payee, none.rule)
					}
				}
			}
		})
	}
}

// checkArithmetic works out the arithmetic of each row that pays or takes.
func (c *caseDoc) checkArithmetic(t *testing.T, rows []caseRow) {
	t.Helper()
	for _, row := range rows {
		arithmetic, amount, status := row.cells[3], row.cells[4], row.cells[5]
		if status == string(NotEarned) {
			if amount != "0.00" {
				t.Errorf("%s: not earned, and %s", c.at(row), amount)
			}
			continue
		}
		value, err := evaluate(arithmetic)
		if err != nil {
			t.Errorf("%s: %v", c.at(row), err)
		} else if got := inCents(value).FloatString(2); got != amount {
			t.Errorf("%s: %s is %s, and the amount says %s", c.at(row), arithmetic, got, amount)
		}
	}
}

// lineRows puts a book's lines in the form of the table. Where a line pays, its
// arithmetic is that of the case, which checkArithmetic has worked out.
func (c *caseDoc) lineRows(book *Book, stated []caseRow) [][]string {
	arithmetic := map[string]string{}
	for _, row := range stated {
		if row.cells[5] != string(NotEarned) {
			arithmetic[strings.Join(row.cells[:3], "|")] = row.cells[3]
		}
	}
	var rows [][]string
	for _, l := range book.Lines {
		if !c.shownOf(l.PayeeKind, l.PayeeID) {
			continue
		}
		row := []string{l.PayeeID, l.Rule, l.Subject, l.Reason, l.Amount.String(), string(l.Status)}
		if l.Status != NotEarned {
			row[3] = orElse(arithmetic[strings.Join(row[:3], "|")], l.Basis)
		}
		rows = append(rows, row)
	}
	return rows
}

func (c *caseDoc) payoutRows(book *Book) [][]string {
	var rows [][]string
	for _, p := range book.Payouts {
		if c.shownOf(p.PayeeKind, p.PayeeID) {
			rows = append(rows, []string{
				p.PayeeID, p.CarriedIn.String(), p.Earned.String(), p.Payable.String(), p.CarriedOut.String(),
				string(p.Status), p.DueOn.String(), p.Reason,
			})
		}
	}
	return rows
}

func (c *caseDoc) exceptionRows(book *Book) [][]string {
	var rows [][]string
	for _, e := range book.Exceptions {
		if id, about := strings.CutPrefix(e.Subject, "operator:"); !about || c.shownOf(OperatorPayee, id) {
			rows = append(rows, []string{e.Kind, string(e.Severity), e.Subject, e.Message})
		}
	}
	return rows
}

// compareTables wants the same rows in the same order.
func compareTables(t *testing.T, c *caseDoc, want []caseRow, got [][]string) {
	t.Helper()
	for i := range max(len(want), len(got)) {
		switch {
		case i >= len(want):
			t.Errorf("%s:%d: the case does not have: %s", c.file, c.line, strings.Join(got[i], " | "))
		case i >= len(got):
			t.Errorf("%s: nothing came of: %s", c.at(want[i]), strings.Join(want[i].cells, " | "))
		case !slices.Equal(want[i].cells, got[i]):
			t.Errorf("%s:\nwant %s\ngot  %s", c.at(want[i]), strings.Join(want[i].cells, " | "), strings.Join(got[i], " | "))
		}
	}
}

// version finds the version of a payee of the case.
func (c *caseDoc) version(id string, rb *Rulebook) *Version {
	agreement := ""
	for _, e := range slices.Concat(c.facts.Operators, c.facts.Others) {
		if e.Key == id {
			agreement = e.Value.Agreement
		}
	}
	for _, e := range c.facts.Partners {
		if e.Key == id {
			agreement = e.Value.Agreement
		}
	}
	if agreement != "" {
		return rb.Version(agreement)
	}
	period, err := ParsePeriod(c.facts.Period)
	if err != nil {
		panic(err)
	}
	v, err := rb.InForce(period)
	if err != nil {
		panic(err)
	}
	return v
}

func TestEveryRuleHasACaseThatPaysAndOneThatDoesNot(t *testing.T) {
	rb := shippedRules(t)
	paid, unpaid := map[string]bool{}, map[string]bool{}
	for _, c := range readCases(t) {
		for _, row := range c.tables[linesTable] {
			key := c.version(row.cells[0], rb).Name + " " + row.cells[1]
			if row.cells[5] == string(NotEarned) {
				unpaid[key] = true
			} else {
				paid[key] = true
			}
		}
		for _, none := range c.noLines {
			unpaid[c.version(none.payee, rb).Name+" "+none.rule] = true
		}
	}
	for _, v := range rb.Versions {
		for _, r := range v.Rules {
			key := v.Name + " " + r.ID
			if !paid[key] {
				t.Errorf("no case pays or takes by rule %s", key)
			}
			if !unpaid[key] {
				t.Errorf("no case shows when rule %s pays nothing", key)
			}
		}
	}
}

func TestEveryFlagOfTheVersionsHasACase(t *testing.T) {
	rb := shippedRules(t)
	raised := map[string]bool{}
	for _, c := range readCases(t) {
		for _, row := range c.tables[exceptionsTable] {
			raised[row.cells[0]] = true
			if kind, id, found := strings.Cut(row.cells[2], ":"); found && (kind == "operator" || kind == "partner") {
				raised[c.version(id, rb).Name+" "+row.cells[0]] = true
			}
		}
	}
	want := []string{
		"self-referral", "no-tier", "uncertified", "new-wallet", "receivable", "late-exit",
		"adjustment-missed", "unknown-node", "monitoring-gap", "region-coverage", "held",
	}
	for _, v := range rb.Versions {
		for _, f := range v.Flags {
			if f.payee() == ToOperator || f.payee() == ToPartner {
				want = append(want, v.Name+" "+f.ID)
			}
		}
		for _, r := range v.Requirements {
			want = append(want, v.Name+" "+r.ID)
		}
	}
	for _, kind := range want {
		if !raised[kind] {
			t.Errorf("no case raises %s", kind)
		}
	}
}

// reasonKinds are the kinds of reason for a line that pays nothing.
var reasonKinds = []string{
	`^uptime 99\.413% is not above 99\.5%$`,
	`^region uptime .* is not above `,
	`^task completion .* is not above `,
	`^mean response time .* is not below `,
	`^slowest critical response time .* is not below `,
	`^inc-7 was never answered$`,
	`^tenure .* is not at least `,
	`^not active on the last day$`,
	`^no uptime measured$`,
	`^no active node$`,
	`^never had an active node$`,
	`^no task$`,
	`^no qualified leads$`,
	`^no mentees$`,
	`^no review of 2026-Q3$`,
	`^review score 0 is not above 0$`,
	`^region revenue .* is not above 0$`,
	`^no revenue recorded for the lead$`,
	`^no incident data$`,
	`^no task data$`,
	`^no lead data$`,
	`^no mentorship data$`,
	`^no review data$`,
	`^no revenue data$`,
	`^self-referral$`,
	`^partner tier missing$`,
	`^bonus lines come to 0\.00$`,
	`^comes to 0\.00; `,
	`^1 referred operator is not at least 2; no operator record of its own$`,
	`^2 months certified is not at least 3 months; uptime of its own nodes 99% is not above 99%$`,
	`; not certified; `,
}

func TestEveryKindOfReasonForNothingHasACase(t *testing.T) {
	var reasons []string
	for _, c := range readCases(t) {
		for _, row := range c.tables[linesTable] {
			if row.cells[5] == string(NotEarned) {
				reasons = append(reasons, row.cells[3])
			}
		}
	}
	for _, kind := range reasonKinds {
		form := regexp.MustCompile(kind)
		if !slices.ContainsFunc(reasons, form.MatchString) {
			t.Errorf("no case has the reason %s", kind)
		}
	}
}

func TestEveryPayoutStatusHasACase(t *testing.T) {
	found := map[string]bool{}
	for _, c := range readCases(t) {
		for _, row := range c.tables[payoutsTable] {
			found[row.cells[5]] = true
		}
	}
	var statuses []string
	for s := range found {
		statuses = append(statuses, s)
	}
	sort.Strings(statuses)
	want := fmt.Sprint([]PayoutStatus{BelowMinimum, Held, Negative, Payable, Zero})
	if got := fmt.Sprint(statuses); got != want {
		t.Errorf("payout statuses with a case %s, want %s", got, want)
	}
}
