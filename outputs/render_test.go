package outputs

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"fleetpay/rules"
)

func filesBelow(t *testing.T, dir string) []string {
	t.Helper()
	var paths []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			rel, _ := filepath.Rel(dir, path)
			paths = append(paths, filepath.ToSlash(rel))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

func TestAMonthIsRenderedIntoTheseFilesAndNoOthers(t *testing.T) {
	dir := t.TempDir()
	var calls []int
	err := Render(t.Context(), smallMonth(), dir, func(done, total int) {
		if total != 11 {
			t.Errorf("of %d files", total)
		}
		calls = append(calls, done)
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"exceptions.csv", "lines.csv", "measures.csv", "payments/usdc.json", "payouts.csv", "payouts.xlsx", "rejects.csv",
		"statements/operator-alpha.pdf", "statements/operator-bravo.pdf", "statements/operator-charlie.pdf", "statements/partner-pine.pdf",
	}
	if got := filesBelow(t, dir); !reflect.DeepEqual(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
	if !reflect.DeepEqual(calls, []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}) {
		t.Errorf("progress was %v", calls)
	}
}

func TestTheFilesInMemoryAreThoseOnDisk(t *testing.T) {
	m := smallMonth()
	dir := rendered(t, m)
	files, err := Files(m)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		onDisk, err := os.ReadFile(filepath.Join(dir, f.Path))
		if err != nil {
			t.Fatal(err)
		}
		if got := written(t, func(b *bytes.Buffer) error { return f.Write(b) }); got != string(onDisk) {
			t.Errorf("%s differs", f.Path)
		}
	}
}

func TestNothingIsWrittenOverAnotherFile(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, PayoutsPath), []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Render(t.Context(), smallMonth(), dir, nil); !errors.Is(err, fs.ErrExist) || !strings.HasPrefix(err.Error(), "payouts.csv: ") {
		t.Errorf("got %v", err)
	}
	if kept, _ := os.ReadFile(filepath.Join(dir, PayoutsPath)); string(kept) != "mine" {
		t.Errorf("the file is now %q", kept)
	}
}

func TestTheFirstErrorStopsTheRest(t *testing.T) {
	broken := errors.New("disk full")
	files := make([]File, 1000)
	for i := range files {
		files[i] = File{Path: "f", Write: func(io.Writer) error { return nil }}
	}
	var done int
	err := EachFile(t.Context(), files, func(File) error { return broken }, func(int, int) { done++ })
	if !errors.Is(err, broken) || err.Error() != "f: disk full" || done != 0 {
		t.Errorf("%d done, %v", done, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	err = EachFile(ctx, files, func(File) error { cancel(); return nil }, nil)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestABookThatDoesNotHoldTogetherIsRefused(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*rules.Book)
		err    string
	}{
		{"a payee twice", func(b *rules.Book) { b.Payouts = append(b.Payouts, b.Payouts[0]) }, "operator alpha has two payouts"},
		{"lines without a payout", func(b *rules.Book) { b.Payouts = b.Payouts[1:] }, "operator alpha has lines and no payout"},
		{"lines in two places", func(b *rules.Book) { b.Lines = append(b.Lines, b.Lines[0]) }, "the lines of operator alpha do not stand together"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := smallMonth()
			c.change(m.Book)
			if _, err := Files(m); err == nil || err.Error() != c.err {
				t.Errorf("got %v, want %s", err, c.err)
			}
		})
	}
}
