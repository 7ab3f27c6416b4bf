package fetch

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestAnAnswerIsReadCountedAndHashed(t *testing.T) {
	body := lines(7)
	s := serve(t, func(w http.ResponseWriter, r *http.Request, _ int) {
		if r.UserAgent() != "fleetpay/test" || r.Header.Get("Accept") != "application/json" || r.Header.Get("X-Tenant") != "north" || r.Header.Get("Content-Type") != "application/json" {
			t.Errorf("asked with %v", r.Header)
		}
		fmt.Fprint(w, body)
	})
	c := s.client(func(a *Access) {
		a.URL += "/base/"
		a.Headers = map[string]string{"x-tenant": "north"}
		a.Public = []string{"X-TENANT"}
	})
	var x text
	entry, err := c.Do(t.Context(), Request{Method: "POST", Path: "/api/v1", Query: url.Values{"q": {"a b", "north"}}, Body: []byte(`{"a":1}`), Type: "application/json"}, x.read)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(body))
	want := Entry{Method: "POST", URL: s.URL + "/base/api/v1?q=a+b&q=north", Body: `{"a":1}`, Status: 200, Count: 7, Bytes: 49 /* 7 × "line 0\n" */, SHA256: hex.EncodeToString(sum[:])}
	if entry != want || x.got != body {
		t.Errorf("%+v\nwant %+v", entry, want)
	}
	if want := []string{`POST /base/api/v1?q=a+b&q=north {"a":1}`}; !slices.Equal(s.questions(), want) {
		t.Errorf("asked %q", s.questions())
	}
	if c.Place() != s.URL {
		t.Errorf("the place is %q", c.Place())
	}
}

func TestPagesAreFollowedByTheServersLinks(t *testing.T) {
	var s *server
	s = serve(t, func(w http.ResponseWriter, r *http.Request, n int) {
		switch n {
		case 1: // a whole address
			w.Header().Add("Link", `<`+s.URL+`/issues?page=1>; rel="prev", <`+s.URL+`/issues?page=2&limit=2>; rel="next"`)
		case 2: // one that begins with /
			w.Header().Add("Link", `</issues?page=3>; rel=next`)
		}
		fmt.Fprint(w, lines(3-n))
	})
	c := s.client()
	r := Request{Path: "issues", Query: url.Values{"page": {"1"}}}
	var rows int64
	for {
		next := ""
		entry, err := c.Do(t.Context(), r, func(a *Answer) (int64, error) {
			next = NextLink(a.Header)
			return 2, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		rows += entry.Count
		if next == "" {
			break
		}
		r = Request{URL: next}
	}
	if want := []string{"GET /issues?page=1", "GET /issues?page=2&limit=2", "GET /issues?page=3"}; !slices.Equal(s.questions(), want) || rows != 2+2+2 {
		t.Errorf("%q, %d rows", s.questions(), rows)
	}
}

func TestANextPageOnAnotherServerIsNotAskedFor(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ *http.Request, _ int) {})
	for _, elsewhere := range []string{
		"http://elsewhere.example/issues?page=2", "//elsewhere.example/issues", strings.Replace(s.URL, "http:", "https:", 1) + "/", s.URL + "0/",
		strings.Replace(s.URL, "http://", "http://user:pw@", 1) + "/", "ftp://elsewhere.example", "?page=2", "page2", "http://[::1", "/%zz",
	} {
		_, err := s.client().Do(t.Context(), Request{URL: elsewhere}, nil)
		contains(t, err, s.URL+": GET next page: the ", "; ")
		if strings.Contains(err.Error(), "user:pw") {
			t.Errorf("%v", err)
		}
	}
	if len(s.questions()) > 0 {
		t.Errorf("asked %q", s.questions())
	}
	_, err := s.client().Do(t.Context(), Request{URL: "http://elsewhere.example/issues?page=2"}, nil)
	contains(t, err, "sends us on to http://elsewhere.example, another server", "give the address that the server itself uses")
}

