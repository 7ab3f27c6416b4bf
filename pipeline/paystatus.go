package pipeline

import (
	"fmt"
	"slices"
	"time"

	"fleetpay/outputs"
	"fleetpay/pipeline/payments"
	"fleetpay/rules"
)

// PaymentsStatus tells where all payments stand.
type PaymentsStatus struct {
	Months   []MonthStatus   `json:"months"`   // in order
	Payments []PaymentStatus `json:"payments"` // of the one month asked for, or those of any that are neither settled nor returned
	Strays   []StrayStatus   `json:"strays"`   // transfers that settle nothing; but those of nothing
}

// MonthStatus sums up the payments of a closed period.
type MonthStatus struct {
	Period   string      `json:"period"`
	Payments int         `json:"payments"`
	Amount   rules.Money `json:"amount"` // US dollars
	Exports  int         `json:"exports"`
	Scans    int         `json:"scans"`
	States   []StateSum  `json:"states"` // those that occur

	Approvals string `json:"approvals"` // how far they are, while a payment was never given out; "" after that
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
}

// StrayStatus is a transfer that settles nothing.
type StrayStatus struct {
	Period string `json:"period"` // whose settlement tells it
	TiedStray
}

// StatusOfPayments tells where every payment stands, from the closed folders and
// what lies beside them. It takes no lock and writes nothing. With only, it
// lists each payment of that period. Approvals are told as they hold now.
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
	status := &PaymentsStatus{Months: []MonthStatus{}, Payments: []PaymentStatus{}, Strays: []StrayStatus{}}
	for _, p := range l.periods() {
		if only.IsZero() || p == only {
			month := l.monthStatus(l.months[p], j)
			if slices.ContainsFunc(month.States, func(s StateSum) bool { return s.State == payments.StateOpen }) {
				month.Approvals = ws.approvalsSaid(l.months[p], now)
			}
			status.Months = append(status.Months, month)
		}
	}
	for i := range j.Standings {
		s := &j.Standings[i]
		done := s.State == payments.StateSettled || s.State == payments.StateReturned
		if s.Payment.Period == only || only.IsZero() && !done {
			status.Payments = append(status.Payments, paymentStatus(s, l.barred[s.Payment.ID]))
		}
	}
	for _, s := range j.Strays {
		period := l.monthOf(s)
		if s.Kind != payments.StrayDust && (only.IsZero() || period == only) {
			status.Strays = append(status.Strays, StrayStatus{period.String(), tieStray(s)})
		}
	}
	return status, nil
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

func (l *ledger) monthStatus(m *paidMonth, j *payments.Judgement) MonthStatus {
	status := MonthStatus{Period: m.period.String(), Exports: len(m.exports), Scans: m.lastSeen.number, States: []StateSum{}}
	for _, state := range paymentStates {
		sum := StateSum{State: state}
		for _, s := range j.Standings {
			if s.Payment.Period == m.period && s.State == state {
				sum.Payments++
				sum.Amount = sum.Amount.Add(s.Payment.Amount)
			}
		}
		if sum.Payments > 0 {
			status.States = append(status.States, sum)
			status.Payments += sum.Payments
			status.Amount = status.Amount.Add(sum.Amount)
		}
	}
	return status
}

func paymentStatus(s *payments.Standing, withdrawn string) PaymentStatus {
	p := s.Payment
	status := PaymentStatus{
		Period: p.Period.String(), PaymentID: p.ID, State: s.State, PayeeKind: p.PayeeKind, PayeeID: p.PayeeID, Name: p.Name,
		Chain: p.Chain, Wallet: outputs.ChecksumAddress(p.Wallet), Amount: p.Amount, Why: s.Why,
	}
	if s.Transfer != nil && s.State == payments.StateSettled {
		status.TxHash = s.Transfer.TxHash
	}
	if withdrawn != "" && s.State != payments.StateReturned {
		status.Why += fmt.Sprintf("; barred, since the withdrawn close %s returned it", withdrawn)
	}
	return status
}
