package sources

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/parquet"
	"github.com/apache/arrow/go/v15/parquet/compress"
	"github.com/apache/arrow/go/v15/parquet/schema"
)

func TestParquetColumnsOfEachForm(t *testing.T) {
	str := arrow.BinaryTypes.String
	tasks := func(at arrow.DataType) []arrow.Field {
		return []arrow.Field{field("task_id", str), field("operator_id", str), field("dispatched_at", at), field("status", str)}
	}
	revenue := func(amount arrow.DataType) []arrow.Field {
		return []arrow.Field{field("revenue_id", str), field("region", str), field("booked_on", arrow.FixedWidthTypes.Date32), field("amount", amount)}
	}
	taskRow := func(at string) string {
		return `[{"task_id":"a","operator_id":"b","dispatched_at":` + at + `,"status":"failed"}]`
	}
	revenueRow := func(amount string) string {
		return `[{"revenue_id":"a","region":"emea","booked_on":"2026-10-05","amount":` + amount + `}]`
	}
	beat := func(id, up arrow.DataType) []arrow.Field {
		return []arrow.Field{field("node_id", id), field("sampled_at", utcMicros), field("up", up)}
	}
	beatRow := func(id, up string) string {
		return `[{"node_id":` + id + `,"sampled_at":"2026-10-05 09:00:00.25","up":` + up + `}]`
	}
	for _, c := range []struct {
		name, dataset string
		fields        []arrow.Field
		rows, want    string
	}{
		{"text", "tasks", tasks(str), taskRow(`"2026-10-05T09:00:00+02:00"`), "a b 2026-10-05T09:00:00+02:00 failed -"},
		{"an instant in seconds", "tasks", tasks(&arrow.TimestampType{Unit: arrow.Second, TimeZone: "UTC"}), taskRow(`"2026-10-05 09:00:00"`), "a b 2026-10-05T09:00:00Z failed -"},
		{"an instant in milliseconds", "tasks", tasks(&arrow.TimestampType{Unit: arrow.Millisecond, TimeZone: "UTC"}), taskRow(`"2026-10-05 09:00:00.123"`), "a b 2026-10-05T09:00:00.123Z failed -"},
		{"an instant in nanoseconds", "tasks", tasks(&arrow.TimestampType{Unit: arrow.Nanosecond, TimeZone: "UTC"}), taskRow(`"2026-10-05 09:00:00.000000001"`), "a b 2026-10-05T09:00:00.000000001Z failed -"},
		{"an instant before 1970", "tasks", tasks(utcMicros), taskRow(`"1969-12-31 23:59:59.999999"`), "a b 1969-12-31T23:59:59.999999Z failed -"},
		// Arrow's writer marks as UTC what has no zone, and as local what has another than UTC.
		{"a local timestamp", "tasks", tasks(&arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "Europe/Berlin"}), taskRow(`"2026-10-05 09:00:00"`),
			"data/x.parquet: column dispatched_at holds timestamps without a time zone, which name no instant; store them as UTC (isAdjustedToUTC), as a timestamp with time zone does"},
		{"a day for an instant", "tasks", tasks(arrow.FixedWidthTypes.Date32), taskRow(`"2026-10-05"`),
			"data/x.parquet: column dispatched_at stores dates, but an instant is wanted; store it as TIMESTAMP in UTC or text"},
		{"a time of day", "tasks", tasks(arrow.FixedWidthTypes.Time32ms), taskRow(`null`),
			"data/x.parquet: column dispatched_at stores values of an unknown kind, but an instant is wanted; store it as TIMESTAMP in UTC or text"},
		{"a decimal", "revenue", revenue(&arrow.Decimal128Type{Precision: 18, Scale: 6}), revenueRow(`"-1234.560000"`), "a emea 2026-10-05 -1234.56"},
		{"a decimal of few digits", "revenue", revenue(&arrow.Decimal128Type{Precision: 9, Scale: 2}), revenueRow(`"-0.05"`), "a emea 2026-10-05 -0.05"},
		{"a decimal of many digits", "revenue", revenue(&arrow.Decimal128Type{Precision: 38, Scale: 18}), revenueRow(`"12.500000000000000000"`), "a emea 2026-10-05 12.5"},
		{"a decimal that is too fine", "revenue", revenue(&arrow.Decimal128Type{Precision: 38, Scale: 18}), revenueRow(`"12.000000100000000000"`),
			`data/x.parquet:1: amount: "12.0000001" has 7 places after the point; at most 6 are allowed`},
		{"whole dollars", "revenue", revenue(arrow.PrimitiveTypes.Int64), revenueRow(`-250`), "a emea 2026-10-05 -250"},
		{"unsigned whole dollars", "revenue", revenue(arrow.PrimitiveTypes.Uint32), revenueRow(`4294967295`), "a emea 2026-10-05 4294967295"},
		{"a binary float", "revenue", revenue(arrow.PrimitiveTypes.Float64), revenueRow(`0.1`),
			"data/x.parquet: column amount holds binary floats, which are not exact; store an amount as DECIMAL, whole number or text"},
		{"a small binary float", "revenue", revenue(arrow.PrimitiveTypes.Float32), revenueRow(`0.5`),
			"data/x.parquet: column amount holds binary floats, which are not exact; store an amount as DECIMAL, whole number or text"},
		{"a flag for an amount", "revenue", revenue(arrow.FixedWidthTypes.Boolean), revenueRow(`true`),
			"data/x.parquet: column amount stores flags, but an amount is wanted; store it as DECIMAL, whole number or text"},
		{"a nested column", "revenue", revenue(arrow.ListOf(str)), revenueRow(`["1"]`),
			"data/x.parquet: column amount is nested; store one plain value per row"},
		{"a null where a value is required", "revenue", revenue(str), revenueRow(`null`), "data/x.parquet:1: amount: empty; every row needs one"},
		{"a boolean", "heartbeats", beat(str, arrow.FixedWidthTypes.Boolean), beatRow(`"n"`, `true`), "n 2026-10-05T09:00:00.25Z true"},
		{"a small whole number", "heartbeats", beat(arrow.PrimitiveTypes.Int32, arrow.PrimitiveTypes.Uint8), beatRow(`12`, `1`), "12 2026-10-05T09:00:00.25Z 1"},
		{"a whole number that is no flag", "heartbeats", beat(str, arrow.PrimitiveTypes.Int64), beatRow(`"n"`, `2`),
			`data/x.parquet:1: up: "2" is not a flag; write 0, 1, true or false`},
		{"a dictionary", "heartbeats", beat(&arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: str}, str), beatRow(`"n"`, `"0"`), "n 2026-10-05T09:00:00.25Z 0"},
		{"every value null", "tasks", append(tasks(str), field("finished_at", arrow.Null)), taskRow(`"2026-10-05T09:00:00Z"`), "a b 2026-10-05T09:00:00Z failed -"},
		{"columns that are not the dataset's", "heartbeats", []arrow.Field{field("node_id", str), field("Up", str)}, `[]`,
			`data/x.parquet: unknown column "Up", missing column sampled_at, missing column up; the columns of heartbeats are node_id*, sampled_at*, up* (* = required)`},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := decode(t, c.dataset, "x.parquet", parquetOf(t, c.fields, c.rows))
			got := d.said()
			for _, r := range d.rows {
				got += texts(r)
			}
			equal(t, "decoded", got, c.want)
			if d.counts.Read != int64(len(d.rows))+d.counts.Bad {
				t.Errorf("counts %+v with %d rows", d.counts, len(d.rows))
			}
		})
	}
}

