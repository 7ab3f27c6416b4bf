package strict

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Kind is the kind of a node.
type Kind string

// The kinds of nodes.
const (
	Null     Kind = "no value"
	Scalar   Kind = "a single value"
	Sequence Kind = "a list"
	Mapping  Kind = "keys with values"
)

// Node is a value of a file with its place.
type Node struct {
	Kind         Kind
	Text         string  // of a scalar, as written
	Quoted       bool    // the scalar stands in quotes or is a block of text
	Entries      []Entry // of a mapping, in the file's order, each key once
	Items        []*Node // of a sequence
	Line, Column int

	path    string
	refused bool // the value was refused while the file was read
	doc     *Document
}

// Entry is a key of a mapping with its value.
type Entry struct {
	Key   *Node // a scalar
	Value *Node
}

// Problem records that something is wrong with the node: what it is, and what to
// do.
func (n *Node) Problem(format string, args ...any) {
	n.doc.report(n.Line, n.Column, n.path, fmt.Sprintf(format, args...))
}

// Decode reads the node into a pointer, as Decode does for a file.
func (n *Node) Decode(into any) { n.decodePointer(into) }

// Get returns the value of a key of a mapping, or nil.
func (n *Node) Get(key string) *Node {
	for _, e := range n.Entries {
		if e.Key.Text == key {
			return e.Value
		}
	}
	return nil
}

// thousandsForm is what a thousands separator leaves of a number between
// brackets: {rate: 1,200.00} is the keys rate and 200.00.
var thousandsForm = regexp.MustCompile(`^[0-9]{3}(\.[0-9]*)?( ?[A-Za-z%]+)?$`)

// cutOff reports a key without a value that is the end of a number.
func (e Entry) cutOff() bool {
	if e.Value.Kind != Null || !thousandsForm.MatchString(e.Key.Text) {
		return false
	}
	e.Key.Problem("%q looks like the end of a number; write it without thousands separators, as 1200.00", e.Key.Text)
	return true
}

// maxShown is how many characters of a value a message shows.
const maxShown = 60

// describe words what stands there, for messages.
func (n *Node) describe() string {
	switch {
	case n.Kind != Scalar:
		return string(n.Kind)
	case utf8.RuneCountInString(n.Text) > maxShown:
		return strconv.Quote(string([]rune(n.Text)[:maxShown])) + " …"
	}
	return strconv.Quote(n.Text)
}

// Document is a file that was read, with the places of its values, so that what
// is found wrong later can be said at its place.
type Document struct {
	File string
	Root *Node

	lines    []string
	problems []Problem
	decoded  int      // how many of the problems were found while decoding
	hidden   [][2]int // lines, from and to, that no excerpt shows
}

// Find returns the node at a path of keys (strings) and positions in lists
// (ints, from 0), or nil.
func (d *Document) Find(path ...any) *Node {
	n := d.Root
	for _, step := range path {
		if n = n.step(step); n == nil {
			return nil
		}
	}
	return n
}

// step goes one step down; nil where there is nothing.
func (n *Node) step(step any) *Node {
	if n == nil {
		return nil
	}
	switch s := step.(type) {
	case string:
		return n.Get(s)
	case int:
		if s < len(n.Items) {
			return n.Items[s]
		}
	}
	return nil
}

// Has tells whether the file gives a value at a path.
func (d *Document) Has(path ...any) bool { return d.Find(path...) != nil }

// Report records that something is wrong at a path, or at the nearest place
// above it that the file has.
func (d *Document) Report(message string, path ...any) {
	n := d.Root
	for _, step := range path {
		next := n.step(step)
		if next == nil {
			break
		}
		n = next
	}
	n.Problem("%s", message)
}

// Clean tells whether nothing was found wrong at a path and below it, so that
// what depends on it can be checked.
func (d *Document) Clean(path ...any) bool { return d.without(d.problems, path) }

// Decoded tells whether a path and what is below it could be decoded, whatever
// was found wrong with it later. What the file does not have is decoded.
func (d *Document) Decoded(path ...any) bool { return d.without(d.problems[:d.decoded], path) }

// without tells whether none of some problems is at a path or below it.
func (d *Document) without(problems []Problem, path []any) bool {
	n := d.Find(path...)
	if n == nil {
		return true
	}
	return n.without(problems)
}

// without tells whether none of some problems is at the node or below it.
func (n *Node) without(problems []Problem) bool {
	for _, p := range problems {
		if rest, ok := strings.CutPrefix(p.Key, n.path); ok && (rest == "" || n.path == "" || rest[0] == '.' || rest[0] == '[') {
			return false
		}
	}
	return true
}

// Clean tells whether nothing was found wrong so far at the node and below it:
// what a type decoded there can be looked at further.
func (n *Node) Clean() bool { return n.without(n.doc.problems) }

// Err returns all that was found wrong as an *Error, or nil.
func (d *Document) Err() error {
	if len(d.problems) == 0 {
		return nil
	}
	byPlace(d.problems)
	shown := slices.Clone(d.problems)
	for i := range shown {
		shown[i].Excerpt = d.excerptOf(shown[i]) // now, when all that is hidden is known
	}
	return &Error{shown}
}

// ProblemAt words a problem at a path without recording it, for errors that are
// about several files.
func (d *Document) ProblemAt(message string, path ...any) Problem {
	other := &Document{File: d.File, Root: d.Root, lines: d.lines, hidden: d.hidden}
	n := d.Find(path...)
	if n == nil {
		n = d.Root
	}
	other.report(n.Line, n.Column, n.path, message)
	p := other.problems[0]
	p.Excerpt = other.excerptOf(p)
	return p
}

func (d *Document) report(line, column int, key, message string) {
	d.problems = append(d.problems, Problem{File: d.File, Line: line, Column: column, Key: key, Message: message})
}

// setPaths names every node by its keys. An item of a list is named by its id
// where it has one, and by its number from 1 otherwise.
func (n *Node) setPaths(path string) {
	n.path = path
	for _, e := range n.Entries {
		key := e.Key.Text
		if path != "" {
			key = path + "." + key
		}
		e.Key.path = key
		e.Value.setPaths(key)
	}
	seen := map[string]bool{}
	for i, item := range n.Items {
		name := strconv.Itoa(i + 1)
		if id := item.Get("id"); id != nil && id.Kind == Scalar && id.Text != "" && !seen[id.Text] {
			name = id.Text
		}
		seen[name] = true
		item.setPaths(path + "[" + name + "]")
	}
}
