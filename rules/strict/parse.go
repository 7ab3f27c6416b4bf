// Package strict reads configuration written in YAML, and reads it strictly:
// what a file says must be exactly what the program's types know. Every problem
// of a file is reported at once, each with its line, its column and an excerpt.
// Of YAML it takes mappings, lists and scalars; anchors, aliases, merge keys,
// tags and several documents in a file are refused, so that what people read is
// what the program reads. A number is taken from its text and never passes
// through a float.
package strict

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// Limits that no file written by people meets; they keep the parser's work and
// stack small.
const (
	maxBytes  = 128 << 10 // the parser takes time by the square of it
	maxLine   = 4096      // bytes
	maxNested = 64        // brackets of flow style, or dashes in a row
	maxDepth  = 100       // nodes below one another
)

// Parse reads a file into a document. The error is an *Error with everything
// that is wrong with it as YAML; the document is nil then.
func Parse(file string, data []byte) (*Document, error) {
	doc := parse(file, data)
	if err := doc.Err(); err != nil {
		return nil, err
	}
	return doc, nil
}

// parse always gives a document; its Root is nil when the file is no YAML.
func parse(file string, data []byte) *Document {
	text := strings.TrimPrefix(string(data), "\uFEFF")
	text = strings.ReplaceAll(text, "\r\n", "\n")
	doc := &Document{File: file, lines: strings.Split(text, "\n")}
	if len(data) > maxBytes {
		doc.report(1, 1, "", fmt.Sprintf("the file has %d bytes; at most %d are read", len(data), maxBytes))
		return doc
	}
	if bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff")) {
		doc.lines = nil // an excerpt would be full of holes
		doc.report(1, 1, "", "the file is UTF-16; save it as UTF-8")
		return doc
	}
	doc.checkText()
	if len(doc.problems) > 0 {
		return doc
	}
	parsed, problem := parseYAML(text)
	if problem != nil {
		doc.report(problem.line, problem.column, "", "this is not YAML: "+problem.message+"; check indentation, colons, quotes and brackets around here")
		return doc
	}
	doc.convert(parsed)
	return doc
}

// checkText refuses what no file by people holds: bytes that are not text, tabs,
// and lines that are no lines.
func (d *Document) checkText() {
	for i, line := range d.lines {
		if len(line) > maxLine {
			d.report(i+1, 1, "", fmt.Sprintf("the line has %d bytes; at most %d are read", len(line), maxLine))
			continue
		}
		if !utf8.ValidString(line) {
			at := 0
			for at < len(line) {
				r, size := utf8.DecodeRuneInString(line[at:])
				if r == utf8.RuneError && size == 1 {
					break
				}
				at += size
			}
			d.report(i+1, utf8.RuneCountInString(line[:at])+1, "", "a byte that is not UTF-8; save the file as UTF-8")
			continue
		}
		column, nested := 0, 0
		for _, r := range line {
			column++
			if r == '[' || r == '{' {
				nested++
			}
			switch {
			case r == '\t':
				d.report(i+1, column, "", "a tab; use spaces")
			case r < ' ' || r == 0x7f || r == 0x85 || r == '\u2028' || r == '\u2029' || r == '\uFEFF':
				d.report(i+1, column, "", fmt.Sprintf("the character U+%04X, which is not text; remove it", r))
			default:
				continue
			}
			break
		}
		if nested > maxNested || strings.Count(line, "- ") > maxNested || strings.Count(line, "? ") > maxNested || strings.Count(line, ": ") > 4*maxNested {
			d.report(i+1, 1, "", "too much on one line; write it on several")
		}
	}
	if len(d.problems) > 0 {
		return
	}
	depth := 0
	for i, line := range d.lines {
		depth += strings.Count(line, "[") + strings.Count(line, "{") - strings.Count(line, "]") - strings.Count(line, "}")
		if depth > 4*maxNested {
			d.report(i+1, 1, "", "too many brackets are open here; close them")
			return
		}
		depth = max(depth, 0)
	}
}

type syntaxProblem struct {
	line, column int
	message      string
}

// parseYAML calls the parser. A panic of the parser is a file that it can't
// read.
func parseYAML(text string) (file *ast.File, problem *syntaxProblem) {
	defer func() {
		if recover() != nil {
			file, problem = nil, &syntaxProblem{1, 1, "the parser gave up on it"}
		}
	}()
	file, err := parser.ParseBytes([]byte(text), 0, parser.AllowDuplicateMapKey())
	if err == nil {
		return file, nil
	}
	problem = &syntaxProblem{1, 1, err.Error()}
	var at yaml.Error
	if errors.As(err, &at) {
		problem.message = at.GetMessage()
		if tk := at.GetToken(); tk != nil && tk.Position != nil {
			problem.line, problem.column = tk.Position.Line, tk.Position.Column
		}
	}
	return nil, problem
}

