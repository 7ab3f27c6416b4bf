package measure

import (
	"context"
	"errors"
	"os"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/apache/arrow/go/v15/parquet"
	"github.com/apache/arrow/go/v15/parquet/compress"
	"github.com/apache/arrow/go/v15/parquet/pqarrow"

	"fleetpay/sources"
)

// batchRows is how many heartbeats are held in memory while a file is decoded;
// each batch becomes a row group.
const batchRows = 1 << 17

// decodeHeartbeats decodes a heartbeat file row by row, keeps its rejects, and
// writes the good rows to a Parquet file that is measured in its place.
func (m *measurement) decodeHeartbeats(ctx context.Context, s *source) error {
	f := m.files[s.at]
	path := m.ownPath(s.at)
	w, err := newBeatWriter(path)
	if err != nil {
		return err
	}
	counts, err := m.decode(ctx, s.at, w.write, nil)
	if err = errors.Join(err, w.close()); err != nil {
		return err
	}
	f.counts.Rejected = counts.Bad
	s.from, s.decoded = readParquet(path, "up"), true
	return m.countNodes(ctx, s)
}

// beatWriter writes heartbeats to a Parquet file.
type beatWriter struct {
	file   *os.File
	out    *pqarrow.FileWriter
	schema *arrow.Schema
	node   *array.StringBuilder
	at     *array.TimestampBuilder
	up     *array.BooleanBuilder
	places struct{ node, at, up int } // of the columns in a row
}

func newBeatWriter(path string) (*beatWriter, error) {
	instant := &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"}
	ds := sources.Lookup(heartbeats)
	w := &beatWriter{
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
	w.out, err = pqarrow.NewFileWriter(w.schema, w.file, props, pqarrow.DefaultWriterProps())
	if err != nil {
		return nil, errors.Join(err, w.file.Close())
	}
	return w, nil
}

func (w *beatWriter) write(row sources.Row) error {
	w.node.Append(row.Values[w.places.node].Text)
	w.at.Append(arrow.Timestamp(row.Values[w.places.at].Time.UnixMicro()))
	w.up.Append(row.Values[w.places.up].Bool)
	if w.node.Len() < batchRows {
		return nil
	}
	return w.flush()
}

func (w *beatWriter) flush() error {
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
	return w.out.Write(record)
}

// close ends the file. The Parquet writer closes the file below it.
func (w *beatWriter) close() error {
	return errors.Join(w.flush(), w.out.Close())
}
