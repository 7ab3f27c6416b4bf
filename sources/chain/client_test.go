package chain

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestAnAddressThatIsNoNodesIsRefusedWithoutRepeatingIt(t *testing.T) {
	for _, bad := range []string{"", "hunter2secret", "ftp://hunter2secret", "http://", "http://:8545/hunter2secret", "http://user:hunter2secret@host:port/", "wss://host/hunter2secret", "http://ho st/hunter2secret"} {
		_, err := Dial(bad)
		contains(t, err, "write http:// or https://")
		if strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q shows in %q", bad, err)
		}
	}
	c, err := Dial(" https://me:pw@node.example:8443/v3/key?k=v ")
	if err != nil || c.Place() != "https://node.example:8443" {
		t.Errorf("%v, %v", c.Place(), err)
	}
}

func TestANodeThatFailsForAMomentIsAskedAgain(t *testing.T) {
	status := func(code int, header ...string) func(w http.ResponseWriter) {
		return func(w http.ResponseWriter) {
			for i := 0; i < len(header); i += 2 {
				w.Header().Set(header[i], header[i+1])
			}
			w.WriteHeader(code)
		}
	}
	cut := func(w http.ResponseWriter) {
		connection, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
		}
		connection.Close()
	}
	short := func(w http.ResponseWriter) {
		w.Header().Set("Content-Length", "1000")
		fmt.Fprint(w, `{"jsonrpc":"2.0","id":1,`)
	}
	for _, c := range []struct {
		name   string
		answer func(w http.ResponseWriter)
		waits  []time.Duration
	}{
		{"429", status(429), []time.Duration{500 * time.Millisecond, time.Second}},
		{"429 that asks for 7 seconds", status(429, "Retry-After", "7"), []time.Duration{7 * time.Second, 7 * time.Second}},
		{"429 that asks for a time 11 seconds on", status(429, "Date", "Sat, 21 Nov 2026 10:00:00 GMT", "Retry-After", "Sat, 21 Nov 2026 10:00:11 GMT"), []time.Duration{11 * time.Second, 11 * time.Second}},
		{"503 that asks for 3 seconds", status(503, "Retry-After", "3"), []time.Duration{3 * time.Second, 3 * time.Second}},
		{"502", status(502), []time.Duration{500 * time.Millisecond, time.Second}},
		{"a connection that is cut", cut, []time.Duration{500 * time.Millisecond, time.Second}},
		{"an answer that is cut", short, []time.Duration{500 * time.Millisecond, time.Second}},
		{"a rate limit told as JSON-RPC", func(w http.ResponseWriter) {
			fmt.Fprint(w, `{"jsonrpc":"2.0","id":null,"error":{"code":-32005,"message":"project ID request rate exceeded"}}`)
		}, []time.Duration{500 * time.Millisecond, time.Second}},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := newNode(t, 3)
			n.http = func(w http.ResponseWriter, _ string, times int) bool {
				if times <= 2 {
					c.answer(w)
				}
				return times <= 2
			}
			id, err := n.dial().ChainID(t.Context())
			if err != nil || id != 8453 {
				t.Fatalf("%d, %v", id, err)
			}
			if !slices.Equal(n.waited, c.waits) {
				t.Errorf("waited %v, want %v", n.waited, c.waits)
			}
		})
	}
}

func TestANodeThatGoesOnFailingIsGivenUpWithWhatToDo(t *testing.T) {
	say := func(code int, body string) func(http.ResponseWriter, string, int) bool {
		return func(w http.ResponseWriter, _ string, _ int) bool {
			w.WriteHeader(code)
			fmt.Fprint(w, body)
			return true
		}
	}
	for _, c := range []struct {
		name  string
		http  func(http.ResponseWriter, string, int) bool
		asked int
		words []string
	}{
		{"always busy", say(429, ""), 5, []string{"429", "try again later"}},
		{"always broken", say(500, "<html>"), 5, []string{"500", "try again later, or use another node"}},
		{"asks to wait an hour", func(w http.ResponseWriter, _ string, _ int) bool {
			w.Header().Set("Retry-After", "3600")
			w.WriteHeader(429)
			return true
		}, 1, []string{"1h0m0s", "try again later"}},
		{"an unknown key", say(401, ""), 1, []string{"401", "check the key"}},
		{"an unknown path", say(404, "not here"), 1, []string{"404", "check the path"}},
		{"a redirect", func(w http.ResponseWriter, _ string, _ int) bool {
			w.Header().Set("Location", "http://elsewhere.example/")
			w.WriteHeader(307)
			return true
		}, 1, []string{"307", "give the address it leads to"}},
		{"a web page", say(200, "<html>hello</html>"), 1, []string{"not JSON-RPC", "check that the address is that of a node"}},
		{"half an object", say(200, `{"jsonrpc":"2.0","id":1`), 1, []string{"not JSON-RPC"}},
		{"a list", say(200, `[]`), 1, []string{"not JSON-RPC"}},
		{"another question's answer", say(200, `{"jsonrpc":"2.0","id":77,"result":"0x1"}`), 1, []string{"id 77 instead of 1"}},
		{"an answer without id", say(200, `{"jsonrpc":"2.0","result":"0x1"}`), 1, []string{"another question"}},
		{"neither result nor error", say(200, `{"jsonrpc":"2.0","id":1}`), 1, []string{"neither a result nor an error"}},
		{"a number that is none", say(200, `{"jsonrpc":"2.0","id":1,"result":"8453"}`), 1, []string{`"8453" is not a number as 0x2105`}},
		{"a number beyond 63 bits", say(200, `{"jsonrpc":"2.0","id":1,"result":"0x8000000000000000"}`), 1, []string{"not a number"}},
		{"null", say(200, `{"jsonrpc":"2.0","id":1,"result":null}`), 1, []string{"not a number"}},
		{"an unknown method", say(200, `{"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"no\nsuch \u001b[31mmethod"}}`), 1, []string{`"no such [31mmethod" (code -32601)`, "offers this method"}},
		{"too long an answer", say(200, `{"jsonrpc":"2.0","id":1,"result":"`+strings.Repeat("x", 1000)+`"}`), 1, []string{"longer than 500 bytes"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := newNode(t, 3)
			n.http = c.http
			client := n.dial()
			client.answerBytes = 500
			_, err := client.ChainID(t.Context())
			contains(t, err, append(c.words, client.Place()+": eth_chainId: ")...)
			if n.asked["eth_chainId"] != c.asked {
				t.Errorf("asked %d times, want %d", n.asked["eth_chainId"], c.asked)
			}
		})
	}
}

