package prometheus

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
	"strconv"
	"time"

	"fleetpay/sources"
)

// export is an exported file while it is decoded. A good sample is emitted as it
// is found; what is wrong goes through the Builder, which words it.
type export struct {
	ctx     context.Context
	m       *matcher
	name    string
	builder *sources.Builder
	emit    func(sources.Row) error
	good    int64
	stopped error // what emit returned
	row     sources.Row
	places  struct{ node, at, up int }
}

// decodeFile opens a file of samples, whatever its name ends with, unpacks it if
// it is gzip data inside, and has read decode it.
func decodeFile(ctx context.Context, r Reading, ds *sources.Dataset, path, name string,
	emit func(sources.Row) error, reject func(sources.Reject), read func(*export, *bufio.Reader) error) (sources.Counts, error) {
	m, err := r.compile()
	if err != nil {
		return sources.Counts{}, fmt.Errorf("%s: %w", name, err)
	}
	e := &export{ctx: ctx, m: m, name: name, emit: emit, builder: sources.NewBuilder(ds, name, emit, reject)}
	e.places.node, e.places.at, e.places.up = ds.Index("node_id"), ds.Index("sampled_at"), ds.Index("up")
	if e.places.node < 0 || e.places.at < 0 || e.places.up < 0 {
		return sources.Counts{}, fmt.Errorf("%s: samples are heartbeats, and no %s; configure it for heartbeats", name, ds.Name)
	}
	e.row.Values = make([]sources.Value, len(ds.Columns))
	f, err := openPlain(path, name)
	if err != nil {
		return sources.Counts{}, err
	}
	defer f.Close()
	in, err := unpacked(f)
	if err == nil {
		err = read(e, in)
	}
	counts := e.builder.Counts()
	counts.Read += e.good
	return counts, e.explain(err)
}

// openPlain opens a plain file; a pipe without a writer would wait forever.
func openPlain(path, name string) (*os.File, error) {
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		return nil, &sources.FileError{File: name, Message: "is not a plain file; name one"}
	}
	var f *os.File
	if err == nil {
		f, err = os.Open(path)
	}
	if err != nil {
		return nil, &sources.FileError{File: name, Message: reason(err), Err: err}
	}
	return f, nil
}

// unpacked reads a file, and gzip data by what is inside.
func unpacked(f *os.File) (*bufio.Reader, error) {
	in := bufio.NewReaderSize(f, 64<<10)
	head, err := in.Peek(2)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if bytes.Equal(head, []byte("\x1f\x8b")) {
		gz, err := gzip.NewReader(in)
		if err != nil {
			return nil, err
		}
		return bufio.NewReaderSize(gz, sources.MaxRecordBytes), nil
	}
	return bufio.NewReaderSize(in, sources.MaxRecordBytes), nil
}

// explain makes an error of reading one of the file; what emit returned, and the
// context's end, stay as they are.
func (e *export) explain(err error) error {
	var corrupt flate.CorruptInputError
	var ofFile *fs.PathError
	switch {
	case e.stopped != nil:
		return e.stopped
	case errors.Is(err, io.ErrUnexpectedEOF):
		return &sources.FileError{File: e.name, Message: "the gzip data ends too early; fetch the file again", Err: err}
	case errors.Is(err, gzip.ErrChecksum), errors.Is(err, gzip.ErrHeader), errors.As(err, &corrupt):
		return &sources.FileError{File: e.name, Message: "the gzip data is damaged; fetch the file again", Err: err}
	case errors.As(err, &ofFile):
		return &sources.FileError{File: e.name, Message: reason(err), Err: err}
	}
	return err
}

// reason is an operating system's error without the path, which the message has
// already.
func reason(err error) string {
	var withPath *fs.PathError
	if errors.As(err, &withPath) {
		err = withPath.Err
	}
	return err.Error()
}

// bad rejects a sample for one of its cells.
func (e *export) bad(line int64, node, column, value, message string) error {
	e.builder.Begin(line)
	e.builder.Put("node_id", node)
	e.builder.Fail(column, value, message)
	return e.builder.Finish("node_id", "sampled_at", "up")
}

// beat emits a sample.
func (e *export) beat(line int64, node string, at int64, up bool) error {
	if e.good&0xfff == 0 {
		if err := e.ctx.Err(); err != nil {
			return err
		}
	}
	v := e.row.Values
	v[e.places.node] = sources.Value{Set: true, Text: node}
	v[e.places.at] = sources.Value{Set: true, Text: strconv.FormatInt(at, 10), Time: time.UnixMilli(at).UTC()}
	v[e.places.up] = sources.Value{Set: true, Text: "0"}
	if up {
		v[e.places.up].Text, v[e.places.up].Bool = "1", true
	}
	e.row.Line = line
	if e.stopped = e.emit(e.row); e.stopped != nil {
		return e.stopped
	}
	e.good++
	return nil
}
