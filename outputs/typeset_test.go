package outputs

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
)

func alikeRows(n int, cells ...string) []gridRow {
	rows := make([]gridRow, n)
	for i := range rows {
		rows[i].cells = append([]string{fmt.Sprintf("row %d", i)}, cells...)
	}
	return rows
}

var twoColumns = []gridColumn{{head: "What", form: textCell}, {head: "Amount, USD", form: amountCell}}

func TestATableOverPagesRepeatsItsHeads(t *testing.T) {
	g := gridOf(twoColumns, alikeRows(120, "1.00"))
	g.foot = []gridRow{{cells: []string{"All", "120.00"}}}
	pages := readPages(t, pdfOf(t, heading{2, "Lines"}, g))
	if len(pages) != 3 {
		t.Fatalf("%d pages", len(pages))
	}
	for i, p := range pages {
		for _, want := range []string{"What", "Amount, USD", fmt.Sprintf("Page %d of 3", i+1), "2026-10 · partner pine"} {
			if !p.has(want) {
				t.Errorf("page %d has no %q", i+1, want)
			}
		}
		if p.has("Lines (continued)") != (i > 0) || p.has("Lines") != (i == 0) {
			t.Errorf("page %d has the wrong heading", i+1)
		}
	}
	if last := pages[2]; !last.has("All") || !last.has("row 119") || !last.has("row 118") {
		t.Error("the total is not with the last two rows")
	}
}

func TestAGroupThatGoesOnSaysSo(t *testing.T) {
	rows := alikeRows(100, "1.00")
	rows[0].group, rows[90].group = "Base", "Bonuses"
	pages := readPages(t, pdfOf(t, heading{2, "Lines"}, gridOf(twoColumns, rows)))
	if !pages[1].has("Base (continued)") || pages[len(pages)-1].has("Bonuses (continued)") {
		t.Errorf("got %+v", pages[1].body()[:4])
	}
}

// However much stands above, a heading has two rows below it on its page, or two
// lines, and the last row is not alone with the total.
func TestNothingIsAlone(t *testing.T) {
	for above := range 56 {
		g := gridOf(twoColumns, alikeRows(40, "1.00"))
		g.foot = []gridRow{{cells: []string{"All", "40.00"}}}
		pages := readPages(t, pdfOf(t, items{texts: slices.Repeat([]string{"item"}, above)}, heading{2, "Section"}, heading{3, "Part"}, g))
		all := 0
		for i, p := range pages {
			rows, total := 0, false
			for _, s := range p.body() {
				if strings.HasPrefix(s.text, "row ") {
					rows++
				}
				total = total || s.text == "All"
			}
			all += rows
			if p.has("Section") && rows < 2 || p.has("Section") != p.has("Part") || total && rows < 2 || p.has("What") && rows < 2 {
				t.Errorf("below %d items page %d has %d rows", above, i+1, rows)
			}
		}
		if all != g.length {
			t.Errorf("below %d items there are %d rows, want %d", above, all, g.length)
		}
	}
}

func TestAFewLinesBeforeATableStayWithIt(t *testing.T) {
	for above := range 56 {
		pages := readPages(t, pdfOf(t, items{texts: slices.Repeat([]string{"item"}, above)}, heading{2, "Section"},
			prose{text: "What the table says."}, gridOf(twoColumns, alikeRows(3, "1.00"))))
		with := 0
		for _, p := range pages {
			if p.has("What the table says.") && p.has("row 0") && p.has("Section") {
				with++
			}
		}
		if with != 1 {
			t.Errorf("below %d items the words are alone", above)
		}
	}
}

func TestSmallPrintHasNoPageOfItsOwn(t *testing.T) {
	for above := range 60 {
		pages := readPages(t, pdfOf(t, items{texts: slices.Repeat([]string{"item"}, above+1)}, prose{tone: fine, text: "Small print."}))
		if last := pages[len(pages)-1]; !last.has("item") || !last.has("Small print.") {
			t.Errorf("below %d items it has", above+1)
		}
	}
}

