package measure

import (
	"context"
	"strings"
	"testing"

	"fleetpay/rules"
)

func TestTheStageIsTheLatestOnTheLastDay(t *testing.T) {
	f := master(t)
	f.lines("stages", "operator_id,stage,from_on,name",
		"op-1,certified,2026-11-01,", // not yet
		"op-1,probation,2026-09-01,",
		"op-1,training,2026-08-01,",
		"zoe,applied,2026-09-30,Zoe's Nodes", // no operator yet
		"zoe,training,2026-10-31,",           // still of that name
		"amy,applied,2026-11-01,")            // nobody in this month
	result := f.measure("2026-10")
	same(t, "stages", result.Facts.Stages, []rules.Stage{
		{OperatorID: "op-1", Name: "North", Stage: "probation", Since: day("2026-09-01")}, // as operators name it
		{OperatorID: "zoe", Name: "Zoe's Nodes", Stage: "training", Since: day("2026-10-31")},
	})
	if got, want := countsOf(t, result, "stages.csv"), (Counts{Dataset: "stages", Name: "stages.csv", Read: 6, Used: 4, Outside: 2}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestNobodyIsInTwoStagesFromADayOn(t *testing.T) {
	f := master(t)
	f.lines("stages", "operator_id,stage,from_on", "zoe,applied,2026-09-30", "zoe,training,2026-09-30", "amy,hired,2026-09-30")
	got := strings.Join(f.rejects("2026-10"), "\n")
	want := `stages.csv:3: operator_id: "zoe, 2026-09-30" stands at stages.csv:2 already; operator_id and from_on must be unique together
stages.csv:4: stage: "hired" is not allowed; write applied, training, probation or certified`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// What the exception on a gap tells finance to do, done.
func TestAFleetWindowOverAGapLeavesItOut(t *testing.T) {
	f := master(t)
	f.lines("heartbeats", "node_id,sampled_at,up", "n1,2026-10-05T09:00:30Z,1", "n2,2026-10-05T11:00:30Z,1") // and nothing else
	before := f.measure("2026-10").Facts
	gap := before.Gaps[1] // between the two
	if gap != (rules.Gap{From: "2026-10-05T09:01:00Z", To: "2026-10-05T11:00:00Z", Seconds: 119 * 60}) {
		t.Fatalf("got %+v", before.Gaps)
	}
	f.lines("maintenance", "window_id,scope,starts_at,ends_at,reason", "gap-1,fleet,"+gap.From+","+gap.To+",the monitoring was moved")
	result, err := Measure(context.Background(), f.input("2026-10"))
	if err != nil {
		t.Fatal(err)
	}
	after := result.Facts
	if len(after.Gaps) != 2 || len(after.Gaps) != len(before.Gaps)-1 {
		t.Errorf("gaps %+v, before %+v", after.Gaps, before.Gaps)
	}
	for i, n := range after.Nodes { // n1 of op-1 and n2 were active on that day
		lost := int64(0)
		if i != 1 {
			lost = 119
		}
		if b := before.Nodes[i].Slots; n.Slots != (rules.Slots{Expected: b.Expected - lost, Up: b.Up, Missing: b.Missing - lost, Maintenance: lost}) {
			t.Errorf("%s under %s: %+v, before %+v", n.ID, n.OperatorID, n.Slots, b)
		}
	}
}
