package rules

import (
	"fmt"
	"sort"
	"strconv"
)

// operatorTiers are the tiers of operators, lowest first.
var operatorTiers = []string{"1", "2", "3"}

// The two rates that are prorated by day.
const (
	perOperatorMonth = "operator-month"
	perNodeMonth     = "node-month"
)

// settleOperator adds an operator's lines, rule by rule.
func (s *settler) settleOperator(o *operator) {
	on := s.operatorSubject(o, o.tier)
	var asked []looked
	if o.active() {
		asked = requirementsOf(o.version, ToOperator, on)
	}
	failed := unmetOf(asked)
	for i := range o.version.Rules {
		r := &o.version.Rules[i]
		if s.appliesTo(o, r) {
			for _, d := range s.operatorDrafts(o, r) {
				if r.Category == Bonus && o.nodeDays == 0 {
					d.notEarned = "no active node"
				}
				s.post(&o.payee, r, d, on, failed)
			}
		}
		s.settleLeads(&o.payee, r, on, failed)
		s.cap(&o.payee, ToOperator, i)
	}
	s.stand(&o.payee, asked)
	for _, u := range failed {
		s.raiseUnmet(&o.payee, u)
	}
}

// appliesTo tells whether a rule is for the operator in the period at all.
func (s *settler) appliesTo(o *operator, r *Rule) bool {
	if r.payee() != ToOperator || !o.active() || !r.dueIn(s.facts.Period) || !r.Exit.matches(o, s.facts.Period) {
		return false
	}
	if !r.byDay() && r.Amount.Each == "" && !r.forTier(o.tier) {
		return false
	}
	return checkAll(r.Applies, s.operatorSubject(o, o.tier)).hold()
}

// byDay tells whether the rule's rate is prorated by day.
func (r *Rule) byDay() bool {
	return r.Amount.Per == perOperatorMonth || r.Amount.Per == perNodeMonth
}

// operatorDrafts works out a rule's amount for an operator in whatever form the
// rule gives it, a draft per line.
func (s *settler) operatorDrafts(o *operator, r *Rule) []draft {
	a := r.Amount
	params := s.params[o.version]
	switch {
	case r.byDay():
		return s.byDay(o, r)
	case a.Of != nil && a.Each == "tier":
		var drafts []draft
		for _, tier := range operatorTiers {
			share, ok := a.Share.For(tier)
			sum, found := sumLines(o.lines, a.Of, "tier:"+tier)
			if ok && found && includes(r.Tiers, tier) {
				d := shareOfLines(share.exact(params), sum, a.Of)
				d.subject, d.tier = "tier:"+tier, tier
				drafts = append(drafts, s.times(d, o, r))
			}
		}
		return drafts
	}
	rate, _ := a.rates().For(o.tier)
	value := rate.exact(params)
	var d draft
	switch {
	case a.Of == nil && a.Per == "":
		d = draft{exact: value, rate: showMoneyRate(value), basis: showMoneyRate(value) + " flat"}
	case a.Of == nil:
		d = s.perMeasure(a, value, s.measureOperator(o, a.Per, a.Count))
	case len(a.Of.ExitMonth) > 0:
		d = s.exitMonth(o, a, value)
	case a.Of.Measure != "" && a.Split != "":
		d = s.split(o, r, value)
	case a.Of.Measure != "":
		d = s.shareOfRevenue(o, a, value)
	default:
		sum, _ := sumLines(o.lines, a.Of, "")
		d = shareOfLines(value, sum, a.Of)
	}
	d.tier = o.tier
	if r.Exit != nil {
		d.reason = joinReasons(d.reason, fmt.Sprintf("joined on %s, left on %s", o.JoinedOn, o.LastActiveDay))
	}
	return []draft{s.times(d, o, r)}
}

// byDay adds up days, of the operator or of its nodes. A rate by tier gives a
// draft per tier, each from the days in that tier.
func (s *settler) byDay(o *operator, r *Rule) []draft {
	a := r.Amount
	sums, days := map[string]int{}, map[string]int{}
	for _, d := range o.NodeDays {
		tier := o.tierOn(d.Day)
		if !r.forTier(tier) {
			continue
		}
		key := tier
		if a.Rate.One != nil {
			key = ""
		}
		if n := a.counted(d.Nodes); n > 0 {
			sums[key] += n
			days[key]++
		}
	}
	tiers := make([]string, 0, len(sums))
	for tier := range sums {
		tiers = append(tiers, tier)
	}
	sort.Strings(tiers)
	var drafts []draft
	dim := s.facts.Period.Days()
	for _, tier := range tiers {
		d := draft{subject: "tier:" + tier, tier: tier}
		rate, _ := a.Rate.For(tier)
		in := " in tier " + tier
		if tier == "" {
			d.subject, d.tier, in = "", o.tier, ""
		}
		value := rate.exact(s.params[o.version])
		d.quantity, d.unit, d.rate = strconv.Itoa(sums[tier]), a.dayUnit(), showMoneyRate(value)
		d.exact = value.Mul(Ratio(int64(sums[tier]), int64(dim)))
		d.basis = fmt.Sprintf("%s × %s / %d days", d.rate, countWords(d.quantity, "node-day"), dim)
		d.reason = fmt.Sprintf("%s%s on %s", a.dayWords(), in, countWords(strconv.Itoa(days[tier]), "day"))
		if a.Per == perOperatorMonth {
			d.basis = fmt.Sprintf("%s × %s / %d days", d.rate, countWords(d.quantity, "operator-day"), dim)
		}
		drafts = append(drafts, s.times(d, o, r))
	}
	return drafts
}

