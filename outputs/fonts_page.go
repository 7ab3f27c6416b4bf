package outputs

import (
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"unicode"

	"github.com/jung-kurt/gofpdf"
)

// blockSize is the number of characters in a block of Unicode. What is on no
// other page is on the page of its block, so that a script is on few: Greek, say.
const blockSize = 128

// glyph is where a character is found and how wide it is.
type glyph struct {
	page  *fontPage // nil: none
	code  uint8
	width [weights]uint16
}

// fontSource is a font with its weights. Its pages are found when a character of
// theirs is first asked for, and kept.
type fontSource struct {
	number int // within its set; 0 for the program's own
	single bool
	hinted bool // keeps its instructions: there are fonts that place strokes by them
	names  [weights]string
	files  [weights]*trueType // the same one twice when single
	listed map[rune]glyph     // on pages made for what is often used; set before the first use
	blocks [(unicode.MaxRune + 1) / blockSize]atomic.Pointer[[blockSize]glyph]
}

func newFontSource(number int, names ...string) *fontSource {
	return &fontSource{number: number, names: [weights]string(names), listed: map[rune]glyph{}}
}

// list puts a character on a page.
func (f *fontSource) list(p *fontPage, code int, r rune) {
	p.runes[code] = r
	f.listed[r] = glyph{page: p, code: uint8(code), width: f.widths(r)}
}

// listAll puts characters on as few pages as they need, in their order. It goes
// before any use.
func (f *fontSource) listAll(used map[rune]bool) {
	const first = ' ' + 1 // readers widen a space, whatever it stands for
	var page *fontPage
	code, pages := 0, 0
	for _, r := range slices.Sorted(maps.Keys(used)) {
		if page == nil || code == len(page.runes) {
			pages++
			page, code = &fontPage{source: f, number: len(f.blocks) + pages}, first
		}
		f.list(page, code, r)
		code++
	}
	for i := range f.blocks { // made while the characters were looked for
		f.blocks[i].Store(nil)
	}
}

// glyph finds a character; its page is nil when not all weights have it.
func (f *fontSource) glyph(r rune) glyph {
	if r < 0 || r > unicode.MaxRune {
		return glyph{}
	}
	at := &f.blocks[r/blockSize]
	block := at.Load()
	if block == nil {
		// Whoever is first makes the block for all: a page must be the same one
		// wherever a document meets it.
		at.CompareAndSwap(nil, f.makeBlock(int(r/blockSize)))
		block = at.Load()
	}
	return block[r%blockSize]
}

func (f *fontSource) makeBlock(number int) *[blockSize]glyph {
	var block [blockSize]glyph
	page := &fontPage{source: f, number: 1 + number}
	for i := range block {
		r := rune(number*blockSize + i)
		if g, ok := f.listed[r]; ok {
			block[i] = g
			continue
		}
		if f.draws(r) && !unicode.IsControl(r) {
			page.runes[blockSize+i] = r
			block[i] = glyph{page: page, code: uint8(blockSize + i), width: f.widths(r)}
		}
	}
	return &block
}

// has tells whether all weights have a character.
func (f *fontSource) has(r rune) bool { return f.glyph(r).page != nil }

// draws tells whether all weights have a character, and not as a blank.
func (f *fontSource) draws(r rune) bool {
	for _, file := range f.files {
		if !file.has(r) {
			return false
		}
	}
	return true
}

func (f *fontSource) widths(r rune) (width [weights]uint16) {
	for w, file := range f.files {
		advance, _ := file.metrics(file.glyphOf(r))
		width[w] = uint16(min(file.perEm(advance), 1<<16-1))
	}
	return width
}

// fontPage is some of a font's characters, embedded as a font of its own.
type fontPage struct {
	source   *fontSource
	number   int       // within its font
	runes    [256]rune // by code; 0 for none
	embedded [weights]struct {
		once sync.Once
		embeddedFont
	}
}

// embeddedFont is a page as gofpdf takes it.
type embeddedFont struct{ definition, compressed []byte }

// family names a page for gofpdf.
func (p *fontPage) family() string { return fmt.Sprintf("f%dp%d", p.source.number, p.number) }

