package pipeline

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// october is October 2026, of 101.00 + 211.00 = 312.00 on base and 307.00 on
// arbitrum, 619.00 in all, given out on 5 November at noon.
func october(t *testing.T) *settleWorld {
	w := newSettleWorld(t)
	w.close("2026-10", "2026-11-04 09:00", []due{
		{"alder", "base", walletNo(1), "101.00"}, {"birch", "base", walletNo(2), "211.00"}, {"cedar", "arbitrum", walletNo(3), "307.00"},
	})
	w.export("2026-10", "2026-11-05 12:00", "alder", "birch", "cedar")
	return w
}

func TestAMonthIsSettledChainByChain(t *testing.T) {
	w := october(t)
	base := w.node("base", "2026-11-01 00:00", "2026-11-05 11:00")
	arbitrum := w.node("arbitrum", "2026-11-01 00:00", "2026-11-07 00:00")

	// The node's chain ends before the export: nothing can be said yet.
	s, err := w.settle("2026-10", "2026-11-05 13:00", "base")
	w.must(err)
	if got := states(s); got != "alder=exported, birch=exported, cedar=exported" {
		t.Errorf("stand at %s", got)
	}
	if !slices.Equal(s.NotLookedAt, []string{"arbitrum"}) || len(s.Notes) != 1 || !strings.Contains(s.Notes[0], "before payments were given out at 2026-11-05T12:00:00Z") {
		t.Errorf("not looked at %q, notes %q", s.NotLookedAt, s.Notes)
	}

	// Half of base is executed.
	base.until(instantOf(t, "2026-11-06 10:00"))
	base.pay(settleSafe, "2026-11-06 08:00", walletNo(1), "101000000", 1)
	s, err = w.settle("2026-10", "2026-11-06 12:00", "base")
	w.must(err)
	if got := states(s); got != "alder=settled, birch=missing, cedar=exported" {
		t.Errorf("stand at %s", got)
	}
	if want := "2026-10 is not settled yet: 1 of 3 payments is on the chain, 101.00 of 619.00 USDC."; s.Verdict != want {
		t.Errorf("verdict %q", s.Verdict)
	}
	if sum := s.TieOut.Total; sum.OnChain != "101.00" || sum.Difference != "518.00" || sum.Manifest.String() != "619.00" { // 211.00 + 307.00
		t.Errorf("total %+v", sum)
	}

	// The rest, on both chains.
	base.pay(settleSafe, "2026-11-06 20:00", walletNo(2), "211000000", 2)
	base.until(instantOf(t, "2026-11-07 00:00"))
	arbitrum.pay(settleSafe, "2026-11-06 21:00", walletNo(3), "307000000", 3)
	s, err = w.settle("2026-10", "2026-11-07 12:00", "base", "arbitrum")
	w.must(err)
	if want := "2026-10 is settled: computed = manifest = chain, 619.00 USDC in 3 payments."; s.Verdict != want || len(s.Next) != 0 {
		t.Errorf("verdict %q, next %q", s.Verdict, s.Next)
	}
	record := w.read(s, "scan.json")
	for _, word := range []string{`"payment_id": "` + w.ids["birch"], `"payment_id": "` + w.ids["cedar"], `"final": true`} {
		if !strings.Contains(record, word) {
			t.Errorf("scan.json has no %s:\n%s", word, record)
		}
	}
	if strings.Contains(record, w.ids["alder"]) {
		t.Error("alder's payment was recorded as settled before, and is again")
	}
	if strings.Contains(record, "secret-key") {
		t.Error("scan.json holds the key of the node's URL")
	}
	golden(t, "settled-report.md", w.report(s, "https://base.example", "https://arbitrum.example"))

	// Run again, it has nothing to say.
	before := w.entries("2026-10")
	s, err = w.settle("2026-10", "2026-11-07 13:00", "base", "arbitrum")
	w.must(err)
	if s.Written || s.Number != 3 || s.Folder != filepath.Join(w.ws.Closes, "2026-10.settlement", "003") || !slices.Equal(before, w.entries("2026-10")) {
		t.Errorf("written %t, number %d in %s, entries %q", s.Written, s.Number, s.Folder, w.entries("2026-10"))
	}
	// Once the chain goes on it has.
	base.until(instantOf(t, "2026-11-08 00:00"))
	if s, err = w.settle("2026-10", "2026-11-08 12:00", "base"); err != nil || !s.Written || s.Number != 4 {
		t.Errorf("%v: written %t, number %d", err, s.Written, s.Number)
	}
	if left, _ := filepath.Glob(filepath.Join(w.ws.Closes, ".staging*")); len(left) > 0 {
		t.Errorf("left %q", left)
	}
}

