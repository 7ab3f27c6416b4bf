package outputs

import (
	"iter"
	"slices"
	"strconv"
)

// slotState is what a slot of a day was. The fills of the four tell them apart
// without colours, too: up is a light tone, down solid and dark, missing hatched,
// and maintenance an outline.
type slotState int

const (
	stateUp slotState = iota
	stateDown
	stateMissing
	stateMaintenance
)

const states = 4

var stateWords = [states]string{"up", "down", "no heartbeat", "maintenance (not counted)"}

const hatchStep = 2.4

// statePaths collects the shapes of the four states, to be drawn at once.
type statePaths struct {
	fill                  [states]strokes
	frame, hatch, outline strokes
}

func (p *statePaths) add(s slotState, x, y, w, h float64) {
	switch s {
	case stateUp, stateDown:
		p.fill[s].rect(x, y, w, h)
	case stateMissing:
		p.frame.rect(x, y, w, h)
		p.hatch.hatch(x, y, w, h, hatchStep)
	case stateMaintenance:
		p.outline.rect(x+0.2, y+0.2, w-0.4, h-0.4)
	}
}

func (p *statePaths) draw(c *canvas) {
	c.fill(&p.fill[stateUp], upColour)
	c.fill(&p.fill[stateDown], ink)
	c.stroke(&p.hatch, ink, 0.45)
	c.stroke(&p.frame, ink, 0.3)
	c.stroke(&p.outline, grey, 0.4)
}

func (d uptimeDay) slots() [states]int64 {
	return [states]int64{stateUp: d.up, stateDown: d.down, stateMissing: d.missing, stateMaintenance: d.maintenance}
}

func (d uptimeDay) counted() int64 { return d.up + d.down + d.missing }

func (d uptimeDay) empty() bool { return d.counted()+d.maintenance == 0 }

// legendItem is a sign with what it stands for.
type legendItem struct {
	words string
	sign  func(c *canvas, x, y float64) // in a field of legendSign square
}

const legendSign = 7.0

// blankDot is the size of the sign of a day without slots.
const blankDot = 1.2

// legend sets signs and words side by side from x on.
func (c *canvas) legend(x, y float64, list []legendItem) {
	for _, item := range list {
		item.sign(c, x, y+1)
		c.at(x+legendSign+3, y, small, item.words)
		x += legendSign + 3 + c.width(small, item.words) + 12
	}
}

// stateLegend explains what occurs in days; up is always among it.
func stateLegend(days iter.Seq[uptimeDay]) []legendItem {
	var seen [states]bool
	seen[stateUp] = true
	blank := false
	for d := range days {
		blank = blank || d.empty()
		for s, n := range d.slots() {
			seen[s] = seen[s] || n > 0
		}
	}
	var list []legendItem
	for s := range slotState(states) {
		if seen[s] {
			list = append(list, legendItem{stateWords[s], func(c *canvas, x, y float64) {
				var p statePaths
				p.add(s, x, y, legendSign, legendSign)
				p.draw(c)
			}})
		}
	}
	if blank {
		list = append(list, legendItem{"not active", func(c *canvas, x, y float64) {
			c.box(x+legendSign/2-blankDot/2, y+legendSign/2-blankDot/2, blankDot, blankDot, grey)
		}})
	}
	return list
}

// uptimeScale is a part of the percentages up to 100, with a line each step.
type uptimeScale struct{ floor, step float64 }

// uptimeScales are tried in this order; the lowest day is to stand well above the
// floor.
var uptimeScales = []uptimeScale{{99, 0.5}, {98, 0.5}, {97, 1}, {95, 1}, {90, 2}, {80, 5}, {50, 10}, {0, 25}}

func scaleOf(days []uptimeDay) uptimeScale {
	lowest := 100.0
	for _, d := range days {
		if n := d.counted(); n > 0 {
			lowest = min(lowest, 100*float64(d.up)/float64(n))
		}
	}
	for _, s := range uptimeScales {
		if lowest-s.floor >= (100-s.floor)/8 {
			return s
		}
	}
	return uptimeScales[len(uptimeScales)-1]
}

