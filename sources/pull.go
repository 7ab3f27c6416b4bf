package sources

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// Saved is one input as it was brought in.
type Saved struct {
	Dataset string
	Source  string // as configured, with slashes: data/operators.csv
	Path    string // from the close's folder, with slashes: inputs/operators/operators.csv
	SHA256  string // of the bytes, in 64 lower-case hex digits
	Bytes   int64
}

// PullFiles copies the files that a pattern names (see ResolveFiles) into
// destRoot/inputs/<dataset>/, byte for byte, in the order of ResolveFiles and under
// the names of TargetNames; see CopyFiles.
func PullFiles(ctx context.Context, dataset, base, pattern, period, destRoot string) ([]Saved, error) {
	names, err := ResolveFiles(base, pattern, period)
	if err != nil {
		return nil, err
	}
	return CopyFiles(ctx, dataset, base, names, TargetNames(names), destRoot)
}

// CopyFiles copies files into destRoot/inputs/<dataset>/, byte for byte, the nth of
// names to the nth of targets, and syncs them and their folder to the disk. A file
// that is there already, a file that changes while it is copied, and an ended
// context are errors.
func CopyFiles(ctx context.Context, dataset, base string, names, targets []string, destRoot string) ([]Saved, error) {
	folder, err := InputFolder(dataset, destRoot)
	if err != nil {
		return nil, err
	}
	var saved []Saved
	for i, target := range targets {
		s, err := copyFile(ctx, Locate(base, names[i]), names[i], filepath.Join(folder, target))
		if err != nil {
			return nil, err
		}
		s.Dataset, s.Source = dataset, names[i]
		s.Path = path.Join("inputs", dataset, target)
		saved = append(saved, s)
	}
	for _, dir := range []string{folder, filepath.Dir(folder)} {
		if err := syncFolder(dir); err != nil {
			return nil, err
		}
	}
	return saved, nil
}

// InputFolder makes destRoot/inputs/<dataset>.
func InputFolder(dataset, destRoot string) (string, error) {
	if !isFolderName(dataset) {
		return "", fmt.Errorf("%s can't name a folder; use a-z, 0-9 and _", quote(dataset))
	}
	folder := filepath.Join(destRoot, "inputs", dataset)
	return folder, os.MkdirAll(folder, 0o755)
}

// isFolderName allows what a dataset may be called, so that no name leads out of
// the folder of inputs.
func isFolderName(s string) bool {
	for i := 0; i < len(s); i++ {
		if b := s[i]; !(b >= 'a' && b <= 'z' || i > 0 && (b == '_' || isDigit(b))) {
			return false
		}
	}
	return s != ""
}

// TargetNames gives every file that goes into one folder a base name of its own,
// also where upper and lower case are one. When several have the same base name, the
// first keeps it and the others get the first free number in front: 2-operators.csv.
func TargetNames(names []string) []string {
	wanted := make(map[string]bool, len(names))
	for _, name := range names {
		wanted[strings.ToLower(path.Base(name))] = true
	}
	taken := make(map[string]bool, len(names))
	targets := make([]string, len(names))
	for i, name := range names {
		target := path.Base(name)
		for n := 2; taken[strings.ToLower(target)] || target != path.Base(name) && wanted[strings.ToLower(target)]; n++ {
			target = fmt.Sprintf("%d-%s", n, path.Base(name))
		}
		taken[strings.ToLower(target)] = true
		targets[i] = target
	}
	return targets
}

// copyFile copies one file and takes its checksum in the same pass.
func copyFile(ctx context.Context, from, name, to string) (s Saved, err error) {
	src, err := openRegular(from, name)
	if err != nil {
		return Saved{}, err
	}
	defer src.Close()
	before, err := src.Stat()
	if err != nil {
		return Saved{}, &FileError{File: name, Message: reason(err), Err: err}
	}
	dst, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return Saved{}, err
	}
	defer func() {
		if closeErr := dst.Close(); err == nil {
			err = closeErr
		}
		if err != nil {
			_ = os.Remove(to) // half a copy must not pass for a whole one
		}
	}()
	sum := sha256.New()
	n, err := io.CopyBuffer(struct{ io.Writer }{io.MultiWriter(dst, sum)}, contextReader{ctx, src}, make([]byte, 256<<10))
	if err != nil {
		if ctx.Err() != nil {
			return Saved{}, ctx.Err()
		}
		return Saved{}, fmt.Errorf("%s: can't be copied: %w", name, err)
	}
	after, err := src.Stat()
	if err != nil {
		return Saved{}, &FileError{File: name, Message: reason(err), Err: err}
	}
	if n != before.Size() || n != after.Size() || !before.ModTime().Equal(after.ModTime()) {
		return Saved{}, &FileError{File: name, Message: "changed while it was copied; try again when it is complete"}
	}
	if err := dst.Sync(); err != nil {
		return Saved{}, err
	}
	return Saved{SHA256: hex.EncodeToString(sum.Sum(nil)), Bytes: n}, nil
}

// contextReader stops a copy when its context ends.
type contextReader struct {
	ctx context.Context
	r   io.Reader
}

func (c contextReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}

func syncFolder(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}
