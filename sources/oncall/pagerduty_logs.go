package oncall

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"fleetpay/sources"
)

// history is what the log entries of one incident tell.
type history struct {
	begun bool // the entry of its beginning is among them, so none before an acknowledgement is missing
	first time.Time
	text  string // of first, as written; "" when nobody acknowledged it
}

// acknowledge keeps the earliest acknowledgement.
func (h *history) acknowledge(t time.Time, text string) {
	if h.text == "" || t.Before(h.first) {
		h.first, h.text = t, text
	}
}

// otherFile is a file beside the one that is decoded.
type otherFile struct {
	name  string
	text  []byte
	pages []value
}

// history returns what is known of an incident's log entries, in this file or in
// another one of the folder; nil when there are none.
func (d *pagerDutyFile) history(id string) (*history, error) {
	if d.histories == nil {
		others, err := d.beside()
		if err != nil {
			return nil, err
		}
		d.histories = make(map[string]*history)
		all := append([]otherFile{{name: d.name, text: d.text, pages: d.pages}}, others...)
		for _, f := range all {
			if err := d.collect(f); err != nil {
				return nil, err
			}
		}
	}
	return d.histories[id], nil
}

// historical takes the acknowledgement from the log entries. said is as for
// acknowledged.
func (w *row) historical(h *history, said bool) {
	if !h.begun {
		w.fail("acknowledged_at", "", fmt.Sprintf("its log entries don't go back to its beginning, the trigger_log_entry; export every page of /incidents/%s/log_entries", w.id))
		return
	}
	w.acknowledged(h.text, said)
}

// collect takes the log entries of a file.
func (d *pagerDutyFile) collect(f otherFile) error {
	at := lines{text: f.text}
	for _, p := range f.pages {
		if isLogEntry(p) {
			if err := d.logEntry(p, "", f.name, &at); err != nil {
				return err
			}
			continue
		}
		for _, m := range p.members() {
			switch m.key {
			case "log_entries", "log_entry":
				id := ""
				if isIncident(p) { // an export that keeps each incident's entries in it
					own, _ := p.get("id")
					id = own.text()
				}
				if err := d.logEntries(m.value, id, f.name, &at); err != nil {
					return err
				}
			case "incidents", "incident":
				list := m.value.elements()
				if m.value.kind() == '{' {
					list = []value{m.value}
				}
				for _, incident := range list {
					entries, ok := incident.get("log_entries")
					id, _ := incident.get("id")
					if !ok || entries.kind() != '[' {
						continue
					}
					if err := d.logEntries(entries, id.text(), f.name, &at); err != nil {
						return err
					}
				}
			}
		}
	}
	return nil
}

func (d *pagerDutyFile) logEntries(list value, incident, name string, at *lines) error {
	entries := list.elements()
	if list.kind() == '{' {
		entries = []value{list}
	}
	for _, entry := range entries {
		if err := d.logEntry(entry, incident, name, at); err != nil {
			return err
		}
	}
	return nil
}

// logEntry takes one entry. incident is the one in whose list it stands, or "".
func (d *pagerDutyFile) logEntry(entry value, incident, name string, at *lines) error {
	wrong := func(what string) error {
		return &sources.FileError{File: name, Line: at.of(entry.at), Message: "a log entry " + what}
	}
	if of, ok := entry.get("incident"); ok {
		id, _ := of.get("id")
		if incident != "" && id.text() != incident || id.kind() != '"' {
			return wrong("is of another incident than its list; export it again")
		}
		incident = id.text()
	}
	if incident == "" {
		return wrong("does not say of which incident it is (incident.id); export it again")
	}
	kind, ok := entry.get("type")
	if !ok || kind.kind() != '"' {
		return wrong("has no type; export it again")
	}
	created, _ := entry.get("created_at")
	t, problem := moment(created)
	if problem != "" {
		return wrong("of incident " + quoted(incident) + ": created_at " + problem)
	}
	h := d.histories[incident]
	if h == nil {
		h = &history{}
		d.histories[incident] = h
	}
	switch {
	case isTrigger(kind.text()):
		h.begun = true
	case isAcknowledge(kind.text()):
		h.acknowledge(t, created.text())
	}
	return nil
}

func isTrigger(kind string) bool {
	return strings.TrimSuffix(kind, "_reference") == "trigger_log_entry"
}

