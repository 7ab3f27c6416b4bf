package outputs

import (
	"strings"

	"github.com/shopspring/decimal"
	"github.com/xuri/excelize/v2"

	"fleetpay/rules"
)

// styles are the workbook's cell styles by their index.
type styles struct {
	text, right, bold, boldRight    int // text wraps
	money, boldMoney                int
	number, boldNumber, percent     [maxFormatPlaces + 1]int // by the number of decimals
	points                          [maxFormatPlaces + 1]int // of percentages
	date, instant                   int
	header, headerRight             int // of a table
	title, section, label, headline int
	headlineMoney, headlineCount    int
	plain, signature                int // plain runs on into empty cells
	held, negative, flagged, unmet  int // conditional
}

// maxFormatPlaces is the most decimals that a number format of ours shows.
const maxFormatPlaces = 10

// exactDigits is the number of decimal digits that every spreadsheet keeps.
const exactDigits = 15

// pointsUnit follows a difference of two percentages.
const pointsUnit = " pts"

const moneyFormat = "#,##0.00;[Red]-#,##0.00"

// The workbook is made to be printed in black and white, too: what is marked is
// bold, italic or framed, and its words say it.
const (
	inkColour  = "1F3A5F"
	lineColour = "C9CED3"
	headColour = "E4E9EF"
)

func newStyles(f *excelize.File) (*styles, error) {
	b := &styleMaker{file: f}
	st := &styles{}
	hair := excelize.Border{Type: "bottom", Color: lineColour, Style: 1}
	rule := []excelize.Border{{Type: "top", Color: inkColour, Style: 1}, {Type: "bottom", Color: inkColour, Style: 6}}
	face := func(bold bool, size float64, colour string) *excelize.Font {
		return &excelize.Font{Family: "Calibri", Bold: bold, Size: size, Color: colour}
	}
	left := &excelize.Alignment{Horizontal: "left", Vertical: "top", Indent: 1, WrapText: true}
	right := &excelize.Alignment{Horizontal: "right", Vertical: "top"}
	open := &excelize.Alignment{Horizontal: "left", Vertical: "top", Indent: 1} // runs on into empty cells
	usual, bold := face(false, 11, "000000"), face(true, 11, "000000")
	body := func(format string, a *excelize.Alignment) int {
		return b.make(format, &excelize.Style{Font: usual, Alignment: a, Border: []excelize.Border{hair}})
	}
	total := func(format string, a *excelize.Alignment) int {
		return b.make(format, &excelize.Style{Font: bold, Alignment: a, Border: rule})
	}
	st.text, st.right, st.bold, st.boldRight = body("", left), body("", right), total("", left), total("", right)
	st.money, st.boldMoney = body(moneyFormat, right), total(moneyFormat, right)
	st.date, st.instant = body("yyyy-mm-dd", open), body("yyyy-mm-dd hh:mm", open)
	for places := range st.number {
		decimals := strings.TrimSuffix("."+strings.Repeat("0", places), ".")
		st.number[places] = body("#,##0"+decimals, right)
		st.boldNumber[places] = total("#,##0"+decimals, right)
		st.percent[places] = body("0"+decimals+"%", right)
		st.points[places] = body("0"+decimals+`"`+pointsUnit+`"`, right)
	}
	head := func(horizontal string, indent int) int {
		return b.make("", &excelize.Style{Font: bold,
			Fill:      excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{headColour}},
			Border:    []excelize.Border{{Type: "bottom", Color: inkColour, Style: 2}},
			Alignment: &excelize.Alignment{Horizontal: horizontal, Vertical: "top", Indent: indent, WrapText: true}})
	}
	st.header, st.headerRight = head("left", 1), head("right", 0)
	st.title = b.make("", &excelize.Style{Font: face(true, 16, inkColour), Alignment: open})
	st.section = b.make("", &excelize.Style{Font: face(true, 12, inkColour), Alignment: open})
	st.label = b.make("", &excelize.Style{Font: face(false, 11, "4A555E"), Alignment: open})
	st.headline = b.make("", &excelize.Style{Font: face(true, 14, "000000"), Alignment: open})
	st.headlineMoney = b.make(moneyFormat, &excelize.Style{Font: face(true, 14, "000000"), Alignment: right})
	st.headlineCount = b.make("#,##0", &excelize.Style{Font: face(true, 14, "000000"), Alignment: right})
	st.plain = b.make("", &excelize.Style{Font: usual, Alignment: open})
	st.signature = b.make("", &excelize.Style{Font: usual, Border: []excelize.Border{{Type: "bottom", Color: "000000", Style: 1}}})
	st.held = b.mark(&excelize.Font{Bold: true}, "FFF2CC", true)
	st.negative = b.mark(&excelize.Font{Bold: true, Italic: true}, "F8D7DA", true)
	st.flagged = b.mark(&excelize.Font{Italic: true}, "", false)
	st.unmet = b.mark(&excelize.Font{Bold: true}, "F8D7DA", true)
	return st, b.err
}

