package outputs

import (
	"errors"
	"fmt"
	"iter"
	"slices"
)

// component is a part of a composite glyph.
type component struct{ at, end, flags, glyph int }

// components lists the parts of a composite glyph, as far as they are there; a
// simple glyph has none.
func components(outline []byte) iter.Seq[component] {
	return func(yield func(component) bool) {
		if len(outline) < outlineHead || signed16(outline, 0) >= 0 {
			return
		}
		for at, more := outlineHead, true; more && at+4 <= len(outline); {
			c := component{at: at, flags: at16(outline, at), glyph: at16(outline, at+2)}
			c.end = at + 6
			if c.flags&argumentsAreWords != 0 {
				c.end += 2
			}
			switch {
			case c.flags&oneScale != 0:
				c.end += 2
			case c.flags&twoScales != 0:
				c.end += 4
			case c.flags&fourScales != 0:
				c.end += 8
			}
			if !yield(c) {
				return
			}
			at, more = c.end, c.flags&moreComponents != 0
		}
	}
}

// The bits of a component of a composite glyph.
const (
	argumentsAreWords = 1 << 0
	oneScale          = 1 << 3
	moreComponents    = 1 << 5
	twoScales         = 1 << 6
	fourScales        = 1 << 7
	hasInstructions   = 1 << 8
)

// outlineHead is the length of what stands before a glyph's contours: their
// number, negative for a composite glyph, and the box around them.
const outlineHead = 10

// maxDepth is how deep glyphs may be made of glyphs.
const maxDepth = 16

// checkOutlines walks through every glyph.
func (f *trueType) checkOutlines() error {
	depths := make([]int, f.glyphs) // 0: not yet known
	var depth func(glyph, level int) (int, error)
	depth = func(glyph, level int) (int, error) {
		if depths[glyph] > 0 {
			return depths[glyph], nil
		}
		if level > maxDepth {
			return 0, fmt.Errorf("glyph %d is made of glyphs that are made of glyphs, more than %d deep", glyph, maxDepth)
		}
		parts, err := f.checkOutline(glyph)
		if err != nil {
			return 0, fmt.Errorf("glyph %d: %w", glyph, err)
		}
		deepest := 0
		for _, part := range parts {
			d, err := depth(part, level+1)
			if err != nil {
				return 0, err
			}
			deepest = max(deepest, d)
		}
		depths[glyph] = deepest + 1
		return depths[glyph], nil
	}
	for glyph := range f.glyphs {
		d, err := depth(glyph, 1)
		if err != nil {
			return err
		}
		if d > maxDepth {
			return fmt.Errorf("glyph %d is made of glyphs that are made of glyphs, more than %d deep", glyph, maxDepth)
		}
	}
	return nil
}

// checkOutline looks at a glyph's description and gives the glyphs that it is
// made of.
func (f *trueType) checkOutline(glyph int) (parts []int, err error) {
	if from, to := f.span(glyph); from > to || to > len(f.tables["glyf"]) {
		return nil, errors.New("it lies outside of its table")
	}
	outline := f.outline(glyph)
	if len(outline) == 0 {
		return nil, nil
	}
	short := errors.New("it is cut short")
	if len(outline) < outlineHead {
		return nil, short
	}
	contours := signed16(outline, 0)
	if contours < 0 {
		for c := range components(outline) {
			if c.end > len(outline) {
				return nil, short
			}
			if c.glyph >= f.glyphs {
				return nil, fmt.Errorf("it is made of glyph %d, which the font lacks", c.glyph)
			}
			parts = append(parts, c.glyph)
			if end := c.end; c.flags&moreComponents == 0 && c.flags&hasInstructions != 0 &&
				(end+2 > len(outline) || end+2+at16(outline, end) > len(outline)) {
				return nil, short
			}
		}
		if len(parts) == 0 {
			return nil, short
		}
		return slices.Compact(parts), nil
	}
	if !wholeContours(outline, contours) {
		return nil, short
	}
	return nil, nil
}

// wholeContours tells whether a simple glyph has all points that it promises.
func wholeContours(outline []byte, contours int) bool {
	at := outlineHead + 2*contours
	if at+2 > len(outline) {
		return contours == 0 // some fonts end a blank here
	}
	points := 0
	if contours > 0 {
		points = at16(outline, at-2) + 1
	}
	for i := 1; i < contours; i++ {
		if at16(outline, outlineHead+2*i) < at16(outline, outlineHead+2*i-2) {
			return false
		}
	}
	at += 2 + at16(outline, at)
	const repeated, shortX, shortY, sameX, sameY = 1 << 3, 1 << 1, 1 << 2, 1 << 4, 1 << 5
	coordinates := 0
	for points > 0 {
		if at >= len(outline) {
			return false
		}
		flags, times := outline[at], 1
		at++
		if flags&repeated != 0 {
			if at >= len(outline) {
				return false
			}
			times += int(outline[at])
			at++
		}
		points -= times
		for _, bits := range [2][2]byte{{shortX, sameX}, {shortY, sameY}} {
			switch {
			case flags&bits[0] != 0:
				coordinates += times
			case flags&bits[1] == 0:
				coordinates += 2 * times
			}
		}
	}
	return points == 0 && at+coordinates <= len(outline)
}
