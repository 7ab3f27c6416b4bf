package sources

import (
	"bytes"
	"compress/gzip"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/apache/arrow/go/v15/parquet"
	"github.com/apache/arrow/go/v15/parquet/pqarrow"
)

// decoded is all that Decode said about a file.
type decoded struct {
	rows    []Row
	rejects []Reject
	counts  Counts
	err     error
}

// said writes rejects and the error as a user sees them, a line each.
func (d decoded) said() string {
	var lines []string
	for _, r := range d.rejects {
		lines = append(lines, r.Error())
	}
	if d.err != nil {
		lines = append(lines, d.err.Error())
	}
	return strings.Join(lines, "\n")
}

func decodeFile(dataset, path, name string) decoded {
	var d decoded
	d.counts, d.err = Decode(context.Background(), Lookup(dataset), path, name,
		func(r Row) error {
			d.rows = append(d.rows, Row{Line: r.Line, Values: slices.Clone(r.Values)})
			return nil
		},
		func(r Reject) { d.rejects = append(d.rejects, r) })
	return d
}

// decode writes content to a file of that name and decodes it as data/name.
func decode(t testing.TB, dataset, name, content string) decoded {
	t.Helper()
	return decodeFile(dataset, write(t, name, content), "data/"+name)
}

func write(t testing.TB, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func gzipped(t testing.TB, content string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(content)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func equal(t testing.TB, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s:\n got: %s\nwant: %s", what, got, want)
	}
}

// field is a column of a Parquet file for a test.
func field(name string, dt arrow.DataType) arrow.Field {
	return arrow.Field{Name: name, Type: dt, Nullable: true}
}

var utcMicros = &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"}

// parquetOf makes a Parquet file of rows written as a JSON array.
func parquetOf(t testing.TB, fields []arrow.Field, rows string, options ...parquet.WriterProperty) string {
	t.Helper()
	s := arrow.NewSchema(fields, nil)
	record, _, err := array.RecordFromJSON(memory.DefaultAllocator, s, strings.NewReader(rows))
	if err != nil {
		t.Fatal(err)
	}
	defer record.Release()
	var b bytes.Buffer
	w, err := pqarrow.NewFileWriter(s, &b, parquet.NewWriterProperties(options...), pqarrow.DefaultWriterProps())
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write(record); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
