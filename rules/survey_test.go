package rules

import (
	"fmt"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
)

// The rule file of the surveys below: a commission in two parts, one on leads
// without a window, a cap on each half, and missing slots left out.
const surveyedRules = `
version: 2031-01
title: A program to be surveyed
from: 2031-01-01
missing: ignore
due: {days: 7, after: close}
rules:
  - {id: stipend, label: Stipend, category: base, amount: {rate: 101.00, per: node-month}}
  - {id: bonus, label: Bonus, category: bonus, amount: {rate: 53.00}}
  - {id: early, label: Early, category: commission, payee: partner, amount: {share: 10%, of: {category: [base]}}, window: {first_months: 12}}
  - {id: late, label: Late, category: commission, payee: partner, amount: {share: 5%, of: {category: [base]}}, window: {after_months: 12}}
  - {id: lead, label: Lead, category: commission, payee: lead-source, amount: {share: 3%, of: {measure: lead-revenue}}}
caps:
  - {id: late-cap, label: Late cap, payee: partner, rules: [late], at_most: 500.00}
  - {id: all-cap, label: All cap, payee: partner, category: commission, at_most: 900.00}
`

// surveyed is a month to survey: everything is put in by hand, the book too.
type surveyed struct {
	f    *Facts
	b    *Book
	e    *Evidence
	rb   *Rulebook
	past []Figure
}

func newSurveyed(t testing.TB) *surveyed {
	t.Helper()
	v, err := LoadVersion("surveyed.yaml", []byte(surveyedRules))
	if err != nil {
		t.Fatal(err)
	}
	v.Report.Severities = []SeverityTarget{
		{Severity: "P0", Response: Within{Seconds: 15 * 60}, Resolution: Within{Seconds: 4 * 3600}},
		{Severity: "warning", Response: Within{Seconds: 4 * 3600}},
	}
	rb, err := NewRulebook([]*Version{v})
	if err != nil {
		t.Fatal(err)
	}
	p := Period{2031, 5}
	return &surveyed{
		f: &Facts{Period: p, Absent: map[string]bool{}, Settings: Settings{SlotSeconds: 60}},
		b: &Book{Period: p, Version: v.Name, Missing: v.Missing}, e: &Evidence{}, rb: rb,
	}
}

