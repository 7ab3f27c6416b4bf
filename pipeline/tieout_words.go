package pipeline

import (
	"fmt"
	"slices"
	"strings"

	"fleetpay/pipeline/payments"
	"fleetpay/rules"
)

// paymentStates lists the states in the order in which people meet them.
var paymentStates = []payments.State{
	payments.StateOpen, payments.StateExported, payments.StateMissing, payments.StateSettled, payments.StateReturned,
	payments.StateAmbiguous, payments.StateWrongAmount, payments.StateWrongChain, payments.StateVanished, payments.StatePaidAfterReturn,
}

// strayKinds lists the kinds of transfers that settle nothing, and need a person.
var strayKinds = []payments.StrayKind{
	payments.StrayPaidTwice, payments.StrayPaidAfterReturn, payments.StrayAmbiguous,
	payments.StrayWrongAmount, payments.StrayWrongChain, payments.StrayExtra,
}

// needsPerson tells the states that neither the next export nor the next scan
// can mend.
func needsPerson(s payments.State) bool {
	switch s {
	case payments.StateAmbiguous, payments.StateWrongAmount, payments.StateWrongChain,
		payments.StateVanished, payments.StatePaidAfterReturn:
		return true
	default:
		return false
	}
}

// in lists the payments in a state.
func (t *TieOut) in(s payments.State) []TiedPayment {
	return slices.DeleteFunc(slices.Clone(t.Payments), func(p TiedPayment) bool { return p.State != s })
}

// asking lists the payments in a state that nobody has explained.
func (t *TieOut) asking(s payments.State) []TiedPayment {
	return slices.DeleteFunc(t.in(s), func(p TiedPayment) bool { return p.Explained != "" })
}

// of lists the strays of a kind.
func (t *TieOut) of(k payments.StrayKind) []TiedStray {
	return slices.DeleteFunc(slices.Clone(t.Strays), func(s TiedStray) bool { return s.Kind != k })
}

// Verdict says in a sentence how far the period is paid.
func (t *TieOut) Verdict() string {
	sum := t.Total
	switch {
	case sum.Settled == sum.Payments:
		return fmt.Sprintf("%s is settled: computed = manifest = chain, %s USDC in %s.", t.Period, sum.OnChain, count(sum.Payments, "payment"))
	case sum.Settled+sum.Returned == sum.Payments:
		return fmt.Sprintf("%s is settled but for what was returned: computed = manifest, %s USDC in %s, = chain, %s USDC in %s, + returned, %s USDC in %s.",
			t.Period, sum.Manifest, count(sum.Payments, "payment"), sum.OnChain, count(sum.Settled, "payment"),
			sum.GivenBack, count(sum.Returned, "payment"))
	}
	text := t.Period + " is not settled yet: "
	if sum.Settled+sum.Returned+sum.Explained == sum.Payments {
		text = t.Period + " is settled but for what was explained: "
	}
	if t.AsOf != "" {
		text += "as of " + t.AsOf + ", "
	}
	text += fmt.Sprintf("%d of %s %s on the chain, %s of %s USDC", sum.Settled, count(sum.Payments, "payment"), isAre(sum.Settled), sum.OnChain, sum.Manifest)
	if sum.Returned > 0 {
		text += fmt.Sprintf("; %s of %s USDC %s returned", count(sum.Returned, "payment"), sum.GivenBack, isAre(sum.Returned))
	}
	if sum.Explained > 0 {
		text += fmt.Sprintf("; %s of %s USDC %s explained", count(sum.Explained, "payment"), sum.DealtWith, isAre(sum.Explained))
	}
	return text + "."
}

func isAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

// Attention counts what needs a person, by state and kind; "" when nothing does.
func (t *TieOut) Attention() string {
	var parts []string
	for _, s := range paymentStates {
		if n := len(t.asking(s)); n > 0 && needsPerson(s) {
			parts = append(parts, fmt.Sprintf("%s %s", count(n, "payment"), s))
		}
	}
	for _, k := range strayKinds {
		if n := len(t.of(k)); n > 0 {
			parts = append(parts, fmt.Sprintf("%s %s", count(n, "transfer"), k))
		}
	}
	return strings.Join(parts, ", ")
}

