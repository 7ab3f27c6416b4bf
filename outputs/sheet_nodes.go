package outputs

import (
	"strings"

	"fleetpay/rules"
)

var nodeSheetColumns = []gridColumn{
	{"Node", idCell, 18}, {"Operator", idCell, 16}, {"Location", textCell, 20}, {"Active days", countCell, 8}, {"Samples", countCell, 12},
	{"Slots expected", countCell, 12}, {"Up", countCell, 12}, {"Down", countCell, 11}, {"Missing", countCell, 11}, {"Maintenance", countCell, 13},
	{"Uptime", percentCell, 12},
}

// nodeGrid shows each node's slots under each of its operators.
func nodeGrid(m *Month) *sheetGrid {
	nodes := sortedBy(m.Facts.Nodes, func(n rules.Node) string { return n.ID + "\x00" + n.OperatorID })
	missing := missingOf(m.Book)
	return &sheetGrid{
		name: "tblNodes", sums: []int{3, 4, 5, 6, 7, 8, 9},
		grid: &grid{columns: nodeSheetColumns, length: len(nodes), empty: "no active node in this month", row: func(i int) gridRow {
			n := nodes[i]
			x := n.Slots
			return gridRow{cells: []string{
				n.ID, n.OperatorID, n.Location, count(n.Days).String(), count(n.Samples).String(),
				count(x.Expected).String(), count(x.Up).String(), count(x.Down()).String(), count(x.Missing).String(), count(x.Maintenance).String(),
				sheetPercent(Percentage(x.Up, countedSlots(x, missing.of(n.OperatorID)))),
			}}
		}},
	}
}

const noIncidentData = "no incident data: the workspace names no source for incidents"

var incidentSheetColumns = []gridColumn{
	{"Incident", idCell, 14}, {"Severity", idCell, 10}, {"Opened", instantCell, 18}, {"Acknowledged", instantCell, 18}, {"Resolved", instantCell, 18},
	{"Response min", numberCell, 11}, {"Duration min", numberCell, 11}, {"Nodes", textCell, 20}, {"Operators", textCell, 18},
	{"Cause", textCell, 28}, {"Resolution", textCell, 28},
}

// incidentGrid shows the incidents opened in the month. Response is to the
// acknowledgement or the resolution, whichever came first.
func incidentGrid(m *Month) *sheetGrid {
	incidents := m.Evidence.Incidents
	empty := "no incident in this month"
	if m.Facts.Absent["incidents"] {
		empty = noIncidentData
	}
	return &sheetGrid{
		name: "tblIncidents",
		marks: []rowMark{
			markWhere(incidentSheetColumns, "Response min", `=""`, func(st *styles) int { return st.held }),
			markWhere(incidentSheetColumns, "Resolved", `=""`, func(st *styles) int { return st.flagged }),
		},
		grid: &grid{columns: incidentSheetColumns, length: len(incidents), empty: empty, row: func(i int) gridRow {
			x := incidents[i]
			duration := ""
			if x.ResolvedAt != 0 {
				duration = minutesText(int64(x.ResolvedAt - x.OpenedAt))
			}
			return gridRow{cells: []string{
				x.ID, x.Severity, instantCellText(x.OpenedAt), instantCellText(x.AcknowledgedAt), instantCellText(x.ResolvedAt),
				responseText(x), duration, strings.Join(x.NodeIDs, ", "), strings.Join(x.Operators, ", "), x.Cause, x.Resolution,
			}}
		}},
	}
}
