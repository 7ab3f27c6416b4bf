// Package chain reads what happened to a token on an EVM chain: over JSON-RPC
// from a node, or from the CSV export of a block explorer. It brings facts and
// knows nothing of payments. Addresses and hashes are 0x and lower-case hex.
package chain

import "time"

// Transfer is one Transfer event of a token that stands on the chain: of a
// transaction that succeeded, in a block that was not reorganised away when it
// was read.
type Transfer struct {
	ChainID   int64  // EIP-155; 0 from an explorer's export, which does not say it
	Token     string // the contract that emitted it
	From, To  string
	Units     string // of the token, in its smallest unit: decimal digits, no leading zero
	TxHash    string
	LogIndex  int64 // in the block; -1 from an explorer's export, which does not say it
	Block     int64
	BlockHash string    // "" from an explorer's export
	Time      time.Time // of the block, UTC, whole seconds
}

// Block is a block of a chain.
type Block struct {
	Number int64
	Hash   string
	Time   time.Time // UTC, whole seconds
}
