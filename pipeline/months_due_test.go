package pipeline

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// noInputs configures a workspace of which no file is there.
const noInputs = `program: Test Fleet
sources:
  operators: {file: o.csv}
  tiers: {file: t.csv}
  nodes: {file: n.csv}
  heartbeats: {prometheus: {url: "http://monitor.example", query: up, node_label: node, settling: 36h}}
closes: closes
`

// Whatever lies in a closes folder, the months say what a run does at the same instant:
// which month it tries, for which it waits, or that there is none. No input is there, so
// the first try fails, and the months say that, too.
func TestTheMonthsSayWhatARunDoes(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := newMonthsWorld(t)
		var err error
		w.ws, err = parseWorkspace(w.ws.Dir, configName, []byte(noInputs))
		w.must(err)
		now := time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC).AddDate(0, rapid.IntRange(0, 5).Draw(rt, "months"), 0).
			Add(time.Duration(rapid.SampledFrom([]int{-1, 0, 35, 36, 400}).Draw(rt, "hours")) * time.Hour)
		w.disturb(rt)

		before := w.months(now.Format("2006-01-02 15:04"))
		run, err := RunDue(t.Context(), w.ws, CloseOptions{By: "Night Run", ClosedAt: now}, slog.New(slog.DiscardHandler))
		after := w.months(now.Format("2006-01-02 15:04"))
		told := func(problem string) {
			rt.Helper()
			rt.Fatalf("%s: the months were %s, and are %s; the run is %+v, failed %+v, %v", problem, statesOf(before), statesOf(after), run, run.Failed, err)
		}
		comes := nextIn(before)
		switch {
		case run.State == RunFailed && run.Failed.Period == "": // something bars all months, or nothing says where to begin
			for _, m := range before {
				if m.Next != "" && m.State != MonthWaiting && !strings.Contains(err.Error(), "no period is closed yet") && m.Attempt == nil {
					told(m.Period.String() + " is said to be closed by the next run")
				}
			}
		case run.State == RunFailed:
			if comes == nil || comes.Period.String() != run.Failed.Period {
				told("another month comes next")
			}
			if comes.State != MonthDue && comes.State != MonthFailed && comes.State != MonthWithdrawn {
				told("a month was tried that was not due")
			}
			if is := nextIn(after); is.State != MonthFailed || is.Attempt == nil || is.Attempt.At != run.Failed.At {
				told("the try is not told")
			}
		case run.State == RunWaiting:
			if comes == nil || comes.Period != run.Waiting.Period || !comes.waits() || !comes.Until.Equal(run.Waiting.Until) {
				told("it waits")
			}
		case run.State == RunDone:
			if comes != nil && (comes.Period != run.Next || comes.State != MonthOpen && !comes.lost()) {
				told("nothing was due")
			}
		default:
			told("no other run is there")
		}
		if run.State != RunFailed && statesOf(before) != statesOf(after) {
			told("a run that did nothing changed something")
		}
	})
}

// waits tells whether a month is said to wait, or why it could not be closed after that.
func (m *Month) waits() bool { return m.State == MonthWaiting || m.lost() }

// lost tells whether payments of a month were given out, and its close is gone: that is
// told at once, and a run meets it once the month is due.
func (m *Month) lost() bool {
	return m.State == MonthFailed && strings.Contains(m.Reason, "were given out")
}

// nextIn finds the month after the last closed one; nil when it is not told.
func nextIn(list []Month) *Month {
	var next *Month
	for i := len(list) - 1; i >= 0 && list[i].State != MonthClosed; i-- {
		next = &list[i]
	}
	return next
}

// disturb closes some months from July, and leaves what may be left beside them.
func (w *monthsWorld) disturb(rt *rapid.T) {
	n := rapid.IntRange(0, 3).Draw(rt, "closed")
	period := func(i int) string { return fmt.Sprintf("2026-%02d", 7+i) }
	for i := range n {
		w.close(period(i), alder)
	}
	at := func(what string) string {
		return period(rapid.IntRange(-1, 4).Draw(rt, what))
	}
	if rapid.Bool().Draw(rt, "configured") {
		w.ws.FirstPeriod = month(w.t, at("first period"))
	}
	for range rapid.IntRange(0, 3).Draw(rt, "disturbances") {
		switch rapid.SampledFrom([]string{"withdrawn", "failed", "unreadable try", "in the way", "given out", "lost", "damaged", "unreadable withdrawal"}).Draw(rt, "disturbance") {
		case "withdrawn":
			if last, err := Latest(w.ws); err == nil && !last.IsZero() {
				_, _ = Withdraw(w.ws, last, WithdrawOptions{Reason: "a wallet was wrong", By: "R. Finance", At: instantOf(w.t, "2026-10-01 08:00")}) // or it is refused
			}
		case "failed":
			w.fail(at("failed"), "2026-09-02 13:10", "nodes: not there")
		case "unreadable try":
			w.must(writeFile(closes{w.ws.Closes}.attemptFile(month(w.t, at("unreadable"))), []byte("[]")))
		case "in the way":
			w.must(os.MkdirAll(filepath.Join(w.ws.Closes, at("in the way")), 0o777))
		case "given out":
			w.must(writeFile(filepath.Join(w.ws.Closes, at("given out")+".exports", "001", "export.json"), nil))
		case "lost":
			w.must(os.RemoveAll(filepath.Join(w.ws.Closes, at("lost"))))
		case "unreadable withdrawal":
			w.must(writeFile(closes{w.ws.Closes}.withdrawn(month(w.t, at("withdrawn")), 1)+".json", nil))
		case "damaged":
			if file := filepath.Join(w.ws.Closes, at("damaged"), "payouts.csv"); exists(file) {
				w.must(os.WriteFile(file, nil, 0o666))
			}
		}
	}
}
