package outputs

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/image/font/gofont/gomono"
	"golang.org/x/image/font/gofont/goregular"
)

func TestAFontThatCannotBeEmbeddedIsRefusedWithAWayOut(t *testing.T) {
	without := func(name string) []byte {
		return madeFont("节点", func(tables map[string][]byte) { delete(tables, name) })
	}
	with := func(name string, offset int, values ...byte) []byte {
		return madeFont("节点", func(tables map[string][]byte) { copy(tables[name][offset:], values) })
	}
	bits := func(high, low byte) []byte { return with("OS/2", 8, high, low) }
	for _, c := range []struct {
		name string
		file []byte
		err  string
	}{
		{"nothing", nil, "f.ttf: this is no TrueType font; choose a .ttf with TrueType outlines"},
		{"a text", []byte("Lorem ipsum"), "f.ttf: this is no TrueType font; choose a .ttf with TrueType outlines"},
		{"PostScript outlines", []byte("OTTO\x00\x01"), "f.ttf: this is an OpenType font with PostScript outlines (CFF); choose the font's edition with TrueType outlines, usually a .ttf, or convert it"},
		{"a collection", []byte("ttcf\x00\x01"), "f.ttf: this is a collection of several fonts; choose a .ttf with a single font, or extract the one that is wanted"},
		{"for web pages", []byte("wOF2\x00\x01"), "f.ttf: this is a font packed for web pages (WOFF2); unpack it to a .ttf"},
		{"an old PostScript font", []byte("\x80\x01"), "f.ttf: this is a PostScript font; choose a .ttf"},
		{"pictures for outlines", without("glyf"), "f.ttf: this font has no outlines (no table glyf); choose a .ttf with TrueType outlines"},
		{"a licence that forbids it", bits(0, 2), "f.ttf: the font's licence bits (OS/2, fsType 0x0002) say that it may not be embedded in documents; choose a font that may"},
		{"a licence that asks for the whole font", bits(1, 0), "f.ttf: the font's licence bits (OS/2, fsType 0x0100) say that it may not be embedded in part; choose a font that may"},
		{"a licence for pictures only", bits(2, 0), "f.ttf: the font's licence bits (OS/2, fsType 0x0200) say that it may not have its outlines embedded; choose a font that may"},
		{"a licence for print and preview", bits(0, 4), ""},
		{"a licence that was loosened", bits(0, 6), ""},
		{"no licence bits", without("OS/2"), ""},
		{"cut off", madeFont("节点", nil)[:400], `f.ttf: the font file is damaged: table "glyf" reaches beyond its end; get the file anew`},
		{"no head", putTogether(map[string][]byte{"glyf": {0}}), `f.ttf: the font file is damaged: table "head" is missing or cut short; get the file anew`},
		{"no size", with("head", 18, 0, 0), "f.ttf: the font file is damaged: it has 0 units per em; get the file anew"},
		{"no places of glyphs", without("loca"), `f.ttf: the font file is damaged: table "loca" is missing or cut short; get the file anew`},
		{"no widths", without("hmtx"), `f.ttf: the font file is damaged: table "hmtx" is missing or cut short; get the file anew`},
		{"a glyph elsewhere", with("loca", 2, 0xFF, 0xFF), "f.ttf: the font file is damaged: glyph 0: it lies outside of its table; get the file anew"},
		{"more points than there are", with("glyf", 10, 0, 200), "f.ttf: the font file is damaged: glyph 0: it is cut short; get the file anew"},
		{"a glyph of itself", with("glyf", 0, 0xFF, 0xFF, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), "f.ttf: the font file is damaged: glyph 0 is made of glyphs that are made of glyphs, more than 16 deep; get the file anew"},
		{"a glyph of a lacking one", with("glyf", 0, 0xFF, 0xFF, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7), "f.ttf: the font file is damaged: glyph 0: it is made of glyph 7, which the font lacks; get the file anew"},
		{"no characters", with("cmap", 4, 0, 1), "f.ttf: the font does not say which characters its glyphs are (no Unicode map in table cmap); choose another font"},
		{"characters out of order", with("cmap", 12+14, 0xFF, 0xFE), `f.ttf: the font file is damaged: table "cmap" is cut short or out of order; get the file anew`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := ""
			if err := CheckFont("f.ttf", c.file); err != nil {
				got = err.Error()
			}
			if got != c.err {
				t.Errorf("got  %s\nwant %s", got, c.err)
			}
		})
	}
}

