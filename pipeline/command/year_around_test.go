package command

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

const hookSecret = "FLEETPAY_TEST_YEAR_SECRET"

// ear is the webhook of the year. It believes what is signed, and hears an event that
// is repeated once.
type ear struct {
	*httptest.Server
	t    *testing.T
	mu   sync.Mutex
	deaf bool
	ids  map[string]bool
	list []string // "closed 2026-08"
}

func newEar(t *testing.T) *ear {
	t.Setenv(hookSecret, "secret-of-the-year")
	e := &ear{t: t, ids: map[string]bool{}}
	e.Server = httptest.NewServer(e)
	t.Cleanup(e.Close)
	return e
}

func (e *ear) away(deaf bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.deaf = deaf
}

func (e *ear) heard() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.list
}

func (e *ear) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.deaf {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the run was killed
	}
	mac := hmac.New(sha256.New, []byte("secret-of-the-year"))
	mac.Write([]byte(r.Header.Get("X-Fleetpay-Timestamp") + "."))
	mac.Write(body)
	if want := "sha256=" + hex.EncodeToString(mac.Sum(nil)); r.Header.Get("X-Fleetpay-Signature") != want {
		e.t.Errorf("a request is signed %q, want %q", r.Header.Get("X-Fleetpay-Signature"), want)
	}
	var event struct{ ID, Event, Period string }
	if err := json.Unmarshal(body, &event); err != nil {
		e.t.Errorf("%v: %s", err, body)
	}
	if !e.ids[event.ID] {
		e.list = append(e.list, event.Event+" "+event.Period)
	}
	e.ids[event.ID] = true
}

// disk is what the closes lie on. Where this user may mount one, it is one of its own
// that can be filled; elsewhere the runs of a full disk may write no byte to a file.
type disk struct {
	t     *testing.T
	dir   string
	real  bool
	full  bool
	words string // what a run says when it is full
}

func newDisk(t *testing.T, dir string) *disk {
	d := &disk{t: t, dir: dir, words: "file too large"}
	said, err := exec.CommandContext(t.Context(), "mount", "-t", "tmpfs", "-o", "size=48m", "fleetpay-year", dir).CombinedOutput()
	if err != nil {
		t.Logf("no disk of its own can be mounted, so writing is limited instead: %v %s", err, said)
		return d
	}
	t.Cleanup(func() {
		if said, err := exec.Command("umount", dir).CombinedOutput(); err != nil {
			t.Errorf("%v: %s", err, said)
		}
	})
	d.real, d.words = true, "no space left on device"
	return d
}

// fill leaves so many bytes free.
func (d *disk) fill(free int) {
	d.t.Helper()
	d.empty()
	d.full = true
	if !d.real {
		return
	}
	ballast, err := os.Create(filepath.Join(d.dir, "ballast"))
	if err != nil {
		d.t.Fatal(err)
	}
	defer ballast.Close()
	size := int64(0)
	for block := make([]byte, 4<<10); err == nil; {
		var n int
		n, err = ballast.Write(block)
		size += int64(n)
	}
	if err := ballast.Truncate(size - int64(free)); err != nil {
		d.t.Fatal(err)
	}
}

func (d *disk) empty() {
	d.full = false
	if d.real {
		_ = os.Remove(filepath.Join(d.dir, "ballast"))
	}
}
