package outputs

import (
	"slices"
)

// gridWidths are the columns of a grid with the faces in which they are set.
type gridWidths struct {
	x, spans                []float64
	head, body, total, note typeface
}

// columnNeed is what a column asks for, in thousandths of the type size.
type columnNeed struct {
	natural, least         int // of its cells: without a break, and with breaks between words only
	headNatural, headLeast int

	long  []int // words and ids of cells that are longer than longWord, the longest first
	usual int   // the longest of the others
}

func needsOf(c *canvas, g *grid, rows []gridRow) []columnNeed {
	needs := make([]columnNeed, len(g.columns))
	for i, x := range g.columns {
		needs[i].headNatural, needs[i].headLeast = c.fonts.width(bold, c.fonts.printable(x.head)), c.widestWord(bold, x.head)
	}
	for _, row := range rows {
		for i, text := range row.cells {
			n, text := &needs[i], c.fonts.printable(text)
			width := c.fonts.width(regular, text)
			n.natural = max(n.natural, width)
			if width > n.usual && g.columns[i].form == textCell {
				width = c.widestWord(regular, text)
			}
			n.see(width)
		}
	}
	for _, row := range g.foot {
		for i, text := range row.cells {
			if text == "" || g.columns[i].form == textCell && i+1 < len(row.cells) && row.cells[i+1] == "" {
				continue // a total's words have the empty cells beside, too
			}
			width := c.fonts.width(bold, c.fonts.printable(text))
			needs[i].natural = max(needs[i].natural, width)
			if g.columns[i].form == textCell {
				width = c.widestWord(bold, text)
			}
			needs[i].see(width)
		}
	}
	for _, n := range needs {
		slices.SortFunc(n.long, func(a, b int) int { return b - a })
	}
	return needs
}

func (n *columnNeed) see(width int) {
	n.least = max(n.least, width)
	if width > longWord {
		n.long = append(n.long, width)
	} else {
		n.usual = max(n.usual, width)
	}
}

// longWord is about 20 letters. A longer word is broken, and a longer id goes
// below, before the whole table is set small for one or two of them.
const longWord = 10000

// few is how many of a table's rows may have a word broken before the table is
// set smaller: three, or one in eight.
func few(rows int) int { return max(3, rows/8) }

// without is what columns need when the longest words of so many cells of each
// are broken and the longest ids are set elsewhere; those keep no room.
func without(g *grid, needs []columnNeed, cells, elsewhere int) []columnNeed {
	list := slices.Clone(needs)
	for i := range list {
		n := &list[i]
		form := g.columns[i].form
		if len(n.long) == 0 || form != textCell && form != idCell {
			continue
		}
		switch {
		case cells < len(n.long):
			n.least = n.long[cells]
		case form == textCell:
			n.least = max(n.usual, longWord)
		default:
			n.least = max(n.usual, elsewhere)
		}
		if form == idCell {
			n.natural = n.least
		}
	}
	return list
}

func (c *canvas) widestWord(w weight, s string) int {
	widest := 0
	for p := range partsOfLine(c.fonts.printable(s)) {
		widest = max(widest, c.fonts.width(w, p.text))
	}
	return widest
}

// enough is the width at which a column of text reads well; a narrower one is
// only for a table that doesn't fit otherwise.
const enough = 76.0

// widthsOf divides the page among a grid's columns by what is in them. Figures,
// dates and ids get what they need, text the rest. A table that doesn't fit breaks
// its long words, if they are few, and moves long ids to lines of their own; or
// else it is set smaller.
func widthsOf(c *canvas, g *grid, rows []gridRow) gridWidths {
	needs := needsOf(c, g, rows)
	gutters := []float64{gutter}
	if len(g.columns) > 6 {
		gutters = append(gutters, narrowGutter)
	}
	w, between := fitted(g, needs, gutters, c.fonts.width(regular, elsewhere))
	x := marginX
	for _, span := range w.spans {
		w.x = append(w.x, x)
		x += span + between
	}
	return w
}