// Each state of a payment and each kind of stray, in one report.
func TestTheReportTellsEveryStateAndKind(t *testing.T) {
	w := newSettleWorld(t)
	w.close("2026-10", "2026-11-04 09:00", []due{
		{"alder", "base", walletNo(1), "101.00"},     // settled, and paid twice
		{"birch", "base", walletNo(2), "103.00"},     // missing
		{"cedar", "base", walletNo(3), "107.00"},     // wrong amount: 106.99
		{"dogwood", "base", walletNo(4), "109.00"},   // wrong chain: on polygon
		{"elder", "base", walletNo(5), "113.00"},     // vanished
		{"fir", "base", walletNo(6), "127.00"},       // ambiguous: an hour before the export
		{"gorse", "base", walletNo(7), "131.00"},     // returned
		{"hazel", "base", walletNo(8), "137.00"},     // paid after its return
		{"iris", "arbitrum", walletNo(9), "139.00"},  // exported: arbitrum has no node
		{"juniper", "base", walletNo(10), "149.00"},  // never given out
		{"=kale", "polygon", walletNo(11), "151.00"}, // settled
	})
	w.export("2026-10", "2026-11-05 12:00", "alder", "birch", "cedar", "dogwood", "elder", "fir", "gorse", "hazel", "iris", "=kale")
	base := w.node("base", "2026-11-01 00:00", "2026-11-06 00:00")
	polygon := w.node("polygon", "2026-11-01 00:00", "2026-11-09 00:00")
	base.pay(settleSafe, "2026-11-05 14:00", walletNo(5), "113000000", 5)
	base.final = base.head - 5000 // before the export
	opt := SettleOptions{By: "R. Finance", At: instantOf(t, "2026-11-06 12:00")}
	opt.Nodes = append(opt.Nodes, base.client)
	s, err := w.settleWith("2026-10", opt)
	w.must(err)
	if p := s.TieOut.in("settled"); len(p) != 1 || p[0].PayeeID != "elder" || s.Spans[0].Final {
		t.Fatalf("settled %+v", p)
	}

	w.close("2026-11", "2026-12-04 09:00", []due{{"linden", "base", walletNo(12), "157.00"}}, "gorse", "hazel")
	base.drop(5)
	base.pay(settleSafe, "2026-11-05 11:00", walletNo(6), "127000000", 6)
	base.pay(settleSafe, "2026-11-05 13:00", walletNo(1), "101000000", 1)
	base.pay(settleSafe, "2026-11-05 15:00", walletNo(1), "101000000", 2)
	base.pay(settleSafe, "2026-11-05 16:00", walletNo(3), "106990000", 3)
	base.pay(settleSafe, "2026-11-05 17:00", walletNo(8), "137000000", 8)
	base.pay(settleSafe, "2026-11-05 18:00", walletNo(99), "1", 9)
	base.pay(settleSafe, "2026-11-05 19:00", walletNo(98), "0", 10)
	polygon.pay(settleSafe, "2026-11-05 20:00", walletNo(4), "109000000", 4)
	polygon.pay(settleSafe, "2026-11-05 21:00", walletNo(11), "151000000", 11)
	base.until(instantOf(t, "2026-12-05 00:00"))
	base.final = base.head - 60*24*40 // still before
	polygon.until(instantOf(t, "2026-12-05 00:00"))
	opt.Nodes = append(opt.Nodes, polygon.client)
	opt.At = instantOf(t, "2026-12-05 12:00")
	s, err = w.settleWith("2026-10", opt)
	refusedAs(t, err, "1 payment ambiguous, 1 payment wrong-amount, 1 payment wrong-chain, 1 payment vanished, 1 payment paid-after-return",
		"1 transfer paid-twice", "1 transfer extra", "somebody must look at it", filepath.Join("2026-10.settlement", "002", "report.md"))
	want := "alder=settled, birch=missing, cedar=wrong-amount, dogwood=wrong-chain, elder=vanished, fir=ambiguous, gorse=returned, " +
		"hazel=paid-after-return, juniper=open, iris=exported, =kale=settled, " +
		"ambiguous 127.00, paid-twice 101.00, wrong-amount 106.99, paid-after-return 137.00, extra 0.000001, wrong-chain 109.00"
	if got := states(s); got != want {
		t.Errorf("stand at\n%s; want\n%s", got, want)
	}
	if s.TieOut.Dust != 1 || s.TieOut.Total.OnChain != "252.00" { // 101.00 + 151.00
		t.Errorf("%d of dust, %s on chain", s.TieOut.Dust, s.TieOut.Total.OnChain)
	}
	golden(t, "differences-report.md", w.report(s, "https://base.example", "https://polygon.example"))
	golden(t, "differences-tie-out.csv", w.read(s, "tie-out.csv"))

	// What needs a person goes on to need one, and is not written again.
	again, err := w.settleWith("2026-10", opt)
	refusedAs(t, err, "somebody must look at it")
	if again.Written || again.Number != 2 {
		t.Errorf("written %t as %d", again.Written, again.Number)
	}

	status, err := StatusOfPayments(t.Context(), w.ws, month(t, "2026-10"), opt.At)
	w.must(err)
	if len(status.Payments) != 11 || len(status.Months) != 1 || len(status.Strays) != 6 {
		t.Errorf("%d payments of %d months, %d strays", len(status.Payments), len(status.Months), len(status.Strays))
	}
}