func TestAServerThatFailsForAMomentIsAskedAgain(t *testing.T) {
	const half, second = 500 * time.Millisecond, time.Second
	for _, c := range []struct {
		name   string
		answer func(w http.ResponseWriter)
		waits  []time.Duration
	}{
		{"408", func(w http.ResponseWriter) { status(w, 408) }, []time.Duration{half, second}},
		{"425", func(w http.ResponseWriter) { status(w, 425) }, []time.Duration{half, second}},
		{"429", func(w http.ResponseWriter) { status(w, 429) }, []time.Duration{half, second}},
		{"500", func(w http.ResponseWriter) { status(w, 500) }, []time.Duration{half, second}},
		{"502", func(w http.ResponseWriter) { status(w, 502) }, []time.Duration{half, second}},
		{"503", func(w http.ResponseWriter) { status(w, 503) }, []time.Duration{half, second}},
		{"504", func(w http.ResponseWriter) { status(w, 504) }, []time.Duration{half, second}},
		{"429 that asks for 7 seconds", func(w http.ResponseWriter) { status(w, 429, "Retry-After", "7") }, []time.Duration{7 * second, 7 * second}},
		{"429 of a server that says when its limit ends", func(w http.ResponseWriter) { status(w, 429, "ratelimit-reset", "41") }, []time.Duration{41 * second, 41 * second}},
		{"429 with both", func(w http.ResponseWriter) { status(w, 429, "Retry-After", "7", "ratelimit-reset", "41") }, []time.Duration{7 * second, 7 * second}},
		{"429 whose limit ends at an instant", func(w http.ResponseWriter) { status(w, 429, "ratelimit-reset", "1795255200") }, []time.Duration{half, second}},
		{"503 with a limit that is not used up", func(w http.ResponseWriter) { status(w, 503, "ratelimit-reset", "41") }, []time.Duration{half, second}},
		{"429 that asks for less than we wait anyway", func(w http.ResponseWriter) { status(w, 429, "Retry-After", "0") }, []time.Duration{half, second}},
		{"503 that asks for a time 11 seconds on", func(w http.ResponseWriter) {
			status(w, 503, "Date", "Sat, 21 Nov 2026 10:00:00 GMT", "Retry-After", "Sat, 21 Nov 2026 10:00:11 GMT")
		}, []time.Duration{11 * second, 11 * second}},
		{"a connection that is cut before the answer", func(w http.ResponseWriter) { hijack(t, w, "") }, []time.Duration{half, second}},
		{"a connection that is cut in the body", func(w http.ResponseWriter) {
			hijack(t, w, "HTTP/1.1 200 OK\r\nContent-Length: 49\r\n\r\nline 0\nline 1\n")
		}, []time.Duration{half, second}},
		{"a chunk that is cut", func(w http.ResponseWriter) {
			hijack(t, w, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n31\r\nline 0\nline 1\n")
		}, []time.Duration{half, second}},
		{"chunks without the last one", func(w http.ResponseWriter) {
			hijack(t, w, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7\r\nline 0\n\r\n")
		}, []time.Duration{half, second}},
		{"a chunk that is none", func(w http.ResponseWriter) {
			hijack(t, w, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nline 0\n")
		}, []time.Duration{half, second}},
		{"gzip that is cut", func(w http.ResponseWriter) {
			w.Header().Set("Content-Encoding", "gzip")
			w.Write(zip(lines(7))[:30])
		}, []time.Duration{half, second}},
		{"gzip that is cut in its header", func(w http.ResponseWriter) {
			w.Header().Set("Content-Encoding", "gzip")
			w.Write(zip("")[:5])
		}, []time.Duration{half, second}},
		{"gzip without a byte", func(w http.ResponseWriter) { w.Header().Set("Content-Encoding", "gzip") }, []time.Duration{half, second}},
		{"gzip whose checksum is wrong", func(w http.ResponseWriter) {
			w.Header().Set("Content-Encoding", "gzip")
			packed := zip(lines(7))
			packed[len(packed)-5] ^= 1 // its last 8 bytes are the checksum and the size
			w.Write(packed)
		}, []time.Duration{half, second}},
		{"gzip with something behind it", func(w http.ResponseWriter) {
			w.Header().Set("Content-Encoding", "gzip")
			w.Write(append(zip(lines(7)), "more than that"...))
		}, []time.Duration{half, second}},
		{"no HTTP at all", func(w http.ResponseWriter) { hijack(t, w, "hello\r\n\r\n") }, []time.Duration{half, second}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := serve(t, func(w http.ResponseWriter, _ *http.Request, n int) {
				if n <= 2 {
					c.answer(w)
					return
				}
				fmt.Fprint(w, lines(7))
			})
			var x text
			entry, err := s.client().Do(t.Context(), Request{Method: "POST", Body: []byte("question")}, x.read)
			if err != nil || entry.Count != 7 || entry.Bytes != 49 || entry.Status != 200 || x.got != lines(7) {
				t.Fatalf("%+v, %v", entry, err)
			}
			if !slices.Equal(s.waited, c.waits) {
				t.Errorf("waited %v, want %v", s.waited, c.waits)
			}
			if want := "POST / question"; !slices.Equal(s.questions(), []string{want, want, want}) {
				t.Errorf("asked %q", s.questions())
			}
		})
	}
}

// What a Reader makes of a cut body does not matter: it may not even notice.
func TestAReaderThatDoesNotNoticeACutIsCalledAnew(t *testing.T) {
	for _, c := range []struct {
		name string
		read func(a *Answer) error
	}{
		{"it reads nothing", func(*Answer) error { return nil }},
		{"it stops early", func(a *Answer) error { _, err := io.ReadFull(a.Body, make([]byte, 3)); return err }},
		{"it swallows the error", func(a *Answer) error { _, _ = io.ReadAll(a.Body); return nil }},
		{"it hides the error behind one of its own", func(a *Answer) error {
			if _, err := io.ReadAll(a.Body); err != nil {
				return errors.New("no such row")
			}
			return nil
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := serve(t, func(w http.ResponseWriter, _ *http.Request, n int) {
				if n == 1 {
					hijack(t, w, "HTTP/1.1 200 OK\r\nContent-Length: 49\r\n\r\nline 0\nline 1\n")
					return
				}
				fmt.Fprint(w, lines(7))
			})
			calls := int64(0)
			entry, err := s.client().Do(t.Context(), Request{}, func(a *Answer) (int64, error) { calls++; return calls, c.read(a) })
			if err != nil || calls != 2 || entry.Count != 2 || entry.Bytes != 49 {
				t.Errorf("%+v, %v after %d calls", entry, err, calls)
			}
		})
	}
}

func TestWhatAReaderReturnsSaysWhetherToAskAgain(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ *http.Request, _ int) { fmt.Fprint(w, "{}") })
	own := errors.New("a row without an id; ask the provider")
	for _, c := range []struct {
		name  string
		err   error
		calls int
		words string
	}{
		{"an error of its own ends the request", own, 1, s.URL + ": GET /: a row without an id; ask the provider"},
		{"ErrAgain is tried again", fmt.Errorf("a warning beside the rows: %w", ErrAgain), 5, "a warning beside the rows: the answer is not whole; run again later (tried 5 times)"},
		{"so is half a JSON text", fmt.Errorf("row 3: %w", io.ErrUnexpectedEOF), 5, "row 3: unexpected EOF (tried 5 times)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			calls := 0
			entry, err := s.client().Do(t.Context(), Request{}, func(*Answer) (int64, error) { calls++; return 3, c.err })
			contains(t, err, c.words)
			if !errors.Is(err, c.err) || calls != c.calls {
				t.Errorf("%v after %d calls", err, calls)
			}
			if want := (Entry{Method: "GET", URL: s.URL + "/", Status: 200}); entry != want {
				t.Errorf("%+v", entry)
			}
		})
	}
}

