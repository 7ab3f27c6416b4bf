package outputs

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf16"

	"fleetpay/rules"
)

// rowWriter streams the rows of a worksheet as XML. Numbers are written from
// their decimal text, so that no binary fraction comes between a cent and its
// cell. Text is always an inline string and never a formula.
type rowWriter struct {
	w     *bufio.Writer
	row   int // of the row being written, from 1
	col   int // of the next cell, from 0
	lines int // that the row's tallest cell takes
	buf   []byte
}

func newRowWriter(w io.Writer) *rowWriter {
	return &rowWriter{w: bufio.NewWriterSize(w, 1<<16), row: 1}
}

// text appends a text cell.
func (r *rowWriter) text(style int, s string) {
	if s == "" {
		r.col++
		return
	}
	r.begin(style, "inlineStr")
	r.buf = append(r.buf, `><is><t xml:space="preserve">`...)
	r.buf = appendXMLText(r.buf, s)
	r.buf = append(r.buf, `</t></is></c>`...)
}

// wrapped appends a text cell that is broken over as many lines as its column's
// width makes it take.
func (r *rowWriter) wrapped(style int, s string, width int) {
	r.text(style, s)
	r.lines = max(r.lines, cellLines(s, width))
}

// figure appends a number by its decimal text.
func (r *rowWriter) figure(style int, decimal string) {
	r.begin(style, "")
	r.buf = append(r.buf, `><v>`...)
	r.buf = append(r.buf, decimal...)
	r.buf = append(r.buf, `</v></c>`...)
}

// formula appends a formula of a number with its value.
func (r *rowWriter) formula(style int, formula, value string) {
	r.begin(style, "")
	r.buf = append(r.buf, `><f>`...)
	r.buf = appendXMLText(r.buf, formula)
	r.buf = append(r.buf, `</f><v>`...)
	r.buf = append(r.buf, value...)
	r.buf = append(r.buf, `</v></c>`...)
}

// textFormula appends a formula of a text with its value.
func (r *rowWriter) textFormula(style int, formula, value string) {
	r.begin(style, "str")
	r.buf = append(r.buf, `><f>`...)
	r.buf = appendXMLText(r.buf, formula)
	r.buf = append(r.buf, `</f><v>`...)
	r.buf = appendXMLText(r.buf, value)
	r.buf = append(r.buf, `</v></c>`...)
}

// blank appends an empty cell with a style, for its lines.
func (r *rowWriter) blank(style int) {
	r.begin(style, "")
	r.buf = append(r.buf, `></c>`...)
}

// end ends the row.
func (r *rowWriter) end() {
	height := ""
	if r.lines > 1 {
		height = fmt.Sprintf(` ht="%d"`, min(r.lines, maxLines)*lineHeight)
	}
	// The error stays in the buffered writer until flush.
	_, _ = fmt.Fprintf(r.w, `<row r="%d"%s>%s</row>`, r.row, height, r.buf)
	r.buf = r.buf[:0]
	r.row++
	r.col, r.lines = 0, 0
}

// flush writes what is left and returns the first error of all writing.
func (r *rowWriter) flush() error { return r.w.Flush() }

// begin opens a cell: <c r="B7" s="3" t="inlineStr" without the final bracket.
func (r *rowWriter) begin(style int, kind string) {
	r.buf = append(r.buf, `<c r="`...)
	r.buf = append(r.buf, cellName(r.col, r.row)...)
	r.buf = append(r.buf, `" s="`...)
	r.buf = strconv.AppendInt(r.buf, int64(style), 10)
	if kind != "" {
		r.buf = append(r.buf, `" t="`...)
		r.buf = append(r.buf, kind...)
	}
	r.buf = append(r.buf, '"')
	r.col++
}

// workbookDayZero is day 0 of a workbook's calendar.
var workbookDayZero = rules.NewDate(1899, 12, 30)

// dayNumber is a day as a workbook counts it.
func dayNumber(d rules.Date) string { return strconv.Itoa(int(d - workbookDayZero)) }

// cellName writes column (from 0) and row (from 1) as B7. Sheets here have at
// most 26 columns.
func cellName(col, row int) string { return cellColumn(col) + strconv.Itoa(row) }

// cellColumn is the letter of a column, from 0.
func cellColumn(col int) string { return string(rune('A' + col)) }

// A row's height is written where a cell of it is wrapped, for not every program
// finds it by itself. Heights are in points.
const (
	lineHeight = 15
	maxLines   = 409 / lineHeight // the tallest row that a worksheet has
)

// cellLines tells how many lines a text takes in a column, whose width is in
// digits. The reader's font is not known; in the statement's, letters are about
// as wide beside digits as in others.
func cellLines(s string, width int) int {
	const indent = 2 // in digits
	const widest = 2 // no letter is wider, in digits
	if widest*len(s) <= width-indent && !strings.Contains(s, "\n") {
		return 1
	}
	limit := (width - indent) * textWidth(regular, "0")
	lines := 0
	for paragraph := range strings.SplitSeq(s, "\n") {
		used := 0
		lines++
		for word := range strings.SplitSeq(paragraph, " ") {
			w := textWidth(regular, word)
			if used > 0 && used+textWidth(regular, " ")+w > limit {
				lines, used = lines+1, 0
			}
			if used > 0 {
				used += textWidth(regular, " ")
			}
			used += w
			lines, used = lines+used/limit, used%limit // a word wider than the column
		}
	}
	return lines
}

// maxCellChars is the most UTF-16 units that a cell holds.
const maxCellChars = 32767

const cellCut = " … (cut; the whole text is in the CSV file)"

// appendXMLText appends s as the content of an element. What XML can't carry is
// written as the workbook format's _xHHHH_, and a text that looks like that is
// escaped.
func appendXMLText(buf []byte, s string) []byte {
	if len(s) > maxCellChars {
		s = cutText(s)
	}
	for i, r := range s {
		switch {
		case r == '&':
			buf = append(buf, "&amp;"...)
		case r == '<':
			buf = append(buf, "&lt;"...)
		case r == '>':
			buf = append(buf, "&gt;"...)
		case r == '\r', r < ' ' && r != '\t' && r != '\n', r == 0xFFFE, r == 0xFFFF:
			buf = fmt.Appendf(buf, "_x%04X_", r)
		case r == '_' && looksEscaped(s[i:]):
			buf = append(buf, "_x005F_"...)
		default:
			buf = append(buf, string(r)...)
		}
	}
	return buf
}

func looksEscaped(s string) bool {
	const form = "_x0000_"
	return len(s) >= len(form) && s[1] == 'x' && s[6] == '_' && strings.Trim(s[2:6], "0123456789abcdefABCDEF") == ""
}

// cutText cuts a text that is too long for a cell, and says so in the cell.
func cutText(s string) string {
	units := 0
	end := len(s)
	room := maxCellChars - len([]rune(cellCut))
	for i, r := range s {
		if units <= room {
			end = i
		}
		units += utf16.RuneLen(r)
	}
	if units <= maxCellChars {
		return s
	}
	return s[:end] + cellCut
}
