package outputs

import (
	"archive/zip"
	"bufio"
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// workbookReader reads back a workbook that rowWriter wrote, row by row and
// strictly: XML of any other form is an error. A general reader takes ten times
// as long for a month of many lines; tests hold that excelize reads the same.
type workbookReader struct {
	zip    *zip.ReadCloser
	sheets map[string]string // name to the entry's path
}

func openWorkbook(path string) (*workbookReader, error) {
	z, err := zip.OpenReader(path)
	if err != nil {
		return nil, err
	}
	w := &workbookReader{zip: z, sheets: map[string]string{}}
	if err := w.readNames(); err != nil {
		_ = z.Close() // only read
		return nil, err
	}
	return w, nil
}

func (w *workbookReader) readNames() error {
	f, err := w.zip.Open("xl/workbook.xml")
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // only read
	var book struct {
		Sheets []struct {
			Name string `xml:"name,attr"`
		} `xml:"sheets>sheet"`
	}
	if err := xml.NewDecoder(f).Decode(&book); err != nil {
		return err
	}
	for i, s := range book.Sheets {
		w.sheets[s.Name] = sheetPath(i + 1)
	}
	return nil
}

func (w *workbookReader) close() error { return w.zip.Close() }

// rows opens a sheet; ok is false when there is none of that name.
func (w *workbookReader) rows(name string) (rows *sheetRows, ok bool, err error) {
	path, ok := w.sheets[name]
	if !ok {
		return nil, false, nil
	}
	f, err := w.zip.Open(path)
	if err != nil {
		return nil, false, err
	}
	s := bufio.NewScanner(f)
	s.Buffer(nil, maxRowBytes)
	s.Split(splitAtRowEnd)
	return &sheetRows{file: f, scan: s}, true, nil
}

// maxRowBytes is more than a row of full cells takes.
const maxRowBytes = 1 << 24

var rowEnd = []byte("</row>")

func splitAtRowEnd(data []byte, atEOF bool) (advance int, token []byte, err error) {
	if i := bytes.Index(data, rowEnd); i >= 0 {
		return i + len(rowEnd), data[:i], nil
	}
	if atEOF {
		return len(data), nil, nil // what follows the rows
	}
	return 0, nil, nil
}

// sheetRows are a sheet's rows, those that have a cell.
type sheetRows struct {
	file  io.Closer
	scan  *bufio.Scanner
	begun bool
	total bool // the row read last holds the sheet's totals
	cells []string
}

func (s *sheetRows) close() error { return s.file.Close() }

// next reads a row as the texts of its cells by column, or nil at the end. The
// slice is reused.
func (s *sheetRows) next() ([]string, error) {
	if !s.scan.Scan() {
		return nil, s.scan.Err()
	}
	row := s.scan.Text()
	if !s.begun {
		_, row, _ = strings.Cut(row, "<sheetData>")
		s.begun = true
	}
	head, rest, ok := between(row, `<row r="`, `>`)
	number, _, _ := strings.Cut(head, `"`) // a height may follow
	if !ok {
		return nil, fmt.Errorf("row %.40q has an unknown form", row)
	}
	s.total = strings.Contains(rest, "<f>"+totalFunction)
	s.cells = s.cells[:0]
	for rest != "" {
		var column, text string
		if column, text, rest, ok = cutCell(rest, number); !ok || column < cellColumn(len(s.cells)) {
			return nil, fmt.Errorf("row %s has a cell of unknown form: %.80q", number, rest)
		}
		for cellColumn(len(s.cells)) < column {
			s.cells = append(s.cells, "")
		}
		s.cells = append(s.cells, text)
	}
	return s.cells, nil
}

// cutCell takes the first cell off a row: its column's letter and its text or
// number.
func cutCell(row, number string) (column, text, rest string, ok bool) {
	head, rest, ok := between(row, `<c r="`, `>`)
	if !ok {
		return "", "", row, false
	}
	name, attributes, _ := strings.Cut(head, `"`)
	column, ok = strings.CutSuffix(name, number)
	if !ok || len(column) != 1 {
		return "", "", row, false
	}
	if strings.HasSuffix(attributes, ` t="inlineStr"`) {
		text, rest, ok = between(rest, `<is><t xml:space="preserve">`, `</t></is></c>`)
		return column, readXMLText(text), rest, ok
	}
	if after, blank := strings.CutPrefix(rest, "</c>"); blank {
		return column, "", after, true
	}
	if strings.HasPrefix(rest, "<f>") {
		_, rest, _ = between(rest, "<f>", "</f>")
	}
	text, rest, ok = between(rest, "<v>", "</v></c>")
	if strings.HasSuffix(attributes, ` t="str"`) {
		text = readXMLText(text)
	}
	return column, text, rest, ok
}

// between cuts s, which must begin with left, at the next right.
func between(s, left, right string) (inner, rest string, ok bool) {
	s, ok = strings.CutPrefix(s, left)
	if !ok {
		return "", s, false
	}
	return strings.Cut(s, right)
}

var xmlEntities = strings.NewReplacer("&amp;", "&", "&lt;", "<", "&gt;", ">")

// readXMLText undoes appendXMLText.
func readXMLText(s string) string {
	if strings.Contains(s, "&") {
		s = xmlEntities.Replace(s)
	}
	if !strings.Contains(s, "_x") {
		return s
	}
	var out strings.Builder
	for s != "" {
		if looksEscaped(s) {
			code, err := strconv.ParseUint(s[2:6], 16, 16)
			if err == nil {
				out.WriteRune(rune(code))
				s = s[7:]
				continue
			}
		}
		out.WriteByte(s[0])
		s = s[1:]
	}
	return out.String()
}
