package outputs

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"fleetpay/rules"
)

// Totals are a month's control totals. Two that are equal compare equal.
type Totals struct {
	Lines          int    `json:"lines"`
	Payees         int    `json:"payees"`
	CarriedIn      string `json:"carried_in"`
	Earned         string `json:"earned"`
	Payable        string `json:"payable"`
	CarriedOut     string `json:"carried_out"`
	Payments       int    `json:"payments"`
	PaymentsSHA256 string `json:"payments_sha256"` // the manifest's control hash
}

// TotalsOf sums up a month.
func TotalsOf(m *Month) (Totals, error) {
	man, err := BuildManifest(m)
	if err != nil {
		return Totals{}, err
	}
	return totalsOf(len(m.Book.Lines), m.Book.Payouts, man), nil
}

func totalsOf(lines int, payouts []rules.Payout, man *Manifest) Totals {
	var in, earned, payable, out rules.Money
	for _, p := range payouts {
		in, earned = in.Add(p.CarriedIn), earned.Add(p.Earned)
		payable, out = payable.Add(p.Payable), out.Add(p.CarriedOut)
	}
	return Totals{
		Lines: lines, Payees: len(payouts),
		CarriedIn: in.String(), Earned: earned.String(), Payable: payable.String(), CarriedOut: out.String(),
		Payments: man.Control.Count, PaymentsSHA256: man.Control.SHA256,
	}
}

// ReadBack reads lines.csv, payouts.csv, figures.csv, payouts.xlsx and
// payments/usdc.json as they stand in dir and holds them to each other: the lines
// of each payee sum to what it earned, what came in goes out, the figures of each
// payee are those of its payout and the fleet's their sum, the workbook's cells
// are the tables', and each payment is a payable payout, and the other way round.
// A folder of the first format has no figures. The error names the file, the
// payee and both values; the caller compares the totals with those of its own
// month.
func ReadBack(dir string, format Format) (Totals, error) {
	payouts, err := readBackPayouts(dir)
	if err != nil {
		return Totals{}, err
	}
	lines, err := readBackLines(dir, payouts)
	if err != nil {
		return Totals{}, err
	}
	if format >= FormatFigures {
		if err := readBackFigures(dir, payouts); err != nil {
			return Totals{}, err
		}
	}
	if err := readBackWorkbook(dir); err != nil {
		return Totals{}, err
	}
	man, err := readBackManifest(dir, payouts)
	if err != nil {
		return Totals{}, err
	}
	return totalsOf(lines, payouts, man), nil
}

// withFile opens a file of dir for do and puts its name before the error.
func withFile(dir, path string, do func(io.Reader) error) error {
	f, err := os.Open(filepath.Join(dir, filepath.FromSlash(path)))
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // only read
	if err := do(f); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

func readBackPayouts(dir string) (payouts []rules.Payout, err error) {
	return payouts, withFile(dir, PayoutsPath, func(r io.Reader) error {
		if _, payouts, err = ReadPayouts(r); err != nil {
			return err
		}
		for _, p := range payouts {
			in, out := p.CarriedIn.Add(p.Earned), p.Payable.Add(p.CarriedOut)
			if in.Cmp(out) != 0 {
				return fmt.Errorf("%s: carried in %s + earned %s = %s, but payable %s + carried out %s = %s",
					payeeName(p.PayeeKind, p.PayeeID), p.CarriedIn, p.Earned, in, p.Payable, p.CarriedOut, out)
			}
		}
		return nil
	})
}

func readBackLines(dir string, payouts []rules.Payout) (lines int, err error) {
	return lines, withFile(dir, LinesPath, func(r io.Reader) error {
		sums := make(map[PayeeKey]rules.Money, len(payouts))
		_, err := eachLine(r, func(l rules.Line) error {
			key := PayeeKey{l.PayeeKind, l.PayeeID}
			sums[key] = sums[key].Add(l.Amount)
			lines++
			return nil
		})
		if err != nil {
			return err
		}
		for _, p := range payouts {
			key := PayeeKey{p.PayeeKind, p.PayeeID}
			if sum := sums[key]; sum.Cmp(p.Earned) != 0 {
				return fmt.Errorf("%s: its lines sum to %s, but %s says that it earned %s",
					payeeName(p.PayeeKind, p.PayeeID), sum, PayoutsPath, p.Earned)
			}
			delete(sums, key)
		}
		if len(sums) > 0 {
			first := sortedBy(keysOf(sums), func(k PayeeKey) string { return payeeName(k.Kind, k.ID) })[0]
			return fmt.Errorf("%s has lines of %s and is not in %s", payeeName(first.Kind, first.ID), sums[first], PayoutsPath)
		}
		return nil
	})
}

func keysOf(sums map[PayeeKey]rules.Money) []PayeeKey {
	var keys []PayeeKey
	for k := range sums {
		keys = append(keys, k)
	}
	return keys
}

func readBackManifest(dir string, payouts []rules.Payout) (man *Manifest, err error) {
	return man, withFile(dir, ManifestPath, func(r io.Reader) error {
		if man, err = ReadManifest(r); err != nil {
			return err
		}
		return TieManifest(man, payouts)
	})
}

// TieManifest holds a manifest to payouts.csv: each payment is a payable payout,
// with the same id, payee, wallet, chain and sum, and the other way round. The
// error names the payee and both.
func TieManifest(man *Manifest, payouts []rules.Payout) error {
	paid := map[PayeeKey]Payment{}
	onChain := map[PayeeKey]string{}
	for _, c := range man.Chains {
		for _, p := range c.Payments {
			key := PayeeKey{p.PayeeKind, p.PayeeID}
			if _, twice := paid[key]; twice {
				return fmt.Errorf("%s is paid twice", payeeName(p.PayeeKind, p.PayeeID))
			}
			paid[key], onChain[key] = p, c.Chain
		}
	}
	for _, p := range payouts {
		key := PayeeKey{p.PayeeKind, p.PayeeID}
		got, isPaid := paid[key]
		if !isPaid && p.Payable.IsZero() {
			continue
		}
		want := Payment{p.PaymentID, p.PayeeKind, p.PayeeID, p.Name, p.Wallet, p.Payable.String(), BaseUnits(p.Payable), p.DueOn.String()}
		if got != want || onChain[key] != p.Chain {
			return fmt.Errorf("%s: the payment is %+v on %q, but %s says %+v on %q",
				payeeName(p.PayeeKind, p.PayeeID), got, onChain[key], PayoutsPath, want, p.Chain)
		}
		delete(paid, key)
	}
	if len(paid) > 0 {
		return fmt.Errorf("%d payments go to payees that are not in %s", len(paid), PayoutsPath)
	}
	return nil
}
