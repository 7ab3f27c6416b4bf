package pipeline

import (
	"bytes"
	"fmt"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"fleetpay/outputs"
	"fleetpay/rules"
)

// previousDir is where a close keeps what it took from the one before.
const previousDir = "inputs/previous"

// historyMonths is how many earlier months of uptime a close hands on; the
// longest look back of a rule is bounded by it.
const historyMonths = 24

// The files of inputs/previous, each in ascending order of its first columns.
var (
	payeesFile      = table{"payees.csv", []string{"payee_kind", "payee_id", "carried_out", "chain", "wallet"}}
	uptimeFile      = table{"uptime.csv", []string{"period", "operator_id", "expected", "up", "missing", "maintenance"}}
	exitsFile       = table{"exits.csv", []string{"operator_id", "last_active_day"}}
	adjustmentsFile = table{"adjustments.csv", []string{"adjustment_id", "period"}}
	returnsFile     = table{"returns.csv", []string{"payment_id", "period"}}
)

// previousTables lists the tables that a close of a format hands on.
func previousTables(format outputs.Format) []table {
	tables := []table{payeesFile, uptimeFile, exitsFile, adjustmentsFile}
	if format >= outputs.FormatReturns {
		tables = append(tables, returnsFile)
	}
	return tables
}

// previousFiles lists the names of the files that a close of a format hands on:
// figures.csv is in the form of the closed folder's own.
func previousFiles(format outputs.Format) []string {
	var names []string
	for _, f := range previousTables(format) {
		names = append(names, f.name)
	}
	if format >= outputs.FormatFigures {
		names = append(names, outputs.FiguresPath)
	}
	return names
}

// previous is what a close rests on that lies before its period.
type previous struct {
	Payees      map[outputs.PayeeKey]previousPayee
	Uptime      map[string][]rules.MonthSlots // by operator, ascending
	Exits       map[string]rules.Date         // operators known to a close before; zero: still active
	Adjustments map[string]rules.Period       // adjustment to the period that included it
	Returns     map[string]rules.Period       // payment to the period that returned it

	Format  outputs.Format // of the previous close
	Figures []rules.Figure // in the order of figures.csv; none from a close of the first format
}

// comparePayees orders payees as every output does: operators, then partners, by
// id in byte order.
func comparePayees(a, b outputs.PayeeKey) int {
	if a.Kind != b.Kind {
		if a.Kind == rules.OperatorPayee {
			return -1
		}
		return 1
	}
	return strings.Compare(a.ID, b.ID)
}

// previousPayee is the balance that a payee carries in and the account that was
// last payable or confirmed.
type previousPayee struct {
	CarriedOut rules.Money
	Account    rules.Account
}

func newPrevious() *previous {
	return &previous{
		Payees:      map[outputs.PayeeKey]previousPayee{},
		Uptime:      map[string][]rules.MonthSlots{},
		Exits:       map[string]rules.Date{},
		Adjustments: map[string]rules.Period{},
		Returns:     map[string]rules.Period{},
	}
}

