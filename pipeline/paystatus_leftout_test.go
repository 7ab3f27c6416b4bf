package pipeline

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"fleetpay/pipeline/payments"
)

// What is left out for one reason is told once, with the first of the payments.
func TestWhatIsLeftOutIsToldByReason(t *testing.T) {
	l := payments.Ledger{}
	var list []LeftOut
	october := month(t, "2026-10")
	at := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	leave := func(n int, why string) {
		for range n {
			id := fmt.Sprintf("FP-%02d", len(list)+1)
			list = append(list, LeftOut{id, why})
			l.Payments = append(l.Payments, payments.Payment{ID: id, Period: october, ChainID: 1, Wallet: walletOther, Units: "1"})
		}
	}
	settled := func(n int) {
		for range n {
			leave(1, fmt.Sprintf("it is paid by transaction 0x%02d", len(list)+1))
			id := list[len(list)-1].PaymentID
			l.Scans = append(l.Scans, payments.Scan{Period: october, Number: len(l.Scans) + 1, At: at, Settled: []payments.Settled{{PaymentID: id, Transfer: payments.Transfer{
				ChainID: 1, Safe: safeBase, To: walletOther, Units: "1", TxHash: "0x" + id, Nth: 1, Block: 1, Time: at,
			}}}})
		}
	}
	leave(13, "settle first")
	leave(1, "left out by R. Finance")
	leave(4, "barred")
	settled(5)
	got := strings.Join(sayLeftOut(list, l.Judge()), "\n")
	want := `13 payments: settle first: FP-01, FP-02, FP-03 and 10 more
FP-14: left out by R. Finance
4 payments: barred: FP-15, FP-16, FP-17, FP-18
5 payments: paid already`
	if got != want {
		t.Errorf("it tells\n%s\nwant\n%s", got, want)
	}

	list, l = nil, payments.Ledger{}
	settled(1)
	if got := strings.Join(sayLeftOut(list, l.Judge()), "\n"); got != "FP-01: it is paid by transaction 0x01" {
		t.Errorf("of one it tells %s", got)
	}
}
