package outputs

import (
	"fmt"
	"io"
	"path/filepath"
	"strconv"

	"fleetpay/rules"
)

// readBackWorkbook compares the cells of the workbook with the tables.
func readBackWorkbook(dir string) error {
	book, err := openWorkbook(filepath.Join(dir, WorkbookPath))
	if err != nil {
		return fmt.Errorf("%s: %w", WorkbookPath, err)
	}
	defer func() { _ = book.close() }() // only read
	for _, t := range []struct {
		path, sheet string
		columns     []string
	}{
		{PayoutsPath, "Payouts", payoutColumns},
		{LinesPath, "Lines", lineColumns},
		{ExceptionsPath, "Exceptions", exceptionColumns},
	} {
		err := withFile(dir, t.path, func(r io.Reader) error {
			table, err := newTableReader(r, t.columns)
			if err != nil {
				return err
			}
			return compareSheet(book, t.sheet, table, t.columns)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// compareSheet holds a sheet, and those that it continues on, to a table.
func compareSheet(book *workbookReader, name string, table *tableReader, columns []string) error {
	cells := &sheetReader{book: book, name: name}
	defer func() { _ = cells.close() }() // only read
	for {
		more, err := table.next()
		if err != nil {
			return err
		}
		row, err := cells.next()
		if err != nil {
			return fmt.Errorf("%s: sheet %s: %w", WorkbookPath, name, err)
		}
		if !more || row == nil {
			if more || row != nil {
				return fmt.Errorf("line %d: sheet %s of %s has another number of rows", table.line, name, WorkbookPath)
			}
			return nil
		}
		for i, column := range columns {
			cell := ""
			if i < len(row) {
				cell = row[i]
			}
			if want := cellText(column, table.text(i)); cell != want {
				return fmt.Errorf("line %d: %s: %s is %q, but sheet %s of %s has %q", table.line,
					rowName(table), column, want, name, WorkbookPath, cell)
			}
		}
	}
}

// rowName names a row by its payee, or by its first cell where it has none.
func rowName(t *tableReader) string {
	if len(t.row) > len(exceptionColumns) {
		return payeeName(rules.PayeeKind(t.text(1)), t.text(2))
	}
	return t.text(0)
}

// cellText is what a table's cell is in the workbook: a date is its day number
// there, and a text that is too long is cut.
func cellText(column, text string) string {
	if column == "due_on" && text != "" {
		if d, err := rules.ParseDate(text); err == nil {
			return strconv.Itoa(int(d - workbookDayZero))
		}
	}
	if len(text) > maxCellChars {
		return cutText(text)
	}
	return text
}

// sheetReader reads a sheet's rows below the header, and goes on with the sheets
// that continue it.
type sheetReader struct {
	book *workbookReader
	name string
	part int
	rows *sheetRows
}

// next returns the next row, or nil at the end.
func (s *sheetReader) next() ([]string, error) {
	for {
		if s.rows == nil {
			s.part++
			name := s.name
			if s.part > 1 {
				name = continuedSheet(s.name, s.part)
			}
			rows, ok, err := s.book.rows(name)
			if err != nil {
				return nil, err
			}
			if !ok && s.part == 1 {
				return nil, fmt.Errorf("it is missing")
			}
			if !ok {
				return nil, nil
			}
			s.rows = rows
			if _, err := rows.next(); err != nil { // the header
				return nil, err
			}
		}
		row, err := s.rows.next()
		if err != nil || row != nil {
			return row, err
		}
		if err := s.close(); err != nil {
			return nil, err
		}
	}
}

func (s *sheetReader) close() error {
	if s.rows == nil {
		return nil
	}
	err := s.rows.close()
	s.rows = nil
	return err
}
