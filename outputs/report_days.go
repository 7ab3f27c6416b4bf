package outputs

import (
	"slices"
	"strconv"

	"fleetpay/rules"
)

// A network's month day by day: a chart of all days, and a table of those that
// somebody may ask about.

// networkDays sums the network's slots and incidents by day.
func (v *reportView) networkDays() []uptimeDay {
	period := v.month.Period
	list := make([]uptimeDay, period.Days())
	for i := range list {
		list[i].label = strconv.Itoa(i + 1)
	}
	for _, n := range v.nodes {
		for i, d := range v.days(n) {
			list[i].up += d.Up
			list[i].down += d.Down()
			list[i].missing += d.Missing
			list[i].maintenance += d.Maintenance
		}
	}
	for _, x := range v.incidents {
		if on := dayOf(x.OpenedAt); period.Contains(on) {
			list[on-period.First()].incidents++
		}
	}
	return list
}

// UptimeChart shows the network's month by day, under a heading of its own; nil
// without a slot.
func (v *reportView) UptimeChart() block {
	days := v.networkDays()
	if !slices.ContainsFunc(days, func(d uptimeDay) bool { return d.up+d.down+d.missing+d.maintenance > 0 }) {
		return nil
	}
	return uptimeChart{days: days}
}

// judged are the day's slots that an uptime is taken of.
func (d uptimeDay) judged(missing rules.Missing) int64 {
	return countedSlots(rules.Slots{Expected: d.up + d.down + d.missing, Up: d.up, Missing: d.missing}, missing)
}

// isListed tells whether a day is in the table: its uptime was not above the
// target, or not the whole day without one; or it had maintenance or an incident.
func (v *reportView) isListed(d uptimeDay) bool {
	if d.maintenance > 0 || d.incidents > 0 {
		return true
	}
	of := d.judged(v.month.Book.Missing)
	if of <= 0 {
		return false
	}
	if g := shareGoal(v.targets.Uptime, false); g.given {
		return g.compareShare(d.up, of) <= 0
	}
	return d.up < of
}

// DaysWords says of the days that are not in the table why they are not.
func (v *reportView) DaysWords() string {
	days := v.networkDays()
	listed, blank := 0, 0
	for _, d := range days {
		switch {
		case v.isListed(d):
			listed++
		case d.judged(v.month.Book.Missing) <= 0:
			blank++
		}
	}
	was := "up all the time"
	if g := shareGoal(v.targets.Uptime, false); g.given {
		was = g.words()
	}
	switch absent := v.month.Facts.Absent; {
	case !absent["maintenance"] && !absent["incidents"]:
		was += " and had neither maintenance nor an incident"
	case !absent["maintenance"]:
		was += " and had no maintenance"
	case !absent["incidents"]:
		was += " and had no incident"
	}
	var said string
	switch listed {
	case len(days) - blank:
		said = "Every day is listed."
	case 0:
		said = "Every day was " + was + "."
	default:
		said = "Days that are not listed were " + was + "."
	}
	if blank > 0 {
		said += " On " + counted(blank, "day") + " no node was expected to be up."
	}
	if listed > 0 && len(v.nodes) > 1 {
		said += " Times add up over all nodes."
	}
	return said
}

// LowDays are the days that DaysWords speaks of as listed, with the numbers of
// the chart.
func (v *reportView) LowDays() *grid {
	var rows []gridRow
	for i, d := range v.networkDays() {
		if !v.isListed(d) {
			continue
		}
		time := func(slots int64) string {
			if slots == 0 {
				return nothing
			}
			return v.span(slots)
		}
		incidents := nothing
		if d.incidents > 0 {
			incidents = strconv.Itoa(d.incidents)
		}
		rows = append(rows, gridRow{cells: []string{
			(v.month.Period.First() + rules.Date(i)).String(), orNothing(percentText(Percentage(d.up, d.judged(v.month.Book.Missing)))),
			time(d.down), time(d.missing), time(d.maintenance), incidents,
		}})
	}
	if len(rows) == 0 {
		return nil
	}
	return tidyGrid([]gridColumn{
		{"Day", dateCell, 1}, {"Uptime", percentCell, 1}, {"Down", numberCell, 1}, {"No heartbeat", numberCell, 1},
		{"Maintenance", numberCell, 1}, {"Incidents", countCell, 0.8},
	}, rows)
}
