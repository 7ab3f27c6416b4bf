package outputs

import (
	"fmt"
	"iter"
	"slices"
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

// Unsettable finds the first character of s, in the form in which it is set, that
// documents in the month's fonts can't set right, and says why. ok is true when
// there is none. It is for a text that is none of the month's own.
func (m *Month) Unsettable(s string) (r rune, why string, ok bool) {
	set, _ := m.fontSet() // Files tells of a font that is none; until then the own ones count
	return set.unsettable(s)
}

// UnsettableText is a text of a document with characters that can't be set.
type UnsettableText struct {
	Payee string           // operator ID or partner ID; "" for what is on every document
	Where string           // which text: the name, the reason of line 3, …
	Rune  rune             // the first character
	Why   string           // it can't be set
	All   []UnsettableRune // the first five, each once
	More  int              // further ones
	Free  bool             // words in place of each stretch do; else the month is refused
}

const unsettableNamed = 5

func unsettableText(payee, where string, free bool, found []UnsettableRune) UnsettableText {
	named := min(len(found), unsettableNamed)
	return UnsettableText{payee, where, found[0].Rune, found[0].Why, found[:named], len(found) - named, free}
}

// named are the characters that messages name.
func (u UnsettableText) named() []UnsettableRune {
	if len(u.All) == 0 {
		return []UnsettableRune{{u.Rune, u.Why}}
	}
	return u.All
}

// FontHelps tells whether a font of the workspace could set one of the characters.
func (u UnsettableText) FontHelps() bool {
	return slices.ContainsFunc(u.named(), func(r UnsettableRune) bool { return r.Why == whyNoGlyph })
}

// Error tells of the text and its payee.
func (u UnsettableText) Error() string {
	payee := u.Payee
	if payee == "" {
		payee = "every statement"
	}
	return payee + ": " + u.Message()
}

// Message is Error without the payee.
func (u UnsettableText) Message() string {
	all := u.named()
	var whys []string
	byWhy := map[string][]string{}
	for _, x := range all {
		if byWhy[x.Why] == nil {
			whys = append(whys, x.Why)
		}
		byWhy[x.Why] = append(byWhy[x.Why], fmt.Sprintf("%q (%U)", x.Rune, x.Rune))
	}
	var b strings.Builder
	b.WriteString(u.Where + " has the character")
	if len(all) > 1 {
		b.WriteString("s")
	}
	for i, why := range whys {
		if i > 0 {
			b.WriteString("; and")
		}
		b.WriteString(" " + listed(byWhy[why]))
		if i == 0 {
			b.WriteString(", which a statement can't set right")
		}
		b.WriteString(": " + why)
	}
	if u.More > 0 {
		fmt.Fprintf(&b, "; and %d more such characters", u.More)
	}
	if u.Free {
		b.WriteString("; words are set in its place")
	}
	if u.FontHelps() {
		b.WriteString("; name a TrueType font that has ")
		if len(byWhy[whyNoGlyph]) == 1 {
			b.WriteString("it")
		} else {
			b.WriteString("them")
		}
		b.WriteString(" under fonts: in fleetpay.yaml")
	}
	return b.String()
}

// FindUnsettable lists the texts of a month that its statements and reports can't
// set: first those of payouts and lines, in their order, then those of facts and
// of evidence. Render refuses a month that has one, unless it is Free.
func FindUnsettable(m *Month) []UnsettableText {
	set, _ := m.fontSet() // Files tells of a font that is none; until then the own ones count
	var found []UnsettableText
	seen := map[[2]string]bool{}
	for t := range monthTexts(m) {
		place := [2]string{t.payee, t.where}
		if x := set.unsettables(t.text); len(x) > 0 && !seen[place] {
			seen[place] = true
			found = append(found, unsettableText(t.payee, t.where, t.free, x))
		}
	}
	return found
}

// findUnsettable holds the texts of one document that must be set right against the
// fonts that it is set in.
func (s *fontSet) findUnsettable(payee string, texts []namedText) error {
	for _, t := range texts {
		if found := s.unsettables(t.text); len(found) > 0 {
			return unsettableText(payee, t.where, false, found)
		}
	}
	return nil
}

// monthText is a text from outside with the payee whose documents show it. What
// is free was written for people to read, and nothing is found or paid by it.
type monthText struct {
	payee, where, text string
	free               bool
}

// lookers are called with each text, see with those that must be set right.
type lookers struct {
	see, free func(payee, where, text string)
}

// monthTexts lists every text that the month's statements and reports may show
// and that none of this program's own words is.
func monthTexts(m *Month) iter.Seq[monthText] {
	return func(yield func(monthText) bool) {
		more := true
		look := func(free bool) func(payee, where, text string) {
			return func(payee, where, text string) {
				more = more && (text == "" || yield(monthText{payee, where, text, free}))
			}
		}
		l := lookers{look(false), look(true)}
		see := l.see
		see("", "the program's name", m.Program)
		see("", "the program's version", m.ProgramVersion)
		see("", "the contact", m.Contact.Ask)
		if m.Book != nil {
			l.book(m.Book)
		}
		if m.Facts != nil {
			l.facts(m.Facts)
		}
		if m.Evidence != nil {
			l.evidence(m.Evidence)
		}
	}
}

func (look lookers) book(b *rules.Book) {
	see := look.see
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
			if isPlainLine(l) { // there are many lines
				continue
			}
			for _, t := range textsOfLine(l) {
				see(payee, t.where, t.text)
			}
			if isFree(l) {
				look.free(payee, reasonOfLine(l), l.Reason)
			}
		}
	}
}

