package measure

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"
)

// master is a small fleet that passes every check.
func master(t *testing.T) *folder {
	f := newFolder(t)
	f.lines("operators",
		"operator_id,name,region,joined_on,last_active_day",
		"op-1,North,emea,2026-01-01,",
		"op-2,South,apac,2026-02-01,2026-10-20")
	f.lines("nodes",
		"node_id,operator_id,active_from,last_active_day",
		"n1,op-1,2026-01-01,2026-10-09",
		"n1,op-2,2026-10-10,2026-10-19",
		"n2,op-1,2026-01-01,")
	f.lines("partners",
		"partner_id,name,region,since,operator_id",
		"p-1,Harbour,emea,2026-01-01,op-1")
	return f
}

func TestChecksAcrossRowsSayWhichRowIsWrongAndWhatToDo(t *testing.T) {
	for _, c := range []struct {
		name    string
		dataset string
		lines   string
		want    []string
	}{
		{"a key stands twice", "tasks", `
task_id,operator_id,dispatched_at,status
t-1,op-1,2026-10-05T09:00:00Z,failed
t-2,op-1,2026-10-05T09:00:00Z,failed
t-1,op-2,2026-10-06T09:00:00Z,succeeded
t-1,op-2,2026-10-07T09:00:00Z,succeeded`, []string{
			`tasks.csv:4: task_id: "t-1" stands at tasks.csv:2 already; task_id must be unique`,
			`tasks.csv:5: task_id: "t-1" stands at tasks.csv:2 already; task_id must be unique`}},
		{"a key of two columns stands twice", "tiers", `
operator_id,tier,from_on
op-1,1,2026-01-01
op-1,2,2026-01-01
op-1,2,2026-02-01`, []string{
			`tiers.csv:3: operator_id: "op-1, 2026-01-01" stands at tiers.csv:2 already; operator_id and from_on must be unique together`}},
		{"a tier of nobody", "tiers", "\noperator_id,tier,from_on\nop-9,1,2026-01-01", []string{
			`tiers.csv:2: operator_id: "op-9" is no operator_id of operators; correct it, or add the row that it names`}},
		{"two partners refer one operator", "referrals", `
referral_id,partner_id,operator_id,referred_on
r-1,p-1,op-1,2026-01-01
r-2,p-1,op-1,2026-02-01`, []string{
			`referrals.csv:3: operator_id: "op-1" is referred at referrals.csv:2 already; an operator has one referral`}},
		{"a lead's source is of its kind", "leads", `
lead_id,source_kind,source_id,channel,created_on
l-1,partner,op-1,web,2026-10-01
l-2,operator,op-1,web,2026-10-01
l-3,operator,p-1,web,2026-10-01
l-4,direct,,web,2026-10-01`, []string{
			`leads.csv:2: source_id: "op-1" is no partner_id of partners; correct it, or add the row that it names`,
			`leads.csv:4: source_id: "p-1" is no operator_id of operators; correct it, or add the row that it names`}},
		{"a balance of a payee that is gone", "balances", "\npayee_kind,payee_id,amount\npartner,p-9,12.30", []string{
			`balances.csv:2: payee_id: "p-9" is no partner_id of partners; correct it, or add the row that it names`}},
		{"maintenance of nothing; a region without operators is none to name", "maintenance", `
window_id,scope,starts_at,ends_at
w-1,region:emea,2026-10-05T09:00:00Z,2026-10-05T10:00:00Z
w-2,region:mars,2026-10-05T09:00:00Z,2026-10-05T10:00:00Z
w-3,operator:op-9,2026-10-05T09:00:00Z,2026-10-05T10:00:00Z
w-4,node:n9,2026-10-05T09:00:00Z,2026-10-05T10:00:00Z
w-5,fleet,2026-10-05T09:00:00Z,2026-10-05T10:00:00Z`, []string{
			`maintenance.csv:4: scope: "operator:op-9" names no operator_id of operators; correct it, or add the row that it names`,
			`maintenance.csv:5: scope: "node:n9" names no node_id of nodes; correct it, or add the row that it names`}},
		{"both ends of a mentorship", "mentorships", "\nmentorship_id,mentor_id,mentee_id,starts_on\nm-1,op-8,op-9,2026-01-01", []string{
			`mentorships.csv:2: mentor_id: "op-8" is no operator_id of operators; correct it, or add the row that it names`,
			`mentorships.csv:2: mentee_id: "op-9" is no operator_id of operators; correct it, or add the row that it names`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := master(t)
			f.add(c.dataset, c.dataset+".csv", strings.TrimPrefix(c.lines, "\n")+"\n")
			if got := f.rejects("2026-10"); !reflect.DeepEqual(got, c.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
		})
	}
}

func TestRowsOfOneNodeMustNotOverlapAcrossOperatorsEither(t *testing.T) {
	f := newFolder(t)
	f.lines("operators", "operator_id,name,region,joined_on", "op-1,N,emea,2026-01-01", "op-2,S,emea,2026-01-01")
	f.add("nodes", "a.csv", "node_id,operator_id,active_from,last_active_day\nn1,op-1,2026-01-01,2026-10-10\nn2,op-1,2026-01-01,2026-10-09\n")
	f.add("nodes", "b.csv", "node_id,operator_id,active_from,last_active_day\nn1,op-2,2026-10-10,\nn2,op-2,2026-10-10,\nn2,op-1,2027-01-01,\n")
	want := []string{
		`b.csv:2: active_from: "2026-10-10" is within the row of n1 at a.csv:2; rows of one node must not overlap, so end that one before this day`,
		`b.csv:4: active_from: "2027-01-01" is within the row of n2 at b.csv:3; rows of one node must not overlap, so end that one before this day`,
	}
	if got := f.rejects("2026-10"); !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestBadRowsRefuseThePeriodUnlessTheirDatasetIsWaived(t *testing.T) {
	f := master(t)
	f.lines("tasks", "task_id,operator_id,dispatched_at,status",
		"t-1,op-1,2026-10-05T09:00:00Z,failed",
		"t-1,op-1,2026-10-05T09:00:00Z,succeeded", // the key again
		"t-2,op-1,soon,failed",
		"t-3,op-1,2026-10-05T09:00:00Z,succeeded")
	f.lines("heartbeats", "node_id,sampled_at,up",
		"n2,2026-10-05T09:00:00Z,1",
		"n2,2026-10-05T09:01:00,1")
	in := f.input("2026-10")
	result, err := Measure(context.Background(), in)
	var refused *RejectedError
	if !errors.As(err, &refused) || err.Error() != "3 bad rows in heartbeats and tasks; correct the files" {
		t.Fatalf("got %v", err)
	}
	if result.Facts != nil || len(result.Rejects) != 3 {
		t.Errorf("facts %v, rejects %q", result.Facts, messages(result.Rejects))
	}

	in.WorkDir = t.TempDir()
	in.Waive = map[string]bool{"tasks": true, "heartbeats": true}
	result, err = Measure(context.Background(), in)
	if err != nil {
		t.Fatal(err)
	}
	if got := result.Facts.Operators[0].Tasks; got.Succeeded != 1 || got.Failed != 1 {
		t.Errorf("tasks %+v: the rows t-1 (the first) and t-3 are good", got)
	}
	want := []Counts{
		{Dataset: "operators", Name: "operators.csv", Read: 2, Used: 2},
		{Dataset: "nodes", Name: "nodes.csv", Read: 3, Used: 3},
		{Dataset: "heartbeats", Name: "heartbeats.csv", Read: 2, Used: 1, Rejected: 1},
		{Dataset: "tasks", Name: "tasks.csv", Read: 4, Used: 2, Rejected: 2},
		{Dataset: "partners", Name: "partners.csv", Read: 1, Used: 1},
	}
	if !reflect.DeepEqual(result.Counts, want) {
		t.Errorf("counts\n got %+v\nwant %+v", result.Counts, want)
	}
}

func TestMasterDataCannotBeWaived(t *testing.T) {
	f := master(t)
	f.lines("tiers", "operator_id,tier,from_on", "op-9,1,2026-01-01")
	in := f.input("2026-10")
	in.Waive = map[string]bool{"tiers": true}
	_, err := Measure(context.Background(), in)
	if err == nil || err.Error() != "1 bad row in tiers; correct the files" {
		t.Errorf("got %v", err)
	}
}

func TestFilesThatAreWrongAsAWholeAreReportedTogether(t *testing.T) {
	f := master(t)
	f.lines("tiers", "operator_id,tier", "op-1,1")
	f.lines("tasks", "task_id,operator_id,dispatched_at,status", "t-1,op-1,soon,failed")
	f.lines("heartbeats", "node,sampled_at,up", "n2,2026-10-05T09:00:00Z,1")
	result, err := Measure(context.Background(), f.input("2026-10"))
	var broken *FilesError
	if !errors.As(err, &broken) || len(broken.Files) != 2 {
		t.Fatalf("got %v, want what is wrong with tiers.csv and heartbeats.csv", err)
	}
	if got := messages(result.Rejects); len(got) != 1 || !strings.HasPrefix(got[0], "tasks.csv:2: dispatched_at: ") {
		t.Errorf("rejects of the other files: %q", got)
	}
}

func TestAnIntervalMustDivideADay(t *testing.T) {
	f := master(t)
	in := f.input("2026-10")
	in.Interval = 7 * time.Second
	_, err := Measure(context.Background(), in)
	if err == nil || err.Error() != "heartbeat interval 7s does not divide a day; give whole seconds such as 60s" {
		t.Errorf("got %v", err)
	}
}