// style is what gofpdf calls a weight; a font of one weight has the regular one.
func (p *fontPage) style(w weight) string {
	if w == bold && !p.source.single {
		return "B"
	}
	return ""
}

// use sets what follows in this page of its font, and embeds it when the
// document has not yet got it.
func (p *fontPage) use(pdf *gofpdf.Fpdf, w weight, size float64) {
	if p.source.single {
		w = regular
	}
	e := &p.embedded[w]
	e.once.Do(func() { e.embeddedFont = p.cut(w) })
	pdf.AddFontFromBytes(p.family(), p.style(w), e.definition, e.compressed)
	pdf.SetFont(p.family(), p.style(w), size)
}

// text sets codes of this page with their baseline at y. A font of one weight is
// made bold by a line around each letter, in the text's colour.
func (p *fontPage) text(pdf *gofpdf.Fpdf, x, y float64, f typeface, codes []byte) {
	byLine := f.weight == bold && p.source.single
	if byLine {
		const share = 0.03 // of the size; the Go fonts' bold is about as much bolder
		pdf.SetDrawColor(f.colour[0], f.colour[1], f.colour[2])
		pdf.SetLineWidth(f.size * share)
		pdf.SetTextRenderingMode(2)
	}
	pdf.Text(x, y, string(codes))
	if byLine {
		pdf.SetTextRenderingMode(0)
	}
}

// postScriptName makes the name of a file one that a PDF may call a font by.
func postScriptName(file string) string {
	base := path.Base(strings.ReplaceAll(file, `\`, "/"))
	name := strings.Map(func(r rune) rune {
		if '0' <= r && r <= '9' || 'A' <= r && r <= 'Z' || 'a' <= r && r <= 'z' {
			return r
		}
		return '-'
	}, strings.TrimSuffix(base, path.Ext(base)))
	return name[:min(len(name), 63)]
}

// tag marks a font as a part of another one, as PDF asks: six capitals, here of
// the font's number and the page's.
func (p *fontPage) tag() string {
	tag := []byte("FAAAAA")
	for at, n := len(tag)-1, p.source.number*26*26*26+p.number; at > 0; at, n = at-1, n/26 {
		tag[at] = byte('A' + n%26)
	}
	return string(tag)
}

// glyphName names a character as the Adobe Glyph List does, so that readers find
// the character again: uni0416, u20BB7.
func glyphName(r rune) string {
	if r < 1<<16 {
		return fmt.Sprintf("uni%04X", r)
	}
	return fmt.Sprintf("u%05X", r)
}

// cut cuts a page out of its font and describes it to gofpdf: an 8-bit TrueType
// font whose encoding names each character's glyph.
func (p *fontPage) cut(w weight) embeddedFont {
	f := p.source.files[w]
	var runes []rune
	var widths [256]int
	var encoding strings.Builder
	for code, r := range p.runes {
		if r == 0 {
			continue
		}
		runes = append(runes, r)
		widths[code] = int(p.source.widths(r)[w])
		if rune(code) != r {
			fmt.Fprintf(&encoding, " %d/%s", code, glyphName(r))
		}
	}
	file := f.cut(runes, p.source.hinted)
	name := p.tag() + "+" + p.source.names[w]
	stem := 80
	if w == bold {
		stem = 140
	}
	definition, err := json.Marshal(map[string]any{
		"Tp": "TrueType", "Name": name, "Up": -100, "Ut": 50,
		"Desc": map[string]any{
			"Ascent": f.perEm(f.ascent), "Descent": f.perEm(f.descent), "CapHeight": f.perEm(f.capHeight),
			"Flags": gofpdf.FontFlagNonsymbolic, "StemV": stem,
			"FontBBox": map[string]int{
				"Xmin": f.perEm(f.box[0]), "Ymin": f.perEm(f.box[1]), "Xmax": f.perEm(f.box[2]), "Ymax": f.perEm(f.box[3]),
			},
		},
		"Cw": widths, "Enc": "cp1252", "Diff": strings.TrimSpace(encoding.String()),
		"File": name + ".z", "OriginalSize": len(file),
	})
	if err != nil {
		panic(err) // numbers and plain strings
	}
	return embeddedFont{definition, deflated(file)}
}
