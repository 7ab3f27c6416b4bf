package rules

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func drawDate(t *rapid.T, name string) Date {
	// From 1999 to 2040, with the ends of months drawn often.
	d := NewDate(1999, 1, 1) + Date(rapid.IntRange(0, 15000).Draw(t, name))
	if rapid.Bool().Draw(t, name+" at a month's end") {
		d = PeriodOf(d).Last() - Date(rapid.IntRange(0, 3).Draw(t, "before it"))
	}
	return d
}

// naiveAddMonths walks month by month from the first of d's month, then to the
// day, as far as the month has it.
func naiveAddMonths(d Date, m int) Date {
	y, mon, day := d.Time().Date()
	for ; m > 0; m-- {
		if mon++; mon > 12 {
			y, mon = y+1, 1
		}
	}
	for ; m < 0; m++ {
		if mon--; mon < 1 {
			y, mon = y-1, 12
		}
	}
	for ; ; day-- {
		if t := time.Date(y, mon, day, 0, 0, 0, 0, time.UTC); t.Month() == mon {
			return DateOf(t)
		}
	}
}

func TestAddMonthsKeepsTheDayOrTakesTheLastOne(t *testing.T) {
	for _, c := range []struct {
		from string
		m    int
		want string
	}{
		{"2026-01-31", 1, "2026-02-28"},
		{"2024-01-31", 1, "2024-02-29"},
		{"2024-02-29", 12, "2025-02-28"},
		{"2024-02-29", 48, "2028-02-29"},
		{"2026-01-31", 2, "2026-03-31"}, // from the original date, not from 28 February
		{"2025-08-31", 6, "2026-02-28"},
		{"2025-12-31", 2, "2026-02-28"},
		{"2026-03-31", -1, "2026-02-28"},
		{"2026-05-15", 0, "2026-05-15"},
		{"2100-01-29", 1, "2100-02-28"}, // no leap year
	} {
		from, err := ParseDate(c.from)
		if err != nil {
			t.Fatal(err)
		}
		if got := from.AddMonths(c.m).String(); got != c.want {
			t.Errorf("%s and %d months is %s, want %s", c.from, c.m, got, c.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		d, m := drawDate(t, "date"), rapid.IntRange(-30, 130).Draw(t, "months")
		if got, want := d.AddMonths(m), naiveAddMonths(d, m); got != want {
			t.Errorf("%s and %d months is %s, want %s", d, m, got, want)
		}
		if d.AddMonths(m) > d.AddMonths(m+1) {
			t.Errorf("%s: a month more is sooner", d)
		}
	})
}

func TestMonthsUntilIsTheGreatestThatFits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawDate(t, "from")
		end := d + Date(rapid.IntRange(-40, 2000).Draw(t, "days"))
		if rapid.Bool().Draw(t, "on the day") {
			end = d.AddMonths(rapid.IntRange(0, 40).Draw(t, "months"))
		}
		want := 0
		for d.AddMonths(want+1) <= end {
			want++
		}
		if got := d.MonthsUntil(end); got != want {
			t.Errorf("from %s to %s are %d months, want %d", d, end, got, want)
		}
	})
}

// TestLeftWithinMonths walks the days of the term: who was active on each of them
// served it in full.
func TestLeftWithinMonths(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		months := rapid.IntRange(1, 14).Draw(t, "months")
		joined := drawDate(t, "joined")
		last := joined + Date(rapid.IntRange(0, 500).Draw(t, "days"))
		if rapid.Bool().Draw(t, "near the end") {
			last = max(joined, joined.AddMonths(months)-Date(rapid.IntRange(0, 3).Draw(t, "before")))
		}
		unserved := 0
		for d := joined; d < naiveAddMonths(joined, months); d++ {
			if d > last {
				unserved++
			}
		}
		o := &operator{Operator: &Operator{JoinedOn: joined, LastActiveDay: last, CommitmentMonths: months}}
		for _, exit := range []*Exit{{WithinMonths: months}, {WithinCommitment: true}} {
			if got := exit.matches(o, PeriodOf(last)); got != (unserved > 0) {
				t.Errorf("joined %s, left %s, within %d months: %v with %d days unserved", joined, last, months, got, unserved)
			}
			if exit.matches(o, PeriodOf(last).Next()) || exit.matches(o, PeriodOf(last).Prev()) {
				t.Errorf("left on %s and matches another month", last)
			}
		}
		served := 1
		for naiveAddMonths(joined, served) <= last {
			served++
		}
		if got := joined.MonthsUntil(last) + 1; got != served {
			t.Errorf("served %d months from %s to %s, want %d", got, joined, last, served)
		}
	})
}

func TestDatesAndPeriodsAgreeWithTheCalendar(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawDate(t, "date")
		again, err := ParseDate(d.String())
		if err != nil || again != d || DateOf(d.Time()) != d || DateOf(d.Time().Add(24*time.Hour-1)) != d {
			t.Errorf("%s is read as %s: %v", d, again, err)
		}
		p := PeriodOf(d)
		if !p.Contains(d) || p.Contains(p.First()-1) || p.Contains(p.Last()+1) {
			t.Errorf("%s does not hold %s alone", p, d)
		}
		if p.Next().First() != p.Last()+1 || p.Next().Prev() != p || int(p.Last()-p.First())+1 != p.Days() {
			t.Errorf("%s has %d days", p, p.Days())
		}
		if q, err := ParsePeriod(p.String()); err != nil || q != p || !p.Before(p.Next()) || p.Before(p) {
			t.Errorf("%s is read as %s: %v", p, q, err)
		}
	})
	for _, text := range []string{"", "2026-2-1", "2026-02-30", "2026-02-01T00:00:00Z", " 2026-02-01"} {
		if d, err := ParseDate(text); err == nil {
			t.Errorf("%q is read as %s", text, d)
		}
	}
	if got := (Period{2026, 9}).Quarter(); got != "2026-Q3" {
		t.Errorf("September is in %s", got)
	}
	if (Period{2024, 2}).Days() != 29 || (Period{2026, 2}).Days() != 28 || Date(0).String() != "" {
		t.Error("February, or the absent date, is wrong")
	}
	for m := time.January; m <= time.December; m++ {
		p := Period{2026, m}
		if p.EndsQuarter() != (m == 3 || m == 6 || m == 9 || m == 12) || p.EndsYear() != (m == 12) {
			t.Errorf("%s ends a quarter: %v, the year: %v", p, p.EndsQuarter(), p.EndsYear())
		}
	}
}
