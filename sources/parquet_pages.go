package sources

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/bits"
	"os"

	"github.com/apache/arrow/go/v15/parquet"
	"github.com/apache/arrow/go/v15/parquet/file"
	"github.com/apache/arrow/go/v15/parquet/metadata"
	"github.com/apache/arrow/go/v15/parquet/schema"
)

// VerifyParquet looks at every page of a Parquet file, as Decode would before it
// reads values: each must unpack, and hold as many values as it says, and those
// of a column must be as many as the rows. It is for readers of Parquet that take
// this on trust. Every error but the context's is a *FileError.
func VerifyParquet(ctx context.Context, ds *Dataset, path, name string) error {
	f, columns, err := openParquet(ds, path, name)
	if err != nil {
		return err
	}
	defer f.close()
	for i := range f.groups() {
		for at, c := range columns {
			err := f.guard(func() error {
				group := f.r.RowGroup(i)
				pages, err := openPages(f.file, group.MetaData(), at, f.r.MetaData().Schema.Column(at))
				if err != nil {
					return fmt.Errorf("column %s can't be read: %w", c.name, err)
				}
				var values int64
				for pages.Next() && ctx.Err() == nil {
					if _, dictionary := pages.Page().(*file.DictionaryPage); !dictionary {
						values += int64(pages.Page().NumValues())
					}
				}
				if err := pages.Err(); err != nil {
					return fmt.Errorf("column %s can't be read (%w); fetch the file again", c.name, err)
				}
				if values != group.NumRows() && ctx.Err() == nil {
					return fmt.Errorf("column %s can't be read (it holds %d values for %d rows); fetch the file again", c.name, values, group.NumRows())
				}
				return nil
			})
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// maxPageHeaderBytes is the longest page header, which may hold the least and the
// greatest value of its page.
const maxPageHeaderBytes = 256 << 10

// checkedPages looks at each page before arrow's column reader does. That reader
// passes over errors in a page's first bytes and then waits forever for values
// that never come; so a page is let through only when it holds as many levels,
// dictionary indexes or packed values as its header says.
type checkedPages struct {
	file.PageReader
	source *pageSource
	column *schema.Column
	err    error
}

// openPages reads the pages of one column of a row group. Arrow's own way to them
// is not taken: behind the end of a chunk its buffer serves old bytes again, and
// a damaged page header then goes round for good.
func openPages(f *os.File, group *metadata.RowGroupMetaData, at int, column *schema.Column) (*checkedPages, error) {
	chunk, err := group.ColumnChunk(at)
	if err != nil {
		return nil, err
	}
	if chunk.CryptoMetadata() != nil {
		return nil, errors.New("it is encrypted")
	}
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	start, size := chunk.DataPageOffset(), chunk.TotalCompressedSize()
	if chunk.HasDictionaryPage() && chunk.DictionaryPageOffset() > 0 {
		start = min(start, chunk.DictionaryPageOffset())
	}
	if start < 0 || size < 0 || start > info.Size() || size > info.Size()-start {
		return nil, errors.New("its pages lie outside the file")
	}
	source := &pageSource{Reader: bufio.NewReaderSize(io.NewSectionReader(f, start, size), maxPageHeaderBytes)}
	pages, err := file.NewPageReader(source, chunk.NumValues(), chunk.Compression(), new(pageAllocator), nil)
	if err != nil {
		return nil, fmt.Errorf("its compression %v is not known here; use snappy, zstd, gzip, brotli or none", chunk.Compression())
	}
	return &checkedPages{PageReader: pages, source: source, column: column}, nil
}

// pageSource remembers that a page ended too early, which arrow passes over for
// pages that are not compressed.
type pageSource struct {
	*bufio.Reader
	ended bool
}

// Peek serves arrow's search for the end of a page header, which asks for ever
// more of what it can't make sense of.
func (s *pageSource) Peek(n int) ([]byte, error) {
	if n > maxPageHeaderBytes {
		return nil, fmt.Errorf("a page header is damaged or longer than %d bytes", maxPageHeaderBytes)
	}
	return s.Reader.Peek(n)
}

// Read implements io.Reader.
func (s *pageSource) Read(p []byte) (int, error) {
	n, err := s.Reader.Read(p)
	s.ended = s.ended || err != nil
	return n, err
}

// Next implements file.PageReader. It passes over data pages without a value, at
// which arrow would take the column for finished.
func (p *checkedPages) Next() bool {
	for p.err == nil && p.PageReader.Next() {
		page := p.PageReader.Page()
		switch _, dictionary := page.(*file.DictionaryPage); {
		case p.source.ended:
			p.err = errShortPage
		case !dictionary && page.NumValues() == 0:
			continue
		default:
			p.err = p.check(page)
		}
		return p.err == nil
	}
	return false
}

// Err implements file.PageReader.
func (p *checkedPages) Err() error {
	if p.err != nil {
		return p.err
	}
	return p.PageReader.Err()
}

func (p *checkedPages) check(page file.Page) error {
	data, values := page.Data(), int(page.NumValues())
	optional := p.column.MaxDefinitionLevel() > 0
	switch v := page.(type) {
	case *file.DataPageV1:
		if !optional {
			break
		}
		if v.DefinitionLevelEncoding() != parquet.Encodings.RLE {
			return errors.New("its levels are not run-length encoded")
		}
		levels, rest, ok := cutLength(data)
		if !ok {
			return errShortPage
		}
		if values, ok = countOnes(levels, values); !ok {
			return errShortPage
		}
		data = rest
	case *file.DataPageV2:
		reps, defs := int(v.RepetitionLevelByteLen()), int(v.DefinitionLevelByteLen())
		if reps < 0 || defs < 0 || reps+defs > len(data) {
			return errShortPage
		}
		if optional {
			var ok bool
			if values, ok = countOnes(data[reps:reps+defs], values); !ok {
				return errShortPage
			}
		}
		data = data[reps+defs:]
	default:
		return nil
	}
	return checkValues(data, parquet.Encoding(page.Encoding()), values, p.column.PhysicalType())
}

var errShortPage = errors.New("a page holds less than its header says")

// checkValues does the same for the values behind the levels, in the encodings
// whose decoders don't notice a shortage.
func checkValues(data []byte, encoding parquet.Encoding, values int, t parquet.Type) error {
	if values == 0 {
		return nil
	}
	switch encoding {
	case parquet.Encodings.PlainDict, parquet.Encodings.RLEDict:
		if len(data) == 0 || data[0] > 32 || !eachRun(data[1:], int(data[0]), values, nil) {
			return errShortPage
		}
	case parquet.Encodings.RLE:
		runs, _, ok := cutLength(data)
		if !ok || !eachRun(runs, 1, values, nil) {
			return errShortPage
		}
	case parquet.Encodings.DeltaBinaryPacked, parquet.Encodings.DeltaLengthByteArray, parquet.Encodings.DeltaByteArray:
		var header [3]uint64 // block size, miniblocks per block, number of values
		for i := range header {
			n, size := binary.Uvarint(data)
			if size <= 0 {
				return errShortPage
			}
			header[i], data = n, data[size:]
		}
		if block, minis := header[0], header[1]; block == 0 || block > 1<<20 || minis == 0 || block%(minis*32) != 0 {
			return errors.New("a page's delta encoding has an impossible header")
		}
		if header[2] != uint64(values) {
			return errShortPage
		}
	case parquet.Encodings.Plain:
		if t == parquet.Types.Boolean && len(data) < (values+7)/8 {
			return errShortPage
		}
	default:
		return fmt.Errorf("its encoding %v is not supported; store it as PLAIN, dictionary or DELTA", encoding)
	}
	return nil
}

// cutLength splits off a block that begins with its length in four bytes.
func cutLength(data []byte) (block, rest []byte, ok bool) {
	if len(data) < 4 {
		return nil, nil, false
	}
	n := binary.LittleEndian.Uint32(data)
	if uint64(n) > uint64(len(data)-4) {
		return nil, nil, false
	}
	return data[4 : 4+n], data[4+n:], true
}

// countOnes counts the levels of 1, that is the values that are there, among the
// first n levels of one bit.
func countOnes(data []byte, n int) (int, bool) {
	ones := 0
	ok := eachRun(data, 1, n, func(packed []byte, value byte, count int) {
		if packed == nil {
			ones += int(value&1) * count
			return
		}
		for count >= 8 {
			ones += bits.OnesCount8(packed[0])
			packed, count = packed[1:], count-8
		}
		if count > 0 {
			ones += bits.OnesCount8(packed[0] & (1<<count - 1))
		}
	})
	return ones, ok
}

// eachRun walks a sequence of run-length and bit-packed runs until n values are
// accounted for, and tells whether there were as many. visit gets either the
// packed bytes or the low byte of the repeated value.
func eachRun(data []byte, width, n int, visit func(packed []byte, value byte, count int)) bool {
	valueBytes := (width + 7) / 8
	for n > 0 {
		header, size := binary.Uvarint(data)
		if size <= 0 || header>>1 == 0 || header>>1 > 1<<28 {
			return false
		}
		data = data[size:]
		if header&1 == 0 {
			count := min(n, int(header>>1))
			if len(data) < valueBytes {
				return false
			}
			if visit != nil {
				visit(nil, data[0], count)
			}
			data, n = data[valueBytes:], n-count
			continue
		}
		groups := int(header >> 1)
		count := min(n, 8*groups)
		packed := min(len(data), groups*width)
		if packed*8 < count*width { // the last group may be cut short, but not within a value
			return false
		}
		if visit != nil {
			visit(data[:packed], 0, count)
		}
		data, n = data[packed:], n-count
	}
	return true
}
