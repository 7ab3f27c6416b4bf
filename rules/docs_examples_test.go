package rules

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
)

// The examples of specs/rules.md, computed.

func TestTheCompleteVersionPaysWhatTheDocumentationSays(t *testing.T) {
	v, err := LoadVersion("2026-10.yaml", []byte(block(t, "version: 2026-10\n")))
	if err != nil {
		t.Fatal(err)
	}
	builtin, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	book, err := NewRulebook(Combine(builtin, []*Version{v}))
	if err != nil {
		t.Fatal(err)
	}
	if len(book.Versions) != len(builtin)+1 {
		t.Errorf("one file makes %d versions of %d", len(book.Versions), len(builtin))
	}
	december := Period{2026, time.December}
	mira := Operator{
		ID: "mira", Region: "north", JoinedOn: NewDate(2026, 6, 18), CertifiedOn: NewDate(2026, 6, 18),
		Tiers:    []TierSince{{"1", NewDate(2026, 6, 18)}, {"2", NewDate(2026, 12, 11)}},
		NodeDays: nodeDays(december.First(), december.Last(), 3),
		Slots:    Slots{Expected: 1000, Up: 985}, Tasks: Tasks{Succeeded: 391, Failed: 7, Expired: 2}, QualifiedLeads: 1,
	}
	nils := Operator{
		ID: "nils", Region: "north", JoinedOn: NewDate(2026, 12, 22), CertifiedOn: NewDate(2026, 12, 22),
		Tiers:    []TierSince{{"1", NewDate(2026, 12, 22)}},
		NodeDays: nodeDays(NewDate(2026, 12, 22), december.Last(), 5),
		Slots:    Slots{Expected: 9000, Up: 8991}, Tasks: Tasks{Succeeded: 12, Failed: 1},
	}
	pia := Partner{ID: "pia", Since: NewDate(2026, 1, 1), Referrals: []Referral{
		{"r1", "mira", NewDate(2026, 6, 1)}, {"r2", "nils", NewDate(2026, 12, 1)},
	}}
	got, err := Settle(&Facts{Period: december, ClosedOn: NewDate(2027, 1, 2), Operators: []Operator{mira, nils}, Partners: []Partner{pia}}, book)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, l := range got.Lines {
		lines = append(lines, strings.TrimRight(fmt.Sprintf("%s %s %s %s", l.PayeeID, l.Rule, l.Subject, l.Amount), " "))
	}
	var want []string
	_, table, _ := strings.Cut(readDocumentation(t), "| payee | rule | subject | amount | why |\n|---|---|---|---|---|\n")
	table, _, _ = strings.Cut(table, "\n\n")
	for _, row := range strings.Split(table, "\n") {
		cells := strings.Split(row, "|")
		for i := range cells {
			cells[i] = strings.Trim(cells[i], " `")
		}
		want = append(want, strings.Join(cells[1:5], " "))
	}
	if strings.Join(lines, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(lines, "\n"), strings.Join(want, "\n"))
	}
}

func nodeDays(from, to Date, nodes int) []NodeDay {
	var days []NodeDay
	for d := from; d <= to; d++ {
		days = append(days, NodeDay{d, nodes})
	}
	return days
}

// forms are the amounts of the documentation, each as it stands there, with what
// happened and what its lines come to.
var forms = []struct {
	name, amount string
	rule         string // further keys of the rule
	category     Category
	happened     func(*Operator)
	lines        []string
}{
	{name: "a flat sum", amount: `amount: {rate: 40.00}`, lines: []string{"40.00"}},
	{name: "an operator's rate by the day", amount: `amount: {rate: 150.00, per: operator-month}`,
		happened: func(o *Operator) { o.NodeDays = nodeDays(october.First(), october.First()+19, 2) }, lines: []string{"96.77"}},
	{name: "a node's rate by the day", amount: `amount: {rate: 110.00, per: node-month}`,
		happened: func(o *Operator) { o.NodeDays = nodeDays(october.First(), october.First()+19, 3) }, lines: []string{"212.90"}},
	{name: "a node's rate by tier and day", amount: `amount: {rate: {1: 110.00, 2: 170.00}, per: node-month}`,
		lines: []string{"106.45", "345.48"}},
	{name: "some of the nodes", amount: `amount: {rate: 25.00, per: node-month, from: 6, to: 10}`,
		happened: func(o *Operator) { o.NodeDays = nodeDays(october.First(), october.First()+10, 12) }, lines: []string{"44.35"}},
	{name: "per counted thing", amount: `amount: {rate: 7.00, per: tasks-succeeded}`,
		happened: func(o *Operator) { o.Tasks.Succeeded = 13 }, lines: []string{"91.00"}},
	{name: "a score's part", amount: `amount: {rate: 500.00, per: review-score}`,
		happened: func(o *Operator) { score := decimal.RequireFromString("0.83"); o.Review = &score }, lines: []string{"415.00"}},
	{name: "mentees of a tier", amount: `amount: {rate: 150.00, per: mentees, mentees: {tiers: [1], onboarded: true}}`,
		happened: func(o *Operator) {
			o.Mentorships = []Mentorship{
				{ID: "m1", MenteeID: "b", StartsOn: october.First(), OnboardedOn: october.First()},
				{ID: "m2", MenteeID: "c", StartsOn: october.First(), OnboardedOn: october.First()},
				{ID: "m3", MenteeID: "d", StartsOn: october.First()},
			}
		}, lines: []string{"300.00"}},
	{name: "a share of a category", amount: `amount: {share: 5%, of: {category: [base]}}`, lines: []string{"22.60"}},
	{name: "a share of a rule", amount: `amount: {share: 5%, of: {rule: [node-rate]}}`, lines: []string{"22.60"}},
	{name: "a share by tier", amount: `amount: {share: {1: 10%, 2: 15%}, of: {rule: [node-rate]}, each: tier}`,
		category: Base, lines: []string{"10.65", "51.82"}},
	{name: "a share of revenue", amount: `amount: {share: 2%, of: {measure: region-revenue}}`,
		category: RevenueShare, lines: []string{"246.91"}},
	{name: "a split share of revenue", amount: `amount: {share: 2%, of: {measure: region-revenue}, split: evenly}`,
		category: RevenueShare, lines: []string{"61.73", "61.73", "61.73", "61.72"}},
	{name: "a full month at exit", amount: `amount: {share: 50%, of: {full_month_at_exit: [node-rate]}, times: {measure: commitment-months}}`,
		category: Penalty, rule: "exit: {within_commitment: true}",
		happened: func(o *Operator) {
			o.Tiers, o.LastActiveDay, o.CommitmentMonths = o.Tiers[:1], october.First()+9, 12
			o.NodeDays = nodeDays(october.First(), o.LastActiveDay, 3)
			o.Exit = &NodeDay{o.LastActiveDay, 3}
		}, lines: []string{"-1980.00"}},
	{name: "a shortfall", amount: `amount: {share: 100%, of: {category: [base]}, times: {measure: uptime, shortfall_below: 99.5%}}`,
		category: Penalty, happened: func(o *Operator) { o.Slots = Slots{Expected: 10000, Up: 9825} }, lines: []string{"-5.65"}},
	{name: "a lead", amount: `amount: {share: 13%, of: {measure: lead-revenue}}`,
		category: Commission, rule: "payee: lead-source", lines: []string{"325.07"}},
}

