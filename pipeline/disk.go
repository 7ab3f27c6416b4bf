package pipeline

import (
	"crypto/rand"
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

// partSuffix ends the name of a file that is being written beside its place.
const partSuffix = ".part"

// replaceFile puts a file in its place, with the folders that lead to it, by one
// rename of what is whole and on the disk. It leaves nothing behind when that fails.
func replaceFile(file string, data []byte) error {
	return replaceFrom(partOf(file), file, data, 0)
}

// partOf is the name under which a run writes a file first. It is the run's own:
// another may write at the same time.
func partOf(file string) string { return file + "." + rand.Text() + partSuffix }

// replaceFrom is replaceFile, with the name under which the file is written first, and
// with its mode, whatever the mask; 0 leaves it to the mask.
func replaceFrom(part, file string, data []byte, mode fs.FileMode) error {
	if err := os.MkdirAll(filepath.Dir(part), 0o777); err != nil {
		return err
	}
	out, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	defer os.Remove(part) // nothing, once it was renamed
	_, err = out.Write(data)
	if mode != 0 {
		err = errors.Join(err, out.Chmod(mode))
	}
	if err := errors.Join(err, out.Sync(), out.Close()); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		return err
	}
	if err := os.Rename(part, file); err != nil {
		return err
	}
	return syncPath(filepath.Dir(file))
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
