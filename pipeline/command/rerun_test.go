package command

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fleetpay/pipeline"
)

func TestARerunIsTheSameAnywhere(t *testing.T) {
	ws := newWorkspace(t)
	mustRun(t, ws, "close", "2026-07", "--by", "R. Finance")
	elsewhere := filepath.Join(t.TempDir(), "a place with spaces", "é")
	if err := os.MkdirAll(elsewhere, 0o777); err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(elsewhere, "july")
	if err := os.CopyFS(folder, os.DirFS(filepath.Join(ws, "closes/2026-07"))); err != nil {
		t.Fatal(err)
	}
	readOnly(t, folder)
	if err := os.RemoveAll(ws); err != nil {
		t.Fatal(err)
	}
	for _, env := range [][]string{
		{"TZ=Asia/Kathmandu", "LANG=tr_TR.UTF-8", "LC_ALL=tr_TR.UTF-8", "GOMAXPROCS=1"},
		{"TZ=America/St_Johns", "LANG=C", "GOMAXPROCS=7", "HOME=/nonexistent", "USER=nobody"},
	} {
		cmd := fleetpay(t.Context(), elsewhere, "rerun", "july")
		cmd.Env = append(cmd.Env, env...)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%v: %v\n%s", env, err, out)
		}
	}
}

// readOnly takes away the right to write in a folder for the time of the test.
func readOnly(t *testing.T, dir string) {
	t.Helper()
	set := func(folder, file fs.FileMode) {
		_ = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err == nil && d.IsDir() {
				return os.Chmod(path, folder)
			}
			return os.Chmod(path, file)
		})
	}
	set(0o555, 0o444)
	t.Cleanup(func() { set(0o777, 0o666) })
}

// A forger edits an input by one cent and makes every hash fit: in the run
// record and in SHA256SUMS. The rerun still names payee, line and both amounts.
func TestAChangedCentInAnInputIsNamedWhenEveryHashFits(t *testing.T) {
	ws := newWorkspace(t)
	edit(t, filepath.Join(ws, "fleetpay.yaml"), "heartbeat_interval", "  adjustments: {file: data/adjustments.csv}\nheartbeat_interval")
	adjustments := "adjustment_id,payee_kind,payee_id,period,amount,reason,approved_by\nadj-1,operator,alder,2026-07,12.34,a cable,R. Finance\n"
	if err := os.WriteFile(filepath.Join(ws, "data/adjustments.csv"), []byte(adjustments), 0o666); err != nil {
		t.Fatal(err)
	}
	mustRun(t, ws, "close", "2026-07", "--by", "R. Finance")
	folder := filepath.Join(ws, "closes/2026-07")
	input := filepath.Join(folder, "inputs/adjustments/adjustments.csv")
	before := sha256Of(t, input)
	edit(t, input, "12.34", "12.35")
	after := sha256Of(t, input)
	edit(t, filepath.Join(folder, "close.json"), before, after)
	rewriteSums(t, folder)

	cmd := fleetpay(t.Context(), ws, "rerun", "closes/2026-07")
	out, _ := cmd.CombinedOutput()
	if got := cmd.ProcessState.ExitCode(); got != 4 {
		t.Errorf("ended with %d, want 4", got)
	}
	want := `first: operator alder, line 4 (adjustment adj-1): amount was 12.34, is 12.35`
	if !strings.Contains(string(out), want) {
		t.Errorf("said\n%s\nwithout %q", out, want)
	}
}

// A later version of the program may render PDF and workbook in another way. It
// says so, and finds no difference in all that money rests on.
func TestAnotherVersionsRenderingsAreReportedAndNoDifference(t *testing.T) {
	ws := newWorkspace(t)
	mustRun(t, ws, "close", "2026-07", "--by", "R. Finance")
	folder := filepath.Join(ws, "closes/2026-07")
	edit(t, filepath.Join(folder, "close.json"), `"program_version": "`+pipeline.Version+`"`, `"program_version": "0.0.9"`)
	rewriteSums(t, folder)
	out := mustRun(t, ws, "rerun", "closes/2026-07")
	for _, want := range []string{"not compared by their bytes", "rendered by v0.0.9", "payouts.xlsx", "statements/operator-alder.pdf"} {
		if !strings.Contains(out, want) {
			t.Errorf("said\n%s\nwithout %q", out, want)
		}
	}

	// Unless the stored rendering is not the one that was checksummed.
	edit(t, filepath.Join(folder, "statements/operator-alder.pdf"), "%PDF", "%pdf")
	cmd := fleetpay(t.Context(), ws, "rerun", "closes/2026-07")
	if said, _ := cmd.CombinedOutput(); cmd.ProcessState.ExitCode() != 4 || !strings.Contains(string(said), "statements/operator-alder.pdf: differs") {
		t.Errorf("ended with %d and said\n%s", cmd.ProcessState.ExitCode(), said)
	}
}

func TestTwoClosesOfTheSameInputsAreTheSameBytes(t *testing.T) {
	var trees []map[string]string
	for _, env := range [][]string{
		{"TZ=Pacific/Kiritimati", "LANG=tr_TR.UTF-8", "LC_ALL=tr_TR.UTF-8", "GOMAXPROCS=1"},
		{"TZ=America/St_Johns", "LANG=C", "GOMAXPROCS=7", "HOME=/nonexistent"},
	} {
		ws := newWorkspace(t)
		for _, period := range []string{"2026-07", "2026-08"} {
			cmd := fleetpay(t.Context(), ws, "close", period, "--by", "R. Finance")
			cmd.Env = append(cmd.Env, env...)
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("%v: %v\n%s", env, err, out)
			}
		}
		tree := readTree(t, filepath.Join(ws, "closes"))
		delete(tree, ".lock")
		trees = append(trees, tree)
	}
	sameTree(t, trees[1], trees[0])
}
