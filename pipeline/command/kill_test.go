package command

import (
	"bytes"
	"context"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The tests of this file run the real program in processes of their own and stop
// them at random moments. .ci/kill does the same at each system call, by strace.

// fleetpay makes a command that runs the program in dir.
func fleetpay(ctx context.Context, dir string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "fleetpay", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "SOURCE_DATE_EPOCH="+closingTime)
	return cmd
}

// mustRun runs the program and fails the test unless it ends with status 0.
func mustRun(t *testing.T, dir string, args ...string) string {
	t.Helper()
	out, err := fleetpay(t.Context(), dir, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("fleetpay %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// newWorkspace copies the scripts' workspace.
func newWorkspace(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join(scripts, "workspace"))); err != nil {
		t.Fatal(err)
	}
	return dir
}

// readTree reads every file below dir.
func readTree(t *testing.T, dir string) map[string]string {
	t.Helper()
	tree := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		rel, _ := filepath.Rel(dir, path)
		tree[rel] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

// sameTree fails the test unless both folders hold the same files with the same
// bytes.
func sameTree(t *testing.T, got, want map[string]string) {
	t.Helper()
	for file, data := range want {
		if other, found := got[file]; !found {
			t.Errorf("%s is missing", file)
		} else if other != data {
			t.Errorf("%s differs", file)
		}
	}
	for file := range got {
		if _, found := want[file]; !found {
			t.Errorf("%s is too much", file)
		}
	}
}

func TestAKilledCloseLeavesNothingOrAllAndTheNextRunGivesTheSameBytes(t *testing.T) {
	undisturbed := newWorkspace(t)
	began := time.Now()
	mustRun(t, undisturbed, "close", "2026-07", "--by", "R. Finance")
	took := time.Since(began)
	want := readTree(t, filepath.Join(undisturbed, "closes/2026-07"))

	kills := 12
	if testing.Short() {
		kills = 3
	}
	random := rand.New(rand.NewPCG(2026, 7))
	ws := newWorkspace(t)
	place := filepath.Join(ws, "closes/2026-07")
	killed, finished := 0, 0
	for range kills {
		cmd := fleetpay(t.Context(), ws, "close", "2026-07", "--by", "R. Finance")
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(random.Int64N(int64(took) * 11 / 10)))
		_ = cmd.Process.Kill()
		if cmd.Wait() != nil {
			killed++
		}
		if _, err := os.Stat(place); err == nil {
			sameTree(t, readTree(t, place), want)
			finished++
			if err := os.RemoveAll(place); err != nil {
				t.Fatal(err)
			}
		}
	}
	if killed == 0 {
		t.Fatalf("no run of %d was killed before it ended", kills)
	}
	t.Logf("%d of %d runs were killed, %d left a whole folder", killed, kills, finished)
	mustRun(t, ws, "close", "2026-07", "--by", "R. Finance")
	sameTree(t, readTree(t, place), want)
	left, err := os.ReadDir(filepath.Join(ws, "closes"))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range left {
		if e.Name() != ".lock" && e.Name() != "2026-07" {
			t.Errorf("closes/%s was left behind", e.Name())
		}
	}
}

func TestAnInterruptedCloseLeavesNothing(t *testing.T) {
	ws := newWorkspace(t)
	cmd := fleetpay(t.Context(), ws, "close", "2026-07")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for range 2000 { // until it is at work
		if _, err := os.Stat(filepath.Join(ws, "closes/.staging-2026-07")); err == nil {
			break
		}
		time.Sleep(time.Millisecond)
	}
	if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err == nil {
		t.Skip("the close was quicker than the signal")
	}
	if got := cmd.ProcessState.ExitCode(); got != 1 || stderr.String() != "stopped; nothing is half done: run it again\n" {
		t.Errorf("ended with %d and %q", got, stderr.String())
	}
	for _, name := range []string{"2026-07", ".staging-2026-07", ".work-2026-07"} {
		if _, err := os.Stat(filepath.Join(ws, "closes", name)); err == nil {
			t.Errorf("closes/%s is there", name)
		}
	}
}

func TestOfTwoClosesAtOnceOneIsRefusedAndNamesTheOther(t *testing.T) {
	ws := newWorkspace(t)
	first := fleetpay(t.Context(), ws, "close", "2026-07", "--by", "R. Finance")
	if err := first.Start(); err != nil {
		t.Fatal(err)
	}
	for range 2000 {
		if data, err := os.ReadFile(filepath.Join(ws, "closes/.lock")); err == nil && len(data) > 0 {
			break
		}
		time.Sleep(time.Millisecond)
	}
	second := fleetpay(t.Context(), ws, "close", "2026-07", "--by", "R. Finance")
	out, _ := second.CombinedOutput()
	if err := first.Wait(); err != nil {
		t.Fatal(err)
	}
	said := string(out)
	refused := strings.HasPrefix(said, "closes: another run is at work (fleetpay close 2026-07, process ")
	late := strings.Contains(said, "already closed")
	if !refused && !late {
		t.Errorf("the second close said %q", said)
	}
	if refused && second.ProcessState.ExitCode() != 1 {
		t.Errorf("ended with %d, want 1", second.ProcessState.ExitCode())
	}
	mustRun(t, ws, "rerun", "closes/2026-07")
}
