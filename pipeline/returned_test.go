package pipeline

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"fleetpay/outputs"
	"fleetpay/pipeline/payments"
	"fleetpay/rules"
)

// What a close keeps of returned payments is read as it was written.
func TestEvidenceOfReturnsIsReadAsItWasWritten(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		var list []returnedPayment
		for range rapid.IntRange(0, 5).Draw(t, "payments") {
			period := rules.Period{Year: 2026, Month: 1}.Add(rapid.IntRange(0, 30).Draw(t, "period"))
			p := returnedPayment{
				ID:     fmt.Sprintf("FP-%s-%016X", strings.ReplaceAll(period.String(), "-", ""), rapid.Uint64().Draw(t, "id")),
				Period: period, Standing: payments.StateOpen,
				Payee:   outputs.PayeeKey{Kind: rapid.SampledFrom([]rules.PayeeKind{rules.OperatorPayee, rules.PartnerPayee}).Draw(t, "kind"), ID: "alder"},
				Amount:  money(t, fmt.Sprintf("%d.%02d", rapid.IntRange(0, 999).Draw(t, "dollars"), rapid.IntRange(1, 99).Draw(t, "cents"))),
				Account: rules.Account{Chain: "base", Wallet: "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"},
			}
			if rapid.Bool().Draw(t, "given out") {
				p.Standing = payments.StateMissing
				p.SeenThrough = time.Unix(rapid.Int64Range(1, 4e9).Draw(t, "seen"), 0).UTC()
			}
			list = append(list, p)
		}
		slices.SortFunc(list, func(a, b returnedPayment) int { return strings.Compare(a.ID, b.ID) })
		list = slices.CompactFunc(list, func(a, b returnedPayment) bool { return a.ID == b.ID })
		if err := writeReturned(dir, list); err != nil {
			t.Fatal(err)
		}
		got, err := readReturned(dir)
		if err != nil || fmt.Sprint(got) != fmt.Sprint(list) {
			t.Fatalf("got %v, %v\nwant %v", got, err, list)
		}
	})
}

// A payment that was given out is returned only when a scan has seen past all of
// its exports and not found it. One of a month of which nothing was given out needs
// no look at the chain.
func TestHowAPaymentMustStandToBeReturned(t *testing.T) {
	const (
		safe   = "0x00000000000000000000000000000000000000a1"
		wallet = "0x00000000000000000000000000000000000000b2"
		token  = "0x00000000000000000000000000000000000000c3"
		base   = 8453
	)
	july := rules.Period{Year: 2026, Month: time.July}
	given := time.Date(2026, 8, 10, 9, 0, 0, 0, time.UTC)
	seen := given.Add(72 * time.Hour)
	paid := func(n int, amount string) payments.Payment {
		return payments.Payment{
			ID: fmt.Sprintf("FP-202607-%016X", n), Period: july, PayeeKind: rules.OperatorPayee, PayeeID: fmt.Sprintf("op-%d", n),
			Chain: "base", ChainID: base, Token: token, Wallet: strings.Replace(wallet, "b2", fmt.Sprintf("b%d", n), 1),
			Amount: money(t, amount), Units: strings.ReplaceAll(amount, ".", "") + "0000",
		}
	}
	all := []payments.Payment{paid(1, "101.01"), paid(2, "53.00"), paid(3, "7.00")}
	export := payments.Export{Period: july, Number: 1, At: given, Batches: []payments.Batch{
		{File: "safe-base-001.json", ChainID: base, Safe: safe, Payments: []string{all[0].ID, all[1].ID}},
	}}
	scan := payments.Scan{
		Period: july, Number: 1, At: seen,
		Spans: []payments.Span{{ChainID: base, Safe: safe, First: 1, Last: 900, From: given.Add(-240 * time.Hour), Through: seen, Final: true}},
		Transfers: []payments.Transfer{{
			ChainID: base, Safe: safe, To: all[1].Wallet, Units: all[1].Units, TxHash: "0x01", Nth: 1, Block: 500, Time: given.Add(time.Hour),
		}},
	}
	for _, c := range []struct {
		name    string
		ledger  payments.Ledger
		id      string
		want    payments.State
		seen    time.Time
		refused bool
	}{
		{"given out, and nobody looked", payments.Ledger{Payments: all, Exports: []payments.Export{export}}, all[0].ID, "", time.Time{}, true},
		{"given out, and missing", payments.Ledger{Payments: all, Exports: []payments.Export{export}, Scans: []payments.Scan{scan}}, all[0].ID, payments.StateMissing, seen, false},
		{"settled", payments.Ledger{Payments: all, Exports: []payments.Export{export}, Scans: []payments.Scan{scan}}, all[1].ID, "", time.Time{}, true},
		{"left out of the export", payments.Ledger{Payments: all, Exports: []payments.Export{export}, Scans: []payments.Scan{scan}}, all[2].ID, payments.StateOpen, time.Time{}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			closed := closes{t.TempDir()}
			look := &returning{closes: closed, open: july.Next(), judged: c.ledger.Judge()}
			state, through, problem, err := look.standing(july, c.id)
			if err != nil || state != payments.StateOpen || !through.IsZero() || problem != "" {
				t.Errorf("nothing was given out: %s up to %s, %q, %v", state, through, problem, err)
			}
			if err := os.MkdirAll(filepath.Join(closed.exports(july).dir(), "001"), 0o777); err != nil {
				t.Fatal(err)
			}
			state, through, problem, err = look.standing(july, c.id)
			if err != nil || state != c.want || !through.Equal(c.seen) || (problem != "") != c.refused {
				t.Errorf("got %s up to %s, %q, %v", state, through, problem, err)
			}
		})
	}
}

// Rows are found by their columns, wherever they stand, and each bad one is named.
func TestRowsOfReturnsAreReadWithTheirPlaces(t *testing.T) {
	path := filepath.Join(t.TempDir(), "returns.csv")
	text := "period,reason,payment_id,return_id,approved_by\n" +
		"2026-08,keys lost,FP-202607-00000000000000A1,ret-1,R. Finance\n" +
		"2026-08,,FP-202607-00000000000000A2,ret-2,R. Finance\n" +
		"2026-09,\"two\nlines\",FP-202607-00000000000000A3,ret-3,R. Finance\n"
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	rows, err := readReturns(context.Background(), path, "data/returns.csv")
	const bad = "data/returns.csv:3: reason: empty; every row needs one"
	if err == nil || err.Error() != bad || ExitStatus(err) != ExitRefused {
		t.Errorf("got %v, want %s", err, bad)
	}
	want := []returnRow{
		{rules.Return{ID: "ret-1", PaymentID: "FP-202607-00000000000000A1", Period: rules.Period{Year: 2026, Month: 8}, Reason: "keys lost", ApprovedBy: "R. Finance"}, "data/returns.csv:2"},
		{rules.Return{ID: "ret-3", PaymentID: "FP-202607-00000000000000A3", Period: rules.Period{Year: 2026, Month: 9}, Reason: "two\nlines", ApprovedBy: "R. Finance"}, "data/returns.csv:4"},
	}
	if !reflect.DeepEqual(rows, want) {
		t.Errorf("got  %v\nwant %v", rows, want)
	}
}
