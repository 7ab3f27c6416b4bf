package outputs

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"fleetpay/rules"
)

// statementWords is what statements need to speak of rules and operators by
// their names instead of their ids.
type statementWords struct {
	operators map[string]string            // names by id
	leads     map[string]bool              // ids of leads that a line may be about
	labels    map[string]map[string]string // by version and rule
	anyLabel  map[string]string            // by rule, of whichever version's line comes first
	returns   map[string]rules.Return      // of the period, by payment id
}

func wordsOf(m *Month) *statementWords {
	w := &statementWords{map[string]string{}, map[string]bool{}, map[string]map[string]string{}, map[string]string{}, map[string]rules.Return{}}
	for _, o := range m.Facts.Operators {
		w.operators[o.ID] = o.Name
	}
	for _, l := range m.Facts.ConvertedLeads {
		w.leads[l.ID] = true
	}
	for _, r := range m.Facts.Returns {
		w.returns[r.PaymentID] = r
	}
	for _, l := range m.Book.Lines {
		if w.labels[l.Version] == nil {
			w.labels[l.Version] = map[string]string{}
		}
		w.labels[l.Version][l.Rule] = l.Label
		if w.anyLabel[l.Rule] == "" {
			w.anyLabel[l.Rule] = l.Label
		}
	}
	return w
}

// lineTitle is what a line is for. An adjustment's reason says it best.
func lineTitle(l rules.Line) string {
	switch {
	case l.Category == rules.Adjusting && l.Reason != "":
		return l.Reason
	case l.Label != "":
		return l.Label
	}
	return l.Rule
}

// referred names the operator that a commission is about.
func (w *statementWords) referred(l rules.Line) (name string, ok bool) {
	if l.Category != rules.Commission || w.leads[l.Subject] {
		return "", false
	}
	name, ok = w.operators[l.Subject]
	return name, ok && name != ""
}

// about says what a line is about: tier:2 is tier 2.
func (w *statementWords) about(l rules.Line) string {
	if l.Subject == "" {
		return ""
	}
	if name, ok := w.referred(l); ok {
		return "for " + name + " (" + l.Subject + ")"
	}
	if l.Category == rules.Adjusting {
		return "adjustment " + l.Subject
	}
	if l.Category == rules.Returned {
		return "payment of " + w.paidIn(l)
	}
	kind, name, ok := strings.Cut(l.Subject, ":")
	if ok && slices.Contains([]string{"tier", "region"}, kind) {
		return kind + " " + name
	}
	return "for " + l.Subject
}

// sharedLines finds what a share is taken of: base-rate and extra-nodes lines.
var sharedLines = regexp.MustCompile(` of ([a-z0-9][a-z0-9-]*(?:(?:, | and )[a-z0-9][a-z0-9-]*)*) lines`)

// basis is a line's arithmetic, with rules by their labels.
func (w *statementWords) basis(l rules.Line) string {
	return sharedLines.ReplaceAllStringFunc(l.Basis, func(words string) string {
		list := strings.TrimSuffix(strings.TrimPrefix(words, " of "), " lines")
		names := strings.Split(strings.ReplaceAll(list, " and ", ", "), ", ")
		for i, name := range names {
			if categoryWords[rules.Category(name)] != "" {
				continue
			}
			if label := w.labels[l.Version][name]; label != "" {
				names[i] = label
			} else if label := w.anyLabel[name]; label != "" {
				names[i] = label
			}
		}
		if last := len(names) - 1; last > 0 {
			names = []string{strings.Join(names[:last], ", ") + " and " + names[last]}
		}
		return " of " + names[0] + " lines"
	})
}

// why says what a line is about and why it is as it is, without what stands
// above it already.
func (w *statementWords) why(l rules.Line) string {
	if l.Category == rules.Adjusting {
		return w.about(l) // its reason is the title
	}
	if l.Category == rules.Returned {
		return joinWords(w.about(l), w.whyReturned(l))
	}
	reasons := slices.DeleteFunc(strings.Split(l.Reason, "; "), func(r string) bool { return hasWords(l.Basis, r) })
	reason := strings.Join(reasons, "; ")
	about := w.about(l)
	if hasWords(reason, about) {
		return reason
	}
	return joinWords(about, reason)
}

// hasWords tells whether text has words in it, as whole words: 1 mentee is not
// in 11 mentees.
func hasWords(text, words string) bool {
	for from := 0; words != ""; {
		at := strings.Index(text[from:], words)
		if at < 0 {
			return false
		}
		at += from
		before, _ := utf8.DecodeLastRuneInString(text[:at])
		after, _ := utf8.DecodeRuneInString(text[at+len(words):])
		if !partOfWord(before) && !partOfWord(after) {
			return true
		}
		from = at + 1
	}
	return false
}

func partOfWord(r rune) bool {
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune(".,-%", r))
}
