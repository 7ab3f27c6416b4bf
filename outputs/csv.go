package outputs

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"
)

// table is the one CSV writer: RFC 4180, UTF-8, LF. The first error stays and
// is returned by close.
type table struct {
	w   *csv.Writer
	row []string
	err error
}

func newTable(w io.Writer, header []string) *table {
	t := &table{w: csv.NewWriter(w)}
	t.err = t.w.Write(header)
	return t
}

// text appends a text cell that no spreadsheet takes for a formula.
func (t *table) text(cells ...string) *table {
	for _, c := range cells {
		t.row = append(t.row, harmless(c))
	}
	return t
}

// number appends a cell that is written as it is: an amount, a count, a date.
func (t *table) number(cells ...fmt.Stringer) *table {
	for _, c := range cells {
		t.row = append(t.row, c.String())
	}
	return t
}

// figure appends a cell that is a number or a percentage, and treats it as text
// when it is neither.
func (t *table) figure(cell string) *table {
	if !isFigure(cell) {
		cell = harmless(cell)
	}
	t.row = append(t.row, cell)
	return t
}

func (t *table) end() {
	if t.err == nil {
		t.err = t.w.Write(t.row)
	}
	t.row = t.row[:0]
}

func (t *table) close() error {
	t.w.Flush()
	return errors.Join(t.err, t.w.Error())
}

// harmless puts an apostrophe before a text that a spreadsheet would read as a
// formula, and before one that already looks like the result, so that harmful
// can undo it without loss.
func harmless(s string) string {
	if readsAsFormula(strings.TrimLeft(s, "'")) {
		return "'" + s
	}
	return s
}

// harmful undoes harmless.
func harmful(s string) string {
	if strings.HasPrefix(s, "'") && readsAsFormula(strings.TrimLeft(s, "'")) {
		return s[1:]
	}
	return s
}

// readsAsFormula tells whether a spreadsheet may take s for a formula: it starts
// with a tab or a line end, or its first visible character begins one, also in
// its full-width form.
func readsAsFormula(s string) bool {
	if s == "" {
		return false
	}
	if strings.ContainsRune("\t\r\n", rune(s[0])) {
		return true
	}
	for _, r := range s {
		if unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			continue
		}
		return strings.ContainsRune("=+-@＝＋－＠", r)
	}
	return false
}

// isFigure tells whether s is an optional minus, digits with at most one point,
// and an optional percent sign.
func isFigure(s string) bool {
	s = strings.TrimSuffix(strings.TrimPrefix(s, "-"), "%")
	whole, fraction, point := strings.Cut(s, ".")
	return isDigits(whole) && (!point || isDigits(fraction))
}

func isDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// tableReader reads what table wrote, strictly: the header must be the one
// given, each row as long, and each text is given back as it was.
type tableReader struct {
	r    *csv.Reader
	row  []string
	line int // of the row read last, from 1
}

func newTableReader(r io.Reader, header []string) (*tableReader, error) {
	t := &tableReader{r: csv.NewReader(r)}
	t.r.ReuseRecord = true
	t.r.FieldsPerRecord = len(header)
	got, err := t.r.Read()
	if errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("1: the file is empty; its first line must be %s", strings.Join(header, ","))
	}
	if err != nil {
		return nil, RowError(err)
	}
	if !slices.Equal(got, header) {
		return nil, fmt.Errorf("1: the columns are %s; they must be %s", strings.Join(got, ","), strings.Join(header, ","))
	}
	return t, nil
}

// next reads a row and is false at the end of the file.
func (t *tableReader) next() (bool, error) {
	row, err := t.r.Read()
	if errors.Is(err, io.EOF) {
		return false, nil
	}
	if err != nil {
		return false, RowError(err)
	}
	t.line, _ = t.r.FieldPos(0)
	t.row = row
	return true, nil
}

// text gives back the text of a column.
func (t *tableReader) text(column int) string { return harmful(t.row[column]) }

// fail names the row and the column of an error.
func (t *tableReader) fail(column string, err error) error {
	return fmt.Errorf("%d: %s: %w", t.line, column, err)
}
