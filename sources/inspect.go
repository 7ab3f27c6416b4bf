package sources

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"io"
)

// Shape is what a file's header tells a reader that goes through the rows itself.
type Shape struct {
	Format  string   // csv, jsonl or parquet
	Gzip    bool     // the file is compressed as a whole
	BOM     bool     // a UTF-8 byte order mark comes first
	Columns []string // in the order of the file; of JSON Lines, the keys of its first object, none in an empty file
	// Forms says, per entry of Columns, what the file stores: in Parquet text,
	// whole number, decimal, date, instant (a timestamp in UTC), flag or nothing
	// (every value is null); in the other formats text.
	Forms []string
	// Plain means that nothing needs care: in CSV, dropping the first line drops
	// the header (no empty line before it, no new line within); in Parquet, no
	// column stores as text, or not at all, what its type has a form for. JSON
	// Lines is never plain, since every line may have other keys.
	Plain bool
}

// Inspect checks a file's header, or a Parquet file's schema, as Decode would,
// and describes it. It reads no row but the first object of JSON Lines. Every
// error is a *FileError.
func Inspect(ds *Dataset, path, name string) (Shape, error) {
	format, err := formatOf(path, name)
	if err != nil {
		return Shape{}, err
	}
	if format.parquet() {
		return inspectParquet(ds, path, name)
	}
	in, err := openText(context.Background(), path, name, format)
	if err != nil {
		return Shape{}, err
	}
	defer in.Close()
	shape := Shape{Format: format.kind, Gzip: format.gzip, BOM: in.bom}
	if format.kind == "csv" {
		guard := &csvGuard{in: in}
		r := csv.NewReader(guard)
		r.FieldsPerRecord = -1
		header, err := readHeader(ds, r, guard)
		if err != nil {
			return Shape{}, err
		}
		shape.Columns, shape.Plain = header.names, header.plain
	} else if shape.Columns, err = firstKeys(ds, in); err != nil {
		return Shape{}, err
	}
	for range shape.Columns {
		shape.Forms = append(shape.Forms, storedNames[storedText])
	}
	return shape, nil
}

// firstKeys reads the keys of the first object of JSON Lines and takes them for
// a header.
func firstKeys(ds *Dataset, in *input) ([]string, error) {
	for {
		line, err := in.next()
		if errors.Is(err, io.EOF) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		line = bytes.Trim(line, " \t\r\n")
		if len(line) == 0 {
			continue
		}
		if line[0] == '[' {
			return nil, wholeArray(in)
		}
		if problem := checkObject(line); problem != "" {
			return nil, &FileError{File: in.name, Line: in.line, Message: problem}
		}
		var keys []string
		walkObject(line, func(key string, _ jsonKind, _ string) { keys = append(keys, key) })
		if problem := ds.checkHeader(keys); problem != "" {
			return nil, &FileError{File: in.name, Line: in.line, Message: problem}
		}
		return keys, nil
	}
}

func inspectParquet(ds *Dataset, path, name string) (Shape, error) {
	f, columns, err := openParquet(ds, path, name)
	if err != nil {
		return Shape{}, err
	}
	defer f.close()
	shape := Shape{Format: "parquet", Plain: true}
	for _, c := range columns {
		shape.Columns = append(shape.Columns, c.name)
		shape.Forms = append(shape.Forms, storedNames[c.form.kind])
		switch ds.Columns[c.column].Type {
		case Date, Instant, Amount, Flag, Whole, Score, Hours:
			shape.Plain = shape.Plain && c.form.kind != storedText
		}
		shape.Plain = shape.Plain && c.form.kind != storedNothing
	}
	return shape, nil
}