// 47 items make 47 × 12 + 46 × 2.5 = 679 points, and with the masthead of 16 and
// the gaps of 13 and 7 there is room for them on one page, of 747.89. 51 make 737
// and fit only with smaller gaps: 612 + 50 × 2.5 × 0.9 = 724.5.
func TestGapsShrinkBeforeAPageIsTaken(t *testing.T) {
	for _, c := range []struct {
		items, pages int
		step         float64 // from one line to the next
	}{{47, 1, 14.5}, {51, 1, 14.25}, {60, 2, 14.5}} {
		pages := readPages(t, pdfOf(t, items{texts: slices.Repeat([]string{"item"}, c.items)}))
		body := pages[0].body()
		n := len(body)
		step := body[n-1].y - body[n-3].y // bullets stand between
		if len(pages) != c.pages || math.Abs(step-c.step) > 0.13 {
			t.Errorf("%d items take %d pages in steps of %.2f; want %d and %.2f", c.items, len(pages), step, c.pages, c.step)
		}
	}
}

func TestFiguresStandRightUnderEachOther(t *testing.T) {
	pages := readPages(t, pdfOf(t, gridOf(
		[]gridColumn{{head: "Node", form: idCell}, {head: "Uptime", form: percentCell}, {head: "Amount, USD", form: amountCell}},
		[]gridRow{{cells: []string{"n-1", "99.865%", "1.00"}}, {cells: []string{"n-2", "100.000%", "-123456.78"}}})))
	ends := map[string]float64{}
	for _, s := range pages[0].texts {
		ends[s.text] = s.right
	}
	for _, c := range [][2]string{{"99.865%", "100.000%"}, {"1.00", "-123456.78"}, {"Uptime", "100.000%"}} {
		if math.Abs(ends[c[0]]-ends[c[1]]) > 0.02 {
			t.Errorf("%s ends at %.2f, %s at %.2f", c[0], ends[c[0]], c[1], ends[c[1]])
		}
	}
	if math.Abs(ends["1.00"]-textRight) > 0.02 {
		t.Errorf("the last column ends at %.2f, not at the margin", ends["1.00"])
	}
}

func TestAnIDIsWholeHoweverNarrowItsColumn(t *testing.T) {
	columns := []gridColumn{{head: "Wallet", form: idCell}}
	cells := []string{walletA}
	for range 9 {
		columns = append(columns, gridColumn{head: "Amount", form: amountCell})
		cells = append(cells, "123456789.01")
	}
	pages := readPages(t, pdfOf(t, gridOf(columns, []gridRow{{cells: cells}})))
	if !pages[0].has(elsewhere) || !pages[0].has("Wallet: "+walletA) || !pages[0].has("123456789.01") {
		t.Errorf("got %+v", pages[0].body())
	}
}

func TestARowTallerThanAPageGoesOnUnderTheHeads(t *testing.T) {
	pages := readPages(t, pdfOf(t, heading{2, "Notes"}, gridOf(twoColumns, []gridRow{{cells: []string{strings.Repeat("word ", 3000), "1.00"}}})))
	words := 0
	for i, p := range pages {
		for _, s := range p.body() {
			words += strings.Count(s.text, "word")
		}
		if !p.has("What") {
			t.Errorf("page %d has no head", i+1)
		}
	}
	if words != 3000 || len(pages) < 3 {
		t.Errorf("%d words on %d pages", words, len(pages))
	}
}

func TestATableWithoutRowsSaysSo(t *testing.T) {
	pages := readPages(t, pdfOf(t, heading{2, "Deals"}, &grid{columns: twoColumns, empty: "No deal was attributed."}))
	if p := pages[0]; !p.has("No deal was attributed.") || p.has("What") {
		t.Errorf("got %+v", p.body())
	}
}

func TestWhatCannotBeSetIsNamedInItsPlace(t *testing.T) {
	pages := readPages(t, pdfOf(t, prose{text: "tea \U0001F375 is ready"}))
	if !pages[0].has("tea [U+1F375] is ready") {
		t.Errorf("got %+v", pages[0].body())
	}
}

