package sources

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"

	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/apache/arrow/go/v15/parquet"
	"github.com/apache/arrow/go/v15/parquet/file"
)

const (
	// parquetBatchRows is how many rows are decoded at a time.
	parquetBatchRows = 1024
	// maxPageBytes is the largest buffer that a Parquet file may ask for: a
	// page's size stands in the file, where damage can turn it into anything.
	maxPageBytes = 128 << 20
)

// parquet decodes a Parquet file: row groups in order, all columns in step.
func (d *decoder) parquet(ctx context.Context, path string) (err error) {
	f, columns, err := openParquet(d.ds, path, d.name)
	if err != nil {
		return err
	}
	defer f.close()
	var row int64
	for i := 0; i < f.groups(); i++ {
		rows, err := f.openGroup(i, columns)
		if err != nil {
			return err
		}
		for rows > 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
			n := min(rows, parquetBatchRows)
			if err := f.readBatch(columns, int(n)); err != nil {
				return err
			}
			for at := range int(n) {
				row++
				d.begin(row)
				for _, c := range columns {
					d.put(c.column, c.cells[at])
				}
				if err := d.finish(); err != nil {
					return err
				}
			}
			rows -= n
		}
	}
	return nil
}

// parquetFile is an open Parquet file. Everything that touches arrow's reader
// goes through guard: that reader panics on much of what is damaged, always in
// the goroutine that called it, since no parallel reading is asked for.
type parquetFile struct {
	name string
	file *os.File
	r    *file.Reader
}

// parquetColumn is one column of an open file.
type parquetColumn struct {
	column int        // its place in the dataset
	name   string     // as in the file
	form   storedForm // how its values are stored
	read   func(n int) error
	cells  []string // the batch as text; "" is null
}

// openParquet opens a file and holds its schema against the dataset's.
func openParquet(ds *Dataset, path, name string) (*parquetFile, []*parquetColumn, error) {
	raw, err := openRegular(path, name)
	if err != nil {
		return nil, nil, err
	}
	f := &parquetFile{name: name, file: raw}
	var columns []*parquetColumn
	err = f.guard(func() error {
		props := parquet.NewReaderProperties(new(pageAllocator))
		if f.r, err = file.NewParquetReader(raw, file.WithReadProps(props)); err != nil {
			return notParquet(raw, err)
		}
		columns, err = matchSchema(ds, f.r.MetaData().Schema)
		return err
	})
	if err != nil {
		f.close()
		return nil, nil, err
	}
	return f, columns, nil
}

// notParquet tells why a file can't be opened as Parquet, which begins and ends
// with its mark.
func notParquet(f *os.File, err error) error {
	var head, tail [4]byte
	info, statErr := f.Stat()
	if statErr != nil || info.Size() < 12 {
		return errors.New("is too short for a Parquet file; fetch it again")
	}
	_, _ = f.ReadAt(head[:], 0) // what can't be read is no mark
	_, _ = f.ReadAt(tail[:], info.Size()-4)
	switch {
	case string(head[:]) == "PARE" || string(tail[:]) == "PARE":
		return errors.New("is encrypted; store it without encryption")
	case string(head[:]) != "PAR1":
		return errors.New("is not Parquet inside; let its name end in what it is, or store it as Parquet")
	case string(tail[:]) != "PAR1":
		return errors.New("is Parquet that was cut short; fetch it again")
	}
	return fmt.Errorf("is a damaged Parquet file (%w); fetch it again", err)
}

// forPeople takes the library's ways out of a message.
var forPeople = strings.NewReplacer("(parquet: ", "(", "(unexpected EOF)", "(it ends too early)", "(EOF)", "(it ends too early)")

func (f *parquetFile) close() { _ = f.file.Close() } // nothing was written

// guard runs fn and makes a FileError of its error or its panic.
func (f *parquetFile) guard(fn func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			message := "is a damaged Parquet file; fetch it again"
			cause, isError := p.(error)
			if _, slip := p.(runtime.Error); !slip { // an index out of range says nothing to people
				message = forPeople.Replace(fmt.Sprintf("is a damaged Parquet file (%v); fetch it again", p))
			}
			if !isError {
				cause = fmt.Errorf("%v", p)
			}
			err = &FileError{File: f.name, Message: message, Err: cause}
		}
	}()
	if err := fn(); err != nil {
		return &FileError{File: f.name, Message: forPeople.Replace(err.Error()), Err: errors.Unwrap(err)}
	}
	return nil
}

func (f *parquetFile) groups() int { return f.r.NumRowGroups() }

// openGroup points every column at a row group and returns the number of its rows.
func (f *parquetFile) openGroup(i int, columns []*parquetColumn) (rows int64, err error) {
	err = f.guard(func() error {
		group := f.r.RowGroup(i)
		if rows = group.NumRows(); rows < 0 || group.NumColumns() != len(columns) {
			return fmt.Errorf("is a damaged Parquet file (row group %d does not fit the schema); fetch it again", i+1)
		}
		for at, c := range columns {
			column := f.r.MetaData().Schema.Column(at)
			pages, err := openPages(f.file, group.MetaData(), at, column)
			if err != nil {
				return fmt.Errorf("column %s can't be read: %w", c.name, err)
			}
			c.open(file.NewColumnReader(column, pages, new(pageAllocator), f.r.BufferPool()))
		}
		return nil
	})
	return rows, err
}

// readBatch fills the cells of every column with the next n rows.
func (f *parquetFile) readBatch(columns []*parquetColumn, n int) error {
	return f.guard(func() error {
		for _, c := range columns {
			if err := c.read(n); err != nil {
				return fmt.Errorf("column %s can't be read (%w); fetch the file again", c.name, err)
			}
		}
		return nil
	})
}

// pageAllocator allocates as Go does, up to a limit. It panics beyond, which is
// the only answer that arrow's interface leaves; guard catches it.
type pageAllocator struct{ memory.GoAllocator }

// Allocate implements memory.Allocator.
func (a *pageAllocator) Allocate(size int) []byte {
	checkPage(size)
	return a.GoAllocator.Allocate(size)
}

// Reallocate implements memory.Allocator.
func (a *pageAllocator) Reallocate(size int, b []byte) []byte {
	checkPage(size)
	return a.GoAllocator.Reallocate(size, b)
}

func checkPage(size int) {
	if size < 0 || size > maxPageBytes {
		panic(fmt.Errorf("a page of %d bytes, over the limit of %d", size, maxPageBytes))
	}
}
