package outputs

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// inputSheet says what the month rests on: the run, the rule files, the settings,
// what there was no data for, and every input file with its hash and what became
// of its rows.
func inputSheet(m *Month, st *styles, man *Manifest) sheet {
	b := newBoard(st, 17, 22, 34, 13, 11, 11, 11, 11, 11, 12, 36)
	b.text(spot{0, 1}, st.title, fmt.Sprintf("%s · what %s rests on", m.Program, m.Period))
	row := b.facts(spot{0, 3}, runFacts(m, man))
	row = b.grid(spot{0, row + 1}, "Rule files", ruleGrid(m))
	row = b.grid(spot{0, row + 1}, "Settings", settingGrid(m))
	row = b.grid(spot{0, row + 1}, "Datasets that no source was named for", absentGrid(m))
	b.grid(spot{0, row + 1}, "Input files", inputGrid(m)) // the longest comes last
	return b.sheet("Inputs")
}

func runFacts(m *Month, man *Manifest) []pair {
	previous := m.Previous
	if previous == "" {
		previous = "none; this is the first close"
	}
	list := []pair{
		{"Period", m.Period.String()},
		{"Closed at", m.ClosedAt.UTC().Format(time.RFC3339)},
		{"Prepared by", m.PreparedBy},
		{"Program version", m.ProgramVersion},
		{"Rule versions", strings.Join(m.Book.Versions, ", ")},
		{"Previous close", previous},
		{"Payments", fmt.Sprintf("%d of %s in all; the manifest's control hash is %s", man.Control.Count, man.Control.Amount, man.Control.SHA256)},
	}
	if m.Withdrawn > 0 {
		list = append(list, pair{"Withdrawn", fmt.Sprintf("%d earlier closes of this month were withdrawn", m.Withdrawn)})
	}
	return list
}

// inputGrid lists the input files. Of every file, read = used + outside +
// unmatched + rejected; the last number is what is left of that.
func inputGrid(m *Month) *sheetGrid {
	columns := []gridColumn{
		{"Dataset", idCell, 1}, {"Source", textCell, 1}, {"Path", textCell, 1}, {"Bytes", countCell, 1},
		{"Read", countCell, 1}, {"Used", countCell, 1}, {"Outside", countCell, 1}, {"Unmatched", countCell, 1}, {"Rejected", countCell, 1},
		{"Unexplained", countCell, 1}, {"File SHA256", idCell, 1},
	}
	g := &sheetGrid{
		name: "tblInputs", sums: []int{3, 4, 5, 6, 7, 8, 9},
		formulas: map[int]func(spot) string{9: func(at spot) string {
			return fmt.Sprintf("%s-SUM(%s:%s)", at.cell(4), at.cell(5), at.cell(8))
		}},
		marks: []rowMark{
			markWhere(columns, "Unexplained", "<>0", func(st *styles) int { return st.unmet }),
			markWhere(columns, "Rejected", ">0", func(st *styles) int { return st.flagged }),
		},
		grid: &grid{columns: columns, length: len(m.Inputs), empty: "no input file", row: func(i int) gridRow {
			x := m.Inputs[i]
			cells := []string{x.Dataset, x.Source, x.Path}
			for _, n := range []int64{x.Bytes, x.Read, x.Used, x.Outside, x.Unmatched, x.Rejected, x.Read - x.Used - x.Outside - x.Unmatched - x.Rejected} {
				cells = append(cells, count(n).String())
			}
			return gridRow{cells: append(cells, x.SHA256)}
		}},
	}
	return g.withTotals("Total")
}

func ruleGrid(m *Month) *sheetGrid {
	var rows []gridRow
	for _, r := range m.Rules {
		rows = append(rows, gridRow{cells: []string{r.Version, r.Path, r.SHA256}})
	}
	g := &sheetGrid{name: "tblRules", grid: gridOf([]gridColumn{{"Version", idCell, 1}, {"Path", textCell, 1}, {"File SHA256", idCell, 1}}, rows)}
	g.empty = "no rule file"
	return g
}

func absentGrid(m *Month) *sheetGrid {
	var rows []gridRow
	for _, name := range slices.Sorted(maps.Keys(m.Facts.Absent)) {
		if m.Facts.Absent[name] {
			rows = append(rows, gridRow{cells: []string{name, "what rests on it is not earned"}})
		}
	}
	g := &sheetGrid{grid: gridOf([]gridColumn{{"Dataset", idCell, 1}, {"Meaning", textCell, 1}}, rows)}
	g.empty = "none"
	return g
}

func settingGrid(m *Month) *sheetGrid {
	s := m.Facts.Settings
	rows := []gridRow{
		{cells: []string{"minimum", s.Minimum.String()}},
		{cells: []string{"confirmers", count(s.Confirmers).String()}},
		{cells: []string{"slot seconds", count(s.SlotSeconds).String()}},
	}
	for _, name := range slices.Sorted(maps.Keys(s.Parameters)) {
		rows = append(rows, gridRow{cells: []string{name, s.Parameters[name]}})
	}
	return &sheetGrid{grid: gridOf([]gridColumn{{"Setting", idCell, 1}, {"Value", numberCell, 1}}, rows)}
}