func TestASlowNodeIsGivenUp(t *testing.T) {
	release := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	t.Cleanup(server.Close)
	t.Cleanup(func() { close(release) })
	c := newNode(t, 1).client(server.URL)
	c.answerTime = 10 * time.Millisecond
	_, err := c.ChainID(t.Context())
	contains(t, err, "no answer within 10ms", "try again later, or use another node")
}

func TestACancelledCallEndsAtOnce(t *testing.T) {
	n := newNode(t, 1)
	ctx, cancel := context.WithCancel(t.Context())
	n.http = func(w http.ResponseWriter, _ string, _ int) bool {
		cancel()
		w.WriteHeader(500)
		return true
	}
	_, err := n.dial().ChainID(ctx)
	if !errors.Is(err, context.Canceled) || n.asked["eth_chainId"] != 1 {
		t.Errorf("%v after %d questions", err, n.asked["eth_chainId"])
	}
}

// Whatever goes wrong, and whatever the node repeats, no error shows more of the
// address than scheme and host.
func TestNoErrorShowsASecretOfTheAddress(t *testing.T) {
	echo := `user accountant, password pass%2Fw0rd! or pass/w0rd!, path /v3/0123456789abcdef, key 0123456789abcdef, ` +
		`query apikey=topsecret&x=y, topsecret, basic YWNjb3VudGFudDpwYXNzL3cwcmQh`
	answers := map[string]func(w http.ResponseWriter){
		"as JSON-RPC": func(w http.ResponseWriter) {
			fmt.Fprintf(w, `{"id":1,"error":{"code":-32000,"message":%q}}`, echo)
		},
		"as a revert": func(w http.ResponseWriter) {
			fmt.Fprintf(w, `{"id":1,"error":{"code":3,"message":%q}}`, "execution reverted "+echo)
		},
		"with a status": func(w http.ResponseWriter) {
			w.WriteHeader(403)
			fmt.Fprintf(w, `{"id":1,"error":{"code":-32000,"message":%q}}`, echo)
		},
		"as a result": func(w http.ResponseWriter) { fmt.Fprintf(w, `{"id":1,"result":%q}`, echo) },
		"as an id":    func(w http.ResponseWriter) { fmt.Fprintf(w, `{"id":%q,"result":"0x1"}`, echo) },
		"as a page":   func(w http.ResponseWriter) { fmt.Fprint(w, echo) },
		"as no HTTP": func(w http.ResponseWriter) {
			connection, _, _ := w.(http.Hijacker).Hijack()
			fmt.Fprintf(connection, "%s\r\n\r\n", echo)
			connection.Close()
		},
		"by a redirect": func(w http.ResponseWriter) {
			w.Header().Set("Location", "http://127.0.0.1:1/"+echo)
			w.WriteHeader(302)
		},
	}
	secrets := []string{"accountant", "pass%2F", "pass/w0rd", "0123456789abcdef", "/v3", "apikey", "topsecret", "YWNjb3VudGFudDpwYXNzL3cwcmQh"}
	inspect := func(t *testing.T, err error) {
		t.Helper()
		if err == nil {
			t.Fatal("no error")
		}
		for e := err; e != nil; e = errors.Unwrap(e) {
			for _, s := range secrets {
				if strings.Contains(e.Error(), s) || strings.Contains(fmt.Sprintf("%+v", e.Error()), s) {
					t.Errorf("%q shows in %q", s, e)
				}
			}
		}
	}
	call := func(t *testing.T, url string) {
		c := newNode(t, 1).client(strings.Replace(url, "http://", "http://accountant:pass%2Fw0rd!@", 1) + "/v3/0123456789abcdef?apikey=topsecret&x=y")
		_, err := c.ChainID(t.Context())
		inspect(t, err)
		inspect(t, c.SimulateTransfer(t.Context(), usdc, safe, payee, "7"))
		_, err = c.block(t.Context(), "latest")
		inspect(t, err)
	}
	for name, answer := range answers {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if user, password, _ := r.BasicAuth(); user != "accountant" || password != "pass/w0rd!" || r.URL.RequestURI() != "/v3/0123456789abcdef?apikey=topsecret&x=y" {
					t.Errorf("the node was asked as %s:%s at %s", user, password, r.URL)
				}
				answer(w)
			}))
			t.Cleanup(server.Close)
			call(t, server.URL)
		})
	}
	t.Run("nobody there", func(t *testing.T) { call(t, "http://127.0.0.1:1") })
}

func TestAClientIsSafeForConcurrentUse(t *testing.T) {
	n := newNode(t, 500)
	c := n.dial()
	var group sync.WaitGroup
	for i := range 40 {
		group.Go(func() {
			b, err := c.blockAt(t.Context(), int64(i))
			if err != nil || b.Number != int64(i) {
				t.Errorf("block %d: %v, %v", i, b, err)
			}
		})
	}
	group.Wait()
}
