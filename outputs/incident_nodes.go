package outputs

import (
	"fmt"
	"strings"

	"fleetpay/rules"
)

// nodeDays finds a node's days under an operator by rules.NodeFigureID, as
// rules.NodeMonth has them.
type nodeDays map[string][]rules.Slots

func nodeDaysOf(e *rules.Evidence) nodeDays {
	days := nodeDays{}
	if e != nil {
		for _, n := range e.Days {
			days[rules.NodeFigureID(n.NodeID, n.OperatorID)] = n.Days
		}
	}
	return days
}

// activeNodesOf lists the nodes of an incident of the period that were active
// under the operator on the UTC day of its opening, in the incident's order. A
// node that had left by then, or had not come yet, is not among them.
func (d nodeDays) activeNodesOf(p rules.Period, i rules.Incident, operatorID string) []string {
	var ids []string
	day := int(dayOf(i.OpenedAt) - p.First())
	for _, id := range i.NodeIDs {
		days := d[rules.NodeFigureID(id, operatorID)]
		if 0 <= day && day < len(days) && days[day] != (rules.Slots{}) {
			ids = append(ids, id)
		}
	}
	return ids
}

// someNodes names the first of some nodes and counts the others: of 30, five
// "and 25 more".
func someNodes(ids []string) string {
	if more := len(ids) - nodesNamed; more > 0 {
		return strings.Join(ids[:nodesNamed], ", ") + fmt.Sprintf(" and %d more", more)
	}
	return strings.Join(ids, ", ")
}
