package pipeline

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"fleetpay/rules"
)

// What no file, message or log may hold: the key that signs, and those in the address.
const (
	signingKey = "hunter2-s3cr3t-signing"
	pathKey    = "hunter2-s3cr3t-path"
	queryKey   = "hunter2-s3cr3t-query"
)

// july is the month that the workspace of these tests has closed: alder is paid, and
// birch is held, since it named no wallet.
var july = rules.Period{Year: 2026, Month: time.July}

// noon is when it was closed, and when its events are told first.
var noon = time.Date(2026, 8, 5, 12, 0, 0, 0, time.UTC)

// closedOnce closes July once for all tests, and keeps the files of the workspace.
var closedOnce = sync.OnceValues(func() (fstest.MapFS, error) {
	dir, err := os.MkdirTemp("", "fleetpay-notify")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	if err := os.CopyFS(dir, os.DirFS(filepath.Join("..", "testdata", "script", "workspace"))); err != nil {
		return nil, err
	}
	ws, err := OpenWorkspace(dir)
	if err != nil {
		return nil, err
	}
	if _, err := Close(context.Background(), ws, july, CloseOptions{By: "Finance Desk", ClosedAt: noon}); err != nil {
		return nil, err
	}
	files := fstest.MapFS{}
	return files, fs.WalkDir(os.DirFS(dir), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(filepath.Join(dir, path))
		files[path] = &fstest.MapFile{Data: data, Mode: 0o666}
		return err
	})
})

// received is a request that a receiver got.
type received struct {
	Event Event
	body  string
	head  http.Header
	uri   string
}

// receiver is a webhook: it holds each request to the contract, and answers as a test
// says.
type receiver struct {
	*httptest.Server
	t      *testing.T
	mu     sync.Mutex
	got    []received
	answer func(w http.ResponseWriter, n int) // the nth, from 1
}

func newReceiver(t *testing.T) *receiver {
	r := &receiver{t: t, answer: func(w http.ResponseWriter, _ int) { w.WriteHeader(http.StatusNoContent) }}
	r.Server = httptest.NewServer(http.HandlerFunc(r.take))
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) take(w http.ResponseWriter, q *http.Request) {
	body, err := io.ReadAll(q.Body)
	if err != nil {
		r.t.Error(err)
	}
	one := received{body: string(body), head: q.Header.Clone(), uri: q.URL.RequestURI()}
	if err := json.Unmarshal(body, &one.Event); err != nil {
		r.t.Errorf("%v: %s", err, body)
	}
	want := "sha256=" + hex.EncodeToString(hmacByHand(signingKey, q.Header.Get("X-Fleetpay-Timestamp")+"."+string(body)))
	if got := q.Header.Get("X-Fleetpay-Signature"); got != want {
		r.t.Errorf("signed %s, want %s", got, want)
	}
	for header, want := range map[string]string{
		"X-Fleetpay-Event": one.Event.Kind, "X-Fleetpay-Delivery": one.Event.ID, "Content-Type": "application/json",
	} {
		if got := q.Header.Get(header); got != want || want == "" {
			r.t.Errorf("%s is %q, want %q", header, got, want)
		}
	}
	if q.Method != http.MethodPost {
		r.t.Errorf("the method is %s", q.Method)
	}
	r.mu.Lock()
	r.got = append(r.got, one)
	n, answer := len(r.got), r.answer
	r.mu.Unlock()
	answer(w, n)
}

// hmacByHand computes HMAC-SHA256 as RFC 2104 writes it: H(K ⊕ opad ‖ H(K ⊕ ipad ‖ text)),
// for a key of at most 64 bytes.
func hmacByHand(key, text string) []byte {
	inner, outer := make([]byte, 64), make([]byte, 64)
	copy(inner, key)
	copy(outer, key)
	for i := range 64 {
		inner[i] ^= 0x36
		outer[i] ^= 0x5c
	}
	first := sha256.Sum256(append(inner, text...))
	second := sha256.Sum256(append(outer, first[:]...))
	return second[:]
}

// answers sets what the receiver answers from now on: one status.
func (r *receiver) answers(status int) {
	r.set(func(w http.ResponseWriter, _ int) { w.WriteHeader(status) })
}

