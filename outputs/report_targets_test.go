package outputs

import (
	"slices"
	"strings"
	"testing"

	"fleetpay/rules"
)

// withPartnersOwn gives pine targets of its own, and the figure that one of them
// is about.
func withPartnersOwn(m *Month, own rules.Targets) *Month {
	m.Facts.Settings.PartnersOwn = map[string]rules.Targets{"pine": own}
	rows := append(m.Figures.All(), rules.Figure{Period: m.Period, Kind: rules.OfPartner, ID: "pine", Name: rules.OperatorsCertified, Value: "2"})
	m.Figures = rules.NewFigures(m.Period, rows)
	return m
}

func TestTargetsOfAPartnerStandBesideItsFigures(t *testing.T) {
	own := rules.Targets{
		ActiveOperators: &rules.Span{From: 3, To: 5}, Uptime: percent("99"), Churn: percent("40"), LeadShare: percent("12.5"),
		ActiveNodes: whole(4), Leads: whole(2), QualifiedLeads: whole(2), NewOperators: whole(3), Incidents: whole(0),
	}
	for _, layout := range allLayouts {
		v := viewOf(t, withPartnersOwn(reportMonth(layout), own))
		for label, want := range map[string][]string{
			"Active nodes of referred operators":      {"3", "4 or more", "missed, -1"},
			"Active and certified referred operators": {"2", "3 to 5", "missed, -1"},
			"New referred operators":                  {"1", "3 or more", "missed, -2"},
			"Uptime of their nodes":                   {"99.141%", "above 99%", "met, +0.141 points"},
			"Uptime of the whole fleet":               {"99.482%", "above 99.5%", "missed, -0.018 points"}, // the program's, as before
			"Incidents on their nodes":                {"2", "0 or fewer", "missed, +2"},
			"Churn of referred operators, 12 months":  {"40.000%", "below 40%", "missed, exactly at the target"},
			"Leads":                                   {"2", "2 or more", "met"},
			"Leads qualified":                         {"1", "2 or more", "missed, -1"},
			"Share of all leads":                      {"11.764%", "above 12.5%", "missed, -0.736 points"},
		} {
			if row := rowOf(v.Summary(), label); row == nil || !slices.Equal(row[1:4], want) {
				t.Errorf("%s: %s: %q", layout, label, row)
			}
		}
		if n := v.Next().length; n != 9 {
			t.Errorf("%s: %d of 9 targets for the next month", layout, n)
		}
		const said = "The partner brought 11.764% of all leads of the month (target: above 12.5%, missed); " +
			"all partners together brought 41.176% (target: above 30%, met)."
		if got := v.Pipeline(); got != said {
			t.Errorf("%s: %s", layout, got)
		}
	}
}

func TestTargetsOfTheFleetAreNoneOfAPartner(t *testing.T) {
	m := withPartnersOwn(reportMonth(rules.FleetLayout), rules.Targets{})
	m.Facts.Settings.Targets = rules.Targets{ActiveOperators: &rules.Span{From: 30, To: 50}, LeadShare: percent("33")}
	v := viewOf(t, m)
	if row := rowOf(v.Summary(), "Active and certified referred operators"); row != nil {
		t.Errorf("%q", row)
	}
	if row := rowOf(v.Summary(), "Active referred operators"); row[2] != nothing {
		t.Errorf("%q", row)
	}
	if row := rowOf(v.Summary(), "Share of all leads"); row[2] != nothing {
		t.Errorf("%q", row)
	}
	if got := v.Pipeline(); !strings.Contains(got, "11.764% of all leads of the month; all partners") || !strings.Contains(got, "(target: above 33%, met)") {
		t.Error(got)
	}
}

func TestAnUptimeIsHeldAgainstItsTargetExactly(t *testing.T) {
	m := withFigure(reportMonth(rules.FleetLayout), rules.OfPartner, "pine", rules.Uptime, "99.50000")
	if row := rowOf(viewOf(t, m).Summary(), "Uptime of their nodes"); row[3] != "missed, exactly at the target" {
		t.Errorf("%q", row)
	}
	// 39800001 of 40000000 slots are 99.5000025%, of which the figure has five places.
	m.Figures = rules.NewFigures(m.Period, append(m.Figures.All(),
		rules.Figure{Period: m.Period, Kind: rules.OfPartner, ID: "pine", Name: rules.SlotsUp, Value: "39800001"},
		rules.Figure{Period: m.Period, Kind: rules.OfPartner, ID: "pine", Name: rules.SlotsExpected, Value: "40000000"}))
	if row := rowOf(viewOf(t, m).Summary(), "Uptime of their nodes"); row[1] != "99.500%" || row[3] != "met, just above the target" {
		t.Errorf("%q", row)
	}
}

func TestAChangeHasItsSign(t *testing.T) {
	for value, want := range map[string]string{"1525.76659": "+1525.766%", "-12.50000": "-12.500%", "0": "0.000%", "-0.00040": "0.000%"} {
		m := withFigure(reportMonth(rules.FleetLayout), rules.OfPartner, "pine", rules.Growth(rules.EarnedIn(rules.Commission)), value)
		if row := rowOf(viewOf(t, m).Summary(), "Commission, change against a year before"); row == nil || row[1] != want {
			t.Errorf("%s: %q", value, row)
		}
	}
}
