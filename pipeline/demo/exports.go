package demo

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"

	"fleetpay/rules"
)

// months are the demo's periods, from the first close to the last.
var months = []rules.Period{
	{Year: 2026, Month: 4}, {Year: 2026, Month: 5}, {Year: 2026, Month: 6},
	{Year: 2026, Month: 7}, {Year: 2026, Month: 8}, {Year: 2026, Month: 9},
}

// change is a cell of a monthly export that differs from a month on.
type change struct {
	from              string // period
	table, id, column string
	value             string
}

// changes tell what becomes known as the months go by.
var changes = []change{
	{"2026-05", "operators", "ivory", "last_active_day", "2026-06-20"},
	{"2026-05", "operators", "ivory", "exit_kind", "voluntary"},
	{"2026-05", "operators", "ivory", "notice_on", "2026-05-15"},
	{"2026-06", "operators", "fjord", "wallet", "0x5723feba2620DA11C7A0925543cF45bcABE94431"},
	{"2026-07", "operators", "cedar", "wallet", "0x95228B1B31CAe43c8494FC577ff52E424991B832"},
	{"2026-07", "operators", "monsoon", "agreement", "2026-05"},
	{"2026-07", "partners", "skafos", "agreement", "2026-05"},
	{"2026-08", "operators", "kestrel", "last_active_day", "2026-08-21"},
	{"2026-08", "operators", "kestrel", "exit_kind", "for_cause"},
	{"2026-09", "partners", "zuraw", "wallet", "0x0f5c9d0f34d8d7e4ff5c5be2c7e70b62f4b1d8aa"},
}

// addition is a row that a monthly export has from a month on.
type addition struct {
	from, table string
	row         []string
}

// additions come with the months, too: cedar's new wallet is confirmed in August.
var additions = []addition{
	{"2026-08", "confirmations", []string{"conf-01", "operator", "cedar", "ethereum",
		"0x95228B1B31CAe43c8494FC577ff52E424991B832", "program-office", "2026-08-12", "called back by phone"}},
}

// writeExports writes operators, partners and confirmations as each month's
// export shows them.
func (f *fleet) writeExports(dir string) error {
	for _, table := range []string{"operators", "partners", "confirmations"} {
		for _, month := range months {
			rows, err := exportOf(table, month.String())
			if err != nil {
				return err
			}
			if err := writeCSV(filepath.Join(dir, "data", table+"-"+month.String()+".csv"), rows); err != nil {
				return err
			}
		}
	}
	return nil
}

// exportOf returns the rows of a table, its header first, as known at the end of
// a period.
func exportOf(table, period string) ([][]string, error) {
	rows, err := readTable("files/" + table + ".csv")
	if err != nil {
		return nil, err
	}
	for _, c := range changes {
		if c.table != table || c.from > period {
			continue
		}
		cell := cellOf(rows, c.id, c.column)
		if cell == nil {
			return nil, fmt.Errorf("files/%s.csv has no cell %s of %s", table, c.column, c.id)
		}
		*cell = c.value
	}
	for _, a := range additions {
		if a.table == table && a.from <= period {
			rows = append(rows, a.row)
		}
	}
	return rows, nil
}

// cellOf finds the cell of a table by the row's first column and the column's
// name; nil when there is none.
func cellOf(rows [][]string, id, column string) *string {
	for i, name := range rows[0] {
		if name != column {
			continue
		}
		for _, row := range rows[1:] {
			if row[0] == id {
				return &row[i]
			}
		}
	}
	return nil
}

// readTable reads an embedded CSV file, its header first.
func readTable(path string) ([][]string, error) {
	file, err := files.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return rows, nil
}

// writeCSV writes rows with LF line ends.
func writeCSV(path string, rows [][]string) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := csv.NewWriter(file).WriteAll(rows); err != nil {
		_ = file.Close()
		return err
	}
	return file.Close()
}
