package rules

// MeasureDef is a measure that a rule file may name: a number, a length of time
// or a truth about a payee in the period.
type MeasureDef struct {
	Name      string
	Unit      Unit    // its thresholds carry the same
	For       []Payee // whose rules, requirements and flags may name it
	Dataset   string  // without it nothing is known: "no incident data"
	Words     string  // for reasons and for people: "uptime"
	Doc       string  // the exact definition
	Countable bool    // may stand in amount.per and amount.times
	Months    bool    // a condition on it may say months
	None      bool    // there may be nothing to measure: a condition on it may say none

	Fractional bool // of a number or hours: it need not be whole
}

var (
	forOperator = []Payee{ToOperator}
	forPartner  = []Payee{ToPartner}
	forBoth     = []Payee{ToOperator, ToPartner}
	forSource   = []Payee{ToLeadSource}
	forRegion   = []Payee{OfRegion}
	forFleet    = []Payee{OfFleet}
)

// measures is the registry, in the order of the documentation.
var measures = []MeasureDef{
	{Name: "uptime", Unit: UnitShare, For: forOperator, Dataset: "heartbeats", Words: "uptime", Months: true,
		Doc: "Up slots / expected slots, over the operator's nodes on the days they are active under it in the period. With `months: N` in a condition: it must hold in each of N consecutive months, this one and those before it. No expected slot: no value (`no uptime measured`)."},
	{Name: "region-uptime", Unit: UnitShare, For: []Payee{ToOperator, OfRegion}, Dataset: "heartbeats", Words: "region uptime",
		Doc: "Up slots / expected slots, over all nodes of all operators of the operator's region, whatever their version or exit."},
	{Name: "fleet-uptime", Unit: UnitShare, For: []Payee{ToOperator, ToPartner, OfRegion, OfFleet}, Dataset: "heartbeats", Words: "fleet uptime",
		Doc: "Up slots / expected slots, over all nodes of all operators."},
	{Name: "task-completion", Unit: UnitShare, For: forOperator, Dataset: "tasks", Words: "task completion", None: true,
		Doc: "Succeeded / (succeeded + failed + expired), of the operator's tasks dispatched in the period; cancelled ones are left out. No such task: `none` decides (`no task`)."},
	{Name: "tasks-succeeded", Unit: UnitCount, For: forOperator, Dataset: "tasks", Words: "tasks succeeded", Countable: true,
		Doc: "The operator's tasks dispatched in the period that succeeded."},
	{Name: "tasks-failed", Unit: UnitCount, For: forOperator, Dataset: "tasks", Words: "tasks failed", Countable: true,
		Doc: "The operator's tasks dispatched in the period that failed or expired."},
	{Name: "incidents", Unit: UnitCount, For: forOperator, Dataset: "incidents", Words: "incidents", Countable: true,
		Doc: "Incidents opened in the period that name a node which was an active node of the operator on that UTC day; an incident counts once, however many of the operator's nodes it names."},
	{Name: "critical-incidents", Unit: UnitCount, For: forOperator, Dataset: "incidents", Words: "critical incidents", Countable: true,
		Doc: "Those of the operator's incidents with severity critical, P0 or P1."},
	{Name: "mean-response", Unit: UnitDuration, For: forOperator, Dataset: "incidents", Words: "mean response time", None: true,
		Doc: "The mean of the response times of the operator's incidents. A response time runs from `opened_at` to the earlier of `acknowledged_at` and `resolved_at`. No incident: `none` decides. While one of them is unanswered (neither time), a condition on it is not met."},
	{Name: "slowest-response", Unit: UnitDuration, For: forOperator, Dataset: "incidents", Words: "slowest response time", None: true,
		Doc: "The longest response time of the operator's incidents; no incident and an unanswered one as with mean-response."},
	{Name: "mean-critical-response", Unit: UnitDuration, For: forOperator, Dataset: "incidents", Words: "mean critical response time", None: true,
		Doc: "As mean-response, of the critical incidents only."},
	{Name: "slowest-critical-response", Unit: UnitDuration, For: forOperator, Dataset: "incidents", Words: "slowest critical response time", None: true,
		Doc: "As slowest-response, of the critical incidents only."},
	{Name: "mean-resolution", Unit: UnitDuration, For: forOperator, Dataset: "incidents", Words: "mean resolution time", None: true,
		Doc: "The mean of `resolved_at` − `opened_at` of the operator's incidents that are resolved. None resolved: `none` decides."},
	{Name: "qualified-leads", Unit: UnitCount, For: forBoth, Dataset: "leads", Words: "qualified leads", Countable: true, Months: true,
		Doc: "Leads with this payee as their source and `qualified_on` in the period. For a partner, a condition may say `months: N`: in the N months that end with the period."},
	{Name: "converted-leads", Unit: UnitCount, For: forBoth, Dataset: "leads", Words: "converted leads", Countable: true,
		Doc: "Leads with this payee as their source and `converted_on` in the period."},
	{Name: "mentees", Unit: UnitCount, For: forOperator, Dataset: "mentorships", Words: "mentees", Countable: true,
		Doc: "Distinct mentees with a mentorship by this operator that overlaps the period (`starts_on` on or before its last day, `ends_on` absent or on or after its first) and with an active day of their own in it. As `per`, `amount.mentees` narrows which of them count."},
	{Name: "mentees-onboarded-ever", Unit: UnitCount, For: forOperator, Dataset: "mentorships", Words: "mentees ever onboarded", Countable: true,
		Doc: "Distinct mentees of all mentorships by this operator, past ones too, with `onboarded_on` on or before the period's last day."},
	{Name: "review-score", Unit: UnitCount, For: forOperator, Dataset: "reviews", Words: "review score", Countable: true, Fractional: true,
		Doc: "The operator's score from 0 to 1, for the quarter that the period is in. No review: no value (`no review`)."},
	{Name: "tenure", Unit: UnitMonths, For: forOperator, Words: "tenure", Countable: true,
		Doc: "The greatest m with `joined_on` + m months on or before the first day of the next period; 31 January and 1 month is the last day of February."},
	{Name: "operator-days", Unit: UnitCount, For: forOperator, Words: "operator-days", Countable: true,
		Doc: "Days of the period on which the operator had at least one active node."},
	{Name: "node-days", Unit: UnitCount, For: forOperator, Words: "node-days", Countable: true,
		Doc: "The sum, over the days of the period, of the operator's active nodes on that day."},
	{Name: "nodes-on-last-day", Unit: UnitCount, For: forOperator, Words: "nodes on the last day", Countable: true,
		Doc: "The operator's active nodes on the period's last day."},
	{Name: "most-nodes", Unit: UnitCount, For: forOperator, Words: "nodes on the busiest day", Countable: true,
		Doc: "The greatest number of active nodes that the operator had on one day of the period."},
	{Name: "active-on-last-day", Unit: UnitFlag, For: forOperator, Words: "active on the last day",
		Doc: "True when the operator is active on the period's last day, with nodes or without."},
	{Name: "certified", Unit: UnitFlag, For: forOperator, Words: "certified",
		Doc: "True when the operator has a `certified_on` on or before the period's last day."},
	{Name: "training-hours", Unit: UnitHours, For: forOperator, Dataset: "trainings", Words: "training hours", Countable: true, Fractional: true,
		Doc: "The sum of the hours of the operator's trainings completed in the period."},
	{Name: "months-served", Unit: UnitMonths, For: forOperator, Words: "months served", Countable: true,
		Doc: "For an operator with a `last_active_day`: the least m of 1 or more with `joined_on` + m months after `last_active_day`. For others: no value (`has not left`)."},
	{Name: "commitment-months", Unit: UnitMonths, For: forOperator, Words: "commitment", Countable: true,
		Doc: "The operator's `commitment_months`. None agreed: 0."},
	{Name: "notice", Unit: UnitDays, For: forOperator, Words: "notice",
		Doc: "For an operator with a `last_active_day`: the days from `notice_on` to it. No `notice_on`: no value (`no notice`)."},
	{Name: "region-revenue", Unit: UnitMoney, For: forOperator, Dataset: "revenue", Words: "region revenue",
		Doc: "The partner program's revenue booked in the period for the operator's region; refunds are negative."},
	{Name: "fleet-revenue", Unit: UnitMoney, For: forOperator, Dataset: "revenue", Words: "fleet revenue",
		Doc: "The partner program's revenue booked in the period for all regions together."},
	{Name: "lead-revenue", Unit: UnitMoney, For: forSource, Dataset: "leads", Words: "lead revenue",
		Doc: "The `revenue` of one lead converted in the period. Only in `of`, with payee lead-source: a line per lead, for the operator or partner that the lead came from, active or not."},
	{Name: "referred-operators", Unit: UnitCount, For: forPartner, Dataset: "referrals", Words: "referred operators", Countable: true,
		Doc: "The partner's referrals with `referred_on` on or before the period's last day, whose operator has joined by then; a referral of the partner's own operator is left out."},
	{Name: "referred-active", Unit: UnitShare, For: forPartner, Dataset: "referrals", Words: "referred operators still active", None: true,
		Doc: "Of the referred-operators, the share that is active on the period's last day. No referred operator: `none` decides (`no referred operator`)."},
	{Name: "own-uptime", Unit: UnitShare, For: forPartner, Dataset: "heartbeats", Words: "uptime of its own nodes",
		Doc: "The uptime of the partner's own operator record. Without such a record: no value (`no operator record of its own`)."},
	{Name: "own-nodes", Unit: UnitCount, For: forPartner, Words: "nodes of its own", Countable: true,
		Doc: "The active nodes of the partner's own operator record on the period's last day. Without such a record: 0."},
	{Name: "own-certified", Unit: UnitMonths, For: forPartner, Words: "months certified",
		Doc: "The greatest m with `certified_on` of the partner's own operator record + m months on or before the first day of the next period. Without such a record, or not certified: no value (`no operator record of its own`, `not certified`)."},
	{Name: "active-operators", Unit: UnitCount, For: forRegion, Words: "active operators",
		Doc: "The operators of the region that are active on the period's last day."},
	{Name: "unmonitored-stretch", Unit: UnitDuration, For: forFleet, Dataset: "heartbeats", Words: "stretch without monitoring",
		Doc: "The longest stretch of the period in which no node of the fleet has a sample. A flag on it is raised for each stretch that meets it."},
}

// Measures returns every measure, in the order of the documentation. The caller
// may change the slice.
func Measures() []MeasureDef { return append([]MeasureDef(nil), measures...) }

// LookupMeasure finds a measure by name.
func LookupMeasure(name string) (MeasureDef, bool) {
	m, ok := measureByName[name]
	return m, ok
}

var measureByName = func() map[string]MeasureDef {
	byName := make(map[string]MeasureDef, len(measures))
	for _, m := range measures {
		byName[m.Name] = m
	}
	return byName
}()
