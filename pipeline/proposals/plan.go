package proposals

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"fleetpay/sources"
	"fleetpay/sources/forms"
)

// stagedPrefix begins the name of a file that waits to take another's place. It is
// hidden, so that no pattern of a source finds it, and keeps the ending.
const stagedPrefix = ".proposal-"

// Decision is who decides on a proposal, when and why.
type Decision struct {
	By, Reason string
	At         time.Time
}

// Workspace is where decisions are kept and files are edited. The caller holds the
// lock of the workspace.
type Workspace struct {
	Journal Journal
	// Locate returns the path of a file as it is configured.
	Locate func(file string) string
	// Table opens a dataset's file. It returns nil for a dataset without a file that
	// can be edited; why says then what the configuration has instead. leave tells
	// that the dataset is not kept, so that its rows are left out.
	Table func(dataset string) (t *Table, why string, leave bool, err error)

	rename func(from, to string) error // os.Rename, or what a test has in its place
}

// change is a file on its way.
type change struct {
	old, made *Table
	rows      []Row
	path      string // what the configured path leads to
	mode      fs.FileMode
	staged    string
}

// Accept writes the rows of a proposal, and an entry that says so. All files are
// prepared and checked before the entry is written, and the entry before the first
// file is replaced. Notes say which rows needed no writing.
func (w *Workspace) Accept(ctx context.Context, p *Proposal, d Decision, entries []Entry) (e *Entry, notes []string, err error) {
	if err := w.acceptable(p); err != nil {
		return nil, nil, err
	}
	e = &Entry{Proposal: p.ID, Link: p.Link, Text: p.Text, Decision: Accepted, By: d.By, Reason: d.Reason, At: d.At.UTC().Format(time.RFC3339), Given: p.Given}
	changes, notes, err := w.edit(p, e)
	if err != nil {
		return nil, nil, err
	}
	if err := w.stage(ctx, changes, e, len(entries)+1); err != nil {
		return nil, nil, errors.Join(err, unstage(changes))
	}
	if err := w.Journal.add(e, entries); err != nil {
		if w.Journal.has(e.Number) {
			return nil, nil, err // the entry stands, so the next run puts the files into their places
		}
		return nil, nil, errors.Join(err, unstage(changes))
	}
	return e, append(slices.Clone(p.again), notes...), w.finish(*e)
}

// acceptable refuses what can't be accepted.
func (w *Workspace) acceptable(p *Proposal) error {
	switch {
	case p.State == Accepted:
		return fmt.Errorf("%s: was %s, and its text is the same since; there is nothing to decide", p.ID, p.Decided)
	case len(p.Problems) > 0:
		return fmt.Errorf("%s: can't be accepted (%s):\n  %s", p.ID, p.Link, strings.Join(p.Problems, "\n  "))
	}
	return nil
}

// Decline writes an entry that says that nothing is taken from a proposal.
func (w *Workspace) Decline(p *Proposal, d Decision, entries []Entry) (*Entry, error) {
	if p.Decided != nil && (p.State == Accepted || p.State == Declined) {
		return nil, fmt.Errorf("%s: was %s, and its text is the same since; there is nothing to decide", p.ID, p.Decided)
	}
	if forms.HoldsContact(d.Reason) {
		return nil, fmt.Errorf("%s: the reason holds contact data (an @, or digits like a telephone number), which the journal does not keep; give it without", p.ID)
	}
	e := &Entry{Proposal: p.ID, Link: p.Link, Text: p.Text, Decision: Declined, By: d.By, Reason: d.Reason, At: d.At.UTC().Format(time.RFC3339)}
	return e, w.Journal.add(e, entries)
}

// edit makes the new files of a proposal's rows, in memory.
func (w *Workspace) edit(p *Proposal, e *Entry) ([]*change, []string, error) {
	var changes []*change
	var notes []string
	var by []Row // that the program can't write
	var whys []string
	for _, r := range p.Rows {
		t, why, leave, err := w.Table(r.Dataset)
		if err != nil {
			return nil, nil, err
		}
		if t == nil && leave {
			notes = append(notes, fmt.Sprintf("%s is not named under sources, so no row of it is written: %s", r.Dataset, r))
			continue
		}
		if t == nil {
			by, whys = append(by, r), append(whys, why)
			continue
		}
		i := slices.IndexFunc(changes, func(c *change) bool { return c.old.Name == t.Name })
		if i < 0 {
			changes, i = append(changes, &change{old: t, made: t}), len(changes)
		}
		made, written, err := changes[i].made.with(r)
		if err != nil {
			return nil, nil, err
		}
		if written == nil {
			notes = append(notes, fmt.Sprintf("%s holds it already: %s", t.Name, r))
			continue
		}
		changes[i].made, changes[i].rows = made, append(changes[i].rows, r)
		e.Rows = append(e.Rows, *written)
	}
	if len(by) > 0 {
		return nil, nil, byHand(p, by, whys)
	}
	return slices.DeleteFunc(changes, func(c *change) bool { return len(c.rows) == 0 }), notes, nil
}

