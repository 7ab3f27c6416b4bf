package sources

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"pgregory.net/rapid"
)

// goodCell draws a cell that its column takes.
func goodCell(c Column) *rapid.Generator[string] {
	instant := rapid.Custom(func(t *rapid.T) string {
		return fmt.Sprintf("%04d-%02d-%02dT%02d:%02d:%02d%s%s",
			rapid.IntRange(1901, 2199).Draw(t, "year"), rapid.IntRange(1, 12).Draw(t, "month"), rapid.IntRange(1, 28).Draw(t, "day"),
			rapid.IntRange(0, 23).Draw(t, "hour"), rapid.IntRange(0, 59).Draw(t, "minute"), rapid.IntRange(0, 59).Draw(t, "second"),
			rapid.StringMatching(`(\.[0-9]{1,9})?`).Draw(t, "fraction"), rapid.SampledFrom([]string{"Z", "+02:00", "-11:30"}).Draw(t, "offset"))
	})
	id := `[A-Za-z0-9][A-Za-z0-9._-]{0,9}`
	switch c.Type {
	case ID:
		return rapid.StringMatching(id)
	case IDList:
		return rapid.StringMatching(id + `(;` + id + `){0,3}`)
	case Date:
		return rapid.StringMatching(`(19[0-9]{2}|20[0-9]{2})-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])`)
	case Instant:
		return instant
	case Amount, Hours:
		return rapid.StringMatching(map[bool]string{true: `-?`}[c.Type == Amount] + fmt.Sprintf(`[0-9]{1,15}(\.[0-9]{1,%d})?`, c.Places))
	case Score:
		return rapid.StringMatching(`0(\.[0-9]{1,18})?|1(\.0{1,5})?`)
	case Flag:
		return rapid.SampledFrom([]string{"0", "1", "true", "false"})
	case Whole:
		return rapid.StringMatching(`[0-9]{1,6}`)
	case Choice:
		return rapid.SampledFrom(c.Choices)
	case Quarter:
		return rapid.StringMatching(`20[0-9]{2}-Q[1-4]`)
	case Month:
		return rapid.StringMatching(`20[0-9]{2}-(0[1-9]|1[0-2])`)
	case PaymentID:
		return rapid.StringMatching(`FP-20[0-9]{2}(0[1-9]|1[0-2])-[0-9A-F]{16}`)
	case Scope:
		return rapid.OneOf(rapid.Just("fleet"), rapid.StringMatching(`(operator|node):`+id), rapid.StringMatching(`region:[a-z ]{1,9}`))
	}
	return rapid.StringOf(rapid.SampledFrom([]rune("ab ;,\"'\\\n\té東\U0001f680{}[]:=")))
}

// drawRows draws rows of a dataset as text, in the order of its columns, the
// required cells filled. With bad ones, any cell may be anything.
func drawRows(t *rapid.T, ds *Dataset, bad bool) [][]string {
	rubbish := rapid.StringOf(rapid.SampledFrom([]rune("a1-;,.\"\n\t é\x00\x1bZ:")))
	var rows [][]string
	for range rapid.IntRange(0, 8).Draw(t, "rows") {
		row := make([]string, len(ds.Columns))
		for i, c := range ds.Columns {
			switch {
			case bad && rapid.IntRange(0, 9).Draw(t, "kind") == 0:
				row[i] = rubbish.Draw(t, c.Name)
			case c.Required:
				row[i] = goodCell(c).Filter(func(s string) bool { return s != "" }).Draw(t, c.Name)
			default:
				row[i] = rapid.OneOf(rapid.Just(""), goodCell(c)).Draw(t, c.Name)
			}
		}
		rows = append(rows, row)
	}
	return rows
}

func asCSV(t testing.TB, ds *Dataset, order []int, rows [][]string) string {
	var b strings.Builder
	w := csv.NewWriter(&b)
	pick := func(cell func(int) string) {
		var record []string
		for _, i := range order {
			record = append(record, cell(i))
		}
		if err := w.Write(record); err != nil {
			t.Fatal(err)
		}
	}
	pick(func(i int) string { return ds.Columns[i].Name })
	for _, row := range rows {
		pick(func(i int) string { return row[i] })
	}
	w.Flush()
	return b.String()
}

func asJSONLines(t testing.TB, ds *Dataset, order []int, rows [][]string) string {
	var lines []string
	for _, row := range rows {
		var members []string
		for _, i := range order {
			value, err := json.Marshal(row[i])
			if err != nil {
				t.Fatal(err)
			}
			if row[i] == "" && i%2 == 0 {
				value = []byte("null")
			}
			members = append(members, fmt.Sprintf("%q:%s", ds.Columns[i].Name, value))
		}
		lines = append(lines, "{"+strings.Join(members, ",")+"}\n")
	}
	return strings.Join(lines, "")
}

