package pipeline

import (
	"errors"
	"io/fs"
	"syscall"
)

// How errors about the files of a closed folder are worded. Nobody corrects such
// a file: it is restored from a copy.

// inFolder makes what the system says of a file of a closed folder an error that
// names the file and what to do. What is wrong with the surroundings, such as a
// disk that fails, stays as it is.
func inFolder(name string, err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return refuse("%s: is missing; restore it from a copy", name)
	case errors.Is(err, syscall.ENOTDIR), errors.Is(err, syscall.EISDIR), errors.Is(err, syscall.ELOOP):
		return refuse("%s: is not a plain file; restore it from a copy", name)
	}
	return err
}

// badTable names the file of an error in a table of a closed folder. Most begin
// with their line.
func badTable(name string, err error) error {
	text := err.Error()
	if text != "" && text[0] >= '0' && text[0] <= '9' {
		return refuse("%s:%w; restore it from a copy", name, err)
	}
	return refuse("%s: %w; restore it from a copy", name, err)
}