// styleMaker keeps the first error of making styles.
type styleMaker struct {
	file *excelize.File
	err  error
}

func (b *styleMaker) make(format string, style *excelize.Style) int {
	if format != "" {
		style.CustomNumFmt = &format
	}
	index, err := b.file.NewStyle(style)
	if b.err == nil {
		b.err = err
	}
	return index
}

// mark makes a conditional style.
func (b *styleMaker) mark(font *excelize.Font, fill string, framed bool) int {
	font.Color = "000000"
	style := &excelize.Style{Font: font}
	if fill != "" {
		style.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{fill}}
	}
	if framed {
		style.Border = []excelize.Border{{Type: "top", Color: "000000", Style: 1}, {Type: "bottom", Color: "000000", Style: 1}}
	}
	index, err := b.file.NewConditionalStyle(style)
	if b.err == nil {
		b.err = err
	}
	return index
}

// setCell is a cell as a sheet holds it: text, or a number by its decimal text.
type setCell struct {
	style  int
	value  string
	number bool
}

// cell sets a text by its column's form. What the form can't take stays text,
// exact as it is: a dash in place of a number, or one with more digits than a
// spreadsheet keeps.
func (st *styles) cell(form cellForm, text string, bold bool) setCell {
	switch form {
	case amountCell:
		if isFigure(text) && !strings.HasSuffix(text, "%") {
			return setCell{pick(bold, st.boldMoney, st.money), text, true}
		}
		return setCell{pick(bold, st.boldRight, st.right), text, false}
	case countCell, numberCell, percentCell:
		if number, ok := strings.CutSuffix(text, pointsUnit); ok {
			if places, exact := exactPlaces(number); exact {
				return setCell{st.points[places], number, true}
			}
		}
		places, exact := exactPlaces(text)
		switch {
		case !exact:
			return setCell{pick(bold, st.boldRight, st.right), text, false}
		case strings.HasSuffix(text, "%"):
			return setCell{st.percent[places], shareText(text), true}
		}
		return setCell{pick(bold, st.boldNumber[places], st.number[places]), text, true}
	case dateCell:
		if d, err := rules.ParseDate(text); err == nil {
			return setCell{st.date, dayNumber(d), true}
		}
	case instantCell:
		if number, ok := instantNumber(text); ok {
			return setCell{st.instant, number, true}
		}
	case textCell, idCell:
	}
	return setCell{pick(bold, st.bold, st.text), text, false}
}

func pick(yes bool, a, b int) int {
	if yes {
		return a
	}
	return b
}

// exactPlaces counts a number's decimals; exact is false for what is no number,
// and for one that a spreadsheet would not keep as it is.
func exactPlaces(text string) (places int, exact bool) {
	if !isFigure(text) {
		return 0, false
	}
	text = strings.TrimSuffix(text, "%")
	_, fraction, _ := strings.Cut(text, ".")
	return len(fraction), len(fraction) <= maxFormatPlaces && len(strings.Trim(text, "-.0")) <= exactDigits
}

// percentPlaces is by how many places a percentage is shifted to be a share.
const percentPlaces = 2

// shareText is a percentage as the number that it stands for: 0.99865 for
// 99.865%. The digits are shifted and nothing is rounded.
func shareText(percentage string) string {
	d, err := decimal.NewFromString(strings.TrimSuffix(percentage, "%"))
	if err != nil {
		return percentage
	}
	return d.Shift(-percentPlaces).String()
}

// sheetPercent is a measured percentage as sheets show it: with all the places
// that measures.csv and figures.csv have, so that none is rounded up in sight.
func sheetPercent(value string) string { return cutPercent(value, uptimePlaces) }
