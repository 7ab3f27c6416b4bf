package pipeline

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/gofrs/flock"
)

// lockName is the file in the closes folder that one run at a time holds.
const lockName = ".lock"

// lockFolder takes the lock of a closes folder, which it makes when it is
// missing. A second run is refused with the line that names the first. The lock
// goes with the process, however that ends; the file stays.
func lockFolder(dir, command string) (release func(), err error) {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, err
	}
	path := filepath.Join(dir, lockName)
	switch info, err := os.Lstat(path); { // opening a pipe would wait for ever
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return nil, err
	case err == nil && !info.Mode().IsRegular():
		return nil, refuse("%s: is not a plain file, and runs lock each other out with it; remove it, and run again", path)
	}
	lock := flock.New(path, flock.SetPermissions(0o666))
	got, err := lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("%s: cannot be locked: %w", path, err)
	}
	if !got {
		return nil, &busyError{dir, holder(path)}
	}
	host, err := os.Hostname()
	if err != nil {
		host = "unknown host"
	}
	line := fmt.Sprintf("fleetpay %s, process %d on %s\n", command, os.Getpid(), host)
	if err := os.WriteFile(path, []byte(line), 0o666); err != nil {
		lock.Unlock()
		return nil, err
	}
	return func() {
		_ = os.Truncate(path, 0) // the name of who held it does no harm
		lock.Unlock()
	}, nil
}

// hold takes the lock of a closes folder for a command that changes something in
// it, and removes what a killed run left.
func hold(dir, command string) (closes, func(), error) {
	c := closes{dir}
	release, err := lockFolder(dir, command)
	if err != nil {
		return c, nil, err
	}
	if err := c.sweep(); err != nil {
		release()
		return c, nil, err
	}
	return c, release, nil
}

// holder reads who holds the lock.
func holder(path string) string {
	data, err := os.ReadFile(path)
	line := strings.TrimSpace(string(data))
	if err != nil || line == "" {
		return "it has not given its name yet"
	}
	return line
}

// busyError says that another run holds the lock of a closes folder.
type busyError struct{ dir, holder string }

func (b *busyError) Error() string {
	return fmt.Sprintf("%s: another run is at work (%s); wait until it has ended", b.dir, b.holder)
}
