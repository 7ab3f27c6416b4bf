package forms

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// LongestAnswer is the most bytes of an answer.
const LongestAnswer = 8 << 10

// Parse reads a filled form. It never fails: what is wrong is in Form.Problems.
func (t *Template) Parse(markdown string) Form {
	doc := split(markdown)
	p := &parser{t: t, form: Form{answers: map[string]Answer{}, ticked: map[string]bool{}, cells: map[[2]string]Answer{}}, seen: map[string]int{}}
	p.known = map[string]string{}
	for _, label := range t.labels {
		p.known[key(label)] = label
		p.form.answers[key(label)] = Answer{}
	}
	for _, row := range t.rows {
		for _, head := range t.heads {
			p.form.cells[[2]string{rowKey(row), key(head)}] = Answer{}
		}
	}
	for i := 0; i < len(doc.lines); i++ {
		i = p.line(doc.lines, i)
	}
	if doc.open > 0 {
		p.problem(doc.open, "", "a comment begins here and is never closed, so the rest of the form can't be seen; write --> where it ends")
	}
	for i, message := range doc.unshown {
		p.form.Problems = append(p.form.Problems, Problem{Line: doc.unshownAt[i], Message: message, Whole: true})
	}
	p.missing()
	slices.SortStableFunc(p.form.Problems, func(a, b Problem) int { return order(a) - order(b) })
	return p.form
}

// order puts what has no line behind what has one.
func order(p Problem) int {
	if p.Line == 0 {
		return int(^uint(0) >> 1)
	}
	return p.Line
}

// parser reads one form.
type parser struct {
	t     *Template
	form  Form
	known map[string]string // key of a label: how messages write it
	seen  map[string]int    // what was found: its line
	table []string          // keys of the headings of the table that is being read
}

func (p *parser) problem(line int, label, message string) {
	p.form.Problems = append(p.form.Problems, Problem{Line: line, Label: label, Message: message})
}

// line reads one line, and those that continue it, and returns the last of them.
func (p *parser) line(lines []line, i int) int {
	l := lines[i]
	if l.kind != tableLine {
		p.table = nil
	}
	switch {
	case l.indent >= deep && (l.kind == tableLine && len(p.t.heads) > 0 || l.kind == itemLine && p.isKnown(l)):
		p.deep(l)
	case l.kind == itemLine && (l.indent < 2 || p.isKnown(l)):
		end := p.continued(lines, i)
		p.item(l, lines[i+1:end+1])
		return end
	case l.kind == boxLine:
		p.box(l)
	case l.kind == tableLine && len(p.t.heads) > 0:
		p.row(l)
	}
	return i
}

// deep refuses a line that a page may not show.
func (p *parser) deep(l line) {
	label := ""
	if l.kind == itemLine {
		label, _, _ = l.labelOf(func(key string) bool { return p.known[key] != "" })
		label = p.known[key(label)]
	} else if i := p.rowOf(l); i >= 0 {
		label = p.t.rows[i]
	}
	p.problem(l.number, label, "stands so far to the right that a page may not show it, so it is not read; begin the line at the left")
}

func (p *parser) isKnown(l line) bool {
	_, _, ok := l.labelOf(func(key string) bool { return p.known[key] != "" })
	return ok
}

// continued finds the last line of an answer that begins in line i. What follows
// without a blank line belongs to it, as in Markdown, and so does what is indented.
func (p *parser) continued(lines []line, i int) int {
	last, blank := i, false
	for j := i + 1; j < len(lines); j++ {
		l := lines[j]
		switch {
		case l.kind == blankLine:
			blank = true
			continue
		case l.kind == itemLine && p.isKnown(l), l.kind == boxLine && l.indent < 2, l.kind == headingLine && l.indent < 2:
			return last
		case l.indent < 2 && (blank || l.kind != proseLine):
			return last
		}
		last, blank = j, false
	}
	return last
}

// item reads a question with its answer.
func (p *parser) item(l line, more []line) {
	label, rest, ok := l.labelOf(func(key string) bool { return p.known[key] != "" })
	if !ok {
		label, _ = l.firstLabel()
		p.problem(l.number, "", fmt.Sprintf("%s is not asked in this form; answer under the labels that it has", shown(label)))
		return
	}
	label = p.known[key(label)]
	if !p.once(l.number, label, "label "+key(label)) {
		p.form.answers[key(label)] = Answer{Line: l.number}
		return
	}
	texts := []string{strings.TrimSpace(strings.TrimLeft(rest, "*_"))}
	for _, m := range more {
		texts = append(texts, m.plain())
	}
	text := strings.TrimSpace(strings.Join(texts, "\n"))
	p.form.answers[key(label)] = p.answer(l.number, label, text)
}

