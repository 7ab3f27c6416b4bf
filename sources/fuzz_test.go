package sources

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/apache/arrow/go/v15/parquet"
	"github.com/apache/arrow/go/v15/parquet/compress"
)

// judge decodes bytes of any kind and holds what must be true of any file.
func judge(t *testing.T, dataset, ending string, content []byte) {
	name := "data/fuzz" + ending
	path := filepath.Join(t.TempDir(), "fuzz"+ending)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	ds := Lookup(dataset)
	d := decodeFile(dataset, path, name)
	if d.counts.Read != int64(len(d.rows))+d.counts.Bad {
		t.Errorf("counts %+v with %d rows", d.counts, len(d.rows))
	}
	bad, last := int64(0), int64(0)
	for _, r := range d.rejects {
		if r.Line < last {
			t.Errorf("line %d after %d", r.Line, last)
		}
		if r.Line != last {
			bad, last = bad+1, r.Line
		}
		if r.File != name || r.Line < 1 || r.Message == "" || !utf8.ValidString(r.Error()+r.Value) || strings.ContainsAny(r.Error()+r.Value, "\x00\n\r") {
			t.Errorf("a reject that can't be reported: %q", r)
		}
	}
	if bad != d.counts.Bad {
		t.Errorf("%d rows are rejected, and %d counted", bad, d.counts.Bad)
	}
	last = 0
	for _, r := range d.rows {
		if r.Line <= last {
			t.Errorf("line %d after %d", r.Line, last)
		}
		last = r.Line
		for i, c := range ds.Columns {
			if c.Required && !r.Values[i].Set {
				t.Errorf("line %d: %s is empty", r.Line, c.Name)
			}
		}
	}
	var fe *FileError
	if d.err != nil && (!errors.As(d.err, &fe) || fe.File != name || !strings.HasPrefix(d.err.Error(), name+":")) {
		t.Errorf("an error that does not name the file: %v", d.err)
	}
	shape, err := Inspect(ds, path, name)
	if err != nil && !errors.As(err, &fe) {
		t.Errorf("an error that does not name the file: %v", err)
	}
	if d.err == nil && err != nil && !strings.HasSuffix(ending, "jsonl") {
		t.Errorf("the header is refused, and the file taken: %v", err)
	}
	if len(shape.Columns) != len(shape.Forms) {
		t.Errorf("%+v", shape)
	}
}

func FuzzCSV(f *testing.F) {
	for _, seed := range []string{
		"",
		"task_id,operator_id,dispatched_at,status,finished_at\nt,o,2026-10-05T09:00:00Z,failed,\n",
		"\ufefftask_id,operator_id,dispatched_at,status\r\n\"t\",o,2026-10-05T09:00:00+02:00,failed\r\n\r\n",
		"task_id,operator_id,dispatched_at,status\n\"a\nb\",\"\"\"\",x\n\"",
		"task_id;operator_id\n",
		"task_id,operator_id,dispatched_at,status\na\"b,c\n\"a\"b,\"\nc\",d,e\n",
	} {
		f.Add([]byte(seed), false)
		f.Add([]byte(gzipped(f, seed)), true)
	}
	f.Fuzz(func(t *testing.T, content []byte, zipped bool) {
		judge(t, "tasks", map[bool]string{false: ".csv", true: ".csv.gz"}[zipped], content)
	})
}

func FuzzJSONL(f *testing.F) {
	for _, seed := range []string{
		"",
		`{"lead_id":"l","source_kind":"direct","channel":"web","created_on":"2026-10-05","revenue":12.50}` + "\n",
		`{"lead_id":"l","source_kind":"operator","source_id":null,"channel":"\ud83d\ude80\u0000","created_on":"2026-10-05","revenue":1e400}`,
		"\ufeff\n{\"lead_id\":{\"a\":[1,\"}\"]},\"lead_id\":true}\n[]\n",
		`{"channel":"\ud83d","lead_\u0069d":"x"}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) { judge(t, "leads", ".jsonl", content) })
}

func FuzzParquet(f *testing.F) {
	for _, options := range [][]parquet.WriterProperty{
		nil,
		{parquet.WithDictionaryDefault(false), parquet.WithStats(false)},
		{parquet.WithDataPageVersion(parquet.DataPageV2), parquet.WithDataPageSize(64), parquet.WithStats(false)},
		{parquet.WithCompression(compress.Codecs.Snappy)},
		{parquet.WithDictionaryDefault(false), parquet.WithEncoding(parquet.Encodings.DeltaBinaryPacked),
			parquet.WithEncodingFor("task_id", parquet.Encodings.DeltaByteArray),
			parquet.WithEncodingFor("operator_id", parquet.Encodings.DeltaLengthByteArray),
			parquet.WithEncodingFor("status", parquet.Encodings.DeltaLengthByteArray)},
	} {
		content, _ := taskParquet(f, 20, options...)
		f.Add([]byte(content))
		f.Add([]byte(content[:len(content)/2]))
	}
	f.Add([]byte(""))
	f.Add([]byte("PAR1PAR1"))
	f.Fuzz(func(t *testing.T, content []byte) { judge(t, "tasks", ".parquet", content) })
}
