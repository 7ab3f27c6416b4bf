package rules

import (
	"errors"
	"fmt"
	"sort"
	"strings"
)

// Settle turns the facts of a period into its book under the rulebook's
// versions. It is a pure function: the same facts give the same book, whatever
// the order of the slices in them. The error names everything that keeps the
// period from being settled (no version in force, an agreement that names no
// version, parameters that are missing), all at once.
//
// The order of computation: every operator's lines, rule by rule in the order
// of its version's file; then every partner's; then the lines of lead sources,
// the adjustments and the returned payments; then the payouts; then the flags.
func Settle(f *Facts, rb *Rulebook) (*Book, error) {
	s, err := newSettler(f, rb)
	if err != nil {
		return nil, err
	}
	for _, o := range s.operators {
		s.settleOperator(o)
	}
	for _, p := range s.partners {
		s.settlePartner(p)
	}
	s.adjust()
	s.giveBack()
	s.payOut()
	s.raiseFlags()
	return s.book(), nil
}

// settler holds a settlement in the making: the facts by id, and for each payee
// its version and the lines so far.
type settler struct {
	facts     *Facts
	inForce   *Version
	params    map[*Version]Params
	operators []*operator // by id
	partners  []*partner  // by id
	operator  map[string]*operator
	partner   map[string]*partner
	regions   map[string]Slots // slots of all operators of a region
	fleet     Slots
	leads     map[account][]ConvertedLead // by source
	pools     map[poolKey]*pool

	payouts    []Payout
	standings  []Standing
	exceptions []Exception
}

// account names a payee.
type account struct {
	kind PayeeKind
	id   string
}

// payee is what operators and partners have in common in a settlement.
type payee struct {
	account
	name    string
	version *Version
	tier    string // on the day that counts; "" for a partner without one
	lines   []Line
	balance Money // carried in
}

type operator struct {
	payee
	*Operator
	first, last  Date // active days in the period; zero when it has none
	operatorDays int
	nodeDays     int
}

type partner struct {
	payee
	*Partner
	own       *operator  // its own operator record, or nil
	referrals []referral // counting ones, by operator id
}

// referral is a counting referral with the operator it brought.
type referral struct {
	operator *operator
	self     bool // the partner's own operator record
}

func newSettler(f *Facts, rb *Rulebook) (*settler, error) {
	inForce, err := rb.InForce(f.Period)
	if err != nil {
		return nil, err
	}
	s := &settler{
		facts:    f,
		inForce:  inForce,
		params:   map[*Version]Params{},
		operator: map[string]*operator{},
		partner:  map[string]*partner{},
		regions:  map[string]Slots{},
		leads:    map[account][]ConvertedLead{},
		pools:    map[poolKey]*pool{},
	}
	for _, l := range f.ConvertedLeads {
		key := account{l.SourceKind, l.SourceID}
		s.leads[key] = append(s.leads[key], l)
	}
	for _, leads := range s.leads {
		sort.Slice(leads, func(i, j int) bool { return leads[i].ID < leads[j].ID })
	}
	balances := map[account]Money{}
	for _, c := range f.Carried {
		key := account{c.PayeeKind, c.PayeeID}
		balances[key] = balances[key].Add(c.Amount)
	}
	var problems []error
	agreed := func(kind PayeeKind, id, agreement string) *Version {
		if agreement == "" {
			return inForce
		}
		v := rb.Version(agreement)
		if v == nil {
			problems = append(problems, fmt.Errorf("%s %s: agreement %q names no rule version; there are %s, or leave it empty for the one in force", kind, id, agreement, strings.Join(rb.names(), ", ")))
			return inForce
		}
		return v
	}
	for i := range f.Operators {
		o := s.newOperator(&f.Operators[i])
		o.version = agreed(OperatorPayee, o.ID, o.Agreement)
		o.balance = balances[o.account]
		s.operators = append(s.operators, o)
		s.operator[o.ID] = o
	}
	sort.Slice(s.operators, func(i, j int) bool { return s.operators[i].ID < s.operators[j].ID })
	for i := range f.Partners {
		p := s.newPartner(&f.Partners[i])
		p.version = agreed(PartnerPayee, p.ID, p.Agreement)
		p.balance = balances[p.account]
		s.partners = append(s.partners, p)
		s.partner[p.ID] = p
	}
	sort.Slice(s.partners, func(i, j int) bool { return s.partners[i].ID < s.partners[j].ID })
	problems = append(problems, s.strangers(balances)...)
	problems = append(problems, s.bind()...)
	return s, errors.Join(problems...)
}

