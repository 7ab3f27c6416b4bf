package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/shopspring/decimal"
)

// commission is a partner's commission, taken apart: first + ongoing are all of
// it, on is by referred operator and without leads and caps.
type commission struct {
	first, ongoing Money
	on             map[string]Money
	about          map[*Line]string // a line's operator; none for leads, caps and flat sums
}

// operator is whom a commission line is on; "" for nobody.
func (c commission) operator(l *Line) string { return c.about[l] }

// commissionOf takes a partner's commission lines apart. The error names a line
// whose rule the rulebook does not have.
func commissionOf(lines []*Line, rb *Rulebook) (commission, error) {
	c := commission{on: map[string]Money{}, about: map[*Line]string{}}
	var capped Money // by caps that are not for the ongoing part alone
	for _, l := range lines {
		if l.Category != Commission {
			continue
		}
		of, err := readCommission(l, rb)
		if err != nil {
			return c, err
		}
		switch {
		case of.ongoing:
			c.ongoing = c.ongoing.Add(l.Amount)
		case of.cap:
			capped = capped.Add(l.Amount)
		default:
			c.first = c.first.Add(l.Amount)
		}
		if of.onOperator {
			c.on[l.Subject] = c.on[l.Subject].Add(l.Amount)
			c.about[l] = l.Subject
		}
	}
	c.takeBack(capped)
	return c, nil
}

// takeBack takes what is over a cap from the first months' part, as far as that
// reaches, and from the ongoing one after it, so that neither is less than 0 for
// want of lines.
func (c *commission) takeBack(capped Money) {
	rest := c.first.Add(capped)
	if rest.Sign() >= 0 || c.first.Sign() < 0 {
		c.first = rest
		return
	}
	c.first, c.ongoing = Money{}, c.ongoing.Add(rest)
}

// commissionKind is what a commission line is.
type commissionKind struct {
	ongoing    bool // for the months after the first ones
	cap        bool // takes back what is over a cap
	onOperator bool // its subject is an operator
}

// readCommission finds in a line's rule or cap what it is.
func readCommission(l *Line, rb *Rulebook) (commissionKind, error) {
	v := rb.Version(l.Version)
	if v == nil {
		return commissionKind{}, fmt.Errorf("line %d of %s %s names rule version %s, which the rulebook does not have; there are %s", l.Number, l.PayeeKind, l.PayeeID, l.Version, strings.Join(rb.names(), ", "))
	}
	if r := v.rule(l.Rule); r != nil {
		return commissionKind{ongoing: r.ongoing(), onOperator: r.payee() == ToPartner && r.Amount.Of != nil}, nil
	}
	for i := range v.Caps {
		if c := &v.Caps[i]; c.ID == l.Rule {
			return commissionKind{ongoing: c.ongoing(v), cap: true}, nil
		}
	}
	return commissionKind{}, fmt.Errorf("line %d of %s %s names the rule %s, which rule version %s does not have", l.Number, l.PayeeKind, l.PayeeID, l.Rule, l.Version)
}

// ongoing tells whether a commission is for the months after the first ones.
func (r *Rule) ongoing() bool { return r.Window != nil && r.Window.AfterMonths > 0 }

// ongoing tells whether a cap limits only commissions for the months after the
// first ones.
func (c *Cap) ongoing(v *Version) bool {
	found := false
	for i := range v.Rules {
		r := &v.Rules[i]
		if !slices.Contains(c.Rules, r.ID) && (c.Category == "" || r.Category != c.Category || r.payee() == ToOperator) {
			continue
		}
		if !r.ongoing() {
			return false
		}
		found = true
	}
	return found
}

// firstMonths is how long a version pays a partner on an operator's first months:
// the longest window of its rules for the partner's tier, or for all tiers when
// it has none; 0 without such a rule.
func firstMonths(v *Version, p *Partner, on Date) int {
	if v == nil {
		return 0
	}
	tier, hasTier := TierOn(p.Tiers, on)
	months := 0
	for i := range v.Rules {
		r := &v.Rules[i]
		if r.payee() == ToPartner && r.Amount.Of != nil && r.Window != nil && (!hasTier || r.forTier(tier)) {
			months = max(months, r.Window.FirstMonths)
		}
	}
	return months
}

// window adds how long a partner earns on an operator's first months.
func (on about) window(o *Operator, months int) {
	until := o.JoinedOn.AddMonths(months) - 1
	on.text(CommissionUntil, until.String())
	if o.LastActiveDay != 0 {
		until = min(until, o.LastActiveDay)
	}
	left := 0
	for p := on.s.facts.Period.Next(); p.First() <= until; p = p.Next() {
		if o.JoinedOn <= p.Last() {
			left++
		}
	}
	on.pieces(CommissionMonthsLeft, int64(left))
}

// surveyNodes adds what each node of a referred operator brought its partner.
func (s *survey) surveyNodes() {
	nodes := map[string][]*Node{}
	for i := range s.facts.Nodes {
		n := &s.facts.Nodes[i]
		if _, referred := s.commission[n.OperatorID]; referred && n.Days > 0 {
			nodes[n.OperatorID] = append(nodes[n.OperatorID], n)
		}
	}
	for operator, of := range nodes {
		slices.SortFunc(of, func(a, b *Node) int { return strings.Compare(a.ID, b.ID) })
		days := make([]int, len(of))
		for i, n := range of {
			days[i] = n.Days
		}
		for i, share := range sharesOf(s.commission[operator], days) {
			about{s, OfNode, NodeFigureID(of[i].ID, operator)}.dollars(CommissionShare, share)
		}
	}
}

// sharesOf divides a sum by weights, of which there is one above 0 at least:
// cents cut towards zero, the leftover cents one each from the first on.
func sharesOf(total Money, weights []int) []Money {
	all := 0
	for _, w := range weights {
		all += w
	}
	whole := total.d.Shift(centPlaces)
	shares := make([]decimal.Decimal, len(weights))
	left := whole
	for i, w := range weights {
		shares[i], _ = whole.Mul(decimal.NewFromInt(int64(w))).QuoRem(decimal.NewFromInt(int64(all)), 0)
		left = left.Sub(shares[i])
	}
	cent := decimal.NewFromInt(int64(left.Sign()))
	money := make([]Money, len(shares))
	for i := range shares {
		if !left.IsZero() {
			shares[i], left = shares[i].Add(cent), left.Sub(cent)
		}
		money[i] = Money{shares[i].Shift(-centPlaces)}
	}
	return money
}
