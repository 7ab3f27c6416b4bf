package anvil

import "time"

// Head is the number and the time of the latest block.
func (n *Node) Head() (number int64, at time.Time) {
	n.t.Helper()
	var block struct{ Number, Timestamp string }
	n.Call(&block, "eth_getBlockByNumber", "latest", false)
	return n.int64(block.Number), time.Unix(n.int64(block.Timestamp), 0).UTC()
}

// Mine adds empty blocks, each 2 s after the one before it.
func (n *Node) Mine(blocks int) {
	n.t.Helper()
	n.Call(nil, "anvil_mine", quantity(int64(blocks)))
}

// Finalize mines until what is now the latest block is final.
func (n *Node) Finalize() {
	n.t.Helper()
	n.Mine(Finalized)
}

// Warp mines one empty block of that time, in whole seconds; the next ones
// follow it. It must be after the latest block's.
func (n *Node) Warp(at time.Time) {
	n.t.Helper()
	n.Call(nil, "evm_setNextBlockTimestamp", at.Unix())
	n.Call(nil, "evm_mine")
}

// Snapshot remembers the chain as it is, for one Revert.
func (n *Node) Snapshot() (id string) {
	n.t.Helper()
	n.Call(&id, "evm_snapshot")
	return id
}

// Revert makes the chain what it was at the snapshot, which is used up. Take the
// snapshot after the Safes are deployed.
func (n *Node) Revert(id string) {
	n.t.Helper()
	var done bool
	n.Call(&done, "evm_revert", id)
	if !done {
		n.t.Fatalf("anvil: no snapshot %s; each serves once", id)
	}
}

// Reorg replaces the latest blocks by as many others, which are empty: the
// transactions in them are gone.
func (n *Node) Reorg(depth int) {
	n.t.Helper()
	n.Call(nil, "anvil_reorg", depth, []any{})
}
