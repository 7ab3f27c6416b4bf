package pipeline

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"fleetpay/rules"
)

// toldMonth is what of a month was put into the outbox last: closes/.outbox/told/PERIOD.json.
// Failures of runs that came to no month stand in run.json.
type toldMonth struct {
	Period string       `json:"period"`
	Closed string       `json:"closed"` // SHA-256 of the SHA256SUMS of the close; "" before one
	Failed *FailedEvent `json:"failed"` // the failure that is not over; null without one
}

func (b outbox) toldFile(period string) string {
	return filepath.Join(b.dir, toldName, orRun(period)+".json")
}

// orRun names what an event is about: a month, or the run as a whole.
func orRun(period string) string {
	if period == "" {
		return "run"
	}
	return period
}

// told reads what was told of a month; nothing when there is no file.
func (b outbox) told(period string) (toldMonth, error) {
	path, nothing := b.toldFile(period), toldMonth{Period: period}
	data, err := readPlainUpTo(path, largestEntry)
	if errors.Is(err, fs.ErrNotExist) {
		return nothing, nil
	}
	if err != nil {
		return nothing, err
	}
	var t toldMonth
	if err = strictJSON(data, &t); err == nil && t.Period != period {
		err = fmt.Errorf("it is of %s", t.Period)
	}
	if err != nil {
		return nothing, refuse("%s: does not say what was told: %w; it is written anew", path, err)
	}
	return t, nil
}

func (b outbox) tell(t toldMonth) error {
	data, err := marshalRecord(t)
	if err != nil {
		return err
	}
	return replaceFile(b.toldFile(t.Period), data)
}

// eventsOf lists what a run has to tell, in the order in which it came about. What a
// close came to is read from its folder, when it is filed.
func eventsOf(run *DueRun) []Event {
	var list []Event
	for _, out := range run.Closed {
		list = append(list, Event{Kind: EventClosed, Period: out.Period.String()})
	}
	if run.Failed != nil {
		list = append(list, eventOfFailure(run.Failed))
	}
	return list
}

// begin makes the folder of what was told, when there is none: with the closes that are
// there, but for those of this run.
func (n *notifier) begin(events []Event) (begun bool) {
	told := filepath.Join(n.box.dir, toldName)
	if isFolder(told) {
		return true
	}
	err := n.noteOld(events, told)
	if err != nil && !isFolder(told) { // else another run was first
		n.problem("the closes that are there can't be noted, so only what this run closes is told", err)
		return false
	}
	return true
}

// noteOld makes that folder aside and moves it into its place as a whole, so that no kill
// and no full disk leaves a part of it, by which old closes would be new.
func (n *notifier) noteOld(events []Event, told string) error {
	part, c := outbox{told + "." + rand.Text() + partSuffix}, closes{n.ws.Closes}
	old, err := c.list()
	if err != nil {
		return err
	}
	defer os.RemoveAll(part.dir) // what is left of it
	if err := os.MkdirAll(filepath.Join(part.dir, toldName), 0o777); err != nil {
		return err
	}
	for _, p := range old {
		if closedBy(events, p) {
			continue
		}
		sum, err := hashFile(filepath.Join(c.folder(p), sumsName))
		if err != nil {
			return err
		}
		if err := part.tell(toldMonth{Period: p.String(), Closed: sum}); err != nil {
			return err
		}
	}
	if err := os.Rename(filepath.Join(part.dir, toldName), told); err != nil {
		return err
	}
	return syncPath(n.box.dir)
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// closedBy tells whether a month was closed by the run of the events.
func closedBy(events []Event, p rules.Period) bool {
	return slices.ContainsFunc(events, func(e Event) bool { return e.Kind == EventClosed && e.Period == p.String() })
}

// file puts into the outbox what was not told yet. Closes are taken from the closes
// folder, so that one is told also when its run was killed, or was by hand.
func (n *notifier) file(events []Event) {
	n.begun = n.begin(events)
	c := closes{n.ws.Closes}
	closed, err := c.list()
	if err != nil {
		n.problem("the closes can't be listed; those that are new are not told", err)
	}
	for _, p := range closed {
		if n.begun || closedBy(events, p) {
			n.fileClose(c, p)
		}
	}
	failed := false
	for _, e := range events {
		if e.Kind == EventFailed {
			n.fileFailure(e)
			failed = failed || e.Period == ""
		}
	}
	if !failed && n.begun {
		n.forgetRun()
	}
}

// forgetRun ends the failure of a run that came to no month, as this one did: when it
// comes back, it is told again.
func (n *notifier) forgetRun() {
	if err := os.Remove(n.box.toldFile("")); err != nil && !errors.Is(err, fs.ErrNotExist) {
		n.problem("what was told can't be noted, so a failure may not be told again", err)
	}
}

// fileClose files the events of a close that was not told.
func (n *notifier) fileClose(c closes, p rules.Period) {
	sum, err := hashFile(filepath.Join(c.folder(p), sumsName))
	if err != nil {
		n.problem("a close can't be told", err, "period", p.String())
		return
	}
	before, err := n.box.told(p.String())
	if err != nil {
		n.problem("what was told before is not known, so it may be told again", err)
	}
	if before.Closed == sum {
		return
	}
	list, err := n.ws.eventsOfClose(p, before.Failed)
	if err != nil {
		n.problem("a close can't be told", err, "period", p.String())
		return
	}
	filed := true
	for _, e := range list {
		filed = n.put(e) && filed
	}
	n.note(toldMonth{Period: p.String(), Closed: sum}, filed)
}

// fileFailure files a failure, unless it is the one that was told last.
func (n *notifier) fileFailure(e Event) {
	e.Failed.below(n.ws.Dir)
	before, err := n.box.told(e.Period)
	if err != nil {
		n.problem("what was told before is not known, so it may be told again", err)
	}
	if before.Failed.same(e.Failed) {
		return
	}
	before.Failed = e.Failed
	n.note(before, n.waits(e) || n.put(e))
}

// waits tells whether a failure is in the outbox already, of a run that was killed
// before it noted that.
func (n *notifier) waits(e Event) bool {
	names, err := n.box.names()
	if err != nil {
		return false // which is logged when the outbox is sent
	}
	var last *FailedEvent
	for _, name := range names {
		entry, err := n.box.read(name)
		if err == nil && entry.Event.Period == e.Period {
			last = entry.Event.Failed // nil of a close, with which what failed before it is over
		}
	}
	return last.same(e.Failed)
}

// put files an event. One that the disk does not take is sent from memory: a full
// disk is what people must learn.
func (n *notifier) put(e Event) bool {
	e, err := n.ws.seal(e)
	if err != nil {
		n.problem("an event can't be written", err, "event", e.Kind, "period", e.Period)
		return false
	}
	if err := n.box.put(outboxEntry{Event: e}); err != nil {
		n.problem("an event can't be kept; it is told now, or not at all by this run", err, "event", e.Kind, "period", e.Period)
		n.unfiled = append(n.unfiled, e)
		return false
	}
	return true
}

// note writes down what was filed. What was not is told again by the next run.
func (n *notifier) note(t toldMonth, filed bool) {
	if !filed || !n.begun {
		return
	}
	if err := n.box.tell(t); err != nil {
		n.problem("what was told can't be noted, so it may be told again", err, "period", t.Period)
	}
}
