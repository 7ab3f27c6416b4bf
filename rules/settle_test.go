package rules

import (
	"fmt"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
)

// bookOf loads a rule file of the rules (and caps, requirements, flags) given and
// settles facts under it.
func bookOf(t *testing.T, text string, f *Facts) *Book {
	t.Helper()
	head := "version: tried\ntitle: Tried\nfrom: 2026-01-01\nmissing: down\ndue: {days: 7, after: close}\n"
	if strings.HasPrefix(text, "missing:") {
		head = strings.Replace(head, "missing: down\n", "", 1)
	}
	v, err := LoadVersion("tried.yaml", []byte(head+text))
	if err != nil {
		t.Fatal(err)
	}
	rb, err := NewRulebook([]*Version{v})
	if err != nil {
		t.Fatal(err)
	}
	book, err := Settle(f, rb)
	if err != nil {
		t.Fatal(err)
	}
	return book
}

// ada's September 2026: tier 2, seven nodes but for the last ten days with three,
// joined on 15 January, left on the 25th after a voluntary notice.
func ada() *Facts {
	p := Period{2026, 9}
	o := Operator{
		ID: "ada", Name: "Ada", Region: "emea", JoinedOn: NewDate(2026, 1, 15), CertifiedOn: NewDate(2026, 1, 10),
		LastActiveDay: NewDate(2026, 9, 25), ExitKind: "voluntary", NoticeOn: NewDate(2026, 9, 1), CommitmentMonths: 12,
		Tiers: []TierSince{{"1", NewDate(2026, 1, 15)}, {"2", NewDate(2026, 9, 11)}},
		Slots: Slots{Expected: 10000, Up: 9941, Missing: 40},
		Tasks: Tasks{Succeeded: 47, Failed: 2, Expired: 1, Cancelled: 3},
		Incidents: Incidents{Count: 3, ResponseSum: 2_700_000_000, ResponseMax: 1_500_000_000, Slowest: "inc-3",
			Resolved: 2, ResolveSum: 10_800_000_000},
		QualifiedLeads: 3, TrainingHours: decimal.RequireFromString("4.5"),
	}
	for d := p.First(); d <= o.LastActiveDay; d++ {
		nodes := 7
		if d > NewDate(2026, 9, 15) {
			nodes = 3
		}
		o.NodeDays = append(o.NodeDays, NodeDay{d, nodes})
	}
	o.Exit = &NodeDay{o.LastActiveDay, 3}
	return &Facts{
		Period: p, ClosedOn: NewDate(2026, 10, 2), Absent: map[string]bool{}, Operators: []Operator{o},
		Revenue: []RegionRevenue{{"apac", decimal.RequireFromString("200.10")}, {"emea", decimal.RequireFromString("1000.01")}},
	}
}

// text is a line as a statement shows it.
func (l Line) text() string {
	return fmt.Sprintf("%s %s: %s = %s, %s: %s", l.Rule, l.Subject, l.Basis, l.Amount, l.Status, l.Reason)
}

func texts(lines []Line) string {
	var all []string
	for _, l := range lines {
		all = append(all, l.text())
	}
	return strings.Join(all, "\n")
}

const start = "rules:\n  - {id: start, label: Start, category: base, amount: {rate: 151.00, per: operator-month}}\n"

const startLine = "start : 151.00 × 25 operator-days / 30 days = 125.83, earned: active nodes on 25 days\n"

