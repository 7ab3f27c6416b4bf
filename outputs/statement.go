package outputs

import (
	"fmt"
	"io"
	"sync"

	"fleetpay/rules"
)

// statement is what a payee's statement shows. A partner's statement is its
// monthly report.
type statement struct {
	month    *Month
	payout   rules.Payout
	lines    []rules.Line
	operator *rules.Operator // the payee's own, nil for a partner
	region   string
	to       rules.Destination
	words    *statementWords

	nodes     []rules.NodeMonth // of the operator
	incidents []rules.Incident  // on its nodes
	days      nodeDays          // of all nodes
	reports   func() *reportIndex
}

// statements lists a month's statements in the order of its payouts.
func statements(m *Month) []statement {
	lines := map[PayeeKey][]rules.Line{}
	for i := 0; i < len(m.Book.Lines); {
		key := PayeeKey{m.Book.Lines[i].PayeeKind, m.Book.Lines[i].PayeeID}
		from := i
		for i < len(m.Book.Lines) && (PayeeKey{m.Book.Lines[i].PayeeKind, m.Book.Lines[i].PayeeID}) == key {
			i++
		}
		lines[key] = m.Book.Lines[from:i]
	}
	operators := map[string]*rules.Operator{}
	for i := range m.Facts.Operators {
		operators[m.Facts.Operators[i].ID] = &m.Facts.Operators[i]
	}
	partners := map[string]*rules.Partner{}
	for i := range m.Facts.Partners {
		partners[m.Facts.Partners[i].ID] = &m.Facts.Partners[i]
	}
	nodes, incidents := evidenceByOperator(m.Evidence)
	words, days := wordsOf(m), nodeDaysOf(m.Evidence)
	reports := sync.OnceValue(func() *reportIndex { return newReportIndex(m) })
	list := make([]statement, len(m.Book.Payouts))
	for i, p := range m.Book.Payouts {
		st := statement{month: m, payout: p, lines: lines[PayeeKey{p.PayeeKind, p.PayeeID}], words: words, reports: reports}
		if p.PayeeKind == rules.PartnerPayee {
			if partner := partners[p.PayeeID]; partner != nil {
				st.region, st.to = partner.Region, partner.Destination
			}
		} else if o := operators[p.PayeeID]; o != nil {
			st.operator, st.region, st.to = o, o.Region, o.Destination
			st.nodes, st.incidents, st.days = nodes[o.ID], incidents[o.ID], days
		}
		list[i] = st
	}
	return list
}

// evidenceByOperator finds the node months and the incidents of each operator.
func evidenceByOperator(e *rules.Evidence) (nodes map[string][]rules.NodeMonth, incidents map[string][]rules.Incident) {
	if e == nil {
		return nil, nil
	}
	nodes, incidents = map[string][]rules.NodeMonth{}, map[string][]rules.Incident{}
	for _, n := range e.Days {
		nodes[n.OperatorID] = append(nodes[n.OperatorID], n)
	}
	for _, i := range e.Incidents {
		for _, o := range i.Operators {
			incidents[o] = append(incidents[o], i)
		}
	}
	return nodes, incidents
}

// WriteStatement writes the PDF statement of a payee. It fails when a text of it
// that is not free can't be set.
func WriteStatement(w io.Writer, m *Month, kind rules.PayeeKind, id string) error {
	for _, st := range statements(m) {
		if st.payout.PayeeKind == kind && st.payout.PayeeID == id {
			return st.write(w)
		}
	}
	return fmt.Errorf("%s has no payout in %s", payeeName(kind, id), m.Period)
}

// namedText is a text with the place it has on a statement.
type namedText struct{ where, text string }

// texts lists what is on the statement from outside and must be set right.
func (st statement) texts() []namedText {
	p := st.payout
	list := []namedText{
		{"the id", p.PayeeID}, {"the name", p.Name}, {"the region", st.region},
		{"the rule version", p.Version}, {"the payout's reason", p.Reason},
		{"the chain", p.Chain}, {"the wallet", p.Wallet},
	}
	for _, l := range st.lines {
		if !isPlainLine(l) {
			list = append(list, textsOfLine(l)...)
		}
		if name, ok := st.words.referred(l); ok {
			list = append(list, namedText{"the name of operator " + l.Subject, name})
		}
	}
	return list
}

func (st statement) write(w io.Writer) error {
	m, p := st.month, st.payout
	fonts, err := m.fontSet()
	if err != nil {
		return err
	}
	texts := append(st.texts(), namedText{"the program's name", m.Program}, namedText{"the program's version", m.ProgramVersion})
	if err := fonts.findUnsettable(payeeName(p.PayeeKind, p.PayeeID), texts); err != nil {
		return err
	}
	r, err := st.report()
	if err != nil {
		return err
	}
	r.fonts = fonts
	return r.writePDF(w)
}

// report makes the statement's document.
func (st statement) report() (*report, error) {
	m, p := st.month, st.payout
	if p.PayeeKind == rules.PartnerPayee {
		return partnerReport(st.reports(), p.PayeeID)
	}
	payee := payeeName(p.PayeeKind, p.PayeeID)
	r := &report{
		document: document{
			title:   fmt.Sprintf("Statement %s · %s · %s", m.Period, payee, p.Name),
			author:  m.Program,
			subject: "Payout statement for " + monthName(m.Period),
			creator: "fleetpay " + m.ProgramVersion,
			at:      m.ClosedAt,
		},
		foot: m.Period.String() + " · " + payee,
	}
	for _, part := range [][]block{
		st.head(), st.balance(), st.payment(), st.ask(), st.earned(), st.notEarned(), st.yearToDate(),
		st.uptime(), st.onIncidents(), st.leaving(), st.end(),
	} {
		r.blocks = append(r.blocks, part...)
	}
	return r, nil
}

func monthName(p rules.Period) string { return fmt.Sprintf("%s %d", p.Month, p.Year) }

// dayName writes a day as people read it, and in no doubt: 8 November 2026.
func dayName(d rules.Date) string { return d.Time().Format("2 January 2006") }
