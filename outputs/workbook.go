package outputs

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"fleetpay/rules"
)

// sheet is a worksheet whose rows are streamed into a frame.
type sheet struct {
	name   string
	widths []float64 // of its columns
	rows   int       // with the header
	table  bool      // has a frozen header row with filters
	write  func(*rowWriter)
}

// maxSheetRows is the number of rows that a worksheet holds; what goes beyond it
// continues on a further sheet.
const maxSheetRows = 1 << 20

// WriteWorkbook writes payouts.xlsx: the sheets Summary, Payouts, Lines and
// Exceptions. Frame and styles come from excelize; the rows are streamed into
// it, so that memory does not grow with them. The same month gives the same
// bytes: entries in a fixed order and with fixed times.
func WriteWorkbook(w io.Writer, m *Month) error {
	f := excelize.NewFile()
	defer func() { _ = f.Close() }() // nothing of it is on disk
	st, err := newStyles(f)
	if err != nil {
		return err
	}
	sheets := workbookSheets(m, st)
	if err := frame(f, m, sheets); err != nil {
		return err
	}
	var skeleton bytes.Buffer
	if err := f.Write(&skeleton); err != nil {
		return err
	}
	return fill(w, skeleton.Bytes(), sheets)
}

func workbookSheets(m *Month, st styles) []sheet {
	b := m.Book
	lines := splitRows("Lines", len(b.Lines))
	sheets := []sheet{summarySheet(m, st, lines), payoutSheet(m, st)}
	for _, part := range lines {
		sheets = append(sheets, lineSheet(part, b.Lines[part.from:part.to], m.Period, st))
	}
	for _, part := range splitRows("Exceptions", len(b.Exceptions)) {
		sheets = append(sheets, exceptionSheet(part, b.Exceptions[part.from:part.to], st))
	}
	return sheets
}

// part is a range of entries on a sheet of its own.
type part struct {
	name     string
	from, to int
}

// splitRows cuts n entries into sheets, each with a header: Lines, Lines 2, …
func splitRows(name string, n int) []part {
	parts := []part{{name, 0, min(n, maxSheetRows-1)}}
	for i := 2; parts[len(parts)-1].to < n; i++ {
		from := parts[len(parts)-1].to
		parts = append(parts, part{continuedSheet(name, i), from, min(n, from+maxSheetRows-1)})
	}
	return parts
}

// continuedSheet names the n-th sheet of a table, from 2.
func continuedSheet(name string, n int) string { return fmt.Sprintf("%s %d", name, n) }

// frame makes everything of the workbook but its rows.
func frame(f *excelize.File, m *Month, sheets []sheet) error {
	at := m.ClosedAt.UTC().Format(time.RFC3339)
	if err := f.SetDocProps(&excelize.DocProperties{
		Title: "Payouts " + m.Period.String(), Subject: m.Program, Creator: m.Program,
		LastModifiedBy: m.PreparedBy, Created: at, Modified: at,
	}); err != nil {
		return err
	}
	if err := f.SetSheetName("Sheet1", sheets[0].name); err != nil {
		return err
	}
	for i, s := range sheets {
		if i > 0 {
			if _, err := f.NewSheet(s.name); err != nil {
				return err
			}
		}
		if err := frameSheet(f, m, s); err != nil {
			return fmt.Errorf("sheet %s: %w", s.name, err)
		}
	}
	f.SetActiveSheet(0)
	return nil
}

func frameSheet(f *excelize.File, m *Month, s sheet) error {
	last := cellName(len(s.widths)-1, max(s.rows, 1))
	if err := f.SetSheetDimension(s.name, "A1:"+last); err != nil {
		return err
	}
	for i, width := range s.widths {
		col := cellColumn(i)
		if err := f.SetColWidth(s.name, col, col, width); err != nil {
			return err
		}
	}
	fit := true
	if err := f.SetSheetProps(s.name, &excelize.SheetPropsOptions{FitToPage: &fit}); err != nil {
		return err
	}
	orientation, paper, wide, tall := "landscape", 9, 1, 0 // A4, as many pages as it takes
	if err := f.SetPageLayout(s.name, &excelize.PageLayoutOptions{
		Orientation: &orientation, Size: &paper, FitToWidth: &wide, FitToHeight: &tall,
	}); err != nil {
		return err
	}
	footer := "&L" + strings.ReplaceAll(m.Program, "&", "&&") + " · " + m.Period.String() + "&C&A&R&P / &N"
	if len([]rune(footer)) > 255 {
		footer = "&L" + m.Period.String() + "&C&A&R&P / &N"
	}
	if err := f.SetHeaderFooter(s.name, &excelize.HeaderFooterOptions{OddFooter: footer}); err != nil {
		return err
	}
	if !s.table {
		grid := false
		return f.SetSheetView(s.name, 0, &excelize.ViewOptions{ShowGridLines: &grid})
	}
	if err := f.SetPanes(s.name, &excelize.Panes{
		Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft",
	}); err != nil {
		return err
	}
	if err := f.AutoFilter(s.name, "A1:"+last, nil); err != nil {
		return err
	}
	return f.SetDefinedName(&excelize.DefinedName{
		Name: "_xlnm.Print_Titles", RefersTo: quoteSheet(s.name) + "!$1:$1", Scope: s.name,
	})
}

