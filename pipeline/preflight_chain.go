package pipeline

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/shopspring/decimal"

	"fleetpay/outputs"
	"fleetpay/rules"
	"fleetpay/sources/chain"
)

// ask looks at each chain that a node is given for.
func (f *preflighting) ask(ctx context.Context, nodes []*chain.Client) error {
	byID := map[int64]*chain.Client{}
	for _, node := range nodes {
		id, err := node.ChainID(ctx)
		if err != nil {
			return err
		}
		if other := byID[id]; other != nil {
			return refuse("%s and %s are both nodes of %s; give one of them with --rpc", other.Place(), node.Place(), chainNamed(id))
		}
		byID[id] = node
		if !f.month.paysOn(id) {
			f.wide(chainNamed(id), rules.SeverityWarning, "foreign-node",
				fmt.Sprintf("the node %s is of a chain on which nothing is to be paid", node.Place()),
				"leave its --rpc away, or check that it is the node that is meant")
		}
	}
	for i := range f.chains {
		node := byID[f.chains[i].ChainID]
		if node == nil {
			continue
		}
		f.chains[i].Node = node.Place()
		known, ok := outputs.LookupChain(f.chains[i].Chain)
		if !ok || known.ID != f.chains[i].ChainID {
			continue // told already
		}
		o := &onChain{preflighting: f, PreflightChain: &f.chains[i], node: node, token: known.Token, blacklisted: map[string]bool{}}
		if err := o.look(ctx); err != nil {
			return err
		}
	}
	return nil
}

// paysOn tells whether a month has payments on a chain, made or not.
func (m *paidMonth) paysOn(id int64) bool {
	return slices.ContainsFunc(m.manifest.Chains, func(c outputs.ManifestChain) bool { return c.ChainID == id })
}

// chainNamed is a chain's name, or its number when it is none of ours.
func chainNamed(id int64) string {
	for _, name := range outputs.ChainNames() {
		if c, _ := outputs.LookupChain(name); c.ID == id {
			return name
		}
	}
	return fmt.Sprintf("chain %d", id)
}

// onChain looks at one chain through its node.
type onChain struct {
	*preflighting
	*PreflightChain
	node  *chain.Client
	token string
	moves bool // the token can be moved out of the Safe, so that simulating tells something
	short bool // the Safe holds less than is to be paid from it

	blacklisted map[string]bool // wallets
}

func (o *onChain) look(ctx context.Context) error {
	there, err := o.node.HasCode(ctx, o.token)
	if err != nil {
		return err
	}
	if !there {
		o.wrong("no-token", fmt.Sprintf("the node %s has no contract at the USDC contract %s", o.node.Place(), o.token),
			"check that the node is of the real chain and has caught up; nothing else was looked at there")
		return nil
	}
	o.moves = true
	for _, look := range []func(context.Context) error{o.lookAtToken, o.lookAtSafe, o.lookAtPayees, o.simulate} {
		var other *chain.ContractError // the Safe's was told where it was asked
		switch err := look(ctx); {
		case errors.As(err, &other):
			o.wrong("no-token", fmt.Sprintf("the contract %s does not tell %s, so that it is no token", o.token, other.What),
				"check that the node is of the real chain and has caught up; nothing else was looked at there")
			return nil
		case err != nil:
			return err
		}
	}
	return nil
}

func (o *onChain) wrong(kind, message, do string) {
	o.wide(o.Chain, rules.SeverityError, kind, message, do)
}

// lookAtToken asks whether the contract is the USDC that the manifest means.
func (o *onChain) lookAtToken(ctx context.Context) error {
	decimals, err := o.node.Decimals(ctx, o.token)
	if err != nil {
		return err
	}
	const distrust = "pay nothing on this chain before it is known which contract that is"
	for _, m := range o.month.manifest.Chains {
		if m.Chain == o.Chain && m.Decimals != decimals {
			o.wrong("token-decimals", fmt.Sprintf("the token %s has %d decimals, and the manifest counts with %d", o.token, decimals, m.Decimals), distrust)
		}
	}
	symbol, err := o.node.Symbol(ctx, o.token)
	if err != nil {
		return err
	}
	if want := o.month.manifest.Asset; symbol != want {
		o.wrong("token-symbol", fmt.Sprintf("the token %s calls itself %q and not %s", o.token, symbol, want), distrust)
	}
	paused, _, err := o.node.Paused(ctx, o.token) // a token that can't be paused is none the worse
	if err != nil {
		return err
	}
	if paused {
		o.moves = false
		o.wrong("token-paused", "the token is paused, so that nobody can move it and no transfer was simulated", "wait until its issuer ends that, and check again")
	}
	return nil
}

