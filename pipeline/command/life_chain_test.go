package command

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// lifeTransfer is what a transaction moves. Addresses are lower case; units are
// the token's smallest.
type lifeTransfer struct {
	from, to string
	units    int64
}

// lifeTx is a transaction on a model chain.
type lifeTx struct {
	hash      string
	failed    bool
	transfers []lifeTransfer
	file      *lifeFile // the batch whose rows it makes; nil for one made by hand
}

type lifeBlock struct {
	hash string
	time int64
	txs  []*lifeTx
}

// lifeChain is a chain that only knows USDC. It is what the tests hold to be
// true; a node of it answers JSON-RPC.
type lifeChain struct {
	mu          sync.Mutex
	name        string
	id          int64
	token, safe string // lower case
	url         string
	blocks      []lifeBlock
	final       int // index of the last block that stands for good
	hashes      int
}

func newLifeChain(name string, id int64, token, safe string, began int64) *lifeChain {
	c := &lifeChain{name: name, id: id, token: strings.ToLower(token), safe: strings.ToLower(safe)}
	for i := range int64(5) {
		c.blocks = append(c.blocks, lifeBlock{c.hash(), began - 30*86400 + i, nil})
	}
	c.final = len(c.blocks) - 1
	return c
}

// serve starts the chain's node. It returns how to stop it.
func (c *lifeChain) serve() (stop func()) {
	server := httptest.NewServer(http.HandlerFunc(c.answer))
	c.url = server.URL
	return server.Close
}

func (c *lifeChain) hash() string {
	c.hashes++
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %d", c.name, c.hashes))
	return "0x" + hex.EncodeToString(sum[:])
}

// mine adds a block at a time, or right after the last one.
func (c *lifeChain) mine(at int64, txs ...*lifeTx) {
	c.mu.Lock()
	defer c.mu.Unlock()
	last := c.blocks[len(c.blocks)-1].time
	c.blocks = append(c.blocks, lifeBlock{c.hash(), max(at, last+1), txs})
}

// finalize makes all blocks final but the last few.
func (c *lifeChain) finalize(but int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.final = max(c.final, len(c.blocks)-1-but)
}

// reorganise replaces blocks that are not final. A transaction in them is mined
// again, in its old place or later, or is lost. It tells how many of each.
func (c *lifeChain) reorganise(random *rand.Rand) (again, lost int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	open := len(c.blocks) - 1 - c.final
	if open == 0 {
		return 0, 0
	}
	first := c.final + 1 + random.IntN(open)
	var waiting []*lifeTx
	for i := first; i < len(c.blocks); i++ {
		b := &c.blocks[i]
		waiting = append(waiting, b.txs...)
		b.hash, b.txs = c.hash(), nil
		b.time++ // of another miner
		for len(waiting) > 0 && (i == len(c.blocks)-1 || random.IntN(2) == 0) {
			tx := waiting[0]
			waiting = waiting[1:]
			if random.IntN(3) == 0 {
				lost++
				continue
			}
			again++
			b.txs = append(b.txs, tx)
		}
	}
	for i := first; i < len(c.blocks); i++ {
		c.blocks[i].time = max(c.blocks[i].time, c.blocks[i-1].time+1)
	}
	return again, lost
}

// each calls f for each transfer that stands, with its transaction and block.
func (c *lifeChain) each(f func(block int, tx *lifeTx, t lifeTransfer)) {
	for i := range c.blocks {
		for _, tx := range c.blocks[i].txs {
			if tx.failed {
				continue
			}
			for _, t := range tx.transfers {
				f(i, tx, t)
			}
		}
	}
}

// answer is a node of the chain.
func (c *lifeChain) answer(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var q struct {
		ID     json.RawMessage
		Method string
		Params []json.RawMessage
	}
	if err := json.NewDecoder(r.Body).Decode(&q); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	text := func(i int) (s string) {
		_ = json.Unmarshal(q.Params[i], &s) // what is no text is no block either
		return s
	}
	var result any
	switch q.Method {
	case "eth_chainId":
		result = quantity(c.id)
	case "eth_getCode":
		result = "0x"
		if text(0) == c.token {
			result = "0x60"
		}
	case "eth_getBlockByNumber":
		result = c.block(text(0))
	case "eth_getLogs":
		result = c.logs(q.Params[0])
	case "eth_getTransactionReceipt":
		result = c.receipt(text(0))
	}
	reply := map[string]any{"jsonrpc": "2.0", "id": q.ID, "result": result}
	if q.Method == "eth_call" {
		reply = map[string]any{"jsonrpc": "2.0", "id": q.ID, "error": map[string]any{"code": -32601, "message": "no such method"}}
	}
	_ = json.NewEncoder(w).Encode(reply) // whoever asked may be killed by now
}

