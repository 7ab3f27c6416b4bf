package outputs

import (
	"bytes"
	"slices"
	"strings"
	"testing"
)

func TestStagesAreWrittenByIDWithTheirDaysUpToTheLast(t *testing.T) {
	m := fullMonth() // of October 2026
	got := written(t, func(b *bytes.Buffer) error { return WriteStages(b, m) })
	want := "id,name,stage,since,days\n" +
		"alpha,Alpha Nodes,certified,2026-03-30,216\n" + // 2 + 30 + 31 + 30 + 31 + 31 + 30 + 31
		"zinc,Zinc Ltd,applied,2026-10-31,1\n" // the last day alone
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if got := rowsOf(t, opened(t, workbookOf(t, m)), "Stages"); len(got) != 3 || got[1][0] != "alpha" || got[2][4] != "1" {
		t.Errorf("the sheet has %q", got)
	}
}

func TestStagesAreInFoldersThatKnowThemOnly(t *testing.T) {
	for _, c := range []struct {
		name   string
		format Format
		absent bool
		want   bool
	}{
		{"a folder of the form that brought them", FormatPulls, false, true},
		{"without the dataset", FormatPulls, true, false},
		{"of an earlier form", FormatReturns, false, false},
	} {
		m := fullMonth()
		m.Format, m.Facts.Absent["stages"] = c.format, c.absent
		files, err := Files(m)
		if err != nil {
			t.Fatal(err)
		}
		file := slices.ContainsFunc(files, func(f File) bool { return f.Path == StagesPath })
		sheet := slices.Contains(opened(t, workbookOf(t, m)).GetSheetList(), "Stages")
		if file != c.want || sheet != c.want {
			t.Errorf("%s: a file %v, a sheet %v, want %v", c.name, file, sheet, c.want)
		}
	}
}

func TestMeasuresSayHowLongThereWasNoSampleSinceFoldersOfTheFourthForm(t *testing.T) {
	m := smallMonth()
	m.Facts.GapSeconds, m.Facts.LongestGap = 3600, 1800
	m.Facts.Nodes[1].LongestGap, m.Facts.Nodes[1].LongGaps = 7260, 2 // n-1 of alpha
	of := func(subject string) string {
		var rows []string
		for line := range strings.Lines(written(t, func(b *bytes.Buffer) error { return WriteMeasures(b, m) })) {
			if row, found := strings.CutPrefix(strings.TrimSpace(line), "2026-10,"+subject+","); found {
				rows = append(rows, row)
			}
		}
		return strings.Join(rows, " ")
	}
	m.Format = FormatPulls
	const node = "location,Ghent, node_days,2,days samples,2870,samples slots_expected,2880,slots slots_up,2843,slots slots_down,7,slots slots_missing,30,slots slots_maintenance,60,slots uptime,98.71527,%"
	const fleet = "slots_expected,7200,slots slots_up,7163,slots slots_down,7,slots slots_missing,30,slots slots_maintenance,60,slots uptime,99.48611,%"
	if got, want := of("node,n-1@alpha"), node+" longest_gap,7260,s gaps,2,gaps"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got, want := of("fleet,fleet"), "samples,11510,samples "+fleet+" longest_gap,1800,s gaps,0,gaps"; got != want { // 4320 + 2870 + 4320
		t.Errorf("got  %s\nwant %s", got, want)
	}
	m.Facts.GapSeconds = 0 // the rules say of no length that it is a gap
	if got, want := of("node,n-1@alpha"), node+" longest_gap,7260,s"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	m.Format = FormatReturns
	if got := of("node,n-1@alpha") + " " + of("fleet,fleet"); got != node+" "+fleet {
		t.Errorf("got %s", got)
	}
}
