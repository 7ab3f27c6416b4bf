package pipeline

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// odd are things that stand where a file should: who reads them waits forever, or
// reads without end.
var odd = map[string]func(path string) error{
	"a pipe that nobody writes to": func(path string) error { return syscall.Mkfifo(path, 0o666) },
	"a link to such a pipe": func(path string) error {
		if err := syscall.Mkfifo(filepath.Join(filepath.Dir(filepath.Dir(path)), "pipe"), 0o666); err != nil {
			return err
		}
		return os.Symlink("../pipe", path)
	},
	"a link to a device without end": func(path string) error { return os.Symlink("/dev/zero", path) },
}

// soon fails a test that would hang.
func soon(t *testing.T, do func() error) error {
	t.Helper()
	done := make(chan error, 1)
	go func() { done <- do() }()
	select {
	case err := <-done:
		return err
	case <-time.After(10 * time.Second):
		t.Fatal("it hangs")
		return nil
	}
}

func TestWhatIsNoFileInAKeptFolderIsRefusedAtOnce(t *testing.T) {
	for name, put := range odd {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "2026-07")
			if err := os.Mkdir(dir, 0o777); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(dir, sumsName)
			if err := put(path); err != nil {
				t.Fatal(err)
			}
			want := path + ": is not a plain file; restore it from a copy"
			for what, read := range map[string]func() error{
				"its sums":         func() error { _, err := readSums(dir); return err },
				"one of its files": func() error { _, err := readVerified(dir, sumsName, map[string]string{}); return err },
				"a hash":           func() error { _, err := hashFile(path); return err },
				"all of it":        func() error { return verifyFolder(dir) },
			} {
				if err := soon(t, read); ExitStatus(err) != ExitRefused || err.Error() != want {
					t.Errorf("%s: got %v\nwant %s", what, err, want)
				}
			}
			if err := os.Rename(path, filepath.Join(dir, "payouts.csv")); err != nil {
				t.Fatal(err)
			}
			want = filepath.Join(dir, "payouts.csv") + ": is not a plain file; restore it from a copy"
			if err := soon(t, func() error { return verifyFolder(dir) }); ExitStatus(err) != ExitRefused || err.Error() != want {
				t.Errorf("got %v\nwant %s", err, want)
			}
		})
	}
}

func TestALinkToAFileInAKeptFolderIsFollowed(t *testing.T) {
	dir := folderWith(t, map[string]string{"2026-07/a.csv": "1", "elsewhere/b.csv": "2"})
	month := filepath.Join(dir, "2026-07")
	if err := os.Symlink("../elsewhere/b.csv", filepath.Join(month, "b.csv")); err != nil {
		t.Fatal(err)
	}
	if err := writeSums(month); err != nil {
		t.Fatal(err)
	}
	if err := verifyFolder(month); err != nil {
		t.Error(err)
	}
	sums, err := readSums(month)
	if err != nil {
		t.Fatal(err)
	}
	if data, err := readVerified(month, "b.csv", sums); err != nil || string(data) != "2" {
		t.Errorf("got %q, %v", data, err)
	}
}

func TestASignatureThatCannotBeReadDoesNotCount(t *testing.T) {
	put := map[string]func(path string) error{
		"a folder":       func(path string) error { return os.Mkdir(path, 0o777) },
		"a link astray":  func(path string) error { return os.Symlink("nowhere", path) },
		"64 KiB and one": func(path string) error { return os.WriteFile(path, make([]byte, 64<<10+1), 0o666) },
	}
	for name, put1 := range odd {
		put[name] = put1
	}
	hash := strings.Repeat("5", 64)
	for name, put := range put {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "2026-07.approvals")
			if err := os.Mkdir(dir, 0o777); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(dir, "alice."+hash[:keyDigits]+".sig")
			if err := put(path); err != nil {
				t.Fatal(err)
			}
			var one Approval
			err := soon(t, func() (err error) {
				one, err = readApproval(month(t, "2026-10"), nil, path, hash, nil, time.Time{})
				return err
			})
			if err != nil || one.Why != "is no file that a signature can be in; move it away" || len(one.signature) > 0 {
				t.Errorf("got %q, %v", one.Why, err)
			}
		})
	}
}

func TestAFileOfOursHoldsOneJSONTextAndNothingUnknown(t *testing.T) {
	path := filepath.Join(t.TempDir(), "withdrawn", "2026-10-1.json")
	read := func(text string) error {
		if err := writeFile(path, []byte(text)); err != nil {
			t.Fatal(err)
		}
		return readJSON(path, &Withdrawal{})
	}
	if err := read("{\"period\": \"2026-10\"}\n"); err != nil {
		t.Error(err)
	}
	for _, text := range []string{`{"period": "2026-10"} {}`, `{"period": "2026-10"}]`, `{"month": "2026-10"}`, `{"period": "2026-10"`, ""} {
		refusedAs(t, read(text), path+": can't be read: ", "; restore it from a copy")
	}
}
