package rules

import (
	"fmt"
	"time"
)

// Date is a calendar day in UTC. The zero Date means "no date given"; other
// values count days, so dates compare and subtract as integers.
type Date int32

// epochOffset makes 1970-01-01 a number well above zero, which stays free for
// "absent".
const epochOffset = 719163 // days from 0001-01-01 to 1970-01-01, plus one

const secondsPerDay = 24 * 60 * 60

// NewDate returns the day y-m-d, normalised as time.Date does.
func NewDate(y int, m time.Month, d int) Date {
	return DateOf(time.Date(y, m, d, 0, 0, 0, 0, time.UTC))
}

// DateOf returns the UTC day on which t falls; the zero time gives no date.
func DateOf(t time.Time) Date {
	if t.IsZero() {
		return 0
	}
	days := t.Unix() / secondsPerDay
	if t.Unix()%secondsPerDay < 0 {
		days--
	}
	return Date(days + epochOffset)
}

// ParseDate reads a day written as 2026-10-05.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return 0, fmt.Errorf("%q is not a date; write it as 2026-10-05", s)
	}
	return DateOf(t), nil
}

// Time returns the first instant of d in UTC.
func (d Date) Time() time.Time {
	return time.Unix((int64(d)-epochOffset)*secondsPerDay, 0).UTC()
}

// String writes d as 2026-10-05, and the absent date as nothing.
func (d Date) String() string {
	if d == 0 {
		return ""
	}
	return d.Time().Format(time.DateOnly)
}

// IsZero tells whether no date was given.
func (d Date) IsZero() bool { return d == 0 }

// AddMonths moves d by m months and keeps the day of the month, clamped to the
// last day of the target month: 31 January and one month is 28 or 29 February.
func (d Date) AddMonths(m int) Date {
	y, mon, day := d.Time().Date()
	first := time.Date(y, mon+time.Month(m), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return NewDate(first.Year(), first.Month(), min(day, last))
}

// MonthsUntil returns the greatest m >= 0 with d.AddMonths(m) <= end, or 0 when
// end is before d.
func (d Date) MonthsUntil(end Date) int {
	if end <= d {
		return 0
	}
	a, b := d.Time(), end.Time()
	m := (b.Year()-a.Year())*12 + int(b.Month()-a.Month())
	if m > 0 && d.AddMonths(m) > end {
		m--
	}
	return max(m, 0)
}

// Period is a calendar month in UTC: from its first instant up to, and without,
// the first instant of the next month.
type Period struct {
	Year  int
	Month time.Month
}

// ParsePeriod reads a month written as 2026-10.
func ParsePeriod(s string) (Period, error) {
	t, err := time.Parse("2006-01", s)
	if err != nil {
		return Period{}, fmt.Errorf("%q is not a month; write it as 2026-10", s)
	}
	return Period{t.Year(), t.Month()}, nil
}

// PeriodOf returns the month that holds d.
func PeriodOf(d Date) Period {
	y, m, _ := d.Time().Date()
	return Period{y, m}
}

// IsZero tells whether no period was given.
func (p Period) IsZero() bool { return p == Period{} }

// String writes p as 2026-10.
func (p Period) String() string { return fmt.Sprintf("%04d-%02d", p.Year, int(p.Month)) }

// First returns the first day of p.
func (p Period) First() Date { return NewDate(p.Year, p.Month, 1) }

// Last returns the last day of p.
func (p Period) Last() Date { return p.Next().First() - 1 }

// Days returns the number of days of p.
func (p Period) Days() int { return int(p.Next().First() - p.First()) }

// Add returns the month n months after p.
func (p Period) Add(n int) Period {
	t := time.Date(p.Year, p.Month+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	return Period{t.Year(), t.Month()}
}

// Next returns the month after p.
func (p Period) Next() Period { return p.Add(1) }

// Prev returns the month before p.
func (p Period) Prev() Period { return p.Add(-1) }

// Before tells whether p is an earlier month than q.
func (p Period) Before(q Period) bool { return p.First() < q.First() }

// Contains tells whether d is a day of p.
func (p Period) Contains(d Date) bool { return p.First() <= d && d <= p.Last() }

// Quarter writes the quarter of p as 2026-Q3.
func (p Period) Quarter() string { return fmt.Sprintf("%04d-Q%d", p.Year, (int(p.Month)+2)/3) }

// EndsQuarter tells whether p is a quarter's last month.
func (p Period) EndsQuarter() bool { return p.Month%3 == 0 }

// EndsYear tells whether p is December.
func (p Period) EndsYear() bool { return p.Month == time.December }
