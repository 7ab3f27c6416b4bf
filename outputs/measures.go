package outputs

import (
	"io"
	"maps"
	"slices"
	"strings"

	"fleetpay/rules"
)

// uptimePlaces is the number of decimals of a percentage in measures.csv and on
// statements; what is beyond them is cut.
const uptimePlaces = 5

var measureColumns = []string{"period", "kind", "id", "measure", "value", "unit"}

// Measure is a row of measures.csv: one thing measured of one subject. A thing
// that could not be measured, or whose dataset is absent, has no row.
//
// Kind and ID are fleet and "fleet", region and its name, operator and its id,
// node and node@operator (so that a node handed over has rows under each of its
// operators), partner and its id, or payee and kind:id. Rows are in that order
// of kinds, then by id; a node's by node id and then operator id.
type Measure struct {
	Kind, ID, Measure, Value, Unit string
}

// The names of the measures that the next close reads back.
const (
	measureJoinedOn      = "joined_on"
	measureLastActiveDay = "last_active_day"
	measureExpected      = "slots_expected"
	measureUp            = "slots_up"
	measureMissing       = "slots_missing"
	measureMaintenance   = "slots_maintenance"
	measureAccepted      = "accepted_account"
)

// WriteMeasures writes measures.csv: what the lines rest on.
func WriteMeasures(w io.Writer, m *Month) error {
	t := newTable(w, measureColumns)
	for _, x := range Measures(m) {
		t.number(m.Period).text(x.Kind, x.ID, x.Measure).figure(x.Value).text(x.Unit).end()
	}
	return t.close()
}

// Measures lists the rows of measures.csv in their order.
func Measures(m *Month) []Measure {
	s := &measureSheet{absent: m.Facts.Absent, missing: missingOf(m.Book), gaps: m.Format >= FormatPulls, gapSeconds: m.Facts.GapSeconds}
	s.fleetAndRegions(m.Facts)
	for _, o := range sortedBy(m.Facts.Operators, func(o rules.Operator) string { return o.ID }) {
		s.operator(o, m.Period)
	}
	for _, n := range sortedBy(m.Facts.Nodes, func(n rules.Node) string { return n.ID + "\x00" + n.OperatorID }) {
		s.node(n)
	}
	for _, p := range sortedBy(m.Facts.Partners, func(p rules.Partner) string { return p.ID }) {
		s.partner(p, m.Period)
	}
	for _, p := range m.Book.Payouts {
		if p.Accepted != (rules.Account{}) {
			s.of("payee", string(p.PayeeKind)+":"+p.PayeeID)
			s.add(measureAccepted, p.Accepted.Chain+":"+p.Accepted.Wallet, "")
		}
	}
	return s.rows
}

// missingRule says how the version of each operator with a payout counts slots
// without a sample; everything else goes by the version in force.
type missingRule struct {
	operators map[string]rules.Missing
	inForce   rules.Missing
}

func missingOf(b *rules.Book) missingRule {
	m := missingRule{map[string]rules.Missing{}, b.Missing}
	for _, p := range b.Payouts {
		if p.PayeeKind == rules.OperatorPayee {
			m.operators[p.PayeeID] = p.Missing
		}
	}
	return m
}

func (m missingRule) of(operator string) rules.Missing {
	if rule, ok := m.operators[operator]; ok {
		return rule
	}
	return m.inForce
}

// countedSlots are the slots that an uptime is taken of.
func countedSlots(x rules.Slots, m rules.Missing) int64 {
	if m == rules.MissingIgnore {
		return x.Expected - x.Missing
	}
	return x.Expected
}

// measureSheet collects the rows of one subject after the other.
type measureSheet struct {
	absent   map[string]bool
	missing  missingRule
	gaps     bool // rows on stretches without a sample, which no folder had at first
	kind, id string

	gapSeconds int64 // of Facts
	rows       []Measure
}

func (s *measureSheet) of(kind, id string) { s.kind, s.id = kind, id }

func (s *measureSheet) add(measure, value, unit string) {
	s.rows = append(s.rows, Measure{s.kind, s.id, measure, value, unit})
}

// addIf leaves out what is not known.
func (s *measureSheet) addIf(measure, value, unit string) {
	if value != "" {
		s.add(measure, value, unit)
	}
}

func (s *measureSheet) count(measure string, n int64, unit string) {
	s.add(measure, count(n).String(), unit)
}

// slots writes the counts as they are, and the uptime as a version counts it.
func (s *measureSheet) slots(x rules.Slots, m rules.Missing) {
	s.count(measureExpected, x.Expected, "slots")
	s.count(measureUp, x.Up, "slots")
	s.count("slots_down", x.Down(), "slots")
	s.count(measureMissing, x.Missing, "slots")
	s.count(measureMaintenance, x.Maintenance, "slots")
	s.addIf("uptime", Percentage(x.Up, countedSlots(x, m)), "%")
}

// Percentage writes part of whole as a percentage, cut to five places and never
// rounded up; "" when whole is 0.
func Percentage(part, whole int64) string {
	if whole == 0 {
		return ""
	}
	return rules.Ratio(part, whole).Mul(rules.ExactInt(100)).Cut(uptimePlaces)
}

