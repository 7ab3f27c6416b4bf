package measure

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"fleetpay/rules"
)

// at is an instant of a test.
func at(s string) rules.Instant {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		panic(err)
	}
	return rules.Instant(t.UnixMicro())
}

// same compares what was measured with what is wanted.
func same[T any](t *testing.T, what string, got, want []T) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s\n got %+v\nwant %+v", what, got, want)
	}
}

func TestAnIncidentIsShownWithItsNodesAndTheOperatorsTheyWereActiveUnder(t *testing.T) {
	f := master(t) // n1: op-1 up to the 9th, op-2 from the 10th up to the 19th; n2: op-1
	f.lines("incidents", "incident_id,node_ids,severity,opened_at,acknowledged_at,resolved_at,cause,resolution",
		`i-4,n2;n1;n9;n2,P1,2026-10-10T00:00:00.000001Z,2026-10-10T00:13:00Z,2026-10-10T02:00:00+01:00,"fibre, cut",spliced`,
		"i-3,n1,P0,2026-10-09T23:59:59Z,,,,",                             // op-1's last day with n1
		"i-2,n1;n2,P0,2026-10-20T08:00:00Z,2026-11-02T08:00:00Z,,power,", // n1 is nobody's
		"i-1,n8;n7,warning,2026-10-20T08:00:00Z,,,,",                     // at the same instant; nobody's nodes
		"i-5,n2,P2,2026-09-30T23:59:59.999999Z,,,,",
		"i-6,n2,P2,2026-11-01T00:00:00Z,,,,")
	same(t, "incidents", f.measure("2026-10").Evidence.Incidents, []rules.Incident{
		{ID: "i-3", Severity: "P0", NodeIDs: []string{"n1"}, Operators: []string{"op-1"}, OpenedAt: at("2026-10-09T23:59:59Z")},
		{
			ID: "i-4", Severity: "P1", NodeIDs: []string{"n1", "n2", "n9"}, Operators: []string{"op-1", "op-2"},
			OpenedAt: at("2026-10-10T00:00:00.000001Z"), AcknowledgedAt: at("2026-10-10T00:13:00Z"), ResolvedAt: at("2026-10-10T01:00:00Z"),
			Cause: "fibre, cut", Resolution: "spliced",
		},
		{ID: "i-1", Severity: "warning", NodeIDs: []string{"n7", "n8"}, OpenedAt: at("2026-10-20T08:00:00Z")},
		{
			ID: "i-2", Severity: "P0", NodeIDs: []string{"n1", "n2"}, Operators: []string{"op-1"},
			OpenedAt: at("2026-10-20T08:00:00Z"), AcknowledgedAt: at("2026-11-02T08:00:00Z"), Cause: "power",
		},
	})
}

func TestALeadIsShownInEveryMonthInWhichSomethingHappenedToIt(t *testing.T) {
	f := master(t)
	f.lines("leads", "lead_id,source_kind,source_id,channel,created_on,qualified_on,converted_on,customer,revenue",
		"l-5,partner,p-1,web,2026-10-31,,,,",
		"l-4,direct,,fair,2026-01-01,2026-10-01,,Ångström,",
		"l-3,operator,op-1,web,2026-01-01,2026-02-01,2026-10-31,Two Rivers,1000.500000",
		"l-2,partner,p-1,web,2026-09-30,2026-11-01,2026-11-02,,", // before and after
		"l-1,partner,p-1,web,2026-11-01,,,,")
	revenue := decimal.RequireFromString("1000.5")
	same(t, "leads", f.measure("2026-10").Evidence.Leads, []rules.Lead{
		{ID: "l-3", SourceKind: "operator", SourceID: "op-1", Channel: "web", CreatedOn: day("2026-01-01"), QualifiedOn: day("2026-02-01"),
			ConvertedOn: day("2026-10-31"), Customer: "Two Rivers", Revenue: &revenue},
		{ID: "l-4", SourceKind: "direct", Channel: "fair", CreatedOn: day("2026-01-01"), QualifiedOn: day("2026-10-01"), Customer: "Ångström"},
		{ID: "l-5", SourceKind: "partner", SourceID: "p-1", Channel: "web", CreatedOn: day("2026-10-31")},
	})
}

