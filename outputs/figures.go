package outputs

import (
	"errors"
	"fmt"
	"io"
	"regexp"

	"fleetpay/rules"
)

// FiguresPath is where the figures are: what reports show beside lines, payouts
// and measures.
const FiguresPath = "figures.csv"

var figureColumns = []string{"period", "kind", "id", "figure", "value", "unit"}

// WriteFigures writes figures.csv: the month's figures and those of earlier
// months that its reports show.
func WriteFigures(w io.Writer, m *Month) error {
	t := newTable(w, figureColumns)
	for _, f := range m.Figures.All() {
		t.number(f.Period).text(string(f.Kind), f.ID, string(f.Name)).figure(f.Value).text(string(f.Unit)).end()
	}
	return t.close()
}

// ReadFigures reads a figures.csv. The period is the latest, which is the month's
// own; the zero Period when the file has no row. Rows out of their order, a
// figure twice and a value that is not of its unit are errors.
func ReadFigures(r io.Reader) (rules.Period, []rules.Figure, error) {
	var period rules.Period
	t, err := newTableReader(r, figureColumns)
	if err != nil {
		return period, nil, err
	}
	var rows []rules.Figure
	var lines []int
	seen := map[figureKey]bool{}
	for {
		more, err := t.next()
		if err != nil {
			return period, nil, err
		}
		if !more {
			return period, rows, checkFigureOrder(period, rows, lines)
		}
		f, err := t.readFigure()
		if err != nil {
			return period, nil, err
		}
		key := figureKey{f.Period, f.Kind, f.ID, f.Name}
		if seen[key] {
			return period, nil, t.fail("figure", fmt.Errorf("%s of %s %s stands here twice", f.Name, f.Kind, f.ID))
		}
		seen[key] = true
		period, rows, lines = f.Period, append(rows, f), append(lines, t.line)
	}
}

// checkFigureOrder holds rows to the order of figures.
func checkFigureOrder(period rules.Period, rows []rules.Figure, lines []int) error {
	for i, f := range rules.NewFigures(period, rows).All() {
		if f != rows[i] {
			return fmt.Errorf("%d: the row is out of its place; rows are ordered by period, kind, id and figure", lines[i])
		}
	}
	return nil
}

// figureKey is what a figure is found by.
type figureKey struct {
	period rules.Period
	kind   rules.FigureKind
	id     string
	name   rules.FigureName
}

func (t *tableReader) readFigure() (rules.Figure, error) {
	f := rules.Figure{
		Kind: rules.FigureKind(t.text(1)), ID: t.text(2), Name: rules.FigureName(t.text(3)),
		Value: t.text(4), Unit: rules.FigureUnit(t.text(5)),
	}
	var err error
	if f.Period, err = rules.ParsePeriod(t.row[0]); err != nil {
		return f, t.fail("period", err)
	}
	if !f.Kind.Known() {
		return f, t.fail("kind", fmt.Errorf("%q is not a kind of figure", f.Kind))
	}
	if !figureNameForm.MatchString(string(f.Name)) {
		return f, t.fail("figure", fmt.Errorf("%q is not the name of a figure", f.Name))
	}
	if err := checkFigure(f.Value, f.Unit); err != nil {
		return f, t.fail("value", err)
	}
	return f, nil
}

// figureNameForm has hyphens for the categories that it may name.
var figureNameForm = regexp.MustCompile(`^[a-z][a-z0-9_-]*$`)

// exactForm is a number as figures are written.
var exactForm = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?$`)

// checkFigure holds a value to the form of its unit, so that what is read is
// written again in the same way.
func checkFigure(value string, unit rules.FigureUnit) error {
	switch unit {
	case rules.InDollars:
		if sum, err := rules.ParseMoney(value); err != nil || sum.String() != value {
			return fmt.Errorf("%q is not an amount with two places", value)
		}
	case rules.InPercent, rules.InHours, rules.InSeconds, rules.InPieces: // a mean of pieces has decimals
		if !exactForm.MatchString(value) {
			return fmt.Errorf("%q is not a number", value)
		}
	case rules.AsText:
		if value == "" {
			return errors.New("there is no text")
		}
	default:
		return fmt.Errorf("%q is not a unit of figures", unit)
	}
	return nil
}
