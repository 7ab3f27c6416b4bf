package outputs

// The look of a statement. Lengths are in points; a colour is red, green, blue.

const (
	pageWidth    = 595.28 // A4
	pageHeight   = 841.89
	marginX      = 50.0
	marginTop    = 48.0
	marginBottom = 52.0 // holds the footer
	textRight    = pageWidth - marginX
	textSpan     = pageWidth - 2*marginX
	footerY      = pageHeight - 34
)

type colour [3]int

var (
	ink     = colour{0x1B, 0x22, 0x2B}
	grey    = colour{0x5F, 0x6B, 0x78}
	accent  = colour{0x1F, 0x3A, 0x5F}
	onDark  = colour{0xFF, 0xFF, 0xFF}
	pale    = colour{0xF2, 0xF5, 0xF8}
	hairCol = colour{0xD5, 0xDB, 0xE2}
	good    = colour{0x1E, 0x6B, 0x45}
	waiting = colour{0x9A, 0x5B, 0x00}
	bad     = colour{0xA1, 0x24, 0x24}
)

// typeface is a weight, a size, a line's height and a colour.
type typeface struct {
	weight  weight
	size    float64
	leading float64
	colour  colour
}

var (
	brand      = typeface{bold, 10, 13, accent}
	docKind    = typeface{regular, 9, 13, grey}
	payeeTitle = typeface{bold, 21, 26, ink}
	longTitle  = typeface{bold, 13, 17, ink} // for a name that takes more than two lines
	subtitle   = typeface{regular, 10, 14, grey}
	section    = typeface{bold, 11, 15, accent}
	label      = typeface{regular, 8, 11, grey}
	value      = typeface{regular, 9, 12, ink}
	heroLabel  = typeface{regular, 8, 11, grey}
	heroValue  = typeface{bold, 14, 18, ink}
	tableHead  = typeface{bold, 8, 11, accent}
	group      = typeface{bold, 8, 11, grey}
	lineLabel  = typeface{regular, 9, 12, ink}
	lineNote   = typeface{regular, 8, 10.5, grey}
	amount     = typeface{regular, 9, 12, ink}
	total      = typeface{bold, 10, 14, ink}
	small      = typeface{regular, 7.5, 10, grey}
)

func (t typeface) in(c colour) typeface { t.colour = c; return t }

// The columns of the table of lines.
const (
	whatX       = marginX
	whatSpan    = 196.0
	basisX      = marginX + whatSpan + 12
	basisSpan   = 208.0
	noteSpan    = whatSpan + 12 + basisSpan
	rowPadding  = 4.0
	sectionGap  = 16.0
	tightGap    = 7.0 // between the last sections, when they fit the page only so
	wordBreak   = '¬' // marks a word that is broken over two lines
	baselineOff = 0.78
)
