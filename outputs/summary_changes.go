package outputs

import (
	"fmt"
	"slices"

	"fleetpay/rules"
)

// comparison is a number of this month beside the month before.
type comparison struct {
	label        string
	formula      string // of this month
	this, before rules.Money
}

// comparable tells whether the month before can be compared with, and why not.
func (s *summary) comparable() (ok bool, why string) {
	if s.m.Figures == nil {
		return false, "this folder keeps no figures of earlier months"
	}
	if _, ok := s.m.Figures.Money(s.m.Period.Prev(), rules.OfTheFleet, rules.FleetID, rules.FigureEarned); !ok {
		return false, "this is the first close; there is no month before to compare with"
	}
	return true, ""
}

// changes sets the month against the one before.
func (s *summary) changes(row int) (below int) {
	prev := s.m.Period.Prev()
	title := "Against " + prev.String()
	ok, why := s.comparable()
	if !ok {
		return s.grid(spot{summaryRight, row}, title, &sheetGrid{grid: &grid{empty: why}})
	}
	before := func(name rules.FigureName) rules.Money {
		sum, _ := s.m.Figures.Money(prev, rules.OfTheFleet, rules.FleetID, name)
		return sum
	}
	total := func(i int) (sum rules.Money) {
		for _, p := range s.m.Book.Payouts {
			sum = sum.Add(payoutSums[i].of(p))
		}
		return sum
	}
	list := []comparison{
		{"Carried in", s.at["Carried in"], total(0), before(rules.FigureCarriedIn)},
		{"Earned", s.at["Earned"], total(1), before(rules.FigureEarned).Add(before(rules.FigureReturned))},
	}
	categories, _, sums := s.lineCategories()
	if !slices.Contains(categories, rules.Returned) {
		categories = append(categories, rules.Returned)
	}
	for _, c := range categories {
		if x := (comparison{"  " + string(c), s.categorySum(`"` + string(c) + `"`), sums[c], before(rules.EarnedIn(c))}); !x.this.IsZero() || !x.before.IsZero() {
			list = append(list, x)
		}
	}
	list = append(list,
		comparison{"Payable", s.at["Payable"], total(2), before(rules.FigurePayable)},
		comparison{"Carried out", s.at["Carried out"], total(3), before(rules.FigureCarriedOut)})
	var rows []gridRow
	for _, c := range list {
		rows = append(rows, gridRow{cells: []string{c.label, "", c.this.String(), c.before.String(), c.this.Sub(c.before).String()}})
	}
	first := row + 2
	return s.grid(spot{summaryRight, row}, title, &sheetGrid{
		grid: gridOf(comparedColumns("Sum", "", prev), rows),
		formulas: map[int]func(spot) string{
			2: func(at spot) string { return list[at.row-first].formula },
			4: changeFormula,
		},
	})
}

func comparedColumns(first, second string, prev rules.Period) []gridColumn {
	return []gridColumn{
		{first, idCell, 1}, {second, idCell, 1},
		{prev.Next().String(), amountCell, 1}, {prev.String(), amountCell, 1}, {"Change", amountCell, 1},
	}
}

func changeFormula(at spot) string { return at.cell(2) + "-" + at.cell(3) }

// mover is a payee whose earnings changed.
type mover struct {
	key          PayeeKey
	this, before rules.Money
}

// movers lists the payees whose earnings changed most, and the others together,
// so that the changes add up to the fleet's.
func (s *summary) movers(row int) (below int) {
	const title = "Largest movers, by what was earned"
	why := gridColumn{"Why", textCell, 1} // for people to write in
	prev := s.m.Period.Prev()
	if ok, _ := s.comparable(); !ok {
		return row - 1 // changes says why
	}
	moved := s.moved()
	named := moved[:min(len(moved), shownPayees)]
	var rows []gridRow
	for _, x := range named {
		rows = append(rows, gridRow{cells: []string{string(x.key.Kind), x.key.ID, x.this.String(), x.before.String(), x.this.Sub(x.before).String(), ""}})
	}
	// What is left of the fleet's sums.
	var this rules.Money
	for _, p := range s.m.Book.Payouts {
		this = this.Add(p.Earned)
	}
	before := earnedIn(s.m.Figures, prev, rules.OfTheFleet, rules.FleetID)
	for _, x := range named {
		this, before = this.Sub(x.this), before.Sub(x.before)
	}
	rows = append(rows, gridRow{cells: []string{"all others", "", this.String(), before.String(), this.Sub(before).String(), ""}})
	payouts, first := s.parts.payouts, row+2
	g := &sheetGrid{
		grid: gridOf(append(comparedColumns("Payee kind", "Payee", prev), why), rows),
		formulas: map[int]func(spot) string{
			2: func(at spot) string {
				if at.row < first+len(named) {
					return payeeSum(payouts, "Earned", at)
				}
				if len(named) == 0 {
					return s.at["Earned"]
				}
				return fmt.Sprintf("%s-SUM(%s:%s)", s.at["Earned"], spot{at.col, first}.cell(2), spot{at.col, at.row - 1}.cell(2))
			},
			4: changeFormula,
		},
		sums: []int{2, 3, 4},
	}
	return s.grid(spot{summaryRight, row}, title, g.withTotals("Total"))
}

// moved are the payees whose earnings changed, the largest change first. Who was
// paid the month before and is no payee any more is among them.
func (s *summary) moved() []mover {
	prev := s.m.Period.Prev()
	by := map[PayeeKey]mover{}
	for _, f := range s.m.Figures.All() {
		kind := rules.OperatorPayee
		switch {
		case f.Period != prev || f.Name != rules.FigureEarned:
			continue
		case f.Kind == rules.OfPartner:
			kind = rules.PartnerPayee
		case f.Kind != rules.OfOperator:
			continue
		}
		key := PayeeKey{kind, f.ID}
		by[key] = mover{key: key, before: earnedIn(s.m.Figures, prev, f.Kind, f.ID)}
	}
	for _, p := range s.m.Book.Payouts {
		key := PayeeKey{p.PayeeKind, p.PayeeID}
		by[key] = mover{key, p.Earned, by[key].before}
	}
	var moved []mover
	for _, x := range by {
		if x.this.Cmp(x.before) != 0 {
			moved = append(moved, x)
		}
	}
	sortBySize(moved, func(x mover) (rules.Money, string) {
		return x.this.Sub(x.before), payeeName(x.key.Kind, x.key.ID)
	})
	return moved
}
