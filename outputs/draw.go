package outputs

import (
	"math"
	"strconv"
)

// strokes collects lines and rectangles that are drawn at once, so that a calendar
// of thousands of cells is a few strokes.
type strokes struct{ b []byte }

// number writes a length in hundredths of a point.
func (p *strokes) number(v float64) {
	n := int64(math.Round(v * 100))
	if n < 0 {
		p.b = append(p.b, '-')
		n = -n
	}
	p.b = strconv.AppendInt(p.b, n/100, 10)
	if n %= 100; n != 0 {
		p.b = append(p.b, '.', byte('0'+n/10))
		if n %= 10; n != 0 {
			p.b = append(p.b, byte('0'+n))
		}
	}
	p.b = append(p.b, ' ')
}

func (p *strokes) numbers(operator string, values ...float64) {
	for _, v := range values {
		p.number(v)
	}
	p.b = append(p.b, operator...)
	p.b = append(p.b, '\n')
}

func (p *strokes) rect(x, y, w, h float64) { p.numbers("re", x, pageHeight-y-h, w, h) }

func (p *strokes) line(x1, y1, x2, y2 float64) {
	p.numbers("m", x1, pageHeight-y1)
	p.numbers("l", x2, pageHeight-y2)
}

func (p *strokes) triangle(x1, y1, x2, y2, x3, y3 float64) {
	p.line(x1, y1, x2, y2)
	p.numbers("l", x3, pageHeight-y3)
	p.b = append(p.b, "h\n"...)
}

// hatch fills a rectangle with slanted lines. They go on from one rectangle to
// the next.
func (p *strokes) hatch(x, y, w, h, step float64) {
	for k := math.Ceil((x + y) / step); k*step < x+w+y+h; k++ {
		s := k * step // the line x + y = s
		x1, x2 := math.Max(x, s-y-h), math.Min(x+w, s-y)
		if x2 > x1 {
			p.line(x1, s-x1, x2, s-x2)
		}
	}
}

func (p *strokes) empty() bool { return len(p.b) == 0 }

func (c *canvas) paint(p *strokes, setting string, operator string) {
	if !p.empty() {
		c.pdf.RawWriteStr("q " + setting + "\n" + string(p.b) + operator + " Q")
	}
}

// fill paints what lines enclose.
func (c *canvas) fill(p *strokes, col colour) { c.paint(p, col.operands()+"rg", "f") }

// stroke draws lines.
func (c *canvas) stroke(p *strokes, col colour, thickness float64) {
	var w strokes
	w.number(thickness)
	c.paint(p, col.operands()+"RG "+string(w.b)+"w", "S")
}

// operands writes a colour as PDF has it, each part from 0 to 1.
func (c colour) operands() string {
	var b []byte
	for _, v := range c {
		b = strconv.AppendFloat(b, float64(v)/255, 'f', 3, 64)
		b = append(b, ' ')
	}
	return string(b)
}

// rule draws a horizontal line at y.
func (c *canvas) rule(x1, x2, y, thickness float64, col colour) {
	var p strokes
	p.line(x1, y, x2, y)
	c.stroke(&p, col, thickness)
}

// box fills a rectangle.
func (c *canvas) box(x, y, w, h float64, col colour) {
	var p strokes
	p.rect(x, y, w, h)
	c.fill(&p, col)
}

// frame outlines a rectangle.
func (c *canvas) frame(x, y, w, h, thickness float64, col colour) {
	var p strokes
	p.rect(x, y, w, h)
	c.stroke(&p, col, thickness)
}

// mark draws the sign of a row or text that asks for attention: a triangle,
// filled for an alarm.
func (c *canvas) mark(x, y, size float64, t tone) {
	var p strokes
	p.triangle(x, y+size, x+size, y+size, x+size/2, y+size*0.1)
	if t == alarm {
		c.fill(&p, bad)
	}
	c.stroke(&p, toneColour(t, ink), 0.7)
}
