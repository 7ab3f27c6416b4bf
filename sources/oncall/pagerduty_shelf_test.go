package oncall

import (
	"os"
	"path/filepath"
	"testing"
)

// The pages of a list belong together: what lies between the end of a new one and the
// beginning of an old one would be lost.
func TestAPageOfAnEarlierRunIsNoneThatFollowsAnotherPage(t *testing.T) {
	s := newServer(t, month()...)
	p := s.pagerDuty(t, filepath.Join(t.TempDir(), "shelf"))
	pullOctober(t, p, filepath.Join(t.TempDir(), "first.parquet"))
	first, err := filepath.Glob(filepath.Join(p.Shelf.Dir, "incidents-*-0001-*"))
	if err != nil || len(first) != 2 { // the piece and its note
		t.Fatalf("the first page is kept as %q, %v", first, err)
	}
	if err := os.WriteFile(first[0], []byte("damaged"), 0o666); err != nil {
		t.Fatal(err)
	}
	s.page = 2 // so that each page ends elsewhere
	d, rows, _ := pullOctober(t, p, filepath.Join(t.TempDir(), "again.parquet"))
	check(t, d, monthRows)
	if rows != 6 {
		t.Errorf("%d rows", rows)
	}
}
