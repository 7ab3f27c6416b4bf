package measure

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"fleetpay/rules"
)

// TestSlotsAreCountedAsASlowCountDoes holds the measured slots, month by month and
// day by day, samples, gaps and row counts against a count that looks at each slot
// of each node by itself.
func TestSlotsAreCountedAsASlowCountDoes(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		interval := time.Duration(rapid.SampledFrom([]int{60, 300, 3600, 7200, 86400, 675, 64, 43200}).Draw(rt, "interval")) * time.Second
		if rapid.IntRange(0, 14).Draw(rt, "seconds") == 14 { // slow to count slowly
			interval = rapid.SampledFrom([]time.Duration{time.Second, 5 * time.Second}).Draw(rt, "short interval")
		}
		fl := drawFleet(rt, interval)
		f := fl.folder(t)
		rest, n := fl.samples, 0
		for len(rest) > 0 || n == 0 {
			size := rapid.IntRange(0, len(rest)).Draw(rt, "rows of the file")
			if n == 2 {
				size = len(rest)
			}
			format := rapid.SampledFrom([]string{"csv", "csv.gz", "jsonl", "parquet", "parquet"}).Draw(rt, "format")
			f.heartbeatsAs(format, fmt.Sprintf("beats-%d", n), rest[:size])
			rest, n = rest[size:], n+1
		}
		in := fl.input(f)
		in.GapSeconds = rapid.Int64Range(1, 3*86400).Draw(rt, "gap seconds")
		in.Threads = rapid.IntRange(1, 3).Draw(rt, "threads")
		slices.Reverse(in.Files)
		fl.holdToSlowCount(rt, in, rapid.Int64Range(1, 7).Draw(rt, "parts of the month"))
	})
}

// TestDaysOfAnyLengthOfSlotAreCountedAsASlowCountDoes holds each of the forms that
// a day takes in the bits of a node to the slow count, whole and in batches.
func TestDaysOfAnyLengthOfSlotAreCountedAsASlowCountDoes(t *testing.T) {
	for _, c := range []struct {
		name     string
		interval time.Duration
		want     grid
		fleets   int
	}{
		{"a day of minutes fills its bytes", time.Minute, grid{1440, 1, 1440, 31}, 6},
		{"a day of hours fills three bytes", time.Hour, grid{24, 1, 24, 31}, 6},
		{"twelve slots leave four bits of two bytes", 2 * time.Hour, grid{12, 1, 16, 31}, 6},
		{"one slot leaves seven bits", 24 * time.Hour, grid{1, 1, 8, 31}, 6},
		{"a day of seconds is cut into pieces, the last of which is not full", time.Second, grid{86400, 22, 3928, 682}, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := gridOf(rules.Period{Year: 2026, Month: 10}, c.interval); got != c.want {
				t.Fatalf("got %+v, want %+v", got, c.want)
			}
			fleets := rapid.Custom(func(rt *rapid.T) fleet { return drawFleet(rt, c.interval) })
			for seed := range c.fleets {
				fl := fleets.Example(seed)
				f := fl.folder(t)
				f.heartbeatsAs("parquet", "beats", fl.samples)
				in := fl.input(f)
				in.Threads = 2
				fl.holdToSlowCount(t, in, 1+int64(seed)%2*4) // at once, and in five batches
			}
		})
	}
}

// holdToSlowCount measures the fleet in about so many parts of the month.
func (fl *fleet) holdToSlowCount(t rapid.TB, in Input, parts int64) {
	t.Helper()
	memory := int64(bitsMemory)
	if parts > 1 {
		const names, halves, bitsPerByte = 5, 2, 8
		g := gridOf(fl.period, fl.interval)
		memory = g.pieces * g.pieceBits * names * int64(in.Threads) * halves / bitsPerByte / parts
	}
	got, err := measure(context.Background(), in, memory)
	if err != nil {
		t.Fatal(err)
	}
	want := fl.slowCount(in.GapSeconds)
	if !reflect.DeepEqual(got.Facts.Nodes, want.nodes) {
		t.Fatalf("nodes\n got %v\nwant %v", got.Facts.Nodes, want.nodes)
	}
	if !reflect.DeepEqual(got.Evidence.Days, want.byDay) {
		t.Fatalf("days\n got %v\nwant %v", got.Evidence.Days, want.byDay)
	}
	if !reflect.DeepEqual(got.Facts.UnknownNodes, want.unknown) {
		t.Fatalf("unknown nodes\n got %v\nwant %v", got.Facts.UnknownNodes, want.unknown)
	}
	if !reflect.DeepEqual(got.Facts.Gaps, want.gaps) {
		t.Fatalf("gaps\n got %v\nwant %v", got.Facts.Gaps, want.gaps)
	}
	if got.Facts.LongestGap != want.longest || got.Facts.GapSeconds != in.GapSeconds {
		t.Fatalf("the longest gap is %d s, want %d s", got.Facts.LongestGap, want.longest)
	}
	for _, o := range got.Facts.Operators {
		var slots rules.Slots
		days := map[rules.Date]int{}
		for _, n := range want.nodes {
			if n.OperatorID == o.ID {
				slots = slots.Add(n.Slots)
			}
		}
		for _, d := range want.days[o.ID] {
			days[d]++
		}
		var nodeDays []rules.NodeDay
		for _, d := range slices.Sorted(maps.Keys(days)) {
			nodeDays = append(nodeDays, rules.NodeDay{Day: d, Nodes: days[d]})
		}
		if o.Slots != slots || !reflect.DeepEqual(o.NodeDays, nodeDays) {
			t.Fatalf("operator %s\n got %v %v\nwant %v %v", o.ID, o.Slots, o.NodeDays, slots, nodeDays)
		}
	}
	var sum Counts
	for _, c := range got.Counts {
		if c.Dataset == heartbeats {
			sum.Read, sum.Used, sum.Outside, sum.Unmatched = sum.Read+c.Read, sum.Used+c.Used, sum.Outside+c.Outside, sum.Unmatched+c.Unmatched
		}
	}
	if sum != want.counts {
		t.Fatalf("counts\n got %v\nwant %v", sum, want.counts)
	}
}
