package pipeline

import (
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"fleetpay/outputs"
	"fleetpay/sources/chain"
)

// wantsUpdate tells whether golden files are to be written anew; the flag is
// that of the golden folders.
func wantsUpdate() bool {
	f := flag.Lookup("update")
	return f != nil && f.Value.String() == "true"
}

// settleNode answers like the node of a chain with a block a minute.
type settleNode struct {
	t       *testing.T
	chain   outputs.Chain
	id      int64
	first   time.Time // of block 0
	head    int64
	final   int64
	events  []chain.Transfer
	noToken bool
	forgets bool // eth_getLogs shows nothing, as that of a node without an index
	client  *chain.Client
}

func newSettleNode(t *testing.T, name string, from, through time.Time) *settleNode {
	known, ok := outputs.LookupChain(name)
	if !ok {
		t.Fatalf("no chain %s", name)
	}
	n := &settleNode{t: t, chain: known, id: known.ID, first: from}
	n.until(through)
	server := httptest.NewServer(n)
	t.Cleanup(server.Close)
	client, err := chain.Dial(server.URL + "/v3/secret-key")
	if err != nil {
		t.Fatal(err)
	}
	n.client = client
	return n
}

// until lets the chain grow up to an instant; all of it is final.
func (n *settleNode) until(at time.Time) {
	n.head = int64(at.Sub(n.first) / time.Minute)
	n.final = n.head
}

// pay puts a transfer out of a Safe into the block of an instant.
func (n *settleNode) pay(safe, at, to, units string, tx int) {
	n.t.Helper()
	block := int64(instantOf(n.t, at).Sub(n.first) / time.Minute)
	n.events = append(n.events, chain.Transfer{From: strings.ToLower(safe), To: strings.ToLower(to), Units: units, TxHash: txNo(tx), Block: block})
	slices.SortStableFunc(n.events, func(a, b chain.Transfer) int { return int(a.Block - b.Block) })
	for i := range n.events {
		n.events[i].LogIndex = int64(i)
	}
}

// drop takes a transaction off the chain.
func (n *settleNode) drop(tx int) {
	n.events = slices.DeleteFunc(n.events, func(e chain.Transfer) bool { return e.TxHash == txNo(tx) })
}

func (n *settleNode) hash(block int64) string { return fmt.Sprintf("0x%032x%032x", n.id, block) }

func (n *settleNode) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var q struct {
		ID     int64
		Method string
		Params []json.RawMessage
	}
	if err := json.NewDecoder(r.Body).Decode(&q); err != nil {
		n.t.Errorf("a question that is not JSON: %v", err)
	}
	err := json.NewEncoder(w).Encode(map[string]any{"jsonrpc": "2.0", "id": q.ID, "result": n.result(q.Method, q.Params)})
	if err != nil {
		n.t.Error(err)
	}
}

func (n *settleNode) result(method string, params []json.RawMessage) any {
	var text string
	if len(params) > 0 {
		_ = json.Unmarshal(params[0], &text) // a filter is no text
	}
	switch method {
	case "eth_chainId":
		return hexOf(n.id)
	case "eth_getCode":
		if n.noToken || text != strings.ToLower(n.chain.Token) {
			return "0x"
		}
		return "0x6001"
	case "eth_getBlockByNumber":
		return n.block(text)
	case "eth_getLogs":
		return n.logs(params[0])
	case "eth_getTransactionReceipt":
		return n.receipt(text)
	}
	n.t.Errorf("%s is not answered", method)
	return nil
}

func (n *settleNode) block(which string) any {
	number := n.head
	switch which {
	case "latest":
	case "finalized":
		number = n.final
	default:
		number = numberOf(which)
	}
	if number > n.head {
		return nil
	}
	at := n.first.Add(time.Duration(number) * time.Minute)
	return map[string]any{"number": hexOf(number), "hash": n.hash(number), "timestamp": hexOf(at.Unix())}
}

func (n *settleNode) logs(raw json.RawMessage) any {
	var q struct {
		Address, FromBlock, ToBlock string
		Topics                      []string
	}
	if err := json.Unmarshal(raw, &q); err != nil {
		n.t.Error(err)
	}
	list := []any{}
	for _, e := range n.events {
		if !n.forgets && e.Block >= numberOf(q.FromBlock) && e.Block <= numberOf(q.ToBlock) && topicOf(e.From) == q.Topics[1] && q.Address == strings.ToLower(n.chain.Token) {
			list = append(list, n.log(e))
		}
	}
	return list
}

func (n *settleNode) log(e chain.Transfer) map[string]any {
	units, err := strconv.ParseInt(e.Units, 10, 64)
	if err != nil {
		n.t.Error(err)
	}
	return map[string]any{
		"address": strings.ToLower(n.chain.Token), "data": fmt.Sprintf("0x%064x", units),
		"topics":      []string{"0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef", topicOf(e.From), topicOf(e.To)},
		"blockNumber": hexOf(e.Block), "blockHash": n.hash(e.Block), "transactionHash": e.TxHash, "logIndex": hexOf(e.LogIndex),
	}
}

func (n *settleNode) receipt(tx string) any {
	receipt := map[string]any{"transactionHash": tx, "status": "0x1"}
	logs := []any{}
	for _, e := range n.events {
		if e.TxHash == tx {
			receipt["blockNumber"], receipt["blockHash"] = hexOf(e.Block), n.hash(e.Block)
			logs = append(logs, n.log(e))
		}
	}
	if len(logs) == 0 {
		return nil
	}
	receipt["logs"] = logs
	return receipt
}

func hexOf(n int64) string { return "0x" + strconv.FormatInt(n, 16) }

func numberOf(text string) int64 {
	n, err := strconv.ParseInt(strings.TrimPrefix(text, "0x"), 16, 64)
	if err != nil {
		panic(err)
	}
	return n
}

func topicOf(address string) string {
	return "0x" + strings.Repeat("0", 24) + strings.TrimPrefix(address, "0x")
}
