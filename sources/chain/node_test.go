package chain

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// Addresses of the tests.
var (
	usdc  = address(0x11)
	fake  = address(0x12)
	safe  = address(0x51)
	other = address(0x52)
	payee = address(0x91)
)

func address(n int) string { return fmt.Sprintf("0x%040x", n) }

func hash(kind string, n int) string { return fmt.Sprintf("0x%x%056x", kind[:4], n) }

func wordOf(n int64) string { return fmt.Sprintf("%064x", n) }

// node is a model of a chain behind JSON-RPC, with the bad habits that real
// nodes have.
type node struct {
	t      tester
	mu     sync.Mutex
	blocks []Block
	events []Transfer // the truth, by block and place
	failed map[string]bool
	final  int64 // -1: it does not know the tag

	maxBlocks  int64 // of one eth_getLogs; 0 for any
	maxLogs    int   // beyond which eth_getLogs is refused; 0 for any
	cutAt      int   // at which eth_getLogs is cut off without a word; 0 for never
	rangeError string
	noLogs     bool // receipts come without logs

	contracts map[string]func(from, input string) string             // eth_call: an "error" object, or a result
	code      map[string]string                                      //
	logs      func(entries []map[string]any) []map[string]any        // changes what eth_getLogs returns
	http      func(w http.ResponseWriter, method string, n int) bool // answers in the node's place
	answer    func(method string, params []json.RawMessage) any      // answers in the node's place
	after     func(method string)                                    // is called after each answer
	asked     map[string]int
	waited    []time.Duration
}

// newNode makes a chain of blocks two seconds apart, without events.
func newNode(t tester, blocks int) *node {
	n := &node{t: t, final: int64(blocks) - 1, failed: map[string]bool{}, asked: map[string]int{}, contracts: map[string]func(string, string) string{}, code: map[string]string{},
		rangeError: `{"code":-32005,"message":"query returned more than 10000 results"}`}
	for i := range blocks {
		n.blocks = append(n.blocks, Block{Number: int64(i), Hash: hash("b10c", i), Time: time.Unix(1_800_000_000+2*int64(i), 0).UTC()})
	}
	return n
}

// pay puts a transfer out of the Safe into a block, each in its own transaction.
func (n *node) pay(block int64, units string) Transfer {
	return n.payIn(block, hash("7a75", len(n.events)), units)
}

func (n *node) payIn(block int64, tx, units string) Transfer {
	t := Transfer{ChainID: 8453, Token: usdc, From: safe, To: payee, Units: units, TxHash: tx,
		LogIndex: int64(3 * len(n.events)), Block: block, BlockHash: n.blocks[block].Hash, Time: n.blocks[block].Time}
	n.events = append(n.events, t)
	slices.SortStableFunc(n.events, func(a, b Transfer) int { return cmp.Compare(a.Block, b.Block) })
	return t
}

// dial starts the node and returns a client that does not wait.
func (n *node) dial() *Client {
	server := httptest.NewServer(http.HandlerFunc(n.serve))
	n.t.(*testing.T).Cleanup(server.Close)
	return n.client(server.URL)
}

func (n *node) client(url string) *Client {
	c, err := Dial(url)
	if err != nil {
		n.t.Fatal(err)
	}
	c.sleep = func(ctx context.Context, d time.Duration) error {
		n.mu.Lock()
		defer n.mu.Unlock()
		n.waited = append(n.waited, d)
		return ctx.Err()
	}
	return c
}

func (n *node) serve(w http.ResponseWriter, r *http.Request) {
	n.mu.Lock()
	defer n.mu.Unlock()
	var q struct {
		ID     json.RawMessage
		Method string
		Params []json.RawMessage
	}
	if err := json.NewDecoder(r.Body).Decode(&q); err != nil {
		n.t.Errorf("a question that is not JSON: %v", err)
	}
	n.asked[q.Method]++
	if n.http != nil && n.http(w, q.Method, n.asked[q.Method]) {
		return
	}
	var result any
	if n.answer != nil {
		result = n.answer(q.Method, q.Params)
	}
	if result == nil {
		result = n.result(q.Method, q.Params)
	}
	key := "result"
	if raw, ok := result.(json.RawMessage); ok && strings.Contains(string(raw), `"code"`) {
		key = "error"
	}
	out, err := json.Marshal(map[string]any{"jsonrpc": "2.0", "id": q.ID, key: result})
	if err != nil {
		n.t.Error(err)
	}
	w.Write(out)
	if n.after != nil {
		n.after(q.Method)
	}
}

var null = json.RawMessage("null")

