package outputs

import (
	"strings"
	"testing"

	"fleetpay/rules"
)

func TestALineSpeaksByNamesAndSaysNothingTwice(t *testing.T) {
	m := smallMonth()
	m.Facts.Returns = []rules.Return{returnTo(rules.OperatorPayee, "alpha", "103.01")}
	m.Facts.ConvertedLeads = []rules.ConvertedLead{{ID: "alpha", SourceKind: rules.PartnerPayee, SourceID: "pine"}}
	m.Book.Lines = append(m.Book.Lines, rules.Line{Version: "2026-05", Rule: "stipend", Label: "Flat stipend"})
	words := wordsOf(m)
	for _, c := range []struct {
		name              string
		line              rules.Line
		title, basis, why string
	}{
		{"the subject is in the reason",
			rules.Line{Label: "Base rate", Category: rules.Base, Subject: "tier:1", Basis: "101.00 × 30 node-days / 30 days", Reason: "active nodes in tier 1 on 30 days"},
			"Base rate", "101.00 × 30 node-days / 30 days", "active nodes in tier 1 on 30 days"},
		{"the reason is the arithmetic",
			rules.Line{Label: "Uplift", Category: rules.Base, Version: "2026-07", Subject: "tier:3", Basis: "30% × 646.94 of stipend lines", Reason: "30% × 646.94 of stipend lines"},
			"Uplift", "30% × 646.94 of Node stipend lines", "tier 3"},
		{"the reason is a part of the arithmetic",
			rules.Line{Label: "Mentors", Category: rules.Bonus, Basis: "150.00 × 1 mentee", Reason: "1 mentee"}, "Mentors", "150.00 × 1 mentee", ""},
		{"a number that only ends alike stays",
			rules.Line{Label: "Mentors", Category: rules.Bonus, Basis: "150.00 × 11 mentees", Reason: "1 mentees"}, "Mentors", "150.00 × 11 mentees", "1 mentees"},
		{"one of two reasons is said",
			rules.Line{Label: "Rebate", Category: rules.Penalty, Basis: "250.00 × 5 months served", Reason: "5 months served; joined on 2026-04-15"},
			"Rebate", "250.00 × 5 months served", "joined on 2026-04-15"},
		{"a share of several rules, by the version's own labels",
			rules.Line{Label: "Share", Category: rules.Bonus, Version: "2026-05", Basis: "10% × 406.25 of base, stipend and uptime-bonus lines × 14 / 30 operator-days", Reason: "earned"},
			"Share", "10% × 406.25 of base, Flat stipend and Uptime bonus lines × 14 / 30 operator-days", "earned"},
		{"a commission on an operator",
			rules.Line{Label: "Commission", Category: rules.Commission, Subject: "charlie", Basis: "7% × 8.00 of base lines", Reason: "31 operator-days"},
			"Commission", "7% × 8.00 of base lines", `for Charlie, Ltd "C" (charlie) · 31 operator-days`},
		{"a commission on a lead with an operator's id",
			rules.Line{Label: "Commission", Category: rules.Commission, Subject: "alpha", Basis: "13% × 60.00 of the lead's revenue", Reason: "converted"},
			"Commission", "13% × 60.00 of the lead's revenue", "for alpha · converted"},
		{"an adjustment",
			rules.Line{Label: "Adjustment", Category: rules.Adjusting, Subject: "adj-7", Basis: "-520.00 as approved", Reason: "paid as tier 2 by mistake; approved by finance"},
			"paid as tier 2 by mistake; approved by finance", "-520.00 as approved", "adjustment adj-7"},
		{"a returned payment",
			returnedLine(rules.OperatorPayee, "alpha", 1, "103.01"),
			"Returned payment", "103.01 of payment " + lostPayment, "payment of September 2026 · could not be made: keys lost; approved by R. Finance"},
		{"a rule without a label", rules.Line{Rule: "bonus-7", Basis: "1.00 flat"}, "bonus-7", "1.00 flat", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if title, basis, why := lineTitle(c.line), words.basis(c.line), words.why(c.line); title != c.title || basis != c.basis || why != c.why {
				t.Errorf("got  %q, %q, %q\nwant %q, %q, %q", title, basis, why, c.title, c.basis, c.why)
			}
		})
	}
}

func TestAPayeeOfNothingNeedsToDoNothing(t *testing.T) {
	m := smallMonth()
	m.Book.Lines = m.Book.Lines[:2]
	m.Book.Payouts[1] = rules.Payout{PayeeKind: rules.OperatorPayee, PayeeID: "bravo", Name: "Bravo", Version: "2026-07", Status: rules.Zero, Reason: "nothing to pay"}
	text := strings.Join(pdfText(t, statementOf(t, m, rules.OperatorPayee, "bravo")), "")
	if !strings.Contains(text, "Nothing to do.") || strings.Contains(text, "nothing to pay") {
		t.Errorf("got\n%s", text)
	}
}

// Under a version that ignores missing slots, 30 of 7200 are left out:
// 7163 / 7170 = 99.90237%; counted as down, 7163 / 7200 = 99.48611%.
func TestUptimeIsShownAsThePayeesVersionCountsIt(t *testing.T) {
	m := smallMonth()
	m.Book.Payouts[0].Missing = rules.MissingIgnore
	m.Book.Missing = rules.MissingDown
	want := map[string]string{
		"fleet fleet": "99.48611", "region emea": "99.48611", "operator alpha": "99.90237",
		"node n-1@alpha": "99.75438", "node n-2@alpha": "100", "node n-2@bravo": "100", // 2843 / 2850
	}
	check := func() {
		t.Helper()
		for _, x := range Measures(m) {
			if x.Measure == "uptime" && x.Value != want[x.Kind+" "+x.ID] {
				t.Errorf("%s %s has %s, want %s", x.Kind, x.ID, x.Value, want[x.Kind+" "+x.ID])
			}
			if x.Kind == "operator" && x.ID == "alpha" && x.Measure == "slots_expected" && x.Value != "7200" {
				t.Errorf("the slots as they are became %s", x.Value)
			}
		}
	}
	check()
	text := strings.Join(pdfText(t, statementOf(t, m, rules.OperatorPayee, "alpha")), "")
	for _, want := range []string{"99.902%", "Slots up of those sampled", "7163 of 7170", "7 · 30 · 60"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	m.Book.Missing = rules.MissingIgnore
	m.Book.Lines, m.Book.Payouts = nil, nil // without a payout, the version in force counts
	want["fleet fleet"], want["region emea"] = "99.90237", "99.90237"
	check()
}
