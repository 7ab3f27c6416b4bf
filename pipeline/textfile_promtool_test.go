package pipeline

import (
	"bytes"
	"os/exec"
	"testing"
	"time"

	"fleetpay/outputs"
	"fleetpay/rules"
)

// Prometheus' own tool reads what node_exporter is given, in every state of a run.
func TestPromtoolReadsTheTextfile(t *testing.T) {
	promtool, err := exec.LookPath("promtool")
	if err != nil {
		t.Skip("promtool is not installed; on Debian: apt install prometheus")
	}
	now := time.Date(2026, 11, 3, 1, 0, 0, 0, time.UTC)
	october := Month{
		Period: rules.Period{Year: 2026, Month: time.October}, State: MonthClosed, ClosedAt: "2026-11-03T00:00:07Z",
		Totals: &Totals{Totals: outputs.Totals{Payable: "770.00"}}, HeldSum: money(t, "1200.00"), Held: 1,
	}
	november := Month{Period: october.Period.Next(), State: MonthOpen}
	for name, c := range map[string]struct {
		months []Month
		run    DueRun
	}{
		"before the first close": {nil, DueRun{State: RunDone}},
		"done":                   {[]Month{october, november}, DueRun{State: RunDone}},
		"waiting":                {[]Month{october, november}, DueRun{State: RunWaiting, Waiting: &MonthWaits{Period: november.Period, Until: now}}},
		"failed, with a closed month that is damaged": {[]Month{{Period: october.Period, State: MonthClosed, Damage: "changed"}}, *failedAugust(now, ExitRefused, "a bad row")},
	} {
		t.Run(name, func(t *testing.T) {
			cmd := exec.CommandContext(t.Context(), promtool, "check", "metrics")
			text := textfileOf(c.months, &c.run, now)
			cmd.Stdin = bytes.NewReader(text)
			if said, err := cmd.CombinedOutput(); err != nil || len(said) > 0 {
				t.Errorf("%v: %s\n%s", err, said, text)
			}
		})
	}
}