var october = Period{2026, time.October}

func TestEveryFormOfAmountPaysWhatTheDocumentationSays(t *testing.T) {
	text := readDocumentation(t)
	for _, form := range forms {
		t.Run(form.name, func(t *testing.T) {
			if !strings.Contains(text, "`"+form.amount+"`") {
				t.Errorf("%s does not hold %s", documentation, form.amount)
			}
			for _, amount := range form.lines {
				if !strings.Contains(text, "**"+amount+"**") {
					t.Errorf("%s does not hold the result %s", documentation, amount)
				}
			}
			got := settleForm(t, form.amount, form.rule, form.category, form.happened)
			if strings.Join(got, " ") != strings.Join(form.lines, " ") {
				t.Errorf("lines of %s, want %s", strings.Join(got, " "), strings.Join(form.lines, " "))
			}
		})
	}
}

// settleForm settles October 2026 for operators a to d of a region, of which
// only a has nodes, under a base rule and a rule with the amount in question. It
// gives the lines of that rule.
func settleForm(t *testing.T, amount, further string, category Category, happened func(*Operator)) []string {
	t.Helper()
	if category == "" {
		category = Bonus
	}
	if further != "" {
		further = "    " + further + "\n"
	}
	v, err := LoadVersion("form.yaml", []byte("version: form\ntitle: One form\nfrom: 2026-10-01\nmissing: down\ndue: {days: 7, after: close}\nrules:\n"+
		"  - {id: node-rate, label: Node rate, category: base, amount: {rate: {1: 110.00, 2: 170.00}, per: node-month}}\n"+
		"  - id: form\n    label: Form\n    category: "+string(category)+"\n"+further+"    "+amount+"\n"))
	if err != nil {
		t.Fatal(err)
	}
	book, err := NewRulebook([]*Version{v})
	if err != nil {
		t.Fatal(err)
	}
	facts := &Facts{Period: october, ClosedOn: october.Next().First()}
	for _, id := range []string{"a", "b", "c", "d"} {
		facts.Operators = append(facts.Operators, Operator{
			ID: id, Region: "north", JoinedOn: NewDate(2026, 3, 1), CertifiedOn: NewDate(2026, 3, 1),
			Tiers: []TierSince{{"1", NewDate(2026, 3, 1)}},
		})
	}
	a := &facts.Operators[0]
	a.Tiers = append(a.Tiers, TierSince{"2", NewDate(2026, 10, 11)})
	a.NodeDays = nodeDays(october.First(), october.Last(), 3)
	revenue, lead := decimal.RequireFromString("12345.67"), decimal.RequireFromString("2500.55")
	facts.Revenue = []RegionRevenue{{"north", revenue}}
	facts.ConvertedLeads = []ConvertedLead{{ID: "l1", SourceKind: OperatorPayee, SourceID: "a", Revenue: &lead}}
	if happened != nil {
		happened(a)
	}
	settled, err := Settle(facts, book)
	if err != nil {
		t.Fatal(err)
	}
	var amounts []string
	for _, l := range settled.Lines {
		if l.Rule == "form" && (l.PayeeID == "a" || strings.Contains(amount, "split")) {
			amounts = append(amounts, l.Amount.String())
		}
	}
	return amounts
}
