package promtest

import (
	"reflect"
	"testing"
	"time"
)

func TestAFleetIsWhatItsPlanSays(t *testing.T) {
	begins := time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC)
	ends := begins.AddDate(0, 1, 0)
	plan := Plan{Begins: begins, Ends: ends, Nodes: 3, Every: time.Minute, Replicas: 2, Seed: 5}
	fleet := NewFleet(plan)
	if !reflect.DeepEqual(fleet, NewFleet(plan)) {
		t.Error("the same plan gives another fleet")
	}
	if len(fleet.Series) != 3*2 {
		t.Errorf("%d series", len(fleet.Series))
	}
	rows := fleet.Rows(begins, ends)
	var downs, repeats, gaps int
	at := map[int64]bool{} // of any node
	for i, r := range rows {
		if r.At < begins.UnixMilli() || r.At >= ends.UnixMilli() {
			t.Fatalf("a row at %d", r.At)
		}
		if !r.Up {
			downs++
		}
		at[r.At/60_000] = true
		if i == 0 || rows[i-1].Node != r.Node {
			continue
		}
		switch since := r.At - rows[i-1].At; {
		case since == 0:
			repeats++
		case since < 0:
			t.Fatal("rows are not in order")
		case since > 10*60_000:
			gaps++
		}
	}
	if downs == 0 || repeats == 0 || gaps == 0 {
		t.Errorf("%d rows down, %d repeats, %d gaps", downs, repeats, gaps)
	}
	// The restart: minutes in which no node was seen, a third into the plan's time.
	restart := begins.Add(-time.Hour+(ends.Sub(begins)+2*time.Hour)/3).UnixMilli() / 60_000
	for minute := restart + 1; minute < restart+10; minute++ {
		if at[minute] {
			t.Errorf("a sample %d minutes into the restart", minute-restart)
		}
	}
	first := fleet.Series[0].Samples
	if first[0].At != begins.Add(-time.Hour).UnixMilli() || first[len(first)-1].At < ends.UnixMilli() {
		t.Error("samples do not reach beyond the period")
	}
}
