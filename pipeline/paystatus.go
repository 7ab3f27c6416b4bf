package pipeline

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"fleetpay/outputs"
	"fleetpay/pipeline/payments"
	"fleetpay/rules"
)

// PaymentsStatus tells where all payments stand.
type PaymentsStatus struct {
	Months   []MonthStatus   `json:"months"`   // in order
	Payments []PaymentStatus `json:"payments"` // of the one month asked for, or those of any that need a person
	Strays   []StrayStatus   `json:"strays"`   // transfers that settle nothing, and likewise; none of those of nothing
	Notes    []string        `json:"notes"`    // what could not be told
}

// MonthStatus sums up the payments of a closed period.
type MonthStatus struct {
	Period   string      `json:"period"`
	Payments int         `json:"payments"`
	Amount   rules.Money `json:"amount"` // US dollars
	Exports  int         `json:"exports"`
	Scans    int         `json:"scans"`
	States   []StateSum  `json:"states"` // those that occur

	Approvals *ApprovalsStatus `json:"approvals"` // while a payment may be given out; nil after that, and when they can't be told
	Notes     []string         `json:"notes"`     // of the month as a whole: what is still to come, and what was explained
}

// ApprovalsStatus is how far the approvals of a month are.
type ApprovalsStatus struct {
	Counted int `json:"counted"`
	Needed  int `json:"needed"` // distinct people; 0: nobody is named who approves
}

// StateSum counts the payments in a state.
type StateSum struct {
	State    payments.State `json:"state"`
	Payments int            `json:"payments"`
	Amount   rules.Money    `json:"amount"`
}

// PaymentStatus is where a payment stands.
type PaymentStatus struct {
	Period    string          `json:"period"`
	PaymentID string          `json:"payment_id"`
	State     payments.State  `json:"state"`
	PayeeKind rules.PayeeKind `json:"payee_kind"`
	PayeeID   string          `json:"payee_id"`
	Name      string          `json:"name"`
	Chain     string          `json:"chain"`
	Wallet    string          `json:"wallet"` // checksummed
	Amount    rules.Money     `json:"amount"`
	TxHash    string          `json:"tx_hash"` // of the transfer that settles it; "" without one
	Why       string          `json:"why"`
	Barred    string          `json:"barred"`    // what bars it for good, though no close returns it: a row of returns, a withdrawn close; else ""
	Waits     string          `json:"waits"`     // why it can't be given out yet, since it pays once more what a return gave back; else ""
	Explained string          `json:"explained"` // by whom and why, when all that makes it need a person is; else ""
}

// StrayStatus is a transfer that settles nothing.
type StrayStatus struct {
	Period string `json:"period"` // whose settlement tells it
	TiedStray
	Explained string `json:"explained"` // by whom and why; "" when it is not
}

// StatusOfPayments tells where payments stand, from the closed folders and what
// lies beside them, and from the returns dataset, which bars payments before its
// period is closed. It takes no lock and writes nothing. With only, it lists each
// payment of that period; without, those of all periods that need a person.
// Approvals are told as they hold now.
func StatusOfPayments(ctx context.Context, ws *Workspace, only rules.Period, now time.Time) (*PaymentsStatus, error) {
	c := closes{ws.Closes}
	if !only.IsZero() {
		if err := c.mustBeClosed(only); err != nil {
			return nil, err
		}
	}
	l, err := c.ledger()
	if err != nil {
		return nil, err
	}
	return ws.statusOf(ctx, l, only, now), nil
}

// statusOf tells where the payments of a ledger stand.
func (ws *Workspace) statusOf(ctx context.Context, l *ledger, only rules.Period, now time.Time) *PaymentsStatus {
	j := l.Judge()
	held := l.explanations(j)
	status := &PaymentsStatus{Months: []MonthStatus{}, Payments: []PaymentStatus{}, Strays: []StrayStatus{}, Notes: []string{}}
	kept := l.keptBack(ctx, ws, j, status)
	for _, p := range l.periods() {
		if only.IsZero() || p == only {
			status.Months = append(status.Months, ws.monthStatus(l.months[p], j, held, kept, now))
		}
	}
	for i := range j.Standings {
		s := &j.Standings[i]
		one := paymentStatus(s, kept, told(held.ofPayment(s)))
		if s.State == payments.StateOpen && one.Barred == "" {
			one.Why += l.months[s.Payment.Period].leftOut(s.Payment.ID)
		}
		asks := one.Explained == "" && (l.asks(s) || one.Barred != "" || one.Waits != "")
		if s.Payment.Period == only || only.IsZero() && asks {
			status.Payments = append(status.Payments, one)
		}
	}
	for _, s := range j.Strays {
		e, period := held.of(s.Transfer), s.In
		if s.Kind == payments.StrayDust || period != only && !(only.IsZero() && e == nil) {
			continue
		}
		one := StrayStatus{Period: period.String(), TiedStray: tieStray(s)}
		if e != nil {
			one.Explained = e.String()
		}
		status.Strays = append(status.Strays, one)
	}
	slices.SortStableFunc(status.Strays, func(a, b StrayStatus) int { return strings.Compare(a.Period, b.Period) })
	return status
}

