package outputs

import (
	"fmt"
	"strconv"

	"fleetpay/rules"
)

// uptime shows what was measured of the operator's nodes, day by day where the
// month has it.
func (st statement) uptime() []block {
	if st.operator == nil {
		return nil
	}
	list := []block{heading{2, "Measured in " + monthName(st.month.Period)}, pairs{st.measured()}}
	if len(st.nodes) > 0 {
		list = append(list, st.calendar())
	}
	return list
}

func (st statement) calendar() calendar {
	var k calendar
	for _, n := range st.nodes {
		row := calendarRow{node: n.NodeID, days: make([]uptimeDay, len(n.Days)), uptime: "–"}
		var all rules.Slots
		for i, s := range n.Days {
			all = all.Add(s)
			row.days[i] = uptimeDay{label: strconv.Itoa(i + 1), up: s.Up, down: s.Down(), missing: s.Missing, maintenance: s.Maintenance}
		}
		if counted := countedSlots(all, st.payout.Missing); counted > 0 {
			row.uptime = percentText(Percentage(all.Up, counted))
		}
		k.rows = append(k.rows, row)
	}
	return k
}

// measured lists the figures that an operator's lines rest on.
func (st statement) measured() []pair {
	o, absent := st.operator, st.month.Facts.Absent
	nodeDays := int64(0)
	for _, d := range o.NodeDays {
		nodeDays += int64(d.Nodes)
	}
	counted := countedSlots(o.Slots, st.payout.Missing)
	uptime, upOf := "not measured", "Slots up of expected"
	if counted > 0 {
		uptime = percentText(Percentage(o.Slots.Up, counted))
	}
	if counted != o.Slots.Expected {
		upOf = "Slots up of those sampled"
	}
	var list []pair
	if len(st.nodes) == 0 { // else they are shown
		list = append(list, pair{"Node-days", fmt.Sprintf("%d on %d days", nodeDays, len(o.NodeDays))})
	}
	list = append(list,
		pair{"Uptime", uptime},
		pair{upOf, fmt.Sprintf("%d of %d", o.Slots.Up, counted)},
		pair{"Down · missing · maint.", fmt.Sprintf("%d · %d · %d", o.Slots.Down(), o.Slots.Missing, o.Slots.Maintenance)},
	)
	if !absent["incidents"] && st.month.Evidence == nil { // else they are listed
		list = append(list, pair{"Incidents (critical)", fmt.Sprintf("%d (%d)", o.Incidents.Count, o.Critical.Count)},
			pair{"Unanswered", fmt.Sprint(o.Incidents.Unanswered)})
	}
	if t := o.Tasks; !absent["tasks"] && t != (rules.Tasks{}) {
		list = append(list, pair{"Tasks succeeded", fmt.Sprintf("%d of %d", t.Succeeded, t.Succeeded+t.Failed+t.Expired)})
	}
	if !absent["trainings"] {
		list = append(list, pair{"Training", orNothing(hoursText(o.TrainingHours))})
	}
	return list
}

// onIncidents lists the incidents on the operator's nodes, with how soon each
// was answered and resolved.
func (st statement) onIncidents() []block {
	if st.operator == nil || st.month.Evidence == nil || st.month.Facts.Absent["incidents"] {
		return nil
	}
	var rows []gridRow
	for _, i := range st.incidents {
		nodes := st.days.activeNodesOf(st.month.Period, i, st.operator.ID)
		rows = append(rows, gridRow{cells: []string{
			instantText(i.OpenedAt), i.Severity, orNothing(someNodes(nodes)), answeredAfter(i), resolvedAfter(i), i.Cause,
		}})
	}
	g := gridOf([]gridColumn{
		{head: "Opened, UTC", form: idCell},
		{head: "Severity", form: idCell},
		{head: "Nodes", form: textCell, share: 1},
		{head: "Response", form: idCell},
		{head: "Resolved in", form: idCell},
		{head: "Cause", form: textCell, share: 2},
	}, rows)
	g.empty = "No incident was opened on your nodes."
	return []block{heading{2, "Incidents"}, g}
}

// answeredAfter is the time to the first sign that somebody cares: the
// acknowledgement, or else the resolution.
func answeredAfter(i rules.Incident) string {
	answered := i.AcknowledgedAt
	if answered == 0 || i.ResolvedAt != 0 && i.ResolvedAt < answered {
		answered = i.ResolvedAt
	}
	if answered == 0 {
		return "unanswered"
	}
	return spanText(int64(answered - i.OpenedAt))
}

func resolvedAfter(i rules.Incident) string {
	if i.ResolvedAt == 0 {
		return "open"
	}
	return spanText(int64(i.ResolvedAt - i.OpenedAt))
}

// leaving says of who left until when the commitment was.
func (st statement) leaving() []block {
	o := st.operator
	if o == nil || o.LastActiveDay.IsZero() || o.LastActiveDay > st.month.Period.Last() {
		return nil
	}
	words := "Last active day: " + dayName(o.LastActiveDay)
	if o.ExitKind != "" {
		words += " (" + exitWords(o.ExitKind) + ")"
	}
	if !o.NoticeOn.IsZero() {
		words += ", notice given on " + dayName(o.NoticeOn)
	}
	words += "."
	if o.CommitmentMonths > 0 {
		last := o.JoinedOn.AddMonths(o.CommitmentMonths) - 1
		words += fmt.Sprintf(" The commitment of %d months, from %s, ran until %s", o.CommitmentMonths, dayName(o.JoinedOn), dayName(last))
		if o.LastActiveDay < last {
			words += fmt.Sprintf(": terminated %d days early", last-o.LastActiveDay)
		} else {
			words += " and was served"
		}
		words += "."
	}
	return []block{heading{2, "Departure"}, prose{text: words}}
}

// end says whom to ask, and how to read it all.
func (st statement) end() []block {
	var list []block
	if ask := st.month.Contact; ask.Ask != "" {
		words := "Questions about this statement: " + ask.Ask
		if !ask.Until.IsZero() {
			words += ", until " + dayName(ask.Until)
		}
		list = append(list, prose{text: words + "."})
	}
	return append(list, prose{tone: fine, text: "All sums are US dollars; 1 USD is paid as 1 USDC. Each line is rounded once, to cents, half away from zero; " +
		"every total is the sum of rounded lines. Days begin and end at midnight UTC. Percentages are cut, never rounded up."})
}
