package pipeline_test

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"fleetpay/pipeline"
)

// lay writes a file of so many bytes, with the folders that lead to it.
func lay(t *testing.T, dir, name string, bytes int) {
	t.Helper()
	path := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, make([]byte, bytes), 0o666); err != nil {
		t.Fatal(err)
	}
}

// Lengths are primes, so that no sum is another by chance.
func TestEachByteOfTheClosesIsToldOnce(t *testing.T) {
	dir := t.TempDir()
	ws := &pipeline.Workspace{Dir: dir, Closes: dir}
	for name, bytes := range map[string]int{
		"2026-07/lines.csv": 101, "2026-07/inputs/nodes/nodes.csv": 211, "2026-07/inputs/nodes.csv": 223,
		"2026-07/inputs.md":       307, // beside the inputs, and not of them
		"2026-07.approvals/a.sig": 2, "2026-07.exports/001/export.json": 3, "2026-07.exports/001/SHA256SUMS": 5, "2026-07.settlement/001/scan.json": 7,
		"withdrawn/2026-08-1/lines.csv": 11, "withdrawn/2026-08-1.json": 13, "withdrawn/2026-08-2.json.part": 17, "withdrawn/notes.txt": 19,
		".pulled/2026-09/heartbeats-1-00/a.parquet": 23, ".pulled/2026-09/heartbeats-1-00/b.parquet": 29, ".pulled/odd": 31,
		".staging-2026-09/lines.csv": 37, ".work-2026-09/db": 41, ".lock": 43, ".attempts/2026-09.json": 47, ".outbox/001.json": 53,
		"2026-13/x": 59, "2026-07.bak/x": 61, "README": 67,
	} {
		lay(t, dir, name, bytes)
	}
	got, err := pipeline.MeasureCloses(ws)
	if err != nil {
		t.Fatal(err)
	}
	size := func(files int, bytes int64) pipeline.Size { return pipeline.Size{Files: files, Bytes: bytes} }
	sameSizes(t, "months", got.Months, []pipeline.SizeOfMonth{
		{
			Period: "2026-07", Close: size(4, 101+211+223+307), Inputs: size(2, 211+223),
			Approvals: size(1, 2), Exports: size(2, 3+5), Settlement: size(1, 7), Total: size(8, 101+211+223+307+2+3+5+7),
		},
		{Period: "2026-08", Withdrawn: size(2, 11+13), Total: size(2, 11+13)},
		{Period: "2026-09", Pulled: size(2, 23+29), Total: size(2, 23+29)},
	})
	sameSizes(t, "leftovers", got.Leftovers, []pipeline.SizeOf{
		{Name: ".staging-2026-09", Size: size(1, 37)}, {Name: ".work-2026-09", Size: size(1, 41)}, {Name: "withdrawn/2026-08-2.json.part", Size: size(1, 17)},
	})
	sameSizes(t, "others", got.Others, []pipeline.SizeOf{
		{Name: ".attempts", Size: size(1, 47)}, {Name: ".lock", Size: size(1, 43)}, {Name: ".outbox", Size: size(1, 53)}, {Name: ".pulled/odd", Size: size(1, 31)},
		{Name: "2026-07.bak", Size: size(1, 61)}, {Name: "2026-13", Size: size(1, 59)}, {Name: "README", Size: size(1, 67)}, {Name: "withdrawn/notes.txt", Size: size(1, 19)},
	})
	total := int64(101 + 211 + 223 + 307 + 2 + 3 + 5 + 7 + 11 + 13 + 17 + 19 + 23 + 29 + 31 + 37 + 41 + 43 + 47 + 53 + 59 + 61 + 67)
	sameSizes(t, "total", got.Total, size(23, total))
	sameSizes(t, "removable", got.Removable, size(2, 23+29))
}

func TestAFileOfTwoNamesCountsOnceAndALinkIsNotFollowed(t *testing.T) {
	dir, elsewhere := t.TempDir(), t.TempDir()
	lay(t, dir, "2026-07/lines.csv", 101)
	lay(t, elsewhere, "large", 1009)
	for name, link := range map[string]func(old, new string) error{"2026-07/again.csv": os.Link, "2026-08": os.Link} {
		if err := link(filepath.Join(dir, "2026-07/lines.csv"), filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(elsewhere, filepath.Join(dir, "2026-07/inputs")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(elsewhere, "large"), filepath.Join(dir, ".pulled")); err != nil {
		t.Fatal(err)
	}
	got, err := pipeline.MeasureCloses(&pipeline.Workspace{Dir: dir, Closes: dir})
	if err != nil {
		t.Fatal(err)
	}
	links := int64(len(elsewhere) + len(filepath.Join(elsewhere, "large"))) // a link is as long as its path
	sameSizes(t, "total", got.Total, pipeline.Size{Files: 3, Bytes: 101 + links})
	sameSizes(t, "removable", got.Removable, pipeline.Size{})
}

func TestBeforeTheFirstCloseThereIsNothing(t *testing.T) {
	got, err := pipeline.MeasureCloses(&pipeline.Workspace{Closes: filepath.Join(t.TempDir(), "closes")})
	if err != nil {
		t.Fatal(err)
	}
	if got.Total != (pipeline.Size{}) || got.Months == nil || got.Leftovers == nil || got.Others == nil {
		t.Errorf("%+v", got)
	}
}

func sameSizes(t *testing.T, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s are %+v\nwant %+v", what, got, want)
	}
}