// byHand says which rows the program does not write itself.
func byHand(p *Proposal, rows []Row, whys []string) error {
	text := fmt.Sprintf("%s: nothing was written, as not every file can be edited:", p.ID)
	for i, r := range rows {
		var columns []string
		for _, c := range sources.Lookup(r.Dataset).Columns {
			columns = append(columns, c.Name)
		}
		text += fmt.Sprintf("\n  %s %s; the row is\n    %s\n    %s", r.Dataset, whys[i], strings.Join(columns, ","), line(columns, r))
	}
	return errors.New(text + "\n  add what the proposal says by hand, and decline it with that as the reason")
}

// stage writes each new file beside the old one and checks it as a whole.
func (w *Workspace) stage(ctx context.Context, changes []*change, e *Entry, number int) error {
	for _, c := range changes {
		path, err := filepath.EvalSymlinks(w.Locate(c.old.Name))
		if err != nil {
			return err
		}
		info, err := os.Stat(path)
		if err != nil {
			return err
		}
		c.path, c.mode = path, info.Mode().Perm()
		if c.mode&0o200 == 0 {
			return fmt.Errorf("%s: may only be read, so nothing was written; let its owner write to it (chmod u+w), and accept it again", c.old.Name)
		}
		c.staged = fmt.Sprintf("%s%04d-%s", stagedPrefix, number, filepath.Base(path))
		staged := filepath.Join(filepath.Dir(path), c.staged)
		if err := writeSynced(staged, c.made.data, c.mode); err != nil {
			return err
		}
		if err := os.Chmod(staged, c.mode); err != nil {
			return err
		}
		if err := c.check(ctx, staged); err != nil {
			return err
		}
		e.Files = append(e.Files, FileChange{File: c.old.Name, Staged: c.staged, Before: hash(c.old.data), After: hash(c.made.data)})
		if err := syncFolder(filepath.Dir(path)); err != nil {
			return err
		}
	}
	return nil
}

// unstage removes what stage wrote.
func unstage(changes []*change) error {
	var errs []error
	for _, c := range changes {
		if c.staged == "" {
			continue
		}
		if err := os.Remove(filepath.Join(filepath.Dir(c.path), c.staged)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// check decodes the new file as a close would, and holds its rows against the old
// ones: they are the same but for what was accepted. No key repeats.
func (c *change) check(ctx context.Context, staged string) error {
	want, err := decoded(ctx, c.old, c.path)
	if err != nil {
		return err
	}
	for _, r := range c.rows {
		want = apply(want, c.old.Dataset, r)
	}
	got, err := decoded(ctx, c.made, staged)
	if err != nil {
		return err
	}
	if !slices.EqualFunc(got, want, slices.Equal) {
		return fmt.Errorf("%s: would not hold its old rows and what was accepted, so nothing was written; add the row by hand:\n  %s", c.old.Name, c.old.Line(c.rows[0]))
	}
	return repeats(c.made, got)
}

// decoded reads the rows of a file, each column as text.
func decoded(ctx context.Context, t *Table, path string) ([][]string, error) {
	var rows [][]string
	var bad []string
	_, err := sources.Decode(ctx, t.Dataset, path, t.Name, func(r sources.Row) error {
		var texts []string
		for _, v := range r.Values {
			texts = append(texts, v.Text)
		}
		rows = append(rows, texts)
		return nil
	}, func(r sources.Reject) { bad = append(bad, r.Error()) })
	if err != nil {
		return nil, err
	}
	const most = 5 // fleetpay check tells all
	if n := len(bad) - most; n > 0 {
		bad = append(bad[:most], fmt.Sprintf("and %d more; see fleetpay check", n))
	}
	if len(bad) > 0 {
		return nil, fmt.Errorf("nothing was written, as the file would hold what no close takes:\n  %s", strings.Join(bad, "\n  "))
	}
	return rows, nil
}

// apply does to decoded rows what a row does to a file.
func apply(rows [][]string, ds *sources.Dataset, r Row) [][]string {
	i := slices.IndexFunc(rows, func(row []string) bool {
		for _, column := range r.match {
			if row[ds.Index(column)] != r.Value(column) {
				return false
			}
		}
		return true
	})
	if i < 0 {
		rows, i = append(rows, make([]string, len(ds.Columns))), len(rows)
	}
	rows[i] = slices.Clone(rows[i])
	for k, column := range r.Columns {
		rows[i][ds.Index(column)] = r.Values[k]
	}
	return rows
}

// repeats refuses a file in which a key would stand twice.
func repeats(t *Table, rows [][]string) error {
	seen := map[string]bool{}
	for _, row := range rows {
		var parts []string
		for _, column := range t.Dataset.Key {
			parts = append(parts, row[t.Dataset.Index(column)])
		}
		key := strings.Join(parts, "\x00")
		if t.Dataset.Key != nil && seen[key] {
			return fmt.Errorf("%s: %s %s would stand twice, so nothing was written; correct the file or the form", t.Name,
				strings.Join(t.Dataset.Key, ", "), strings.Join(parts, ", "))
		}
		seen[key] = true
	}
	return nil
}
