package rules

import (
	"fmt"
	"slices"
	"sort"
	"strings"
)

// draft is a line before its conditions are applied and its amount is rounded.
type draft struct {
	subject   string
	tier      string // whose thresholds and caps count
	exact     Exact  // never negative for a penalty: the sign comes with the line
	quantity  string
	unit      string
	rate      string
	basis     string
	reason    string // why it is this much
	whenZero  string // what is nothing, when it comes to 0.00 for want of it
	notEarned string // why it pays nothing, whatever the conditions say
}

// post applies conditions, requirements and the rule's own cap to a draft, rounds
// it once and adds its line.
func (s *settler) post(p *payee, r *Rule, d draft, on subject, unmet []unmet) {
	line := Line{
		PayeeKind: p.kind, PayeeID: p.id, Version: p.version.Name,
		Rule: r.ID, Label: r.Label, Category: r.Category, Subject: d.subject,
		Quantity: d.quantity, Unit: d.unit, Rate: d.rate, Basis: d.basis,
		Status: NotEarned,
	}
	applied := checkAll(r.Applies, on)
	on.tier = d.tier
	earned := checkAll(r.Earned, on)
	switch {
	case d.notEarned != "":
		line.Reason = d.notEarned
	case !earned.hold():
		line.Reason, line.Shortfall = strings.Join(earned.reasons(false), "; "), earned.shortfall()
	default:
		line.Reason = joinReasons(slices.Concat([]string{d.reason}, applied.reasons(true), earned.reasons(true))...)
		line.Status = Earned
	}
	if line.Status == Earned {
		var reasons []string
		var missed verdicts
		for _, u := range unmet {
			if u.requirement.Unmet == Withhold && hasCategory(u.requirement.Category, r.Category) {
				reasons, missed = append(reasons, u.reasons...), append(missed, u.found...)
			}
		}
		if len(reasons) > 0 {
			line.Status, line.Reason, line.Shortfall = NotEarned, strings.Join(reasons, "; "), missed.shortfall()
		}
	}
	if line.Status == Earned {
		line.Amount = s.limit(p, r, d, &line).Cents()
		switch {
		case line.Amount.IsZero() && d.whenZero != "":
			line.Status, line.Reason = NotEarned, d.whenZero
		case line.Amount.IsZero():
			line.Status = NotEarned
			line.Reason = joinReasons("comes to 0.00", line.Reason)
		case r.Category == Penalty:
			line.Amount, line.Status = line.Amount.Neg(), Charged
		}
	}
	if line.Reason == "" {
		line.Reason = line.Basis
	}
	p.lines = append(p.lines, line)
}

// limit cuts a draft's amount to the rule's at_most.
func (s *settler) limit(p *payee, r *Rule, d draft, line *Line) Exact {
	most, ok := r.AtMost.For(d.tier)
	if !ok {
		return d.exact
	}
	limit := ExactOf(most.Resolve(s.params[p.version]))
	if d.exact.Cmp(limit) <= 0 {
		return d.exact
	}
	line.Basis += ", at most " + showMoneyRate(limit)
	return limit
}

func joinReasons(reasons ...string) string {
	var said []string
	for _, r := range reasons {
		if r != "" {
			said = append(said, r)
		}
	}
	return strings.Join(said, "; ")
}

func hasCategory(list []Category, c Category) bool {
	for _, x := range list {
		if x == c {
			return true
		}
	}
	return false
}

// dueIn tells whether a rule applies in a month.
func (r *Rule) dueIn(p Period) bool {
	switch r.Cadence {
	case Quarterly:
		return p.EndsQuarter()
	case Yearly:
		return p.EndsYear()
	}
	return true
}

// rates gives the rule's rate or share, whichever it has.
func (a Amount) rates() Rates {
	if a.Share.given() {
		return a.Share
	}
	return a.Rate
}

// given tells whether anything was written.
func (r Rates) given() bool { return r.One != nil || len(r.ByTier) > 0 }

// forTier tells whether the rule is for a tier: named, and with a rate.
func (r *Rule) forTier(tier string) bool {
	_, ok := r.Amount.rates().For(tier)
	return ok && includes(r.Tiers, tier)
}

// matches tells whether an operator's exit is of the kind that a rule or flag is
// for. No exit asked for matches everybody.
func (e *Exit) matches(o *operator, p Period) bool {
	if e == nil {
		return true
	}
	if o.LastActiveDay == 0 || !p.Contains(o.LastActiveDay) || e.Kind != "" && e.Kind != o.ExitKind {
		return false
	}
	leftWithin := func(months int) bool { return o.LastActiveDay+1 < o.JoinedOn.AddMonths(months) }
	if e.WithinMonths > 0 && !leftWithin(e.WithinMonths) {
		return false
	}
	return !e.WithinCommitment || o.CommitmentMonths > 0 && leftWithin(o.CommitmentMonths)
}

// sumLines adds the lines that a share is taken of. With a subject, only lines of
// that subject.
func sumLines(lines []Line, of *Of, subject string) (sum Money, found bool) {
	for _, l := range lines {
		if !of.names(l) || subject != "" && l.Subject != subject {
			continue
		}
		sum, found = sum.Add(l.Amount), true
	}
	return sum, found
}

