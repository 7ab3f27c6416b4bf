package pipeline

import (
	"os"
	"path/filepath"
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
	exports := c.exports(april)
	export := &ExportRecord{entryHead: head(exports, at), Closed: l.months[april].hash}
	for file, p := range map[string]payments.Payment{"safe-ethereum-001.json": paid["boreal"], "safe-base-001.json": paid["asteri"]} {
		export.Batches = append(export.Batches, ExportBatch{File: file, Chain: p.Chain, ChainID: p.ChainID, Safe: safeBase, Payments: []string{p.ID}})
	}
	boreal := paid["boreal"]
	transfer := payments.Transfer{
		ChainID: boreal.ChainID, Safe: strings.ToLower(safeBase), To: boreal.Wallet, Units: boreal.Units,
		TxHash: "0x" + strings.Repeat("7", 64), Nth: 1, Block: 1013, Time: at.Add(time.Hour),
	}
	settlement := c.settlement(april)
	scan := &ScanRecord{entryHead: head(settlement, at.Add(48*time.Hour)), Closed: export.Closed,
		Settled: []ScanSettled{recordSettled(payments.Settled{PaymentID: boreal.ID, Transfer: transfer})}}
	table, err := transfersFile.marshal([][]string{transferRow(transfer)})
	if err != nil {
		t.Fatal(err)
	}
	addEntry(t, exports, map[string]any{exports.record: export})
	addEntry(t, settlement, map[string]any{settlement.record: scan, transfersFile.name: table})
	return &Workspace{Dir: dir, Closes: c.dir, Paying: Paying{Safes: map[string]string{"ethereum": safeBase, "base": safeBase, "arbitrum": safeBase, "polygon": safeBase}}}
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

// What is settled is left out, and counts in no total. The Safe that was to pay
// on base before may have done so: a scan tells.
func TestWhatIsSettledIsNotLookedAt(t *testing.T) {
	ws := aprilPaid(t)
	base := newFakeNode("base")
	base.balance = "891190000" // 300.00 less than 1191.19
	node := base.listen(t)
	got, err := CheckPayments(t.Context(), ws, month(t, "2026-04"), []*chain.Client{node})
	if err != nil {
		t.Fatal(err)
	}
	// 2689.68 - 1256.27 = 1433.41
	if got.Payments != 5 || got.Amount != "1433.41" {
		t.Errorf("%d payments of %s are to be made", got.Payments, got.Amount)
	}
	if len(got.LeftOut) != 1 || got.LeftOut[0].PaymentID != "FP-202604-1242EADB8557D77F" || got.LeftOut[0].State != "settled" || got.LeftOut[0].Why == "" {
		t.Errorf("left out are %+v", got.LeftOut)
	}
	want := []PreflightChain{
		{Chain: "base", ChainID: 8453, Payments: 3, Amount: "1191.19", BaseUnits: "1191190000", Batches: 1, Safe: safeBase, Node: node.Place(), Threshold: 2, Owners: 3, Balance: "891.19"},
		{Chain: "arbitrum", ChainID: 42161, Payments: 1, Amount: "139.22", BaseUnits: "139220000", Batches: 1, Safe: safeBase},
		{Chain: "polygon", ChainID: 137, Payments: 1, Amount: "103.00", BaseUnits: "103000000", Batches: 1, Safe: safeBase},
	}
	if !slices.Equal(got.Chains, want) {
		t.Errorf("chains are\n%+v, want\n%+v", got.Chains, want)
	}
	var texts []string
	for _, f := range got.Findings {
		texts = append(texts, string(f.Severity)+" "+f.String())
	}
	sameFindings(t, texts, []string{
		"error base: the Safe " + safeBase + " holds 891.19 USDC, and 1191.19 are to be paid: 300.00 are missing; " +
			"fund it, or leave payments out; each transfer was simulated alone, and may go through on its own; " +
			"one was given out before, so run fleetpay settle 2026-04 to see whether it is paid",
	})
	if got.Errors() != 1 || got.Warnings() != 0 {
		t.Errorf("%d errors, %d warnings", got.Errors(), got.Warnings())
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