// uptimeChart sets a bar per day. Its height is the day's counted slots, from the
// scale's floor up to all of them; maintenance has a lane of its own below, since
// it does not count.
func (t *typesetter) uptimeChart(u uptimeChart) {
	const axis, lane, plot, below, labels = 30.0, 9.0, 66.0, 8.0, 9.5
	scale := scaleOf(u.days)
	legend := stateLegend(slices.Values(u.days))
	if slices.ContainsFunc(u.days, func(d uptimeDay) bool { return d.incidents > 0 }) {
		legend = append(legend, legendItem{"incident opened", func(c *canvas, x, y float64) {
			c.incidentMark(x+legendSign/2, y+1)
		}})
	}
	title := t.chartTitle(u.title)
	titleHeight := float64(len(title)) * partHead.leading
	t.space(blockGap)
	t.add(piece{height: titleHeight + lane + plot + below + labels + small.leading + 4, set: func(c *canvas, y float64) {
		for i, line := range title {
			c.at(marginX, y+float64(i)*partHead.leading, partHead, line)
		}
		left, top := marginX+axis, y+titleHeight+lane
		bottom := top + plot
		at := func(percent float64) float64 { return top + plot*(100-percent)/(100-scale.floor) }
		for p := 100.0; p >= scale.floor; p -= scale.step {
			thick := ruleHair
			if p == scale.floor {
				thick = ruleThick
			}
			c.rule(left, textRight, at(p), thick, hairCol)
			c.right(left-4, at(p)-4, axisFace, strconv.FormatFloat(p, 'f', -1, 64)+"%")
		}
		width := (textRight - left) / float64(max(len(u.days), 1))
		bar := width * 0.72
		var shapes statePaths
		var outline strokes
		for i, d := range u.days {
			x := left + float64(i)*width + (width-bar)/2
			c.centre(x+bar/2, bottom+below+0.5, axisFace, d.label)
			if d.incidents > 0 {
				c.incidentMark(x+bar/2, top-lane+3)
				if d.incidents > 1 {
					n := strconv.Itoa(d.incidents)
					c.at(x+bar/2+3, top-lane, c.fit(axisFace, n, (width-6)/2), n)
				}
			}
			if d.maintenance > 0 {
				shapes.add(stateMaintenance, x, bottom+2, bar, below-4)
			}
			if d.empty() {
				c.box(x+bar/2-blankDot/2, top+plot/2, blankDot, blankDot, grey)
			}
			if d.counted() > 0 {
				shapes.addDay(d, scale, x, top, bar, plot)
				outline.rect(x, top, bar, plot)
			}
		}
		shapes.draw(c)
		c.stroke(&outline, grey, 0.3)
		c.legend(left, bottom+below+labels+3, legend)
	}})
	t.space(blockGap)
}

// addDay adds a day's bar from the top down: what was missing, down and up. What
// there was at all is seen, however little.
func (p *statePaths) addDay(d uptimeDay, scale uptimeScale, x, top, bar, plot float64) {
	part := func(n int64) float64 {
		if n == 0 {
			return 0
		}
		return max(1.2, plot*100*float64(n)/float64(d.counted())/(100-scale.floor))
	}
	down, missing := part(d.down), part(d.missing)
	if over := (down + missing) / plot; over > 1 {
		down, missing = down/over, missing/over
	}
	if missing > 0 {
		p.add(stateMissing, x, top, bar, missing)
	}
	if down > 0 {
		p.add(stateDown, x, top+missing, bar, down)
	}
	if up := plot - down - missing; up > 0.01 {
		p.add(stateUp, x, top+missing+down, bar, up)
	}
}

// incidentMark points down at the day below it.
func (c *canvas) incidentMark(x, y float64) {
	var p strokes
	p.triangle(x-2.6, y, x+2.6, y, x, y+4.6)
	c.fill(&p, ink)
}
