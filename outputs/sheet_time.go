package outputs

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"fleetpay/rules"
)

// instantCellText is an instant to the second, as an instantCell takes it; "" for
// an absent one.
func instantCellText(t rules.Instant) string {
	if t == 0 {
		return ""
	}
	return time.UnixMicro(int64(t)).UTC().Format(time.DateTime)
}

const (
	secondsPerDay = 24 * 60 * 60
	dayPlaces     = 10 // decimals of a day: a fraction of a millisecond
	daySteps      = 10_000_000_000
)

// instantNumber is an instant as a workbook counts it: days and a fraction of
// one. ok is false for what is no instant.
func instantNumber(text string) (number string, ok bool) {
	t, err := time.Parse(time.DateTime, text)
	if err != nil {
		if t, err = time.Parse("2006-01-02 15:04", text); err != nil {
			return "", false
		}
	}
	second := int64(t.Hour()*60*60 + t.Minute()*60 + t.Second())
	steps := (second*daySteps + secondsPerDay/2) / secondsPerDay
	return fmt.Sprintf("%s.%0*d", dayNumber(rules.DateOf(t)), dayPlaces, steps), true
}

// minutesText is a span of microseconds in minutes, cut to one place.
func minutesText(micros int64) string {
	const perTenth = 6_000_000
	tenths := micros / perTenth
	return fmt.Sprintf("%d.%d", tenths/10, tenths%10)
}

// minutesOf is a figure of whole seconds in minutes, cut to one place; what is no
// such figure stays as it is.
func minutesOf(seconds string) string {
	n, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil || n < 0 || n > math.MaxInt64/microsPerSecond {
		return seconds
	}
	return minutesText(n * microsPerSecond)
}

// responseText is how many minutes an incident waited for an answer, which is
// its acknowledgement or its resolution, whichever came first; "" for one that
// was never answered.
func responseText(i rules.Incident) string {
	at := i.AnsweredAt()
	if at == 0 {
		return ""
	}
	return minutesText(int64(at - i.OpenedAt))
}
