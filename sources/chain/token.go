package chain

import (
	"context"
	"fmt"
	"math/big"

	"fleetpay/sources/fetch"
)

// Decimals returns how many decimals a token has.
func (c *Client) Decimals(ctx context.Context, token string) (int, error) {
	data, err := c.ask(ctx, token, selDecimals, "its decimals")
	if err != nil {
		return 0, err
	}
	n, err := decodeSmall(data)
	if err != nil {
		return 0, c.wrong("eth_call", err)
	}
	return n, nil
}

// Symbol returns a token's short name, printable. Anybody can give a token any.
func (c *Client) Symbol(ctx context.Context, token string) (string, error) {
	data, err := c.ask(ctx, token, selSymbol, "its symbol")
	if err != nil {
		return "", err
	}
	text, err := decodeString(data)
	if err != nil {
		return "", c.wrong("eth_call", err)
	}
	return fetch.Printable(text), nil
}

// Balance returns what a holder has of a token, in its smallest unit.
func (c *Client) Balance(ctx context.Context, token, holder string) (string, error) {
	holder, err := checkAddress(holder)
	if err != nil {
		return "", err
	}
	data, err := c.ask(ctx, token, selBalanceOf+encodeAddress(holder), "a balance")
	if err != nil {
		return "", err
	}
	n, err := decodeUint(data)
	if err != nil {
		return "", c.wrong("eth_call", err)
	}
	return n.String(), nil
}

// Paused tells whether a token is stopped for all; known is false for a token
// that can't be.
func (c *Client) Paused(ctx context.Context, token string) (paused, known bool, err error) {
	return c.flag(ctx, token, selPaused)
}

// Blacklisted tells whether a token refuses to move to or from an address;
// known is false for a token that keeps no such list.
func (c *Client) Blacklisted(ctx context.Context, token, address string) (listed, known bool, err error) {
	address, err = checkAddress(address)
	if err != nil {
		return false, false, err
	}
	return c.flag(ctx, token, selIsBlacklisted+encodeAddress(address))
}

func (c *Client) flag(ctx context.Context, token, input string) (set, known bool, err error) {
	token, err = checkAddress(token)
	if err != nil {
		return false, false, err
	}
	data, known, err := c.maybe(ctx, token, input)
	if err != nil || !known {
		return false, false, err
	}
	set, err = decodeBool(data)
	if err != nil {
		return false, false, c.wrong("eth_call", err)
	}
	return set, true, nil
}

// ask calls a function that every contract of the kind has.
func (c *Client) ask(ctx context.Context, contract, input, what string) ([]byte, error) {
	contract, err := checkAddress(contract)
	if err != nil {
		return nil, err
	}
	data, known, err := c.maybe(ctx, contract, input)
	if err != nil {
		return nil, err
	}
	if !known {
		return nil, &ContractError{c.place, contract, what}
	}
	return data, nil
}

// SimulateTransfer has the node try transfer(to, units) as if from sent it, and
// nothing else were sent before. A token that would refuse is a *RevertError;
// every other error is the connection's or the caller's.
func (c *Client) SimulateTransfer(ctx context.Context, token, from, to, units string) error {
	var addresses [3]string
	for i, address := range []string{token, from, to} {
		lower, err := checkAddress(address)
		if err != nil {
			return err
		}
		addresses[i] = lower
	}
	amount, err := encodeUint(units)
	if err != nil {
		return err
	}
	data, err := c.view(ctx, addresses[1], addresses[0], selTransfer+encodeAddress(addresses[2])+amount)
	if err != nil {
		return err
	}
	if len(data) == 0 {
		return &RevertError{Reason: "no answer, as from an address without such a contract"}
	}
	if len(data)%word == 4 { // some nodes hand over what a revert returned as if it were an answer
		if reason, err := revertReason(data); err == nil {
			return &RevertError{Reason: c.clean(reason)}
		}
	}
	switch n := new(big.Int).SetBytes(data); {
	case len(data) != word || n.BitLen() > 1:
		return c.wrong("eth_call", fmt.Errorf("a transfer answers 0x%x instead of true or false", data))
	case n.Sign() == 0:
		return &RevertError{Reason: "the transfer answers false"}
	}
	return nil
}
