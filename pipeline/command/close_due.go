package command

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os/signal"
	"syscall"
	"time"

	"fleetpay/pipeline"
	"fleetpay/rules"
)

// The forms of the log of close --due.
const (
	logText = "text"
	logJSON = "json"
)

// dueFlags are what close --due may be told besides.
type dueFlags struct {
	textfile string
	log      string // logText, logJSON; "" for what suits standard error
}

// check holds the flags to what they may say, and fills in the form of the log.
func (f *dueFlags) check(changed func(string) bool, onTerminal bool) error {
	if changed("textfile") {
		if err := pipeline.CheckTextfile(f.textfile); err != nil {
			return usage("--textfile: %w", err)
		}
	}
	switch {
	case changed("log") && f.log != logText && f.log != logJSON:
		return usage("--log is %q; write %s or %s", f.log, logText, logJSON)
	case f.log == "" && onTerminal:
		f.log = logText
	case f.log == "":
		f.log = logJSON
	}
	return nil
}

// closeDue closes every month that is due. Lines of the log take the place of the bar.
// In JSON they say also what stopped the run, so that standard error holds nothing
// that a program can't read.
func (p *program) closeDue(ctx context.Context, f closeFlags) error {
	now, err := pipeline.Now()
	if err != nil {
		return err
	}
	signal.Ignore(syscall.SIGPIPE) // a month is closed also when whoever read the log is gone
	log := slog.New(slog.NewTextHandler(p.stderr, nil))
	if f.log == logJSON {
		log = slog.New(slog.NewJSONHandler(p.stderr, nil))
		p.logged = true
	}
	opt := pipeline.CloseOptions{By: f.by, AllowRejects: f.allow, ClosedAt: now}
	ws, err := p.open()
	if err != nil {
		run := pipeline.NotBegun(opt, err)
		if f.textfile != "" {
			err = errors.Join(err, pipeline.WriteTextfile(f.textfile, run, now))
		}
		return p.tellDue(ws, run, f, log, err)
	}
	if f.textfile != "" {
		ws.Textfile = f.textfile
	}
	run, err := pipeline.RunDue(ctx, ws, opt, log)
	return p.tellDue(ws, run, f, log, err)
}

// tellDue says what a run came to, and returns what stopped it.
func (p *program) tellDue(ws *pipeline.Workspace, run *pipeline.DueRun, f closeFlags, log *slog.Logger, err error) error {
	if p.json {
		err = errors.Join(err, p.answer(dueAnswerOf(run, err)))
	} else {
		p.wordDue(ws, run)
	}
	switch {
	case err == nil:
	case f.log == logJSON:
		logFailure(log, run, err)
	case errors.Is(err, context.Canceled): // months before this one may be closed
		for _, problem := range pipeline.Problems(err) {
			fmt.Fprintln(p.stderr, problem)
		}
		p.logged = true
	}
	return err
}

// wordDue says it for people. What stopped the run is no answer.
func (p *program) wordDue(ws *pipeline.Workspace, run *pipeline.DueRun) {
	for _, out := range run.Closed {
		p.tellClose(out)
	}
	switch run.State {
	case pipeline.RunRunning:
		fmt.Fprintf(p.stdout, "%s: another run is at work (%s), and does what is due\n", ws.Closes, run.Running)
	case pipeline.RunWaiting:
		fmt.Fprintf(p.stdout, "%s: waits until %s, when its data are complete\n", run.Waiting.Period, instantOf(run.Waiting.Until))
		for _, w := range run.Waiting.For {
			fmt.Fprintf(p.stdout, "  %s, %s\n", w, instantOf(w.Until))
		}
	case pipeline.RunDone:
		if len(run.Closed) == 0 {
			fmt.Fprintf(p.stdout, "nothing is due before %s, when %s is complete\n", instantOf(run.NextAt), run.Next)
		}
	}
}

// logFailure writes what stopped a run as one line, with all problems and the bad
// rows that fill a screen.
func logFailure(log *slog.Logger, run *pipeline.DueRun, err error) {
	attrs := []any{"status", pipeline.ExitStatus(err), "problems", pipeline.Problems(err)}
	if run.Failed != nil && run.Failed.Period != "" {
		attrs = append(attrs, "period", run.Failed.Period, "kept", run.Failed.Kept)
	}
	var rejects *pipeline.RejectsError
	if errors.As(err, &rejects) {
		var rows []string
		for _, r := range rejects.Rejects[:min(len(rejects.Rejects), rejectsShown)] {
			rows = append(rows, r.String())
		}
		attrs = append(attrs, "rejects", rows)
	}
	log.Error("failed", attrs...)
}

// dueAnswer is what a program reads of close --due.
type dueAnswer struct {
	State    string        `json:"state"`    // done, waiting, running, failed
	Closed   []closeAnswer `json:"closed"`   // by this run, in order
	Waiting  *waitAnswer   `json:"waiting"`  // null unless it waits
	Running  string        `json:"running"`  // who is at work; "" unless another run is
	Failed   *failedAnswer `json:"failed"`   // null unless it failed
	NextDue  *nextAnswer   `json:"next_due"` // null when it failed, or another run is at work
	Problems []string      `json:"problems"` // all there is to mend, also of a run that closed everything
}

type waitAnswer struct {
	Period string          `json:"period"`
	Until  string          `json:"until"`
	For    []settlesAnswer `json:"for"`
}

// settlesAnswer is a server whose data are not complete, or stands for all files, with
// their kind alone.
type settlesAnswer struct {
	Dataset string `json:"dataset"`
	Kind    string `json:"kind"`
	Place   string `json:"place"`
	Until   string `json:"until"`
}

type failedAnswer struct {
	Period   string         `json:"period"` // "" when no month was begun
	Status   int            `json:"status"` // with which the run ends
	Problems []string       `json:"problems"`
	Kept     []string       `json:"kept"`              // of what was pulled, below the closes folder
	Rejects  []rejectAnswer `json:"rejects,omitempty"` // the bad rows that it was refused for
}

type nextAnswer struct {
	Period string `json:"period"`
	At     string `json:"at"`
}

func dueAnswerOf(run *pipeline.DueRun, err error) dueAnswer {
	a := dueAnswer{State: run.State, Running: run.Running, Closed: []closeAnswer{}, Problems: []string{}}
	for _, out := range run.Closed {
		a.Closed = append(a.Closed, answerOf(out))
	}
	if err != nil {
		a.Problems = pipeline.Problems(err)
	}
	if w := run.Waiting; w != nil {
		a.Waiting = &waitAnswer{w.Period.String(), instantOf(w.Until), []settlesAnswer{}}
		for _, s := range w.For {
			a.Waiting.For = append(a.Waiting.For, settlesAnswer{s.Dataset, s.Kind, s.Place, instantOf(s.Until)})
		}
	}
	if failed := run.Failed; failed != nil {
		a.Failed = &failedAnswer{Period: failed.Period, Status: failed.Status, Problems: failed.Problems, Kept: failed.Kept}
		var rejects *pipeline.RejectsError
		if errors.As(err, &rejects) {
			a.Failed.Rejects = rejectAnswers(rejects.Rejects)
		}
	}
	if run.Next != (rules.Period{}) {
		a.NextDue = &nextAnswer{run.Next.String(), instantOf(run.NextAt)}
	}
	return a
}

// instantOf writes a time as every file of ours has it.
func instantOf(t time.Time) string { return t.UTC().Format(time.RFC3339) }
