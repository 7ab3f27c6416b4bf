package command

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fleetpay/pipeline"
	"fleetpay/rules"
)

// Months before the one that was stopped are closed, so nothing says that nothing was
// changed.
func TestARunThatIsStoppedSaysItOnceAndWhatToDo(t *testing.T) {
	var stdout, stderr bytes.Buffer
	p := &program{stdout: &stdout, stderr: &stderr}
	run := &pipeline.DueRun{State: pipeline.RunFailed, Closed: []*pipeline.Outcome{
		{Period: rules.Period{Year: 2026, Month: 7}, Folder: "closes/2026-07", Record: &pipeline.Record{RuleInForce: "2026-07"}},
	}}
	stopped := fmt.Errorf("heartbeats: %w", context.Canceled)
	err := p.tellDue(&pipeline.Workspace{}, run, closeFlags{dueFlags: dueFlags{log: logText}}, slog.New(slog.DiscardHandler), stopped)
	ctx, stop := context.WithCancel(t.Context())
	stop()
	p.explain(ctx, nil, err)
	if got := stderr.String(); got != "the run was stopped before it ended; run it again: it goes on from what was pulled\n" {
		t.Errorf("said %q", got)
	}
	if !strings.HasPrefix(stdout.String(), "2026-07: closed under rules 2026-07, in closes/2026-07\n") {
		t.Errorf("answered %q", stdout.String())
	}
}

// A schedule's pipe may end before the run does: the journal was restarted, say.
func TestARunWhoseLogNobodyReadsClosesAllTheSame(t *testing.T) {
	ws := newWorkspace(t)
	mustRun(t, ws, "close", "2026-07")
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	read.Close()
	defer write.Close()
	cmd := fleetpay(t.Context(), ws, "close", "--due")
	cmd.Stdout, cmd.Stderr = write, write
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	for _, period := range []string{"2026-08", "2026-09"} {
		if _, err := os.Stat(filepath.Join(ws, "closes", period, "SHA256SUMS")); err != nil {
			t.Error(err)
		}
	}
}
