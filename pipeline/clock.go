package pipeline

import (
	"fmt"
	"os"
	"strconv"
	"time"
)

// epochVariable stands in for the clock, so that two closes of the same inputs
// are the same bytes: seconds since 1970, as other tools of builds read it.
const epochVariable = "SOURCE_DATE_EPOCH"

// lastEpoch is the last second of the year 9999.
const lastEpoch = 253402300799

// Now reads the clock, in UTC and whole seconds. A run does so once, and again for what
// it sends at its end: that must not be old.
func Now() (time.Time, error) {
	text, set := os.LookupEnv(epochVariable)
	if !set || text == "" {
		return time.Now().UTC().Truncate(time.Second), nil
	}
	seconds, err := strconv.ParseInt(text, 10, 64)
	if err != nil || seconds < 0 || seconds > lastEpoch || strconv.FormatInt(seconds, 10) != text {
		return time.Time{}, &UsageError{fmt.Errorf("%s is %q; it is a number of seconds since 1970, or not set at all", epochVariable, text)}
	}
	return time.Unix(seconds, 0).UTC(), nil
}