// Every form of amount and every kind of condition, with the words of its line.
func TestWhatLinesSay(t *testing.T) {
	rule := func(rest string) string { return start + "  - {id: tried, label: Tried, " + rest + "}\n" }
	for name, c := range map[string]struct{ rules, want string }{
		"a rate a node and day in a range of nodes": {
			rule("category: bonus, amount: {rate: 11.00, per: node-month, from: 3, to: 5}"),
			// nodes 3 to 5 on 15 days, node 3 on 10: 11 × 55 / 30
			"tried : 11.00 × 55 node-days / 30 days = 20.17, earned: nodes 3 to 5 on 25 days",
		},
		"a rate from a node on, by tier": {
			rule("category: bonus, amount: {rate: {1: 11.00, 2: 13.00}, per: node-month, from: 7}"),
			"tried tier:1: 11.00 × 10 node-days / 30 days = 3.67, earned: nodes from 7 in tier 1 on 10 days\n" +
				"tried tier:2: 13.00 × 5 node-days / 30 days = 2.17, earned: nodes from 7 in tier 2 on 5 days",
		},
		"a rate up to a node": {
			rule("category: bonus, amount: {rate: 11.00, per: node-month, to: 2}"),
			"tried : 11.00 × 50 node-days / 30 days = 18.33, earned: up to 2 nodes on 25 days",
		},
		"a flat sum that nothing is asked for": {
			rule("category: bonus, amount: {rate: 11.00}"),
			"tried : 11.00 flat = 11.00, earned: 11.00 flat",
		},
		"a flat sum with a limit": {
			rule("category: bonus, at_most: 7.50, amount: {rate: 11.00}"),
			"tried : 11.00 flat, at most 7.50 = 7.50, earned: 11.00 flat, at most 7.50",
		},
		"a sum per counted thing": {
			rule("category: bonus, amount: {rate: 11.00, per: qualified-leads}"),
			"tried : 11.00 × 3 qualified leads = 33.00, earned: 3 qualified leads",
		},
		"a penalty per counted thing": {
			rule("category: penalty, amount: {rate: 1.10, per: tasks-failed}"),
			"tried : 1.10 × 3 tasks failed = -3.30, charged: 3 tasks failed",
		},
		"a penalty of nothing": {
			rule("category: penalty, amount: {rate: 1.10, per: critical-incidents}"),
			"tried : 1.10 × 0 critical incidents = 0.00, not_earned: no critical incidents",
		},
		"a share of lines times a measure": {
			rule("category: bonus, amount: {share: 10%, of: {rule: [start]}, times: {measure: uptime}}"),
			// 12.583 × 99.41%
			"tried : 10% × 125.83 of start lines × uptime 99.41% = 12.51, earned: 10% × 125.83 of start lines × uptime 99.41%",
		},
		"the whole of some lines": {
			rule("category: bonus, amount: {share: 100%, of: {category: [base]}}"),
			"tried : 125.83 of base lines = 125.83, earned: 125.83 of base lines",
		},
		"a shortfall that is none": {
			rule("category: penalty, amount: {share: 50%, of: {category: [base]}, times: {measure: uptime, shortfall_below: 99%}}"),
			"tried : 50% × 125.83 of base lines × (99% − uptime 99.41%) = 0.00, not_earned: uptime 99.41% is not below 99%",
		},
		"a share of the region's revenue": {
			rule("category: revenue-share, amount: {share: 3%, of: {measure: region-revenue}}"),
			"tried region:emea: 3% × 1000.01 of region revenue = 30.00, earned: region revenue 1000.01",
		},
		"a split share of all revenue": {
			rule("category: revenue-share, amount: {share: 3%, of: {measure: fleet-revenue}, split: evenly}"),
			// 36.0033
			"tried fleet: 3% × 1200.11 of fleet revenue = 36.00, split among 1 = 36.00, earned: fleet revenue 1200.11; place 1 of 1 by operator id",
		},
		"a month at exit": {
			rule("category: penalty, exit: {kind: voluntary, within_months: 9}, amount: {share: 50%, of: {full_month_at_exit: [start]}}"),
			"tried : 50% × 151.00 for a full month with 3 nodes in tier 2 = -75.50, charged: joined on 2026-01-15, left on 2026-09-25",
		},
		"a month at exit leaves out rules for other tiers": {
			start + "  - {id: extra, label: Extra, category: base, tiers: [1], amount: {rate: 10.00}}\n" +
				"  - {id: tried, label: Tried, category: penalty, exit: {}, amount: {share: 100%, of: {full_month_at_exit: [start, extra]}}}\n",
			"tried : 151.00 for a full month with 3 nodes in tier 2 = -151.00, charged: joined on 2026-01-15, left on 2026-09-25",
		},
		"a condition on a share": {
			rule("category: bonus, earned: [{measure: uptime, above: 99.413%}], amount: {rate: 11.00}"),
			"tried : 11.00 flat = 0.00, not_earned: uptime 99.41% is not above 99.413%",
		},
		"a threshold with more decimals than are shown": {
			rule("category: bonus, earned: [{measure: uptime, below: 99.41001%}], amount: {rate: 11.00}"),
			"tried : 11.00 flat = 11.00, earned: uptime 99.41% is below 99.41001%",
		},
		"thresholds by tier": {
			rule("category: bonus, earned: [{measure: training-hours, at_least: {1: 4 hours, 2: 5 hours}}], amount: {rate: {1: 11.00, 2: 13.00}}"),
			"tried : 13.00 flat = 0.00, not_earned: 4.5 training hours is not at least 5 hours",
		},
		"several conditions, of which each unmet one is named": {
			rule("category: bonus, earned: [{measure: mean-response, below: 15 min}, {measure: slowest-response, below: 25 min}, {measure: mean-resolution, at_most: 90 min}, {measure: active-on-last-day, is: true}], amount: {rate: 11.00}"),
			"tried : 11.00 flat = 0.00, not_earned: mean response time 15 min is not below 15 min; slowest response time 25 min is not below 25 min; not active on the last day",
		},
		"conditions that hold": {
			rule("category: bonus, earned: [{measure: mean-resolution, at_most: 90 min}, {measure: active-on-last-day, is: false}, {measure: task-completion, at_least: 94%}, {measure: node-days, above: 100}], amount: {rate: 11.00}"),
			// 15 × 7 + 10 × 3
			"tried : 11.00 flat = 11.00, earned: mean resolution time 1 h 30 min is at most 1 h 30 min; not active on the last day; task completion 94% is at least 94%; 135 node-days is above 100",
		},
		"nothing to measure, which counts as met": {
			rule("category: bonus, earned: [{measure: mean-critical-response, below: 1 h, none: met}], amount: {rate: 11.00}"),
			"tried : 11.00 flat = 11.00, earned: no critical incident",
		},
		"nothing to measure, which does not": {
			rule("category: bonus, earned: [{measure: mean-critical-response, below: 1 h}], amount: {rate: 11.00}"),
			"tried : 11.00 flat = 0.00, not_earned: no critical incident",
		},
		"a year's rule in September": {
			rule("category: bonus, cadence: yearly, amount: {rate: 11.00}"), "",
		},
		"a rule for other tiers": {
			rule("category: bonus, tiers: [1, 3], amount: {rate: 11.00}"), "",
		},
		"a rule that applies to others": {
			rule("category: bonus, applies: [{measure: certified, is: false}], amount: {rate: 11.00}"), "",
		},
		"a rule that says why it applies": {
			rule("category: bonus, applies: [{measure: certified, is: true}], amount: {rate: 11.00}"),
			"tried : 11.00 flat = 11.00, earned: certified",
		},
	} {
		t.Run(name, func(t *testing.T) {
			want := strings.TrimSuffix(startLine+c.want, "\n")
			if got := texts(bookOf(t, c.rules, ada()).Lines); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func TestMissingSlotsCountAsTheVersionSays(t *testing.T) {
	const rules = "  - {id: tried, label: Tried, category: bonus, earned: [{measure: uptime, above: 99.8%}], amount: {rate: 11.00}}\n"
	for missing, want := range map[string]string{
		"down":   "tried : 11.00 flat = 0.00, not_earned: uptime 99.41% is not above 99.8%", // 9941 / 10000
		"ignore": "tried : 11.00 flat = 11.00, earned: uptime 99.809% is above 99.8%",       // 9941 / 9960
	} {
		got := texts(bookOf(t, "missing: "+missing+"\n"+start+rules, ada()).Lines)
		if got != startLine+want {
			t.Errorf("%s: %s", missing, got)
		}
	}
}

func TestACapTakesBackWhatIsOverIt(t *testing.T) {
	const rules = start +
		"  - {id: first, label: First, category: bonus, amount: {rate: 70.00}}\n" +
		"  - {id: second, label: Second, category: bonus, amount: {rate: 41.00}}\n" +
		"  - {id: taken, label: Taken, category: penalty, amount: {rate: 43.00}}\n" +
		"caps:\n" +
		"  - {id: bonus-cap, label: Most bonus, category: bonus, at_most: {1: 10.00, 2: 100.00}}\n" +
		"  - {id: first-cap, label: Most of the first, rules: [first], at_most: 67.00}\n" +
		"  - {id: penalty-cap, label: Most penalty, category: penalty, at_most: 40.00}\n" +
		"  - {id: wide-cap, label: Wide, category: base, at_most: 125.83}\n"
	want := startLine +
		"first : 70.00 flat = 70.00, earned: 70.00 flat\n" +
		"first-cap : 67.00 at most, of first lines 70.00 = -3.00, charged: first lines of 70.00 are over the cap of 67.00\n" +
		"second : 41.00 flat = 41.00, earned: 41.00 flat\n" +
		// 70 − 3 + 41 = 108
		"bonus-cap : 100.00 at most, of bonus lines 108.00 = -8.00, charged: bonus lines of 108.00 are over the cap of 100.00\n" +
		"taken : 43.00 flat = -43.00, charged: 43.00 flat\n" +
		"penalty-cap : 40.00 at most, of penalty lines -43.00 = 3.00, charged: penalty lines of -43.00 are over the cap of 40.00"
	if got := texts(bookOf(t, rules, ada()).Lines); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestAnUnmetRequirementWithholdsOrFlags(t *testing.T) {
	const rules = start +
		"  - {id: tried, label: Tried, category: bonus, amount: {rate: 11.00}}\n" +
		"requirements:\n" +
		"  - {id: trained, label: 5 hours of training, payee: operator, category: [bonus], conditions: [{measure: training-hours, at_least: 5 hours}], unmet: withhold}\n" +
		"  - {id: steady, label: a year of tenure, payee: operator, conditions: [{measure: tenure, at_least: 12 months}], unmet: flag}\n"
	book := bookOf(t, rules, ada())
	want := startLine + "tried : 11.00 flat = 0.00, not_earned: 4.5 training hours is not at least 5 hours"
	if got := texts(book.Lines); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	var flags []string
	for _, e := range book.Exceptions {
		flags = append(flags, e.Kind+" "+e.Subject+" "+e.Message)
	}
	if got := strings.Join(flags, "\n"); got !=
		"new-wallet operator:ada first payment to  on \n"+
			"steady operator:ada a year of tenure: tenure 8 months is not at least 12 months\n"+
			"trained operator:ada 5 hours of training: 4.5 training hours is not at least 5 hours" {
		t.Errorf("got\n%s", got)
	}
}

func TestPartnersAndLeadSourcesOfOtherForms(t *testing.T) {
	const rules = start +
		"  - {id: thanks, label: Thanks, category: bonus, payee: partner, amount: {rate: {bronze: 5.00, silver: 7.00, gold: 11.00}}}\n" +
		"  - {id: per-lead, label: Per lead, category: bonus, payee: partner, amount: {rate: 3.00, per: qualified-leads}}\n" +
		"  - {id: brought, label: Brought, category: commission, payee: partner, amount: {share: 10%, of: {rule: [start]}}}\n" +
		"  - {id: won, label: Won, category: commission, payee: lead-source, amount: {rate: 13.00}}\n" +
		"caps:\n" +
		"  - {id: brought-cap, label: Most, payee: partner, category: commission, at_most: 20.00}\n" +
		"flags:\n" +
		"  - {id: quiet, label: no lead, payee: partner, when: [{measure: qualified-leads, below: 1}]}\n"
	f := ada()
	f.Partners = []Partner{
		{ID: "quay", Since: NewDate(2026, 1, 1), Tiers: []TierSince{{"silver", NewDate(2026, 1, 1)}},
			QualifiedLeads: []MonthCount{{Period{2026, 8}, 9}, {Period{2026, 9}, 1}}},
		{ID: "reef", Since: NewDate(2026, 9, 30), Referrals: []Referral{{"r1", "ada", NewDate(2026, 2, 1)}}},
		{ID: "shoal", Since: NewDate(2026, 10, 1)},
	}
	f.ConvertedLeads = []ConvertedLead{{ID: "lead-1", SourceKind: PartnerPayee, SourceID: "reef"}, {ID: "lead-2", SourceKind: OperatorPayee, SourceID: "ada"}}
	want := startLine +
		"won lead-2: 13.00 flat = 13.00, earned: lead converted in 2026-09\n" +
		"thanks : 7.00 flat = 7.00, earned: 7.00 flat\n" +
		"per-lead : 3.00 × 1 qualified lead = 3.00, earned: 1 qualified lead\n" +
		"thanks :  = 0.00, not_earned: partner tier missing\n" +
		"per-lead : 3.00 × 0 qualified leads = 0.00, not_earned: no qualified leads\n" +
		"brought ada: 10% × 125.83 of start lines = 12.58, earned: 10% × 125.83 of start lines\n" +
		"won lead-1: 13.00 flat = 13.00, earned: lead converted in 2026-09\n" +
		"brought-cap : 20.00 at most, of commission lines 25.58 = -5.58, charged: commission lines of 25.58 are over the cap of 20.00"
	book := bookOf(t, rules, f)
	if got := texts(book.Lines); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	var quiet []string // not shoal, whose partnership begins in October
	for _, e := range book.Exceptions {
		if e.Kind == "quiet" {
			quiet = append(quiet, e.Subject+" "+e.Message)
		}
	}
	if got := strings.Join(quiet, "\n"); got != "partner:reef no lead: 0 qualified leads is below 1" {
		t.Errorf("quiet partners: %s", got)
	}
}

func TestWhatKeepsAPeriodFromBeingSettledIsSaidAllAtOnce(t *testing.T) {
	rb := shippedRules(t)
	f := &Facts{
		Period: Period{2026, 3},
		Operators: []Operator{
			{ID: "ada", JoinedOn: NewDate(2026, 1, 1), Agreement: "2025-13"},
			{ID: "bo", JoinedOn: NewDate(2026, 1, 1)},
		},
		Partners:    []Partner{{ID: "quay", Agreement: "gold"}},
		Carried:     []Carried{{OperatorPayee, "gone", cents(1234)}, {PartnerPayee, "bo", cents(0)}},
		Adjustments: []Adjustment{{ID: "adj-1", PayeeKind: PartnerPayee, PayeeID: "ada", Amount: cents(500)}},
		Settings:    Settings{Parameters: map[string]string{"tier1_node_rate": "97.00", "referral_share": "13"}},
	}
	_, err := Settle(f, rb)
	want := strings.TrimSpace(`
operator ada: agreement "2025-13" names no rule version; there are 2026-01, 2026-05, 2026-07, or leave it empty for the one in force
partner quay: agreement "gold" names no rule version; there are 2026-01, 2026-05, 2026-07, or leave it empty for the one in force
adjustment adj-1 is for partner ada, which is not among the partners; correct the id
operator gone carries a balance of 12.34 and is not among the operators; put it back
rule version 2026-01 asks for the parameter tier2_node_rate (Tier 2 rate per node and month); give it under parameters in fleetpay.yaml, such as tier2_node_rate: 100.00
rule version 2026-01 asks for the parameter tier3_node_rate (Tier 3 rate per node and month); give it under parameters in fleetpay.yaml, such as tier3_node_rate: 100.00
parameter referral_share (Share of a converted lead's revenue), which rule version 2026-01 asks for: 13 is above 1; write a share as 13% or as a decimal from 0 to 1`)
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
	f.Period = Period{2025, 12}
	if _, err := Settle(f, rb); err == nil || !strings.HasPrefix(err.Error(), "no rule version is in force in 2025-12") {
		t.Errorf("before the first version: %v", err)
	}
}

// What the next close takes as the wallet last payable or confirmed.
func TestTheAcceptedWalletIsThePaidOrConfirmedOne(t *testing.T) {
	old, changed := Account{"base", "0xA1"}, Account{"base", "0xB2"}
	for name, c := range map[string]struct {
		amount int64
		to     Destination
		want   Account
	}{
		"a first wallet that is paid":              {4000, Destination{Chain: "base", Wallet: "0xB2"}, changed},
		"a first wallet under the minimum":         {400, Destination{Chain: "base", Wallet: "0xB2"}, Account{}},
		"a changed wallet":                         {4000, Destination{Chain: "base", Wallet: "0xB2", Last: old}, old},
		"a changed wallet that is confirmed":       {4000, Destination{Chain: "base", Wallet: "0xB2", Last: old, ConfirmedBy: []string{"lena"}}, changed},
		"a confirmed wallet with nothing to pay":   {0, Destination{Chain: "base", Wallet: "0xB2", Last: old, ConfirmedBy: []string{"lena"}}, changed},
		"a confirmed wallet, though it is blocked": {4000, Destination{Chain: "base", Wallet: "0xB2", Last: old, ConfirmedBy: []string{"lena"}, Problems: []string{"wallet blocked"}}, changed},
	} {
		f := &Facts{
			Period: Period{2026, 8}, Settings: Settings{Minimum: cents(1000), Confirmers: 1},
			Partners: []Partner{{ID: "quay", Since: NewDate(2026, 1, 1), Destination: c.to}},
			Carried:  []Carried{{PartnerPayee, "quay", cents(c.amount)}},
		}
		book, err := Settle(f, shippedRules(t))
		if err != nil {
			t.Fatal(err)
		}
		if got := book.Payouts[0].Accepted; got != c.want {
			t.Errorf("%s: %v is accepted, want %v", name, got, c.want)
		}
	}
}
