package proposals

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"fleetpay/sources"
)

// Any file that a close would take, and any row: the new file decodes to the old
// rows and the new one, and no other byte changed.
func TestARowIsAddedToAnyFileAndNothingElse(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(rt *rapid.T) {
		file := drawFile(rt)
		table := file.table(rt)
		r := Row{Dataset: "operators", match: matchOf("operators"), Columns: []string{"operator_id", "name", "region", "joined_on"},
			Values: []string{"new-1", drawText(rt, "the new name"), "emea", "2026-11-01"}}
		made, written, err := table.with(r)
		if err != nil {
			rt.Fatal(err)
		}
		if !strings.HasPrefix(string(made.data), file.text) {
			rt.Fatalf("the file began with\n%q\nand is\n%q", file.text, made.data)
		}
		if n := strings.Count(string(made.data[len(file.text):]), "new-1"); n != 1 || written.Before != nil {
			rt.Fatalf("added: %q", made.data[len(file.text):])
		}
		want := append(file.decode(rt, dir, []byte(file.text)), file.expected(r))
		if got := file.decode(rt, dir, made.data); !slices.EqualFunc(got, want, slices.Equal) {
			rt.Fatalf("decodes to\n%q\nwant\n%q", got, want)
		}
	})
}

// The same for a row that is changed: every byte stays but those of the cells.
func TestCellsAreChangedInAnyFileAndNothingElse(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(rt *rapid.T) {
		file := drawFile(rt)
		if file.rows == 0 {
			rt.Skip("a file without rows")
		}
		table := file.table(rt)
		at := rapid.IntRange(0, file.rows-1).Draw(rt, "row")
		r := Row{Dataset: "operators", Change: true, match: matchOf("operators"), Columns: []string{"operator_id", "name", "region"},
			Values: []string{fmt.Sprintf("op-%d", at), drawText(rt, "the other name"), "apac"}}
		made, _, err := table.with(r)
		if err != nil {
			rt.Fatal(err)
		}
		want := file.decode(rt, dir, []byte(file.text))
		ds := sources.Lookup("operators")
		want[at] = slices.Clone(want[at])
		want[at][ds.Index("name")], want[at][ds.Index("region")] = r.Value("name"), "apac"
		if got := file.decode(rt, dir, made.data); !slices.EqualFunc(got, want, slices.Equal) {
			rt.Fatalf("decodes to\n%q\nwant\n%q", got, want)
		}
		line := table.records[at]
		before, after := file.text[:line.cells[0].begins], file.text[line.ends:]
		if !strings.HasPrefix(string(made.data), before) || !strings.HasSuffix(string(made.data), after) {
			rt.Fatalf("other rows changed: %q became %q", file.text, made.data)
		}
		for i, column := range table.columns {
			is := made.records[at].cells[i]
			was := line.cells[i]
			if column != "name" && column != "region" && string(made.data[is.begins:is.ends]) != file.text[was.begins:was.ends] {
				rt.Fatalf("the cell of %s changed its bytes", column)
			}
		}
	})
}

// drawn is a file of operators.
type drawn struct {
	text    string
	columns []string
	rows    int
}

func (f drawn) table(t *rapid.T) *Table {
	table, err := ReadTable(sources.Lookup("operators"), "operators.csv", []byte(f.text))
	if err != nil {
		t.Fatalf("%v in %q", err, f.text)
	}
	return table
}

// decode reads a file as a close does.
func (f drawn) decode(t *rapid.T, dir string, data []byte) [][]string {
	path := filepath.Join(dir, "operators.csv")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	var rows [][]string
	_, err := sources.Decode(t.Context(), sources.Lookup("operators"), path, "operators.csv", func(r sources.Row) error {
		var texts []string
		for _, v := range r.Values {
			texts = append(texts, v.Text)
		}
		rows = append(rows, texts)
		return nil
	}, func(r sources.Reject) { t.Fatalf("%v in %q", r, data) })
	if err != nil {
		t.Fatalf("%v in %q", err, data)
	}
	return rows
}

// expected is a row as it decodes.
func (f drawn) expected(r Row) []string {
	ds := sources.Lookup("operators")
	texts := make([]string, len(ds.Columns))
	for i, column := range r.Columns {
		texts[ds.Index(column)] = r.Values[i]
	}
	return texts
}