func (s *measureSheet) fleetAndRegions(f *rules.Facts) {
	var fleet rules.Slots
	var samples int64
	for _, n := range f.Nodes {
		samples += n.Samples
	}
	regions := map[string]rules.Slots{}
	for _, o := range f.Operators {
		fleet = fleet.Add(o.Slots)
		regions[o.Region] = regions[o.Region].Add(o.Slots)
	}
	revenue := map[string]string{}
	for _, r := range f.Revenue {
		revenue[r.Region] = r.Amount.String()
		regions[r.Region] = regions[r.Region].Add(rules.Slots{})
	}
	s.of("fleet", "fleet")
	if s.gaps {
		s.count("samples", samples, "samples")
	}
	s.slots(fleet, s.missing.inForce)
	s.stretches(f.LongestGap, int64(len(f.Gaps)))
	for _, r := range slices.Sorted(maps.Keys(regions)) {
		s.of("region", r)
		s.slots(regions[r], s.missing.inForce)
		s.addIf("revenue", revenue[r], "USD")
	}
}

func (s *measureSheet) operator(o rules.Operator, p rules.Period) {
	s.of("operator", o.ID)
	s.add("region", o.Region, "")
	s.add(measureJoinedOn, o.JoinedOn.String(), "")
	s.addIf("certified_on", o.CertifiedOn.String(), "")
	s.addIf(measureLastActiveDay, o.LastActiveDay.String(), "")
	s.addIf("exit_kind", o.ExitKind, "")
	s.addIf("tier", tierOn(o.Tiers, lastActiveDayIn(o, p)), "")
	nodeDays := int64(0)
	for _, d := range o.NodeDays {
		nodeDays += int64(d.Nodes)
	}
	s.count("operator_days", int64(len(o.NodeDays)), "days")
	s.count("node_days", nodeDays, "days")
	s.slots(o.Slots, s.missing.of(o.ID))
	if !s.absent["incidents"] {
		s.incidents("incidents", o.Incidents)
		s.incidents("critical_incidents", o.Critical)
	}
	if !s.absent["tasks"] {
		s.count("tasks_succeeded", o.Tasks.Succeeded, "tasks")
		s.count("tasks_failed", o.Tasks.Failed, "tasks")
		s.count("tasks_expired", o.Tasks.Expired, "tasks")
		s.count("tasks_cancelled", o.Tasks.Cancelled, "tasks")
		s.addIf("task_completion", Percentage(o.Tasks.Succeeded, o.Tasks.Succeeded+o.Tasks.Failed+o.Tasks.Expired), "%")
	}
	if !s.absent["leads"] {
		s.count("leads_qualified", o.QualifiedLeads, "leads")
		s.count("leads_converted", o.ConvertedLeads, "leads")
	}
	if !s.absent["mentorships"] {
		s.count("mentorships", int64(len(o.Mentorships)), "mentorships")
	}
	if o.Review != nil {
		s.add("review_score", o.Review.String(), "")
	}
	if !s.absent["trainings"] {
		s.add("training_hours", o.TrainingHours.String(), "hours")
	}
}

func (s *measureSheet) incidents(name string, x rules.Incidents) {
	s.count(name, x.Count, "incidents")
	s.count(name+"_unanswered", x.Unanswered, "incidents")
	s.addIf(name+"_first_unanswered", x.FirstUnanswered, "")
	s.count(name+"_response_sum", x.ResponseSum, "µs")
	s.count(name+"_response_max", x.ResponseMax, "µs")
	s.addIf(name+"_slowest", x.Slowest, "")
	s.count(name+"_resolved", x.Resolved, "incidents")
	s.count(name+"_resolve_sum", x.ResolveSum, "µs")
}

func (s *measureSheet) node(n rules.Node) {
	s.of("node", n.ID+"@"+n.OperatorID)
	s.addIf("location", n.Location, "")
	s.count("node_days", int64(n.Days), "days")
	s.count("samples", n.Samples, "samples")
	s.slots(n.Slots, s.missing.of(n.OperatorID))
	s.stretches(n.LongestGap, n.LongGaps)
}

// stretches says how long there was no sample at a stretch, and how often for so
// long that it is a gap, where the rules say how long that is.
func (s *measureSheet) stretches(longest, gaps int64) {
	if !s.gaps {
		return
	}
	s.count("longest_gap", longest, "s")
	if s.gapSeconds > 0 {
		s.count("gaps", gaps, "gaps")
	}
}

func (s *measureSheet) partner(p rules.Partner, period rules.Period) {
	s.of("partner", p.ID)
	s.add("region", p.Region, "")
	s.add("since", p.Since.String(), "")
	s.addIf("operator_id", p.OperatorID, "")
	s.addIf("tier", tierOn(p.Tiers, period.Last()), "")
	if !s.absent["referrals"] {
		referred := int64(0)
		for _, r := range p.Referrals {
			if r.ReferredOn <= period.Last() {
				referred++
			}
		}
		s.count("operators_referred", referred, "operators")
	}
	if !s.absent["leads"] {
		qualified := int64(0)
		for _, q := range p.QualifiedLeads {
			if q.Period == period {
				qualified += q.Count
			}
		}
		s.count("leads_qualified", qualified, "leads")
		s.count("leads_converted", p.ConvertedLeads, "leads")
	}
}

// lastActiveDayIn is the operator's last active day in the period.
func lastActiveDayIn(o rules.Operator, p rules.Period) rules.Date {
	if !o.LastActiveDay.IsZero() {
		return min(o.LastActiveDay, p.Last())
	}
	return p.Last()
}

// tierOn is the tier on a day, "" without one.
func tierOn(tiers []rules.TierSince, day rules.Date) string {
	tier, _ := rules.TierOn(tiers, day)
	return tier
}

// sortedBy returns a sorted copy by key in byte order.
func sortedBy[T any](list []T, key func(T) string) []T {
	return slices.SortedFunc(slices.Values(list), func(a, b T) int { return strings.Compare(key(a), key(b)) })
}
