package pipeline

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"time"

	"fleetpay/outputs"
	"fleetpay/pipeline/payments"
	"fleetpay/rules"
)

// returnedFile keeps in inputs/previous the payments that returns of the period
// name, in ascending order of their ids, as their closes and the chain showed them
// when the period was closed. A rerun needs nothing else to settle them again.
var returnedFile = table{"payments.csv", []string{
	"payment_id", "period", "payee_kind", "payee_id", "amount", "chain", "wallet", "standing", "seen_through",
}}

// writeReturned keeps the payments in a closed folder in the making.
func writeReturned(folder string, list []returnedPayment) error {
	var rows [][]string
	for _, p := range list {
		seen := ""
		if !p.SeenThrough.IsZero() {
			seen = instant(p.SeenThrough)
		}
		rows = append(rows, []string{
			p.ID, p.Period.String(), string(p.Payee.Kind), p.Payee.ID, p.Amount.String(),
			p.Account.Chain, p.Account.Wallet, string(p.Standing), seen,
		})
	}
	data, err := returnedFile.marshal(rows)
	if err != nil {
		return err
	}
	return writeFile(filepath.Join(folder, filepath.FromSlash(previousDir), returnedFile.name), data)
}

// readReturned reads the payments that a closed folder keeps.
func readReturned(folder string) ([]returnedPayment, error) {
	name := path.Join(previousDir, returnedFile.name)
	data, err := os.ReadFile(filepath.Join(folder, filepath.FromSlash(name)))
	if err != nil {
		return nil, inFolder(name, err)
	}
	var list []returnedPayment
	err = returnedFile.read(data, func(row []string) error {
		p, err := readReturnedRow(row)
		if err == nil && len(list) > 0 && list[len(list)-1].ID >= p.ID {
			err = fmt.Errorf("payment_id: %s is not after %s", p.ID, list[len(list)-1].ID)
		}
		list = append(list, p)
		return err
	})
	if err != nil {
		return nil, badTable(name, err)
	}
	return list, nil
}

func readReturnedRow(row []string) (p returnedPayment, err error) {
	p = returnedPayment{
		ID: row[0], Payee: outputs.PayeeKey{Kind: rules.PayeeKind(row[2]), ID: row[3]},
		Account: rules.Account{Chain: row[5], Wallet: row[6]}, Standing: payments.State(row[7]),
	}
	if p.Period, err = rules.ParsePeriod(row[1]); err != nil {
		return p, fmt.Errorf("period: %w", err)
	}
	if of, ok := paymentMonth(p.ID); !ok || of != p.Period {
		return p, fmt.Errorf("period: %s is not that of %s", p.Period, p.ID)
	}
	if p.Payee.Kind != rules.OperatorPayee && p.Payee.Kind != rules.PartnerPayee {
		return p, fmt.Errorf("payee_kind: %q is neither operator nor partner", row[2])
	}
	if p.Amount, err = rules.ParseMoney(row[4]); err != nil {
		return p, fmt.Errorf("amount: %w", err)
	}
	seen := row[8] != ""
	if seen {
		if p.SeenThrough, err = time.Parse(time.RFC3339, row[8]); err != nil || instant(p.SeenThrough) != row[8] {
			return p, fmt.Errorf("seen_through: %q is not an instant in UTC with whole seconds", row[8])
		}
		p.SeenThrough = p.SeenThrough.UTC()
	}
	if p.Standing != payments.StateOpen && p.Standing != payments.StateMissing || seen != (p.Standing == payments.StateMissing) {
		return p, fmt.Errorf("standing: %q is neither open nor missing up to an instant", row[7])
	}
	return p, nil
}
