package pipeline

import (
	"strings"
	"testing"

	"fleetpay/sources/chain"
)

// choosing reads the chains and chooses what a month's export at an instant would
// give out. It tells the payees whose payments go out, and why the others don't.
func (w *settleWorld) choosing(period, at string, opt ExportOptions, nodes ...string) (chosen string, leftOut map[string]string, err error) {
	w.t.Helper()
	c := closes{w.ws.Closes}
	l, err := c.ledger()
	w.must(err)
	opt.By, opt.At = "R. Finance", instantOf(w.t, at)
	for _, name := range nodes {
		opt.Nodes = append(opt.Nodes, w.nodes[name].client)
	}
	x := &exporting{closes: c, ws: w.ws, ledger: l, month: l.months[month(w.t, period)], judged: l.Judge(), opt: opt}
	w.must(x.lookNow(w.t.Context()))
	err = x.choose(w.t.Context())
	var payees []string
	for _, p := range x.chosen {
		payees = append(payees, p.PayeeID)
	}
	leftOut = map[string]string{}
	for _, out := range x.leftOut {
		leftOut[l.Judge().Standing(out.PaymentID).Payment.PayeeID] = out.Why
	}
	return strings.Join(payees, " "), leftOut, err
}

// October was closed at 9:00 on 4 November, and nothing of it was given out. Then
// the Safe sent alder the sum by hand, in a block that can still change, and no
// settlement has seen it: there can be none before the first export.
func TestTheFirstExportWithANodeHoldsBackWhatWasPaidByHand(t *testing.T) {
	w := newSettleWorld(t)
	w.close("2026-10", "2026-11-04 09:00", []due{
		{"alder", "base", walletNo(1), "101.00"}, {"birch", "base", walletNo(2), "211.00"}, {"cedar", "arbitrum", walletNo(3), "307.00"},
	})
	base := w.node("base", "2026-11-01 00:00", "2026-11-06 12:00")
	base.pay(settleSafe, "2026-11-06 11:50", walletNo(1), "101000000", 1)
	base.pay(settleSafe, "2026-11-03 08:00", walletNo(2), "211000000", 2) // more than a day before the close
	base.final = base.head - 60
	const at = "2026-11-06 12:00"

	if chosen, _, err := w.choosing("2026-10", at, ExportOptions{}); err != nil || chosen != "alder birch cedar" {
		t.Errorf("without a node goes out %q, %v", chosen, err)
	}
	chosen, leftOut, err := w.choosing("2026-10", at, ExportOptions{}, "base")
	if err != nil || chosen != "birch cedar" || len(leftOut) != 1 {
		t.Fatalf("with a node goes out %q, left out %q, %v", chosen, leftOut, err)
	}
	const why = "now the chain says: ambiguous: transaction 0x0000000000000000000000000000000000000000000000000000000000000001 of 2026-11-06T11:50:00Z " +
		"pays exactly this sum to its wallet before it was given out; it stays held back: if that paid it, nothing is left to pay, " +
		"and if that was for something else, pay what is still owed by an adjustment in the open period; no settlement has noted that yet, so until one has, " +
		"give the rest out with a node only: fleetpay payments export 2026-10 --rpc URL"
	if leftOut["alder"] != why {
		t.Errorf("alder is left out:\n\t%s\nwant\n\t%s", leftOut["alder"], why)
	}
	if got := w.entries("2026-10"); len(got) > 0 {
		t.Errorf("something was written: %q", got)
	}

	// Once the rest is given out, a settlement notes it, and no export needs a node
	// to hold it back. The advice then is a command that works.
	w.export("2026-10", at, "birch", "cedar")
	base.until(instantOf(t, "2026-11-08 12:00"))
	_, err = w.settle("2026-10", "2026-11-08 13:00", "base")
	refusedAs(t, err, "1 payment ambiguous")
	_, _, err = w.choosing("2026-10", "2026-11-08 14:00", ExportOptions{})
	refusedAs(t, err, "then say which it was: fleetpay settle 2026-10 --explain "+txNo(1)+" --reason TEXT --by NAME")
	explained, err := Explain(w.ws, month(t, "2026-10"), ExplainOptions{TxHash: txNo(1), Reason: "paid by hand", By: "R. Finance", At: instantOf(t, "2026-11-08 15:00")})
	if err != nil || len(explained.Explained) != 1 {
		t.Errorf("explained is %+v, %v", explained, err)
	}
}

// What goes out for the first time beside what goes out again is held back alike.
func TestAnExportAgainWithANodeHoldsBackWhatWasPaidByHand(t *testing.T) {
	w := newSettleWorld(t)
	w.close("2026-10", "2026-11-04 09:00", []due{{"alder", "base", walletNo(1), "101.00"}, {"birch", "base", walletNo(2), "211.00"}})
	w.export("2026-10", "2026-11-05 12:00", "birch")
	base := w.node("base", "2026-11-01 00:00", "2026-11-07 00:00")
	_, err := w.settle("2026-10", "2026-11-07 01:00", "base")
	w.must(err)
	base.until(instantOf(t, "2026-11-07 12:00"))
	base.pay(settleSafe, "2026-11-07 11:00", walletNo(1), "101000000", 1)
	again := ExportOptions{Again: true, Reason: "the batch was rejected"}
	if chosen, leftOut, err := w.choosing("2026-10", "2026-11-07 13:00", again, "base"); err != nil || chosen != "birch" ||
		!strings.HasPrefix(leftOut["alder"], "now the chain says: ambiguous: ") {
		t.Errorf("goes out %q, left out %q, %v", chosen, leftOut, err)
	}
	// By then birch is paid, too: nothing goes out again, and alder is held back.
	base.pay(settleSafe, "2026-11-07 11:30", walletNo(2), "211000000", 2)
	_, _, err = w.choosing("2026-10", "2026-11-07 13:00", again, "base")
	refusedAs(t, err, "2026-10: no payment can be given out\n", "was missing, and now the chain says: settled: ", "; run fleetpay settle 2026-10 --rpc URL")
}

// Where no Safe is named there is nothing to read: the preflight says what to do.
func TestWithoutASafeNoNodeIsRead(t *testing.T) {
	w := newSettleWorld(t)
	w.close("2026-10", "2026-11-04 09:00", []due{{"alder", "base", walletNo(1), "101.00"}})
	w.ws.Paying.Safes = nil
	client, err := chain.Dial("http://127.0.0.1:1/")
	w.must(err)
	if chosen, _, err := w.choosing("2026-10", "2026-11-06 12:00", ExportOptions{Nodes: []*chain.Client{client}}); err != nil || chosen != "alder" {
		t.Errorf("goes out %q, %v", chosen, err)
	}
}
