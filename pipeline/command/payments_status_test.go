package command

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"fleetpay/pipeline"
	"fleetpay/pipeline/payments"
	"fleetpay/rules"
)

// A month with many payments tells the first of them, and how to see all; another
// month after it tells its own.
func TestAtMostTwentyOfAMonthAreTold(t *testing.T) {
	var list []listed
	add := func(period string, n int) {
		for i := range n {
			list = append(list, listed{period, "", fmt.Sprintf("%s payment %d", period, i+1)})
		}
	}
	add("2026-07", 20)
	add("2026-08", 51) // 20 + 31
	add("2026-09", 1)
	var out bytes.Buffer
	(&program{stdout: &out}).tellList(list, mostListed)
	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	if want := 1 + 20 + 20 + 1 + 1; len(lines) != want { // a blank line before all
		t.Fatalf("%d lines, not %d:\n%s", len(lines), want, out.String())
	}
	for at, want := range map[int]string{
		0: "", 1: "2026-07 payment 1", 20: "2026-07 payment 20", 21: "2026-08 payment 1", 40: "2026-08 payment 20",
		41: "and 31 more; see fleetpay payments status 2026-08", 42: "2026-09 payment 1",
	} {
		if lines[at] != want {
			t.Errorf("line %d is %q, not %q", at, lines[at], want)
		}
	}
	out.Reset()
	(&program{stdout: &out}).tellList(nil, mostListed)
	if out.Len() > 0 {
		t.Errorf("of nothing it tells %q", out.String())
	}
}

// Payments that stand alike for the same reason are told under it, once.
func TestPaymentsThatStandAlikeAreToldTogether(t *testing.T) {
	one := func(id, payee string, state payments.State, why string) pipeline.PaymentStatus {
		return pipeline.PaymentStatus{Period: "2026-07", PaymentID: id, State: state, PayeeKind: rules.OperatorPayee, PayeeID: payee, Chain: "base", Why: why}
	}
	barred := one("FP-4", "dogwood", payments.StateOpen, "never given out")
	barred.Barred = "return ret-9 of 2026-08 names it"
	waits := one("FP-5", "elm", payments.StateOpen, "never given out")
	waits.Waits = "run fleetpay settle 2026-06 --rpc URL first"
	var out bytes.Buffer
	(&program{stdout: &out}).tellList(listPayments([]pipeline.PaymentStatus{
		one("FP-1", "alder", payments.StateOpen, "never given out"), one("FP-2", "birch", payments.StateMissing, "not there"),
		one("FP-3", "cedar", payments.StateOpen, "never given out"), barred, waits,
	}), mostListed)
	want := `
2026-07: 2 payments open: never given out
  FP-1: operator alder, 0.00 USDC on base
  FP-3: operator cedar, 0.00 USDC on base
FP-2: missing: operator birch, 0.00 USDC on base: not there
FP-4: open: operator dogwood, 0.00 USDC on base: never given out; barred: return ret-9 of 2026-08 names it
FP-5: open: operator elm, 0.00 USDC on base: never given out; waits: run fleetpay settle 2026-06 --rpc URL first
`
	if out.String() != want {
		t.Errorf("it tells%swant%s", out.String(), want)
	}
}

func TestASettlementTellsTheFirstOfManyPayments(t *testing.T) {
	var list []string
	for i := range 23 {
		list = append(list, fmt.Sprintf("payment %d", i+1))
	}
	var out bytes.Buffer
	(&program{stdout: &out}).tellFirst(list, "closes/2026-07.settlement/001")
	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	if len(lines) != 21 || lines[19] != "  payment 20" || lines[20] != "  and 3 more; see closes/2026-07.settlement/001/report.md" {
		t.Errorf("it tells\n%s", out.String())
	}
}