// Next says what is to be done, per state and kind, the most pressing first. What
// is said of payments is not said of their transfers again.
func (t *TieOut) Next() []string {
	var list []string
	for _, k := range strayKinds {
		if found := t.of(k); len(found) > 0 && len(t.asking(payments.State(k))) == 0 {
			list = append(list, strayAdvice(k, len(found)))
		}
	}
	for i := len(paymentStates) - 1; i >= 0; i-- {
		s := paymentStates[i]
		if found := t.asking(s); len(found) > 0 {
			if advice := stateAdvice(s, len(found), t.Period); advice != "" {
				list = append(list, advice)
			}
		}
	}
	if len(t.Strays) > 0 {
		list = append(list, fmt.Sprintf("Once a transfer that settles nothing is dealt with, say so, and nobody is asked about it again: "+
			"fleetpay settle %s (--explain TXHASH with a reason and a name).", t.Period))
	}
	return list
}

// stateAdvice says what is to be done about payments in a state; "" for those
// that are done with.
func stateAdvice(s payments.State, n int, period string) string {
	given := count(n, "payment")
	switch s {
	case payments.StateOpen:
		return fmt.Sprintf("%s never given out: fleetpay payments export %s.", given, period)
	case payments.StateExported:
		return fmt.Sprintf("%s given out, and not seen yet: execute the batches in the Safe if they wait there; then run fleetpay settle %s again.", given, period)
	case payments.StateMissing:
		return fmt.Sprintf("%s given out and not paid: find out in the Safe why, and reject there what could still be executed. "+
			"Then give it out again with fleetpay payments export %s (--again and a reason), or return it (dataset returns).", given, period)
	case payments.StateAmbiguous:
		return fmt.Sprintf("%s that a transfer may have paid, or not: execute what else was given out to the wallet and run fleetpay settle %s again. "+
			"If that does not tell, look the transfers up in the Safe's history, and pay what is still owed by an adjustment in the open period; "+
			"the payment is not given out again.", given, period)
	case payments.StateWrongAmount:
		return fmt.Sprintf("%s whose payee got another sum: make up the difference by an adjustment in the open period; the payment is not given out again.", given)
	case payments.StateWrongChain:
		return fmt.Sprintf("%s made on another chain: ask the payee whether the wallet is theirs there. "+
			"If it is, they have their money; if not, pay what is still owed by an adjustment in the open period. The payment is not given out again.", given)
	case payments.StateVanished:
		return fmt.Sprintf("%s whose transfer is no longer on the chain: run fleetpay settle %s again once the blocks are final; use another node if it goes on.", given, period)
	case payments.StatePaidAfterReturn:
		return fmt.Sprintf("%s returned and paid after all: the sum is owed a second time by the return; take it back by an adjustment in the open period.", given)
	case payments.StateSettled, payments.StateReturned:
	}
	return ""
}

// strayAdvice says what is to be done about transfers of a kind.
func strayAdvice(k payments.StrayKind, n int) string {
	given := count(n, "transfer")
	switch k {
	case payments.StrayPaidTwice:
		return fmt.Sprintf("%s of a payment that another transfer settled already: ask the payee to send it back, or take it back by an adjustment in the open period; "+
			"find out who executed the batch a second time.", given)
	case payments.StrayPaidAfterReturn:
		return fmt.Sprintf("%s of a returned payment: take the sum back by an adjustment in the open period, and reject in the Safe what could still be executed.", given)
	case payments.StrayAmbiguous:
		return fmt.Sprintf("%s that may be one payment or another: look them up in the Safe's history.", given)
	case payments.StrayWrongAmount:
		return fmt.Sprintf("%s of another sum than the payee is owed: find out who changed it.", given)
	case payments.StrayWrongChain:
		return fmt.Sprintf("%s on another chain than the payee's: find out who loaded the batch there.", given)
	case payments.StrayExtra:
		return fmt.Sprintf("%s that no payment explains: find out who sent it from the Safe, and what for.", given)
	case payments.StrayDust:
	}
	return ""
}

// payee names a payee: partner cove.
func payee(kind rules.PayeeKind, id string) string { return string(kind) + " " + id }
