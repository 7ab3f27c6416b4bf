package outputs

import (
	"bytes"
	"io"
	"strings"
	"time"

	"github.com/jung-kurt/gofpdf"
)

// canvas sets text on pages from top to bottom. It breaks pages, repeats what
// onBreak draws at the top of each further one, and breaks lines by the fonts'
// own widths.
type canvas struct {
	pdf     *gofpdf.Fpdf
	y       float64 // top of what comes next
	onBreak func()  // draws the running head of a page after the first; may be nil
	broken  bool    // a word was broken over two lines

	colour colour
	fonts  [maxFontPages][weights]bool
	font   struct {
		page uint8
		face typeface
	}
}

// document is what a PDF says of itself.
type document struct {
	title, author, subject, creator string
	at                              time.Time
}

func newCanvas(d document) *canvas {
	pdf := gofpdf.New("P", "pt", "A4", "")
	pdf.SetCatalogSort(true)
	pdf.SetCreationDate(d.at.UTC())
	pdf.SetModificationDate(d.at.UTC())
	pdf.SetTitle(d.title, true)
	pdf.SetAuthor(d.author, true)
	pdf.SetSubject(d.subject, true)
	pdf.SetCreator(d.creator, true)
	pdf.SetDisplayMode("fullwidth", "continuous")
	pdf.SetAutoPageBreak(false, 0)
	pdf.SetCompression(false) // finish compresses, with compressors that are kept
	c := &canvas{pdf: pdf}
	c.newPage()
	return c
}

func (c *canvas) newPage() {
	c.pdf.AddPage()
	c.font.page = 0
	c.y = marginTop
}

// room is the height left on the page.
func (c *canvas) room() float64 { return pageHeight - marginBottom - c.y }

// ensure begins a new page unless height fits on this one.
func (c *canvas) ensure(height float64) {
	if height <= c.room() {
		return
	}
	c.newPage()
	if c.onBreak != nil {
		c.onBreak()
	}
}

// at sets a line of text with its left edge at x and its top at y.
func (c *canvas) at(x, y float64, f typeface, s string) {
	s = glyphsOf(s)
	y += f.size * baselineOff
	if f.colour != c.colour {
		c.pdf.SetTextColor(f.colour[0], f.colour[1], f.colour[2])
		c.colour = f.colour
	}
	table := fontTables()
	var run []byte
	var page uint8
	set := func() {
		if len(run) == 0 {
			return
		}
		c.useFont(page, f)
		c.pdf.Text(x, y, string(run))
		x += float64(runWidth(table, page, f.weight, run)) * f.size / unitsPerEm
		run = run[:0]
	}
	for _, r := range s {
		g := table.glyphs[r]
		if g.page != page {
			set()
			page = g.page
		}
		run = append(run, g.code)
	}
	set()
}

func runWidth(t *fontTable, page uint8, w weight, run []byte) int {
	n := 0
	for _, code := range run {
		n += int(t.glyphs[t.pages[page][code]].width[w])
	}
	return n
}

func (c *canvas) useFont(page uint8, f typeface) {
	if c.font.page == page && c.font.face.weight == f.weight && c.font.face.size == f.size {
		return
	}
	if !c.fonts[page][f.weight] {
		useFont(c.pdf, page, f.weight)
		c.fonts[page][f.weight] = true
	}
	c.pdf.SetFont(fontFamily(page), fontStyle(f.weight), f.size)
	c.font.page, c.font.face = page, f
}

// right sets a line of text that ends at x.
func (c *canvas) right(x, y float64, f typeface, s string) {
	c.at(x-c.width(f, s), y, f, s)
}

func (c *canvas) width(f typeface, s string) float64 {
	return float64(textWidth(f.weight, glyphsOf(s))) * f.size / unitsPerEm
}

// rule draws a horizontal line at y.
func (c *canvas) rule(x1, x2, y, thickness float64, col colour) {
	c.pdf.SetDrawColor(col[0], col[1], col[2])
	c.pdf.SetLineWidth(thickness)
	c.pdf.Line(x1, y, x2, y)
}

// box fills a rectangle.
func (c *canvas) box(x, y, w, h float64, col colour) {
	c.pdf.SetFillColor(col[0], col[1], col[2])
	c.pdf.Rect(x, y, w, h, "F")
}

// wrap breaks s into lines of at most span. A word wider than that is broken,
// and each break is marked, so that no id or wallet is broken silently.
func (c *canvas) wrap(f typeface, s string, span float64) []string {
	limit := int(span * unitsPerEm / f.size)
	space := textWidth(f.weight, " ")
	var lines []string
	var line strings.Builder
	used := 0
	flush := func() {
		lines = append(lines, line.String())
		line.Reset()
		used = 0
	}
	for word := range strings.SplitSeq(glyphsOf(s), " ") {
		w := textWidth(f.weight, word)
		if used > 0 && used+space+w > limit {
			flush()
		}
		if used > 0 {
			line.WriteByte(' ')
			used += space
		}
		for w > limit {
			head, tail := c.split(f, word, limit)
			line.WriteString(head)
			line.WriteRune(wordBreak)
			flush()
			word = tail
			w = textWidth(f.weight, word)
			c.broken = true
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
	n := textWidth(f.weight, string(wordBreak))
	for i, r := range word {
		n += textWidth(f.weight, string(r))
		if n > limit && i > 0 {
			return word[:i], word[i:]
		}
	}
	return word, ""
}

// paragraph sets a text over as many lines and pages as it takes.
func (c *canvas) paragraph(x, span float64, f typeface, s string) {
	for _, line := range c.wrap(f, s, span) {
		c.ensure(f.leading)
		c.at(x, c.y, f, line)
		c.y += f.leading
	}
}

// finish draws a footer on each page and writes the document, compressed.
func (c *canvas) finish(w io.Writer, footer func(page, pages int)) error {
	pages := c.pdf.PageCount()
	for page := 1; page <= pages; page++ {
		c.pdf.SetPage(page)
		c.font.page = 0
		footer(page, pages)
	}
	var plain bytes.Buffer
	if err := c.pdf.Output(&plain); err != nil {
		return err
	}
	return pack(plain.Bytes(), pages, w)
}
