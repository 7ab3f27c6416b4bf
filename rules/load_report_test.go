package rules

import (
	"strings"
	"testing"

	"fleetpay/rules/strict"

	"github.com/shopspring/decimal"
)

// Each case replaces old by new in the report section of plain, and wants
// exactly these problems, without their excerpts.
var reportErrors = []struct{ name, old, new, want string }{
	{"an unknown key", "layout: referrals", "lay_out: referrals",
		`v.yaml:75:3: report.lay_out: the key "lay_out" is not known here; did you mean "layout"?`},
	{"a layout that is none", "layout: referrals", "layout: nodes",
		`v.yaml:75:11: report.layout: "nodes" is not allowed; allowed are leads, referrals, fleet`},
	{"a section without keys", "report:\n  layout: referrals", "report:\nreports:\n  layout: referrals",
		"v.yaml:74:1: report: there is no value; give one or leave the key out\n" +
			`v.yaml:75:1: reports: the key "reports" is not known here; did you mean "report"?`},
	{"a severity that is none", "severity: P0", "severity: P4",
		`v.yaml:77:18: report.severities[1].severity: "P4" is not allowed; did you mean "P0"?`},
	{"a severity twice", "severity: P3", "severity: P0",
		"v.yaml:79:18: report.severities[3].severity: the severity P0 stands here twice, first on line 77; remove one"},
	{"a severity without a target", "{severity: critical, response: 90 s}", "{severity: critical}",
		"v.yaml:78:7: report.severities[2]: neither response nor resolution is given; give one, or leave the severity out"},
	{"a target without its severity", "severity: P3, ", "",
		`v.yaml:79:7: report.severities[3]: the key "severity" is missing; add it`},
	{"a length of time without its unit", "response: 7 min", "response: 7",
		`v.yaml:77:32: report.severities[1].response: "7" is not a length of time; write a whole number above 0 with its unit, such as 15 min, 4 h or 3 days`},
	{"a length of time of two units", "resolution: 3 h", "resolution: 3 h 7 min",
		`v.yaml:77:51: report.severities[1].resolution: "3 h 7 min" is not a length of time; write a whole number above 0 with its unit, such as 15 min, 4 h or 3 days`},
	{"a length of time that is not whole", "resolution: 2 days", "resolution: 2.5 days",
		`v.yaml:79:34: report.severities[3].resolution: "2.5 days" is not a length of time; write a whole number above 0 with its unit, such as 15 min, 4 h or 3 days`},
	{"no time at all", "response: 90 s", "response: 0 s",
		`v.yaml:78:38: report.severities[2].response: "0 s" is not a length of time; write a whole number above 0 with its unit, such as 15 min, 4 h or 3 days`},
	{"a negative length of time", "response: 90 s", "response: -90 s",
		`v.yaml:78:38: report.severities[2].response: "-90 s" is not a length of time; write a whole number above 0 with its unit, such as 15 min, 4 h or 3 days`},
	{"resolved before it is answered", "resolution: 3 h", "resolution: 5 min",
		"v.yaml:77:51: report.severities[1].resolution: 5 min is shorter than the response's 7 min; an incident is resolved after it is answered"},
	{"a percentage without its sign", "uptime: 99.7%", "uptime: 99.7",
		"v.yaml:82:13: report.targets.uptime: 99.7 has no percent sign; write a percentage, such as 99.5%"},
	{"a percentage above all", "churn: 13%", "churn: 113%",
		"v.yaml:83:12: report.targets.churn: 113% is above 100%; write at most 100%"},
	{"a parameter for a percentage", "lead_share: 31%", "lead_share: lead_share",
		`v.yaml:84:17: report.targets.lead_share: "lead_share" is not a percentage; write one, such as 99.5%`},
	{"a percentage below nothing", "churn: 13%", "churn: -13%",
		`v.yaml:83:12: report.targets.churn: "-13%" is negative; write a percentage above 0%`},
	{"uptime that nothing is above", "uptime: 99.7%", "uptime: 100%",
		"v.yaml:82:13: report.targets.uptime: 100% can't be met, since uptime is to be above it; write less than 100%, such as 99.9%"},
	{"a share of leads that nothing is above", "lead_share: 31%", "lead_share: 100.0%",
		"v.yaml:84:17: report.targets.lead_share: 100.0% can't be met, since lead_share is to be above it; write less than 100%, such as 99.9%"},
	{"churn that nothing is below", "churn: 13%", "churn: 0%",
		"v.yaml:83:12: report.targets.churn: 0% can't be met, since churn is to be below it; write more than 0%, such as 10%"},
	{"a count that is too large", "leads: 17", "leads: 17000000000000000000000",
		`v.yaml:86:12: report.targets.leads: "17000000000000000000000" is too large; write a number of fewer digits`},
	{"a count that is not whole", "leads: 17", "leads: 17.5",
		`v.yaml:86:12: report.targets.leads: "17.5" is not a whole number; write it in digits, as 12`},
	{"a negative count", "active_nodes: 43", "active_nodes: -43",
		"v.yaml:85:19: report.targets.active_nodes: -43 is negative; write a count of 0 or more"},
	{"negative incidents", "incidents: 0", "incidents: -1",
		"v.yaml:89:16: report.targets.incidents: -1 is negative; write a count of 0 or more"},
	{"a target that is none", "new_operators: 1", "new_operator: 1",
		`v.yaml:88:5: report.targets.new_operator: the key "new_operator" is not known here; did you mean "new_operators"?`},
	{"a target twice", "new_operators: 1", "qualified_leads: 1",
		`v.yaml:88:5: the key "qualified_leads" stands here twice, first on line 87; remove one`},
	{"a range that is a number", "{from: 7, to: 11}", "7",
		`v.yaml:81:23: report.targets.active_operators: "7" instead of keys with values; write it as {key: value} or with a key on each line`},
	{"a range that is upside down", "{from: 7, to: 11}", "{from: 11, to: 7}",
		"v.yaml:81:38: report.targets.active_operators.to: 7 is less than from, 11; write the least first"},
	{"a range with one end", "{from: 7, to: 11}", "{from: 7}",
		`v.yaml:81:23: report.targets.active_operators: the key "to" is missing; add it`},
	{"a range below nothing", "{from: 7, to: 11}", "{from: -7, to: 11}",
		"v.yaml:81:30: report.targets.active_operators.from: -7 is negative; write a count of 0 or more"},
	{"a range with an end that is no number", "{from: 7, to: 11}", "{from: 7, to: many}",
		`v.yaml:81:37: report.targets.active_operators.to: "many" is not a whole number; write it in digits, as 12`},
	{"months that are too many", "recertification_months: 11", "recertification_months: 1201",
		"v.yaml:90:27: report.recertification_months: 1201 is not from 0 to 1200; write a number of months"},
	{"negative days", "mentorship_days: 29", "mentorship_days: -29",
		"v.yaml:91:20: report.mentorship_days: -29 is not from 0 to 3660; write a number of days"},
	{"days with their unit", "mentorship_days: 29", "mentorship_days: 29 days",
		`v.yaml:91:20: report.mentorship_days: "29 days" is not a whole number; write it in digits, as 12`},
}

