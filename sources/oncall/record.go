package oncall

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"

	"fleetpay/sources"
)

// record is one incident as a provider wrote it, from JSON or from a table.
type record struct {
	line   int64
	fields map[string]value
	table  bool // all cells are text: from CSV or Parquet
}

// recordOf takes an object apart. A key that stands twice is a problem.
func recordOf(v value, line int64) (r record, problem string) {
	if v.kind() != '{' {
		return record{line: line}, "is not a JSON object; export the incidents again"
	}
	r = record{line: line, fields: make(map[string]value)}
	for _, m := range v.members() {
		if _, twice := r.fields[m.key]; twice {
			return r, fmt.Sprintf("%s stands twice in this object; export the incidents again", quoted(m.key))
		}
		r.fields[m.key] = m.value
	}
	return r, ""
}

// field returns a field that must be there. In a table an empty cell is null.
func (r record) field(name string) (v value, problem string) {
	v, ok := r.fields[name]
	if !ok {
		return value{}, fmt.Sprintf("the provider's field %s is missing; export it with that field", name)
	}
	return v, ""
}

// text reads a string or null, which is "".
func (r record) text(name string) (text, problem string) {
	v, problem := r.field(name)
	if problem != "" {
		return "", problem
	}
	switch v.kind() {
	case 'n':
		return "", ""
	case '"':
		return v.text(), ""
	}
	return "", fmt.Sprintf("the provider's field %s holds %s where its schema has a string; export it again, or see whether the provider has changed it", name, written(v))
}

// whole reads an integer of 0 or more, or null.
func (r record) whole(name string) (n int64, set bool, problem string) {
	v, problem := r.field(name)
	if problem != "" {
		return 0, false, problem
	}
	text := string(v.raw) // of a string that is none of a table's, with its quotes: no digits
	if r.table {
		text = v.text()
	}
	if v.kind() == 'n' {
		return 0, false, ""
	}
	if n, ok := digits(text); ok {
		return n, true, ""
	}
	return 0, false, fmt.Sprintf("the provider's field %s holds %s where its schema has a whole number; export it again, or see whether the provider has changed it", name, written(v))
}

// digits reads a whole number that counts seconds or milliseconds of an
// incident: at most 15 digits, which no sum of ours overflows.
func digits(text string) (int64, bool) {
	if text == "" || len(text) > 15 || strings.Trim(text, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.ParseInt(text, 10, 64)
	return n, err == nil
}

// flag reads a boolean; null and a field that is left out are false.
func (r record) flag(name string) (set bool, problem string) {
	v, ok := r.fields[name]
	if !ok {
		return false, ""
	}
	text := string(v.raw)
	if r.table && v.kind() == '"' {
		text = v.text()
	}
	switch strings.ToLower(text) {
	case "true":
		return true, ""
	case "false", "null", "":
		return false, ""
	}
	return false, fmt.Sprintf("the provider's field %s holds %s where its schema has true or false; export it again, or see whether the provider has changed it", name, quoted(text))
}

// row builds one row of the dataset and keeps what is told of it.
type row struct {
	b        *sources.Builder
	id       string
	openedAt time.Time // zero when it could not be read
	nodes    string
	severity string
	why      []string // it is not mapped
}

// fail rejects the row; a problem of "" is none.
func (w *row) fail(column, value, problem string) {
	if problem != "" {
		w.b.Fail(column, value, problem)
	}
}

// open sets opened_at, and keeps it to count from.
func (w *row) open(text string) {
	w.b.Put("opened_at", text)
	at, err := time.Parse(time.RFC3339Nano, strings.ToUpper(text))
	if err == nil {
		w.openedAt = at
	}
}

// after puts the instant that lies so far behind opened_at. When that can't be
// read, the row is rejected for it already.
func (w *row) after(column string, d int64, unit time.Duration) {
	const longest = 10 * 366 * 24 * time.Hour
	if w.openedAt.IsZero() {
		return
	}
	if d > int64(longest/unit) {
		w.b.Fail(column, strconv.FormatInt(d, 10), fmt.Sprintf("%d is more than ten years after the incident began; export it again", d))
		return
	}
	w.b.Put(column, instant(w.openedAt.Add(time.Duration(d)*unit)))
}

// finish hands the row over. Without nodes or a severity it goes without both,
// and unmapped is told. What is of no node goes without nodes, and nothing is told.
func (w *row) finish(name string, line int64, unmapped func(Unmapped)) error {
	if w.nodes == NoNode {
		w.b.Put("severity", w.severity)
		return w.b.Finish("node_ids", "severity")
	}
	if len(w.why) == 0 {
		w.b.Put("node_ids", w.nodes)
		w.b.Put("severity", w.severity)
		return w.b.Finish()
	}
	bad := w.b.Counts().Bad
	if err := w.b.Finish("node_ids", "severity"); err != nil || w.b.Counts().Bad > bad {
		return err
	}
	if unmapped == nil {
		return nil
	}
	unmapped(Unmapped{IncidentID: w.id, OpenedAt: w.openedAt.UTC(), File: name, Line: line, Why: strings.Join(w.why, "; ")})
	return nil
}

func instant(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

// plain makes a provider's free text fit for a cell: without control characters,
// except that lines stay lines.
func plain(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return ' '
		}
		return r
	}, strings.ReplaceAll(text, "\r\n", "\n"))
}
