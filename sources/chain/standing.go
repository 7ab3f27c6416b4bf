package chain

import (
	"context"
	"fmt"
	"slices"
)

// succeeded returns the events of transactions that succeeded, in their order.
// A receipt that the node no longer has, or has in another block, is a
// reorganisation; one with a transfer that eth_getLogs did not return shows that
// the node returned too few.
func (c *Client) succeeded(ctx context.Context, q Query, events []Transfer) ([]Transfer, error) {
	byTx := map[string][]Transfer{}
	var order []string
	for _, e := range events {
		if byTx[e.TxHash] == nil {
			order = append(order, e.TxHash)
		}
		byTx[e.TxHash] = append(byTx[e.TxHash], e)
	}
	failed := map[string]bool{}
	for _, tx := range order {
		ok, err := c.checkReceipt(ctx, q, tx, byTx[tx])
		if err != nil {
			return nil, err
		}
		failed[tx] = !ok
	}
	return slices.DeleteFunc(events, func(e Transfer) bool { return failed[e.TxHash] }), nil
}

// checkReceipt tells whether a transaction succeeded, and holds its receipt
// against its events.
func (c *Client) checkReceipt(ctx context.Context, q Query, tx string, events []Transfer) (bool, error) {
	r, err := c.receipt(ctx, tx)
	if err != nil {
		return false, err
	}
	if r == nil {
		return false, c.reorganised(events[0].Block, "its transaction "+tx+" is gone")
	}
	for _, e := range events {
		if e.BlockHash != r.BlockHash {
			return false, c.reorganised(e.Block, "its transaction "+tx+" moved to another block")
		}
	}
	if r.failed {
		return false, nil
	}
	if len(r.Logs) == 0 {
		return true, nil // some gateways leave them out
	}
	inReceipt, err := c.asked(q, r)
	if err != nil {
		return false, err
	}
	if !slices.Equal(inReceipt, events) {
		return false, c.wrong(methodReceipt, fmt.Errorf("transaction %s has %d transfers in its receipt, and eth_getLogs returns %d", tx, len(inReceipt), len(events)))
	}
	return true, nil
}

// placed holds each event's block against the one that the chain has at its
// number, and takes the time from it.
func (c *Client) placed(ctx context.Context, events []Transfer) error {
	var b Block
	for i := range events {
		e := &events[i]
		if i == 0 || b.Number != e.Block { // they are in order
			var err error
			if b, err = c.blockAt(ctx, e.Block); err != nil {
				return err
			}
		}
		if b.Hash != e.BlockHash {
			return c.reorganised(e.Block, "its hash is no longer that of its events")
		}
		e.Time = b.Time
	}
	return nil
}

func (c *Client) reorganised(block int64, why string) error {
	return fmt.Errorf("%s: block %d: %s: %w", c.place, block, why, ErrReorganised)
}
