package outputs

import (
	"fmt"

	"fleetpay/rules"
)

// reportIndex finds what belongs to a partner or an operator. It is made once
// per month and only read afterwards, so reports may be made side by side.
type reportIndex struct {
	month   *Month
	words   *statementWords
	missing missingRule
	rules   map[string]ruleSeen // rules with a line
	paid    map[commissionOn]bool

	partners   map[string]*rules.Partner
	payouts    map[string]*rules.Payout // of partners
	lines      map[string][]rules.Line  // of partners
	standings  map[string][]rules.Standing
	leads      map[PayeeKey][]rules.Lead // by source
	activities map[string][]rules.Activity
	notes      map[string][]rules.Note

	operators   map[string]*rules.Operator
	nodes       map[string][]rules.Node // by operator
	days        nodeDays
	incidents   map[string][]rules.Incident // by operator
	trainings   map[string][]rules.Training
	mentorships map[string][]mentored // by mentee
}

// ruleSeen is a rule's category and its place among the rules that have lines.
type ruleSeen struct {
	category rules.Category
	place    int
}

// commissionOn is what a rule version pays commission on, as the lines of any
// partner show.
type commissionOn struct {
	version  string
	operator bool // else a deal
}

// mentored is a mentorship with its mentor.
type mentored struct {
	mentor string
	rules.Mentorship
}

func newReportIndex(m *Month) *reportIndex {
	x := &reportIndex{
		month: m, words: wordsOf(m), missing: missingOf(m.Book),
		rules:    map[string]ruleSeen{},
		paid:     map[commissionOn]bool{},
		partners: map[string]*rules.Partner{}, payouts: map[string]*rules.Payout{},
		lines: map[string][]rules.Line{}, standings: map[string][]rules.Standing{},
		leads: map[PayeeKey][]rules.Lead{}, activities: map[string][]rules.Activity{}, notes: map[string][]rules.Note{},
		operators: map[string]*rules.Operator{}, nodes: map[string][]rules.Node{}, days: nodeDaysOf(m.Evidence),
		incidents: map[string][]rules.Incident{}, trainings: map[string][]rules.Training{}, mentorships: map[string][]mentored{},
	}
	x.readFacts(m.Facts)
	x.readBook(m.Book)
	if m.Evidence != nil {
		x.readEvidence(m.Evidence)
	}
	return x
}

func (x *reportIndex) readFacts(f *rules.Facts) {
	for i := range f.Partners {
		x.partners[f.Partners[i].ID] = &f.Partners[i]
	}
	for i := range f.Operators {
		o := &f.Operators[i]
		x.operators[o.ID] = o
		for _, s := range o.Mentorships {
			x.mentorships[s.MenteeID] = append(x.mentorships[s.MenteeID], mentored{o.ID, s})
		}
	}
	for _, n := range f.Nodes {
		x.nodes[n.OperatorID] = append(x.nodes[n.OperatorID], n)
	}
}

func (x *reportIndex) readBook(b *rules.Book) {
	for i := range b.Payouts {
		if p := &b.Payouts[i]; p.PayeeKind == rules.PartnerPayee {
			x.payouts[p.PayeeID] = p
		}
	}
	for _, l := range b.Lines {
		if _, ok := x.rules[l.Rule]; !ok {
			x.rules[l.Rule] = ruleSeen{l.Category, len(x.rules)}
		}
		if l.PayeeKind == rules.PartnerPayee {
			x.lines[l.PayeeID] = append(x.lines[l.PayeeID], l)
			if l.Category == rules.Commission {
				_, onOperator := x.words.referred(l)
				x.paid[commissionOn{l.Version, onOperator}] = true
			}
		}
	}
	for _, s := range b.Standings {
		if s.PayeeKind == rules.PartnerPayee {
			x.standings[s.PayeeID] = append(x.standings[s.PayeeID], s)
		}
	}
}

func (x *reportIndex) readEvidence(e *rules.Evidence) {
	for _, i := range e.Incidents {
		for _, o := range i.Operators {
			x.incidents[o] = append(x.incidents[o], i)
		}
	}
	for _, l := range e.Leads {
		key := PayeeKey{rules.PayeeKind(l.SourceKind), l.SourceID}
		x.leads[key] = append(x.leads[key], l)
	}
	for _, t := range e.Trainings {
		x.trainings[t.OperatorID] = append(x.trainings[t.OperatorID], t)
	}
	for _, a := range e.Activities {
		x.activities[a.PartnerID] = append(x.activities[a.PartnerID], a)
	}
	for _, n := range e.Notes {
		x.notes[n.PartnerID] = append(x.notes[n.PartnerID], n)
	}
}

// reportView is what a template sees of a partner's month. Its methods give
// text, blocks, or nothing where there is nothing to say.
type reportView struct {
	index   *reportIndex
	month   *Month
	partner rules.Partner
	payout  rules.Payout
	targets rules.Targets // the partner's own before the program's
	mine    rules.Targets // the partner's own alone
	program rules.Targets

	referred   []rules.Referral  // up to the period's last day, an operator once, without the partner's own
	onlyItself bool              // there are referrals, and all are of the partner's own operator
	network    []*rules.Operator // those of the referred that had joined
	nodes      []rules.Node      // of the network, by operator and id
	incidents  []networkIncident // on the network's nodes, by opening and id
	touched    map[string]int    // incidents by rules.NodeFigureID
}

func (x *reportIndex) view(partnerID string) (*reportView, error) {
	m := x.month
	payout := x.payouts[partnerID]
	if payout == nil {
		return nil, fmt.Errorf("%s has no payout in %s", payeeName(rules.PartnerPayee, partnerID), m.Period)
	}
	v := &reportView{index: x, month: m, payout: *payout}
	if p := x.partners[partnerID]; p != nil {
		v.partner = *p
	}
	v.program = m.Facts.Settings.Targets.Over(m.Report.Targets)
	v.mine = m.Facts.Settings.PartnersOwn[partnerID]
	v.targets = v.mine.Over(v.program)
	v.readReferrals()
	v.readIncidents()
	return v, nil
}

func (v *reportView) readReferrals() {
	seen := map[string]bool{}
	itself := false
	for _, r := range v.partner.Referrals {
		switch {
		case r.ReferredOn > v.month.Period.Last() || seen[r.OperatorID]:
			continue
		case r.OperatorID == v.partner.OperatorID:
			itself = true
			continue
		}
		seen[r.OperatorID] = true
		v.referred = append(v.referred, r)
		o := v.index.operators[r.OperatorID]
		if o == nil || o.JoinedOn > v.month.Period.Last() {
			continue
		}
		v.network = append(v.network, o)
		v.nodes = append(v.nodes, v.index.nodes[o.ID]...)
	}
	v.onlyItself = itself && len(v.referred) == 0
}

// own is the partner's own operator record, nil without one.
func (v *reportView) own() *rules.Operator {
	if v.partner.OperatorID == "" {
		return nil
	}
	return v.index.operators[v.partner.OperatorID]
}

// figure finds a figure of the partner in the period.
func (v *reportView) figure(name rules.FigureName) (string, bool) {
	return v.month.Figures.Of(rules.OfPartner, v.payout.PayeeID, name)
}

// operatorName names an operator for people: its name, and its id where that
// says more.
func (v *reportView) operatorName(id string) string {
	return nameAndID(v.index.words.operators[id], id)
}

func nameAndID(name, id string) string {
	if name == "" || name == id {
		return id
	}
	return name + " (" + id + ")"
}
