package command

import (
	"bytes"
	"context"
	"io/fs"
	"strings"
	"syscall"
	"testing"

	"fleetpay/pipeline"
)

// fullDisk takes nothing.
type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) {
	return 0, &fs.PathError{Op: "write", Path: "answer.json", Err: syscall.ENOSPC}
}

func TestAFullDiskIsToldWithWhatToDo(t *testing.T) {
	var stderr bytes.Buffer
	status := Run(context.Background(), []string{"version", "--json"}, fullDisk{}, &stderr)
	want := "write answer.json: no space left on device\nfree some space, and run it again; no close, approval or export is half written\n"
	if status != pipeline.ExitSurroundings || stderr.String() != want {
		t.Errorf("ended with %d: %s\nwant %s", status, stderr.String(), want)
	}
}

func TestWordsForTheRecordShowAllThatTheyHold(t *testing.T) {
	for _, good := range []string{"R. Finance", "Zoë, 经理", "a  b", "nobody's \u201cowner\u201d – 5 €"} {
		if err := checkWords("by", good); err != nil {
			t.Errorf("%q: %v", good, err)
		}
	}
	for text, what := range map[string]string{
		"a\tb": "another control character", "a\nb": "a line end", "a\u0085b": "another control character", "a\xffb": "not UTF-8",
		"a\u202eb": "U+202E", "a\u200bb": "U+200B", "\ufeffa": "U+FEFF", "a\u00adb": "U+00AD", "a\u2028b": "U+2028", "a\u2029b": "U+2029", "a\U000e0041": "U+E0041",
	} {
		if err := checkWords("reason", text); pipeline.ExitStatus(err) != pipeline.ExitUsage ||
			!strings.HasPrefix(err.Error(), "--reason ") || !strings.Contains(err.Error(), what) {
			t.Errorf("%q: got %v, want %s", text, err, what)
		}
	}
}
