package pipeline

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"fleetpay/outputs"
	"fleetpay/pipeline/payments"
	"fleetpay/pipeline/signing"
	"fleetpay/rules"
)

// An export is held against the manifest whenever it is read: nothing cites the
// last entry of a row, so that its own SHA256SUMS, written anew, would let any
// change of it pass.

// heldExport is an entry of the exports that is being held against the month.
type heldExport struct {
	entry
	month  *paidMonth
	record *ExportRecord
	at     time.Time
	byID   map[string]payments.Payment
	given  map[string]bool
	rows   [][]string // of payments.csv
	files  []string   // that an export holds
}

// holdExport refuses an entry of the exports that says one thing in one place and
// another one elsewhere: its batches, export.json, payments.csv, the manifest, and
// the approvals that it rested on.
func (m *paidMonth) holdExport(e entry, r *ExportRecord) error {
	at, err := readInstant(r.At)
	x := &heldExport{
		entry: e, month: m, record: r, at: at, byID: map[string]payments.Payment{}, given: map[string]bool{},
		files: []string{exportRecordName, givenFile.name, closedSumsCopy, signersCopy},
	}
	if err != nil {
		return x.bad(exportRecordName, fmt.Errorf("at: %w", err))
	}
	for _, p := range paymentsOf(m) {
		x.byID[p.ID] = p
	}
	for _, b := range r.Batches {
		if err := x.holdBatch(b); err != nil {
			return err
		}
	}
	if len(r.Batches) == 0 {
		return x.bad(exportRecordName, fmt.Errorf("gives nothing out"))
	}
	if err := x.holdIDs(); err != nil {
		return err
	}
	if err := x.holdTable(); err != nil {
		return err
	}
	if err := x.holdApprovals(); err != nil {
		return err
	}
	for _, name := range sortedKeys(x.sums) {
		if !slices.Contains(x.files, name) {
			return x.bad(name, fmt.Errorf("is no file of this export"))
		}
	}
	return nil
}

// bad refuses a file of the entry.
func (x *heldExport) bad(name string, err error) error {
	return refuse("%s: %w; the export was changed after it was made: restore it from a copy, and find out who changed it",
		filepath.Join(x.dir, filepath.FromSlash(name)), err)
}

// holdBatch holds a batch against its file and the manifest.
func (x *heldExport) holdBatch(b ExportBatch) error {
	known, ok := outputs.LookupChain(b.Chain)
	if !ok || b.File != filepath.Base(b.File) || slices.Contains(x.files, b.File) {
		return x.bad(exportRecordName, fmt.Errorf("%q on %q is no batch of an export", b.File, b.Chain))
	}
	data, err := x.read(b.File)
	if err != nil {
		return err
	}
	var sum rules.Money
	wanted := outputs.SafeBatch{ChainID: known.ID, Safe: b.Safe, Token: known.Token, CreatedAt: x.at}
	for i, id := range b.Payments {
		p, ok := x.byID[id]
		switch {
		case !ok || p.Chain != b.Chain:
			return x.bad(exportRecordName, fmt.Errorf("%s is no payment of %s on %s", id, x.month.period, b.Chain))
		case x.given[id]:
			return x.bad(exportRecordName, fmt.Errorf("%s is in it twice", id))
		}
		x.given[id] = true
		sum = sum.Add(p.Amount)
		wanted.Transfers = append(wanted.Transfers, outputs.SafeTransfer{To: outputs.ChecksumAddress(p.Wallet), Units: p.Units})
		x.rows = append(x.rows, givenRow(b.File, i, p))
	}
	switch {
	case b.ChainID != known.ID || b.Token != known.Token || b.Count != len(b.Payments):
		return x.bad(exportRecordName, fmt.Errorf("%s is said to be of chain %d, token %s and %s; they are %d, %s and %d",
			b.File, b.ChainID, b.Token, count(b.Count, "payment"), known.ID, known.Token, len(b.Payments)))
	case b.Amount != sum.String() || b.BaseUnits != outputs.BaseUnits(sum):
		return x.bad(exportRecordName, fmt.Errorf("%s is of %s, and its payments are of %s", b.File, b.Amount, sum))
	}
	x.files = append(x.files, b.File)
	if isBuilt(data, wanted, b.Checksum) {
		return nil
	}
	return x.holdFile(b, data, wanted)
}

// isBuilt tells whether a file is, byte for byte, what this program writes for a
// batch. That says the same as to read it, in a third of the time.
func isBuilt(data []byte, wanted outputs.SafeBatch, checksum string) bool {
	var said struct {
		Meta struct{ Name, Description, Checksum string }
	}
	if json.Unmarshal(data, &said) != nil || said.Meta.Checksum != checksum {
		return false
	}
	wanted.Name = said.Meta.Name
	wanted.Description = strings.TrimPrefix(strings.TrimPrefix(said.Meta.Description, wanted.Name), ": ")
	built, err := outputs.BuildSafeBatch(wanted)
	return err == nil && bytes.Equal(built, data)
}

