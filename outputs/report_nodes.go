package outputs

import (
	"fmt"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"fleetpay/rules"
)

// The nodes of a partner's network, and the month day by day.

// How many nodes are named as the best, and at most as those that need attention;
// the inventory has them all.
const (
	bestShown      = 3
	attentionShown = 10
)

// Nodes is the inventory of the network.
func (v *reportView) Nodes() *grid {
	incidents := v.incidentsByNode()
	var rows []gridRow
	for _, n := range v.nodes {
		commission, _ := v.month.Figures.Of(rules.OfNode, rules.NodeFigureID(n.ID, n.OperatorID), rules.CommissionShare)
		rows = append(rows, gridRow{cells: []string{
			n.ID, v.operatorName(n.OperatorID), orNothing(n.Location), v.nodeStatus(n), orNothing(v.nodeUptime(n)),
			orNothing(commission), orNothing(v.nodeIssues(n, incidents[n.ID])),
		}})
	}
	if len(rows) == 0 {
		return nil
	}
	return tidyGrid([]gridColumn{
		{"Node", idCell, 1}, {"Operator", textCell, 1.4}, {"Location", textCell, 1}, {"Status", textCell, 1},
		{"Uptime", percentCell, 0.8}, {"Commission, USD", amountCell, 0.9}, {"Issues", textCell, 1.8},
	}, rows)
}

// days are a node's slots by day under its operator, nil when they are not known.
func (v *reportView) days(n rules.Node) []rules.Slots {
	return v.index.days[rules.NodeFigureID(n.ID, n.OperatorID)]
}

// nodeStatus says on which days of the month a node was active.
func (v *reportView) nodeStatus(n rules.Node) string {
	days := v.days(n)
	first, last := -1, -1
	for i, d := range days {
		if d != (rules.Slots{}) {
			if first < 0 {
				first = i
			}
			last = i
		}
	}
	begin := v.month.Period.First()
	switch {
	case first < 0:
		return counted(n.Days, "active day")
	case first == 0 && last == len(days)-1:
		return "active"
	case last == len(days)-1:
		return "since " + (begin + rules.Date(first)).String()
	case first == 0:
		return "until " + (begin + rules.Date(last)).String()
	}
	return (begin + rules.Date(first)).String() + " to " + (begin + rules.Date(last)).String()
}

func (v *reportView) counts(n rules.Node) int64 {
	return countedSlots(n.Slots, v.index.missing.of(n.OperatorID))
}

func (v *reportView) nodeUptime(n rules.Node) string {
	return percentText(Percentage(n.Slots.Up, v.counts(n)))
}

// nodeIssues names a node's incidents, and its worst day when that was not above
// the target.
func (v *reportView) nodeIssues(n rules.Node, incidents int) string {
	var said []string
	if incidents > 0 {
		said = append(said, counted(incidents, "incident"))
	}
	missing := v.index.missing.of(n.OperatorID)
	worst, lowest := -1, rules.ExactInt(1)
	if g := shareGoal(v.targets.Uptime, false); g.given {
		lowest = rules.ExactOf(g.target.Shift(-2))
	}
	for i, d := range v.days(n) {
		if of := countedSlots(d, missing); of > 0 {
			if up := rules.Ratio(d.Up, of); up.Cmp(lowest) < 0 || worst < 0 && up.Cmp(lowest) == 0 && d.Up < of {
				worst, lowest = i, up
			}
		}
	}
	if worst >= 0 {
		day := v.month.Period.First() + rules.Date(worst)
		said = append(said, fmt.Sprintf("lowest on %s: %s", day, percentText(lowest.Mul(rules.ExactInt(100)).Cut(uptimePlaces))))
	}
	return strings.Join(said, "; ")
}

func (v *reportView) incidentsByNode() map[string]int {
	n := map[string]int{}
	for _, i := range v.networkIncidents() {
		for _, id := range i.NodeIDs {
			n[id]++
		}
	}
	return n
}

// Uptime is the network's, with the slots it rests on; "" when none was measured.
func (v *reportView) Uptime() string {
	value, ok := v.figure(rules.Uptime)
	if !ok {
		return ""
	}
	return fmt.Sprintf("Together these nodes were up %s of the time they were expected to be.", percentText(value))
}

