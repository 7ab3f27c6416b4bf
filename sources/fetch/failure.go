package fetch

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// ErrAgain is wrapped by the error of a [Reader] whose answer is not whole, though
// it came as it was sent: the request is tried again.
var ErrAgain = errors.New("the answer is not whole; run again later")

// StatusError says that a server answered with a status that is no success. It is
// found by errors.As, as a value.
type StatusError struct{ Status int }

func (e StatusError) Error() string { return statusText(e.Status) }

func statusText(status int) string {
	if text := http.StatusText(status); text != "" {
		return fmt.Sprintf("HTTP status %d (%s)", status, text)
	}
	return fmt.Sprintf("HTTP status %d", status)
}

// failure is a request that got no usable answer.
type failure struct {
	place, method, path string
	wrong               string // without secrets
	todo                string // "": wrong says it
	again               bool
	tried               int
	wait                time.Duration // that the server asks for
	status              int           // other than 200; 0 when there is none
	err                 error         // the cause; its text may hold secrets, so it is never shown
}

func (e *failure) Error() string {
	text := e.place + ": " + e.method + " " + e.path + ": " + e.wrong
	if e.tried > 1 {
		text += fmt.Sprintf(" (tried %d times)", e.tried)
	}
	if e.todo != "" {
		text += "; " + e.todo
	}
	return text
}

// Is looks into the cause. There is no Unwrap, which would show its text.
func (e *failure) Is(target error) bool { return errors.Is(e.err, target) }

// As offers the status and looks into the cause.
func (e *failure) As(target any) bool {
	if e.status != 0 {
		if wanted, ok := target.(*StatusError); ok {
			wanted.Status = e.status
			return true
		}
	}
	return e.err != nil && errors.As(e.err, target)
}

// WithoutURL takes the URL, which may hold secrets, off an error of net/http, and
// tells whether the time was up.
func WithoutURL(err error) (cause error, late bool) {
	var withURL *url.Error
	for errors.As(err, &withURL) {
		err = withURL.Err
	}
	var timeout net.Error
	return err, errors.Is(err, context.DeadlineExceeded) || errors.As(err, &timeout) && timeout.Timeout()
}

// lost is a request without an answer.
func (c *Client) lost(err error) *failure {
	err, late := WithoutURL(err)
	said := c.secrets.Clean(err.Error())
	var unverified *tls.CertificateVerificationError
	var notTLS tls.RecordHeaderError
	var alert tls.AlertError
	var name *net.DNSError
	switch {
	case late:
		return c.slow()
	case errors.As(err, &unverified):
		return &failure{wrong: "the server's certificate is not trusted (" + said + ")", todo: advice(unverified.Err)}
	case errors.As(err, &notTLS) || strings.Contains(said, "server gave HTTP response to HTTPS client"):
		return &failure{wrong: "the server does not speak TLS there (" + said + ")", todo: "check the port, and whether the address begins with http:// instead of https://"}
	case errors.As(err, &alert) || strings.Contains(said, "remote error: tls:"):
		return &failure{wrong: "the server refuses the connection's encryption (" + said + ")", todo: "check tls.cert and tls.key"}
	case errors.As(err, &name) && name.IsNotFound:
		return &failure{wrong: "there is no such host (" + said + ")", todo: "check the address"}
	}
	return &failure{wrong: "no answer (" + said + ")", todo: "check the address and the network, and run again", again: true}
}

// advice says what to do about a certificate.
func advice(err error) string {
	var wrongName x509.HostnameError
	if errors.As(err, &wrongName) {
		return "write the name in the certificate as the address, or as tls.server_name"
	}
	return "give the CA's certificate as tls.ca, or have the server's renewed"
}

func (c *Client) slow() *failure {
	return &failure{
		wrong: fmt.Sprintf("no whole answer within %s", c.timeout), todo: "run again later, or allow more time",
		again: true, err: context.DeadlineExceeded,
	}
}

// cut is an answer whose body can't be read to its end.
func (c *Client) cut(err error) *failure {
	var encoding *encodingError
	switch {
	case errors.Is(err, errTooLong):
		return &failure{wrong: fmt.Sprintf("the answer is longer than %d bytes", c.maxBytes), todo: "ask for less at a time"}
	case errors.As(err, &encoding):
		return &failure{wrong: c.secrets.Clean(err.Error()), todo: "check that the server, or a proxy before it, compresses with gzip or not at all"}
	}
	err, late := WithoutURL(err)
	if late {
		return c.slow()
	}
	fail := &failure{wrong: "the answer is cut short (" + c.secrets.Clean(err.Error()) + ")", todo: "run again later", again: true}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		fail.err = io.ErrUnexpectedEOF
	}
	return fail
}

