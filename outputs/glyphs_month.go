package outputs

import (
	"fmt"
	"iter"
	"strings"
	"sync"

	"fleetpay/rules"
)

// monthFonts is the set of fonts of a month, made when it is first asked for.
type monthFonts struct {
	once sync.Once
	set  *fontSet
	err  error
}

// fontSet is the fonts that all documents of the month are set in. It fails for a
// font that CheckFont refuses.
func (m *Month) fontSet() (*fontSet, error) {
	f := &m.fonts
	f.once.Do(func() {
		f.set, f.err = newFontSet(m.Fonts, func(yield func(string) bool) {
			for t := range monthTexts(m) {
				if !yield(t.text) {
					return
				}
			}
		})
	})
	return f.set, f.err
}

// Unsettable is the function Unsettable with the month's fonts: for a text that
// is none of the month's own.
func (m *Month) Unsettable(s string) (r rune, why string, ok bool) {
	set, _ := m.fontSet() // Files tells of a font that is none; until then the own ones count
	return set.unsettable(s)
}

// UnsettableText is a text of a document that can't be set.
type UnsettableText struct {
	Payee string // operator ID or partner ID; "" for what is on every document
	Where string // which text: the name, the reason of line 3, …
	Rune  rune
	Why   string
}

func (u UnsettableText) Error() string {
	payee := u.Payee
	if payee == "" {
		payee = "every statement"
	}
	text := fmt.Sprintf("%s: %s has the character %q (%U), which a statement can't set right: %s", payee, u.Where, u.Rune, u.Rune, u.Why)
	if u.Why == whyNoGlyph {
		text += "; name a TrueType font that has it under fonts: in fleetpay.yaml"
	}
	return text
}

// FindUnsettable lists the texts of a month that its statements and reports can't
// set: first those of payouts and lines, in their order, then those of facts and
// of evidence. Render refuses a month that has one.
func FindUnsettable(m *Month) []UnsettableText {
	var found []UnsettableText
	seen := map[monthText]bool{}
	for t := range monthTexts(m) {
		if isPlain(t.text) {
			continue
		}
		r, why, ok := m.Unsettable(t.text)
		if place := (monthText{payee: t.payee, where: t.where}); !ok && !seen[place] {
			seen[place] = true
			found = append(found, UnsettableText{t.payee, t.where, r, why})
		}
	}
	return found
}

// findUnsettable holds the texts of one document against the fonts that it is set
// in. A text may have line ends, where a line ends on the page, too.
func (s *fontSet) findUnsettable(payee string, texts []namedText) error {
	for _, t := range texts {
		for line := range linesOf(t.text) {
			if r, why, ok := s.unsettable(line); !ok {
				return UnsettableText{payee, t.where, r, why}
			}
		}
	}
	return nil
}

func linesOf(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for line := range strings.SplitSeq(text, "\n") {
			if !yield(strings.TrimSuffix(line, "\r")) {
				return
			}
		}
	}
}

// monthText is a text from outside with the payee whose documents show it.
type monthText struct{ payee, where, text string }

// monthTexts lists every text that the month's statements and reports may show
// and that none of this program's own words is. A text with line ends comes line
// by line.
func monthTexts(m *Month) iter.Seq[monthText] {
	return func(yield func(monthText) bool) {
		more := true
		see := func(payee, where, text string) {
			more = more && (text == "" || yield(monthText{payee, where, text}))
		}
		see("", "the program's name", m.Program)
		see("", "the program's version", m.ProgramVersion)
		see("", "the contact", m.Contact.Ask)
		if m.Book != nil {
			seeBook(m.Book, see)
		}
		if m.Facts != nil {
			seeFacts(m.Facts, see)
		}
		if m.Evidence != nil {
			seeEvidence(m.Evidence, see)
		}
	}
}

