package proposals

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"fleetpay/outputs"
	"fleetpay/sources/forms"
	"fleetpay/specs/templates"
)

// templateFiles are the forms of the kinds.
var templateFiles = map[Kind]string{
	Application: "operator-application.md", Exit: "exit-notice.md", Referral: "referral.md",
}

// Template reads the form of a kind.
func Template(kind Kind) (*forms.Template, error) {
	name := templateFiles[kind]
	text, err := templates.Forms.ReadFile(name)
	if err != nil {
		return nil, err
	}
	t, err := forms.NewTemplate(string(text))
	if err != nil {
		return nil, fmt.Errorf("specs/templates/%s: %w", name, err)
	}
	return t, nil
}

// Books are the workspace's files, as far as proposals look at them. Table returns
// nil for a dataset that has no file which the program edits.
type Books interface {
	Table(dataset string) (*Table, error)
}

// Make makes the proposal of an issue. The entries are all decisions so far, of any
// proposal; what a person gives stands in for what the form says.
func Make(kind Kind, issue Issue, list []Given, entries []Entry, books Books) (*Proposal, error) {
	if err := checkGiven(kind, list); err != nil {
		return nil, err
	}
	template, err := Template(kind)
	if err != nil {
		return nil, err
	}
	d := &draft{
		Proposal: &Proposal{
			ID: NewID(kind, issue.Number), Kind: kind, State: New, Link: issue.Link, Title: title(issue.Title), Author: issue.Author,
			Closed: issue.Closed, UpdatedAt: issue.UpdatedAt.UTC().Format(time.RFC3339), Text: Digest(issue.Body),
			Rows: []Row{}, Problems: []string{}, Notes: []string{}, Differs: []string{}, Given: []string{},
		},
		issue: issue, form: template.Parse(issue.Body), books: books,
		bars: map[string]bool{}, told: map[string]bool{},
	}
	for _, e := range entries {
		switch {
		case e.Proposal != d.ID:
		case issueOf(e.Link) == issueOf(issue.Link):
			d.past = append(d.past, e)
		default:
			d.note("entry %s is of another issue of this number, %s, and counts for nothing here", entryName(e.Number), e.Link)
		}
	}
	if d.kept, err = remembered(d.past, list); err != nil {
		return nil, err
	}
	d.given = append(slices.Clone(d.kept), list...)
	for _, g := range d.given {
		d.Given = append(d.Given, g.String())
	}
	if d.form.Found == 0 {
		d.problem("is not filled in in the form specs/templates/%s; ask for the form, or decline it", templateFiles[kind])
		d.State = Unreadable
	} else if err := d.fill(); err != nil {
		return nil, err
	}
	d.judgeState()
	d.held(list)
	return d.Proposal, nil
}

// issueOf is what names an issue in its link wherever the server is: OWNER/NAME/issues/17.
// Another repository has issues of the same numbers.
func issueOf(link string) string {
	const parts = 4
	list := strings.Split(strings.TrimRight(link, "/"), "/")
	return strings.Join(list[max(0, len(list)-parts):], "/")
}

// fill makes the rows of the proposal's kind.
func (d *draft) fill() (err error) {
	switch d.Kind {
	case Application:
		err = d.application()
	case Exit:
		err = d.exit()
	default:
		err = d.referral()
	}
	d.tell()
	return err
}

// judgeState holds the proposal against the decisions on it.
func (d *draft) judgeState() {
	if len(d.past) == 0 {
		return
	}
	last := d.past[len(d.past)-1]
	d.Decided = &Decided{last.Number, last.Decision, last.By, last.At, last.Reason}
	if last.Text == d.Text {
		d.State = last.Decision
		return
	}
	if d.State != Unreadable {
		d.State = Changed
		d.Differs = d.differs()
	}
}

// differs says what the rows would be other than they were accepted.
func (d *draft) differs() []string {
	list := []string{}
	before := map[string]WrittenRow{}
	var order []string
	for _, e := range d.past {
		for _, w := range e.Rows {
			key := w.row().key()
			if _, there := before[key]; !there {
				order = append(order, key)
			}
			before[key] = w
		}
	}
	now := map[string]bool{}
	for _, r := range d.Rows {
		now[r.key()] = true
		w, there := before[r.key()]
		if !there {
			list = append(list, "new "+r.String())
			continue
		}
		for i, column := range r.Columns {
			if was := w.row().Value(column); was != r.Values[i] {
				list = append(list, fmt.Sprintf("%s %s: %s was accepted as %s, and is %s", r.Dataset, rowName(r), column, orNothing(was), r.Values[i]))
			}
		}
	}
	for _, key := range order {
		if w := before[key].row(); !now[key] {
			list = append(list, "gone from the form: "+w.String())
		}
	}
	return list
}

// rowName names a row by its first column.
func rowName(r Row) string {
	var parts []string
	for _, column := range r.match {
		parts = append(parts, r.Value(column))
	}
	return strings.Join(parts, " ")
}

func orNothing(text string) string {
	if text == "" {
		return "nothing"
	}
	return text
}

// owns tells whether a row of a dataset was accepted from this very issue.
func (d *draft) owns(dataset, column, value string) bool {
	for _, e := range d.past {
		if slices.ContainsFunc(e.Rows, func(w WrittenRow) bool {
			return w.Dataset == dataset && w.row().Value(column) == value
		}) {
			return true
		}
	}
	return false
}

// foreign refuses an id that stands in a dataset already, and not from this issue:
// anybody may write any id into a form.
func (d *draft) foreign(dataset, column, id string) error {
	if id == "" || d.owns(dataset, column, id) {
		return nil
	}
	table, err := d.books.Table(dataset)
	if err != nil || table == nil {
		return err
	}
	if len(table.Find(map[string]string{column: id})) > 0 {
		d.problem("%s: %s %s is there already, and not from this issue; give another one with --set %s=VALUE", table.Name, column, id, column)
		return nil
	}
	for i := range table.records { // files of payees are named by their ids, and not every disk tells the two apart
		if other := table.Cell(i, column); strings.EqualFold(other, id) {
			d.problem("%s: %s %s differs from %s, which is there, in nothing but capitals; give another one with --set %s=VALUE", table.Name, column, id, other, column)
			return nil
		}
	}
	return nil
}

// known says when an id that a row names is not there yet.
func (d *draft) known(dataset, column, id, what string) error {
	if id == "" {
		return nil
	}
	table, err := d.books.Table(dataset)
	if err != nil || table == nil {
		return err
	}
	if len(table.Find(map[string]string{column: id})) == 0 {
		d.problem("%s: there is no %s %s; correct the form, or give it with --set %s", table.Name, column, id, what)
	}
	return nil
}

// filed is the day on which the issue was filed, in UTC.
func (d *draft) filed() string { return d.issue.CreatedAt.UTC().Format(time.DateOnly) }

// chains are the words for chains.
func chains(text string) string { return options(text, outputs.ChainNames()...) }

// Digest is the SHA-256 of an issue's text, in lower-case hex.
func Digest(body string) string {
	sum := sha256.Sum256([]byte(body))
	return hex.EncodeToString(sum[:])
}

// title makes an issue's title fit to be shown on a line.
func title(text string) string {
	if forms.HoldsContact(text) {
		return ""
	}
	text = strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, text)
	text = strings.Join(strings.Fields(text), " ")
	if r := []rune(text); len(r) > longestCell {
		text = string(r[:longestCell]) + "…"
	}
	return text
}