func (n *node) result(method string, params []json.RawMessage) any {
	text := func(i int) string {
		var s string
		json.Unmarshal(params[i], &s)
		return s
	}
	switch method {
	case "eth_chainId":
		return "0x2105" // 8453
	case "eth_getBlockByNumber":
		return n.blockBy(text(0))
	case "eth_getLogs":
		return n.getLogs(params[0])
	case "eth_getTransactionReceipt":
		return n.receipt(text(0))
	case "eth_getCode":
		if code := n.code[text(0)]; code != "" {
			return code
		}
		return "0x"
	case "eth_call":
		var call struct{ From, To, Data string }
		json.Unmarshal(params[0], &call)
		if text(1) != "latest" {
			n.t.Errorf("eth_call at %q", text(1))
		}
		answer := "0x"
		if contract := n.contracts[call.To]; contract != nil {
			answer = contract(call.From, call.Data)
		}
		if strings.HasPrefix(answer, "{") {
			return json.RawMessage(answer)
		}
		return answer
	}
	return json.RawMessage(`{"code":-32601,"message":"the method does not exist"}`)
}

func (n *node) blockBy(which string) any {
	number := int64(len(n.blocks)) - 1
	switch which {
	case "latest":
	case "finalized":
		if n.final < 0 {
			return json.RawMessage(`{"code":-32602,"message":"unknown block tag"}`)
		}
		number = n.final
	default:
		number = number64(which)
	}
	if number >= int64(len(n.blocks)) || n.blocks[number].Hash == "" {
		return null
	}
	b := n.blocks[number]
	return map[string]any{"number": quantity(b.Number), "hash": b.Hash, "timestamp": quantity(b.Time.Unix()), "transactions": []string{}}
}

func number64(text string) int64 {
	v, err := strconv.ParseInt(strings.TrimPrefix(text, "0x"), 16, 64)
	if err != nil {
		panic(err)
	}
	return v
}

func entry(t Transfer) map[string]any {
	units, err := encodeUint(t.Units)
	if err != nil {
		panic(err)
	}
	return map[string]any{"address": t.Token, "topics": []string{topicTransfer, "0x" + encodeAddress(t.From), "0x" + encodeAddress(t.To)},
		"data": "0x" + units, "blockNumber": quantity(t.Block), "blockHash": t.BlockHash, "transactionHash": t.TxHash,
		"transactionIndex": "0x0", "logIndex": quantity(t.LogIndex), "removed": false}
}

func (n *node) getLogs(raw json.RawMessage) any {
	var q struct {
		Address, FromBlock, ToBlock string
		Topics                      []string
	}
	json.Unmarshal(raw, &q)
	first, last := number64(q.FromBlock), number64(q.ToBlock)
	if n.maxBlocks > 0 && last-first+1 > n.maxBlocks {
		return json.RawMessage(n.rangeError)
	}
	list := []map[string]any{}
	for _, t := range n.events {
		if t.Block >= first && t.Block <= last && t.Token == q.Address && "0x"+encodeAddress(t.From) == q.Topics[1] {
			list = append(list, entry(t))
		}
	}
	if n.maxLogs > 0 && len(list) > n.maxLogs && first < last {
		return json.RawMessage(n.rangeError)
	}
	if n.cutAt > 0 && len(list) > n.cutAt {
		list = list[:n.cutAt]
	}
	if n.logs != nil {
		list = n.logs(list)
	}
	return list
}

func (n *node) receipt(tx string) any {
	logs, status := []map[string]any{}, "0x1"
	block, number := "", int64(0)
	for _, t := range n.events {
		if t.TxHash == tx {
			logs, block, number = append(logs, entry(t)), t.BlockHash, t.Block
		}
	}
	if block == "" {
		return null
	}
	if n.failed[tx] {
		logs, status = nil, "0x0"
	}
	if n.noLogs {
		logs = nil
	}
	return map[string]any{"transactionHash": tx, "blockNumber": quantity(number), "blockHash": block, "status": status, "logs": logs}
}

// query asks for all that the Safe sent.
func (n *node) query() Query {
	return Query{ChainID: 8453, Token: usdc, From: safe, First: 0, Last: int64(len(n.blocks)) - 1}
}

// contains fails the test unless err says all of the words.
func contains(t testing.TB, err error, words ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error; want one with %q", words)
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("the error is %q; want %q in it", err, w)
		}
	}
}

// raw answers every question with the same result.
func raw(text string) func(string, []json.RawMessage) any {
	return func(string, []json.RawMessage) any { return json.RawMessage(text) }
}

// tester is what a test and a property have in common.
type tester interface {
	Errorf(format string, args ...any)
	Error(args ...any)
	Fatal(args ...any)
}

// direct returns a client that reaches the node without a network, for tests
// that ask many questions.
func (n *node) direct() *Client {
	c := n.client("http://node.example")
	c.http = &http.Client{Transport: direct{n}}
	return c
}

type direct struct{ n *node }

func (d direct) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	d.n.serve(w, r)
	return w.Result(), nil
}
