package sources

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// folder makes a folder of files, each holding its own name.
func folder(t *testing.T, names ...string) string {
	t.Helper()
	base := filepath.Join(t.TempDir(), "work [1]*") // a base is no pattern
	for _, name := range names {
		path := filepath.Join(base, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(name), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return base
}

func TestResolveFiles(t *testing.T) {
	base := folder(t, "data/operators.csv", "data/hb-2026-10-b.csv", "data/hb-2026-10-a.csv", "data/hb-2026-09.csv",
		"data/.hb-2026-10-c.csv", "data/eu/tasks.csv", "data/us/tasks.csv", "data/x[1].csv", "data/bad\nname.txt", "tools/readme")
	if err := os.Mkdir(filepath.Join(base, "data", "dir.csv"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("nowhere", filepath.Join(base, "data", "lost.csv")); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(filepath.Join(base, "data", "pipe.csv"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, pattern, want string }{
		{"a file", "data/operators.csv", "data/operators.csv"},
		{"the period", "data/hb-{period}.csv", `"data/hb-{period}.csv" ({period} is 2026-10: data/hb-2026-10.csv) matches no file; put one there or correct the pattern`},
		{"the period in a pattern, sorted, without hidden files", "data/*{period}*.csv", "data/hb-2026-10-a.csv data/hb-2026-10-b.csv"},
		{"a hidden file that is asked for", "data/.*{period}*", "data/.hb-2026-10-c.csv"},
		{"one character", "data/hb-2026-10-?.csv", "data/hb-2026-10-a.csv data/hb-2026-10-b.csv"},
		{"several folders", "data/*/tasks.csv", "data/eu/tasks.csv data/us/tasks.csv"},
		{"a class", "data/[eu]?/tas*", "data/eu/tasks.csv data/us/tasks.csv"},
		{"a name that looks like a pattern", "data/x[1].csv", "data/x[1].csv"},
		{"an absolute path", "BASE/data/operators.csv", "BASE/data/operators.csv"},
		{"up and down", "data/../tools/readme", "data/../tools/readme"},
		{"up and down in a pattern", "data/../too*/*", "data/../tools/readme"},
		{"nothing there", "data/wages.csv", `"data/wages.csv" matches no file; put one there or correct the pattern`},
		{"no such folder", "dota/*.csv", `"dota/*.csv" matches no file; put one there or correct the pattern`},
		{"a file for a folder", "data/operators.csv/*.csv", `"data/operators.csv/*.csv" matches no file; put one there or correct the pattern`},
		{"no pattern", "", "no file is named; name one, as in data/operators.csv"},
		{"a bracket left open", "data/[a.csv", `"data/[a.csv": "[a.csv" is not a pattern; close its bracket`},
		{"a directory", "data", "data: is a directory; name a file"},
		{"a directory among the matches", "data/d*.csv", "data/dir.csv: is a directory; name a file"},
		{"a link to nowhere", "data/lost.csv", "data/lost.csv: no such file or directory"},
		{"a pipe", "data/pipe.csv", "data/pipe.csv: is not a plain file; name one"},
		{"a name that breaks lists", "data/*.txt", `"data/*.txt": the name "data/bad\nname.txt" holds a control character or is not UTF-8; rename the file`},
	} {
		t.Run(c.name, func(t *testing.T) {
			names, err := ResolveFiles(base, strings.ReplaceAll(c.pattern, "BASE", base), "2026-10")
			got := strings.Join(names, " ")
			if err != nil {
				got = err.Error()
			}
			equal(t, "files", strings.ReplaceAll(got, base, "BASE"), c.want)
		})
	}
}

func TestPullFilesCopiesBytes(t *testing.T) {
	base := folder(t, "a/tasks.csv", "b/tasks.csv", "b/2-tasks.csv", "c/TASKS.csv", "d/other.csv")
	odd := "\x00\xff\r\nodd\n\n"
	if err := os.WriteFile(filepath.Join(base, "d", "other.csv"), []byte(odd), 0o400); err != nil {
		t.Fatal(err)
	}
	dest := t.TempDir()
	saved, err := PullFiles(context.Background(), "tasks", base, "*/*.csv", "2026-10", dest)
	if err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	for _, s := range saved {
		fmt.Fprintf(&got, "%s %s %s %d\n", s.Dataset, s.Source, s.Path, s.Bytes)
		want, err := os.ReadFile(filepath.Join(base, s.Source))
		if err != nil {
			t.Fatal(err)
		}
		copied, err := os.ReadFile(filepath.Join(dest, s.Path))
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(copied)
		if string(copied) != string(want) || s.SHA256 != hex.EncodeToString(sum[:]) {
			t.Errorf("%s: the copy or its checksum differs", s.Source)
		}
	}
	equal(t, "saved", got.String(), `tasks a/tasks.csv inputs/tasks/tasks.csv 11
tasks b/2-tasks.csv inputs/tasks/2-tasks.csv 13
tasks b/tasks.csv inputs/tasks/3-tasks.csv 11
tasks c/TASKS.csv inputs/tasks/4-TASKS.csv 11
tasks d/other.csv inputs/tasks/other.csv 9
`)
	entries, err := os.ReadDir(filepath.Join(dest, "inputs", "tasks"))
	if err != nil || len(entries) != len(saved) {
		t.Errorf("%d files for %d inputs: %v", len(entries), len(saved), err)
	}

	if _, err := PullFiles(context.Background(), "tasks", base, "a/tasks.csv", "2026-10", dest); !errors.Is(err, os.ErrExist) {
		t.Errorf("a file that is there was overwritten: %v", err)
	}
	if _, err := PullFiles(context.Background(), "../tasks", base, "a/tasks.csv", "2026-10", dest); err == nil {
		t.Error("a dataset's name led out of the folder")
	}
	ended, end := context.WithCancel(context.Background())
	end()
	if _, err := PullFiles(ended, "nodes", base, "a/tasks.csv", "2026-10", dest); !errors.Is(err, context.Canceled) {
		t.Errorf("an ended context: %v", err)
	}
	if left, _ := os.ReadDir(filepath.Join(dest, "inputs", "nodes")); len(left) > 0 {
		t.Errorf("half a copy was left: %v", left)
	}
}

func TestFilesThatCannotBeRead(t *testing.T) {
	base := folder(t, "data/tiers.csv")
	pipe := filepath.Join(base, "pipe.csv")
	if err := syscall.Mkfifo(pipe, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ path, want string }{
		{filepath.Join(base, "none.csv"), "x.csv: no such file or directory"},
		{filepath.Join(base, "none.parquet"), "x.csv: no such file or directory"},
		{filepath.Join(base, "data"), "x.csv: the file's ending tells no format; use .csv, .jsonl or .ndjson, each also with .gz, or .parquet"},
		{pipe, "x.csv: is not a plain file; name one"},
	} {
		equal(t, c.path, decodeFile("tiers", c.path, "x.csv").said(), c.want)
	}
	dir := filepath.Join(base, "dir.parquet")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	equal(t, "a directory", decodeFile("tiers", dir, "x").said(), "x: is a directory; name a file")
}

func TestDecodingStopsWhenAsked(t *testing.T) {
	path := write(t, "t.csv", tierHeader+strings.Repeat("a,1,2026-01-01\n", 5000))
	full := errors.New("disk full")
	n := 0
	counts, err := Decode(context.Background(), Lookup("tiers"), path, "t.csv", func(Row) error {
		if n++; n == 3 {
			return full
		}
		return nil
	}, nil)
	if !errors.Is(err, full) || counts != (Counts{Read: 2}) {
		t.Errorf("%+v %v", counts, err)
	}
	ctx, end := context.WithCancel(context.Background())
	counts, err = Decode(ctx, Lookup("tiers"), path, "t.csv", func(Row) error { end(); return nil }, nil)
	if !errors.Is(err, context.Canceled) || counts.Read > 2048 {
		t.Errorf("%+v %v", counts, err)
	}
}

func TestRejectsArePrintable(t *testing.T) {
	long := strings.Repeat("ü", 300)
	d := decode(t, "tiers", "t.csv", tierHeader+"a\x00b\xff\u202e\",1,x\n\"a\u202e\n\t\x1b\",\xfe\x00,"+long+"\n")
	var values []string
	for _, r := range d.rejects {
		values = append(values, r.Value)
	}
	equal(t, "values", strings.Join(values, "\n"), `a\x00b\xff\u202e",1,x
a\u202e\n\t\x1b
\xfe\x00
`+strings.Repeat("ü", 200)+"…")
	if r := (Reject{File: "f", Line: 3, Message: "m"}); r.Error() != "f:3: m" {
		t.Error(r.Error())
	}
	cause := errors.New("why")
	if e := (&FileError{File: "f", Message: "m", Err: cause}); e.Error() != "f: m" || !errors.Is(e, cause) {
		t.Error(e)
	}
}