// given reads a day of a test; "" is none.
func given(t testing.TB, day string) Date {
	t.Helper()
	if day == "" {
		return 0
	}
	d, err := ParseDate(day)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func (s *surveyed) operator(t testing.TB, id, joined, certified, left string) *Operator {
	s.f.Operators = append(s.f.Operators, Operator{
		ID: id, JoinedOn: given(t, joined), CertifiedOn: given(t, certified), LastActiveDay: given(t, left),
	})
	return &s.f.Operators[len(s.f.Operators)-1]
}

// partner has a payout of nothing and refers operators since January.
func (s *surveyed) partner(t testing.TB, id, own string, refers ...string) *Partner {
	p := Partner{ID: id, OperatorID: own}
	for _, o := range refers {
		p.Referrals = append(p.Referrals, Referral{"r-" + o, o, given(t, "2031-01-01")})
	}
	s.f.Partners = append(s.f.Partners, p)
	s.payout(t, PartnerPayee, id, "0.00", "0.00", "0.00", "0.00")
	return &s.f.Partners[len(s.f.Partners)-1]
}

func sumOf(t testing.TB, text string) Money {
	t.Helper()
	m, err := ParseMoney(text)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func (s *surveyed) payout(t testing.TB, kind PayeeKind, id, in, earned, payable, out string) {
	s.b.Payouts = append(s.b.Payouts, Payout{
		PayeeKind: kind, PayeeID: id, CarriedIn: sumOf(t, in), Earned: sumOf(t, earned),
		Payable: sumOf(t, payable), CarriedOut: sumOf(t, out),
	})
}

func (s *surveyed) line(t testing.TB, kind PayeeKind, id, rule string, c Category, subject, amount string) {
	s.b.Lines = append(s.b.Lines, Line{
		PayeeKind: kind, PayeeID: id, Number: len(s.b.Lines) + 1, Version: "2031-01", Rule: rule,
		Category: c, Subject: subject, Amount: sumOf(t, amount),
	})
}

// figures reads rows written as: 2031-04 fleet fleet earned 12.00. A month may be
// left out: it is this one.
func (s *surveyed) figures(text string) (rows []Figure) {
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		p := s.f.Period
		if given, err := ParsePeriod(words[0]); err == nil {
			p, words = given, words[1:]
		}
		name := FigureName(words[2])
		rows = append(rows, Figure{p, FigureKind(words[0]), words[1], name, words[3], figureByName[name].unit})
	}
	return rows
}

func mustSurvey(t testing.TB, s *surveyed) *Figures {
	t.Helper()
	figures, err := Survey(s.f, s.b, s.e, s.rb, s.past)
	if err != nil {
		t.Fatal(err)
	}
	return figures
}

// surveyCase gives a month and says every figure that it has of the subjects
// named, in the order of figures.csv: kind and id, or a month, kind and id. Only
// the figures that are named are compared; of those, all.
type surveyCase struct {
	name  string
	given func(t testing.TB, s *surveyed)
	of    string // kinds and ids, or a month before them, each on a line
	names string
	want  string
}

var minute = Instant(60 * 1_000_000)

func answered(id, severity string, opened, acknowledged, resolved Instant, operators ...string) Incident {
	at := func(after Instant) Instant {
		if after == 0 {
			return 0
		}
		return opened + after
	}
	return Incident{ID: id, Severity: severity, Operators: operators, OpenedAt: opened, AcknowledgedAt: at(acknowledged), ResolvedAt: at(resolved)}
}

var surveyCases = []surveyCase{
	{
		name: "operators are counted on the last day, and churn over twelve months",
		given: func(t testing.TB, s *surveyed) {
			s.operator(t, "ada", "2030-01-01", "2030-01-01", "")
			s.operator(t, "bee", "2031-05-07", "2031-06-01", "")           // not certified yet
			s.operator(t, "cid", "2029-01-01", "2029-01-01", "2031-05-13") // leaves in the month
			s.operator(t, "dot", "2031-06-01", "", "")                     // not there yet
			s.operator(t, "eve", "2029-01-01", "", "2030-05-31")           // left just before the 12 months
			s.operator(t, "fay", "2029-01-01", "", "2030-06-01")           // left on the first day of them
			s.partner(t, "hub", "", "bee", "cid", "nobody")
			s.partner(t, "nil", "")
		},
		of:    "fleet fleet\npartner hub\npartner nil",
		names: "operators_active operators_certified operators_joined operators_left operators_referred churn_left churn_mean_active churn",
		want: `
			fleet fleet operators_active 2      // ada, bee
			fleet fleet operators_certified 1   // ada
			fleet fleet operators_joined 1      // bee
			fleet fleet operators_left 1        // cid
			fleet fleet churn_left 2            // cid, fay
			fleet fleet churn_mean_active 2     // (12 + 1 + 11) / 12: ada, bee in May, cid from June to April
			fleet fleet churn 100               // 2 / 2
			partner hub operators_active 1      // bee
			partner hub operators_certified 0
			partner hub operators_joined 1
			partner hub operators_left 1
			partner hub operators_referred 2    // nobody is no operator
			partner hub churn_left 1            // cid
			partner hub churn_mean_active 1     // (1 + 11) / 12
			partner hub churn 100
			partner nil operators_active 0
			partner nil operators_certified 0
			partner nil operators_joined 0
			partner nil operators_left 0
			partner nil operators_referred 0
			partner nil churn_left 0
			partner nil churn_mean_active 0     // and no churn of nobody
		`,
	},
	{
		name: "a mean that does not come out even is cut",
		given: func(t testing.TB, s *surveyed) {
			s.operator(t, "ada", "2030-11-01", "", "")
			s.operator(t, "bee", "2031-01-01", "", "2031-03-31")
		},
		of: "fleet fleet", names: "churn_left churn_mean_active churn",
		want: `
			fleet fleet churn_left 1
			fleet fleet churn_mean_active 0.83333 // (7 + 3) / 12
			fleet fleet churn 120                 // 1 / (10/12)
		`,
	},
	{
		name: "nodes, slots and hours are those of all days, without missing ones, and a partner's own record is not of its network",
		given: func(t testing.TB, s *surveyed) {
			ada := s.operator(t, "ada", "2030-01-01", "", "")
			ada.NodeDays = []NodeDay{{given(t, "2031-05-30"), 2}, {given(t, "2031-05-31"), 3}}
			ada.Slots = Slots{Expected: 1000, Up: 907, Missing: 11}
			bee := s.operator(t, "bee", "2030-01-01", "", "")
			bee.NodeDays = []NodeDay{{given(t, "2031-05-01"), 5}}
			bee.Slots = Slots{Expected: 500, Up: 401, Missing: 7}
			s.partner(t, "hub", "ada", "ada", "bee")
		},
		of:    "fleet fleet\npartner hub",
		names: "operators_referred nodes_active node_days slots_expected slots_up uptime uptime_hours",
		want: `
			fleet fleet nodes_active 3
			fleet fleet node_days 10          // 2 + 3 + 5
			fleet fleet slots_expected 1482   // 1000 − 11 + 500 − 7
			fleet fleet slots_up 1308         // 907 + 401
			fleet fleet uptime 88.2591        // 1308 / 1482 = 0.882591093…
			fleet fleet uptime_hours 21.8     // 1308 / 60
			partner hub operators_referred 1
			partner hub nodes_active 0
			partner hub node_days 5
			partner hub slots_expected 493    // 500 − 7
			partner hub slots_up 401
			partner hub uptime 81.33874       // 401 / 493 = 0.8133874239…
			partner hub uptime_hours 6.68333  // 401 / 60
		`,
	},
	{
		name: "without a slot there is no uptime, and without referrals no network",
		given: func(t testing.TB, s *surveyed) {
			s.partner(t, "hub", "")
			s.f.Absent["referrals"], s.f.Absent["leads"], s.f.Absent["incidents"] = true, true, true
		},
		of:    "fleet fleet\npartner hub\nseverity P0\npartner-severity hub:P0",
		names: "operators_active operators_referred nodes_active slots_expected uptime uptime_hours leads_created lead_share deals deal_revenue incidents cost earned",
		want: `
			fleet fleet operators_active 0
			fleet fleet nodes_active 0
			fleet fleet slots_expected 0
			fleet fleet uptime_hours 0
			fleet fleet earned 0.00
			fleet fleet cost 0.00
			partner hub earned 0.00
		`,
	},
	{
		name: "leads count in the month of each step",
		given: func(t testing.TB, s *surveyed) {
			s.partner(t, "hub", "")
			s.partner(t, "nil", "")
			lead := func(kind, source, channel, created, qualified, converted, revenue string) {
				l := Lead{ID: fmt.Sprint(len(s.e.Leads)), SourceKind: kind, SourceID: source, Channel: channel,
					CreatedOn: given(t, created), QualifiedOn: given(t, qualified), ConvertedOn: given(t, converted)}
				if revenue != "" {
					d := decimal.RequireFromString(revenue)
					l.Revenue = &d
				}
				s.e.Leads = append(s.e.Leads, l)
			}
			lead("partner", "hub", "web", "2031-05-01", "2031-05-31", "2031-06-01", "7.00") // converts later
			lead("partner", "hub", "web", "2031-05-31", "", "", "")
			lead("partner", "hub", "event", "2031-04-30", "2031-05-02", "2031-05-03", "1999.994")
			lead("partner", "hub", "event", "2031-05-02", "2031-05-02", "2031-05-02", "0.005")
			lead("partner", "hub", "event", "2031-04-02", "2031-04-02", "2031-05-02", "0.005")
			lead("partner", "hub", "fair", "2031-04-30", "2031-04-30", "2031-05-31", "") // no revenue recorded
			lead("operator", "ada", "web", "2031-05-03", "", "", "")
			lead("direct", "", "web", "2031-05-03", "2031-05-03", "", "")
		},
		of:    "fleet fleet\npartner hub\npartner nil\nchannel hub:web\nchannel hub:event\nchannel hub:fair\nlead 0\nlead 2\nlead 3\nlead 4\nlead 5",
		names: "leads_created leads_qualified leads_converted conversion_rate leads_from_partners lead_share deals deal_revenue",
		want: `
			fleet fleet leads_created 5            // hub's 3, ada's, the direct one
			fleet fleet leads_qualified 4          // hub's 3, the direct one
			fleet fleet leads_converted 4
			fleet fleet conversion_rate 80         // 4 / 5
			fleet fleet leads_from_partners 3
			fleet fleet lead_share 60              // 3 / 5
			partner hub leads_created 3
			partner hub leads_qualified 3
			partner hub leads_converted 4
			partner hub conversion_rate 133.33333  // 4 / 3: two were created in April
			partner hub lead_share 60              // 3 / 5
			partner hub deals 4
			partner hub deal_revenue 2000.01       // 1999.99 + 0.01 + 0.01 + nothing
			partner nil leads_created 0
			partner nil leads_qualified 0
			partner nil leads_converted 0
			partner nil lead_share 0               // of the fleet's 5
			partner nil deals 0
			partner nil deal_revenue 0.00
			channel hub:event leads_created 1
			channel hub:event leads_qualified 2
			channel hub:event leads_converted 3
			channel hub:event conversion_rate 300  // 3 / 1: two were created in April
			channel hub:fair leads_created 0
			channel hub:fair leads_qualified 0
			channel hub:fair leads_converted 1
			channel hub:web leads_created 2
			channel hub:web leads_qualified 1
			channel hub:web leads_converted 0
			channel hub:web conversion_rate 0
			lead 2 deal_revenue 1999.99            // lead 0 converts later, lead 5 has no revenue
			lead 3 deal_revenue 0.01               // each is rounded once
			lead 4 deal_revenue 0.01
		`,
	},
	{
		name: "incidents are answered by the earlier of two times, within includes the target, and each counts once per network",
		given: func(t testing.TB, s *surveyed) {
			s.operator(t, "ada", "2030-01-01", "", "")
			s.operator(t, "bee", "2030-01-01", "", "")
			s.partner(t, "hub", "", "ada", "bee")
			s.partner(t, "nil", "")
			s.e.Incidents = []Incident{
				answered("1", "P0", 11*minute, 15*minute, 240*minute, "ada", "bee"),
				answered("2", "P0", 13*minute, 15*minute+1, 240*minute+1, "bee"),
				answered("3", "P0", 17*minute, 29*minute, 7*minute, "zoe"),     // resolved before it was acknowledged
				answered("4", "P0", 19*minute, 0, 0, "ada"),                    // never answered
				answered("5", "P2", 23*minute, 0, 31*minute+14_999_999, "zoe"), // no target
			}
		},
		of: `fleet fleet
			severity P0
			severity P2
			severity warning
			partner hub
			partner nil
			partner-severity hub:P0
			partner-severity hub:P2
			partner-severity hub:warning
			partner-severity nil:P0`,
		names: "incidents incidents_resolved mttr mean_response response_within resolution_within",
		want: `
			fleet fleet incidents 5
			fleet fleet incidents_resolved 4
			fleet fleet mttr 7773                  // (240 × 60 + 240 × 60 + 7 × 60 + 1875) / 4 = 7773.75
			fleet fleet mean_response 1023         // (15 × 60 + 15 × 60 + 7 × 60 + 1875) / 4 = 1023.75
			severity P0 incidents 4
			severity P0 incidents_resolved 3
			severity P0 mttr 9740                  // (240 + 240 + 7) × 60 / 3
			severity P0 mean_response 740          // (15 + 15 + 7) × 60 / 3
			severity P0 response_within 2          // 15:00 and 7:00, not a microsecond later
			severity P0 resolution_within 2
			severity P2 incidents 1
			severity P2 incidents_resolved 1
			severity P2 mttr 1874                  // 31:14.999999, cut
			severity P2 mean_response 1874
			severity warning incidents 0
			severity warning incidents_resolved 0
			severity warning response_within 0     // and no target for its resolution
			partner hub incidents 3
			partner hub incidents_resolved 2
			partner hub mttr 14400
			partner hub mean_response 900
			partner nil incidents 0
			partner nil incidents_resolved 0
			partner-severity hub:P0 incidents 3
			partner-severity hub:P0 incidents_resolved 2
			partner-severity hub:P0 mttr 14400
			partner-severity hub:P0 mean_response 900
			partner-severity hub:P0 response_within 1
			partner-severity hub:P0 resolution_within 1
			partner-severity hub:warning incidents 0
			partner-severity hub:warning incidents_resolved 0
			partner-severity hub:warning response_within 0
			partner-severity nil:P0 incidents 0
			partner-severity nil:P0 incidents_resolved 0
			partner-severity nil:P0 response_within 0
			partner-severity nil:P0 resolution_within 0
		`,
	},
}

func TestSurvey(t *testing.T) {
	for _, c := range append(surveyCases, moneyCases...) {
		t.Run(c.name, func(t *testing.T) {
			s := newSurveyed(t)
			c.given(t, s)
			of, names := map[string]bool{}, map[FigureName]bool{}
			for line := range strings.Lines(c.of) {
				of[strings.Join(strings.Fields(line), " ")] = true
			}
			for _, n := range strings.Fields(c.names) {
				if _, known := figureByName[FigureName(n)]; !known {
					t.Fatalf("there is no figure %s", n)
				}
				names[FigureName(n)] = true
			}
			var got strings.Builder
			for _, f := range mustSurvey(t, s).All() {
				about := string(f.Kind) + " " + f.ID
				if f.Period != s.f.Period {
					about = f.Period.String() + " " + about
				}
				if of[about] && names[f.Name] {
					fmt.Fprintf(&got, "%s %s %s\n", about, f.Name, f.Value)
				}
			}
			var want strings.Builder
			for line := range strings.Lines(c.want) {
				line, _, _ = strings.Cut(line, "//")
				if line = strings.TrimSpace(line); line != "" {
					fmt.Fprintln(&want, line)
				}
			}
			if got.String() != want.String() {
				t.Errorf("got\n%s\nwant\n%s", got.String(), want.String())
			}
		})
	}
}
