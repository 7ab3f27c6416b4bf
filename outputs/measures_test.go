package outputs

import (
	"bytes"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"fleetpay/rules"
)

func TestMeasuresOfAnOperatorAreOneRowEach(t *testing.T) {
	got := written(t, func(b *bytes.Buffer) error { return WriteMeasures(b, smallMonth()) })
	var alpha []string
	for line := range strings.Lines(got) {
		if strings.HasPrefix(line, "2026-10,operator,alpha,") {
			alpha = append(alpha, strings.TrimSpace(strings.TrimPrefix(line, "2026-10,operator,alpha,")))
		}
	}
	want := []string{
		"region,emea,", "joined_on,2026-04-03,", "certified_on,2026-03-30,",
		"tier,2,",              // tier 2 since the 11th
		"operator_days,2,days", // the 1st and the 2nd
		"node_days,5,days",     // 2 + 3
		"slots_expected,7200,slots", "slots_up,7163,slots",
		"slots_down,7,slots", // 7200 - 7163 - 30
		"slots_missing,30,slots", "slots_maintenance,60,slots",
		"uptime,99.48611,%", // 7163 / 7200 = 0.994861111…, cut
		"incidents,2,incidents", "incidents_unanswered,1,incidents", "incidents_first_unanswered,inc-7,",
		"incidents_response_sum,61000001,µs", "incidents_response_max,61000001,µs", "incidents_slowest,inc-3,",
		"incidents_resolved,1,incidents", "incidents_resolve_sum,3600000000,µs",
		"critical_incidents,0,incidents", "critical_incidents_unanswered,0,incidents",
		"critical_incidents_response_sum,0,µs", "critical_incidents_response_max,0,µs",
		"critical_incidents_resolved,0,incidents", "critical_incidents_resolve_sum,0,µs",
		"tasks_succeeded,41,tasks", "tasks_failed,1,tasks", "tasks_expired,1,tasks", "tasks_cancelled,5,tasks",
		"task_completion,95.34883,%", // 41 / (41 + 1 + 1) = 0.953488372…, cut
		"leads_qualified,1,leads", "leads_converted,0,leads", "mentorships,0,mentorships", "review_score,0.83,",
		// no training hours: the dataset is absent
	}
	if !reflect.DeepEqual(alpha, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(alpha, "\n"), strings.Join(want, "\n"))
	}
}

func TestMeasuresAreOrderedByKindAndID(t *testing.T) {
	var subjects []string
	for _, x := range Measures(smallMonth()) {
		if s := x.Kind + " " + x.ID; len(subjects) == 0 || subjects[len(subjects)-1] != s {
			subjects = append(subjects, s)
		}
	}
	want := []string{
		"fleet fleet", "region apac", "region emea",
		"operator alpha", "operator bravo", "operator charlie",
		"node n-1@alpha", "node n-2@alpha", "node n-2@bravo", // handed over
		"partner pine",
		"payee operator:alpha", "payee operator:charlie", "payee partner:pine",
	}
	if !reflect.DeepEqual(subjects, want) {
		t.Errorf("got %q\nwant %q", subjects, want)
	}
}

func TestTheNextCloseReadsWhatThisOneKnew(t *testing.T) {
	m := smallMonth()
	period, rows, err := ReadMeasures(strings.NewReader(written(t, func(b *bytes.Buffer) error { return WriteMeasures(b, m) })))
	if err != nil || period != m.Period {
		t.Fatal(period, err)
	}
	if !reflect.DeepEqual(rows, Measures(m)) {
		t.Errorf("got %v", rows)
	}
	known, err := KnownOperators(rows)
	want := []KnownOperator{
		{ID: "alpha", Slots: rules.Slots{Expected: 7200, Up: 7163, Missing: 30, Maintenance: 60}},
		{ID: "bravo"},
		{ID: "charlie", LastActiveDay: day("2026-10-12")},
	}
	if err != nil || !reflect.DeepEqual(known, want) {
		t.Errorf("got %+v, %v", known, err)
	}
	accounts, err := AcceptedAccounts(rows)
	if err != nil || !reflect.DeepEqual(accounts, map[PayeeKey]rules.Account{
		{rules.OperatorPayee, "alpha"}:   {Chain: "base", Wallet: walletA},
		{rules.OperatorPayee, "charlie"}: {Chain: "optimism", Wallet: walletC},
		{rules.PartnerPayee, "pine"}:     {Chain: "polygon", Wallet: walletB},
	}) {
		t.Errorf("got %+v, %v", accounts, err)
	}
}

func TestSlotsSurviveTheFileExactly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		slots := rapid.Custom(func(t *rapid.T) rules.Slots {
			n := rapid.Int64Range(0, 1<<62)
			return rules.Slots{Expected: n.Draw(t, "expected"), Up: n.Draw(t, "up"), Missing: n.Draw(t, "missing"), Maintenance: n.Draw(t, "maintenance")}
		}).Draw(t, "slots")
		m := smallMonth()
		m.Facts.Operators = []rules.Operator{{ID: "a", Slots: slots}, {ID: "b", LastActiveDay: day("2026-10-31")}}
		var b bytes.Buffer
		if err := WriteMeasures(&b, m); err != nil {
			t.Fatal(err)
		}
		_, rows, err := ReadMeasures(&b)
		if err != nil {
			t.Fatal(err)
		}
		known, err := KnownOperators(rows)
		if err != nil || known[0].Slots != slots || known[1].LastActiveDay != day("2026-10-31") {
			t.Fatalf("%+v came back as %+v, %v", slots, known, err)
		}
	})
}
