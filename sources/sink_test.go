package sources

import (
	"errors"
	"path/filepath"
	"testing"
	"time"
)

var errFull = errors.New("no space left")

// disk has room for so many bytes.
type disk struct {
	room    int
	written string
}

func (d *disk) Write(p []byte) (int, error) {
	n := min(len(p), d.room)
	d.room -= n
	d.written += string(p[:n])
	if n < len(p) {
		return n, errFull
	}
	return n, nil
}

func TestASinkKeepsTheFirstErrorAndWritesNothingAfterIt(t *testing.T) {
	d := &disk{room: 7}
	s := NewSink(d)
	for i, text := range []string{"PAR1", "page", "x"} {
		if n, err := s.Write([]byte(text)); n != len(text) || err != nil {
			t.Errorf("write %d: %d, %v", i, n, err)
		}
		d.room += i // 1 byte is free again after the second, when the third comes
		if wrong := s.Err() != nil; wrong != (i > 0) {
			t.Errorf("after write %d: %v", i, s.Err())
		}
	}
	if d.written != "PAR1pag" || !errors.Is(s.Err(), errFull) {
		t.Errorf("written %q, %v", d.written, s.Err())
	}
}

// What fills the disk may be the beginning of the file, a row group, or its end.
// Wherever it is, the writer fails, and does not panic.
func TestAHeartbeatFileThatDoesNotFitIsAnError(t *testing.T) {
	write := func(room int) (int, error) {
		w, err := NewBeatWriter(filepath.Join(t.TempDir(), "beats.parquet"))
		if err != nil {
			t.Fatal(err)
		}
		d := &disk{room: room}
		w.sink.to, w.sink.err = d, nil
		for i := range 1000 {
			if err := w.Append("node-01", time.UnixMilli(int64(i*i)), i%3 == 0); err != nil {
				t.Fatal(err) // as one batch holds them all
			}
		}
		err = w.Close()
		return len(d.written), err
	}
	whole, err := write(1 << 20)
	if err != nil {
		t.Fatal(err)
	}
	for room := 0; room < whole; room += 13 {
		if _, err := write(room); !errors.Is(err, errFull) {
			t.Fatalf("room for %d of %d bytes: %v", room, whole, err)
		}
	}
}

func TestAHeartbeatFileThatCannotBeBegunIsAnError(t *testing.T) {
	if w, err := NewBeatWriter("/dev/full"); err == nil {
		t.Errorf("a writer %v on a full disk", w)
	}
}
