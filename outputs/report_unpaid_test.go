package outputs

import (
	"slices"
	"strings"
	"testing"

	"fleetpay/rules"
)

// withoutCommission drops the commission lines that a test is not about.
func withoutCommission(m *Month, on func(l rules.Line) bool) *Month {
	m.Book.Lines = slices.DeleteFunc(m.Book.Lines, func(l rules.Line) bool { return l.Category == rules.Commission && on(l) })
	return m
}

func TestDealsWithoutCommissionAreExplained(t *testing.T) {
	onDeal := func(l rules.Line) bool { return l.Subject == "lead-3" }
	anothers := rules.Line{PayeeKind: rules.PartnerPayee, PayeeID: "quill", Version: "2026-07", Rule: "deal-bonus", Category: rules.Commission, Subject: "lead-9"}
	second := rules.Lead{ID: "lead-7", SourceKind: "partner", SourceID: "pine", Channel: "events", CreatedOn: day("2026-10-01"), ConvertedOn: day("2026-10-30")}
	for _, c := range []struct {
		name  string
		given func(m *Month)
		want  string
	}{
		{"each deal has a line", func(*Month) {}, ""},
		{"no line on deals at all", func(m *Month) { withoutCommission(m, onDeal) }, "No commission is paid on deals under rules 2026-07."},
		{"another partner has one", func(m *Month) {
			withoutCommission(m, onDeal)
			m.Facts.ConvertedLeads = append(m.Facts.ConvertedLeads, rules.ConvertedLead{ID: "lead-9", SourceKind: rules.PartnerPayee, SourceID: "quill"})
			m.Book.Lines = append(m.Book.Lines, anothers)
		}, "No commission was computed on these deals."},
		{"one of two has none", func(m *Month) { m.Evidence.Leads = append(m.Evidence.Leads, second) }, "No commission was computed on 1 of these 2 deals."},
		{"no deal", func(m *Month) { m.Evidence.Leads = nil }, ""},
	} {
		for _, layout := range allLayouts {
			m := reportMonth(layout)
			c.given(m)
			text := strings.Join(strings.Fields(markdown(t, m, "pine")), " ")
			if got := viewOf(t, m).DealsUnpaid(); got != c.want || !strings.Contains(text, c.want) {
				t.Errorf("%s, %s: %q", c.name, layout, got)
			}
		}
	}
}

func TestReferredOperatorsWithoutCommissionAreExplained(t *testing.T) {
	onOperator := func(l rules.Line) bool { return l.Subject != "lead-3" }
	noMonths := func(m *Month) {
		rows := slices.DeleteFunc(m.Figures.All(), func(f rules.Figure) bool { return f.Name == rules.CommissionMonths })
		m.Figures = rules.NewFigures(m.Period, rows)
	}
	const unpaid = "Under rules 2026-07 no commission is paid on referred operators."
	for _, c := range []struct {
		name  string
		given func(m *Month)
		want  string
	}{
		{"there are lines", noMonths, ""},
		{"no line this month, and a rule with months", func(m *Month) { withoutCommission(m, onOperator) }, ""},
		{"neither", func(m *Month) { noMonths(withoutCommission(m, onOperator)) }, unpaid},
		{"nobody is referred", func(m *Month) { noMonths(withoutCommission(m, onOperator)); m.Facts.Partners[0].Referrals = nil }, ""},
		{"a folder without figures", func(m *Month) { withoutCommission(m, onOperator).Figures = nil }, ""},
	} {
		for _, layout := range allLayouts {
			m := reportMonth(layout)
			c.given(m)
			text := strings.Join(strings.Fields(markdown(t, m, "pine")), " ")
			if got := viewOf(t, m).ReferredUnpaid(); got != c.want || strings.Contains(text, unpaid) != (c.want != "") {
				t.Errorf("%s, %s: %q", c.name, layout, got)
			}
		}
	}
}

func TestWhatARequirementThatIsNotMetCosts(t *testing.T) {
	m := reportMonth(rules.FleetLayout)
	var said []string
	for _, s := range []rules.Standing{{Met: true, Withholds: true}, {Met: false, Withholds: true}, {Met: false}} {
		s.PayeeKind, s.PayeeID, s.Label, s.Found = rules.PartnerPayee, "pine", "a label", []string{"found"}
		m.Book.Standings = []rules.Standing{s}
		said = append(said, viewOf(t, m).Standing().row(0).cells[2])
	}
	if got := strings.Join(said, " | "); got != "met | not met; commission is not earned | not met; nothing is withheld" {
		t.Error(got)
	}
}

// Two bars say less than the two rows of their table.
func TestAChartNeedsThreeBarsThatAreNotZero(t *testing.T) {
	for bars, want := range map[string]bool{"1 2 3": true, "1 2 0": false, "1 0 2 0 -3": true, "": false} {
		chart := barChart{series: []string{""}}
		for _, b := range strings.Fields(bars) {
			n := int64(len(b) * len(strings.Trim(b, "0")))
			chart.bars = append(chart.bars, bar{label: b, parts: []int64{n}})
		}
		if got := chart.orNil() != nil; got != want {
			t.Errorf("%q: %v", bars, got)
		}
	}
	m := reportMonth(rules.FleetLayout) // with two channels
	if viewOf(t, m).ChannelChart() != nil || viewOf(t, m).HistoryChart() == nil {
		t.Error("two channels have a chart, or five months have none")
	}
}
