package outputs

import (
	"fmt"
	"slices"
	"strings"

	"fleetpay/rules"
)

// checks sets what must be equal, with its difference. A difference that is not
// zero is marked.
func (s *summary) checks(row int, man *Manifest) (below int) {
	var in, earned, payable, out, lines rules.Money
	for _, p := range s.m.Book.Payouts {
		in, earned = in.Add(p.CarriedIn), earned.Add(p.Earned)
		payable, out = payable.Add(p.Payable), out.Add(p.CarriedOut)
	}
	for _, l := range s.m.Book.Lines {
		lines = lines.Add(l.Amount)
	}
	type check struct {
		label         string
		left, right   string // formulas
		leftIs, isThe rules.Money
	}
	list := []check{
		{"In + earned = payable + out", s.at["Carried in"] + "+" + s.at["Earned"], s.at["Payable"] + "+" + s.at["Carried out"], in.Add(earned), payable.Add(out)},
		{"Lines = earned", s.at["lines"], s.at["Earned"], lines, earned},
	}
	if cell := s.at["by chain"]; cell != "" {
		list = append(list, check{"Chains = payable", cell, s.at["Payable"], payable, payable})
	}
	if before, ok := s.m.Figures.Money(s.m.Period.Prev(), rules.OfTheFleet, rules.FleetID, rules.FigureCarriedOut); ok {
		list = append(list, check{"Carried in = out of " + s.m.Period.Prev().String(), s.at["Carried in"], before.String(), in, before})
	}
	s.text(spot{0, row}, s.st.section, "Checks")
	row++
	s.put(spot{0, row}, func(r *rowWriter) {
		r.text(s.st.header, "Check")
		r.blank(s.st.header)
		r.blank(s.st.header)
		for _, head := range []string{"One side", "Other side", "Difference"} {
			r.text(s.st.headerRight, head)
		}
	})
	first := row + 1
	for _, c := range list {
		row++
		at := spot{0, row}
		s.put(at, func(r *rowWriter) {
			r.text(s.st.plain, c.label)
			r.col = 3
			r.formula(s.st.money, c.left, c.leftIs.String())
			r.formula(s.st.money, c.right, c.isThe.String())
			// Whole cents, so that a binary remainder is no difference.
			r.formula(s.st.money, fmt.Sprintf("ROUND(%s-%s,2)", at.cell(3), at.cell(4)), c.leftIs.Sub(c.isThe).String())
		})
	}
	s.marks = append(s.marks, mark{
		fmt.Sprintf("%s:%s", spot{0, first}.cell(0), spot{0, row}.cell(5)),
		fmt.Sprintf("$%s<>0", spot{0, first}.cell(5)), s.st.unmet,
	})
	row++
	s.text(spot{0, row}, s.st.label, fmt.Sprintf("Payment manifest: %d payments, control %s…", man.Control.Count, man.Control.SHA256[:16]))
	return row + 1
}

// exceptions counts what people should look at, by kind.
func (s *summary) exceptions(row int) (below int) {
	type kind struct {
		severity rules.Severity
		name     string
	}
	counts := map[kind]int{}
	for _, e := range s.m.Book.Exceptions {
		counts[kind{e.Severity, e.Kind}]++
	}
	order := map[rules.Severity]string{rules.SeverityError: "0", rules.SeverityWarning: "1", rules.SeverityInfo: "2"}
	var kinds []kind
	for k := range counts {
		kinds = append(kinds, k)
	}
	var rows []gridRow
	for _, k := range sortedBy(kinds, func(k kind) string { return order[k.severity] + k.name }) {
		rows = append(rows, gridRow{cells: []string{string(k.severity), k.name, "", count(counts[k]).String()}})
	}
	columns := []gridColumn{{"Severity", idCell, 1}, {"Kind", idCell, 1}, {"", textCell, 1}, {"Count", countCell, 1}}
	g := &sheetGrid{
		grid: gridOf(columns, rows),
		formulas: map[int]func(spot) string{3: func(at spot) string {
			return sumOver(s.parts.exceptions, func(p sheetRange) string {
				return fmt.Sprintf("COUNTIFS(%s,$%s,%s,$%s)", p.of("Severity"), at.cell(0), p.of("Kind"), at.cell(1))
			})
		}},
		sums:  []int{3},
		marks: []rowMark{markWhere(columns, "Severity", `="error"`, func(st *styles) int { return st.held })},
	}
	g.empty = "nothing to look at"
	return s.grid(spot{summaryRight, row}, "Exceptions", g.withTotals("Total"))
}

// shownPayees is the most payees that a list of the summary names.
const shownPayees = 10

// reasonColumns is how many columns of the summary a reason may fill.
const reasonColumns = 9

// notPaid lists who is not paid although there is a balance, the largest first,
// with the reason beside it.
func (s *summary) notPaid(row int) (below int) {
	var kept []rules.Payout
	for _, p := range s.m.Book.Payouts {
		if p.Status != rules.Payable && !p.CarriedOut.IsZero() {
			kept = append(kept, p)
		}
	}
	sortBySize(kept, func(p rules.Payout) (rules.Money, string) { return p.CarriedOut, payeeName(p.PayeeKind, p.PayeeID) })
	more := max(len(kept)-shownPayees, 0)
	kept = kept[:len(kept)-more]
	var rows []gridRow
	for i, p := range kept {
		rows = append(rows, gridRow{cells: []string{string(p.PayeeKind), p.PayeeID, string(p.Status), p.CarriedOut.String()}})
		s.wide(spot{4, row + 2 + i}, s.st.text, reasonColumns, p.Reason)
	}
	columns := []gridColumn{{"Payee kind", idCell, 1}, {"Payee", idCell, 1}, {"Status", idCell, 1}, {"Carried out", amountCell, 1}}
	payouts := s.parts.payouts
	g := &sheetGrid{
		grid:     gridOf(columns, rows),
		formulas: map[int]func(spot) string{3: func(at spot) string { return payeeSum(payouts, "Carried out", at) }},
		marks: []rowMark{
			markWhere(columns, "Status", `="held"`, func(st *styles) int { return st.held }),
			markWhere(columns, "Status", `="negative"`, func(st *styles) int { return st.negative }),
		},
	}
	g.empty = "nobody with a balance"
	if len(kept) > 0 {
		s.wide(spot{4, row + 1}, s.st.header, reasonColumns, "Reason")
	}
	below = s.grid(spot{0, row}, "Not paid this month", g)
	if more > 0 {
		s.text(spot{0, below}, s.st.label, fmt.Sprintf("and %d more, on Payouts", more))
		below++
	}
	return below
}

// payeeSum is the formula of a payee's cell on Payouts, for a row that names the
// payee's kind and id.
func payeeSum(payouts sheetRange, head string, at spot) string {
	return fmt.Sprintf("SUMIFS(%s,%s,$%s,%s,$%s)", payouts.of(head),
		payouts.of("Payee kind"), at.cell(0), payouts.of("Payee"), at.cell(1))
}

// sortBySize sorts by a sum, the largest in either direction first, and then by
// name.
func sortBySize[T any](list []T, of func(T) (rules.Money, string)) {
	slices.SortFunc(list, func(a, b T) int {
		x, nameX := of(a)
		y, nameY := of(b)
		if d := size(y).Cmp(size(x)); d != 0 {
			return d
		}
		return strings.Compare(nameX, nameY)
	})
}

func size(m rules.Money) rules.Money {
	if m.Sign() < 0 {
		return m.Neg()
	}
	return m
}
