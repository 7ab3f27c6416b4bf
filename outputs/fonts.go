package outputs

import (
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"unicode"

	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
)

// The program's own fonts are the Go fonts (BSD licence): Latin, Greek, Cyrillic
// and symbols. A workspace may bring more. All are cut into pages of at most some
// hundred characters, each on first use, and kept: a page is embedded as a font
// with an 8-bit encoding, and only where a document uses it. A document then
// costs no parsing or compressing of fonts and carries about 7 kB for each page
// and weight.

// weight is regular or bold.
type weight int

const (
	regular weight = iota
	bold
	weights
)

// unitsPerEm of the widths, as PDF has them.
const unitsPerEm = 1000

// typographic are the characters beside ASCII that documents often have; they
// are on the first page.
const typographic = "×·–—‘’“”…−±≤≥≠≈→¬•§€÷½"

// fontSet is the fonts that a month's documents are set in: the program's own,
// which are taken first, and further ones in their order. It may be used by
// several goroutines at once; nil stands for the program's own fonts alone.
type fontSet struct {
	fonts    []*fontSource
	settable [(unicode.MaxRune + 1) / blockSize]atomic.Pointer[[blockSize]bool] // what sets found, made on first use
}

// ownFonts are the program's own.
var ownFonts = sync.OnceValue(func() *fontSet {
	own := newFontSource(0, "GoRegular", "GoBold")
	for w, file := range [weights][]byte{goregular.TTF, gobold.TTF} {
		f, err := readTrueType(file)
		if err != nil {
			panic(err) // the fonts are part of the program
		}
		own.files[w] = f
	}
	first := &fontPage{source: own, number: 0}
	for r := ' '; r <= '~'; r++ {
		own.list(first, int(r), r)
	}
	code := blockSize
	for _, r := range typographic {
		own.list(first, code, r)
		code++
	}
	return &fontSet{fonts: []*fontSource{own}}
})

// newFontSet makes a set of the program's own fonts and further ones. texts are
// those of the documents, as far as they are known: what they have of further
// fonts gets pages of its own, so that a document with names from all over a
// large script carries few.
func newFontSet(fonts []Font, texts iter.Seq[string]) (*fontSet, error) {
	if len(fonts) == 0 {
		return ownFonts(), nil
	}
	s := &fontSet{fonts: slices.Clone(ownFonts().fonts)}
	for i, f := range fonts {
		file, err := readTrueType(f.TTF)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.Name, err)
		}
		name := postScriptName(f.Name)
		src := newFontSource(i+1, name, name)
		src.single, src.hinted, src.files = true, true, [weights]*trueType{file, file}
		s.fonts = append(s.fonts, src)
	}
	used := make([]map[rune]bool, len(s.fonts))
	for i := range used {
		used[i] = map[rune]bool{}
	}
	for text := range texts {
		if !isPlain(text) {
			s.choose(settable(text), func(r rune, i int) { used[i][r] = true })
		}
	}
	for i, src := range s.fonts[1:] {
		src.listAll(used[i+1])
	}
	return s, nil
}

// choose calls set with each character of a text and the font that it is set in,
// -1 for none: the first that has it. A word of an alphabet, though, is set in
// one font, if there is one that has all of it.
func (s *fontSet) choose(text string, set func(r rune, font int)) {
	if s == nil {
		s = ownFonts()
	}
	for len(text) > 0 {
		word, rest, spaced := strings.Cut(text, " ")
		whole := s.fontOfWord(word)
		for _, r := range word {
			if whole >= 0 {
				set(r, whole)
			} else {
				set(r, s.fontOf(r))
			}
		}
		if spaced { // always the same one, so that words and spaces add up
			set(' ', s.fontOf(' '))
		}
		text = rest
	}
}

// fontOfWord is the further font that a word is set in as a whole, or -1.
func (s *fontSet) fontOfWord(word string) int {
	if len(s.fonts) == 1 || isPlain(word) {
		return -1
	}
	lacking := strings.IndexFunc(word, func(r rune) bool {
		return !s.fonts[0].has(r) && !unicode.In(r, spaceless...) && !unicode.Is(unicode.Hangul, r)
	})
	if lacking < 0 {
		return -1
	}
	for i, f := range s.fonts[1:] {
		if strings.IndexFunc(word, func(r rune) bool { return !f.has(r) }) < 0 {
			return i + 1
		}
	}
	return -1
}

// fontOf is the first font that has a character, or -1.
func (s *fontSet) fontOf(r rune) int {
	return slices.IndexFunc(s.fonts, func(f *fontSource) bool { return f.has(r) })
}

// has tells whether any of the fonts has a character.
func (s *fontSet) has(r rune) bool {
	if s == nil {
		s = ownFonts()
	}
	return s.fontOf(r) >= 0
}

// width is the width of a text in thousandths of the font's size. What the fonts
// lack counts as a full square.
func (s *fontSet) width(w weight, text string) int {
	n := 0
	s.glyphs(text, func(g glyph) {
		if g.page != nil {
			n += int(g.width[w])
		} else {
			n += unitsPerEm
		}
	})
	return n
}

// glyphs calls set with each of a text's characters; one that the fonts lack has
// no page.
func (s *fontSet) glyphs(text string, set func(g glyph)) {
	if own := ownFonts(); s == nil || s == own || isPlain(text) {
		for _, r := range text {
			set(own.fonts[0].glyph(r))
		}
		return
	}
	s.choose(text, func(r rune, font int) {
		if font >= 0 {
			set(s.fonts[font].glyph(r))
		} else {
			set(glyph{})
		}
	})
}

// runs splits a text into stretches that are on one page each, with their codes
// and widths. What the fonts lack is left out: printable has put words in its place.
func (s *fontSet) runs(w weight, text string, set func(page *fontPage, codes []byte, width int)) {
	codes := make([]byte, 0, len(text))
	var page *fontPage
	width := 0
	flush := func() {
		if len(codes) > 0 {
			set(page, codes, width)
		}
		codes, width = codes[:0], 0
	}
	s.glyphs(text, func(g glyph) {
		if g.page == nil {
			return
		}
		if g.page != page {
			flush()
			page = g.page
		}
		codes = append(codes, g.code)
		width += int(g.width[w])
	})
	flush()
}

// textWidth is the width of s in the program's own fonts.
func textWidth(w weight, s string) int { return ownFonts().width(w, s) }
