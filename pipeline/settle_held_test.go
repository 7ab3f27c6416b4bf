package pipeline

import (
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"fleetpay/sources/chain"
)

// A node that keeps no old events answers as if nothing had been paid.
func TestANodeThatLeavesOutWhatIsOnTheChainIsRefused(t *testing.T) {
	for name, first := range map[string]func(w *settleWorld, base *settleNode) (*Settlement, error){
		"after a file": func(w *settleWorld, _ *settleNode) (*Settlement, error) {
			return w.settleWith("2026-10", SettleOptions{By: "R. Finance", At: instantOf(t, "2026-11-07 01:00"),
				Files: []string{w.explorerFile("safe.csv", "base", w.sent("2026-11-06 08:00", walletNo(1), "101000000", 1))}})
		},
		"after blocks that could still change": func(w *settleWorld, base *settleNode) (*Settlement, error) {
			return w.settleWith("2026-10", SettleOptions{Nodes: []*chain.Client{base.client}, Confirmations: 5, By: "R. Finance", At: instantOf(t, "2026-11-07 01:00")})
		},
		"after final blocks": func(w *settleWorld, _ *settleNode) (*Settlement, error) {
			return w.settle("2026-10", "2026-11-07 01:00", "base")
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := october(t)
			base := w.node("base", "1970-01-01 00:00", "2026-11-07 00:00") // with the block numbers of the file
			base.pay(settleSafe, "2026-11-06 08:00", walletNo(1), "101000000", 1)
			s, err := first(w, base)
			w.must(err)
			if got := states(s); !strings.HasPrefix(got, "alder=settled") {
				t.Fatalf("stand at %s", got)
			}
			base.forgets = true
			written := len(w.entries("2026-10"))
			_, err = w.settle("2026-10", "2026-11-07 02:00", "base")
			refusedAs(t, err, base.client.Place()+": returns too few events: transaction "+txNo(1)+
				" of 2026-11-06T08:00:00Z is on the chain and eth_getLogs does not show it; use another node")
			if got := w.standingOf("alder"); string(got.State) != "settled" || len(w.entries("2026-10")) != written {
				t.Errorf("alder stands at %s, with %d entries", got.State, len(w.entries("2026-10")))
			}
			// The node is mended.
			base.forgets = false
			s, err = w.settle("2026-10", "2026-11-07 03:00", "base")
			w.must(err)
			if got := states(s); !strings.HasPrefix(got, "alder=settled") {
				t.Errorf("stand at %s", got)
			}
		})
	}
}

// A span up to the year 2036 would stop every export until then.
func TestANodeWhoseClockIsAheadIsRefused(t *testing.T) {
	w := october(t)
	base := w.node("base", "2026-11-01 00:00", "2026-11-07 00:16")
	_, err := w.settle("2026-10", "2026-11-07 00:00", "base")
	if ExitStatus(err) != ExitSurroundings {
		t.Errorf("ends with %d", ExitStatus(err))
	}
	saysAll(t, err, base.client.Place()+": its newest block is of 2026-11-07T00:16:00Z, and the clock says 2026-11-07T00:00:00Z; "+
		"one of them is wrong: set the clock right, or use another node")
	base.final -= 60 // what is final is not ahead
	if _, err = w.settle("2026-10", "2026-11-07 00:00", "base"); err == nil {
		t.Error("the newest block is ahead, and yet it settles")
	}
	if got := w.entries("2026-10"); len(got) != 0 {
		t.Errorf("wrote %q", got)
	}
	if _, err = w.settle("2026-10", "2026-11-07 00:01", "base"); err != nil { // 15 minutes are as clocks differ
		t.Error(err)
	}
}

func TestAFileOfTheFutureSettlesNothing(t *testing.T) {
	w := october(t)
	_, err := w.fromFiles("", w.explorerFile("safe.csv", "base", w.sent("2026-11-20 12:16", walletNo(1), "101000000", 1)))
	refusedAs(t, err, "safe.csv:2: UnixTimestamp: 2026-11-20T12:16:00Z is yet to come, and the clock says 2026-11-20T12:00:00Z")
	if got := w.entries("2026-10"); len(got) != 0 {
		t.Errorf("wrote %q", got)
	}
}

// Opening a pipe would wait for whoever writes into it.
func TestALockThatIsNoFileIsRefused(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, lockName)
	if err := syscall.Mkfifo(path, 0o666); err != nil {
		t.Fatal(err)
	}
	_, err := lockFolder(dir, "close 2026-10")
	refusedAs(t, err, path+": is not a plain file, and runs lock each other out with it; remove it, and run again")
}
