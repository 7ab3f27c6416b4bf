package pipeline

import (
	"path/filepath"
	"strings"
	"time"

	"fleetpay/pipeline/payments"
	"fleetpay/rules"
)

// ExportRecord is export.json: what was given out at one time, on whose approval.
type ExportRecord struct {
	entryHead
	By        string             `json:"by"`
	Reason    string             `json:"reason"`    // why payments are given out again; "" when none is
	Again     []string           `json:"again"`     // ids of those
	Closed    string             `json:"closed"`    // SHA-256 of the closed folder's SHA256SUMS, which the approvals sign
	Scans     int                `json:"scans"`     // entries in the period's settlement then; 0 for none
	LastScan  string             `json:"last_scan"` // SHA-256 of the SHA256SUMS of the last of them; "" for none
	Needed    int                `json:"needed"`    // distinct people who had to approve
	Approvals []RecordedApproval `json:"approvals"` // those that counted, by name
	Batches   []ExportBatch      `json:"batches"`   // by chain, then in order
	LeftOut   []LeftOut          `json:"left_out"`  // payments of the manifest that are in no batch
}

// RecordedApproval is an approval that an export rested on. File is its copy in
// the entry.
type RecordedApproval struct {
	Approver string `json:"approver"`
	Key      string `json:"key"` // SHA256:… as ssh-keygen -l shows it
	File     string `json:"file"`
}

// ExportBatch is one Safe Transaction Builder file.
type ExportBatch struct {
	File      string   `json:"file"`
	Chain     string   `json:"chain"`
	ChainID   int64    `json:"chain_id"`
	Safe      string   `json:"safe"`  // checksummed
	Token     string   `json:"token"` // checksummed
	Count     int      `json:"count"`
	Amount    string   `json:"amount"` // US dollars
	BaseUnits string   `json:"base_units"`
	Checksum  string   `json:"checksum"` // as the Safe app shows it
	Payments  []string `json:"payments"` // ids, in the file's order
}

// LeftOut is a payment that an export does not hold.
type LeftOut struct {
	PaymentID string `json:"payment_id"`
	Why       string `json:"why"`
}

// readExport reads an entry of the exports.
func readExport(p rules.Period, e entry) (*ExportRecord, payments.Export, error) {
	var r ExportRecord
	path := filepath.Join(e.dir, exportRecordName)
	if err := readJSON(path, &r); err != nil {
		return nil, payments.Export{}, err
	}
	at, err := time.Parse(time.RFC3339, r.At)
	if err != nil {
		return nil, payments.Export{}, refuse("%s: at: %q is not an instant; restore it from a copy", path, r.At)
	}
	x := payments.Export{Period: p, Number: e.number, At: at.UTC()}
	for _, b := range r.Batches {
		x.Batches = append(x.Batches, b.batch())
	}
	return &r, x, nil
}

// batch is the batch as the ledger knows it.
func (b *ExportBatch) batch() payments.Batch {
	return payments.Batch{File: b.File, ChainID: b.ChainID, Safe: strings.ToLower(b.Safe), Payments: b.Payments}
}
