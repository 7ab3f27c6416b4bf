package rules

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"fleetpay/rules/strict"

	"github.com/shopspring/decimal"
)

// How the values of a rule file are written. All numbers are read from their
// text.

var (
	numberForm    = regexp.MustCompile(`^[0-9]{1,12}(\.[0-9]{1,6})?$`)
	quantityForm  = regexp.MustCompile(`^(-?[0-9]{1,12}(?:\.[0-9]{1,6})?) ?([A-Za-z%]*)$`)
	parameterForm = regexp.MustCompile(`^[a-z][a-z0-9_]{0,63}$`)
)

// percentShift moves a percentage to its fraction.
const percentShift = -2

// parseNumber reads a number that is not negative, with at most 6 places.
func parseNumber(text string) (decimal.Decimal, error) {
	switch {
	case numberForm.MatchString(text):
		return decimal.NewFromString(text)
	case strings.HasPrefix(text, "-"):
		return decimal.Decimal{}, fmt.Errorf("%q is negative; write it without the sign, for what a penalty takes away too", text)
	case strings.ContainsAny(text, ",_'"):
		return decimal.Decimal{}, fmt.Errorf("%q has a separator in it; write it as 1200.00", text)
	}
	if whole, places, found := strings.Cut(text, "."); found && len(places) > 6 && numberForm.MatchString(whole) {
		return decimal.Decimal{}, fmt.Errorf("%q has more than 6 decimal places; write fewer", text)
	}
	return decimal.Decimal{}, fmt.Errorf("%q is not a number; write it in digits, such as 150.00", text)
}

// parseShare reads a percentage with its sign as its fraction.
func parseShare(text string) (decimal.Decimal, error) {
	number, found := strings.CutSuffix(text, "%")
	if !found {
		return decimal.Decimal{}, fmt.Errorf("%q has no percent sign; write it as 20%%", text)
	}
	d, err := parseNumber(number)
	if strings.HasPrefix(text, "-") {
		_, err = parseNumber(text)
	}
	if err != nil {
		return decimal.Decimal{}, err
	}
	share := d.Shift(percentShift)
	if share.GreaterThan(one) {
		return decimal.Decimal{}, fmt.Errorf("%s is above 100%%; write at most 100%%", text)
	}
	return share, nil
}

// UnmarshalScalar reads an amount (150.00), a percentage (20%) or a parameter's
// name.
func (r *Rate) UnmarshalScalar(text string) (err error) {
	switch {
	case strings.HasSuffix(text, "%"):
		r.Share = true
		r.Value, err = parseShare(text)
	case parameterForm.MatchString(text):
		r.Parameter = text
	case strings.HasPrefix(text, "$"):
		err = fmt.Errorf("%q has a currency sign; write the dollars as 150.00", text)
	default:
		r.Value, err = parseNumber(text)
	}
	return err
}

// UnmarshalNode reads one rate, or a mapping from tiers to rates.
func (r *Rates) UnmarshalNode(n *strict.Node) {
	if n.Kind != strict.Mapping {
		r.One = &Rate{}
		n.Decode(r.One)
		return
	}
	var byTier strict.Map[Rate]
	n.Decode(&byTier)
	if len(byTier) == 0 {
		n.Problem("no tier is named; write one value, or one by tier as {1: 150.00, 2: 200.00}")
	}
	for _, e := range byTier {
		r.ByTier = append(r.ByTier, TierRate{Tier: e.Key, Rate: e.Value})
	}
}

// For finds the rate for a tier; false means that there is none for it.
func (r Rates) For(tier string) (Rate, bool) {
	if r.One != nil {
		return *r.One, true
	}
	for _, t := range r.ByTier {
		if t.Tier == tier {
			return t.Rate, true
		}
	}
	return Rate{}, false
}

// Resolve gives the rate's value: dollars, or a share as its fraction.
func (r Rate) Resolve(p Params) decimal.Decimal {
	if r.Parameter != "" {
		return p[r.Parameter]
	}
	return r.Value
}

// Percent writes a share that names no parameter as a percentage: 99.5%.
func (r Rate) Percent() string {
	const places = 2 // from a fraction to percent
	return r.Value.Shift(places).String() + "%"
}

// units gives the unit that a word stands for, and how many of it there are in
// the word's own.
var units = map[string]struct {
	unit  Unit
	times int64
}{
	"":       {UnitCount, 1},
	"s":      {UnitDuration, 1},
	"min":    {UnitDuration, 60},
	"h":      {UnitDuration, 3600},
	"month":  {UnitMonths, 1},
	"months": {UnitMonths, 1},
	"day":    {UnitDays, 1},
	"days":   {UnitDays, 1},
	"hour":   {UnitHours, 1},
	"hours":  {UnitHours, 1},
	"USD":    {UnitMoney, 1},
}

