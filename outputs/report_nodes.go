package outputs

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"fleetpay/rules"
)

// The nodes of a partner's network.

// How many nodes are named as the best, and at most as those that need attention;
// the inventory has them all.
const (
	bestShown      = 3
	attentionShown = 10
)

// Nodes is the inventory of the network, operator by operator.
func (v *reportView) Nodes() *grid {
	var rows []gridRow
	for i, n := range v.nodes {
		commission, _ := v.month.Figures.Of(rules.OfNode, rules.NodeFigureID(n.ID, n.OperatorID), rules.CommissionShare)
		row := gridRow{cells: []string{
			n.ID, orNothing(n.Location), v.nodeStatus(n), orNothing(v.nodeUptime(n)), orNothing(commission), orNothing(v.nodeIssues(n)),
		}}
		if i == 0 || v.nodes[i-1].OperatorID != n.OperatorID {
			row.group = v.operatorName(n.OperatorID)
		}
		rows = append(rows, row)
	}
	if len(rows) == 0 {
		return nil
	}
	return tidyGrid([]gridColumn{
		{"Node", idCell, 1.2}, {"Location", textCell, 1.2}, {"Status", textCell, 1.2},
		{"Uptime", percentCell, 0.8}, {"Commission, USD", amountCell, 0.9}, {"Issues", idCell, 2}, // in one line
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
func (v *reportView) nodeIssues(n rules.Node) string {
	var said []string
	if incidents := v.incidentsOn(n); incidents > 0 {
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
		said = append(said, fmt.Sprintf("lowest %s on %s", percentText(lowest.Mul(rules.ExactInt(100)).Cut(uptimePlaces)), day))
	}
	return strings.Join(said, ", ")
}

// Uptime is the network's, in a sentence; "" when none was measured.
func (v *reportView) Uptime() string {
	value, ok := v.figure(rules.Uptime)
	if !ok {
		return ""
	}
	return fmt.Sprintf("Together these nodes were up %s of the time they were expected to be.", percentText(value))
}

// ranked lists the nodes with an uptime that are kept, the best first, or the
// worst; of like ones the one with fewer incidents is better, and beyond that
// they are in the order of their ids.
func (v *reportView) ranked(worstFirst bool, keep func(rules.Node) bool) []rules.Node {
	list := slices.DeleteFunc(slices.Clone(v.nodes), func(n rules.Node) bool { return v.counts(n) <= 0 || !keep(n) })
	slices.SortFunc(list, func(a, b rules.Node) int {
		c := cmp.Or(
			rules.Ratio(b.Slots.Up, v.counts(b)).Cmp(rules.Ratio(a.Slots.Up, v.counts(a))),
			cmp.Compare(v.incidentsOn(a), v.incidentsOn(b)),
		)
		if worstFirst {
			c = -c
		}
		return cmp.Or(c, strings.Compare(a.ID, b.ID), strings.Compare(a.OperatorID, b.OperatorID))
	})
	return list
}

// above tells whether a node's uptime is above a target, exactly.
func (v *reportView) above(n rules.Node, g goal) bool {
	return g.compareShare(n.Slots.Up, v.counts(n)) > 0
}

// Best names the nodes with the highest uptime, above the target. A network of so
// few nodes that all would be named has none.
func (v *reportView) Best() []string {
	g := shareGoal(v.targets.Uptime, false)
	list := v.ranked(false, func(n rules.Node) bool { return !g.given || v.above(n, g) })
	if len(v.nodes) <= bestShown || len(list) == 0 {
		return nil
	}
	var said []string
	for _, n := range list[:min(bestShown, len(list))] {
		s := fmt.Sprintf("%s of %s: %s uptime", n.ID, v.operatorName(n.OperatorID), v.nodeUptime(n))
		if !v.month.Facts.Absent["incidents"] {
			s += ", " + countedOrNo(v.incidentsOn(n), "incident")
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
	list := v.ranked(true, func(n rules.Node) bool { return !v.above(n, g) })
	var said []string
	for i, n := range list {
		if i == attentionShown {
			said = append(said, fmt.Sprintf("%d more; the inventory names them", len(list)-i))
			break
		}
		d := decimal.RequireFromString(Percentage(n.Slots.Up, v.counts(n))).Truncate(shownPlaces)
		under := "exactly at the target, which is to be passed"
		switch by := g.target.Sub(d).Truncate(shownPlaces); {
		case !by.IsZero():
			under = by.StringFixed(shownPlaces) + " points under the target"
		case !d.Equal(g.target):
			under = "just under the target"
		}
		s := fmt.Sprintf("%s of %s: %s uptime, %s", n.ID, v.operatorName(n.OperatorID), v.nodeUptime(n), under)
		for _, part := range []struct {
			slots int64
			words string
		}{{n.Slots.Down(), "down"}, {n.Slots.Missing, "without a heartbeat"}} {
			if part.slots > 0 && v.month.Facts.Settings.SlotSeconds > 0 {
				s += "; " + v.span(part.slots) + " " + part.words
			}
		}
		if incidents := v.incidentsOn(n); incidents > 0 {
			s += "; " + counted(incidents, "incident")
		}
		said = append(said, s)
	}
	return said
}

// span writes a number of slots as time.
func (v *reportView) span(slots int64) string {
	return spanText(slots * v.month.Facts.Settings.SlotSeconds * microsPerSecond)
}
