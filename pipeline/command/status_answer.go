package command

import (
	"time"
	"unicode"

	"fleetpay/pipeline"
	"fleetpay/rules"
)

// noPeriod is what a command without a PERIOD names.
var noPeriod rules.Period

// monthsAnswer is what a program reads of status.
type monthsAnswer struct {
	At       string        `json:"at"` // what the months are told as of; RFC 3339, UTC
	Months   []monthAnswer `json:"months"`
	Problems []string      `json:"problems"` // none: what is wrong with a month stands with it
}

type monthAnswer struct {
	Period     string               `json:"period"`
	State      pipeline.MonthState  `json:"state"`
	Reason     string               `json:"reason"`
	Next       string               `json:"next"`
	CompleteAt string               `json:"complete_at"` // "" of a closed month
	WaitingFor []settlesAnswer      `json:"waiting_for"`
	Attempt    *pipeline.Attempt    `json:"attempt"`
	Withdrawn  int                  `json:"withdrawn"`
	Withdrawal *pipeline.Withdrawal `json:"withdrawal"`
	Close      *closedAnswer        `json:"close"`    // null unless it is closed, and whole
	Payments   *monthPaymentsAnswer `json:"payments"` // likewise
	Damage     string               `json:"damage"`
	Notes      []string             `json:"notes"`
}

type closedAnswer struct {
	Folder     string              `json:"folder"`
	ClosedAt   string              `json:"closed_at"`
	PreparedBy string              `json:"prepared_by"`
	Totals     *pipeline.Totals    `json:"totals"`
	Held       heldAnswer          `json:"held"`
	Exceptions pipeline.Severities `json:"exceptions"`
}

type heldAnswer struct {
	Payees int         `json:"payees"`
	Amount rules.Money `json:"amount"` // US dollars
}

type monthPaymentsAnswer struct {
	Count     int                      `json:"count"`
	Approvals pipeline.ApprovalsStatus `json:"approvals"`
	Exports   int                      `json:"exports"`
	GivenOut  int                      `json:"given_out"`
	Settled   *int                     `json:"settled"` // null when it can't be told
	Untold    string                   `json:"untold"`  // why not
}

func monthsAnswerOf(months []pipeline.Month, now time.Time) monthsAnswer {
	a := monthsAnswer{At: instantOf(now), Months: []monthAnswer{}, Problems: []string{}}
	for _, m := range months {
		a.Months = append(a.Months, monthAnswerOf(m))
	}
	return a
}

func monthAnswerOf(m pipeline.Month) monthAnswer {
	a := monthAnswer{
		Period: m.Period.String(), State: m.State, Reason: m.Reason, Next: m.Next, WaitingFor: []settlesAnswer{},
		Attempt: m.Attempt, Withdrawn: m.Withdrawn, Withdrawal: m.Withdrawal, Damage: m.Damage, Notes: append([]string{}, m.Notes...),
	}
	if !m.Until.IsZero() {
		a.CompleteAt = instantOf(m.Until)
	}
	for _, w := range m.For {
		a.WaitingFor = append(a.WaitingFor, settlesAnswer{w.Dataset, w.Kind, w.Place, instantOf(w.Until)})
	}
	if m.Totals == nil {
		return a
	}
	a.Close = &closedAnswer{
		Folder: m.Folder, ClosedAt: m.ClosedAt, PreparedBy: m.PreparedBy, Totals: m.Totals,
		Held: heldAnswer{m.Held, m.HeldSum}, Exceptions: m.Exceptions,
	}
	a.Payments = &monthPaymentsAnswer{
		Count: m.Payments, Approvals: pipeline.ApprovalsStatus{Counted: m.Approvals, Needed: m.Needed},
		Exports: m.Exports, GivenOut: m.Given, Untold: m.Untold,
	}
	if m.Untold == "" {
		a.Payments.Settled = &m.Settled
	}
	return a
}

// printable replaces a character that a terminal would act on, or nobody sees.
func printable(r rune) rune {
	if unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) {
		return '?'
	}
	return r
}
