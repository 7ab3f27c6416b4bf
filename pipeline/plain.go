package pipeline

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"
)

// readPlain reads a file that a person wrote. What is no plain file is refused
// before it is opened: a pipe without a writer would wait forever.
func readPlain(path string) ([]byte, error) {
	if err := checkPlain(path); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
}

// readPlainUpTo reads as readPlain does, and refuses a file of more bytes than
// most.
func readPlainUpTo(path string, most int64) ([]byte, error) {
	if err := checkPlain(path); err != nil {
		return nil, err
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, most+1))
	if err == nil && int64(len(data)) > most {
		return nil, refuse("%s: is larger than %d KiB; a smaller file must be there", path, most>>10)
	}
	return data, err
}

// checkPlain refuses what is no plain file, and does not lead to one.
func checkPlain(path string) error {
	info, err := os.Stat(path)
	var at *fs.PathError
	switch {
	case errors.As(err, &at):
		return inputError(&fs.PathError{Op: "reading", Path: path, Err: at.Err})
	case err != nil:
		return err
	case info.IsDir():
		return refuse("%s: is a directory; a file must be there", path)
	case !info.Mode().IsRegular():
		return refuse("%s: is not a plain file; one must be there", path)
	}
	return nil
}

// openKept opens a file that a close, an export or a settlement keeps. A link is
// followed, and must lead to a plain file: a pipe would wait forever, and a device
// may have no end. Errors are those of the system, for inFolder.
func openKept(path string) (*os.File, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, err
	case info.IsDir():
		return nil, &fs.PathError{Op: "open", Path: path, Err: syscall.EISDIR}
	case !info.Mode().IsRegular():
		return nil, refuse("%s: is not a plain file; restore it from a copy", path)
	}
	return os.Open(path)
}

// readKept reads a file that openKept opens.
func readKept(path string) ([]byte, error) {
	f, err := openKept(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return data, nil
}

// strictJSON reads one JSON text that has nothing unknown and ends with the data.
func strictJSON(data []byte, into any) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		return err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows the end of it")
	}
	return nil
}
