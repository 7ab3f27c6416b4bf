package chain

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"fleetpay/sources/fetch"
)

// Query asks for what one holder sent of one token.
type Query struct {
	ChainID     int64  // EIP-155, that the node must be of
	Token       string // the contract
	From        string // the sender
	First, Last int64  // blocks, both included; none when Last is before First
}

// Transfers reads the Transfer events of a query that stand on the chain, by
// block and place in it, none twice. Each is checked against its transaction's
// receipt and its block, read after it; events of a failed transaction, and
// those a node calls removed, don't count. When the chain changes meanwhile the
// error is ErrReorganised.
func (c *Client) Transfers(ctx context.Context, q Query) ([]Transfer, error) {
	var err1, err2 error
	q.Token, err1 = checkAddress(q.Token)
	q.From, err2 = checkAddress(q.From)
	if err := errors.Join(err1, err2); err != nil {
		return nil, err
	}
	if q.First < 0 {
		return nil, fmt.Errorf("there is no block %d; ask for blocks from 0 on", q.First)
	}
	id, err := c.ChainID(ctx)
	if err != nil {
		return nil, err
	}
	if id != q.ChainID {
		return nil, fmt.Errorf("%s: the node is of chain %d instead of %d; give the address of a node of that chain", c.place, id, q.ChainID)
	}
	if q.Last < q.First {
		return nil, nil
	}
	last, err := c.blockAt(ctx, q.Last) // a node that lags behind would return fewer events without a word
	if err != nil {
		return nil, err
	}
	events, err := c.events(ctx, q)
	if err != nil {
		return nil, err
	}
	if events, err = c.unique(events); err != nil {
		return nil, err
	}
	if events, err = c.succeeded(ctx, q, events); err != nil {
		return nil, err
	}
	if err := c.placed(ctx, events); err != nil {
		return nil, err
	}
	again, err := c.blockAt(ctx, q.Last)
	if err == nil && again.Hash != last.Hash {
		err = c.reorganised(q.Last, "its hash changed while it was read")
	}
	if err != nil {
		return nil, err
	}
	return events, nil
}

// How ranges of blocks are chosen.
const (
	widest = 10_000 // blocks; what most nodes answer at once
	// A node that cuts an answer off without a word does it at a round number.
	// An answer with such a number is asked for again in smaller parts.
	roundNumber = 100
)

// events reads a query range by range. A range that the node refuses, for
// whatever reason it gives, is halved; after some good answers it doubles.
func (c *Client) events(ctx context.Context, q Query) ([]Transfer, error) {
	var all []Transfer
	size, good, patience := int64(widest), 0, 0
	for first := q.First; first <= q.Last; {
		last := first + min(size-1, q.Last-first)
		blocks := last - first + 1
		found, err := c.eventsIn(ctx, q, first, last)
		switch {
		case err != nil && blocks > 1 && wantsLess(err):
			size, good, patience = blocks/2, 0, 8
			continue
		case err != nil:
			return nil, err
		case blocks > 1 && found.logs > 0 && found.logs%roundNumber == 0:
			size, good, patience = blocks/2, 0, 1
			continue
		}
		all = append(all, found.transfers...)
		if last == q.Last {
			break
		}
		first = last + 1
		if good++; good >= patience && size < widest {
			size, good = min(2*size, widest), 0
		}
	}
	return all, nil
}

// wantsLess tells whether a smaller range may be answered where this one was
// not. Providers have neither code nor words in common for it.
func wantsLess(err error) bool {
	var fail *callError
	if !errors.As(err, &fail) || errors.Is(err, context.Canceled) {
		return false
	}
	return fail.kind == refusal || fail.kind == tooMuch || fail.kind == slow || fail.kind == broken && fail.answered
}

type found struct {
	transfers []Transfer
	logs      int // that the node returned, removed ones included
}

