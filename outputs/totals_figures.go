package outputs

import (
	"fmt"
	"io"

	"fleetpay/rules"
)

// payoutSums are the sums of a payout, as the Payouts sheet heads them and as
// figures.csv names what says the same; returned payments, which a payout counts
// as earned, stand there apart.
var payoutSums = []struct {
	head string
	name rules.FigureName
	of   func(rules.Payout) rules.Money
}{
	{"Carried in", rules.FigureCarriedIn, func(p rules.Payout) rules.Money { return p.CarriedIn }},
	{"Earned", rules.FigureEarned, func(p rules.Payout) rules.Money { return p.Earned }},
	{"Payable", rules.FigurePayable, func(p rules.Payout) rules.Money { return p.Payable }},
	{"Carried out", rules.FigureCarriedOut, func(p rules.Payout) rules.Money { return p.CarriedOut }},
}

// readBackFigures holds the sums of figures.csv to the payouts.
func readBackFigures(dir string, payouts []rules.Payout) error {
	return withFile(dir, FiguresPath, func(r io.Reader) error {
		period, rows, err := ReadFigures(r)
		if err != nil {
			return err
		}
		figures := rules.NewFigures(period, rows)
		for _, x := range payoutSums {
			var sum rules.Money
			for _, p := range payouts {
				sum = sum.Add(x.of(p))
				if err := compareFigure(figures, figureKind(p.PayeeKind), p.PayeeID, x.name, x.of(p)); err != nil {
					return err
				}
			}
			if err := compareFigure(figures, rules.OfTheFleet, rules.FleetID, x.name, sum); err != nil {
				return err
			}
		}
		return nil
	})
}

// compareFigure holds a sum of the month to what the payouts say.
func compareFigure(figures *rules.Figures, kind rules.FigureKind, id string, name rules.FigureName, want rules.Money) error {
	if name == rules.FigureEarned {
		returned, _ := figures.Money(figures.Period, kind, id, rules.FigureReturned)
		want = want.Sub(returned)
	}
	switch got, found := figures.Money(figures.Period, kind, id, name); {
	case !found:
		return fmt.Errorf("%s %s: %s is missing; by %s it is %s", kind, id, name, PayoutsPath, want)
	case got.Cmp(want) != 0:
		return fmt.Errorf("%s %s: %s is %s, but by %s it is %s", kind, id, name, got, PayoutsPath, want)
	}
	return nil
}
