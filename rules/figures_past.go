package rules

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
)

// pastMonths is how many months back reports look: two years of trend.
const pastMonths = 24

// How a figure's number and a figure's sum of money are written.
var (
	figureForm      = regexp.MustCompile(`^-?[0-9]{1,18}(\.[0-9]{1,5})?$`)
	figureMoneyForm = regexp.MustCompile(`^-?[0-9]{1,18}\.[0-9]{2}$`)
)

// trend are the figures of a partner that reports follow over the months.
var trend = nameSet(
	OperatorsActive, OperatorsReferred, OperatorsLeft, Churn, NodesActive, Uptime,
	LeadsCreated, LeadsQualified, LeadsConverted, DealRevenue,
	FigureEarned, FigureReturned, FigurePayable, EarnedIn(Commission),
	Cost, CommissionFirst, CommissionOngoing, IncidentsOpened, MTTR,
)

// compared are the figures of an operator that are shown beside this month's.
var compared = nameSet(FigureEarned, FigureReturned, FigurePayable)

func nameSet(names ...FigureName) map[FigureName]bool {
	set := map[FigureName]bool{}
	for _, n := range names {
		set[n] = true
	}
	return set
}

// Handed lists the figures of earlier months that the close of a period takes:
// of the fleet and of severities up to 24 months back; of partners the month
// before, and what reports follow over the months up to 24 back; of operators
// the month before. Handing on more changes nothing.
func Handed(figures []Figure, to Period) []Figure {
	oldest, before := to.Add(-pastMonths), to.Prev()
	var handed []Figure
	for _, f := range figures {
		if f.Period.comesBefore(oldest) || !f.Period.comesBefore(to) {
			continue
		}
		switch f.Kind {
		case OfTheFleet, OfSeverity:
			handed = append(handed, f)
		case OfPartner:
			if f.Period == before || trend[f.Name] {
				handed = append(handed, f)
			}
		case OfOperator:
			if f.Period == before {
				handed = append(handed, f)
			}
		default: // parts of a payee are shown for their own month only
		}
	}
	return handed
}

// shown lists what a period's figures hold of the ones that were handed on: of
// operators only what is compared.
func shown(handed []Figure) []Figure {
	var rows []Figure
	for _, f := range handed {
		if f.Kind != OfOperator || compared[f.Name] {
			rows = append(rows, f)
		}
	}
	return rows
}

// comesBefore is Before without a calendar, for long lists.
func (p Period) comesBefore(q Period) bool {
	return p.Year < q.Year || p.Year == q.Year && p.Month < q.Month
}

// readPast takes the figures of earlier months. The error names every one that
// is not a figure of an earlier month.
func readPast(past []Figure, p Period) (*Figures, error) {
	var problems []error
	for _, f := range past {
		if err := f.check(); err != nil {
			problems = append(problems, err)
		} else if !f.Period.comesBefore(p) {
			problems = append(problems, fmt.Errorf("%s is not of a month before %s; hand on the figures of earlier closes only", f.words(), p))
		}
	}
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}
	all, err := newFigures(p, slices.Clone(past))
	if err != nil {
		return nil, err
	}
	return &Figures{Period: p, rows: Handed(all.rows, p)}, nil
}

// check tells what is wrong with a figure that was read back.
func (f Figure) check() error {
	if !f.Kind.Known() {
		return fmt.Errorf("%s is of a kind that is not known; take the figures as the close wrote them", f.words())
	}
	if info, known := figureByName[f.Name]; known && info.unit != f.Unit {
		return fmt.Errorf("%s has the unit %q and not %q; take the figures as the close wrote them", f.words(), f.Unit, info.unit)
	}
	if f.Unit == AsText {
		return nil
	}
	form, what := figureForm, "a number"
	if f.Unit == InDollars {
		form, what = figureMoneyForm, "an amount with two places"
	}
	if !form.MatchString(f.Value) {
		return fmt.Errorf("%s is %q, which is not %s; take the figures as the close wrote them", f.words(), f.Value, what)
	}
	return nil
}

// year is the part of a calendar year that sums to date cover.
type year struct {
	since  Period
	goesOn bool // the month before is part of it
}

// yearTo finds where the year of a period begins: with January, with the first
// month of the chain of closes that has figures, or with the period itself.
func yearTo(p Period, past *Figures) (year, error) {
	before := p.Prev()
	if before.Year != p.Year || !past.has(before) {
		return year{since: p}, nil
	}
	text, ok := past.In(before, OfTheFleet, FleetID, YearSince)
	if !ok {
		return year{}, fmt.Errorf("the figures of %s do not say %s; take them as the close wrote them", before, YearSince)
	}
	since, err := ParsePeriod(text)
	if err != nil || since.Year != before.Year || before.Before(since) {
		return year{}, fmt.Errorf("the figures of %s say %s %q, which is not a month of the year up to it; take them as the close wrote them", before, YearSince, text)
	}
	return year{since, true}, nil
}

// percentOf writes part of whole as a percentage, cut to 5 places and never
// rounded up; "" when whole is 0.
func percentOf(part, whole Exact) string {
	if whole.Sign() == 0 {
		return ""
	}
	return part.Div(whole).Mul(ExactOf(hundred)).Cut(figurePlaces)
}

// figurePlaces is the number of decimals that percentages, means and hours are
// cut to.
const figurePlaces = 5
