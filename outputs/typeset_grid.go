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

// cellLine is a line of a row: a piece of text in its column.
type cellLine struct {
	column int // allColumns: across all columns
	text   string
	face   typeface
}

const allColumns = -1

// elsewhere stands for an id that is wider than its column and so is set in a
// line of its own.
const elsewhere = "below"

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
	case s.g.columns[column].form.isFigure():
		c.right(s.x[column]+s.spans[column], y, c.fit(f, text, s.spans[column]), text)
	case s.g.columns[column].form != textCell:
		f = c.fit(f, text, s.spans[column])
		fallthrough
	default:
		c.at(s.x[column], y, f, text)
	}
}

// isFigure tells whether a column's cells are aligned on the right.
func (f cellForm) isFigure() bool {
	switch f {
	case amountCell, countCell, percentCell, numberCell:
		return true
	case textCell, idCell, dateCell, instantCell:
	}
	return false
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

// rowLines breaks the cells of a row and its note into lines.
func (s *gridSetter) rowLines(row gridRow, face typeface) (lines [][]cellLine) {
	put := func(i int, l cellLine) {
		for len(lines) <= i {
			lines = append(lines, nil)
		}
		lines[i] = append(lines[i], l)
	}
	c := s.t.c
	var below []cellLine
	for i, text := range row.cells {
		form := s.g.columns[i].form
		set := []string{text}
		switch {
		case form == textCell:
			set = c.wrap(face, text, s.spans[i])
		case !form.isFigure() && c.width(face, text) > s.spans[i]+0.01:
			set[0] = elsewhere
			for _, line := range c.wrap(face, s.g.columns[i].head+": "+text, textSpan) {
				below = append(below, cellLine{allColumns, line, face})
			}
		}
		for j, line := range set {
			put(j, cellLine{i, line, face})
		}
	}
	note := row.note
	if beside := s.beside(note, lines); beside != nil {
		first := 0
		for first < len(lines) && len(lines[first]) > 0 && lines[first][0].column == 0 {
			first++
		}
		for i, line := range beside {
			put(first+i, cellLine{0, line, s.note})
		}
		note = ""
	}
	if note != "" {
		for _, line := range c.wrap(s.note, note, textSpan) {
			below = append(below, cellLine{allColumns, line, s.note})
		}
	}
	for _, l := range below {
		put(len(lines), l)
	}
	return lines
}

// beside breaks a note for the room that the first column has left beside a
// higher one; nil when there is none.
func (s *gridSetter) beside(note string, lines [][]cellLine) []string {
	left := 0
	for _, line := range lines {
		if line[0].column > 0 {
			left++
		}
	}
	if note == "" || left == 0 || s.g.columns[0].form != textCell {
		return nil
	}
	set := s.t.c.wrap(s.note, note, s.spans[0])
	if len(set) > left {
		return nil
	}
	return set
}

// tallRow adds a row that would leave half a page empty, line by line.
func (s *gridSetter) tallRow(lines [][]cellLine, t tone, ruled bool) {
	again := s.again
	for i, line := range lines {
		p := piece{height: leadingOf(line), again: again, keep: i == 0 || i == len(lines)-2}
		above := 0.0
		if i == 0 {
			above = rowPadding + rowDrop
		} else {
			p.again = s.goesOn(line)
		}
		p.height += above
		if i == len(lines)-1 {
			p.height += rowPadding - rowDrop
		}
		p.set = func(c *canvas, y float64) {
			if i == 0 {
				s.beginRow(c, y, t, ruled && !again.justAbove(y))
			}
			s.setLines(c, y+above, [][]cellLine{line})
		}
		s.t.add(p)
	}
}

// goesOn makes the head of a page that begins with a line within a row. The first
// column says so, beside the line where it has room there.
func (s *gridSetter) goesOn(line []cellLine) *running {
	const words = "(continued)"
	beside := true
	for _, l := range line {
		beside = beside && l.column > 0
	}
	above := s.again
	height := above.height + rowPadding + rowDrop
	from := height
	if !beside {
		height += s.note.leading
	}
	return &running{height: height, set: func(c *canvas, y float64) {
		above.set(c, y)
		c.at(s.x[0], y+from, c.fit(s.note, words, s.spans[0]), words)
	}}
}

// setLines sets a row cell by cell, so that a copied cell is in one piece.
func (s *gridSetter) setLines(c *canvas, y float64, lines [][]cellLine) {
	for column := range s.g.columns {
		at := y
		for _, line := range lines {
			for _, l := range line {
				if l.column == column {
					s.cell(c, column, at, l.face, l.text)
				}
			}
			at += leadingOf(line)
		}
	}
	at := y
	for _, line := range lines {
		for _, l := range line {
			if l.column == allColumns {
				c.at(marginX, at, l.face, l.text)
			}
		}
		at += leadingOf(line)
	}
}

func leadingOf(line []cellLine) float64 {
	height := 0.0
	for _, l := range line {
		height = max(height, l.face.leading)
	}
	return height
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