// takePrevious reads what the close of a period hands on to the next: what it
// took itself from the one before, brought up to date with its own payouts,
// measures, adjustments and returned payments. Every file read is held against the folder's
// SHA256SUMS.
func takePrevious(folder string) (*previous, error) {
	sums, err := readSums(folder)
	if err != nil {
		return nil, err
	}
	closed := closedFolder{folder, sums}
	if _, err := closed.read(recordName); err != nil {
		return nil, err
	}
	rec, err := readRecord(folder)
	if err != nil {
		return nil, err
	}
	period, err := rec.month()
	if err != nil {
		return nil, err
	}
	p := newPrevious()
	if rec.Previous != nil {
		if p, err = readPrevious(func(name string) ([]byte, error) { return closed.read(path.Join(previousDir, name)) }, rec.Previous.Format); err != nil {
			return nil, err
		}
	}
	p.Format, p.Figures = rec.Format, nil
	if rec.format() >= outputs.FormatFigures {
		if err := p.takeFigures(closed, period); err != nil {
			return nil, err
		}
	}
	for _, take := range []func(closedFolder, rules.Period) error{p.takePayouts, p.takeMeasures, p.takeLines} {
		if err := take(closed, period); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// closedFolder is a closed folder whose files are verified as they are read.
type closedFolder struct {
	dir  string
	sums map[string]string
}

func (c closedFolder) read(file string) ([]byte, error) { return readVerified(c.dir, file, c.sums) }

// fail names the file of an error.
func (c closedFolder) fail(file string, err error) error {
	return badTable(filepath.Join(c.dir, filepath.FromSlash(file)), err)
}

// takePayouts brings the balances up to date. Who is no longer a payee keeps the
// account it had.
func (p *previous) takePayouts(closed closedFolder, _ rules.Period) error {
	data, err := closed.read(outputs.PayoutsPath)
	if err != nil {
		return err
	}
	_, payouts, err := outputs.ReadPayouts(bytes.NewReader(data))
	if err != nil {
		return closed.fail(outputs.PayoutsPath, err)
	}
	for key, payee := range p.Payees {
		payee.CarriedOut = rules.Money{}
		p.Payees[key] = payee
	}
	for _, payout := range payouts {
		key := outputs.PayeeKey{Kind: payout.PayeeKind, ID: payout.PayeeID}
		payee := p.Payees[key]
		payee.CarriedOut = payout.CarriedOut
		p.Payees[key] = payee
	}
	return nil
}

// takeMeasures brings uptime, exits and accepted accounts up to date.
func (p *previous) takeMeasures(closed closedFolder, period rules.Period) error {
	data, err := closed.read(outputs.MeasuresPath)
	if err != nil {
		return err
	}
	_, rows, err := outputs.ReadMeasures(bytes.NewReader(data))
	if err != nil {
		return closed.fail(outputs.MeasuresPath, err)
	}
	operators, err := outputs.KnownOperators(rows)
	if err != nil {
		return closed.fail(outputs.MeasuresPath, err)
	}
	accounts, err := outputs.AcceptedAccounts(rows)
	if err != nil {
		return closed.fail(outputs.MeasuresPath, err)
	}
	for _, o := range operators {
		p.Exits[o.ID] = o.LastActiveDay
		if o.Slots != (rules.Slots{}) {
			p.Uptime[o.ID] = append(p.Uptime[o.ID], rules.MonthSlots{Period: period, Slots: o.Slots})
		}
	}
	for key, account := range accounts {
		payee := p.Payees[key]
		payee.Account = account
		p.Payees[key] = payee
	}
	return nil
}

// takeLines notes which adjustments the close included and which payments it
// returned.
func (p *previous) takeLines(closed closedFolder, period rules.Period) error {
	data, err := closed.read(outputs.LinesPath)
	if err != nil {
		return err
	}
	_, lines, err := outputs.ReadLines(bytes.NewReader(data))
	if err != nil {
		return closed.fail(outputs.LinesPath, err)
	}
	for _, line := range lines {
		if line.Category == rules.Adjusting {
			p.Adjustments[line.Subject] = period
		}
		if line.Category == rules.Returned {
			p.Returns[line.Subject] = period
		}
	}
	return nil
}

// takeFigures takes the figures of the close and those of earlier months that it
// holds, as far as the next month's reports show them: no chain of closes makes
// the file grow.
func (p *previous) takeFigures(closed closedFolder, period rules.Period) error {
	data, err := closed.read(outputs.FiguresPath)
	if err != nil {
		return err
	}
	latest, figures, err := outputs.ReadFigures(bytes.NewReader(data))
	if err == nil && latest != period {
		err = fmt.Errorf("its latest month is %s, and that of the close %s", latest, period)
	}
	if err != nil {
		return closed.fail(outputs.FiguresPath, err)
	}
	p.Figures = rules.Handed(figures, period.Next())
	return nil
}

// write writes what is handed on into a closed folder in the making.
func (p *previous) write(folder string) error {
	dir := filepath.Join(folder, filepath.FromSlash(previousDir))
	for _, f := range p.tables() {
		data, err := f.marshal(f.rows)
		if err != nil {
			return err
		}
		if err := writeFile(filepath.Join(dir, f.name), data); err != nil {
			return err
		}
	}
	if p.Format < outputs.FormatFigures {
		return nil
	}
	data, err := p.figures()
	if err != nil {
		return err
	}
	return writeFile(filepath.Join(dir, outputs.FiguresPath), data)
}

// figures writes the figures in the form of the closed folder's own.
func (p *previous) figures() ([]byte, error) {
	var b bytes.Buffer
	err := outputs.WriteFigures(&b, &outputs.Month{Figures: rules.NewFigures(rules.Period{}, p.Figures)})
	return b.Bytes(), err
}

// filledTable is a table with its rows.
type filledTable struct {
	table
	rows [][]string
}

// tables puts what is handed on into the tables of its format.
func (p *previous) tables() []filledTable {
	var payees, uptime, exits [][]string
	for _, key := range p.payeeKeys() {
		v := p.Payees[key]
		payees = append(payees, []string{string(key.Kind), key.ID, v.CarriedOut.String(), v.Account.Chain, v.Account.Wallet})
	}
	for _, month := range p.months() {
		for _, id := range sortedKeys(p.Uptime) {
			for _, m := range p.Uptime[id] {
				if m.Period == month {
					uptime = append(uptime, []string{month.String(), id, whole(m.Slots.Expected), whole(m.Slots.Up),
						whole(m.Slots.Missing), whole(m.Slots.Maintenance)})
				}
			}
		}
	}
	for _, id := range sortedKeys(p.Exits) {
		exits = append(exits, []string{id, p.Exits[id].String()})
	}
	filled := []filledTable{{payeesFile, payees}, {uptimeFile, uptime}, {exitsFile, exits}, {adjustmentsFile, rowsOf(p.Adjustments)}}
	if p.Format >= outputs.FormatReturns {
		filled = append(filled, filledTable{returnsFile, rowsOf(p.Returns)})
	}
	return filled
}

// rowsOf lists ids with the period that included each.
func rowsOf(included map[string]rules.Period) [][]string {
	var rows [][]string
	for _, id := range sortedKeys(included) {
		rows = append(rows, []string{id, included[id].String()})
	}
	return rows
}

// payeeKeys lists the payees in the order of every output.
func (p *previous) payeeKeys() []outputs.PayeeKey {
	return slices.SortedFunc(maps.Keys(p.Payees), comparePayees)
}

// months lists the latest months that any operator has uptime for, ascending.
func (p *previous) months() []rules.Period {
	var months []rules.Period
	for _, history := range p.Uptime {
		for _, m := range history {
			if !slices.Contains(months, m.Period) {
				months = append(months, m.Period)
			}
		}
	}
	slices.SortFunc(months, comparePeriods)
	return months[max(0, len(months)-historyMonths):]
}

func comparePeriods(a, b rules.Period) int { return int(a.First() - b.First()) }
