package forms

import (
	"regexp"
	"strings"
)

// lineKind tells what a line of Markdown is to a form.
type lineKind int

const (
	proseLine   lineKind = iota
	blankLine            // ends an answer, unless an indented line follows
	headingLine          // or a rule between parts
	itemLine             // - Label: answer
	boxLine              // - [x] Text
	tableLine            // | cell | cell |
)

// line is a line of a filled form.
type line struct {
	number int // from 1
	kind   lineKind
	indent int    // columns before the text; a tab goes to the next multiple of 4
	text   string // without the marks of its kind
	ticked bool   // of a box
	cells  []string
}

// document is a text, line by line, without its comments.
type document struct {
	lines []line
	open  int // the line on which a comment begins that is never closed; 0: none

	unshownAt []int // lines on which begins what a page may show otherwise than it is read
	unshown   []string
}

var (
	itemForm = regexp.MustCompile(`^[-*+][ \t]+(.*)$`)
	boxForm  = regexp.MustCompile(`^\[([ \txX]?)\][ \t]*(.*)$`)
	ruleForm = regexp.MustCompile(`^(#{1,6}([ \t].*)?|([-*_][ \t]*){3,}|=+|-+)$`)
	ruleCell = regexp.MustCompile(`^[ \t]*:?-+:?[ \t]*$`)
)

// split takes a text apart. Line ends are LF, CRLF or CR alone, and the text may
// begin with a byte order mark.
func split(markdown string) document {
	markdown = strings.TrimPrefix(markdown, "\ufeff")
	markdown = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(markdown)
	text, open := withoutComments(markdown)
	doc := document{open: open}
	doc.unshownAt, doc.unshown = unshown(text)
	for i, raw := range strings.Split(text, "\n") {
		doc.lines = append(doc.lines, readLine(i+1, raw))
	}
	return doc
}

// withoutComments leaves out comments of HTML, which a rendered page does not show,
// and keeps the lines that they take. It tells the line of one that never ends, with
// which the text ends.
func withoutComments(text string) (string, int) {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, "<!--")
		b.WriteString(before)
		if !found {
			return b.String(), 0
		}
		comment, after, closed := strings.Cut(rest, "-->")
		if !closed {
			return b.String(), 1 + strings.Count(b.String(), "\n")
		}
		b.WriteString(strings.Repeat("\n", strings.Count(comment, "\n")))
		text = after
	}
}

func readLine(number int, raw string) line {
	l := line{number: number, text: strings.TrimSpace(raw)}
	for _, r := range raw {
		if r == '\t' {
			l.indent += 4 - l.indent%4
		} else if r == ' ' {
			l.indent++
		} else {
			break
		}
	}
	switch {
	case l.text == "":
		l.kind = blankLine
	case ruleForm.MatchString(l.text):
		l.kind = headingLine
	case strings.HasPrefix(l.text, "|"):
		l.kind, l.cells = tableLine, cells(l.text)
	default:
		item := itemForm.FindStringSubmatch(l.text)
		if item == nil {
			return l
		}
		l.kind, l.text = itemLine, strings.TrimSpace(item[1])
		if box := boxForm.FindStringSubmatch(l.text); box != nil {
			l.kind, l.text = boxLine, box[2]
			l.ticked = strings.EqualFold(box[1], "x")
		}
	}
	return l
}

// cells takes a table's line apart; `\|` is a bar within a cell.
func cells(text string) []string {
	const bar = "\x00"
	text = strings.ReplaceAll(strings.ReplaceAll(text, bar, ""), `\|`, bar)
	text = strings.TrimSuffix(strings.TrimPrefix(text, "|"), "|")
	var list []string
	for _, cell := range strings.Split(text, "|") {
		list = append(list, strings.TrimSpace(strings.ReplaceAll(cell, bar, "|")))
	}
	return list
}

// ruled tells whether a table's line is the one below its headings.
func (l line) ruled() bool {
	for _, cell := range l.cells {
		if !ruleCell.MatchString(cell) {
			return false
		}
	}
	return true
}

// firstLabel returns the label of an item without its hint, and what follows it: it
// ends at the first colon or question mark outside brackets. An item without either
// is a label as a whole.
func (l line) firstLabel() (label, rest string) {
	for _, at := range ends(l.text) {
		return withoutHint(l.text[:at]), l.text[at+1:]
	}
	return withoutHint(l.text), ""
}

// labelOf returns the label of an item that known tells, at whichever colon or
// question mark it ends, and what follows it.
func (l line) labelOf(known func(key string) bool) (label, rest string, ok bool) {
	for _, at := range ends(l.text) {
		if label := withoutHint(l.text[:at]); known(key(label)) {
			return label, l.text[at+1:], true
		}
	}
	return "", "", false
}

// ends finds the colons and question marks outside brackets. Where a bracket is not
// closed all of them count.
func ends(text string) []int {
	var outside, all []int
	depth := 0
	for i, r := range text {
		switch r {
		case '(':
			depth++
		case ')':
			depth = max(depth-1, 0)
		case ':', '?':
			all = append(all, i)
			if depth == 0 {
				outside = append(outside, i)
			}
		}
	}
	if len(outside) == 0 || depth > 0 {
		return all
	}
	return outside
}

// withoutHint cuts the hint in brackets off a label, and what makes it bold.
func withoutHint(label string) string {
	label = strings.Trim(label, " \t*_`")
	if strings.HasSuffix(label, ")") {
		if at := strings.LastIndex(label, "("); at > 0 {
			label = label[:at]
		}
	}
	return strings.Trim(label, " \t*_`")
}

// key is how a label or box is told from others: without a difference of case and
// blanks.
func key(text string) string {
	return strings.ToLower(strings.Join(strings.Fields(text), " "))
}

// rowName is the name of a row of the table: its first cell up to what explains it.
func rowName(cell string) string {
	if at := strings.IndexAny(cell, "(:,"); at > 0 {
		cell = cell[:at]
	}
	return strings.Trim(cell, " \t*_`")
}

func rowKey(cell string) string { return key(rowName(cell)) }
