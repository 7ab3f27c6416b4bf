package outputs

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"fleetpay/rules"
)

// ReadMeasures reads a measures.csv. The period is the zero Period when the
// file has no row.
func ReadMeasures(r io.Reader) (rules.Period, []Measure, error) {
	var period rules.Period
	t, err := newTableReader(r, measureColumns)
	if err != nil {
		return period, nil, err
	}
	var rows []Measure
	for {
		more, err := t.next()
		if err != nil || !more {
			return period, rows, err
		}
		if err := t.samePeriod(&period); err != nil {
			return period, nil, err
		}
		rows = append(rows, Measure{t.text(1), t.text(2), t.text(3), t.text(4), t.text(5)})
	}
}

// KnownOperator is what a close knew of an operator, as its measures.csv holds
// it for the closes after it.
type KnownOperator struct {
	ID            string
	LastActiveDay rules.Date // zero: none known
	Slots         rules.Slots
}

// KnownOperators takes the operators out of the rows of a measures.csv, in
// their order. Slots are exact.
func KnownOperators(rows []Measure) ([]KnownOperator, error) {
	var known []KnownOperator
	for _, x := range rows {
		if x.Kind != "operator" {
			continue
		}
		if len(known) == 0 || known[len(known)-1].ID != x.ID {
			known = append(known, KnownOperator{ID: x.ID})
		}
		o := &known[len(known)-1]
		var err error
		switch x.Measure {
		case measureLastActiveDay:
			o.LastActiveDay, err = rules.ParseDate(x.Value)
		case measureExpected:
			o.Slots.Expected, err = readCount(x.Value)
		case measureUp:
			o.Slots.Up, err = readCount(x.Value)
		case measureMissing:
			o.Slots.Missing, err = readCount(x.Value)
		case measureMaintenance:
			o.Slots.Maintenance, err = readCount(x.Value)
		}
		if err != nil {
			return nil, fmt.Errorf("operator %s: %s: %w", x.ID, x.Measure, err)
		}
	}
	return known, nil
}

func readCount(s string) (int64, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 {
		return 0, fmt.Errorf("%q is not a count", s)
	}
	return n, nil
}

// PayeeKey names a payee.
type PayeeKey struct {
	Kind rules.PayeeKind
	ID   string
}

// AcceptedAccounts takes the accounts that were last payable or confirmed out
// of the rows of a measures.csv.
func AcceptedAccounts(rows []Measure) (map[PayeeKey]rules.Account, error) {
	accounts := map[PayeeKey]rules.Account{}
	for _, x := range rows {
		if x.Kind != "payee" || x.Measure != measureAccepted {
			continue
		}
		kindText, id, _ := strings.Cut(x.ID, ":")
		kind, err := payeeKind(kindText)
		chain, wallet, ok := strings.Cut(x.Value, ":")
		if err != nil || !ok {
			return nil, fmt.Errorf("payee %s: %q is not an account; it is chain:wallet", x.ID, x.Value)
		}
		accounts[PayeeKey{kind, id}] = rules.Account{Chain: chain, Wallet: wallet}
	}
	return accounts, nil
}
