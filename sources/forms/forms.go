// Package forms reads forms that people fill in as Markdown. The empty form is
// itself the description of what may stand in a filled one:
//
//   - Label (hint):            a question; its answer follows the colon, and may go
//     on in the lines below
//   - [ ] Text                 a box to tick
//     | stage | date |           a table; its first column names the rows
//
// Headings and paragraphs are for people and are passed over. What a reader of the
// rendered page can't see is not read either: comments of HTML are left out, and an
// answer with a character that nobody sees is dropped; a text with which a page may
// show something else than stands in it is a problem of the whole form. So is one that holds contact
// data (see [HoldsContact]): it is never handed to the caller.
package forms

import (
	"fmt"
	"strings"
)

// Template is an empty form: what a filled one may hold.
type Template struct {
	labels []string // as shown in messages, without hints
	boxes  []string
	rows   []string // of the table, by the first cell
	heads  []string // of the table's columns; none: the form has no table
}

// Form is what a filled form says. Labels, boxes, rows and columns are those of
// its template, whatever case, blanks and hints the filled form writes them with.
type Form struct {
	// Problems are all that is wrong, by line; what is missing comes last. What a
	// problem is about is not answered.
	Problems []Problem
	// Found counts the template's questions, boxes and table rows that are there. A
	// text of which none is found is another text than this form.
	Found int

	answers map[string]Answer
	ticked  map[string]bool
	cells   map[[2]string]Answer
}

// Answer is what stands behind a label or in a cell.
type Answer struct {
	Text string // "" when nothing was answered; lines end in "\n", the last one has no end
	Line int    // from 1; 0 when the label is not there
}

// Problem is one thing that is wrong with a filled form.
type Problem struct {
	Line    int    // from 1; 0 for what is missing
	Label   string // of the template; of its table the row, or `row, column`; "" when it concerns none
	Message string // what is wrong and what to do; lower case
	Whole   bool   // nothing of the form may be taken: its page may show other answers than are read here
}

// String writes `line 12: Wallet: what is wrong`.
func (p Problem) String() string {
	text := p.Message
	if p.Label != "" {
		text = p.Label + ": " + text
	}
	if p.Line > 0 {
		text = fmt.Sprintf("line %d: %s", p.Line, text)
	}
	return text
}

// Answer returns what stands behind a label of the template, named without its
// hint. A label that the template lacks panics.
func (f *Form) Answer(label string) Answer {
	a, ok := f.answers[key(label)]
	if !ok {
		panic("forms: the template has no label " + label)
	}
	return a
}

// Ticked tells whether a box of the template is ticked.
func (f *Form) Ticked(text string) bool { return f.ticked[key(text)] }

// Cell returns what stands in the table, in the row whose first cell has that name
// and under that heading. A row or column that the template lacks panics.
func (f *Form) Cell(row, column string) Answer {
	a, ok := f.cells[[2]string{rowKey(row), key(column)}]
	if !ok {
		panic("forms: the template's table has no " + row + ", " + column)
	}
	return a
}

// Labels lists the questions of the template without their hints, in its order.
func (t *Template) Labels() []string { return append([]string(nil), t.labels...) }

// NewTemplate reads an empty form. A label, box or row that stands twice in it is
// an error: no answer could be told from another.
func NewTemplate(markdown string) (*Template, error) {
	t := &Template{}
	seen := map[string]bool{}
	once := func(l line, what string) error {
		if seen[what] {
			return fmt.Errorf("line %d: %s stands twice in the form; name it another way", l.number, shown(l.text))
		}
		seen[what] = true
		return nil
	}
	table := false
	for _, l := range split(markdown).lines {
		var err error
		switch {
		case l.kind == tableLine && t.heads == nil:
			table = true
			for _, cell := range l.cells {
				t.heads = append(t.heads, strings.TrimSpace(cell))
			}
		case l.kind == tableLine && table:
			if !l.ruled() {
				name := rowName(l.cells[0])
				t.rows = append(t.rows, name)
				err = once(l, "row "+rowKey(name))
			}
		case l.kind == boxLine:
			t.boxes = append(t.boxes, l.text)
			err = once(l, "box "+key(l.text))
		case l.kind == itemLine:
			label, _ := l.firstLabel()
			t.labels = append(t.labels, label)
			err = once(l, "label "+key(label))
		}
		if err != nil {
			return nil, err
		}
	}
	if len(t.labels) == 0 {
		return nil, fmt.Errorf("the form asks nothing; write lines such as - Name: with a colon")
	}
	return t, nil
}
