package prometheus

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"fleetpay/sources/fetch"
)

// A query for what a server no longer keeps succeeds with less. So the server is
// asked first how long it keeps samples.

// maxStatus is how much of an answer about a server is read.
const maxStatus = 4 << 20

const (
	day              = 24 * time.Hour
	longestRetention = 290 * 365 * day // that a Duration holds; a longer one is this
)

// keeps is how long a server keeps samples, as it says itself.
type keeps struct {
	text string
	time time.Duration // 0: it sets no such limit
	now  time.Time     // of the server
}

// checkRetention refuses a server that no longer keeps samples of the instant
// from which on they are needed. A server that does not tell is taken as it is.
func (s *Source) checkRetention(ctx context.Context, needed int64) (log []fetch.Entry, err error) {
	for _, question := range []struct {
		path string
		read func(io.Reader) (string, time.Duration, error)
	}{
		{"api/v1/status/runtimeinfo", readRuntimeInfo}, // Prometheus, Thanos
		{"flags", readFlags},                           // VictoriaMetrics, what was set
		{"metrics", readMetrics},                       // VictoriaMetrics, what was not
	} {
		var k keeps
		entry, err := s.Server.Do(ctx, fetch.Request{Path: question.path}, func(a *fetch.Answer) (_ int64, err error) {
			if k.text, k.time, err = question.read(io.LimitReader(a.Body, maxStatus)); err != nil || k.text == "" {
				return 0, err
			}
			if k.now, err = http.ParseTime(a.Header.Get("Date")); err != nil {
				return 0, errors.New("the answer has no Date, so how far back the server goes can't be told; have the proxy pass the header Date on")
			}
			return 1, nil
		})
		if entry.Status != 0 {
			log = append(log, entry)
		}
		switch {
		case err != nil && ctx.Err() == nil && notOffered(question.path, err):
			if question.path == "flags" {
				return log, nil // no VictoriaMetrics, or one that does not show them
			}
		case err != nil:
			return log, err
		case k.text != "":
			return log, s.judge(k, needed)
		case question.path == "api/v1/status/runtimeinfo":
			return log, nil
		}
	}
	return log, nil
}

// notOffered tells a server that lacks a page from one that fails. The pages of
// VictoriaMetrics may be kept from us in any way.
func notOffered(path string, err error) bool {
	var status fetch.StatusError
	if !errors.As(err, &status) {
		return false
	}
	if path != "api/v1/status/runtimeinfo" {
		return true
	}
	switch status.Status {
	case http.StatusNotFound, http.StatusBadRequest, http.StatusMethodNotAllowed, http.StatusNotImplemented,
		http.StatusForbidden: // a gateway may pass queries only; who may not ask at all is told at the first one
		return true
	}
	return false
}

func (s *Source) judge(k keeps, needed int64) error {
	first := k.now.Add(-k.time)
	begins := time.UnixMilli(needed).UTC()
	if k.time == 0 || !first.After(begins) {
		return nil
	}
	return fmt.Errorf("%s: the server keeps samples for %s, so from %s on, and those from %s on are needed: what lies between is missing; "+
		"pull from a server that keeps them longer, or give a file exported in time, and let this server keep more for the next month "+
		"(--storage.tsdb.retention.time, -retentionPeriod)",
		s.Server.Place(), fetch.Printable(k.text), first.UTC().Format(time.RFC3339), begins.Format(time.RFC3339))
}

// readRuntimeInfo finds storageRetention: 15d, 30d or 512GiB. One that names no
// time, such as 512GiB, sets no limit that can be told.
func readRuntimeInfo(r io.Reader) (string, time.Duration, error) {
	var info struct {
		Data struct{ StorageRetention string }
	}
	if err := json.NewDecoder(r).Decode(&info); err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return "", 0, fmt.Errorf("the answer is cut short: %w", fetch.ErrAgain)
		}
		return "", 0, fmt.Errorf("the answer is not that of a Prometheus server (%w); check the address", err)
	}
	text := info.Data.StorageRetention
	for _, part := range strings.Split(text, " or ") {
		if d, ok := parseRetention(strings.TrimSpace(part)); ok {
			return text, d, nil
		}
	}
	return text, 0, nil
}

// readFlags finds the line -retentionPeriod="100d".
func readFlags(r io.Reader) (string, time.Duration, error) {
	return readPeriod(r, `-retentionPeriod="`)
}

// readMetrics finds the line flag{name="retentionPeriod", value="1", …} 1, which
// tells the default, too.
func readMetrics(r io.Reader) (string, time.Duration, error) {
	return readPeriod(r, `flag{name="retentionPeriod", value="`)
}

// readPeriod finds a period of VictoriaMetrics; without a unit it is in months,
// which are of 31 days there.
func readPeriod(r io.Reader, begins string) (string, time.Duration, error) {
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		rest, ok := strings.CutPrefix(lines.Text(), begins)
		if !ok {
			continue
		}
		text, _, _ := strings.Cut(rest, `"`)
		if months, err := strconv.ParseInt(text, 10, 16); err == nil && months >= 0 {
			return text + " × 31 days", times(months, 31*day, longestRetention), nil
		}
		if d, ok := parseRetention(text); ok {
			return text, d, nil
		}
		return "", 0, fmt.Errorf("the server keeps samples for %q, which can't be read; set -retentionPeriod in whole units, such as 400d", fetch.Printable(text))
	}
	if errors.Is(lines.Err(), bufio.ErrTooLong) {
		return "", 0, nil // no such page
	}
	return "", 0, lines.Err()
}

// parseRetention reads 15d, 2w, 1y and 1w2d. A year has 365 days.
func parseRetention(text string) (total time.Duration, ok bool) {
	for text != "" {
		n := 0
		for n < len(text) && text[n] >= '0' && text[n] <= '9' {
			n++
		}
		count, err := strconv.ParseInt(text[:n], 10, 32)
		if err != nil {
			return 0, false
		}
		text = text[n:]
		n = strings.IndexAny(text, "0123456789")
		if n < 0 {
			n = len(text)
		}
		unit, ok := map[string]time.Duration{
			"ms": time.Millisecond, "s": time.Second, "m": time.Minute, "h": time.Hour,
			"d": day, "w": 7 * day, "y": 365 * day, "M": 31 * day,
		}[text[:n]]
		if !ok {
			return 0, false
		}
		total += times(count, unit, longestRetention-total)
		text = text[n:]
	}
	return total, total > 0
}

// times multiplies, up to a limit.
func times(count int64, unit, most time.Duration) time.Duration {
	return time.Duration(min(count, int64(most/unit)) * int64(unit))
}
