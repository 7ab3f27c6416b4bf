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

// figuresOf are the figures of the month before and of the month.
func figuresOf(t *testing.T) []rules.Figure {
	t.Helper()
	return []rules.Figure{
		{Period: month(t, "2026-06"), Kind: rules.OfTheFleet, ID: "fleet", Name: rules.FigureEarned, Value: "17.00", Unit: rules.InDollars},
		{Period: month(t, "2026-07"), Kind: rules.OfOperator, ID: "alder", Name: rules.Uptime, Value: "99.71", Unit: rules.InPercent},
	}
}

// writeBook writes the tables that a difference is looked for in.
func writeBook(t *testing.T, b *rules.Book, figures []rules.Figure) string {
	t.Helper()
	dir := t.TempDir()
	m := &outputs.Month{Period: month(t, "2026-07"), Book: b, Figures: rules.NewFigures(month(t, "2026-07"), figures)}
	for name, write := range map[string]func(*os.File) error{
		outputs.LinesPath:   func(f *os.File) error { return outputs.WriteLines(f, m) },
		outputs.PayoutsPath: func(f *os.File) error { return outputs.WritePayouts(f, m) },
		outputs.FiguresPath: func(f *os.File) error { return outputs.WriteFigures(f, m) },
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
	again := writeBook(t, bookOf(t), figuresOf(t))
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			b := bookOf(t)
			c.stored(b)
			r := &rerun{folder: writeBook(t, b, figuresOf(t)), again: again, report: &Report{Differences: []Difference{{"lines.csv", "differs"}}}}
			if got := r.firstDifference(); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestAFigureThatDiffersIsNamed(t *testing.T) {
	cases := []struct {
		name   string
		stored func(rows []rules.Figure) []rules.Figure
		want   string
	}{
		{"of an earlier month", func(rows []rules.Figure) []rules.Figure { rows[0].Value = "19.00"; return rows },
			"fleet, figure earned of 2026-06: value was 19.00, is 17.00"},
		{"of an operator", func(rows []rules.Figure) []rules.Figure { rows[1].Value = "99.73"; return rows },
			"operator alder, figure uptime of 2026-07: value was 99.73, is 99.71"},
		{"in another unit", func(rows []rules.Figure) []rules.Figure { rows[1].Unit = rules.InHours; return rows },
			"operator alder, figure uptime of 2026-07: unit was hours, is %"},
		{"too few", func(rows []rules.Figure) []rules.Figure { return rows[1:] },
			"fleet, figure earned of 2026-06: was not there, is 17.00"},
		{"too many", func(rows []rules.Figure) []rules.Figure {
			return append(rows, rules.Figure{Period: month(t, "2026-07"), Kind: rules.OfPartner, ID: "mill", Name: rules.Deals, Value: "3"})
		}, "partner mill, figure deals of 2026-07: was 3, is not there"},
	}
	again := writeBook(t, bookOf(t), figuresOf(t))
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := &rerun{folder: writeBook(t, bookOf(t), c.stored(figuresOf(t))), again: again,
				report: &Report{Differences: []Difference{{"figures.csv", "differs"}}}}
			if got := r.firstDifference(); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestAReportThatDiffersNamesItsPartnerAndLine(t *testing.T) {
	folder, again := writeBook(t, bookOf(t), figuresOf(t)), writeBook(t, bookOf(t), figuresOf(t))
	for dir, text := range map[string]string{folder: "# Mill\n\nTier: gold\n", again: "# Mill\n\nTier: silver\n"} {
		if err := writeFile(filepath.Join(dir, outputs.ReportPath("mill")), []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	r := &rerun{folder: folder, again: again, report: &Report{Differences: []Difference{{"reports/partner-mill.md", "differs"}}}}
	want := `partner mill, monthly report (reports/partner-mill.md): differs; line 3 was "Tier: gold", is "Tier: silver"`
	if got := r.firstDifference(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