// A payment of one month, seen in the scan of another, is settled in both.
func TestAScanOfOneMonthSettlesPaymentsOfAnother(t *testing.T) {
	w := october(t)
	base := w.node("base", "2026-11-01 00:00", "2026-11-07 00:00")
	base.pay(settleSafe, "2026-11-06 08:00", walletNo(1), "101000000", 1)
	s, err := w.settle("2026-10", "2026-11-07 01:00", "base")
	w.must(err)
	if got := states(s); got != "alder=settled, birch=missing, cedar=exported" {
		t.Fatalf("stand at %s", got)
	}
	birch := w.ids["birch"]
	w.close("2026-11", "2026-12-04 09:00", []due{{"alder", "base", walletNo(1), "401.00"}})
	w.export("2026-11", "2026-12-05 12:00", "alder")
	base.pay(settleSafe, "2026-12-05 08:00", walletNo(2), "211000000", 2) // birch's, late
	base.pay(settleSafe, "2026-12-05 13:00", walletNo(1), "401000000", 3)
	base.until(instantOf(t, "2026-12-07 00:00"))
	s, err = w.settle("2026-11", "2026-12-07 01:00", "base")
	w.must(err)
	if got := states(s); got != "alder=settled" || s.Spans[0].From != "2026-11-03T09:00:00Z" { // a day before the close of October
		t.Errorf("stand at %s, looked at from %s", got, s.Spans[0].From)
	}
	if !strings.Contains(w.read(s, "scan.json"), birch) {
		t.Error("the settlement of October's payment was not recorded")
	}
	// October's own settlement has another tie-out now, though no transfer is new.
	s, err = w.settle("2026-10", "2026-12-07 02:00", "base")
	w.must(err)
	if got := states(s); got != "alder=settled, birch=settled, cedar=exported" || !s.Written {
		t.Errorf("stand at %s, written %t", got, s.Written)
	}
}

