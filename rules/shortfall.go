package rules

import (
	"regexp"
	"slices"
	"strings"

	"github.com/shopspring/decimal"
)

// By how much a condition was missed, in words for the payee: 0.087 points short
// of 99.5%, 2 min 30 s too slow, 1 short of 2 referred operators. What three
// decimals can't hold is shown as a little more, so that no shortfall looks
// smaller than it is and none looks like nothing. It is computed only for lines
// that pay nothing, from the exact values that were compared.

// shortfall words how far a value is from fulfilling a comparison with a limit.
// Of a sum of money it says nothing: the reason has both sums, and their
// difference would be an amount that stands in no file.
func (way comparison) shortfall(def MeasureDef, value, limit Exact) string {
	switch {
	case def.Unit == UnitMoney || def.Unit == UnitFlag:
		return ""
	case def.whole():
		return way.wholeShortfall(def, value, limit)
	}
	gap := limit.Sub(value)
	if !way.upward {
		gap = gap.Neg()
	}
	if gap.Sign() == 0 { // only a strict comparison is missed there
		return "exactly at " + showLimit(limit, def.Unit) + ", and must be " + way.words + " it"
	}
	text := showGap(gap, def.Unit)
	switch {
	case way.upward:
		return text + " short of " + showLimit(limit, def.Unit)
	case def.Unit == UnitDuration:
		return text + " too slow"
	}
	return text + " over " + showLimit(limit, def.Unit)
}

// whole tells whether a measure has whole numbers only.
func (m MeasureDef) whole() bool {
	switch m.Unit {
	case UnitCount, UnitMonths, UnitDays, UnitHours:
		return !m.Fractional
	}
	return false
}

// wholeShortfall counts to the nearest whole number that would have done: of
// what must be above 10, 11.
func (way comparison) wholeShortfall(def MeasureDef, value, limit Exact) string {
	enough := limit.ceil(0).IntPart()
	if !way.upward {
		enough = limit.Whole()
	}
	if at := limit.Cmp(ExactInt(enough)) == 0; at && way.strict && way.upward {
		enough++
	} else if at && way.strict {
		enough--
	}
	missing := ExactInt(enough).Sub(value)
	if way.upward {
		if name, counted := def.counted(ExactInt(enough)); counted {
			return missing.Cut(0) + " short of " + name
		}
		return showMeasure(missing, def.Unit) + " short of " + showMeasure(ExactInt(enough), def.Unit)
	}
	if name, counted := def.counted(missing.Neg()); counted {
		return name + " too many"
	}
	return showMeasure(missing.Neg(), def.Unit) + " too many"
}

// counted puts a number before what is counted: 2 referred operators. What has
// a unit of its own is not counted so.
func (m MeasureDef) counted(n Exact) (string, bool) {
	if _, plural := singular(m.Words); m.Unit != UnitCount || !plural {
		return "", false
	}
	return said(m, n, ""), true
}

// showGap words a distance, cut away from zero.
func showGap(gap Exact, u Unit) string {
	if u != UnitShare {
		return showPlaces(ExactOf(gap.ceil(percentPlaces)), u, percentPlaces)
	}
	points := gap.Mul(ExactOf(hundred)).ceil(percentPlaces).String()
	return countWords(points, "point")
}

// ceil gives a number of so many decimals that is not less than e.
func (e Exact) ceil(places int32) decimal.Decimal {
	cut := e.cut(places)
	if e.Cmp(ExactOf(cut)) > 0 {
		cut = cut.Add(decimal.New(1, -places))
	}
	return cut
}

var decimalForm = regexp.MustCompile(`[0-9]+\.[0-9]+`)

// apartFromMoney gives numbers with exactly two decimals a third one, so that
// whoever looks for amounts of money finds none: 0.25 points is 0.250 points.
func apartFromMoney(text string) string {
	return decimalForm.ReplaceAllStringFunc(text, func(number string) string {
		if len(number)-strings.Index(number, ".")-1 == centPlaces {
			return number + "0"
		}
		return number
	})
}

// shortfall joins by how much each condition that does not hold was missed.
// Where they are several, each names its measure.
func (all verdicts) shortfall() string {
	var unmet verdicts
	for _, v := range all {
		if !v.holds {
			unmet = append(unmet, v)
		}
	}
	var missed []string
	for _, v := range unmet {
		if v.missed == nil {
			continue
		}
		text := v.missed()
		if text != "" && len(unmet) > 1 && !strings.Contains(text, v.measure) {
			text = v.measure + ": " + text
		}
		if !slices.Contains(missed, text) {
			missed = append(missed, text)
		}
	}
	return apartFromMoney(joinReasons(missed...))
}
