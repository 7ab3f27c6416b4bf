package outputs

import (
	"slices"
	"strings"

	"github.com/shopspring/decimal"
)

// sheetGrid is a grid with what only a sheet has: a name, formulas, totals and
// marks. The cells that formulas fill hold the formulas' values, so that a sheet
// shows them without a recalculation.
type sheetGrid struct {
	*grid
	name     string                       // as a table of the workbook; "" for plain rows
	formulas map[int]func(at spot) string // by column
	texts    map[int]bool                 // columns whose formula gives a text
	sums     []int                        // columns whose foot is their sum
	marks    []rowMark
}

// spot is the place of a grid's row on its sheet: the first cell's column, from
// 0, and the row, from 1.
type spot struct{ col, row int }

// cell names the row's cell in a column of the grid.
func (s spot) cell(column int) string { return cellName(s.col+column, s.row) }

// rowMark is a conditional format of rows.
type rowMark struct {
	condition func(at spot) string // a formula for the first row
	style     func(st *styles) int
}

// columnOf finds a column by its head.
func columnOf(columns []gridColumn, head string) int {
	return slices.IndexFunc(columns, func(c gridColumn) bool { return c.head == head })
}

// markWhere marks rows whose cell in a column makes a condition true: ="held".
func markWhere(columns []gridColumn, head, condition string, style func(st *styles) int) rowMark {
	column := columnOf(columns, head)
	return rowMark{func(at spot) string { return "$" + at.cell(column) + condition }, style}
}

// markStatuses marks the rows of payees by what became of their payout.
func markStatuses(columns []gridColumn) []rowMark {
	return []rowMark{
		markWhere(columns, "Status", `="held"`, func(st *styles) int { return st.held }),
		markWhere(columns, "Status", `="negative"`, func(st *styles) int { return st.negative }),
		markWhere(columns, "Flags", `<>""`, func(st *styles) int { return st.flagged }),
	}
}

// markNegative marks rows with an amount below zero.
func markNegative(columns []gridColumn, head string) rowMark {
	return markWhere(columns, head, "<0", func(st *styles) int { return st.negative })
}

// part is the grid of a range of the rows.
func (g *sheetGrid) part(from, to int) *sheetGrid {
	rows := *g.grid
	rows.length = to - from
	rows.row = func(i int) gridRow { return g.row(from + i) }
	p := *g
	p.grid = &rows
	return &p
}

// withTotals gives the grid a foot with the sums of its columns.
func (g *sheetGrid) withTotals(label string) *sheetGrid {
	if len(g.sums) == 0 || g.length == 0 {
		return g
	}
	sums := make([]decimal.Decimal, len(g.sums))
	for i := range g.length {
		cells := g.row(i).cells
		for n, column := range g.sums {
			if d, err := decimal.NewFromString(cells[column]); err == nil { // an empty cell adds nothing
				sums[n] = sums[n].Add(d)
			}
		}
	}
	cells := make([]string, len(g.columns))
	cells[0] = label
	for n, column := range g.sums {
		cells[column] = sums[n].String()
		if g.columns[column].form == amountCell {
			cells[column] = sums[n].StringFixed(2)
		}
	}
	g.foot = []gridRow{{cells: cells}}
	return g
}

// footLabel is what the totals are called; "" without any.
func (g *sheetGrid) footLabel() string {
	if len(g.foot) == 0 {
		return ""
	}
	return g.foot[0].cells[0]
}

// cell writes a cell of the grid by its column's form.
func (r *rowWriter) cell(st *styles, form cellForm, width int, text, formula string, isText, bold bool) {
	set := st.cell(form, text, bold)
	switch {
	case formula != "" && isText:
		r.textFormula(set.style, formula, text)
	case formula != "":
		r.formula(set.style, formula, set.value)
	case set.number:
		r.figure(set.style, set.value)
	case text == "":
		r.blank(set.style)
	case form == textCell || form == idCell:
		r.wrapped(set.style, text, width)
	default:
		r.text(set.style, text)
	}
}

// heads writes the columns' heads. Those of a table are two lines high, so that
// the filters' buttons stand below the words.
func (r *rowWriter) heads(st *styles, columns []gridColumn, widths []int, table bool) {
	if table {
		r.lines = max(r.lines, 2)
	}
	for i, c := range columns {
		style := st.header
		if c.form.rightAligned() {
			style = st.headerRight
		}
		if c.head == "" {
			r.blank(style)
		} else {
			r.wrapped(style, c.head, widths[i])
		}
	}
}

