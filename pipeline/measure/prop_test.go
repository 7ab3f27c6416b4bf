package measure

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"fleetpay/rules"
)

// A small fleet of one month, as a table would hold it.
type fleet struct {
	period    rules.Period
	interval  time.Duration
	operators []operatorRow
	nodes     []nodeRow
	windows   []windowRow
	samples   []sample
}

type operatorRow struct {
	id, region  string
	first, last rules.Date // last zero: still active
}

type nodeRow struct {
	id, operator string
	first, last  rules.Date
}

type windowRow struct {
	scope       string
	first, ends time.Time
}

// TestSlotsAreCountedAsASlowCountDoes holds the measured slots, samples, gaps and
// row counts against a count that looks at each slot of each node by itself.
func TestSlotsAreCountedAsASlowCountDoes(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		fl := drawFleet(rt)
		f := newFolder(t)
		f.lines("operators", fl.operatorLines()...)
		f.lines("nodes", fl.nodeLines()...)
		f.lines("maintenance", fl.windowLines()...)
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
		in := f.input(fl.period.String())
		in.Interval = fl.interval
		in.GapSeconds = rapid.Int64Range(1, 3*86400).Draw(rt, "gap seconds")
		in.Threads = rapid.IntRange(1, 3).Draw(rt, "threads")
		slices.Reverse(in.Files)
		memory := int64(bitsMemory)
		if parts := rapid.Int64Range(1, 7).Draw(rt, "parts of the month"); parts > 1 {
			const names, halves, bitsPerByte = 5, 2, 8
			slots := int64(fl.period.Days()) * secondsPerDay / int64(fl.interval/time.Second)
			memory = slots * names * int64(in.Threads) * halves / bitsPerByte / parts
		}
		got, err := measure(context.Background(), in, memory)
		if err != nil {
			rt.Fatal(err)
		}
		want := fl.slowCount(in.GapSeconds)
		if !reflect.DeepEqual(got.Facts.Nodes, want.nodes) {
			rt.Fatalf("nodes\n got %v\nwant %v", got.Facts.Nodes, want.nodes)
		}
		if !reflect.DeepEqual(got.Facts.UnknownNodes, want.unknown) {
			rt.Fatalf("unknown nodes\n got %v\nwant %v", got.Facts.UnknownNodes, want.unknown)
		}
		if !reflect.DeepEqual(got.Facts.Gaps, want.gaps) {
			rt.Fatalf("gaps\n got %v\nwant %v", got.Facts.Gaps, want.gaps)
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
				rt.Fatalf("operator %s\n got %v %v\nwant %v %v", o.ID, o.Slots, o.NodeDays, slots, nodeDays)
			}
		}
		var sum Counts
		for _, c := range got.Counts {
			if c.Dataset == heartbeats {
				sum.Read, sum.Used, sum.Outside, sum.Unmatched = sum.Read+c.Read, sum.Used+c.Used, sum.Outside+c.Outside, sum.Unmatched+c.Unmatched
			}
		}
		if sum != want.counts {
			rt.Fatalf("counts\n got %v\nwant %v", sum, want.counts)
		}
	})
}

