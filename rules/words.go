package rules

import (
	"fmt"
	"strings"
)

// percentPlaces is the number of decimals that a percentage shows; it is cut,
// never rounded up.
const percentPlaces = 3

// showMeasure words a measure's value with its unit: 99.413%, 14 min 59 s,
// 6 months.
func showMeasure(v Exact, u Unit) string { return showPlaces(v, u, percentPlaces) }

// showApart words a value so that it does not look equal to a limit from which
// it differs: decimals are added until the two texts differ.
func showApart(v, limit Exact, u Unit) string {
	for places := int32(percentPlaces); ; places += 3 {
		text := showPlaces(v, u, places)
		if v.Cmp(limit) == 0 || text != showPlaces(limit, u, places) || places > 30 {
			return text
		}
	}
}

func showPlaces(v Exact, u Unit, places int32) string {
	switch u {
	case UnitShare:
		return v.Mul(ExactInt(100)).Cut(places) + "%"
	case UnitDuration:
		return showDuration(v, places)
	case UnitMonths, UnitDays, UnitHours:
		return countWords(v.Cut(places), strings.TrimSuffix(string(u), "s"))
	case UnitMoney:
		return v.Cut(places) + " USD"
	}
	return v.Cut(places)
}

// showDuration words seconds: 1 h 4 min 30 s.
func showDuration(seconds Exact, places int32) string {
	if seconds.Sign() < 0 {
		return "-" + showDuration(seconds.Neg(), places)
	}
	var parts []string
	rest := seconds
	for _, unit := range []struct {
		name    string
		seconds int64
	}{{"h", 3600}, {"min", 60}} {
		whole := rest.Div(ExactInt(unit.seconds)).Whole()
		if whole > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", whole, unit.name))
			rest = rest.Sub(ExactInt(whole * unit.seconds))
		}
	}
	if rest.Sign() > 0 || len(parts) == 0 {
		parts = append(parts, rest.Cut(places)+" s")
	}
	return strings.Join(parts, " ")
}

// countWords puts a unit behind a number, in the plural but for 1.
func countWords(n, unit string) string {
	if n == "1" {
		return n + " " + unit
	}
	return n + " " + unit + "s"
}

// showRate words a rate as a line shows it: 150.00 dollars with at least two
// places, or 20%.
func showMoneyRate(v Exact) string {
	text := v.Cut(6)
	whole, fraction, _ := strings.Cut(text, ".")
	for len(fraction) < centPlaces {
		fraction += "0"
	}
	return whole + "." + fraction
}

func showShare(v Exact) string { return v.Mul(ExactInt(100)).Cut(18) + "%" }
