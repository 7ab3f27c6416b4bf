package outputs

import "math"

// The look of statements and reports. Lengths are in points; a colour is red,
// green, blue.

// The page: A4, with the text between the margins and the foot below it.
const (
	pageWidth    = 595.28
	pageHeight   = 841.89
	marginX      = 50.0
	marginTop    = 44.0
	marginBottom = 50.0 // holds the foot
	textRight    = pageWidth - marginX
	textSpan     = pageWidth - 2*marginX
	pageBody     = pageHeight - marginTop - marginBottom
	footerY      = pageHeight - 32
)

// What stands between and around things. Gaps shrink together when a document
// takes a page less so; what is inside a row stays.
const (
	sectionGap   = 15.0 // above a section
	partGap      = 11.0 // above a part of a section
	blockGap     = 7.0  // between other blocks
	headingGap   = 3.0  // below a heading
	rowPadding   = 2.5  // above and below a row's text
	rowDrop      = 1.0  // by which it stands lower, to look as far from the rule below
	gutter       = 11.0 // between columns
	narrowGutter = 7.0  // when they are many
	cellPadding  = 10.0 // beside labelled values
	baselineOff  = 0.78 // of a line's size, from its top
	markX        = marginX - 9
	itemIndent   = 13.0
	ruleThick    = 0.8
	ruleHair     = 0.3
	wordBreak    = '¬' // marks a word that is broken over two lines
)

// Gaps shrink step by step, and no further than this.
const (
	squeezeStep = 0.05
	tightest    = 0.45
)

// gridScales are how small a table may be set to fit its columns.
var gridScales = []float64{1, 0.93, 0.86, 0.8, 0.74}

type colour [3]int

var (
	ink      = colour{0x1B, 0x22, 0x2B}
	grey     = colour{0x5F, 0x6B, 0x78}
	accent   = colour{0x1F, 0x3A, 0x5F}
	paper    = colour{0xFF, 0xFF, 0xFF}
	onDark   = colour{0xFF, 0xFF, 0xFF}
	pale     = colour{0xF2, 0xF5, 0xF8}
	soft     = colour{0xC9, 0xD6, 0xE6} // small print on a dark ground, bars
	upColour = colour{0xC4, 0xD3, 0xDF}
	hairCol  = colour{0xD5, 0xDB, 0xE2}
	good     = colour{0x1E, 0x6B, 0x45}
	waiting  = colour{0x9A, 0x5B, 0x00}
	bad      = colour{0xA1, 0x24, 0x24}
)

// typeface is a weight, a size, a line's height and a colour.
type typeface struct {
	weight  weight
	size    float64
	leading float64
	colour  colour
}

var (
	brand     = typeface{bold, 10, 13, accent}
	docKind   = typeface{regular, 9, 13, grey}
	title     = typeface{bold, 20, 25, ink}
	longTitle = typeface{bold, 13, 17, ink} // for one that takes more than two lines
	subtitle  = typeface{regular, 10, 14, grey}
	section   = typeface{bold, 11, 14, accent}
	partHead  = typeface{bold, 9, 12, ink}
	label     = typeface{regular, 8, 10.5, grey}
	value     = typeface{regular, 9, 12, ink}
	heroLabel = typeface{regular, 8, 11, grey}
	heroValue = typeface{bold, 14, 18, ink}
	tableHead = typeface{bold, 8, 10, accent}
	group     = typeface{bold, 8, 10.5, grey}
	cellFace  = typeface{regular, 8.75, 11.25, ink}
	totalFace = typeface{bold, 8.75, 11.25, ink}
	noteFace  = typeface{regular, 7.75, 9.75, grey}
	small     = typeface{regular, 7.5, 9.5, grey}
	axisFace  = typeface{regular, 7, 9, grey}
	barText   = typeface{regular, 7.5, 9.5, ink}
)

func (t typeface) in(c colour) typeface { t.colour = c; return t }

func (t typeface) scaled(by float64) typeface {
	t.size = math.Floor(t.size*by*100) / 100 // as it is written
	t.leading *= by
	return t
}

// toneColour is the colour of a tone's text; caution and alarm have a mark
// besides, for who sees no colours.
func toneColour(t tone, usual colour) colour {
	switch t {
	case muted, fine:
		return grey
	case caution:
		return waiting
	case alarm:
		return bad
	case plain:
	}
	return usual
}
