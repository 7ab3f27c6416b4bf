package outputs

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"fleetpay/rules"
)

// comparedTable is a CSV file whose cells are on a sheet of the workbook.
type comparedTable struct {
	path, sheet string
	columns     []string
	summed      []string // columns with totals
	empty       string   // what the sheet says in place of rows
}

// readBackWorkbook compares the cells of the workbook with the tables.
func readBackWorkbook(dir string) error {
	book, err := openWorkbook(filepath.Join(dir, WorkbookPath))
	if err != nil {
		return fmt.Errorf("%s: %w", WorkbookPath, err)
	}
	defer func() { _ = book.close() }() // only read
	none := &Month{Book: &rules.Book{}}
	for _, t := range []comparedTable{
		{PayoutsPath, "Payouts", payoutColumns, []string{"carried_in", "earned", "payable", "carried_out"}, payoutGrid(none, nil).empty},
		{LinesPath, "Lines", lineColumns, []string{"amount"}, lineGrid(none).empty},
		{ExceptionsPath, "Exceptions", exceptionColumns, nil, exceptionGrid(none).empty},
	} {
		err := withFile(dir, t.path, func(r io.Reader) error {
			table, err := newTableReader(r, t.columns)
			if err != nil {
				return err
			}
			return t.compare(book, table)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// sheetHead is how a column of a CSV file is called on its sheet.
func sheetHead(column string) string {
	if column == "payee_id" {
		return "Payee"
	}
	words := strings.ReplaceAll(column, "_", " ")
	return strings.ToUpper(words[:1]) + words[1:]
}

// compare holds a sheet, and those that it continues on, to a table. Columns are
// found by their heads: a sheet may have more of them, and only the period may be
// missing, since Inputs has it for all rows.
func (t comparedTable) compare(book *workbookReader, table *tableReader) error {
	cells := &sheetReader{book: book, name: t.sheet, empty: t.empty}
	defer func() { _ = cells.close() }() // only read
	fail := func(err error) error { return fmt.Errorf("%s: sheet %s: %w", WorkbookPath, t.sheet, err) }
	sums := make([]rules.Money, len(t.summed))
	heads := make([]string, len(t.columns))
	for i, column := range t.columns {
		heads[i] = sheetHead(column)
	}
	for {
		row, err := cells.next()
		if err != nil {
			return fail(err)
		}
		if row != nil && cells.total() {
			if err := t.compareTotals(cells, sums); err != nil {
				return fail(err)
			}
			clear(sums)
			continue
		}
		more, err := table.next()
		if err != nil {
			return err
		}
		if !more || row == nil {
			if more || row != nil {
				return fmt.Errorf("line %d: sheet %s of %s has another number of rows", table.line, t.sheet, WorkbookPath)
			}
			return nil
		}
		for i, column := range t.columns {
			cell, err := cells.cell(heads[i])
			if err != nil {
				return fail(err)
			}
			text := table.text(i)
			if want := cellText(column, text); cell != want && cell != text {
				return fmt.Errorf("line %d: %s: %s is %q, but sheet %s of %s has %q", table.line,
					rowName(table), column, want, t.sheet, WorkbookPath, cell)
			}
			if n := slices.Index(t.summed, column); n >= 0 {
				amount, err := rules.ParseMoney(text)
				if err != nil {
					return table.fail(column, err)
				}
				sums[n] = sums[n].Add(amount)
			}
		}
	}
}

// compareTotals holds the totals below a sheet's rows to their sums.
func (t comparedTable) compareTotals(cells *sheetReader, sums []rules.Money) error {
	for n, column := range t.summed {
		cell, err := cells.cell(sheetHead(column))
		if err != nil {
			return err
		}
		if cell != sums[n].String() {
			return fmt.Errorf("the total of %s is %q; its rows sum to %s", column, cell, sums[n])
		}
	}
	return nil
}

// rowName names a row by its payee, or by its first cell where it has none.
func rowName(t *tableReader) string {
	if len(t.row) > len(exceptionColumns) {
		return payeeName(rules.PayeeKind(t.text(1)), t.text(2))
	}
	return t.text(0)
}

// cellText is what a table's cell is in the workbook: a date is its day number
// there, a percentage the number that it stands for, and a text that is too long
// is cut. A first workbook kept percentages as text.
func cellText(column, text string) string {
	switch {
	case column == "due_on" && text != "":
		if d, err := rules.ParseDate(text); err == nil {
			return dayNumber(d)
		}
	case (column == "rate" || column == "quantity") && strings.HasSuffix(text, "%"):
		if _, exact := exactPlaces(text); exact {
			return shareText(text)
		}
	case len(text) > maxCellChars:
		return cutText(text)
	}
	return text
}

// sheetReader reads a sheet's rows below the header, and goes on with the sheets
// that continue it.
type sheetReader struct {
	book   *workbookReader
	name   string
	empty  string
	part   int
	rows   *sheetRows
	heads  map[string]int
	row    []string
	period string // as Inputs has it, once it was asked for
}

// total tells whether the row read last holds totals.
func (s *sheetReader) total() bool { return s.rows.total }

// cell gives the cell of a column in the row read last.
func (s *sheetReader) cell(head string) (string, error) {
	i, ok := s.heads[head]
	switch {
	case ok && i < len(s.row):
		return s.row[i], nil
	case ok:
		return "", nil
	case head == "Period":
		return s.inputPeriod()
	}
	return "", fmt.Errorf("it has no column %s", head)
}

// inputPeriod reads the period that Inputs names.
func (s *sheetReader) inputPeriod() (period string, err error) {
	if s.period != "" {
		return s.period, nil
	}
	rows, ok, err := s.book.rows("Inputs")
	if err != nil {
		return "", err
	}
	if !ok {
		return "", fmt.Errorf("no sheet names the period")
	}
	defer func() { _ = rows.close() }() // only read
	for {
		row, err := rows.next()
		if err != nil {
			return "", err
		}
		if row == nil {
			return "", fmt.Errorf("sheet Inputs does not name the period")
		}
		if len(row) > 1 && row[0] == "Period" {
			s.period = row[1]
			return s.period, nil
		}
	}
}

// next returns the next row, or nil at the end.
func (s *sheetReader) next() ([]string, error) {
	for {
		if s.rows == nil {
			more, err := s.open()
			if err != nil || !more {
				return nil, err
			}
		}
		row, err := s.rows.next()
		if err != nil {
			return nil, err
		}
		switch {
		case row == nil:
			if err := s.close(); err != nil {
				return nil, err
			}
		case len(row) != 1 || row[0] != s.empty:
			s.row = row
			return row, nil
		}
	}
}

// open goes on to the next sheet; more is false when there is none.
func (s *sheetReader) open() (more bool, err error) {
	s.part++
	name := s.name
	if s.part > 1 {
		name = continuedSheet(s.name, s.part)
	}
	rows, ok, err := s.book.rows(name)
	switch {
	case err != nil:
		return false, err
	case !ok && s.part == 1:
		return false, fmt.Errorf("it is missing")
	case !ok:
		return false, nil
	}
	s.rows = rows
	header, err := rows.next()
	if err != nil {
		return false, err
	}
	s.heads = map[string]int{}
	for i, head := range header {
		s.heads[head] = i
	}
	return true, nil
}

func (s *sheetReader) close() error {
	if s.rows == nil {
		return nil
	}
	err := s.rows.close()
	s.rows = nil
	return err
}