// strangers finds money of payees that are not among the facts: it would be lost
// in silence. Decoding refuses it too.
func (s *settler) strangers(balances map[account]Money) []error {
	var problems []error
	for _, c := range s.facts.Carried {
		if key := (account{c.PayeeKind, c.PayeeID}); s.payee(key) == nil && !balances[key].IsZero() {
			problems = append(problems, fmt.Errorf("%s %s carries a balance of %s and is not among the %ss; put it back", key.kind, key.id, balances[key], key.kind))
		}
	}
	for _, a := range s.facts.Adjustments {
		if key := (account{a.PayeeKind, a.PayeeID}); s.payee(key) == nil {
			problems = append(problems, fmt.Errorf("adjustment %s is for %s %s, which is not among the %ss; correct the id", a.ID, key.kind, key.id, key.kind))
		}
	}
	problems = append(problems, s.wrongReturns()...)
	sort.Slice(problems, func(i, j int) bool { return problems[i].Error() < problems[j].Error() })
	return problems
}

// wrongReturns finds returns that would restore what nobody is owed, or restore
// it twice. The close looks each payment up and refuses these before.
func (s *settler) wrongReturns() []error {
	var problems []error
	named := map[string]string{}
	for _, r := range s.facts.Returns {
		of := fmt.Sprintf("return %s of payment %s", r.ID, r.PaymentID)
		if first, again := named[r.PaymentID]; again {
			problems = append(problems, fmt.Errorf("%s: the payment is that of return %s too; keep one of them", of, first))
			continue
		}
		named[r.PaymentID] = r.ID
		switch {
		case !r.PaidIn.Before(s.facts.Period):
			problems = append(problems, fmt.Errorf("%s: the payment is of %s, which is not before %s; enter the return in a later period", of, r.PaidIn, s.facts.Period))
		case r.Amount.Sign() <= 0:
			problems = append(problems, fmt.Errorf("%s: the payment is of %s, which is nothing to give back; correct the payment", of, r.Amount))
		case s.payee(account{r.PayeeKind, r.PayeeID}) == nil:
			problems = append(problems, fmt.Errorf("%s is for %s %s, which is not among the %ss; put it back", of, r.PayeeKind, r.PayeeID, r.PayeeKind))
		}
	}
	return problems
}

// payee finds a payee; nil when there is none.
func (s *settler) payee(of account) *payee {
	if o := s.operator[of.id]; of.kind == OperatorPayee && o != nil {
		return &o.payee
	}
	if p := s.partner[of.id]; of.kind == PartnerPayee && p != nil {
		return &p.payee
	}
	return nil
}

func (s *settler) newOperator(f *Operator) *operator {
	o := &operator{Operator: f}
	o.account, o.name = account{OperatorPayee, f.ID}, f.Name
	s.regions[f.Region] = s.regions[f.Region].Add(f.Slots)
	s.fleet = s.fleet.Add(f.Slots)
	from, to := max(f.JoinedOn, s.facts.Period.First()), s.facts.Period.Last()
	if f.LastActiveDay != 0 {
		to = min(to, f.LastActiveDay)
	}
	on := to // who is not active in the period is looked at on its last day before
	if from <= to {
		o.first, o.last = from, to
	}
	o.tier = o.tierOn(on)
	for _, d := range f.NodeDays {
		o.operatorDays++
		o.nodeDays += d.Nodes
	}
	return o
}

