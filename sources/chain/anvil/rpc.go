package anvil

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/big"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// RPCError is the node's answer to a call that it refuses.
type RPCError struct {
	Code    int
	Message string
	Data    json.RawMessage // of a revert: the bytes it reverted with, as a hex string
}

func (e *RPCError) Error() string { return fmt.Sprintf("%s (%d)", e.Message, e.Code) }

// Reason is why a call reverted, such as GS013: the contract's own words, or
// else the node's.
func (e *RPCError) Reason() string {
	var data string
	if json.Unmarshal(e.Data, &data) == nil {
		if b := unhex(data); len(b) >= 4+32+32 && bytes.Equal(b[:4], selector("Error(string)")) {
			size := new(big.Int).SetBytes(b[36:68])
			if size.IsInt64() && size.Int64() <= int64(len(b)-68) {
				return string(b[68 : 68+size.Int64()])
			}
		}
	}
	return e.Message
}

// Call calls a method of the node and stores what it returns in result, which
// may be nil.
func (n *Node) Call(result any, method string, params ...any) {
	n.t.Helper()
	if err := n.TryCall(result, method, params...); err != nil {
		n.t.Fatalf("anvil: %s: %v", method, err)
	}
}

// TryCall is Call for a method that the node may refuse: the error is then an
// *RPCError.
func (n *Node) TryCall(result any, method string, params ...any) error {
	n.t.Helper()
	if params == nil {
		params = []any{}
	}
	body, err := json.Marshal(map[string]any{"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
	if err != nil {
		n.t.Fatal(err)
	}
	response, err := n.http.Post(n.url, "application/json", bytes.NewReader(body))
	if err != nil {
		n.t.Fatalf("anvil: %s: %v", method, err)
	}
	defer response.Body.Close()
	var answer struct {
		Result json.RawMessage
		Error  *RPCError
	}
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil || response.StatusCode != http.StatusOK {
		n.t.Fatalf("anvil: %s: %s: %v", method, response.Status, err)
	}
	if answer.Error != nil {
		return answer.Error
	}
	if result != nil {
		if err := json.Unmarshal(answer.Result, result); err != nil {
			n.t.Fatalf("anvil: %s returned %s: %v", method, answer.Result, err)
		}
	}
	return nil
}

// Receipt is what became of a transaction.
type Receipt struct {
	TxHash   string
	Block    int64
	Time     time.Time // of the block, UTC
	GasUsed  int64
	Reverted bool // it is in its block, and changed nothing

	logs []log
}

type log struct {
	Address string
	Topics  []string
	Data    string
}

// gasLimit of every transaction that is sent: half a block of anvil's.
const gasLimit = 15_000_000

// Send sends a transaction from an unlocked account, with no coins, and returns
// its receipt. One that reverts is mined all the same.
func (n *Node) Send(from, to string, data []byte) Receipt {
	n.t.Helper()
	tx := map[string]any{"from": from, "data": hexOf(data), "gas": quantity(gasLimit)}
	if to != "" {
		tx["to"] = to
	}
	var hash string
	n.Call(&hash, "eth_sendTransaction", tx)
	// The node answers as soon as it holds the transaction, and mines it then.
	for range 1000 {
		if r, mined := n.receipt(hash); mined {
			return r
		}
		time.Sleep(5 * time.Millisecond)
	}
	n.t.Fatalf("anvil: transaction %s is not mined", hash)
	return Receipt{}
}

func (n *Node) receipt(hash string) (r Receipt, mined bool) {
	n.t.Helper()
	var raw *struct {
		BlockNumber, GasUsed, Status, ContractAddress string
		Logs                                          []log
	}
	n.Call(&raw, "eth_getTransactionReceipt", hash)
	if raw == nil {
		return Receipt{}, false
	}
	var block struct{ Timestamp string }
	n.Call(&block, "eth_getBlockByNumber", raw.BlockNumber, false)
	return Receipt{
		TxHash:   hash,
		Block:    n.int64(raw.BlockNumber),
		Time:     time.Unix(n.int64(block.Timestamp), 0).UTC(),
		GasUsed:  n.int64(raw.GasUsed),
		Reverted: raw.Status != "0x1",
		logs:     raw.Logs,
	}, true
}

// must ends the test for a transaction that reverted.
func (n *Node) must(what string, r Receipt) Receipt {
	n.t.Helper()
	if r.Reverted {
		n.t.Fatalf("anvil: %s: transaction %s reverted", what, r.TxHash)
	}
	return r
}

// view calls a contract without a transaction.
func (n *Node) view(from, to string, data []byte) ([]byte, error) {
	n.t.Helper()
	call := map[string]any{"to": to, "data": hexOf(data)}
	if from != "" {
		call["from"] = from
	}
	var out string
	if err := n.TryCall(&out, "eth_call", call, "latest"); err != nil {
		return nil, err
	}
	return unhex(out), nil
}

func (n *Node) int64(quantity string) int64 {
	n.t.Helper()
	v, err := strconv.ParseInt(strings.TrimPrefix(quantity, "0x"), 16, 64)
	if err != nil {
		n.t.Fatalf("anvil: not a quantity: %v", err)
	}
	return v
}

func quantity(v int64) string { return "0x" + strconv.FormatInt(v, 16) }

func hexOf(b []byte) string { return "0x" + hex.EncodeToString(b) }

// unhex reads 0x and hex digits; what is none is nil.
func unhex(s string) []byte {
	b, err := hex.DecodeString(strings.TrimPrefix(s, "0x"))
	if err != nil {
		return nil
	}
	return b
}