// gridRow writes a row of the grid.
func (r *rowWriter) gridRow(st *styles, g *sheetGrid, cells []string, widths []int) {
	at := spot{r.col, r.row}
	for i, c := range g.columns {
		formula := ""
		if f := g.formulas[i]; f != nil {
			formula = f(at)
		}
		r.cell(st, c.form, widths[i], cells[i], formula, g.texts[i], false)
	}
}

// totalRow writes the grid's foot, whose sums are made by a formula of the column
// and of the rows above.
func (r *rowWriter) totalRow(st *styles, g *sheetGrid, widths []int, sum func(column int) string) {
	for i, c := range g.columns {
		formula := ""
		if slices.Contains(g.sums, i) {
			formula = sum(i)
		}
		r.cell(st, c.form, widths[i], g.foot[0].cells[i], formula, false, true)
	}
}

// totalFunction begins the formula of a table's total, which counts the rows that
// a filter shows.
const totalFunction = "SUBTOTAL(109,"

// tableSheet is a sheet of one grid: a table with its header above all rows.
func tableSheet(name string, g *sheetGrid, st *styles) sheet {
	widths := make([]int, len(g.columns))
	s := sheet{name: name, frozen: true}
	for i, c := range g.columns {
		widths[i] = int(c.share)
		s.widths = append(s.widths, c.share)
	}
	if g.length == 0 {
		s.rows = 1
		if g.empty != "" {
			s.rows++
		}
		s.write = func(r *rowWriter) {
			r.heads(st, g.columns, widths, true)
			r.end()
			if g.empty != "" {
				r.text(st.label, g.empty)
				r.end()
			}
		}
		return s
	}
	t := sheetTable{name: g.name, columns: g.columns, first: spot{0, 1}, rows: g.length, sums: g.sums, foot: g.footLabel()}
	s.tables = []sheetTable{t}
	s.rows = 1 + g.length + len(g.foot)
	for _, m := range g.marks {
		s.marks = append(s.marks, mark{t.body(), m.condition(spot{0, 2}), m.style(st)})
	}
	s.write = func(r *rowWriter) {
		r.heads(st, g.columns, widths, true)
		r.end()
		for i := range g.length {
			r.gridRow(st, g, g.row(i).cells, widths)
			r.end()
		}
		if t.foot != "" {
			r.totalRow(st, g, widths, t.total)
			r.end()
		}
	}
	return s
}

// tableSheets spreads a grid over as many sheets as its rows take.
func tableSheets(name string, g *sheetGrid, st *styles) []sheet {
	parts := splitRows(name, g.length)
	label := "Total"
	if len(parts) > 1 {
		label = "Total of this sheet"
	}
	var sheets []sheet
	for i, p := range parts {
		of := g.part(p.from, p.to).withTotals(label)
		if i > 0 {
			of.name = strings.ReplaceAll(continuedSheet(g.name, i+1), " ", "")
		}
		sheets = append(sheets, tableSheet(p.name, of, st))
	}
	return sheets
}

// sheetRange is where a grid's rows stand on a table sheet.
type sheetRange struct {
	sheet   string
	columns []gridColumn
	rows    int
}

// of is a column without its header, as a formula names it.
func (s sheetRange) of(head string) string {
	letter := cellColumn(columnOf(s.columns, head))
	return quoteSheet(s.sheet) + "!$" + letter + "$2:$" + letter + "$" + count(max(s.rows, 1)+1).String()
}

// sheetRanges are the parts of a grid that spreads over several sheets.
func sheetRanges(name string, g *sheetGrid) []sheetRange {
	var ranges []sheetRange
	for _, p := range splitRows(name, g.length) {
		ranges = append(ranges, sheetRange{p.name, g.columns, p.to - p.from})
	}
	return ranges
}

// sumOver adds up a formula over every part.
func sumOver(parts []sheetRange, formula func(p sheetRange) string) string {
	var terms []string
	for _, p := range parts {
		terms = append(terms, formula(p))
	}
	return strings.Join(terms, "+")
}
