package pipeline

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// outboxName is the folder of what a webhook is to be told. No close rests on it.
//
//	.outbox/20261103T060000Z-2026-10-closed-….json  an event that waits, in the order of the names
//	.outbox/told/2026-10.json                       what of a month was told last
//	.outbox/refused/…                               events that the webhook refused for days
const (
	outboxName  = ".outbox"
	toldName    = "told"
	refusedName = "refused"
)

func (c closes) outbox() string { return filepath.Join(c.dir, outboxName) }

// outbox is that folder.
type outbox struct{ dir string }

// outboxEntry is a file of the outbox.
type outboxEntry struct {
	Event   Event  `json:"event"`
	Refused string `json:"refused_at,omitempty"` // since when the webhook refuses it; "" when it does not

	unfiled bool // it is in memory only
}

// largestEntry is more than any event takes, in bytes.
const largestEntry = 1 << 20

// name is that of an event's file: in order of time, then of months, and a close
// before who is held in it. The same event has the same name.
func (e Event) name() string {
	at := strings.NewReplacer("-", "", ":", "").Replace(e.At)
	return fmt.Sprintf("%s-%s-%s-%s.json", at, orRun(e.Period), e.Kind, e.ID)
}

// put keeps an entry until it is delivered.
func (b outbox) put(entry outboxEntry) error {
	data, err := marshalRecord(entry)
	if err != nil {
		return err
	}
	return replaceFile(filepath.Join(b.dir, entry.Event.name()), data)
}

// remove takes away an entry that was delivered.
func (b outbox) remove(e Event) error {
	if err := os.Remove(filepath.Join(b.dir, e.name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return syncPath(b.dir)
}

// setAside moves an entry to those that are not tried any more.
func (b outbox) setAside(e Event) (string, error) {
	to := filepath.Join(b.dir, refusedName, e.name())
	if err := os.MkdirAll(filepath.Dir(to), 0o777); err != nil {
		return "", err
	}
	if err := os.Rename(filepath.Join(b.dir, e.name()), to); err != nil {
		return "", err
	}
	return to, errors.Join(syncPath(filepath.Dir(to)), syncPath(b.dir))
}

// names lists the files of entries, oldest first.
func (b outbox) names() ([]string, error) {
	files, err := os.ReadDir(b.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var names []string
	for _, f := range files {
		if strings.HasSuffix(f.Name(), ".json") {
			names = append(names, f.Name())
		}
	}
	return sorted(names), err
}

// read reads an entry, and holds it to its name and its id: nothing is signed that
// this program did not write.
func (b outbox) read(name string) (outboxEntry, error) {
	path := filepath.Join(b.dir, name)
	data, err := readPlainUpTo(path, largestEntry)
	if err != nil {
		return outboxEntry{}, err
	}
	entry, err := decodeEntry(data)
	if err == nil && entry.Event.name() != name {
		err = errors.New("it is another event than its name says")
	}
	if err != nil {
		return entry, refuse("%s: is no event that waits: %w; look what it is, and move it away", path, err)
	}
	return entry, nil
}

// decodeEntry reads an entry strictly.
func decodeEntry(data []byte) (outboxEntry, error) {
	var entry outboxEntry
	if err := strictJSON(data, &entry); err != nil {
		return entry, err
	}
	e := entry.Event
	id, err := e.digest()
	set := 0
	for kind, has := range map[string]bool{EventClosed: e.Closed != nil, EventHeld: e.Held != nil, EventFailed: e.Failed != nil} {
		if has != (e.Kind == kind) {
			return entry, fmt.Errorf("what it tells is not of the kind %q", e.Kind)
		}
		if has {
			set++
		}
	}
	switch {
	case err != nil:
		return entry, err
	case set != 1:
		return entry, fmt.Errorf("%q is not a kind of event", e.Kind)
	case e.Schema != eventSchema:
		return entry, fmt.Errorf("its schema is %q and must be %s", e.Schema, eventSchema)
	case e.ID != id:
		return entry, errors.New("its id is not that of what it tells")
	}
	if entry.Refused != "" {
		_, err = readInstant(entry.Refused)
	}
	return entry, err
}

// lock keeps other runs from telling at the same time, and removes what a killed run
// left half written. Where it can't be taken, on a full disk say, the run tells
// alone: what two runs send is the same delivery.
func (n *notifier) lock() (release func(), alone bool) {
	release, err := lockFolder(n.box.dir, "close --due, which tells the webhook")
	var busy *busyError
	switch {
	case errors.As(err, &busy):
		return func() {}, false
	case err != nil:
		n.problem("the outbox can't be locked", err)
		return func() {}, true
	}
	for _, dir := range []string{n.box.dir, filepath.Join(n.box.dir, toldName)} {
		left, _ := filepath.Glob(escapeGlob(dir) + "/*" + partSuffix) // the pattern is a good one
		for _, file := range left {
			if err := os.RemoveAll(file); err != nil {
				n.problem("what a killed run left can't be removed", err)
			}
		}
	}
	return release, true
}

// waiting lists what is to be told, oldest first.
func (n *notifier) waiting() []outboxEntry {
	names, err := n.box.names()
	if err != nil {
		n.problem("the outbox can't be read; what waits there is not told", err)
	}
	var list []outboxEntry
	for _, name := range names {
		entry, err := n.box.read(name)
		if err != nil {
			n.problem("an event can't be told", err)
			continue
		}
		list = append(list, entry)
	}
	for _, e := range n.unfiled {
		list = append(list, outboxEntry{Event: e, unfiled: true})
	}
	slices.SortStableFunc(list, func(a, b outboxEntry) int { return strings.Compare(a.Event.name(), b.Event.name()) })
	return slices.CompactFunc(list, func(a, b outboxEntry) bool { return a.Event.ID == b.Event.ID })
}

// delivered takes an entry out of the outbox.
func (n *notifier) delivered(entry outboxEntry) {
	if entry.unfiled {
		return
	}
	if err := n.box.remove(entry.Event); err != nil {
		n.problem("an event that was told can't be removed; it will be told again with the same id", err, "delivery", entry.Event.ID)
	}
}

// refused keeps an entry that the webhook does not take: for the next runs, and after
// some days for people.
func (n *notifier) refused(entry outboxEntry, refusal error, now time.Time, about []any) {
	if entry.unfiled {
		n.problem("the webhook refuses an event", refusal, about...)
		return
	}
	since, err := readInstant(entry.Refused)
	if err == nil && now.Sub(since) >= n.limits.refuse {
		to, err := n.box.setAside(entry.Event)
		if err != nil {
			n.problem("an event that the webhook refuses can't be laid aside", err, about...)
			return
		}
		n.problem("the webhook has refused an event since "+entry.Refused+", so it is kept and not tried any more; "+
			"correct the webhook, and move the file back into "+n.box.dir, refusal, append(about, "file", to)...)
		return
	}
	n.problem("the webhook refuses an event; the next run tries again", refusal, about...)
	if err == nil {
		return // since when is noted already
	}
	entry.Refused = instant(now)
	if err := n.box.put(entry); err != nil {
		n.problem("since when the webhook refuses an event can't be noted", err, about...)
	}
}
