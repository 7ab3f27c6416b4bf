package fetch

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
	"strings"
)

// Shelf is a folder of the pieces of a pull, so that one that breaks off goes on
// where it stood. A piece counts only when it is whole and as it was written: its
// note, NAME.json, is written last and holds its SHA-256.
type Shelf struct{ Dir string } // made when needed

// Piece is a file on a shelf, and what was asked to get it.
type Piece struct {
	Path string
	Log  []Entry
}

// note is what stands beside a piece.
type note struct {
	File   string  `json:"file"`
	SHA256 string  `json:"sha256"`
	Bytes  int64   `json:"bytes"`
	Log    []Entry `json:"log"`
}

// The endings of what stands beside a piece.
const (
	noteEnding = ".json" // its note
	partEnding = ".part" // what is being written
)

// Find returns a piece, or nil when it is not there. What is damaged, or was left
// by a run that broke off, is removed. The name is as for Put.
func (s *Shelf) Find(name string) (*Piece, error) {
	path, err := s.path(name)
	if err != nil {
		return nil, err
	}
	if err := removeAll(path+partEnding, path+noteEnding+partEnding); err != nil {
		return nil, err
	}
	text, err := os.ReadFile(path + noteEnding)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var n note
	if err != nil || json.Unmarshal(text, &n) != nil || n.File != name {
		return nil, removeAll(path+noteEnding, path)
	}
	size, sum, err := hashFile(path)
	switch {
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return nil, err
	case err != nil || size != n.Bytes || sum != n.SHA256:
		return nil, removeAll(path+noteEnding, path)
	}
	return &Piece{Path: path, Log: n.Log}, nil
}

// Put has write make a file at a path, and keeps it with the log under a name: of
// letters, digits, "-" and ".", beginning with a letter or digit and not ending
// with .json or .part. A piece of that name is replaced. When anything fails, a
// full disk say, the error is as it came and no half piece is left.
func (s *Shelf) Put(name string, write func(path string) error, log []Entry) (_ *Piece, err error) {
	path, err := s.path(name)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(s.Dir, 0o777); err != nil {
		return nil, err
	}
	part, notePart := path+partEnding, path+noteEnding+partEnding
	if err := removeAll(part, notePart); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil { // which is what matters; what can't be removed now is swept by the next run
			_ = removeAll(part, notePart)
		}
	}()
	if err := write(part); err != nil {
		return nil, err
	}
	if err := syncPath(part); err != nil {
		return nil, err
	}
	size, sum, err := hashFile(part)
	if err != nil {
		return nil, err
	}
	if log == nil {
		log = []Entry{}
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", " ")
	if err := encoder.Encode(note{File: name, SHA256: sum, Bytes: size, Log: log}); err != nil {
		return nil, err
	}
	if err := os.WriteFile(notePart, text.Bytes(), 0o666); err != nil {
		return nil, err
	}
	if err := syncPath(notePart); err != nil {
		return nil, err
	}
	if err := removeAll(path + noteEnding); err != nil { // it is the old piece's
		return nil, err
	}
	if err := os.Rename(part, path); err != nil {
		return nil, err
	}
	if err := os.Rename(notePart, path+noteEnding); err != nil {
		_ = os.Remove(path) // it counts for nothing
		return nil, err
	}
	if err := syncPath(s.Dir); err != nil {
		return nil, err
	}
	return &Piece{Path: path, Log: log}, nil
}

// Remove removes the folder with every piece.
func (s *Shelf) Remove() error {
	if s.Dir == "" {
		return errors.New("the shelf has no folder; give it one")
	}
	return os.RemoveAll(s.Dir)
}

// path checks a name and returns where its piece is.
func (s *Shelf) path(name string) (string, error) {
	switch {
	case s.Dir == "":
		return "", errors.New("the shelf has no folder; give it one")
	case name == "" || strings.ContainsFunc(name, func(r rune) bool { return !nameRune(r) }) || strings.Trim(name[:1], "-.") == "":
		return "", fmt.Errorf("%q is not the name of a piece; write letters, digits, - . and _, and begin with a letter or digit", Printable(name))
	case strings.HasSuffix(name, noteEnding) || strings.HasSuffix(name, partEnding):
		return "", fmt.Errorf("%q is not the name of a piece: what ends with %s or %s stands beside one; choose another ending", name, noteEnding, partEnding)
	}
	return filepath.Join(s.Dir, name), nil
}

func nameRune(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '-' || r == '.' || r == '_'
}

// removeAll removes files that may not be there.
func removeAll(paths ...string) error {
	for _, path := range paths {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// syncPath writes a file or a folder through to the disk.
func syncPath(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}

// hashFile returns a file's size and SHA-256.
func hashFile(path string) (size int64, sum string, err error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, "", err
	}
	defer f.Close()
	h := sha256.New()
	if size, err = io.Copy(h, f); err != nil {
		return 0, "", err
	}
	return size, hex.EncodeToString(h.Sum(nil)), nil
}