// asParquet writes the rows as text, or in the form that each type has, from
// rows already decoded.
func asParquet(t testing.TB, ds *Dataset, order []int, rows [][]string, native []Row) string {
	var fields []arrow.Field
	for _, i := range order {
		c := ds.Columns[i]
		var dt arrow.DataType = arrow.BinaryTypes.String
		if native != nil {
			switch c.Type {
			case Date:
				dt = arrow.FixedWidthTypes.Date32
			case Instant:
				dt = &arrow.TimestampType{Unit: arrow.Nanosecond, TimeZone: "UTC"}
			case Amount, Score, Hours:
				dt = &arrow.Decimal128Type{Precision: 38, Scale: 18}
			case Flag:
				dt = arrow.FixedWidthTypes.Boolean
			case Whole:
				dt = arrow.PrimitiveTypes.Int32
			}
		}
		fields = append(fields, field(c.Name, dt))
	}
	objects := []map[string]any{}
	for at, row := range rows {
		object := map[string]any{}
		for _, i := range order {
			if row[i] == "" {
				continue
			}
			object[ds.Columns[i].Name] = row[i]
			if native == nil {
				continue
			}
			switch v := native[at].Values[i]; ds.Columns[i].Type {
			case Instant:
				object[ds.Columns[i].Name] = v.Time.Format("2006-01-02 15:04:05.999999999")
			case Amount, Score, Hours:
				object[ds.Columns[i].Name] = v.Decimal.String()
			case Flag:
				object[ds.Columns[i].Name] = v.Bool
			case Whole:
				object[ds.Columns[i].Name] = v.Int64
			}
		}
		objects = append(objects, object)
	}
	text, err := json.Marshal(objects)
	if err != nil {
		t.Fatal(err)
	}
	return parquetOf(t, fields, string(text))
}

// complaints are the rejects without the place, which differs between formats,
// but with the row's turn, which does not.
func complaints(d decoded) string {
	var b strings.Builder
	turn, line := 0, int64(-1)
	for _, r := range d.rejects {
		if r.Line != line {
			turn, line = turn+1, r.Line
		}
		fmt.Fprintf(&b, "%d %s %s\n", turn, r.Column, r.Message)
	}
	return b.String()
}

func TestOneFormatIsAsGoodAsAnother(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		ds := rapid.SampledFrom(Datasets()).Draw(rt, "dataset")
		bad := rapid.Bool().Draw(rt, "bad cells too")
		rows := drawRows(rt, ds, bad)
		var places []int
		for i := range ds.Columns {
			places = append(places, i)
		}
		order := rapid.Permutation(places).Draw(rt, "order")
		csvText := asCSV(t, ds, order, rows)
		want := decode(t, ds.Name, "x.csv", csvText)
		if want.err != nil {
			rt.Fatalf("%v in %q", want.err, csvText)
		}
		same := func(what string, got decoded, text bool) {
			if got.err != nil || complaints(got) != complaints(want) || got.counts != want.counts || len(got.rows) != len(want.rows) {
				rt.Fatalf("%s: %v, %+v:\n%s\nCSV: %+v:\n%s", what, got.err, got.counts, complaints(got), want.counts, complaints(want))
			}
			for r := range got.rows {
				for i, v := range got.rows[r].Values {
					w := want.rows[r].Values[i]
					if !text {
						v.Text, w.Text = "", ""
					}
					if !sameValue(v, w) {
						rt.Fatalf("%s: row %d, %s: %+v, in CSV %+v", what, r, ds.Columns[i].Name, v, w)
					}
				}
			}
		}
		same("compressed CSV", decode(t, ds.Name, "x.csv.gz", gzipped(t, csvText)), true)
		same("CSV with CRLF", decode(t, ds.Name, "x.csv", strings.ReplaceAll(csvText, "\n", "\r\n")), true)
		same("JSON Lines", decode(t, ds.Name, "x.jsonl", asJSONLines(t, ds, order, rows)), true)
		same("Parquet of text", decode(t, ds.Name, "x.parquet", asParquet(t, ds, order, rows, nil)), true)
		if len(want.rejects) == 0 {
			same("Parquet of types", decode(t, ds.Name, "x.parquet", asParquet(t, ds, order, rows, want.rows)), false)
		}
		if lines := slices.IsSortedFunc(want.rows, func(a, b Row) int { return int(a.Line - b.Line) }); !lines {
			rt.Fatal("rows out of order")
		}
	})
}
