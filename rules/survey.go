package rules

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Survey computes the figures of a settled period: what reports show beside its
// lines, payouts and measures, as figureDefs defines it. It is a pure function:
// the same facts give the same figures, whatever the order of the slices in
// them. past are the figures that the previous close hands on, whole or as Handed
// cuts them, empty for a first one; those that reports still show are among the
// result. The error names what in past are no figures of earlier months, or
// lines that no rule of the rulebook leaves.
func Survey(f *Facts, b *Book, e *Evidence, rb *Rulebook, past []Figure) (*Figures, error) {
	s, err := newSurvey(f, b, e, rb, past)
	if err != nil {
		return nil, err
	}
	s.surveyFleet()
	s.surveyOperators()
	s.surveyNodes()
	s.surveyPartners()
	return newFigures(f.Period, s.rows)
}

// survey is a survey in the making: the facts by id, the lines by payee, and the
// figures so far.
type survey struct {
	facts    *Facts
	book     *Book
	evidence *Evidence
	past     *Figures // of earlier months, those that go on
	year     year

	operators map[string]*Operator
	payouts   map[account]*Payout
	lines     map[account][]*Line
	networks  []*network // of every partner with a payout, by id

	targets      []SeverityTarget // of the version in force
	leadsCreated int64            // of the fleet
	windows      map[string]int   // by referred operator: months of its partner's first window, when there is one
	commission   map[string]Money // by referred operator: what its partner earns on it

	rows []Figure
}

// network is a partner with what it brought.
type network struct {
	partner    *Partner
	operators  []*Operator // referred, without its own record, by id
	months     int         // of the first window of a commission on them; 0 without one
	commission commission
}

func newSurvey(f *Facts, b *Book, e *Evidence, rb *Rulebook, past []Figure) (*survey, error) {
	if b.Period != f.Period {
		return nil, fmt.Errorf("the book is of %s and the facts are of %s; settle the facts first", b.Period, f.Period)
	}
	if f.Settings.SlotSeconds <= 0 {
		return nil, fmt.Errorf("the settings say that a slot lasts %d s; give the length of the heartbeat interval", f.Settings.SlotSeconds)
	}
	inForce := rb.Version(b.Version)
	if inForce == nil {
		return nil, fmt.Errorf("the book was settled under rule version %s, which the rulebook does not have; there are %s", b.Version, strings.Join(rb.names(), ", "))
	}
	s := &survey{
		facts: f, book: b, evidence: e, targets: inForce.Report.Severities,
		operators:  make(map[string]*Operator, len(f.Operators)),
		payouts:    make(map[account]*Payout, len(b.Payouts)),
		lines:      make(map[account][]*Line, len(b.Payouts)),
		commission: map[string]Money{}, windows: map[string]int{},
	}
	var err error
	if s.past, err = readPast(past, f.Period); err != nil {
		return nil, err
	}
	if s.year, err = yearTo(f.Period, s.past); err != nil {
		return nil, err
	}
	const rowsPerPayee = 16 // about; for the allocation only
	s.rows = append(make([]Figure, 0, len(s.past.rows)+rowsPerPayee*len(b.Payouts)+len(f.Nodes)), shown(s.past.rows)...)
	for i := range f.Operators {
		s.operators[f.Operators[i].ID] = &f.Operators[i]
	}
	for i := range b.Payouts {
		p := &b.Payouts[i]
		s.payouts[account{p.PayeeKind, p.PayeeID}] = p
	}
	for i := range b.Lines {
		l := &b.Lines[i]
		if l.Category != Returned && categoryPlace(l.Category) < 0 {
			return nil, fmt.Errorf("line %d of %s %s is of category %q, which is not known", l.Number, l.PayeeKind, l.PayeeID, l.Category)
		}
		key := account{l.PayeeKind, l.PayeeID}
		s.lines[key] = append(s.lines[key], l)
	}
	return s, s.bindNetworks(rb)
}