func TestEverySlipInAReportSectionIsNamedAtItsPlace(t *testing.T) {
	for _, c := range reportErrors {
		t.Run(c.name, func(t *testing.T) {
			before, section, found := strings.Cut(plain, "\nreport:\n")
			section = "\nreport:\n" + section
			if !found || !strings.Contains(section, c.old) {
				t.Fatalf("%q does not stand in the report section", c.old)
			}
			_, err := LoadVersion("v.yaml", []byte(before+strings.Replace(section, c.old, c.new, 1)))
			if got := withoutExcerpts(err); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func TestSlipsOfAReportSectionAreShownWithTheirLine(t *testing.T) {
	_, err := LoadVersion("v.yaml", []byte(strings.Replace(plain, "uptime: 99.7%", "uptime: 99.7", 1)))
	want := "v.yaml:82:13: report.targets.uptime: 99.7 has no percent sign; write a percentage, such as 99.5%\n" +
		"  82 |     uptime: 99.7\n" +
		"     |             ^"
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
}

func TestAReportSectionIsReadWhole(t *testing.T) {
	v, err := LoadVersion("v.yaml", []byte(plain))
	if err != nil {
		t.Fatal(err)
	}
	r := v.Report
	for _, c := range []struct {
		what      string
		got, want any
	}{
		{"layout", r.Layout, ReferralsLayout},
		{"P0, answered", r.Severities[0].Response, Within{7 * 60, "7 min"}},
		{"P0, resolved", r.Severities[0].Resolution, Within{3 * 60 * 60, "3 h"}},
		{"critical, answered", r.Severities[1].Response, Within{90, "90 s"}},
		{"critical, resolved", r.Severities[1].Resolution.IsZero(), true},
		{"P3, resolved", r.Severities[2].Resolution, Within{2 * 24 * 60 * 60, "2 days"}},
		{"active operators", *r.Targets.ActiveOperators, Span{7, 11}},
		{"uptime", r.Targets.Uptime.Value.Equal(decimal.RequireFromString("0.997")), true},
		{"churn", r.Targets.Churn.Value.Equal(decimal.RequireFromString("0.13")), true},
		{"share of leads", r.Targets.LeadShare.Value.Equal(decimal.RequireFromString("0.31")), true},
		{"active nodes", *r.Targets.ActiveNodes, 43},
		{"leads", *r.Targets.Leads, 17},
		{"qualified leads", *r.Targets.QualifiedLeads, 5},
		{"new operators", *r.Targets.NewOperators, 1},
		{"incidents", *r.Targets.Incidents, 0},
		{"recertification", r.RecertificationMonths, 11},
		{"mentorship", r.MentorshipDays, 29},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %v, want %v", c.what, c.got, c.want)
		}
	}
}

func TestALengthOfTimeIsWordedInOneWay(t *testing.T) {
	for text, want := range map[string]Within{
		"1day": {24 * 60 * 60, "1 day"}, "1 days": {24 * 60 * 60, "1 day"}, "3 day": {3 * 24 * 60 * 60, "3 days"},
		"15min": {15 * 60, "15 min"}, "999999 days": {999999 * 24 * 60 * 60, "999999 days"},
	} {
		var got Within
		if err := got.UnmarshalScalar(text); err != nil || got != want {
			t.Errorf("%s: got %+v, %v; want %+v", text, got, err, want)
		}
	}
}

func TestAVersionWithoutAReportSectionHasNoTargets(t *testing.T) {
	for name, section := range map[string]string{"none": "", "an empty one": "report: {}\n", "one without a layout": "report: {severities: []}\n"} {
		head, _, _ := strings.Cut(plain, "report:\n")
		v, err := LoadVersion("v.yaml", []byte(head+section))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if r := v.Report; r.Layout != FleetLayout || len(r.Severities) > 0 || r.Targets != (Targets{}) || r.RecertificationMonths > 0 || r.MentorshipDays > 0 {
			t.Errorf("%s: %+v", name, r)
		}
		if problems := validate(t, []byte(head+section)); len(problems) > 0 {
			t.Errorf("%s: the schema refuses it: %s", name, strings.Join(problems, "\n"))
		}
	}
}

func TestTheShippedVersionsHoldTheTargetsOfTheProgram(t *testing.T) {
	versions, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	layouts := map[string]Layout{"2026-01": LeadsLayout, "2026-05": ReferralsLayout, "2026-07": FleetLayout}
	mentorship := map[string]int{"2026-05": 30, "2026-07": 30}
	recertification := map[string]int{"2026-07": 12}
	for _, v := range versions {
		r := v.Report
		if r.Layout != layouts[v.Name] || r.MentorshipDays != mentorship[v.Name] || r.RecertificationMonths != recertification[v.Name] {
			t.Errorf("%s: layout %s, %d days of mentoring, renewed after %d months", v.Name, r.Layout, r.MentorshipDays, r.RecertificationMonths)
		}
		got := strings.Join(append(wordSeverities(r.Severities), r.Targets.words()...), "\n")
		want := `P0: answered within 15 min, resolved within 4 h.
P1: answered within 30 min, resolved within 8 h.
P2: answered within 1 h, resolved within 24 h.
P3: answered within 4 h, resolved within 3 days.
critical: answered within 30 min.
warning: answered within 4 h.
Active certified operators on the last day: 3 to 5.
Uptime above 99.5%.
Annual churn below 10%.
Share of leads from partners above 30%.`
		if got != want {
			t.Errorf("%s:\n%s\nwant\n%s", v.Name, got, want)
		}
	}
}

// settings stands for a configuration that has targets among its keys.
type settings struct {
	Targets Targets `yaml:"targets"`
}

func TestTargetsAreReadWhereverTheyStand(t *testing.T) {
	var s settings
	if _, err := strict.Decode("fleetpay.yaml", []byte("targets:\n  uptime: 99.3%\n  leads: 7\n"), &s); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(s.Targets.words(), " "); got != "Uptime above 99.3%. Leads of a partner in the month: 7 or more." {
		t.Error(got)
	}
	_, err := strict.Decode("fleetpay.yaml", []byte("targets:\n  uptime: 99.3\n  leads: -7\n  uptme: 1%\n  active_operators: {from: 5, to: 3}\n"), &s)
	want := `fleetpay.yaml:2:11: targets.uptime: 99.3 has no percent sign; write a percentage, such as 99.5%
fleetpay.yaml:3:10: targets.leads: -7 is negative; write a count of 0 or more
fleetpay.yaml:4:3: targets.uptme: the key "uptme" is not known here; did you mean "uptime"?
fleetpay.yaml:5:35: targets.active_operators.to: 3 is less than from, 5; write the least first`
	if got := withoutExcerpts(err); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestOwnTargetsGoBeforeThoseBeneath(t *testing.T) {
	whole, err := LoadVersion("v.yaml", []byte(plain))
	if err != nil {
		t.Fatal(err)
	}
	base := whole.Report.Targets
	if got := (Targets{}).Over(base); got != base {
		t.Errorf("nothing over targets: %v", got.words())
	}
	if got := base.Over(Targets{}); got != base {
		t.Errorf("targets over nothing: %v", got.words())
	}
	var s settings
	own := "targets: {active_operators: {from: 2, to: 3}, uptime: 97%, churn: 11%, lead_share: 29%, active_nodes: 19, leads: 13, qualified_leads: 3, new_operators: 2, incidents: 7}\n"
	if _, err := strict.Decode("fleetpay.yaml", []byte(own), &s); err != nil {
		t.Fatal(err)
	}
	if got := s.Targets.Over(base); got != s.Targets {
		t.Errorf("targets over targets: %v", got.words())
	}
	zero, some := 0, 23
	got := Targets{Leads: &zero, ActiveNodes: &some}.Over(base)
	want := base
	want.Leads, want.ActiveNodes = &zero, &some
	if got != want {
		t.Errorf("two targets over targets: %v", got.words())
	}
}

func TestTheSchemaRefusesWhatTheFormOfAReportSectionTells(t *testing.T) {
	for _, c := range reportErrors {
		switch c.name {
		case "a severity twice", "a target twice", "resolved before it is answered", "a range that is upside down",
			"months that are too many", "a percentage above all", "uptime that nothing is above",
			"a share of leads that nothing is above", "churn that nothing is below":
			continue // which the form does not tell
		}
		if problems := validate(t, []byte(strings.Replace(plain, c.old, c.new, 1))); len(problems) == 0 {
			t.Errorf("%s is accepted", c.name)
		}
	}
}
