package demo_test

import (
	"context"
	"crypto/sha256"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"fleetpay/outputs"
	"fleetpay/pipeline"
	"fleetpay/pipeline/demo"
	"fleetpay/rules"
)

var update = flag.Bool("update", false, "write the expected exceptions anew")

// The story that the demo's README tells, as payouts: what happens to whom.
var story = []struct {
	period, payee string
	status        rules.PayoutStatus
	what          string
}{
	{"2026-04", "jade", rules.Negative, "left early: the fee is more than April"},
	{"2026-04", "fjord", rules.Held, "a wallet with a typing error"},
	{"2026-04", "zuraw", rules.BelowMinimum, "1.10 + 13% × 60.00 = 8.90"},
	{"2026-05", "fjord", rules.Held, "still"},
	{"2026-05", "harbour", rules.Payable, "commissions on cedar, fjord and ivory"},
	{"2026-06", "fjord", rules.Payable, "the wallet is mended: three months at once"},
	{"2026-06", "ivory", rules.Payable, "leaves with notice and is paid"},
	{"2026-06", "granit", rules.Negative, "a correction of -520.00 is more than June"},
	{"2026-07", "granit", rules.Payable, "and July more than the rest of it"},
	{"2026-07", "cedar", rules.Held, "a changed wallet that nobody confirmed"},
	{"2026-08", "cedar", rules.Payable, "confirmed: two months at once"},
	{"2026-08", "kestrel", rules.Negative, "let go within six months"},
	{"2026-08", "zuraw", rules.Held, "no wallet"},
	{"2026-09", "zuraw", rules.Payable, "a wallet at last"},
	{"2026-09", "jade", rules.Negative, "still owes"},
}

func TestEachMonthClosesAndNothingButTheStoryOccurs(t *testing.T) {
	dir := t.TempDir()
	if err := demo.Write(context.Background(), dir, nil); err != nil {
		t.Fatal(err)
	}
	workspace, err := pipeline.OpenWorkspace(dir)
	if err != nil {
		t.Fatal(err)
	}
	var workbook string
	var exceptions strings.Builder
	payouts := map[string]rules.Payout{}
	for month := time.April; month <= time.September; month++ {
		period := rules.Period{Year: 2026, Month: month}
		closed, err := pipeline.Close(context.Background(), workspace, period, pipeline.CloseOptions{
			By: "demo", ClosedAt: (period.Last() + 5).Time(),
		})
		if err != nil {
			t.Fatalf("%s: %v", period, err)
		}
		workbook = filepath.Join(closed.Folder, outputs.WorkbookPath)
		for _, e := range closed.Exceptions {
			fmt.Fprintln(&exceptions, period, e.Severity, e.Kind, e.Subject)
		}
		file, err := os.Open(filepath.Join(closed.Folder, outputs.PayoutsPath))
		if err != nil {
			t.Fatal(err)
		}
		_, rows, err := outputs.ReadPayouts(file)
		if err := file.Close(); err != nil {
			t.Fatal(err)
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range rows {
			payouts[period.String()+" "+p.PayeeID] = p
		}
	}
	for _, s := range story {
		if got := payouts[s.period+" "+s.payee]; got.Status != s.status {
			t.Errorf("%s %s is %s (%s), want %s: %s", s.period, s.payee, got.Status, got.Reason, s.status, s.what)
		}
	}
	sameAs(t, "testdata/exceptions.txt", exceptions.String())
	t.Run("the explorer's export shows August paid", func(t *testing.T) { paid(t, payouts) })
	t.Run("LibreOffice computes the totals that the workbook shows", func(t *testing.T) { recalculates(t, workbook) })
}

// paid holds the explorer's export that comes with the demo to what August pays:
// a transfer out of the demo's Safe for each payment, an hour after it is given
// out. -update writes it anew.
func paid(t *testing.T, payouts map[string]rules.Payout) {
	const safe = "0xA0968A6298DD97e373f30cefc3C1afd7595D63dE"
	var csv strings.Builder
	csv.WriteString(`"Transaction Hash","Blockno","UnixTimestamp","DateTime (UTC)","From","To","TokenValue","USDValueDayOfTx","ContractAddress","TokenName","TokenSymbol"` + "\n")
	at := time.Date(2026, time.September, 6, 10, 0, 0, 0, time.UTC)
	for i, name := range outputs.ChainNames() {
		chain, _ := outputs.LookupChain(name)
		hash := sha256.Sum256([]byte("demo batch of 2026-08 on " + name))
		for _, key := range slices.Sorted(maps.Keys(payouts)) {
			p := payouts[key]
			if !strings.HasPrefix(key, "2026-08 ") || p.Status != rules.Payable || p.Chain != name {
				continue
			}
			fmt.Fprintf(&csv, "%q,%q,%q,%q,%q,%q,%q,%q,%q,%q,%q\n", fmt.Sprintf("0x%x", hash), fmt.Sprint(30_000_000+i), fmt.Sprint(at.Unix()),
				at.Format(time.DateTime), strings.ToLower(safe), strings.ToLower(p.Wallet), p.Payable, "N/A", strings.ToLower(chain.Token), "USD Coin", "USDC")
		}
	}
	sameAs(t, "files/explorer/usdc-2026-08.csv", csv.String())
}

// sameAs holds text against a file, which -update writes.
func sameAs(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	wanted := strings.Split(string(want), "\n")
	for i, line := range strings.Split(got, "\n") {
		if i >= len(wanted) || line != wanted[i] {
			t.Fatalf("line %d is %q and differs from %s; look at it, then run with -update", i+1, line, path)
		}
	}
	if got != string(want) {
		t.Fatalf("lines of %s are missing", path)
	}
}
