package fetch

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// The waits between tries.
const (
	firstWait   = 500 * time.Millisecond
	longestWait = 5 * time.Minute // that a server may ask for; beyond it a person had better come back
)

// longestAsked stands for a number of seconds beyond all sense.
const longestAsked = (1<<31 - 1) * time.Second

// RetryAfter reads how long a server asks to wait: seconds, or a date. A date is
// taken against the answer's own, so that no clock of ours is needed. It is 0 when
// the server does not say, or not so that it can be understood; never less.
func RetryAfter(h http.Header) time.Duration {
	text := strings.TrimSpace(h.Get("Retry-After"))
	if text != "" && strings.Trim(text, "0123456789") == "" {
		seconds, err := strconv.ParseInt(text, 10, 32)
		if err != nil { // too many digits
			return longestAsked
		}
		return time.Duration(seconds) * time.Second
	}
	until, err := http.ParseTime(text)
	if err != nil {
		return 0
	}
	sent, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		return 0
	}
	return min(max(until.Sub(sent), 0), longestAsked)
}

// longestReset is the most seconds that RateLimit-Reset counts; a larger number is an
// instant, as some servers write it.
const longestReset = 86_400

// untilReset reads in how many seconds a server that limits how often it is asked
// answers again: RateLimit-Reset, as PagerDuty sends it with status 429. It is 0 when
// the server does not say.
func untilReset(h http.Header) time.Duration {
	seconds, err := strconv.ParseInt(strings.TrimSpace(h.Get("RateLimit-Reset")), 10, 32)
	if err != nil || seconds < 0 || seconds > longestReset {
		return 0
	}
	return time.Duration(seconds) * time.Second
}

// Sleep waits, or returns why the context ended.
func Sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
