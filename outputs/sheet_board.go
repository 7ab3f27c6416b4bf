package outputs

import (
	"fmt"
	"maps"
	"slices"
)

// board is a sheet of several parts, laid out below and beside each other. It is
// kept in memory until it is written, so it is for what is small.
type board struct {
	st     *styles
	widths []float64
	rows   map[int][]boardCell
	tables []sheetTable
	marks  []mark
	merges []string
}

type boardCell struct {
	col   int
	write func(r *rowWriter)
}

func newBoard(st *styles, widths ...float64) *board {
	return &board{st: st, widths: widths, rows: map[int][]boardCell{}}
}

// put sets cells from a place on.
func (b *board) put(at spot, write func(r *rowWriter)) {
	b.rows[at.row] = append(b.rows[at.row], boardCell{at.col, write})
}

// text sets a text.
func (b *board) text(at spot, style int, s string) {
	b.put(at, func(r *rowWriter) { r.text(style, s) })
}

// width is that of a column in whole digits.
func (b *board) width(col int) int { return int(b.widths[col]) }

// wide sets a text across columns, as one cell in which it wraps.
func (b *board) wide(at spot, style, columns int, s string) {
	width := 0
	for i := range columns {
		width += b.width(at.col + i)
	}
	b.merges = append(b.merges, at.cell(0)+":"+at.cell(columns-1))
	b.put(at, func(r *rowWriter) {
		if s == "" {
			r.blank(style)
		} else {
			r.wrapped(style, s, width)
		}
		for range columns - 1 {
			r.blank(style)
		}
	})
}

// facts sets labelled values and gives the row below them. Values run on over
// the empty cells beside them.
func (b *board) facts(at spot, list []pair) (below int) {
	for _, p := range list {
		b.text(at, b.st.label, p.label)
		b.text(spot{at.col + 1, at.row}, b.st.plain, p.value)
		at.row++
	}
	return at.row
}

// grid sets a titled grid and gives the row below it. A grid without rows is a
// line that says so. The totals of a table follow its filter; those of plain rows
// add up all.
func (b *board) grid(at spot, title string, g *sheetGrid) (below int) {
	b.text(at, b.st.section, title)
	at.row++
	if g.length == 0 {
		b.text(at, b.st.label, g.empty)
		return at.row + 1
	}
	widths := make([]int, len(g.columns))
	for i := range widths {
		widths[i] = b.width(at.col + i)
	}
	b.put(at, func(r *rowWriter) { r.heads(b.st, g.columns, widths, g.name != "") })
	first := at.row + 1
	for i := range g.length {
		b.put(spot{at.col, first + i}, func(r *rowWriter) { r.gridRow(b.st, g, g.row(i).cells, widths) })
	}
	below = first + g.length
	sum := func(column int) string {
		return fmt.Sprintf("SUM(%s:%s)", spot{at.col, first}.cell(column), spot{at.col, first + g.length - 1}.cell(column))
	}
	if g.name != "" {
		t := sheetTable{name: g.name, columns: g.columns, first: at, rows: g.length, sums: g.sums, foot: g.footLabel()}
		b.tables = append(b.tables, t)
		sum = t.total
	}
	for _, m := range g.marks {
		cells := fmt.Sprintf("%s:%s", spot{at.col, first}.cell(0), spot{at.col, below - 1}.cell(len(g.columns)-1))
		b.marks = append(b.marks, mark{cells, m.condition(spot{at.col, first}), m.style(b.st)})
	}
	if len(g.foot) > 0 {
		b.put(spot{at.col, below}, func(r *rowWriter) { r.totalRow(b.st, g, widths, sum) })
		below++
	}
	return below
}

// sheet makes a worksheet of the board.
func (b *board) sheet(name string) sheet {
	rows := slices.Sorted(maps.Keys(b.rows))
	last := 1
	if len(rows) > 0 {
		last = rows[len(rows)-1]
	}
	return sheet{name: name, widths: b.widths, rows: last, tables: b.tables, marks: b.marks, merges: b.merges, write: func(r *rowWriter) {
		for _, row := range rows {
			cells := slices.Clone(b.rows[row])
			slices.SortStableFunc(cells, func(x, y boardCell) int { return x.col - y.col })
			r.row = row
			for _, c := range cells {
				r.col = c.col
				c.write(r)
			}
			r.end()
		}
	}}
}
