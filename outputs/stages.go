package outputs

import (
	"io"

	"fleetpay/rules"
)

// StagesPath is where the stages of certification are; a folder without the
// dataset stages, or of a format before FormatPulls, has no such file.
const StagesPath = "stages.csv"

var stageColumns = []string{"id", "name", "stage", "since", "days"}

// hasStages tells whether the month shows stages.
func (m *Month) hasStages() bool { return m.Format >= FormatPulls && !m.Facts.Absent["stages"] }

// WriteStages writes stages.csv: who is in which stage on the period's last day,
// by id.
func WriteStages(w io.Writer, m *Month) error {
	t := newTable(w, stageColumns)
	for _, s := range stagesOf(m) {
		t.text(s.OperatorID, s.Name, s.Stage).number(s.Since, daysIn(s, m.Period)).end()
	}
	return t.close()
}

func stagesOf(m *Month) []rules.Stage {
	return sortedBy(m.Facts.Stages, func(s rules.Stage) string { return s.OperatorID })
}

// daysIn counts the days of a stage up to the period's last day, with it and the
// first one.
func daysIn(s rules.Stage, p rules.Period) count { return count(p.Last()-s.Since) + 1 }

var stageSheetColumns = []gridColumn{
	{"ID", idCell, 18}, {"Name", textCell, 28}, {"Stage", idCell, 12}, {"Since", dateCell, 12}, {"Days", countCell, 8},
}

// stageGrid shows the rows of stages.csv, and marks those who may not run nodes
// yet.
func stageGrid(m *Month) *sheetGrid {
	stages := stagesOf(m)
	flagged := func(st *styles) int { return st.flagged }
	return &sheetGrid{
		name: "tblStages",
		marks: []rowMark{
			markWhere(stageSheetColumns, "Stage", `="applied"`, flagged), markWhere(stageSheetColumns, "Stage", `="training"`, flagged),
		},
		grid: &grid{columns: stageSheetColumns, length: len(stages), empty: "nobody is in a stage yet", row: func(i int) gridRow {
			s := stages[i]
			return gridRow{cells: []string{s.OperatorID, s.Name, s.Stage, s.Since.String(), daysIn(s, m.Period).String()}}
		}},
	}
}