// bindNetworks finds the network of every partner with a payout, and what the
// partner earns on each operator.
func (s *survey) bindNetworks(rb *Rulebook) error {
	last := s.facts.Period.Last()
	for i := range s.facts.Partners {
		p := &s.facts.Partners[i]
		key := account{PartnerPayee, p.ID}
		if s.payouts[key] == nil {
			continue
		}
		n := &network{partner: p, months: firstMonths(rb.Version(s.payouts[key].Version), p, last)}
		referred := map[string]bool{}
		for _, r := range p.Referrals {
			o := s.operators[r.OperatorID]
			if o == nil || r.ReferredOn > last || referred[o.ID] {
				continue
			}
			referred[o.ID] = true
			s.commission[o.ID] = s.commission[o.ID].Add(Money{}) // a row for each, also when it is 0.00
			if o.ID != p.OperatorID {
				n.operators = append(n.operators, o)
				s.windows[o.ID] = max(s.windows[o.ID], n.months)
			}
		}
		slices.SortFunc(n.operators, func(a, b *Operator) int { return strings.Compare(a.ID, b.ID) })
		var err error
		if n.commission, err = commissionOf(s.lines[key], rb); err != nil {
			return err
		}
		for o, amount := range n.commission.on {
			s.commission[o] = s.commission[o].Add(amount)
		}
		s.networks = append(s.networks, n)
	}
	slices.SortFunc(s.networks, func(a, b *network) int { return strings.Compare(a.partner.ID, b.partner.ID) })
	return nil
}

// surveyFleet adds what is of the fleet as a whole.
func (s *survey) surveyFleet() {
	all := make([]*Operator, 0, len(s.operators))
	for _, o := range s.operators {
		all = append(all, o)
	}
	on := about{s, OfTheFleet, FleetID}
	size := on.people(all)
	on.fleetLeads()
	sum := s.fleetMoney()
	on.money(sum)
	on.text(YearSince, s.year.since.String())
	on.cost(sum.lines, size)
	s.fleetIncidents()
}

// surveyOperators adds what operators settled, by id: those with a payout, those
// whose year goes on, and those who are referred.
func (s *survey) surveyOperators() {
	for _, id := range s.ids(OperatorPayee, OfOperator, s.commission) {
		on := about{s, OfOperator, id}
		on.money(s.settled(OperatorPayee, id))
		if amount, referred := s.commission[id]; referred {
			on.dollars(CommissionOn, amount)
		}
		if months := s.windows[id]; months > 0 {
			on.window(s.operators[id], months)
		}
	}
}

// surveyPartners adds what is of partners, their channels, rules and severities.
func (s *survey) surveyPartners() {
	networks := map[string]*network{}
	for _, n := range s.networks {
		networks[n.partner.ID] = n
	}
	incidents := s.networkIncidents()
	leads := s.partnersLeads()
	for _, id := range s.ids(PartnerPayee, OfPartner, nil) {
		on := about{s, OfPartner, id}
		sum := s.settled(PartnerPayee, id)
		n := networks[id]
		if n != nil {
			sum.first, sum.ongoing = n.commission.first, n.commission.ongoing
			if n.months > 0 {
				on.pieces(CommissionMonths, int64(n.months))
			}
			s.surveyNetwork(on, n, incidents[id])
		}
		on.leads(leads[id], n != nil && !s.facts.Absent["leads"])
		on.money(sum)
	}
}

// surveyNetwork adds what is of a partner's network; without referrals nobody
// knows it.
func (s *survey) surveyNetwork(on about, n *network, incidents incidentsBySeverity) {
	if s.facts.Absent["referrals"] {
		return
	}
	size := on.people(n.operators)
	on.pieces(OperatorsReferred, int64(len(n.operators)))
	var sum sums
	for _, l := range s.costLines(n) {
		sum.add(l)
	}
	on.cost(sum, size)
	s.costByRule(n)
	if !s.facts.Absent["incidents"] {
		on.incidents(incidents, OfPartnersIncident)
	}
}

// ids lists the payees that have something to show, in byte order: those with a
// payout, those with figures in the month before, and others named.
func (s *survey) ids(payee PayeeKind, kind FigureKind, others map[string]Money) []string {
	ids := map[string]bool{}
	for key := range s.payouts {
		if key.kind == payee {
			ids[key.id] = true
		}
	}
	before := s.facts.Period.Prev()
	for _, f := range s.past.rows {
		if f.Period == before && f.Kind == kind {
			ids[f.ID] = true
		}
	}
	for id := range others {
		ids[id] = true
	}
	return slices.Sorted(maps.Keys(ids))
}

// about is what figures are added to: a kind and an id.
type about struct {
	s    *survey
	kind FigureKind
	id   string
}

// add leaves out what can't be computed: a value of "".
func (on about) add(name FigureName, value string) {
	if value != "" {
		on.s.rows = append(on.s.rows, Figure{on.s.facts.Period, on.kind, on.id, name, value, figureByName[name].unit})
	}
}

func (on about) pieces(name FigureName, n int64) { on.add(name, strconv.FormatInt(n, 10)) }

func (on about) dollars(name FigureName, m Money) { on.add(name, m.String()) }

func (on about) text(name FigureName, text string) { on.add(name, text) }
