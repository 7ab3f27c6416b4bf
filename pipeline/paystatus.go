package pipeline

import (
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
}

// MonthStatus sums up the payments of a closed period.
type MonthStatus struct {
	Period   string      `json:"period"`
	Payments int         `json:"payments"`
	Amount   rules.Money `json:"amount"` // US dollars
	Exports  int         `json:"exports"`
	Scans    int         `json:"scans"`
	States   []StateSum  `json:"states"` // those that occur

	Approvals string   `json:"approvals"` // how far they are, while a payment was never given out; "" after that
	Notes     []string `json:"notes"`     // of the month as a whole: what is still to come, and what was explained
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
	Explained string          `json:"explained"` // by whom and why, when all that makes it need a person is; else ""
}

// StrayStatus is a transfer that settles nothing.
type StrayStatus struct {
	Period string `json:"period"` // whose settlement tells it
	TiedStray
	Explained string `json:"explained"` // by whom and why; "" when it is not
}

// StatusOfPayments tells where payments stand, from the closed folders and what
// lies beside them. It takes no lock and writes nothing. With only, it lists each
// payment of that period; without, those of all periods that need a person.
// Approvals are told as they hold now.
func StatusOfPayments(ws *Workspace, only rules.Period, now time.Time) (*PaymentsStatus, error) {
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
	j := l.Judge()
	held := l.explanations(j)
	status := &PaymentsStatus{Months: []MonthStatus{}, Payments: []PaymentStatus{}, Strays: []StrayStatus{}}
	for _, p := range l.periods() {
		if only.IsZero() || p == only {
			status.Months = append(status.Months, ws.monthStatus(l, l.months[p], j, held, now))
		}
	}
	for i := range j.Standings {
		s := &j.Standings[i]
		one := paymentStatus(s, l.barred[s.Payment.ID], told(held.ofPayment(s)))
		if s.State == payments.StateOpen {
			one.Why += l.months[s.Payment.Period].leftOut(s.Payment.ID)
		}
		if s.Payment.Period == only || only.IsZero() && one.Explained == "" && l.asks(s) {
			status.Payments = append(status.Payments, one)
		}
	}
	for _, s := range j.Strays {
		e, period := held.of(s.Transfer), l.monthOf(s)
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
	return status, nil
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

// approvalsSaid tells how far a month's approvals are. A list of approvers that
// can't be read keeps nobody from seeing where payments stand.
func (ws *Workspace) approvalsSaid(m *paidMonth, now time.Time) string {
	a, err := ws.approvalsOf(m, now)
	if err != nil {
		return "approvals can't be told: " + err.Error()
	}
	return a.Standing()
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

func (ws *Workspace) monthStatus(l *ledger, m *paidMonth, j *payments.Judgement, held explanations, now time.Time) MonthStatus {
	status := MonthStatus{
		Period: m.period.String(), Exports: len(m.exports), Scans: m.lastSeen.number - m.explainings, States: []StateSum{}, Notes: []string{},
	}
	sums := map[payments.State]*StateSum{}
	for _, state := range paymentStates {
		sums[state] = &StateSum{State: state}
	}
	explained := 0
	for _, p := range paymentsOf(m) {
		s := j.Standing(p.ID)
		sum := sums[s.State]
		sum.Payments++
		sum.Amount = sum.Amount.Add(p.Amount)
		if held.ofPayment(s) != nil {
			explained++
		}
	}
	for _, state := range paymentStates {
		if sum := *sums[state]; sum.Payments > 0 {
			status.States = append(status.States, sum)
			status.Payments += sum.Payments
			status.Amount = status.Amount.Add(sum.Amount)
		}
	}
	if open := sums[payments.StateOpen].Payments; open > 0 {
		status.Approvals = ws.approvalsSaid(m, now)
		out := fmt.Sprintf("%d not given out", open)
		if len(m.exports) == 0 {
			out = "nothing given out"
		}
		status.Notes = append(status.Notes, out+"; "+status.Approvals)
	}
	if n := sums[payments.StateExported].Payments; n > 0 {
		status.Notes = append(status.Notes, fmt.Sprintf("%d given out and not seen yet: run fleetpay settle %s --rpc URL, or --transfers FILE", n, m.period))
	}
	if explained > 0 {
		status.Notes = append(status.Notes, fmt.Sprintf("%d explained, and %s nobody", explained, needs(explained)))
	}
	return status
}

func needs(n int) string {
	if n == 1 {
		return "needs"
	}
	return "need"
}

func paymentStatus(s *payments.Standing, withdrawn, explained string) PaymentStatus {
	p := s.Payment
	status := PaymentStatus{
		Period: p.Period.String(), PaymentID: p.ID, State: s.State, PayeeKind: p.PayeeKind, PayeeID: p.PayeeID, Name: p.Name,
		Chain: p.Chain, Wallet: outputs.ChecksumAddress(p.Wallet), Amount: p.Amount, Why: s.Why, Explained: explained,
	}
	if s.Transfer != nil && s.State == payments.StateSettled {
		status.TxHash = s.Transfer.TxHash
	}
	if withdrawn != "" && s.State != payments.StateReturned {
		status.Why += fmt.Sprintf("; barred, since the withdrawn close %s returned it", withdrawn)
	}
	return status
}
