package proposals

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"fleetpay/outputs"
	"fleetpay/sources"
	"fleetpay/sources/forms"
)

// mostProblems is how many problems of a form are told one by one. The forms have fewer
// lines.
const mostProblems = 200

// longestCell is the most characters of a cell from a form.
const longestCell = 200

// draft is a proposal on its way from a form.
type draft struct {
	*Proposal
	issue Issue
	form  forms.Form
	given []Given // now, and what was given before and not now
	kept  []Given // of them, what was given before
	books Books
	past  []Entry         // decisions on this proposal
	bars  map[string]bool // labels whose problems bar acceptance
	told  map[string]bool // labels that a row was made from
}

// cell is what a draft has for a column.
type cell struct {
	column string
	value  string
	label  string // of the form; "" when it is not from there
	line   int
	needed bool // beyond what the dataset requires
}

// ask takes an answer of the form for a column.
func (d *draft) ask(column, label string) cell {
	a := d.form.Answer(label)
	d.told[label] = true
	return cell{column: column, value: strings.Join(strings.Fields(a.Text), " "), label: label, line: a.Line}
}

// need is ask for a column that the proposal can't do without.
func (d *draft) need(column, label string) cell {
	c := d.ask(column, label)
	c.needed = true
	return c
}

// value is a cell's value once what a person gave is taken in.
func (d *draft) value(dataset string, c cell) string {
	if v, ok := given(d.given, dataset, c.column); ok {
		return v
	}
	return c.value
}

// row makes a row of cells, with what a person gave, and judges it.
func (d *draft) row(dataset string, change bool, cells ...cell) {
	ds := sources.Lookup(dataset)
	r := Row{Dataset: dataset, Change: change, match: matchOf(dataset)}
	for _, column := range ds.Columns {
		i := slices.IndexFunc(cells, func(c cell) bool { return c.column == column.Name })
		c := cell{column: column.Name}
		if i >= 0 {
			c = cells[i]
		}
		_, byPerson := given(d.given, dataset, column.Name)
		required := c.needed || column.Required && !change || slices.Contains(r.match, column.Name)
		if c.label != "" && required && !byPerson {
			d.bars[c.label] = true
		}
		value := d.value(dataset, c)
		if was, before := given(d.kept, dataset, column.Name); before && c.value != "" && c.value != was {
			d.note("%s%s was given at an earlier acceptance, and the form says %s; it is taken only if it is given with --set %s=%s",
				c.about(dataset), orNothing(was), c.value, column.Name, c.value)
		}
		if required {
			r.needs = append(r.needs, column.Name)
		}
		if value == "" {
			if required {
				d.lacks(dataset, c)
			}
			continue
		}
		value, problem := d.judge(ds, column, value, byPerson)
		switch {
		case problem == "":
			r.set(column.Name, value)
		case required || byPerson:
			d.problem("%s", c.about(dataset)+problem)
		default:
			d.note("%s", c.about(dataset)+problem+"; it is left out, unless it is given with --set "+column.Name+"=VALUE")
		}
	}
	d.Rows = append(d.Rows, r)
}

// about begins a message: line 12: Wallet (operators.wallet): .
func (c cell) about(dataset string) string {
	text := dataset + "." + c.column + ": "
	if c.label != "" {
		text = fmt.Sprintf("%s (%s.%s): ", c.label, dataset, c.column)
	}
	if c.line > 0 {
		text = fmt.Sprintf("line %d: %s", c.line, text)
	}
	return text
}

// lacks says that a column has no value, unless the form's own problem says why.
func (d *draft) lacks(dataset string, c cell) {
	if c.label != "" && slices.ContainsFunc(d.form.Problems, func(p forms.Problem) bool { return p.Label == c.label }) {
		return
	}
	where := ""
	if c.label != "" {
		where = "fill it in in the form, or "
	}
	d.problem("%sis empty; %sgive it with --set %s=VALUE", strings.TrimSuffix(c.about(dataset), ": ")+" ", where, c.column)
}

