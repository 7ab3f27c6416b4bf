package rules

import (
	"fmt"
	"strings"
)

// reading is a measure's value for a payee, or why there is none.
type reading struct {
	value   Exact
	known   bool
	nothing bool   // the data are there, and nothing happened
	absent  bool   // the dataset is absent
	why     string // when not known: "no uptime measured"
}

func known(v Exact) reading       { return reading{value: v, known: true} }
func count(n int64) reading       { return known(ExactInt(n)) }
func unknown(why string) reading  { return reading{why: why} }
func nothing(what string) reading { return reading{nothing: true, why: what} }
func flagged(holds bool) reading {
	if holds {
		return count(1)
	}
	return count(0)
}

// datasetWord is how a reason names a dataset: "no incident data".
func datasetWord(dataset string) string { return strings.TrimSuffix(dataset, "s") }

// readable finds a measure, or says why there is no reading of it: no rule file
// may name it, or its dataset is absent.
func (s *settler) readable(name string) (def MeasureDef, why reading, ok bool) {
	def, ok = LookupMeasure(name)
	if !ok {
		return def, unknown("unknown measure " + name), false
	}
	if def.Dataset != "" && s.facts.Absent[def.Dataset] {
		return def, reading{absent: true, why: "no " + datasetWord(def.Dataset) + " data"}, false
	}
	return def, reading{}, true
}

// uptime is up slots / expected slots as a version counts missing ones.
func uptime(s Slots, m Missing) reading {
	expected := s.Expected
	if m == MissingIgnore {
		expected -= s.Missing
	}
	if expected == 0 {
		return unknown("no uptime measured")
	}
	return known(Ratio(s.Up, expected))
}

// measureOperator reads a measure of an operator. narrow applies to mentees
// only.
func (s *settler) measureOperator(o *operator, name string, narrow *Mentees) reading {
	def, why, readable := s.readable(name)
	if !readable {
		return why
	}
	last := s.facts.Period.Last()
	switch name {
	case "uptime":
		return uptime(o.Slots, o.version.Missing)
	case "region-uptime":
		return uptime(s.regions[o.Region], o.version.Missing)
	case "fleet-uptime":
		return uptime(s.fleet, o.version.Missing)
	case "task-completion":
		all := o.Tasks.Succeeded + o.Tasks.Failed + o.Tasks.Expired
		if all == 0 {
			return nothing("no task")
		}
		return known(Ratio(o.Tasks.Succeeded, all))
	case "tasks-succeeded":
		return count(o.Tasks.Succeeded)
	case "tasks-failed":
		return count(o.Tasks.Failed + o.Tasks.Expired)
	case "incidents":
		return count(o.Incidents.Count)
	case "critical-incidents":
		return count(o.Critical.Count)
	case "mean-response", "slowest-response":
		return response(o.Incidents, name == "mean-response", "no incident")
	case "mean-critical-response", "slowest-critical-response":
		return response(o.Critical, name == "mean-critical-response", "no critical incident")
	case "mean-resolution":
		if o.Incidents.Resolved == 0 {
			return nothing("no resolved incident")
		}
		return known(Ratio(o.Incidents.ResolveSum, o.Incidents.Resolved*microsPerSecond))
	case "qualified-leads":
		return count(o.QualifiedLeads)
	case "converted-leads":
		return count(o.ConvertedLeads)
	case "mentees":
		return count(s.mentees(o, narrow))
	case "mentees-onboarded-ever":
		return count(distinctMentees(o, func(m Mentorship) bool { return m.OnboardedOn != 0 && m.OnboardedOn <= last }))
	case "review-score":
		if o.Review == nil {
			return unknown("no review of " + s.facts.Period.Quarter())
		}
		return known(ExactOf(*o.Review))
	case "tenure":
		return count(int64(o.JoinedOn.MonthsUntil(last + 1)))
	case "operator-days":
		return count(int64(o.operatorDays))
	case "node-days":
		return count(int64(o.nodeDays))
	case "nodes-on-last-day":
		return count(o.nodesOn(last))
	case "most-nodes":
		most := 0
		for _, d := range o.NodeDays {
			most = max(most, d.Nodes)
		}
		return count(int64(most))
	case "active-on-last-day":
		return flagged(o.ActiveOn(last))
	case "certified":
		return flagged(o.CertifiedOn != 0 && o.CertifiedOn <= last)
	case "training-hours":
		return known(ExactOf(o.TrainingHours))
	case "months-served":
		if o.LastActiveDay == 0 {
			return unknown("has not left")
		}
		return count(int64(o.JoinedOn.MonthsUntil(o.LastActiveDay) + 1))
	case "commitment-months":
		return count(int64(o.CommitmentMonths))
	case "notice":
		if o.LastActiveDay == 0 {
			return unknown("has not left")
		}
		if o.NoticeOn == 0 {
			return unknown("no notice")
		}
		return count(int64(o.LastActiveDay - o.NoticeOn))
	case "region-revenue":
		return known(s.revenue(o.Region))
	case "fleet-revenue":
		return known(s.revenue(""))
	}
	return unknown("no " + def.Words + " for an operator")
}

