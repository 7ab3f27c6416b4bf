package pipeline_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"fleetpay/outputs"
	"fleetpay/pipeline"
	"fleetpay/rules"
)

var april = rules.Period{Year: 2026, Month: time.April}

// TestFiguresAreHandedFromCloseToClose keeps what the close before showed, and
// refuses it when somebody changed it.
func TestFiguresAreHandedFromCloseToClose(t *testing.T) {
	dir := t.TempDir()
	copyTree(t, filepath.Join(goldenDir, "workspace"), dir)
	months := goldenChains[0].months
	before := closeGolden(t, dir, months[0])
	after := closeGolden(t, dir, months[1])
	shown := rules.Handed(figuresIn(t, filepath.Join(before, "figures.csv")), april.Next())
	if taken := figuresIn(t, filepath.Join(after, "inputs/previous/figures.csv")); len(taken) == 0 || !slices.Equal(taken, shown) {
		t.Errorf("took\n%v\nwant\n%v", taken, shown)
	}
	ofApril := func(f rules.Figure) bool {
		return f.Period == april && f.Kind == rules.OfTheFleet && f.Name == rules.FigureEarned
	}
	if !slices.ContainsFunc(figuresIn(t, filepath.Join(after, "figures.csv")), ofApril) {
		t.Error("the figures of May don't show what April earned")
	}
	if record := string(readAll(t, filepath.Join(after, "close.json"))); strings.Count(record, `"format": 4`) != 2 {
		t.Errorf("%s does not name its format and that of the close before", record)
	}
	if _, err := pipeline.Rerun(context.Background(), after, nil); err != nil {
		t.Error(err)
	}

	path := filepath.Join(after, "figures.csv")
	changed := bytes.Replace(readAll(t, path), []byte("earned"), []byte("gained"), 1)
	if err := os.WriteFile(path, changed, 0o666); err != nil {
		t.Fatal(err)
	}
	ws, err := pipeline.OpenWorkspace(dir)
	if err != nil {
		t.Fatal(err)
	}
	_, err = pipeline.Close(context.Background(), ws, april.Add(2), pipeline.CloseOptions{By: "Finance Desk", ClosedAt: time.Unix(1783065600, 0).UTC()})
	if pipeline.ExitStatus(err) != pipeline.ExitRefused || !strings.Contains(err.Error(), "2026-05/figures.csv: is not the file that SHA256SUMS lists") {
		t.Errorf("got %v", err)
	}
}

// figuresIn reads a figures.csv.
func figuresIn(t *testing.T, path string) []rules.Figure {
	t.Helper()
	_, figures, err := outputs.ReadFigures(bytes.NewReader(readAll(t, path)))
	if err != nil {
		t.Fatal(err)
	}
	return figures
}
