package pipeline

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"fleetpay/rules"
)

// attemptOf tells of a close that failed; the zero Period when no month was begun.
func attemptOf(p rules.Period, opt CloseOptions, err error) *Attempt {
	a := &Attempt{At: instant(opt.ClosedAt), By: opt.By, Status: ExitStatus(err), Problems: Problems(err), Rejects: []string{}, Kept: []string{}}
	if !p.IsZero() {
		a.Period = p.String()
	}
	var rejects *RejectsError
	if errors.As(err, &rejects) {
		for _, r := range rejects.Rejects[:min(len(rejects.Rejects), fewRejects)] {
			a.Rejects = append(a.Rejects, r.String())
		}
	}
	return a
}

// fewRejects is how many bad rows are kept with a try: enough to see whose they are.
const fewRejects = 5

// NotBegun is a run whose workspace could not be opened.
func NotBegun(opt CloseOptions, err error) *DueRun {
	return &DueRun{State: RunFailed, Failed: attemptOf(rules.Period{}, opt, err)}
}

// noteOutcome keeps what a close failed by, or forgets what the one before it did.
// A month whose servers have not settled was not tried: it waits. The caller holds
// the lock, or nobody can; a failure that is noted after the success of another run
// tells nothing.
func (c *closing) noteOutcome(err error) {
	var noting error
	switch {
	case err == nil:
		noting = c.sweepAttempts(c.period)
	case c.ws.settled(c.period, c.opt.ClosedAt) == nil:
		noting = c.noteAttempt(c.period, *attemptOf(c.period, c.opt, err))
	}
	if noting != nil && c.opt.Warn != nil {
		c.opt.Warn(fmt.Errorf("whether %s was closed can't be noted: %w; let this user write to the folder %s; it changes nothing about the close",
			c.period, noting, filepath.Join(c.dir, attemptsName)))
	}
}

// Problems lists what is wrong, each with what to do about it. Bad rows are counted
// and not shown: they may hold what is no business of whoever reads this.
func Problems(err error) []string {
	list := problemsIn(err)
	var rejects *RejectsError
	if errors.As(err, &rejects) {
		for _, file := range rejects.Files {
			list = append(list, problemsIn(file)...)
		}
		list = append(list, fmt.Sprintf("fleetpay check %s --rejects FILE writes all bad rows", rejects.Period))
	}
	if advice := Advice(err); advice != "" {
		list = append(list, advice)
	}
	return slices.Compact(list)
}

// problemsIn takes apart what was joined, under whatever keeps its words.
func problemsIn(err error) []string {
	switch e := any(err).(type) {
	case renamed:
		list := problemsIn(e.error)
		for i := range list {
			list[i] = e.names.Replace(list[i])
		}
		return list
	case *Refusal:
		return problemsIn(e.Err)
	case interface{ Unwrap() []error }:
		var list, texts []string
		for _, one := range e.Unwrap() {
			list = append(list, problemsIn(one)...)
			texts = append(texts, one.Error())
		}
		if strings.Join(texts, "\n") == err.Error() { // and not several in a sentence
			return list
		}
	}
	if errors.Is(err, context.Canceled) {
		return []string{"the run was stopped before it ended; run it again: it goes on from what was pulled"}
	}
	return []string{err.Error()}
}