func (c *Client) eventsIn(ctx context.Context, q Query, first, last int64) (found, error) {
	const method = "eth_getLogs"
	most := 1
	if first == last {
		most = tries // nothing smaller can be asked for
	}
	raw, err := c.try(ctx, most, method, map[string]any{
		"address":   q.Token,
		"topics":    []string{topicTransfer, "0x" + encodeAddress(q.From)},
		"fromBlock": quantity(first),
		"toBlock":   quantity(last),
	})
	if err != nil {
		return found{}, err
	}
	var logs []logEntry
	if err := json.Unmarshal(raw, &logs); err != nil || logs == nil {
		return found{}, c.wrong(method, errors.New("no list of events"))
	}
	f := found{logs: len(logs)}
	for _, l := range logs {
		if l.Removed {
			continue
		}
		t, err := l.transfer(q, first, last)
		if err != nil {
			return found{}, c.wrong(method, fmt.Errorf("an event that was not asked for, or is no transfer: %w", err))
		}
		f.transfers = append(f.transfers, t)
	}
	return f, nil
}

// logEntry is an event as a node writes it.
type logEntry struct {
	Address         string   `json:"address"`
	Topics          []string `json:"topics"`
	Data            string   `json:"data"`
	BlockNumber     string   `json:"blockNumber"`
	BlockHash       string   `json:"blockHash"`
	TransactionHash string   `json:"transactionHash"`
	LogIndex        string   `json:"logIndex"`
	Removed         bool     `json:"removed"`
}

// asked tells whether an event is one that the query asks for.
func (l logEntry) asked(q Query) bool {
	return strings.EqualFold(l.Address, q.Token) && len(l.Topics) == 3 &&
		strings.EqualFold(l.Topics[0], topicTransfer) && strings.EqualFold(l.Topics[1], "0x"+encodeAddress(q.From))
}

// transfer reads an event strictly. Its time is not known yet.
func (l logEntry) transfer(q Query, first, last int64) (Transfer, error) {
	if !l.asked(q) {
		return Transfer{}, fmt.Errorf("contract %q with topics %q", fetch.Printable(l.Address), l.Topics)
	}
	to, err := parseHex(l.Topics[2])
	if err != nil {
		return Transfer{}, err
	}
	data, err := parseHex(l.Data)
	if err != nil {
		return Transfer{}, err
	}
	t := Transfer{ChainID: q.ChainID, Token: q.Token, From: q.From}
	units, err1 := decodeUint(data)
	var errs [6]error
	t.To, errs[0] = decodeAddress(to)
	t.TxHash, errs[1] = parseHash(l.TransactionHash)
	t.BlockHash, errs[2] = parseHash(l.BlockHash)
	t.Block, errs[3] = hexNumber(l.BlockNumber)
	t.LogIndex, errs[4] = hexNumber(l.LogIndex)
	errs[5] = err1
	if err := errors.Join(errs[:]...); err != nil {
		return Transfer{}, err
	}
	if t.Block < first || t.Block > last {
		return Transfer{}, fmt.Errorf("block %d is not in %d to %d", t.Block, first, last)
	}
	t.Units = units.String()
	return t, nil
}

// unique sorts events and drops what a node repeats.
func (c *Client) unique(events []Transfer) ([]Transfer, error) {
	slices.SortStableFunc(events, func(a, b Transfer) int {
		return cmp.Or(cmp.Compare(a.Block, b.Block), cmp.Compare(a.LogIndex, b.LogIndex))
	})
	events = slices.Compact(events)
	for i := 1; i < len(events); i++ {
		a, b := events[i-1], events[i]
		if a.Block == b.Block && a.BlockHash != b.BlockHash {
			return nil, c.reorganised(a.Block, "the node returns events of two blocks of this number")
		}
		if a.Block == b.Block && a.LogIndex == b.LogIndex {
			return nil, c.wrong("eth_getLogs", fmt.Errorf("two events at place %d of block %d", a.LogIndex, a.Block))
		}
	}
	return events, nil
}
