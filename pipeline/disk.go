package pipeline

import (
	"io/fs"
	"os"
	"path/filepath"
)

// syncTree writes a folder with all that is in it through to the disk: every
// file, and every folder after what it holds.
func syncTree(dir string) error {
	var folders []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			folders = append(folders, path)
			return nil
		}
		return syncPath(path)
	})
	for i := len(folders) - 1; err == nil && i >= 0; i-- {
		err = syncPath(folders[i])
	}
	return err
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
