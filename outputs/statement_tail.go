package outputs

import "fmt"

// tail sets what a statement ends with: the measured figures of an operator,
// and how to read it all. It is set closer when it fits the page only so, for a
// page of its own is worth less.
func (s *statementPage) tail() {
	c := s.c
	rows := s.measured()
	notes := "All sums are US dollars; 1 USD is paid as 1 USDC. Each line is rounded once, to cents, half away from zero; " +
		"every total is the sum of rounded lines. Days begin and end at midnight UTC. Percentages are cut, never rounded up."
	if c.broken {
		notes += " " + string(wordBreak) + " at a line's end marks a word that goes on in the next line."
	}
	notesHeight := float64(len(c.wrap(small, notes, textSpan))) * small.leading
	measuredHeight := 0.0
	if len(rows) > 0 {
		measuredHeight = section.leading + 3
		for _, row := range rows {
			measuredHeight += s.columnsHeight(row) + 4
		}
	}
	gap := sectionGap
	if 2*gap+measuredHeight+notesHeight > c.room() {
		gap = tightGap
	}
	c.ensure(2*gap + measuredHeight + notesHeight) // together, so that no page has the notes alone
	if len(rows) > 0 {
		c.y += gap
		c.at(marginX, c.y, section, "Measured in "+monthName(s.st.month.Period))
		c.y += section.leading + 3
		for _, row := range rows {
			s.columns(row)
			c.y += 4
		}
	}
	c.y += gap
	c.paragraph(marginX, textSpan, small, notes)
}

// measured lists the figures that an operator's lines rest on, in rows of four.
func (s *statementPage) measured() [][]namedText {
	o := s.st.operator
	if o == nil {
		return nil
	}
	absent := s.st.month.Facts.Absent
	nodeDays := int64(0)
	for _, d := range o.NodeDays {
		nodeDays += int64(d.Nodes)
	}
	counted := countedSlots(o.Slots, s.st.payout.Missing)
	uptime, upOf := "not measured", "Slots up of expected"
	if counted > 0 {
		uptime = Percentage(o.Slots.Up, counted) + "%"
	}
	if counted != o.Slots.Expected {
		upOf = "Slots up of those sampled"
	}
	rows := [][]namedText{{
		{"Node-days", fmt.Sprintf("%d on %d days", nodeDays, len(o.NodeDays))},
		{"Uptime", uptime},
		{upOf, fmt.Sprintf("%d of %d", o.Slots.Up, counted)},
		{"Down · missing · maintenance", fmt.Sprintf("%d · %d · %d", o.Slots.Down(), o.Slots.Missing, o.Slots.Maintenance)},
	}}
	var more []namedText
	if !absent["incidents"] {
		more = append(more, namedText{"Incidents (critical)", fmt.Sprintf("%d (%d)", o.Incidents.Count, o.Critical.Count)},
			namedText{"Unanswered", fmt.Sprint(o.Incidents.Unanswered)})
	}
	if !absent["tasks"] {
		t := o.Tasks
		more = append(more, namedText{"Tasks succeeded", fmt.Sprintf("%d of %d", t.Succeeded, t.Succeeded+t.Failed+t.Expired)})
	}
	if !absent["trainings"] {
		more = append(more, namedText{"Training hours", o.TrainingHours.String()})
	}
	if len(more) > 0 {
		rows = append(rows, append(more, make([]namedText, 4-len(more))...))
	}
	return rows
}