func TestCertificationsAreShownForAllTimeAndCoursesForTheirMonth(t *testing.T) {
	f := master(t)
	f.lines("trainings", "training_id,operator_id,completed_on,kind,hours,title",
		"t-1,op-2,2026-10-01,course,2,Cooling",
		"t-2,op-1,2025-03-01,certification,16,First class",
		"t-3,op-1,2026-10-31,recertification,7.50,",
		"t-4,op-1,2024-02-29,recertification,3,",
		"t-5,op-1,2026-09-30,course,1,",
		"t-6,op-1,2026-11-01,certification,1,",
		"t-7,op-1,2026-10-31,course,1,",
		"t-0,op-1,2026-11-01,course,1,")
	result := f.measure("2026-10")
	hours := decimal.RequireFromString
	same(t, "trainings", result.Evidence.Trainings, []rules.Training{
		{ID: "t-4", OperatorID: "op-1", CompletedOn: day("2024-02-29"), Kind: "recertification", Hours: hours("3")},
		{ID: "t-2", OperatorID: "op-1", CompletedOn: day("2025-03-01"), Kind: "certification", Hours: hours("16"), Title: "First class"},
		{ID: "t-3", OperatorID: "op-1", CompletedOn: day("2026-10-31"), Kind: "recertification", Hours: hours("7.5")},
		{ID: "t-7", OperatorID: "op-1", CompletedOn: day("2026-10-31"), Kind: "course", Hours: hours("1")},
		{ID: "t-1", OperatorID: "op-2", CompletedOn: day("2026-10-01"), Kind: "course", Hours: hours("2"), Title: "Cooling"},
	})
	if got := operator(t, result.Facts, "op-1").TrainingHours.String(); got != "8.5" { // 7.5 + 1: the month's alone
		t.Errorf("%s hours of training", got)
	}
	want := Counts{Dataset: "trainings", Name: "trainings.csv", Read: 8, Used: 3, Outside: 5}
	if got := result.Counts[len(result.Counts)-1]; got != want { // of the month alone
		t.Errorf("counts %+v, want %+v", got, want)
	}
}

func TestActivitiesAndNotesAreShownByPartner(t *testing.T) {
	f := master(t)
	f.add("partners", "more.csv", "partner_id,name,region,since\nP-2,Quay,emea,2026-01-01\n")
	f.lines("activities", "activity_id,partner_id,held_on,kind,title",
		"a-1,p-1,2026-10-31,event,Open day", "a-2,p-1,2026-10-01,post,", "a-0,p-1,2026-10-31,training,", "a-3,P-2,2026-10-07,campaign,",
		"a-4,p-1,2026-09-30,event,", "a-5,p-1,2026-11-01,event,")
	f.add("notes", "b.csv", "partner_id,period,section,text\np-1,2026-10,goals,fourth\np-1,2026-10,concerns,fifth\n")
	f.add("notes", "a.jsonl", strings.Join([]string{
		`{"partner_id":"p-1","period":"2026-10","section":"notes","text":"second"}`,
		`{"partner_id":"p-1","period":"2026-09","section":"goals","text":"last month's"}`,
		`{"partner_id":"P-2","period":"2026-10","section":"goals","text":"first: P comes before p\nin two lines"}`,
		`{"partner_id":"p-1","period":"2026-10","section":"notes","text":"third"}`}, "\n"))
	evidence := f.measure("2026-10").Evidence
	same(t, "activities", evidence.Activities, []rules.Activity{
		{ID: "a-3", PartnerID: "P-2", HeldOn: day("2026-10-07"), Kind: "campaign"},
		{ID: "a-2", PartnerID: "p-1", HeldOn: day("2026-10-01"), Kind: "post"},
		{ID: "a-0", PartnerID: "p-1", HeldOn: day("2026-10-31"), Kind: "training"},
		{ID: "a-1", PartnerID: "p-1", HeldOn: day("2026-10-31"), Kind: "event", Title: "Open day"},
	})
	same(t, "notes", evidence.Notes, []rules.Note{
		{PartnerID: "P-2", Section: "goals", Text: "first: P comes before p\nin two lines"},
		{PartnerID: "p-1", Section: "notes", Text: "second"},
		{PartnerID: "p-1", Section: "notes", Text: "third"},
		{PartnerID: "p-1", Section: "goals", Text: "fourth"},
		{PartnerID: "p-1", Section: "concerns", Text: "fifth"},
	})
}

