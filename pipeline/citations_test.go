package pipeline

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// twiceGivenOut is a month with two exports and, after each of them, a scan: alder
// was paid, then birch went out again and was paid.
func twiceGivenOut(t *testing.T) *settleWorld {
	w := newSettleWorld(t)
	w.close("2026-10", "2026-11-04 09:00", []due{{"alder", "base", walletNo(1), "101.00"}, {"birch", "base", walletNo(2), "211.00"}})
	w.export("2026-10", "2026-11-05 12:00", "alder", "birch")
	base := w.node("base", "2026-11-01 00:00", "2026-11-07 00:00")
	base.pay(settleSafe, "2026-11-06 08:00", walletNo(1), "101000000", 1)
	_, err := w.settle("2026-10", "2026-11-07 12:00", "base")
	w.must(err)
	w.export("2026-10", "2026-11-08 12:00", "birch")
	base.pay(settleSafe, "2026-11-08 14:00", walletNo(2), "211000000", 2)
	base.until(instantOf(t, "2026-11-09 00:00"))
	_, err = w.settle("2026-10", "2026-11-09 12:00", "base")
	w.must(err)
	return w
}

// Nothing in a row cites its last entry. The other row does.
func TestWhatIsLostBesideACloseIsFound(t *testing.T) {
	for _, c := range []struct {
		name string
		lost []string
		want string
	}{
		{"all exports", []string{"2026-10.exports"}, "2026-10.settlement/001 tells of payments given out, and CLOSES/2026-10.exports is gone; restore it from a copy"},
		{"the last export", []string{"2026-10.exports/002"}, "2026-10.settlement/002 cites CLOSES/2026-10.exports/002, which is not there; restore it from a copy"},
		{"all scans", []string{"2026-10.settlement"}, "2026-10.exports/002 cites CLOSES/2026-10.settlement/001, which is not there; restore it from a copy"},
		{"the last scan, after which nothing was given out", []string{"2026-10.settlement/002"}, ""},
		{"the last export and the scan after it", []string{"2026-10.exports/002", "2026-10.settlement/002"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := twiceGivenOut(t)
			for _, path := range c.lost {
				w.must(os.RemoveAll(filepath.Join(w.ws.Closes, path)))
			}
			_, err := closes{w.ws.Closes}.ledger()
			if c.want == "" {
				w.must(err) // only a copy elsewhere tells
				return
			}
			refusedAs(t, err, strings.ReplaceAll(c.want, "CLOSES", w.ws.Closes))
		})
	}
}

func TestAScanIsHeldToItsTransfers(t *testing.T) {
	// rewrite makes another entry of the last one, with a SHA256SUMS that fits.
	rewrite := func(w *settleWorld, file, from, to string) error {
		dir := filepath.Join(w.ws.Closes, "2026-10.settlement", "002")
		replace(w.t, filepath.Join(dir, file), from, to)
		w.must(os.Remove(filepath.Join(dir, sumsName)))
		w.must(writeSums(dir))
		_, err := closes{w.ws.Closes}.ledger()
		return err
	}
	for _, c := range []struct{ name, file, from, to, want string }{
		{"fewer transfers than it says", "scan.json", `"transfers": 2`, `"transfers": 3`, "3 transfers on base in the blocks"},
		{"a settlement by a transfer that was never seen", "scan.json", `"tx_hash": "0x` + strings.Repeat("0", 63) + `2"`,
			`"tx_hash": "0x` + strings.Repeat("0", 63) + `9"`, "which no scan had seen by then; restore the folder"},
		{"another export than the one that is there", "scan.json", `"last_export": "`, `"last_export": "f`, "2026-10.exports/002 than the one that is there"},
		{"no export", "scan.json", `"exports": 2`, `"exports": 0`, "cites no export"},
	} {
		t.Run(c.name, func(t *testing.T) { refusedAs(t, rewrite(twiceGivenOut(t), c.file, c.from, c.to), c.want) })
	}
}

// A payment that somebody made by hand, after its month was closed and before it
// was given out, is held back, and the transfer is told by a month that can be
// settled.
func TestWhatWasPaidByHandBeforeTheExportIsHeldBack(t *testing.T) {
	w := newSettleWorld(t)
	w.close("2026-10", "2026-11-04 09:00", []due{{"alder", "base", walletNo(1), "101.00"}})
	w.export("2026-10", "2026-11-05 12:00", "alder")
	w.close("2026-11", "2026-12-04 09:00", []due{{"alder", "base", walletNo(1), "103.00"}, {"birch", "base", walletNo(2), "211.00"}})
	base := w.node("base", "2026-11-01 00:00", "2026-12-08 00:00")
	base.pay(settleSafe, "2026-11-06 08:00", walletNo(1), "101000000", 1)
	base.pay(settleSafe, "2026-12-05 11:00", walletNo(2), "211000000", 2)
	s, err := w.settle("2026-10", "2026-12-08 12:00", "base")
	refusedAs(t, err, "somebody must look at it")
	if len(s.TieOut.Strays) != 1 || s.TieOut.Strays[0].PaymentIDs[0] != w.ids["birch"] {
		t.Errorf("October tells %+v", s.TieOut.Strays)
	}
	birch := w.standingOf("birch")
	if _, refusal := birch.MayExport(); !strings.Contains(refusal, "pays exactly this sum to its wallet before it was given out") {
		t.Errorf("birch is %s: %s", birch.State, refusal)
	}
	if _, refusal := w.standingOf("alder").MayExport(); refusal != "" {
		t.Errorf("alder's payment of November is held back: %s", refusal)
	}
	// Once November has an export, it tells the transfer itself.
	w.export("2026-11", "2026-12-09 12:00", "alder")
	s, err = w.settle("2026-11", "2026-12-09 13:00", "base")
	refusedAs(t, err, "somebody must look at it")
	if len(s.TieOut.Strays) != 1 || s.Spans[0].From != "2026-12-03T09:00:00Z" { // a day before the close
		t.Errorf("November tells %+v, from %s", s.TieOut.Strays, s.Spans[0].From)
	}
}