// plain is the text of a line that continues an answer, with the mark of a list.
func (l line) plain() string {
	switch l.kind {
	case itemLine:
		return "- " + l.text
	case boxLine:
		return "- [ ] " + l.text
	default:
		return l.text
	}
}

// once counts a thing of the template as found, and refuses it the second time.
func (p *parser) once(number int, label, what string) bool {
	if first, twice := p.seen[what]; twice {
		p.problem(number, label, fmt.Sprintf("stands twice, first on line %d, so no answer is taken; keep one of them", first))
		return false
	}
	p.seen[what] = number
	p.form.Found++
	return true
}

// answer judges a text. What must not be kept, or can't be seen, is dropped.
func (p *parser) answer(number int, label, text string) Answer {
	if len(text) > 1 && strings.Count(text, "`") == 2 && text[0] == '`' && text[len(text)-1] == '`' {
		text = strings.TrimSpace(text[1 : len(text)-1])
	}
	switch r := unseen(text); {
	case slices.Contains([]string{"-", "–", "—", "_No response_"}, text):
		text = ""
	case HoldsContact(text):
		p.problem(number, label, "holds contact data (an @, or digits like a telephone number), which is not kept; take it out of the form")
		text = ""
	case r != 0:
		p.problem(number, label, fmt.Sprintf("holds the character %U, which nobody sees, so it is not taken; write it anew", r))
		text = ""
	case len(text) > LongestAnswer:
		p.problem(number, label, fmt.Sprintf("has %d bytes, so it is not taken; write at most %d", len(text), LongestAnswer))
		text = ""
	}
	return Answer{text, number}
}

func (p *parser) box(l line) {
	for _, box := range p.t.boxes {
		if key(box) != key(l.text) {
			continue
		}
		p.form.ticked[key(box)] = p.once(l.number, box, "box "+key(box)) && l.ticked
		return
	}
	p.problem(l.number, "", fmt.Sprintf("the box %s is not in this form; tick those that it has", shown(l.text)))
}

// row reads a line of the table.
func (p *parser) row(l line) {
	if p.table == nil {
		p.heads(l)
		return
	}
	if l.ruled() {
		return
	}
	i := p.rowOf(l)
	if i < 0 {
		p.problem(l.number, "", fmt.Sprintf("the row %s is not in this form's table; fill in the rows that it has", shown(l.cells[0])))
		return
	}
	name := p.t.rows[i]
	fresh := p.once(l.number, name, "row "+rowKey(name))
	for c, head := range p.table {
		at := [2]string{rowKey(name), head}
		if _, known := p.form.cells[at]; !known {
			continue
		}
		text := ""
		if fresh && c > 0 && c < len(l.cells) {
			text = l.cells[c]
		}
		p.form.cells[at] = p.answer(l.number, name+", "+head, text)
	}
	if fresh && len(l.cells) > len(p.table) {
		p.problem(l.number, name, fmt.Sprintf("has %d cells under %d headings; write one under each", len(l.cells), len(p.table)))
	}
}

// rowOf finds the template's row that a line of the table is; -1: none.
func (p *parser) rowOf(l line) int {
	return slices.IndexFunc(p.t.rows, func(row string) bool { return rowKey(row) == rowKey(l.cells[0]) })
}

// heads reads the headings of the table.
func (p *parser) heads(l line) {
	for _, cell := range l.cells {
		p.table = append(p.table, key(cell))
	}
	var want []string
	for _, head := range p.t.heads {
		want = append(want, key(head))
	}
	if slices.Equal(p.table, want) {
		return
	}
	p.problem(l.number, "", fmt.Sprintf("the table's headings are %s; they must be | %s |", shown(strings.Join(l.cells, " | ")), strings.Join(p.t.heads, " | ")))
	p.table = slices.Repeat([]string{"\x00"}, len(l.cells)) // what stands below is of no known column
}

// missing names all of the template that the form lacks.
func (p *parser) missing() {
	name := func(what, kind string, names []string, key func(string) string) {
		for _, n := range names {
			if p.seen[kind+key(n)] == 0 {
				p.problem(0, n, what+" is missing; put it back into the form")
			}
		}
	}
	name("the line", "label ", p.t.labels, key)
	name("the box", "box ", p.t.boxes, key)
	name("the row of the table", "row ", p.t.rows, rowKey)
}

// shown writes a text of the form for a message. Contact data is not told on.
func shown(text string) string {
	const most = 60
	if HoldsContact(text) {
		return "a text with contact data"
	}
	if r := []rune(text); len(r) > most {
		text = string(r[:most]) + "…"
	}
	return strconv.Quote(text)
}
