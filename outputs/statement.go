package outputs

import (
	"fmt"
	"io"
	"strconv"
	"time"

	"fleetpay/rules"
)

// statement is what a payee's statement shows.
type statement struct {
	month    *Month
	payout   rules.Payout
	lines    []rules.Line
	operator *rules.Operator // the payee's own, nil for a partner
	region   string
	to       rules.Destination
	words    *statementWords
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
	words := wordsOf(m)
	list := make([]statement, len(m.Book.Payouts))
	for i, p := range m.Book.Payouts {
		st := statement{month: m, payout: p, lines: lines[PayeeKey{p.PayeeKind, p.PayeeID}], words: words}
		if p.PayeeKind == rules.PartnerPayee {
			if partner := partners[p.PayeeID]; partner != nil {
				st.region, st.to = partner.Region, partner.Destination
			}
		} else if o := operators[p.PayeeID]; o != nil {
			st.operator, st.region, st.to = o, o.Region, o.Destination
		}
		list[i] = st
	}
	return list
}

// WriteStatement writes the PDF statement of a payee. It fails when a text of it
// can't be set.
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

// texts lists everything on the statement that comes from outside.
func (st statement) texts() []namedText {
	p := st.payout
	list := []namedText{
		{"the id", p.PayeeID}, {"the name", p.Name}, {"the region", st.region}, {"the rule version", p.Version},
		{"the payout's reason", p.Reason}, {"the chain", p.Chain}, {"the wallet", p.Wallet},
	}
	for _, l := range st.lines {
		for _, t := range []namedText{
			{"rule version", l.Version}, {"rule", l.Rule}, {"label", l.Label}, {"subject", l.Subject}, {"basis", l.Basis}, {"reason", l.Reason},
		} {
			list = append(list, namedText{"the " + t.where + " of line " + strconv.Itoa(l.Number), t.text})
		}
		if name, ok := st.words.referred(l); ok {
			list = append(list, namedText{"the name of operator " + l.Subject, name})
		}
	}
	return list
}

func (st statement) write(w io.Writer) error {
	m, p := st.month, st.payout
	texts := append(st.texts(), namedText{"the program's name", m.Program}, namedText{"the program's version", m.ProgramVersion})
	for _, t := range texts {
		if r, why, ok := Unsettable(t.text); !ok {
			return UnsettableText{payeeName(p.PayeeKind, p.PayeeID), t.where, r, why}
		}
	}
	s := &statementPage{st: st, c: newCanvas(document{
		title:   fmt.Sprintf("Statement %s · %s · %s", m.Period, payeeName(p.PayeeKind, p.PayeeID), p.Name),
		author:  m.Program,
		subject: "Payout statement for " + monthName(m.Period),
		creator: "fleetpay " + m.ProgramVersion,
		at:      m.ClosedAt,
	})}
	s.head()
	s.balance()
	s.payment()
	s.paid()
	s.notEarned()
	s.tail()
	return s.c.finish(w, s.footer)
}

// statementPage sets one statement.
type statementPage struct {
	st statement
	c  *canvas
}

func monthName(p rules.Period) string { return fmt.Sprintf("%s %d", p.Month, p.Year) }

// dayName writes a day as people read it, and in no doubt: 8 November 2026.
func dayName(d rules.Date) string { return d.Time().Format("2 January 2006") }

// head sets who, for which month, under which rules.
func (s *statementPage) head() {
	c, m, p := s.c, s.st.month, s.st.payout
	kind := "Payout statement"
	kindWidth := c.width(docKind, kind)
	c.right(textRight, c.y, docKind, kind)
	c.paragraph(marginX, textSpan-kindWidth-20, brand, m.Program)
	c.y += 3
	c.rule(marginX, textRight, c.y, 1.2, accent)
	c.y += 15
	title := payeeTitle
	if len(c.wrap(title, p.Name, textSpan)) > 2 {
		title = longTitle
	}
	c.paragraph(marginX, textSpan, title, p.Name)
	c.y += 2
	c.paragraph(marginX, textSpan, subtitle, monthName(m.Period)+" · "+payeeName(p.PayeeKind, p.PayeeID))
	c.y += 8
	facts := []namedText{
		{"Period", fmt.Sprintf("1–%d %s, UTC", m.Period.Days(), monthName(m.Period))},
		{"Rules", p.Version},
		{"Closed", m.ClosedAt.UTC().Format(time.RFC3339)},
	}
	if s.st.region != "" {
		facts = append(facts, namedText{"Region", s.st.region})
	}
	s.columns(facts)
	c.y += 11
}

// columns sets labelled values side by side.
func (s *statementPage) columns(facts []namedText) {
	c := s.c
	wrapped, deepest := s.wrapColumns(facts)
	c.ensure(label.leading + float64(min(deepest, 4))*value.leading)
	top := c.y
	for i, f := range facts {
		x := marginX + float64(i)*textSpan/float64(len(facts))
		c.at(x, top, label, f.where)
		for j, line := range wrapped[i] {
			c.at(x, top+label.leading+float64(j)*value.leading, value, line)
		}
	}
	c.y = top + label.leading + float64(deepest)*value.leading
}

// columnsHeight is the height that columns takes.
func (s *statementPage) columnsHeight(facts []namedText) float64 {
	_, deepest := s.wrapColumns(facts)
	return label.leading + float64(deepest)*value.leading
}

