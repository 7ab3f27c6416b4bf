package chain

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func same(t testing.TB, got, want []Transfer) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%d transfers:\n%+v\nwant %d:\n%+v", len(got), got, len(want), want)
	}
}

func TestTransfersAreReadInOrderWithTimeAndPlace(t *testing.T) {
	n := newNode(t, 30_000)
	c3, c1, c2 := n.pay(29_999, "7919"), n.pay(0, "104729"), n.pay(17, "13")
	n.events = append(n.events, Transfer{Token: fake, From: safe, To: payee, Units: "7", TxHash: hash("7a75", 90), Block: 17, BlockHash: n.blocks[17].Hash},
		Transfer{Token: usdc, From: other, To: payee, Units: "7", TxHash: hash("7a75", 91), Block: 17, BlockHash: n.blocks[17].Hash})
	q := n.query()
	q.Token, q.From = "0x"+strings.ToUpper(usdc[2:]), "0x"+strings.ToUpper(safe[2:])
	got, err := n.dial().Transfers(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	same(t, got, []Transfer{c1, c2, c3})
	if n.asked["eth_getLogs"] != 3 { // 30,000 blocks in ranges of 10,000
		t.Errorf("%d ranges", n.asked["eth_getLogs"])
	}
}

// However a node limits ranges and answers, the events are those of the chain.
func TestTransfersAreTheChainsWhateverTheNodesLimits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := newNode(t, rapid.IntRange(1, 3000).Draw(t, "blocks"))
		tx := 0
		for _, block := range rapid.SliceOfN(rapid.IntRange(0, len(n.blocks)-1), 0, 40).Draw(t, "events") {
			tx++
			for range rapid.IntRange(1, 3).Draw(t, "in one transaction") {
				n.payIn(int64(block), hash("7a75", tx), fmt.Sprint(7+tx))
			}
		}
		n.maxBlocks = int64(rapid.SampledFrom([]int{0, 1, 5, 10, 500, 1000, 1024, 2000}).Draw(t, "largest range"))
		if n.maxBlocks == 1 && len(n.blocks) > 300 {
			n.maxBlocks = 5 // one question a block is slow to test
		}
		n.maxLogs = rapid.IntRange(0, 9).Draw(t, "largest answer")
		n.rangeError = rapid.SampledFrom([]string{
			`{"code":-32005,"message":"query returned more than 10000 results"}`,
			`{"code":-32602,"message":"Log response size exceeded."}`,
			`{"code":-32000,"message":"block range is too wide"}`,
			`{"code":35,"message":"ranges over 500 blocks are not supported"}`,
			`{"code":-32603,"message":"eth_getLogs range is too large, max is 1k blocks"}`,
			`{"code":-32600,"message":""}`,
		}).Draw(t, "refusal")
		n.noLogs = rapid.Bool().Draw(t, "receipts without logs")
		for i := range n.events { // places rise in a block
			n.events[i].LogIndex = int64(3 * i)
		}
		if rapid.Bool().Draw(t, "repeats and withdraws") {
			n.logs = func(list []map[string]any) []map[string]any {
				for _, l := range slices.Clone(list) {
					gone := maps.Clone(l)
					gone["removed"] = true
					list = append(list, l, gone)
				}
				slices.Reverse(list)
				return list
			}
		}
		q := n.query()
		q.First = int64(rapid.IntRange(0, int(q.Last)).Draw(t, "first"))
		q.Last = int64(rapid.IntRange(int(q.First), int(q.Last)).Draw(t, "last"))
		var want []Transfer
		for _, e := range n.events {
			if e.Block >= q.First && e.Block <= q.Last {
				want = append(want, e)
			}
		}
		got, err := n.direct().Transfers(t.Context(), q)
		if err != nil || !slices.Equal(got, want) {
			t.Fatalf("%d transfers, want %d: %v", len(got), len(want), err)
		}
	})
}

func TestANodeThatRefusesARangeInAnyWayIsAskedForLess(t *testing.T) {
	type refuse = func(w http.ResponseWriter)
	status := func(code int, body string) refuse {
		return func(w http.ResponseWriter) { w.WriteHeader(code); fmt.Fprint(w, body) }
	}
	for name, refuse := range map[string]refuse{
		"413":                   status(413, ""),
		"400 with an error":     status(400, `{"jsonrpc":"2.0","id":1,"error":{"code":-32600,"message":"up to a 10 block range"}}`),
		"400 with a page":       status(400, "no"),
		"500 with an error":     status(500, `{"jsonrpc":"2.0","id":1,"error":{"code":-32603,"message":"timeout"}}`),
		"504":                   status(504, "gateway timeout"),
		"too long an answer":    status(200, strings.Repeat(" ", 5000)),
		"an answer that is cut": func(w http.ResponseWriter) { w.Header().Set("Content-Length", "99"); fmt.Fprint(w, "{") },
	} {
		t.Run(name, func(t *testing.T) {
			n := newNode(t, 2000)
			want := []Transfer{n.pay(3, "7919"), n.pay(1999, "13")}
			n.http = func(w http.ResponseWriter, method string, times int) bool {
				if method != "eth_getLogs" || times > 4 {
					return false
				}
				refuse(w)
				return true
			}
			c := n.dial()
			c.answerBytes = 4000
			got, err := c.Transfers(t.Context(), n.query())
			if err != nil {
				t.Fatal(err)
			}
			same(t, got, want)
			if len(n.waited) > 0 {
				t.Errorf("waited %v instead of asking for less at once", n.waited)
			}
		})
	}
}

