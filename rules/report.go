package rules

// The vocabulary of a rule file's report section: how the partner's monthly
// report is laid out, and what figures are held against. No amount rests on it.

// Report says how the monthly reports of a version look.
type Report struct {
	Layout                Layout           `yaml:"layout" doc:"Which of the partner report's templates is used: leads, referrals or fleet (the default)."`
	Severities            []SeverityTarget `yaml:"severities" doc:"Targets of incidents by severity, in the order of reports."`
	Targets               Targets          `yaml:"targets" doc:"What figures are held against, unless the workspace says otherwise."`
	RecertificationMonths int              `yaml:"recertification_months" doc:"Months after which a certification is renewed; left out: never."`
	MentorshipDays        int              `yaml:"mentorship_days" doc:"The first days of an operator in which its partner is to mentor it; left out: not asked for."`
}

// Layout names a template of the partner's report.
type Layout string

// The layouts, each a template in specs/templates.
const (
	LeadsLayout     Layout = "leads"     // partner-report-leads.md: leads, deals, operators' contributions
	ReferralsLayout Layout = "referrals" // partner-report-referrals.md: referred operators, mentoring, self-assessment
	FleetLayout     Layout = "fleet"     // partner-report-fleet.md: nodes, incidents, operators, program, money
)

// SeverityTarget is how soon incidents of a severity are to be answered and
// resolved.
type SeverityTarget struct {
	Severity   string `yaml:"severity" required:"true" doc:"P0, P1, P2, P3, critical or warning."`
	Response   Within `yaml:"response" doc:"Answered within: 15 min, 4 h or 3 days. At least one of response and resolution is given."`
	Resolution Within `yaml:"resolution" doc:"Resolved within: 4 h or 3 days."`
}

// Within is a length of time that something is to be done in. The zero Within is
// no target.
type Within struct {
	Seconds int64
	Words   string // as people read it: 15 min, 4 h, 3 days
}

// IsZero tells whether no target is set.
func (w Within) IsZero() bool { return w.Seconds == 0 }

// String writes w for people; no target is nothing.
func (w Within) String() string { return w.Words }

// Targets are what figures are held against. What is left out has no target.
// They stand in rule files and in the workspace's configuration, and decode
// alone. Percentages are Rates that hold a share: 0.995 for 99.5%.
type Targets struct {
	ActiveOperators *Span `yaml:"active_operators" doc:"Certified operators that are active on the period's last day: this many, as {from: 3, to: 5}."`
	Uptime          *Rate `yaml:"uptime" doc:"Uptime is to be above this percentage."`
	Churn           *Rate `yaml:"churn" doc:"Annual churn is to be below this percentage."`
	LeadShare       *Rate `yaml:"lead_share" doc:"The share of leads that come from partners is to be above this percentage."`
	ActiveNodes     *int  `yaml:"active_nodes" doc:"A partner's network is to have this many nodes on the last day, or more."`
	Leads           *int  `yaml:"leads" doc:"A partner is to bring this many leads a month, or more."`
	QualifiedLeads  *int  `yaml:"qualified_leads" doc:"Leads of a partner to qualify in the month: this many, or more."`
	NewOperators    *int  `yaml:"new_operators" doc:"Operators to join a partner's network in the month: this many, or more."`
	Incidents       *int  `yaml:"incidents" doc:"Incidents of a partner's network in the month: this many, or fewer."`
}

// Over returns t with what it leaves out filled in from base.
func (t Targets) Over(base Targets) Targets {
	return Targets{
		ActiveOperators: first(t.ActiveOperators, base.ActiveOperators),
		Uptime:          first(t.Uptime, base.Uptime),
		Churn:           first(t.Churn, base.Churn),
		LeadShare:       first(t.LeadShare, base.LeadShare),
		ActiveNodes:     first(t.ActiveNodes, base.ActiveNodes),
		Leads:           first(t.Leads, base.Leads),
		QualifiedLeads:  first(t.QualifiedLeads, base.QualifiedLeads),
		NewOperators:    first(t.NewOperators, base.NewOperators),
		Incidents:       first(t.Incidents, base.Incidents),
	}
}

// first gives the first of two that is there.
func first[T any](a, b *T) *T {
	if a != nil {
		return a
	}
	return b
}

// Span is a range of whole numbers, both ends included.
type Span struct {
	From int `yaml:"from" required:"true" doc:"The least."`
	To   int `yaml:"to" required:"true" doc:"The most."`
}
