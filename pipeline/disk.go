package pipeline

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
)

// syncersAtOnce is how many files are synced at the same time: file systems
// commit them together, which matters with thousands of statements.
const syncersAtOnce = 16

// syncTree writes a folder with all that is in it through to the disk: every
// file, and then every folder after what it holds.
func syncTree(dir string) error {
	var folders, files []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() {
			folders = append(folders, path)
		} else {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		return err
	}
	errs := make([]error, len(files))
	next := make(chan int)
	var syncers sync.WaitGroup
	for range syncersAtOnce {
		syncers.Go(func() {
			for i := range next {
				errs[i] = syncPath(files[i])
			}
		})
	}
	for i := range files {
		next <- i
	}
	close(next)
	syncers.Wait()
	for i := len(folders) - 1; i >= 0; i-- {
		errs = append(errs, syncPath(folders[i]))
	}
	return errors.Join(errs...)
}

// syncPath writes one file or folder through to the disk.
func syncPath(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}

// writeFile writes a file with the folders that lead to it.
func writeFile(path string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	return os.WriteFile(path, data, 0o666)
}

// exists tells whether something is at path.
func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// emptyFolders returns every folder below dir that holds nothing, as a slash
// path, in byte order.
func emptyFolders(dir string) ([]string, error) {
	var empty []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() || path == dir {
			return err
		}
		entries, err := os.ReadDir(path)
		if err != nil || len(entries) > 0 {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		empty = append(empty, filepath.ToSlash(rel))
		return err
	})
	return sorted(empty), err
}

// listFiles returns every file below dir as a slash path, in byte order.
func listFiles(dir string) ([]string, error) {
	var files []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		files = append(files, filepath.ToSlash(rel))
		return err
	})
	return sorted(files), err
}