func TestAServerThatGoesOnFailingIsGivenUpWithWhatToDo(t *testing.T) {
	say := func(code int, kind, body string) func(http.ResponseWriter) {
		return func(w http.ResponseWriter) {
			status(w, code, "Content-Type", kind, "Date", "Sat, 21 Nov 2026 10:00:00 GMT")
			fmt.Fprint(w, body)
		}
	}
	wait := func(asked string) func(http.ResponseWriter) {
		return func(w http.ResponseWriter) {
			status(w, 429, "Retry-After", asked, "Date", "Sat, 21 Nov 2026 10:00:00 GMT")
		}
	}
	for _, c := range []struct {
		name   string
		answer func(w http.ResponseWriter)
		asked  int
		status int
		words  []string
	}{
		{"always busy", say(429, "text/plain", "slow down"), 5, 429, []string{`HTTP status 429 (Too Many Requests) and says "slow down" (tried 5 times); run again later`}},
		{"always broken", say(500, "text/html", "<html>no</html>"), 5, 500, []string{"HTTP status 500 (Internal Server Error) (tried 5 times)"}},
		{"it asks to wait an hour", wait("3600"), 1, 429, []string{"it asks to wait 1h0m0s", "run again after", " 2026-11-21T11:00:00Z"}},
		{"it asks to wait until tomorrow", wait("Sun, 22 Nov 2026 10:00:00 GMT"), 1, 429, []string{"run again after", " 2026-11-22T10:00:00Z"}},
		{"it asks to wait for ever", wait("99999999999999999999"), 1, 429, []string{"run again after"}},
		{"it asks to wait the longest time", wait("300"), 5, 429, []string{"it asks to wait 5m0s", "(tried 5 times)"}},
		{"a token that expired", say(401, "application/json", `{"message":"token expired"}`), 1, 401, []string{`says "token expired"; renew what is in the environment variable T`, ", and run again"}},
		{"a token that may not", say(403, "application/json", `{"error":{"message":"no scope","errors":["read:issues"]}}`), 1, 403, []string{`says "no scope: read:issues"`, "the environment variable T", ", and run again"}},
		{"nothing there", say(404, "application/json", `{"errors":["gone","for good"]}`), 1, 404, []string{`says "gone: for good"; check the address`}},
		{"a bad question", say(400, "text/plain; charset=utf-8", "parse error\n\x1b[31mhere\x00"), 1, 400, []string{`says "parse error [31mhere"; check what is asked for`}},
		{"many words", say(422, "text/plain", strings.Repeat("x", 400)), 1, 422, []string{strings.Repeat("x", 300) + "…"}},
		{"too many words", say(422, "text/plain", strings.Repeat("x", 40_000)), 1, 422, []string{"HTTP status 422 (Unprocessable Entity); check"}},
		{"an empty success", func(w http.ResponseWriter) { status(w, 204) }, 1, 204, []string{"HTTP status 204 (No Content); check that the address"}},
		{"a status of its own", say(599, "", ""), 1, 599, []string{"HTTP status 599; "}},
		{"too large a question", say(413, "", ""), 1, 413, []string{"ask for less at a time"}},
		{"a proxy's refusal", say(407, "", ""), 1, 407, []string{"HTTP_PROXY"}},
		{"a redirect", func(w http.ResponseWriter) {
			status(w, 308, "Location", "https://elsewhere.example/api?key=x")
		}, 1, 308, []string{"HTTP status 308 (Permanent Redirect), a redirect to https://elsewhere.example/api; give the address it leads to"}},
		{"a redirect to itself", func(w http.ResponseWriter) { status(w, 302, "Location", "/login") }, 1, 302, []string{"a redirect to http://127.0.0.1", "/login; give"}},
		{"another compression", func(w http.ResponseWriter) {
			w.Header().Set("Content-Encoding", "br")
			fmt.Fprint(w, "xyz")
		}, 1, 0, []string{`compressed as "br"`, "gzip or not at all"}},
		{"a connection that is always cut", func(w http.ResponseWriter) {
			hijack(t, w, "HTTP/1.1 200 OK\r\nContent-Length: 49\r\n\r\nline")
		}, 5, 0, []string{"the answer is cut short (unexpected EOF) (tried 5 times); run again later"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := serve(t, func(w http.ResponseWriter, _ *http.Request, _ int) { c.answer(w) })
			client := s.client(func(a *Access) { a.Bearer, a.Secret = "hunter2", "the environment variable T" })
			entry, err := client.Do(t.Context(), Request{Path: "/v1/rows"}, (&text{}).read)
			contains(t, err, append(c.words, s.URL+": GET /v1/rows: ")...)
			if len(s.questions()) != c.asked {
				t.Errorf("asked %d times, want %d", len(s.questions()), c.asked)
			}
			if MayWorkLater(err) != (c.asked == 5 || slices.Contains(c.words, "run again after")) {
				t.Errorf("another run may do better: %t", MayWorkLater(err))
			}
			if c.status != 0 && (!isStatus(err, c.status) || entry.Status != c.status) || c.status == 0 && errors.As(err, new(StatusError)) {
				t.Errorf("%+v, %v", entry, err)
			}
		})
	}
}

