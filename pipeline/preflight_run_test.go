package pipeline

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"fleetpay/pipeline/payments"
	"fleetpay/rules"
	"fleetpay/sources/chain"
)

// aprilPaid is a workspace with the closed April of the golden chain. Two of its
// six payments were given out, boreal's on ethereum and asteri's on base, and a
// scan saw that of boreal paid.
func aprilPaid(t *testing.T) *Workspace {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "closes", "2026-04"), os.DirFS("../testdata/golden/closes/chain/2026-04")); err != nil {
		t.Fatal(err)
	}
	c, april := closes{filepath.Join(dir, "closes")}, month(t, "2026-04")
	l, err := c.ledger()
	if err != nil {
		t.Fatal(err)
	}
	paid := map[string]payments.Payment{}
	for _, p := range l.Payments {
		paid[p.PayeeID] = p
	}
	at := time.Date(2026, 5, 6, 9, 0, 0, 0, time.UTC)
	head := func(j journal, at time.Time) entryHead {
		return entryHead{Schema: j.schema, Period: april.String(), Number: 1, At: instant(at)}
	}
	ws := &Workspace{Dir: dir, Closes: c.dir, Paying: Paying{Safes: map[string]string{"ethereum": safeBase, "base": safeBase, "arbitrum": safeBase, "polygon": safeBase}}}
	giveOut(t, ws, april.String(), at, "boreal", "asteri")
	boreal := paid["boreal"]
	transfer := payments.Transfer{
		ChainID: boreal.ChainID, Safe: strings.ToLower(safeBase), To: boreal.Wallet, Units: boreal.Units,
		TxHash: "0x" + strings.Repeat("7", 64), Nth: 1, Block: 1013, Time: at.Add(time.Hour),
	}
	settlement := c.settlement(april)
	given, err := c.exports(april).entries()
	if err != nil {
		t.Fatal(err)
	}
	scan := &ScanRecord{entryHead: head(settlement, at.Add(48*time.Hour)), Closed: l.months[april].hash,
		Exports: given[0].number, LastExport: given[0].hash,
		Spans: []ScanSpan{{Chain: boreal.Chain, ChainID: boreal.ChainID, Safe: safeBase, First: 1000, Last: 1100,
			From: instant(at), Through: instant(at.Add(24 * time.Hour)), Final: true, Transfers: 1}},
		Settled: []ScanSettled{recordSettled(payments.Settled{PaymentID: boreal.ID, Transfer: transfer})}}
	table, err := transfersFile.marshal([][]string{transferRow(transfer)})
	if err != nil {
		t.Fatal(err)
	}
	addEntry(t, settlement, map[string]any{settlement.record: scan, transfersFile.name: table})
	return ws
}

