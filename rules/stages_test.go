package rules

import (
	"slices"
	"testing"
)

// told lists the messages of a kind of exception, with subject and severity.
func told(b *Book, kind string) (messages []string) {
	for _, e := range b.Exceptions {
		if e.Kind == kind {
			messages = append(messages, string(e.Severity)+" "+e.Subject+": "+e.Message)
		}
	}
	return messages
}

func TestAnOperatorWithNodesBeforeItsTimeIsTold(t *testing.T) {
	for _, c := range []struct {
		name, stage string
		want        []string
	}{
		{"an applicant", "applied", []string{"warning operator:ada: is in stage applied since 2026-08-20, and has active nodes in 2026-09; enter the stage that was reached into stages, or correct the days of the nodes"}},
		{"a trainee", "training", []string{"warning operator:ada: is in stage training since 2026-08-20, and has active nodes in 2026-09; enter the stage that was reached into stages, or correct the days of the nodes"}},
		{"one on probation runs nodes", "probation", nil},
		{"and so does a certified one", "certified", nil},
	} {
		f := ada()
		f.Nodes = []Node{{ID: "n1", OperatorID: "ada", Days: 25}}
		f.Stages = []Stage{
			{OperatorID: "ada", Stage: c.stage, Since: NewDate(2026, 8, 20)},
			{OperatorID: "zoe", Stage: "applied", Since: NewDate(2026, 8, 20)}, // who has none
		}
		if got := told(bookOf(t, start, f), "stage"); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q", c.name, got)
		}
	}
}

func TestAGapSaysHowItIsLeftOutWhereTheFolderAsksForIt(t *testing.T) {
	const rules = start + `flags:
  - {id: monitoring-gap, label: nobody was monitored, payee: fleet, when: [{measure: unmonitored-stretch, at_least: 1h}]}
`
	const found = "warning fleet: nobody was monitored: 2026-09-03T10:00:00Z to 2026-09-03T11:30:00Z (1 h 30 min)"
	f := ada()
	f.Gaps = []Gap{{From: "2026-09-03T10:00:00Z", To: "2026-09-03T11:30:00Z", Seconds: 5400}}
	if got := told(bookOf(t, rules, f), "monitoring-gap"); !slices.Equal(got, []string{found}) {
		t.Errorf("got %q", got)
	}
	f.Settings.GapRemedy = true
	want := found + "; if only the monitoring failed, leave it out before anything of 2026-09 is paid: " +
		"add to maintenance the row window_id gap-20260903T100000Z (or another one that is free), scope fleet, " +
		"starts_at 2026-09-03T10:00:00Z, ends_at 2026-09-03T11:30:00Z, reason what failed and who says so; " +
		"withdraw 2026-09 where it is closed, and close it again"
	if got := told(bookOf(t, rules, f), "monitoring-gap"); !slices.Equal(got, []string{want}) {
		t.Errorf("got %q\nwant %q", got, want)
	}
}