func quantity(n int64) string { return "0x" + strconv.FormatInt(n, 16) }

// number reads a block's number or tag.
func (c *lifeChain) number(which string) int {
	switch which {
	case "latest":
		return len(c.blocks) - 1
	case "finalized":
		return c.final
	}
	n, err := strconv.ParseInt(strings.TrimPrefix(which, "0x"), 16, 32)
	if err != nil {
		return len(c.blocks)
	}
	return int(n)
}

func (c *lifeChain) block(which string) any {
	n := c.number(which)
	if n >= len(c.blocks) {
		return nil
	}
	b := c.blocks[n]
	return map[string]any{"number": quantity(int64(n)), "hash": b.hash, "timestamp": quantity(b.time), "transactions": []string{}}
}

func (c *lifeChain) logs(raw json.RawMessage) any {
	var q struct {
		Address, FromBlock, ToBlock string
		Topics                      []string
	}
	list := []map[string]any{}
	if json.Unmarshal(raw, &q) != nil || strings.ToLower(q.Address) != c.token {
		return list
	}
	for n := c.number(q.FromBlock); n <= c.number(q.ToBlock) && n < len(c.blocks); n++ {
		for _, entry := range c.entries(n) {
			if entry["topics"].([]string)[1] == strings.ToLower(q.Topics[1]) {
				list = append(list, entry)
			}
		}
	}
	return list
}

// transferTopic is the Keccak-256 of Transfer(address,address,uint256).
const transferTopic = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"

// entries are the events of a block. Like some nodes', those of failed
// transactions are among them; their receipts tell.
func (c *lifeChain) entries(n int) []map[string]any {
	var list []map[string]any
	for _, tx := range c.blocks[n].txs {
		for _, t := range tx.transfers {
			list = append(list, map[string]any{
				"address": c.token, "topics": []string{transferTopic, padded(t.from), padded(t.to)},
				"data": fmt.Sprintf("0x%064x", t.units), "blockNumber": quantity(int64(n)), "blockHash": c.blocks[n].hash,
				"transactionHash": tx.hash, "logIndex": quantity(int64(len(list))), "removed": false,
			})
		}
	}
	return list
}

func padded(address string) string { return "0x" + strings.Repeat("0", 24) + address[2:] }

func (c *lifeChain) receipt(hash string) any {
	for n := range c.blocks {
		i := slices.IndexFunc(c.blocks[n].txs, func(tx *lifeTx) bool { return tx.hash == hash })
		if i < 0 {
			continue
		}
		status, logs := "0x1", []map[string]any{}
		if c.blocks[n].txs[i].failed {
			status = "0x0"
		} else {
			for _, entry := range c.entries(n) {
				if entry["transactionHash"] == hash {
					logs = append(logs, entry)
				}
			}
		}
		return map[string]any{"transactionHash": hash, "blockNumber": quantity(int64(n)), "blockHash": c.blocks[n].hash, "status": status, "logs": logs}
	}
	return nil
}

// explorer writes the CSV export of the Safe's token transfers up to a block,
// with what the Safe got in the beginning and a token that calls itself USDC.
func (c *lifeChain) explorer(upTo int) string {
	var b strings.Builder
	b.WriteString(`"Transaction Hash","Blockno","UnixTimestamp","DateTime (UTC)","From","To","TokenValue","USDValueDayOfTx","ContractAddress","TokenName","TokenSymbol"` + "\n")
	row := func(n int, hash, from, to string, units int64, token string) {
		at := c.blocks[n].time
		fmt.Fprintf(&b, "%q,%q,%q,%q,%q,%q,\"%d.%06d\",\"\",%q,\"USDC\",\"USDC\"\n", hash, strconv.Itoa(n), strconv.FormatInt(at, 10),
			time.Unix(at, 0).UTC().Format(time.DateTime), from, to, units/1e6, units%1e6, token)
	}
	stranger := "0x" + strings.Repeat("7", 40)
	row(1, "0x"+strings.Repeat("1", 64), stranger, c.safe, 1_000_003_000_000, c.token)
	row(2, "0x"+strings.Repeat("2", 64), c.safe, stranger, 700_000_000, "0x"+strings.Repeat("9", 40))
	c.each(func(n int, tx *lifeTx, t lifeTransfer) {
		if n <= upTo && t.from == c.safe {
			row(n, tx.hash, t.from, t.to, t.units, c.token)
		}
	})
	return b.String()
}
