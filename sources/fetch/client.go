package fetch

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"time"
)

// Client asks one server. It is safe for concurrent use. Its errors are one line:
// place, method, path, what is wrong, what to do.
type Client struct {
	base     *url.URL
	place    string
	headers  http.Header
	secret   string // where the secret comes from
	secrets  *Secrets
	http     *http.Client
	timeout  time.Duration
	maxBytes int64
	tries    int

	// What tests make small and fast.
	sleep  func(context.Context, time.Duration) error
	jitter func(time.Duration) time.Duration
}

// Place names the server for people: scheme, host and port.
func (c *Client) Place() string { return c.place }

// Do asks, several times if need be, and hands the answer to read, which takes one
// with status 200 only: others of 2xx have nothing, or a part. All of the answer is
// read, also what read leaves. With a nil read any status of 2xx will do, and what
// follows it is not waited for. The error is the context's own when that ended; a
// refusal by status is a [StatusError]; what read returns is found by errors.Is and As.
func (c *Client) Do(ctx context.Context, r Request, read Reader) (Entry, error) {
	if r.Method == "" {
		r.Method = http.MethodGet
	}
	entry := Entry{Method: r.Method, Body: c.secrets.Hide(string(r.Body))}
	u, err := c.address(r)
	if err != nil {
		return entry, &failure{place: c.place, method: r.Method, path: "next page", wrong: err.Error()}
	}
	entry.URL = c.place + c.secrets.Hide(u.RequestURI())
	wait := firstWait
	for done := 1; ; done++ {
		answered, fail := c.once(ctx, r, u, read)
		entry.Status = answered.Status
		if fail == nil {
			entry.Count, entry.Bytes, entry.SHA256 = answered.Count, answered.Bytes, answered.SHA256
			return entry, nil
		}
		if err := ctx.Err(); err != nil {
			return entry, err
		}
		fail.place, fail.method, fail.path, fail.tried = c.place, r.Method, c.secrets.Line(u.EscapedPath()), done
		if !fail.again || done >= c.tries || fail.wait > longestWait {
			return entry, fail
		}
		if err := c.sleep(ctx, max(c.jitter(wait), fail.wait)); err != nil {
			return entry, err
		}
		wait = min(2*wait, longestWait)
	}
}

// once asks one time. The Entry holds Status and what follows it.
func (c *Client) once(ctx context.Context, r Request, u *url.URL, read Reader) (Entry, *failure) {
	var entry Entry
	timed, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	var sent io.Reader
	if len(r.Body) > 0 {
		sent = bytes.NewReader(r.Body)
	}
	request, err := http.NewRequestWithContext(timed, r.Method, u.String(), sent)
	if err != nil {
		return entry, c.lost(err)
	}
	request.Header = c.headers.Clone()
	request.Header.Set("Accept-Encoding", "gzip")
	if r.Type != "" {
		request.Header.Set("Content-Type", r.Type)
	}
	for name, value := range r.Headers {
		request.Header.Set(name, value)
	}
	response, err := c.http.Do(request)
	if err != nil {
		return entry, c.lost(err)
	}
	defer response.Body.Close()
	entry.Status = response.StatusCode
	if read == nil && response.StatusCode >= 200 && response.StatusCode < 300 {
		return entry, nil
	}
	answer, err := openBody(response, c.maxBytes)
	if response.StatusCode != http.StatusOK {
		return entry, c.refused(response, answer, err)
	}
	if err != nil {
		return entry, c.cut(err)
	}
	if response.ContentLength > c.maxBytes {
		return entry, c.cut(errTooLong)
	}
	if entry.Count, err = read(&Answer{Header: response.Header, Body: answer}); err != nil && answer.err == nil {
		return entry, c.misread(err)
	}
	answer.drain()
	if answer.err != nil {
		return entry, c.cut(answer.err)
	}
	entry.Bytes, entry.SHA256 = answer.bytes, hex.EncodeToString(answer.sum.Sum(nil))
	return entry, nil
}

// again holds the statuses of a server that may answer in a while.
var again = []int{
	http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests, http.StatusInternalServerError,
	http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout,
}

func mayAnswerLater(status int) bool { return slices.Contains(again, status) }

// misread is an answer that a Reader could not use.
func (c *Client) misread(err error) *failure {
	return &failure{
		wrong: c.secrets.Line(err.Error()),
		again: errors.Is(err, ErrAgain) || errors.Is(err, io.ErrUnexpectedEOF),
		err:   err,
	}
}
