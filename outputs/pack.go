package outputs

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"io"
	"strconv"
	"sync"
)

// compressors are kept, because making one takes longer than compressing a page.
var compressors = sync.Pool{New: func() any {
	w, _ := zlib.NewWriterLevel(io.Discard, zlib.BestSpeed) // the level is valid
	return w
}}

// The parts of a document as gofpdf writes it. The contents of the pages are its
// first streams.
var (
	pageLength = []byte("\n<</Length ")
	pageBegin  = []byte(">>\nstream\n")
	tableBegin = []byte("\nxref\n")
	tableFirst = []byte("0000000000 65535 f \n")
	tableEnd   = []byte("trailer\n")
	tableAt    = []byte("startxref\n")
)

// tableEntry is the length of an entry of the table of objects: an offset of ten
// digits, and what is the same in each.
const tableEntry = 20

// pack compresses the pages of a document and mends its table of objects, for
// gofpdf makes a new compressor for each page.
func pack(pdf []byte, pages int, w io.Writer) error {
	out := bytes.NewBuffer(make([]byte, 0, len(pdf)))
	z := compressors.Get().(*zlib.Writer)
	defer compressors.Put(z)
	var moved []move
	from := 0
	for range pages {
		length, begin, end, err := nextPage(pdf, from)
		if err != nil {
			return err
		}
		out.Write(pdf[from:length])
		var packed bytes.Buffer
		z.Reset(&packed)
		_, _ = z.Write(pdf[begin:end]) // a buffer takes everything
		_ = z.Close()
		fmt.Fprintf(out, "\n<</Filter /FlateDecode /Length %d>>\nstream\n", packed.Len())
		out.Write(packed.Bytes())
		from = end
		moved = append(moved, move{from, out.Len() - from})
	}
	table := bytes.LastIndex(pdf, tableBegin)
	if table < from {
		return fmt.Errorf("the document has no table of objects")
	}
	out.Write(pdf[from:table])
	if err := moveTable(out, pdf[table:], moved); err != nil {
		return err
	}
	_, err := out.WriteTo(w)
	return err
}

// move says by how much an object has moved that stood behind an offset.
type move struct{ behind, by int }

// nextPage finds where the length of a page stands, and where its content
// begins and ends.
func nextPage(pdf []byte, from int) (length, begin, end int, err error) {
	at := bytes.Index(pdf[from:], pageLength)
	if at < 0 {
		return 0, 0, 0, fmt.Errorf("the document has fewer streams than pages")
	}
	length = from + at
	digits, _, ok := bytes.Cut(pdf[length+len(pageLength):], pageBegin)
	n, err := strconv.Atoi(string(digits))
	begin = length + len(pageLength) + len(digits) + len(pageBegin)
	if !ok || err != nil || begin+n > len(pdf) {
		return 0, 0, 0, fmt.Errorf("the document has a stream without a length")
	}
	return length, begin, begin + n, nil
}

// moveTable writes the end of a document, from its table of objects on, with
// the offsets that hold now.
func moveTable(out *bytes.Buffer, end []byte, moved []move) error {
	start := out.Len() + 1 // after the line end
	head, rest, ok := bytes.Cut(end, tableFirst)
	entries, trailer, ended := bytes.Cut(rest, tableEnd)
	words, _, found := bytes.Cut(trailer, tableAt)
	if !ok || !ended || !found || len(entries)%tableEntry != 0 {
		return fmt.Errorf("the document's table of objects has another form")
	}
	out.Write(head)
	out.Write(tableFirst)
	for ; len(entries) > 0; entries = entries[tableEntry:] {
		offset, err := strconv.Atoi(string(entries[:10]))
		if err != nil {
			return fmt.Errorf("the document's table of objects: %w", err)
		}
		by := 0
		for _, m := range moved {
			if offset > m.behind {
				by = m.by
			}
		}
		fmt.Fprintf(out, "%010d", offset+by)
		out.Write(entries[10:tableEntry])
	}
	out.Write(tableEnd)
	out.Write(words)
	fmt.Fprintf(out, "%s%d\n%%%%EOF\n", tableAt, start)
	return nil
}
