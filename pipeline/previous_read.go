package pipeline

import (
	"bytes"
	"fmt"
	"os"
	"path"
	"path/filepath"

	"fleetpay/outputs"
	"fleetpay/rules"
)

// readPrevious reads what a close of a format hands on; read brings one of the
// files by its name.
func readPrevious(read func(name string) ([]byte, error), format outputs.Format) (*previous, error) {
	p := newPrevious()
	p.Format = format
	row := map[string]func([]string) error{
		payeesFile.name: p.readPayee, uptimeFile.name: p.readUptime, exitsFile.name: p.readExit,
		adjustmentsFile.name: readIncluded(p.Adjustments), returnsFile.name: readIncluded(p.Returns),
	}
	for _, f := range previousTables(format) {
		data, err := read(f.name)
		if err != nil {
			return nil, err
		}
		if err := f.read(data, row[f.name]); err != nil {
			return nil, badTable(path.Join(previousDir, f.name), err)
		}
	}
	if format < outputs.FormatFigures {
		return p, nil
	}
	data, err := read(outputs.FiguresPath)
	if err != nil {
		return nil, err
	}
	if _, p.Figures, err = outputs.ReadFigures(bytes.NewReader(data)); err != nil {
		return nil, badTable(path.Join(previousDir, outputs.FiguresPath), err)
	}
	return p, nil
}

// readPreviousIn reads inputs/previous of a folder.
func readPreviousIn(folder string, format outputs.Format) (*previous, error) {
	return readPrevious(func(name string) ([]byte, error) {
		data, err := os.ReadFile(filepath.Join(folder, filepath.FromSlash(previousDir), name))
		return data, inFolder(path.Join(previousDir, name), err)
	}, format)
}

func (p *previous) readPayee(row []string) error {
	kind := rules.PayeeKind(row[0])
	if kind != rules.OperatorPayee && kind != rules.PartnerPayee {
		return fmt.Errorf("payee_kind: %q is neither operator nor partner", row[0])
	}
	sum, err := rules.ParseMoney(row[2])
	if err != nil {
		return fmt.Errorf("carried_out: %w", err)
	}
	p.Payees[outputs.PayeeKey{Kind: kind, ID: row[1]}] = previousPayee{sum, rules.Account{Chain: row[3], Wallet: row[4]}}
	return nil
}

func (p *previous) readUptime(row []string) error {
	period, err := rules.ParsePeriod(row[0])
	if err != nil {
		return fmt.Errorf("period: %w", err)
	}
	slots := rules.Slots{}
	for i, n := range []*int64{&slots.Expected, &slots.Up, &slots.Missing, &slots.Maintenance} {
		if *n, err = readWhole(row[2+i]); err != nil {
			return fmt.Errorf("%s: %w", uptimeFile.columns[2+i], err)
		}
	}
	p.Uptime[row[1]] = append(p.Uptime[row[1]], rules.MonthSlots{Period: period, Slots: slots})
	return nil
}

func (p *previous) readExit(row []string) error {
	var day rules.Date
	if row[1] != "" {
		var err error
		if day, err = rules.ParseDate(row[1]); err != nil {
			return fmt.Errorf("last_active_day: %w", err)
		}
	}
	p.Exits[row[0]] = day
	return nil
}

// readIncluded reads ids with the period that included each.
func readIncluded(into map[string]rules.Period) func(row []string) error {
	return func(row []string) error {
		period, err := rules.ParsePeriod(row[1])
		if err != nil {
			return fmt.Errorf("period: %w", err)
		}
		into[row[0]] = period
		return nil
	}
}
