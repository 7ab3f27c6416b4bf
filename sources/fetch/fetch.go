// Package fetch asks servers over HTTP, with the manners that every source of
// ours shares: a time limit, retries with a growing wait, Retry-After, a size
// limit, no secret in anything that is written, and a log of what was asked.
//
//	Access ──► Client ──► Do(Request, read) ──► Entry, for the run record
//	                      └► Shelf: pieces of a pull that broke off
package fetch

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"time"
)

// Access says how a server is reached. The zero values of the limits stand for
// the defaults of this package.
type Access struct {
	URL           string            // http or https, without user, password and query
	Headers       map[string]string // to send with every request; values may be secret
	Bearer        string            // token for "Authorization: Bearer"
	User          string            // for basic authentication, with Password
	Password      string
	Authorization string   // the whole header, where a server wants a scheme of its own
	Secret        string   // where the secret comes from, for messages: "the environment variable X"
	Public        []string // names of Headers whose values may be shown; every other value is hidden
	Hidden        []string // what else nobody may read: the path of a URL that holds a key
	Agent         string   // User-Agent; "" for that of net/http
	TLS           TLS

	Timeout  time.Duration // for one answer, from the first byte of the request to the last of the answer; 0: 60 s
	MaxBytes int64         // of one answer, as it comes over the wire and uncompressed; 0: 1 GiB
	Tries    int           // of one request, before it is given up; 0: 5
}

// TLS names PEM files; "" for none.
type TLS struct {
	CA, Cert, Key string
	ServerName    string
}

// Request is one question. Path is joined to the path of Access.URL; URL, when
// set, is used in its place, and must be on the same server: a next page, say. It
// is absolute, or begins with "/". Query is added to what URL asks already.
type Request struct {
	Method string // "" for GET
	Path   string
	URL    string
	Query  url.Values
	Body   []byte // sent again with each try
	Type   string // of Body: application/json

	Headers map[string]string // more of them, of this request alone; none is secret
}

// Answer is an answer with status 200. Body ends with an error when the answer is
// longer than the limit, or is cut short.
type Answer struct {
	Header http.Header
	Body   io.Reader
}

// Entry is a request that was answered, as the run record keeps it. No part of
// it holds a secret. Beside an error, only what is known by then is filled in:
// Status is 0 when there was no answer, and Count, Bytes and SHA256 are empty.
type Entry struct {
	Method string `json:"method"`
	URL    string `json:"url"`
	Body   string `json:"body,omitempty"` // that was sent, when there was one
	Status int    `json:"status"`
	Count  int64  `json:"count"`  // of rows that read took from the answer
	Bytes  int64  `json:"bytes"`  // of the answer, uncompressed
	SHA256 string `json:"sha256"` // of these bytes, in lower-case hex
}

// Reader takes an answer apart, and tells how many rows it found. It is called
// anew for each try, so it begins from nothing each time. An error that wraps
// ErrAgain or io.ErrUnexpectedEOF is tried again, and so is whatever it returns
// after the body broke off; any other one ends the request. It need not read to
// the end.
type Reader func(*Answer) (count int64, err error)

// Doer is what asks: a [Client], or a test's own.
type Doer interface {
	Do(ctx context.Context, r Request, read Reader) (Entry, error)
	Place() string // the server without secrets, for messages and the record
}
