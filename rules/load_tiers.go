package rules

import (
	"slices"
	"strings"
)

// tiersOf lists the tiers that a payee can have, lowest first.
func tiersOf(p Payee) []string {
	switch p {
	case ToOperator, "":
		return operatorTiers
	case ToPartner:
		return partnerTiers
	case unread:
		return slices.Concat(operatorTiers, partnerTiers)
	}
	return nil
}

// concerned are the tiers that something is for. Where one of them could not be
// read, they are all the tiers that it may be for, and not sure.
type concerned struct {
	tiers []string
	sure  bool
}

func (c *checker) tier(p at, tier string, allowed []string) bool {
	if isOneOf(tier, allowed) {
		return true
	}
	if len(allowed) == 0 {
		c.wrong(p, "there are no tiers here; write one value")
	} else {
		c.wrong(p, "%q is not a tier here; the tiers are %s", tier, strings.Join(allowed, ", "))
	}
	return false
}

// tiers checks a list of tiers, and returns it or, when it is left out, all.
func (c *checker) tiers(p at, list []string, payee Payee) concerned {
	allowed := tiersOf(payee)
	all := concerned{allowed, payee != unread}
	if !c.has(p, "tiers") {
		return all
	}
	p = p.in("tiers")
	switch {
	case allowed == nil:
		c.wrong(p, "payee %s has no tiers; leave it out", payee)
		return all
	case len(list) == 0:
		c.wrong(p, "no tier is named; name one or leave it out")
	default:
		for i, tier := range list {
			if c.tier(p.in(i), tier, allowed) && isOneOf(tier, list[:i]) {
				c.wrong(p.in(i), "the tier %q stands here twice; remove one", tier)
			}
		}
	}
	if !c.clean(p) {
		return concerned{allowed, false}
	}
	return concerned{list, all.sure}
}
