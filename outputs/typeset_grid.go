package outputs

// gridSetter sets one grid.
type gridSetter struct {
	gridWidths
	t     *typesetter
	g     *grid
	heads [][]string // lines by column
	deep  int        // lines of the deepest head

	section []string // the section's heading as it comes again, in lines
	group   string   // of the rows that are being laid out
	again   *running
}

// grid sets a table: its heads, its rows and its totals. The heads come again
// on each further page, under the section's heading.
func (t *typesetter) grid(g *grid) {
	if g.length == 0 {
		t.space(blockGap)
		t.text(value.in(grey), marginX, textSpan, g.empty)
		t.space(blockGap)
		return
	}
	rows := make([]gridRow, g.length)
	for i := range rows {
		rows[i] = g.row(i)
	}
	s := &gridSetter{t: t, g: g, gridWidths: widthsOf(t.c, g, rows)}
	for i, c := range g.columns {
		s.heads = append(s.heads, t.c.wrap(s.head, c.head, s.spans[i]))
		s.deep = max(s.deep, len(s.heads[i]))
	}
	if t.section != "" {
		s.section = t.c.wrap(section, t.section+" (continued)", textSpan)
	}
	t.space(blockGap)
	from := len(t.pieces)
	t.add(piece{height: s.headHeight(), keep: true, set: s.setHeads})
	s.comesAgain()
	for i, row := range rows {
		s.row(row, i > 0)
	}
	for i, row := range g.foot {
		t.keepLast()
		s.foot(row, i == 0)
	}
	s.bind(t.pieces[from:])
	t.space(blockGap)
}

// bind keeps the first two rows with the head and the last two together, so that
// none is alone, and a short table whole.
func (s *gridSetter) bind(pieces []piece) {
	const short = pageBody / 5
	height := 0.0
	for _, p := range pieces {
		height += p.height
	}
	last := len(pieces) - 1 - len(s.g.foot)
	for i := range pieces[:len(pieces)-1] {
		if height <= short || i == 1 || i == last-1 {
			pieces[i].keep = true
		}
	}
}

func (s *gridSetter) headHeight() float64 { return float64(s.deep)*s.head.leading + 3 }

// comesAgain makes the head of further pages, as it is in the group of rows that
// has begun.
func (s *gridSetter) comesAgain() {
	above := float64(len(s.section)) * section.leading
	if above > 0 {
		above += headingGap
	}
	height, words := above+s.headHeight(), ""
	if s.group != "" {
		words = s.group + " (continued)"
		height += rowPadding + group.leading
	}
	s.again = &running{height: height, set: func(c *canvas, y float64) {
		for i, line := range s.section {
			c.at(marginX, y+float64(i)*section.leading, section, line)
		}
		s.setHeads(c, y+above)
		if words != "" {
			c.at(marginX, y+above+s.headHeight()+rowPadding, c.fit(group, words, textSpan), words)
		}
	}}
}

func (s *gridSetter) setHeads(c *canvas, y float64) {
	for i, lines := range s.heads {
		for j, line := range lines {
			s.cell(c, i, y+float64(s.deep-len(lines)+j)*s.head.leading, s.head, line)
		}
	}
	c.rule(marginX, textRight, y+float64(s.deep)*s.head.leading+2, ruleThick, accent)
}

// cell sets a line of a cell, figures on the right of their column.
func (s *gridSetter) cell(c *canvas, column int, y float64, f typeface, text string) {
	switch {
	case text == "":
	case s.g.columns[column].form.rightAligned():
		c.right(s.x[column]+s.spans[column], y, c.fit(f, text, s.spans[column]), text)
	case s.g.columns[column].form != textCell:
		f = c.fit(f, text, s.spans[column])
		fallthrough
	default:
		c.at(s.x[column], y, f, text)
	}
}

// row adds a row, and before it the heading of the group that it begins.
func (s *gridSetter) row(row gridRow, ruled bool) {
	if row.group != "" {
		s.group = ""
		s.comesAgain()
		s.beginGroup(row.group, ruled)
		s.group = row.group
		s.comesAgain()
		ruled = false
	}
	face := s.body.in(toneColour(row.tone, s.body.colour))
	lines := s.rowLines(row, face)
	height := 2 * rowPadding
	for _, line := range lines {
		height += leadingOf(line)
	}
	if height > pageBody/2 {
		s.tallRow(lines, row.tone, ruled)
		return
	}
	again := s.again
	s.t.add(piece{height: height, again: again, set: func(c *canvas, y float64) {
		s.beginRow(c, y, row.tone, ruled && !again.justAbove(y))
		s.setLines(c, y+rowPadding+rowDrop, lines)
	}})
}

// justAbove tells whether what begins at y comes first after the head.
func (r *running) justAbove(y float64) bool { return y < marginTop+r.size()+0.01 }

func (s *gridSetter) beginGroup(words string, ruled bool) {
	again := s.again
	lines := s.t.c.wrap(group, words, textSpan)
	above := rowPadding
	if ruled {
		above *= 2
	}
	height := above + float64(len(lines))*group.leading
	s.t.add(piece{height: height, keep: true, again: again, set: func(c *canvas, y float64) {
		s.beginRow(c, y, plain, ruled && !again.justAbove(y))
		for i, line := range lines {
			c.at(marginX, y+above+float64(i)*group.leading, group, line)
		}
	}})
}

// beginRow sets what parts a row from the one above, and the mark of one that
// asks for attention.
func (s *gridSetter) beginRow(c *canvas, y float64, t tone, ruled bool) {
	if ruled {
		c.rule(marginX, textRight, y, ruleHair, hairCol)
	}
	if t == caution || t == alarm {
		c.mark(markX, y+rowPadding+rowDrop+1, 5.5, t)
	}
}

// foot adds a row of totals.
func (s *gridSetter) foot(row gridRow, first bool) {
	cells := make([][]string, len(row.cells))
	deepest := 1
	for i, text := range row.cells {
		cells[i] = []string{text}
		if s.g.columns[i].form == textCell {
			cells[i] = s.t.c.wrap(s.total, text, s.footSpan(row, i))
		}
		deepest = max(deepest, len(cells[i]))
	}
	height := float64(deepest)*s.total.leading + 2*rowPadding
	s.t.add(piece{height: height, set: func(c *canvas, y float64) {
		if first {
			c.rule(marginX, textRight, y, ruleThick, accent)
		}
		for i, lines := range cells {
			for j, line := range lines {
				s.cell(c, i, y+rowPadding+rowDrop+float64(j)*s.total.leading, s.total, line)
			}
		}
	}})
}

// footSpan is the room of a total's words: that of the empty cells after them,
// too.
func (s *gridSetter) footSpan(row gridRow, i int) float64 {
	last := i
	for last+1 < len(row.cells) && row.cells[last+1] == "" {
		last++
	}
	return s.x[last] + s.spans[last] - s.x[i]
}
