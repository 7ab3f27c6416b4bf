package prometheus

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"fleetpay/sources/fetch"
)

// DefaultPiece is how much time one question covers, unless the configuration
// says otherwise.
const DefaultPiece = 2 * time.Hour

const longestPiece = 24 * time.Hour

// Source pulls heartbeats from a server that speaks the HTTP API of Prometheus.
type Source struct {
	Reading
	Piece      time.Duration // of one question: whole milliseconds, at most a day; 0 for DefaultPiece
	Parameters url.Values    // to send with every question beside query and time, such as dedup
	Server     fetch.Doer
	Shelf      *fetch.Shelf            // keeps the pieces until the month is closed
	Progress   func(done, total int64) // is told the pieces so far; may be nil
}

// span is the time of a piece, in milliseconds since 1970: begins <= t < ends.
type span struct{ begins, ends int64 }

// name is that of the piece on the shelf.
func (s span) name() string {
	const form = "20060102T150405.000"
	return time.UnixMilli(s.begins).UTC().Format(form) + "-" + time.UnixMilli(s.ends).UTC().Format(form) + ".parquet"
}

// Pull asks for the samples of the period, begins <= t < ends, and writes them to
// dest, a new Parquet file in the columns of the dataset heartbeats: in the order
// of the pieces, and within each of node_id, sampled_at and up. The same samples
// and the same Piece give the same bytes, in whatever order the server answers.
// dest is there only when it is whole and synced.
//
// A piece that the shelf holds is not asked for again. The log has the requests of
// all pieces, also of those pulled before, and first the question how long the server
// keeps samples, as it was asked last. rows counts the samples; when there is none,
// that is an error.
func (s *Source) Pull(ctx context.Context, begins, ends time.Time, dest string) (rows int64, log []fetch.Entry, err error) {
	m, err := s.compile()
	if err != nil {
		return 0, nil, fmt.Errorf("%s: %w", s.Server.Place(), err)
	}
	if s.Query == "" {
		return 0, nil, fmt.Errorf("%s: query is empty; write %s", s.Server.Place(), plainSelector)
	}
	spans, err := s.spans(begins, ends)
	if err != nil {
		return 0, nil, fmt.Errorf("%s: %w", s.Server.Place(), err)
	}
	pieces := make([]*fetch.Piece, len(spans))
	var columns *columns
	var asked []fetch.Entry // about the server, and kept with no piece yet
	defer func() { log = logOf(pieces, asked) }()
	for i, span := range spans {
		if err := ctx.Err(); err != nil {
			return 0, nil, err
		}
		if pieces[i], err = s.Shelf.Find(span.name()); err != nil {
			return 0, nil, notKept(err)
		}
		if pieces[i] == nil {
			if columns == nil {
				// What is on the shelf is there, however long the server keeps it.
				columns = newColumns()
				if asked, err = s.checkRetention(ctx, span.begins); err != nil {
					return 0, nil, err
				}
			}
			if pieces[i], err = s.pullPiece(ctx, m, columns, span, asked); err != nil {
				return 0, nil, err
			}
			asked = nil
		}
		if s.Progress != nil {
			s.Progress(int64(i+1), int64(len(spans)))
		}
	}
	if rows, err = join(ctx, pieces, dest); err != nil {
		return 0, nil, err
	}
	if rows > 0 {
		return rows, nil, nil
	}
	return 0, nil, errors.Join(s.forget(pieces, dest), fmt.Errorf(
		"%s: the query %s has no sample from %s to %s; correct query or parameters, or close without this source",
		s.Server.Place(), s.Query, instant(spans[0].begins), instant(spans[len(spans)-1].ends)))
}

// logOf joins the logs of the pieces that are there. Each ends with the request for
// the piece; the first that a run pulled begins with what was asked about the server,
// as no other record is left of that when the run breaks off. asked is of this run.
func logOf(pieces []*fetch.Piece, asked []fetch.Entry) []fetch.Entry {
	var about, log []fetch.Entry
	for _, piece := range pieces {
		if piece == nil || len(piece.Log) == 0 {
			continue
		}
		last := len(piece.Log) - 1
		if last > 0 {
			about = piece.Log[:last]
		}
		log = append(log, piece.Log[last])
	}
	if len(asked) > 0 {
		about = asked
	}
	return append(slices.Clone(about), log...)
}

