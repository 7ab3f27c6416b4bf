package pipeline

import (
	"os"
	"path/filepath"
	"testing"

	"fleetpay/outputs"
	"fleetpay/rules"
)

// bookOf is a small book: 3 × 7.00 for alder, and a tenth of it for mill.
func bookOf(t *testing.T) *rules.Book {
	t.Helper()
	return &rules.Book{
		Lines: []rules.Line{
			{PayeeKind: rules.OperatorPayee, PayeeID: "alder", Number: 1, Version: "2026-07", Rule: "stipend", Category: rules.Base,
				Subject: "tier:1", Basis: "3 × 7.00", Amount: money(t, "21.00"), Status: rules.Earned, Reason: "3 nodes"},
			{PayeeKind: rules.PartnerPayee, PayeeID: "mill", Number: 1, Version: "2026-07", Rule: "commission", Category: rules.Commission,
				Subject: "alder", Basis: "10% × 21.00", Amount: money(t, "2.10"), Status: rules.Earned, Reason: "referred"},
		},
		Payouts: []rules.Payout{
			{PayeeKind: rules.OperatorPayee, PayeeID: "alder", Name: "Alder", Earned: money(t, "21.00"), Payable: money(t, "21.00"), Status: rules.Payable},
			{PayeeKind: rules.PartnerPayee, PayeeID: "mill", Name: "Mill", Earned: money(t, "2.10"), CarriedOut: money(t, "2.10"), Status: rules.BelowMinimum},
		},
	}
}

// writeBook writes the tables that a difference is looked for in.
func writeBook(t *testing.T, b *rules.Book) string {
	t.Helper()
	dir := t.TempDir()
	m := &outputs.Month{Period: rules.Period{Year: 2026, Month: 7}, Book: b}
	for name, write := range map[string]func(*os.File) error{
		outputs.LinesPath:   func(f *os.File) error { return outputs.WriteLines(f, m) },
		outputs.PayoutsPath: func(f *os.File) error { return outputs.WritePayouts(f, m) },
	} {
		f, err := os.Create(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := write(f); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestTheFirstDifferenceIsSaidAsAPersonWantsIt(t *testing.T) {
	cases := []struct {
		name   string
		stored func(b *rules.Book)
		want   string
	}{
		{"an amount", func(b *rules.Book) { b.Lines[1].Amount = money(t, "2.11") },
			"partner mill, line 1 (commission alder): amount was 2.11, is 2.10"},
		{"an amount and its reason", func(b *rules.Book) { b.Lines[0].Amount, b.Lines[0].Reason = money(t, "28.00"), "4 nodes" },
			`operator alder, line 1 (stipend tier:1): amount was 28.00, is 21.00; reason was "4 nodes", is "3 nodes"`},
		{"a line too few", func(b *rules.Book) { b.Lines = b.Lines[1:] },
			"operator alder, line 1 (stipend tier:1): was not there, is 21.00"},
		{"a line too many", func(b *rules.Book) {
			more := b.Lines[1]
			more.Number, more.Subject = 2, "birch"
			b.Lines = append(b.Lines, more)
		}, "partner mill, line 2 (commission birch): was 2.10, is not there"},
		{"the lines before the payouts", func(b *rules.Book) {
			b.Payouts[0].Payable, b.Lines[1].Status = money(t, "22.00"), rules.NotEarned
		}, "partner mill, line 1 (commission alder): status was not_earned, is earned"},
		{"a payout", func(b *rules.Book) { b.Payouts[0].Payable, b.Payouts[0].Wallet = money(t, "22.00"), "0x1" },
			"operator alder, payout: payable was 22.00, is 21.00; wallet was 0x1, is empty"},
		{"a payee too many", func(b *rules.Book) {
			more := b.Payouts[0]
			more.PayeeID = "birch"
			b.Payouts = append(b.Payouts, more)
		}, "operator birch: had 1 payout, has 0 payouts"},
	}
	again := writeBook(t, bookOf(t))
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			b := bookOf(t)
			c.stored(b)
			r := &rerun{folder: writeBook(t, b), again: again, report: &Report{Differences: []Difference{{"lines.csv", "differs"}}}}
			if got := r.firstDifference(); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}
