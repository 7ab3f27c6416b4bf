package measure

import (
	"maps"
	"slices"
	"strings"
	"time"

	"fleetpay/rules"
)

// counted is what the slow count gives.
type counted struct {
	nodes   []rules.Node
	byDay   []rules.NodeMonth
	days    map[string][]rules.Date // node-days by operator
	unknown []rules.UnknownNode
	gaps    []rules.Gap
	longest int64 // seconds of the fleet's longest stretch
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
	slots := int64(ends.Sub(begins) / fl.interval)
	due, heard := make([]bool, slots), make([]bool, slots) // expected of a node; with a sample of an active one
	byKey := map[[2]string]*rules.Node{}
	byDay := map[[2]string]*rules.NodeMonth{}
	runs := map[[2]string][]bool{} // slots that a node lacks a sample of
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
				byDay[key] = &rules.NodeMonth{NodeID: row.id, OperatorID: row.operator, Days: make([]rules.Slots, fl.period.Days())}
			}
			today := &byDay[key].Days[d-fl.period.First()]
			n.Days++
			if runs[key] == nil {
				runs[key] = make([]bool, slots)
			}
			c.days[row.operator] = append(c.days[row.operator], d)
			n.Samples += perDay[nodeSlot{row.id, int64(d)}]
			for at := d.Time(); at.Before((d + 1).Time()); at = at.Add(fl.interval) {
				slot := nodeSlot{row.id, int64(at.Sub(begins) / fl.interval)}
				if has[slot] {
					heard[slot.slot] = true
				}
				if fl.maintained(at, row.id, operator) {
					today.Maintenance++
					continue
				}
				due[slot.slot] = true
				today.Expected++
				switch {
				case up[slot]:
					today.Up++
				case !has[slot]:
					today.Missing++
					runs[key][slot.slot] = true
				}
			}
			n.Slots = n.Slots.Add(*today)
		}
	}
	for _, key := range slices.SortedFunc(maps.Keys(byKey), func(a, b [2]string) int {
		return strings.Compare(a[0]+"\x00"+a[1], b[0]+"\x00"+b[1])
	}) {
		for _, run := range trueRuns(runs[key]) {
			seconds := (run[1] - run[0]) * int64(fl.interval/time.Second)
			byKey[key].LongestGap = max(byKey[key].LongestGap, seconds)
			if seconds >= gapSeconds {
				byKey[key].LongGaps++
			}
		}
		c.nodes = append(c.nodes, *byKey[key])
		c.byDay = append(c.byDay, *byDay[key])
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
	silent := make([]bool, slots)
	for slot := range silent {
		silent[slot] = due[slot] && !heard[slot]
	}
	for _, run := range trueRuns(silent) {
		seconds := (run[1] - run[0]) * int64(fl.interval/time.Second)
		c.longest = max(c.longest, seconds)
		if seconds >= gapSeconds {
			c.gaps = append(c.gaps, rules.Gap{
				From: begins.Add(time.Duration(run[0]) * fl.interval).Format(time.RFC3339),
				To:   begins.Add(time.Duration(run[1]) * fl.interval).Format(time.RFC3339), Seconds: seconds,
			})
		}
	}
	return c
}

// trueRuns finds the stretches of true: the first of each, and the one behind it.
func trueRuns(slots []bool) (runs [][2]int64) {
	for at := range slots {
		switch {
		case !slots[at]:
		case at > 0 && slots[at-1]:
			runs[len(runs)-1][1]++
		default:
			runs = append(runs, [2]int64{int64(at), int64(at) + 1})
		}
	}
	return runs
}

func (fl *fleet) maintained(at time.Time, node string, o operatorRow) bool {
	return slices.ContainsFunc(fl.windows, func(w windowRow) bool {
		covers := w.scope == "fleet" || w.scope == "region:"+o.region || w.scope == "operator:"+o.id || w.scope == "node:"+node
		return covers && !at.Before(w.first) && at.Before(w.ends)
	})
}
