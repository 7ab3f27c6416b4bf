package rules

import (
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Shown is a version to be worded, with what its reader knows of it beside the
// rule file.
type Shown struct {
	*Version
	// Until is the last day on which it holds; zero when no version follows.
	Until Date
	// Values are those that a workspace gives for parameters, as written there.
	// A parameter without one stands in brackets.
	Values map[string]string
}

// Show writes a version as a finance person would read it: in words and numbers,
// rule by rule.
func Show(w io.Writer, v Shown) error {
	var b strings.Builder
	fmt.Fprintf(&b, "Rule version %s: %s\n", v.Name, v.Title)
	for _, s := range v.sections() {
		if len(s.items) == 0 {
			continue
		}
		fmt.Fprintf(&b, "\n%s\n", s.title)
		for i, item := range s.items {
			mark := "-"
			if s.numbered {
				mark = strconv.Itoa(i+1) + "."
			}
			fmt.Fprintf(&b, "\n%3s %s\n", mark, item.heading)
			for _, sentence := range item.sentences {
				fmt.Fprintf(&b, "    %s\n", beneath("    ", sentence))
			}
		}
	}
	b.WriteString("\n" + always)
	_, err := io.WriteString(w, b.String())
	return err
}

// beneath puts the further lines of a sentence under its first.
func beneath(margin, sentence string) string {
	return strings.ReplaceAll(sentence, "\n", "\n"+margin)
}

// always is what the engine does under every version.
const always = `What always holds, whatever a rule says

  - Rules for operators are for those with an active day in the month; the last
    active day of one who leaves is one of them, and no day after it is.
  - A bonus is earned only with a node that was active on a day of the month.
  - While one of the incidents that it is about is unanswered, a condition on
    response times does not hold.
  - What rests on a dataset that is absent pays nothing.
  - A partner earns nothing on an operator record of its own.
  - In a quarterly or yearly rule, too, the measures are those of the month; a
    review is that of the quarter.
  - Every rule that applies leaves a line, with the reason when it pays nothing.
    Each line is rounded once, to the cent.
`

// section is a part of a version in words.
type section struct {
	title    string
	numbered bool
	items    []item
}

// item is one thing that a version says, in sentences; one that lists conditions
// has a line for each. The key tells which item of another
// version it is to be compared with.
type item struct {
	key, heading string
	sentences    []string
}

// sections words a whole version. Show prints them and Diff compares them, so
// what one says the other knows.
func (v Shown) sections() []section {
	all := []section{
		{title: "In general", items: []item{v.period(), v.monitoring(), v.payment()}},
		{title: "Values that the workspace gives"},
		{title: "What is paid and taken, in this order", numbered: true},
		{title: "Limits"},
		{title: "Requirements"},
		{title: "What people are told to look at; it withholds nothing"},
		{title: "What reports show; nothing is paid by it", items: wordReport(&v.Report)},
	}
	for i := range v.Parameters {
		all[1].items = append(all[1].items, v.wordParameter(&v.Parameters[i]))
	}
	for i := range v.Rules {
		all[2].items = append(all[2].items, v.wordRule(&v.Rules[i]))
	}
	for i := range v.Caps {
		all[3].items = append(all[3].items, v.wordCap(&v.Caps[i]))
	}
	for i := range v.Requirements {
		all[4].items = append(all[4].items, wordRequirement(&v.Requirements[i]))
	}
	for i := range v.Flags {
		all[5].items = append(all[5].items, wordFlag(&v.Flags[i]))
	}
	return all
}

func (v Shown) period() item {
	until := v.To
	if until == 0 {
		until = v.Until
	}
	text := fmt.Sprintf("From %s on, until another version begins.", v.From)
	if until != 0 {
		text = fmt.Sprintf("From %s to %s.", v.From, until)
	}
	return item{"period", "In force", []string{text}}
}

func (v Shown) wordParameter(p *Parameter) item {
	said := item{key: p.ID, heading: fmt.Sprintf("%s (%s)", p.Label, p.ID)}
	what := map[ParameterKind]string{ParameterAmount: "in dollars", ParameterShare: "a percentage"}[p.Kind]
	if value := v.rate(Rate{Parameter: p.ID}); !strings.HasPrefix(value, "[") {
		said.sentences = []string{value + "."}
	} else {
		said.sentences = []string{fmt.Sprintf("Not given yet, %s; it stands below as %s.", what, value)}
	}
	return said
}

func (v Shown) monitoring() item {
	text := "Counts as down."
	if v.Missing == MissingIgnore {
		text = "Is left out: it counts neither as up nor as down."
	}
	return item{"missing", "A time slot without a heartbeat", []string{text}}
}

func (v Shown) payment() item {
	from := "the last day of the month"
	if v.Due.After == AfterClose {
		from = "the day on which the month is closed"
	}
	return item{"due", "Payment is due", []string{fmt.Sprintf("%s after %s.", plural(v.Due.Days, "day"), from)}}
}

func plural(n int, unit string) string { return countWords(strconv.Itoa(n), unit) }

// wordRule words a rule, a sentence for each thing that it says.
func (v Shown) wordRule(r *Rule) item {
	said := item{key: r.ID, heading: fmt.Sprintf("%s (%s, %s)", r.Label, r.ID, r.Category)}
	say := func(format string, args ...any) {
		said.sentences = append(said.sentences, fmt.Sprintf(format, args...))
	}
	say("%s.", v.wordAmount(r))
	if r.Payee == ToPartner {
		say("To the partner.")
	} else if r.Payee == ToLeadSource {
		say("To the operator or partner that the lead came from, active or not.")
	}
	if rates := r.Amount.rates(); len(rates.ByTier) == 1 {
		say("For %s only.", wordTier(rates.ByTier[0].Tier))
	} else if len(r.Tiers) > 0 && rates.One != nil {
		say("For %s only.", wordTiers(r.Tiers))
	}
	if r.Cadence == Quarterly {
		say("In March, June, September and December only.")
	} else if r.Cadence == Yearly {
		say("In December only.")
	}
	if r.Exit != nil {
		say("Only for %s.", wordExit(r.Exit))
	}
	if len(r.Applies) > 0 {
		say("%s", wordConditions("Applies (there is no line otherwise) when", r.Applies))
	}
	if len(r.Earned) > 0 {
		say("%s", wordConditions("Earned when", r.Earned))
	}
	if r.Window != nil {
		say("%s.", wordWindow(r.Window))
	}
	if r.AtMost.given() {
		say("At most %s on a line.", v.rates(r.AtMost))
	}
	return said
}

func wordWindow(w *Window) string {
	if w.FirstMonths > 0 {
		return fmt.Sprintf("Counts the part of the operator's days that lies in its first %s", plural(w.FirstMonths, "month"))
	}
	return fmt.Sprintf("Counts the part of the operator's days that lies after its first %s", plural(w.AfterMonths, "month"))
}

// wordExit words who of the leavers is meant.
func wordExit(e *Exit) string {
	text := "an operator whose last active day is in the month"
	if e.WithinMonths > 0 {
		text += fmt.Sprintf(" and who left before having served %s", plural(e.WithinMonths, "month"))
	}
	if e.WithinCommitment {
		text += " and who left before having served its commitment"
	}
	switch e.Kind {
	case "voluntary":
		text += ", by its own will"
	case "for_cause":
		text += ", for cause"
	}
	return text
}

func (v Shown) wordCap(c *Cap) item {
	lines, category := string(c.Category)+" lines", c.Category
	if len(c.Rules) > 0 {
		lines, category = "lines of "+and(v.labels(c.Rules)), v.rule(c.Rules[0]).Category
	}
	whose := "operator"
	if c.Payee == ToPartner {
		whose = "partner"
	}
	said := item{key: c.ID, heading: fmt.Sprintf("%s (%s)", c.Label, c.ID)}
	text := "The sum of the %s's %s is at most %s; what is over it is taken back by a line of its own."
	if category == Penalty {
		text = "The %s's %s take away at most %s together; what is over it is given back by a line of its own."
	}
	said.sentences = append(said.sentences, fmt.Sprintf(text, whose, lines, v.rates(c.AtMost)))
	if len(c.Tiers) > 0 {
		said.sentences = append(said.sentences, "For "+wordTiers(c.Tiers)+" only.")
	}
	return said
}

func wordRequirement(q *Requirement) item {
	who := wordMany(q.Payee, q.Tiers)
	said := item{key: strings.Join(append([]string{q.ID, string(q.Payee)}, q.Tiers...), " "), heading: fmt.Sprintf("%s (%s), for %s", q.Label, q.ID, who)}
	said.sentences = append(said.sentences, wordConditions("Met when", q.Conditions))
	if q.Unmet == FlagOnly {
		said.sentences = append(said.sentences, "While it is unmet, people are told; nothing is withheld.")
		return said
	}
	var words []string
	for _, c := range q.Category {
		words = append(words, string(c))
	}
	said.sentences = append(said.sentences, "While it is unmet, "+and(words)+" lines are not earned.")
	return said
}

// wordMany names all of a kind: operators of tier 2, silver partners.
func wordMany(p Payee, tiers []string) string {
	switch {
	case p == OfFleet:
		return "the fleet"
	case p == ToPartner && len(tiers) > 0:
		return and(tiers) + " partners"
	case len(tiers) > 0:
		return string(p) + "s of " + wordTiers(tiers)
	}
	return string(p) + "s"
}

func wordFlag(f *Flag) item {
	who := wordMany(f.Payee, f.Tiers)
	said := item{key: strings.Join(append([]string{f.ID, string(f.Payee)}, f.Tiers...), " "), heading: fmt.Sprintf("%s (%s), for %s", f.Label, f.ID, who)}
	if f.Exit != nil {
		said.sentences = append(said.sentences, "Only for "+wordExit(f.Exit)+".")
	}
	if len(f.When) > 0 {
		said.sentences = append(said.sentences, wordConditions("Raised when", f.When))
	} else {
		said.sentences = append(said.sentences, wordConditions("Raised unless", f.Unless))
	}
	return said
}
