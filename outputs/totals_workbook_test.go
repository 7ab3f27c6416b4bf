package outputs

import (
	"archive/zip"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// changeEntry replaces a text in an entry of the workbook of a folder.
func changeEntry(t *testing.T, dir, entry, old, replacement string) {
	t.Helper()
	path := filepath.Join(dir, WorkbookPath)
	book, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	out, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	w := zip.NewWriter(out)
	for name, content := range entriesOf(t, book) {
		if name == entry {
			if !strings.Contains(content, old) {
				t.Fatalf("%s has no %q", entry, old)
			}
			content = strings.Replace(content, old, replacement, 1)
		}
		f, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestADifferenceInTheWorkbookIsFound(t *testing.T) {
	const payouts, inputs = "xl/worksheets/sheet2.xml", "xl/worksheets/sheet8.xml"
	for _, c := range []struct{ name, entry, old, new, err string }{
		{"a total that is not the sum of its rows", payouts, "<v>1529.28</v>", "<v>1529.29</v>",
			`payouts.xlsx: sheet Payouts: the total of payable is "1529.29"; its rows sum to 1529.28`},
		{"a cell of another cent", payouts, "<v>1507.31</v>", "<v>1507.32</v>",
			`payouts.csv: line 2: operator alpha: payable is "1507.31", but sheet Payouts of payouts.xlsx has "1507.32"`},
		{"a percentage of another size", "xl/worksheets/sheet3.xml", "<v>0.1</v>", "<v>0.11</v>",
			`lines.csv: line 6: partner pine: rate is "0.1", but sheet Lines of payouts.xlsx has "0.11"`},
		{"a column of another name", payouts, ">Wallet<", ">Purse<",
			`payouts.xlsx: sheet Payouts: it has no column Wallet`},
		{"another period", inputs, ">2026-10<", ">2026-09<",
			`payouts.csv: line 2: operator alpha: period is "2026-10", but sheet Payouts of payouts.xlsx has "2026-09"`},
		{"no period", inputs, ">Period<", ">Month<",
			`payouts.xlsx: sheet Payouts: sheet Inputs does not name the period`},
		{"no sheet", "xl/workbook.xml", `name="Lines"`, `name="Limes"`,
			`payouts.xlsx: sheet Lines: it is missing`},
		{"a cell of another form", payouts, `<c r="B2"`, `<c  r="B2"`,
			`payouts.xlsx: sheet Payouts: row 2 has a cell of unknown form`},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := rendered(t, smallMonth())
			changeEntry(t, dir, c.entry, c.old, c.new)
			if err := readBackWorkbook(dir); err == nil || !strings.Contains(err.Error(), c.err) {
				t.Errorf("got  %v\nwant %s", err, c.err)
			}
		})
	}
}

// A folder of the first format has the period in each row, percentages as text,
// and no totals below its rows.
func TestAWorkbookOfTheFirstFormatIsReadBack(t *testing.T) {
	if err := readBackWorkbook("../testdata/golden/closes/v0.1.0/2026-09"); err != nil {
		t.Error(err)
	}
}