func TestASlowNodeIsAskedForLess(t *testing.T) {
	n := newNode(t, 2000)
	want := []Transfer{n.pay(1999, "13")}
	n.http = func(_ http.ResponseWriter, method string, times int) bool {
		if method == "eth_getLogs" && times <= 2 {
			time.Sleep(300 * time.Millisecond)
			return true
		}
		return false
	}
	c := n.dial()
	c.answerTime = 100 * time.Millisecond
	got, err := c.Transfers(t.Context(), n.query())
	if err != nil {
		t.Fatal(err)
	}
	same(t, got, want)
}

func TestABusyNodeIsNotAskedForLess(t *testing.T) {
	n := newNode(t, 2000)
	n.http = func(w http.ResponseWriter, method string, _ int) bool {
		if method == "eth_getLogs" {
			w.WriteHeader(429)
		}
		return method == "eth_getLogs"
	}
	_, err := n.dial().Transfers(t.Context(), n.query())
	contains(t, err, "too many questions", "try again later")
	if n.asked["eth_getLogs"] != tries {
		t.Errorf("asked %d times", n.asked["eth_getLogs"])
	}
}

func TestANodeThatRefusesEvenOneBlockIsAnError(t *testing.T) {
	n := newNode(t, 2000)
	n.rangeError = `{"code":-32000,"message":"logs are not kept"}`
	n.answer = func(method string, _ []json.RawMessage) any {
		if method == "eth_getLogs" {
			return json.RawMessage(n.rangeError)
		}
		return nil
	}
	_, err := n.dial().Transfers(t.Context(), n.query())
	contains(t, err, "logs are not kept", "use another node")
	if n.asked["eth_getLogs"] > 20 {
		t.Errorf("asked %d times", n.asked["eth_getLogs"])
	}
}

func TestAnAnswerCutOffWithoutAWordIsFound(t *testing.T) {
	t.Run("at a round number", func(t *testing.T) {
		n := newNode(t, 4000)
		for i := range 250 {
			n.pay(int64(i*13), fmt.Sprint(100+i))
		}
		n.cutAt = 100
		got, err := n.dial().Transfers(t.Context(), n.query())
		if err != nil {
			t.Fatal(err)
		}
		same(t, got, n.events)
	})
	t.Run("within a transaction", func(t *testing.T) {
		n := newNode(t, 40)
		for range 9 {
			n.payIn(17, hash("7a75", 1), "7919")
		}
		n.cutAt = 7
		_, err := n.dial().Transfers(t.Context(), n.query())
		contains(t, err, "has 9 transfers in its receipt, and eth_getLogs returns 7", "use another node")
	})
	t.Run("100 in one block are no cut", func(t *testing.T) {
		n := newNode(t, 4000)
		for range 100 {
			n.payIn(1234, hash("7a75", 1), "7919")
		}
		got, err := n.dial().Transfers(t.Context(), n.query())
		if err != nil {
			t.Fatal(err)
		}
		same(t, got, n.events)
	})
}

func TestWhatWasWithdrawnOrFailedDoesNotCount(t *testing.T) {
	n := newNode(t, 100)
	kept, gone, failed := n.pay(3, "7919"), n.pay(5, "104729"), n.pay(7, "13")
	n.failed[failed.TxHash] = true
	n.logs = func(list []map[string]any) []map[string]any {
		for _, l := range list {
			l["removed"] = l["transactionHash"] == gone.TxHash
		}
		return list
	}
	got, err := n.dial().Transfers(t.Context(), n.query())
	if err != nil {
		t.Fatal(err)
	}
	same(t, got, []Transfer{kept})
}

func TestAChainThatChangesWhileItIsReadMustBeReadAgain(t *testing.T) {
	for _, c := range []struct {
		name, after string
		change      func(n *node)
	}{
		{"the transaction is dropped", "eth_getLogs", func(n *node) { n.events = nil }},
		{"the transaction moves to another block", "eth_getLogs", func(n *node) { n.events[0].BlockHash = hash("0e1f", 4) }},
		{"the block is replaced after the receipt was read", "eth_getTransactionReceipt", func(n *node) { n.blocks[3].Hash = hash("0e1f", 3) }},
		{"the last block is replaced", "eth_getTransactionReceipt", func(n *node) { n.blocks[99].Hash = hash("0e1f", 99) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := newNode(t, 100)
			n.pay(3, "7919")
			n.after = func(method string) {
				if method == c.after {
					c.change(n)
				}
			}
			_, err := n.dial().Transfers(t.Context(), n.query())
			if !errors.Is(err, ErrReorganised) {
				t.Fatalf("%v", err)
			}
			contains(t, err, "run again in a few minutes", "block ")
		})
	}
	t.Run("two blocks of one number", func(t *testing.T) {
		n := newNode(t, 100)
		n.pay(3, "7919")
		second := n.pay(3, "13")
		n.logs = func(list []map[string]any) []map[string]any {
			for _, l := range list {
				if l["transactionHash"] == second.TxHash {
					l["blockHash"] = hash("0e1f", 3)
				}
			}
			return list
		}
		_, err := n.dial().Transfers(t.Context(), n.query())
		if !errors.Is(err, ErrReorganised) {
			t.Errorf("%v", err)
		}
	})
}

