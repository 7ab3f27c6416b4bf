package rules

import (
	"fmt"
	"strings"

	"github.com/shopspring/decimal"
)

// percentPlaces is the number of decimals that a percentage shows; it is cut,
// never rounded up.
const percentPlaces = 3

// showMeasure words a measure's value with its unit: 99.413%, 14 min 59 s,
// 6 months.
func showMeasure(v Exact, u Unit) string { return showPlaces(v, u, percentPlaces) }

// showFactor words a factor so that its product can be checked: a share that
// three decimals do not hold stands as the fraction that it was measured as.
func showFactor(v Exact, u Unit) string {
	if u == UnitShare {
		if cut, err := decimal.NewFromString(v.Mul(ExactInt(100)).Cut(percentPlaces)); err != nil || ExactOf(cut).Cmp(v.Mul(ExactInt(100))) != 0 {
			return v.Fraction()
		}
	}
	return showMeasure(v, u)
}

// wholePlaces is more decimals than any limit of a rule file has: a limit is
// shown whole.
const wholePlaces = 18

// showLimit words a threshold as the rule file has it.
func showLimit(limit Exact, u Unit) string { return showPlaces(limit, u, wholePlaces) }

// showApart words a value that was compared with a limit, so that the numbers
// shown compare as the exact ones do: decimals are added until they do.
func showApart(v, limit Exact, u Unit) string {
	scale := one
	if u == UnitShare {
		scale = hundred
	}
	shown, whole := v.Mul(ExactOf(scale)), limit.Mul(ExactOf(scale))
	places := int32(percentPlaces)
	for ExactOf(shown.cut(places)).Cmp(whole) != v.Cmp(limit) {
		places += percentPlaces
	}
	return showPlaces(v, u, places)
}

// hundred makes a share a percentage.
var hundred = decimal.NewFromInt(100)

// said puts a measure's words and its value together as people say them: uptime
// 99.413%, 1 referred operator, 4 months served, tenure 7 months.
func said(def MeasureDef, v Exact, text string) string {
	counted := def.Unit == UnitCount || def.Unit != UnitMoney && strings.Contains(def.Words, string(def.Unit))
	if words, plural := singular(def.Words); counted && plural {
		number := v.Cut(percentPlaces)
		if number != "1" {
			words = def.Words
		}
		return number + " " + words
	}
	return def.Words + " " + text
}

// singular takes the plural from the first word that has it: qualified lead,
// task succeeded.
func singular(words string) (string, bool) {
	list := strings.Split(words, " ")
	for i, w := range list {
		if one, plural := strings.CutSuffix(w, "s"); plural && !strings.HasSuffix(one, "s") {
			list[i] = one
			return strings.Join(list, " "), true
		}
	}
	return words, false
}

// none says that a measure came to nothing, or to less.
func none(def MeasureDef, v Exact) string {
	if _, plural := singular(def.Words); plural && v.Sign() == 0 && def.Unit != UnitMoney {
		return "no " + def.Words
	}
	if def.Unit == UnitMoney {
		return def.Words + " " + showMoneyRate(v) + " is not above 0"
	}
	return def.Words + " " + showMeasure(v, def.Unit) + " is not above 0"
}

func showPlaces(v Exact, u Unit, places int32) string {
	switch u {
	case UnitShare:
		return v.Mul(ExactOf(hundred)).Cut(places) + "%"
	case UnitDuration:
		return showDuration(v, places)
	case UnitMonths, UnitDays, UnitHours:
		return countWords(v.Cut(places), strings.TrimSuffix(string(u), "s"))
	case UnitMoney:
		return padCents(v.Cut(places)) + " USD"
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

// showMoneyRate words dollars as a line shows them, with at least two places:
// 150.00.
func showMoneyRate(v Exact) string { return padCents(v.Cut(6)) }

func padCents(text string) string {
	whole, fraction, _ := strings.Cut(text, ".")
	for len(fraction) < centPlaces {
		fraction += "0"
	}
	return whole + "." + fraction
}

// showShare words a share as a line shows it: 20%.
func showShare(v Exact) string { return showLimit(v, UnitShare) }

// showShareOf begins an arithmetic with a share: 20% × . All of something needs
// no factor.
func showShareOf(v Exact) string {
	if v.Cmp(ExactInt(1)) == 0 {
		return ""
	}
	return showShare(v) + " × "
}
