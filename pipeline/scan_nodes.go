package pipeline

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"fleetpay/outputs"
	"fleetpay/pipeline/payments"
	"fleetpay/rules"
	"fleetpay/sources/chain"
)

// sighting is what a scan saw, and what it has to say beside it.
type sighting struct {
	spans     []ScanSpan
	transfers []payments.Transfer
	files     []ScanFile
	notes     []string
}

// scanNode is a node, and the chain that it says it is of.
type scanNode struct {
	client *chain.Client
	chain  outputs.Chain
}

// scanNodes asks each node for its chain, and puts them in the order of the chain
// table. Two nodes of one chain might contradict each other.
func scanNodes(ctx context.Context, clients []*chain.Client) ([]scanNode, error) {
	byChain := map[int64]*chain.Client{}
	for _, client := range clients {
		id, err := client.ChainID(ctx)
		if err != nil {
			return nil, err
		}
		known, ok := chainByID(id)
		if !ok {
			return nil, refuse("%s: is a node of chain %d, on which nothing is paid; give a node of %s",
				client.Place(), id, strings.Join(outputs.ChainNames(), ", "))
		}
		if other := byChain[id]; other != nil {
			return nil, refuse("%s: is a node of %s, and so is %s; give one node per chain", client.Place(), known.Name, other.Place())
		}
		byChain[id] = client
	}
	var nodes []scanNode
	for _, name := range outputs.ChainNames() {
		if known, _ := outputs.LookupChain(name); byChain[known.ID] != nil {
			nodes = append(nodes, scanNode{byChain[known.ID], known})
		}
	}
	return nodes, nil
}

// asking is what nodes are asked for, and what their answers are held to.
type asking struct {
	list          []watched
	known         []payments.Transfer // that any scan has shown
	confirmations int
	now           time.Time
}

// asking asks for the transfers of Safes.
func (l *ledger) asking(list []watched, confirmations int, now time.Time) asking {
	a := asking{list: list, confirmations: confirmations, now: now}
	for _, scan := range l.Scans {
		a.known = append(a.known, scan.Transfers...)
		for _, s := range scan.Settled {
			a.known = append(a.known, s.Transfer)
		}
	}
	return a
}

// of keeps the Safes of one chain.
func (a asking) of(c outputs.Chain) asking {
	a.list = slices.DeleteFunc(slices.Clone(a.list), func(w watched) bool { return w.chain != c })
	return a
}

// askNodes reads the transfers of every watched Safe whose chain has a node.
func askNodes(ctx context.Context, clients []*chain.Client, ask asking) (*sighting, error) {
	nodes, err := scanNodes(ctx, clients)
	if err != nil {
		return nil, err
	}
	saw := &sighting{}
	for _, n := range nodes {
		mine := ask.of(n.chain)
		if len(mine.list) == 0 {
			saw.notes = append(saw.notes, fmt.Sprintf("%s: no Safe of ours is known there, so %s was not asked", n.chain.Name, n.client.Place()))
			continue
		}
		if err := n.look(ctx, mine, saw); err != nil {
			return nil, err
		}
	}
	if len(saw.spans) == 0 {
		return nil, refuse("no node given is of a chain with a Safe that pays; give nodes of %s", strings.Join(chainsOf(ask.list), ", "))
	}
	return saw, nil
}

// look reads what Safes of the node's chain sent. A node without the token would
// show no transfer at all, and every payment as missing.
func (n scanNode) look(ctx context.Context, ask asking, saw *sighting) error {
	there, err := n.client.HasCode(ctx, strings.ToLower(n.chain.Token))
	if err != nil {
		return err
	}
	if !there {
		return refuse("%s: says that it is a node of %s, and has no contract at USDC's address %s; use another node",
			n.client.Place(), n.chain.Name, n.chain.Token)
	}
	for try := 1; ; try++ {
		var read sighting
		err := n.read(ctx, ask, &read)
		if errors.Is(err, chain.ErrReorganised) && try < newestTries {
			continue // the newest blocks may change at any moment
		}
		saw.spans, saw.transfers = append(saw.spans, read.spans...), append(saw.transfers, read.transfers...)
		return err
	}
}

// newestTries is how often the newest blocks are read anew when they change
// while they are read.
const newestTries = 3

