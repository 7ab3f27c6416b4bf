package oncall

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"fleetpay/sources"
)

// maxFileBytes is the largest export that is read, as uncompressed: some hundred
// thousand incidents.
const maxFileBytes = 128 << 20

// form is what an export is inside, whatever its name.
type form int

const (
	isJSON form = iota
	isCSV
	isParquet
)

// export is an exported file.
type export struct {
	name string // for messages
	path string
	form form
	text []byte // uncompressed, past the byte order mark; nil for Parquet
}

// openExport reads a file. What it is, it tells by its first bytes.
func openExport(ctx context.Context, path, name string) (*export, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, &sources.FileError{File: name, Message: reason(err), Err: err}
	case !info.Mode().IsRegular():
		return nil, &sources.FileError{File: name, Message: "is not a plain file; name one"}
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, &sources.FileError{File: name, Message: reason(err), Err: err}
	}
	defer f.Close()
	e := &export{name: name, path: path}
	head := make([]byte, 4)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, &sources.FileError{File: name, Message: reason(err), Err: err}
	}
	head = head[:n]
	if string(head) == "PAR1" {
		e.form = isParquet
		return e, nil
	}
	if string(head) == "PK\x03\x04" {
		return nil, &sources.FileError{File: name, Message: "is a zip archive or a workbook inside; unpack it, or export JSON or CSV"}
	}
	r := io.MultiReader(bytes.NewReader(head), f)
	if bytes.HasPrefix(head, []byte("\x1f\x8b")) {
		if r, err = gzip.NewReader(r); err != nil {
			return nil, &sources.FileError{File: name, Message: "the gzip data is damaged; fetch the file again", Err: err}
		}
	}
	if e.text, err = io.ReadAll(io.LimitReader(r, maxFileBytes+1)); err != nil {
		return nil, &sources.FileError{File: name, Message: fmt.Sprintf("can't be read to its end (%v); fetch the file again", reason(err)), Err: err}
	}
	if len(e.text) > maxFileBytes {
		return nil, &sources.FileError{File: name, Message: fmt.Sprintf("is longer than %d MiB; export less at a time, into several files", maxFileBytes>>20)}
	}
	e.text = bytes.TrimPrefix(e.text, []byte("\xef\xbb\xbf"))
	e.form = isCSV
	at := skipSpace(e.text, 0)
	switch {
	case at == len(e.text):
		return nil, &sources.FileError{File: name, Line: 1, Message: "the file is empty; export it again"}
	case e.text[at] == '{' || e.text[at] == '[':
		e.form = isJSON
	}
	return e, nil
}

// reason is an operating system's error without the path, which the message has
// already.
func reason(err error) string {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		err = pe.Err
	}
	return err.Error()
}
