package pipeline

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"fleetpay/rules"
)

// Names in a closes folder. Staging and work folders begin with a point and stay
// only when a run was killed; the next run removes them under the lock.
const (
	stagingPrefix = ".staging-"
	workPrefix    = ".work-"
	withdrawnName = "withdrawn"
)

// closes is the folder in which closed periods are kept.
type closes struct{ dir string }

func (c closes) folder(p rules.Period) string  { return filepath.Join(c.dir, p.String()) }
func (c closes) staging(p rules.Period) string { return filepath.Join(c.dir, stagingPrefix+p.String()) }
func (c closes) work(p rules.Period) string    { return filepath.Join(c.dir, workPrefix+p.String()) }

// withdrawn is the folder of the nth withdrawn close of p; its record lies
// beside it with the ending .json.
func (c closes) withdrawn(p rules.Period, n int) string {
	return filepath.Join(c.dir, withdrawnName, fmt.Sprintf("%s-%d", p, n))
}

// list returns the closed periods in ascending order. A folder that is named
// like a period and holds no run record is no close of ours: it is refused, so
// that nothing is ever written over it.
func (c closes) list() ([]rules.Period, error) {
	s, err := c.survey()
	if err != nil {
		return nil, err
	}
	return s.closed, s.clear()
}

// notAClose refuses a folder that is named like a closed one and is none.
func notAClose(folder string) error {
	return refuse("%s: is in the way: it holds no %s, so it is no close; move it away", folder, recordName)
}

// sweep removes what a killed run left: staging and work folders, and the record
// of a withdrawal whose folder never moved. The caller holds the lock.
func (c closes) sweep() error {
	entries, err := os.ReadDir(c.dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), stagingPrefix) || strings.HasPrefix(e.Name(), workPrefix) {
			if err := os.RemoveAll(filepath.Join(c.dir, e.Name())); err != nil {
				return err
			}
		}
	}
	return c.sweepWithdrawn()
}

// withdrawnRecord is the name of a withdrawal's record, and of one half written.
var withdrawnRecord = regexp.MustCompile(`^(\d{4}-\d{2})-\d+\.json(\.part)?$`)

// withdrawnNamed lists what lies among the withdrawn closes under a name of a form:
// of each the name, and the parts of it that the form has.
func (c closes) withdrawnNamed(form *regexp.Regexp) ([][]string, error) {
	entries, err := os.ReadDir(filepath.Join(c.dir, withdrawnName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var names [][]string
	for _, e := range entries {
		if name := form.FindStringSubmatch(e.Name()); name != nil {
			names = append(names, name)
		}
	}
	return names, nil
}

// sweepWithdrawn removes the record of a withdrawal that was cut off before its
// folder moved: the close it speaks of still stands.
func (c closes) sweepWithdrawn() error {
	names, err := c.withdrawnNamed(withdrawnRecord)
	if err != nil {
		return err
	}
	for _, name := range names {
		path := filepath.Join(c.dir, withdrawnName, name[0])
		if name[2] == "" {
			stands, err := c.stillStands(path, filepath.Join(c.dir, name[1]))
			if err != nil {
				return err
			}
			if !stands {
				continue
			}
		}
		if err := os.Remove(path); err != nil {
			return err
		}
	}
	return nil
}

// stillStands tells whether the close that a withdrawal's record speaks of is in
// its old place.
func (c closes) stillStands(record, folder string) (bool, error) {
	var w Withdrawal
	if err := readJSON(record, &w); err != nil {
		return false, err
	}
	if exists(filepath.Join(c.dir, filepath.FromSlash(w.Folder))) || !exists(filepath.Join(folder, sumsName)) {
		return false, nil
	}
	sum, err := hashFile(filepath.Join(folder, sumsName))
	return sum == w.SHA256SUMS, err
}

// place is where a period stands in the chain of closes.
type place struct {
	closed bool         // there is a close of it
	first  rules.Period // of the chain
	after  bool         // a close precedes it
}

// placeOf finds where p stands, and refuses a period that would leave a hole in
// the chain or lie before its beginning.
func (c closes) placeOf(p rules.Period) (place, error) {
	closed, err := c.list()
	if err != nil {
		return place{}, err
	}
	if len(closed) == 0 {
		return place{first: p}, nil
	}
	first, last := closed[0], closed[len(closed)-1]
	at := place{closed: slices.Contains(closed, p), first: first, after: p != first}
	switch {
	case at.closed:
	case p.Before(first):
		return at, refuse("%s: the closes begin with %s, and no period before the first can be closed", p, first)
	case p.Before(last):
		return at, refuse("%s: %s is closed already, and a period before it can't be closed any more; restore %s from a copy",
			p, last, c.folder(p))
	case p != last.Next():
		return at, refuse("%s: %s is not closed yet; close it first", p, last.Next())
	}
	return at, nil
}

// withdrawals reads the records of the withdrawn closes of p, in order.
func (c closes) withdrawals(p rules.Period) ([]Withdrawal, error) {
	paths, err := filepath.Glob(filepath.Join(escapeGlob(c.dir), withdrawnName, p.String()+"-*.json"))
	if err != nil {
		return nil, err
	}
	list := []Withdrawal{}
	for _, path := range paths {
		var w Withdrawal
		if err := readJSON(path, &w); err != nil {
			return nil, err
		}
		list = append(list, w)
	}
	slices.SortFunc(list, func(a, b Withdrawal) int { return withdrawalNumber(a.Folder) - withdrawalNumber(b.Folder) })
	return list, nil
}

// withdrawalNumber reads the number at the end of withdrawn/2026-10-1.
func withdrawalNumber(folder string) int {
	n, err := strconv.Atoi(folder[strings.LastIndex(folder, "-")+1:])
	if err != nil {
		return 0
	}
	return n
}

// escapeGlob makes a path that filepath.Glob takes literally.
func escapeGlob(path string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(path)
}