const microsPerSecond = 1_000_000

// response reads a mean or the longest response time, in seconds.
func response(i Incidents, mean bool, none string) reading {
	switch {
	case i.Count == 0:
		return nothing(none)
	case i.Unanswered > 0:
		return unknown(i.FirstUnanswered + " was never answered")
	case mean:
		return known(Ratio(i.ResponseSum, i.Count*microsPerSecond))
	}
	return known(Ratio(i.ResponseMax, microsPerSecond))
}

// mentees counts the distinct mentees whose mentorship overlaps the period and
// who are active in it themselves.
func (s *settler) mentees(o *operator, narrow *Mentees) int64 {
	p := s.facts.Period
	return distinctMentees(o, func(m Mentorship) bool {
		mentee := s.operator[m.MenteeID]
		if m.StartsOn > p.Last() || m.EndsOn != 0 && m.EndsOn < p.First() || mentee == nil || !mentee.active() {
			return false
		}
		if narrow == nil {
			return true
		}
		if narrow.Onboarded && (m.OnboardedOn == 0 || m.OnboardedOn > p.Last()) {
			return false
		}
		return includes(narrow.Tiers, mentee.tier)
	})
}

func distinctMentees(o *operator, counts func(Mentorship) bool) int64 {
	seen := map[string]bool{}
	for _, m := range o.Mentorships {
		if counts(m) {
			seen[m.MenteeID] = true
		}
	}
	return int64(len(seen))
}

// includes tells whether a list of tiers allows one; an empty list allows all.
func includes(tiers []string, tier string) bool {
	if len(tiers) == 0 {
		return true
	}
	for _, t := range tiers {
		if t == tier {
			return true
		}
	}
	return false
}

// nodesOn gives the operator's active nodes on a day of the period.
func (o *operator) nodesOn(d Date) int64 {
	for _, n := range o.NodeDays {
		if n.Day == d {
			return int64(n.Nodes)
		}
	}
	return 0
}

// revenue sums a region's revenue, or all of it.
func (s *settler) revenue(region string) Exact {
	var sum Exact
	for _, r := range s.facts.Revenue {
		if region == "" || r.Region == region {
			sum = sum.Add(ExactOf(r.Amount))
		}
	}
	return sum
}

// measurePartner reads a measure of a partner; months is the number of trailing
// months for measures that count over several.
func (s *settler) measurePartner(p *partner, name string, months int) reading {
	def, why, readable := s.readable(name)
	if !readable {
		return why
	}
	last := s.facts.Period.Last()
	switch name {
	case "fleet-uptime":
		return uptime(s.fleet, p.version.Missing)
	case "qualified-leads":
		from := s.facts.Period.Add(1 - max(months, 1))
		var n int64
		for _, m := range p.QualifiedLeads {
			if !m.Period.Before(from) && !s.facts.Period.Before(m.Period) {
				n += m.Count
			}
		}
		return count(n)
	case "converted-leads":
		return count(p.ConvertedLeads)
	case "referred-operators":
		return count(int64(len(p.referredBy(last))))
	case "referred-active":
		referred := p.referredBy(last)
		if len(referred) == 0 {
			return nothing("no referred operator")
		}
		var active int64
		for _, o := range referred {
			if o.ActiveOn(last) {
				active++
			}
		}
		return known(Ratio(active, int64(len(referred))))
	case "own-uptime", "own-certified":
		if p.own == nil {
			return unknown("no operator record of its own")
		}
		if name == "own-uptime" {
			return uptime(p.own.Slots, p.version.Missing)
		}
		if p.own.CertifiedOn == 0 {
			return unknown("not certified")
		}
		return count(int64(p.own.CertifiedOn.MonthsUntil(last + 1)))
	case "own-nodes":
		if p.own == nil {
			return count(0)
		}
		return count(p.own.nodesOn(last))
	}
	return unknown("no " + def.Words + " for a partner")
}

// referredBy lists the operators of the partner's counting referrals that had
// joined by a day, its own operator left out.
func (p *partner) referredBy(d Date) []*operator {
	var joined []*operator
	for _, r := range p.referrals {
		if !r.self && r.operator.JoinedOn <= d {
			joined = append(joined, r.operator)
		}
	}
	return joined
}

// measureRegion reads a measure of a region.
func (s *settler) measureRegion(region, name string) reading {
	switch name {
	case "region-uptime":
		return uptime(s.regions[region], s.inForce.Missing)
	case "fleet-uptime":
		return uptime(s.fleet, s.inForce.Missing)
	case "active-operators":
		var n int64
		for _, o := range s.operators {
			if o.Region == region && o.ActiveOn(s.facts.Period.Last()) {
				n++
			}
		}
		return count(n)
	}
	return unknown(fmt.Sprintf("no %s for a region", name))
}

// measureFleet reads a measure of the whole fleet.
func (s *settler) measureFleet(name string) reading {
	if name == "fleet-uptime" {
		return uptime(s.fleet, s.inForce.Missing)
	}
	return unknown(fmt.Sprintf("no %s for the fleet", name))
}
