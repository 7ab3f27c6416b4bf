package pipeline

import (
	"strings"
	"testing"

	"fleetpay/sources/chain"
)

// Blocks are final an hour after they are made. What was paid a moment ago is
// seen all the same, and an entry is written only when it tells something.
func TestWhatWasPaidAMomentAgoIsNotMissing(t *testing.T) {
	for name, confirmations := range map[string]int{"behind what is final": -1, "behind so many confirmations": 60} {
		t.Run(name, func(t *testing.T) {
			w := october(t)
			base := w.node("base", "2026-11-01 00:00", "2026-11-06 10:00")
			settle := func(at string) *Settlement {
				t.Helper()
				base.final = base.head - 60
				s, err := w.settleWith("2026-10", SettleOptions{Nodes: []*chain.Client{base.client}, Confirmations: confirmations, By: "R. Finance", At: instantOf(t, at)})
				w.must(err)
				return s
			}
			base.pay(settleSafe, "2026-11-06 09:50", walletNo(1), "101000000", 1)
			s := settle("2026-11-06 10:01")
			if got := states(s); got != "alder=settled, birch=missing, cedar=exported" || !s.Written {
				t.Fatalf("stand at %s, written %t", got, s.Written)
			}
			if len(s.Spans) != 2 || s.Spans[0].Through != "2026-11-06T09:00:00Z" || s.Spans[0].Transfers != 0 ||
				s.Spans[1].First != s.Spans[0].Last+1 || s.Spans[1].From != s.Spans[0].Through ||
				s.Spans[1].Through != "2026-11-06T10:00:00Z" || s.Spans[1].Final || s.Spans[1].Transfers != 1 {
				t.Errorf("spans %+v", s.Spans)
			}
			if notes := strings.Join(s.Notes, "\n"); notes != "base: 1 payment seen in blocks that can still change; run fleetpay settle 2026-10 --rpc URL again later" {
				t.Errorf("notes %q", notes)
			}
			if why := w.standingOf("alder").Why; !strings.HasSuffix(why, ", seen in block 7790, which can still change; run fleetpay settle 2026-10 --rpc URL again later") { // 5 * 1440 + 9 * 60 + 50
				t.Errorf("alder is told as %q", why)
			}
			// The same blocks again tell nothing, and neither do newer ones that hold nothing.
			if s = settle("2026-11-06 10:02"); s.Written {
				t.Error("nothing is new, and an entry is written")
			}
			base.head++
			if s = settle("2026-11-06 10:03"); !s.Written { // a minute more is final
				t.Error("what is final ends later, and no entry is written")
			}
			head := base.head
			base.head += 3
			base.final = head - 60
			s, err := w.settleWith("2026-10", SettleOptions{Nodes: []*chain.Client{base.client}, Confirmations: 63, By: "R. Finance", At: instantOf(t, "2026-11-06 10:05")})
			w.must(err)
			if s.Written {
				t.Error("only the newest blocks are others, and an entry is written")
			}
			// An hour later it is final, and recorded if the chain says so.
			base.until(instantOf(t, "2026-11-06 12:00"))
			s = settle("2026-11-06 12:01")
			if got := states(s); got != "alder=settled, birch=missing, cedar=exported" || len(s.Notes) != 0 ||
				strings.Contains(w.read(s, "scan.json"), w.ids["alder"]) != (confirmations < 0) {
				t.Errorf("stand at %s, notes %q", got, s.Notes)
			}
		})
	}
}

// A file that somebody vouches for must hold what earlier scans have seen.
func TestAFileWithoutATransferThatWasSeenIsNotComplete(t *testing.T) {
	w := october(t)
	base := w.node("base", "2026-11-01 00:00", "2026-11-07 00:00")
	base.pay(settleSafe, "2026-11-06 08:00", walletNo(1), "101000000", 1)
	_, err := w.settle("2026-10", "2026-11-07 01:00", "base")
	w.must(err)
	other := w.sent("2026-11-08 08:00", walletNo(2), "211000000", 2)
	cut := w.explorerFile("cut.csv", "base", other)
	_, err = w.fromFiles("2026-11-19 00:00", cut)
	const want = "cut.csv: is not complete: transaction 0x0000000000000000000000000000000000000000000000000000000000000001 of 2026-11-06T08:00:00Z " +
		"(entry 001 of 2026-10) is missing in it; export the Safe's transfers from 2026-11-03T09:00:00Z on"
	refusedAs(t, err, want)
	if strings.Contains(err.Error(), "--rpc") {
		t.Errorf("the block was final, and yet: %v", err)
	}
	// Nobody vouches for it: it shows what it shows.
	s, err := w.fromFiles("", cut)
	w.must(err)
	if got := states(s); got != "alder=settled, birch=settled, cedar=exported" {
		t.Errorf("stand at %s", got)
	}
	// What only a file or the newest blocks have shown may have been reorganised away.
	seen := w.sent("2026-11-06 08:00", walletNo(1), "101000000", 1)
	seen.Block = 5*24*60 + 8*60 // as the node has it
	_, err = w.fromFiles("2026-11-19 00:00", w.explorerFile("old.csv", "base", seen))
	refusedAs(t, err, "old.csv: is not complete: transaction "+txNo(2)+" of 2026-11-08T08:00:00Z (entry 002 of 2026-10) is missing in it",
		"or settle with --rpc URL: only a node tells whether it was reorganised away")
	s, err = w.fromFiles("2026-11-19 00:00", w.explorerFile("whole.csv", "base", seen, other))
	w.must(err)
	if got := states(s); got != "alder=settled, birch=settled, cedar=exported" {
		t.Errorf("stand at %s", got)
	}
}
