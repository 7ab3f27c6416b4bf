package outputs

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/bidi"
	"golang.org/x/text/unicode/norm"
)

// settable brings a text into the form in which documents set it: blanks and line
// ends of any kind are spaces, a hyphen is a hyphen, marks that only say where a
// line may end are gone, and letters are composed (NFC). Every text goes through
// it before it is measured, broken into lines or set, so that all three agree.
func settable(s string) string {
	if isPlain(s) {
		return s
	}
	if strings.IndexFunc(s, isSetAsOther) >= 0 {
		s = withoutOddBlanks(s)
	}
	return norm.NFC.String(s)
}

func isSetAsOther(r rune) bool { return setAs(r) != r }

// setAs is the character that one is set as, or -1 for none. Of the blanks only
// Ogham's is drawn, as a line, and stays.
func setAs(r rune) rune {
	switch r {
	case '\t', '\n', '\r',
		'\u00a0', '\u2000', '\u2001', '\u2002', '\u2003', '\u2004', '\u2005', '\u2006', '\u2007', '\u2008', '\u2009', '\u200a',
		'\u202f', '\u205f', '\u3000', // spaces of some width
		'\u2028', '\u2029': // ends of lines and paragraphs
		return ' '
	case '\u2011': // a hyphen at which no line ends
		return '-'
	case '\u00ad', '\u200b', '\u2060', '\ufeff': // a hyphen for line ends, a place for one, two against one
		return -1
	}
	return r
}

// withoutOddBlanks maps a text by setAs. Of blanks side by side one is left, or a
// line end with an indent behind it would be a gap in the text.
func withoutOddBlanks(s string) string {
	var b strings.Builder
	blank, odd := false, false // the last one was a blank, and not a plain space
	for i, r := range s {
		to := setAs(r)
		switch {
		case to < 0:
			continue
		case r == unicode.ReplacementChar: // keep a byte that is no UTF-8 as it is
			_, n := utf8.DecodeRuneInString(s[i:])
			b.WriteString(s[i : i+n])
			blank, odd = false, false
			continue
		case to == ' ' && blank && (odd || r != ' '):
			odd = true
			continue
		}
		b.WriteRune(to)
		blank, odd = to == ' ', r != ' '
	}
	return b.String()
}

// unsettable finds the first character of a text, in the form in which it is set,
// that the fonts of a set can't set right, and says why. ok is true when there is
// none. nil is the program's own fonts.
func (s *fontSet) unsettable(text string) (r rune, why string, ok bool) {
	for _, x := range s.unsettables(text) {
		return x.Rune, x.Why, false
	}
	return 0, "", true
}

// UnsettableRune is a character that can't be set, and why.
type UnsettableRune struct {
	Rune rune
	Why  string
}

// unsettables lists the characters of a text that can't be set, each once.
func (s *fontSet) unsettables(text string) []UnsettableRune {
	if isPlain(text) {
		return nil
	}
	if !utf8.ValidString(text) {
		return []UnsettableRune{{utf8.RuneError, "the text is not valid UTF-8"}}
	}
	var found []UnsettableRune
	for _, r := range settable(text) {
		if !s.sets(r) && !slices.ContainsFunc(found, func(x UnsettableRune) bool { return x.Rune == r }) {
			found = append(found, UnsettableRune{r, s.cannotSet(r)})
		}
	}
	return found
}

// sets tells whether a character can be set; what was found is kept.
func (s *fontSet) sets(r rune) bool {
	if ' ' <= r && r <= '~' {
		return true
	}
	if s == nil {
		s = ownFonts()
	}
	if r < 0 || r > unicode.MaxRune {
		return false
	}
	at := &s.settable[r/blockSize]
	block := at.Load()
	if block == nil {
		block = new([blockSize]bool)
		for i := range block {
			block[i] = s.cannotSet(r/blockSize*blockSize+rune(i)) == ""
		}
		at.Store(block) // whoever else made it found the same
	}
	return block[r%blockSize]
}

// printable is a text as it is set: what can't be set right is named in its
// place, so that nobody reads a text with a silent gap. Names are refused before
// they come here.
func (s *fontSet) printable(text string) string {
	if isPlain(text) {
		return text
	}
	text = settable(text)
	if strings.IndexFunc(text, func(r rune) bool { return !s.sets(r) }) < 0 {
		return text
	}
	var b strings.Builder
	for len(text) > 0 {
		if r, _ := utf8.DecodeRuneInString(text); !s.sets(r) {
			stretch, first, count := s.unsettableStretch(text)
			if count == 1 {
				fmt.Fprintf(&b, "[%U]", first)
			} else {
				fmt.Fprintf(&b, "[%d characters that can't be printed]", count)
			}
			text = text[stretch:]
			continue
		}
		_, n := utf8.DecodeRuneInString(text)
		b.WriteString(text[:n])
		text = text[n:]
	}
	return b.String()
}

// unsettableStretch measures the characters that can't be set at the beginning of
// a text: its length in bytes and their number. Spaces between two of them are
// part of it and not counted.
func (s *fontSet) unsettableStretch(text string) (length int, first rune, count int) {
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		i += n
		switch {
		case r == ' ':
		case s.sets(r):
			return length, first, count
		default:
			if count == 0 {
				first = r
			}
			length, count = i, count+1
		}
	}
	return length, first, count
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

func isASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r > '~' }) < 0
}