// names tells whether a line is among those that a share is taken of.
func (of *Of) names(l Line) bool {
	if hasCategory(of.Category, l.Category) {
		return true
	}
	for _, id := range of.Rule {
		if id == l.Rule {
			return true
		}
	}
	return false
}

// words says what a share of lines is taken of: base and bonus lines.
func (of *Of) words() string {
	var names []string
	for _, c := range of.Category {
		names = append(names, string(c))
	}
	names = append(names, of.Rule...)
	if len(names) > 1 {
		names = []string{strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]}
	}
	return strings.Join(names, "") + " lines"
}

// cap applies the version's caps whose last rule has just been settled: what is
// over the limit is taken back by a line of the cap's own.
func (s *settler) cap(p *payee, to Payee, settled int) {
	for i := range p.version.Caps {
		c := &p.version.Caps[i]
		if c.payee() != to || c.lastRule(p.version) != settled || !includes(c.Tiers, p.tier) {
			continue
		}
		most, ok := c.AtMost.For(p.tier)
		if !ok {
			continue
		}
		limit := ExactOf(most.Resolve(s.params[p.version])).Cents()
		of := &Of{Rule: c.Rules}
		category := c.Category
		if category != "" {
			of.Category = []Category{category}
		} else {
			category = p.version.rule(c.Rules[0]).Category
		}
		sum, _ := sumLines(p.lines, of, "")
		over := sum.Sub(limit)
		if category == Penalty {
			over = sum.Add(limit) // penalties are negative: give back what is beyond
			if over.Sign() >= 0 {
				continue
			}
		} else if over.Sign() <= 0 {
			continue
		}
		p.lines = append(p.lines, Line{
			PayeeKind: p.kind, PayeeID: p.id, Version: p.version.Name,
			Rule: c.ID, Label: c.Label, Category: category,
			Quantity: sum.String(), Unit: "USD", Rate: limit.String(),
			Basis:  limit.String() + " at most, of " + of.words() + " " + sum.String(),
			Amount: over.Neg(), Status: Charged,
			Reason: of.words() + " of " + sum.String() + " are over the cap of " + limit.String(),
		})
	}
}

func (c *Cap) payee() Payee {
	if c.Payee == "" {
		return ToOperator
	}
	return c.Payee
}

func (r *Rule) payee() Payee {
	if r.Payee == "" {
		return ToOperator
	}
	return r.Payee
}

// lastRule is the index of the last rule that the cap covers, -1 without one.
func (c *Cap) lastRule(v *Version) int {
	last := -1
	for i := range v.Rules {
		r := &v.Rules[i]
		to := r.payee()
		if to == ToLeadSource {
			to = c.payee()
		}
		if to != c.payee() {
			continue
		}
		if c.Category != "" && r.Category == c.Category {
			last = i
		}
		for _, id := range c.Rules {
			if id == r.ID {
				last = i
			}
		}
	}
	return last
}

// rule finds a rule of the version by id.
func (v *Version) rule(id string) *Rule {
	for i := range v.Rules {
		if v.Rules[i].ID == id {
			return &v.Rules[i]
		}
	}
	return nil
}

// adjust adds the approved adjustments of the period.
func (s *settler) adjust() {
	adjustments := append([]Adjustment(nil), s.facts.Adjustments...)
	sort.Slice(adjustments, func(i, j int) bool { return adjustments[i].ID < adjustments[j].ID })
	for _, a := range adjustments {
		p := s.payee(account{a.PayeeKind, a.PayeeID})
		reason := a.Reason + "; approved by " + a.ApprovedBy
		if !a.ForPeriod.IsZero() {
			reason += "; for " + a.ForPeriod.String()
		}
		p.lines = append(p.lines, Line{
			PayeeKind: p.kind, PayeeID: p.id, Version: p.version.Name,
			Rule: adjustmentRule, Label: "Adjustment", Category: Adjusting, Subject: a.ID,
			Basis: a.Amount.String() + " as approved", Amount: a.Amount, Status: Approved, Reason: reason,
		})
	}
}

// giveBack adds the payments of earlier periods that could not be made: what
// their periods counted is owed again. Nothing is computed from these lines.
func (s *settler) giveBack() {
	returns := append([]Return(nil), s.facts.Returns...)
	sort.Slice(returns, func(i, j int) bool { return returns[i].PaymentID < returns[j].PaymentID })
	for _, r := range returns {
		p := s.payee(account{r.PayeeKind, r.PayeeID})
		p.lines = append(p.lines, Line{
			PayeeKind: p.kind, PayeeID: p.id, Version: p.version.Name,
			Rule: returnRule, Label: "Returned payment", Category: Returned, Subject: r.PaymentID,
			Basis: r.Amount.String() + " of payment " + r.PaymentID, Amount: r.Amount, Status: Approved,
			Reason: fmt.Sprintf("payment %s of %s could not be made: %s; approved by %s", r.PaymentID, r.PaidIn, r.Reason, r.ApprovedBy),
		})
	}
}
