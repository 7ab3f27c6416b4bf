package chain

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"fleetpay/sources/fetch"
)

// ErrReorganised is wrapped by an error that says that what was read is no
// longer on the chain, or not on all of a provider's nodes: read again later.
var ErrReorganised = errors.New("the chain is being reorganised; run again in a few minutes")

// RevertError says that a contract refused a call.
type RevertError struct {
	Reason string // as the contract or the node says it, printable
}

func (e *RevertError) Error() string { return "the contract refuses the call: " + e.Reason }

// kind is what can be done about a call that failed.
type kind int

const (
	broken  kind = iota // no whole answer, or the node's own fault: ask again
	slow                // no answer in time: ask again, or ask for less
	busy                // too many questions: wait
	tooMuch             // ask for less
	refusal             // the node won't: ask for less, or otherwise
	denied              // the node does not know us, or not the method
	wrong               // the answer makes no sense
)

// callError is a call that got no usable answer.
type callError struct {
	place, method string
	message       string // what is wrong; what to do
	kind          kind
	rpc           *rpcError     // of the node, if it got so far
	answered      bool          // as far as an HTTP status
	wait          time.Duration // that the node asks for
	err           error         // the cause, holding nothing of the URL; may be nil
}

func (e *callError) Error() string { return e.place + ": " + e.method + ": " + e.message }

func (e *callError) Unwrap() error { return e.err }

func (c *Client) fail(k kind, method, format string, args ...any) *callError {
	return &callError{place: c.place, method: method, kind: k, message: fmt.Sprintf(format, args...)}
}

// wrong is an answer that JSON-RPC allows and the method does not.
func (c *Client) wrong(method string, err error) error {
	return c.fail(wrong, method, "the node's answer is wrong: %s; use another node", c.clean(err.Error()))
}

// lost is a question without an answer.
func (c *Client) lost(method string, err error) *callError {
	err, late := fetch.WithoutURL(err)
	if late {
		fail := c.fail(slow, method, "no answer within %s; try again later, or use another node", c.answerTime)
		fail.err = context.DeadlineExceeded
		return fail
	}
	fail := c.fail(broken, method, "no answer (%s); check the address and the network", c.clean(err.Error()))
	if errors.Is(err, context.Canceled) {
		fail.err = context.Canceled
	}
	return fail
}

// refusedHTTP is an answer whose status is not 200; many gateways put the
// node's error into it.
func (c *Client) refusedHTTP(method string, response *http.Response, a answer) *callError {
	status := response.StatusCode
	said := fmt.Sprintf("the node answers with HTTP status %d", status)
	if a.Error != nil && a.Error.Message != "" {
		said += fmt.Sprintf(" and says %q", c.clean(a.Error.Message))
	}
	var fail *callError
	switch {
	case status == http.StatusTooManyRequests:
		fail = c.fail(busy, method, "%s: too many questions%s; try again later, or use a node with a larger allowance", said, askedWait(fetch.RetryAfter(response.Header)))
		fail.wait = fetch.RetryAfter(response.Header)
	case status == http.StatusRequestEntityTooLarge:
		fail = c.fail(tooMuch, method, "%s: the answer would be too large; use another node", said)
	case status >= 500:
		fail = c.fail(broken, method, "%s%s; try again later, or use another node", said, askedWait(fetch.RetryAfter(response.Header)))
		fail.wait = fetch.RetryAfter(response.Header)
		if fail.wait > 0 {
			fail.kind = busy
		}
		if a.Error != nil && reverted(a.Error) {
			fail.kind = refusal
		}
	case status >= 300 && status < 400:
		fail = c.fail(denied, method, "%s, a redirect; give the address it leads to", said)
	case status == http.StatusUnauthorized, status == http.StatusPaymentRequired, status == http.StatusForbidden:
		fail = c.fail(denied, method, "%s; check the key in the address", said)
	case status == http.StatusNotFound, status == http.StatusMethodNotAllowed:
		fail = c.fail(denied, method, "%s; check the path of the address", said)
	default:
		fail = c.fail(refusal, method, "%s; use another node", said)
		if a.Error != nil && rateLimited(a.Error) {
			fail.kind = busy
		}
	}
	fail.answered, fail.rpc = true, a.Error
	return fail
}

func askedWait(wait time.Duration) string {
	if wait == 0 {
		return ""
	}
	return fmt.Sprintf(" (it asks to wait %s)", wait)
}

// refusedRPC is an error that the node tells as JSON-RPC does.
func (c *Client) refusedRPC(method string, e *rpcError) *callError {
	said := fmt.Sprintf("the node says %q (code %d)", c.clean(e.Message), e.Code)
	var fail *callError
	switch {
	case e.Code == -32601:
		fail = c.fail(denied, method, "%s; use a node that offers this method", said)
	case rateLimited(e):
		fail = c.fail(busy, method, "%s; try again later, or use a node with a larger allowance", said)
	default:
		fail = c.fail(refusal, method, "%s; use another node if it goes on", said)
	}
	fail.rpc = e
	return fail
}

// rateLimited tells the errors of a caller who asks too often from the others;
// providers have no code in common for it.
func rateLimited(e *rpcError) bool {
	text := strings.ToLower(e.Message)
	return e.Code == 429 || slices.ContainsFunc([]string{
		"rate limit", "ratelimit", "too many requests", "request rate", "request count exceeded",
		"compute units per second", "requests per second", "throughput",
	}, func(words string) bool { return strings.Contains(text, words) })
}

// clean makes a text of a node's fit for a message.
func (c *Client) clean(text string) string { return c.secrets.Clean(text) }

// secretsOf returns everything of a URL that may be secret. Short words of a path,
// such as v3 or rpc, are no keys.
func secretsOf(u *url.URL, asWritten string) *fetch.Secrets {
	const key, word = 8, 3 // characters
	var secrets []string
	add := func(least int, texts ...string) {
		for _, text := range texts {
			if len(text) >= least {
				secrets = append(secrets, text)
			}
		}
	}
	if password, ok := u.User.Password(); ok || u.User != nil {
		pair := u.User.Username() + ":" + password
		add(word, u.User.Username(), password, u.User.String(), pair)
		_, authority, _ := strings.Cut(asWritten, "://")
		info, _, _ := strings.Cut(authority, "@")
		add(word, strings.Split(info, ":")...)
	}
	add(word, u.Path, u.EscapedPath(), u.RawQuery, u.Fragment, strings.Trim(u.Path, "/"))
	add(key, strings.Split(u.Path, "/")...)
	add(key, strings.Split(u.EscapedPath(), "/")...)
	for _, pair := range strings.Split(u.RawQuery, "&") {
		_, value, found := strings.Cut(pair, "=")
		if !found {
			value = pair
		}
		add(word, value)
		if plain, err := url.QueryUnescape(value); err == nil {
			add(word, plain)
		}
	}
	return fetch.NewSecrets(secrets...)
}