// fitted finds type and widths: the larger type in which nothing wraps, or else
// in which text has room enough; or else the largest in which it has when a few
// long words are broken, or all that are long.
func fitted(g *grid, needs []columnNeed, gutters []float64, below int) (w gridWidths, between float64) {
	for _, scale := range gridScales[:2] {
		w = facesAt(scale)
		if want, least := w.wanted(g, needs); sum(want) <= roomOf(g, gutter) {
			w.spans = shared(g, want, least, roomOf(g, gutter))
			return w, gutter
		}
	}
	all := without(g, needs, g.length+len(g.foot), below)
	for _, try := range []struct {
		needs  []columnNeed
		scales []float64
	}{{needs, gridScales[:2]}, {without(g, needs, few(g.length), below), gridScales}, {all, gridScales}} {
		for _, scale := range try.scales {
			w = facesAt(scale)
			for _, between := range gutters {
				if want, least := w.wanted(g, try.needs); sum(least) <= roomOf(g, between) {
					w.spans = shared(g, want, least, roomOf(g, between))
					return w, between
				}
			}
		}
	}
	between = gutters[len(gutters)-1]
	want, least := w.wanted(g, all)
	forceInto(g, least, roomOf(g, between))
	for i, c := range g.columns {
		if c.form == idCell && least[i] < want[i] { // what it has, no id fills
			want[i] = least[i]
		}
	}
	w.spans = shared(g, want, least, roomOf(g, between))
	return w, between
}

func facesAt(scale float64) gridWidths {
	return gridWidths{head: tableHead.scaled(scale), body: cellFace.scaled(scale), total: totalFace.scaled(scale), note: noteFace.scaled(scale)}
}

// roomOf is the width that is left for a grid's columns.
func roomOf(g *grid, between float64) float64 {
	return textSpan - between*float64(len(g.columns)-1)
}

// wanted gives the width of each column without breaks, and the least at which
// it reads well.
func (w gridWidths) wanted(g *grid, needs []columnNeed) (want, least []float64) {
	for i, n := range needs {
		cells, heads := w.body.size/unitsPerEm, w.head.size/unitsPerEm
		natural := max(float64(n.natural)*cells, float64(n.headNatural)*heads)
		small := max(float64(n.least)*cells, float64(n.headLeast)*heads)
		if g.columns[i].form == textCell {
			small = max(small, min(natural, enough))
		}
		const hair = 0.05 // against the rounding of widths
		want, least = append(want, natural+hair), append(least, small+hair)
	}
	return want, least
}

// forceInto shrinks what doesn't fit even in the smallest type: columns of text,
// then those of ids, then all, each time the widest ones.
func forceInto(g *grid, least []float64, room float64) {
	const floor = 40.0
	for _, forms := range [][]cellForm{{textCell}, {idCell}, {textCell, idCell, amountCell, countCell, percentCell, numberCell, dateCell, instantCell}} {
		over := sum(least) - room
		if over <= 0 {
			return
		}
		low, high := floor, 0.0
		if len(forms) > 1 {
			low = room / float64(len(least))
		}
		for _, width := range least {
			high = max(high, width)
		}
		capped := func(most float64) []float64 {
			list := slices.Clone(least)
			for i, c := range g.columns {
				if slices.Contains(forms, c.form) {
					list[i] = min(list[i], most)
				}
			}
			return list
		}
		for range 40 {
			if middle := (low + high) / 2; sum(capped(middle)) > room {
				high = middle
			} else {
				low = middle
			}
		}
		copy(least, capped(low))
	}
}

// shared divides the room: each column gets its least, then up to what it wants,
// and what is left goes to the columns of text.
func shared(g *grid, want, least []float64, room float64) []float64 {
	spans := least
	weight := func(i int) float64 {
		switch c := g.columns[i]; {
		case c.share > 0:
			return c.share
		case c.form == textCell:
			return 1
		}
		return 0.25
	}
	for left := room - sum(spans); left > 0.01; {
		weights := 0.0
		for i := range spans {
			if spans[i] < want[i] {
				weights += weight(i)
			}
		}
		if weights == 0 {
			break
		}
		given := 0.0
		for i := range spans {
			if spans[i] < want[i] {
				more := min(want[i]-spans[i], left*weight(i)/weights)
				spans[i] += more
				given += more
			}
		}
		left -= given
		if given < 0.01 {
			break
		}
	}
	left := room - sum(spans)
	weights := 0.0
	for i, c := range g.columns {
		if c.form == textCell {
			weights += weight(i)
		}
	}
	for i, c := range g.columns {
		switch {
		case left <= 0:
		case weights == 0: // no text: all alike
			spans[i] += left / float64(len(spans))
		case c.form == textCell:
			spans[i] += left * weight(i) / weights
		}
	}
	return spans
}

func sum(list []float64) float64 {
	total := 0.0
	for _, x := range list {
		total += x
	}
	return total
}
