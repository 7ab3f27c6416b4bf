package outputs

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"fleetpay/rules"
)

// The workbook's first sheet: what is paid, what is kept back and why, how the
// month differs from the one before, and whether the books balance. Each number
// is a formula over the other sheets with its value, so that it follows a
// reader's edits and shows without a recalculation.

// summaryParts are the sheets that the summary's formulas read. Lines and
// exceptions may go on on further ones.
type summaryParts struct {
	payouts           sheetRange
	lines, exceptions []sheetRange
}

// The columns of the summary: totals on the left, changes on the right.
var summaryWidths = []float64{18, 14, 15, 14, 14, 14, 3, 17, 22, 14, 14, 14, 30}

const summaryRight = 7 // the first column on the right

type summary struct {
	*board
	m     *Month
	parts summaryParts
	at    map[string]string // cells that other formulas refer to
}

func summarySheet(m *Month, st *styles, man *Manifest, parts summaryParts) sheet {
	s := &summary{newBoard(st, summaryWidths...), m, parts, map[string]string{}}
	s.text(spot{0, 1}, st.title, fmt.Sprintf("%s · payouts of %s", m.Program, m.Period))
	s.headline(3)
	s.facts(spot{summaryRight, 3}, []pair{
		{"Period", fmt.Sprintf("%s, from %s to %s (UTC)", m.Period, m.Period.First(), m.Period.Last())},
		{"Closed at", m.ClosedAt.UTC().Format(time.RFC3339)},
		{"Prepared by", m.PreparedBy},
		{"Rule versions", strings.Join(m.Book.Versions, ", ")},
	})
	if s.m.Withdrawn > 0 {
		s.text(spot{0, 6}, st.plain, "Replaces "+withdrawnCloses(s.m.Withdrawn))
	}
	left := s.byStatus(8)
	left = s.byKind(left + 1)
	left = s.byChain(left + 1)
	left = s.byCategory(left + 1)
	left = s.checks(left+1, man)
	right := s.changes(8)
	right = s.movers(right + 1)
	right = s.exceptions(right + 1)
	below := s.notPaid(max(left, right)+1) + 1
	s.text(spot{0, below}, st.label, "Amounts are US dollars, and 1 USD is paid as 1 USDC. Carried in + earned = payable + carried out, for each payee and in total.")
	s.text(spot{0, below + 1}, st.label, "On the other sheets, bold in a frame is held, bold italic negative, and italic flagged for review.")
	if s.givesBack() {
		below++
		s.text(spot{0, below + 1}, st.label, "Earned counts returned payments too, on every sheet (lines of category return); the year to date on Partners does not.")
	}
	s.signOff(below + 3)
	return s.sheet("Summary")
}

// givesBack tells whether a payment of an earlier month is owed again.
func (s *summary) givesBack() bool {
	return slices.ContainsFunc(s.m.Book.Lines, func(l rules.Line) bool { return l.Category == rules.Returned })
}

// headline says what is paid, what is not, and when.
func (s *summary) headline(row int) {
	var due []string
	for _, p := range s.m.Book.Payouts {
		if !p.DueOn.IsZero() && !slices.Contains(due, p.DueOn.String()) {
			due = append(due, p.DueOn.String())
		}
	}
	slices.Sort(due)
	payouts := s.parts.payouts
	for _, line := range []struct {
		label  string
		status rules.PayoutStatus
		column string
	}{
		{"To pay", rules.Payable, "Payable"},
		{"Held back", rules.Held, "Carried out"},
		{"Owed to the fleet", rules.Negative, "Carried out"},
	} {
		n, sum := 0, rules.Money{}
		for _, p := range s.m.Book.Payouts {
			if p.Status == line.status {
				n, sum = n+1, sum.Add(p.Payable).Add(p.CarriedOut)
			}
		}
		condition := fmt.Sprintf(`%s,"%s"`, payouts.of("Status"), line.status)
		s.put(spot{0, row}, func(r *rowWriter) {
			r.text(s.st.headline, line.label)
			r.col = 2
			r.formula(s.st.headlineCount, "COUNTIF("+condition+")", count(n).String())
			r.formula(s.st.headlineMoney, "SUMIFS("+payouts.of(line.column)+","+condition+")", sum.String())
		})
		row++
	}
	if len(due) > 0 {
		s.text(spot{4, row - 3}, s.st.label, "  due by "+strings.Join(due, ", "))
	}
}

// payouts sets the sums of the Payouts sheet by the values of a column.
func (s *summary) payouts(row int, title, key string, values []string, of func(rules.Payout) string) (below int) {
	payouts := s.parts.payouts
	columns := []gridColumn{{title, idCell, 1}, {"Payees", countCell, 1}}
	formulas := map[int]func(spot) string{
		1: func(at spot) string { return fmt.Sprintf("COUNTIF(%s,$%s)", payouts.of(key), at.cell(0)) },
	}
	for i, c := range payoutSums {
		columns = append(columns, gridColumn{c.head, amountCell, 1})
		formulas[2+i] = func(at spot) string {
			return fmt.Sprintf("SUMIFS(%s,%s,$%s)", payouts.of(c.head), payouts.of(key), at.cell(0))
		}
	}
	var rows []gridRow
	for _, v := range values {
		n, sums := 0, make([]rules.Money, len(payoutSums))
		for _, p := range s.m.Book.Payouts {
			if of(p) != v {
				continue
			}
			n++
			for i, c := range payoutSums {
				sums[i] = sums[i].Add(c.of(p))
			}
		}
		cells := []string{v, count(n).String()}
		for _, sum := range sums {
			cells = append(cells, sum.String())
		}
		rows = append(rows, gridRow{cells: cells})
	}
	g := &sheetGrid{grid: gridOf(columns, rows), formulas: formulas, sums: []int{1, 2, 3, 4, 5}}
	return s.grid(spot{0, row}, "By "+strings.ToLower(title), g.withTotals("Total"))
}

