package measure

import (
	"context"
	"reflect"
	"strings"
	"testing"

	"fleetpay/rules"
)

// of makes the files added last those of a source.
func (f *folder) of(from, files int) {
	for i := range files {
		f.files[len(f.files)-1-i].From = from
	}
}

// countsOf finds the row counts of a file.
func countsOf(t *testing.T, r *Result, name string) Counts {
	t.Helper()
	for _, c := range r.Counts {
		if c.Name == name {
			return c
		}
	}
	t.Fatalf("no counts of %s", name)
	return Counts{}
}

func TestRowsThatTwoSourcesHoldAlikeAreOneRow(t *testing.T) {
	f := master(t)
	f.add("incidents", "z.csv", "incident_id,node_ids,severity,opened_at,resolved_at,cause\n"+
		"i-1,n1;n2,P1,2026-10-05T09:00:00Z,2026-10-05T10:00:00Z,\n"+ // of a node that is active
		"i-2,n9,P1,2026-10-06T09:00:00Z,,\n"+ // of none
		"i-3,n2,P1,2026-11-06T09:00:00Z,,\n"+ // of another month
		"i-4,n2,P2,2026-10-07T09:00:00Z,,\n")
	f.of(1, 1)
	f.add("incidents", "a.jsonl", strings.Join([]string{
		`{"incident_id":"i-3","node_ids":"n2","severity":"P1","opened_at":"2026-11-06T09:00:00Z"}`,
		`{"incident_id":"i-2","node_ids":"n9","severity":"P1","opened_at":"2026-10-06T11:00:00+02:00"}`,
		`{"incident_id":"i-1","node_ids":"n2;n1","severity":"P1","opened_at":"2026-10-05T10:00:00.000+01:00","resolved_at":"2026-10-05T10:00:00Z"}`,
		`{"incident_id":"i-5","node_ids":"n2","severity":"P0","opened_at":"2026-10-08T09:00:00Z"}`}, "\n"))
	f.of(2, 1)
	f.add("reviews", "reviews.csv", "operator_id,quarter,score\nop-1,2026-Q4,0.50\n")
	f.add("reviews", "more.csv", "operator_id,quarter,score\nop-1,2026-Q4,0.5\nop-2,2026-Q4,1\n")
	f.of(2, 1)
	result := f.measure("2026-10")
	for name, want := range map[string]Counts{
		"z.csv":       {Dataset: "incidents", Name: "z.csv", Read: 4, Used: 2, Outside: 1, Unmatched: 1},
		"a.jsonl":     {Dataset: "incidents", Name: "a.jsonl", Read: 4, Used: 2, Outside: 1, Unmatched: 1}, // i-1 as in z.csv, i-5 by itself
		"reviews.csv": {Dataset: "reviews", Name: "reviews.csv", Read: 1, Used: 1},
		"more.csv":    {Dataset: "reviews", Name: "more.csv", Read: 2, Used: 2},
	} {
		if got := countsOf(t, result, name); got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
	}
	if got := operator(t, result.Facts, "op-1").Incidents.Count; got != 3 { // i-1, i-4, i-5
		t.Errorf("op-1 has %d incidents", got)
	}
	if len(result.Facts.Unmatched) != 1 || len(result.Rejects) != 0 {
		t.Errorf("unmatched %v, rejects %q", result.Facts.Unmatched, messages(result.Rejects))
	}
}

