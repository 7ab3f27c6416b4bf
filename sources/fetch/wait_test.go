package fetch

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestRetryAfterIsSecondsOrADate(t *testing.T) {
	const now = "Sat, 21 Nov 2026 10:00:00 GMT"
	for _, c := range []struct {
		name, text, date string
		want             time.Duration
	}{
		{"nothing", "", now, 0},
		{"seconds", "7", "", 7 * time.Second},
		{"with blanks", " 120 ", "", 2 * time.Minute},
		{"no wait", "0", "", 0},
		{"a negative number", "-5", now, 0},
		{"a fraction", "1.5", now, 0},
		{"words", "soon", now, 0},
		{"more seconds than there are", "99999999999999999999", "", longestAsked},
		{"a date", "Sat, 21 Nov 2026 10:00:11 GMT", now, 11 * time.Second},
		{"a date as others write it", "Saturday, 21-Nov-26 10:00:11 GMT", now, 11 * time.Second},
		{"a date that is over", "Sat, 21 Nov 2026 09:59:59 GMT", now, 0},
		{"a date without the answer's own", "Sat, 21 Nov 2026 10:00:11 GMT", "", 0},
		{"a date at the end of time", "Fri, 31 Dec 9999 23:59:59 GMT", now, longestAsked},
	} {
		h := http.Header{}
		h.Set("Retry-After", c.text)
		h.Set("Date", c.date)
		if got := RetryAfter(h); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestBothFormsOfRetryAfterSayTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sent := time.Unix(rapid.Int64Range(0, 4_000_000_000).Draw(t, "sent"), 0).UTC()
		seconds := rapid.Int64Range(0, 1<<31-1).Draw(t, "seconds")
		h := http.Header{"Date": {sent.Format(http.TimeFormat)}}
		for _, text := range []string{strconv.FormatInt(seconds, 10), sent.Add(time.Duration(seconds) * time.Second).Format(http.TimeFormat)} {
			h.Set("Retry-After", text)
			if got := RetryAfter(h); got != time.Duration(seconds)*time.Second {
				t.Fatalf("%v: %s", h, got)
			}
		}
	})
}

func FuzzRetryAfter(f *testing.F) {
	for _, seed := range []string{"", "7", "-1", "1e9", "Sat, 21 Nov 2026 10:00:11 GMT", "Sat Nov 21 10:00:11 2026", "９"} {
		f.Add(seed, "Sat, 21 Nov 2026 10:00:00 GMT")
	}
	f.Fuzz(func(t *testing.T, text, date string) {
		if got := RetryAfter(http.Header{"Retry-After": {text}, "Date": {date}}); got < 0 || got > longestAsked || got%time.Second != 0 {
			t.Errorf("%s", got)
		}
	})
}

func TestWaitingEndsWithTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := Sleep(ctx, time.Hour); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if err := Sleep(t.Context(), time.Millisecond); err != nil {
		t.Errorf("%v", err)
	}
}

func TestJitterSpreadsAWaitOverItsSecondHalf(t *testing.T) {
	seen := map[time.Duration]bool{}
	for range 100 {
		wait := jitter(time.Second)
		if wait < time.Second/2 || wait > time.Second {
			t.Errorf("%s", wait)
		}
		seen[wait] = true
	}
	if len(seen) < 50 { // of half a billion
		t.Errorf("%d different waits of 100", len(seen))
	}
	if jitter(0) != 0 {
		t.Error("a wait for nothing")
	}
}
