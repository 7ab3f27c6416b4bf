package sources

import (
	"context"
	"slices"
)

// Row is one good row of a dataset.
type Row struct {
	// Line is the 1-based line of the file on which the record begins, as
	// uncompressed; in Parquet the 1-based number of the row.
	Line int64
	// Values has one entry per column of the dataset, in that order. The slice is
	// reused for the next row: copy it to keep it past the call.
	Values []Value
}

// Counts says how many rows a file held. Read is always the rows emitted plus
// Bad, so long as neither the file nor emit failed.
type Counts struct {
	Read int64 // rows begun and judged; empty lines are none
	Bad  int64 // of them, those with at least one Reject
}

// MaxRecordBytes is the longest record: a line of JSON Lines or a CSV record with
// its quoted new lines, the line end included, and the longest cell of Parquet.
const MaxRecordBytes = 1 << 20

// Decode reads the file at path, in the format that its ending tells, row by row
// in the order of the file. Good rows go to emit, bad cells and malformed records
// to reject; name is what they call the file. It holds one record at a time (a
// batch of 1,024 rows of Parquet), however large the file is.
//
// The error is a *FileError when the file as a whole is no good, the context's
// error when that ended, and otherwise what emit returned.
func Decode(ctx context.Context, ds *Dataset, path, name string, emit func(Row) error, reject func(Reject)) (Counts, error) {
	d := &decoder{
		ds: ds, name: name, emit: emit, reject: reject,
		cells:  make([]cell, len(ds.Columns)),
		values: make([]Value, len(ds.Columns)),
	}
	format, err := formatOf(path, name)
	if err != nil {
		return Counts{}, err
	}
	if format.parquet() {
		err = d.parquet(ctx, path)
		return d.counts, err
	}
	in, err := openText(ctx, path, name, format)
	if err != nil {
		return Counts{}, err
	}
	defer in.Close()
	if format.kind == "csv" {
		err = d.csv(in)
	} else {
		err = d.jsonl(in)
	}
	return d.counts, err
}

// decoder builds rows out of cells. Each format calls begin, then put or fail
// for the cells it finds, then finish.
type decoder struct {
	ds     *Dataset
	name   string
	emit   func(Row) error
	reject func(Reject)

	line   int64
	cells  []cell
	values []Value
	bad    []Reject // of the current row; handed over when its key is known
	counts Counts

	allowed []string // required columns that the current row may lack
}

// cell is what a format found for a column.
type cell struct {
	text  string
	state cellState
}

type cellState uint8

const (
	absent cellState = iota
	empty            // written, and holding nothing
	given
	rejected
)

func (d *decoder) begin(line int64) {
	d.line, d.bad = line, d.bad[:0]
	clear(d.cells)
}

// put hands over the text of a cell; an empty one is absent.
func (d *decoder) put(column int, text string) {
	if text != "" {
		d.cells[column] = cell{text: text, state: given}
	}
}

// fail rejects a cell of a column of the dataset.
func (d *decoder) fail(column int, value, message string) {
	d.cells[column].state = rejected
	d.report(d.ds.Columns[column].Name, value, message)
}

// report rejects something of the current row.
func (d *decoder) report(column, value, message string) {
	d.bad = append(d.bad, Reject{File: d.name, Line: d.line, Column: column, Value: printable(value), Message: message})
}

// malformed counts and rejects a record that could not be taken apart.
func (d *decoder) malformed(line int64, value, message string) {
	d.begin(line)
	d.report("", value, message)
	d.refuse("")
}

// refuse hands over what is wrong with the current row.
func (d *decoder) refuse(key string) {
	for _, r := range d.bad {
		r.Key = key
		d.reject(r)
	}
	d.counts.Read++
	d.counts.Bad++
}

// finish judges the row, cell by cell in the order of the dataset and then
// across cells, and emits it when nothing is wrong.
func (d *decoder) finish() error {
	for i := range d.cells {
		c, column := &d.cells[i], &d.ds.Columns[i]
		d.values[i] = Value{}
		switch {
		case c.state == given:
			value, problem := column.parse(c.text)
			if problem != "" {
				d.fail(i, c.text, problem)
				continue
			}
			d.values[i] = value
		case c.state <= empty && column.Required && !slices.Contains(d.allowed, column.Name):
			d.fail(i, "", "empty; every row needs one")
		}
	}
	for i := range d.ds.rules {
		r := &d.ds.rules[i]
		if d.cells[r.at].state == rejected || d.cells[r.otherAt].state == rejected {
			continue
		}
		if problem := r.check(d.values[r.at], d.values[r.otherAt]); problem != "" {
			d.report(r.column, d.cells[r.at].text, problem)
		}
	}
	if len(d.bad) > 0 {
		key := ""
		if first := &d.cells[0]; first.state == given {
			key = first.text
		}
		d.refuse(key)
		return nil
	}
	if err := d.emit(Row{Line: d.line, Values: d.values}); err != nil {
		return err
	}
	d.counts.Read++
	return nil
}
