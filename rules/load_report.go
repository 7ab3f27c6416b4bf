package rules

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"fleetpay/rules/strict"
)

// How the report section is read and checked.

// severities are the words of the incidents dataset, as its catalog has them.
var severities = []string{"P0", "P1", "P2", "P3", "critical", "warning"}

// Allowed lists the words that a rule file may use.
func (Layout) Allowed() []string {
	return []string{string(LeadsLayout), string(ReferralsLayout), string(FleetLayout)}
}

var withinForm = regexp.MustCompile(`^([1-9][0-9]{0,5}) ?(s|min|h|day|days)$`)

// UnmarshalScalar reads a length of time in one unit: 15 min, 4 h, 3 days.
func (w *Within) UnmarshalScalar(text string) error {
	parts := withinForm.FindStringSubmatch(text)
	if parts == nil {
		return fmt.Errorf("%q is not a length of time; write a whole number above 0 with its unit, such as 15 min, 4 h or 3 days", text)
	}
	n, err := strconv.ParseInt(parts[1], 10, 64)
	if err != nil {
		return err
	}
	if strings.HasPrefix(parts[2], "day") {
		*w = Within{n * secondsPerDay, countWords(parts[1], "day")}
		return nil
	}
	*w = Within{n * units[parts[2]].times, parts[1] + " " + parts[2]}
	return nil
}

// UnmarshalNode reads targets and checks them at once, since they stand in more
// than one kind of file.
func (t *Targets) UnmarshalNode(n *strict.Node) {
	type plain Targets // without this method
	read := *n
	read.Entries = slices.DeleteFunc(slices.Clone(n.Entries), negativeTarget)
	read.Decode((*plain)(t))
	for key, r := range map[string]*Rate{"uptime": t.Uptime, "churn": t.Churn, "lead_share": t.LeadShare} {
		switch at := n.Get(key); {
		case r == nil || !at.Clean():
		case r.Parameter != "":
			at.Problem("%q is not a percentage; write one, such as 99.5%%", r.Parameter)
		case !r.Share:
			at.Problem("%s has no percent sign; write a percentage, such as 99.5%%", at.Text)
		case key == "churn" && r.Value.IsZero():
			at.Problem("%s can't be met, since churn is to be below it; write more than 0%%, such as 10%%", at.Text)
		case key != "churn" && r.Value.Equal(one):
			at.Problem("%s can't be met, since %s is to be above it; write less than 100%%, such as 99.9%%", at.Text, key)
		}
	}
	for key, count := range map[string]*int{"active_nodes": t.ActiveNodes, "leads": t.Leads,
		"qualified_leads": t.QualifiedLeads, "new_operators": t.NewOperators, "incidents": t.Incidents} {
		if count != nil {
			notNegative(n.Get(key), *count)
		}
	}
}

// negativeTarget reports a percentage below zero. A rate's own message would
// speak of penalties.
func negativeTarget(e strict.Entry) bool {
	percentage := slices.Contains([]string{"uptime", "churn", "lead_share"}, e.Key.Text)
	if !percentage || e.Value.Kind != strict.Scalar || !strings.HasPrefix(e.Value.Text, "-") {
		return false
	}
	e.Value.Problem("%q is negative; write a percentage above 0%%", e.Value.Text)
	return true
}

// UnmarshalNode reads a range and checks that it is one.
func (s *Span) UnmarshalNode(n *strict.Node) {
	type plain Span // without this method
	n.Decode((*plain)(s))
	if n.Kind != strict.Mapping {
		return
	}
	notNegative(n.Get("from"), s.From)
	notNegative(n.Get("to"), s.To)
	if n.Clean() && s.To < s.From {
		n.Get("to").Problem("%d is less than from, %d; write the least first", s.To, s.From)
	}
}

// notNegative checks a count that was decoded.
func notNegative(n *strict.Node, count int) {
	if n != nil && n.Clean() && count < 0 {
		n.Problem("%d is negative; write a count of 0 or more", count)
	}
}

// report checks how reports look. Its targets were checked as they were read.
func (c *checker) report() {
	r, p := &c.v.Report, at{"report"}
	seen := map[string]int{}
	for i, s := range r.Severities {
		c.severity(p.in("severities", i), s, seen, i)
	}
	c.upTo(p.in("recertification_months"), r.RecertificationMonths, maxSpan, "months")
	c.upTo(p.in("mentorship_days"), r.MentorshipDays, maxMentorship, "days")
}

// maxMentorship is the most days that a mentorship is asked for.
const maxMentorship = 3660

func (c *checker) severity(p at, s SeverityTarget, seen map[string]int, i int) {
	if s.Severity != "" {
		first, again := seen[s.Severity]
		switch {
		case !slices.Contains(severities, s.Severity):
			c.wrong(p.in("severity"), "%q is not allowed; %s", s.Severity, strict.Suggest(s.Severity, severities))
		case again:
			c.wrong(p.in("severity"), "the severity %s stands here twice, first on line %d; remove one", s.Severity, c.doc.Find("report", "severities", first, "severity").Line)
		default:
			seen[s.Severity] = i
		}
	}
	switch {
	case !c.hasKeys(p) || !c.decoded(p):
	case s.Response.IsZero() && s.Resolution.IsZero():
		c.lacks(p, "neither response nor resolution is given; give one, or leave the severity out")
	case !s.Response.IsZero() && !s.Resolution.IsZero() && s.Resolution.Seconds < s.Response.Seconds:
		c.wrong(p.in("resolution"), "%s is shorter than the response's %s; an incident is resolved after it is answered", s.Resolution, s.Response)
	}
}

// upTo checks a whole number from 0 to a limit.
func (c *checker) upTo(p at, n, most int, unit string) {
	if n < 0 || n > most {
		c.wrong(p, "%d is not from 0 to %d; write a number of %s", n, most, unit)
	}
}
