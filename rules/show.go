package rules

import (
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Show writes a version as a finance person would read it: in words and numbers,
// rule by rule.
func Show(w io.Writer, v *Version) error {
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
				fmt.Fprintf(&b, "    %s\n", sentence)
			}
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// section is a part of a version in words.
type section struct {
	title    string
	numbered bool
	items    []item
}

// item is one thing that a version says. The key tells which item of another
// version it is to be compared with.
type item struct {
	key, heading string
	sentences    []string
}

// sections words a whole version. Show prints them and Diff compares them, so
// what one says the other knows.
func (v *Version) sections() []section {
	all := []section{
		{title: "In general", items: []item{v.period(), v.monitoring(), v.payment()}},
		{title: "Values that the workspace gives, in brackets below"},
		{title: "What is paid and taken, in this order", numbered: true},
		{title: "Limits"},
		{title: "Requirements"},
		{title: "What people are told to look at; it withholds nothing"},
	}
	for _, p := range v.Parameters {
		all[1].items = append(all[1].items, item{p.ID, p.ID, []string{p.Label + ", " + map[ParameterKind]string{
			ParameterAmount: "in dollars.", ParameterShare: "a percentage.",
		}[p.Kind]}})
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

func (v *Version) period() item {
	text := fmt.Sprintf("From %s until the next version begins.", v.From)
	if v.To != 0 {
		text = fmt.Sprintf("From %s to %s.", v.From, v.To)
	}
	return item{"period", "In force", []string{text}}
}

func (v *Version) monitoring() item {
	text := "Counts as down."
	if v.Missing == MissingIgnore {
		text = "Is left out: it counts neither as up nor as down."
	}
	return item{"missing", "A time slot without a heartbeat", []string{text}}
}

func (v *Version) payment() item {
	from := "the last day of the month"
	if v.Due.After == AfterClose {
		from = "the day on which the month is closed"
	}
	return item{"due", "Payment is due", []string{fmt.Sprintf("%s after %s.", plural(v.Due.Days, "day"), from)}}
}

func plural(n int, unit string) string { return countWords(strconv.Itoa(n), unit) }

// wordRule words a rule, a sentence for each thing that it says.
func (v *Version) wordRule(r *Rule) item {
	said := item{key: r.ID, heading: fmt.Sprintf("%s (%s, %s)", r.Label, r.ID, r.Category)}
	say := func(format string, args ...any) {
		said.sentences = append(said.sentences, fmt.Sprintf(format, args...))
	}
	takes := ""
	if r.Category == Penalty {
		takes = "Takes away "
	}
	say("%s%s.", takes, v.wordAmount(r))
	switch r.Payee {
	case ToPartner:
		say("To the partner.")
	case ToLeadSource:
		say("To the operator or partner that the lead came from, active or not.")
	}
	if len(r.Tiers) > 0 && r.Amount.rates().One != nil {
		say("For %s only.", wordTiers(r.Tiers))
	}
	switch r.Cadence {
	case Quarterly:
		say("In March, June, September and December only.")
	case Yearly:
		say("In December only.")
	}
	if r.Exit != nil {
		say("Only for %s.", wordExit(r.Exit))
	}
	if len(r.Applies) > 0 {
		say("Applies when %s; there is no line otherwise.", wordConditions(r.Applies))
	}
	if len(r.Earned) > 0 {
		say("Earned when %s.", wordConditions(r.Earned))
	}
	if r.Window != nil {
		say("%s.", wordWindow(r.Window))
	}
	if r.AtMost.given() {
		say("At most %s on a line.", wordRates(r.AtMost))
	}
	return said
}

// wordAmount words the form of an amount.
func (v *Version) wordAmount(r *Rule) string {
	a := &r.Amount
	text := wordRates(a.rates())
	switch {
	case r.Payee == ToLeadSource && a.Of == nil:
		text += " for each lead converted in the month, a line per lead"
	case a.Of != nil:
		text += v.wordOf(r)
	case a.Per == perOperatorMonth:
		text += " a month, by the days with an active node"
	case a.Per == perNodeMonth:
		text += " per node and month, by the day" + wordRange(a)
	case a.Per != "":
		def, _ := LookupMeasure(a.Per)
		text += " × " + def.Words + wordMentees(a.Count)
	}
	if r.byDay() && len(a.Rate.ByTier) > 0 {
		text += "; a line per tier"
	}
	if a.Each != "" {
		text += ", a line per tier"
	}
	if t := a.Times; t != nil {
		def, _ := LookupMeasure(t.Measure)
		switch {
		case t.Below != nil:
			text += ", times what " + def.Words + " falls short of " + wordRate(*t.Below)
		case def.Unit == UnitCount || def.Unit == UnitShare || strings.HasPrefix(def.Words, string(def.Unit)):
			text += ", times " + def.Words
		default:
			text += ", times " + def.Words + " in " + string(def.Unit)
		}
	}
	return text
}

// wordOf words what a share is taken of.
func (v *Version) wordOf(r *Rule) string {
	of := r.Amount.Of
	whose := " of the operator's "
	if r.Payee == ToPartner {
		whose = " of each referred operator's "
	}
	switch {
	case len(of.Category) > 0:
		var words []string
		for _, c := range of.Category {
			words = append(words, string(c))
		}
		return whose + and(words) + " lines"
	case len(of.Rule) > 0:
		return whose + "lines of " + and(v.labels(of.Rule))
	case len(of.ExitMonth) > 0:
		return " of what " + and(v.labels(of.ExitMonth)) + " would give for a full month with the nodes and the tier of the last day with a node"
	case r.Payee == ToLeadSource:
		return " of the revenue of each lead converted in the month, a line per lead"
	}
	def, _ := LookupMeasure(of.Measure)
	text := " of the " + def.Words + " of the month"
	if r.Amount.Split != "" {
		text += ", split evenly among all to whom the rule applies"
	}
	return text
}

// labels names rules as people know them.
func (v *Version) labels(ids []string) []string {
	var labels []string
	for _, id := range ids {
		labels = append(labels, v.rule(id).Label)
	}
	return labels
}

func wordRange(a *Amount) string {
	switch {
	case a.From > 1 && a.To > 0:
		return fmt.Sprintf(", for nodes %d to %d of each day", a.From, a.To)
	case a.From > 1:
		return fmt.Sprintf(", for each day's nodes from number %d on", a.From)
	case a.To > 0:
		return fmt.Sprintf(", for at most %s a day", plural(a.To, "node"))
	}
	return ""
}

func wordMentees(m *Mentees) string {
	var words []string
	if m != nil && len(m.Tiers) > 0 {
		words = append(words, "of "+wordTiers(m.Tiers))
	}
	if m != nil && m.Onboarded {
		words = append(words, "onboarded by the end of the month")
	}
	if len(words) == 0 {
		return ""
	}
	return " (only those " + strings.Join(words, ", ") + ")"
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

func (v *Version) wordCap(c *Cap) item {
	lines := string(c.Category) + " lines"
	if len(c.Rules) > 0 {
		lines = "lines of " + and(v.labels(c.Rules))
	}
	whose := "operator"
	if c.Payee == ToPartner {
		whose = "partner"
	}
	said := item{key: c.ID, heading: fmt.Sprintf("%s (%s)", c.Label, c.ID)}
	said.sentences = append(said.sentences,
		fmt.Sprintf("The sum of the %s's %s is at most %s; what is over it is taken back by a line of its own.", whose, lines, wordRates(c.AtMost)))
	if len(c.Tiers) > 0 {
		said.sentences = append(said.sentences, "For "+wordTiers(c.Tiers)+" only.")
	}
	return said
}

func wordRequirement(q *Requirement) item {
	who := wordMany(q.Payee, q.Tiers)
	said := item{key: strings.Join(append([]string{q.ID, string(q.Payee)}, q.Tiers...), " "), heading: fmt.Sprintf("%s (%s), for %s", q.Label, q.ID, who)}
	said.sentences = append(said.sentences, "Met when "+wordConditions(q.Conditions)+".")
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
		said.sentences = append(said.sentences, "Raised when "+wordConditions(f.When)+".")
	} else {
		said.sentences = append(said.sentences, "Raised unless "+wordConditions(f.Unless)+".")
	}
	return said
}
