package fetch

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"syscall"
	"testing"
)

func writes(content string) func(string) error {
	return func(path string) error { return os.WriteFile(path, []byte(content), 0o666) }
}

// onShelf returns the names and contents of a shelf's files.
func onShelf(t *testing.T, s *Shelf) map[string]string {
	t.Helper()
	files := map[string]string{}
	entries, err := os.ReadDir(s.Dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	for _, e := range entries {
		text, err := os.ReadFile(filepath.Join(s.Dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		files[e.Name()] = string(text)
	}
	return files
}

func newShelf(t *testing.T) *Shelf {
	return &Shelf{Dir: filepath.Join(t.TempDir(), "made", "when-needed")}
}

func put(t *testing.T, s *Shelf, name, content string, log ...Entry) *Piece {
	t.Helper()
	p, err := s.Put(name, writes(content), log)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestAPieceIsFoundAgainWithItsLog(t *testing.T) {
	s := newShelf(t)
	if p, err := s.Find("a-1.parquet"); p != nil || err != nil {
		t.Errorf("%v, %v", p, err)
	}
	entry := Entry{Method: "GET", URL: "https://h/?a=1&b=2", Body: "<q>", Status: 200, Count: 7, Bytes: 49, SHA256: "ab"}
	made := put(t, s, "a-1.parquet", "rows", entry)
	found, err := s.Find("a-1.parquet")
	if err != nil || !reflect.DeepEqual(found, made) || !reflect.DeepEqual(found, &Piece{Path: filepath.Join(s.Dir, "a-1.parquet"), Log: []Entry{entry}}) {
		t.Errorf("%+v, %v", found, err)
	}
	want := map[string]string{
		"a-1.parquet": "rows",
		"a-1.parquet.json": `{
 "file": "a-1.parquet",
 "sha256": "bc51e9e65d79e1c90ba544ab2eae1044ccdf8c1af7a559ba375cba4276f7d99e",
 "bytes": 4,
 "log": [
  {
   "method": "GET",
   "url": "https://h/?a=1&b=2",
   "body": "<q>",
   "status": 200,
   "count": 7,
   "bytes": 49,
   "sha256": "ab"
  }
 ]
}
`}
	if got := onShelf(t, s); !reflect.DeepEqual(got, want) {
		t.Errorf("%v", got)
	}
}

func TestAPieceIsReplaced(t *testing.T) {
	s := newShelf(t)
	put(t, s, "a", "old", Entry{Status: 200})
	put(t, s, "a", "newer")
	p, err := s.Find("a")
	if err != nil || p == nil || len(p.Log) != 0 || p.Log == nil || onShelf(t, s)["a"] != "newer" {
		t.Errorf("%+v, %v, %v", p, err, onShelf(t, s))
	}
}

func TestADamagedPieceIsRemovedAndTheOthersStay(t *testing.T) {
	for name, damage := range map[string]func(path string) error{
		"another content":      writes("Rows"),
		"a shorter one":        writes("row"),
		"a longer one":         writes("rowsrows"),
		"none":                 os.Remove,
		"no note":              func(path string) error { return os.Remove(path + ".json") },
		"half a note":          func(path string) error { return os.Truncate(path+".json", 40) },
		"an empty note":        func(path string) error { return os.Truncate(path+".json", 0) },
		"another piece's note": func(path string) error { return os.Rename(filepath.Join(filepath.Dir(path), "b.json"), path+".json") },
		"another piece's everything": func(path string) error {
			return errors.Join(os.Rename(filepath.Join(filepath.Dir(path), "b.json"), path+".json"), os.Rename(filepath.Join(filepath.Dir(path), "b"), path))
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newShelf(t)
			path := put(t, s, "a", "rows").Path
			put(t, s, "b", "others")
			put(t, s, "c", "more")
			if err := damage(path); err != nil {
				t.Fatal(err)
			}
			if p, err := s.Find("a"); p != nil || err != nil {
				t.Errorf("%v, %v", p, err)
			}
			files := onShelf(t, s)
			if _, there := files["a"]; there || files["a.json"] != "" || files["c"] != "more" {
				t.Errorf("%v", files)
			}
			if p, err := s.Find("c"); p == nil || err != nil {
				t.Errorf("%v, %v", p, err)
			}
			put(t, s, "a", "again")
			if p, err := s.Find("a"); p == nil || err != nil {
				t.Errorf("%v, %v", p, err)
			}
		})
	}
}

// A run may be killed after any step of Put: what it leaves is either the whole
// piece or nothing that counts.
func TestWhatACrashLeavesIsSwept(t *testing.T) {
	for name, left := range map[string]map[string]string{
		"while the piece is written":  {"a.part": "ro"},
		"while the note is written":   {"a.part": "rows", "a.json.part": "{"},
		"before the note is in place": {"a": "rows", "a.json.part": "{}"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newShelf(t)
			put(t, s, "b", "others")
			for file, content := range left {
				if err := writes(content)(filepath.Join(s.Dir, file)); err != nil {
					t.Fatal(err)
				}
			}
			if p, err := s.Find("a"); p != nil || err != nil {
				t.Errorf("%v, %v", p, err)
			}
			if files := onShelf(t, s); len(files) != 2 || files["b"] != "others" {
				t.Errorf("%v", files)
			}
		})
	}
	t.Run("and Put does so, too", func(t *testing.T) {
		s := newShelf(t)
		put(t, s, "a", "rows")
		if err := writes("ro")(filepath.Join(s.Dir, "a.part")); err != nil {
			t.Fatal(err)
		}
		_, err := s.Put("a", func(path string) error {
			if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("%v", err)
			}
			return writes("anew")(path)
		}, nil)
		if files := onShelf(t, s); err != nil || len(files) != 2 || files["a"] != "anew" {
			t.Errorf("%v, %v", files, err)
		}
	})
}

func TestAFullDiskLeavesNoHalfPiece(t *testing.T) {
	s := newShelf(t)
	put(t, s, "a", "rows")
	full := &fs.PathError{Op: "write", Path: "a.part", Err: syscall.ENOSPC}
	for _, name := range []string{"a", "b"} {
		_, err := s.Put(name, func(path string) error {
			if err := writes("ro")(path); err != nil {
				t.Error(err)
			}
			return full
		}, nil)
		if err != error(full) { //nolint:errorlint // as it is, and not wrapped
			t.Errorf("%v", err)
		}
	}
	if files := onShelf(t, s); len(files) != 2 || files["a"] != "rows" {
		t.Errorf("%v", files)
	}
	if p, err := s.Find("a"); p == nil || err != nil { // the piece that was there still is
		t.Errorf("%v, %v", p, err)
	}
}

// A folder in the place of the piece stands for a disk that fails at the last step.
func TestAPieceThatCantBePutInPlaceIsAnError(t *testing.T) {
	for _, in := range []string{"a", "a.json"} {
		s := newShelf(t)
		put(t, s, "b", "others")
		if err := os.MkdirAll(filepath.Join(s.Dir, in, "something"), 0o777); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Put("a", writes("rows"), nil); err == nil {
			t.Error("no error")
		}
		if err := os.RemoveAll(filepath.Join(s.Dir, in)); err != nil {
			t.Fatal(err)
		}
		if files := onShelf(t, s); len(files) != 2 || files["b"] != "others" {
			t.Errorf("%v", files)
		}
	}
}

func TestAPieceThatIsNotWrittenIsAnError(t *testing.T) {
	s := newShelf(t)
	if _, err := s.Put("a", func(string) error { return nil }, nil); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v", err)
	}
	if files := onShelf(t, s); len(files) != 0 {
		t.Errorf("%v", files)
	}
}

