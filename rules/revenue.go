package rules

import (
	"fmt"
	"sort"

	"github.com/shopspring/decimal"
)

// poolKey names a sum that operators share: a rule and the region whose revenue
// it divides, or the fleet.
type poolKey struct{ rule, subject string }

// pool is who shares it, in byte order of operator_id.
type pool struct{ members []string }

// split divides a share of revenue evenly among all to whom the rule applies:
// the rounded sum, its cents cut, the leftover cents one each in byte order of
// operator_id.
func (s *settler) split(o *operator, r *Rule, share Exact) draft {
	d := s.shareOfRevenue(o, r.Amount, share)
	if d.notEarned != "" {
		return d
	}
	total := d.exact.Cents()
	members := s.sharers(o, r, d.subject).members
	place := sort.SearchStrings(members, o.ID)
	d.exact = evenShare(total, len(members), place).Exact()
	d.basis += fmt.Sprintf(" = %s, split among %d", total, len(members))
	d.reason += fmt.Sprintf("; place %d of %d by operator id", place+1, len(members))
	return d
}

// sharers finds, once per rule and region, the operators whose version has the
// rule and to whom it applies.
func (s *settler) sharers(o *operator, r *Rule, subject string) *pool {
	key := poolKey{r.ID, subject}
	if found := s.pools[key]; found != nil {
		return found
	}
	p := &pool{}
	for _, other := range s.operators {
		theirs := other.version.rule(r.ID)
		if theirs == nil || theirs.Amount.Split == "" || theirs.Amount.Of == nil ||
			theirs.Amount.Of.Measure != r.Amount.Of.Measure || revenueSubject(r.Amount.Of.Measure, other) != subject {
			continue
		}
		if s.appliesTo(other, theirs) {
			p.members = append(p.members, other.ID)
		}
	}
	s.pools[key] = p
	return p
}

// evenShare is the part of the place-th of n who share a sum of whole cents.
func evenShare(total Money, n, place int) Money {
	each, left := total.d.Shift(centPlaces).QuoRem(decimal.NewFromInt(int64(n)), 0)
	if left.GreaterThan(decimal.NewFromInt(int64(place))) {
		each = each.Add(one)
	}
	return Money{each.Shift(-centPlaces)}
}
