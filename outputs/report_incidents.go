package outputs

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"fleetpay/rules"
)

// The incidents of a partner's network.

// nodesNamed is how many nodes of an incident the log names.
const nodesNamed = 5

// networkIncident is an incident with those of its nodes that were active in the
// network on its day.
type networkIncident struct {
	rules.Incident
	nodes []string // in byte order
}

// readIncidents finds the network's incidents, each once, and counts them by node.
func (v *reportView) readIncidents() {
	v.touched = map[string]int{}
	place := map[string]int{}
	for _, o := range v.network {
		for _, i := range v.index.incidents[o.ID] {
			at, known := place[i.ID]
			if !known {
				at = len(v.incidents)
				place[i.ID] = at
				v.incidents = append(v.incidents, networkIncident{Incident: i})
			}
			nodes := v.index.days.activeNodesOf(v.month.Period, i, o.ID)
			for _, n := range nodes {
				v.touched[rules.NodeFigureID(n, o.ID)]++
			}
			v.incidents[at].nodes = append(v.incidents[at].nodes, nodes...)
		}
	}
	for _, i := range v.incidents {
		slices.Sort(i.nodes)
	}
	slices.SortFunc(v.incidents, func(a, b networkIncident) int {
		return cmp.Or(cmp.Compare(a.OpenedAt, b.OpenedAt), strings.Compare(a.ID, b.ID))
	})
}

// incidentsOn counts the incidents of a node under its operator.
func (v *reportView) incidentsOn(n rules.Node) int {
	return v.touched[rules.NodeFigureID(n.ID, n.OperatorID)]
}

func dayOf(t rules.Instant) rules.Date { return rules.DateOf(time.UnixMicro(int64(t)).UTC()) }

// Incidents is the log of the month; empty when there was none.
func (v *reportView) Incidents() *grid {
	var rows []gridRow
	for _, i := range v.incidents {
		rows = append(rows, gridRow{cells: []string{
			instantText(i.OpenedAt), i.Severity, orNothing(someNodes(i.nodes)), answered(i.Incident), lasted(i.Incident), orNothing(i.Cause), orNothing(i.Resolution),
		}})
	}
	if len(rows) == 0 {
		return nil
	}
	return tidyGrid([]gridColumn{
		{"Opened, UTC", instantCell, 1.1}, {"Severity", textCell, 0.7}, {"Nodes", textCell, 1.1}, {"Answered after", numberCell, 0.9},
		{"Lasted", numberCell, 0.9}, {"Cause", textCell, 1.6}, {"Resolution", textCell, 1.6},
	}, rows)
}

// IncidentWords counts the month's incidents for layouts whose log stands apart
// from their summary, "" without the dataset.
func (v *reportView) IncidentWords() string {
	value, ok := v.figure(rules.IncidentsOpened)
	n, err := strconv.Atoi(value)
	if !ok || err != nil || len(v.nodes) == 0 {
		return ""
	}
	said := countedOrNo(n, "incident") + countGoal(v.targets.Incidents, true).beside(value)
	return upperFirst(said) + " touched these nodes."
}

// answered is the time up to the acknowledgement, or the resolution when that
// came first.
func answered(i rules.Incident) string {
	at := i.AnsweredAt()
	if at == 0 {
		return "never"
	}
	return spanText(int64(at - i.OpenedAt))
}

func lasted(i rules.Incident) string {
	if i.ResolvedAt == 0 {
		return "not resolved"
	}
	return spanText(int64(i.ResolvedAt - i.OpenedAt))
}

// Severities sums up the incidents by severity, beside the targets.
func (v *reportView) Severities() *grid {
	targets := map[string]rules.SeverityTarget{}
	var names []string
	for _, t := range v.month.Report.Severities {
		targets[t.Severity] = t
		names = append(names, t.Severity)
	}
	var others []string
	for _, i := range v.incidents {
		if !slices.Contains(names, i.Severity) && !slices.Contains(others, i.Severity) {
			others = append(others, i.Severity)
		}
	}
	slices.Sort(others)
	var rows []gridRow
	for _, name := range append(names, others...) {
		of := func(figure rules.FigureName) string {
			value, _ := v.month.Figures.Of(rules.OfPartnersIncident, rules.PartFigureID(v.payout.PayeeID, name), figure)
			return value
		}
		n := of(rules.IncidentsOpened)
		if n == "" || n == "0" {
			continue
		}
		rows = append(rows, gridRow{cells: []string{
			name, n, orNothing(secondsSpan(of(rules.MeanResponse))), orNothing(targets[name].Response.String()), outOf(of(rules.ResponseWithin), n),
			orNothing(secondsSpan(of(rules.MTTR))), orNothing(targets[name].Resolution.String()), outOf(of(rules.ResolutionWithin), n),
		}})
	}
	if len(rows) == 0 {
		return nil
	}
	return tidyGrid([]gridColumn{
		{"Severity", textCell, 0.9}, {"Incidents", countCell, 0.8}, {"Mean response", numberCell, 1.1}, {"Response target", textCell, 0.9},
		{"Answered in time", textCell, 0.9}, {"Mean time to resolve", numberCell, 1.2}, {"Resolution target", textCell, 0.9}, {"Resolved in time", textCell, 0.9},
	}, rows)
}

func outOf(part, whole string) string {
	if part == "" {
		return nothing
	}
	return part + " of " + whole
}

// secondsSpan writes a mean of seconds as a time span, "" for none.
func secondsSpan(value string) string {
	seconds, err := strconv.ParseInt(value, 10, 64)
	if err != nil {
		return ""
	}
	return spanText(seconds * microsPerSecond)
}
