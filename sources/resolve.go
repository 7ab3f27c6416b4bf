package sources

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"unicode"
	"unicode/utf8"
)

// Locate turns a name that ResolveFiles returned into a path to open.
func Locate(base, name string) string {
	path := filepath.FromSlash(name)
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(base, path)
}

// ResolveFiles finds the files that a configured pattern names: {period} becomes
// period (2026-10), and *, ? and [a-z] match within a name as in a shell, hidden
// files left out. A file that exists under the pattern's own spelling is taken
// as it is. The names come back sorted by their bytes, with slashes, relative to
// base as the pattern is unless it is absolute; Locate makes paths of them.
//
// It is an error when nothing matches, when a match is no plain file, when a
// folder on the way can't be read, and when a name could not stand in a list of
// files (control characters, or not UTF-8).
func ResolveFiles(base, pattern, period string) ([]string, error) {
	if pattern == "" {
		return nil, errors.New("no file is named; name one, as in data/operators.csv")
	}
	want := filepath.ToSlash(strings.ReplaceAll(pattern, "{period}", period))
	shown := quote(pattern)
	if want != pattern {
		shown += fmt.Sprintf(" ({period} is %s: %s)", period, want)
	}
	names := []string{want}
	if _, err := os.Lstat(Locate(base, want)); err != nil {
		if names, err = expand(base, want); err != nil {
			return nil, fmt.Errorf("%s: %w", shown, err)
		}
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("%s matches no file; put one there or correct the pattern", shown)
	}
	for _, name := range names {
		if !utf8.ValidString(name) || strings.ContainsFunc(name, unicode.IsControl) {
			return nil, fmt.Errorf("%s: the name %s holds a control character or is not UTF-8; rename the file", shown, quote(name))
		}
		info, err := os.Stat(Locate(base, name))
		switch {
		case err != nil:
			return nil, &FileError{File: name, Message: reason(err), Err: err}
		case info.IsDir():
			return nil, &FileError{File: name, Message: "is a directory; name a file"}
		case !info.Mode().IsRegular():
			return nil, &FileError{File: name, Message: "is not a plain file; name one"}
		}
	}
	slices.Sort(names)
	return names, nil
}

// expand matches a pattern one name at a time. filepath.Glob does not serve: it
// hides folders that can't be read, and would take brackets in base for its own.
func expand(base, pattern string) ([]string, error) {
	found := []string{""}
	if strings.HasPrefix(pattern, "/") {
		found, pattern = []string{"/"}, strings.TrimLeft(pattern, "/")
	}
	parts := strings.Split(pattern, "/")
	for i, part := range parts {
		var next []string
		for _, dir := range found {
			names, err := matchNames(base, dir, part)
			if err != nil {
				return nil, err
			}
			for _, name := range names {
				if i < len(parts)-1 {
					name += "/"
				}
				next = append(next, dir+name)
			}
		}
		found = next
	}
	return found, nil
}

// matchNames lists what in the folder dir matches one part of a pattern.
func matchNames(base, dir, part string) ([]string, error) {
	folder := Locate(base, dir)
	if !strings.ContainsAny(part, `*?[\`) {
		_, err := os.Lstat(filepath.Join(folder, part))
		switch {
		case err == nil:
			return []string{part}, nil
		case notThere(err):
			return nil, nil
		}
		return nil, err
	}
	if _, err := filepath.Match(part, ""); err != nil {
		return nil, fmt.Errorf("%s is not a pattern; close its bracket", quote(part))
	}
	entries, err := os.ReadDir(folder)
	switch {
	case notThere(err):
		return nil, nil
	case err != nil:
		return nil, err
	}
	var names []string
	for _, e := range entries {
		hidden := strings.HasPrefix(e.Name(), ".") && !strings.HasPrefix(part, ".")
		if ok, _ := filepath.Match(part, e.Name()); ok && !hidden {
			names = append(names, e.Name())
		}
	}
	return names, nil
}

// notThere tells an error that means no match from one that hides what is there.
func notThere(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR)
}
