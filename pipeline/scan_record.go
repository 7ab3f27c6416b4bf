package pipeline

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"fleetpay/outputs"
	"fleetpay/pipeline/payments"
	"fleetpay/rules"
)

// ScanRecord is scan.json: which stretches of which chains were read, from where,
// and which payments that settled. The transfers seen are in transfers.csv.
type ScanRecord struct {
	entryHead
	By          string        `json:"by"`
	Closed      string        `json:"closed"`      // SHA-256 of the closed folder's SHA256SUMS
	Exports     int           `json:"exports"`     // entries in the period's exports then
	LastExport  string        `json:"last_export"` // SHA-256 of the SHA256SUMS of the last of them
	Spans       []ScanSpan    `json:"spans"`       // by chain and Safe
	Files       []ScanFile    `json:"files"`       // explorers' exports, as given
	NotLookedAt []string      `json:"not_looked_at"`
	Settled     []ScanSettled `json:"settled"` // newly and finally, of any period, in the order of the manifests

	// Explained are transfers that people have dealt with. An entry that explains
	// looks at no chain, and one that looks explains nothing.
	Explained []ScanExplained `json:"explained"`
}

// ScanSpan is a stretch of a chain in which every transfer of a Safe was
// seen.
type ScanSpan struct {
	Chain     string `json:"chain"`
	ChainID   int64  `json:"chain_id"`
	Safe      string `json:"safe"`   // checksummed
	Token     string `json:"token"`  // checksummed
	Source    string `json:"source"` // scheme and host of a node, or names of files
	First     int64  `json:"first_block"`
	Last      int64  `json:"last_block"`
	LastHash  string `json:"last_block_hash,omitempty"`
	From      string `json:"from"` // instant from which on every transfer was seen
	Through   string `json:"through"`
	Final     bool   `json:"final"` // no reorganisation can reach the last block
	Transfers int    `json:"transfers"`
}

// ScanFile is an explorer's export. Files that nobody vouched for make no span:
// they show what was paid, and nothing of what was not.
type ScanFile struct {
	File      string         `json:"file"`
	SHA256    string         `json:"sha256"`
	Rows      int            `json:"rows"`      // of all tokens
	USDC      int            `json:"usdc"`      // of the issuer's own token on any of our chains, of transactions that succeeded
	Strangers int            `json:"strangers"` // of those, neither from nor to a Safe of ours
	Safes     []ScanFileSafe `json:"safes"`
}

// ScanFileSafe is what a file has of a Safe.
type ScanFileSafe struct {
	Chain    string `json:"chain"`
	ChainID  int64  `json:"chain_id"`
	Safe     string `json:"safe"` // checksummed
	Sent     int    `json:"sent"`
	Received int    `json:"received"`
	From     string `json:"from"`    // instant of the first of these transfers
	Through  string `json:"through"` // of the last
}

// ScanTransfer is a transfer out of a Safe.
type ScanTransfer struct {
	ChainID   int64  `json:"chain_id"`
	Safe      string `json:"safe"` // checksummed
	To        string `json:"to"`   // checksummed
	BaseUnits string `json:"base_units"`
	TxHash    string `json:"tx_hash"`
	Nth       int    `json:"nth"` // of transfers in the transaction that are equal in all of the above
	Block     int64  `json:"block"`
	Time      string `json:"time"`
}

// ScanSettled says which transfer settled a payment.
type ScanSettled struct {
	PaymentID string `json:"payment_id"`
	ScanTransfer
}

// ScanExplained says why a transfer that settles nothing needs nobody any more.
// Who says so is the entry's By.
type ScanExplained struct {
	Kind       payments.StrayKind `json:"kind"`        // what it was then
	PaymentIDs []string           `json:"payment_ids"` // that it had to do with then
	ScanTransfer
	Reason string `json:"reason"`
}

func recordTransfer(t payments.Transfer) ScanTransfer {
	return ScanTransfer{t.ChainID, outputs.ChecksumAddress(t.Safe), outputs.ChecksumAddress(t.To),
		t.Units, t.TxHash, t.Nth, t.Block, instant(t.Time)}
}

func recordSettled(s payments.Settled) ScanSettled {
	return ScanSettled{s.PaymentID, recordTransfer(s.Transfer)}
}

func (r ScanTransfer) transfer() (payments.Transfer, error) {
	t := payments.Transfer{
		ChainID: r.ChainID, Safe: strings.ToLower(r.Safe), To: strings.ToLower(r.To), Units: r.BaseUnits,
		TxHash: r.TxHash, Nth: r.Nth, Block: r.Block,
	}
	var err error
	if t.Time, err = readInstant(r.Time); err != nil {
		return t, err
	}
	return t, checkTransfer(t)
}

func (r ScanSettled) settled() (payments.Settled, error) {
	t, err := r.transfer()
	return payments.Settled{PaymentID: r.PaymentID, Transfer: t}, err
}

// transfersFile lists the transfers that a scan saw, by chain, block and place.
var transfersFile = table{"transfers.csv", []string{
	"chain_id", "safe", "to", "base_units", "tx_hash", "nth", "block", "time",
}}

