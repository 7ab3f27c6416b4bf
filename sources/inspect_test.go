package sources

import (
	"fmt"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
)

func TestInspectDescribesAHeader(t *testing.T) {
	str := arrow.BinaryTypes.String
	beats := "up,node_id,sampled_at\n1,n,2026-10-05T09:00:00Z\nnot,a good,row\n"
	three := func(id, at, up arrow.DataType) string {
		return parquetOf(t, []arrow.Field{field("node_id", id), field("sampled_at", at), field("up", up)}, "[]")
	}
	for _, c := range []struct{ name, file, content, want string }{
		{"CSV", "h.csv", beats, "{Format:csv Gzip:false BOM:false Columns:[up node_id sampled_at] Forms:[text text text] Plain:true}"},
		{"compressed CSV", "h.csv.gz", gzipped(t, beats), "{Format:csv Gzip:true BOM:false Columns:[up node_id sampled_at] Forms:[text text text] Plain:true}"},
		{"with a byte order mark", "h.csv", "\ufeff" + beats, "{Format:csv Gzip:false BOM:true Columns:[up node_id sampled_at] Forms:[text text text] Plain:true}"},
		{"an empty line first", "h.csv", "\n" + beats, "{Format:csv Gzip:false BOM:false Columns:[up node_id sampled_at] Forms:[text text text] Plain:false}"},
		{"JSON Lines", "h.jsonl", `{"up":1,"sampled_at":"x","node_id":"n"}` + "\nrubbish\n", "{Format:jsonl Gzip:false BOM:false Columns:[up sampled_at node_id] Forms:[text text text] Plain:false}"},
		{"empty JSON Lines", "h.jsonl", "", "{Format:jsonl Gzip:false BOM:false Columns:[] Forms:[] Plain:false}"},
		{"Parquet", "h.parquet", three(str, utcMicros, arrow.FixedWidthTypes.Boolean), "{Format:parquet Gzip:false BOM:false Columns:[node_id sampled_at up] Forms:[text instant flag] Plain:true}"},
		{"Parquet with text to parse", "h.parquet", three(str, str, arrow.PrimitiveTypes.Int64), "{Format:parquet Gzip:false BOM:false Columns:[node_id sampled_at up] Forms:[text text whole number] Plain:false}"},
		{"a missing column", "h.csv", "node_id,up\n", "data/h.csv:1: missing column sampled_at; the columns of heartbeats are node_id*, sampled_at*, up* (* = required)"},
		{"an object of other keys", "h.jsonl", `{"node":"n"}`, `data/h.jsonl:1: unknown column "node", missing column node_id, missing column sampled_at, missing column up; the columns of heartbeats are node_id*, sampled_at*, up* (* = required)`},
		{"no object", "h.jsonl", "rubbish", "data/h.jsonl:1: is not a JSON object; write one object per line"},
		{"an array", "h.jsonl", "[]", "data/h.jsonl:1: the file is a JSON array; write one object per line, with no brackets and commas around them"},
		{"a format of no kind", "h.xlsx", "", "data/h.xlsx: the file's ending tells no format; use .csv, .jsonl or .ndjson, each also with .gz, or .parquet"},
		{"compressed Parquet", "h.parquet.gz", "", "data/h.parquet.gz: the file's ending tells no format; use .csv, .jsonl or .ndjson, each also with .gz, or .parquet"},
	} {
		t.Run(c.name, func(t *testing.T) {
			shape, err := Inspect(Lookup("heartbeats"), write(t, c.file, c.content), "data/"+c.file)
			got := fmt.Sprintf("%+v", shape)
			if err != nil {
				got = err.Error()
			}
			equal(t, "shape", got, c.want)
		})
	}
}
