package outputs

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func rendered(t *testing.T, m *Month) string {
	t.Helper()
	dir := t.TempDir()
	if err := Render(t.Context(), m, dir, nil); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestTheWrittenFilesGiveTheMonthsTotals(t *testing.T) {
	m := smallMonth()
	got, err := ReadBack(rendered(t, m), m.Format)
	if err != nil {
		t.Fatal(err)
	}
	want, err := TotalsOf(m)
	if err != nil {
		t.Fatal(err)
	}
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	want.PaymentsSHA256 = ""
	if want != (Totals{
		Lines: 6, Payees: 4,
		CarriedIn:  "7.31",
		Earned:     "320.36",   // 1500.00 + 48.39 - 1250.00 + 21.97
		Payable:    "1529.28",  // 1507.31 + 21.97
		CarriedOut: "-1201.61", // 48.39 - 1250.00
		Payments:   2,
	}) {
		t.Errorf("got %+v", want)
	}
}

func TestADifferenceBetweenTheFilesNamesFileAndPayee(t *testing.T) {
	for _, c := range []struct{ name, path, old, new, err string }{
		{"a line of another amount", LinesPath, ",48.39,earned", ",48.40,earned",
			"lines.csv: operator bravo: its lines sum to 48.40, but payouts.csv says that it earned 48.39"},
		{"a line of a payee without a payout", LinesPath, "operator,bravo", "operator,b",
			"lines.csv: operator bravo: its lines sum to 0.00, but payouts.csv says that it earned 48.39"},
		{"a payout that does not balance", PayoutsPath, "7.31,1500.00,1507.31,0.00", "7.31,1500.00,1507.30,0.00",
			"payouts.csv: operator alpha: carried in 7.31 + earned 1500.00 = 1507.31, but payable 1507.30 + carried out 0.00 = 1507.30"},
		{"another name than in the workbook", PayoutsPath, "Alpha Nodes", "Alpha Knots",
			`payouts.csv: line 2: operator alpha: name is "Alpha Knots", but sheet Payouts of payouts.xlsx has "Alpha Nodes"`},
		{"another due date than in the workbook", PayoutsPath, "2026-11-09", "2026-11-10",
			`payouts.csv: line 2: operator alpha: due_on is "46336", but sheet Payouts of payouts.xlsx has "46335"`},
		{"another reason than in the workbook", LinesPath, "not above 99.8%", "not above 99.9%",
			`lines.csv: line 3: operator alpha: reason is "uptime 99.486% is not above 99.9%", but sheet Lines of payouts.xlsx has "uptime 99.486% is not above 99.8%"`},
		{"an exception that the workbook has not", ExceptionsPath, "receivable,", "credit,",
			`exceptions.csv: line 3: credit: kind is "credit", but sheet Exceptions of payouts.xlsx has "receivable"`},
		{"a row that the workbook has not", ExceptionsPath, "kind,severity,subject,message\n", "kind,severity,subject,message\nx,info,y,z\n",
			`exceptions.csv: line 2: x: kind is "x", but sheet Exceptions of payouts.xlsx has "held"`},
		{"a payment of another sum", ManifestPath, `"amount": "21.97",
          "base_units": "21970000"`, `"amount": "21.98",
          "base_units": "21980000"`, "payments/usdc.json: chain polygon says 1 payments of 21.97; its payments are 1 of 21.98"},
		{"base units that are not the amount", ManifestPath, `"base_units": "21970000",
          "due_on"`, `"base_units": "219700000",
          "due_on"`, "base units are not 21.97"},
		{"another token", ManifestPath, "0x3c499c542cEF5E3811e1192ce70d8cC03d5c3359", "0x2791Bca1f2de4661ED88A30C99A7a9449Aa84174",
			"payments/usdc.json: chain polygon with id 137, token 0x2791Bca1f2de4661ED88A30C99A7a9449Aa84174 and 6 decimals is none of ours"},
		{"another wallet", ManifestPath, walletA, walletB, "payments/usdc.json: control totals are "},
		{"a key that is none of ours", ManifestPath, `"asset"`, `"assets"`, `payments/usdc.json: json: unknown field "assets"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := rendered(t, smallMonth())
			path := filepath.Join(dir, c.path)
			old, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			changed := bytes.Replace(old, []byte(c.old), []byte(c.new), 1)
			if bytes.Equal(old, changed) {
				t.Fatalf("%s has no %q", c.path, c.old)
			}
			if err := os.WriteFile(path, changed, 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := ReadBack(dir, FirstFormat); err == nil || !strings.Contains(err.Error(), c.err) {
				t.Errorf("got  %v\nwant %s", err, c.err)
			}
		})
	}
}

func TestAManifestOfAnotherMonthsPaymentsIsFound(t *testing.T) {
	dir := rendered(t, smallMonth())
	other := smallMonth()
	other.Previous = "other"
	SetPaymentIDs(other)
	if err := os.WriteFile(filepath.Join(dir, ManifestPath), []byte(written(t, func(b *bytes.Buffer) error { return WriteManifest(b, other) })), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadBack(dir, FirstFormat); err == nil || !strings.HasPrefix(err.Error(), "payments/usdc.json: operator alpha: the payment is {PaymentID:FP-202610-") {
		t.Errorf("got %v", err)
	}
}

func TestAWorkbookOfAnotherMonthIsFound(t *testing.T) {
	dir := rendered(t, smallMonth())
	other := smallMonth()
	other.Book.Lines[0].Amount = usd("1500.01")
	if err := os.WriteFile(filepath.Join(dir, WorkbookPath), workbookOf(t, other), 0o600); err != nil {
		t.Fatal(err)
	}
	want := `lines.csv: line 2: operator alpha: amount is "1500.00", but sheet Lines of payouts.xlsx has "1500.01"`
	if _, err := ReadBack(dir, FirstFormat); err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}
