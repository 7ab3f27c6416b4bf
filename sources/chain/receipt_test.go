package chain

import (
	"encoding/json"
	"errors"
	"testing"
)

// What eth_getLogs does not show, the receipt of its transaction does.
func TestTheTransfersOfATransactionAreThoseOfItsReceipt(t *testing.T) {
	n := newNode(t, 100)
	tx := hash("7a75", 70)
	a, b := n.payIn(40, tx, "7919"), n.payIn(40, tx, "104729")
	n.events = append(n.events, Transfer{Token: fake, From: safe, To: payee, Units: "13", TxHash: tx, Block: 40, BlockHash: a.BlockHash, LogIndex: 90})
	failed := n.pay(41, "17")
	n.failed[failed.TxHash] = true
	n.logs = func([]map[string]any) []map[string]any { return []map[string]any{} }
	c := n.dial()
	from := func(first, last int64) Query {
		q := n.query()
		q.First, q.Last = first, last
		return q
	}
	for _, k := range []struct {
		name string
		q    Query
		tx   string
		want []Transfer
	}{
		{"in the blocks asked for", from(40, 40), tx, []Transfer{a, b}},
		{"in an older block", from(41, 99), tx, nil},
		{"failed", from(0, 99), failed.TxHash, nil},
		{"unknown", from(0, 99), hash("7a75", 99), nil},
	} {
		got, err := c.TransfersOf(t.Context(), k.q, k.tx)
		if err != nil {
			t.Errorf("%s: %v", k.name, err)
		}
		same(t, got, k.want)
	}
	if _, err := c.TransfersOf(t.Context(), from(0, 39), tx); !errors.Is(err, ErrReorganised) {
		t.Errorf("in a newer block: %v", err)
	}
	n.blocks[40].Hash = hash("b10c", 4040)
	if _, err := c.TransfersOf(t.Context(), from(0, 99), tx); !errors.Is(err, ErrReorganised) {
		t.Errorf("its block is off the chain: %v", err)
	}
}

// Some gateways leave events out of receipts: then a receipt does not tell that
// there was no transfer.
func TestAReceiptWithoutEventsProvesNothing(t *testing.T) {
	n := newNode(t, 100)
	paid := n.pay(40, "7919")
	var logs any
	bloom := "0x00"
	n.answer = func(method string, _ []json.RawMessage) any {
		if method != methodReceipt {
			return nil
		}
		return map[string]any{"transactionHash": paid.TxHash, "blockNumber": quantity(40), "blockHash": paid.BlockHash, "status": "0x1", "logs": logs, "logsBloom": bloom}
	}
	c := n.dial()
	for _, k := range []struct {
		name  string
		logs  any
		bloom string
		fails bool
	}{
		{"no list of events", nil, "0x00", true},
		{"an empty one, and the bloom tells of some", []any{}, "0x0400", true},
		{"an empty one, as the bloom says", []any{}, "0x00", false},
	} {
		logs, bloom = k.logs, k.bloom
		got, err := c.TransfersOf(t.Context(), n.query(), paid.TxHash)
		if k.fails {
			contains(t, err, "transaction "+paid.TxHash+" has a receipt that leaves its events out; use another node")
		} else if err != nil || len(got) != 0 {
			t.Errorf("%s: %+v, %v", k.name, got, err)
		}
	}
}