func TestAnEventThatIsNotWhatWasAskedForIsAnError(t *testing.T) {
	set := func(key string, value any) func(l map[string]any) {
		return func(l map[string]any) { l[key] = value }
	}
	padded := func(a string) string { return "0x" + encodeAddress(a) }
	for name, change := range map[string]func(l map[string]any){
		"another contract":           set("address", fake),
		"another sender":             set("topics", []string{topicTransfer, padded(other), padded(payee)}),
		"another event":              set("topics", []string{hash("abcd", 1), padded(safe), padded(payee)}),
		"two topics":                 set("topics", []string{topicTransfer, padded(safe)}),
		"four topics, as NFTs have":  set("topics", []string{topicTransfer, padded(safe), padded(payee), padded(payee)}),
		"a recipient too long":       set("topics", []string{topicTransfer, padded(safe), "0x01" + encodeAddress(payee)[2:]}),
		"no data":                    set("data", "0x"),
		"data of two words":          set("data", "0x"+wordOf(1)+wordOf(2)),
		"data that is no hex":        set("data", "7919"),
		"a block before the range":   set("blockNumber", "0x1"),
		"a block after the range":    set("blockNumber", "0x63"),
		"no block, as pending":       set("blockNumber", nil),
		"no block hash":              set("blockHash", nil),
		"a short transaction hash":   set("transactionHash", "0x77"),
		"no place in the block":      set("logIndex", nil),
		"a place that is a number":   set("logIndex", 7),
		"an address that is no text": set("address", 7),
	} {
		t.Run(name, func(t *testing.T) {
			n := newNode(t, 100)
			n.pay(30, "7919")
			n.logs = func(list []map[string]any) []map[string]any {
				for _, l := range list {
					change(l)
				}
				return list
			}
			q := n.query()
			q.First, q.Last = 20, 40
			_, err := n.dial().Transfers(t.Context(), q)
			contains(t, err, "eth_getLogs: the node's answer is wrong", "use another node")
		})
	}
}

func TestAReceiptThatContradictsTheEventsIsAnError(t *testing.T) {
	for _, c := range []struct{ name, receipt, want string }{
		{"another transaction's", `{"transactionHash":"` + hash("7a75", 9) + `","blockHash":"` + hash("b10c", 3) + `","status":"0x1"}`, "the receipt of"},
		{"without status", `{"transactionHash":"` + hash("7a75", 0) + `","blockHash":"` + hash("b10c", 3) + `"}`, "is not a number"},
		{"with a status of its own", `{"transactionHash":"` + hash("7a75", 0) + `","blockHash":"` + hash("b10c", 3) + `","status":"0x2"}`, "status 2"},
		{"a text", `"ok"`, "no receipt"},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := newNode(t, 100)
			n.pay(3, "7919")
			n.answer = func(method string, _ []json.RawMessage) any {
				if method == "eth_getTransactionReceipt" {
					return json.RawMessage(c.receipt)
				}
				return nil
			}
			_, err := n.dial().Transfers(t.Context(), n.query())
			contains(t, err, c.want, "use another node")
		})
	}
	t.Run("the same place twice", func(t *testing.T) {
		n := newNode(t, 100)
		n.pay(3, "7919")
		n.pay(3, "13")
		n.events[1].LogIndex = n.events[0].LogIndex
		_, err := n.dial().Transfers(t.Context(), n.query())
		contains(t, err, "two events at place 0 of block 3")
	})
}

func TestAQueryThatTheNodeCannotAnswerIsRefused(t *testing.T) {
	n := newNode(t, 100)
	c := n.dial()
	ask := func(change func(q *Query)) error {
		q := n.query()
		change(&q)
		_, err := c.Transfers(t.Context(), q)
		return err
	}
	contains(t, ask(func(q *Query) { q.ChainID = 1 }), "the node is of chain 8453 instead of 1")
	contains(t, ask(func(q *Query) { q.Last = 100 }), "eth_getBlockByNumber 100", "lags behind")
	contains(t, ask(func(q *Query) { q.First = -1 }), "there is no block -1")
	contains(t, ask(func(q *Query) { q.Token, q.From = "usdc", "" }), `"usdc" is not an address`, `"" is not an address`)
	if err := ask(func(q *Query) { q.First = 50; q.Last = 49 }); err != nil {
		t.Errorf("nothing to read: %v", err)
	}
}
