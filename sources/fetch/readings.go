package fetch

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// reading is a text with escapes undone, and where in the text as it was given
// each byte comes from.
type reading struct {
	text  string
	spans []span // of each byte
}

// span is a part of the text as it was given.
type span struct{ from, to int }

// How far readings go: escapes within escapes, and readings of one text.
const (
	mostLayers   = 4
	mostReadings = 100
)

// escapes are the ways to write a character as others: what one begins with, and
// what reads the one at the beginning of a text; that takes 0 bytes when there is
// none.
var escapes = []struct {
	begins string
	read   func(string) (plain string, took int)
}{{"%", percent}, {"+", percentOrPlus}, {`\`, backslash}, {"&", entity}}

// readingsOf returns a text as it is, and with the escapes of URLs, JSON and HTML
// undone, in whatever order they lie over one another.
func readingsOf(text string) []reading {
	plain := reading{text: text, spans: make([]span, len(text))}
	for i := range plain.spans {
		plain.spans[i] = span{i, i + 1}
	}
	all, seen := []reading{plain}, map[string]bool{text: true}
	for layer, begins := 0, 0; layer < mostLayers; layer++ {
		ends := len(all)
		for _, r := range all[begins:ends] {
			for _, escape := range escapes {
				if !strings.ContainsAny(r.text, escape.begins) {
					continue
				}
				undone := r.undo(escape.read)
				if !seen[undone.text] && len(all) < mostReadings {
					seen[undone.text] = true
					all = append(all, undone)
				}
			}
		}
		begins = ends
	}
	return all
}

// undo replaces every escape by what it stands for.
func (r reading) undo(escape func(string) (plain string, took int)) reading {
	var b strings.Builder
	spans := make([]span, 0, len(r.spans))
	for i := 0; i < len(r.text); {
		plain, took := escape(r.text[i:])
		if took == 0 {
			plain, took = r.text[i:i+1], 1
		}
		b.WriteString(plain)
		for range len(plain) {
			spans = append(spans, span{r.spans[i].from, r.spans[i+took-1].to})
		}
		i += took
	}
	return reading{b.String(), spans}
}

// percent reads an escape of URLs: %2F.
func percent(text string) (string, int) {
	if text[0] != '%' || len(text) < 3 {
		return "", 0
	}
	value, err := strconv.ParseUint(text[1:3], 16, 8)
	if err != nil {
		return "", 0
	}
	return string([]byte{byte(value)}), 3
}

// percentOrPlus reads an escape of queries.
func percentOrPlus(text string) (string, int) {
	if text[0] == '+' {
		return " ", 1
	}
	return percent(text)
}

// backslash reads an escape of JSON, or of Go: \", \/, \u0026, \x26.
func backslash(text string) (string, int) {
	if text[0] != '\\' || len(text) < 2 {
		return "", 0
	}
	switch text[1] {
	case 'u':
		first, ok := hexDigits(text, 2, 4)
		if !ok {
			return "", 0
		}
		if utf16.IsSurrogate(first) && strings.HasPrefix(text[6:], `\u`) {
			if second, ok := hexDigits(text, 8, 4); ok {
				if both := utf16.DecodeRune(first, second); both != utf8.RuneError {
					return string(both), 12
				}
			}
		}
		return string(first), 6
	case 'x':
		if value, ok := hexDigits(text, 2, 2); ok {
			return string([]byte{byte(value)}), 4
		}
		return "", 0
	case 't':
		return "\t", 2
	case '\\', '"', '\'', '/':
		return text[1:2], 2
	}
	return "", 0
}

func hexDigits(text string, at, digits int) (rune, bool) {
	if len(text) < at+digits {
		return 0, false
	}
	value, err := strconv.ParseUint(text[at:at+digits], 16, 32)
	return rune(value), err == nil
}

// entity reads an escape of HTML: &amp;, &#38;, &#x26;.
func entity(text string) (string, int) {
	const longest = 12
	if text[0] != '&' {
		return "", 0
	}
	name, _, closed := strings.Cut(text[1:min(len(text), longest)], ";")
	if !closed {
		return "", 0
	}
	took := len(name) + 2
	if plain, ok := entities[name]; ok {
		return plain, took
	}
	digits, numbered := strings.CutPrefix(strings.ToLower(name), "#")
	if !numbered {
		return "", 0
	}
	base := 10
	if inHex, ok := strings.CutPrefix(digits, "x"); ok {
		base, digits = 16, inHex
	}
	value, err := strconv.ParseUint(digits, base, 21)
	if err != nil {
		return "", 0
	}
	return string(rune(value)), took
}

var entities = map[string]string{"amp": "&", "lt": "<", "gt": ">", "quot": `"`, "apos": "'"}
