package outputs

import (
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"fleetpay/rules"
)

// How reports write numbers. A number with exactly two decimals is a sum of
// money, and nothing else is written so: whoever looks for an amount in the CSV
// files finds it.

const microsPerSecond = 1_000_000

// shownPlaces is the number of decimals of a percentage on a report.
const shownPlaces = 3

// percentText writes a percentage with its sign, cut to a fixed number of
// decimals and never rounded up: 99.4996 is 99.499%. "" gives "".
func percentText(value string) string { return cutPercent(value, shownPlaces) }

// cutPercent is percentText with so many decimals.
func cutPercent(value string, places int32) string {
	d, err := decimal.NewFromString(value)
	if err != nil {
		return ""
	}
	return d.Truncate(places).StringFixed(places) + "%"
}

// spanText writes a time span, given in microseconds, in its two largest units:
// 3 d 02 h, 4 h 05 min, 12 min 30 s. What is below is cut.
func spanText(micros int64) string {
	s := micros / microsPerSecond
	switch {
	case s < 0:
		return "–" + spanText(-micros)
	case s < 60:
		return fmt.Sprintf("%d s", s)
	case s < 60*60:
		return fmt.Sprintf("%d min %02d s", s/60, s%60)
	case s < 24*60*60:
		return fmt.Sprintf("%d h %02d min", s/3600, s/60%60)
	}
	return fmt.Sprintf("%d d %02d h", s/86400, s/3600%24)
}

// instantText writes a point in time to the minute, in UTC, as every report
// says once: 2026-08-03 14:05. "" for an absent one.
func instantText(t rules.Instant) string {
	if t == 0 {
		return ""
	}
	return time.UnixMicro(int64(t)).UTC().Format("2006-01-02 15:04")
}