func (s *summary) byStatus(row int) int {
	values := []string{string(rules.Payable), string(rules.Held), string(rules.BelowMinimum), string(rules.Negative), string(rules.Zero)}
	below := s.payouts(row, "Status", "Status", values, func(p rules.Payout) string { return string(p.Status) })
	for i, c := range payoutSums { // the totals of the month, for the checks
		s.at[c.head] = spot{0, below - 1}.cell(2 + i)
	}
	return below
}

func (s *summary) byKind(row int) int {
	return s.payouts(row, "Kind of payee", "Payee kind", []string{string(rules.OperatorPayee), string(rules.PartnerPayee)},
		func(p rules.Payout) string { return string(p.PayeeKind) })
}

func (s *summary) byChain(row int) int {
	payouts := s.parts.payouts
	var rows []gridRow
	for _, c := range chains {
		n, sum := 0, rules.Money{}
		for _, p := range s.m.Book.Payouts {
			if p.Status == rules.Payable && p.Chain == c.Name {
				n, sum = n+1, sum.Add(p.Payable)
			}
		}
		if n > 0 {
			rows = append(rows, gridRow{cells: []string{c.Name, count(n).String(), sum.String()}})
		}
	}
	g := &sheetGrid{
		grid: gridOf([]gridColumn{{"Chain", idCell, 1}, {"Payments", countCell, 1}, {"Payable", amountCell, 1}}, rows),
		formulas: map[int]func(spot) string{
			1: func(at spot) string {
				return fmt.Sprintf(`COUNTIFS(%s,$%s,%s,"payable")`, payouts.of("Chain"), at.cell(0), payouts.of("Status"))
			},
			2: func(at spot) string {
				return fmt.Sprintf("SUMIFS(%s,%s,$%s)", payouts.of("Payable"), payouts.of("Chain"), at.cell(0))
			},
		},
		sums: []int{1, 2},
	}
	g.empty = "nothing is payable"
	below := s.grid(spot{0, row}, "Payable by chain", g.withTotals("Total"))
	if len(rows) > 0 {
		s.at["by chain"] = spot{0, below - 1}.cell(2)
	}
	return below
}

// lineCategories are the categories of the month's lines, those of every version
// first.
func (s *summary) lineCategories() (categories []rules.Category, counts map[rules.Category]int, sums map[rules.Category]rules.Money) {
	counts, sums = map[rules.Category]int{}, map[rules.Category]rules.Money{}
	for _, l := range s.m.Book.Lines {
		counts[l.Category]++
		sums[l.Category] = sums[l.Category].Add(l.Amount)
	}
	categories = rules.Categories()
	for _, c := range slices.Sorted(maps.Keys(sums)) {
		if !slices.Contains(categories, c) {
			categories = append(categories, c)
		}
	}
	return categories, counts, sums
}

func (s *summary) byCategory(row int) int {
	categories, counts, sums := s.lineCategories()
	var rows []gridRow
	for _, c := range categories {
		rows = append(rows, gridRow{cells: []string{string(c), count(counts[c]).String(), sums[c].String()}})
	}
	g := &sheetGrid{
		grid: gridOf([]gridColumn{{"Category", idCell, 1}, {"Lines", countCell, 1}, {"Amount", amountCell, 1}}, rows),
		formulas: map[int]func(spot) string{
			1: func(at spot) string {
				return sumOver(s.parts.lines, func(p sheetRange) string { return fmt.Sprintf("COUNTIF(%s,$%s)", p.of("Category"), at.cell(0)) })
			},
			2: func(at spot) string { return s.categorySum("$" + at.cell(0)) },
		},
		sums: []int{1, 2},
	}
	below := s.grid(spot{0, row}, "Lines by category", g.withTotals("Total"))
	s.at["lines"] = spot{0, below - 1}.cell(2)
	return below
}

// categorySum is the formula of the lines of a category, which is a cell or a
// text in quotes.
func (s *summary) categorySum(category string) string {
	return sumOver(s.parts.lines, func(p sheetRange) string {
		return fmt.Sprintf("SUMIFS(%s,%s,%s)", p.of("Amount"), p.of("Category"), category)
	})
}

// signOff leaves room for those who answer for the month.
func (s *summary) signOff(row int) {
	for _, x := range []struct {
		label, name string
		col         int // of the label
		from, to    int // columns to sign in
	}{
		{"Prepared by", s.m.PreparedBy, 0, 1, 3},
		{"Approved by, on", "", 5, 7, 8},
		{"Paid by, on", "", 9, 10, 12},
	} {
		s.text(spot{x.col, row}, s.st.label, x.label)
		s.wide(spot{x.from, row}, s.st.signature, x.to-x.from+1, x.name)
	}
}