// counted is how many of a day's nodes a rate by day counts.
func (a Amount) counted(nodes int) int {
	if a.Per == perOperatorMonth {
		return min(nodes, 1)
	}
	if a.To > 0 {
		nodes = min(nodes, a.To)
	}
	return max(0, nodes-max(a.From-1, 0))
}

func (a Amount) dayUnit() string {
	if a.Per == perOperatorMonth {
		return "operator-days"
	}
	return "node-days"
}

func (a Amount) dayWords() string {
	switch {
	case a.From > 1 && a.To > 0:
		return fmt.Sprintf("nodes %d to %d", a.From, a.To)
	case a.From > 1:
		return fmt.Sprintf("nodes from %d", a.From)
	case a.To > 0:
		return fmt.Sprintf("up to %d nodes", a.To)
	}
	return "active nodes"
}

// perMeasure multiplies a rate with a counted thing.
func (s *settler) perMeasure(a Amount, rate Exact, r reading) draft {
	def, _ := LookupMeasure(a.Per)
	d := draft{rate: showMoneyRate(rate), unit: def.Words}
	if !r.known {
		d.notEarned = r.why
		d.basis = d.rate + " × " + def.Words
		return d
	}
	d.quantity = r.value.Cut(6)
	d.exact = rate.Mul(r.value)
	d.reason = said(def, r.value, showMeasure(r.value, def.Unit))
	d.basis = d.rate + " × " + d.reason
	if r.value.Sign() <= 0 {
		d.notEarned = none(def, r.value)
	}
	return d
}

func shareOfLines(share Exact, sum Money, of *Of) draft {
	d := draft{
		exact:    share.Mul(sum.Exact()),
		quantity: sum.String(), unit: "USD", rate: showShare(share),
		basis: showShareOf(share) + sum.String() + " of " + of.words(),
	}
	if sum.IsZero() {
		d.whenZero = of.words() + " come to " + sum.String()
	}
	return d
}

// shareOfRevenue takes a share of a sum of money that was measured.
func (s *settler) shareOfRevenue(o *operator, a Amount, share Exact) draft {
	d := draft{subject: revenueSubject(a.Of.Measure, o), rate: showShare(share), unit: "USD"}
	def, _ := LookupMeasure(a.Of.Measure)
	r := s.measureOperator(o, a.Of.Measure, nil)
	if !r.known {
		d.notEarned = r.why
		d.basis = d.rate + " of " + def.Words
		return d
	}
	d.quantity = showMoneyRate(r.value)
	d.basis = showShareOf(share) + d.quantity + " of " + def.Words
	d.reason = def.Words + " " + d.quantity
	d.exact = share.Mul(r.value)
	if r.value.Sign() <= 0 {
		d.notEarned = none(def, r.value)
	}
	return d
}

func revenueSubject(measure string, o *operator) string {
	if measure == "region-revenue" {
		return "region:" + o.Region
	}
	return "fleet"
}

// times multiplies a draft with the rule's further factor.
func (s *settler) times(d draft, o *operator, r *Rule) draft {
	t := r.Amount.Times
	if t == nil || d.notEarned != "" {
		return d
	}
	def, _ := LookupMeasure(t.Measure)
	got := s.measureOperator(o, t.Measure, nil)
	if !got.known {
		d.notEarned = got.why
		return d
	}
	factor := got.value
	if t.Below != nil {
		limit := t.Below.exact(s.params[o.version])
		shown := said(def, got.value, showApart(got.value, limit, def.Unit))
		d.basis += " × (" + showLimit(limit, def.Unit) + " − " + said(def, got.value, showFactor(got.value, def.Unit)) + ")"
		if factor = limit.Sub(factor); factor.Sign() <= 0 {
			factor = Exact{}
			d.whenZero = shown + " is not below " + showLimit(limit, def.Unit)
		}
	} else {
		d.basis += " × " + said(def, factor, showFactor(factor, def.Unit))
		if factor.Sign() == 0 {
			d.whenZero = none(def, factor)
		}
	}
	d.exact = d.exact.Mul(factor)
	return d
}

// exact gives a rate's value.
func (r Rate) exact(p Params) Exact { return ExactOf(r.Resolve(p)) }