// judge tells what is wrong with a value of a column, and writes wallets with their
// checksum. What a person gave is theirs to answer for, but for its form.
func (d *draft) judge(ds *sources.Dataset, column sources.Column, value string, byPerson bool) (string, string) {
	begins := ""
	if !byPerson {
		begins = formula(value)
	}
	switch {
	case begins != "":
		return "", fmt.Sprintf("%q begins with %q, which a spreadsheet would read as a formula; write it another way", begins, string([]rune(begins)[:1]))
	case !byPerson && utf8.RuneCountInString(value) > longestCell:
		return "", fmt.Sprintf("has %d characters; write at most %d", utf8.RuneCountInString(value), longestCell)
	case byPerson && column.Type == sources.Text && forms.HoldsContact(value):
		return "", "what is given holds contact data (an @, or digits like a telephone number), which is not kept; give it without"
	case column.Name == "chain" && !slices.Contains(outputs.ChainNames(), chains(value)):
		return "", fmt.Sprintf("%q is no chain that is paid on; write one of %s", value, strings.Join(outputs.ChainNames(), ", "))
	case column.Name == "chain":
		value = chains(value)
	}
	if column.Type == sources.Wallet {
		return outputs.CheckWallet(value)
	}
	problem := ""
	b := sources.NewBuilder(ds, "", func(sources.Row) error { return nil }, func(r sources.Reject) {
		if r.Column == column.Name {
			problem = cmp.Or(problem, r.Message)
		}
	})
	b.Begin(1)
	b.Put(column.Name, value)
	var others []string
	for _, c := range ds.Columns {
		others = append(others, c.Name)
	}
	if err := b.Finish(others...); err != nil {
		problem = cmp.Or(problem, err.Error())
	}
	return value, problem
}

// formula finds what a spreadsheet would run: a text that begins as a formula does, or
// goes on as one where a spreadsheet may begin another cell. "" when there is none.
func formula(value string) string {
	const signs = "=+@＝＋＠"
	if strings.ContainsAny(value[:1], "-\t") || strings.HasPrefix(value, "－") {
		return value
	}
	for part := range strings.FieldsFuncSeq(value, func(r rune) bool { return strings.ContainsRune(",;|\t", r) }) {
		part = strings.TrimLeft(part, ` "'`)
		if first, _ := utf8.DecodeRuneInString(part); part != "" && strings.ContainsRune(signs, first) {
			return part
		}
	}
	return ""
}

func (d *draft) problem(format string, args ...any) {
	d.Problems = once(d.Problems, fmt.Sprintf(format, args...))
}

func (d *draft) note(format string, args ...any) {
	d.Notes = once(d.Notes, fmt.Sprintf(format, args...))
}

// once adds a text to a list that lacks it: rows share cells.
func once(list []string, text string) []string {
	if slices.Contains(list, text) {
		return list
	}
	return append(list, text)
}

// tell sorts the problems of the form: those of what a row can't do without bar
// acceptance, the others are told.
func (d *draft) tell() {
	var missing []string
	told := 0
	for _, p := range d.form.Problems {
		if p.Line > 0 {
			told++
		}
		if p.Line > 0 && told > mostProblems {
			continue // anybody may file a text of any length
		}
		switch {
		case p.Line == 0 && !d.told[p.Label]:
			missing = append(missing, p.Label)
		case p.Whole || d.bars[p.Label]:
			d.problem("%s", p)
		default:
			d.note("%s", p)
		}
	}
	if more := told - mostProblems; more > 0 {
		d.problem("has %d more lines that are wrong; ask for the form anew, or decline it", more)
	}
	if len(missing) > 0 {
		d.note("the form lacks %s; no row needs them", strings.Join(missing, ", "))
	}
}

// options lists the words that a value may be, and gives the one that a text is,
// whatever its case.
func options(text string, words ...string) string {
	for _, w := range words {
		if strings.EqualFold(text, w) {
			return w
		}
	}
	return text
}