const checkSafe = "check its address under payments: safes in fleetpay.yaml, or create the Safe on this chain"

// lookAtSafe asks whether the Safe can pay all that is to be paid.
func (o *onChain) lookAtSafe(ctx context.Context) error {
	if o.Safe == "" {
		o.moves = false // told already
		return nil
	}
	there, err := o.node.HasCode(ctx, o.Safe)
	if err != nil {
		return err
	}
	if there {
		if err := o.lookAtOwners(ctx); err != nil {
			return err
		}
	} else {
		o.wrong("no-safe-contract", fmt.Sprintf("there is no contract at the Safe %s, and a plain account can't execute a batch", o.Safe),
			checkSafe)
	}
	listed, known, err := o.node.Blacklisted(ctx, o.token, o.Safe)
	if err != nil {
		return err
	}
	switch {
	case listed:
		o.moves = false
		o.wrong("safe-blacklisted", fmt.Sprintf("the Safe %s is blacklisted by the token, so that it can't pay and no transfer was simulated", o.Safe),
			"ask the token's issuer why, or pay from another Safe")
	case !known:
		o.wide(o.Chain, rules.SeverityWarning, "no-blacklist", "the token does not tell whom it has blacklisted, as USDC does",
			"make sure that it is the contract that is meant")
	}
	return o.lookAtBalance(ctx)
}

// lookAtOwners asks who must sign what the Safe does.
func (o *onChain) lookAtOwners(ctx context.Context) error {
	threshold, owners, err := o.node.SafeThreshold(ctx, o.Safe)
	var other *chain.ContractError
	if errors.As(err, &other) {
		o.wrong("no-safe-contract", fmt.Sprintf("the contract at the Safe %s does not tell %s, so that it is no Safe", o.Safe, other.What), checkSafe)
		return nil
	}
	if err != nil {
		return err
	}
	signers := len(owners)
	o.Threshold, o.Owners = &threshold, &signers
	if threshold == 1 {
		o.wide(o.Chain, rules.SeverityWarning, "safe-threshold", fmt.Sprintf("one owner of %d alone can pay from the Safe %s", len(owners), o.Safe),
			"have the Safe ask for two signatures or more")
	}
	return nil
}

// lookAtBalance holds what the Safe has against all that draws on it: what is to be
// given out now, and what was given out and not seen yet.
func (o *onChain) lookAtBalance(ctx context.Context) error {
	units, err := o.node.Balance(ctx, o.token, o.Safe)
	if err != nil {
		return err
	}
	has, err := decimal.NewFromString(units)
	if err != nil {
		return fmt.Errorf("%s: the balance %q is no number: %w", o.node.Place(), units, err)
	}
	now, err := decimal.NewFromString(o.BaseUnits)
	if err != nil {
		return err
	}
	balance := outputs.USDC(has)
	o.Balance = &balance
	needs := now.Add(unitsOf(o.unseenUnits))
	if has.Cmp(needs) >= 0 {
		return nil
	}
	o.short = true
	what := fmt.Sprintf("the Safe %s holds %s USDC, and %s are to be given out", o.Safe, balance, outputs.USDC(now))
	do := fmt.Sprintf("fund it, or give out less: fleetpay payments export %s --without PAYMENT_ID", o.month.period)
	if o.Unseen > 0 {
		what += fmt.Sprintf(" beside %s given out and not seen yet", o.UnseenAmount)
		do += fmt.Sprintf("; if that was executed already, run fleetpay settle %s --rpc URL, and check again", o.unseenIn)
	}
	o.wrong("safe-balance", fmt.Sprintf("%s: %s are missing", what, outputs.USDC(needs.Sub(has))), do)
	return nil
}
