package measure

import (
	"fmt"
	"slices"
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

func drawFleet(t *rapid.T, interval time.Duration) fleet {
	fl := fleet{
		period:   rapid.SampledFrom([]rules.Period{{Year: 2024, Month: 2}, {Year: 2026, Month: 2}, {Year: 2026, Month: 10}, {Year: 2026, Month: 12}}).Draw(t, "period"),
		interval: interval,
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

// folder holds the fleet's files, without the heartbeats.
func (fl *fleet) folder(t testing.TB) *folder {
	f := newFolder(t)
	f.lines("operators", fl.operatorLines()...)
	f.lines("nodes", fl.nodeLines()...)
	f.lines("maintenance", fl.windowLines()...)
	return f
}

func (fl *fleet) input(f *folder) Input {
	in := f.input(fl.period.String())
	in.Interval = fl.interval
	return in
}
