package pipeline_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"fleetpay/pipeline"
	"fleetpay/pipeline/pulltest"
)

// dueRun is a run of everything that is due at an instant, with its log.
func (w *pulled) dueRun(ctx context.Context, at string) (*pipeline.DueRun, string, error) {
	w.Helper()
	ws, _, now := w.open(at)
	ws.Textfile = filepath.Join(w.dir, "fleetpay.prom")
	var log bytes.Buffer
	run, err := pipeline.RunDue(ctx, ws, pipeline.CloseOptions{By: "Night Run", ClosedAt: now}, slog.New(slog.NewJSONHandler(&log, nil)))
	for _, secret := range []string{token, "0x", "Alder", "Birch"} {
		if strings.Contains(log.String(), secret) {
			w.Errorf("%q is in the log: %s", secret, log.String())
		}
	}
	return run, log.String(), err
}

// monthsOf lists the months that a run closed.
func monthsOf(run *pipeline.DueRun) string {
	var names []string
	for _, out := range run.Closed {
		names = append(names, out.Period.String())
	}
	return strings.Join(names, " ")
}

// attempt reads what is noted of a month; nil when nothing is.
func (w *pulled) attempt(period string) *pipeline.Attempt {
	w.Helper()
	path := filepath.Join(w.dir, "closes", ".attempts", period+".json")
	if !exists(path) {
		return nil
	}
	var a pipeline.Attempt
	if err := json.Unmarshal(readAll(w.T, path), &a); err != nil {
		w.Fatal(err)
	}
	return &a
}

// measured expects a metric in the textfile.
func (w *pulled) measured(line string) {
	w.Helper()
	text := string(readAll(w.T, filepath.Join(w.dir, "fleetpay.prom")))
	if !strings.Contains("\n"+text, "\n"+line+"\n") {
		w.Errorf("%s is not in the textfile:\n%s", line, text)
	}
}

func TestAMonitoringServerThatComesBackIsAskedForTheRestByTheNextRun(t *testing.T) {
	m := pulltest.StartMonitor(t, token)
	w := newPulled(t, prometheusAt(m.URL), "")
	w.closed() // July, by name

	m.Set(func(m *pulltest.Monitor) { m.Dies = len(m.Asked) + 11 })
	run, log, err := w.dueRun(context.Background(), "2026-09-02T09:00:00Z")
	w.refused(err, pipeline.ExitSurroundings, m.URL)
	if run.State != pipeline.RunFailed || run.Failed.Period != "2026-08" || len(run.Failed.Kept) != 1 || !run.Next.IsZero() {
		t.Errorf("%+v, %+v", run, run.Failed)
	}
	a := w.attempt("2026-08")
	if a == nil || a.By != "Night Run" || a.At != "2026-09-02T09:00:00Z" || a.Status != 1 || len(a.Kept) != 1 ||
		!strings.Contains(a.Problems[0], "the next run goes on from what was pulled") {
		t.Errorf("%+v", a)
	}
	if !strings.Contains(log, `"msg":"stopped","period":"2026-08","stage":"pulling heartbeats from `+m.URL+`"`) {
		t.Error(log)
	}
	w.measured("fleetpay_last_run_status 1")
	w.measured(`fleetpay_months{state="failed"} 1`)

	m.Set(func(m *pulltest.Monitor) { m.Dies = 0 })
	run, log, err = w.dueRun(context.Background(), "2026-09-02T10:00:00Z")
	if err != nil || run.State != pipeline.RunDone || monthsOf(run) != "2026-08" || run.Next.String() != "2026-09" {
		t.Errorf("%+v, %v", run, err)
	}
	if again := m.Repeated(); len(again) > 0 {
		t.Errorf("asked again for %q", again)
	}
	if w.attempt("2026-08") != nil {
		t.Error("the attempt is still there")
	}
	if !strings.Contains(log, `"msg":"closed","period":"2026-08"`) {
		t.Error(log)
	}
	w.measured("fleetpay_last_run_status 0")
	w.measured(`fleetpay_months{state="closed"} 2`)
	w.noSecret()
}

func TestAMachineThatWasOffForThreeMonthsClosesThemInOrder(t *testing.T) {
	m := pulltest.StartMonitor(t, token)
	w := newPulled(t, prometheusAt(m.URL), "")
	w.closed()
	run, _, err := w.dueRun(context.Background(), "2026-11-02T09:00:00Z")
	if err != nil || run.State != pipeline.RunDone || monthsOf(run) != "2026-08 2026-09 2026-10" {
		t.Errorf("%s, %+v, %v", monthsOf(run), run, err)
	}
	if run, _, err = w.dueRun(context.Background(), "2026-11-02T10:00:00Z"); err != nil || run.State != pipeline.RunDone || monthsOf(run) != "" {
		t.Errorf("%+v, %v", run, err)
	}
}