// UnmarshalScalar reads a number with its unit: 99.5%, 15 min, 6 months, 2.
func (q *Quantity) UnmarshalScalar(text string) error {
	if strings.HasSuffix(text, "%") {
		q.Unit = UnitShare
		var err error
		q.Value, err = parseShare(text)
		return err
	}
	parts := quantityForm.FindStringSubmatch(text)
	if parts == nil {
		return fmt.Errorf("%q is not a number with its unit; write it as 99.5%%, 15 min, 4 h, 6 months, 30 days, 4 hours, 1000.00 USD or 2", text)
	}
	unit, ok := units[parts[2]]
	if !ok {
		return fmt.Errorf("%q is not a unit; write %%, s, min, h, months, days, hours or USD, or no unit for a plain number", parts[2])
	}
	value, err := decimal.NewFromString(parts[1])
	if err != nil {
		return err
	}
	if value.IsNegative() && unit.unit != UnitMoney {
		return fmt.Errorf("%q is negative; no measure but revenue ever is", text)
	}
	q.Value, q.Unit = value.Mul(decimal.NewFromInt(unit.times)), unit.unit
	return nil
}

// UnmarshalNode reads one quantity, or a mapping from tiers to quantities.
func (t *Threshold) UnmarshalNode(n *strict.Node) {
	if n.Kind != strict.Mapping {
		t.One = &Quantity{}
		n.Decode(t.One)
		return
	}
	var byTier strict.Map[Quantity]
	n.Decode(&byTier)
	if len(byTier) == 0 {
		n.Problem("no tier is named; write one threshold, or one by tier as {1: 99.5%%, 2: 99.8%%}")
	}
	for _, e := range byTier {
		t.ByTier = append(t.ByTier, TierQuantity{Tier: e.Key, Quantity: e.Value})
	}
}

// firstYear is the earliest year that a rule file may name; an earlier one is a
// slip of the pen.
const firstYear = 2000

// UnmarshalScalar reads a day written as 2026-10-05.
func (d *Date) UnmarshalScalar(text string) error {
	day, err := ParseDate(text)
	if err != nil {
		return err
	}
	if day.Time().Year() < firstYear {
		return fmt.Errorf("%s is before the year %d; write the year in full", text, firstYear)
	}
	*d = day
	return nil
}

// Allowed lists the words that a rule file may use.
func (Category) Allowed() []string {
	return []string{string(Base), string(Bonus), string(Penalty), string(RevenueShare), string(Commission)}
}

// Allowed lists the words that a rule file may use.
func (Payee) Allowed() []string {
	return []string{string(ToOperator), string(ToPartner), string(ToLeadSource), string(OfRegion), string(OfFleet)}
}

// Allowed lists the words that a rule file may use.
func (Cadence) Allowed() []string {
	return []string{string(Monthly), string(Quarterly), string(Yearly)}
}

// Allowed lists the words that a rule file may use.
func (Missing) Allowed() []string { return []string{string(MissingDown), string(MissingIgnore)} }

// Allowed lists the words that a rule file may use.
func (DueAfter) Allowed() []string { return []string{string(AfterPeriod), string(AfterClose)} }

// Allowed lists the words that a rule file may use.
func (ParameterKind) Allowed() []string {
	return []string{string(ParameterAmount), string(ParameterShare)}
}

// Allowed lists the words that a rule file may use.
func (None) Allowed() []string { return []string{string(NoneMet), string(NoneUnmet)} }

// Allowed lists the words that a rule file may use.
func (Unmet) Allowed() []string { return []string{string(Withhold), string(FlagOnly)} }

// Params are the values of a version's parameters, by id: dollars, or a share as
// its fraction.
type Params map[string]decimal.Decimal

// Bind reads the values that a workspace gives for the version's parameters, as
// written there. The error names each one that is missing or malformed. Values
// for parameters of other versions are left alone.
func (v *Version) Bind(params map[string]string) (Params, error) {
	bound := Params{}
	var problems []error
	for _, p := range v.Parameters {
		text, given := params[p.ID]
		if !given {
			problems = append(problems, fmt.Errorf("rule version %s asks for the parameter %s (%s); give it under parameters in fleetpay.yaml, such as %s: %s",
				v.Name, p.ID, p.Label, p.ID, p.Kind.example()))
			continue
		}
		value, err := p.Kind.parse(text)
		if err != nil {
			problems = append(problems, fmt.Errorf("parameter %s (%s), which rule version %s asks for: %w", p.ID, p.Label, v.Name, err))
			continue
		}
		bound[p.ID] = value
	}
	return bound, errors.Join(problems...)
}

func (k ParameterKind) example() string {
	if k == ParameterShare {
		return "20%"
	}
	return "100.00"
}

// parse reads a parameter's value: an amount, or a share as a percentage with its
// sign or as a decimal from 0 to 1.
func (k ParameterKind) parse(text string) (decimal.Decimal, error) {
	if k == ParameterShare && !strings.HasSuffix(text, "%") {
		share, err := parseNumber(text)
		if err == nil && share.GreaterThan(one) {
			return decimal.Decimal{}, fmt.Errorf("%s is above 1; write a share as %s%% or as a decimal from 0 to 1", text, text)
		}
		return share, err
	}
	if k == ParameterShare {
		return parseShare(text)
	}
	if strings.HasSuffix(text, "%") {
		return decimal.Decimal{}, fmt.Errorf("%s is a percentage; write dollars, such as 100.00", text)
	}
	return parseNumber(text)
}
