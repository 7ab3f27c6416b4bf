package sources

import "io"

// Sink is what a Parquet file is written through. The Parquet writer of Arrow panics
// when it can't begin a file, on a full disk say, and says nothing of a row group that
// it can't end. So each write is told that it went well; Err has the first one that did
// not, and after that one nothing more is written.
type Sink struct {
	to  io.Writer
	err error
}

// NewSink makes a Sink before a file. It does not close the file.
func NewSink(to io.Writer) *Sink { return &Sink{to: to} }

// Write never fails; see Err.
func (s *Sink) Write(p []byte) (int, error) {
	if s.err == nil {
		var n int
		if n, s.err = s.to.Write(p); s.err == nil && n < len(p) {
			s.err = io.ErrShortWrite
		}
	}
	return len(p), nil
}

// Err returns why not all that was written is in the file, or nil. Ask it when the
// Parquet writer is closed.
func (s *Sink) Err() error { return s.err }
