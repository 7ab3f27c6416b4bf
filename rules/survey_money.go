package rules

import (
	"slices"

	"github.com/shopspring/decimal"
)

// sums are lines added up: what was earned, in all and by category, and apart
// from it what returned payments give back.
type sums struct {
	total    Money
	by       [len(categories)]Money
	returned Money
}

func (s *sums) add(l *Line) { s.put(l.Category, l.Amount) }

func (s *sums) put(c Category, amount Money) {
	if c == Returned {
		s.returned = s.returned.Add(amount)
		return
	}
	s.total = s.total.Add(amount)
	s.by[categoryPlace(c)] = s.by[categoryPlace(c)].Add(amount)
}

// categoryPlace is a category's place among all, -1 for one that is not known.
func categoryPlace(c Category) int { return slices.Index(categories[:], c) }

// settlement is what a payee, or the fleet, settled in the period.
type settlement struct {
	settles                        bool  // it has a payout
	earned                         Money // without what is returned
	payable, carriedIn, carriedOut Money
	lines                          sums
	first, ongoing                 Money // of a partner's commission
}

// settled reads a payee's settlement; without a payout everything is nothing.
func (s *survey) settled(kind PayeeKind, id string) settlement {
	key := account{kind, id}
	var sum settlement
	for _, l := range s.lines[key] {
		sum.lines.add(l)
	}
	if p := s.payouts[key]; p != nil {
		sum.settles = true
		sum.earned, sum.payable, sum.carriedIn, sum.carriedOut = p.Earned.Sub(sum.lines.returned), p.Payable, p.CarriedIn, p.CarriedOut
	}
	return sum
}

// fleetMoney adds up what all payees settled.
func (s *survey) fleetMoney() settlement {
	sum := settlement{settles: true}
	for _, p := range s.book.Payouts {
		sum.earned = sum.earned.Add(p.Earned)
		sum.payable = sum.payable.Add(p.Payable)
		sum.carriedIn = sum.carriedIn.Add(p.CarriedIn)
		sum.carriedOut = sum.carriedOut.Add(p.CarriedOut)
	}
	for i := range s.book.Lines {
		sum.lines.add(&s.book.Lines[i])
	}
	sum.earned = sum.earned.Sub(sum.lines.returned)
	return sum
}

// money adds what was settled, the growth against the year before, and the year
// to date.
func (on about) money(m settlement) {
	if m.settles {
		on.dollars(FigureEarned, m.earned)
		on.dollars(FigurePayable, m.payable)
		on.dollars(FigureCarriedIn, m.carriedIn)
		on.dollars(FigureCarriedOut, m.carriedOut)
	}
	on.toDate(FigureEarned, m.earned, m.settles)
	on.toDate(FigurePayable, m.payable.Sub(m.lines.returned), m.settles)
	on.category(Returned, m.lines.returned, m.settles)
	for i, c := range categories {
		on.category(c, m.lines.by[i], m.settles)
	}
	if on.kind != OfOperator && m.settles {
		on.growth(FigureEarned, m.earned)
	}
	if on.kind != OfPartner {
		return
	}
	if m.settles {
		on.growth(EarnedIn(Commission), m.lines.by[categoryPlace(Commission)])
		on.dollars(CommissionFirst, m.first)
		on.dollars(CommissionOngoing, m.ongoing)
	}
	on.toDate(CommissionFirst, m.first, m.settles)
	on.toDate(CommissionOngoing, m.ongoing, m.settles)
}

// category adds a category's sum and its year, when one of them is something or
// a partner's report asks for them.
func (on about) category(c Category, amount Money, settles bool) {
	name := EarnedIn(c)
	before, had := on.yearBefore(name)
	asked := on.kind == OfPartner && c == Commission
	if amount.IsZero() && before.IsZero() && !(asked && (settles || had)) {
		return
	}
	if settles {
		on.dollars(name, amount)
	}
	on.dollars(YearToDate(name), before.Add(amount))
}

// toDate adds a sum of the year: that of the month before and this month's.
func (on about) toDate(name FigureName, amount Money, settles bool) {
	if before, had := on.yearBefore(name); settles || had {
		on.dollars(YearToDate(name), before.Add(amount))
	}
}

// yearBefore is the year's sum up to the month before.
func (on about) yearBefore(name FigureName) (Money, bool) {
	if !on.s.year.goesOn {
		return Money{}, false
	}
	return on.s.past.Money(on.s.facts.Period.Prev(), on.kind, on.id, YearToDate(name))
}

// piecesToDate adds a count of the year, as toDate does a sum.
func (on about) piecesToDate(name FigureName, n int64, known bool) {
	var before string
	had := false
	if on.s.year.goesOn {
		before, had = on.s.past.In(on.s.facts.Period.Prev(), on.kind, on.id, YearToDate(name))
	}
	if !known && !had {
		return
	}
	sum := decimal.NewFromInt(n)
	if had {
		sum = sum.Add(decimal.RequireFromString(before)) // readPast has held it to the form of a number
	}
	on.add(YearToDate(name), sum.String())
}

// growth adds the growth against the same month a year before.
func (on about) growth(name FigureName, amount Money) {
	const monthsPerYear = 12
	before, _ := on.s.past.Money(on.s.facts.Period.Add(-monthsPerYear), on.kind, on.id, name)
	if before.Sign() > 0 {
		on.add(Growth(name), percentOf(amount.Sub(before).Exact(), before.Exact()))
	}
}
