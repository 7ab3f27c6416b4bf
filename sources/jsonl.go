package sources

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// jsonl decodes JSON Lines: an object per line, whose keys are column names. A
// line of white space alone is no row.
func (d *decoder) jsonl(in *input) error {
	first := true
	for {
		line, err := in.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		line = bytes.Trim(line, " \t\r\n")
		if len(line) == 0 {
			continue
		}
		if first && line[0] == '[' {
			return wholeArray(in)
		}
		first = false
		if problem := checkObject(line); problem != "" {
			d.malformed(in.line, string(line), problem)
			continue
		}
		d.begin(in.line)
		walkObject(line, d.member)
		if err := d.finish(); err != nil {
			return err
		}
	}
}

// wholeArray refuses what most tools write when asked for JSON.
func wholeArray(in *input) error {
	return &FileError{File: in.name, Line: in.line,
		Message: "the file is a JSON array; write one object per line, with no brackets and commas around them"}
}

// jsonKind tells JSON's values apart.
type jsonKind uint8

const (
	jsonString jsonKind = iota
	jsonNumber
	jsonBool
	jsonNull
	jsonNested
	jsonBroken // a string with half a surrogate pair, which stands for no character
)

// member takes one member of an object.
func (d *decoder) member(key string, kind jsonKind, text string) {
	column := d.ds.Index(key)
	if column < 0 {
		d.report(printable(key), text, fmt.Sprintf("unknown column; the columns of %s are %s (* = required)",
			d.ds.Name, d.ds.columnList()))
		return
	}
	if d.cells[column].state != absent {
		d.fail(column, text, "stands twice in this object; write it once")
		return
	}
	switch kind {
	case jsonString, jsonNumber:
		d.put(column, text)
	case jsonBool:
		if t := d.ds.Columns[column].Type; t != Flag {
			d.fail(column, text, fmt.Sprintf("%s is a JSON boolean; write %s as a string", text, article(t)))
			return
		}
		d.put(column, text)
	case jsonNested:
		d.fail(column, text, fmt.Sprintf("%s is nested; write a plain string, number or boolean", quote(text)))
	case jsonBroken:
		d.fail(column, text, fmt.Sprintf("%s holds half a surrogate pair; write whole characters", quote(text)))
	}
	if d.cells[column].state == absent {
		d.cells[column] = cell{state: empty} // seen, so that a second one is found
	}
}

func article(t Type) string {
	switch t {
	case ID, IDList, Instant, Amount:
		return "an " + t.String()
	}
	return "a " + t.String()
}

// checkObject tells what keeps a line from being one JSON object, or "".
func checkObject(line []byte) string {
	if !utf8.Valid(line) {
		at := 0
		for at < len(line) {
			r, size := utf8.DecodeRune(line[at:])
			if r == utf8.RuneError && size == 1 {
				break
			}
			at += size
		}
		return fmt.Sprintf("is not UTF-8 at byte %d; save the file as UTF-8", at+1)
	}
	if json.Valid(line) {
		if line[0] != '{' {
			return "is not a JSON object; write one object per line"
		}
		return ""
	}
	if line[0] != '{' {
		return "is not a JSON object; write one object per line"
	}
	var syntax *json.SyntaxError
	err := json.Unmarshal(line, new(json.RawMessage))
	switch {
	case !errors.As(err, &syntax) || syntax.Offset < 1 || int(syntax.Offset) > len(line):
		return "is not JSON; write one object per line"
	case err.Error() == "unexpected end of JSON input":
		return "the JSON object does not end on its line; write one object per line"
	}
	r, _ := utf8.DecodeRune(line[syntax.Offset-1:])
	return fmt.Sprintf("is not JSON at byte %d, where %q can't stand; write one object per line", syntax.Offset, r)
}

// walkObject calls member for each member of a valid JSON object, in the order
// in which they are written. encoding/json would keep the last of two equal keys
// without a word.
func walkObject(line []byte, member func(key string, kind jsonKind, text string)) {
	rest := skipSpace(line[1:])
	for rest[0] != '}' {
		raw := rest[:stringEnd(rest)]
		key, _ := unquote(raw)
		rest = skipSpace(rest[len(raw):])
		rest = skipSpace(rest[1:]) // the colon
		end := valueEnd(rest)
		kind, text := readValue(rest[:end])
		member(key, kind, text)
		rest = skipSpace(rest[end:])
		if rest[0] == ',' {
			rest = skipSpace(rest[1:])
		}
	}
}

func readValue(raw []byte) (jsonKind, string) {
	switch raw[0] {
	case '"':
		return unquoteKind(raw)
	case 't', 'f':
		return jsonBool, string(raw)
	case 'n':
		return jsonNull, ""
	case '{', '[':
		return jsonNested, string(raw)
	}
	return jsonNumber, string(raw)
}

func unquoteKind(raw []byte) (jsonKind, string) {
	if text, ok := unquote(raw); ok {
		return jsonString, text
	}
	return jsonBroken, string(raw)
}

// unquote reads a valid JSON string. It is not ok when an escape stands for no
// character, where encoding/json puts U+FFFD in silence.
func unquote(raw []byte) (string, bool) {
	inner := raw[1 : len(raw)-1]
	if bytes.IndexByte(inner, '\\') < 0 {
		return string(inner), true
	}
	var text string
	if err := json.Unmarshal(raw, &text); err != nil {
		return string(inner), false
	}
	return text, !halfSurrogate(inner)
}

// halfSurrogate looks for a \uD800 to \uDFFF that is no pair with its neighbour.
func halfSurrogate(inner []byte) bool {
	high := false // the escape before was the first half of a pair
	for i := 0; i < len(inner); {
		if inner[i] != '\\' {
			if high {
				return true
			}
			i++
			continue
		}
		if inner[i+1] != 'u' {
			if high {
				return true
			}
			i += 2
			continue
		}
		unit := bytes.ToLower(inner[i+2 : i+6])
		isHigh := unit[0] == 'd' && (unit[1] == '8' || unit[1] == '9' || unit[1] == 'a' || unit[1] == 'b')
		isLow := unit[0] == 'd' && unit[1] >= 'c'
		if high != isLow {
			return true
		}
		high = isHigh
		i += 6
	}
	return high
}

// stringEnd is the length of the JSON string that valid JSON begins with.
func stringEnd(b []byte) int {
	for i := 1; ; i++ {
		switch b[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
}

// valueEnd is the length of the JSON value that valid JSON begins with.
func valueEnd(b []byte) int {
	switch b[0] {
	case '"':
		return stringEnd(b)
	case '{', '[':
		depth := 0
		for i := 0; ; i++ {
			switch b[i] {
			case '"':
				i += stringEnd(b[i:]) - 1
			case '{', '[':
				depth++
			case '}', ']':
				if depth--; depth == 0 {
					return i + 1
				}
			}
		}
	}
	return bytes.IndexAny(b, ",} \t\r\n")
}

func skipSpace(b []byte) []byte { return bytes.TrimLeft(b, " \t\r\n") }
