package outputs

import (
	"bytes"
	"compress/zlib"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// What tests read of a PDF without a reader: which texts stand where, and how far
// lines and boxes reach.

// setText is a text as it stands on a page. Lengths are in points from the page's
// top left corner; y is the text's baseline.
type setText struct {
	text           string
	x, right, y    float64
	size           float64
	bold           bool
	page, position int
}

// reach is how far the lines and boxes of a page go.
type reach struct{ left, top, right, bottom float64 }

type setPage struct {
	texts []setText
	reach reach
}

var (
	fontUse    = regexp.MustCompile(`/F([0-9a-f]+) (\d+) 0 R`)
	fontObject = regexp.MustCompile(`(\d+) 0 obj\n<</Type /Font\n/BaseFont /(\S+)`)
	pageOps    = regexp.MustCompile(`BT /F([0-9a-f]+) ([0-9.]+) Tf ET|BT ([0-9.-]+) ([0-9.-]+) Td \(((?:\\.|[^\\)])*)\) Tj ET|(?m)^([0-9. -]+) (re|m|l)$`)
)

// readPages reads the pages of a PDF whose texts are in the fonts' first page:
// ASCII and some signs.
func readPages(t interface{ Fatal(...any) }, pdf []byte) []setPage {
	names := map[string]string{}
	for _, m := range fontObject.FindAllSubmatch(pdf, -1) {
		names[string(m[1])] = string(m[2])
	}
	bolds := map[string]bool{}
	for _, m := range fontUse.FindAllSubmatch(pdf, -1) {
		bolds[string(m[1])] = strings.HasSuffix(names[string(m[2])], "GoBold")
	}
	var pages []setPage
	for _, content := range pageStreams(t, pdf) {
		pages = append(pages, readPage(content, bolds, len(pages)+1))
	}
	return pages
}

func readPage(content []byte, bolds map[string]bool, number int) setPage {
	p := setPage{reach: reach{pageWidth, pageHeight, 0, 0}}
	font, size := "", 0.0
	see := func(x, y float64) {
		p.reach = reach{min(p.reach.left, x), min(p.reach.top, y), max(p.reach.right, x), max(p.reach.bottom, y)}
	}
	for _, m := range pageOps.FindAllSubmatch(content, -1) {
		switch {
		case m[1] != nil:
			font, size = string(m[1]), floatOf(m[2])
		case m[5] != nil:
			s := setText{text: unescaped(m[5]), x: floatOf(m[3]), y: pageHeight - floatOf(m[4]), size: size, bold: bolds[font], page: number, position: len(p.texts)}
			w := regular
			if s.bold {
				w = bold
			}
			s.right = s.x + float64(textWidth(w, s.text))*size/unitsPerEm
			p.texts = append(p.texts, s)
		default:
			var n []float64
			for _, field := range strings.Fields(string(m[6])) {
				n = append(n, floatOf([]byte(field)))
			}
			see(n[0], pageHeight-n[1])
			if string(m[7]) == "re" {
				see(n[0]+n[2], pageHeight-n[1]-n[3])
			}
		}
	}
	return p
}

func floatOf(b []byte) float64 {
	v, err := strconv.ParseFloat(string(b), 64)
	if err != nil {
		panic(err)
	}
	return v
}

// unescaped is a text as it was before it stood in a PDF's parentheses, with the
// signs of the first font page.
func unescaped(b []byte) string {
	var s strings.Builder
	signs := []rune(typographic)
	for i := 0; i < len(b); i++ {
		c := b[i]
		if c == '\\' {
			i++
			c = b[i]
			if c == 'r' {
				c = '\r'
			}
		}
		if c >= blockSize && int(c)-blockSize < len(signs) {
			s.WriteRune(signs[c-blockSize])
		} else {
			s.WriteByte(c)
		}
	}
	return s.String()
}

// pageStreams is what stands in a PDF's pages, decompressed.
func pageStreams(t interface{ Fatal(...any) }, pdf []byte) [][]byte {
	var all [][]byte
	for {
		_, rest, found := bytes.Cut(pdf, []byte("\n<</Filter /FlateDecode /Length "))
		if !found {
			return all
		}
		digits, data, _ := bytes.Cut(rest, []byte(">>\nstream\n"))
		n, err := strconv.Atoi(string(digits))
		if err != nil || !bytes.HasPrefix(data[n:], []byte("\nendstream\nendobj\n")) {
			t.Fatal("a stream ends elsewhere", err)
		}
		z, err := zlib.NewReader(bytes.NewReader(data[:n]))
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(z)
		if err != nil {
			t.Fatal(err)
		}
		all, pdf = append(all, content), data[n:]
	}
}

// pdfOf sets a document of some blocks.
func pdfOf(t interface{ Fatal(...any) }, blocks ...block) []byte {
	r := &report{document: document{title: "A document", author: "Example Fleet", subject: "Report", creator: "test", at: smallMonth().ClosedAt},
		foot: "2026-10 · partner pine", blocks: blocks}
	var b bytes.Buffer
	if err := r.writePDF(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// body is the texts of a page without its foot.
func (p setPage) body() []setText {
	var list []setText
	for _, s := range p.texts {
		if s.y < pageHeight-marginBottom+0.01 {
			list = append(list, s)
		}
	}
	return list
}

func (p setPage) has(text string) bool {
	for _, s := range p.texts {
		if s.text == text {
			return true
		}
	}
	return false
}

func TestAPDFIsReadAsItWasSet(t *testing.T) {
	pages := readPages(t, pdfOf(t, heading{2, "Part (one)"}, prose{text: `a \ b – c`}))
	if len(pages) != 1 || !pages[0].has("Part (one)") || !pages[0].has(`a \ b – c`) || !pages[0].has("Page 1 of 1") {
		t.Fatalf("got %+v", pages)
	}
	for _, s := range pages[0].texts {
		if s.text == "Part (one)" && (!s.bold || s.size != section.size || s.x != marginX) {
			t.Errorf("the heading is set as %+v", s)
		}
	}
}
