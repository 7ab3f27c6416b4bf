package outputs

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"fleetpay/rules"
)

func workbookOf(t *testing.T, m *Month) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := WriteWorkbook(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func opened(t *testing.T, book []byte) *excelize.File {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(book), excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

func cell(t *testing.T, f *excelize.File, sheet, name string) string {
	t.Helper()
	v, err := f.GetCellValue(sheet, name)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestTheWorkbookHasTheTablesAsSheets(t *testing.T) {
	f := opened(t, workbookOf(t, smallMonth()))
	if got := f.GetSheetList(); !reflect.DeepEqual(got, []string{"Summary", "Payouts", "Lines", "Exceptions"}) {
		t.Fatalf("sheets are %q", got)
	}
	for sheet, rows := range map[string]int{"Payouts": 1 + 4, "Lines": 1 + 6, "Exceptions": 1 + 2} {
		got, err := f.GetRows(sheet)
		if err != nil || len(got) != rows {
			t.Errorf("%s has %d rows (%v), want %d", sheet, len(got), err, rows)
		}
	}
	payouts, _ := f.GetRows("Payouts")
	want := []string{"2026-10", "operator", "bravo", `=HYPERLINK("x")`, "0.00", "48.39", "0.00", "48.39", "held", "wallet missing", "", "base"}
	if !reflect.DeepEqual(payouts[2], want) {
		t.Errorf("got %q\nwant %q", payouts[2], want)
	}
}

func TestDatesAreDatesAndNumbersAreNumbers(t *testing.T) {
	book := workbookOf(t, smallMonth())
	f, err := excelize.OpenReader(bytes.NewReader(book))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"K2": "2026-11-09", "F4": "-1,250.00", "G2": "1,507.31"} {
		if got := cell(t, f, "Payouts", name); got != want {
			t.Errorf("Payouts!%s shows %q, want %q", name, got, want)
		}
	}
	for name, want := range map[string]excelize.CellType{"K2": excelize.CellTypeUnset, "F4": excelize.CellTypeUnset, "D3": excelize.CellTypeInlineString} {
		if got, err := f.GetCellType("Payouts", name); err != nil || got != want {
			t.Errorf("Payouts!%s is of type %v (%v), want %v", name, got, err, want)
		}
	}
	if formula, err := f.GetCellFormula("Payouts", "D3"); err != nil || formula != "" {
		t.Errorf("a name became the formula %q (%v)", formula, err)
	}
}

func TestEveryFormulaOfTheSummaryGivesTheValueBesideIt(t *testing.T) {
	f := opened(t, workbookOf(t, smallMonth()))
	rows, err := f.GetRows("Summary")
	if err != nil {
		t.Fatal(err)
	}
	formulas := 0
	for r := range rows {
		for c := range 6 {
			name := cellName(c, r+1)
			formula, err := f.GetCellFormula("Summary", name)
			if err != nil {
				t.Fatal(err)
			}
			if formula == "" {
				continue
			}
			formulas++
			got, err := f.CalcCellValue("Summary", name)
			if err != nil {
				t.Fatalf("%s: %s: %v", name, formula, err)
			}
			compareMoney(t, name+" "+formula, usd(got), usd(cell(t, f, "Summary", name)))
		}
	}
	// 5 statuses, 2 kinds and both totals with 5 formulas; 2 chains, 6
	// categories and both totals with 2.
	if want := (5+1+2+1)*5 + (2+1+6+1)*2; formulas != want {
		t.Errorf("%d formulas, want %d", formulas, want)
	}
}

func TestTheSummaryShowsTheMonthsTotals(t *testing.T) {
	f := opened(t, workbookOf(t, smallMonth()))
	rows, err := f.GetRows("Summary")
	if err != nil {
		t.Fatal(err)
	}
	find := func(first string) [][]string {
		var found [][]string
		for _, row := range rows {
			if len(row) > 0 && row[0] == first {
				found = append(found, row)
			}
		}
		return found
	}
	for first, want := range map[string][]string{
		"payable":    {"payable", "2", "7.31", "1521.97", "1529.28", "0.00"}, // 1500.00 + 21.97; 1507.31 + 21.97
		"held":       {"held", "1", "0.00", "48.39", "0.00", "48.39"},
		"negative":   {"negative", "1", "0.00", "-1250.00", "0.00", "-1250.00"},
		"operator":   {"operator", "3", "7.31", "298.39", "1507.31", "-1201.61"}, // 1500.00 + 48.39 - 1250.00
		"polygon":    {"polygon", "1", "21.97"},
		"base":       {"base", "1", "1507.31"},
		"commission": {"commission", "1", "4.84"},
	} {
		if got := find(first); !reflect.DeepEqual(got[0], want) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if got := find("base"); !reflect.DeepEqual(got[1], []string{"base", "2", "1548.39"}) { // the category: 1500.00 + 48.39
		t.Errorf("got %q", got)
	}
	if got := find("Total"); !reflect.DeepEqual(got[0], []string{"Total", "4", "7.31", "320.36", "1529.28", "-1201.61"}) {
		t.Errorf("got %q", got)
	}
}

func TestEveryCentSurvivesTheWorkbook(t *testing.T) {
	m := smallMonth()
	m.Book.Lines = nil
	add := func(sum rules.Money) {
		m.Book.Lines = append(m.Book.Lines, rules.Line{PayeeKind: rules.OperatorPayee, PayeeID: "alpha", Number: 1, Amount: sum})
	}
	for cents := -20_000; cents <= 20_000; cents++ {
		sign := ""
		if cents < 0 {
			sign = "-"
		}
		add(usd(fmt.Sprintf("%s%d.%02d", sign, max(cents, -cents)/100, max(cents, -cents)%100)))
	}
	for _, large := range []string{"9999999999999.99", "-9999999999999.99", "1234567890123.45", "90071992547409.93"} {
		add(usd(large))
	}
	f := opened(t, workbookOf(t, m))
	rows, err := f.Rows("Lines")
	if err != nil {
		t.Fatal(err)
	}
	rows.Next() // the header
	if _, err := rows.Columns(); err != nil {
		t.Fatal(err)
	}
	for _, l := range m.Book.Lines {
		if !rows.Next() {
			t.Fatal("a row is missing")
		}
		row, err := rows.Columns()
		if err != nil {
			t.Fatal(err)
		}
		if row[12] != l.Amount.String() {
			t.Fatalf("%s came back as %s", l.Amount, row[12])
		}
	}
}

func TestAnyTextSurvivesTheWorkbookAndIsNoFormula(t *testing.T) {
	text := rapid.Custom(func(t *rapid.T) string {
		odd := rapid.StringOfN(rapid.RuneFrom([]rune("=+-@<>&\"'_x0041_\t\n\r\x00\x1f\ufffe é\u3000")), 0, 12, -1)
		return odd.Draw(t, "odd") + rapid.String().Draw(t, "any")
	})
	rapid.Check(t, func(rt *rapid.T) {
		name := text.Draw(rt, "name")
		m := smallMonth()
		m.Book.Payouts[0].Name = name
		var b bytes.Buffer
		if err := WriteWorkbook(&b, m); err != nil {
			rt.Fatal(err)
		}
		f, err := excelize.OpenReader(&b)
		if err != nil {
			rt.Fatal(err)
		}
		got, err := f.GetCellValue("Payouts", "D2")
		if err != nil || got != name {
			rt.Fatalf("%q came back as %q, %v", name, got, err)
		}
		if formula, err := f.GetCellFormula("Payouts", "D2"); err != nil || formula != "" {
			rt.Fatalf("%q became the formula %q, %v", name, formula, err)
		}
		if back := readXMLText(string(appendXMLText(nil, name))); back != name {
			rt.Fatalf("our own reader gives %q as %q", name, back)
		}
	})
}

func TestATextLongerThanACellIsCutAndSaysSo(t *testing.T) {
	long := strings.Repeat("é😀", 20_000) // 60,000 UTF-16 units
	got := cutText(long)
	units := 0
	for _, r := range got {
		units++
		if r > 0xFFFF {
			units++
		}
	}
	if units > maxCellChars || units < maxCellChars-3 || !strings.HasSuffix(got, cutMark) || !utf8.ValidString(got) {
		t.Errorf("%d units that end with %q", units, got[len(got)-60:])
	}
	if fits := strings.Repeat("é", maxCellChars); cutText(fits) != fits {
		t.Error("a text that fits was cut")
	}
}

func TestTheSameMonthGivesTheSameWorkbook(t *testing.T) {
	m := smallMonth()
	first := workbookOf(t, m)
	for range 20 {
		if !bytes.Equal(first, workbookOf(t, m)) {
			t.Fatal("the bytes differ")
		}
	}
	r, err := zip.NewReader(bytes.NewReader(first), int64(len(first)))
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range r.File {
		if i > 0 && r.File[i-1].Name >= f.Name {
			t.Errorf("%s comes after %s", f.Name, r.File[i-1].Name)
		}
		if !f.Modified.Equal(zipTime) {
			t.Errorf("%s is of %s", f.Name, f.Modified)
		}
	}
	props, err := opened(t, first).GetDocProps()
	if err != nil || props.Created != "2026-11-02T08:30:00Z" || props.Modified != "2026-11-02T08:30:00Z" {
		t.Errorf("%+v, %v", props, err)
	}
}

func TestSheetsAreSetUpForReadingAndPrinting(t *testing.T) {
	f := opened(t, workbookOf(t, smallMonth()))
	for _, sheet := range []string{"Payouts", "Lines", "Exceptions"} {
		panes, err := f.GetPanes(sheet)
		if err != nil || !panes.Freeze || panes.YSplit != 1 {
			t.Errorf("%s: the header is not frozen: %+v, %v", sheet, panes, err)
		}
	}
	for _, sheet := range f.GetSheetList() {
		layout, err := f.GetPageLayout(sheet)
		if err != nil || *layout.Orientation != "landscape" {
			t.Errorf("%s is not printed in landscape: %v", sheet, err)
		}
		props, err := f.GetSheetProps(sheet)
		if err != nil || !*props.FitToPage || *layout.FitToWidth != 1 || (*layout.FitToHeight == 1) != (sheet == "Summary") {
			t.Errorf("%s does not fit its pages: %v", sheet, err)
		}
	}
	titles, filters := 0, 0
	for _, n := range f.GetDefinedName() {
		switch n.Name {
		case "_xlnm.Print_Titles":
			titles++
		case "_xlnm._FilterDatabase":
			filters++
		}
	}
	if titles != 3 || filters != 3 {
		t.Errorf("%d print titles and %d filters, want 3 of each", titles, filters)
	}
}

// LibreOffice keeps the height that a file gives, and prints a second line over
// the next row when it gives none.
func TestARowIsAsTallAsItsText(t *testing.T) {
	m := smallMonth()
	m.Book.Payouts[1].Reason = "wallet changed from " + walletA + " on base to " + walletB + " on base, confirmed by 0 of 1" // 44 characters a line, and no wallet is broken
	f := opened(t, workbookOf(t, m))
	for row, want := range map[int]float64{2: 15, 3: 75, 4: 15} {
		if got, err := f.GetRowHeight("Payouts", row); err != nil || got != want {
			t.Errorf("row %d is %v high, want %v; %v", row, got, want, err)
		}
	}
	for _, c := range []struct {
		text  string
		width int
		lines int
	}{
		{"", 10, 1}, {"paid in full", 20, 1}, {"paid in full", 9, 2}, {"one\ntwo\nthree", 20, 3}, {strings.Repeat("W", 100), 20, 10},
	} {
		if got := cellLines(c.text, c.width); got != c.lines {
			t.Errorf("%q takes %d lines of %d, want %d", c.text, got, c.width, c.lines)
		}
	}
}

func TestNoSheetClaimsThatAFilterHidesRows(t *testing.T) {
	book := workbookOf(t, smallMonth())
	r, err := zip.NewReader(bytes.NewReader(book), int64(len(book)))
	if err != nil {
		t.Fatal(err)
	}
	filters := 0
	for _, entry := range r.File {
		in, err := entry.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(content, []byte("filterMode")) {
			t.Errorf("%s has it", entry.Name)
		}
		if bytes.Contains(content, []byte("<autoFilter ")) {
			filters++
		}
	}
	if filters != 3 {
		t.Errorf("%d sheets have filters, want 3", filters)
	}
}

func TestRowsBeyondASheetGoOnOnTheNext(t *testing.T) {
	if got := splitRows("Lines", 0); !reflect.DeepEqual(got, []part{{"Lines", 0, 0}}) {
		t.Errorf("got %v", got)
	}
	if got := splitRows("Lines", maxSheetRows); !reflect.DeepEqual(got, []part{{"Lines", 0, maxSheetRows - 1}, {"Lines 2", maxSheetRows - 1, maxSheetRows}}) {
		t.Errorf("got %v", got)
	}
}

// Our own reader is strict and quick; that it reads what others read is held
// here, cell by cell.
func TestOurReaderReadsAsExcelizeDoes(t *testing.T) {
	dir := t.TempDir()
	m := smallMonth()
	m.Book.Exceptions[0].Message = strings.Repeat("a message of many lines ", 40)
	if err := Render(t.Context(), m, dir, nil); err != nil {
		t.Fatal(err)
	}
	f := opened(t, workbookOf(t, m))
	book, err := openWorkbook(dir + "/" + WorkbookPath)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = book.close() }()
	for _, sheet := range []string{"Payouts", "Lines", "Exceptions"} {
		want, err := f.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		rows, ok, err := book.rows(sheet)
		if err != nil || !ok {
			t.Fatal(sheet, ok, err)
		}
		for _, w := range want {
			got, err := rows.next()
			if err != nil || !reflect.DeepEqual(got, w) {
				t.Errorf("%s: got %q, %v; want %q", sheet, got, err, w)
			}
		}
		if got, err := rows.next(); got != nil || err != nil {
			t.Errorf("%s goes on with %q, %v", sheet, got, err)
		}
	}
}

func BenchmarkWorkbook(b *testing.B) {
	m := largeMonth(1000, 20)
	for b.Loop() {
		if err := WriteWorkbook(io.Discard, m); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(m.Book.Lines)*b.N)/b.Elapsed().Seconds(), "lines/s")
}