func TestAWindowIsShownWhenItTouchesTheMonth(t *testing.T) {
	f := master(t)
	f.lines("maintenance", "window_id,scope,starts_at,ends_at,reason",
		"w-5,fleet,2026-10-31T23:59:59.5Z,2026-11-01T00:30:00Z,",
		"w-4,region:nowhere,2026-10-07T00:00:00Z,2026-10-08T00:00:00Z,covers no node",
		"w-3,node:n1,2026-10-07T02:00:00+02:00,2026-10-07T01:00:00Z,",
		"w-2,fleet,2026-09-30T00:00:00Z,2026-10-01T00:00:00.000001Z,upgrade",
		"w-1,fleet,2026-09-30T00:00:00Z,2026-10-01T00:00:00Z,", // over by then
		"w-6,fleet,2026-11-01T00:00:00Z,2026-11-02T00:00:00Z,")
	same(t, "windows", f.measure("2026-10").Evidence.Windows, []rules.MaintenanceWindow{
		{ID: "w-2", Scope: "fleet", Reason: "upgrade", StartsAt: at("2026-09-30T00:00:00Z"), EndsAt: at("2026-10-01T00:00:00.000001Z")},
		{ID: "w-3", Scope: "node:n1", StartsAt: at("2026-10-07T00:00:00Z"), EndsAt: at("2026-10-07T01:00:00Z")},
		{ID: "w-4", Scope: "region:nowhere", Reason: "covers no node", StartsAt: at("2026-10-07T00:00:00Z"), EndsAt: at("2026-10-08T00:00:00Z")},
		{ID: "w-5", Scope: "fleet", StartsAt: at("2026-10-31T23:59:59.5Z"), EndsAt: at("2026-11-01T00:30:00Z")},
	})
}

func TestADayHasItsOwnSlotsUnderEachOperator(t *testing.T) {
	f := newFolder(t)
	f.lines("operators", "operator_id,name,region,joined_on", "op-1,North,emea,2026-01-01", "op-2,South,emea,2026-01-01")
	f.lines("nodes", "node_id,operator_id,active_from,last_active_day",
		"n1,op-1,2026-01-01,2026-02-02", "n1,op-2,2026-02-03,2026-02-26", "n1,op-1,2026-02-28,") // nobody's on the 27th
	f.lines("maintenance", "window_id,scope,starts_at,ends_at",
		"w-1,operator:op-2,2026-02-02T23:00:00Z,2026-02-03T00:20:00Z") // twenty minutes of its first day
	f.lines("heartbeats", "node_id,sampled_at,up",
		"n1,2026-02-02T23:59:59Z,1", "n1,2026-02-03T00:19:59Z,0", // in maintenance: not counted
		"n1,2026-02-03T00:20:00Z,1", "n1,2026-02-03T23:59:59Z,0", "n1,2026-02-27T12:00:00Z,1", "n1,2026-02-28T12:00:00Z,1")
	const minutes = 24 * 60
	silent := rules.Slots{Expected: minutes, Missing: minutes}
	up := rules.Slots{Expected: minutes, Up: 1, Missing: minutes - 1}
	one := rules.NodeMonth{NodeID: "n1", OperatorID: "op-1", Days: make([]rules.Slots, 28)}
	two := rules.NodeMonth{NodeID: "n1", OperatorID: "op-2", Days: make([]rules.Slots, 28)}
	one.Days[0], one.Days[1], one.Days[27] = silent, up, up
	two.Days[2] = rules.Slots{Expected: minutes - 20, Up: 1, Missing: minutes - 20 - 2, Maintenance: 20}
	for i := 3; i <= 25; i++ {
		two.Days[i] = silent
	}
	result := f.measure("2026-02")
	same(t, "days", result.Evidence.Days, []rules.NodeMonth{one, two})
	for i, n := range result.Facts.Nodes {
		var sum rules.Slots
		for _, d := range result.Evidence.Days[i].Days {
			sum = sum.Add(d)
		}
		if sum != n.Slots {
			t.Errorf("the days of %s under %s sum up to %+v, its month is %+v", n.ID, n.OperatorID, sum, n.Slots)
		}
	}
}

