package rules

import (
	"maps"
	"slices"
)

// incidentSums sums up incidents. Times are in microseconds.
type incidentSums struct {
	opened, answered, resolved       int64
	responseSum, resolveSum          int64
	responseWithin, resolutionWithin int64
}

// incidentsBySeverity are the incidents of the fleet or of a network.
type incidentsBySeverity map[string]*incidentSums

// count adds an incident to its severity, against its target.
func (by incidentsBySeverity) count(i Incident, target SeverityTarget) {
	sum := by[i.Severity]
	if sum == nil {
		sum = &incidentSums{}
		by[i.Severity] = sum
	}
	sum.opened++
	if i.ResolvedAt != 0 {
		took := int64(i.ResolvedAt - i.OpenedAt)
		sum.resolved++
		sum.resolveSum += took
		if took <= target.Resolution.Seconds*microsPerSecond {
			sum.resolutionWithin++
		}
	}
	if answer := i.AnsweredAt(); answer != 0 {
		took := int64(answer - i.OpenedAt)
		sum.answered++
		sum.responseSum += took
		if took <= target.Response.Seconds*microsPerSecond {
			sum.responseWithin++
		}
	}
}

// target finds the target of a severity; none is the zero one.
func (s *survey) target(severity string) SeverityTarget {
	for _, t := range s.targets {
		if t.Severity == severity {
			return t
		}
	}
	return SeverityTarget{}
}

// fleetIncidents adds the incidents of the fleet and of each severity.
func (s *survey) fleetIncidents() {
	if s.facts.Absent["incidents"] {
		return
	}
	all := incidentsBySeverity{}
	for _, i := range s.evidence.Incidents {
		all.count(i, s.target(i.Severity))
	}
	about{s, OfTheFleet, FleetID}.incidents(all, OfSeverity)
}

// networkIncidents counts the incidents of every partner's network, each once.
func (s *survey) networkIncidents() map[string]incidentsBySeverity {
	partners := map[string][]string{} // by operator
	counts := map[string]incidentsBySeverity{}
	for _, n := range s.networks {
		counts[n.partner.ID] = incidentsBySeverity{}
		for _, o := range n.operators {
			partners[o.ID] = append(partners[o.ID], n.partner.ID)
		}
	}
	for _, i := range s.evidence.Incidents {
		counted := map[string]bool{}
		for _, o := range i.Operators {
			for _, partner := range partners[o] {
				if !counted[partner] {
					counted[partner] = true
					counts[partner].count(i, s.target(i.Severity))
				}
			}
		}
	}
	return counts
}

// incidents adds the incidents of all severities to what they are of, and those
// of each severity to a kind of their own.
func (on about) incidents(by incidentsBySeverity, kind FigureKind) {
	var all incidentSums
	severities := map[string]bool{}
	for severity, sum := range by {
		severities[severity] = true
		all.opened += sum.opened
		all.answered += sum.answered
		all.resolved += sum.resolved
		all.responseSum += sum.responseSum
		all.resolveSum += sum.resolveSum
	}
	for _, t := range on.s.targets {
		severities[t.Severity] = true
	}
	on.incidentSums(all)
	for _, severity := range slices.Sorted(maps.Keys(severities)) {
		part := about{on.s, kind, severity}
		if kind == OfPartnersIncident {
			part.id = PartFigureID(on.id, severity)
		}
		sum := by[severity]
		if sum == nil {
			sum = &incidentSums{}
		}
		part.incidentSums(*sum)
		target := on.s.target(severity)
		if !target.Response.IsZero() {
			part.pieces(ResponseWithin, sum.responseWithin)
		}
		if !target.Resolution.IsZero() {
			part.pieces(ResolutionWithin, sum.resolutionWithin)
		}
	}
}

func (on about) incidentSums(sum incidentSums) {
	on.pieces(IncidentsOpened, sum.opened)
	on.pieces(IncidentsSolved, sum.resolved)
	on.add(MTTR, secondsOf(sum.resolveSum, sum.resolved))
	on.add(MeanResponse, secondsOf(sum.responseSum, sum.answered))
}

// secondsOf is the mean of microseconds in whole seconds, cut: over one incident
// it is that incident's own time as reports write it. "" over nothing.
func secondsOf(micros, over int64) string {
	if over == 0 {
		return ""
	}
	return Ratio(micros, over).Div(ExactInt(microsPerSecond)).Cut(0)
}
