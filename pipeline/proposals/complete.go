package proposals

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// finish puts the files of an entry into their places. It goes on where another run
// was killed: a file that took its place already is passed over.
func (w *Workspace) finish(e Entry) error {
	rename := w.rename
	if rename == nil {
		rename = os.Rename
	}
	for _, f := range e.Files {
		path, staged, waits, err := w.waiting(f)
		if err != nil {
			return err
		}
		if !waits {
			continue
		}
		if err := w.stillWhole(f, path, staged, e); err != nil {
			return err
		}
		if err := rename(staged, path); err != nil {
			return err
		}
		if err := syncFolder(filepath.Dir(path)); err != nil {
			return err
		}
	}
	return nil
}

// waiting tells whether a file of an entry has not taken its place yet.
func (w *Workspace) waiting(f FileChange) (path, staged string, waits bool, err error) {
	path, err = filepath.EvalSymlinks(w.Locate(f.File))
	if errors.Is(err, fs.ErrNotExist) {
		return "", "", false, nil // moved away since: what became of it is not ours
	}
	if err != nil {
		return "", "", false, err
	}
	staged = filepath.Join(filepath.Dir(path), f.Staged)
	_, err = os.Lstat(staged)
	if errors.Is(err, fs.ErrNotExist) {
		return path, staged, false, nil
	}
	return path, staged, err == nil, err
}

// stillWhole refuses to put a file over another one than it was made from.
func (w *Workspace) stillWhole(f FileChange, path, staged string, e Entry) error {
	old, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	made, err := os.ReadFile(staged)
	if err != nil {
		return err
	}
	switch {
	case hash(made) != f.After:
		return fmt.Errorf("%s: is not what entry %s prepared; remove it, and see to it that %s holds the rows of the entry", staged, entryName(e.Number), f.File)
	case hash(old) != f.Before && hash(old) != f.After:
		return fmt.Errorf("%s: was changed since entry %s of %s prepared another one (%s), and before that could take its place; "+
			"add the rows of the entry by hand, and remove %s", f.File, entryName(e.Number), e.Proposal, staged, staged)
	}
	return nil
}

// Unfinished tells whether a run was killed while it put files into their places.
// It needs no lock.
func (w *Workspace) Unfinished(entries []Entry) (bool, error) {
	if len(entries) == 0 {
		return false, nil
	}
	for _, f := range entries[len(entries)-1].Files {
		if _, _, waits, err := w.waiting(f); err != nil || waits {
			return waits, err
		}
	}
	return false, nil
}

// Complete does what a killed run left to do: it puts the files of the last entry
// into their places, and removes files that no entry speaks of. Only the last entry
// can be unfinished: the next one begins here.
func (w *Workspace) Complete(entries []Entry, files []string) error {
	named := map[string]bool{}
	if len(entries) > 0 {
		last := entries[len(entries)-1]
		if err := w.finish(last); err != nil {
			return err
		}
	}
	for _, file := range files {
		path, err := filepath.EvalSymlinks(w.Locate(file))
		if err != nil || named[path] {
			continue // the source itself is told wrong elsewhere
		}
		named[path] = true
		if err := sweep(path); err != nil {
			return err
		}
	}
	return nil
}

// sweep removes what was staged for a file and never decided.
func sweep(path string) error {
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		return err
	}
	for _, e := range entries {
		rest, ok := strings.CutPrefix(e.Name(), stagedPrefix)
		number, name, _ := strings.Cut(rest, "-")
		if ok && name == filepath.Base(path) && entryForm.MatchString(number+".json") {
			if err := os.Remove(filepath.Join(filepath.Dir(path), e.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}