func (s *statementPage) wrapColumns(facts []namedText) (wrapped [][]string, deepest int) {
	for _, f := range facts {
		lines := s.c.wrap(value, f.text, textSpan/float64(len(facts))-10)
		wrapped = append(wrapped, lines)
		deepest = max(deepest, len(lines))
	}
	return wrapped, deepest
}

// balance sets the sum that every payee wants to see first, and how it comes
// about: carried in + earned = payable + carried out.
func (s *statementPage) balance() {
	c, p := s.c, s.st.payout
	const height, signSpan = 50.0, 16.0
	cell := (textSpan - 3*signSpan) / 4
	top := c.y
	cells := []struct {
		label string
		sum   rules.Money
		sign  string // before it
	}{
		{"Carried in", p.CarriedIn, ""},
		{"Earned", p.Earned, "+"},
		{"Payable", p.Payable, "="},
		{"Carried out", p.CarriedOut, "+"},
	}
	for i, x := range cells {
		left := marginX + float64(i)*(cell+signSpan)
		fill, lf, vf := pale, heroLabel, heroValue
		if x.label == "Payable" {
			fill, lf, vf = accent, heroLabel.in(colour{0xC9, 0xD6, 0xE6}), heroValue.in(onDark)
		}
		if x.sum.Sign() < 0 {
			vf = vf.in(bad)
		}
		c.box(left, top, cell, height, fill)
		if x.sign != "" {
			c.at(left-signSpan/2-c.width(heroValue, x.sign)/2, top+18, heroValue.in(grey), x.sign)
		}
		c.at(left+9, top+9, lf, x.label+", USD")
		c.right(left+cell-9, top+24, s.fit(vf, x.sum.String(), cell-18), x.sum.String())
	}
	c.y = top + height + 11
}

// fit makes a figure smaller until it fits; a figure is never broken.
func (s *statementPage) fit(f typeface, text string, span float64) typeface {
	for s.c.width(f, text) > span && f.size > 4 {
		f.size--
	}
	return f
}

// statusWords says what becomes of the balance.
var statusWords = map[rules.PayoutStatus]struct {
	words  string
	colour colour
}{
	rules.Payable:      {"Payable", good},
	rules.Held:         {"Held: nothing is paid until the reason is gone; the balance is kept", waiting},
	rules.BelowMinimum: {"Below the minimum: carried to the next month", waiting},
	rules.Negative:     {"Negative: carried to the next month", bad},
	rules.Zero:         {"Nothing to pay", grey},
}

// waitsFor says what a payout waits for, when confirmations of a new wallet are
// all that is missing.
func (st statement) waitsFor() string {
	missing := st.month.Facts.Settings.Confirmers - len(st.to.ConfirmedBy)
	if st.payout.Status != rules.Held || len(st.to.Problems) > 0 || missing <= 0 {
		return ""
	}
	more, s := "", ""
	if len(st.to.ConfirmedBy) > 0 {
		more = "more "
	}
	if missing > 1 {
		s = "s"
	}
	return fmt.Sprintf("Held: waiting for %d %sconfirmation%s of the new wallet; the balance is kept", missing, more, s)
}

// payment sets what happens to the balance, where to and when.
func (s *statementPage) payment() {
	c, p := s.c, s.st.payout
	words := statusWords[p.Status]
	if wait := s.st.waitsFor(); wait != "" {
		words.words = wait
	}
	c.paragraph(marginX, textSpan, section.in(words.colour), words.words)
	reason := p.Reason
	if p.Status == rules.Zero {
		reason = "Nothing to do."
	}
	if reason != "" {
		c.paragraph(marginX, textSpan, value, reason)
	}
	c.y += 4
	var facts []namedText
	if !p.DueOn.IsZero() {
		facts = append(facts, namedText{"Due on", dayName(p.DueOn) + " (" + p.DueOn.String() + ")"})
	}
	if p.Chain != "" {
		facts = append(facts, namedText{"Chain", "USDC on " + chainTitle(p.Chain)})
	}
	if p.Wallet != "" {
		facts = append(facts, namedText{"Wallet", p.Wallet})
	}
	if p.PaymentID != "" {
		facts = append(facts, namedText{"Payment id", p.PaymentID})
	}
	for _, f := range facts {
		lines := c.wrap(value, f.text, textSpan-80)
		c.ensure(value.leading * float64(min(len(lines), 3)))
		c.at(marginX, c.y+1, label, f.where)
		for _, line := range lines {
			c.ensure(value.leading)
			c.at(marginX+80, c.y, value, line)
			c.y += value.leading + 1.5
		}
	}
}

func chainTitle(name string) string {
	if c, ok := LookupChain(name); ok {
		return fmt.Sprintf("%s (chain id %d)", c.Name, c.ID)
	}
	return name
}

// footer sets what every page needs when it is alone.
func (s *statementPage) footer(page, pages int) {
	c, p := s.c, s.st.payout
	c.rule(marginX, textRight, footerY-6, 0.4, hairCol)
	number := fmt.Sprintf("Page %d of %d", page, pages)
	c.right(textRight, footerY, small, number)
	c.at(marginX, footerY, small, s.st.month.Period.String()+" · "+payeeName(p.PayeeKind, p.PayeeID))
}
