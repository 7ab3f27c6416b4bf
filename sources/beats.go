package sources

import (
	"errors"
	"os"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/apache/arrow/go/v15/parquet"
	"github.com/apache/arrow/go/v15/parquet/compress"
	"github.com/apache/arrow/go/v15/parquet/pqarrow"
)

// beatRows is how many heartbeats a BeatWriter holds in memory; each batch
// becomes a row group.
const beatRows = 1 << 17

// BeatWriter writes the dataset heartbeats to a Parquet file: node_id as text,
// sampled_at in microseconds UTC, up as a boolean. The same rows give the same
// bytes.
type BeatWriter struct {
	file   *os.File
	sink   *Sink // before the file
	out    *pqarrow.FileWriter
	schema *arrow.Schema
	node   *array.StringBuilder
	at     *array.TimestampBuilder
	up     *array.BooleanBuilder
	places struct{ node, at, up int } // of the columns in a row
}

// NewBeatWriter makes the file at path; one that is there is overwritten.
func NewBeatWriter(path string) (*BeatWriter, error) {
	instant := &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"}
	ds := Lookup("heartbeats")
	w := &BeatWriter{
		schema: arrow.NewSchema([]arrow.Field{
			{Name: "node_id", Type: arrow.BinaryTypes.String},
			{Name: "sampled_at", Type: instant},
			{Name: "up", Type: arrow.FixedWidthTypes.Boolean},
		}, nil),
		node: array.NewStringBuilder(memory.DefaultAllocator),
		at:   array.NewTimestampBuilder(memory.DefaultAllocator, instant),
		up:   array.NewBooleanBuilder(memory.DefaultAllocator),
	}
	w.places.node, w.places.at, w.places.up = ds.Index("node_id"), ds.Index("sampled_at"), ds.Index("up")
	var err error
	if w.file, err = os.Create(path); err != nil {
		return nil, err
	}
	props := parquet.NewWriterProperties(
		parquet.WithCompression(compress.Codecs.Snappy),
		parquet.WithDictionaryDefault(false), parquet.WithDictionaryFor("node_id", true),
		parquet.WithEncodingFor("sampled_at", parquet.Encodings.DeltaBinaryPacked),
	)
	w.sink = NewSink(w.file)
	w.out, err = pqarrow.NewFileWriter(w.schema, w.sink, props, pqarrow.DefaultWriterProps())
	if err = errors.Join(err, w.sink.Err()); err != nil {
		return nil, errors.Join(err, w.file.Close())
	}
	return w, nil
}

// Write appends a row of the dataset.
func (w *BeatWriter) Write(row Row) error {
	return w.Append(row.Values[w.places.node].Text, row.Values[w.places.at].Time, row.Values[w.places.up].Bool)
}

// Append appends a heartbeat.
func (w *BeatWriter) Append(node string, at time.Time, up bool) error {
	w.node.Append(node)
	w.at.Append(arrow.Timestamp(at.UnixMicro()))
	w.up.Append(up)
	if w.node.Len() < beatRows {
		return nil
	}
	return w.flush()
}

func (w *BeatWriter) flush() error {
	n := int64(w.node.Len())
	if n == 0 {
		return nil
	}
	columns := []arrow.Array{w.node.NewArray(), w.at.NewArray(), w.up.NewArray()}
	record := array.NewRecord(w.schema, columns, n)
	defer record.Release()
	for _, c := range columns {
		c.Release()
	}
	if err := w.out.Write(record); err != nil {
		return err
	}
	return w.sink.Err()
}

// Close ends the file, which is whole when nothing failed.
func (w *BeatWriter) Close() error {
	err := w.flush()
	if ended := w.out.Close(); err == nil {
		err = ended
	}
	if err == nil {
		err = w.sink.Err()
	}
	return errors.Join(err, w.file.Close())
}
