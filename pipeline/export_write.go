package pipeline

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"fleetpay/outputs"
	"fleetpay/pipeline/payments"
	"fleetpay/rules"
)

// Files of an export beside its batches and payments.csv.
const (
	exportRecordName = "export.json"
	closedSumsCopy   = "closed.SHA256SUMS" // what the approvals sign
	signersCopy      = "allowed_signers"
	approvalsCopy    = "approvals"
)

// givenFile tells which payment each transfer of each batch makes.
var givenFile = table{"payments.csv", []string{
	"batch", "position", "payment_id", "payee_kind", "payee_id", "chain", "wallet", "amount", "base_units",
}}

// write makes the entry: the batches, and all that proves that they were
// approved.
func (x *exporting) write(notes []Finding) (*Exported, error) {
	number := x.month.lastGiven.number + 1
	record := &ExportRecord{
		entryHead: entryHead{
			Schema: x.exports(x.month.period).schema, Program: x.month.manifest.Program, Period: x.month.period.String(),
			Number: number, At: instant(x.opt.At), Previous: x.month.lastGiven.hash,
		},
		By: x.opt.By, Closed: x.month.hash, Needed: x.approvals.Needed,
		Scans: x.month.lastSeen.number, LastScan: x.month.lastSeen.hash,
		Again: orNone(x.again), Approvals: []RecordedApproval{}, Batches: []ExportBatch{}, LeftOut: orNone(x.leftOut),
	}
	if len(x.again) > 0 {
		record.Reason = x.opt.Reason
	}
	files := map[string][]byte{}
	if err := x.addBatches(record, files); err != nil {
		return nil, err
	}
	if err := x.addApprovals(record, files); err != nil {
		return nil, err
	}
	data, err := marshalRecord(record)
	if err != nil {
		return nil, err
	}
	journal := x.exports(x.month.period)
	files[journal.record] = data
	folder, err := journal.append(number, func(dir string) error {
		for _, name := range sortedKeys(files) {
			if err := writeFile(filepath.Join(dir, filepath.FromSlash(name)), files[name]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &Exported{
		Folder: folder, Period: record.Period, Number: number, Batches: record.Batches, LeftOut: record.LeftOut, Notes: orNone(notes),
		Again: len(x.again), FirstTime: len(x.chosen) - len(x.again), SettleFrom: instant(x.settleFrom(record)),
		said: sayLeftOut(record.LeftOut, x.judged),
	}, nil
}

// orNone makes an empty list of none, so that JSON shows [].
func orNone[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// addBatches cuts the chosen payments into batches, chain by chain.
func (x *exporting) addBatches(record *ExportRecord, files map[string][]byte) error {
	var rows [][]string
	for _, chain := range outputs.ChainNames() {
		var list []payments.Payment
		for _, p := range x.chosen {
			if p.Chain == chain {
				list = append(list, p)
			}
		}
		parts := slices.Collect(slices.Chunk(list, outputs.SafeBatchLimit))
		for i, part := range parts {
			b, data, err := x.batch(chain, i+1, len(parts), part)
			if err != nil {
				return err
			}
			record.Batches = append(record.Batches, b)
			files[b.File] = data
			for at, p := range part {
				rows = append(rows, givenRow(b.File, at, p))
			}
		}
	}
	data, err := givenFile.marshal(rows)
	files[givenFile.name] = data
	return err
}

// batch makes the nth of all batches of a chain, and reads it back.
func (x *exporting) batch(chain string, n, all int, list []payments.Payment) (ExportBatch, []byte, error) {
	known, ok := outputs.LookupChain(chain)
	if !ok {
		return ExportBatch{}, nil, fmt.Errorf("chain %s is unknown", chain)
	}
	b := ExportBatch{
		File: fmt.Sprintf("safe-%s-%03d.json", chain, n), Chain: chain, ChainID: known.ID,
		Safe: x.ws.Paying.Safes[chain], Token: known.Token, Count: len(list),
	}
	var sum rules.Money
	made := outputs.SafeBatch{
		ChainID: known.ID, Safe: b.Safe, Token: known.Token, CreatedAt: x.opt.At,
		// The description repeats the name up to the first colon.
		Name: fmt.Sprintf("%s %s, %s %d of %d, export %s", strings.ReplaceAll(x.month.manifest.Program, ":", ""), x.month.period,
			chain, n, all, entryFolder(x.month.lastGiven.number+1)),
	}
	for _, p := range list {
		sum = sum.Add(p.Amount)
		b.Payments = append(b.Payments, p.ID)
		made.Transfers = append(made.Transfers, outputs.SafeTransfer{To: outputs.ChecksumAddress(p.Wallet), Units: p.Units})
	}
	b.Amount, b.BaseUnits = sum.String(), outputs.BaseUnits(sum)
	made.Description = fmt.Sprintf("%s of %s USDC; control %s", count(b.Count, "payment"), b.Amount, x.month.manifest.Control.SHA256)
	data, err := outputs.BuildSafeBatch(made)
	if err != nil {
		return b, nil, fmt.Errorf("%s: %w", b.File, err)
	}
	read, checksum, err := outputs.ReadSafeBatch(data)
	switch {
	case err != nil:
		return b, nil, fmt.Errorf("%s: does not read back: %w", b.File, err)
	case !slices.Equal(read.Transfers, made.Transfers) || read.ChainID != made.ChainID || read.Safe != made.Safe || read.Token != made.Token:
		return b, nil, fmt.Errorf("%s: reads back as other transfers than were written", b.File)
	}
	b.Checksum = checksum
	return b, data, nil
}

// addApprovals copies what proves the approval, so that the entry alone can be
// verified with ssh-keygen.
func (x *exporting) addApprovals(record *ExportRecord, files map[string][]byte) error {
	sums, err := os.ReadFile(filepath.Join(x.month.dir, sumsName))
	if err != nil {
		return err
	}
	if hashBytes(sums) != x.month.hash {
		return fmt.Errorf("%s: changed while payments were given out", filepath.Join(x.month.dir, sumsName))
	}
	files[closedSumsCopy], files[signersCopy] = sums, x.approvals.signers
	for _, a := range x.approvals.Counted {
		file := approvalCopy(a.Approver)
		files[file] = a.signature
		record.Approvals = append(record.Approvals, RecordedApproval{a.Approver, a.Key, file})
	}
	return nil
}
