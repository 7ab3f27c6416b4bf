package sources

import (
	"fmt"
	"strings"
	"time"
)

// The years that a cell may name. A far last day stands for "no end yet" in
// some systems, so days go on to 9999; instants must fit into 64-bit
// nanoseconds anywhere.
const (
	minYear        = 1900
	maxDateYear    = 9999
	maxInstantYear = 2200
)

func parseDate(text string) (time.Time, string) {
	y, m, d, ok := splitDate(text)
	if !ok || len(text) != len("2026-10-05") {
		return time.Time{}, fmt.Sprintf("%s is not a date; write it as 2026-10-05", quote(text))
	}
	if y < minYear {
		return time.Time{}, fmt.Sprintf("%s is before the year %d; write it as 2026-10-05", quote(text), minYear)
	}
	return time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC), ""
}

func parseMonth(text string) (time.Time, string) {
	if len(text) == len("2026-10") && text[4] == '-' {
		y, okYear := digits(text[:4])
		m, okMonth := digits(text[5:])
		if okYear && okMonth && y >= minYear && m >= 1 && m <= 12 {
			return time.Date(y, time.Month(m), 1, 0, 0, 0, 0, time.UTC), ""
		}
	}
	return time.Time{}, fmt.Sprintf("%s is not a month; write it as 2026-10", quote(text))
}

func parseQuarter(text string) (time.Time, string) {
	if len(text) == len("2026-Q3") && text[4:6] == "-Q" {
		y, okYear := digits(text[:4])
		q, okQuarter := digits(text[6:])
		if okYear && okQuarter && y >= minYear && q >= 1 && q <= 4 {
			return time.Date(y, time.Month(3*q-2), 1, 0, 0, 0, 0, time.UTC), ""
		}
	}
	return time.Time{}, fmt.Sprintf("%s is not a quarter; write it as 2026-Q3", quote(text))
}

// parseInstant reads RFC 3339. The standard library's parser is not used: it
// takes a comma for the point and drops digits after the ninth.
func parseInstant(text string) (time.Time, string) {
	notOne := func() (time.Time, string) {
		return time.Time{}, fmt.Sprintf("%s is not an instant; write it as 2026-10-05T09:00:00Z", quote(text))
	}
	const clockEnd = len("2026-10-05T09:00:00")
	if len(text) < clockEnd || text[10] != 'T' && text[10] != 't' || text[13] != ':' || text[16] != ':' {
		return notOne()
	}
	y, m, d, okDate := splitDate(text)
	hour, okHour := digits(text[11:13])
	minute, okMinute := digits(text[14:16])
	second, okSecond := digits(text[17:19])
	if !okDate || !okHour || !okMinute || !okSecond || hour > 23 || minute > 59 || second > 59 {
		return notOne()
	}
	nanos, zone := 0, text[clockEnd:]
	if strings.HasPrefix(zone, ".") {
		n := 1
		for n < len(zone) && isDigit(zone[n]) {
			n++
		}
		if n == 1 || n > 10 { // no digit, or finer than a nanosecond
			return notOne()
		}
		nanos, _ = digits(zone[1:n])
		for i := n; i < 10; i++ {
			nanos *= 10
		}
		zone = zone[n:]
	}
	if zone == "" {
		return time.Time{}, fmt.Sprintf(
			"%s has no offset; write it as 2026-10-05T09:00:00Z, or with an offset as in +02:00", quote(text))
	}
	offset, ok := parseOffset(zone)
	if !ok {
		return notOne()
	}
	t := time.Date(y, time.Month(m), d, hour, minute, second, nanos, time.UTC).Add(-offset)
	if t.Year() < minYear || t.Year() > maxInstantYear {
		return time.Time{}, fmt.Sprintf("%s is outside the years %d to %d; write it as 2026-10-05T09:00:00Z",
			quote(text), minYear, maxInstantYear)
	}
	return t, ""
}

// parseOffset reads Z, +02:00 or -05:30.
func parseOffset(zone string) (time.Duration, bool) {
	if zone == "Z" || zone == "z" {
		return 0, true
	}
	if len(zone) != len("+02:00") || zone[0] != '+' && zone[0] != '-' || zone[3] != ':' {
		return 0, false
	}
	hours, okHours := digits(zone[1:3])
	minutes, okMinutes := digits(zone[4:])
	if !okHours || !okMinutes || hours > 23 || minutes > 59 {
		return 0, false
	}
	offset := time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute
	if zone[0] == '-' {
		return -offset, true
	}
	return offset, true
}

// splitDate reads the day that text begins with and checks that it exists.
func splitDate(text string) (y, m, d int, ok bool) {
	if len(text) < len("2026-10-05") || text[4] != '-' || text[7] != '-' {
		return 0, 0, 0, false
	}
	y, okYear := digits(text[:4])
	m, okMonth := digits(text[5:7])
	d, okDay := digits(text[8:10])
	if !okYear || !okMonth || !okDay || y > maxDateYear || m < 1 || m > 12 || d < 1 {
		return 0, 0, 0, false
	}
	lastDay := time.Date(y, time.Month(m)+1, 0, 0, 0, 0, 0, time.UTC).Day()
	return y, m, d, d <= lastDay
}

// digits reads a few decimal digits; anything else is refused.
func digits(text string) (int, bool) {
	n := 0
	for i := 0; i < len(text); i++ {
		if !isDigit(text[i]) {
			return 0, false
		}
		n = n*10 + int(text[i]-'0')
	}
	return n, len(text) > 0
}
