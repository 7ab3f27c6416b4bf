package rules

import "slices"

// looked is a requirement that a payee was held against, with what was found.
type looked struct {
	requirement *Requirement
	found       verdicts // in the order of its conditions
}

// unmet is a requirement that does not hold.
type unmet struct {
	looked
	reasons []string
}

// requirementsOf holds a payee against the requirements of its version that are
// for its tier, in the order of the rule file.
func requirementsOf(v *Version, to Payee, on subject) []looked {
	var list []looked
	for i := range v.Requirements {
		req := &v.Requirements[i]
		if req.Payee == to && includes(req.Tiers, on.tier) {
			list = append(list, looked{req, checkAll(req.Conditions, on)})
		}
	}
	return list
}

// unmetOf picks the requirements that do not hold.
func unmetOf(all []looked) []unmet {
	var list []unmet
	for _, l := range all {
		if !l.found.hold() {
			list = append(list, unmet{l, l.found.reasons(false)})
		}
	}
	return list
}

// stand notes how a payee stands against its requirements, met or not. Payees
// are settled in the order of every output, and so are their standings.
func (s *settler) stand(p *payee, all []looked) {
	for _, l := range all {
		s.standings = append(s.standings, Standing{
			PayeeKind: p.kind, PayeeID: p.id,
			Requirement: l.requirement.ID, Label: l.requirement.Label,
			Found: l.sentences(), Met: l.found.hold(),
			Withholds: l.requirement.Unmet == Withhold,
		})
	}
}

// sentences words what was found of each condition; two with the same finding
// (no operator record, say) give it once.
func (l looked) sentences() []string {
	var said []string
	for i, v := range l.found {
		text := v.reason()
		if def, _ := LookupMeasure(l.requirement.Conditions[i].Measure); v.measure != "" && def.Unit != UnitMoney {
			text = apartFromMoney(text)
		}
		if text != "" && !slices.Contains(said, text) {
			said = append(said, text)
		}
	}
	return said
}
