package outputs

import (
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Lines end at spaces, and in scripts without spaces between any two signs,
// unless a mark there belongs to its neighbour.

// linePart is a stretch of a text in which no line ends of itself.
type linePart struct {
	text   string
	spaced bool // a space goes before it, unless a line does
}

// partsOfLine splits a text where its lines may end.
func partsOfLine(s string) iter.Seq[linePart] {
	return func(yield func(linePart) bool) {
		spaced := false
		for word := range strings.SplitSeq(s, " ") {
			for word != "" || spaced {
				n := freeBreak(word)
				if !yield(linePart{word[:n], spaced}) {
					return
				}
				word, spaced = word[n:], false
			}
			spaced = true
		}
	}
}

// freeBreak is where a word may first be broken without a mark, or its length.
func freeBreak(word string) int {
	if isASCII(word) {
		return len(word)
	}
	last := rune(0)
	for i, r := range word {
		if i > 0 && breaksBetween(last, r) {
			return i
		}
		last = r
	}
	return len(word)
}

// breaksFreely tells whether a line may end between two parts of a text without
// a mark.
func breaksFreely(before, after string) bool {
	last, _ := utf8.DecodeLastRuneInString(before)
	first, _ := utf8.DecodeRuneInString(after)
	return breaksBetween(last, first)
}

func breaksBetween(last, first rune) bool {
	const longVowel = 'ー' // goes on with the sign before it
	switch {
	case first == longVowel, unicode.In(first, unicode.Po, unicode.Pe, unicode.Pf), unicode.In(last, unicode.Ps, unicode.Pi):
		return false
	case unicode.In(last, spaceless...), unicode.In(first, spaceless...):
		return true
	}
	return wide(last) && unicode.IsPunct(last)
}

// wide tells of the marks that are set as wide as the signs themselves.
func wide(r rune) bool { return 0x3000 <= r && r < 0x3040 || 0xFF00 <= r && r < 0xFF61 }

var spaceless = []*unicode.RangeTable{unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Bopomofo, unicode.Yi}
