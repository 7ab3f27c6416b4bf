package command

import (
	"strings"
	"testing"
	"time"
)

// Finality lags by many minutes. The owners execute, and finance settles at once:
// what was paid stands in a block that is not final yet, and must not go out
// again.
func TestWhatWasPaidInABlockThatIsNotFinalIsNotGivenOutAgain(t *testing.T) {
	base := newPayer(t, "base", 10_000_000_000)
	dir := newWorkspace(t)
	signers := payFrom(t, dir, base)
	now := time.Date(2026, time.August, 5, 9, 0, 0, 0, time.UTC)
	rpc := []string{"--rpc", base.node.URL()}
	mustAt(t, now, dir, "close", "2026-07", "--by", "R. Finance")
	signers.approve(t, now, dir, "2026-07")
	out := mustAt(t, now, dir, "payments", "export", "2026-07")
	if !strings.Contains(out, "--transfers FILE with the Safe's transfers from 2026-08-04T09:00:00Z on") { // a day before
		t.Errorf("the export does not say from when on:\n%s", out)
	}
	again := []string{"payments", "export", "2026-07", "--again", "--reason", "the batch was rejected"}

	// Blocks after the export are final, and then the batch is executed.
	base.node.Warp(now.Add(30 * time.Minute))
	base.node.Finalize()
	missing := mustAt(t, now.Add(40*time.Minute), dir, append([]string{"settle", "2026-07"}, rpc...)...)
	if !strings.Contains(missing, "missing: ") {
		t.Fatalf("nothing was executed yet, and settle says\n%s", missing)
	}
	base.node.Warp(now.Add(time.Hour))
	for _, file := range batches(t, dir, "2026-07", "base") {
		if _, err := base.safe.Execute(file); err != nil {
			t.Fatal(err)
		}
	}

	// The export looks itself, though the last scan saw the payments missing.
	now = now.Add(2 * time.Hour)
	_, errs, status := at(t, now, dir, append(again, rpc...)...)
	if status != 3 || !strings.Contains(errs, "no payment can be given out") || !strings.Contains(errs, "was missing, and now the chain says: settled: paid by transaction 0x") {
		t.Fatalf("the export ended with %d and\n%s", status, errs)
	}
	// And so says a scan, whatever it takes for final.
	for _, args := range [][]string{nil, {"--confirmations", "1"}, {"--confirmations", "3"}} {
		out = mustAt(t, now, dir, append(append([]string{"settle", "2026-07"}, rpc...), args...)...)
		if !strings.Contains(out, "payments seen in blocks that can still change; run fleetpay settle 2026-07 --rpc URL again later") {
			t.Errorf("settle %v says\n%s", args, out)
		}
		for _, s := range statesOf(t, now, dir, "2026-07") {
			if s.State != "settled" || !strings.Contains(s.Why, "which can still change; run fleetpay settle 2026-07 --rpc URL again later") {
				t.Errorf("%s is %s: %s", s.PaymentID, s.State, s.Why)
			}
		}
		_, errs, status = at(t, now, dir, again...)
		if status != 3 || !strings.Contains(errs, "2026-07: no payment can be given out") {
			t.Fatalf("the export ended with %d and\n%s", status, errs)
		}
	}

	// Once it is final, that is recorded, and nothing more is to be said.
	base.node.Warp(now)
	base.node.Finalize()
	now = now.Add(time.Hour)
	out = mustAt(t, now, dir, append([]string{"settle", "2026-07"}, rpc...)...)
	if !strings.Contains(out, "is settled") || strings.Contains(out, "can still change") {
		t.Errorf("settle says\n%s", out)
	}
	for _, s := range statesOf(t, now, dir, "2026-07") {
		if s.State != "settled" || strings.Contains(s.Why, "can still change") {
			t.Errorf("%s is %s: %s", s.PaymentID, s.State, s.Why)
		}
	}
}
