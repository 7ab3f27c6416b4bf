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
	Response   string `yaml:"response" doc:"As 15 min, 4 h or 3 days."`
	Resolution string `yaml:"resolution" doc:"As 4 h or 3 days."`
}

// Targets are what figures are held against. What is left out has no target.
type Targets struct {
	ActiveOperators *Span `yaml:"active_operators" doc:"Certified operators on the period's last day."`
	Uptime          *Rate `yaml:"uptime" doc:"Uptime is to be above this percentage."`
	Churn           *Rate `yaml:"churn" doc:"Annual churn is to be below this percentage."`
	LeadShare       *Rate `yaml:"lead_share" doc:"The share of leads that come from partners is to be above this percentage."`
	ActiveNodes     *int  `yaml:"active_nodes" doc:"A partner's network is to have this many nodes on the last day, or more."`
	Leads           *int  `yaml:"leads" doc:"A partner is to bring this many leads a month, or more."`
	QualifiedLeads  *int  `yaml:"qualified_leads" doc:"Of which so many qualified in the month, or more."`
	NewOperators    *int  `yaml:"new_operators" doc:"Operators to join a partner's network in the month, or more."`
	Incidents       *int  `yaml:"incidents" doc:"Incidents of a partner's network in the month, or fewer."`
}

// Span is a range of whole numbers, both ends included.
type Span struct {
	From int `yaml:"from" required:"true" doc:"The least."`
	To   int `yaml:"to" required:"true" doc:"The most."`
}
