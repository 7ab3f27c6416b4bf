package pipeline

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"fleetpay/rules"
)

// The states in which a run of everything that is due ends.
const (
	RunDone    = "done"    // nothing is due any more
	RunWaiting = "waiting" // the next month is over, and its data are not complete
	RunRunning = "running" // another run is at work
	RunFailed  = "failed"
)

// DueRun is what a run of everything that is due came to.
type DueRun struct {
	State   string       // RunDone, …
	Closed  []*Outcome   // by this run, in order
	Waiting *MonthWaits  // of a run that waits; nil of any other
	Failed  *Attempt     // of a run that failed; nil of any other. Its Period is "" when no month was begun
	Running string       // who holds the lock, where another run is at work; else ""
	Next    rules.Period // the month that is due next; zero when the run failed, or another one is at work
	NextAt  time.Time    // when that is due
}

// MonthWaits is a month that is over, and not complete yet.
type MonthWaits struct {
	Period rules.Period
	Until  time.Time // all of For have settled
	For    []Waiting // what has not, as [Workspace.CompleteAt] lists it
}

// RunDue closes every month that is due, in order, and stops at the first that fails.
// It does no harm to run it at any time, twice at once, or again after it failed: a
// run that finds another at work leaves the rest to it, which is no error.
//
// It writes the textfile of the configuration and gives out what there is to tell,
// also when it fails. The error is what stopped the run, or that the textfile could
// not be written; the run is never nil.
func RunDue(ctx context.Context, ws *Workspace, opt CloseOptions, log *slog.Logger) (*DueRun, error) {
	opt.Warn = func(err error) { log.Warn("not kept", "problems", Problems(err)) }
	run := &DueRun{}
	ws.beginTelling(log)
	stopped := ws.closeDue(ctx, run, opt, log)
	var busy *busyError
	switch {
	case errors.As(stopped, &busy):
		run.State, run.Running, run.Failed, stopped = RunRunning, busy.holder, nil, nil
		log.Info("another run is at work", "holder", run.Running)
	case stopped != nil:
		run.State = RunFailed
	case run.Waiting != nil:
		run.State = RunWaiting
		log.Info("waiting", "period", run.Waiting.Period.String(), "until", instant(run.Waiting.Until), "for", placesOf(run.Waiting.For))
	default:
		run.State = RunDone
		log.Info("nothing is due", "next", run.Next.String(), "at", instant(run.NextAt))
	}
	unwritten := ws.tellMonitor(run, opt.ClosedAt, log)
	ws.Notify(ctx, eventsOf(run), log)
	return run, errors.Join(stopped, unwritten)
}

// closeDue closes what is due, and finds what comes next.
func (ws *Workspace) closeDue(ctx context.Context, run *DueRun, opt CloseOptions, log *slog.Logger) error {
	if err := ws.forgetPast(); err != nil {
		opt.Warn(fmt.Errorf("a past try can't be forgotten: %w; it changes nothing about the closes", err))
	}
	due, err := Due(ws, opt.ClosedAt)
	if err != nil {
		run.Failed = attemptOf(rules.Period{}, opt, err)
		return err
	}
	then := opt.Progress
	for _, p := range due {
		stages := newStageLog(log, p, then)
		opt.Progress = stages.progress
		out, err := Close(ctx, ws, p, opt)
		if err != nil {
			stages.stopped()
			run.Failed = attemptOf(p, opt, err)
			if kept, err := (closes{ws.Closes}).keptPulls(p); err == nil { // else there is nothing to tell of them
				run.Failed.Kept = kept
			}
			return err
		}
		if !out.AlreadyClosed { // by another run, since this one began
			stages.closed(out)
			run.Closed = append(run.Closed, out)
		}
	}
	return ws.comesNext(run, opt)
}

// forgetPast forgets the tries of closed months. There are none but after a run that
// was killed, or a close that came from elsewhere, so a run with nothing to do takes no
// lock. Another run that holds it forgets them itself.
func (ws *Workspace) forgetPast() error {
	last, err := Latest(ws)
	if err != nil {
		return nil // what is wrong with the closes is said by who wants them
	}
	past, err := closes{ws.Closes}.pastAttempts(last)
	if err != nil || len(past) == 0 {
		return err
	}
	c, release, err := hold(ws.Closes, "close --due")
	var busy *busyError
	if errors.As(err, &busy) {
		return nil
	}
	if err != nil {
		return err
	}
	defer release()
	if last, err = Latest(ws); err != nil { // which may have been withdrawn since
		return err
	}
	return c.sweepAttempts(last)
}

// comesNext finds the month that is not due yet.
func (ws *Workspace) comesNext(run *DueRun, opt CloseOptions) error {
	now := opt.ClosedAt
	next, err := ws.nextPeriod()
	if err != nil {
		run.Failed = attemptOf(rules.Period{}, opt, err)
		return err
	}
	complete, list := ws.CompleteAt(next)
	run.Next, run.NextAt = next, complete
	if isOpen(next, now) || !now.Before(complete) {
		return nil
	}
	run.Waiting = &MonthWaits{Period: next, Until: complete}
	for _, w := range list {
		if now.Before(w.Until) {
			run.Waiting.For = append(run.Waiting.For, w)
		}
	}
	return nil
}

// tellMonitor writes the textfile, where one is configured. A run that finds another
// at work, and has closed nothing before, leaves it to that one: as long as it hangs,
// the file grows old.
func (ws *Workspace) tellMonitor(run *DueRun, now time.Time, log *slog.Logger) error {
	if ws.Textfile == "" || run.State == RunRunning && len(run.Closed) == 0 {
		return nil
	}
	months, err := Months(ws, now)
	if err != nil {
		log.Warn("the textfile tells of no month", "problems", Problems(err))
	}
	return putTextfile(ws.Textfile, textfileOf(months, run, now))
}

// placesOf words what is waited for.
func placesOf(list []Waiting) []string {
	var words []string
	for _, w := range list {
		words = append(words, w.String())
	}
	return words
}
