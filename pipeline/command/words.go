package command

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// checkWords refuses a text for the record that could not be read back from it as
// it was given, or that would not stay on its line.
func checkWords(flag, text string) error {
	switch {
	case !utf8.ValidString(text):
		return usage("--%s is not UTF-8 text; write it in UTF-8", flag)
	case strings.ContainsFunc(text, unicode.IsControl):
		return usage("--%s holds a line end or another control character; write it on one line", flag)
	}
	return nil
}