// drawFile draws a file with columns in any order, of any line end, with quotes where
// they are needed and where they are not, with and without a mark at its beginning, a
// line end at its end, and empty lines.
func drawFile(t *rapid.T) drawn {
	f := drawn{columns: rapid.Permutation([]string{"operator_id", "name", "region", "joined_on", "chain"}).Draw(t, "columns")}
	end := rapid.SampledFrom([]string{"\n", "\r\n"}).Draw(t, "line end")
	var b strings.Builder
	if rapid.Bool().Draw(t, "mark") {
		b.WriteString(byteOrderMark)
	}
	b.WriteString(strings.Join(f.columns, ","))
	f.rows = rapid.IntRange(0, 4).Draw(t, "rows")
	for i := range f.rows {
		b.WriteString(strings.Repeat(end, 1+rapid.IntRange(0, 1).Draw(t, "empty lines")))
		for k, column := range f.columns {
			if k > 0 {
				b.WriteString(",")
			}
			text := map[string]string{"operator_id": fmt.Sprintf("op-%d", i), "region": "emea", "joined_on": "2026-01-15", "chain": ""}[column]
			if column == "name" {
				text = drawText(t, "a name")
			}
			if cell := quoted(text); cell != text || !rapid.Bool().Draw(t, "quoted") {
				b.WriteString(cell)
			} else {
				b.WriteString(`"` + text + `"`)
			}
		}
	}
	if rapid.Bool().Draw(t, "ended") {
		b.WriteString(end)
	}
	f.text = b.String()
	return f
}

// drawText draws a name with all that CSV must quote.
func drawText(t *rapid.T, label string) string {
	return rapid.StringOfN(rapid.SampledFrom([]rune("ab ,;\"'\n=é漢|")), 1, 8, -1).Draw(t, label)
}

func TestFilesThatCanNotBeTakenApartAreRefused(t *testing.T) {
	for text, want := range map[string]string{
		"":                                      "t.csv: is empty; its first line must name the columns of tiers",
		"\ufeff\n\n":                            "t.csv: is empty; its first line must name the columns of tiers",
		"operator_id,tier\na\"b,1\n":            "t.csv:2: a quote stands inside a cell that is not quoted; correct the file first",
		"operator_id,tier\n\"a\"b,1\n":          "t.csv:2: text follows a closing quote; correct the file first",
		"operator_id,tier\n\n\"a,1\n":           "t.csv:3: a quote is never closed; correct the file first",
		"operator_id,tier\na,1\nb\n":            "t.csv:3: 1 instead of 2 cells; correct the file first",
		"operator_id,tier\n\"a\nb\",1\nb,2,3\n": "t.csv:4: 3 instead of 2 cells; correct the file first",
	} {
		_, err := ReadTable(sources.Lookup("tiers"), "t.csv", []byte(text))
		if err == nil || err.Error() != want {
			t.Errorf("%q: got %v, want %s", text, err, want)
		}
	}
}

// FuzzReadTable holds a table against encoding/csv: where both take a file apart,
// they find the same cells, and the places are those of the cells.
func FuzzReadTable(f *testing.F) {
	for _, seed := range []string{
		"a,b\n1,2\n", "a,b\r\n1,\"2\r\n3\"\r\n", "\ufeffa\n\n1", "a,b\n\"x\"\"y\",\n", "a\n\"", "a\n1\r", "a,b\n,\n", "a\n \n", "\"a\"\n\"\"\n", "a\n1\"2\n",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		table, err := ReadTable(sources.Lookup("tiers"), "t.csv", []byte(text))
		r := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, byteOrderMark)))
		all, other := r.ReadAll()
		if (err == nil) != (other == nil && len(all) > 0) {
			t.Fatalf("%q: ReadTable says %v, encoding/csv %v", text, err, other)
		}
		if err != nil {
			return
		}
		got := [][]string{table.columns}
		for i, record := range table.records {
			got = append(got, table.Row(i))
			for _, c := range record.cells {
				if raw := text[c.begins:c.ends]; raw != c.text && !strings.HasPrefix(raw, `"`) {
					t.Fatalf("%q: the cell %q has the bytes %q", text, c.text, raw)
				}
			}
		}
		if !slices.EqualFunc(got, all, slices.Equal) {
			t.Fatalf("%q: ReadTable finds %q, encoding/csv %q", text, got, all)
		}
	})
}
