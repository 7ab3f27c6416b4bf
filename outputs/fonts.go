package outputs

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"

	"github.com/jung-kurt/gofpdf"
	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// The statement's fonts are the Go fonts (BSD licence): Latin, Greek, Cyrillic
// and symbols. They are cut ahead of time into pages of at most
// 128 characters, each embedded as a font with an 8-bit encoding and only where a
// document uses it. A document then costs no parsing or compressing of fonts and
// carries about 7 kB for each page and weight.

// weight is regular or bold.
type weight int

const (
	regular weight = iota
	bold
	weights
)

var fontFiles = [weights][]byte{goregular.TTF, gobold.TTF}
var fontNames = [weights]string{"GoRegular", "GoBold"}

// unitsPerEm of the widths, as PDF has them.
const unitsPerEm = 1000

// typographic are the characters beside ASCII that statements often have; they
// are on the first page.
const typographic = "×·–—‘’“”…−±≤≥≠≈→¬•§€÷½"

// blockSize is the number of characters on the pages after the first, each of
// which holds a block of Unicode, so that a script is on one page: Greek, say.
const blockSize = 128

// glyph is where a character is found and how wide it is.
type glyph struct {
	page  uint8 // 0: none
	code  uint8
	width [weights]uint16
}

// fontPage is a page of characters: code to character, 0 for none.
type fontPage [256]rune

// fontTable holds all characters that both weights have.
type fontTable struct {
	glyphs []glyph    // by character
	pages  []fontPage // from 1
	fonts  [weights]*sfnt.Font
}

var fontTables = sync.OnceValue(readFonts)

func readFonts() *fontTable {
	t := &fontTable{pages: make([]fontPage, 2)}
	for w := range weights {
		f, err := sfnt.Parse(fontFiles[w])
		if err != nil {
			panic(err) // the fonts are part of the program
		}
		t.fonts[w] = f
	}
	t.glyphs = make([]glyph, 1<<16)
	for r := ' '; r <= '~'; r++ {
		t.put(r, 1, uint8(r))
	}
	code := 128
	for _, r := range typographic {
		t.put(r, 1, uint8(code))
		code++
	}
	var b sfnt.Buffer
	block := rune(0)
	for r := rune(0xA0); r < 1<<16; r++ {
		if t.glyphs[r].page != 0 || !t.has(&b, r) {
			continue
		}
		if r/blockSize != block {
			t.pages = append(t.pages, fontPage{})
			block = r / blockSize
		}
		t.put(r, len(t.pages)-1, uint8(blockSize+r%blockSize))
	}
	return t
}

func (t *fontTable) has(b *sfnt.Buffer, r rune) bool {
	for _, f := range t.fonts {
		if g, err := f.GlyphIndex(b, r); err != nil || g == 0 {
			return false
		}
	}
	return true
}

func (t *fontTable) put(r rune, page int, code uint8) {
	var b sfnt.Buffer
	g := glyph{page: uint8(page), code: code}
	for w, f := range t.fonts {
		i, err := f.GlyphIndex(&b, r)
		if err != nil || i == 0 {
			panic(fmt.Sprintf("outputs: font %s has no %U", fontNames[w], r))
		}
		em := int(f.UnitsPerEm())
		advance, err := f.GlyphAdvance(&b, i, fixed.I(em), font.HintingNone)
		if err != nil {
			panic(err)
		}
		g.width[w] = uint16((advance.Round()*unitsPerEm*2 + em) / (2 * em))
	}
	t.glyphs[r] = g
	t.pages[page][code] = r
}

func hasGlyph(r rune) bool {
	t := fontTables()
	return r >= 0 && int(r) < len(t.glyphs) && t.glyphs[r].page != 0
}

// textWidth is the width of s in thousandths of the font's size.
func textWidth(w weight, s string) int {
	glyphs := fontTables().glyphs
	n := 0
	for _, r := range s {
		if int(r) < len(glyphs) {
			n += int(glyphs[r].width[w])
		}
	}
	return n
}

// embedded is a page of a font as gofpdf takes it.
type embedded struct{ definition, compressed []byte }

// maxFontPages is more than the Go fonts fill.
const maxFontPages = 32

var embeddedFonts [maxFontPages][weights]func() embedded

func init() {
	for page := range embeddedFonts {
		for w := range weights {
			embeddedFonts[page][w] = sync.OnceValue(func() embedded { return cutFont(page, w) })
		}
	}
}

// fontFamily names a page for gofpdf.
func fontFamily(page uint8) string { return fmt.Sprintf("go%02d", page) }

// useFont makes a page of a font known to a document.
func useFont(pdf *gofpdf.Fpdf, page uint8, w weight) {
	e := embeddedFonts[page][w]()
	pdf.AddFontFromBytes(fontFamily(page), fontStyle(w), e.definition, e.compressed)
}

func fontStyle(w weight) string {
	if w == bold {
		return "B"
	}
	return ""
}

// cutFont cuts a page out of a font and describes it to gofpdf: an 8-bit
// TrueType font whose encoding names each character's glyph.
func cutFont(page int, w weight) embedded {
	t := fontTables()
	f := t.fonts[w]
	var b sfnt.Buffer
	var set strings.Builder
	var widths [256]int
	var encoding []string
	for code, r := range t.pages[page] {
		if r == 0 {
			continue
		}
		set.WriteRune(r)
		widths[code] = int(t.glyphs[r].width[w])
		if rune(code) != r {
			i, err := f.GlyphIndex(&b, r)
			if err != nil {
				panic(err)
			}
			name, err := f.GlyphName(&b, i)
			if err != nil {
				panic(err)
			}
			encoding = append(encoding, fmt.Sprintf("%d/%s", code, name))
		}
	}
	cut := cutGlyphs(fontFiles[w], set.String())
	name := fmt.Sprintf("FLEE%c%c+%s", 'A'+page/26, 'A'+page%26, fontNames[w])
	em := fixed.I(unitsPerEm)
	metrics, err := f.Metrics(&b, em, font.HintingNone)
	if err != nil {
		panic(err)
	}
	bounds, err := f.Bounds(&b, em, font.HintingNone)
	if err != nil {
		panic(err)
	}
	stem := 80
	if w == bold {
		stem = 140
	}
	definition, err := json.Marshal(map[string]any{
		"Tp": "TrueType", "Name": name, "Up": -100, "Ut": 50,
		"Desc": map[string]any{
			"Ascent": metrics.Ascent.Round(), "Descent": -metrics.Descent.Round(), "CapHeight": metrics.CapHeight.Round(),
			"Flags": gofpdf.FontFlagNonsymbolic, "StemV": stem,
			"FontBBox": map[string]int{
				"Xmin": bounds.Min.X.Floor(), "Ymin": -bounds.Max.Y.Ceil(),
				"Xmax": bounds.Max.X.Ceil(), "Ymax": -bounds.Min.Y.Floor(),
			},
		},
		"Cw": widths, "Enc": "cp1252", "Diff": strings.Join(encoding, " "),
		"File": name + ".z", "OriginalSize": len(cut),
	})
	if err != nil {
		panic(err)
	}
	return embedded{definition, deflated(cut)}
}