func isPlainLine(l rules.Line) bool {
	return isPlain(l.Version) && isPlain(l.Rule) && isPlain(l.Label) && isPlain(l.Subject) && isPlain(l.Basis) && isPlain(l.Reason)
}

// textsOfLine are a line's texts that must be set right.
func textsOfLine(l rules.Line) []namedText {
	of := fmt.Sprintf(" of line %d", l.Number)
	texts := []namedText{
		{"the rule version" + of, l.Version}, {"the rule" + of, l.Rule}, {"the label" + of, l.Label},
		{"the subject" + of, l.Subject}, {"the basis" + of, l.Basis},
	}
	if !isFree(l) {
		texts = append(texts, namedText{reasonOfLine(l), l.Reason})
	}
	return texts
}

// isFree tells whether a line's reason is written by people.
func isFree(l rules.Line) bool { return l.Category == rules.Adjusting || l.Category == rules.Returned }

func reasonOfLine(l rules.Line) string { return fmt.Sprintf("the reason of line %d", l.Number) }

func (look lookers) facts(f *rules.Facts) {
	see := look.see
	payee := func(kind rules.PayeeKind, id, name, region, agreement string, tiers []rules.TierSince, to rules.Destination) {
		payee := payeeName(kind, id)
		see(payee, "the id", id)
		see(payee, "the name", name)
		see(payee, "the region", region)
		see(payee, "the agreement", agreement)
		for _, t := range tiers {
			see(payee, "the tier since "+t.From.String(), t.Tier)
		}
		see(payee, "the chain", to.Chain)
		see(payee, "the wallet", to.Wallet)
	}
	for _, o := range f.Operators {
		payee(rules.OperatorPayee, o.ID, o.Name, o.Region, o.Agreement, o.Tiers, o.Destination)
	}
	for _, p := range f.Partners {
		payee(rules.PartnerPayee, p.ID, p.Name, p.Region, p.Agreement, p.Tiers, p.Destination)
	}
	for _, n := range f.Nodes {
		payee := payeeName(rules.OperatorPayee, n.OperatorID)
		if !isPlain(n.ID) || !isPlain(n.Location) {
			see(payee, "the id of node "+n.ID, n.ID)
			look.free(payee, "the location of node "+n.ID, n.Location)
		}
	}
}

func (look lookers) evidence(e *rules.Evidence) {
	see, free := look.see, look.free
	for _, x := range e.Incidents {
		for _, id := range x.Operators { // one of nobody's nodes is on no report
			payee := payeeName(rules.OperatorPayee, id)
			of := " of incident " + x.ID
			see(payee, "the id"+of, x.ID)
			see(payee, "the severity"+of, x.Severity)
			free(payee, "the cause"+of, x.Cause)
			free(payee, "the resolution"+of, x.Resolution)
		}
	}
	for _, x := range e.Leads {
		if x.SourceKind == string(rules.PartnerPayee) {
			payee := payeeName(rules.PartnerPayee, x.SourceID)
			of := " of lead " + x.ID
			see(payee, "the id"+of, x.ID)
			free(payee, "the channel"+of, x.Channel)
			free(payee, "the customer"+of, x.Customer)
		}
	}
	for _, x := range e.Trainings {
		payee := payeeName(rules.OperatorPayee, x.OperatorID)
		see(payee, "the id of training "+x.ID, x.ID)
		free(payee, "the title of training "+x.ID, x.Title)
	}
	for _, x := range e.Activities {
		payee := payeeName(rules.PartnerPayee, x.PartnerID)
		see(payee, "the id of activity "+x.ID, x.ID)
		free(payee, "the title of activity "+x.ID, x.Title)
	}
	for _, x := range e.Notes {
		free(payeeName(rules.PartnerPayee, x.PartnerID), fmt.Sprintf("the note for the section %q", x.Section), x.Text)
	}
}
