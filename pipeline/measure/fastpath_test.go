package measure

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/apache/arrow/go/v15/parquet"
	"github.com/apache/arrow/go/v15/parquet/pqarrow"
	"pgregory.net/rapid"

	"fleetpay/sources"
)

// Heartbeats that DuckDB reads by itself must be exactly those that
// sources.Decode lets through. These tests hold the two side by side.

func TestCSVIsJudgedAsDecodeJudgesIt(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		f := smallFleet(t)
		f.add("heartbeats", "beats.csv", drawCSV(rt))
		compareWithDecode(rt, f)
	})
}

func TestParquetIsJudgedAsDecodeJudgesIt(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		f := smallFleet(t)
		f.drawParquet(rt, "beats.parquet")
		compareWithDecode(rt, f)
	})
}

func smallFleet(t testing.TB) *folder {
	f := newFolder(t)
	f.lines("operators", "operator_id,name,region,joined_on", "op-1,Name,emea,2026-01-01")
	f.lines("nodes", "node_id,operator_id,active_from,last_active_day", "n1,op-1,2026-01-01,", "n2,op-1,2026-10-03,2026-10-20")
	return f
}

// compareWithDecode measures the folder's last file, and the rows that
// sources.Decode gives of it, and wants the same of both.
func compareWithDecode(t *rapid.T, f *folder) {
	file := f.files[len(f.files)-1]
	var good []sample
	var bad []string
	counts, decodeErr := sources.Decode(context.Background(), sources.Lookup(heartbeats), file.Path, file.Name,
		func(row sources.Row) error {
			good = append(good, sample{row.Values[0].Text, row.Values[1].Time, row.Values[2].Bool})
			return nil
		}, func(r sources.Reject) { bad = append(bad, r.Error()) })

	in := f.input("2026-10")
	in.Waive = map[string]bool{heartbeats: true}
	got, err := Measure(context.Background(), in)
	if decodeErr != nil {
		if err == nil || !strings.Contains(err.Error(), decodeErr.Error()) {
			t.Fatalf("got %v, want %v", err, decodeErr)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if have := messages(got.Rejects); !reflect.DeepEqual(have, bad) {
		t.Fatalf("rejects\n got %q\nwant %q", have, bad)
	}
	if c := got.Counts[len(got.Counts)-1]; c.Read != counts.Read || c.Rejected != counts.Bad {
		t.Fatalf("counts %+v, want %+v", c, counts)
	}
	clean := &folder{t: f.t, dir: f.t.TempDir(), files: f.files[:len(f.files)-1]}
	clean.parquet("clean.parquet", good)
	want, err := Measure(context.Background(), clean.input("2026-10"))
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got.Facts, want.Facts) {
		t.Fatalf("facts\n got %+v\nwant %+v", got.Facts, want.Facts)
	}
}

// drawCSV writes a heartbeat file that is mostly right.
func drawCSV(t *rapid.T) string {
	oneOf := func(label string, right []string, wrong ...string) string {
		if rapid.IntRange(0, 40).Draw(t, label+" wrong") == 40 {
			return rapid.SampledFrom(wrong).Draw(t, label)
		}
		return rapid.SampledFrom(right).Draw(t, label)
	}
	end := rapid.SampledFrom([]string{"\n", "\n", "\r\n"}).Draw(t, "line end")
	var b strings.Builder
	if rapid.IntRange(0, 9).Draw(t, "mark") == 9 {
		b.WriteString("\ufeff")
	}
	b.WriteString(oneOf("header", []string{"node_id,sampled_at,up"}, `"node_id",sampled_at,up`, "\nnode_id,sampled_at,up", "node_id,up,sampled_at", "node_id,sampled_at", "Node_id,sampled_at,up") + end)
	for range rapid.IntRange(0, 12).Draw(t, "rows") {
		node := oneOf("node", []string{"n1", "n2", "stranger", "N-1._"}, "", " n1", "n1 ", `"n1"`, `"n,1"`, "n\x00", "-n", "ñ", strings.Repeat("n", 65), strings.Repeat("n", 64), "\"n\n1\"", `n"1`, "#n1", "NULL", "\xff")
		at := oneOf("at", []string{"2026-10-05T09:00:00Z", "2026-10-03T00:00:59.5Z", "2026-10-21T01:30:00+02:00", "2026-11-01T00:00:00Z", "2026-09-30T23:59:59Z"},
			"", "2026-10-05T09:00:00", "2026-10-05 09:00:00Z", "2026-02-30T00:00:00Z", "2026-10-05T24:00:00Z", "2026-10-05T09:00:60Z", "2026-10-05T09:00:00z", "2026-10-05T09:00:00+24:00",
			"2026-10-05T09:00:00.123456789Z", "2026-10-05T09:00:59.9999999Z", "1899-12-31T23:59:59Z", "1900-01-01T00:00:00Z", "2200-12-31T23:59:59.999999Z", "2201-01-01T00:00:00Z", "2026-1-05T09:00:00Z", "2026-10-05T9:00:00Z", "infinity", `"2026-10-05T09:00:00Z"`, "2026-10-05T09:00:00.Z", "2026-10-05T09:00Z", "+026-10-05T09:00:00Z", "2026-10-05T09:00:00-00:00", "0000-01-01T00:00:00Z", "2026-10-05T09:00:00+0200")
		up := oneOf("up", []string{"0", "1", "true", "false"}, "", "True", "2", "t", "1 ", " 1", `"1"`, `"1`, "01", "yes", "1,", "1,,", "1,1", "1\r", "1\rn1,2026-10-05T09:00:00Z,1")
		b.WriteString(node + "," + at + "," + up)
		b.WriteString(oneOf("end of the row", []string{end}, "\n", "\r\n", "\r", end+end, end+" "+end, "", ",", `"`))
	}
	text := b.String()
	if rapid.Bool().Draw(t, "no last line end") {
		text = strings.TrimSuffix(text, end)
	}
	return text
}

// drawParquet writes a heartbeat file whose columns are stored in one of several
// forms, mostly with right values.
func (f *folder) drawParquet(t *rapid.T, name string) {
	unit := rapid.SampledFrom([]arrow.TimeUnit{arrow.Millisecond, arrow.Microsecond, arrow.Nanosecond}).Draw(t, "unit")
	perSecond := map[arrow.TimeUnit]int64{arrow.Millisecond: 1e3, arrow.Microsecond: 1e6, arrow.Nanosecond: 1e9}[unit]
	zone := rapid.SampledFrom([]string{"UTC", "UTC", "UTC", "UTC", ""}).Draw(t, "zone")
	atType := arrow.DataType(&arrow.TimestampType{Unit: unit, TimeZone: zone})
	upType := rapid.SampledFrom([]arrow.DataType{arrow.FixedWidthTypes.Boolean, arrow.FixedWidthTypes.Boolean, arrow.PrimitiveTypes.Int32, arrow.PrimitiveTypes.Int64, arrow.PrimitiveTypes.Uint8, arrow.BinaryTypes.String, arrow.PrimitiveTypes.Float64}).Draw(t, "up stored as")
	nodeType := rapid.SampledFrom([]arrow.DataType{arrow.BinaryTypes.String, arrow.BinaryTypes.String, arrow.BinaryTypes.Binary, arrow.PrimitiveTypes.Int32}).Draw(t, "node stored as")
	schema := arrow.NewSchema([]arrow.Field{{Name: "up", Type: upType, Nullable: true}, {Name: "node_id", Type: nodeType, Nullable: true}, {Name: "sampled_at", Type: atType, Nullable: true}}, nil)
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	rare := func(label string) bool { return rapid.IntRange(0, 30).Draw(t, label) == 30 }
	for range rapid.IntRange(0, 12).Draw(t, "rows") {
		up := rapid.IntRange(0, 1).Draw(t, "up")
		if rare("odd up") {
			up = rapid.SampledFrom([]int{2, 7, 127}).Draw(t, "odd up value")
		}
		switch c := b.Field(0).(type) {
		case *array.BooleanBuilder:
			c.Append(up == 1)
		case *array.Int32Builder:
			c.Append(int32(up))
		case *array.Int64Builder:
			c.Append(int64(up))
		case *array.Uint8Builder:
			c.Append(uint8(up))
		case *array.Float64Builder:
			c.Append(float64(up))
		case *array.StringBuilder:
			c.Append(fmt.Sprint(up))
		}
		node := rapid.SampledFrom([]string{"n1", "n2", "stranger"}).Draw(t, "node")
		if rare("odd node") {
			node = rapid.SampledFrom([]string{"", " n1", "n\n", "ñ", "\xff", strings.Repeat("x", 65)}).Draw(t, "odd node value")
		}
		switch c := b.Field(1).(type) {
		case *array.StringBuilder:
			c.Append(node)
		case *array.BinaryBuilder:
			c.Append([]byte(node))
		case *array.Int32Builder:
			c.Append(int32(len(node)))
		}
		at := time.Date(2026, 9, 30, 0, 0, 0, 0, time.UTC).Unix()*perSecond + rapid.Int64Range(0, 33*86400*perSecond).Draw(t, "at")
		if rare("odd instant") {
			at = rapid.SampledFrom([]int64{math.MinInt64, math.MaxInt64, math.MinInt64 + 1, math.MaxInt64 - 1, 0, -1, -2208988800 * perSecond, 7289654400*perSecond - 1}).Draw(t, "odd instant value")
		}
		b.Field(2).(*array.TimestampBuilder).Append(arrow.Timestamp(at))
	}
	record := b.NewRecord()
	defer record.Release()
	for i := range record.NumCols() {
		if record.NumRows() > 0 && rare("a null") {
			record = withNull(record, int(i))
		}
	}
	path := filepath.Join(f.dir, name)
	out, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	props := parquet.NewWriterProperties(parquet.WithDictionaryDefault(rapid.Bool().Draw(t, "dictionary")))
	arrowProps := pqarrow.DefaultWriterProps()
	if unit == arrow.Nanosecond { // version 1 of the format has none
		props = parquet.NewWriterProperties(parquet.WithVersion(parquet.V2_LATEST))
	}
	w, err := pqarrow.NewFileWriter(schema, out, props, arrowProps)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(w.Write(record), w.Close()); err != nil {
		t.Fatal(err)
	}
	f.files = append(f.files, File{Dataset: heartbeats, Path: path, Name: name})
}

// withNull returns a record whose column has null in the first row.
func withNull(r arrow.Record, column int) arrow.Record {
	b := array.NewBuilder(memory.DefaultAllocator, r.Schema().Field(column).Type)
	b.AppendNull()
	nulls := b.NewArray()
	rest := array.NewSlice(r.Column(column), 1, r.NumRows())
	joined, err := array.Concatenate([]arrow.Array{nulls, rest}, memory.DefaultAllocator)
	if err != nil {
		panic(err)
	}
	changed, err := r.SetColumn(column, joined)
	if err != nil {
		panic(err)
	}
	return changed
}

func TestCleanFilesAreReadByTheDatabaseAlone(t *testing.T) {
	at := time.Date(2026, 10, 5, 9, 0, 0, 0, time.UTC)
	samples := []sample{{"n1", at, true}, {"n1", at.Add(90 * time.Second), false}}
	for _, format := range []string{"csv", "parquet"} {
		f := smallFleet(t)
		f.heartbeatsAs(format, "beats", samples)
		if s := f.opened(t, "2026-10"); s.decoded {
			t.Errorf("%s was decoded row by row", format)
		}
	}
	f := smallFleet(t)
	f.heartbeatsAs("jsonl", "beats", samples)
	if s := f.opened(t, "2026-10"); !s.decoded {
		t.Error("jsonl was not decoded row by row")
	}
}

// opened opens the folder's last file as heartbeats are opened.
func (f *folder) opened(t *testing.T, period string) *source {
	t.Helper()
	ctx := context.Background()
	m, err := start(ctx, f.input(period))
	if err != nil {
		t.Fatal(err)
	}
	defer m.close()
	s, err := m.openHeartbeats(ctx, len(m.files)-1)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