// rowsWith are rows of an id, words and eight figures, which leave no room for
// long words or ids; long ones are in the first rows.
func rowsWith(n, long int, id, word string) *grid {
	columns := []gridColumn{{head: "Node", form: idCell}, {head: "Place", form: textCell}}
	for range 6 {
		columns = append(columns, gridColumn{head: "Sum", form: amountCell})
	}
	rows := make([]gridRow, n)
	for i := range rows {
		rows[i].cells = []string{fmt.Sprintf("n-%d", i), "Oslo", "1000.00", "1000.00", "1000.00", "1000.00", "1000.00", "1000.00"}
		rows[i].note = "as agreed"
		if i < long {
			rows[i].cells[0], rows[i].cells[1] = id, word
		}
	}
	return gridOf(columns, rows)
}

func (p setPage) find(text string) setText {
	for _, s := range p.texts {
		if s.text == text {
			return s
		}
	}
	return setText{}
}

// A word of 200 letters in 3 of 12 rows is broken and each id of 64 letters goes
// below; in 12 of 12 nothing else helps.
func TestAFewLongWordsDoNotMakeATableSmall(t *testing.T) {
	id, word := strings.Repeat("n", 64), strings.Repeat("w", 200)
	for _, long := range []int{1, 3, 12} {
		p := readPages(t, pdfOf(t, rowsWith(12, long, id, word)))[0]
		if size := p.find("1000.00").size; size != cellFace.size {
			t.Errorf("with %d long rows the table is set in %.2f points", long, size)
		}
		if !p.has("Node: "+id) || !p.has(elsewhere) {
			t.Errorf("with %d long rows no id goes below", long)
		}
	}
}

// The id column is then as wide as n-11 and no wider than its own word for it.
func TestAnIDThatGoesBelowKeepsNoRoom(t *testing.T) {
	with := readPages(t, pdfOf(t, rowsWith(12, 1, strings.Repeat("n", 64), "Oslo")))[0]
	if gap := with.find("Place").x - with.find("Node").x; gap > 50 {
		t.Errorf("the next column begins %.1f points further", gap)
	}
}

// What many rows have is worth a smaller type, and their notes shrink along.
func TestManyLongWordsMakeATableSmallWithItsNotes(t *testing.T) {
	word := strings.Repeat("w", 44)
	p := readPages(t, pdfOf(t, rowsWith(40, 40, "n-1", word)))[0]
	body, note := p.find("1000.00").size, p.find("as agreed").size
	if body >= cellFace.size || note >= noteFace.size || note >= body || !p.has(word) {
		t.Errorf("the table is set in %.2f points and its notes in %.2f", body, note)
	}
}

// The first line of a further page keeps off the head's rule, and the first
// column says that the row goes on.
func TestARowThatGoesOnSaysSo(t *testing.T) {
	pages := readPages(t, pdfOf(t, heading{2, "Notes"}, gridOf(
		[]gridColumn{{head: "Day", form: dateCell}, {head: "What", form: textCell}},
		[]gridRow{{cells: []string{"2026-10-05", strings.Repeat("word ", 3000)}}})))
	for i, p := range pages {
		if p.has("(continued)") != (i > 0) {
			t.Errorf("page %d: it goes on: %v", i+1, i == 0)
		}
		if i == 0 {
			continue
		}
		words := p.find("(continued)")
		for _, s := range p.texts {
			if s.text == "What" {
				if drop := words.y - noteFace.size*baselineOff - (s.y - tableHead.size*baselineOff + tableHead.leading + 2); drop < rowPadding {
					t.Errorf("page %d: the row is %.1f points below the rule", i+1, drop)
				}
			}
		}
	}
	// A first column that goes on itself has the words above it.
	pages = readPages(t, pdfOf(t, gridOf(twoColumns, []gridRow{{cells: []string{strings.Repeat("word ", 3000), "1.00"}}})))
	mark, first := pages[1].find("(continued)"), setText{y: pageHeight}
	for _, s := range pages[1].body() {
		if strings.HasPrefix(s.text, "word") && s.y < first.y {
			first = s
		}
	}
	if mark.text == "" || first.y-mark.y < noteFace.leading-1 {
		t.Errorf("the mark is at %.1f and the first line at %.1f", mark.y, first.y)
	}
}
