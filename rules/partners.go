package rules

import (
	"fmt"
	"strconv"
)

// partnerTiers are the tiers of partners, lowest first.
var partnerTiers = []string{"bronze", "silver", "gold"}

// settlePartner adds a partner's lines, rule by rule. Every operator is settled
// by then.
func (s *settler) settlePartner(p *partner) {
	on := s.partnerSubject(p)
	asked := requirementsOf(p.version, ToPartner, on)
	failed := unmetOf(asked)
	for i := range p.version.Rules {
		r := &p.version.Rules[i]
		if r.payee() == ToPartner && r.dueIn(s.facts.Period) && checkAll(r.Applies, on).hold() {
			s.partnerRule(p, r, on, failed)
		}
		s.settleLeads(&p.payee, r, on, failed)
		s.cap(&p.payee, ToPartner, i)
	}
	if !p.begun(s.facts.Period) && len(p.lines) == 0 {
		return
	}
	s.stand(&p.payee, asked)
	for _, u := range failed {
		s.raiseUnmet(&p.payee, u)
	}
}

// partnerRule adds one rule's lines: a commission has one per referred operator,
// other forms have one.
func (s *settler) partnerRule(p *partner, r *Rule, on subject, failed []unmet) {
	tierMissing := p.tier == "" && namesAllTiers(r)
	if !tierMissing && !r.forTier(p.tier) {
		return
	}
	rate, _ := r.Amount.rates().For(p.tier)
	value := rate.exact(s.params[p.version])
	if r.Amount.Of == nil {
		d := draft{exact: value, rate: showMoneyRate(value), basis: showMoneyRate(value) + " flat"}
		if !p.begun(s.facts.Period) {
			return
		}
		if r.Amount.Per != "" {
			d = s.perMeasure(r.Amount, value, s.measurePartner(p, r.Amount.Per, 1))
		}
		d.tier = p.tier
		if tierMissing {
			d = draft{notEarned: "partner tier missing"}
		}
		s.post(&p.payee, r, d, on, failed)
		return
	}
	for _, ref := range p.referrals {
		o := ref.operator
		within, part := windowDays(o, r.Window)
		if part.Sign() == 0 {
			continue
		}
		sum, _ := sumLines(o.lines, r.Amount.Of, "")
		d := shareOfLines(value, sum, r.Amount.Of)
		d.subject, d.tier = o.ID, p.tier
		d.exact = d.exact.Mul(part)
		if within != o.operatorDays {
			d.basis += fmt.Sprintf(" × %d / %d operator-days", within, o.operatorDays)
		}
		d.reason = windowReason(o, r.Window, within)
		switch {
		case ref.self:
			d.notEarned = "self-referral"
		case tierMissing:
			d.notEarned = "partner tier missing"
			d.rate, d.basis = "", ""
		}
		s.post(&p.payee, r, d, on, failed)
	}
}

// namesAllTiers tells whether a rule has a rate for every partner tier by name:
// then a partner without a tier sees what it misses.
func namesAllTiers(r *Rule) bool {
	rates := r.Amount.rates()
	if rates.One != nil && len(r.Tiers) == 0 {
		return false // the rule does not ask for a tier
	}
	for _, t := range partnerTiers {
		if !r.forTier(t) {
			return false
		}
	}
	return true
}

// windowDays gives the operator-days that a window counts and their part of all
// operator-days of the period; without a day the part is 0. No window counts no
// days: it takes all that an operator earned who was active or has lines.
func windowDays(o *operator, w *Window) (within int, part Exact) {
	if w == nil && (o.active() || len(o.lines) > 0) {
		return o.operatorDays, ExactInt(1)
	}
	if w == nil || o.operatorDays == 0 {
		return 0, Exact{}
	}
	end := o.JoinedOn.AddMonths(w.FirstMonths + w.AfterMonths)
	for _, d := range o.NodeDays {
		if (d.Day < end) == (w.FirstMonths > 0) {
			within++
		}
	}
	return within, Ratio(int64(within), int64(o.operatorDays))
}

func windowReason(o *operator, w *Window, within int) string {
	if w == nil {
		return ""
	}
	days := countWords(strconv.Itoa(within), "operator-day")
	if w.FirstMonths > 0 {
		return fmt.Sprintf("%s in the first %d months, before %s", days, w.FirstMonths, o.JoinedOn.AddMonths(w.FirstMonths))
	}
	return fmt.Sprintf("%s after the first %d months, from %s", days, w.AfterMonths, o.JoinedOn.AddMonths(w.AfterMonths))
}

// settleLeads adds the lines of a lead-source rule: one per lead of the payee
// that converted in the period.
func (s *settler) settleLeads(p *payee, r *Rule, on subject, failed []unmet) {
	if r.payee() != ToLeadSource || !r.dueIn(s.facts.Period) || !r.forTier(p.tier) {
		return
	}
	leads := s.leads[p.account]
	if len(leads) == 0 {
		return
	}
	if !checkAll(r.Applies, on).hold() {
		return
	}
	rate, _ := r.Amount.rates().For(p.tier)
	value := rate.exact(s.params[p.version])
	for _, l := range leads {
		d := draft{subject: l.ID, tier: p.tier, rate: showShare(value), unit: "USD", basis: showShare(value) + " of the lead's revenue"}
		switch {
		case r.Amount.Of == nil:
			d = draft{subject: l.ID, tier: p.tier, exact: value, rate: showMoneyRate(value), basis: showMoneyRate(value) + " flat"}
			d.reason = "lead converted in " + s.facts.Period.String()
		case l.Revenue == nil:
			d.notEarned = "no revenue recorded for the lead"
		default:
			revenue := ExactOf(*l.Revenue)
			d.quantity = showMoneyRate(revenue)
			d.exact = value.Mul(revenue)
			d.basis = showShareOf(value) + d.quantity + " of the lead's revenue"
			d.reason = "lead converted in " + s.facts.Period.String()
		}
		s.post(p, r, d, on, failed)
	}
}
