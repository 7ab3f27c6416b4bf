package pipeline

import (
	"fmt"

	"fleetpay/pipeline/payments"
)

// nextStep is what is to be done about something, and the command that does it or
// comes after it; "" when there is none. What stands in capitals is filled in.
type nextStep struct{ do, command string }

// String puts the command last, where it can be copied.
func (a nextStep) String() string {
	if a.command == "" {
		return a.do + "."
	}
	return a.do + ": " + a.command
}

// itemsOf sets next steps as a list in which each command is an item, and so on one
// line, as a shell takes it.
func itemsOf(list []nextStep) []string {
	var items []string
	for _, a := range list {
		if a.command == "" {
			items = append(items, a.do+".")
		} else {
			items = append(items, a.do+":", a.command)
		}
	}
	return items
}

// Next says what is to be done, per state and kind, the most pressing first. What
// is said of payments is not said of their transfers again.
func (t *TieOut) Next() []string {
	var list []string
	for _, a := range t.steps() {
		list = append(list, a.String())
	}
	return list
}

func (t *TieOut) steps() []nextStep {
	var list []nextStep
	for _, k := range strayKinds {
		if found := t.of(k); len(found) > 0 && len(t.asking(payments.State(k))) == 0 {
			list = append(list, nextStep{strayAdvice(k, len(found)), ""})
		}
	}
	for i := len(paymentStates) - 1; i >= 0; i-- {
		s := paymentStates[i]
		if found := t.asking(s); len(found) > 0 {
			if a := stateAdvice(s, len(found), t.Period); a.do != "" {
				list = append(list, a)
			}
		}
	}
	if len(t.Strays) > 0 {
		list = append(list, nextStep{"Once a transfer that settles nothing is dealt with, say so, and nobody is asked about it again",
			fmt.Sprintf("fleetpay settle %s --explain TXHASH --reason TEXT --by NAME", t.Period)})
	}
	return list
}

// settleAgain is the command that looks at the chains once more.
func settleAgain(period string) string { return fmt.Sprintf("fleetpay settle %s --rpc URL", period) }

// stateAdvice says what is to be done about payments in a state; nothing of those
// that are done with.
func stateAdvice(s payments.State, n int, period string) nextStep {
	given := count(n, "payment")
	switch s {
	case payments.StateOpen:
		return nextStep{given + " never given out", "fleetpay payments export " + period}
	case payments.StateExported:
		return nextStep{given + " given out, and not seen yet: execute the batches in the Safe if they wait there, and then look again", settleAgain(period)}
	case payments.StateMissing:
		return nextStep{fmt.Sprintf("%s given out and not paid: find out in the Safe why, and reject there what could still be executed. "+
			"Then return it (dataset returns), or give it out again", given),
			fmt.Sprintf("fleetpay payments export %s --again --reason TEXT --rpc URL", period)}
	case payments.StateAmbiguous:
		return nextStep{given + " that a transfer may have paid, or not, and that nothing gives out. Where nothing else tells, look the transfers up in the Safe's history, " +
			"and pay what is still owed by an adjustment in the open period. First execute what else was given out to the wallet, and look again", settleAgain(period)}
	case payments.StateWrongAmount:
		return nextStep{given + " whose payee got another sum: make up the difference by an adjustment in the open period; the payment is not given out again", ""}
	case payments.StateWrongChain:
		return nextStep{given + " made on another chain: ask the payee whether the wallet is theirs there. " +
			"If it is, they have their money; if not, pay what is still owed by an adjustment in the open period. The payment is not given out again", ""}
	case payments.StateVanished:
		return nextStep{given + " whose transfer is no longer on the chain: ask another node if it goes on; and once the blocks are final, look again", settleAgain(period)}
	case payments.StatePaidAfterReturn:
		return nextStep{given + " returned and paid after all: the sum is owed a second time by the return; take it back by an adjustment in the open period", ""}
	case payments.StateSettled, payments.StateReturned:
	}
	return nextStep{}
}

// strayAdvice says what is to be done about transfers of a kind.
func strayAdvice(k payments.StrayKind, n int) string {
	given := count(n, "transfer")
	switch k {
	case payments.StrayPaidTwice:
		return given + " of a payment that another transfer settled already: ask the payee to send it back, or take it back by an adjustment in the open period; " +
			"find out who executed the batch a second time"
	case payments.StrayPaidAfterReturn:
		return given + " of a returned payment: take the sum back by an adjustment in the open period, and reject in the Safe what could still be executed"
	case payments.StrayAmbiguous:
		return given + " that may be one payment or another: look them up in the Safe's history"
	case payments.StrayWrongAmount:
		return given + " of another sum than the payee is owed: find out who changed it"
	case payments.StrayWrongChain:
		return given + " on another chain than the payee's: find out who loaded the batch there"
	case payments.StrayExtra:
		return given + " that no payment explains: find out who sent it from the Safe, and what for"
	case payments.StrayDust:
	}
	return ""
}
