package outputs

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/bidi"
	"golang.org/x/text/unicode/norm"
)

// settable brings a text into the form in which documents set it.
func settable(s string) string { return norm.NFC.String(s) }

// Unsettable finds the first character of s, in its composed form (NFC), that
// documents in the program's own fonts can't set right, and says why. ok is true
// when there is none.
func Unsettable(s string) (r rune, why string, ok bool) { return ownFonts().unsettable(s) }

// unsettable is Unsettable for the fonts of a set; nil is the program's own.
func (s *fontSet) unsettable(text string) (r rune, why string, ok bool) {
	if isPlain(text) {
		return 0, "", true
	}
	if !utf8.ValidString(text) {
		return utf8.RuneError, "the text is not valid UTF-8", false
	}
	for _, r := range settable(text) {
		if why := s.cannotSet(r); why != "" {
			return r, why, false
		}
	}
	return 0, "", true
}

// isPlain tells whether a text is ASCII without control characters, as nearly
// all are.
func isPlain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// whyNoGlyph is the reason that a further font takes away.
const whyNoGlyph = "the statement's fonts have no such character"

// cannotSet says why a character can't be set, or "".
func (s *fontSet) cannotSet(r rune) string {
	if ' ' <= r && r <= '~' {
		return ""
	}
	switch {
	case r == unicode.ReplacementChar:
		return "it stands for a character that was lost"
	case unicode.IsControl(r), unicode.In(r, unicode.Zl, unicode.Zp):
		return "it is a control character"
	case unicode.Is(unicode.Cf, r):
		return "it is an invisible formatting character"
	case rightToLeft(r):
		return "its script is written from right to left"
	case unicode.Is(unicode.Variation_Selector, r):
		return "it asks for a variant of the character before it"
	case unicode.In(r, shaped...):
		return "its script needs letters to be shaped and reordered"
	case unicode.Is(unicode.M, r):
		return "it is a combining mark that has no letter to compose with"
	case unicode.In(r, unicode.Co, unicode.Cs):
		return "it has no agreed meaning"
	case unicode.Is(emoji, r):
		return "it is an emoji or a pictograph"
	case !unicode.In(r, inRows...):
		return "its script is none that is set as a row of characters from left to right"
	case !s.has(r):
		return whyNoGlyph
	}
	return ""
}

// rightToLeft tells it of a character's script, whatever the fonts have.
func rightToLeft(r rune) bool {
	p, _ := bidi.LookupRune(r)
	class := p.Class()
	return class == bidi.R || class == bidi.AL || class == bidi.AN
}

var (
	// shaped are the scripts for which a row of glyphs is wrong, whatever the
	// fonts have.
	shaped = []*unicode.RangeTable{
		unicode.Devanagari, unicode.Bengali, unicode.Gurmukhi, unicode.Gujarati, unicode.Oriya, unicode.Tamil,
		unicode.Telugu, unicode.Kannada, unicode.Malayalam, unicode.Sinhala, unicode.Thai, unicode.Lao,
		unicode.Tibetan, unicode.Myanmar, unicode.Khmer, unicode.Mongolian, unicode.Javanese, unicode.Balinese,
		unicode.Sundanese, unicode.Tai_Tham, unicode.New_Tai_Lue, unicode.Meetei_Mayek, unicode.Cham, jamo,
	}
	// jamo are the parts of Korean syllables; those that compose are composed.
	jamo = &unicode.RangeTable{R16: []unicode.Range16{{0x1100, 0x11FF, 1}, {0xA960, 0xA97F, 1}, {0xD7B0, 0xD7FF, 1}}}
	// inRows are the scripts that a row of glyphs from left to right sets right.
	inRows = []*unicode.RangeTable{
		unicode.Common, unicode.Latin, unicode.Greek, unicode.Cyrillic, unicode.Armenian, unicode.Georgian,
		unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Bopomofo, unicode.Hangul, unicode.Yi,
		unicode.Ethiopic, unicode.Cherokee, unicode.Canadian_Aboriginal, unicode.Tifinagh, unicode.Vai,
		unicode.Lisu, unicode.Bamum, unicode.Osage, unicode.Nushu, unicode.Tangut, unicode.Coptic,
		unicode.Glagolitic, unicode.Gothic, unicode.Ogham, unicode.Runic, unicode.Deseret, unicode.Braille,
	}
	emoji = &unicode.RangeTable{
		R16: []unicode.Range16{{0x231A, 0x231B, 1}, {0x23E9, 0x23F3, 1}, {0x2600, 0x2638, 1}, {0x2690, 0x26FF, 1}, {0x2700, 0x27BF, 1}},
		R32: []unicode.Range32{{0x1F000, 0x1FAFF, 1}},
	}
)

// Every text that is set comes through here; what can't be set was found
// before, so an unknown character is a mistake of this package.
func glyphsOf(s string) string {
	if isASCII(s) {
		return s
	}
	return settable(s)
}

func isASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r > '~' }) < 0
}
