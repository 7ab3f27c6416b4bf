package pipeline_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"fleetpay/pipeline"
	"fleetpay/rules"
)

var update = flag.Bool("update", false, "write the golden folders anew")

// goldenDir holds a workspace and the closed folders that come of it; its README
// says what each month shows.
const goldenDir = "../testdata/golden"

// goldenChain is a run of months closed one after the other in one workspace.
type goldenChain struct {
	name   string
	months []goldenMonth
}

// goldenMonth is a close: when, by whom, and without which bad rows.
type goldenMonth struct {
	period   string
	closedAt string
	by       string
	allow    []string
}

// goldenChains names every golden folder: closes/NAME/PERIOD.
var goldenChains = []goldenChain{
	{"chain", []goldenMonth{
		{"2026-04", "2026-05-05T09:00:00Z", "Finance Desk", nil},
		{"2026-05", "2026-06-04T16:30:00Z", "Finance Desk", []string{"tasks"}},
		{"2026-06", "2026-07-03T08:15:00Z", "Finance Desk", nil},
		{"2026-07", "2026-08-05T09:00:00Z", "Second Desk", nil},
	}},
	{"first", []goldenMonth{
		{"2026-09", "2026-10-02T07:45:30Z", "Finance Desk", nil},
	}},
}

// TestGoldenClosesAreTheSameBytes closes every golden month anew from the
// workspace, in another place, and compares whole folders.
func TestGoldenClosesAreTheSameBytes(t *testing.T) {
	for _, chain := range goldenChains {
		t.Run(chain.name, func(t *testing.T) {
			dir := t.TempDir()
			copyTree(t, filepath.Join(goldenDir, "workspace"), dir)
			for _, month := range chain.months {
				got := closeGolden(t, dir, month)
				want := goldenFolder(chain, month)
				if *update {
					replaceTree(t, got, want)
				}
				if list := compareTrees(t, want, got); len(list) > 0 {
					reportTrees(t, want, list)
					t.Fatal("the months after it cite this one, so they were not closed")
				}
			}
		})
	}
}

// TestGoldenRerunsFindNoDifference recomputes every golden folder from what it
// holds, in a copy that can't be written to.
func TestGoldenRerunsFindNoDifference(t *testing.T) {
	eachGolden(t, func(t *testing.T, folder string) {
		again := filepath.Join(t.TempDir(), "closed")
		copyTree(t, folder, again)
		setWritable(t, again, false)
		t.Cleanup(func() { setWritable(t, again, true) })

		report, err := pipeline.Rerun(context.Background(), again, nil)
		if err != nil {
			t.Fatal(err)
		}
		if files := len(listTree(t, folder)); report.Files != files || len(report.Rendered) > 0 {
			t.Errorf("compared %d files of %d, rendered otherwise: %q", report.Files, files, report.Rendered)
		}
		reportTrees(t, folder, compareTrees(t, folder, again))
	})
}

// TestGoldenChecksumsHold hashes every file of every golden folder with nothing
// of ours, and holds it against SHA256SUMS.
func TestGoldenChecksumsHold(t *testing.T) {
	eachGolden(t, func(t *testing.T, folder string) {
		listed := readChecksums(t, filepath.Join(folder, "SHA256SUMS"))
		files := listTree(t, folder)
		for _, file := range files {
			if file == "SHA256SUMS" {
				continue
			}
			sum, found := listed[file]
			switch {
			case !found:
				t.Errorf("%s is not listed", file)
			case sum != checksum(t, filepath.Join(folder, file)):
				t.Errorf("%s has another checksum than the one listed", file)
			}
		}
		for file := range listed {
			if !slices.Contains(files, file) {
				t.Errorf("%s is listed and not there", file)
			}
		}
	})
}

