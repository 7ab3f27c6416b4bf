package pipeline

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"fleetpay/rules"
)

func TestProblemsAreToldOneByOneWithWhatToDo(t *testing.T) {
	full := &fs.PathError{Op: "write", Path: "x.csv", Err: syscall.ENOSPC}
	rejects := &RejectsError{Period: rules.Period{Year: 2026, Month: 7}, Rows: 3}
	for _, c := range []struct {
		name string
		err  error
		want []string
	}{
		{"one", refuse("a: is missing; restore it"), []string{"a: is missing; restore it"}},
		{"two that were joined", errors.Join(refuse("a"), refuse("b")), []string{"a", "b"}},
		{"joined within a refusal", refused(errors.Join(errors.New("a"), errors.New("b"))), []string{"a", "b"}},
		{"lines of one", refuse("a:1: wrong\n  1 | a\n    | ^"), []string{"a:1: wrong\n  1 | a\n    | ^"}},
		{"two in a sentence", fmt.Errorf("%w, for %w", errors.New("a"), errors.New("b")), []string{"a, for b"}},
		{"files by the names that people know", renamed{errors.Join(errors.New("inputs/a"), errors.New("inputs/b")), strings.NewReplacer("inputs/", "data/")},
			[]string{"data/a", "data/b"}},
		{"a full disk", full, []string{"write x.csv: no space left on device", "free some space, and run it again; no close, approval or export is half written"}},
		{"a file system without locks", fmt.Errorf("closes/.lock: %w", syscall.ENOLCK), []string{"closes/.lock: no locks available", "keep the closes on a file system that has file locks, and run it again"}},
		{"bad rows are counted", rejects, []string{"2026-07: 3 bad rows in the inputs; correct them", "fleetpay check 2026-07 --rejects FILE writes all bad rows"}},
		{"bad rows, and a file that is wrong as a whole", &RejectsError{Period: rejects.Period, Rows: 1, Files: []error{errors.New("data/nodes.csv:9: a quote is never closed")}},
			[]string{"2026-07: 1 bad row in the inputs; correct them", "data/nodes.csv:9: a quote is never closed", "fleetpay check 2026-07 --rejects FILE writes all bad rows"}},
		{"two servers that were stopped", errors.Join(context.Canceled, context.Canceled), []string{"the run was stopped before it ended; run it again: it goes on from what was pulled"}},
		{"stopped", fmt.Errorf("pulling: %w", context.Canceled), []string{"the run was stopped before it ended; run it again: it goes on from what was pulled"}},
		{"stopped, and something else", errors.Join(context.Canceled, errors.New("x.prom: the textfile is not written")),
			[]string{"the run was stopped before it ended; run it again: it goes on from what was pulled", "x.prom: the textfile is not written"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Problems(c.err); !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestARunLeavesTheWorkToAnotherThatHasBegun(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join("..", "testdata", "script", "workspace"))); err != nil {
		t.Fatal(err)
	}
	ws, err := OpenWorkspace(dir)
	if err != nil {
		t.Fatal(err)
	}
	ws.FirstPeriod = rules.Period{Year: 2026, Month: 7}
	ws.Textfile = filepath.Join(dir, "fleetpay.prom")
	release, err := lockFolder(ws.Closes, "close 2026-07")
	if err != nil {
		t.Fatal(err)
	}
	opt := CloseOptions{By: "Night Run", ClosedAt: time.Date(2026, 8, 5, 9, 0, 0, 0, time.UTC)}
	run, err := RunDue(t.Context(), ws, opt, slog.New(slog.DiscardHandler))
	if err != nil || run.State != RunRunning || !strings.HasPrefix(run.Running, "fleetpay close 2026-07, process ") || run.Failed != nil {
		t.Errorf("%+v, %v", run, err)
	}
	if exists(ws.Textfile) || exists(filepath.Join(ws.Closes, attemptsName)) {
		t.Error("it told of a run that was another's")
	}

	release()
	run, err = RunDue(t.Context(), ws, opt, slog.New(slog.DiscardHandler))
	if err != nil || run.State != RunDone || len(run.Closed) != 1 {
		t.Errorf("%+v, %v", run, err)
	}
}

// A run was killed when its close was in place and its try not forgotten. The next one
// has nothing to close, and forgets it.
func TestARunWithNothingToDoForgetsPastTries(t *testing.T) {
	w := newMonthsWorld(t)
	w.close("2026-07", alder)
	w.fail("2026-07", "2026-08-01 00:10", "nodes: not there")
	w.fail("2026-08", "2026-08-01 00:10", "nodes: not there")
	opt := CloseOptions{By: "Night Run", ClosedAt: instantOf(t, "2026-08-15 08:00")}

	release, err := lockFolder(w.ws.Closes, "withdraw 2026-07")
	w.must(err)
	run, err := RunDue(t.Context(), w.ws, opt, slog.New(slog.DiscardHandler))
	if err != nil || run.State != RunDone {
		t.Errorf("while another run holds the lock: %+v, %v", run, err)
	}
	release()

	run, err = RunDue(t.Context(), w.ws, opt, slog.New(slog.DiscardHandler))
	if err != nil || run.State != RunDone {
		t.Errorf("%+v, %v", run, err)
	}
	if c := (closes{w.ws.Closes}); exists(c.attemptFile(month(t, "2026-07"))) || !exists(c.attemptFile(month(t, "2026-08"))) {
		t.Error("the try of July is there, or that of August is not")
	}
}

// A file system without locks, say. The months say what stopped the run.
func TestARunThatCannotLockSaysSoAndNotesIt(t *testing.T) {
	w := newMonthsWorld(t)
	w.close("2026-07", alder)
	lock := filepath.Join(w.ws.Closes, lockName)
	w.must(os.RemoveAll(lock))
	w.must(os.Mkdir(lock, 0o777))
	opt := CloseOptions{By: "Night Run", ClosedAt: instantOf(t, "2026-09-15 08:00")}
	run, err := RunDue(t.Context(), w.ws, opt, slog.New(slog.DiscardHandler))
	refusedAs(t, err, ".lock: is not a plain file")
	if run.State != RunFailed || run.Failed.Period != "2026-08" {
		t.Errorf("%+v", run)
	}
	m := w.at(w.months("2026-09-15 08:00"), "2026-08")
	if m.State != MonthFailed || !strings.Contains(m.Reason, "tried at 2026-09-15T08:00:00Z by Night Run: "+lock+": is not a plain file") {
		t.Errorf("August is %s: %s", m.State, m.Reason)
	}
}