// spans cuts the period into pieces; the last one may be shorter.
func (s *Source) spans(begins, ends time.Time) ([]span, error) {
	piece := s.Piece
	if piece == 0 {
		piece = DefaultPiece
	}
	if piece < time.Millisecond || piece > longestPiece || piece%time.Millisecond != 0 {
		return nil, fmt.Errorf("piece is %s; write whole milliseconds, at most %s, such as 2h", piece, longestPiece)
	}
	first, last := begins.UnixMilli(), ends.UnixMilli()
	if !begins.Equal(time.UnixMilli(first)) || !ends.Equal(time.UnixMilli(last)) || first >= last {
		return nil, fmt.Errorf("the period from %s to %s is none; give whole milliseconds, the first before the last",
			begins.UTC().Format(time.RFC3339Nano), ends.UTC().Format(time.RFC3339Nano))
	}
	var spans []span
	for at := first; at < last; at += piece.Milliseconds() {
		spans = append(spans, span{at, min(at+piece.Milliseconds(), last)})
	}
	return spans, nil
}

// pullPiece asks for one piece and puts it on the shelf, with what was asked before
// it: a run that breaks off leaves no other record of that.
func (s *Source) pullPiece(ctx context.Context, m *matcher, c *columns, sp span, before []fetch.Entry) (*fetch.Piece, error) {
	query := url.Values{}
	for name, values := range s.Parameters {
		query[name] = values
	}
	// A range that ends with the last millisecond of the piece holds the piece,
	// whether the server counts the range's first instant in, as Prometheus 2
	// does, or not, as Prometheus 3 and VictoriaMetrics do.
	query.Set("query", s.Query+"["+rangeText(sp.ends-sp.begins)+"]")
	query.Set("time", instant(sp.ends-1))
	entry, err := s.Server.Do(ctx, fetch.Request{Path: "api/v1/query", Query: query}, func(a *fetch.Answer) (int64, error) {
		c.reset(sp.begins, sp.ends)
		return readAnswer(a.Body, m, c)
	})
	if err != nil {
		return nil, s.explain(ctx, sp, err)
	}
	piece, err := s.Shelf.Put(sp.name(), c.write, append(before, entry))
	if err != nil {
		return nil, notKept(err)
	}
	return piece, nil
}

// notKept is trouble with our own disk.
func notKept(err error) error {
	return fmt.Errorf("what was pulled can't be kept: %w; make room and see to the folder's permissions, then run again", err)
}

// explain says which piece it was, and what may help where a server finds a
// question too large.
func (s *Source) explain(ctx context.Context, sp span, err error) error {
	if ctx.Err() != nil {
		return err
	}
	advice := ""
	var status fetch.StatusError
	if errors.As(err, &status) && (status.Status == 413 || status.Status == 422 || status.Status >= 500) {
		advice = "; if the server finds it too large, make piece smaller"
	}
	return fmt.Errorf("samples from %s to %s: %w%s", instant(sp.begins), instant(sp.ends), err, advice)
}

// rangeText writes a duration as PromQL does, in the largest unit that fits.
func rangeText(ms int64) string {
	for _, unit := range []struct {
		name string
		ms   int64
	}{{"d", 86_400_000}, {"h", 3_600_000}, {"m", 60_000}, {"s", 1000}} {
		if ms%unit.ms == 0 {
			return strconv.FormatInt(ms/unit.ms, 10) + unit.name
		}
	}
	return strconv.FormatInt(ms, 10) + "ms"
}

// forget takes away what a pull without a sample left, so that the next one asks
// again: the samples may have come by then.
func (s *Source) forget(pieces []*fetch.Piece, dest string) error {
	err := os.Remove(dest)
	for _, piece := range pieces {
		err = errors.Join(err, os.Remove(piece.Path))
	}
	return errors.Join(err, syncPath(filepath.Dir(dest)))
}
