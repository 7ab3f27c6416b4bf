package outputs

import (
	"fmt"
	"io"
)

// Typesetting goes in three steps. Blocks are laid out as pieces, each of which
// knows its height; pieces are placed on pages, together where they belong
// together; and then all is set. Whether a document takes a page less with
// smaller gaps is tried before anything is set.

// piece is what is never broken over two pages: a line of text, a row, a chart.
type piece struct {
	gap    float64 // above it, unless it begins a page
	height float64
	keep   bool                       // on the same page as the next piece
	again  *running                   // comes first when the piece begins a page
	set    func(c *canvas, y float64) // sets it with its top at y; nil sets nothing
}

// running is a head that comes again on each further page.
type running struct {
	height float64
	set    func(c *canvas, y float64)
}

func (r *running) size() float64 {
	if r == nil {
		return 0
	}
	return r.height
}

// typesetter lays out the blocks of one document.
type typesetter struct {
	c       *canvas // for measuring; has no page yet
	pieces  []piece
	gap     float64 // to be left above the next piece
	close   bool    // gap is that below a heading, and no larger one holds
	section string  // the heading that things stand under
}

// settableBlock is a block that lays itself out; the typesetter knows the others.
type settableBlock interface {
	block
	layOut(t *typesetter)
}

// writePDF sets the document over pages. What can't be set is named in its place:
// who makes a document holds its names against the fonts before.
func (r *report) writePDF(w io.Writer) error {
	t := &typesetter{c: newCanvas(r.document)}
	t.masthead(r.author, r.subject)
	for i, b := range r.blocks {
		if p, ok := b.(prose); ok && p.tone == fine && i == len(r.blocks)-1 {
			t.keepLast() // small print has no page of its own
		}
		from := len(t.pieces)
		t.block(b)
		if _, ok := b.(prose); ok && i+1 < len(r.blocks) && len(t.pieces)-from <= 2 && introduces(r.blocks[i+1]) {
			t.keepLast()
		}
	}
	if t.c.broken {
		t.keepLast()
		t.space(blockGap)
		t.text(small, marginX, textSpan, string(wordBreak)+" at a line's end marks a word that goes on in the next line.")
	}
	t.set()
	return t.c.finish(w, func(page, pages int) { t.foot(r.foot, page, pages) })
}

// introduces tells whether a line or two of prose before a block belong to it.
func introduces(b block) bool {
	switch b.(type) {
	case heading, prose:
		return false
	}
	return true
}

func (t *typesetter) block(b block) {
	switch b := b.(type) {
	case heading:
		t.heading(b)
	case prose:
		t.prose(b)
	case items:
		t.items(b)
	case pairs:
		t.pairs(b)
	case signatures:
		t.signatures(b)
	case *grid:
		t.grid(b)
	case barChart:
		t.barChart(b)
	case uptimeChart:
		t.uptimeChart(b)
	case calendar:
		t.calendar(b)
	case settableBlock:
		b.layOut(t)
	default:
		panic(fmt.Sprintf("outputs: no way to set a %T", b))
	}
}

// space asks for a gap above the next piece; of two, the larger one holds,
// and below a heading the heading's.
func (t *typesetter) space(gap float64) {
	if !t.close {
		t.gap = max(t.gap, gap)
	}
}

func (t *typesetter) add(p piece) {
	p.gap = max(p.gap, t.gap)
	t.gap, t.close = 0, false
	t.pieces = append(t.pieces, p)
}

// keepLast binds what comes next to what was last.
func (t *typesetter) keepLast() {
	if n := len(t.pieces); n > 0 {
		t.pieces[n-1].keep = true
	}
}

// place is where a piece stands.
type place struct {
	newPage bool
	y       float64 // its top, below what comes again
}

// placePieces places pieces on pages with gaps shrunk by squeeze.
func placePieces(pieces []piece, squeeze float64) (places []place, pages int) {
	places = make([]place, len(pieces))
	bottom := pageHeight - marginBottom
	y, fresh := marginTop, true
	pages = 1
	turn := func() {
		pages++
		y, fresh = marginTop, true
	}
	for i := 0; i < len(pieces); {
		end, height := together(pieces, i, squeeze)
		if !fresh && y+pieces[i].gap*squeeze+height > bottom && height+pieces[i].again.size() <= pageBody {
			turn()
		}
		for ; i < end; i++ {
			p := pieces[i]
			if !fresh && y+p.gap*squeeze+p.height > bottom {
				turn()
			}
			if fresh {
				places[i].newPage = true
				y += p.again.size()
			} else {
				y += p.gap * squeeze
			}
			places[i].y = y
			y += p.height
			fresh = false
		}
	}
	return places, pages
}

// together finds the pieces from i on that stay on one page, and their height.
func together(pieces []piece, i int, squeeze float64) (end int, height float64) {
	for end = i; end < len(pieces); end++ {
		if end > i {
			height += pieces[end].gap * squeeze
		}
		height += pieces[end].height
		if !pieces[end].keep {
			return end + 1, height
		}
	}
	return end, height
}

// set places all pieces on as few pages as gaps allow, and sets them.
func (t *typesetter) set() {
	places, pages := placePieces(t.pieces, 1)
	if pages > 1 {
		_, fewest := placePieces(t.pieces, tightest)
		for squeeze := 1 - squeezeStep; pages > fewest && squeeze > tightest-squeezeStep; squeeze -= squeezeStep {
			places, pages = placePieces(t.pieces, max(squeeze, tightest))
		}
	}
	if len(t.pieces) == 0 {
		t.c.newPage()
	}
	for i, p := range t.pieces {
		if places[i].newPage {
			t.c.newPage()
			if p.again != nil {
				p.again.set(t.c, places[i].y-p.again.height)
			}
		}
		if p.set != nil {
			p.set(t.c, places[i].y)
		}
	}
}

// masthead names the program and the kind of document above all.
func (t *typesetter) masthead(program, kind string) {
	kindLines := t.c.wrap(docKind, kind, textSpan/2)
	width := 0.0
	for _, line := range kindLines {
		width = max(width, t.c.width(docKind, line))
	}
	names := t.c.wrap(brand, program, textSpan-width-20)
	height := float64(max(len(names), len(kindLines)))*brand.leading + 3
	t.add(piece{height: height, keep: true, set: func(c *canvas, y float64) {
		for i, name := range names {
			c.at(marginX, y+float64(i)*brand.leading, brand, name)
		}
		for i, line := range kindLines {
			c.right(textRight, y+float64(i)*docKind.leading, docKind, line)
		}
		c.rule(marginX, textRight, y+height, 1.2, accent)
	}})
	t.space(13)
}

// foot sets what every page needs when it is alone.
func (t *typesetter) foot(words string, page, pages int) {
	c := t.c
	number := fmt.Sprintf("Page %d of %d", page, pages)
	width := c.width(small, number)
	c.rule(marginX, textRight, footerY-6, 0.4, hairCol)
	c.at(marginX, footerY, c.fit(small, words, textSpan-width-20), words)
	c.right(textRight, footerY, small, number)
}