func drawFleet(t *rapid.T) fleet {
	fl := fleet{
		period:   rapid.SampledFrom([]rules.Period{{Year: 2024, Month: 2}, {Year: 2026, Month: 2}, {Year: 2026, Month: 10}, {Year: 2026, Month: 12}}).Draw(t, "period"),
		interval: time.Duration(rapid.SampledFrom([]int{60, 300, 3600, 7200, 86400, 675, 64, 43200}).Draw(t, "interval")) * time.Second,
	}
	if rapid.IntRange(0, 14).Draw(t, "seconds") == 14 { // slow to count slowly
		fl.interval = rapid.SampledFrom([]time.Duration{time.Second, 5 * time.Second}).Draw(t, "short interval")
	}
	first, last := fl.period.First(), fl.period.Last()
	day := rapid.Custom(func(t *rapid.T) rules.Date {
		return rules.Date(rapid.IntRange(int(first)-3, int(last)+3).Draw(t, "day"))
	})
	for i := range rapid.IntRange(1, 3).Draw(t, "operators") {
		o := operatorRow{id: fmt.Sprintf("op-%d", i), region: rapid.SampledFrom([]string{"emea", "a'pac"}).Draw(t, "region"), first: first - 40}
		if rapid.Bool().Draw(t, "joins late") {
			o.first = day.Draw(t, "joined")
		}
		if rapid.Bool().Draw(t, "leaves") {
			o.last = max(o.first, day.Draw(t, "left"))
		}
		fl.operators = append(fl.operators, o)
	}
	for i := range rapid.IntRange(1, 4).Draw(t, "nodes") {
		from := rules.Date(0)
		for range rapid.IntRange(1, 3).Draw(t, "rows of the node") {
			n := nodeRow{id: fmt.Sprintf("node.%d", i), operator: rapid.SampledFrom(fl.operators).Draw(t, "operator").id}
			n.first = day.Draw(t, "active from")
			if rapid.Bool().Draw(t, "before the month") {
				n.first = first - 10
			}
			n.first = max(n.first, from)
			if rapid.Bool().Draw(t, "ends") {
				n.last = max(n.first, day.Draw(t, "last day"))
			}
			fl.nodes = append(fl.nodes, n)
			if n.last == 0 {
				break
			}
			from = n.last + 1
		}
	}
	instant := rapid.Custom(func(t *rapid.T) time.Time {
		from, to := (first - 1).Time(), (last + 2).Time()
		at := from.Add(time.Duration(rapid.Int64Range(0, int64(to.Sub(from)/fl.interval)).Draw(t, "slot")) * fl.interval)
		switch rapid.IntRange(0, 3).Draw(t, "place in the slot") {
		case 1:
			at = at.Add(time.Nanosecond)
		case 2:
			at = at.Add(-time.Nanosecond)
		case 3:
			at = at.Add(time.Duration(rapid.Int64Range(0, int64(fl.interval)-1).Draw(t, "into the slot")))
		}
		zone := rapid.SampledFrom([]int{0, 0, 120, -330, 840}).Draw(t, "zone")
		return at.In(time.FixedZone("", zone*60))
	})
	for range rapid.IntRange(0, 4).Draw(t, "windows") {
		scope := rapid.SampledFrom([]string{"fleet", "region:" + fl.operators[0].region, "operator:op-0", "node:node.0"}).Draw(t, "scope")
		w := windowRow{scope: scope, first: instant.Draw(t, "starts")}
		w.ends = w.first.Add(time.Duration(rapid.Int64Range(1, int64(3*fl.interval)).Draw(t, "length")))
		if rapid.Bool().Draw(t, "long") {
			w.ends = w.first.Add(time.Duration(rapid.IntRange(1, 100).Draw(t, "hours")) * time.Hour)
		}
		fl.windows = append(fl.windows, w)
	}
	names := []string{"stranger", "node.0", "node.0", "node.1", "node.2", "node.3"}
	for range rapid.IntRange(0, 12).Draw(t, "runs") {
		node, at := rapid.SampledFrom(names).Draw(t, "node"), instant.Draw(t, "run starts")
		step := fl.interval
		if rapid.Bool().Draw(t, "odd step") {
			step = time.Duration(rapid.Int64Range(1, int64(2*fl.interval)).Draw(t, "step"))
		}
		flip := rapid.IntRange(1, 5).Draw(t, "down once in")
		length := rapid.SampledFrom([]int{1, 3, 50, 700}).Draw(t, "samples")
		for i := range length {
			fl.samples = append(fl.samples, sample{node, at.Add(time.Duration(i) * step), i%flip != 0})
		}
	}
	switch rapid.IntRange(0, 2).Draw(t, "order") {
	case 1:
		slices.Reverse(fl.samples)
	case 2:
		slices.SortStableFunc(fl.samples, func(a, b sample) int { return a.at.Compare(b.at) })
	}
	return fl
}

func (fl *fleet) operatorLines() []string {
	lines := []string{"operator_id,name,region,joined_on,last_active_day"}
	for _, o := range fl.operators {
		lines = append(lines, fmt.Sprintf("%s,Name,%s,%s,%s", o.id, o.region, o.first, o.last))
	}
	return lines
}

func (fl *fleet) nodeLines() []string {
	lines := []string{"node_id,operator_id,active_from,last_active_day"}
	for _, n := range fl.nodes {
		lines = append(lines, fmt.Sprintf("%s,%s,%s,%s", n.id, n.operator, n.first, n.last))
	}
	return lines
}

func (fl *fleet) windowLines() []string {
	lines := []string{"window_id,scope,starts_at,ends_at"}
	for i, w := range fl.windows {
		lines = append(lines, fmt.Sprintf("w-%d,%s,%s,%s", i, w.scope, w.first.Format(time.RFC3339Nano), w.ends.Format(time.RFC3339Nano)))
	}
	return lines
}

