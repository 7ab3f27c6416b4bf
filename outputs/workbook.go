package outputs

import (
	"bytes"
	"fmt"
	"io"

	"github.com/xuri/excelize/v2"
)

// sheet is a worksheet whose rows are streamed into a frame.
type sheet struct {
	name   string
	widths []float64 // of its columns, in digits
	rows   int       // with the header
	frozen bool      // its first row stays in sight and is printed on every page
	tables []sheetTable
	marks  []mark
	merges []string // ranges that are one cell; never in a table
	write  func(*rowWriter)
}

// span is the range of all of the sheet's cells.
func (s sheet) span() string { return "A1:" + cellName(len(s.widths)-1, max(s.rows, 1)) }

// mark is a conditional format: a range, a formula for its first cell, and a
// conditional style.
type mark struct {
	cells, condition string
	style            int
}

// maxSheetRows is the number of rows that a worksheet holds. What goes beyond
// it, with a header and a row of totals, continues on a further sheet.
const maxSheetRows = 1 << 20

const maxSheetEntries = maxSheetRows - 2

// WriteWorkbook writes payouts.xlsx, the workbook of the monthly close: Summary,
// Payouts, Lines, Operators, Partners, Nodes, Incidents, Stages, Exceptions,
// Scorecard and Inputs. Incidents needs evidence, Stages its dataset and Scorecard
// figures; a month without them has no such sheet. Frame and styles come from
// excelize; the rows are streamed into it, so that memory does not grow with them.
// The same month gives the same bytes: entries in a fixed order and with fixed times.
func WriteWorkbook(w io.Writer, m *Month) error {
	f := excelize.NewFile()
	defer func() { _ = f.Close() }() // nothing of it is on disk
	st, err := newStyles(f)
	if err != nil {
		return err
	}
	sheets, err := workbookSheets(m, st)
	if err != nil {
		return err
	}
	if err := frame(f, m, sheets); err != nil {
		return err
	}
	var skeleton bytes.Buffer
	if err := f.Write(&skeleton); err != nil {
		return err
	}
	return fill(w, skeleton.Bytes(), sheets)
}

func workbookSheets(m *Month, st *styles) ([]sheet, error) {
	man, err := BuildManifest(m)
	if err != nil {
		return nil, err
	}
	flags := flagsOf(m.Book)
	payouts, lines, exceptions := payoutGrid(m, flags), lineGrid(m), exceptionGrid(m)
	if n := payouts.length; n > maxSheetEntries {
		return nil, fmt.Errorf("the month has %d payees; Payouts, over which the summary is computed, holds %d", n, maxSheetEntries)
	}
	sheets := []sheet{summarySheet(m, st, man, summaryParts{
		payouts: sheetRanges("Payouts", payouts)[0], lines: sheetRanges("Lines", lines), exceptions: sheetRanges("Exceptions", exceptions),
	})}
	add := func(name string, g *sheetGrid) { sheets = append(sheets, tableSheets(name, g, st)...) }
	add("Payouts", payouts)
	add("Lines", lines)
	add("Operators", operatorGrid(m, flags))
	add("Partners", partnerGrid(m, flags))
	add("Nodes", nodeGrid(m))
	if m.Evidence != nil {
		add("Incidents", incidentGrid(m))
	}
	if m.hasStages() {
		add("Stages", stageGrid(m))
	}
	add("Exceptions", exceptions)
	if m.Figures != nil {
		sheets = append(sheets, scorecardSheet(m, st))
	}
	return append(sheets, inputSheet(m, st, man)), nil
}

// part is a range of entries on a sheet of its own.
type part struct {
	name     string
	from, to int
}

// splitRows cuts n entries into sheets: Lines, Lines 2, …
func splitRows(name string, n int) []part {
	parts := []part{{name, 0, min(n, maxSheetEntries)}}
	for i := 2; parts[len(parts)-1].to < n; i++ {
		from := parts[len(parts)-1].to
		parts = append(parts, part{continuedSheet(name, i), from, min(n, from+maxSheetEntries)})
	}
	return parts
}

// continuedSheet names the n-th sheet of a table, from 2.
func continuedSheet(name string, n int) string { return fmt.Sprintf("%s %d", name, n) }

// sheetPath is the entry of the n-th sheet, from 1.
func sheetPath(n int) string { return fmt.Sprintf("xl/worksheets/sheet%d.xml", n) }

// quoteSheet writes a sheet's name as formulas take it.
func quoteSheet(name string) string { return "'" + name + "'" }
