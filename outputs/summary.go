package outputs

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"fleetpay/rules"
)

// summarySheet is the workbook's first sheet: totals of the month, as formulas
// over the other sheets with their values, so that they follow a reader's edits
// and show without a recalculation.
func summarySheet(m *Month, st styles, lines []part) sheet {
	s := &summary{m: m, st: st, lines: lines}
	out := sheet{name: "Summary", widths: []float64{26, 12, 16, 16, 16, 16}, write: s.write}
	counter := newRowWriter(io.Discard)
	s.write(counter)
	out.rows = counter.row - 1
	return out
}

type summary struct {
	m     *Month
	st    styles
	lines []part
	r     *rowWriter
}

// payoutSums are the columns of sums of the Payouts sheet.
var payoutSums = []struct {
	header, column string
	of             func(rules.Payout) rules.Money
}{
	{"Carried in", "E", func(p rules.Payout) rules.Money { return p.CarriedIn }},
	{"Earned", "F", func(p rules.Payout) rules.Money { return p.Earned }},
	{"Payable", "G", func(p rules.Payout) rules.Money { return p.Payable }},
	{"Carried out", "H", func(p rules.Payout) rules.Money { return p.CarriedOut }},
}

func (s *summary) write(r *rowWriter) {
	s.r = r
	m := s.m
	r.text(s.st.title, fmt.Sprintf("%s · payouts of %s", m.Program, m.Period))
	r.end()
	r.skip(1)
	for _, fact := range [][2]string{
		{"Period", fmt.Sprintf("%s to %s (UTC)", m.Period.First(), m.Period.Last())},
		{"Closed at", m.ClosedAt.UTC().Format(time.RFC3339)},
		{"Prepared by", m.PreparedBy},
		{"Rule versions", strings.Join(m.Book.Versions, ", ")},
		{"Program version", m.ProgramVersion},
	} {
		r.text(s.st.note, fact[0])
		r.text(s.st.plain, fact[1])
		r.end()
	}
	statuses := []string{string(rules.Payable), string(rules.Held), string(rules.BelowMinimum), string(rules.Negative), string(rules.Zero)}
	s.payouts("By status", "I", statuses, func(p rules.Payout) string { return string(p.Status) })
	s.payouts("By kind of payee", "B", []string{string(rules.OperatorPayee), string(rules.PartnerPayee)},
		func(p rules.Payout) string { return string(p.PayeeKind) })
	s.byChain()
	s.byCategory()
	r.skip(1)
	r.text(s.st.note, "Amounts are US dollars. Carried in + earned = payable + carried out, for each payee and in total.")
	r.end()
}

// payouts writes a table of the Payouts sheet's sums, a row per value of the
// key column, and a total row.
func (s *summary) payouts(title, column string, keys []string, key func(rules.Payout) string) {
	s.head(title, "Payees", []string{"Carried in", "Earned", "Payable", "Carried out"})
	first := s.r.row
	for _, k := range keys {
		n := 0
		sums := make([]rules.Money, len(payoutSums))
		for _, p := range s.m.Book.Payouts {
			if key(p) == k {
				n++
				for i, c := range payoutSums {
					sums[i] = sums[i].Add(c.of(p))
				}
			}
		}
		s.r.text(s.st.plain, k)
		s.r.formula(s.st.count, fmt.Sprintf("COUNTIF(%s,$A%d)", s.payoutRange(column), s.r.row), count(n).String())
		for i, c := range payoutSums {
			s.r.formula(s.st.money, fmt.Sprintf("SUMIFS(%s,%s,$A%d)", s.payoutRange(c.column), s.payoutRange(column), s.r.row), sums[i].String())
		}
		s.r.end()
	}
	totals := make([]rules.Money, len(payoutSums))
	for _, p := range s.m.Book.Payouts {
		for i, c := range payoutSums {
			totals[i] = totals[i].Add(c.of(p))
		}
	}
	s.total(first, len(s.m.Book.Payouts), totals...)
}

