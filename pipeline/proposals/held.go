package proposals

import (
	"fmt"
	"slices"
	"strings"
)

// held holds the rows against what the files have now: what a row would take the
// place of is told, and what somebody changed since the issue was accepted is not
// undone in passing. anew is what a person gives now.
//
// A file that can't be taken apart says nothing here: acceptance tells what is wrong
// with it.
func (d *draft) held(anew []Given) {
	if d.State == Accepted || d.State == Unreadable {
		return
	}
	for _, r := range d.Rows {
		d.replaces(r, anew)
		d.sharedWallet(r)
	}
}

// replaces tells the cells that a row would give another value.
func (d *draft) replaces(r Row, anew []Given) {
	table, err := d.books.Table(r.Dataset)
	if err != nil || table == nil {
		return
	}
	match := map[string]string{}
	for _, column := range r.match {
		match[column] = r.Value(column)
	}
	found := table.Find(match)
	if len(found) != 1 {
		return
	}
	was, number := d.accepted(r)
	for i, column := range r.Columns {
		now := table.Cell(found[0], column)
		_, byPerson := given(anew, r.Dataset, column)
		switch {
		case same(column, now, r.Values[i]):
		case number > 0 && !byPerson && !same(column, now, was.Value(column)):
			d.problem("%s: %s of %s is %s, and entry %s wrote %s: somebody changed it since; say which holds with --set %s.%s=VALUE",
				table.Name, column, rowName(r), orNothing(now), entryName(number), orNothing(was.Value(column)), r.Dataset, column)
		case now != "" && (r.Change || number > 0 || len(d.Problems) == 0):
			d.note("%s: %s of %s is %s, and becomes %s", table.Name, column, rowName(r), now, r.Values[i])
		}
	}
}

// accepted returns a row as it was accepted last, with the number of that entry; 0
// when it never was.
func (d *draft) accepted(r Row) (Row, int) {
	for _, e := range slices.Backward(d.past) {
		for _, w := range e.Rows {
			if was := w.row(); was.key() == r.key() {
				return was, e.Number
			}
		}
	}
	return Row{}, 0
}

// same compares two texts of a column. A wallet is the same in any case.
func same(column, a, b string) bool {
	return a == b || column == "wallet" && strings.EqualFold(a, b)
}

// sharedWallet tells of who else is paid at the wallet of a row.
func (d *draft) sharedWallet(r Row) {
	wallet := r.Value("wallet")
	if wallet == "" {
		return
	}
	for _, payee := range [][2]string{{"operators", "operator_id"}, {"partners", "partner_id"}} {
		dataset, id := payee[0], payee[1]
		table, err := d.books.Table(dataset)
		if err != nil || table == nil {
			continue
		}
		for i := range table.records {
			other := table.Cell(i, id)
			if same("wallet", table.Cell(i, "wallet"), wallet) && (dataset != r.Dataset || other != r.Value(id)) {
				text := fmt.Sprintf("%s: the wallet %s is that of %s already; ask both on a second way whether it is to be so", table.Name, wallet, other)
				d.Notes, d.again = once(d.Notes, text), once(d.again, text)
			}
		}
	}
}
