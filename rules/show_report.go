package rules

import (
	"fmt"
	"strconv"
)

// How a version's report section is worded.

func wordReport(r *Report) []item {
	layout := map[Layout]string{
		LeadsLayout:     "Laid out as leads: leads, deals and what operators contribute.",
		ReferralsLayout: "Laid out as referrals: referred operators, mentoring and a self-assessment.",
		FleetLayout:     "Laid out as fleet: nodes, incidents, operators, the program and money.",
	}
	items := []item{{"layout", "The partner's monthly report", []string{layout[r.Layout]}}}
	add := func(key, heading string, sentences ...string) {
		if len(sentences) > 0 {
			items = append(items, item{key, heading, sentences})
		}
	}
	add("severities", "How soon incidents are to be answered and resolved", wordSeverities(r.Severities)...)
	add("targets", "Targets, unless the workspace has its own", r.Targets.words()...)
	if r.RecertificationMonths > 0 {
		add("recertification", "Certifications", fmt.Sprintf("To be renewed %s after the last one.", plural(r.RecertificationMonths, "month")))
	}
	if r.MentorshipDays > 0 {
		add("mentorship", "Mentoring", fmt.Sprintf("A partner mentors an operator that it referred in its first %s.", plural(r.MentorshipDays, "day")))
	}
	return items
}

func wordSeverities(list []SeverityTarget) []string {
	var said []string
	for _, s := range list {
		text := s.Severity + ":"
		if !s.Response.IsZero() {
			text += " answered within " + s.Response.String()
		}
		if !s.Response.IsZero() && !s.Resolution.IsZero() {
			text += ","
		}
		if !s.Resolution.IsZero() {
			text += " resolved within " + s.Resolution.String()
		}
		said = append(said, text+".")
	}
	return said
}

// words gives a sentence for each target that is set.
func (t Targets) words() []string {
	var said []string
	if s := t.ActiveOperators; s != nil {
		said = append(said, fmt.Sprintf("Active certified operators on the last day: %s.", s))
	}
	for _, share := range []struct {
		words string
		rate  *Rate
	}{{"Uptime above", t.Uptime}, {"Annual churn below", t.Churn}, {"Share of leads from partners above", t.LeadShare}} {
		if share.rate != nil {
			said = append(said, fmt.Sprintf("%s %s.", share.words, showShare(ExactOf(share.rate.Value))))
		}
	}
	for _, count := range []struct {
		words, or string
		n         *int
	}{
		{"Active nodes of a partner's network on the last day", "more", t.ActiveNodes},
		{"Leads of a partner in the month", "more", t.Leads},
		{"Qualified leads of a partner in the month", "more", t.QualifiedLeads},
		{"Operators that join a partner's network in the month", "more", t.NewOperators},
		{"Incidents of a partner's network in the month", "fewer", t.Incidents},
	} {
		switch {
		case count.n == nil:
		case *count.n == 0 && count.or == "fewer":
			said = append(said, count.words+": none.")
		default:
			said = append(said, fmt.Sprintf("%s: %d or %s.", count.words, *count.n, count.or))
		}
	}
	return said
}

// String writes the range for people: 3 to 5, or 3 when both ends are the same.
func (s Span) String() string {
	if s.From == s.To {
		return strconv.Itoa(s.From)
	}
	return fmt.Sprintf("%d to %d", s.From, s.To)
}
