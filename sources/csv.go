package sources

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// csv decodes a CSV file. An empty line carries no cell, not even an empty one,
// and is no row; a line of commas alone is a row of empty cells.
func (d *decoder) csv(in *input) error {
	guard := &csvGuard{in: in}
	r := csv.NewReader(guard)
	r.FieldsPerRecord = -1
	r.ReuseRecord = true
	header, err := readHeader(d.ds, r, guard)
	if err != nil {
		return err
	}
	columns := make([]int, len(header.names))
	for i, name := range header.names {
		columns[i] = d.ds.Index(name)
	}
	for {
		guard.begin()
		record, err := r.Read()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			message, err := guard.explain(err)
			if err != nil {
				return err
			}
			d.malformed(guard.start, guard.excerpt(), message)
			continue
		case len(record) != len(columns):
			message := fmt.Sprintf("%d instead of %d cells; write one per column of the header", len(record), len(columns))
			if len(record) > len(columns) {
				message += ", and in quotes what holds a comma"
			}
			d.malformed(guard.start, guard.excerpt(), guard.span(message))
			continue
		}
		d.begin(guard.start)
		for i, text := range record {
			d.put(columns[i], text)
		}
		if err := d.finish(); err != nil {
			return err
		}
	}
}

// csvHeader is the first record of a file.
type csvHeader struct {
	names []string
	plain bool // it is the file's first line, and one line only
}

func readHeader(ds *Dataset, r *csv.Reader, guard *csvGuard) (csvHeader, error) {
	in := guard.in
	guard.begin()
	record, err := r.Read()
	if errors.Is(err, io.EOF) {
		return csvHeader{}, &FileError{File: in.name, Line: 1, Message: fmt.Sprintf(
			"the file is empty; its first line must name the columns of %s: %s (* = required)", ds.Name, ds.columnList())}
	}
	if err != nil {
		message, err := guard.explain(err)
		if err != nil {
			return csvHeader{}, err
		}
		return csvHeader{}, &FileError{File: in.name, Line: guard.start, Message: "the header is malformed: " + message}
	}
	switch names := strings.Join(record, ","); {
	case strings.Contains(names, "\x00"):
		return csvHeader{}, &FileError{File: in.name, Line: guard.start, Message: "the header holds the character NUL, as UTF-16 text does; save the file as UTF-8"}
	case strings.Contains(names, "\r"):
		return csvHeader{}, &FileError{File: in.name, Line: guard.start, Message: "the header holds a bare carriage return: the lines seem to end in one; end them with a line feed, or with both"}
	}
	if len(record) == 1 {
		for _, other := range []string{";", "\t", "|"} {
			if strings.Contains(record[0], other) {
				return csvHeader{}, &FileError{File: in.name, Line: guard.start, Message: fmt.Sprintf(
					"the header holds %q and no comma: the file seems to have it between its cells; save it with commas", other)}
			}
		}
	}
	if problem := ds.checkHeader(record); problem != "" {
		return csvHeader{}, &FileError{File: in.name, Line: guard.start, Message: problem}
	}
	return csvHeader{names: slices.Clone(record), plain: guard.start == 1 && in.line == 1}, nil
}

// csvGuard stands between the file and encoding/csv. It hands over one line per
// Read, so that it always knows which line the reader is at; it ends a record
// that grows without bound; and it remembers where the open quote was opened,
// which encoding/csv does not tell.
type csvGuard struct {
	in    *input
	rest  []byte // of the current line, not handed over yet
	fresh bool   // no line of the record was handed over yet
	start int64  // the record's first line
	size  int    // bytes of the record so far
	open  int64  // the line on which the quote that is open was opened, or 0
	err   error  // what ended the file, io.EOF included
	head  []byte // the beginning of the record's first line
}

// begin is called before each record.
func (g *csvGuard) begin() {
	g.fresh, g.size, g.open = true, 0, 0
}

// Read implements io.Reader for encoding/csv.
func (g *csvGuard) Read(p []byte) (int, error) {
	if len(g.rest) == 0 {
		if err := g.advance(); err != nil {
			g.err = err
			return 0, err
		}
	}
	n := copy(p, g.rest)
	g.rest = g.rest[n:]
	return n, nil
}

func (g *csvGuard) advance() error {
	line, err := g.in.next()
	for err == nil && g.fresh && len(trimLineEnd(line)) == 0 {
		line, err = g.in.next()
	}
	if err != nil {
		return err
	}
	if g.fresh {
		g.fresh, g.start = false, g.in.line
		g.head = append(g.head[:0], line[:min(len(line), 2*valueRunes)]...)
	}
	if g.size += len(line); g.size > MaxRecordBytes {
		return &FileError{File: g.in.name, Line: g.open, Message: fmt.Sprintf(
			"a quote opened on this line is not closed within 1 MiB (%d bytes); close it", MaxRecordBytes)}
	}
	if g.open != 0 || bytes.IndexByte(line, '"') >= 0 {
		g.track(line)
	}
	g.rest = line
	return nil
}

// track follows the quotes of a line in the way encoding/csv does: one opens at
// the beginning of a cell, and two in a row inside quotes stand for one. Where a
// line breaks these rules encoding/csv gives up on it, and so does track.
func (g *csvGuard) track(line []byte) {
	line = trimLineEnd(line)
	for {
		if g.open != 0 {
			i := bytes.IndexByte(line, '"')
			if i < 0 {
				return
			}
			line = line[i+1:]
			if len(line) > 0 && line[0] == '"' {
				line = line[1:]
				continue
			}
			g.open = 0
			if len(line) == 0 || line[0] != ',' {
				return
			}
			line = line[1:]
		}
		if len(line) > 0 && line[0] == '"' {
			g.open = g.in.line
			line = line[1:]
			continue
		}
		i := bytes.IndexByte(line, ',')
		if i < 0 {
			return
		}
		line = line[i+1:]
	}
}

// explain tells what an error of encoding/csv means: a message for a record that
// is malformed, or an error that ends the file.
func (g *csvGuard) explain(err error) (string, error) {
	switch {
	case g.err != nil && !errors.Is(g.err, io.EOF):
		return "", g.err
	case errors.Is(err, csv.ErrBareQuote):
		return g.span(`a quote stands inside a cell that is not quoted; quote the whole cell and double the quote: "12"" rack"`), nil
	case errors.Is(err, csv.ErrQuote) && errors.Is(g.err, io.EOF) && g.open != 0:
		return "", &FileError{File: g.in.name, Line: g.open, Message: "a quote opened on this line is never closed; close it"}
	case errors.Is(err, csv.ErrQuote):
		return g.span(`text follows a closing quote; double a quote that belongs to the cell: "12"" rack"`), nil
	}
	return "", &FileError{File: g.in.name, Line: g.in.line, Message: err.Error(), Err: err}
}

// span adds to a message which lines the record took up, when it took several:
// a forgotten quote swallows rows.
func (g *csvGuard) span(message string) string {
	if g.in.line <= g.start {
		return message
	}
	return fmt.Sprintf("%s (the record runs on to line %d)", message, g.in.line)
}

func (g *csvGuard) excerpt() string { return string(trimLineEnd(g.head)) }

func trimLineEnd(line []byte) []byte {
	line = bytes.TrimSuffix(line, []byte("\n"))
	return bytes.TrimSuffix(line, []byte("\r"))
}
