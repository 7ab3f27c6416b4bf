package proposals

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"fleetpay/sources"
)

// Table is a CSV file of the workspace with the places of its cells, so that a row
// can be added or changed and every other byte stays. It reads what
// [sources.Decode] reads; a plan holds the two against each other.
type Table struct {
	Dataset *sources.Dataset
	Name    string // as configured, for messages and the journal

	data    []byte
	columns []string
	records []record // below the header
	lineEnd string   // of the header; "\n" when it has none
}

// record is a row of a file. Its line end is not part of it.
type record struct {
	cells []span
	ends  int
}

// span is the place of a cell, quotes included.
type span struct {
	begins, ends int
	text         string
}

// byteOrderMark may begin a file.
const byteOrderMark = "\ufeff"

// ReadTable takes a CSV file apart.
func ReadTable(ds *sources.Dataset, name string, data []byte) (*Table, error) {
	t := &Table{Dataset: ds, Name: name, data: data, lineEnd: "\n"}
	at := 0
	if bytes.HasPrefix(data, []byte(byteOrderMark)) {
		at = len(byteOrderMark)
	}
	var all []record
	for at < len(data) {
		if n := lineEndAt(data, at); n > 0 {
			at += n // an empty line is no row
			continue
		}
		r, err := readRecordAt(data, at)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", name, 1+bytes.Count(data[:at], []byte("\n")), err)
		}
		all = append(all, r)
		n := lineEndAt(data, r.ends)
		if len(all) == 1 && n > 0 && data[r.ends+n-1] == '\n' {
			t.lineEnd = string(data[r.ends : r.ends+n])
		}
		at = r.ends + n
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%s: is empty; its first line must name the columns of %s", name, ds.Name)
	}
	for _, c := range all[0].cells {
		t.columns = append(t.columns, c.text)
	}
	t.records = all[1:]
	for _, r := range t.records {
		if len(r.cells) != len(t.columns) {
			line := 1 + bytes.Count(data[:r.cells[0].begins], []byte("\n"))
			return nil, fmt.Errorf("%s:%d: %d instead of %d cells; correct the file first", name, line, len(r.cells), len(t.columns))
		}
	}
	return t, nil
}

// lineEndAt is the length of the line end at a place; 0 when there is none.
func lineEndAt(data []byte, at int) int {
	switch {
	case bytes.HasPrefix(data[at:], []byte("\r\n")):
		return 2
	case at < len(data) && data[at] == '\n', at+1 == len(data) && data[at] == '\r': // as encoding/csv has it
		return 1
	}
	return 0
}

// readRecordAt reads the record that begins at a place.
func readRecordAt(data []byte, at int) (record, error) {
	var r record
	for {
		c, err := readCellAt(data, at)
		if err != nil {
			return r, err
		}
		r.cells = append(r.cells, c)
		if at = c.ends; at < len(data) && data[at] == ',' {
			at++
			continue
		}
		if r.ends = at; at < len(data) && lineEndAt(data, at) == 0 {
			return r, fmt.Errorf("text follows a closing quote; correct the file first")
		}
		return r, nil
	}
}

func readCellAt(data []byte, at int) (span, error) {
	if at >= len(data) || data[at] != '"' {
		end := at
		for end < len(data) && data[end] != ',' && lineEndAt(data, end) == 0 {
			if data[end] == '"' {
				return span{}, fmt.Errorf("a quote stands inside a cell that is not quoted; correct the file first")
			}
			end++
		}
		return span{at, end, string(data[at:end])}, nil
	}
	var text []byte
	for i := at + 1; i < len(data); i++ {
		switch {
		case data[i] != '"':
			text = append(text, data[i])
		case i+1 < len(data) && data[i+1] == '"':
			text = append(text, '"')
			i++
		default:
			return span{at, i + 1, strings.ReplaceAll(string(text), "\r\n", "\n")}, nil
		}
	}
	return span{}, fmt.Errorf("a quote is never closed; correct the file first")
}

// Find returns the rows whose cells are these, by column, in the file's order. A
// column that the file lacks is empty in each row.
func (t *Table) Find(cells map[string]string) []int {
	var found []int
	for i := range t.records {
		all := true
		for column, want := range cells {
			all = all && t.Cell(i, column) == want
		}
		if all {
			found = append(found, i)
		}
	}
	return found
}

// Cell returns the text of a cell; "" when the file lacks the column.
func (t *Table) Cell(row int, column string) string {
	if i := slices.Index(t.columns, column); i >= 0 {
		return t.records[row].cells[i].text
	}
	return ""
}

