package outputs

// calendarSetter sets nodes by day.
type calendarSetter struct {
	names, rates float64 // widths of the first and the last column
	left, day    float64 // where the days begin, and the width of one
	labels       []string
	legend       []legendItem
}

// The look of a calendar.
const (
	calendarRowHeight = 9.5
	calendarCell      = 7.5 // its height
	leastPart         = 1.6 // the least height of a state in a cell, so that it is seen
	mostName          = 140.0
	nameDrop          = 1.1 // of a name, to stand in the middle of its cells' height
)

var (
	calendarName = typeface{regular, 7.75, 9.5, ink}
	dayFace      = typeface{regular, 6.5, 8.5, grey}
)

const ratesHead = "uptime"

// calendar sets a row of cells for each node. The days' numbers and the legend
// come again on each page.
func (t *typesetter) calendar(k calendar) {
	if len(k.rows) == 0 {
		return
	}
	s := &calendarSetter{rates: t.c.width(dayFace, ratesHead)}
	for _, r := range k.rows {
		for _, d := range r.days[min(len(s.labels), len(r.days)):] {
			s.labels = append(s.labels, d.label)
		}
		s.names = max(s.names, t.c.width(calendarName, r.node))
		s.rates = max(s.rates, t.c.width(calendarName, r.uptime))
	}
	s.names = min(s.names, mostName) + 0.05
	s.left = marginX + s.names + 6
	s.day = (textRight - s.rates - 6 - s.left) / float64(max(len(s.labels), 1))
	s.legend = stateLegend(func(yield func(uptimeDay) bool) {
		for _, r := range k.rows {
			for _, d := range r.days {
				if !yield(d) {
					return
				}
			}
		}
	})
	head := small.leading + 2 + dayFace.leading
	t.space(blockGap)
	from := len(t.pieces)
	t.add(piece{height: head, keep: true, set: s.heads})
	lines := t.c.wrap(section, t.section+" (continued)", textSpan)
	if t.section == "" {
		lines = nil
	}
	above := float64(len(lines))*section.leading + headingGap
	again := &running{height: above + head, set: func(c *canvas, y float64) {
		for i, line := range lines {
			c.at(marginX, y+float64(i)*section.leading, section, line)
		}
		s.heads(c, y+above)
	}}
	for _, r := range k.rows {
		names := t.c.wrap(calendarName, r.node, s.names)
		t.add(piece{height: float64(len(names)) * calendarRowHeight, again: again, set: func(c *canvas, y float64) {
			s.row(c, y, names, r)
		}})
	}
	last := len(t.pieces) - 1
	for i := from + 1; i < last; i++ {
		if last-from <= 8 || i == from+1 || i == last-1 {
			t.pieces[i].keep = true
		}
	}
	t.space(blockGap)
}

func (s *calendarSetter) heads(c *canvas, y float64) {
	c.legend(s.left, y, s.legend)
	y += small.leading + 2
	for i, label := range s.labels {
		c.centre(s.left+(float64(i)+0.5)*s.day, y, dayFace, label)
	}
	c.right(textRight, y, dayFace, ratesHead)
}

func (s *calendarSetter) row(c *canvas, y float64, names []string, r calendarRow) {
	for i, name := range names {
		c.at(marginX, y+float64(i)*calendarRowHeight+nameDrop, calendarName, name)
	}
	var shapes statePaths
	var absent strokes
	width := s.day - min(1.2, s.day*0.15)
	for i, d := range r.days {
		x, top := s.left+float64(i)*s.day+(s.day-width)/2, y+0.75
		if d.empty() {
			absent.rect(x+width/2-blankDot/2, top+calendarCell/2-blankDot/2, blankDot, blankDot)
			continue
		}
		at := top
		for state, h := range cellParts(d) {
			if h > 0 {
				shapes.add(slotState(state), x, at, width, h)
				at += h
			}
		}
	}
	c.fill(&absent, grey)
	shapes.draw(c)
	c.right(textRight, y+nameDrop, calendarName, r.uptime)
}

// cellParts divides a cell among the day's states; what there is at all is seen.
func cellParts(d uptimeDay) (parts [states]float64) {
	slots := d.slots()
	all := float64(d.counted() + d.maintenance)
	largest := stateUp
	used := 0.0
	for s, n := range slots {
		if n > slots[largest] {
			largest = slotState(s)
		}
		if n > 0 {
			parts[s] = max(leastPart, calendarCell*float64(n)/all)
			used += parts[s]
		}
	}
	parts[largest] += calendarCell - used
	return parts
}
