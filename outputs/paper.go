package outputs

import (
	"bytes"

	"github.com/shopspring/decimal"
)

// Paper is a document about payments that lies beside a close. It is set as
// Markdown as the reports of a close are, so that any text can stand in it.
type Paper struct{ blocks []block }

// hashColumns is the width of a transaction's hash, 0x and 64 digits: in a paper
// it never hangs over its column.
const hashColumns = 66

// PaperColumn is a column of a paper's table.
type PaperColumn struct {
	Head   string
	Number bool // stands at the right
}

// Title begins the paper.
func (p *Paper) Title(text string) { p.blocks = append(p.blocks, heading{1, text}) }

// Section begins a section.
func (p *Paper) Section(text string) { p.blocks = append(p.blocks, heading{2, text}) }

// Say adds a paragraph.
func (p *Paper) Say(text string) { p.blocks = append(p.blocks, prose{text, plain}) }

// Warn adds a paragraph that stands out.
func (p *Paper) Warn(text string) { p.blocks = append(p.blocks, prose{text, caution}) }

// List adds a list; none when it is empty.
func (p *Paper) List(texts []string) {
	if len(texts) > 0 {
		p.blocks = append(p.blocks, items{texts: texts})
	}
}

// Table adds a table whose rows are cells in the order of the columns. Total
// stands below them, when there is one; empty is said in place of a table
// without rows.
func (p *Paper) Table(columns []PaperColumn, rows [][]string, total []string, empty string) {
	var set []gridColumn
	for _, c := range columns {
		form := textCell
		if c.Number {
			form = numberCell
		}
		set = append(set, gridColumn{c.Head, form, 1})
	}
	var cells []gridRow
	for _, row := range rows {
		cells = append(cells, gridRow{cells: row})
	}
	g := gridOf(set, cells)
	g.empty, g.widest = empty, hashColumns
	if total != nil {
		g.foot = []gridRow{{cells: total}}
	}
	p.blocks = append(p.blocks, g)
}

// Markdown sets the paper.
func (p *Paper) Markdown() ([]byte, error) {
	var b bytes.Buffer
	err := writeMarkdown(&b, p.blocks)
	return b.Bytes(), err
}

// TableText writes rows under columns as CSV: RFC 4180, UTF-8, LF. A cell that a
// spreadsheet would take for a formula is a text; numbers stay as they are.
func TableText(columns []string, rows [][]string) ([]byte, error) {
	var b bytes.Buffer
	t := newTable(&b, columns)
	for _, row := range rows {
		for _, cell := range row {
			t.figure(cell)
		}
		t.end()
	}
	err := t.close()
	return b.Bytes(), err
}

// USDC writes base units of the token in dollars: with two places, or with six
// where cents don't say it.
func USDC(units decimal.Decimal) string {
	sum := units.Shift(-usdcDecimals)
	if sum.Equal(sum.Round(2)) {
		return sum.StringFixed(2)
	}
	return sum.StringFixed(usdcDecimals)
}
