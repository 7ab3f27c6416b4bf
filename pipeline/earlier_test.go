package pipeline_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fleetpay/outputs"
	"fleetpay/pipeline"
)

// earlierCloses are folders that earlier versions of fleetpay closed. They are
// never written anew.
var earlierCloses = []string{
	filepath.Join(goldenDir, "closes", "v0.1.0", "2026-09"), // the first format: no figures.csv, no reports
	filepath.Join(goldenDir, "closes", "v0.2.0", "2026-09"), // the second one: no returns
	filepath.Join(goldenDir, "closes", "v0.2.0", "2026-07"), // the same, after other closes
	filepath.Join(goldenDir, "closes", "v0.3.0", "2026-09"), // the third one: nothing pulled from servers
	filepath.Join(goldenDir, "closes", "v0.3.0", "2026-07"), // the same, after other closes
}

// TestClosesOfEarlierVersionsAreRecomputed finds the same bytes in every file of
// an earlier version's close but PDF and workbook.
func TestClosesOfEarlierVersionsAreRecomputed(t *testing.T) {
	for _, folder := range earlierCloses {
		t.Run(filepath.Base(filepath.Dir(folder))+"/"+filepath.Base(folder), func(t *testing.T) {
			report, err := pipeline.Rerun(context.Background(), folder, nil)
			if err != nil {
				t.Fatal(err)
			}
			files := listTree(t, folder)
			if report.Files != len(files) {
				t.Errorf("compared %d files, want %d", report.Files, len(files))
			}
			version := strings.TrimPrefix(filepath.Base(filepath.Dir(folder)), "v")
			if of := report.RenderedBy; of != version && (of != "" || len(report.Rendered) > 0) {
				t.Errorf("%q rendered by %q, want by %q", report.Rendered, report.RenderedBy, version)
			}
			for _, file := range report.Rendered {
				if ext := filepath.Ext(file); ext != ".pdf" && ext != ".xlsx" {
					t.Errorf("%s is not compared by its bytes", file)
				}
			}
		})
	}
}

// TestACloseFollowsOneOfAnEarlierFormat closes the month after an earlier
// version's close: what that did not hand on begins anew, and a rerun needs none
// of it.
func TestACloseFollowsOneOfAnEarlierFormat(t *testing.T) {
	for _, c := range []struct {
		before  string
		format  int // as its record names it
		figures bool
	}{{earlierCloses[0], 0, false}, {earlierCloses[1], int(outputs.FormatFigures), true}, {earlierCloses[3], int(outputs.FormatReturns), true}} {
		t.Run(filepath.Base(filepath.Dir(c.before)), func(t *testing.T) {
			dir := t.TempDir()
			copyTree(t, filepath.Join(goldenDir, "workspace"), dir)
			copyTree(t, c.before, filepath.Join(dir, "closes", "2026-09"))
			octoberExports(t, dir)
			october := closeGolden(t, dir, goldenMonth{period: "2026-10", closedAt: "2026-11-03T09:00:00Z", by: "Finance Desk"})
			for file, wanted := range map[string]bool{
				outputs.FiguresPath: true, "inputs/previous/figures.csv": c.figures, "inputs/previous/payees.csv": true,
				"inputs/previous/returns.csv": c.format >= int(outputs.FormatReturns), "inputs/previous/payments.csv": true,
			} {
				if _, err := os.Stat(filepath.Join(october, file)); (err == nil) != wanted {
					t.Errorf("%s is there: %t, want %t", file, err == nil, wanted)
				}
			}
			var record struct {
				Format   int                   `json:"format"`
				Absent   []string              `json:"absent"`
				Previous *struct{ Format int } `json:"previous"`
			}
			if err := json.Unmarshal(readAll(t, filepath.Join(october, "close.json")), &record); err != nil {
				t.Fatal(err)
			}
			if record.Format != int(outputs.CurrentFormat) || record.Previous.Format != c.format || !slices.Contains(record.Absent, "returns") {
				t.Errorf("recorded %+v, after one of format %d", record, record.Previous.Format)
			}
			if _, err := pipeline.Rerun(context.Background(), october, nil); err != nil {
				t.Error(err)
			}
		})
	}
}

// octoberExports gives a workspace the exports of October that have no sample
// and change nothing.
func octoberExports(t *testing.T, dir string) {
	t.Helper()
	for name, from := range map[string]string{
		"operators-2026-10.csv": "operators-2026-09.csv", "partners-2026-10.csv": "partners-2026-09.csv",
		"confirmations-2026-10.csv": "confirmations-2026-09.csv", "heartbeats-2026-10.csv.gz": "heartbeats-2026-09.csv.gz",
		"adjustments-2026-10.csv": "adjustments-2026-09.csv", "tasks-2026-10.csv": "tasks-2026-09.csv",
	} {
		data := readAll(t, filepath.Join(dir, "data", from))
		if err := os.WriteFile(filepath.Join(dir, "data", name), data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// TestAFolderOfALaterFormatIsRefused sends its reader to the version that made it.
func TestAFolderOfALaterFormatIsRefused(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "later")
	copyTree(t, earlierCloses[0], folder)
	path := filepath.Join(folder, "close.json")
	text := strings.Replace(string(readAll(t, path)), "{", `{"format": 7,`, 1)
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	_, err := pipeline.Rerun(context.Background(), folder, nil)
	want := "format 7 is of a later version of fleetpay than " + pipeline.Version + "; use that version"
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %s", err, want)
	}
}
