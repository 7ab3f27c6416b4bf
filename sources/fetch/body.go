package fetch

import (
	"compress/gzip"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"net/http"
	"strings"
)

// errTooLong ends an answer that goes beyond the limit.
var errTooLong = errors.New("the answer is longer than the limit")

// body is the body of an answer, uncompressed, counted, hashed and limited. It
// keeps the error that ended it, so that nothing hangs on what a Reader makes of
// that.
type body struct {
	from  io.Reader
	most  int64
	bytes int64
	sum   hash.Hash
	err   error // not io.EOF
	ended bool
}

// openBody begins to read an answer. The error is one of the connection or of the
// compression, or says that there is another one.
func openBody(response *http.Response, most int64) (*body, error) {
	b := &body{from: &limited{from: response.Body, left: most}, most: most, sum: sha256.New()}
	switch encoding := strings.ToLower(strings.TrimSpace(response.Header.Get("Content-Encoding"))); encoding {
	case "", "identity":
	case "gzip", "x-gzip":
		unpacked, err := gzip.NewReader(b.from)
		if err != nil {
			return nil, broken(err)
		}
		b.from = unpacked
	default:
		return nil, &encodingError{Printable(encoding)}
	}
	return b, nil
}

// encodingError is a compression that nobody asked for.
type encodingError struct{ name string }

func (e *encodingError) Error() string {
	return fmt.Sprintf("the answer is compressed as %q, which was not asked for", e.name)
}

// Read counts what it reads.
func (b *body) Read(p []byte) (int, error) {
	switch {
	case b.err != nil:
		return 0, b.err
	case b.ended:
		return 0, io.EOF
	}
	n, err := b.from.Read(p)
	b.bytes += int64(n)
	b.sum.Write(p[:n])
	switch {
	case b.bytes > b.most:
		b.err = errTooLong
		return 0, b.err
	case errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF):
		b.ended = true
	case err != nil:
		b.err = broken(err)
		return n, b.err
	}
	return n, err
}

// drain reads what a Reader left.
func (b *body) drain() {
	_, _ = io.Copy(io.Discard, b) // its error is kept in b
}

// broken says of an error of gzip, which talks of its header, what it means.
func broken(err error) error {
	if errors.Is(err, gzip.ErrHeader) || errors.Is(err, gzip.ErrChecksum) {
		return fmt.Errorf("its compression is damaged: %w", err)
	}
	if errors.Is(err, io.EOF) { // where gzip wants its header
		return io.ErrUnexpectedEOF
	}
	return err
}

// limited passes at most so many bytes on, as they come over the wire.
type limited struct {
	from io.Reader
	left int64
}

func (l *limited) Read(p []byte) (int, error) {
	n, err := l.from.Read(p)
	if l.left -= int64(n); l.left < 0 {
		return 0, errTooLong
	}
	return n, err
}