// holdFile reads a file that this version of the program does not write so, and
// holds it against what it should ask for.
func (x *heldExport) holdFile(b ExportBatch, data []byte, wanted outputs.SafeBatch) error {
	bad := func(format string, args ...any) error { return x.bad(b.File, fmt.Errorf(format, args...)) }
	file, checksum, err := outputs.ReadSafeBatch(data)
	if err != nil {
		return bad("%w", err)
	}
	switch {
	case checksum != b.Checksum:
		return bad("its checksum is %s, and that of %s %s", checksum, exportRecordName, b.Checksum)
	case file.ChainID != wanted.ChainID:
		return bad("it is for chain %d, and %s says %s, %d", file.ChainID, exportRecordName, b.Chain, b.ChainID)
	case file.Safe != wanted.Safe:
		return bad("it is for the Safe %s, and %s says %s", file.Safe, exportRecordName, b.Safe)
	case file.Token != wanted.Token:
		return bad("it moves the token %s, and %s says %s", file.Token, exportRecordName, b.Token)
	case !file.CreatedAt.Equal(x.at):
		return bad("it was made at %s, and %s says %s", instant(file.CreatedAt), exportRecordName, x.record.At)
	case len(file.Transfers) != len(wanted.Transfers):
		return bad("it has %s, and %s names %d", count(len(file.Transfers), "transfer"), exportRecordName, len(wanted.Transfers))
	}
	for i, t := range file.Transfers {
		if want := wanted.Transfers[i]; t != want {
			return bad("transfer %d sends %s base units to %s, and the manifest asks for %s to %s, payment %s",
				i+1, t.Units, t.To, want.Units, want.To, b.Payments[i])
		}
	}
	return nil
}

// givenRow is a row of payments.csv: the payment at a place of a batch.
func givenRow(file string, at int, p payments.Payment) []string {
	return []string{file, strconv.Itoa(at + 1), p.ID, string(p.PayeeKind), p.PayeeID,
		p.Chain, outputs.ChecksumAddress(p.Wallet), p.Amount.String(), p.Units}
}

// holdIDs holds what is said of payments beside the batches: those given out
// again are in a batch, and those left out in none.
func (x *heldExport) holdIDs() error {
	for _, id := range x.record.Again {
		if !x.given[id] {
			return x.bad(exportRecordName, fmt.Errorf("%s is given out again, and in no batch", id))
		}
	}
	left := map[string]bool{}
	for _, out := range x.record.LeftOut {
		if _, known := x.byID[out.PaymentID]; !known || x.given[out.PaymentID] || left[out.PaymentID] {
			return x.bad(exportRecordName, fmt.Errorf("%s is left out, and should not be", out.PaymentID))
		}
		left[out.PaymentID] = true
	}
	if all := len(x.given) + len(left); all != len(x.byID) {
		return x.bad(exportRecordName, fmt.Errorf("tells of %s, and the manifest has %d", count(all, "payment"), len(x.byID)))
	}
	return nil
}

// holdTable holds payments.csv against the batches.
func (x *heldExport) holdTable() error {
	data, err := x.read(givenFile.name)
	if err != nil {
		return err
	}
	want, err := givenFile.marshal(x.rows)
	if err != nil {
		return err
	}
	if string(data) != string(want) {
		return x.bad(givenFile.name, fmt.Errorf("does not list the transfers of the batches"))
	}
	return nil
}

// holdApprovals verifies the copies of the approvals: signatures of enough people
// over the close, by the list as it was then.
func (x *heldExport) holdApprovals() error {
	sums, err := x.read(closedSumsCopy)
	if err != nil {
		return err
	}
	if hashBytes(sums) != x.record.Closed {
		return x.bad(closedSumsCopy, fmt.Errorf("is not the %s of the close that was given out", sumsName))
	}
	list, err := x.read(signersCopy)
	if err != nil {
		return err
	}
	signers, err := signing.ParseSigners(filepath.Join(x.dir, signersCopy), list)
	if err != nil {
		return x.bad(signersCopy, err)
	}
	var valid []signing.Approval
	for _, a := range x.record.Approvals {
		if a.File != approvalCopy(a.Approver) || slices.Contains(x.files, a.File) {
			return x.bad(exportRecordName, fmt.Errorf("%q is not the approval of %q", a.File, a.Approver))
		}
		signature, err := x.read(a.File)
		if err != nil {
			return err
		}
		key, err := signers.Verify(a.Approver, sums, signature, x.at)
		switch {
		case err != nil:
			return x.bad(a.File, fmt.Errorf("does not hold: %w", err))
		case key != a.Key:
			return x.bad(a.File, fmt.Errorf("is by key %s, and %s says %s", key, exportRecordName, a.Key))
		}
		valid = append(valid, signing.Approval{Principal: a.Approver, Fingerprint: key})
		x.files = append(x.files, a.File)
	}
	if people, _ := signers.Count(valid, x.month.record.PreparedBy); people < max(x.record.Needed, 1) {
		return x.bad(exportRecordName, fmt.Errorf("rests on %d of %s", people, count(max(x.record.Needed, 1), "approval")))
	}
	return nil
}

// approvalCopy is the file in an export that keeps somebody's approval.
func approvalCopy(approver string) string { return approvalsCopy + "/" + approver + ".sig" }
