package pipeline_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fleetpay/pipeline"
	"fleetpay/rules"
)

// A return that two sources name alike gives the sum back once; one that they tell
// differently is refused, with both places.
func TestAReturnThatTwoSourcesNameIsOneReturn(t *testing.T) {
	dir := t.TempDir()
	copyTree(t, "../testdata/script/workspace", dir)
	config := filepath.Join(dir, "fleetpay.yaml")
	writeText(t, config, strings.Replace(string(readAll(t, config)), "heartbeat_interval",
		"  returns: [{file: returns.csv}, {file: desk/returns.csv}]\nheartbeat_interval", 1))
	if err := os.Mkdir(filepath.Join(dir, "desk"), 0o777); err != nil {
		t.Fatal(err)
	}
	const head = "return_id,payment_id,period,reason,approved_by\n"
	for _, name := range []string{"returns.csv", "desk/returns.csv"} {
		writeText(t, filepath.Join(dir, name), head)
	}
	july := closeGolden(t, dir, goldenMonth{period: "2026-07", closedAt: "2026-08-03T09:00:00Z", by: "Finance Desk"})
	row := "ret-1," + columnOf(t, filepath.Join(july, "payouts.csv"), "alder", "payment_id") + ",2026-08,keys lost,R. Finance\n"
	writeText(t, filepath.Join(dir, "returns.csv"), head+row)

	writeText(t, filepath.Join(dir, "desk", "returns.csv"), head+strings.Replace(row, "keys lost", "keys stolen", 1))
	ws, err := pipeline.OpenWorkspace(dir)
	if err != nil {
		t.Fatal(err)
	}
	august := rules.Period{Year: 2026, Month: time.August}
	_, err = pipeline.Close(context.Background(), ws, august, pipeline.CloseOptions{By: "Finance Desk", ClosedAt: time.Date(2026, 9, 3, 9, 0, 0, 0, time.UTC)})
	if pipeline.ExitStatus(err) != pipeline.ExitRefused || !strings.Contains(err.Error(), "returns.csv:2") || !strings.Contains(err.Error(), "desk/returns.csv:2") {
		t.Errorf("of two that differ: got %v", err)
	}

	writeText(t, filepath.Join(dir, "desk", "returns.csv"), head+row)
	checked, err := pipeline.Check(context.Background(), ws, august, pipeline.CheckOptions{Now: time.Date(2026, 9, 3, 9, 0, 0, 0, time.UTC)})
	if err != nil || len(checked.Problems) > 0 {
		t.Errorf("the check says %+v, %v", checked, err)
	}
	folder := closeGolden(t, dir, goldenMonth{period: "2026-08", closedAt: "2026-09-03T09:00:00Z", by: "Finance Desk"})
	if got := columnOf(t, filepath.Join(folder, "payouts.csv"), "alder", "earned"); got != "1400.00" { // 700.00 of August and of July each
		t.Errorf("earned is %s", got)
	}
	if _, err := pipeline.Rerun(context.Background(), folder, nil); err != nil {
		t.Error(err)
	}
}
