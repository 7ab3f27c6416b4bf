package outputs

import "strconv"

// The fills of a chart's series tell them apart without colours, too.
const (
	solidLight = iota
	hatched
	solidDark
	patterns
)

// barAxis is the scale of a chart: from low to high with a line each step, all
// in the bars' own unit.
type barAxis struct {
	low, high, step int64
	unit            int64 // of the lines' labels: 100 when bars are cents
}

const mostLines = 5

func axisOf(chart barChart) barAxis {
	a := barAxis{unit: 1}
	if chart.cents {
		a.unit = 100
	}
	for _, b := range chart.bars {
		for _, n := range b.parts {
			a.low, a.high = min(a.low, n), max(a.high, n)
		}
	}
	a.step = a.unit
	for i := 0; (a.high-a.low)/a.step >= mostLines; i++ { // 1, 2, 5, 10, 20, …
		if i%3 == 1 {
			a.step = a.step / 2 * 5
		} else {
			a.step *= 2
		}
	}
	a.high = max((a.high+a.step-1)/a.step*a.step, a.step)
	a.low = (a.low - a.step + 1) / a.step * a.step
	return a
}

// share is where n stands on the axis, from 0 to 1.
func (a barAxis) share(n int64) float64 { return float64(n-a.low) / float64(a.high-a.low) }

func (a barAxis) label(n int64) string { return strconv.FormatInt(n/a.unit, 10) }

// seriesPattern gives the fill of a series.
func seriesPattern(series int) int { return series % patterns }

// barShapes collects bars by their fill.
type barShapes struct {
	light, dark, hatch, frame strokes
}

func (s *barShapes) add(pattern int, x, y, w, h float64) {
	switch pattern {
	case solidLight:
		s.light.rect(x, y, w, h)
	case solidDark:
		s.dark.rect(x, y, w, h)
	case hatched:
		s.hatch.hatch(x, y, w, h, 3)
	}
	s.frame.rect(x, y, w, h)
}

func (s *barShapes) draw(c *canvas) {
	c.fill(&s.light, soft)
	c.fill(&s.dark, accent)
	c.stroke(&s.hatch, accent, 0.5)
	c.stroke(&s.frame, accent, 0.5)
}

// chartTitle breaks a chart's title into lines; a chart under a heading of its own
// has none.
func (t *typesetter) chartTitle(title string) []string {
	if title == "" {
		return nil
	}
	return t.c.wrap(partHead, title, textSpan)
}

// barChart sets columns when each fits above its label, and rows otherwise. A
// chart of nothing but zeros is left out: the table beside it says so.
func (t *typesetter) barChart(b barChart) {
	if b.isEmpty() {
		return
	}
	axis := axisOf(b)
	title := t.chartTitle(b.title)
	titleHeight := float64(len(title))*partHead.leading + 2
	t.space(blockGap)
	legend := b.legend()
	if legend != nil {
		titleHeight += small.leading + 3
	}
	setHead := func(c *canvas, y float64) {
		for i, line := range title {
			c.at(marginX, y+float64(i)*partHead.leading, partHead, line)
		}
		c.legend(marginX, y+titleHeight-small.leading-2, legend)
	}
	if t.fitColumns(b, axis) {
		t.add(piece{height: titleHeight + columnsHeight, set: func(c *canvas, y float64) {
			setHead(c, y)
			b.columns(c, y+titleHeight, axis)
		}})
	} else {
		t.barRows(b, axis, titleHeight, setHead)
	}
	t.space(blockGap)
}

func (b barChart) isEmpty() bool {
	for _, x := range b.bars {
		for _, n := range x.parts {
			if n != 0 {
				return false
			}
		}
	}
	return true
}

// legend explains the series, when there are several.
func (b barChart) legend() []legendItem {
	if len(b.series) < 2 {
		return nil
	}
	var list []legendItem
	for i, words := range b.series {
		list = append(list, legendItem{words, func(c *canvas, x, y float64) {
			var s barShapes
			s.add(seriesPattern(i), x, y, legendSign, legendSign)
			s.draw(c)
		}})
	}
	return list
}

// The measures of a chart of columns. Its height is without its head.
const (
	columnsPlot   = 72.0
	columnsHeight = barTextRoom + columnsPlot + barTextRoom + 10
	barTextRoom   = 10.0
	widestSlot    = 64.0 // of a label with its bars
	leastBar      = 4.0
	widestBar     = 26.0
)

// labelWidth is the room that the labels of the lines take beside them.
func (a barAxis) labelWidth(c *canvas) float64 {
	widest := 0.0
	for n := a.low; n <= a.high; n += a.step {
		widest = max(widest, c.width(axisFace, a.label(n)))
	}
	return widest + 5
}