// transferRow writes a transfer into transfers.csv.
func transferRow(t payments.Transfer) []string {
	return []string{
		strconv.FormatInt(t.ChainID, 10), outputs.ChecksumAddress(t.Safe), outputs.ChecksumAddress(t.To), t.Units,
		t.TxHash, strconv.Itoa(t.Nth), strconv.FormatInt(t.Block, 10), instant(t.Time),
	}
}

// readTransferRow reads a row of transfers.csv.
func readTransferRow(row []string) (t payments.Transfer, err error) {
	t = payments.Transfer{Safe: strings.ToLower(row[1]), To: strings.ToLower(row[2]), Units: row[3], TxHash: row[4]}
	nth, err := readWhole(row[5])
	if err != nil {
		return t, err
	}
	t.Nth = int(nth)
	if t.ChainID, err = readWhole(row[0]); err != nil {
		return t, err
	}
	if t.Block, err = readWhole(row[6]); err != nil {
		return t, err
	}
	if t.Time, err = readInstant(row[7]); err != nil {
		return t, err
	}
	return t, checkTransfer(t)
}

// The forms of what a scan writes of a transfer.
var (
	baseUnits   = regexp.MustCompile(`^(0|[1-9][0-9]{0,77})$`)
	hexAddress  = regexp.MustCompile(`^0x[0-9a-fA-F]{40}$`)
	transaction = regexp.MustCompile(`^0x[0-9a-f]{64}$`)
)

// checkTransfer refuses a transfer that no scan has written.
func checkTransfer(t payments.Transfer) error {
	switch {
	case !hexAddress.MatchString(t.Safe):
		return fmt.Errorf("%q is not an address", t.Safe)
	case !hexAddress.MatchString(t.To):
		return fmt.Errorf("%q is not an address", t.To)
	case !baseUnits.MatchString(t.Units):
		return fmt.Errorf("%q is not a number of base units", t.Units)
	case !transaction.MatchString(t.TxHash):
		return fmt.Errorf("%q is not the hash of a transaction", t.TxHash)
	case t.Nth < 1:
		return fmt.Errorf("%d is not the place of a transfer among its equals", t.Nth)
	}
	return nil
}

// readScan reads an entry of the settlement.
func readScan(p rules.Period, e entry) (*ScanRecord, payments.Scan, error) {
	var r ScanRecord
	path := filepath.Join(e.dir, "scan.json")
	if err := readJSON(path, &r); err != nil {
		return nil, payments.Scan{}, err
	}
	bad := func(err error) error { return refuse("%s: can't be read: %w; restore it from a copy", path, err) }
	s := payments.Scan{Period: p, Number: e.number}
	var err error
	if s.At, err = readInstant(r.At); err != nil {
		return nil, s, bad(err)
	}
	for _, x := range r.Spans {
		span, err := readSpan(x)
		if err != nil {
			return nil, s, bad(err)
		}
		s.Spans = append(s.Spans, span)
	}
	for _, x := range r.Settled {
		settled, err := x.settled()
		if err != nil {
			return nil, s, bad(err)
		}
		s.Settled = append(s.Settled, settled)
	}
	data, err := e.read(transfersFile.name)
	if err != nil {
		return nil, s, err
	}
	err = transfersFile.read(data, func(row []string) error {
		t, err := readTransferRow(row)
		s.Transfers = append(s.Transfers, t)
		return err
	})
	if err != nil {
		return nil, s, badTable(filepath.Join(e.dir, transfersFile.name), err)
	}
	if err := r.holdTransfers(s); err != nil {
		return nil, s, refuse("%s: %w; restore the folder from a copy, and find out who changed it", path, err)
	}
	return &r, s, nil
}

// holdTransfers refuses a scan whose transfers are not as many as it says, or lie
// where it did not look.
func (r *ScanRecord) holdTransfers(s payments.Scan) error {
	left := len(s.Transfers)
	for i, span := range s.Spans {
		n := 0
		for _, t := range s.Transfers {
			if t.ChainID == span.ChainID && t.Safe == span.Safe && span.First <= t.Block && t.Block <= span.Last {
				n++
			}
		}
		if n != r.Spans[i].Transfers {
			return fmt.Errorf("says that %s sent %s on %s in the blocks %d to %d, and %s lists %d",
				r.Spans[i].Safe, count(r.Spans[i].Transfers, "transfer"), r.Spans[i].Chain, span.First, span.Last, transfersFile.name, n)
		}
		left -= n
	}
	if len(r.Files) > 0 && len(r.Spans) == 0 { // nobody vouched for the files: they make no span
		return nil
	}
	if left != 0 {
		return fmt.Errorf("%s lists %s of no span", transfersFile.name, count(left, "transfer"))
	}
	return nil
}

// readInstant reads what instant wrote.
func readInstant(text string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil || instant(t) != text {
		return t, fmt.Errorf("%q is not an instant in UTC with whole seconds", text)
	}
	return t.UTC(), nil
}
