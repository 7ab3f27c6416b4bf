package pipeline_test

import (
	"context"
	"encoding/csv"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"fleetpay/pipeline"
	"fleetpay/rules"
)

// outagesDir is a workspace over a month of real outages with the cents that an
// independent computation expects. It is kept beside the project, not in it.
const outagesDir = "../../shared/real"

// TestRealOutagesGiveTheExpectedCents closes that month and compares every line
// that pays or takes something, then recomputes the folder.
func TestRealOutagesGiveTheExpectedCents(t *testing.T) {
	if _, err := os.Stat(outagesDir); errors.Is(err, fs.ErrNotExist) {
		t.Skipf("skipped: %s is not there; it is a workspace with its expected lines, kept beside the project", outagesDir)
	}
	dir := t.TempDir()
	copyTree(t, outagesDir, dir)
	ws, err := pipeline.OpenWorkspace(dir)
	if err != nil {
		t.Fatal(err)
	}
	period := rules.Period{Year: 2026, Month: time.August}
	outcome, err := pipeline.Close(context.Background(), ws, period, pipeline.CloseOptions{
		By: "Finance Desk", ClosedAt: time.Date(2026, time.September, 4, 0, 0, 0, 0, time.UTC),
	})
	if err != nil {
		t.Fatal(err)
	}
	columns := []string{"payee_kind", "payee_id", "rule", "subject", "amount"}
	want := readColumns(t, filepath.Join(dir, "expected-lines.csv"), columns)
	got := readColumns(t, filepath.Join(outcome.Folder, "lines.csv"), columns)
	for line := range got {
		if line[4] == "0.00" {
			delete(got, line)
		}
	}
	if len(want) == 0 || !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%v\nwant\n%v", got, want)
	}
	if _, err := pipeline.Rerun(context.Background(), outcome.Folder, nil); err != nil {
		t.Error(err)
	}
}

// readColumns reads five columns of a CSV file by their names, and how often
// each row of them occurs.
func readColumns(t *testing.T, path string, columns []string) map[[5]string]int {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil || len(rows) == 0 {
		t.Fatalf("%s: %d rows, %v", path, len(rows), err)
	}
	found := map[[5]string]int{}
	for _, row := range rows[1:] {
		var line [5]string
		for i, name := range rows[0] {
			for j, column := range columns {
				if name == column {
					line[j] = row[i]
				}
			}
		}
		found[line]++
	}
	return found
}