func TestRowsOfTwoSourcesThatDifferAreRejectedWithBothOrigins(t *testing.T) {
	long := strings.Repeat("a word like any other, ", 5)
	f := master(t)
	f.add("incidents", "b.csv", "incident_id,node_ids,severity,opened_at,resolved_at,cause\n"+
		"i-1,n1,P1,2026-10-05T09:00:00Z,,\n"+
		"i-2,n2,P1,2026-10-05T09:00:00Z,2026-10-05T10:00:00Z,"+`"`+long+`old"`+"\n")
	f.add("incidents", "a.csv", "incident_id,node_ids,severity,opened_at,resolved_at,cause\n"+
		"i-2,n2,P1,2026-10-05T09:00:00Z,2026-10-05T10:00:00Z,"+`"`+long+`new"`+"\n"+
		"i-1,n1;n2,P0,2026-10-05T09:00:00Z,2026-10-05T09:30:00+00:30,\n")
	f.of(2, 1)
	f.add("revenue", "revenue.csv", "revenue_id,region,booked_on,amount\nr-1,emea,2026-10-05,10.50\n")
	f.add("revenue", "c.csv", "revenue_id,region,booked_on,amount\nr-1,emea,2026-10-05,10.500001\n")
	f.of(3, 1)
	want := []string{
		`a.csv:2: cause: "i-2" stands at b.csv:3 of another source with other content: cause is "…ny other, old" there and "…ny other, new" here; make both say the same, or take the row out of one of them`,
		`a.csv:3: node_ids: "i-1" stands at b.csv:2 of another source with other content: node_ids is "n1" there and "n1;n2" here, severity is "P1" there and "P0" here, ` +
			`resolved_at is absent there and "2026-10-05T09:00:00Z" here; make both say the same, or take the row out of one of them`,
		`c.csv:2: amount: "r-1" stands at revenue.csv:2 of another source with other content: amount is "10.5" there and "10.500001" here; make both say the same, or take the row out of one of them`,
	}
	if got := f.rejects("2026-10"); !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestARepeatedRowIsNotBlamedForStandingBesideTheOther(t *testing.T) {
	f := newFolder(t)
	for i, name := range []string{"c", "b", "a"} { // three sources of the same
		f.add("operators", name+"/operators.csv", "operator_id,name,region,joined_on\nop-1,North,emea,2026-01-01\n")
		f.add("nodes", name+"/nodes.csv", "node_id,operator_id,active_from,last_active_day\nn1,op-1,2026-01-01,2026-10-09\nn1,op-1,2026-10-10,\n")
		f.add("partners", name+"/partners.csv", "partner_id,name,region,since\np-1,Quay,emea,2026-01-01\n")
		f.add("referrals", name+"/referrals.csv", "referral_id,partner_id,operator_id,referred_on\nr-1,p-1,op-1,2026-01-01\n")
		f.add("balances", name+"/balances.csv", "payee_kind,payee_id,amount\noperator,op-1,12.30\n")
		f.of(i+1, 5)
	}
	result := f.measure("2026-10")
	if len(result.Rejects) != 0 || len(result.Balances) != 1 || len(result.Facts.Operators) != 1 || result.Facts.Nodes[0].Days != 31 {
		t.Errorf("%q; balances %v, operators %v, nodes %v", messages(result.Rejects), result.Balances, result.Facts.Operators, result.Facts.Nodes)
	}
	for _, c := range result.Counts {
		if c.Read != c.Used || c.Read == 0 {
			t.Errorf("%+v: every row is used", c)
		}
	}
}

func TestARepeatOfARejectedRowIsRejectedWithIt(t *testing.T) {
	f := master(t)
	f.add("tasks", "a.csv", "task_id,operator_id,dispatched_at,status\nt-1,op-9,2026-10-05T09:00:00Z,failed\n")
	f.add("tasks", "b.csv", "task_id,operator_id,dispatched_at,status\nt-1,op-9,2026-10-05T09:00:00Z,failed\n")
	f.of(2, 1)
	f.add("tasks", "c.csv", "task_id,operator_id,dispatched_at,status\nt-1,op-1,2026-10-05T09:00:00Z,failed\nt-1,op-1,2026-10-05T09:00:00Z,failed\n")
	f.of(3, 1)
	want := []string{
		`a.csv:2: operator_id: "op-9" is no operator_id of operators; correct it, or add the row that it names`,
		`b.csv:2: task_id: "t-1" repeats a.csv:2 of another source, which is rejected; correct both`,
		`c.csv:2: operator_id: "t-1" stands at a.csv:2 of another source with other content: operator_id is "op-9" there and "op-1" here; make both say the same, or take the row out of one of them`,
		`c.csv:3: task_id: "t-1" stands at c.csv:2 already; task_id must be unique`,
	}
	if got := f.rejects("2026-10"); !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestARowThatIsBadByItselfLetsTheOtherSourceSpeak(t *testing.T) {
	f := master(t)
	f.add("tasks", "a.csv", "task_id,operator_id,dispatched_at,status\nt-1,op-1,soon,failed\n")
	f.add("tasks", "b.csv", "task_id,operator_id,dispatched_at,status\nt-1,op-1,2026-10-05T09:00:00Z,succeeded\n")
	f.of(2, 1)
	in := f.input("2026-10")
	in.Waive = map[string]bool{"tasks": true}
	result, err := Measure(context.Background(), in)
	if err != nil || len(result.Rejects) != 1 || operator(t, result.Facts, "op-1").Tasks.Succeeded != 1 {
		t.Errorf("got %v, %q", err, messages(result.Rejects))
	}
}

func TestANoteStandsAsOftenAsTheSourceThatHasItMostOften(t *testing.T) {
	f := master(t)
	const twice = "p-1,2026-10,goals,more\n"
	f.add("notes", "a.csv", "partner_id,period,section,text\n"+twice+"p-1,2026-10,goals,less\n")
	f.add("notes", "b.csv", "partner_id,period,section,text\n"+twice+twice+"p-1,2026-09,goals,old\n")
	f.of(2, 1)
	result := f.measure("2026-10")
	same(t, "notes", result.Evidence.Notes, []rules.Note{
		{PartnerID: "p-1", Section: "goals", Text: "more"}, {PartnerID: "p-1", Section: "goals", Text: "less"}, {PartnerID: "p-1", Section: "goals", Text: "more"},
	})
	if got, want := countsOf(t, result, "b.csv"), (Counts{Dataset: "notes", Name: "b.csv", Read: 3, Used: 2, Outside: 1}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestHeartbeatsOfSeveralSourcesAreOneMonitoring(t *testing.T) {
	f := master(t)
	f.heartbeatsAs("csv", "a", oneOutage())
	f.heartbeatsAs("parquet", "b", oneOutage())
	f.of(2, 1)
	result := f.measure("2026-10")
	n := result.Facts.Nodes[len(result.Facts.Nodes)-1]
	if n.Samples != 6 || n.Slots.Up != 2 || n.Slots.Down() != 1 {
		t.Errorf("got %+v, want the three slots of both and the samples of each", n)
	}
}
