package chain

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"fleetpay/sources/fetch"
)

const methodReceipt = "eth_getTransactionReceipt"

// receipt is what a node says became of a transaction.
type receipt struct {
	TransactionHash, BlockNumber, BlockHash, Status, LogsBloom string

	Logs   []logEntry
	failed bool
}

// receipt reads the receipt of a transaction; nil when the node has none.
func (c *Client) receipt(ctx context.Context, tx string) (*receipt, error) {
	raw, err := c.call(ctx, methodReceipt, tx)
	if err != nil || string(raw) == "null" {
		return nil, err
	}
	var r receipt
	if err := json.Unmarshal(raw, &r); err != nil {
		return nil, c.wrong(methodReceipt, errors.New("no receipt"))
	}
	status, err1 := hexNumber(r.Status)
	hash, err2 := parseHash(r.BlockHash)
	switch err := errors.Join(err1, err2); {
	case err != nil:
		return nil, c.wrong(methodReceipt, err)
	case !strings.EqualFold(r.TransactionHash, tx):
		return nil, c.wrong(methodReceipt, fmt.Errorf("the receipt of %q instead of %s", fetch.Printable(r.TransactionHash), tx))
	case status > 1:
		return nil, c.wrong(methodReceipt, fmt.Errorf("status %d instead of 0 or 1", status))
	}
	r.BlockHash, r.failed = hash, status == 0
	return &r, nil
}

// asked returns the transfers of a query that a receipt holds, in their order and
// without their time.
func (c *Client) asked(q Query, r *receipt) ([]Transfer, error) {
	var list []Transfer
	for _, l := range r.Logs {
		if l.Removed || !l.asked(q) {
			continue
		}
		t, err := l.transfer(q, q.First, q.Last)
		if err != nil {
			return nil, c.wrong(methodReceipt, err)
		}
		list = append(list, t)
	}
	return c.unique(list)
}

// TransfersOf returns the transfers of a query that the receipt of one transaction
// shows, which eth_getLogs should show, too. There are none when the node knows no
// such transaction, when it failed, and when it is in a block before the query's
// first one. One in a block after the last one, or off the chain, is ErrReorganised.
func (c *Client) TransfersOf(ctx context.Context, q Query, tx string) ([]Transfer, error) {
	var err1, err2, err3 error
	q.Token, err1 = checkAddress(q.Token)
	q.From, err2 = checkAddress(q.From)
	tx, err3 = parseHash(tx)
	if err := errors.Join(err1, err2, err3); err != nil {
		return nil, err
	}
	r, err := c.receipt(ctx, tx)
	if err != nil || r == nil || r.failed {
		return nil, err
	}
	number, err := hexNumber(r.BlockNumber)
	if err != nil {
		return nil, c.wrong(methodReceipt, err)
	}
	switch {
	case number < q.First:
		return nil, nil
	case number > q.Last:
		return nil, c.reorganised(number, "transaction "+tx+" has just come to it")
	}
	b, err := c.blockAt(ctx, number)
	if err != nil {
		return nil, err
	}
	if b.Hash != r.BlockHash {
		return nil, c.reorganised(number, "its transaction "+tx+" has a receipt of another block")
	}
	if len(r.Logs) == 0 && (r.Logs == nil || strings.Trim(r.LogsBloom, "0x") != "") {
		return nil, c.wrong(methodReceipt, fmt.Errorf("transaction %s has a receipt that leaves its events out", tx))
	}
	list, err := c.asked(q, r)
	for i := range list {
		if list[i].Block != number || list[i].BlockHash != b.Hash || list[i].TxHash != tx {
			return nil, c.wrong(methodReceipt, fmt.Errorf("the receipt of %s holds an event of another transaction or block", tx))
		}
		list[i].Time = b.Time
	}
	return list, err
}