// counted is what the slow count gives.
type counted struct {
	nodes   []rules.Node
	days    map[string][]rules.Date // node-days by operator
	unknown []rules.UnknownNode
	gaps    []rules.Gap
	counts  Counts
}

// slowCount looks at each slot of the month, node by node, and asks of each what
// the definition asks.
func (fl *fleet) slowCount(gapSeconds int64) counted {
	c := counted{days: map[string][]rules.Date{}}
	begins, ends := fl.period.First().Time(), fl.period.Next().First().Time()
	type nodeSlot struct {
		node string
		slot int64
	}
	has, up := map[nodeSlot]bool{}, map[nodeSlot]bool{}
	perDay := map[nodeSlot]int64{} // samples by node and day
	for _, s := range fl.samples {
		c.counts.Read++
		if s.at.Before(begins) || !s.at.Before(ends) {
			c.counts.Outside++
			continue
		}
		key := nodeSlot{s.node, int64(s.at.Sub(begins) / fl.interval)}
		has[key] = true
		up[key] = up[key] || s.up
		perDay[nodeSlot{s.node, int64(rules.DateOf(s.at))}]++
	}
	silent := map[int64]bool{} // slots expected of a node; true until a node has a sample
	byKey := map[[2]string]*rules.Node{}
	heard := map[int64]bool{}
	for _, row := range fl.nodes {
		operator := fl.operators[slices.IndexFunc(fl.operators, func(o operatorRow) bool { return o.id == row.operator })]
		for d := fl.period.First(); d <= fl.period.Last(); d++ {
			if d < row.first || row.last != 0 && d > row.last || d < operator.first || operator.last != 0 && d > operator.last {
				continue
			}
			key := [2]string{row.id, row.operator}
			n := byKey[key]
			if n == nil {
				n = &rules.Node{ID: row.id, OperatorID: row.operator}
				byKey[key] = n
			}
			n.Days++
			c.days[row.operator] = append(c.days[row.operator], d)
			n.Samples += perDay[nodeSlot{row.id, int64(d)}]
			for at := d.Time(); at.Before((d + 1).Time()); at = at.Add(fl.interval) {
				slot := nodeSlot{row.id, int64(at.Sub(begins) / fl.interval)}
				if has[slot] {
					heard[slot.slot] = true
				}
				if fl.maintained(at, row.id, operator) {
					n.Slots.Maintenance++
					continue
				}
				silent[slot.slot] = true
				n.Slots.Expected++
				switch {
				case up[slot]:
					n.Slots.Up++
				case !has[slot]:
					n.Slots.Missing++
				}
			}
		}
	}
	for _, key := range slices.SortedFunc(maps.Keys(byKey), func(a, b [2]string) int {
		return strings.Compare(a[0]+"\x00"+a[1], b[0]+"\x00"+b[1])
	}) {
		c.nodes = append(c.nodes, *byKey[key])
		c.counts.Used += byKey[key].Samples
	}
	c.counts.Unmatched = c.counts.Read - c.counts.Outside - c.counts.Used
	strangers := map[string]int64{}
	for key, n := range perDay {
		if !slices.ContainsFunc(fl.nodes, func(r nodeRow) bool { return r.id == key.node }) {
			strangers[key.node] += n
		}
	}
	for _, node := range slices.Sorted(maps.Keys(strangers)) {
		c.unknown = append(c.unknown, rules.UnknownNode{NodeID: node, Dataset: "heartbeats", Count: strangers[node]})
	}
	for slot := int64(0); slot < int64(ends.Sub(begins)/fl.interval); slot++ {
		end := slot
		for silent[end] && !heard[end] {
			end++
		}
		if seconds := (end - slot) * int64(fl.interval/time.Second); end > slot && seconds >= gapSeconds {
			c.gaps = append(c.gaps, rules.Gap{
				From: begins.Add(time.Duration(slot) * fl.interval).Format(time.RFC3339),
				To:   begins.Add(time.Duration(end) * fl.interval).Format(time.RFC3339), Seconds: seconds,
			})
		}
		slot = max(slot, end)
	}
	return c
}

func (fl *fleet) maintained(at time.Time, node string, o operatorRow) bool {
	return slices.ContainsFunc(fl.windows, func(w windowRow) bool {
		covers := w.scope == "fleet" || w.scope == "region:"+o.region || w.scope == "operator:"+o.id || w.scope == "node:"+node
		return covers && !at.Before(w.first) && at.Before(w.ends)
	})
}
