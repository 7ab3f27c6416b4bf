package pipeline

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"

	"fleetpay/rules"
)

// Names of the append-only folders beside a close.
const (
	approvalsSuffix  = ".approvals"
	exportsSuffix    = ".exports"
	settlementSuffix = ".settlement"
)

// entryHead is how the record of every entry begins. Previous is the SHA-256 of
// the SHA256SUMS of the entry before, "" for the first: an entry that was
// changed or taken out of the row is found.
type entryHead struct {
	Schema   string `json:"schema"`
	Program  string `json:"program"`
	Period   string `json:"period"`
	Number   int    `json:"number"` // from 1
	At       string `json:"at"`     // RFC 3339, UTC
	Previous string `json:"previous"`
}

// journal is an append-only row of entries beside a close: folders 001, 002, …,
// each with its record and a SHA256SUMS over all that it holds.
type journal struct {
	closes closes
	period rules.Period
	suffix string
	record string // file name of an entry's record
	schema string
}

func (c closes) exports(p rules.Period) journal {
	return journal{c, p, exportsSuffix, exportRecordName, "fleetpay.export/1"}
}

func (c closes) settlement(p rules.Period) journal {
	return journal{c, p, settlementSuffix, "scan.json", "fleetpay.scan/1"}
}

func (j journal) dir() string { return filepath.Join(j.closes.dir, j.period.String()+j.suffix) }

// entry is one folder of a journal, whose files are verified as they are read.
type entry struct {
	closedFolder
	number int
	hash   string // SHA-256 of its SHA256SUMS
}

var entryName = regexp.MustCompile(`^\d{3,}$`)

// names lists what lies in the journal's folder; none when there is no folder.
func (j journal) names() ([]string, error) {
	entries, err := os.ReadDir(j.dir())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, inFolder(j.dir(), err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names, nil
}

// number reads the number of an entry from the name of its folder.
func (j journal) number(name string) (n int, ok bool) {
	n, err := strconv.Atoi(name)
	return n, entryName.MatchString(name) && err == nil && entryFolder(n) == name
}

// byHand is the path of the first file in the journal's folder that is no entry;
// "" when there is none. In the exports somebody noted by hand a payment that was
// made without one.
func (j journal) byHand() (string, error) {
	names, err := j.names()
	for _, name := range names {
		if _, ok := j.number(name); !ok {
			return filepath.Join(j.dir(), name), nil
		}
	}
	return "", err
}

// entries reads and verifies every entry, in order: none is missing, each cites
// the one before, and no byte of any is other than its SHA256SUMS says. What is no
// entry is refused, but among the exports, where it is a note (see byHand).
func (j journal) entries() ([]entry, error) {
	names, err := j.names()
	if err != nil {
		return nil, err
	}
	byNumber := map[int]string{}
	for _, name := range names {
		n, ok := j.number(name)
		switch {
		case ok:
			byNumber[n] = name
		case j.suffix != exportsSuffix:
			return nil, refuse("%s: does not belong there; move it away", filepath.Join(j.dir(), name))
		}
	}
	var list []entry
	previous := ""
	for _, n := range sortedKeys(byNumber) {
		if n != len(list)+1 {
			return nil, refuse("%s: entry %s is missing; restore it from a copy", j.dir(), entryFolder(len(list)+1))
		}
		e, err := j.verify(n, previous)
		if err != nil {
			return nil, err
		}
		list, previous = append(list, e), e.hash
	}
	return list, nil
}

// entryFolder is the name of the nth entry's folder.
func entryFolder(n int) string { return fmt.Sprintf("%03d", n) }

// whyByHand says what a note among the exports means, and what to do.
func whyByHand(path string) string {
	return path + ": is no export of this program, so somebody noted a payment there by hand; " +
		"find out what was paid, and correct what is left to pay by adjustments in the open period"
}

// verify reads one entry's checksums and record and holds all of its files
// against them.
func (j journal) verify(n int, previous string) (entry, error) {
	dir := filepath.Join(j.dir(), entryFolder(n))
	if err := verifyFolder(dir); err != nil {
		return entry{}, err
	}
	sums, err := readSums(dir)
	if err != nil {
		return entry{}, err
	}
	hash, err := hashFile(filepath.Join(dir, sumsName))
	if err != nil {
		return entry{}, err
	}
	e := entry{closedFolder{dir, sums}, n, hash}
	path := filepath.Join(dir, j.record)
	data, err := e.read(j.record)
	if err != nil {
		return entry{}, err
	}
	var head entryHead // what else the record holds is its reader's
	if err := json.Unmarshal(data, &head); err != nil {
		return entry{}, refuse("%s: can't be read: %w; restore it from a copy", path, err)
	}
	switch {
	case head.Schema != j.schema:
		return entry{}, refuse("%s: schema is %q, and this program knows %s; use the version that wrote it", path, head.Schema, j.schema)
	case head.Period != j.period.String() || head.Number != n:
		return entry{}, refuse("%s: is entry %d of %s, and lies in the place of entry %d of %s; restore the folder from a copy",
			path, head.Number, head.Period, n, j.period)
	case head.Previous != previous:
		return entry{}, refuse("%s: follows another entry than the one before it; restore the folder from a copy", path)
	}
	return e, nil
}

// verifyFolder holds every file of a folder against its SHA256SUMS. The error
// names all that differ.
func verifyFolder(dir string) error {
	actual, err := hashTree(dir)
	if err != nil {
		return inFolder(dir, err)
	}
	findings, err := verifySums(dir, actual)
	if err != nil {
		return inFolder(filepath.Join(dir, sumsName), err)
	}
	var errs []error
	for _, f := range findings {
		errs = append(errs, fmt.Errorf("%s: %s; restore it from a copy", filepath.Join(dir, filepath.FromSlash(f.file)), f.what))
	}
	return refused(errors.Join(errs...))
}

// append adds an entry: fill writes its files into a staging folder, which is
// synced and renamed into place. The caller holds the lock, and has given the
// entry's number as the one after the last.
func (j journal) append(number int, fill func(dir string) error) (string, error) {
	staging := filepath.Join(j.closes.dir, stagingPrefix+j.period.String()+j.suffix)
	defer os.RemoveAll(staging)
	if err := os.MkdirAll(staging, 0o777); err != nil {
		return "", err
	}
	if err := fill(staging); err != nil {
		return "", err
	}
	if err := writeSums(staging); err != nil {
		return "", err
	}
	if err := syncTree(staging); err != nil {
		return "", err
	}
	if err := os.MkdirAll(j.dir(), 0o777); err != nil {
		return "", err
	}
	place := filepath.Join(j.dir(), entryFolder(number))
	if exists(place) {
		return "", fmt.Errorf("%s: appeared while it was being written; find out who made it", place)
	}
	if err := os.Rename(staging, place); err != nil {
		return "", err
	}
	if err := syncPath(j.dir()); err != nil {
		return "", err
	}
	return place, syncPath(j.closes.dir)
}