// TestGoldenFoldersAreAllNamed finds a golden folder that no test closes.
func TestGoldenFoldersAreAllNamed(t *testing.T) {
	want := map[string]bool{}
	for _, folder := range earlierCloses {
		want[folder] = true
	}
	for _, chain := range goldenChains {
		for _, month := range chain.months {
			want[goldenFolder(chain, month)] = true
		}
	}
	found, err := filepath.Glob(filepath.Join(goldenDir, "closes", "*", "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range found {
		if !want[folder] {
			t.Errorf("%s belongs to no golden close", folder)
		}
	}
	if len(found) != len(want) {
		t.Errorf("%d golden folders, want %d", len(found), len(want))
	}
}

// eachGolden runs a test on every golden folder.
func eachGolden(t *testing.T, test func(t *testing.T, folder string)) {
	for _, chain := range goldenChains {
		for _, month := range chain.months {
			t.Run(chain.name+"/"+month.period, func(t *testing.T) { test(t, goldenFolder(chain, month)) })
		}
	}
}

func goldenFolder(chain goldenChain, month goldenMonth) string {
	return filepath.Join(goldenDir, "closes", chain.name, month.period)
}

// closeGolden closes a month as the command does, with SOURCE_DATE_EPOCH set, and
// returns the closed folder.
func closeGolden(t *testing.T, dir string, month goldenMonth) string {
	t.Helper()
	at, err := time.Parse(time.RFC3339, month.closedAt)
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("SOURCE_DATE_EPOCH", fmt.Sprint(at.Unix()))
	now, err := pipeline.Now()
	if err != nil {
		t.Fatal(err)
	}
	ws, err := pipeline.OpenWorkspace(dir)
	if err != nil {
		t.Fatal(err)
	}
	period, err := rules.ParsePeriod(month.period)
	if err != nil {
		t.Fatal(err)
	}
	out, err := pipeline.Close(context.Background(), ws, period, pipeline.CloseOptions{
		By: month.by, AllowRejects: month.allow, ClosedAt: now,
	})
	if err != nil {
		t.Fatalf("%s: %v", month.period, err)
	}
	if out.AlreadyClosed {
		t.Fatalf("%s: was closed before; the workspace must hold no closes", month.period)
	}
	return out.Folder
}

// reportTrees fails a test with all that differs in a golden folder.
func reportTrees(t *testing.T, folder string, list []string) {
	t.Helper()
	for _, difference := range list {
		t.Errorf("%s/%s", folder, difference)
	}
	if len(list) > 0 {
		t.Log("if the new bytes are right: make golden, and read the difference before you commit it")
	}
}

func replaceTree(t *testing.T, from, to string) {
	t.Helper()
	if err := os.RemoveAll(to); err != nil {
		t.Fatal(err)
	}
	copyTree(t, from, to)
}

// copyTree copies a folder with all that it holds.
func copyTree(t *testing.T, from, to string) {
	t.Helper()
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
}

// listTree lists every file of a folder as a slash path.
func listTree(t *testing.T, dir string) []string {
	t.Helper()
	var files []string
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// compareTrees says of every file of two folders what differs, nothing when they
// hold the same files with the same bytes.
func compareTrees(t *testing.T, want, got string) []string {
	t.Helper()
	wanted, there := listTree(t, want), listTree(t, got)
	all := slices.Concat(wanted, there)
	slices.Sort(all)
	var list []string
	for _, file := range slices.Compact(all) {
		switch {
		case !slices.Contains(there, file):
			list = append(list, file+": is missing")
		case !slices.Contains(wanted, file):
			list = append(list, file+": is there and should not be")
		default:
			if what := compareBytes(readAll(t, filepath.Join(want, file)), readAll(t, filepath.Join(got, file))); what != "" {
				list = append(list, file+": "+what)
			}
		}
	}
	return list
}

// compareBytes shows the first line in which two texts differ; of other files it
// gives the first byte.
func compareBytes(want, got []byte) string {
	if bytes.Equal(want, got) {
		return ""
	}
	if !isText(want) || !isText(got) {
		n := 0
		for n < min(len(want), len(got)) && want[n] == got[n] {
			n++
		}
		return fmt.Sprintf("differs from byte %d on (%d bytes, want %d)", n, len(got), len(want))
	}
	a, b := strings.SplitAfter(string(want), "\n"), strings.SplitAfter(string(got), "\n")
	n := 0
	for n < min(len(a), len(b))-1 && a[n] == b[n] {
		n++
	}
	return fmt.Sprintf("line %d\n\twant %q\n\tgot  %q", n+1, a[n], b[n])
}

// isText tells text from PDF, workbooks and gzip. The text in a PDF is UTF-8 by
// chance at most.
func isText(data []byte) bool {
	return utf8.Valid(data) && !bytes.HasPrefix(data, []byte("%PDF")) && bytes.IndexByte(data, 0) < 0
}

func readAll(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// setWritable lets a folder and all that it holds be written to, or not.
func setWritable(t *testing.T, dir string, writable bool) {
	t.Helper()
	file, folder := fs.FileMode(0o444), fs.FileMode(0o555)
	if writable {
		file, folder = 0o644, 0o755
	}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir():
			return os.Chmod(path, folder)
		default:
			return os.Chmod(path, file)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
}

// readChecksums reads the lines of sha256sum: 64 hex digits, two spaces, a path.
func readChecksums(t *testing.T, path string) map[string]string {
	t.Helper()
	sums := map[string]string{}
	for line := range strings.Lines(string(readAll(t, path))) {
		sum, file, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "  ")
		if !ok || len(sum) != 2*sha256.Size || sums[file] != "" {
			t.Fatalf("%s: %q is no line of checksums, or names a file twice", path, line)
		}
		sums[file] = sum
	}
	return sums
}

func checksum(t *testing.T, path string) string {
	t.Helper()
	return fmt.Sprintf("%x", sha256.Sum256(readAll(t, path)))
}

// The comparison itself: each way in which a folder can be another.
func TestGoldenComparisonSaysWhatDiffers(t *testing.T) {
	want, got := t.TempDir(), t.TempDir()
	for dir, files := range map[string]map[string]string{
		want: {"same.csv": "a,b\n", "lines.csv": "a\n1.00\n2.00\n", "short.csv": "a\n", "gone.csv": "", "deep/s.pdf": "%PDF-1\n7"},
		got:  {"same.csv": "a,b\n", "lines.csv": "a\n1.01\n2.00\n", "short.csv": "a\nb\n", "extra.csv": "", "deep/s.pdf": "%PDF-1\n8"},
	} {
		for name, text := range files {
			path := filepath.Join(dir, name)
			if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
				t.Fatal(err)
			}
		}
	}
	found := compareTrees(t, want, got)
	expected := []string{
		"deep/s.pdf: differs from byte 7 on (8 bytes, want 8)",
		"extra.csv: is there and should not be",
		"gone.csv: is missing",
		"lines.csv: line 2\n\twant \"1.00\\n\"\n\tgot  \"1.01\\n\"",
		"short.csv: line 2\n\twant \"\"\n\tgot  \"b\\n\"",
	}
	if !slices.Equal(found, expected) {
		t.Errorf("got %q", found)
	}
}
