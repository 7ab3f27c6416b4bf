package outputs

import (
	"math"
	"strconv"
	"testing"
)

func TestAChartOfZerosIsLeftOut(t *testing.T) {
	pages := readPages(t, pdfOf(t, barChart{title: "Commission", bars: []bar{{"2026-09", []int64{0}, "0.00"}, {"2026-10", []int64{0}, "0.00"}}}))
	if pages[0].has("Commission") {
		t.Error("it is set")
	}
}

// From -3.00 to 12.50 there are lines each 5 dollars, from -5 to 15.
func TestTheAxisOfAChartOfMoneyIsInDollars(t *testing.T) {
	bars := []bar{{"2026-09", []int64{1250}, "12.50"}, {"2026-10", []int64{-300}, "-3.00"}}
	for _, c := range []struct {
		cents bool
		want  []string
		not   string
	}{
		{true, []string{"-5", "0", "5", "10", "15", "12.50", "-3.00", "2026-09"}, "500"},
		{false, []string{"-500", "0", "500", "1000", "1500"}, "5"},
	} {
		p := readPages(t, pdfOf(t, barChart{title: "Commission", bars: bars, cents: c.cents}))[0]
		for _, want := range c.want {
			if !p.has(want) {
				t.Errorf("in cents: %v: no %q", c.cents, want)
			}
		}
		if p.has(c.not) {
			t.Errorf("in cents: %v: it has %q", c.cents, c.not)
		}
	}
}

func TestTheScaleOfUptimeShowsSmallOutages(t *testing.T) {
	for _, c := range []struct {
		up, down int64
		floor    float64
	}{{1440, 0, 99}, {1433, 7, 99}, {1425, 15, 98}, {1411, 29, 97}, {1390, 50, 95}, {1000, 440, 50}, {0, 1440, 0}} {
		if got := scaleOf([]uptimeDay{{up: 1440}, {up: c.up, down: c.down}, {maintenance: 1440}}); got.floor != c.floor {
			t.Errorf("with %d of 1440 slots up the scale begins at %v, want %v", c.up, got.floor, c.floor)
		}
	}
}

// Of 1440 slots one is down: less than a hair of a cell, and seen.
func TestWhatThereIsAtAllIsSeenInACell(t *testing.T) {
	parts := cellParts(uptimeDay{up: 1439, down: 1})
	if parts[stateDown] != leastPart || math.Abs(parts[stateUp]+parts[stateDown]-calendarCell) > 1e-9 {
		t.Errorf("got %v", parts)
	}
	if parts := cellParts(uptimeDay{missing: 1440}); parts[stateMissing] != calendarCell || parts[stateUp] != 0 {
		t.Errorf("got %v", parts)
	}
}

// The heading is wider than a column of dashes.
func TestTheLastDayKeepsOffTheUptime(t *testing.T) {
	k := calendar{rows: []calendarRow{{node: "n-1", uptime: "–"}}}
	for d := range 31 {
		k.rows[0].days = append(k.rows[0].days, uptimeDay{label: strconv.Itoa(d + 1)})
	}
	p := readPages(t, pdfOf(t, k))[0]
	if last, head := p.find("31"), p.find(ratesHead); last.text == "" || head.x-last.right < 4 {
		t.Errorf("31 ends at %.1f, the heading begins at %.1f", last.right, head.x)
	}
}