func TestParquetTypesAsOtherWritersStoreThem(t *testing.T) {
	node := func(logical schema.LogicalType, physical parquet.Type, length int) *schema.Column {
		n := schema.MustPrimitive(schema.NewPrimitiveNodeLogical("c", parquet.Repetitions.Optional, logical, physical, length, -1))
		return schema.NewColumn(n, 1, 0)
	}
	converted := func(c schema.ConvertedType, physical parquet.Type) *schema.Column {
		n := schema.MustPrimitive(schema.NewPrimitiveNodeConverted("c", parquet.Repetitions.Optional, physical, c, 0, 9, 2, -1))
		return schema.NewColumn(n, 1, 0)
	}
	none := schema.NoLogicalType{}
	for _, c := range []struct {
		name   string
		column *schema.Column
		want   string
	}{
		{"bytes of no logical type", node(none, parquet.Types.ByteArray, 0), "text"},
		{"an enum", node(schema.EnumLogicalType{}, parquet.Types.ByteArray, 0), "text"},
		{"JSON", node(schema.JSONLogicalType{}, parquet.Types.ByteArray, 0), "text"},
		{"a UUID", node(schema.UUIDLogicalType{}, parquet.Types.FixedLenByteArray, 16), "other"},
		{"bytes of one length", node(none, parquet.Types.FixedLenByteArray, 16), "other"},
		{"a bare whole number", node(none, parquet.Types.Int64, 0), "whole number"},
		{"a boolean", node(none, parquet.Types.Boolean, 0), "flag"},
		{"floats", node(none, parquet.Types.Double, 0), "binary float"},
		{"the timestamp of old tools", node(none, parquet.Types.Int96, 0), "local timestamp"},
		{"a local timestamp", node(schema.NewTimestampLogicalType(false, schema.TimeUnitMicros), parquet.Types.Int64, 0), "local timestamp"},
		{"an instant", node(schema.NewTimestampLogicalType(true, schema.TimeUnitNanos), parquet.Types.Int64, 0), "instant"},
		{"an instant as older files mark it", converted(schema.ConvertedTypes.TimestampMicros, parquet.Types.Int64), "instant"},
		{"text as older files mark it", converted(schema.ConvertedTypes.UTF8, parquet.Types.ByteArray), "text"},
		{"a decimal as older files mark it", converted(schema.ConvertedTypes.Decimal, parquet.Types.Int32), "decimal"},
		{"a day as older files mark it", converted(schema.ConvertedTypes.Date, parquet.Types.Int32), "date"},
		{"a time of day", node(schema.NewTimeLogicalType(true, schema.TimeUnitMillis), parquet.Types.Int32, 0), "other"},
	} {
		equal(t, c.name, storedNames[formOf(c.column).kind], c.want)
	}
	for text, form := range map[string]storedForm{
		"18446744073709551615": {kind: storedWhole, unsigned: true},
		"-0.01":                {kind: storedDecimal, scale: 2},
		"1969-12-31":           {kind: storedDate},
	} {
		if got := (&parquetColumn{form: form}).int64Text(-1); got != text {
			t.Errorf("-1 as %s: %s, want %s", form, got, text)
		}
	}
	days := &parquetColumn{form: storedForm{kind: storedDate}}
	equal(t, "a day of no year", days.int64Text(1<<40), "day 1099511627776")
	wide := &parquetColumn{form: storedForm{kind: storedDecimal, scale: 1}}
	equal(t, "a decimal of bytes", wide.bytesText([]byte{0xff, 0x38}), "-20")
	equal(t, "a decimal of too many bytes", wide.bytesText(make([]byte, 33)), "decimal of 33 bytes")
}