func TestAMonthWaitsForItsSlowestServerAfterThoseBeforeItAreClosed(t *testing.T) {
	m := pulltest.StartMonitor(t, token)
	w := newPulled(t, strings.TrimSuffix(prometheusAt(m.URL), "}}")+", settling: 49h}}", "")
	if _, err := w.close("2026-08-05T09:00:00Z"); err != nil {
		t.Fatal(err)
	}
	run, _, err := w.dueRun(context.Background(), "2026-10-01T00:00:00Z")
	if err != nil || run.State != pipeline.RunWaiting || monthsOf(run) != "2026-08" {
		t.Fatalf("%+v, %v", run, err)
	}
	until := time.Date(2026, 10, 3, 1, 0, 0, 0, time.UTC) // 49 hours after the month
	if run.Waiting.Period.String() != "2026-09" || run.Waiting.Until != until || len(run.Waiting.For) != 1 || run.Waiting.For[0].Dataset != "heartbeats" {
		t.Errorf("%+v", run.Waiting)
	}
	w.measured(fmt.Sprintf("fleetpay_waiting_until_timestamp_seconds %d", until.Unix()))
	w.measured("fleetpay_last_run_status 0")
	if w.attempt("2026-09") != nil {
		t.Error("a month that waits was noted as one that failed")
	}
	if run, _, err = w.dueRun(context.Background(), "2026-10-03T01:00:00Z"); err != nil || monthsOf(run) != "2026-09" {
		t.Errorf("%+v, %v", run, err)
	}
}

// Whichever of them is first at the lock: each month is closed by one of them, and
// neither fails.
func TestTwoSchedulersAtOnceCloseEachMonthOnce(t *testing.T) {
	w := newPulled(t, `{file: "data/heartbeats-{period}.csv"}`, "")
	w.closed()
	var runs [2]*pipeline.DueRun
	var errs [2]error
	var both sync.WaitGroup
	for i := range runs {
		both.Go(func() {
			ws, _, now := w.open("2026-10-05T12:00:00Z")
			runs[i], errs[i] = pipeline.RunDue(context.Background(), ws, pipeline.CloseOptions{By: "Night Run", ClosedAt: now}, slog.New(slog.DiscardHandler))
		})
	}
	both.Wait()
	var all []string
	for i, run := range runs {
		if errs[i] != nil || run.State != pipeline.RunDone && (run.State != pipeline.RunRunning || run.Running == "") {
			t.Errorf("%+v, %v", run, errs[i])
		}
		all = append(all, strings.Fields(monthsOf(run))...)
	}
	// Both may lose the lock to the other once, which leaves a month to a third.
	last, _, err := w.dueRun(context.Background(), "2026-10-05T13:00:00Z")
	if err != nil || last.State != pipeline.RunDone {
		t.Fatalf("%+v, %v", last, err)
	}
	all = append(all, strings.Fields(monthsOf(last))...)
	slices.Sort(all)
	if got := strings.Join(all, " "); got != "2026-08 2026-09" {
		t.Errorf("closed %s", got)
	}
}

func TestARunThatIsStoppedSaysSo(t *testing.T) {
	m := pulltest.StartMonitor(t, token)
	w := newPulled(t, prometheusAt(m.URL), "")
	w.closed()
	ctx, stop := context.WithCancel(context.Background())
	stop()
	run, _, err := w.dueRun(ctx, "2026-09-02T09:00:00Z")
	w.refused(err, pipeline.ExitSurroundings)
	a := w.attempt("2026-08")
	if a == nil || run.State != pipeline.RunFailed || a.Problems[0] != "the run was stopped before it ended; run it again: it goes on from what was pulled" {
		t.Errorf("%+v", a)
	}
}

// The note is for people; a disk that has no room for it changes nothing.
func TestATryThatCannotBeNotedStillSaysWhatStoppedIt(t *testing.T) {
	w := newPulled(t, `{file: "data/heartbeats-{period}.csv"}`, "")
	w.closed()
	if err := os.Remove(filepath.Join(w.dir, "data", "heartbeats-2026-08.csv")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(w.dir, "closes", ".attempts"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	run, log, err := w.dueRun(context.Background(), "2026-09-02T09:00:00Z")
	w.refused(err, pipeline.ExitRefused, "heartbeats: ", "heartbeats-2026-08.csv")
	if run.Failed.Status != pipeline.ExitRefused || strings.Contains(err.Error(), ".attempts") ||
		!strings.Contains(log, `"level":"WARN","msg":"not kept","problems":["whether 2026-08 was closed can't be noted: `) {
		t.Errorf("%v: %s", err, log)
	}
}