func TestAWrongTokenAsksForOneWhereNoneIsConfigured(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ *http.Request, _ int) { w.WriteHeader(401) })
	_, err := s.client().Do(t.Context(), Request{}, nil)
	contains(t, err, "configure a token or a password")
	_, err = s.client(func(a *Access) { a.User, a.Password = "me", "hunter2" }).Do(t.Context(), Request{}, nil)
	contains(t, err, "renew what is in the token or password")
}

func TestASlowServerIsGivenUp(t *testing.T) {
	for _, c := range []struct {
		name   string
		answer func(w http.ResponseWriter)
	}{
		{"before it answers", func(http.ResponseWriter) {}},
		{"in the body", func(w http.ResponseWriter) {
			fmt.Fprint(w, "line 0\n")
			w.(http.Flusher).Flush()
		}},
		{"in the words of a refusal", func(w http.ResponseWriter) {
			w.WriteHeader(500)
			fmt.Fprint(w, "line 0\n")
			w.(http.Flusher).Flush()
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			release := make(chan struct{})
			s := serve(t, func(w http.ResponseWriter, _ *http.Request, _ int) {
				c.answer(w)
				<-release
			})
			t.Cleanup(func() { close(release) }) // before the server's end, which waits
			_, err := s.client(func(a *Access) { a.Timeout, a.Tries = 50*time.Millisecond, 2 }).Do(t.Context(), Request{}, (&text{}).read)
			contains(t, err, "(tried 2 times)", "run again")
			if isStatus(err, 500) {
				return
			}
			contains(t, err, "no whole answer within 50ms (tried 2 times); run again later, or allow more time")
			if !errors.Is(err, context.DeadlineExceeded) || !MayWorkLater(err) {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestNobodyThereIsAskedAgainAndThenGivenUp(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := "http://" + listener.Addr().String()
	listener.Close()
	c := newClient(t, Access{URL: address, Tries: 3})
	var waited []time.Duration
	c.sleep = func(_ context.Context, d time.Duration) error { waited = append(waited, d); return nil }
	entry, err := c.Do(t.Context(), Request{Path: "x"}, nil)
	contains(t, err, address+": GET /x: no answer (", "refused", "(tried 3 times); check the address and the network, and run again")
	if len(waited) != 2 || entry != (Entry{Method: "GET", URL: address + "/x"}) {
		t.Errorf("waited %v, %+v", waited, entry)
	}
}

func TestAnAnswerBeyondTheLimitIsRefused(t *testing.T) {
	packed := zip(strings.Repeat("0", 1<<20)) // about 1 kB
	for _, c := range []struct {
		name   string
		answer func(w http.ResponseWriter)
	}{
		{"told beforehand", func(w http.ResponseWriter) { fmt.Fprint(w, strings.Repeat("x", 5001)) }},
		{"in chunks", func(w http.ResponseWriter) {
			for range 6 {
				fmt.Fprint(w, strings.Repeat("x", 1000))
				w.(http.Flusher).Flush()
			}
		}},
		{"a gzip bomb", func(w http.ResponseWriter) {
			w.Header().Set("Content-Encoding", "gzip")
			w.Write(packed)
		}},
		{"gzip of nothing, again and again", func(w http.ResponseWriter) { // 23 bytes or more each, and no byte of text
			w.Header().Set("Content-Encoding", "gzip")
			for range 300 {
				w.Write(zip(""))
			}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := serve(t, func(w http.ResponseWriter, _ *http.Request, _ int) { c.answer(w) })
			read := int64(0)
			_, err := s.client(func(a *Access) { a.MaxBytes = 5000 }).Do(t.Context(), Request{}, func(a *Answer) (int64, error) {
				n, err := io.Copy(io.Discard, a.Body)
				read = n
				return 0, err
			})
			contains(t, err, "the answer is longer than 5000 bytes; ask for less at a time")
			if len(s.questions()) != 1 || read > 5000 {
				t.Errorf("asked %d times, read %d bytes", len(s.questions()), read)
			}
		})
	}
}

func TestAnAnswerOfExactlyTheLimitIsRead(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ *http.Request, _ int) { fmt.Fprint(w, strings.Repeat("x", 5000)) })
	entry, err := s.client(func(a *Access) { a.MaxBytes = 5000 }).Do(t.Context(), Request{}, (&text{}).read)
	if err != nil || entry.Bytes != 5000 {
		t.Errorf("%+v, %v", entry, err)
	}
}

func TestGzipIsCountedAndHashedAsUncompressed(t *testing.T) {
	body := lines(1000)
	s := serve(t, func(w http.ResponseWriter, r *http.Request, n int) {
		if r.Header.Get("Accept-Encoding") != "gzip" {
			t.Errorf("asked with %v", r.Header)
		}
		if n == 1 {
			w.Header().Set("Content-Encoding", "gzip")
			w.Write(append(zip(body[:500]), zip(body[500:])...)) // in two members
			return
		}
		fmt.Fprint(w, body)
	})
	var x text
	packed, err := s.client().Do(t.Context(), Request{}, x.read)
	if err != nil || x.got != body {
		t.Fatalf("%v", err)
	}
	if plain, err := s.client().Do(t.Context(), Request{}, x.read); err != nil || plain != packed {
		t.Errorf("%+v and %+v, %v", packed, plain, err)
	}
}

func TestTheContextsEndIsReturnedAsSuch(t *testing.T) {
	for _, c := range []struct {
		name string
		when func(cancel func(), c *Client) http.HandlerFunc
	}{
		{"while the server answers", func(cancel func(), _ *Client) http.HandlerFunc {
			return func(w http.ResponseWriter, r *http.Request) {
				fmt.Fprint(w, "line 0\n")
				w.(http.Flusher).Flush()
				cancel()
				<-r.Context().Done()
			}
		}},
		{"while waiting", func(cancel func(), c *Client) http.HandlerFunc {
			c.sleep = func(ctx context.Context, _ time.Duration) error {
				cancel()
				return Sleep(ctx, time.Hour)
			}
			return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) }
		}},
		{"before", func(cancel func(), _ *Client) http.HandlerFunc {
			cancel()
			return func(http.ResponseWriter, *http.Request) { t.Error("asked") }
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var handler http.HandlerFunc
			s := serve(t, func(w http.ResponseWriter, r *http.Request, _ int) { handler(w, r) })
			client := s.client()
			ctx, cancel := context.WithCancel(t.Context())
			handler = c.when(cancel, client)
			if _, err := client.Do(ctx, Request{}, (&text{}).read); err != context.Canceled { //nolint:errorlint // as such, and not wrapped
				t.Errorf("%v", err)
			}
			if len(s.questions()) > 1 {
				t.Errorf("asked %q", s.questions())
			}
		})
	}
}

func TestAddressesAreJoined(t *testing.T) {
	for _, c := range []struct{ base, path, url, query, want string }{
		{"http://h", "", "", "", "http://h/"},
		{"http://h/", "/", "", "", "http://h/"},
		{"http://h/a", "", "", "", "http://h/a"},
		{"http://h/a/", "/b/", "", "x=1", "http://h/a/b/?x=1"},
		{"http://h/a", "b/c", "", "", "http://h/a/b/c"},
		{"http://h/a", "b?c#d", "", "", "http://h/a/b%3Fc%23d"},
		{"http://h/a", "b%2Fc", "", "", "http://h/a/b%2Fc"},
		{"http://h/a", "", "/b?y=2", "x=1", "http://h/b?y=2&x=1"},
		{"http://h/a", "", "http://H:80", "", "http://h/"},
		{"https://h:443/a", "", "https://h/b?c=%2F#d", "", "https://h:443/b?c=%2F"},
	} {
		query, err := url.ParseQuery(c.query)
		if err != nil {
			t.Fatal(err)
		}
		u, err := newClient(t, Access{URL: c.base}).address(Request{Path: c.path, URL: c.url, Query: query})
		if err != nil || u.String() != c.want {
			t.Errorf("%+v: %v, %v", c, u, err)
		}
	}
}

func zip(body string) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.WriteString(w, body); err != nil {
		panic(err)
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func TestWhoReadsNoAnswerTakesEverySuccess(t *testing.T) {
	for _, c := range []struct {
		code  int
		taken bool
	}{{200, true}, {201, true}, {202, true}, {204, true}, {206, true}, {299, true}, {300, false}, {304, false}, {404, false}} {
		s := serve(t, func(w http.ResponseWriter, r *http.Request, _ int) {
			if r.Header.Get("X-Delivery") != "d-7" {
				t.Errorf("the request's own header is %q", r.Header.Get("X-Delivery"))
			}
			status(w, c.code)
		})
		entry, err := s.client().Do(t.Context(), Request{Method: "POST", Headers: map[string]string{"X-Delivery": "d-7"}}, nil)
		if (err == nil) != c.taken || entry.Status != c.code || len(s.questions()) != 1 {
			t.Errorf("%d: %+v, %v", c.code, entry, err)
		}
	}
}

// A server may send the end of its answer late, or never.
func TestWhoReadsNoAnswerDoesNotWaitForItsEnd(t *testing.T) {
	for name, answer := range map[string]func(http.ResponseWriter, <-chan struct{}){
		"the end does not come": func(w http.ResponseWriter, over <-chan struct{}) {
			fmt.Fprint(w, "o")
			w.(http.Flusher).Flush()
			<-over
		},
		"it is cut short": func(w http.ResponseWriter, _ <-chan struct{}) {
			w.Header().Set("Content-Length", "9")
			fmt.Fprint(w, "ok")
		},
		"it is beyond the limit": func(w http.ResponseWriter, _ <-chan struct{}) { fmt.Fprint(w, lines(1000)) },
		"it is compressed as nobody asked": func(w http.ResponseWriter, _ <-chan struct{}) {
			w.Header().Set("Content-Encoding", "br")
			fmt.Fprint(w, "ok")
		},
	} {
		t.Run(name, func(t *testing.T) {
			over := make(chan struct{})
			s := serve(t, func(w http.ResponseWriter, _ *http.Request, _ int) { answer(w, over) })
			defer close(over)
			entry, err := s.client(func(a *Access) { a.MaxBytes = 100 }).Do(t.Context(), Request{Method: "POST"}, nil)
			if err != nil || entry.Status != 200 || len(s.questions()) != 1 {
				t.Errorf("%+v, %v, asked %d times", entry, err, len(s.questions()))
			}
		})
	}
}

func TestAReaderTakesNoPartForTheWhole(t *testing.T) {
	for _, code := range []int{201, 204, 206} {
		s := serve(t, func(w http.ResponseWriter, _ *http.Request, _ int) { status(w, code) })
		x := &text{}
		if _, err := s.client().Do(t.Context(), Request{}, x.read); !isStatus(err, code) || x.calls != 0 {
			t.Errorf("%d: %v, read %d times", code, err, x.calls)
		}
	}
}

func TestWhatIsHiddenShowsInNoError(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request, _ int) {
		status(w, 404)
		fmt.Fprintf(w, "cannot %s %s", r.Method, r.URL.Path)
	})
	client := s.client(func(a *Access) { a.Hidden = []string{"/hooks/hunter2", "hunter2"} })
	_, err := client.Do(t.Context(), Request{Method: "POST", Path: "/hooks/hunter2"}, nil)
	contains(t, err, s.URL+": POST …: ", `says "cannot POST …"`)
	if strings.Contains(err.Error(), "hunter2") {
		t.Error(err)
	}
}