// ranked lists the nodes with an uptime, the best first.
func (v *reportView) ranked() []rules.Node {
	list := slices.DeleteFunc(slices.Clone(v.nodes), func(n rules.Node) bool { return v.counts(n) <= 0 })
	incidents := v.incidentsByNode()
	slices.SortStableFunc(list, func(a, b rules.Node) int {
		if c := rules.Ratio(b.Slots.Up, v.counts(b)).Cmp(rules.Ratio(a.Slots.Up, v.counts(a))); c != 0 {
			return c
		}
		if c := incidents[a.ID] - incidents[b.ID]; c != 0 {
			return c
		}
		return strings.Compare(a.ID+"\x00"+a.OperatorID, b.ID+"\x00"+b.OperatorID)
	})
	return list
}

// above tells whether a node's uptime is above a target, exactly.
func (v *reportView) above(n rules.Node, g goal) bool {
	return rules.Ratio(n.Slots.Up, v.counts(n)).Mul(rules.ExactInt(100)).Cmp(rules.ExactOf(g.target)) > 0
}

// Best names the nodes with the highest uptime, above the target. A network of so few nodes that
// all would be named has none.
func (v *reportView) Best() []string {
	list := v.ranked()
	if g := shareGoal(v.targets.Uptime, false); g.given {
		list = slices.DeleteFunc(list, func(n rules.Node) bool { return !v.above(n, g) })
	}
	if len(v.nodes) <= bestShown || len(list) == 0 {
		return nil
	}
	incidents := v.incidentsByNode()
	var said []string
	for _, n := range list[:min(bestShown, len(list))] {
		s := fmt.Sprintf("%s of %s: %s uptime", n.ID, v.operatorName(n.OperatorID), v.nodeUptime(n))
		if !v.month.Facts.Absent["incidents"] {
			s += ", " + countedOrNo(incidents[n.ID], "incident")
		}
		said = append(said, s)
	}
	return said
}

func countedOrNo(n int, thing string) string {
	if n == 0 {
		return "no " + thing
	}
	return counted(n, thing)
}

// Attention names the nodes whose uptime is not above the target, the worst
// first.
func (v *reportView) Attention() []string {
	g := shareGoal(v.targets.Uptime, false)
	if !g.given {
		return nil
	}
	list := slices.DeleteFunc(v.ranked(), func(n rules.Node) bool { return v.above(n, g) })
	slices.Reverse(list)
	incidents := v.incidentsByNode()
	var said []string
	for i, n := range list {
		if i == attentionShown {
			said = append(said, fmt.Sprintf("%d more; the inventory names them", len(list)-i))
			break
		}
		d := decimal.RequireFromString(Percentage(n.Slots.Up, v.counts(n))).Truncate(shownPlaces)
		s := fmt.Sprintf("%s of %s: %s uptime, %s points under the target", n.ID, v.operatorName(n.OperatorID), v.nodeUptime(n),
			g.target.Sub(d).StringFixed(shownPlaces))
		if d.Equal(g.target) {
			s = fmt.Sprintf("%s of %s: %s uptime, just the target and not above it", n.ID, v.operatorName(n.OperatorID), v.nodeUptime(n))
		}
		for _, part := range []struct {
			slots int64
			words string
		}{{n.Slots.Down(), "down"}, {n.Slots.Missing, "without a heartbeat"}} {
			if part.slots > 0 && v.month.Facts.Settings.SlotSeconds > 0 {
				s += "; " + v.span(part.slots) + " " + part.words
			}
		}
		if incidents[n.ID] > 0 {
			s += "; " + counted(incidents[n.ID], "incident")
		}
		said = append(said, s)
	}
	return said
}

// span writes a number of slots as time.
func (v *reportView) span(slots int64) string {
	return spanText(slots * v.month.Facts.Settings.SlotSeconds * microsPerSecond)
}

const microsPerSecond = 1_000_000

// Target is the uptime to be beaten, "" without one.
func (v *reportView) Target() string { return shareGoal(v.targets.Uptime, false).words() }
