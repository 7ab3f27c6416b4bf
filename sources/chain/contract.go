package chain

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
)

// HasCode tells whether a contract stands at an address.
func (c *Client) HasCode(ctx context.Context, address string) (bool, error) {
	address, err := checkAddress(address)
	if err != nil {
		return false, err
	}
	raw, err := c.call(ctx, "eth_getCode", address, "latest")
	if err != nil {
		return false, err
	}
	code, err := parseData(raw)
	if err != nil {
		return false, c.wrong("eth_getCode", err)
	}
	return len(code) > 0, nil
}

// view calls a function that only reads. A contract that refuses is a
// *RevertError.
func (c *Client) view(ctx context.Context, from, to, input string) ([]byte, error) {
	call := map[string]string{"to": to, "data": "0x" + input}
	if from != "" {
		call["from"] = from
	}
	raw, err := c.call(ctx, "eth_call", call, "latest")
	var fail *callError
	if errors.As(err, &fail) && fail.rpc != nil && reverted(fail.rpc) {
		return nil, &RevertError{Reason: c.clean(reasonOf(fail.rpc))}
	}
	if err != nil {
		return nil, err
	}
	data, err := parseData(raw)
	if err != nil {
		return nil, c.wrong("eth_call", err)
	}
	return data, nil
}

// maybe calls a function that a contract need not have: known is false when the
// contract refuses or answers nothing.
func (c *Client) maybe(ctx context.Context, to, input string) (data []byte, known bool, err error) {
	data, err = c.view(ctx, "", to, input)
	var revert *RevertError
	if errors.As(err, &revert) {
		return nil, false, nil
	}
	return data, err == nil && len(data) > 0, err
}

// reverted tells a contract's refusal from a node's. Nodes have no code in
// common for it.
func reverted(e *rpcError) bool {
	if e.Code == 3 || revertData(e.Data) != nil {
		return true
	}
	text := strings.ToLower(e.Message)
	return slices.ContainsFunc([]string{"revert", "vm exception", "vm execution error", "invalid opcode", "invalid jump", "stack underflow", "bad instruction"},
		func(words string) bool { return strings.Contains(text, words) })
}

func reasonOf(e *rpcError) string {
	if reason, err := revertReason(revertData(e.Data)); err == nil {
		return reason
	}
	if e.Message == "" {
		return "no reason given"
	}
	return e.Message
}

// revertData finds what the contract returned: bytes, bytes after the word
// Reverted, or bytes in an object's data.
func revertData(raw json.RawMessage) []byte {
	var text string
	if json.Unmarshal(raw, &text) != nil {
		var object struct {
			Data string `json:"data"`
		}
		if json.Unmarshal(raw, &object) != nil {
			return nil
		}
		text = object.Data
	}
	data, err := parseHex(strings.TrimPrefix(text, "Reverted "))
	if err != nil {
		return nil
	}
	return data
}
