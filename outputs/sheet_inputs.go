package outputs

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"fleetpay/rules"
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
	row = b.grid(spot{0, row + 1}, "Targets", targetSettings(m))
	b.text(spot{0, row + 1}, st.section, "What no source was named for")
	row = b.facts(spot{0, row + 2}, absentFacts(m))
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
		list = append(list, pair{"Replaces", withdrawnCloses(m.Withdrawn)})
	}
	if c := m.Contact; c.Ask != "" {
		if !c.Until.IsZero() {
			c.Ask += ", until " + c.Until.String()
		}
		list = append(list, pair{"Questions to", c.Ask})
	}
	return list
}

// withdrawnCloses words the closes that a month was closed after.
func withdrawnCloses(n int) string {
	if n == 1 {
		return "1 close of this month that was withdrawn"
	}
	return fmt.Sprintf("%d closes of this month that were withdrawn", n)
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

// targetSettings lists the targets in force, and who set them: what the workspace
// says goes before the rule version, and what a partner has of its own before both.
func targetSettings(m *Month) *sheetGrid {
	s := m.Facts.Settings
	var rows []gridRow
	add := func(p pair, by string) {
		rows = append(rows, gridRow{cells: []string{p.label, p.value, by}})
	}
	own := targetPairs(s.Targets)
	for _, p := range targetPairs(s.Targets.Over(m.Report.Targets)) {
		if slices.Contains(own, p) {
			add(p, "the workspace")
		} else {
			add(p, "the rule version")
		}
	}
	for _, id := range slices.Sorted(maps.Keys(s.PartnersOwn)) {
		for _, p := range targetPairs(s.PartnersOwn[id]) {
			add(p, "the workspace, for "+id)
		}
	}
	g := &sheetGrid{grid: gridOf([]gridColumn{{"Target", idCell, 1}, {"Value", textCell, 1}, {"Set by", textCell, 1}}, rows)}
	g.empty = "none"
	return g
}

// targetPairs words the targets that are set, in the order of the configuration.
func targetPairs(t rules.Targets) []pair {
	var list []pair
	add := func(label, words string) { list = append(list, pair{label, words}) }
	rate := func(label, side string, r *rules.Rate) {
		if r != nil {
			add(label, side+" "+r.Percent())
		}
	}
	whole := func(label, side string, n *int) {
		if n != nil {
			add(label, fmt.Sprintf("%d or %s", *n, side))
		}
	}
	if s := t.ActiveOperators; s != nil {
		add("active operators", fmt.Sprintf("%d to %d", s.From, s.To))
	}
	rate("uptime", "above", t.Uptime)
	rate("churn", "below", t.Churn)
	rate("lead share", "above", t.LeadShare)
	whole("active nodes", "more", t.ActiveNodes)
	whole("leads", "more", t.Leads)
	whole("qualified leads", "more", t.QualifiedLeads)
	whole("new operators", "more", t.NewOperators)
	whole("incidents", "fewer", t.Incidents)
	return list
}