func (s *summary) byChain() {
	s.head("Payable by chain", "Payments", []string{"Amount"})
	first, n := s.r.row, 0
	var total rules.Money
	for _, c := range chains {
		k := 0
		var sum rules.Money
		for _, p := range s.m.Book.Payouts {
			if p.Status == rules.Payable && p.Chain == c.Name {
				k++
				sum = sum.Add(p.Payable)
			}
		}
		if k == 0 {
			continue
		}
		s.r.text(s.st.plain, c.Name)
		s.r.formula(s.st.count, fmt.Sprintf("COUNTIFS(%s,$A%d,%s,\"payable\")", s.payoutRange("L"), s.r.row, s.payoutRange("I")), count(k).String())
		s.r.formula(s.st.money, fmt.Sprintf("SUMIFS(%s,%s,$A%d)", s.payoutRange("G"), s.payoutRange("L"), s.r.row), sum.String())
		s.r.end()
		n, total = n+k, total.Add(sum)
	}
	s.total(first, n, total)
}

func (s *summary) byCategory() {
	sums := map[rules.Category]rules.Money{}
	counts := map[rules.Category]int{}
	var total rules.Money
	for _, l := range s.m.Book.Lines {
		sums[l.Category] = sums[l.Category].Add(l.Amount)
		counts[l.Category]++
		total = total.Add(l.Amount)
	}
	order := []rules.Category{rules.Base, rules.Bonus, rules.Penalty, rules.RevenueShare, rules.Commission, rules.Adjusting}
	for _, c := range slices.Sorted(maps.Keys(sums)) {
		if !slices.Contains(order, c) {
			order = append(order, c)
		}
	}
	s.head("Lines by category", "Lines", []string{"Amount"})
	first := s.r.row
	for _, c := range order {
		var counted, summed []string
		for _, part := range s.lines {
			category, amount := s.lineRange(part, "G"), s.lineRange(part, "M")
			counted = append(counted, fmt.Sprintf("COUNTIF(%s,$A%d)", category, s.r.row))
			summed = append(summed, fmt.Sprintf("SUMIFS(%s,%s,$A%d)", amount, category, s.r.row))
		}
		s.r.text(s.st.plain, string(c))
		s.r.formula(s.st.count, strings.Join(counted, "+"), count(counts[c]).String())
		s.r.formula(s.st.money, strings.Join(summed, "+"), sums[c].String())
		s.r.end()
	}
	s.total(first, len(s.m.Book.Lines), total)
}

func (s *summary) head(title, counted string, sums []string) {
	s.r.skip(1)
	s.r.text(s.st.header, title)
	s.r.text(s.st.headerRight, counted)
	for _, h := range sums {
		s.r.text(s.st.headerRight, h)
	}
	s.r.end()
}

// total writes the sums of the rows from first on.
func (s *summary) total(first, n int, sums ...rules.Money) {
	last := s.r.row - 1
	sum := func(col int) string {
		if last < first {
			return "0"
		}
		return fmt.Sprintf("SUM(%s:%s)", cellName(col, first), cellName(col, last))
	}
	s.r.text(s.st.bold, "Total")
	s.r.formula(s.st.boldCount, sum(1), count(n).String())
	for i, total := range sums {
		s.r.formula(s.st.boldMoney, sum(2+i), total.String())
	}
	s.r.end()
}

// payoutRange is a column of the Payouts sheet, without its header.
func (s *summary) payoutRange(column string) string {
	return fmt.Sprintf("Payouts!$%s$2:$%s$%d", column, column, max(len(s.m.Book.Payouts), 1)+1)
}

// lineRange is a column of a sheet of lines, without its header.
func (s *summary) lineRange(p part, column string) string {
	return fmt.Sprintf("%s!$%s$2:$%s$%d", quoteSheet(p.name), column, column, max(p.to-p.from, 1)+1)
}
