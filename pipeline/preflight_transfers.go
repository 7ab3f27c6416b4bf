package pipeline

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"fleetpay/outputs"
	"fleetpay/rules"
	"fleetpay/sources/chain"
)

// askedAtOnce is how many questions a node is asked at the same time.
const askedAtOnce = 8

// lookAtPayees asks of each wallet whether the token refuses it, and whether it
// is a contract.
func (o *onChain) lookAtPayees(ctx context.Context) error {
	payments := map[string][]int{} // places in the list, by wallet
	var wallets []string
	for _, i := range o.sendable() {
		wallet := o.list[i].Wallet
		if len(payments[wallet]) == 0 {
			wallets = append(wallets, wallet)
		}
		payments[wallet] = append(payments[wallet], i)
	}
	listed, contract := make([]bool, len(wallets)), make([]bool, len(wallets))
	err := atOnce(ctx, len(wallets), func(ctx context.Context, i int) (err error) {
		if listed[i], _, err = o.node.Blacklisted(ctx, o.token, wallets[i]); err == nil {
			contract[i], err = o.node.HasCode(ctx, wallets[i])
		}
		return err
	})
	if err != nil {
		return err
	}
	for n, wallet := range wallets {
		for _, i := range payments[wallet] {
			if o.blacklisted[wallet] = listed[n]; listed[n] {
				o.payment(i, rules.SeverityError, "blacklisted", fmt.Sprintf("wallet %s is blacklisted by the token on %s",
					outputs.ChecksumAddress(wallet), o.Chain), o.neverPaid(o.list[i]))
			}
			if contract[n] {
				o.payment(i, rules.SeverityInfo, "contract-wallet", fmt.Sprintf("wallet %s is a contract on %s",
					outputs.ChecksumAddress(wallet), o.Chain), "make sure that it can move USDC")
			}
		}
	}
	return nil
}

// exceedsBalance is in the reason for which USDC refuses to move what is not there.
const exceedsBalance = "exceeds balance"

// simulate has the node try each transfer, alone, out of the Safe, unless a
// finding has said already that it can't go through. That a Safe which is short has
// too little for one of them is no fault of the payee's, and was told of the Safe.
func (o *onChain) simulate(ctx context.Context) error {
	if !o.moves {
		return nil
	}
	places := slices.DeleteFunc(o.sendable(), func(i int) bool { return o.blacklisted[o.list[i].Wallet] })
	reasons := make([]string, len(places))
	err := atOnce(ctx, len(places), func(ctx context.Context, n int) error {
		p := o.list[places[n]]
		err := o.node.SimulateTransfer(ctx, o.token, o.Safe, p.Wallet, p.Units)
		var revert *chain.RevertError
		if errors.As(err, &revert) {
			reasons[n], err = revert.Reason, nil
		}
		return err
	})
	if err != nil {
		return err
	}
	for n, i := range places {
		if reasons[n] != "" && !(o.short && strings.Contains(reasons[n], exceedsBalance)) {
			p := o.list[i]
			o.payment(i, rules.SeverityError, "transfer-fails", fmt.Sprintf("the transfer of %s USDC to %s would fail on %s: %s",
				p.Amount, outputs.ChecksumAddress(p.Wallet), o.Chain, reasons[n]), leaveOut(p))
		}
	}
	return nil
}

// sendable lists the places of the chain's payments whose wallet is an address.
func (o *onChain) sendable() []int {
	var places []int
	for _, i := range o.on(o.Chain) {
		if outputs.ChecksumAddress(o.list[i].Wallet) != "" {
			places = append(places, i)
		}
	}
	return places
}

// atOnce runs do for 0 to n-1, a few at a time, and ends with the first error.
func atOnce(ctx context.Context, n int, do func(ctx context.Context, i int) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var running sync.WaitGroup
	slots := make(chan struct{}, askedAtOnce)
	for i := range n {
		slots <- struct{}{}
		if ctx.Err() != nil {
			break
		}
		running.Go(func() {
			defer func() { <-slots }()
			if err := do(ctx, i); err != nil {
				cancel(err)
			}
		})
	}
	running.Wait()
	return context.Cause(ctx)
}
