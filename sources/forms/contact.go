package forms

import (
	"net/netip"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

var (
	dateForm   = regexp.MustCompile(`\d{4}-\d{2}-\d{2}`)
	numberForm = regexp.MustCompile(`([+＋]|\b00)?[ \t]*\(?\p{Nd}[\p{Nd}\p{Zs}\p{Pd}\s().·•/−]*\p{Nd}`)
)

// How many digits make a telephone number: fewer are a price or a size, more are
// none that can be called.
const (
	fewestDigits        = 9
	fewestDigitsWithTag = 7 // behind a +, which says that it is one
	mostDigits          = 15
)

// HoldsContact tells whether a text looks as if somebody could be reached by it: it
// holds an @ (mail addresses, handles), or digits in the manner of a telephone
// number. Dates, addresses of wallets and of machines are none. It errs on the side
// of finding some: what it finds is asked for again, and what it misses is kept.
func HoldsContact(text string) bool {
	if strings.ContainsAny(text, "@＠") {
		return true
	}
	text = dateForm.ReplaceAllString(text, "date")
	for _, at := range numberForm.FindAllStringIndex(text, -1) {
		number := strings.TrimLeftFunc(text[at[0]:at[1]], unicode.IsSpace)
		if standsAlone(text, at[1]-len(number), at[1]) && looksLikePhone(number) {
			return true
		}
	}
	return false
}

// standsAlone tells whether a number is no part of a word, such as the address of a
// wallet.
func standsAlone(text string, begins, ends int) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:begins])
	after, _ := utf8.DecodeRuneInString(text[ends:])
	part := func(r rune) bool {
		return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_')
	}
	return !part(before) && !part(after)
}

func looksLikePhone(number string) bool {
	if _, err := netip.ParseAddr(strings.TrimSpace(number)); err == nil {
		return false
	}
	digits, apart := 0, false
	for _, r := range strings.TrimSpace(number) {
		if unicode.IsDigit(r) {
			digits++
		} else {
			apart = true
		}
	}
	fewest := fewestDigits
	if strings.HasPrefix(strings.TrimSpace(number), "+") || strings.HasPrefix(strings.TrimSpace(number), "＋") {
		fewest = fewestDigitsWithTag
	}
	return digits >= fewest && (digits <= mostDigits || apart) // several numbers, one after the other
}

// unseen returns the first character of a text that a reader can't see, or that
// turns the order of others; 0 when there is none.
func unseen(text string) rune {
	for _, r := range text {
		switch {
		case r == '\n' || r == '\t':
		case r == utf8.RuneError, unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp):
			return r
		}
	}
	return 0
}
