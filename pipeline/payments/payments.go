// Package payments follows each payment of a manifest from the close to the
// chain: given out in an export, seen in a scan of the chain, settled, or
// returned. It is pure: entries and transfers in, standings out. Reading and
// writing the entries, and all that touches a network, is the caller's.
//
//	manifest ──► export ──► scan ──► settled
//	    │           │         └────► ambiguous, wrong amount, … (people must look)
//	    └───────────┴──► returned (barred for good; a later close restores the sum)
package payments

import (
	"time"

	"fleetpay/rules"
)

// Payment is one transfer that a closed period's manifest asks for.
type Payment struct {
	ID        string
	Period    rules.Period
	PayeeKind rules.PayeeKind
	PayeeID   string
	Name      string
	Chain     string // by name, as base
	ChainID   int64
	Token     string // lower case
	Wallet    string // lower case
	Amount    rules.Money
	Units     string    // Amount in the token's smallest unit
	ClosedAt  time.Time // when its close made it: nobody can have paid it before
}

// Export is what a period gave out at one time, as export.json in
// closes/PERIOD.exports/NNN says it.
type Export struct {
	Period  rules.Period
	Number  int // from 1 in its period
	At      time.Time
	Batches []Batch
}

// Batch is one file of an export: transfers of one Safe on one chain, executed
// all together or not at all.
type Batch struct {
	File     string // safe-base-001.json
	ChainID  int64
	Safe     string   // lower case
	Payments []string // ids, in the file's order
}

// Scan is one reading of the chain, as closes/PERIOD.settlement/NNN keeps it.
type Scan struct {
	Period    rules.Period // that it was made for; its transfers may be of others
	Number    int          // from 1 in its period
	At        time.Time
	Spans     []Span
	Transfers []Transfer
	Settled   []Settled // recorded then, and final
}

// Span is a stretch of a chain in which a scan saw every transfer that a Safe
// sent. First and Last are blocks, both included.
type Span struct {
	ChainID       int64
	Safe          string // lower case
	First, Last   int64
	From, Through time.Time // of these blocks
	Final         bool      // Last was final: no reorganisation can reach it
}

// Transfer is a transfer of the chain's USDC out of a Safe.
type Transfer struct {
	ChainID int64
	Safe    string // sender, lower case
	To      string // lower case
	Units   string
	TxHash  string
	// Nth tells transfers apart that are equal in all of the above: 1 for the
	// first of them in its transaction. An explorer's export has no log index,
	// so that this is all that both kinds of source can say.
	Nth   int
	Block int64
	Time  time.Time
}

// Settled says which transfer settled a payment.
type Settled struct {
	PaymentID string
	Transfer  Transfer
}

// Return is a line of category return of a closed period: the payment it names
// is barred for good, and its sum is owed again from In on.
type Return struct {
	PaymentID string
	In        rules.Period
}
