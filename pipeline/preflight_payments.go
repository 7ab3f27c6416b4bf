package pipeline

import (
	"fmt"
	"strings"

	"fleetpay/outputs"
	"fleetpay/pipeline/payments"
	"fleetpay/rules"
)

// restoring is what to do about what no close of ours would have written.
const restoring = "pay nothing of this period, and restore its closed folder from a copy"

// lookAtPayments holds what is to be paid to the manifest, the chain table and
// the configuration. That the manifest is the closed one, and ties to
// payouts.csv, was found when it was read.
func (f *preflighting) lookAtPayments() {
	for _, c := range f.chains {
		f.lookAtChain(c)
	}
	for i, p := range f.list {
		f.lookAtSum(i, p)
		f.lookAtAddress(i, p)
		f.lookForDouble(i, p)
	}
}

// lookAtChain holds a chain's payments to the manifest's totals, and asks for the
// Safe that pays.
func (f *preflighting) lookAtChain(c PreflightChain) {
	known, ok := outputs.LookupChain(c.Chain)
	if !ok || known.ID != c.ChainID {
		f.wide(c.Chain, rules.SeverityError, "unknown-chain", fmt.Sprintf("the chain %s with id %d is not one of ours", c.Chain, c.ChainID), restoring)
		return
	}
	for _, m := range f.month.manifest.Chains {
		if m.Chain == c.Chain && m.Count == c.Payments && (m.Amount != c.Amount || m.BaseUnits != c.BaseUnits) {
			f.wide(c.Chain, rules.SeverityError, "chain-total", fmt.Sprintf("the payments sum to %s, %s base units, and the manifest says %s, %s",
				c.Amount, c.BaseUnits, m.Amount, m.BaseUnits), restoring)
		}
	}
	if c.Safe == "" {
		f.wide(c.Chain, rules.SeverityError, "no-safe", "no Safe is configured that pays there",
			fmt.Sprintf("write its address in fleetpay.yaml, under payments, as safes: {%s: 0x…}", c.Chain))
	}
}

// lookAtSum holds a payment's token, amount and base units to each other.
func (f *preflighting) lookAtSum(i int, p payments.Payment) {
	known, ok := outputs.LookupChain(p.Chain)
	if ok && p.Token != strings.ToLower(known.Token) {
		f.payment(i, rules.SeverityError, "foreign-token", fmt.Sprintf("token %s is not the USDC contract %s of %s", p.Token, known.Token, p.Chain), restoring)
	}
	if p.Amount.Sign() <= 0 {
		f.payment(i, rules.SeverityError, "amount", fmt.Sprintf("%s is to be paid, and a payment is more than nothing", p.Amount), restoring)
	}
	if want := outputs.BaseUnits(p.Amount); p.Units != want {
		f.payment(i, rules.SeverityError, "base-units", fmt.Sprintf("%s is %s base units, and not %s", p.Amount, want, p.Units), restoring)
	}
}

// lookAtAddress asks whether money can be sent to a payment's wallet.
func (f *preflighting) lookAtAddress(i int, p payments.Payment) {
	written := f.wallets[p.ID]
	checksummed, problem := outputs.CheckWallet(written)
	switch {
	case problem != "":
		f.payment(i, rules.SeverityError, "wallet", problem, f.neverPaid(p))
	case written != checksummed:
		f.payment(i, rules.SeverityError, "wallet-form", fmt.Sprintf("wallet %s is not in its checksummed form %s", written, checksummed), restoring)
	case !strings.EqualFold(written, p.Wallet):
		f.payment(i, rules.SeverityError, "wallet-other", fmt.Sprintf("wallet %s is not the manifest's %s", p.Wallet, written), restoring)
	}
	for _, name := range sortedKeys(f.ws.Paying.Safes) {
		if strings.EqualFold(f.ws.Paying.Safes[name], p.Wallet) {
			f.payment(i, rules.SeverityError, "wallet-is-safe", fmt.Sprintf("wallet %s is the Safe that pays on %s", outputs.ChecksumAddress(p.Wallet), name),
				"ask for the payee's own wallet; "+f.neverPaid(p))
		}
	}
}

// lookForDouble asks whether a payment, or another of its payee, is there twice.
func (f *preflighting) lookForDouble(i int, p payments.Payment) {
	for _, other := range f.doubles(p) {
		f.payment(i, rules.SeverityError, "duplicate-id", fmt.Sprintf("its payment id is also that of %s in %s", payeeOf(other), other.Period), restoring)
	}
	for j, other := range f.list {
		if j != i && other.ID != p.ID && payeeOf(other) == payeeOf(p) {
			f.payment(i, rules.SeverityError, "paid-twice", fmt.Sprintf("the payee is paid twice in this period, also by %s", other.ID), restoring)
		}
	}
}

// doubles lists the other payments of all periods that have a payment's id.
func (f *preflighting) doubles(p payments.Payment) []payments.Payment {
	var same []payments.Payment
	self := false
	for _, other := range f.ledger.Payments {
		switch {
		case other.ID != p.ID:
		case !self && other.Period == p.Period && payeeOf(other) == payeeOf(p):
			self = true
		default:
			same = append(same, other)
		}
	}
	return same
}

func payeeOf(p payments.Payment) string { return string(p.PayeeKind) + " " + p.PayeeID }
