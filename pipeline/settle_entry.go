package pipeline

import (
	"path/filepath"

	"fleetpay/pipeline/payments"
)

// Files of an entry of the settlement beside its record and transfers.csv.
const (
	tieOutName = "tie-out.csv"
	reportName = "report.md"
)

// entryFiles makes the files of an entry, by name.
func entryFiles(program string, r *ScanRecord, scan payments.Scan, tie *TieOut) (map[string][]byte, error) {
	record, err := marshalRecord(r)
	if err != nil {
		return nil, err
	}
	var rows [][]string
	for _, t := range scan.Transfers {
		rows = append(rows, transferRow(t))
	}
	transfers, err := transfersFile.marshal(rows)
	if err != nil {
		return nil, err
	}
	table, err := tie.csv()
	if err != nil {
		return nil, err
	}
	report, err := tie.report(program, r)
	if err != nil {
		return nil, err
	}
	return map[string][]byte{
		"scan.json": record, transfersFile.name: transfers, tieOutName: table, reportName: report,
	}, nil
}

// write adds the entry.
func (x *settling) write(number int, files map[string][]byte) error {
	_, err := x.settlement(x.month.period).append(number, func(dir string) error {
		for _, name := range sortedKeys(files) {
			if err := writeFile(filepath.Join(dir, name), files[name]); err != nil {
				return err
			}
		}
		return nil
	})
	return err
}

// place is the folder of an entry of the period's settlement.
func (x *settling) place(number int) string {
	return filepath.Join(x.settlement(x.month.period).dir(), entryFolder(number))
}

// lastTieOut reads the tie-out of the last entry, which the ledger has verified.
func (x *settling) lastTieOut() ([]byte, error) {
	dir := x.place(x.month.lastSeen.number)
	sums, err := readSums(dir)
	if err != nil {
		return nil, err
	}
	return readVerified(dir, tieOutName, sums)
}
