package pipeline

import (
	"context"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"fleetpay/outputs"
	"fleetpay/pipeline/measure"
	"fleetpay/rules"
)

// The exit statuses of every command.
const (
	ExitDone         = 0
	ExitSurroundings = 1 // disk, network, lock: try again when it is mended
	ExitUsage        = 2
	ExitRefused      = 3 // the input, the rules or the state refuse it
	ExitDiffers      = 4 // a rerun differs
)

// Refusal is an error that lies in the input, the rules or the state of the
// workspace, and not in its surroundings.
type Refusal struct{ Err error }

func (r *Refusal) Error() string { return r.Err.Error() }

// Unwrap returns the reason.
func (r *Refusal) Unwrap() error { return r.Err }

// refuse makes a Refusal from a message.
func refuse(format string, args ...any) error {
	return &Refusal{fmt.Errorf(format, args...)}
}

// refused marks err as a Refusal; nil stays nil.
func refused(err error) error {
	if err == nil {
		return nil
	}
	return &Refusal{err}
}

// RejectsError refuses a close whose inputs hold bad rows. Rejects are sorted by
// file and line; File is the path as the user knows it.
type RejectsError struct {
	Period   rules.Period
	Rows     int64 // bad rows; 0 when a file is wrong as a whole, and nobody counted them
	Rejects  []outputs.Reject
	Counts   []measure.Counts // of every input
	Files    []error          // files that are wrong as a whole
	Waivable []string         // datasets with bad rows that may be left out
	Needed   []string         // those whose bad rows may not
}

func (e *RejectsError) Error() string {
	message := fmt.Sprintf("%s: %s in the inputs; correct them", e.Period, count(e.rows(), "bad row"))
	if len(e.Waivable) > 0 && len(e.Files) == 0 { // a file that is wrong as a whole can't be left out
		message += fmt.Sprintf(", or%s go on without those of %s with --allow-rejects %s --by NAME",
			e.corrected(), strings.Join(e.Waivable, ", "), strings.Join(e.Waivable, ","))
	}
	return message
}

// corrected says what must be corrected before the other bad rows may be left out;
// nothing when all of them may.
func (e *RejectsError) corrected() string {
	switch len(e.Needed) {
	case 0:
		return ""
	case 1:
		return fmt.Sprintf(", after %s is corrected, which can't be waived,", e.Needed[0])
	}
	return fmt.Sprintf(", after %s are corrected, which can't be waived,", strings.Join(e.Needed, ", "))
}

// rows counts the bad rows, those of one line as one where nobody counted: one with
// several bad cells has several rejects.
func (e *RejectsError) rows() int {
	if e.Rows > 0 {
		return int(e.Rows)
	}
	n := 0
	for i, r := range e.Rejects {
		if i == 0 || r.File != e.Rejects[i-1].File || r.Line != e.Rejects[i-1].Line {
			n++
		}
	}
	return n
}

// inputError marks what is wrong with an input as a refusal, unless its
// surroundings are at fault: a disk that is full or can't be read, or a run that
// was stopped.
func inputError(err error) error {
	var errno syscall.Errno
	var done *Refusal
	switch {
	case err == nil, errors.As(err, &done), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.As(err, &errno) && !slices.Contains([]syscall.Errno{syscall.ENOENT, syscall.ENOTDIR, syscall.EISDIR, syscall.ELOOP}, errno):
		return err
	}
	return &Refusal{err}
}

// renamed is an error whose text calls the files what the user calls them.
type renamed struct {
	error
	names *strings.Replacer
}

func (r renamed) Error() string { return r.names.Replace(r.error.Error()) }
func (r renamed) Unwrap() error { return r.error }

// named makes an error speak of the files that were pulled, and not of their
// copies, which go with the staging folder.
func (c *closing) named(err error) error {
	inputs := slices.Clone(c.record.Inputs)
	slices.SortFunc(inputs, func(a, b InputFile) int { return len(b.Path) - len(a.Path) })
	pairs := []string{filepath.ToSlash(c.staging) + "/", ""}
	source := map[string]string{}
	for _, f := range inputs {
		pairs = append(pairs, f.Path, f.Source)
		source[f.Path] = f.Source
	}
	var rejects *RejectsError
	if errors.As(err, &rejects) {
		names := strings.NewReplacer(pairs...)
		for i := range rejects.Rejects {
			r := &rejects.Rejects[i]
			r.File, r.Message = source[r.File], names.Replace(r.Message) // which may name the row that came first
		}
		for i := range rejects.Files {
			rejects.Files[i] = renamed{rejects.Files[i], names}
		}
	}
	return renamed{err, strings.NewReplacer(pairs...)}
}

// UsageError is a command line that can't be understood.
type UsageError struct{ Err error }

func (u *UsageError) Error() string { return u.Err.Error() }

// Unwrap returns the reason.
func (u *UsageError) Unwrap() error { return u.Err }

// Advice says what to do about an error of the surroundings that the system words;
// "" when there is nothing to add.
func Advice(err error) string {
	var network *net.OpError
	if ExitStatus(err) != ExitSurroundings || errors.As(err, &network) {
		return "" // it says itself what to do, or is of no file
	}
	for _, a := range advice {
		for _, errno := range a.errnos {
			if errors.Is(err, errno) {
				return a.text
			}
		}
	}
	return ""
}

// advice is what to do about errors of the system. What was begun is staged, and
// goes with the run.
var advice = []struct {
	errnos []error
	text   string
}{
	{[]error{syscall.ENOSPC, syscall.EDQUOT}, "free some space, and run it again; no close, approval or export is half written"},
	{[]error{syscall.EFBIG}, "let larger files be written there (ulimit -f, or another file system), and run it again; no close, approval or export is half written"},
	{[]error{syscall.ENOTDIR}, "a file is where a folder must be; move it away, and run it again"},
	{[]error{syscall.EROFS}, "make it writable, and run it again"},
	{[]error{syscall.ENOLCK, syscall.ENOSYS}, "keep the closes on a file system that has file locks, and run it again"},
	{[]error{syscall.EIO}, "look in the system's log whether the disk fails, and run it again once it is mended"},
	{[]error{syscall.EACCES, syscall.EPERM}, "let this user read and write there (see ls -l), and run it again"},
}

// ExitStatus maps an error to the status with which the program ends.
func ExitStatus(err error) int {
	var (
		usage   *UsageError
		refusal *Refusal
		rejects *RejectsError
		differs *DiffersError
	)
	switch {
	case err == nil:
		return ExitDone
	case errors.As(err, &usage):
		return ExitUsage
	case errors.As(err, &differs):
		return ExitDiffers
	case errors.As(err, &refusal), errors.As(err, &rejects):
		return ExitRefused
	}
	return ExitSurroundings
}

// count words a number of things: 1 bad row, 2 bad rows.
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