func (s *settler) newPartner(f *Partner) *partner {
	p := &partner{Partner: f}
	p.account, p.name = account{PartnerPayee, f.ID}, f.Name
	p.tier, _ = TierOn(f.Tiers, s.facts.Period.Last())
	p.own = s.operator[f.OperatorID]
	for _, r := range f.Referrals {
		o := s.operator[r.OperatorID]
		if o == nil || r.ReferredOn > s.facts.Period.Last() {
			continue
		}
		p.referrals = append(p.referrals, referral{o, f.OperatorID == o.ID})
	}
	sort.Slice(p.referrals, func(i, j int) bool { return p.referrals[i].operator.ID < p.referrals[j].operator.ID })
	return p
}

// TierOn finds the tier with the latest From on or before d; found is false when
// there is none.
func TierOn(tiers []TierSince, d Date) (tier string, found bool) {
	var since Date
	for _, t := range tiers {
		if t.From <= d && (!found || t.From >= since) {
			tier, since, found = t.Tier, t.From, true
		}
	}
	return tier, found
}

// tierOn gives an operator's tier on d; without one it is the lowest.
func (o *operator) tierOn(d Date) string {
	tier, found := TierOn(o.Tiers, d)
	if !found {
		return operatorTiers[0]
	}
	return tier
}

// active tells whether the operator has an active day in the period.
func (o *operator) active() bool { return o.last != 0 }

// bind resolves the parameters of every version that this settlement rests on.
func (s *settler) bind() []error {
	needed := map[*Version]bool{s.inForce: true}
	for _, o := range s.operators {
		if o.active() || len(s.leads[o.account]) > 0 {
			needed[o.version] = true
		}
	}
	for _, p := range s.partners {
		if len(p.referrals) > 0 || len(s.leads[p.account]) > 0 || p.begun(s.facts.Period) {
			needed[p.version] = true
		}
	}
	versions := make([]*Version, 0, len(needed))
	for v := range needed {
		versions = append(versions, v)
	}
	sort.Slice(versions, func(i, j int) bool { return versions[i].Name < versions[j].Name })
	var problems []error
	for _, v := range versions {
		params, err := v.Bind(s.facts.Settings.Parameters)
		if err != nil {
			problems = append(problems, err)
		}
		s.params[v] = params
	}
	return problems
}

// book puts the result in its written order.
func (s *settler) book() *Book {
	b := &Book{Period: s.facts.Period, Version: s.inForce.Name, Missing: s.inForce.Missing, Payouts: s.payouts, Standings: s.standings, Exceptions: s.exceptions}
	for v := range s.params {
		b.Versions = append(b.Versions, v.Name)
	}
	sort.Strings(b.Versions)
	payees, lines := s.payees(), 0
	for _, p := range payees {
		lines += len(p.lines)
	}
	b.Lines = make([]Line, 0, lines)
	for _, p := range payees {
		for i := range p.lines {
			p.lines[i].Number = i + 1
		}
		b.Lines = append(b.Lines, p.lines...)
	}
	sort.SliceStable(b.Exceptions, func(i, j int) bool {
		x, y := b.Exceptions[i], b.Exceptions[j]
		if x.Kind != y.Kind {
			return x.Kind < y.Kind
		}
		if x.Subject != y.Subject {
			return x.Subject < y.Subject
		}
		return x.Message < y.Message
	})
	return b
}

// payees lists all payees in the order of every output: operators, then
// partners, by id.
func (s *settler) payees() []*payee {
	all := make([]*payee, 0, len(s.operators)+len(s.partners))
	for _, o := range s.operators {
		all = append(all, &o.payee)
	}
	for _, p := range s.partners {
		all = append(all, &p.payee)
	}
	return all
}