// Row returns the text of a row's cells, in the order of the file's columns.
func (t *Table) Row(row int) []string {
	var texts []string
	for _, c := range t.records[row].cells {
		texts = append(texts, c.text)
	}
	return texts
}

// Line writes a row as a line of the file, for people who add it by hand.
func (t *Table) Line(r Row) string { return line(t.columns, r) }

// line writes a row under some columns.
func line(columns []string, r Row) string {
	var cells []string
	for _, column := range columns {
		cells = append(cells, quoted(r.Value(column)))
	}
	return strings.Join(cells, ",")
}

// quoted writes a cell as RFC 4180 wants it.
func quoted(text string) string {
	if !strings.ContainsAny(text, ",\"\r\n") && strings.TrimSpace(text) == text {
		return text
	}
	return `"` + strings.ReplaceAll(text, `"`, `""`) + `"`
}

// with returns the table with a row added, or changed where it is there, and what
// that row was and is. A row that changes nothing gives the table itself, and nil.
func (t *Table) with(r Row) (*Table, *WrittenRow, error) {
	for i, column := range r.Columns {
		if !slices.Contains(t.columns, column) {
			if problem := t.otherForm(); problem != "" {
				return nil, nil, fmt.Errorf("%s:1: %s", t.Name, problem)
			}
			or := ""
			if !slices.Contains(r.needs, column) {
				or = fmt.Sprintf(", or leave it out with --set %s.%s=", r.Dataset, column)
			}
			return nil, nil, fmt.Errorf("%s: has no column %s, which the row fills with %q; add the column to the file's first line (and a cell to each row)%s",
				t.Name, column, r.Values[i], or)
		}
	}
	match := map[string]string{}
	for _, column := range r.match {
		match[column] = r.Value(column)
	}
	found := t.Find(match)
	switch {
	case len(found) > 1:
		return nil, nil, fmt.Errorf("%s: has %d rows of %s; leave one of them first", t.Name, len(found), rowName(r))
	case len(found) == 0 && r.Change:
		return nil, nil, fmt.Errorf("%s: has no row of %s, which this would change; look what became of it", t.Name, rowName(r))
	case len(found) == 0:
		return t.add(r)
	}
	return t.change(found[0], r)
}

// otherForm says when a first line names no columns because of how it is written.
func (t *Table) otherForm() string {
	switch text := strings.Join(t.columns, ""); {
	case strings.Contains(text, "\r"):
		return "the lines end in CR alone; save the file with LF or CRLF first"
	case len(t.columns) == 1 && strings.ContainsAny(text, ";\t"):
		return "the cells have no commas between them; save the file as CSV with commas first"
	}
	return ""
}

// add appends a row, behind the last line whether that has its end or not.
func (t *Table) add(r Row) (*Table, *WrittenRow, error) {
	var b bytes.Buffer
	b.Write(t.data)
	ended := len(t.data) > 0 && t.data[len(t.data)-1] == '\n'
	switch {
	case bytes.HasSuffix(t.data, []byte("\r")):
		b.WriteString("\n") // which makes it a whole line end
	case !ended:
		b.WriteString(t.lineEnd)
	}
	b.WriteString(t.Line(r))
	if ended {
		b.WriteString(t.lineEnd)
	}
	made, err := ReadTable(t.Dataset, t.Name, b.Bytes())
	if err != nil {
		return nil, nil, err
	}
	return made, t.written(r, nil, made.Row(len(made.records)-1)), nil
}

// change gives cells of a row other values, and leaves its other bytes.
func (t *Table) change(at int, r Row) (*Table, *WrittenRow, error) {
	var b bytes.Buffer
	from := 0
	for i, column := range t.columns {
		c := t.records[at].cells[i]
		value := r.Value(column)
		if !slices.Contains(r.Columns, column) || value == c.text {
			continue
		}
		b.Write(t.data[from:c.begins])
		b.WriteString(quoted(value))
		from = c.ends
	}
	if from == 0 {
		return t, nil, nil
	}
	b.Write(t.data[from:])
	made, err := ReadTable(t.Dataset, t.Name, b.Bytes())
	if err != nil {
		return nil, nil, err
	}
	return made, t.written(r, t.Row(at), made.Row(at)), nil
}

func (t *Table) written(r Row, before, after []string) *WrittenRow {
	return &WrittenRow{Dataset: r.Dataset, File: t.Name, Columns: slices.Clone(t.columns), Before: before, After: after}
}