// sheetPath is the entry of the n-th sheet, from 1.
func sheetPath(n int) string { return fmt.Sprintf("xl/worksheets/sheet%d.xml", n) }

// quoteSheet writes a sheet's name as formulas take it.
func quoteSheet(name string) string { return "'" + name + "'" }

// zipTime stands in every entry of the workbook.
var zipTime = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

// fill copies the skeleton's entries in the order of their names and streams
// the sheets' rows into their places.
func fill(w io.Writer, skeleton []byte, sheets []sheet) error {
	zr, err := zip.NewReader(bytes.NewReader(skeleton), int64(len(skeleton)))
	if err != nil {
		return err
	}
	slices.SortFunc(zr.File, func(a, b *zip.File) int { return strings.Compare(a.Name, b.Name) })
	zw := zip.NewWriter(w)
	zw.RegisterCompressor(zip.Deflate, func(out io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(out, flate.BestSpeed)
	})
	bodies := map[string]func(*rowWriter){}
	for i, s := range sheets {
		bodies[sheetPath(i+1)] = s.write
	}
	for _, entry := range zr.File {
		out, err := zw.CreateHeader(&zip.FileHeader{Name: entry.Name, Method: zip.Deflate, Modified: zipTime})
		if err != nil {
			return err
		}
		if err := fillEntry(out, entry, bodies[entry.Name]); err != nil {
			return fmt.Errorf("%s: %w", entry.Name, err)
		}
	}
	return zw.Close()
}

func fillEntry(out io.Writer, entry *zip.File, body func(*rowWriter)) error {
	in, err := entry.Open()
	if err != nil {
		return err
	}
	content, err := io.ReadAll(in)
	if err != nil {
		return err
	}
	if body == nil {
		_, err = out.Write(content)
		return err
	}
	before, after, ok := bytes.Cut(content, []byte("<sheetData></sheetData>"))
	if !ok {
		return fmt.Errorf("the frame has no place for rows")
	}
	if _, err := fmt.Fprintf(out, "%s<sheetData>", before); err != nil {
		return err
	}
	rows := newRowWriter(out)
	body(rows)
	if err := rows.flush(); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "</sheetData>%s", after)
	return err
}

// styles are the workbook's cell styles by their index.
type styles struct {
	plain, header, headerRight, money, figure, right, date, title, note, bold, boldMoney, boldCount, count int
}

func newStyles(f *excelize.File) (styles, error) {
	money, day, whole := "#,##0.00;[Red]-#,##0.00", "yyyy-mm-dd", "#,##0"
	right := &excelize.Alignment{Horizontal: "right", Vertical: "top"}
	top := &excelize.Alignment{Vertical: "top"}
	headerFill := excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"1F3A5F"}}
	headerFont := &excelize.Font{Bold: true, Color: "FFFFFF"}
	rule := []excelize.Border{{Type: "top", Color: "1F3A5F", Style: 1}}
	var st styles
	for _, s := range []struct {
		index *int
		style excelize.Style
	}{
		{&st.plain, excelize.Style{Alignment: top}},
		{&st.header, excelize.Style{Font: headerFont, Fill: headerFill, Alignment: &excelize.Alignment{Vertical: "center"}}},
		{&st.headerRight, excelize.Style{Font: headerFont, Fill: headerFill, Alignment: &excelize.Alignment{Horizontal: "right", Vertical: "center"}}},
		{&st.money, excelize.Style{CustomNumFmt: &money, Alignment: top}},
		{&st.figure, excelize.Style{Alignment: top}},
		{&st.right, excelize.Style{Alignment: right}},
		{&st.date, excelize.Style{CustomNumFmt: &day, Alignment: top}},
		{&st.count, excelize.Style{CustomNumFmt: &whole, Alignment: top}},
		{&st.title, excelize.Style{Font: &excelize.Font{Bold: true, Size: 16, Color: "1F3A5F"}}},
		{&st.note, excelize.Style{Font: &excelize.Font{Color: "5B6770"}, Alignment: top}},
		{&st.bold, excelize.Style{Font: &excelize.Font{Bold: true}, Border: rule}},
		{&st.boldMoney, excelize.Style{Font: &excelize.Font{Bold: true}, CustomNumFmt: &money, Border: rule}},
		{&st.boldCount, excelize.Style{Font: &excelize.Font{Bold: true}, CustomNumFmt: &whole, Border: rule}},
	} {
		var err error
		if *s.index, err = f.NewStyle(&s.style); err != nil {
			return st, err
		}
	}
	return st, nil
}

