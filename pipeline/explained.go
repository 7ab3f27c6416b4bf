package pipeline

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"fleetpay/pipeline/payments"
	"fleetpay/rules"
)

// Explanations. A transfer that settles nothing asks for a person until one says
// how it was dealt with. That quiets it, and moves nothing: no sum counts it, and
// the payment that it keeps back stays as it is.

// explanation is what a person said of a transfer.
type explanation struct {
	period     rules.Period // in whose settlement it was said
	transfer   payments.Transfer
	kind       payments.StrayKind // as it was then
	paymentIDs []string           // that it had to do with then
	reason, by string
	at         time.Time
}

func (e *explanation) String() string { return saidOf(e.by, instant(e.at), e.reason) }

func saidOf(by, at, reason string) string {
	return fmt.Sprintf("explained by %s at %s: %s", by, at, reason)
}

func (x *TiedExplained) said() string { return saidOf(x.By, x.At, x.Reason) }

// told writes explanations in one line, each once; "" for none.
func told(list []*explanation) string {
	var texts []string
	for _, e := range list {
		if text := e.String(); !slices.Contains(texts, text) {
			texts = append(texts, text)
		}
	}
	return strings.Join(texts, "; ")
}

// identityOf is what tells a transfer from every other one. Its block may change
// in a reorganisation.
func identityOf(t payments.Transfer) payments.Transfer {
	t.Block, t.Time = 0, time.Time{}
	return t
}

// takeExplained notes what an entry of a settlement explains. Of two explanations
// of one transfer the later one counts.
func (l *ledger) takeExplained(p rules.Period, e entry, r *ScanRecord) error {
	for _, x := range r.Explained {
		bad := func(err error) error {
			return refuse("%s: explained: %w; restore it from a copy", filepath.Join(e.dir, "scan.json"), err)
		}
		t, err := x.transfer()
		if err != nil {
			return bad(err)
		}
		at, err := readInstant(r.At)
		switch {
		case err != nil:
			return bad(err)
		case !slices.Contains(strayKinds, x.Kind):
			return bad(fmt.Errorf("%q is not a kind of transfer that needs a person", x.Kind))
		case x.Reason == "":
			return bad(fmt.Errorf("transaction %s has no reason", x.TxHash))
		}
		if before, known := l.explained[identityOf(t)]; !known || !at.Before(before.at) {
			l.explained[identityOf(t)] = explanation{p, t, x.Kind, x.PaymentIDs, x.Reason, r.By, at}
		}
	}
	return nil
}

// explanations are those that hold, by what identifies their transfer: the
// transfer still settles nothing, and is what it was when it was explained. A
// second payment is no matter of the reason for which a wrong sum was let pass.
type explanations map[payments.Transfer]*explanation

func (l *ledger) explanations(j *payments.Judgement) explanations {
	held := explanations{}
	for _, s := range j.Strays {
		if e, ok := l.explained[identityOf(s.Transfer)]; ok && e.kind == s.Kind {
			held[identityOf(s.Transfer)] = &e
		}
	}
	return held
}

// of finds the explanation of a transfer; nil when it has none.
func (held explanations) of(t payments.Transfer) *explanation { return held[identityOf(t)] }

// ofPayment lists the explanations that quiet a payment: of all transfers that
// make it need a person, each naming it. None when one is not explained.
func (held explanations) ofPayment(s *payments.Standing) []*explanation {
	var by []payments.Transfer
	switch s.State {
	case payments.StateAmbiguous, payments.StateWrongAmount, payments.StateWrongChain:
		by = s.Others
	case payments.StatePaidAfterReturn:
		by = []payments.Transfer{*s.Transfer}
	default:
	}
	var list []*explanation
	for _, t := range by {
		e := held.of(t)
		if e == nil || !slices.Contains(e.paymentIDs, s.Payment.ID) {
			return nil
		}
		list = append(list, e)
	}
	return list
}

// voidExplanations lists the explanations given in a period's settlement that
// hold no more, by transfer, each with the reason.
func (l *ledger) voidExplanations(p rules.Period, j *payments.Judgement, held explanations) []TiedExplained {
	var void []TiedExplained
	for _, t := range slices.SortedFunc(maps.Keys(l.explained), compareTransfers) {
		if e := l.explained[t]; e.period == p && held[t] == nil {
			x := tieExplained(payments.Stray{Transfer: e.transfer, Kind: e.kind, PaymentIDs: e.paymentIDs}, &e)
			x.Void = whyVoid(t, j)
			void = append(void, x)
		}
	}
	return void
}

// whyVoid says what became of a transfer whose explanation does not hold.
func whyVoid(t payments.Transfer, j *payments.Judgement) string {
	for _, s := range j.Strays {
		if identityOf(s.Transfer) == t {
			return fmt.Sprintf("the transfer is %s now", s.Kind)
		}
	}
	if s := settledBy(t, j); s != nil {
		return "the transfer settles " + s.Payment.ID
	}
	return "the transfer is not on the chain any more"
}

// settledBy finds the payment that a transfer settles; nil when it settles none.
func settledBy(t payments.Transfer, j *payments.Judgement) *payments.Standing {
	for i := range j.Standings {
		if s := &j.Standings[i]; s.Transfer != nil && identityOf(*s.Transfer) == identityOf(t) {
			return s
		}
	}
	return nil
}