// A scan looks at every Safe that it knows: those that gave out, and those of the
// configuration as it is now.
func TestAPaymentFromAnotherSafeIsSeen(t *testing.T) {
	w := october(t)
	w.ws.Paying.Safes = map[string]string{"base": settleOther}
	base := w.node("base", "2026-11-01 00:00", "2026-11-07 00:00")
	base.pay(settleOther, "2026-11-06 08:00", walletNo(1), "101000000", 1)
	base.pay(settleSafe, "2026-11-06 09:00", walletNo(2), "211000000", 2)
	s, err := w.settle("2026-10", "2026-11-07 01:00", "base")
	refusedAs(t, err, "1 payment ambiguous, 1 transfer ambiguous")
	if got := states(s); got != "alder=ambiguous, birch=settled, cedar=exported, ambiguous 101.00" || len(s.Spans) != 2 {
		t.Errorf("stand at %s, spans %+v", got, s.Spans)
	}
}

func TestWhatASettlementRefuses(t *testing.T) {
	w := newSettleWorld(t)
	w.close("2026-10", "2026-11-04 09:00", []due{{"alder", "base", walletNo(1), "101.00"}})
	base := w.node("base", "2026-11-01 00:00", "2026-11-07 00:00")
	w.node("ethereum", "2026-11-01 00:00", "2026-11-07 00:00")
	_, err := w.settle("2026-09", "2026-11-07 00:00", "base")
	refusedAs(t, err, "2026-09: ")
	_, err = w.settle("2026-10", "2026-11-07 00:00", "base")
	refusedAs(t, err, "2026-10: nothing was given out yet, so there is nothing to settle; give its payments out first: fleetpay payments export 2026-10")

	w.export("2026-10", "2026-11-05 12:00", "alder")
	_, err = w.settle("2026-10", "2026-11-07 00:00", "base", "base")
	refusedAs(t, err, "is a node of base, and so is http://127.0.0.1", "give one node per chain")
	_, err = w.settle("2026-10", "2026-11-07 00:00", "ethereum")
	refusedAs(t, err, "no node given is of a chain with a Safe that pays; give nodes of base, arbitrum, polygon")
	s, err := w.settle("2026-10", "2026-11-07 00:00", "ethereum", "base")
	if err != nil || len(s.Notes) != 1 || !strings.Contains(s.Notes[0], "ethereum: no Safe of ours is known there") {
		t.Errorf("%v, notes %q", err, s.Notes)
	}
	base.noToken = true
	_, err = w.settle("2026-10", "2026-11-07 00:00", "base")
	refusedAs(t, err, "says that it is a node of base, and has no contract at USDC's address", "use another node")
	base.noToken, base.id = false, 31337
	_, err = w.settle("2026-10", "2026-11-07 00:00", "base")
	refusedAs(t, err, "is a node of chain 31337, on which nothing is paid")
	base.id = 8453
	_, err = w.settle("2026-10", "2026-11-05 11:59", "base")
	saysAll(t, err, "the clock says 2026-11-05T11:59:00Z, and the last export or scan was made at 2026-11-07T00:00:00Z")

	// A changed byte of an entry is found, and nothing is written on top of it.
	report := filepath.Join(w.ws.Closes, "2026-10.settlement", "001", "report.md")
	w.must(os.WriteFile(report, []byte("all is well\n"), 0o666))
	_, err = w.settle("2026-10", "2026-11-07 00:00", "base")
	refusedAs(t, err, report+": is not the file that SHA256SUMS lists; restore it from a copy")
	_, err = StatusOfPayments(t.Context(), w.ws, month(t, "2026-10"), instantOf(t, "2026-11-07 00:00"))
	refusedAs(t, err, report)
	if got := w.entries("2026-10"); !slices.Equal(got, []string{"001"}) {
		t.Errorf("entries %q", got)
	}
}
