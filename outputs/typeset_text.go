package outputs

import "strings"

// heading sets a heading; it stays with what follows.
func (t *typesetter) heading(h heading) {
	f, above := partHead, partGap
	switch h.level {
	case 1:
		f, above = title, 0
		if len(t.c.wrap(f, h.text, textSpan)) > 2 {
			f = longTitle
		}
	case 2:
		f, above = section, sectionGap
	}
	t.section = h.text
	t.space(above)
	from := len(t.pieces)
	t.text(f, marginX, textSpan, h.text)
	for i := range t.pieces[from:] {
		t.pieces[from+i].keep = true
	}
	t.gap, t.close = headingGap, true
}

// text sets lines, of which neither the first nor the last is alone on a page.
func (t *typesetter) text(f typeface, x, span float64, s string) {
	t.lines(f, x, t.c.wrap(f, s, span), nil)
}

// lines adds a piece per line; beside, when given, is drawn along each.
func (t *typesetter) lines(f typeface, x float64, lines []string, beside func(c *canvas, i int, y float64)) {
	for i, line := range lines {
		t.add(piece{height: f.leading, keep: i+1 < len(lines) && (i == 0 || i+2 == len(lines)), set: func(c *canvas, y float64) {
			if beside != nil {
				beside(c, i, y)
			}
			c.at(x, y, f, line)
		}})
	}
}

// prose sets a paragraph, or several where its text has empty lines. One of
// caution or alarm has a bar along its left side.
func (t *typesetter) prose(p prose) {
	f := value.in(toneColour(p.tone, value.colour))
	if p.tone == fine {
		f = small
	}
	for paragraph := range strings.SplitSeq(p.text, "\n\n") {
		t.space(blockGap)
		if p.tone != caution && p.tone != alarm {
			t.text(f, marginX, textSpan, strings.Trim(paragraph, "\n"))
			continue
		}
		bar := 1.5
		if p.tone == alarm {
			bar = 3
		}
		t.lines(f, marginX+cellPadding, t.c.wrap(f, strings.Trim(paragraph, "\n"), textSpan-cellPadding), func(c *canvas, _ int, y float64) {
			c.box(marginX, y, bar, f.leading, f.colour)
		})
	}
	t.space(blockGap)
}

// items sets a list, each with a bullet or a box.
func (t *typesetter) items(list items) {
	t.space(blockGap)
	for i, text := range list.texts {
		if i > 0 {
			t.space(2.5)
		}
		lines := t.c.wrap(value, text, textSpan-itemIndent)
		t.lines(value, marginX+itemIndent, lines, func(c *canvas, i int, y float64) {
			switch {
			case i > 0:
			case list.boxes:
				c.frame(marginX+1, y+1.6, 6.5, 6.5, 0.6, grey)
			default:
				c.at(marginX+3, y, value, "•")
			}
		})
		if last := len(list.texts) - 1; i < last && (i == 0 || i == last-1) { // neither end is alone
			t.keepLast()
		}
	}
	t.space(blockGap)
}

// pairColumns is how many labelled values stand side by side; five, if that is
// all and they fit. A value that needs more room takes that of two or four.
const pairColumns = 4

func (t *typesetter) pairColumns(p pairs) int {
	if len(p.list) != pairColumns+1 {
		return pairColumns
	}
	for _, x := range p.list {
		if max(t.c.width(value, x.value), t.c.width(label, x.label)) > textSpan/(pairColumns+1)-cellPadding/2 {
			return pairColumns
		}
	}
	return pairColumns + 1
}

// pairs sets labelled values in columns.
func (t *typesetter) pairs(p pairs) {
	columns := t.pairColumns(p)
	column := textSpan / float64(columns)
	type cell struct {
		x            float64
		label, value []string
	}
	var row []cell
	used := 0
	flush := func() {
		labels, values := 0, 0
		for _, c := range row {
			labels, values = max(labels, len(c.label)), max(values, len(c.value))
		}
		cells := row
		t.add(piece{height: float64(labels)*label.leading + float64(values)*value.leading, set: func(c *canvas, y float64) {
			for _, cell := range cells {
				for i, line := range cell.label {
					c.at(cell.x, y+float64(labels-len(cell.label)+i)*label.leading, label, line)
				}
				for i, line := range cell.value {
					c.at(cell.x, y+float64(labels)*label.leading+float64(i)*value.leading, value, line)
				}
			}
		}})
		t.space(4)
		row, used = nil, 0
	}
	t.space(blockGap)
	from := len(t.pieces)
	for _, x := range p.list {
		need := 1
		for columns == pairColumns && need < columns && max(t.c.width(value, x.value), t.c.width(label, x.label)) > float64(need)*column-cellPadding {
			need *= 2
		}
		if used+need > columns {
			flush()
		}
		span := float64(need)*column - cellPadding/2
		row = append(row, cell{marginX + float64(used)*column, t.c.wrap(label, x.label, span), t.c.wrap(value, x.value, span)})
		used += need
	}
	if len(row) > 0 {
		flush()
	}
	for i := from; i < len(t.pieces)-1; i++ {
		t.pieces[i].keep = true
	}
	t.space(blockGap)
}

// signatures sets lines to write on, two or three side by side, each above its
// label.
func (t *typesetter) signatures(s signatures) {
	const room, apart = 24.0, 24.0
	across := 2
	if len(s.labels)%3 == 0 {
		across = 3
	}
	span := (textSpan - apart*float64(across-1)) / float64(across)
	t.space(blockGap)
	for i := 0; i < len(s.labels); i += across {
		lines := make([][]string, across)
		deepest := 0
		for j := range lines {
			if i+j < len(s.labels) {
				lines[j] = t.c.wrap(label, s.labels[i+j], span)
				deepest = max(deepest, len(lines[j]))
			}
		}
		height := room + 2 + float64(deepest)*label.leading
		t.add(piece{height: height, keep: i+across < len(s.labels), set: func(c *canvas, y float64) {
			for j, side := range lines {
				if side == nil {
					continue
				}
				x := marginX + float64(j)*(span+apart)
				c.rule(x, x+span, y+room, 0.5, ink)
				for k, line := range side {
					c.at(x, y+room+2+float64(k)*label.leading, label, line)
				}
			}
		}})
		t.space(4)
	}
	t.space(blockGap)
}
