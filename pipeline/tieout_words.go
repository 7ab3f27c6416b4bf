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

// Verdict says in a sentence or two how far the period is paid, as an entry of its
// settlement tells it.
func (t *TieOut) Verdict(r *ScanRecord) string {
	sum := t.Total
	switch {
	case sum.Settled == sum.Payments:
		return t.settledAs("is settled", ", but", r,
			fmt.Sprintf("computed = manifest = chain, %s USDC in %s.", sum.OnChain, count(sum.Payments, "payment")))
	case sum.Settled+sum.Returned == sum.Payments:
		return t.settledAs("is settled but for what was returned", ", and", r,
			fmt.Sprintf("computed = manifest, %s USDC in %s, = chain, %s USDC in %s, + returned, %s USDC in %s.",
				sum.Manifest, count(sum.Payments, "payment"), sum.OnChain, count(sum.Settled, "payment"),
				sum.GivenBack, count(sum.Returned, "payment")))
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

// settledAs tells that a period is settled, and the sums; between them, what of it
// is not final, and what tells whether it is.
func (t *TieOut) settledAs(how, link string, r *ScanRecord, sums string) string {
	text := t.Period + " " + how
	switch {
	case t.NotFinal == 0:
		return text + ": " + sums
	case t.CanChange == 0 && len(r.Files) > 0:
		text += fmt.Sprintf(", as far as %s; only a node tells what is final", r.filesTell())
	case t.CanChange == 0 && len(r.Spans) == 0: // an explanation, which looks at nothing
		text += fmt.Sprintf(", as far as was seen; only a node tells what is final, and none has of %s", count(t.NotFinal, "payment"))
	case t.NotFinal == 1:
		text += link + " 1 payment stands in a block that can still change; run " + settleAgain(t.Period) + " again later"
	default:
		text += fmt.Sprintf("%s %d payments stand in blocks that can still change; run %s again later", link, t.NotFinal, settleAgain(t.Period))
	}
	return text + ". " + strings.ToUpper(sums[:1]) + sums[1:]
}

// filesTell names the files of explorers that an entry rests on.
func (r *ScanRecord) filesTell() string {
	if len(r.Files) == 1 {
		return r.Files[0].File + " tells"
	}
	return count(len(r.Files), "explorer's file") + " tell"
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

// payee names a payee: partner cove.
func payee(kind rules.PayeeKind, id string) string { return string(kind) + " " + id }