func TestADayOfSecondsIsAddedUpFromItsPieces(t *testing.T) {
	f := newFolder(t)
	f.lines("operators", "operator_id,name,region,joined_on", "op-1,North,emea,2026-01-01")
	f.lines("nodes", "node_id,operator_id,active_from", "n1,op-1,2026-01-01")
	f.lines("maintenance", "window_id,scope,starts_at,ends_at",
		"w-1,node:n1,2026-02-09T23:59:50Z,2026-02-10T00:00:03Z") // ten seconds and three
	lines := []string{"node_id,sampled_at,up"}
	for d := 1; d <= 28; d++ { // up in the first and the last second, down at noon
		for _, s := range []string{"00:00:00Z,1", "12:00:00Z,0", "23:59:59Z,1"} {
			lines = append(lines, fmt.Sprintf("n1,2026-02-%02dT%s", d, s))
		}
	}
	f.lines("heartbeats", lines...)
	const seconds = 24 * 60 * 60
	want := rules.NodeMonth{NodeID: "n1", OperatorID: "op-1", Days: make([]rules.Slots, 28)}
	for i := range want.Days {
		want.Days[i] = rules.Slots{Expected: seconds, Up: 2, Missing: seconds - 3}
	}
	want.Days[8] = rules.Slots{Expected: seconds - 10, Up: 1, Missing: seconds - 10 - 2, Maintenance: 10}
	want.Days[9] = rules.Slots{Expected: seconds - 3, Up: 1, Missing: seconds - 3 - 2, Maintenance: 3}
	in := f.input("2026-02")
	in.Interval, in.Threads = time.Second, 1
	const pieceBytes, halves = 3928 / 8, 2
	for _, pieces := range []int64{1000, 22, 9} { // in a batch: all 28 × 22, a day's, and less than a day's
		in.WorkDir = t.TempDir()
		result, err := measure(context.Background(), in, pieces*pieceBytes*halves)
		if err != nil {
			t.Fatal(err)
		}
		same(t, fmt.Sprintf("days in batches of %d pieces", pieces), result.Evidence.Days, []rules.NodeMonth{want})
		same(t, "gaps", result.Facts.Gaps[:2], []rules.Gap{
			{From: "2026-02-01T00:00:01Z", To: "2026-02-01T12:00:00Z", Seconds: seconds/2 - 1},
			{From: "2026-02-01T12:00:01Z", To: "2026-02-01T23:59:59Z", Seconds: seconds/2 - 2},
		})
	}
}

func TestAnAbsentDatasetIsNoEvidence(t *testing.T) {
	result := master(t).measure("2026-10")
	evidence := *result.Evidence
	if len(evidence.Days) != 3 { // n1 under two operators, and n2
		t.Errorf("days %+v", evidence.Days)
	}
	evidence.Days = nil
	if !reflect.DeepEqual(evidence, rules.Evidence{}) {
		t.Errorf("got %+v, want nothing", evidence)
	}
}

func TestARejectedRowIsNoEvidence(t *testing.T) {
	f := master(t)
	f.lines("incidents", "incident_id,node_ids,severity,opened_at", "i-1,n2,P9,2026-10-05T09:00:00Z", "i-2,n2,P1,2026-10-05T09:00:00Z")
	f.lines("activities", "activity_id,partner_id,held_on,kind", "a-1,p-9,2026-10-05,event", "a-2,p-1,2026-10-05,event")
	in := f.input("2026-10")
	if result, err := Measure(context.Background(), in); err == nil || result.Evidence != nil {
		t.Fatalf("refused rows give %v and evidence %v", err, result.Evidence)
	}
	in.WorkDir, in.Waive = t.TempDir(), map[string]bool{"incidents": true, "activities": true}
	result, err := Measure(context.Background(), in)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "incidents", result.Evidence.Incidents, []rules.Incident{
		{ID: "i-2", Severity: "P1", NodeIDs: []string{"n2"}, Operators: []string{"op-1"}, OpenedAt: at("2026-10-05T09:00:00Z")},
	})
	same(t, "activities", result.Evidence.Activities, []rules.Activity{
		{ID: "a-2", PartnerID: "p-1", HeldOn: day("2026-10-05"), Kind: "event"},
	})
}
