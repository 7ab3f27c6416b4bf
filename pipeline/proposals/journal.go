package proposals

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// Folder is the journal's folder in a workspace.
const Folder = "proposals"

// schema names the form of an entry.
const schema = "fleetpay.proposal/1"

// Entry is a decision on a proposal. It is written before the files that it speaks
// of are replaced, so that a run that ends between them can be completed.
type Entry struct {
	Schema   string       `json:"schema"`
	Number   int          `json:"number"`   // from 1
	Previous string       `json:"previous"` // SHA-256 of the entry before; "" for the first
	Proposal string       `json:"proposal"` // application-17
	Link     string       `json:"link"`
	Text     string       `json:"text"` // SHA-256 of the text that was decided on
	Decision State        `json:"decision"`
	By       string       `json:"by"`
	At       string       `json:"at"` // RFC 3339, UTC
	Reason   string       `json:"reason,omitempty"`
	Given    []string     `json:"given"` // in place of what the form says: COLUMN=VALUE
	Rows     []WrittenRow `json:"rows"`
	Files    []FileChange `json:"files"`
}

// WrittenRow is a row of a file as a decision left it, cell by cell in the order of
// the file's columns.
type WrittenRow struct {
	Dataset string   `json:"dataset"`
	File    string   `json:"file"` // as configured
	Columns []string `json:"columns"`
	Before  []string `json:"before"` // null: the row is new
	After   []string `json:"after"`
}

// FileChange is a file that a decision replaces.
type FileChange struct {
	File   string `json:"file"`   // as configured
	Staged string `json:"staged"` // name of the new file, beside the old one, until it takes its place
	Before string `json:"before"` // SHA-256
	After  string `json:"after"`  // SHA-256
}

// row is what a written row holds, without empty cells.
func (w WrittenRow) row() Row {
	r := Row{Dataset: w.Dataset, match: matchOf(w.Dataset)}
	for i, column := range w.Columns {
		if w.After[i] != "" {
			r.set(column, w.After[i])
		}
	}
	return r
}

// Journal is the folder of the decisions: 0001.json, 0002.json, …
type Journal struct {
	Dir string

	sync func(folder string) error // syncFolder, or what a test has in its place
}

var entryForm = regexp.MustCompile(`^(\d{4,})\.json$`)

func entryName(n int) string { return fmt.Sprintf("%04d.json", n) }

// Entries reads every decision, in order: none is missing, and each cites the one
// before.
func (j Journal) Entries() ([]Entry, error) {
	names, err := os.ReadDir(j.Dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	byNumber := map[int]bool{}
	for _, e := range names {
		name := entryForm.FindStringSubmatch(e.Name())
		switch {
		case strings.HasPrefix(e.Name(), "."):
			continue // of a run that was killed
		case name == nil:
			return nil, fmt.Errorf("%s: does not belong there; move it away", filepath.Join(j.Dir, e.Name()))
		}
		n, err := strconv.Atoi(name[1])
		if err != nil || entryName(n) != e.Name() {
			return nil, fmt.Errorf("%s: does not belong there; move it away", filepath.Join(j.Dir, e.Name()))
		}
		byNumber[n] = true
	}
	var list []Entry
	previous := ""
	for n := 1; n <= len(byNumber); n++ {
		path := filepath.Join(j.Dir, entryName(n))
		if !byNumber[n] {
			return nil, fmt.Errorf("%s: is missing; restore it from a copy", path)
		}
		e, hash, err := readEntry(path)
		if err != nil {
			return nil, err
		}
		switch {
		case e.Number != n:
			return nil, fmt.Errorf("%s: is entry %d, and lies in the place of entry %d; restore it from a copy", path, e.Number, n)
		case e.Previous != previous:
			return nil, fmt.Errorf("%s: follows another entry than the one before it; restore the folder from a copy", path)
		}
		list, previous = append(list, *e), hash
	}
	return list, nil
}

// readEntry reads an entry, strictly, with the SHA-256 of its bytes.
func readEntry(path string) (*Entry, string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, "", err
	}
	if !info.Mode().IsRegular() {
		return nil, "", fmt.Errorf("%s: is not a plain file; restore it from a copy", path)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, "", err
	}
	var e Entry
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&e); err != nil {
		return nil, "", fmt.Errorf("%s: can't be read: %w; restore it from a copy", path, err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, "", fmt.Errorf("%s: more follows the entry; restore it from a copy", path)
	}
	if e.Schema != schema {
		return nil, "", fmt.Errorf("%s: schema is %q, and this program knows %s; use the version that wrote it", path, e.Schema, schema)
	}
	return &e, hash(data), e.check(path)
}

// check refuses an entry that says things which no decision does.
func (e *Entry) check(path string) error {
	whole := e.Decision == Accepted || e.Decision == Declined
	_, _, err := ParseID(e.Proposal)
	whole = whole && err == nil && e.By != "" && e.Text != ""
	for _, w := range e.Rows {
		whole = whole && len(w.After) == len(w.Columns) && (w.Before == nil || len(w.Before) == len(w.Columns))
	}
	for _, f := range e.Files {
		whole = whole && f.Staged == filepath.Base(f.Staged) && strings.HasPrefix(f.Staged, stagedPrefix)
	}
	if !whole {
		return fmt.Errorf("%s: is no entry that this program writes; restore it from a copy", path)
	}
	return nil
}

// add writes the next entry: to a file of another name, through to the disk, and
// with one rename to its place.
func (j Journal) add(e *Entry, before []Entry) error {
	e.Schema, e.Number, e.Previous = schema, len(before)+1, ""
	if len(before) > 0 {
		data, err := os.ReadFile(filepath.Join(j.Dir, entryName(len(before))))
		if err != nil {
			return err
		}
		e.Previous = hash(data)
	}
	if e.Given == nil {
		e.Given = []string{}
	}
	if e.Rows == nil {
		e.Rows = []WrittenRow{}
	}
	if e.Files == nil {
		e.Files = []FileChange{}
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(e); err != nil {
		return err
	}
	if err := os.MkdirAll(j.Dir, 0o777); err != nil {
		return err
	}
	part := filepath.Join(j.Dir, "."+entryName(e.Number)+".part")
	if err := writeSynced(part, b.Bytes(), 0o666); err != nil {
		return err
	}
	if err := os.Rename(part, filepath.Join(j.Dir, entryName(e.Number))); err != nil {
		return err
	}
	sync := j.sync
	if sync == nil {
		sync = syncFolder
	}
	return errors.Join(sync(j.Dir), sync(filepath.Dir(j.Dir)))
}

// has tells whether an entry lies in its place.
func (j Journal) has(number int) bool {
	_, err := os.Lstat(filepath.Join(j.Dir, entryName(number)))
	return err == nil
}

// writeSynced writes a file through to the disk.
func writeSynced(path string, data []byte, mode fs.FileMode) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, mode)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// syncFolder writes what a folder lists through to the disk.
func syncFolder(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}

func hash(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// Differences lists the cells that a decision wrote: column=value, and of a row that
// was there column=value (was OTHER) for those that changed, behind its first cell.
func (w WrittenRow) Differences() []string {
	var list []string
	for i, column := range w.Columns {
		text := column + "=" + w.After[i]
		if len(w.Before) == 0 {
			if w.After[i] != "" {
				list = append(list, text)
			}
			continue
		}
		switch was := w.Before[i]; {
		case was != w.After[i]:
			list = append(list, fmt.Sprintf("%s (was %s)", text, orNothing(was)))
		case i == 0:
			list = append(list, text)
		}
	}
	return list
}