// sheetColumn is a column of a table sheet.
type sheetColumn struct {
	header string
	width  float64
	right  bool
}

func tableSheet(name string, columns []sheetColumn, entries int, st styles, each func(r *rowWriter, i int)) sheet {
	s := sheet{name: name, rows: entries + 1, table: true}
	for _, c := range columns {
		s.widths = append(s.widths, c.width)
	}
	s.write = func(r *rowWriter) {
		for _, c := range columns {
			style := st.header
			if c.right {
				style = st.headerRight
			}
			r.text(style, c.header)
		}
		r.end()
		for i := range entries {
			each(r, i)
			r.end()
		}
	}
	return s
}

// The columns are those of payouts.csv, lines.csv and exceptions.csv, in their
// order; the read-back compares them cell by cell.

func payoutSheet(m *Month, st styles) sheet {
	columns := []sheetColumn{
		{"Period", 9, false}, {"Payee kind", 11, false}, {"Payee", 18, false}, {"Name", 30, false},
		{"Carried in", 14, true}, {"Earned", 14, true}, {"Payable", 14, true}, {"Carried out", 14, true},
		{"Status", 15, false}, {"Reason", 50, false}, {"Due on", 11, false}, {"Chain", 11, false},
		{"Wallet", 46, false}, {"Payment id", 27, false},
	}
	return tableSheet("Payouts", columns, len(m.Book.Payouts), st, func(r *rowWriter, i int) {
		p := m.Book.Payouts[i]
		for _, s := range []string{m.Period.String(), string(p.PayeeKind), p.PayeeID, p.Name} {
			r.text(st.plain, s)
		}
		for _, sum := range []rules.Money{p.CarriedIn, p.Earned, p.Payable, p.CarriedOut} {
			r.figure(st.money, sum.String())
		}
		r.text(st.plain, string(p.Status))
		r.text(st.plain, p.Reason)
		r.date(st.date, p.DueOn)
		for _, s := range []string{p.Chain, p.Wallet, p.PaymentID} {
			r.text(st.plain, s)
		}
	})
}

func lineSheet(part part, lines []rules.Line, period rules.Period, st styles) sheet {
	columns := []sheetColumn{
		{"Period", 9, false}, {"Payee kind", 11, false}, {"Payee", 18, false}, {"Line", 6, true},
		{"Rule version", 13, false}, {"Rule", 24, false}, {"Category", 14, false}, {"Subject", 20, false},
		{"Quantity", 12, true}, {"Unit", 14, false}, {"Rate", 11, true}, {"Basis", 45, false},
		{"Amount", 14, true}, {"Status", 12, false}, {"Reason", 60, false},
	}
	return tableSheet(part.name, columns, len(lines), st, func(r *rowWriter, i int) {
		l := lines[i]
		for _, s := range []string{period.String(), string(l.PayeeKind), l.PayeeID} {
			r.text(st.plain, s)
		}
		r.figure(st.count, count(l.Number).String())
		for _, s := range []string{l.Version, l.Rule, string(l.Category), l.Subject} {
			r.text(st.plain, s)
		}
		number(r, st, l.Quantity)
		r.text(st.plain, l.Unit)
		number(r, st, l.Rate)
		r.text(st.plain, l.Basis)
		r.figure(st.money, l.Amount.String())
		r.text(st.plain, string(l.Status))
		r.text(st.plain, l.Reason)
	})
}

func exceptionSheet(part part, exceptions []rules.Exception, st styles) sheet {
	columns := []sheetColumn{{"Kind", 22, false}, {"Severity", 10, false}, {"Subject", 28, false}, {"Message", 100, false}}
	return tableSheet(part.name, columns, len(exceptions), st, func(r *rowWriter, i int) {
		e := exceptions[i]
		for _, s := range []string{e.Kind, string(e.Severity), e.Subject, e.Message} {
			r.text(st.plain, s)
		}
	})
}

// exactDigits is the number of decimal digits that every spreadsheet keeps.
const exactDigits = 15

// number writes a figure as a number, unless it is a percentage or has more
// digits than a spreadsheet keeps: then it stays text, exact as it is.
func number(r *rowWriter, st styles, s string) {
	if !isFigure(s) || strings.HasSuffix(s, "%") || len(strings.Trim(s, "-.0")) > exactDigits {
		r.text(st.right, s)
		return
	}
	r.figure(st.figure, s)
}