func (r *receiver) set(answer func(w http.ResponseWriter, n int)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answer = answer
}

// since returns what was received since the last call, as "closed 2026-07".
func (r *receiver) since() (list []string, all []received) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, one := range r.got {
		list = append(list, strings.TrimSpace(one.Event.Kind+" "+one.Event.Period))
	}
	all, r.got = r.got, nil
	return list, all
}

// notified is a workspace with July closed and a webhook.
type notified struct {
	*testing.T
	dir    string
	ws     *Workspace
	hook   *receiver
	log    bytes.Buffer
	limits notifyLimits
}

func newNotified(t *testing.T) *notified {
	t.Helper()
	closed, err := closedOnce()
	if err != nil {
		t.Fatal(err)
	}
	w := &notified{T: t, dir: t.TempDir(), hook: newReceiver(t), limits: usualNotifyLimits}
	w.limits.tries = 2 // a second one comes after half a second
	if err := os.CopyFS(w.dir, closed); err != nil {
		t.Fatal(err)
	}
	t.Setenv("FLEETPAY_TEST_HOOK", w.hook.URL+"/hooks/"+pathKey+"?token="+queryKey)
	t.Setenv("FLEETPAY_TEST_SIGNING", signingKey)
	file := filepath.Join(w.dir, configName)
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	text = append(text, "notify:\n  webhook: {url: {env: FLEETPAY_TEST_HOOK}, secret: {env: FLEETPAY_TEST_SIGNING}}\n"...)
	if err := os.WriteFile(file, text, 0o666); err != nil {
		t.Fatal(err)
	}
	w.clock(noon)
	if w.ws, err = OpenWorkspace(w.dir); err != nil {
		t.Fatal(err)
	}
	return w
}

// closedJuly is a run that closed July.
func closedJuly() *DueRun { return &DueRun{State: RunDone, Closed: []*Outcome{{Period: july}}} }

// failedAugust is a run that could not close August.
func failedAugust(at time.Time, status int, problems ...string) *DueRun {
	return &DueRun{State: RunFailed, Failed: &Attempt{Period: "2026-08", At: instant(at), By: "timer", Status: status, Problems: problems, Kept: []string{}}}
}

// clock sets what time it is.
func (w *notified) clock(at time.Time) {
	w.Helper()
	w.Setenv(epochVariable, strconv.FormatInt(at.Unix(), 10))
}

// tell tells the events of a run at a time, and expects which arrive.
func (w *notified) tell(run *DueRun, at time.Time, want ...string) []received {
	w.Helper()
	w.clock(at)
	w.ws.notifyWithin(w.Context(), eventsOf(run), slog.New(slog.NewTextHandler(&w.log, nil)), w.limits)
	list, all := w.hook.since()
	if strings.Join(list, ", ") != strings.Join(want, ", ") {
		w.Errorf("the webhook was told %q, want %q; the log:\n%s", list, want, &w.log)
	}
	return all
}

// waiting expects how many events wait in the outbox.
func (w *notified) waiting(want int) {
	w.Helper()
	names, err := outbox{closes{w.ws.Closes}.outbox()}.names()
	if err != nil || len(names) != want {
		w.Errorf("%q wait, want %d; %v", names, want, err)
	}
}

// logged expects words in the log since the last call.
func (w *notified) logged(words ...string) {
	w.Helper()
	text := w.log.String()
	for _, word := range words {
		if !strings.Contains(text, word) {
			w.Errorf("%q is not in the log:\n%s", word, text)
		}
	}
	w.noSecretIn("the log", text)
	w.log.Reset()
}

func (w *notified) noSecretIn(what, text string) {
	w.Helper()
	for _, key := range []string{signingKey, pathKey, queryKey, "hunter2"} {
		if strings.Contains(text, key) {
			w.Errorf("%s shows %q:\n%s", what, key, text)
		}
	}
}

// outboxFiles returns every file of the outbox with its text.
func (w *notified) outboxFiles() map[string]string {
	w.Helper()
	dir, files := closes{w.ws.Closes}.outbox(), map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(filepath.Join(dir, path))
		files[path] = string(data)
		return err
	})
	if err != nil {
		w.Fatal(err)
	}
	return files
}
