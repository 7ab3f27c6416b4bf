package outputs

import (
	"strings"
	"testing"

	"fleetpay/rules"
)

func viewOf(t *testing.T, m *Month) *reportView {
	t.Helper()
	v, err := newReportIndex(m).view("pine")
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// withFigure is a month whose figure says another value.
func withFigure(m *Month, kind rules.FigureKind, id string, name rules.FigureName, value string) *Month {
	rows := m.Figures.All()
	for i, r := range rows {
		if r.Period == m.Period && r.Kind == kind && r.ID == id && r.Name == name {
			rows[i].Value = value
		}
	}
	m.Figures = rules.NewFigures(m.Period, rows)
	return m
}

func TestAnOperatorsWindowSaysWhatIsLeftOfIt(t *testing.T) {
	for _, c := range []struct {
		until, left, leaves string
		shared              bool
		want                string
	}{
		{"2026-12-14", "2", "", true, "2 months, to 2026-12-14"},
		{"2026-12-14", "1", "2026-11-07", true, "1 month, to 2026-11-07"},
		{"2026-10-20", "0", "", true, "none, ended 2026-10-20"},
		{"2026-09-30", "0", "", true, "over since 2026-10-01, ongoing share"},
		{"2026-09-30", "0", "", false, "over since 2026-10-01"},
		{"2026-12-14", "0", "2026-10-07", false, "ended when it left"},
		{"2026-08-31", "0", "2026-10-07", false, "over since 2026-09-01"},
	} {
		m := withFigure(reportMonth(rules.FleetLayout), rules.OfOperator, "alder", rules.CommissionUntil, c.until)
		v := viewOf(t, withFigure(m, rules.OfOperator, "alder", rules.CommissionMonthsLeft, c.left))
		o := *v.network[0]
		if c.leaves != "" {
			o.LastActiveDay = day(c.leaves)
		}
		if got := v.windowOf(&o, c.shared); got != c.want {
			t.Errorf("%+v: %q", c, got)
		}
	}
	if got := viewOf(t, reportMonth(rules.FleetLayout)).windowOf(nil, true); got != nothing {
		t.Errorf("an operator that the program does not know: %q", got)
	}
}

func TestFirstMonthsAreNamedAfterTheRules(t *testing.T) {
	for months, want := range map[string]string{"12": "First year", "6": "First 6 months", "1": "First 1 month"} {
		v := viewOf(t, withFigure(reportMonth(rules.FleetLayout), rules.OfPartner, "pine", rules.CommissionMonths, months))
		if got := v.firstLabel(); got != want {
			t.Errorf("%s months: %q", months, got)
		}
	}
}

func TestTheTableOfDaysSaysWhichItLeavesOut(t *testing.T) {
	m := reportMonth(rules.FleetLayout)
	listed := func(v *reportView) int {
		g := v.LowDays()
		if g == nil {
			return 0
		}
		return g.length
	}
	for _, c := range []struct {
		name  string
		given func()
		days  int
		want  string
	}{
		{"maintenance on the 2nd, incidents on the 4th and 14th", func() {},
			3, "Days that are not listed were above 99.5% and had neither maintenance nor an incident. Times add up over all nodes."},
		{"a target that the 9th misses too: 11 minutes of 3 nodes", func() { m.Report.Targets.Uptime = percent("99.9") },
			4, "Days that are not listed were above 99.9% and had neither maintenance nor an incident. Times add up over all nodes."},
		{"no target, and no incident data", func() {
			m.Report.Targets.Uptime, m.Evidence.Incidents, m.Facts.Absent = nil, nil, map[string]bool{"incidents": true}
		}, 4, "Days that are not listed were up all the time and had no maintenance. Times add up over all nodes."},
		{"a low target and a day without a node", func() {
			m.Report.Targets.Uptime, m.Facts.Absent["maintenance"] = percent("1"), true
			for _, n := range m.Evidence.Days {
				n.Days[1], n.Days[30] = rules.Slots{}, rules.Slots{}
			}
		}, 0, "Every day was above 1%. On 2 days no node was expected to be up."},
	} {
		c.given()
		v := viewOf(t, m)
		if listed(v) != c.days || v.DaysWords() != c.want {
			t.Errorf("%s: %d days, %q", c.name, listed(v), v.DaysWords())
		}
	}
}

func TestWhatWasNotEarnedIsSaidInASentence(t *testing.T) {
	m := reportMonth(rules.FleetLayout)
	missed := func(label, subject, reason string) {
		m.Book.Lines = append(m.Book.Lines, rules.Line{PayeeKind: rules.PartnerPayee, PayeeID: "pine", Number: len(m.Book.Lines), Rule: label, Label: label,
			Category: rules.Commission, Subject: subject, Status: rules.NotEarned, Reason: reason})
	}
	missed("On base", "alder", "kept back")
	missed("On bonuses", "alder", "kept back")
	missed("On bonuses", "cedar", "kept back")
	want := "Not earned: Uptime premium (uptime 99.141% is not above 99.5%); On base and On bonuses on Alder Nodes and Cedar_Works (kept back)."
	if got := viewOf(t, m).NotEarned(); got != want {
		t.Error(got)
	}
	missed("On base", "birch", "kept back")
	missed("On base", "birch", "a third reason")
	missed("On base", "birch", "a fourth reason")
	if got := viewOf(t, m).NotEarned(); !strings.Contains(got, " on 3 operators (kept back)") || !strings.HasSuffix(got, "(a third reason), and more for 1 other reason.") {
		t.Error(got)
	}
}

func TestARuleThatCostNothingIsLeftOutUnlessAllDid(t *testing.T) {
	m := withFigure(reportMonth(rules.FleetLayout), rules.OfPartnerRule, "pine:deal-bonus", rules.Cost, "0.00")
	if g := viewOf(t, m).Spending(); g.length != 2 {
		t.Errorf("%d rules of two that cost something", g.length)
	}
	m = withFigure(m, rules.OfPartnerRule, "pine:stipend", rules.Cost, "0.00")
	m = withFigure(m, rules.OfPartnerRule, "pine:commission-first-year", rules.Cost, "0.00")
	if g := viewOf(t, m).Spending(); g.length != 3 {
		t.Errorf("%d rules of three that cost nothing", g.length)
	}
}

func TestDealsShowTheirRevenueWithoutALineToo(t *testing.T) {
	m := reportMonth(rules.LeadsLayout)
	for i := range m.Book.Lines {
		if m.Book.Lines[i].Subject == "lead-3" {
			m.Book.Lines = append(m.Book.Lines[:i], m.Book.Lines[i+1:]...)
			break
		}
	}
	g := viewOf(t, m).Deals()
	if row := strings.Join(g.row(0).cells, " "); row != "Harbour Cold Store lead-3 referral 2026-10-20 1901.30" {
		t.Error(row)
	}
}

func TestLeadsAreCountedByTheUptimeOfTheirOperators(t *testing.T) {
	m := reportMonth(rules.LeadsLayout)
	m.Evidence.Leads = append(m.Evidence.Leads, rules.Lead{ID: "lead-5", SourceKind: "operator", SourceID: "birch", CreatedOn: day("2026-10-11")})
	// alder's uptime is above 99.5%, birch's is not.
	if got := viewOf(t, m).LeadsOfTheBest(); got != "1 of 2 new leads came from operators with an uptime above 99.5%." {
		t.Error(got)
	}
}
