package sources

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// fileFormat is what a file's ending tells.
type fileFormat struct {
	kind string // csv, jsonl or parquet
	gzip bool
}

func (f fileFormat) parquet() bool { return f.kind == "parquet" }

func formatOf(path, name string) (fileFormat, error) {
	lower := strings.ToLower(filepath.Base(path))
	bare := strings.TrimSuffix(lower, ".gz")
	f := fileFormat{gzip: bare != lower}
	switch {
	case strings.HasSuffix(bare, ".csv"):
		f.kind = "csv"
	case strings.HasSuffix(bare, ".jsonl"), strings.HasSuffix(bare, ".ndjson"):
		f.kind = "jsonl"
	case strings.HasSuffix(bare, ".parquet") && !f.gzip:
		f.kind = "parquet"
	default:
		return f, &FileError{File: name, Message: "the file's ending tells no format; " +
			"use .csv, .jsonl or .ndjson, each also with .gz, or .parquet"}
	}
	return f, nil
}

// openRegular opens a plain file. What is none is refused before it is opened: a
// pipe without a writer would wait forever.
func openRegular(path, name string) (*os.File, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, &FileError{File: name, Message: reason(err), Err: err}
	case info.IsDir():
		return nil, &FileError{File: name, Message: "is a directory; name a file"}
	case !info.Mode().IsRegular():
		return nil, &FileError{File: name, Message: "is not a plain file; name one"}
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, &FileError{File: name, Message: reason(err), Err: err}
	}
	return f, nil
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

// input is an open CSV or JSON Lines file, uncompressed and past its byte order
// mark, read a line at a time.
type input struct {
	file *os.File
	ctx  context.Context
	r    *bufio.Reader
	name string
	bom  bool
	line int64 // of the line that next returned last
}

func openText(ctx context.Context, path, name string, format fileFormat) (*input, error) {
	f, err := openRegular(path, name)
	if err != nil {
		return nil, err
	}
	in := &input{file: f, ctx: ctx, name: name}
	if err := in.start(format.gzip); err != nil {
		_ = f.Close() // nothing was written
		return nil, err
	}
	return in, nil
}

func (in *input) start(zipped bool) error {
	var r io.Reader = in.file
	if zipped {
		gz, err := gzip.NewReader(bufio.NewReaderSize(in.file, 64<<10))
		if err != nil {
			return &FileError{File: in.name, Message: "does not begin as gzip data, though it ends in .gz; " +
				"compress it or rename it", Err: err}
		}
		r = gz
	}
	// The buffer's size is the limit of a line: it is full when none ends in it.
	in.r = bufio.NewReaderSize(r, MaxRecordBytes)
	head, err := in.r.Peek(4)
	if err != nil && err != io.EOF {
		return in.failed(err)
	}
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		in.bom = true
		if _, err := in.r.Discard(3); err != nil {
			return in.failed(err)
		}
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		return &FileError{File: in.name, Message: "is UTF-16; save it as UTF-8"}
	case bytes.HasPrefix(head, []byte("\x1f\x8b")):
		if zipped {
			return &FileError{File: in.name, Message: "is compressed twice; compress it once"}
		}
		return &FileError{File: in.name, Message: "is gzip data inside; let its name end in .gz"}
	case bytes.HasPrefix(head, []byte("PAR1")):
		return &FileError{File: in.name, Message: "is Parquet inside; let its name end in .parquet"}
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return &FileError{File: in.name, Message: "is a zip archive or a workbook inside; export it as CSV"}
	}
	return nil
}

// next returns the next line with its end, valid until the call after it. It
// ends with io.EOF; any other error is the caller's to return as it is.
func (in *input) next() ([]byte, error) {
	if in.line&1023 == 0 {
		if err := in.ctx.Err(); err != nil {
			return nil, err
		}
	}
	line, err := in.r.ReadSlice('\n')
	switch {
	case err == nil, err == io.EOF && len(line) > 0:
		in.line++
		return line, nil
	case err == io.EOF:
		return nil, io.EOF
	case errors.Is(err, bufio.ErrBufferFull):
		return nil, &FileError{File: in.name, Line: in.line + 1, Message: fmt.Sprintf(
			"the line is longer than 1 MiB (%d bytes); is a line end missing?", MaxRecordBytes)}
	}
	return nil, in.failed(err)
}

// failed explains an error of reading or unpacking.
func (in *input) failed(err error) error {
	var corrupt flate.CorruptInputError
	message := reason(err)
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		message = fmt.Sprintf("the gzip data ends too early, after line %d; fetch the file again", in.line)
	case errors.Is(err, gzip.ErrChecksum), errors.Is(err, gzip.ErrHeader), errors.As(err, &corrupt):
		message = fmt.Sprintf("the gzip data is damaged after line %d; fetch the file again", in.line)
	}
	return &FileError{File: in.name, Message: message, Err: err}
}

// Close closes the file.
func (in *input) Close() error { return in.file.Close() }