// read reads each Safe up to the node's newest block, at one go: a transaction
// that moves to another block meanwhile is not lost between two readings. What is
// said of payments that are not there rests on the blocks up to the head, which
// are final or have enough others upon them. The newer ones are a span of their
// own, and only show what was paid.
func (n scanNode) read(ctx context.Context, ask asking, saw *sighting) error {
	head, final, err := n.client.Head(ctx, ask.confirmations)
	if err != nil {
		return err
	}
	newest := head
	if ask.confirmations != 0 {
		if newest, _, err = n.client.Head(ctx, 0); err != nil {
			return err
		}
	}
	if newest.Number < head.Number { // of two machines behind one address, one lags behind
		newest = head
	}
	for _, b := range []chain.Block{head, newest} {
		if b.Time.After(ask.now.Add(chain.ClockSlack)) { // a scan up to then would stop every export until then
			return fmt.Errorf("%s: its newest block is of %s, and the clock says %s; one of them is wrong: set the clock right, or use another node",
				n.client.Place(), instant(b.Time), instant(ask.now))
		}
	}
	for _, w := range ask.list {
		first, err := n.client.FirstBlockAt(ctx, w.since, head)
		if err != nil {
			return err
		}
		q := chain.Query{ChainID: n.chain.ID, Token: strings.ToLower(n.chain.Token), From: w.safe, First: first.Number, Last: newest.Number}
		found, err := n.client.Transfers(ctx, q)
		if err != nil {
			return err
		}
		made := inOrder(n.chain, found)
		if err := n.showsAll(ctx, q, made, ask.known); err != nil {
			return err
		}
		from := w.since // no block lies between this and the first one
		if first.Time.Before(from) {
			from = first.Time
		}
		saw.transfers = append(saw.transfers, made...)
		settled := 0
		for _, t := range found {
			if t.Block <= head.Number {
				settled++
			}
		}
		span := ScanSpan{
			Chain: n.chain.Name, ChainID: n.chain.ID, Safe: outputs.ChecksumAddress(w.safe), Token: n.chain.Token,
			Source: n.client.Place(), First: first.Number, Last: head.Number, LastHash: head.Hash,
			From: instant(from), Through: instant(head.Time), Final: final, Transfers: settled,
		}
		saw.spans = append(saw.spans, span)
		if newest.Number > head.Number {
			span.First, span.Last, span.LastHash = head.Number+1, newest.Number, newest.Hash
			span.From, span.Through, span.Final, span.Transfers = span.Through, instant(newest.Time), false, len(found)-settled
			saw.spans = append(saw.spans, span)
		}
	}
	return nil
}

// showsAll refuses a node whose eth_getLogs leaves out what was seen before and is
// still on the chain, as a node does that keeps no old events or lags behind with
// its index: what was paid would be called missing, and paid again. A transaction is
// gone when the node has no receipt of it either, or when it failed.
func (n scanNode) showsAll(ctx context.Context, q chain.Query, made, known []payments.Transfer) error {
	shown := map[payments.Transfer]bool{}
	for _, t := range made {
		shown[identityOf(t)] = true
	}
	for _, t := range known {
		id := identityOf(t)
		if t.ChainID != q.ChainID || t.Safe != q.From || t.Block < q.First || t.Block > q.Last || shown[id] {
			continue
		}
		shown[id] = true // asked for once
		onChain, err := n.client.TransfersOf(ctx, q, t.TxHash)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(inOrder(n.chain, onChain), func(x payments.Transfer) bool { return identityOf(x) == id }) {
			return refuse("%s: returns too few events: transaction %s of %s is on the chain and eth_getLogs does not show it; use another node",
				n.client.Place(), t.TxHash, instant(t.Time))
		}
	}
	return nil
}

// inOrder numbers the transfers of a node by their place on the chain.
func inOrder(on outputs.Chain, found []chain.Transfer) []payments.Transfer {
	slices.SortStableFunc(found, func(a, b chain.Transfer) int {
		return cmp.Or(cmp.Compare(a.Block, b.Block), cmp.Compare(a.LogIndex, b.LogIndex))
	})
	return numbered(on, found)
}

// numbered tells transfers apart that are equal in all that a payment is matched
// by: the first of them in its transaction is 1.
func numbered(on outputs.Chain, found []chain.Transfer) []payments.Transfer {
	var list []payments.Transfer
	seen := map[payments.Transfer]int{}
	for _, t := range found {
		made := payments.Transfer{ChainID: on.ID, Safe: t.From, To: t.To, Units: t.Units, TxHash: t.TxHash}
		seen[made]++
		made.Nth, made.Block, made.Time = seen[made], t.Block, t.Time
		list = append(list, made)
	}
	return list
}

// chainsOf names the chains of Safes, once each.
func chainsOf(list []watched) []string {
	var names []string
	for _, w := range list {
		names = append(names, w.chain.Name)
	}
	return slices.Compact(names)
}

// notLookedAt names the chains that the month gave out on, and of which nothing
// was seen.
func notLookedAt(list []watched, saw *sighting) []string {
	seen := map[string]bool{}
	for _, s := range saw.spans {
		seen[s.Chain] = true
	}
	for _, f := range saw.files {
		for _, s := range f.Safes {
			seen[s.Chain] = true
		}
	}
	names := chainsOf(slices.DeleteFunc(slices.Clone(list), func(w watched) bool { return !w.needed }))
	return slices.DeleteFunc(names, func(name string) bool { return seen[name] })
}

// readSpan is a span as the ledger knows it.
func readSpan(x ScanSpan) (s payments.Span, err error) {
	s = payments.Span{ChainID: x.ChainID, Safe: strings.ToLower(x.Safe), First: x.First, Last: x.Last, Final: x.Final}
	if s.From, err = readInstant(x.From); err != nil {
		return s, err
	}
	s.Through, err = readInstant(x.Through)
	return s, err
}

// shortSpans says of which Safes what was looked at ends before anything was
// given out.
func shortSpans(p rules.Period, list []watched, spans []payments.Span) []string {
	var notes []string
	for _, w := range list {
		var last time.Time
		for _, s := range spans {
			if s.ChainID == w.chain.ID && s.Safe == w.safe && s.Through.After(last) {
				last = s.Through
			}
		}
		given := w.given
		if w.needed && !last.IsZero() && last.Before(given) {
			notes = append(notes, fmt.Sprintf("%s: what was looked at ends at %s, before payments were given out at %s; run %s again later",
				w.chain.Name, last.Format(time.RFC3339), instant(given), settleAgain(p.String())))
		}
	}
	return notes
}
