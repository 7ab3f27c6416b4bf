package pipeline

import (
	"errors"
	"io/fs"
	"os"
)

// readPlain reads a file that a person wrote. What is no plain file is refused
// before it is opened: a pipe without a writer would wait forever.
func readPlain(path string) ([]byte, error) {
	info, err := os.Stat(path)
	var at *fs.PathError
	switch {
	case errors.As(err, &at):
		return nil, inputError(&fs.PathError{Op: "reading", Path: path, Err: at.Err})
	case err != nil:
		return nil, err
	case info.IsDir():
		return nil, refuse("%s: is a directory; a file must be there", path)
	case !info.Mode().IsRegular():
		return nil, refuse("%s: is not a plain file; one must be there", path)
	}
	return os.ReadFile(path)
}
