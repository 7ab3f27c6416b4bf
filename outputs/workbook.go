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
	orientation, paper, wide, tall := "landscape", 9, 1, 1 // A4
	if s.table {
		tall = 0 // as many pages as it takes
	}
	if err := f.SetPageLayout(s.name, &excelize.PageLayoutOptions{
		Orientation: &orientation, Size: &paper, FitToWidth: &wide, FitToHeight: &tall,
	}); err != nil {
		return err
	}
	side, top, foot := 0.4, 0.6, 0.3 // inches
	if err := f.SetPageMargins(s.name, &excelize.PageLayoutMarginsOptions{
		Left: &side, Right: &side, Top: &top, Bottom: &top, Header: &foot, Footer: &foot,
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
		if err := fitToPage(f, s.name); err != nil {
			return err
		}
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
	if err := fitToPage(f, s.name); err != nil { // after the filter, which resets it
		return err
	}
	return f.SetDefinedName(&excelize.DefinedName{
		Name: "_xlnm.Print_Titles", RefersTo: quoteSheet(s.name) + "!$1:$1", Scope: s.name,
	})
}

func fitToPage(f *excelize.File, sheet string) error {
	fit := true
	return f.SetSheetProps(sheet, &excelize.SheetPropsOptions{FitToPage: &fit})
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
	// The frame claims that a filter hides rows as soon as it has any filter.
	content = bytes.Replace(content, []byte(` filterMode="true"`), nil, 1)
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
