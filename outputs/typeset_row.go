package outputs

// The lines of a table's row, and a row that goes on over pages.

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
		case !form.rightAligned() && c.width(face, text) > s.spans[i]+0.01:
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
