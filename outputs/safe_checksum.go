package outputs

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// maxSafeInteger is the largest whole number that JavaScript holds exactly, up to
// which all smaller ones are, too.
const maxSafeInteger = 1<<53 - 1

// SafeChecksum computes the checksum of a Transaction Builder file, as the
// Transaction Builder does when it loads the file: the Keccak-256 of a
// serialisation of all it says but the name and the checksum in it. Only whole
// numbers are taken, for each language writes others in its own way.
func SafeChecksum(file []byte) (string, error) {
	tree, err := parseTree(file)
	if err != nil {
		return "", err
	}
	return tree.safeChecksum()
}

// safeChecksum is that of the file that t is.
func (t *jsonTree) safeChecksum() (string, error) {
	meta := t.member("meta")
	if meta == nil || meta.kind != objectTree {
		return "", fmt.Errorf("there is no object meta in the file; it is none of the Transaction Builder")
	}
	bare := t.with("meta", meta.without("checksum").with("name", &jsonTree{leaf: "null"}))
	return "0x" + keccak256([]byte(bare.serialised())), nil
}

// jsonTree is a JSON value. Objects keep their keys sorted as JavaScript sorts.
type jsonTree struct {
	kind    treeKind
	keys    []string // of an object
	members []*jsonTree
	leaf    string // of all else, as JavaScript writes it
}

type treeKind int

const (
	leafTree treeKind = iota
	arrayTree
	objectTree
)

// parseTree reads a JSON text. It refuses what two readers could understand in
// two ways: text that is not UTF-8, half a surrogate pair, a name that stands
// twice in an object, a number that is not whole.
func parseTree(data []byte) (*jsonTree, error) {
	if !utf8.Valid(data) {
		return nil, fmt.Errorf("the file is not UTF-8; get it anew")
	}
	if hasLoneSurrogate(data) {
		return nil, fmt.Errorf("the file holds half a character, a \\u escape of one surrogate; get it anew")
	}
	if err := json.Unmarshal(data, new(json.RawMessage)); err != nil { // bounds the depth, too, and ends with the value
		return nil, fmt.Errorf("the file is not JSON: %w; get it anew", err)
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	return readTree(d)
}

func readTree(d *json.Decoder) (*jsonTree, error) {
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch v := token.(type) {
	case json.Delim:
		if v == '[' {
			return readArray(d)
		}
		return readObject(d)
	case json.Number:
		n, err := strconv.ParseInt(v.String(), 10, 64)
		if err != nil || v.String() != strconv.FormatInt(n, 10) || n > maxSafeInteger || n < -maxSafeInteger {
			return nil, fmt.Errorf("%s is not a whole number of at most 2^53-1; write it as a string", shortened(v.String()))
		}
		return &jsonTree{leaf: v.String()}, nil
	case string:
		return &jsonTree{leaf: quoted(v)}, nil
	case bool:
		return &jsonTree{leaf: strconv.FormatBool(v)}, nil
	}
	return &jsonTree{leaf: "null"}, nil
}

func readArray(d *json.Decoder) (*jsonTree, error) {
	t := &jsonTree{kind: arrayTree}
	for d.More() {
		element, err := readTree(d)
		if err != nil {
			return nil, err
		}
		t.members = append(t.members, element)
	}
	_, err := d.Token()
	return t, err
}

func readObject(d *json.Decoder) (*jsonTree, error) {
	members := map[string]*jsonTree{}
	t := &jsonTree{kind: objectTree}
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return nil, err
		}
		key, _ := token.(string)
		if members[key] != nil {
			return nil, fmt.Errorf("%q stands twice in one object; leave one of them out", shortened(key))
		}
		if members[key], err = readTree(d); err != nil {
			return nil, err
		}
		t.keys = append(t.keys, key)
	}
	slices.SortFunc(t.keys, byCodeUnits)
	for _, key := range t.keys {
		t.members = append(t.members, members[key])
	}
	_, err := d.Token()
	return t, err
}

// byCodeUnits compares as JavaScript sorts: by UTF-16 code units.
func byCodeUnits(a, b string) int {
	return slices.Compare(utf16.Encode([]rune(a)), utf16.Encode([]rune(b)))
}

// member returns what an object holds under key, or nil.
func (t *jsonTree) member(key string) *jsonTree {
	if i := slices.Index(t.keys, key); i >= 0 {
		return t.members[i]
	}
	return nil
}

// without returns an object without key.
func (t *jsonTree) without(key string) *jsonTree {
	c := &jsonTree{kind: objectTree}
	for i, k := range t.keys {
		if k != key {
			c.keys, c.members = append(c.keys, k), append(c.members, t.members[i])
		}
	}
	return c
}

// with returns an object that holds value under key.
func (t *jsonTree) with(key string, value *jsonTree) *jsonTree {
	c := t.without(key)
	i, _ := slices.BinarySearchFunc(c.keys, key, byCodeUnits)
	c.keys, c.members = slices.Insert(c.keys, i, key), slices.Insert(c.members, i, value)
	return c
}

// serialised writes a value as the Transaction Builder does before it hashes it:
// an object as its sorted keys and then its values, each followed by a comma.
func (t *jsonTree) serialised() string {
	var b strings.Builder
	t.serialise(&b)
	return b.String()
}

func (t *jsonTree) serialise(b *strings.Builder) {
	switch t.kind {
	case leafTree:
		b.WriteString(t.leaf)
	case arrayTree:
		b.WriteByte('[')
		for i, m := range t.members {
			if i > 0 {
				b.WriteByte(',')
			}
			m.serialise(b)
		}
		b.WriteByte(']')
	case objectTree:
		b.WriteString("{[")
		for i, k := range t.keys {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(quoted(k))
		}
		b.WriteByte(']')
		for _, m := range t.members {
			m.serialise(b)
			b.WriteByte(',')
		}
		b.WriteByte('}')
	}
}

// quoted writes a string as JavaScript's JSON.stringify does, which escapes
// nothing but quotes, backslashes and control characters below the space.
func quoted(s string) string {
	short := map[rune]string{'"': `\"`, '\\': `\\`, '\b': `\b`, '\f': `\f`, '\n': `\n`, '\r': `\r`, '\t': `\t`}
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch escape, ok := short[r]; {
		case ok:
			b.WriteString(escape)
		case r < ' ':
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// hasLoneSurrogate finds a \u escape of half a surrogate pair, which Go would
// read as another character. Backslashes stand only in strings.
func hasLoneSurrogate(data []byte) bool {
	const first, second, end = 0xd800, 0xdc00, 0xe000 // where the halves begin, and end
	open := false                                     // a first half waits for its second
	for i := 0; i < len(data); i++ {
		if data[i] != '\\' {
			if open {
				return true
			}
			continue
		}
		r, ok := unicodeEscape(data[i:])
		if open != (ok && r >= second && r < end) {
			return true
		}
		open = ok && r >= first && r < second
		if ok {
			i += escapeLength - 1
		} else {
			i++ // the character after the backslash
		}
	}
	return open
}

// escapeLength is that of \u and four digits.
const escapeLength = 6

func unicodeEscape(data []byte) (rune, bool) {
	if len(data) < escapeLength || data[1] != 'u' {
		return 0, false
	}
	n, err := strconv.ParseUint(string(data[2:escapeLength]), 16, 16)
	return rune(n), err == nil
}