// texts writes a row's cells with blanks between them, "-" for an absent one.
func texts(r Row) string {
	var cells []string
	for _, v := range r.Values {
		if v.Set {
			cells = append(cells, v.Text)
		} else {
			cells = append(cells, "-")
		}
	}
	return strings.Join(cells, " ")
}

// taskParquet is a file of n tasks with nulls, and the same as CSV.
func taskParquet(t testing.TB, n int, options ...parquet.WriterProperty) (pq, asCSV string) {
	t.Helper()
	str := arrow.BinaryTypes.String
	fields := []arrow.Field{
		field("task_id", str), field("operator_id", str), field("dispatched_at", utcMicros), field("status", str), field("finished_at", utcMicros),
	}
	var rows []string
	var csv strings.Builder
	csv.WriteString("task_id,operator_id,dispatched_at,status,finished_at\n")
	for i := range n {
		at := fmt.Sprintf("2026-10-%02d %02d:00:00", i%28+1, i%24)
		finished, cell := "null", ""
		if i%3 > 0 {
			finished, cell = `"2026-11-01 00:00:00"`, "2026-11-01T00:00:00Z"
		}
		rows = append(rows, fmt.Sprintf(`{"task_id":"t-%d","operator_id":"op-%d","dispatched_at":"%s","status":"failed","finished_at":%s}`, i, i%7, at, finished))
		fmt.Fprintf(&csv, "t-%d,op-%d,%sZ,failed,%s\n", i, i%7, strings.Replace(at, " ", "T", 1), cell)
	}
	return parquetOf(t, fields, "["+strings.Join(rows, ",")+"]", options...), csv.String()
}

func TestParquetPagesOfEachEncoding(t *testing.T) {
	for _, c := range []struct {
		name    string
		options []parquet.WriterProperty
	}{
		{"as written by default", nil},
		{"plain", []parquet.WriterProperty{parquet.WithDictionaryDefault(false)}},
		{"many small pages", []parquet.WriterProperty{parquet.WithDataPageSize(256), parquet.WithBatchSize(16)}},
		{"pages of the second version", []parquet.WriterProperty{parquet.WithDataPageVersion(parquet.DataPageV2), parquet.WithDataPageSize(1024)}},
		{"small row groups", []parquet.WriterProperty{parquet.WithMaxRowGroupLength(1500)}},
		{"snappy", []parquet.WriterProperty{parquet.WithCompression(compress.Codecs.Snappy)}},
		{"zstd", []parquet.WriterProperty{parquet.WithCompression(compress.Codecs.Zstd), parquet.WithDataPageVersion(parquet.DataPageV2)}},
		{"gzip", []parquet.WriterProperty{parquet.WithCompression(compress.Codecs.Gzip)}},
		{"delta", []parquet.WriterProperty{
			parquet.WithDictionaryDefault(false),
			parquet.WithEncodingFor("task_id", parquet.Encodings.DeltaByteArray),
			parquet.WithEncodingFor("operator_id", parquet.Encodings.DeltaLengthByteArray),
			parquet.WithEncodingFor("dispatched_at", parquet.Encodings.DeltaBinaryPacked),
			parquet.WithEncodingFor("finished_at", parquet.Encodings.DeltaBinaryPacked),
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			pq, csv := taskParquet(t, 3003, c.options...)
			got, want := decode(t, "tasks", "t.parquet", pq), decode(t, "tasks", "t.csv", csv)
			equal(t, "messages", got.said()+want.said(), "")
			if len(got.rows) != 3003 || len(want.rows) != 3003 {
				t.Fatalf("%d and %d rows", len(got.rows), len(want.rows))
			}
			for i, r := range got.rows {
				if texts(r) != texts(want.rows[i]) || r.Line != int64(i+1) {
					t.Fatalf("row %d (%d): %s, want %s", i+1, r.Line, texts(r), texts(want.rows[i]))
				}
			}
		})
	}
}