func TestNamesOfPieces(t *testing.T) {
	s := newShelf(t)
	for _, bad := range []string{"", ".", "..", "../a", "a/b", `a\b`, "-a", ".a", "a b", "ä", "a\x00", "a.json", "a.part", "a.json.part"} {
		_, findErr := s.Find(bad)
		_, putErr := s.Put(bad, func(string) error { t.Errorf("%q is written", bad); return nil }, nil)
		contains(t, findErr, "is not the name of a piece", ";")
		contains(t, putErr, "is not the name of a piece", ";")
	}
	for _, good := range []string{"a", "0", "A-1.parquet", "20261001T000000.000-20261001T020000.000.parquet", "log-Q1W2-0"} {
		put(t, s, good, good)
		if p, err := s.Find(good); p == nil || err != nil {
			t.Errorf("%s: %v, %v", good, p, err)
		}
	}
}

func TestAShelfIsRemovedWithAllPieces(t *testing.T) {
	s := newShelf(t)
	put(t, s, "a", "rows")
	if err := s.Remove(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(s.Dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v", err)
	}
	if err := s.Remove(); err != nil { // of what is not there
		t.Error(err)
	}
	nowhere := &Shelf{}
	_, findErr := nowhere.Find("a")
	_, putErr := nowhere.Put("a", writes(""), nil)
	for _, err := range []error{findErr, putErr, nowhere.Remove()} {
		contains(t, err, "the shelf has no folder; give it one")
	}
}
