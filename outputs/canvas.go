package outputs

import (
	"bytes"
	"io"
	"math"
	"strings"
	"time"

	"github.com/jung-kurt/gofpdf"
)

// canvas sets text on pages and breaks lines by the fonts' own widths.
type canvas struct {
	pdf    *gofpdf.Fpdf
	broken bool // a word was broken over two lines

	colour colour
	fonts  *fontSet // nil: the program's own
	font   struct {
		page *fontPage
		face typeface
	}
}

// document is what a PDF says of itself.
type document struct {
	title, author, subject, creator string
	at                              time.Time
	fonts                           *fontSet // nil: the program's own
}

func newCanvas(d document) *canvas {
	pdf := gofpdf.New("P", "pt", "A4", "")
	pdf.SetCatalogSort(true)
	pdf.SetCreationDate(d.at.UTC())
	pdf.SetModificationDate(d.at.UTC())
	pdf.SetTitle(settable(d.title), true)
	pdf.SetAuthor(settable(d.author), true)
	pdf.SetSubject(settable(d.subject), true)
	pdf.SetCreator(settable(d.creator), true)
	pdf.SetDisplayMode("fullwidth", "continuous")
	pdf.SetAutoPageBreak(false, 0)
	pdf.SetCompression(false) // finish compresses, with compressors that are kept
	return &canvas{pdf: pdf, fonts: d.fonts}
}

func (c *canvas) newPage() {
	c.pdf.AddPage()
	c.font.page = nil
}

// at sets a line of text with its left edge at x and its top at y.
func (c *canvas) at(x, y float64, f typeface, s string) {
	s = c.fonts.printable(s)
	y += f.size * baselineOff
	if f.colour != c.colour {
		c.pdf.SetTextColor(f.colour[0], f.colour[1], f.colour[2])
		c.colour = f.colour
	}
	c.fonts.runs(f.weight, s, func(page *fontPage, codes []byte, width int) {
		if c.font.page != page || c.font.face.weight != f.weight || c.font.face.size != f.size {
			page.use(c.pdf, f.weight, f.size)
			c.font.page, c.font.face = page, f
		}
		page.text(c.pdf, x, y, f, codes)
		x += float64(width) * f.size / unitsPerEm
	})
}

// right sets a line of text that ends at x.
func (c *canvas) right(x, y float64, f typeface, s string) {
	c.at(x-c.width(f, s), y, f, s)
}

// centre sets a line of text with its middle at x.
func (c *canvas) centre(x, y float64, f typeface, s string) {
	c.at(x-c.width(f, s)/2, y, f, s)
}

func (c *canvas) width(f typeface, s string) float64 {
	return float64(c.fonts.width(f.weight, c.fonts.printable(s))) * f.size / unitsPerEm
}

// fit makes a text smaller until it fits; a figure is never broken.
func (c *canvas) fit(f typeface, text string, span float64) typeface {
	if w := c.width(f, text); w > span {
		f.size = math.Floor(f.size*span/w*100) / 100 // sizes are written in hundredths
	}
	return f
}

// wrap breaks s into lines of at most span. A word wider than that is broken, and
// each break is marked, so that no id or wallet is broken silently.
func (c *canvas) wrap(f typeface, s string, span float64) (lines []string) {
	limit := int(span * unitsPerEm / f.size)
	s = c.fonts.printable(s)
	if c.fonts.width(f.weight, s) <= limit {
		return []string{s}
	}
	space := c.fonts.width(f.weight, " ")
	var line strings.Builder
	used := 0
	flush := func() {
		lines = append(lines, line.String())
		line.Reset()
		used = 0
	}
	for p := range partsOfLine(s) {
		word, gap := p.text, 0
		if p.spaced {
			gap = space
		}
		w := c.fonts.width(f.weight, word)
		if used > 0 && used+gap+w > limit {
			flush()
		}
		if used > 0 && p.spaced {
			line.WriteByte(' ')
			used += space
		}
		for w > limit {
			head, tail := c.split(f, word, limit)
			line.WriteString(head)
			if tail == "" { // a single character is wider than the line
				w = 0
				word = ""
				break
			}
			if !breaksFreely(head, tail) {
				line.WriteRune(wordBreak)
				c.broken = true
			}
			flush()
			word = tail
			w = c.fonts.width(f.weight, word)
		}
		line.WriteString(word)
		used += w
	}
	flush()
	return lines
}

// split cuts a word so that its head and the mark of a break fit into limit. A
// limit narrower than a character still takes one.
func (c *canvas) split(f typeface, word string, limit int) (head, tail string) {
	n := c.fonts.width(f.weight, string(wordBreak))
	for i, r := range word {
		n += c.fonts.width(f.weight, string(r))
		if n > limit && i > 0 {
			return word[:i], word[i:]
		}
	}
	return word, ""
}

// finish sets a foot on each page and writes the document, compressed.
func (c *canvas) finish(w io.Writer, foot func(page, pages int)) error {
	pages := c.pdf.PageCount()
	for page := 1; page <= pages; page++ {
		c.pdf.SetPage(page)
		c.font.page = nil
		foot(page, pages)
	}
	var plain bytes.Buffer
	if err := c.pdf.Output(&plain); err != nil {
		return err
	}
	return pack(plain.Bytes(), pages, w)
}
