package oncall

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"fleetpay/sources"
)

// readCSV hands over the rows of a table. Its header holds the provider's own
// names of fields, of which the needed ones must be there; other columns are
// passed over. An empty cell is null. A row that can't be taken apart goes to
// malformed.
func readCSV(ctx context.Context, e *export, what string, uses []use, optional []string, row func(record) error, malformed func(line int64, value, message string)) error {
	if at := invalidUTF8(e.text); at >= 0 {
		return &sources.FileError{File: e.name, Line: lineOf(e.text, at), Message: "is not UTF-8; save the file as UTF-8"}
	}
	r := csv.NewReader(bytes.NewReader(e.text))
	r.FieldsPerRecord = -1
	r.ReuseRecord = true
	header, err := r.Read()
	if err != nil {
		return csvError(e.name, err)
	}
	header = slices.Clone(header)
	for i, name := range header {
		if slices.Contains(header[:i], name) {
			return &sources.FileError{File: e.name, Line: 1, Message: fmt.Sprintf("column %s stands twice; export the file again", quoted(name))}
		}
	}
	if missing := missingOf(uses, header, optional...); len(missing) > 0 {
		return &sources.FileError{File: e.name, Line: 1, Message: fmt.Sprintf(
			"these columns of %s are missing: %s; export them as well, under the names that the API gives them", what, strings.Join(missing, ", "))}
	}
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		cells, err := r.Read()
		var wrong *csv.ParseError
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.As(err, &wrong) && wrong.StartLine > 0:
			return csvError(e.name, err)
		case err != nil:
			return &sources.FileError{File: e.name, Message: err.Error(), Err: err}
		}
		line, _ := r.FieldPos(0)
		if len(cells) != len(header) {
			malformed(int64(line), strings.Join(cells, ","), fmt.Sprintf("%d instead of %d cells; export the file again", len(cells), len(header)))
			continue
		}
		rec := record{line: int64(line), fields: make(map[string]value, len(cells)), table: true}
		for i, text := range cells {
			rec.fields[header[i]] = cellOf(text)
		}
		if err := row(rec); err != nil {
			return err
		}
	}
}

// cellOf makes a value of a cell.
func cellOf(text string) value {
	if text == "" {
		return value{raw: []byte("null")}
	}
	raw, err := json.Marshal(text)
	if err != nil {
		panic("oncall: a text can't be written as JSON") // any text can
	}
	return value{raw: raw}
}

func csvError(name string, err error) error {
	var wrong *csv.ParseError
	if errors.As(err, &wrong) {
		return &sources.FileError{File: name, Line: int64(wrong.StartLine), Message: fmt.Sprintf("the CSV record that begins on this line is malformed (%v); export the file again", wrong.Err), Err: err}
	}
	return &sources.FileError{File: name, Line: 1, Message: "the file holds no header; export it again", Err: err}
}
