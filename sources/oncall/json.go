package oncall

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"fleetpay/sources"
)

// value is one JSON value and where it stands in its file.
type value struct {
	raw []byte // valid, without white space around it
	at  int    // offset of its first byte
}

// member is one member of an object.
type member struct {
	key   string
	value value
}

// readJSON returns the values of a file, one after the other: one document, or
// one a line.
func readJSON(text []byte, name string) ([]value, error) {
	if at := invalidUTF8(text); at >= 0 {
		return nil, &sources.FileError{File: name, Line: lineOf(text, at), Message: "is not UTF-8; save the file as UTF-8"}
	}
	var tops []value
	dec := json.NewDecoder(bytes.NewReader(text))
	for {
		var raw json.RawMessage
		err := dec.Decode(&raw)
		switch {
		case errors.Is(err, io.EOF):
			if len(tops) == 0 {
				return nil, &sources.FileError{File: name, Line: 1, Message: "the file is empty; export it again"}
			}
			return tops, nil
		case errors.Is(err, io.ErrUnexpectedEOF):
			return nil, &sources.FileError{File: name, Line: lineOf(text, len(text)), Message: "the JSON ends in the middle; export or fetch the file again", Err: err}
		case err != nil:
			at := len(text)
			var syntax *json.SyntaxError
			if errors.As(err, &syntax) {
				at = max(int(syntax.Offset)-1, 0)
			}
			return nil, &sources.FileError{File: name, Line: lineOf(text, at), Message: fmt.Sprintf("is not JSON (%v); export the file again", err), Err: err}
		}
		end := int(dec.InputOffset())
		tops = append(tops, value{raw: text[end-len(raw) : end], at: end - len(raw)})
	}
}

func invalidUTF8(text []byte) int {
	if utf8.Valid(text) {
		return -1
	}
	for at := 0; at < len(text); {
		r, size := utf8.DecodeRune(text[at:])
		if r == utf8.RuneError && size == 1 {
			return at
		}
		at += size
	}
	return -1
}

// lineOf counts lines from 1 up to an offset.
func lineOf(text []byte, at int) int64 {
	return int64(bytes.Count(text[:min(at, len(text))], []byte("\n"))) + 1
}

// lines counts the lines of offsets that go upwards, each line once.
type lines struct {
	text []byte
	at   int
	line int64
}

func (l *lines) of(at int) int64 {
	if l.line == 0 || at < l.at {
		l.at, l.line = 0, 1
	}
	l.line += int64(bytes.Count(l.text[l.at:at], []byte("\n")))
	l.at = at
	return l.line
}

// kind is the value's first byte: { [ " t f n, or 0 for a number.
func (v value) kind() byte {
	if len(v.raw) == 0 {
		return 'n'
	}
	switch b := v.raw[0]; b {
	case '{', '[', '"', 't', 'f', 'n':
		return b
	}
	return '0'
}

// text is a string's text, and any other value as it is written.
func (v value) text() string {
	if v.kind() != '"' {
		return string(v.raw)
	}
	var s string
	if err := json.Unmarshal(v.raw, &s); err != nil {
		panic("oncall: a JSON string that was valid is not") // readJSON took the file
	}
	return s
}

// members lists an object's members in the order in which they are written; any
// other value has none.
func (v value) members() []member {
	if v.kind() != '{' {
		return nil
	}
	var list []member
	b := v.raw
	for i := skipSpace(b, 1); b[i] != '}'; {
		end := stringEnd(b, i)
		key := value{raw: b[i:end]}.text()
		i = skipSpace(b, skipSpace(b, end)+1) // behind the colon
		end = valueEnd(b, i)
		list = append(list, member{key: key, value: value{raw: b[i:end], at: v.at + i}})
		if i = skipSpace(b, end); b[i] == ',' {
			i = skipSpace(b, i+1)
		}
	}
	return list
}

// get returns a member by its key.
func (v value) get(key string) (value, bool) {
	for _, m := range v.members() {
		if m.key == key {
			return m.value, true
		}
	}
	return value{}, false
}

// elements lists an array's elements; any other value has none.
func (v value) elements() []value {
	if v.kind() != '[' {
		return nil
	}
	var list []value
	b := v.raw
	for i := skipSpace(b, 1); b[i] != ']'; {
		end := valueEnd(b, i)
		list = append(list, value{raw: b[i:end], at: v.at + i})
		if i = skipSpace(b, end); b[i] == ',' {
			i = skipSpace(b, i+1)
		}
	}
	return list
}

func skipSpace(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\t' || b[i] == '\r' || b[i] == '\n') {
		i++
	}
	return i
}

// stringEnd is the offset behind the string that begins at i.
func stringEnd(b []byte, i int) int {
	for i++; b[i] != '"'; i++ {
		if b[i] == '\\' {
			i++
		}
	}
	return i + 1
}

// valueEnd is the offset behind the value that begins at i.
func valueEnd(b []byte, i int) int {
	switch b[i] {
	case '"':
		return stringEnd(b, i)
	case '{', '[':
		for depth := 0; ; {
			switch b[i] {
			case '"':
				i = stringEnd(b, i)
				continue
			case '{', '[':
				depth++
			case '}', ']':
				if depth--; depth == 0 {
					return i + 1
				}
			}
			i++
		}
	}
	for i < len(b) && bytes.IndexByte([]byte(",]} \t\r\n"), b[i]) < 0 {
		i++
	}
	return i
}
