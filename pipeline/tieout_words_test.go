package pipeline

import (
	"regexp"
	"strings"
	"testing"

	"fleetpay/sources/chain"
)

// What only the newest blocks show is paid, and can still change: the verdict says
// when it is worth to look again, and what a file can't tell.
func TestTheVerdictSaysWhatIsNotFinal(t *testing.T) {
	w := newSettleWorld(t)
	w.close("2026-10", "2026-11-04 09:00", []due{{"alder", "base", walletNo(1), "101.00"}, {"birch", "base", walletNo(2), "103.00"}})
	w.export("2026-10", "2026-11-05 12:00", "alder", "birch")
	file := w.explorerFile("safe.csv", "base", w.sent("2026-11-06 09:00", walletNo(1), "101000000", 1), w.sent("2026-11-06 09:50", walletNo(2), "103000000", 2))
	verdict := func(s *Settlement, err error) string {
		t.Helper()
		w.must(err)
		if report := strings.Join(strings.Fields(w.read(s, "report.md")), " "); s.Written && !strings.Contains(report, s.Verdict) {
			t.Errorf("the report says another verdict than %q:\n%s", s.Verdict, report)
		}
		return s.Verdict
	}
	const sums = "omputed = manifest = chain, 204.00 USDC in 2 payments." // 101 + 103
	s, err := w.fromFiles("", file)
	if got, want := verdict(s, err), "2026-10 is settled, as far as safe.csv tells; only a node tells what is final. C"+sums; got != want {
		t.Errorf("after a file: %s", got)
	}
	base := w.node("base", "2026-11-01 00:00", "2026-11-20 13:00")
	base.pay(settleSafe, "2026-11-06 09:00", walletNo(1), "101000000", 1)
	base.pay(settleSafe, "2026-11-20 12:50", walletNo(2), "103000000", 2)
	settle := func(at string, confirmations int) string {
		t.Helper()
		s, err := w.settleWith("2026-10", SettleOptions{Nodes: []*chain.Client{base.client}, Confirmations: confirmations, By: "R. Finance", At: instantOf(t, at)})
		return verdict(s, err)
	}
	base.final = base.head - 60
	if got, want := settle("2026-11-20 13:01", 60), "2026-10 is settled, but 2 payments stand in blocks that can still change; run fleetpay settle 2026-10 --rpc URL again later. C"+sums; got != want {
		t.Errorf("behind confirmations: %s", got)
	}
	if got, want := settle("2026-11-20 13:02", -1), "2026-10 is settled, but 1 payment stands in a block that can still change; run fleetpay settle 2026-10 --rpc URL again later. C"+sums; got != want {
		t.Errorf("with one of them final: %s", got)
	}
	base.until(instantOf(t, "2026-11-21 00:00"))
	base.final = base.head
	if got, want := settle("2026-11-21 12:00", -1), "2026-10 is settled: c"+sums; got != want {
		t.Errorf("at the end: %s", got)
	}
}

// A shell takes each command as it is told, but for what is in capitals. So none is
// broken in a report, where a line that begins with an option would be escaped.
func TestEveryCommandOfAReportStandsOnOneLine(t *testing.T) {
	everything := &TieOut{Period: "2026-10", Strays: []TiedStray{}}
	for _, s := range paymentStates {
		for range 1234 {
			everything.Payments = append(everything.Payments, TiedPayment{State: s, Block: new(int64), BaseUnits: "0"})
		}
	}
	for _, k := range strayKinds {
		everything.Strays = append(everything.Strays, TiedStray{Kind: k})
	}
	report, err := everything.report("Test Fleet", &ScanRecord{entryHead: entryHead{Number: 1, Period: "2026-10"}})
	if err != nil {
		t.Fatal(err)
	}
	if at := regexp.MustCompile(`(?m)^[-> ]*\\?--[a-z]+ .*$`).FindString(string(report)); at != "" {
		t.Errorf("a line begins with an option: %s", at)
	}
	commands := 0
	for _, step := range everything.steps() {
		if step.command == "" {
			continue
		}
		commands++
		if !strings.Contains(string(report), "\n- "+step.command+"\n") || !strings.HasSuffix(step.String(), ": "+step.command) {
			t.Errorf("%q is not to be copied", step.command)
		}
	}
	if commands != 6 { // open, exported, missing, ambiguous, vanished, and explain
		t.Errorf("%d commands", commands)
	}
}
