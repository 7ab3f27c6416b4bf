package chain

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// ClockSlack is how far a chain's clock may be ahead of ours. Clocks differ by
// seconds, blocks are dated some seconds ahead at most, and a wrong date is mostly
// wrong by more.
const ClockSlack = 15 * time.Minute

// Head returns the newest block to read up to. With confirmations below 0 it is
// the newest that the chain calls final, which no reorganisation reaches; else
// the one that so many blocks stand upon, or the first block of a chain that is
// shorter than that.
func (c *Client) Head(ctx context.Context, confirmations int) (block Block, final bool, err error) {
	if confirmations < 0 {
		block, err = c.block(ctx, "finalized")
		var fail *callError
		if errors.Is(err, errNoBlock) || errors.As(err, &fail) && fail.kind == refusal {
			return Block{}, false, fmt.Errorf("%w; this node does not tell which block is final: ask for a number of confirmations", err)
		}
		return block, err == nil, err
	}
	latest, err := c.block(ctx, "latest")
	if err != nil || confirmations == 0 {
		return latest, false, err
	}
	block, err = c.blockAt(ctx, max(latest.Number-int64(confirmations), 0))
	return block, false, err
}

// FirstBlockAt returns the first block, at most head, whose time is not before
// at: head itself when all are before it.
func (c *Client) FirstBlockAt(ctx context.Context, at time.Time, head Block) (Block, error) {
	if head.Time.Before(at) {
		return head, nil
	}
	// Old blocks may be gone from the node, so the search steps back from the
	// head, further each time, until it is before at.
	after, before := head, int64(-1) // after.Time is not before at; block before is
	for step := int64(1024); after.Number > 0 && before < 0; step *= 4 {
		b, err := c.blockAt(ctx, max(after.Number-step, 0))
		if err != nil {
			return Block{}, err
		}
		if b.Time.Before(at) {
			before = b.Number
		} else {
			after = b
		}
	}
	for after.Number-before > 1 {
		b, err := c.blockAt(ctx, before+(after.Number-before)/2)
		if err != nil {
			return Block{}, err
		}
		if b.Time.Before(at) {
			before = b.Number
		} else {
			after = b
		}
	}
	return after, nil
}

// errNoBlock says that a node has no such block.
var errNoBlock = errors.New("the node has no such block: it lags behind, or keeps no old ones; use another node")

func (c *Client) blockAt(ctx context.Context, number int64) (Block, error) {
	b, err := c.block(ctx, quantity(number))
	if err == nil && b.Number != number {
		return Block{}, c.wrong("eth_getBlockByNumber", fmt.Errorf("block %d instead of %d", b.Number, number))
	}
	return b, err
}

// block reads a block by its number or tag.
func (c *Client) block(ctx context.Context, which string) (Block, error) {
	const method = "eth_getBlockByNumber"
	raw, err := c.call(ctx, method, which, false)
	if err != nil {
		return Block{}, err
	}
	if string(raw) == "null" {
		return Block{}, fmt.Errorf("%s: %s %s: %w", c.place, method, blockName(which), errNoBlock)
	}
	var header struct{ Number, Hash, Timestamp string }
	if err := json.Unmarshal(raw, &header); err != nil {
		return Block{}, c.wrong(method, errors.New("no block"))
	}
	number, err1 := hexNumber(header.Number)
	hash, err2 := parseHash(header.Hash)
	seconds, err3 := hexNumber(header.Timestamp)
	if err := errors.Join(err1, err2, err3); err != nil {
		return Block{}, c.wrong(method, err)
	}
	return Block{Number: number, Hash: hash, Time: time.Unix(seconds, 0).UTC()}, nil
}

// blockName writes a block's number for people, and a tag as it is.
func blockName(which string) string {
	if n, err := hexNumber(which); err == nil {
		return fmt.Sprint(n)
	}
	return which
}
