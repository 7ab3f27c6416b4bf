package sources

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Reject is one bad cell, or one record that could not be taken apart. A row
// with several bad cells has several.
type Reject struct {
	File    string // as it was named to Decode
	Line    int64  // as Row.Line
	Column  string // the column's name; empty when the whole record is bad
	Value   string // the value, or the record's beginning: at most 200 characters, all of them printable
	Message string // what is wrong, with the value, and what is allowed; lower case
	Key     string // the row's first column, by which other rows may name it; empty when that is bad or unknown
}

// Error writes the reject as people read it: file:line: column: message.
func (r Reject) Error() string {
	if r.Column == "" {
		return fmt.Sprintf("%s:%d: %s", r.File, r.Line, r.Message)
	}
	return fmt.Sprintf("%s:%d: %s: %s", r.File, r.Line, r.Column, r.Message)
}

// FileError is what spoils a whole file: it can't be read, its header is wrong,
// it ends too early. Rows already emitted from it must be thrown away.
type FileError struct {
	File    string // as it was named to Decode
	Line    int64  // 1-based; 0 when no line is to blame
	Message string // what is wrong and what to do; lower case
	Err     error  // the cause, when there is one
}

// Error writes file:line: message, without the line when there is none.
func (e *FileError) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("%s: %s", e.File, e.Message)
	}
	return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Message)
}

// Unwrap returns the cause.
func (e *FileError) Unwrap() error { return e.Err }

// How much of a value is shown, in characters: in a message, and beside it.
const (
	quotedRunes = 60
	valueRunes  = 200
)

// quote writes a value for a message: quoted as Go does, so that what is
// invisible shows, and shortened.
func quote(value string) string {
	return strconv.Quote(shorten(value, quotedRunes))
}

func shorten(value string, runes int) string {
	if len(value) <= runes {
		return value
	}
	for i := range value {
		if runes == 0 {
			return value[:i] + "…"
		}
		runes--
	}
	return value
}

// printable makes a value fit for a report: shortened, and with everything that
// is not printable text written out as an escape.
func printable(value string) string {
	value = shorten(value, valueRunes)
	clean := strings.IndexFunc(value, func(r rune) bool { return r == utf8.RuneError || !unicode.IsPrint(r) }) < 0
	if clean {
		return value
	}
	var b strings.Builder
	for i, r := range value {
		switch _, size := utf8.DecodeRuneInString(value[i:]); {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, value[i])
		case unicode.IsPrint(r):
			b.WriteRune(r)
		default:
			q := strconv.QuoteRune(r)
			b.WriteString(q[1 : len(q)-1])
		}
	}
	return b.String()
}