// addEntry adds the first entry of a journal: bytes as they are, records as JSON.
func addEntry(t *testing.T, j journal, files map[string]any) {
	t.Helper()
	_, err := j.append(1, func(dir string) error {
		for name, content := range files {
			data, plain := content.([]byte)
			if !plain {
				var err error
				if data, err = marshalRecord(content); err != nil {
					return err
				}
			}
			if err := writeFile(filepath.Join(dir, name), data); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// What is settled, or given out, is left out, and counts in no total. What was
// given out and not seen draws on the Safe all the same.
func TestOnlyWhatAnExportCouldGiveOutIsLookedAt(t *testing.T) {
	ws := aprilPaid(t)
	base := newFakeNode("base")
	base.balance = "891190000" // 293.44 + 897.75 = 1191.19, less 300.00
	node := base.listen(t)
	got, err := CheckPayments(t.Context(), ws, month(t, "2026-04"), []*chain.Client{node})
	if err != nil {
		t.Fatal(err)
	}
	// 2689.68 - 1256.27 (boreal) - 897.75 (asteri) = 535.66
	if got.Payments != 4 || got.Amount != "535.66" || got.Again != 0 {
		t.Errorf("%d payments of %s are to be made, %d of them again", got.Payments, got.Amount, got.Again)
	}
	var left []string
	for _, out := range got.LeftOut {
		left = append(left, fmt.Sprintf("%s %s %d", out.PaymentID, out.State, out.Export))
		if out.Why == "" {
			t.Errorf("%s is left out for no reason", out.PaymentID)
		}
	}
	if want := []string{"FP-202604-1242EADB8557D77F settled 1", "FP-202604-C35972523EBFF7E0 exported 1"}; !slices.Equal(left, want) {
		t.Errorf("left out are %q", left)
	}
	two, three, balance := 2, 3, "891.19"
	want := []PreflightChain{
		{Chain: "base", ChainID: 8453, Payments: 2, Amount: "293.44", BaseUnits: "293440000", Batches: 1, Safe: safeBase,
			Unseen: 1, UnseenAmount: "897.75", Node: node.Place(), Threshold: &two, Owners: &three, Balance: &balance},
		{Chain: "arbitrum", ChainID: 42161, Payments: 1, Amount: "139.22", BaseUnits: "139220000", Batches: 1, Safe: safeBase, UnseenAmount: "0.00"},
		{Chain: "polygon", ChainID: 137, Payments: 1, Amount: "103.00", BaseUnits: "103000000", Batches: 1, Safe: safeBase, UnseenAmount: "0.00"},
	}
	for _, list := range [][]PreflightChain{got.Chains, want} {
		for i := range list {
			list[i].unseenIn, list[i].unseenUnits = rules.Period{}, ""
		}
	}
	if !reflect.DeepEqual(got.Chains, want) {
		t.Errorf("chains are\n%+v, want\n%+v", got.Chains, want)
	}
	var texts []string
	for _, f := range got.Findings {
		texts = append(texts, string(f.Severity)+" "+f.String())
	}
	sameFindings(t, texts, []string{
		"error base: the Safe " + safeBase + " holds 891.19 USDC, and 293.44 are to be given out beside 897.75 given out and not seen yet: 300.00 are missing; " +
			"fund it, or give out less: fleetpay payments export 2026-04 --without PAYMENT_ID; " +
			"if that was executed already, run fleetpay settle 2026-04 --rpc URL, and check again",
	})
	if got.Errors() != 1 || got.Warnings() != 0 {
		t.Errorf("%d errors, %d warnings", got.Errors(), got.Warnings())
	}
}

// Once all is given out nothing is left to check, also on a chain whose node is
// given.
func TestWhatIsAllGivenOutLeavesNothingToCheck(t *testing.T) {
	w := newSettleWorld(t)
	w.close("2026-10", "2026-11-04 09:00", []due{{"alder", "base", walletNo(1), "101.00"}, {"birch", "base", walletNo(2), "211.00"}})
	w.export("2026-10", "2026-11-05 12:00", "alder", "birch")
	check := func() *Preflight {
		t.Helper()
		got, err := CheckPayments(t.Context(), w.ws, month(t, "2026-10"), []*chain.Client{newFakeNode("base").listen(t)})
		w.must(err)
		return got
	}
	if got := check(); got.Payments != 0 || len(got.Chains) != 0 || len(got.Findings) != 0 || len(got.LeftOut) != 2 || got.LeftOut[0].State != "exported" {
		t.Errorf("it finds %+v", got)
	}

	// One is seen, and the other missing: that one may be given out again.
	base := w.node("base", "2026-11-01 00:00", "2026-11-07 00:00")
	base.pay(settleSafe, "2026-11-06 08:00", walletNo(1), "101000000", 1)
	_, err := w.settle("2026-10", "2026-11-07 12:00", "base")
	w.must(err)
	if got := check(); got.Payments != 1 || got.Again != 1 || got.Amount != "211.00" || len(got.LeftOut) != 1 || got.LeftOut[0].State != "settled" {
		t.Errorf("then it finds %+v", got)
	}
}

// A preflight writes nothing, nor does it wait for a run that is at work.
func TestAPreflightWritesNothingAndTakesNoLock(t *testing.T) {
	ws := aprilPaid(t)
	before, err := sumsOf(ws.Dir)
	if err != nil {
		t.Fatal(err)
	}
	release, err := lockFolder(ws.Closes, "close 2026-05")
	if err != nil {
		t.Fatal(err)
	}
	got, err := CheckPayments(t.Context(), ws, month(t, "2026-04"), nil)
	release()
	if err != nil || len(got.Findings) > 0 {
		t.Fatalf("found %+v, %v", got, err)
	}
	if err := os.Remove(filepath.Join(ws.Closes, lockName)); err != nil {
		t.Fatal(err)
	}
	if after, err := sumsOf(ws.Dir); err != nil || after != before {
		t.Errorf("the workspace was\n%sand is\n%s%v", before, after, err)
	}
}

// Whichever file the payments rest on is edited by a byte, nothing is looked at.
func TestAPreflightRefusesAFolderThatWasEdited(t *testing.T) {
	for _, file := range []string{
		"2026-04/payments/usdc.json", "2026-04/payouts.csv", "2026-04/lines.csv", "2026-04/close.json",
		"2026-04.exports/001/export.json", "2026-04.settlement/001/scan.json", "2026-04.settlement/001/transfers.csv",
	} {
		t.Run(file, func(t *testing.T) {
			ws := aprilPaid(t)
			path := filepath.Join(ws.Closes, file)
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			data[len(data)/2] ^= 1
			if err := os.WriteFile(path, data, 0o666); err != nil {
				t.Fatal(err)
			}
			got, err := CheckPayments(t.Context(), ws, month(t, "2026-04"), nil)
			if got != nil || ExitStatus(err) != ExitRefused || !strings.HasPrefix(err.Error(), path+": ") || !strings.HasSuffix(err.Error(), "restore it from a copy") {
				t.Errorf("found %v, %v", got, err)
			}
		})
	}
}

func TestFindingsAreWordedWithWhomTheyConcern(t *testing.T) {
	for _, c := range []struct {
		f    Finding
		want string
	}{
		{Finding{Message: "what", Do: "do this"}, "what; do this"},
		{Finding{Chain: "base", Message: "what", Do: "do this"}, "base: what; do this"},
		{Finding{Chain: "base", PaymentID: idMill, PayeeKind: rules.PartnerPayee, PayeeID: "mill", Message: "what", Do: "do this"}, millIs + "what; do this"},
	} {
		if got := c.f.String(); got != c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
	}
}
