package chain

import (
	"context"
	"fmt"
)

// SafeThreshold returns how many owners of a Safe must sign what it does, and
// who they are.
func (c *Client) SafeThreshold(ctx context.Context, safe string) (threshold int, owners []string, err error) {
	data, err := c.ask(ctx, safe, selGetThreshold, "a Safe's threshold")
	if err != nil {
		return 0, nil, err
	}
	if threshold, err = decodeSmall(data); err != nil {
		return 0, nil, c.wrong("eth_call", err)
	}
	if data, err = c.ask(ctx, safe, selGetOwners, "a Safe's owners"); err != nil {
		return 0, nil, err
	}
	if owners, err = decodeAddresses(data); err != nil {
		return 0, nil, c.wrong("eth_call", err)
	}
	if threshold < 1 || threshold > len(owners) {
		return 0, nil, fmt.Errorf("%s: the contract %s asks for %d signatures of %d owners; check that it is the Safe", c.place, safe, threshold, len(owners))
	}
	return threshold, owners, nil
}