// leftOut says why the last export did not give a payment out, as what follows
// the reason of its state; "" when there is none.
func (m *paidMonth) leftOut(id string) string {
	if len(m.exports) > 0 {
		last := m.exports[len(m.exports)-1]
		for _, out := range last.LeftOut {
			if out.PaymentID == id {
				return fmt.Sprintf("; not in export %d: %s", last.Number, out.Why)
			}
		}
	}
	return ""
}

// asks tells whether a payment needs a person: whatever was given out and went
// another way than to the chain, and what an export left behind. The rest waits
// with its month.
func (l *ledger) asks(s *payments.Standing) bool {
	switch s.State {
	case payments.StateOpen:
		return len(l.months[s.Payment.Period].exports) > 0
	case payments.StateMissing:
		return true
	default:
		return needsPerson(s.State)
	}
}

// keptBack is what keeps back payments whose state does not, by their ids.
type keptBack struct{ barred, waits map[string]string }

// keptBack finds what bars payments and which must wait. What of it can't be read
// is noted, and keeps nobody from seeing where payments stand.
func (l *ledger) keptBack(ctx context.Context, ws *Workspace, j *payments.Judgement, status *PaymentsStatus) keptBack {
	kept := keptBack{map[string]string{}, map[string]string{}}
	if len(l.months) == 0 {
		return kept
	}
	wanted, err := ws.returnsWanted(ctx, l.open())
	if err != nil {
		status.Notes = append(status.Notes, "which payments the returns bar can't be told: "+firstLine(err))
	}
	for i := range j.Standings {
		s := &j.Standings[i]
		switch s.State {
		case payments.StateOpen, payments.StateExported, payments.StateMissing:
			if why := l.barredBy(s.Payment.ID, wanted); why != "" {
				kept.barred[s.Payment.ID] = why
			}
		default: // given out no more, whatever else there is
		}
	}
	for _, p := range l.periods() {
		waits, err := l.restored(j, l.months[p])
		if err != nil {
			status.Notes = append(status.Notes, fmt.Sprintf("which payments of %s must wait can't be told: %s", p, firstLine(err)))
		}
		for id, why := range waits {
			if _, refusal := j.Standing(id).MayExport(); refusal == "" && kept.barred[id] == "" {
				kept.waits[id] = why
			}
		}
	}
	return kept
}

// firstLine is an error on one line.
func firstLine(err error) string {
	first, rest, _ := strings.Cut(err.Error(), "\n")
	if rest != "" {
		first += fmt.Sprintf(" (and %d more)", 1+strings.Count(rest, "\n"))
	}
	return first
}

// periods lists the closed periods in order.
func (l *ledger) periods() []rules.Period {
	var list []rules.Period
	for p := range l.months {
		list = append(list, p)
	}
	slices.SortFunc(list, func(a, b rules.Period) int { return int(a.First() - b.First()) })
	return list
}

func paymentStatus(s *payments.Standing, kept keptBack, explained string) PaymentStatus {
	p := s.Payment
	status := PaymentStatus{
		Period: p.Period.String(), PaymentID: p.ID, State: s.State, PayeeKind: p.PayeeKind, PayeeID: p.PayeeID, Name: p.Name,
		Chain: p.Chain, Wallet: outputs.ChecksumAddress(p.Wallet), Amount: p.Amount, Why: s.Why, Explained: explained,
		Barred: kept.barred[p.ID], Waits: kept.waits[p.ID],
	}
	if s.Transfer != nil && s.State == payments.StateSettled {
		status.TxHash = s.Transfer.TxHash
	}
	return status
}