func seeBook(b *rules.Book, see func(payee, where, text string)) {
	lines := map[PayeeKey][]rules.Line{}
	for _, l := range b.Lines {
		key := PayeeKey{l.PayeeKind, l.PayeeID}
		lines[key] = append(lines[key], l)
	}
	for _, p := range b.Payouts {
		payee := payeeName(p.PayeeKind, p.PayeeID)
		see(payee, "the id", p.PayeeID)
		see(payee, "the name", p.Name)
		see(payee, "the rule version", p.Version)
		see(payee, "the payout's reason", p.Reason)
		see(payee, "the chain", p.Chain)
		see(payee, "the wallet", p.Wallet)
		for _, l := range lines[PayeeKey{p.PayeeKind, p.PayeeID}] {
			for _, t := range []namedText{
				{"rule version", l.Version}, {"rule", l.Rule}, {"label", l.Label}, {"subject", l.Subject}, {"basis", l.Basis}, {"reason", l.Reason},
			} {
				if !isPlain(t.text) { // there are many lines
					see(payee, fmt.Sprintf("the %s of line %d", t.where, l.Number), t.text)
				}
			}
		}
	}
}

func seeFacts(f *rules.Facts, see func(payee, where, text string)) {
	for _, o := range f.Operators {
		payee := payeeName(rules.OperatorPayee, o.ID)
		see(payee, "the id", o.ID)
		see(payee, "the name", o.Name)
		see(payee, "the region", o.Region)
		see(payee, "the agreement", o.Agreement)
		for _, t := range o.Tiers {
			see(payee, "the tier since "+t.From.String(), t.Tier)
		}
		seeDestination(payee, o.Destination, see)
	}
	for _, p := range f.Partners {
		payee := payeeName(rules.PartnerPayee, p.ID)
		see(payee, "the id", p.ID)
		see(payee, "the name", p.Name)
		see(payee, "the region", p.Region)
		see(payee, "the agreement", p.Agreement)
		for _, t := range p.Tiers {
			see(payee, "the tier since "+t.From.String(), t.Tier)
		}
		seeDestination(payee, p.Destination, see)
	}
	for _, n := range f.Nodes {
		payee := payeeName(rules.OperatorPayee, n.OperatorID)
		if !isPlain(n.ID) || !isPlain(n.Location) {
			see(payee, "the id of node "+n.ID, n.ID)
			see(payee, "the location of node "+n.ID, n.Location)
		}
	}
}

func seeDestination(payee string, d rules.Destination, see func(payee, where, text string)) {
	see(payee, "the chain", d.Chain)
	see(payee, "the wallet", d.Wallet)
}

func seeEvidence(e *rules.Evidence, see func(payee, where, text string)) {
	for _, x := range e.Incidents {
		for _, id := range x.Operators { // one of nobody's nodes is on no report
			payee := payeeName(rules.OperatorPayee, id)
			of := " of incident " + x.ID
			see(payee, "the id"+of, x.ID)
			see(payee, "the severity"+of, x.Severity)
			for line := range linesOf(x.Cause) {
				see(payee, "the cause"+of, line)
			}
			for line := range linesOf(x.Resolution) {
				see(payee, "the resolution"+of, line)
			}
			for _, node := range x.NodeIDs {
				see(payee, "a node"+of, node)
			}
		}
	}
	for _, x := range e.Leads {
		if x.SourceKind == string(rules.PartnerPayee) {
			payee := payeeName(rules.PartnerPayee, x.SourceID)
			of := " of lead " + x.ID
			see(payee, "the id"+of, x.ID)
			see(payee, "the channel"+of, x.Channel)
			see(payee, "the customer"+of, x.Customer)
		}
	}
	for _, x := range e.Trainings {
		payee := payeeName(rules.OperatorPayee, x.OperatorID)
		see(payee, "the id of training "+x.ID, x.ID)
		see(payee, "the title of training "+x.ID, x.Title)
	}
	for _, x := range e.Activities {
		payee := payeeName(rules.PartnerPayee, x.PartnerID)
		see(payee, "the id of activity "+x.ID, x.ID)
		see(payee, "the title of activity "+x.ID, x.Title)
	}
	for _, x := range e.Notes {
		for line := range linesOf(x.Text) {
			see(payeeName(rules.PartnerPayee, x.PartnerID), fmt.Sprintf("the note for the section %q", x.Section), line)
		}
	}
}
