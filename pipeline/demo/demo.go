// Package demo makes the workspace of an invented fleet: twelve operators, sixty
// nodes and four partners over six months, in which each rule version, two
// quarter ends and most of what can happen to a payee occur.
//
//	files/          ──► copied as they stand (master data and the story)
//	changes         ──► operators, partners and confirmations, one export a month
//	outages         ──► heartbeats (Parquet) and incidents (JSON Lines)
//	the generator   ──► tasks, leads, trainings
//	approvers       ──► allowed_signers and a key for each
//
// The same program writes the same bytes anywhere: the generator has a fixed
// seed, and no clock is read.
package demo

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

//go:embed files
var files embed.FS

// ErrNotEmpty refuses a folder that holds anything; nothing was written.
var ErrNotEmpty = errors.New("is not empty; name a new or an empty folder")

// Write makes the demo workspace in dir, which must be empty or absent. It calls
// progress, which may be nil, with the stage that goes on and how many of its
// rows are done. Interrupted through ctx, it leaves dir incomplete and says so.
func Write(ctx context.Context, dir string, progress func(stage string, done, total int64)) error {
	if progress == nil {
		progress = func(string, int64, int64) {}
	}
	if err := makeEmpty(dir); err != nil {
		return err
	}
	f, err := newFleet()
	if err != nil {
		return err
	}
	steps := []func() error{
		func() error { return copyFiles(dir) },
		func() error { return writeApprovers(dir) },
		func() error { return f.writeExports(dir) },
		func() error { return f.writeIncidents(dir) },
		func() error { return f.writeTasks(dir) },
		func() error { return f.writeLeads(dir) },
		func() error { return f.writeTrainings(dir) },
		func() error { return f.writeHeartbeats(ctx, dir, progress) },
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return fmt.Errorf("demo workspace %s is incomplete: %w", dir, err)
		}
	}
	return nil
}

// makeEmpty creates dir with its folders and refuses a dir that holds
// anything, so that nobody's files are mixed with invented ones.
func makeEmpty(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if len(entries) > 0 {
		return fmt.Errorf("%s %w", dir, ErrNotEmpty)
	}
	return errors.Join(os.MkdirAll(filepath.Join(dir, "data"), 0o777), os.MkdirAll(filepath.Join(dir, "explorer"), 0o777))
}

// exported are the files of which a copy is written per month, changed as the
// story goes on; the others are copied as they stand.
var exported = map[string]bool{"operators.csv": true, "partners.csv": true, "confirmations.csv": true}

func copyFiles(dir string) error {
	return fs.WalkDir(files, "files", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel("files", filepath.FromSlash(path))
		if err != nil || exported[rel] {
			return err
		}
		b, err := files.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(dir, rel), b, 0o666)
	})
}
