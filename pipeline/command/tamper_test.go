package command

import (
	"bytes"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"fleetpay/pipeline"
)

// Whatever byte of a closed folder is changed, a rerun finds the file.
func TestAChangedByteInAnyFileIsFound(t *testing.T) {
	t.Parallel()
	ws := newWorkspace(t)
	mustRun(t, ws, "close", "2026-07", "--by", "R. Finance")
	mustRun(t, ws, "close", "2026-08", "--by", "R. Finance")
	folder := filepath.Join(ws, "closes/2026-08")
	tree := readTree(t, folder)
	for _, file := range slices.Sorted(maps.Keys(tree)) {
		t.Run(file, func(t *testing.T) {
			path := filepath.Join(folder, file)
			original := []byte(tree[file])
			changed := bytes.Clone(original)
			changed[len(changed)/2] ^= 1
			if err := os.WriteFile(path, changed, 0o666); err != nil {
				t.Fatal(err)
			}
			defer func() {
				if err := os.WriteFile(path, original, 0o666); err != nil {
					t.Fatal(err)
				}
			}()
			report, err := pipeline.Rerun(t.Context(), folder, nil)
			var differs *pipeline.DiffersError
			if !errors.As(err, &differs) {
				t.Fatalf("got %v", err)
			}
			named := func(d pipeline.Difference) bool { return d.File == file || file == "SHA256SUMS" }
			if !slices.ContainsFunc(report.Differences, named) {
				t.Errorf("named are %v", report.Differences)
			}
		})
	}
}