// isAcknowledge knows both spellings of the published schema: LogEntryReference
// has the first and the answers do, too; the list of LogEntry.type has the second.
func isAcknowledge(kind string) bool {
	kind = strings.TrimSuffix(kind, "_reference")
	return kind == "acknowledge_log_entry" || kind == "acknowledgement_log_entry"
}

// whole makes sure that no page is missing: one that says that there are more is
// followed by another, in this file or beside it.
func (d *pagerDutyFile) whole() error {
	for _, p := range d.pages {
		more, _ := p.get("more")
		kind := "data"
		if _, rest := p.get("incidents"); rest {
			kind = "incidents"
		} else if _, analytics := p.get("data"); !analytics {
			continue
		}
		if more.text() != "true" {
			continue
		}
		others, err := d.beside()
		if err != nil {
			return err
		}
		next := nextOf(p, kind)
		found := false
		for _, f := range append([]otherFile{{pages: d.pages}}, others...) {
			for _, other := range f.pages {
				_, same := other.get(kind)
				found = found || same && next != "" && thisOf(other, kind) == next
			}
		}
		if !found {
			return &sources.FileError{File: d.name, Line: d.lines.of(p.at), Message: "this page is not the last (more is true), and the next one is neither in this file nor in a .json file beside it; export every page, as it came"}
		}
	}
	return nil
}

// nextOf and thisOf name a page by what it begins behind: the analytics by a
// cursor, REST by an offset.
func nextOf(p value, kind string) string {
	if kind == "data" {
		last, _ := p.get("last")
		if last.kind() != '"' {
			return ""
		}
		return last.text()
	}
	offset, _ := p.get("offset")
	limit, _ := p.get("limit")
	from, okFrom := digits(offset.text())
	many, okMany := digits(limit.text())
	if !okFrom || !okMany || many == 0 {
		return ""
	}
	return strconv.FormatInt(from+many, 10)
}

func thisOf(p value, kind string) string {
	key := "offset"
	if kind == "data" {
		key = "starting_after"
	}
	v, _ := p.get(key)
	return v.text()
}

// beside reads the folder's other .json files that hold answers of PagerDuty.
func (d *pagerDutyFile) beside() ([]otherFile, error) {
	if d.othersRead {
		return d.others, nil
	}
	d.othersRead = true
	entries, err := os.ReadDir(filepath.Dir(d.path)) // sorted by name
	if err != nil {
		return nil, &sources.FileError{File: d.name, Message: "the folder can't be read for log entries: " + reason(err), Err: err}
	}
	for _, entry := range entries {
		lower := strings.ToLower(entry.Name())
		file := filepath.Join(filepath.Dir(d.path), entry.Name())
		if entry.Name() == filepath.Base(d.path) || !strings.HasSuffix(strings.TrimSuffix(lower, ".gz"), ".json") || !mayBeAnswer(file) {
			continue
		}
		name := path.Join(path.Dir(d.name), entry.Name())
		e, err := openExport(d.ctx, file, name)
		if err != nil {
			return nil, err
		}
		if e.form != isJSON {
			continue
		}
		tops, err := readJSON(e.text, name)
		if err != nil {
			return nil, err
		}
		d.others = append(d.others, otherFile{name: name, text: e.text, pages: pagesOf(tops)})
	}
	return d.others, nil
}

// mayBeAnswer looks at a file's beginning for the members that make an answer of
// PagerDuty, so that other files of the folder are left alone.
func mayBeAnswer(file string) bool {
	info, err := os.Stat(file)
	if err != nil || !info.Mode().IsRegular() {
		return false
	}
	f, err := os.Open(file)
	if err != nil {
		return false
	}
	defer f.Close()
	var r io.Reader = f
	if strings.HasSuffix(strings.ToLower(file), ".gz") {
		if r, err = gzip.NewReader(f); err != nil {
			return false
		}
	}
	head, err := io.ReadAll(io.LimitReader(r, 64<<10))
	if err != nil {
		return false
	}
	for _, mark := range []string{`"log_entries"`, `"log_entry"`, `_log_entry"`, `"incidents"`, `"incident_number"`, `"more"`} {
		if bytes.Contains(head, []byte(mark)) {
			return true
		}
	}
	return false
}