// convert takes the one document of the file.
func (d *Document) convert(file *ast.File) {
	defer func() {
		if recover() != nil {
			d.report(1, 1, "", "this is not YAML: the parser gave up on it; check indentation, colons, quotes and brackets")
		}
	}()
	var bodies []*ast.DocumentNode
	for i, doc := range file.Docs {
		if doc.Body != nil && doc.Body.Type() == ast.DirectiveType {
			d.reportAt(doc.Body, "a YAML directive; remove the line")
			continue
		}
		if doc.Body == nil && i == 0 && doc.Start == nil && len(file.Docs) > 1 {
			continue // comments before the first ---
		}
		bodies = append(bodies, doc)
	}
	for _, extra := range bodies[min(1, len(bodies)):] {
		at := extra.Start
		if at == nil {
			at = extra.GetToken()
		}
		line, column := place(at)
		d.report(line, column, "", "a second document begins here; keep one document in a file")
	}
	if len(bodies) == 0 || bodies[0].Body == nil {
		if len(d.problems) == 0 {
			d.report(1, 1, "", "the file is empty; it must hold keys with values")
		}
		return
	}
	d.Root = d.node(bodies[0].Body, 0)
	if d.Root.Kind == Null {
		d.report(1, 1, "", "the file is empty; it must hold keys with values")
	}
	d.Root.setPaths("")
	d.nameProblems()
}

// nameProblems gives the problems found while reading the key they stand at.
func (d *Document) nameProblems() {
	keys := map[[2]int]string{}
	d.Root.walk(func(n *Node) { keys[[2]int{n.Line, n.Column}] = n.path })
	for i, p := range d.problems {
		if p.Key == "" {
			d.problems[i].Key = keys[[2]int{p.Line, p.Column}]
		}
	}
}

// walk visits a node and all below it, keys before values.
func (n *Node) walk(visit func(*Node)) {
	visit(n)
	for _, e := range n.Entries {
		visit(e.Key)
		e.Value.walk(visit)
	}
	for _, item := range n.Items {
		item.walk(visit)
	}
}

// reportAt records a problem at a node of the parser.
func (d *Document) reportAt(n ast.Node, message string) {
	line, column := place(n.GetToken())
	d.report(line, column, "", message)
}

func place(t *token.Token) (line, column int) {
	if t == nil || t.Position == nil {
		return 1, 1
	}
	return t.Position.Line, t.Position.Column
}

// node converts a node of the parser. What is refused becomes a node without a
// value, so that reading goes on behind it.
func (d *Document) node(n ast.Node, depth int) *Node {
	made := &Node{Kind: Null, doc: d}
	if n == nil {
		made.Line, made.Column = 1, 1
		return made
	}
	made.Line, made.Column = place(n.GetToken())
	refuse := func(why string) {
		made.refused = true
		d.reportAt(n, why)
	}
	if depth > maxDepth {
		refuse(fmt.Sprintf("more than %d levels below one another; write it flatter", maxDepth))
		return made
	}
	switch n := n.(type) {
	case *ast.NullNode:
	case *ast.MappingNode:
		d.mapping(made, n.Values, depth)
		if n.IsFlowStyle {
			made.Line, made.Column = place(n.Start)
		}
	case *ast.MappingValueNode:
		d.mapping(made, []*ast.MappingValueNode{n}, depth)
	case *ast.SequenceNode:
		made.Kind = Sequence
		for _, item := range n.Values {
			made.Items = append(made.Items, d.node(item, depth+1))
		}
	case *ast.LiteralNode:
		made.Kind, made.Text, made.Quoted = Scalar, n.Value.Value, true
	case *ast.StringNode:
		made.Kind, made.Text = Scalar, n.Value
		made.Quoted = n.Token.Type == token.DoubleQuoteType || n.Token.Type == token.SingleQuoteType
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		made.Kind, made.Text = Scalar, n.GetToken().Value
	case *ast.AnchorNode:
		refuse("an anchor (&); write the value itself in each place")
	case *ast.AliasNode:
		refuse("an alias (*); write the value itself, or quote it if it is text")
	case *ast.TagNode:
		refuse("a tag (!); leave it out, or quote it if it is text")
	default:
		refuse("this kind of YAML is not read; use keys, lists and single values")
	}
	return made
}

// mapping reads the entries of a mapping, and refuses a key that is named twice.
func (d *Document) mapping(made *Node, values []*ast.MappingValueNode, depth int) {
	made.Kind = Mapping
	first := map[string]int{}
	for _, v := range values {
		key := d.key(v.Key)
		if key == nil {
			continue
		}
		if len(made.Entries) == 0 {
			made.Line, made.Column = key.Line, key.Column
		}
		if line, again := first[key.Text]; again {
			d.report(key.Line, key.Column, "", fmt.Sprintf("the key %q stands here twice, first on line %d; remove one", key.Text, line))
			continue
		}
		first[key.Text] = key.Line
		value := d.node(v.Value, depth+1)
		if _, none := v.Value.(*ast.NullNode); none {
			value.Line, value.Column = key.Line, key.Column
		}
		made.Entries = append(made.Entries, Entry{Key: key, Value: value})
	}
}

// key reads a key, which must be a plain scalar.
func (d *Document) key(n ast.MapKeyNode) *Node {
	if n == nil {
		d.report(1, 1, "", "a value without a key; give it one")
		return nil
	}
	switch n.(type) {
	case *ast.StringNode, *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		line, column := place(n.GetToken())
		return &Node{Kind: Scalar, Text: n.GetToken().Value, Line: line, Column: column, doc: d}
	case *ast.MergeKeyNode:
		d.reportAt(n, "a merge key (<<); write the keys themselves")
	case *ast.AnchorNode, *ast.AliasNode:
		d.reportAt(n, "an anchor or alias as a key; write the key itself")
	default:
		d.reportAt(n, "this is not a key; a key is a word before a colon")
	}
	return nil
}
