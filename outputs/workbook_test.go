package outputs

import (
	"archive/zip"
	"bufio"
	"bytes"
	"fmt"
	"os"
	"reflect"
	"regexp"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/shopspring/decimal"
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

// rowsOf reads a sheet's rows, each cell as it is stored.
func rowsOf(t *testing.T, f *excelize.File, sheet string) [][]string {
	t.Helper()
	rows, err := f.GetRows(sheet)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestTheWorkbookHasItsSheetsInOrder(t *testing.T) {
	full := []string{"Summary", "Payouts", "Lines", "Operators", "Partners", "Nodes", "Incidents", "Stages", "Exceptions", "Scorecard", "Inputs"}
	f := opened(t, workbookOf(t, fullMonth()))
	if got := f.GetSheetList(); !reflect.DeepEqual(got, full) {
		t.Fatalf("sheets are %q", got)
	}
	if got := f.GetActiveSheetIndex(); got != 0 {
		t.Errorf("sheet %d is in front", got)
	}
	// A header, the rows, and where amounts are added up a row of totals.
	for sheet, rows := range map[string]int{
		"Payouts": 1 + 4 + 1, "Lines": 1 + 6 + 1, "Operators": 1 + 3 + 1, "Partners": 1 + 1 + 1, "Nodes": 1 + 3 + 1, "Incidents": 1 + 2, "Stages": 1 + 2, "Exceptions": 1 + 2,
	} {
		if got := rowsOf(t, f, sheet); len(got) != rows {
			t.Errorf("%s has %d rows, want %d", sheet, len(got), rows)
		}
	}
	want := []string{"operator", "bravo", `=HYPERLINK("x")`, "0.00", "48.39", "0.00", "48.39", "held", "wallet missing", "held", "", "base"}
	if got := rowsOf(t, f, "Payouts")[2][:len(want)]; !reflect.DeepEqual(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

// A closed folder of the first format keeps neither evidence nor figures.
func TestAMonthWithoutEvidenceAndFiguresLeavesOutWhatTheyWouldShow(t *testing.T) {
	m := fullMonth()
	m.Evidence, m.Figures = nil, nil
	f := opened(t, workbookOf(t, m))
	if got, want := f.GetSheetList(), []string{"Summary", "Payouts", "Lines", "Operators", "Partners", "Nodes", "Stages", "Exceptions", "Inputs"}; !reflect.DeepEqual(got, want) {
		t.Errorf("sheets are %q", got)
	}
	summary := fmt.Sprint(rowsOf(t, f, "Summary"))
	if !strings.Contains(summary, "this folder keeps no figures of earlier months") {
		t.Error("the summary does not say why it shows no changes")
	}
	if head := rowsOf(t, f, "Operators")[0]; slices.Contains(head, "Change") {
		t.Errorf("operators have a change without a month before: %q", head)
	}
	m = fullMonth()
	m.Figures = rules.NewFigures(m.Period, nil)
	f = opened(t, workbookOf(t, m))
	if !strings.Contains(fmt.Sprint(rowsOf(t, f, "Summary")), "this is the first close") {
		t.Error("the summary of a first close does not say so")
	}
}

func TestASheetWithoutRowsSaysSo(t *testing.T) {
	m := fullMonth()
	m.Facts = &rules.Facts{Absent: map[string]bool{"incidents": true}}
	m.Evidence = &rules.Evidence{}
	m.Book = &rules.Book{Period: m.Period}
	m.Inputs, m.Rules = nil, nil
	f := opened(t, workbookOf(t, m))
	for sheet, want := range map[string]string{
		"Payouts": "nobody is paid in this month", "Lines": "no line in this month", "Operators": "no operator", "Partners": "no partner",
		"Nodes": "no active node in this month", "Incidents": "no incident data: the workspace names no source for incidents",
		"Stages": "nobody is in a stage yet", "Exceptions": "nothing to look at",
	} {
		if rows := rowsOf(t, f, sheet); len(rows) != 2 || len(rows[1]) != 1 || rows[1][0] != want {
			t.Errorf("%s has %q", sheet, rows)
		}
	}
	if err := readBackWorkbook(rendered(t, m)); err != nil {
		t.Errorf("the read-back of an empty month: %v", err)
	}
}

func TestDatesPercentagesAndAmountsAreNumbersWithTheirFormats(t *testing.T) {
	book := workbookOf(t, fullMonth())
	raw := opened(t, book)
	shown, err := excelize.OpenReader(bytes.NewReader(book))
	if err != nil {
		t.Fatal(err)
	}
	defer shown.Close()
	for _, c := range []struct{ sheet, cell, stored, shown string }{
		{"Payouts", "K2", "46335", "2026-11-09"},
		{"Payouts", "E4", "-1250.00", "-1,250.00"},
		{"Payouts", "F2", "1507.31", "1,507.31"},
		{"Operators", "I2", "0.9948611", "99.48611%"}, // 7163 / 7200
		{"Lines", "J6", "0.1", "10%"},
		{"Lines", "J2", "500.00", "500.00"},
		{"Lines", "H2", "93", "93"},
		{"Incidents", "C2", "46298.5869212963", "2026-10-03 14:05"}, // 50710 s of 86400
		{"Incidents", "F2", "1.0", "1.0"},                           // 61 s are 1.01 min, cut
		{"Incidents", "G2", "60.0", "60.0"},
	} {
		if got := cell(t, raw, c.sheet, c.cell); got != c.stored {
			t.Errorf("%s!%s holds %q, want %q", c.sheet, c.cell, got, c.stored)
		}
		if got := cell(t, shown, c.sheet, c.cell); got != c.shown {
			t.Errorf("%s!%s shows %q, want %q", c.sheet, c.cell, got, c.shown)
		}
		if kind, err := raw.GetCellType(c.sheet, c.cell); err != nil || kind != excelize.CellTypeUnset {
			t.Errorf("%s!%s is no number but of type %v (%v)", c.sheet, c.cell, kind, err)
		}
	}
}

func TestAPercentageIsShiftedAndNeverRounded(t *testing.T) {
	for _, c := range []struct{ text, number string }{
		{"99.865%", "0.99865"}, {"20%", "0.2"}, {"100.00000%", "1"}, {"-0.00001%", "-0.0000001"}, {"0.1%", "0.001"}, {"99.99999%", "0.9999999"},
	} {
		if got := shareText(c.text); got != c.number {
			t.Errorf("%s is %s, want %s", c.text, got, c.number)
		}
	}
	st := &styles{right: 7}
	for _, text := range []string{"1234567890123456", "0.12345678901", "–", "n/a", "12 days"} {
		if set := st.cell(numberCell, text, false); set.number || set.value != text {
			t.Errorf("%q was set as the number %q", text, set.value)
		}
	}
}

// structured finds a table's column in a formula, which excelize does not compute.
var structured = regexp.MustCompile(`(tbl[A-Za-z0-9]+)\[([^\]]+)\]`)

func TestEveryFormulaGivesTheValueStoredInItsCell(t *testing.T) {
	m := fullMonth()
	book := workbookOf(t, m)
	f := opened(t, book)
	tables := map[string]tableXML{}
	for _, x := range tablesOf(t, entriesOf(t, book)) {
		tables[x.Name] = x
	}
	formulas := map[string]int{}
	for _, sheet := range f.GetSheetList() {
		for r, row := range rowsOf(t, f, sheet) {
			for c, stored := range row {
				name := cellName(c, r+1)
				formula, err := f.GetCellFormula(sheet, name)
				if err != nil {
					t.Fatal(err)
				}
				if formula == "" {
					continue
				}
				formulas[sheet]++
				plain := structured.ReplaceAllStringFunc(formula, func(s string) string {
					parts := structured.FindStringSubmatch(s)
					return tables[parts[1]].column(t, parts[2])
				})
				if err := f.SetCellFormula(sheet, name, plain); err != nil {
					t.Fatal(err)
				}
				got, err := f.CalcCellValue(sheet, name)
				if err != nil {
					t.Fatalf("%s!%s: %s: %v", sheet, name, formula, err)
				}
				if !sameNumber(got, stored) {
					t.Errorf("%s!%s: %s gives %q, but the cell holds %q", sheet, name, formula, got, stored)
				}
			}
		}
	}
	want := map[string]int{
		// The headline's 3 lines with 2; 5 statuses, 2 kinds and both totals with
		// 5; 2 chains, 6 categories and both totals with 2; 4 checks with 3; the
		// comparison's 8 rows with 2 (two categories are 0.00 in both months); 5
		// movers and the others with 2, their total with 3; 2 kept back; 2 kinds of
		// exceptions and their total.
		"Summary":   3*2 + (5+1+2+1)*5 + (2+1+6+1)*2 + 4*3 + 8*2 + 6*2 + 3 + 2 + 3,
		"Payouts":   4,
		"Lines":     1,
		"Operators": 3 + 5, // a change each; totals of node days, earned, before, change and payable
		"Partners":  1 + 7,
		"Nodes":     7,
		"Scorecard": 4*3 + 2, // change, variance and met of four targets; two totals
		"Inputs":    2 + 7,
	}
	if !reflect.DeepEqual(formulas, want) {
		t.Errorf("formulas are %v, want %v", formulas, want)
	}
}

// sameNumber compares two cells as numbers to ten places, or as texts.
func sameNumber(a, b string) bool {
	x, errX := decimal.NewFromString(a)
	y, errY := decimal.NewFromString(b)
	if errX != nil || errY != nil {
		return a == b
	}
	return x.Round(10).Equal(y.Round(10))
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
		if row[11] != l.Amount.String() {
			t.Fatalf("%s came back as %s", l.Amount, row[11])
		}
	}
}

func TestAnyTextSurvivesTheWorkbookAndIsNoFormula(t *testing.T) {
	text := rapid.Custom(func(t *rapid.T) string {
		odd := rapid.StringOfN(rapid.RuneFrom([]rune("=+-@<>&\"'_x0041_\t\n\r\x00\x1f\ufffe é\u3000")), 0, 12, -1)
		return odd.Draw(t, "odd") + rapid.String().Draw(t, "any")
	})
	m := smallMonth()
	m.Book.Exceptions = nil
	rapid.Check(t, func(rt *rapid.T) {
		message := text.Draw(rt, "message")
		if back := readXMLText(string(appendXMLText(nil, message))); back != message {
			rt.Fatalf("our own reader gives %q as %q", message, back)
		}
		m.Book.Exceptions = append(m.Book.Exceptions, rules.Exception{Kind: "note", Severity: rules.SeverityInfo, Subject: "fleet", Message: message})
	})
	f := opened(t, workbookOf(t, m))
	for i, e := range m.Book.Exceptions {
		name := cellName(3, i+2)
		if got := cell(t, f, "Exceptions", name); got != e.Message {
			t.Errorf("%q came back as %q", e.Message, got)
		}
		if formula, err := f.GetCellFormula("Exceptions", name); err != nil || formula != "" {
			t.Errorf("%q became the formula %q, %v", e.Message, formula, err)
		}
	}
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
	if units > maxCellChars || units < maxCellChars-3 || !strings.HasSuffix(got, cellCut) || !utf8.ValidString(got) {
		t.Errorf("%d units that end with %q", units, got[len(got)-60:])
	}
	if fits := strings.Repeat("é", maxCellChars); cutText(fits) != fits {
		t.Error("a text that fits was cut")
	}
}

func TestTheSameMonthGivesTheSameWorkbook(t *testing.T) {
	m := fullMonth()
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
}

func TestTheWorkbookSaysWhatItIs(t *testing.T) {
	f := opened(t, workbookOf(t, fullMonth()))
	props, err := f.GetDocProps()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ what, got, want string }{
		{"title", props.Title, "Payouts 2026-10"}, {"subject", props.Subject, "Example Fleet"}, {"author", props.Creator, "Example Fleet"},
		{"last author", props.LastModifiedBy, "finance"}, {"category", props.Category, "Monthly close"}, {"keywords", props.Keywords, "2026-10, 2026-07"},
		{"created", props.Created, "2026-11-02T08:30:00Z"}, {"modified", props.Modified, "2026-11-02T08:30:00Z"}, // when the month was closed
	} {
		if c.got != c.want {
			t.Errorf("the %s is %q, want %q", c.what, c.got, c.want)
		}
	}
	app, err := f.GetAppProps()
	if err != nil || app.Application != "fleetpay" || app.Company != "Example Fleet" {
		t.Errorf("%+v, %v", app, err)
	}
}

func TestSheetsAreSetUpForReadingAndPrinting(t *testing.T) {
	f := opened(t, workbookOf(t, fullMonth()))
	tables := []string{"Payouts", "Lines", "Operators", "Partners", "Nodes", "Incidents", "Stages", "Exceptions"}
	var titles []string
	for _, n := range f.GetDefinedName() {
		if n.Name == "_xlnm.Print_Titles" && strings.HasSuffix(n.RefersTo, "!$1:$1") {
			titles = append(titles, n.Scope)
		}
	}
	if !reflect.DeepEqual(titles, tables) {
		t.Errorf("print titles are repeated on %q", titles)
	}
	for _, sheet := range f.GetSheetList() {
		panes, err := f.GetPanes(sheet)
		if err != nil || panes.Freeze != slices.Contains(tables, sheet) {
			t.Errorf("%s: the header is not frozen as it should: %+v, %v", sheet, panes, err)
		}
		pages := 0 // as many as it takes
		if !slices.Contains(tables, sheet) {
			pages = 1 // this month's are short enough to be made to fit
		}
		layout, err := f.GetPageLayout(sheet)
		if err != nil || *layout.Orientation != "landscape" || *layout.Size != 9 || *layout.FitToWidth != 1 || *layout.FitToHeight != pages {
			t.Errorf("%s is not printed in landscape, one page wide: %+v, %v", sheet, layout, err)
		}
		props, err := f.GetSheetProps(sheet)
		if err != nil || !*props.FitToPage {
			t.Errorf("%s does not fit its pages: %v", sheet, err)
		}
	}
}

// A page of A4 in landscape is some 149 digits wide at full size. What is printed
// must stay as large as small print on paper, 7 points.
func TestAPrintedPageIsLegible(t *testing.T) {
	f := opened(t, workbookOf(t, fullMonth()))
	const page, points, least = 149.0, 11.0, 7.0
	for _, sheet := range f.GetSheetList() {
		width := 0.0
		for c := range 26 {
			w, err := f.GetColWidth(sheet, cellColumn(c))
			if err != nil {
				t.Fatal(err)
			}
			if custom := w != 9.140625; custom { // what excelize says of a column without a width
				width += w
			}
		}
		if size := points * min(1, page/width); size < least {
			t.Errorf("%s is %.1f digits wide and printed at %.1f points", sheet, width, size)
		}
	}
}

func TestHeldNegativeAndFlaggedRowsAreMarked(t *testing.T) {
	f := opened(t, workbookOf(t, fullMonth()))
	for sheet, want := range map[string]map[string][]string{
		"Payouts":    {"A2:N5": {`$H2="held"`, `$H2="negative"`, `$J2<>""`}},
		"Lines":      {"A2:N7": {"$L2<0"}},
		"Operators":  {"A2:R4": {`$Q2="held"`, `$Q2="negative"`, `$R2<>""`}},
		"Exceptions": {"A2:D3": {`$B2="error"`, `$B2="warning"`}},
		"Incidents":  {"A2:K3": {`$F2=""`, `$E2=""`}},
		"Stages":     {"A2:E3": {`$C2="applied"`, `$C2="training"`}},
	} {
		formats, err := f.GetConditionalFormats(sheet)
		if err != nil {
			t.Fatal(err)
		}
		got := map[string][]string{}
		for cells, list := range formats {
			for _, x := range list {
				got[cells] = append(got[cells], x.Criteria)
				style, err := f.GetConditionalStyle(*x.Format)
				if err != nil || style.Font == nil || !style.Font.Bold && !style.Font.Italic {
					t.Errorf("%s: %s is told by colour alone: %+v, %v", sheet, x.Criteria, style, err)
				}
			}
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %q, want %q", sheet, got, want)
		}
	}
}

// LibreOffice keeps the height that a file gives, and prints a second line over
// the next row when it gives none.
func TestARowIsAsTallAsItsText(t *testing.T) {
	m := smallMonth()
	m.Book.Payouts[1].Reason = "wallet changed from " + walletA + " on base to " + walletB + " on base, confirmed by 0 of 1" // 25 digits a line, and a wallet takes two
	f := opened(t, workbookOf(t, m))
	for row, want := range map[int]float64{1: 30, 2: 30, 3: 105, 6: 15} {
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

func TestRowsBeyondASheetGoOnOnTheNext(t *testing.T) {
	const most = maxSheetRows - 2 // without the header and the totals
	if got := splitRows("Lines", 0); !reflect.DeepEqual(got, []part{{"Lines", 0, 0}}) {
		t.Errorf("got %v", got)
	}
	if got := splitRows("Lines", most+1); !reflect.DeepEqual(got, []part{{"Lines", 0, most}, {"Lines 2", most, most + 1}}) {
		t.Errorf("got %v", got)
	}
	g := &sheetGrid{name: "tblLines", sums: []int{1}, grid: &grid{
		columns: []gridColumn{{"Payee", idCell, 10}, {"Amount", amountCell, 10}}, length: most + 1,
		row: func(i int) gridRow { return gridRow{cells: []string{"a", "0.01"}} },
	}}
	sheets := tableSheets("Lines", g, &styles{})
	if len(sheets) != 2 || sheets[1].name != "Lines 2" || sheets[1].tables[0].name != "tblLines2" || sheets[0].rows != maxSheetRows || sheets[1].rows != 3 {
		t.Errorf("got %+v", sheets)
	}
	if got := sumOver(sheetRanges("Lines", g), func(p sheetRange) string { return "SUM(" + p.of("Amount") + ")" }); got != "SUM('Lines'!$B$2:$B$1048575)+SUM('Lines 2'!$B$2:$B$2)" {
		t.Errorf("got %s", got)
	}
}

// Our own reader is strict and quick; that it reads what others read is held
// here, cell by cell.
func TestOurReaderReadsAsExcelizeDoes(t *testing.T) {
	m := fullMonth()
	m.Book.Exceptions[0].Message = strings.Repeat("a message of many lines ", 40)
	f := opened(t, workbookOf(t, m))
	path := t.TempDir() + "/book.xlsx"
	if err := os.WriteFile(path, workbookOf(t, m), 0o600); err != nil {
		t.Fatal(err)
	}
	book, err := openWorkbook(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = book.close() }()
	for _, sheet := range f.GetSheetList() {
		rows, ok, err := book.rows(sheet)
		if err != nil || !ok {
			t.Fatal(sheet, ok, err)
		}
		for _, want := range rowsOf(t, f, sheet) {
			if len(want) == 0 {
				continue // an empty row is not written
			}
			got, err := rows.next()
			for len(got) > len(want) && got[len(got)-1] == "" {
				got = got[:len(got)-1] // excelize drops empty cells at the end
			}
			if err != nil || !slices.Equal(got, want) {
				t.Errorf("%s: got %q, %v; want %q", sheet, got, err, want)
			}
		}
	}
}

// BenchmarkWorkbook writes 200,000 lines and prints the most memory that it took
// beside the month itself. Garbage is collected early, so that it counts little.
func BenchmarkWorkbook(b *testing.B) {
	defer debug.SetGCPercent(debug.SetGCPercent(5))
	m := largeMonth(10_000, 20)
	var before, now runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	peak := uint64(0)
	sample := writerFunc(func(p []byte) (int, error) {
		runtime.ReadMemStats(&now)
		peak = max(peak, now.HeapAlloc)
		return len(p), nil
	})
	for b.Loop() {
		if err := WriteWorkbook(bufio.NewWriterSize(sample, 1<<20), m); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(m.Book.Lines)*b.N)/b.Elapsed().Seconds(), "lines/s")
	b.ReportMetric(float64(peak-before.HeapAlloc)/(1<<20), "peak-MB")
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }
