package sources

import "context"

// Decoder reads a saved file of some form row by row, as [Decode] does for the
// forms of our own: good rows to emit, bad cells to reject, and the same errors.
type Decoder func(ctx context.Context, ds *Dataset, path, name string, emit func(Row) error, reject func(Reject)) (Counts, error)

// Builder makes rows of a dataset out of the records of another form. For each
// record call Begin, then Put or Fail for what it holds, then Finish. Every cell
// is judged as one of CSV is.
type Builder struct{ d decoder }

// NewBuilder makes a Builder for a file that messages call name.
func NewBuilder(ds *Dataset, name string, emit func(Row) error, reject func(Reject)) *Builder {
	return &Builder{decoder{
		ds: ds, name: name, emit: emit, reject: reject,
		cells: make([]cell, len(ds.Columns)), values: make([]Value, len(ds.Columns)),
	}}
}

// Begin starts the record on a line of the file, counted from 1.
func (b *Builder) Begin(line int64) { b.d.begin(line) }

// Put sets a column to a text, written as in CSV; "" is absent. A column that the
// dataset lacks panics.
func (b *Builder) Put(column, text string) { b.d.put(b.d.ds.Index(column), text) }

// Fail rejects the record for what it holds for a column.
func (b *Builder) Fail(column, value, message string) { b.d.fail(b.d.ds.Index(column), value, message) }

// Finish judges the record, and emits it or hands over what is wrong with it. The
// columns named may be absent, although the dataset requires them.
func (b *Builder) Finish(absent ...string) error {
	b.d.allowed = absent
	return b.d.finish()
}

// Malformed counts and rejects a record that can't be taken apart.
func (b *Builder) Malformed(line int64, value, message string) { b.d.malformed(line, value, message) }

// Counts says how many records there were so far.
func (b *Builder) Counts() Counts { return b.d.counts }