// refused is an answer with another status than 200.
func (c *Client) refused(response *http.Response, answer *body, unreadable error) *failure {
	status := response.StatusCode
	fail := &failure{status: status, again: mayAnswerLater(status), wrong: "the server answers with " + statusText(status)}
	if unreadable == nil {
		if said := c.secrets.Clean(wordsOf(response.Header, answer)); said != "" {
			fail.wrong += fmt.Sprintf(" and says %q", said)
		}
	}
	switch {
	case fail.again:
		fail.wait = RetryAfter(response.Header)
		if status == http.StatusTooManyRequests && fail.wait == 0 {
			fail.wait = untilReset(response.Header)
		}
		fail.todo = "run again later"
		if fail.wait > 0 {
			fail.wrong += fmt.Sprintf(" (it asks to wait %s)", fail.wait)
		}
		if fail.wait > longestWait {
			fail.todo = "run again " + when(response.Header, fail.wait)
		}
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		fail.todo = c.renewal()
	case status == http.StatusProxyAuthRequired:
		fail.todo = "check the user and the password of the proxy in the environment (HTTP_PROXY, HTTPS_PROXY)"
	case status == http.StatusNotFound || status == http.StatusMethodNotAllowed || status == http.StatusGone:
		fail.todo = "check the address, and that the server offers this"
	case status == http.StatusRequestEntityTooLarge || status == http.StatusRequestURITooLong:
		fail.todo = "ask for less at a time"
	case isRedirect(status):
		fail.wrong += ", a redirect" + c.leadsTo(response.Header)
		fail.todo = "give the address it leads to"
	case status < 300:
		fail.todo = "check that the address is that of such a server"
	default:
		fail.todo = "check what is asked for, in the configuration"
	}
	return fail
}

// renewal says what to do when the server does not accept who asks.
func (c *Client) renewal() string {
	if c.secret == "" && c.headers.Get("Authorization") == "" {
		return "configure a token or a password, and run again"
	}
	secret := c.secret
	if secret == "" {
		secret = "the token or password"
	}
	return "renew what is in " + secret + ", or have it allowed to read this, and run again"
}

func isRedirect(status int) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

// leadsTo names where a redirect leads, without its query.
func (c *Client) leadsTo(h http.Header) string {
	u, err := c.base.Parse(h.Get("Location"))
	if err != nil || h.Get("Location") == "" {
		return ""
	}
	return " to " + c.secrets.Clean(u.Scheme+"://"+u.Host+u.EscapedPath())
}

// when says from when on to ask again: by the server's own clock, if it told.
func when(h http.Header, wait time.Duration) string {
	sent, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		return fmt.Sprintf("in %s", wait)
	}
	return "after " + sent.Add(wait).UTC().Format(time.RFC3339)
}

// mostWords is how long an answer may be to be a message.
const mostWords = 16 << 10 // bytes

// wordsOf returns a server's own words: of JSON the fields that servers use for
// them, or plain text.
func wordsOf(h http.Header, answer *body) string {
	text, err := io.ReadAll(io.LimitReader(answer, mostWords+1))
	if err != nil || len(text) > mostWords {
		return ""
	}
	var object map[string]json.RawMessage
	if json.Unmarshal(text, &object) == nil {
		var words []string
		for _, field := range []string{"error", "message", "errors"} {
			words = append(words, wordsIn(object[field])...)
		}
		return strings.Join(words, ": ")
	}
	if kind := h.Get("Content-Type"); strings.HasPrefix(kind, "text/plain") || kind == "" {
		return string(text)
	}
	return ""
}

// wordsIn returns the texts of a field: a text, a list of texts, or an object
// with a message.
func wordsIn(raw json.RawMessage) []string {
	var text string
	var list []json.RawMessage
	var object map[string]json.RawMessage
	switch {
	case len(raw) == 0:
		return nil
	case json.Unmarshal(raw, &text) == nil:
		if text == "" {
			return nil
		}
		return []string{text}
	case json.Unmarshal(raw, &list) == nil:
		var words []string
		for _, item := range list {
			words = append(words, wordsIn(item)...)
		}
		return words
	case json.Unmarshal(raw, &object) == nil:
		return append(wordsIn(object["message"]), wordsIn(object["errors"])...)
	}
	return nil
}
