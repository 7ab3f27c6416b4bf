package outputs

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// settable brings a text into the form in which statements set it.
func settable(s string) string { return norm.NFC.String(s) }

// Unsettable finds the first character of s, in its composed form (NFC), that
// statements can't set right, and says why. ok is true when there is none.
func Unsettable(s string) (r rune, why string, ok bool) {
	if !utf8.ValidString(s) {
		return utf8.RuneError, "the text is not valid UTF-8", false
	}
	for _, r := range settable(s) {
		if why := cannotSet(r); why != "" {
			return r, why, false
		}
	}
	return 0, "", true
}

// cannotSet says why a character can't be set, or "".
func cannotSet(r rune) string {
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
	case unicode.In(r, rightToLeft...):
		return "its script is written from right to left"
	case unicode.In(r, shaped...):
		return "its script needs letters to be shaped and reordered"
	case unicode.Is(unicode.M, r):
		return "it is a combining mark that has no letter to compose with"
	case unicode.In(r, unicode.Co, unicode.Cs):
		return "it has no agreed meaning"
	case unicode.Is(emoji, r):
		return "it is an emoji or a pictograph"
	case !hasGlyph(r):
		return "the statement's fonts have no such character"
	}
	return ""
}

// rightToLeft and shaped are the scripts for which a row of glyphs from left to
// right is wrong, whatever the fonts have.
var (
	rightToLeft = []*unicode.RangeTable{
		unicode.Arabic, unicode.Hebrew, unicode.Syriac, unicode.Thaana, unicode.Nko, unicode.Samaritan,
		unicode.Mandaic, unicode.Adlam, unicode.Hanifi_Rohingya, unicode.Mende_Kikakui, unicode.Yezidi,
	}
	shaped = []*unicode.RangeTable{
		unicode.Devanagari, unicode.Bengali, unicode.Gurmukhi, unicode.Gujarati, unicode.Oriya, unicode.Tamil,
		unicode.Telugu, unicode.Kannada, unicode.Malayalam, unicode.Sinhala, unicode.Thai, unicode.Lao,
		unicode.Tibetan, unicode.Myanmar, unicode.Khmer, unicode.Mongolian, unicode.Javanese, unicode.Balinese,
		unicode.Sundanese, unicode.Tai_Tham, unicode.New_Tai_Lue, unicode.Meetei_Mayek, unicode.Cham,
	}
	emoji = &unicode.RangeTable{
		R16: []unicode.Range16{{0x231A, 0x231B, 1}, {0x23E9, 0x23F3, 1}, {0x2600, 0x2638, 1}, {0x2690, 0x26FF, 1}, {0x2700, 0x27BF, 1}},
		R32: []unicode.Range32{{0x1F000, 0x1FAFF, 1}},
	}
)

// UnsettableText is a text of a statement that can't be set.
type UnsettableText struct {
	Payee string // operator ID or partner ID; "" for what is on every statement
	Where string // which text: the name, the reason of line 3, …
	Rune  rune
	Why   string
}

func (u UnsettableText) Error() string {
	payee := u.Payee
	if payee == "" {
		payee = "every statement"
	}
	return fmt.Sprintf("%s: %s has the character %q (%U), which a statement can't set right: %s", payee, u.Where, u.Rune, u.Rune, u.Why)
}

// FindUnsettable lists the texts of a month's statements that can't be set, in
// the order of payouts and lines. Render refuses a month that has one.
func FindUnsettable(m *Month) []UnsettableText {
	var found []UnsettableText
	see := func(payee, where, text string) {
		if r, why, ok := Unsettable(text); !ok {
			found = append(found, UnsettableText{payee, where, r, why})
		}
	}
	see("", "the program's name", m.Program)
	see("", "the program's version", m.ProgramVersion)
	for _, st := range statements(m) {
		payee := payeeName(st.payout.PayeeKind, st.payout.PayeeID)
		for _, t := range st.texts() {
			see(payee, t.where, t.text)
		}
	}
	return found
}

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