func TestDamagedParquetIsAFileError(t *testing.T) {
	whole, _ := taskParquet(t, 300)
	footer := len(whole) - 8 - int(binary.LittleEndian.Uint32([]byte(whole[len(whole)-8:])))
	for _, c := range []struct{ name, content, want string }{
		{"nothing", "", "data/t.parquet: is too short for a Parquet file; fetch it again"},
		{"text", strings.Repeat("no Parquet ", 9), "data/t.parquet: is not Parquet inside; let its name end in what it is, or store it as Parquet"},
		{"cut short", whole[:len(whole)/2], "data/t.parquet: is Parquet that was cut short; fetch it again"},
		{"another end", whole[:len(whole)-4] + "RAP1", "data/t.parquet: is Parquet that was cut short; fetch it again"},
		{"encrypted", whole[:len(whole)-4] + "PARE", "data/t.parquet: is encrypted; store it without encryption"},
		{"a footer longer than the file", whole[:len(whole)-8] + "\xff\xff\xff\x7fPAR1", "data/t.parquet: is a damaged Parquet file (file is smaller than indicated metadata size); fetch it again"},
		{"the pages gone", "PAR1" + whole[footer:], ""},
		{"the pages zero", "PAR1" + strings.Repeat("\x00", footer-4) + whole[footer:], ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := decode(t, "tasks", "t.parquet", c.content)
			var fe *FileError
			switch {
			case !errors.As(d.err, &fe) || fe.File != "data/t.parquet":
				t.Errorf("no error of the file: %v", d.err)
			case c.want != "":
				equal(t, "message", fe.Error(), c.want)
			}
		})
	}
	// Wherever the file ends too early, or one byte of it differs, there is an
	// answer: rows that are judged, or an error of the file.
	for at := 0; at < len(whole); at += 3 + at%11 {
		if d := decode(t, "tasks", "t.parquet", whole[:at]); d.err == nil {
			t.Fatalf("the first %d of %d bytes pass for a file", at, len(whole))
		}
		flipped := []byte(whole)
		flipped[at] ^= 1 << (at % 8)
		d := decode(t, "tasks", "t.parquet", string(flipped))
		if fe := new(FileError); d.err != nil && !errors.As(d.err, &fe) {
			t.Fatalf("byte %d: %v", at, d.err)
		}
		if d.counts.Read != int64(len(d.rows))+d.counts.Bad {
			t.Fatalf("byte %d: counts %+v with %d rows", at, d.counts, len(d.rows))
		}
	}
}

func TestEveryPageIsVerified(t *testing.T) {
	whole, _ := taskParquet(t, 3003, parquet.WithDictionaryDefault(false), parquet.WithDataPageSize(256), parquet.WithBatchSize(16),
		parquet.WithEncodingFor("dispatched_at", parquet.Encodings.DeltaBinaryPacked))
	footer := len(whole) - 8 - int(binary.LittleEndian.Uint32([]byte(whole[len(whole)-8:])))
	verify := func(content string) error {
		path := filepath.Join(t.TempDir(), "t.parquet")
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return VerifyParquet(context.Background(), Lookup("tasks"), path, "t.parquet")
	}
	if err := verify(whole); err != nil {
		t.Fatal(err)
	}
	// A download that left a hole: some of the file's bytes are zero.
	const hole = 2048
	for at := 4; at < footer; at += hole {
		end := min(at+hole, footer)
		err := verify(whole[:at] + strings.Repeat("\x00", end-at) + whole[end:])
		if fe := new(FileError); !errors.As(err, &fe) || fe.File != "t.parquet" {
			t.Errorf("a hole from byte %d: %v", at, err)
		}
	}
	stopped, stop := context.WithCancel(context.Background())
	stop()
	path := filepath.Join(t.TempDir(), "t.parquet")
	if err := os.WriteFile(path, []byte(whole), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := VerifyParquet(stopped, Lookup("tasks"), path, "t.parquet"); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
