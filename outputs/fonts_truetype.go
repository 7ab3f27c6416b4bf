package outputs

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"unicode"
)

// trueType is a font file with TrueType outlines, checked as a whole: nothing
// that is asked of it later can fail.
type trueType struct {
	tables     map[string][]byte
	glyphs     int // at least one: what stands for a missing character
	perSquare  int // font units per em
	longLoca   bool
	metricsOf  int // glyphs with an advance of their own
	characters charMap

	ascent, descent, capHeight int // font units
	box                        [4]int
}

// The sizes of a font file's head and of an entry of its directory.
const (
	fontHead  = 12
	fontEntry = 16
)

// CheckFont tells whether a font of the workspace can be embedded in statements
// and reports: a single TrueType file with outlines whose licence bits allow it.
// The error names the font and says what to do. It takes any bytes.
func CheckFont(name string, ttf []byte) error {
	if _, err := readTrueType(ttf); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// otherForms are the beginnings of files that are fonts of another form.
var otherForms = []struct{ begin, what string }{
	{"OTTO", "an OpenType font with PostScript outlines (CFF); choose the font's edition with TrueType outlines, usually a .ttf, or convert it"},
	{"ttcf", "a collection of several fonts; choose a .ttf with a single font, or extract the one that is wanted"},
	{"wOFF", "a font packed for web pages (WOFF); unpack it to a .ttf"},
	{"wOF2", "a font packed for web pages (WOFF2); unpack it to a .ttf"},
	{"%!PS", "a PostScript font; choose a .ttf"},
	{"\x80\x01", "a PostScript font; choose a .ttf"},
}

func readTrueType(file []byte) (*trueType, error) {
	for _, o := range otherForms {
		if bytes.HasPrefix(file, []byte(o.begin)) {
			return nil, errors.New("this is " + o.what)
		}
	}
	if !bytes.HasPrefix(file, []byte{0, 1, 0, 0}) && !bytes.HasPrefix(file, []byte("true")) {
		return nil, errors.New("this is no TrueType font; choose a .ttf with TrueType outlines")
	}
	f := &trueType{tables: map[string][]byte{}}
	if err := f.readDirectory(file); err != nil {
		return nil, damaged(err)
	}
	if f.tables["glyf"] == nil {
		if f.tables["CFF "] != nil || f.tables["CFF2"] != nil {
			return nil, errors.New("this is " + otherForms[0].what)
		}
		return nil, errors.New("this font has no outlines (no table glyf); choose a .ttf with TrueType outlines")
	}
	if err := f.mayEmbed(); err != nil {
		return nil, err
	}
	if err := f.readHeads(); err != nil {
		return nil, damaged(err)
	}
	if err := f.checkOutlines(); err != nil {
		return nil, damaged(err)
	}
	characters, err := readCharMap(f.tables["cmap"])
	if err != nil {
		return nil, err
	}
	f.characters = characters
	return f, nil
}

func damaged(err error) error {
	return fmt.Errorf("the font file is damaged: %w; get the file anew", err)
}

func (f *trueType) readDirectory(file []byte) error {
	if len(file) < fontHead {
		return errors.New("it is cut short")
	}
	count := at16(file, 4)
	if len(file) < fontHead+fontEntry*count {
		return errors.New("its directory is cut short")
	}
	for i := range count {
		entry := file[fontHead+fontEntry*i:]
		name, offset, length := string(entry[:4]), at32(entry, 8), at32(entry, 12)
		if offset > len(file) || length > len(file)-offset {
			return fmt.Errorf("table %q reaches beyond its end", name)
		}
		f.tables[name] = file[offset : offset+length : offset+length]
	}
	return nil
}

// mayEmbed looks at the licence bits (OS/2, fsType). A font without them states
// nothing against.
func (f *trueType) mayEmbed() error {
	const restricted, previewOrEdit, noSubsets, bitmapsOnly = 0x0002, 0x000C, 0x0100, 0x0200
	os2 := f.tables["OS/2"]
	if len(os2) < 10 {
		return nil
	}
	bits := at16(os2, 8)
	var what string
	switch {
	case bits&restricted != 0 && bits&previewOrEdit == 0:
		what = "be embedded in documents"
	case bits&noSubsets != 0:
		what = "be embedded in part"
	case bits&bitmapsOnly != 0:
		what = "have its outlines embedded"
	default:
		return nil
	}
	return fmt.Errorf("the font's licence bits (OS/2, fsType %#04x) say that it may not %s; choose a font that may", bits, what)
}

// readHeads reads what is said of the font as a whole.
func (f *trueType) readHeads() error {
	for _, t := range []struct {
		name string
		size int
	}{{"head", 54}, {"hhea", 36}, {"maxp", 6}} {
		if len(f.tables[t.name]) < t.size {
			return fmt.Errorf("table %q is missing or cut short", t.name)
		}
	}
	head, hhea := f.tables["head"], f.tables["hhea"]
	f.glyphs = at16(f.tables["maxp"], 4)
	f.perSquare = at16(head, 18)
	f.metricsOf = at16(hhea, 34)
	if f.perSquare < 16 || f.perSquare > 16384 {
		return fmt.Errorf("it has %d units per em", f.perSquare)
	}
	switch at16(head, 50) {
	case 0:
	case 1:
		f.longLoca = true
	default:
		return errors.New("its table loca has an unknown form")
	}
	entry := 2
	if f.longLoca {
		entry = 4
	}
	if f.glyphs == 0 || len(f.tables["loca"]) < entry*(f.glyphs+1) {
		return errors.New(`table "loca" is missing or cut short`)
	}
	if f.metricsOf == 0 || f.metricsOf > f.glyphs || len(f.tables["hmtx"]) < 4*f.metricsOf+2*(f.glyphs-f.metricsOf) {
		return errors.New(`table "hmtx" is missing or cut short`)
	}
	f.ascent, f.descent = signed16(hhea, 4), signed16(hhea, 6)
	for i := range f.box {
		f.box[i] = signed16(head, 36+2*i)
	}
	const capHeight = 88 // of OS/2 from its version 2 on
	f.capHeight = f.ascent * 7 / 10
	if os2 := f.tables["OS/2"]; len(os2) >= capHeight+2 && at16(os2, 0) >= 2 {
		f.capHeight = signed16(os2, capHeight)
	}
	return nil
}

// metrics are a glyph's advance and its left side bearing.
func (f *trueType) metrics(glyph int) (advance, bearing int) {
	hmtx := f.tables["hmtx"]
	if glyph < f.metricsOf {
		return at16(hmtx, 4*glyph), signed16(hmtx, 4*glyph+2)
	}
	return at16(hmtx, 4*(f.metricsOf-1)), signed16(hmtx, 4*f.metricsOf+2*(glyph-f.metricsOf))
}

// perEm is a length in thousandths of the font's size.
func (f *trueType) perEm(units int) int {
	if units < 0 {
		return -f.perEm(-units)
	}
	return (units*unitsPerEm*2 + f.perSquare) / (2 * f.perSquare)
}

// glyphOf is the glyph of a character; 0 for none.
func (f *trueType) glyphOf(r rune) int {
	if g := f.characters.find(r); g < f.glyphs {
		return g
	}
	return 0
}

// has tells whether the font has a character. A blank in the place of a letter
// is none: there are fonts that map all characters to it.
func (f *trueType) has(r rune) bool {
	g := f.glyphOf(r)
	return g != 0 && (len(f.outline(g)) > 0 || unicode.Is(unicode.Zs, r))
}

// outline is a glyph's description, empty for a blank.
func (f *trueType) outline(glyph int) []byte {
	from, to := f.span(glyph)
	return f.tables["glyf"][from:to]
}

func (f *trueType) span(glyph int) (from, to int) {
	loca := f.tables["loca"]
	if f.longLoca {
		return at32(loca, 4*glyph), at32(loca, 4*glyph+4)
	}
	return 2 * at16(loca, 2*glyph), 2 * at16(loca, 2*glyph+2)
}

func at16(b []byte, offset int) int     { return int(binary.BigEndian.Uint16(b[offset:])) }
func signed16(b []byte, offset int) int { return int(int16(binary.BigEndian.Uint16(b[offset:]))) }
func at32(b []byte, offset int) int     { return int(binary.BigEndian.Uint32(b[offset:])) }