// Whatever the bytes: it is refused, or all of it can be cut and is a font again.
func FuzzAnyBytesAreRefusedOrCut(f *testing.F) {
	f.Add(madeFont("节点𠮷é", nil))
	f.Add(madeFont("ĀBC", aComposite))
	f.Add([]byte("OTTO"))
	f.Add(gomono.TTF[:20_000])
	f.Fuzz(func(t *testing.T, file []byte) {
		font, err := readTrueType(file)
		if err != nil {
			return
		}
		var runes []rune
		for r := rune(' '); r < 1<<16 && len(runes) < 300; r++ {
			if font.has(r) {
				runes = append(runes, r)
			}
		}
		for _, hints := range []bool{false, true} {
			cut, err := readTrueType(font.cut(runes, hints))
			if err != nil {
				t.Fatalf("the cut font: %v", err)
			}
			for _, r := range runes {
				if !cut.has(r) {
					t.Fatalf("the cut font lacks %U", r)
				}
			}
		}
	})
}

// Each character keeps its outline, its advance and its instructions; all parts
// of composite glyphs come along.
func TestACutFontDrawsTheSame(t *testing.T) {
	files := map[string][]byte{"Go": goregular.TTF, "made": madeFont("ĀBCD节", aComposite)}
	installed, _ := filepath.Glob("/usr/share/fonts/truetype/*/*.ttf") // the pattern is right
	for _, path := range installed {
		file, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if CheckFont(path, file) == nil {
			files[path] = file
		}
	}
	for name, file := range files {
		font, err := readTrueType(file)
		if err != nil {
			t.Fatal(err)
		}
		var runes []rune
		for r := rune(' '); r < 0x3000; r++ {
			if font.has(r) && (r < 0x500 || r%7 == 0) {
				runes = append(runes, r)
			}
		}
		cut, err := readTrueType(font.cut(runes, true))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, r := range runes {
			if a, b := font.glyphOf(r), cut.glyphOf(r); !sameGlyph(font, cut, a, b) {
				t.Errorf("%s: %U is another glyph", name, r)
			}
		}
	}
}

func sameGlyph(a, b *trueType, x, y int) bool {
	advanceA, bearingA := a.metrics(x)
	advanceB, bearingB := b.metrics(y)
	if advanceA != advanceB || bearingA != bearingB {
		return false
	}
	outlineA, outlineB := a.outline(x), b.outline(y)
	partsA, partsB := partsOf(outlineA), partsOf(outlineB)
	if len(partsA) != len(partsB) || !bytes.HasPrefix(outlineB, outlineA[:min(len(outlineA), outlineHead)]) {
		return false
	}
	for i := range partsA {
		if !sameGlyph(a, b, partsA[i].glyph, partsB[i].glyph) {
			return false
		}
		if p, q := partsA[i], partsB[i]; !bytes.Equal(outlineA[p.at+4:p.end], outlineB[q.at+4:q.end]) || p.flags != q.flags {
			return false
		}
	}
	return len(partsA) > 0 || bytes.HasPrefix(outlineB, outlineA)
}

func partsOf(outline []byte) (list []component) {
	for c := range components(outline) {
		list = append(list, c)
	}
	return list
}

func TestWithoutHintsNoInstructionIsLeft(t *testing.T) {
	font, err := readTrueType(madeFont("ĀBC", aComposite))
	if err != nil {
		t.Fatal(err)
	}
	hinted, plain := font.cut([]rune("ĀB"), true), font.cut([]rune("ĀB"), false)
	if bytes.Count(hinted, []byte{0x4F, 0x4F}) != 4 || !bytes.Contains(hinted, []byte("fpgm")) { // of .notdef, Ā, B, and C as a part of Ā
		t.Errorf("with hints there are %d", bytes.Count(hinted, []byte{0x4F, 0x4F}))
	}
	if bytes.Contains(plain, []byte{0x4F, 0x4F}) || bytes.Contains(plain, []byte("fpgm")) {
		t.Error("there are some")
	}
	if err := CheckFont("cut.ttf", plain); err != nil {
		t.Error(err)
	}
}
