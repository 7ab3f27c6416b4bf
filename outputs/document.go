package outputs

// A document is what a report or a statement says, from top to bottom. It is made
// once and set as PDF and as Markdown, so that both say the same.

// block is a part of a document.
type block interface{ isBlock() }

// heading begins a section (level 2) or a part of one (level 3). The document's
// title is a heading of level 1.
type heading struct {
	level int
	text  string
}

// prose is a paragraph.
type prose struct {
	text string
	tone tone
}

// items is a list; with boxes, one to be ticked.
type items struct {
	texts []string
	boxes bool
}

// pairs are labelled values, few and short.
type pairs struct{ list []pair }

type pair struct{ label, value string }

// signatures are lines to be filled in by hand, each with its label.
type signatures struct{ labels []string }

// barChart shows a number per label, beside a table with the same numbers. In
// Markdown it is left out: the table says it.
type barChart struct {
	title  string
	bars   []bar
	series []string // names of the parts of each bar; one without a name when it has one part
	cents  bool     // parts are cents, and the axis is in dollars
}

// bar is a label with a part per series. Parts are whole numbers (cents, leads),
// for the geometry; text is what is written, "" for nothing.
type bar struct {
	label string
	parts []int64
	text  string
}

// uptimeChart shows a month by day, from slots; days without a slot are blank.
type uptimeChart struct {
	title string
	days  []uptimeDay
}

type uptimeDay struct {
	label       string // 1 … 31
	up, down    int64  // slots
	missing     int64
	maintenance int64
	incidents   int // opened on that day
}

// calendar shows nodes by day, as cells of four states.
type calendar struct {
	rows []calendarRow
}

type calendarRow struct {
	node   string
	days   []uptimeDay // all days of the month
	uptime string      // 99.865%, or – without slots
}

func (heading) isBlock()     {}
func (prose) isBlock()       {}
func (items) isBlock()       {}
func (pairs) isBlock()       {}
func (signatures) isBlock()  {}
func (barChart) isBlock()    {}
func (uptimeChart) isBlock() {}
func (calendar) isBlock()    {}
func (*grid) isBlock()       {}

// tone is what a text or a row means for its reader.
type tone int

const (
	plain tone = iota
	muted
	fine
	caution
	alarm
)

// grid is rows under columns: the one table model of PDF, Markdown and workbook.
// Rows are made when they are asked for, so that a sheet of 200,000 takes no
// memory; row gives the same each time.
type grid struct {
	columns []gridColumn
	length  int
	row     func(i int) gridRow
	foot    []gridRow // totals
	empty   string    // said in place of a grid without rows
	widest  int       // how wide a column may be made in Markdown, if more than usual
}

// gridColumn is a column with its form.
type gridColumn struct {
	head  string
	form  cellForm
	share float64 // of the width, relative to the other columns
}

// cellForm says what a column holds and so how it is aligned and formatted.
type cellForm int

const (
	textCell    cellForm = iota // wraps
	idCell                      // never broken if it fits a line of its own
	amountCell                  // US dollars with two places, right-aligned
	countCell                   // whole numbers, right-aligned
	percentCell                 // with its sign, right-aligned
	numberCell                  // other numbers, right-aligned
	dateCell                    // 2026-10-05
	instantCell                 // 2026-10-05 14:05 or 2026-10-05 14:05:30, in UTC
)

// rightAligned tells the forms of numbers, which stand at the right of their
// column.
func (f cellForm) rightAligned() bool {
	switch f {
	case amountCell, countCell, percentCell, numberCell:
		return true
	case textCell, idCell, dateCell, instantCell:
	}
	return false
}

// gridRow is a row's cells, as text in the order of the columns.
type gridRow struct {
	cells []string
	group string // a heading before the row, when the row begins a group
	note  string // set small beneath the row, across all columns
	tone  tone
}

// gridOf makes a grid of rows that are there.
func gridOf(columns []gridColumn, rows []gridRow) *grid {
	return &grid{columns: columns, length: len(rows), row: func(i int) gridRow { return rows[i] }}
}

// report is a document with what its file says of itself.
type report struct {
	document
	foot   string // at the foot of every page, on the left
	blocks []block
}
