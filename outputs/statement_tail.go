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
		row := calendarRow{node: n.NodeID, days: make([]uptimeDay, len(n.Days)), uptime: nothing}
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
	uptime := "not measured"
	if counted > 0 {
		uptime = percentText(Percentage(o.Slots.Up, counted))
	}
	var list []pair
	if len(st.nodes) == 0 { // else they are shown
		list = append(list, pair{"Node-days", fmt.Sprintf("%d on %d days", nodeDays, len(o.NodeDays))})
	}
	list = append(list, st.uptimePairs(uptime, counted)...)
	if !absent["incidents"] && st.month.Evidence == nil { // else they are listed
		list = append(list, pair{"Incidents (critical)", fmt.Sprintf("%d (%d)", o.Incidents.Count, o.Critical.Count)},
			pair{"Never answered", fmt.Sprint(o.Incidents.Unanswered)})
	}
	return append(list, st.workPairs()...)
}

// workPairs are the tasks and the training, side by side where both are known, so
// that all that was measured stands in one row.
func (st statement) workPairs() []pair {
	o, absent := st.operator, st.month.Facts.Absent
	var labels, values []string
	if t := o.Tasks; !absent["tasks"] && t != (rules.Tasks{}) {
		labels, values = append(labels, "Tasks done"), append(values, fmt.Sprintf("%d of %d", t.Succeeded, t.Succeeded+t.Failed+t.Expired))
	}
	if !absent["trainings"] {
		training := "Training"
		if len(labels) > 0 {
			training = "training"
		}
		labels, values = append(labels, training), append(values, orNothing(hoursText(o.TrainingHours)))
	}
	if len(labels) == 0 {
		return nil
	}
	return []pair{{joinWords(labels...), joinWords(values...)}}
}

// uptimePairs say of how much time the uptime is, and where the rest went. A month
// of an older folder, which does not know how long a slot is, counts slots.
func (st statement) uptimePairs(uptime string, counted int64) []pair {
	s, seconds := st.operator.Slots, st.month.Facts.Settings.SlotSeconds
	if seconds == 0 {
		upOf := "Slots up of expected"
		if counted != s.Expected {
			upOf = "Slots up of those sampled"
		}
		return []pair{
			{"Uptime", uptime}, {upOf, fmt.Sprintf("%d of %d", s.Up, counted)},
			{"Down · missing · maint.", fmt.Sprintf("%d · %d · %d", s.Down(), s.Missing, s.Maintenance)},
		}
	}
	if s == (rules.Slots{}) {
		return []pair{{"Uptime", uptime}}
	}
	span := func(slots int64) string { return spanText(slots * seconds * microsPerSecond) }
	if counted > 0 {
		uptime += " of " + span(counted)
	}
	missing := "No heartbeat"
	if counted != s.Expected {
		missing += ", not counted"
	}
	return []pair{{"Uptime", uptime}, {"Down", span(s.Down())}, {missing, span(s.Missing)}, {"Maintenance, not counted", span(s.Maintenance)}}
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
			instantText(i.OpenedAt), i.Severity, orNothing(someNodes(nodes)), answered(i), lasted(i), orNothing(i.Cause),
		}})
	}
	g := gridOf([]gridColumn{
		{head: "Opened, UTC", form: idCell},
		{head: "Severity", form: idCell},
		{head: "Nodes", form: textCell, share: 1},
		{head: "Answered after", form: idCell},
		{head: "Lasted", form: idCell},
		{head: "Cause", form: textCell, share: 2},
	}, rows)
	g.empty = "No incident was opened on your nodes."
	return []block{heading{2, "Incidents"}, g}
}

// leaving says of who left until when the commitment was.
func (st statement) leaving() []block {
	o := st.operator
	if !st.hasLeft() {
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

// end says how to read it all.
func (st statement) end() []block {
	return []block{prose{tone: fine, text: "All sums are US dollars; 1 USD is paid as 1 USDC. Each line is rounded once, to cents, half away from zero; " +
		"every total is the sum of rounded lines. Days begin and end at midnight UTC. Percentages are cut, never rounded up."}}
}
