package measure

import (
	"context"
	"errors"
	"testing"
	"time"

	"fleetpay/rules"
)

func TestBitsOfAllNodesKeepToTheirMemory(t *testing.T) {
	october := rules.Period{Year: 2026, Month: 10}
	for _, c := range []struct {
		name     string
		interval time.Duration
		nodes    int64
		threads  int
		want     int64
	}{
		{"a fleet of any size that is expected takes one pass", time.Minute, 10_000, 2, 1},  // 44,640 × 10,000 × 2 × 2 bits = 223 MB
		{"more threads hold more bits", time.Minute, 10_000, 8, 4},                          // 893 MB in parts of 9 days
		{"seconds instead of minutes are sixty times the bits", time.Second, 10_000, 2, 53}, // 13,394 MB in parts of 13 pieces
		{"no node takes no room", time.Minute, 0, 2, 1},
		{"never more parts than pieces", 24 * time.Hour, 1 << 40, 2, 31},
	} {
		m := &measurement{in: Input{Period: october, Interval: c.interval}, db: &database{threads: c.threads}, bitsMemory: bitsMemory}
		if got := m.batches(c.nodes, gridOf(october, c.interval)); got != c.want {
			t.Errorf("%s: %d parts, want %d", c.name, got, c.want)
		}
	}
}

func TestACancelledMeasurementSaysSo(t *testing.T) {
	f := master(t)
	f.heartbeatsAs("parquet", "beats", oneOutage())
	ctx, cancel := context.WithCancel(context.Background())
	in := f.input("2026-10")
	in.Progress = func(string, int64, int64) { cancel() }
	result, err := Measure(ctx, in)
	if !errors.Is(err, context.Canceled) || result != nil {
		t.Errorf("got %v, %v", result, err)
	}
}