// slot is the width that a label has with its bars in a chart of columns.
func (b barChart) slot(c *canvas, a barAxis) float64 {
	return min((textSpan-a.labelWidth(c))/float64(len(b.bars)), widestSlot)
}

func (t *typesetter) fitColumns(b barChart, a barAxis) bool {
	width := b.slot(t.c, a)
	for _, x := range b.bars {
		if width*0.7 < leastBar*float64(len(x.parts)) || t.c.width(axisFace, x.label) > width-2 {
			return false
		}
		if x.text != "" && (len(x.parts) > 1 || t.c.width(barText.scaled(0.8), x.text) > width-1) {
			return false
		}
	}
	return true
}

func (b barChart) columns(c *canvas, y float64, a barAxis) {
	left, width := marginX+a.labelWidth(c), b.slot(c, a)
	right := left + width*float64(len(b.bars))
	top := y + barTextRoom
	at := func(n int64) float64 { return top + columnsPlot*(1-a.share(n)) }
	for n := a.low; n <= a.high; n += a.step {
		c.rule(left, right, at(n), ruleHair, hairCol)
		c.right(left-4, at(n)-4, axisFace, a.label(n))
	}
	face := barText
	for _, x := range b.bars {
		face.size = min(face.size, c.fit(barText, x.text, width-1).size)
	}
	var shapes barShapes
	for i, x := range b.bars {
		middle := left + (float64(i)+0.5)*width
		wide := min(width*0.7/float64(len(x.parts)), widestBar)
		for j, n := range x.parts {
			if n != 0 {
				from, to := at(0), at(n)
				shapes.add(seriesPattern(j), middle+(float64(j)-float64(len(x.parts))/2)*wide, min(from, to), wide, max(from, to)-min(from, to))
			}
		}
		if x.text != "" {
			textTop := at(x.parts[0]) - barTextRoom + 0.5
			if x.parts[0] < 0 {
				textTop = at(x.parts[0]) + 1.5
			}
			half := c.width(face, x.text) / 2
			c.box(middle-half-0.5, textTop, 2*half+1, face.leading-1.5, paper)
			c.centre(middle, textTop, face, x.text)
		}
		c.centre(middle, top+columnsPlot+barTextRoom-2, axisFace, x.label)
	}
	shapes.draw(c)
	c.rule(left, right, at(0), ruleThick, grey)
}

// barRows sets a row per label, with a bar for each part, and the numbers at its
// end. Rows go on on the next page.
func (t *typesetter) barRows(b barChart, a barAxis, titleHeight float64, setHead func(c *canvas, y float64)) {
	const thick, mostLabel = 7.0, 130.0
	names, texts := 0.0, 0.0
	for _, x := range b.bars {
		names = max(names, t.c.width(barText, x.label))
		texts = max(texts, t.c.width(barText, x.text))
	}
	names = min(names, mostLabel) + 0.05
	texts = min(texts, mostLabel)
	half := a.labelWidth(t.c) / 2
	left, right := marginX+max(names+8, half), textRight-max(texts+8, half)
	at := func(n int64) float64 { return left + (right-left)*a.share(n) }
	t.add(piece{height: titleHeight, keep: true, set: setHead})
	for _, x := range b.bars {
		lines := t.c.wrap(barText, x.label, names)
		bars := float64(len(x.parts)) * thick
		height := max(float64(len(lines))*barText.leading, bars) + 5
		t.add(piece{height: height, keep: true, set: func(c *canvas, y float64) {
			for i, line := range lines {
				c.at(marginX, y+(height-float64(len(lines))*barText.leading)/2+float64(i)*barText.leading, barText, line)
			}
			var grid strokes
			for n := a.low; n <= a.high; n += a.step {
				grid.line(at(n), y, at(n), y+height)
			}
			c.stroke(&grid, hairCol, ruleHair)
			var shapes barShapes
			for i, n := range x.parts {
				from, to := min(at(0), at(n)), max(at(0), at(n))
				if n != 0 {
					shapes.add(seriesPattern(i), from, y+(height-bars)/2+float64(i)*thick, to-from, thick-1.5)
				}
			}
			shapes.draw(c)
			c.right(textRight, y+(height-barText.leading)/2, c.fit(barText, x.text, texts), x.text)
			var base strokes
			base.line(at(0), y, at(0), y+height)
			c.stroke(&base, grey, ruleThick)
		}})
	}
	t.add(piece{height: axisFace.leading + 2, set: func(c *canvas, y float64) {
		for n := a.low; n <= a.high; n += a.step {
			c.centre(at(n), y+2, axisFace, a.label(n))
		}
	}})
}
