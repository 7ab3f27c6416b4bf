package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// server answers the nth request, counted from 1, and notes what was asked.
type server struct {
	*httptest.Server
	t      *testing.T
	mu     sync.Mutex
	asked  []string // method, path and query, body
	waited []time.Duration
}

func serve(t *testing.T, answer func(w http.ResponseWriter, r *http.Request, n int)) *server {
	s := &server{t: t}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		s.mu.Lock()
		s.asked = append(s.asked, strings.TrimSpace(r.Method+" "+r.URL.RequestURI()+" "+string(body)))
		n := len(s.asked)
		s.mu.Unlock()
		answer(w, r, n)
	}))
	t.Cleanup(s.Close)
	return s
}

// questions returns what was asked so far.
func (s *server) questions() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.asked)
}

// client makes a Client that does not wait, but notes how long it would have.
func (s *server) client(change ...func(*Access)) *Client {
	a := Access{URL: s.URL, Agent: "fleetpay/test"}
	for _, f := range change {
		f(&a)
	}
	c := newClient(s.t, a)
	c.sleep = func(ctx context.Context, d time.Duration) error {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.waited = append(s.waited, d)
		return ctx.Err()
	}
	return c
}

func newClient(t *testing.T, a Access) *Client {
	t.Helper()
	c, err := New(a)
	if err != nil {
		t.Fatal(err)
	}
	c.jitter = func(d time.Duration) time.Duration { return d }
	c.sleep = func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
	t.Cleanup(c.http.CloseIdleConnections)
	return c
}

// text is a Reader that keeps the last answer, and counts its lines.
type text struct {
	got   string
	calls int
}

func (x *text) read(a *Answer) (int64, error) {
	x.calls++
	all, err := io.ReadAll(a.Body)
	x.got = string(all)
	return int64(strings.Count(x.got, "\n")), err
}

// contains checks that there is an error, on one line, which holds the words.
func contains(t *testing.T, err error, words ...string) {
	t.Helper()
	if err == nil {
		t.Fatal("no error")
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("%q lacks %q", err, w)
		}
	}
	if strings.ContainsAny(err.Error(), "\n\r\x1b") {
		t.Errorf("%q is not one clean line", err)
	}
}

// hijack takes the connection, says something on it and closes it.
func hijack(t *testing.T, w http.ResponseWriter, said string) {
	connection, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		t.Error(err)
		return
	}
	if _, err := io.WriteString(connection, said); err != nil {
		t.Error(err)
	}
	connection.Close()
}

func status(w http.ResponseWriter, code int, header ...string) {
	for i := 0; i < len(header); i += 2 {
		w.Header().Set(header[i], header[i+1])
	}
	w.WriteHeader(code)
}

func isStatus(err error, want int) bool {
	var refused StatusError
	return errors.As(err, &refused) && refused.Status == want && strings.Contains(err.Error(), refused.Error())
}

func lines(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "line %d\n", i)
	}
	return b.String()
}
