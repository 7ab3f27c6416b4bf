package pipeline

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"fleetpay/outputs"
	"fleetpay/pipeline/payments"
	"fleetpay/rules"
	"fleetpay/sources"
)

// restored says which payments of a month must wait, and why: they pay once more
// what a return gave back, and the chain does not tell yet, or tells otherwise,
// that the first payment was never made.
func (l *ledger) restored(j *payments.Judgement, m *paidMonth) map[string]string {
	refusals := map[string]string{}
	for _, p := range paymentsOf(m) {
		for _, r := range l.Returns {
			first := j.Standing(r.PaymentID)
			if first == nil || !l.restores(p, r, first.Payment) {
				continue
			}
			why := ""
			switch {
			case first.State == payments.StatePaidAfterReturn && !l.takenBack(p, r, first.Payment):
				why = fmt.Sprintf("pays again what the return of %s gave back, and that was paid after all: %s; "+
					"withdraw %s and take the row out of returns, or return this payment and take %s back by an adjustment in the open period",
					r.PaymentID, first.Why, m.period, first.Payment.Amount)
			case first.State == payments.StateReturned && len(first.Given) > 0 && !first.SeenThrough.After(l.months[r.In].closedAt):
				why = fmt.Sprintf("pays again what the return of %s gave back, which was given out once; "+
					"run fleetpay settle %s first: only a scan of the chain newer than the close of %s tells that it was not paid since",
					r.PaymentID, first.Payment.Period, r.In)
			}
			if why != "" {
				refusals[p.ID] = why
			}
		}
	}
	return refusals
}

// restores tells whether a payment holds what a return gave back: it is the
// payee's first payment at or after the return, but for those that were returned
// in their turn.
func (l *ledger) restores(p payments.Payment, r payments.Return, first payments.Payment) bool {
	if first.PayeeKind != p.PayeeKind || first.PayeeID != p.PayeeID || p.Period.Before(r.In) {
		return false
	}
	for _, other := range l.Payments {
		if other.PayeeKind == p.PayeeKind && other.PayeeID == p.PayeeID &&
			!other.Period.Before(r.In) && other.Period.Before(p.Period) && !l.returnedBy(other.ID, p.Period) {
			return false
		}
	}
	return true
}

// returnedBy tells whether a payment was returned up to a period.
func (l *ledger) returnedBy(id string, p rules.Period) bool {
	return slices.ContainsFunc(l.Returns, func(r payments.Return) bool { return r.PaymentID == id && !p.Before(r.In) })
}

// takenBack tells whether an adjustment of exactly the returned sum took it from
// the payee again before the payment was made up.
func (l *ledger) takenBack(p payments.Payment, r payments.Return, first payments.Payment) bool {
	payee := outputs.PayeeKey{Kind: p.PayeeKind, ID: p.PayeeID}
	for q := r.In; !p.Period.Before(q); q = q.Next() {
		for _, amount := range l.months[q].adjusted[payee] {
			if amount.Cmp(first.Amount.Neg()) == 0 {
				return true
			}
		}
	}
	return false
}

// returnsWanted reads the returns dataset as it stands now: a payment named there
// is given out no more, though the period that restores its sum is still open.
// It tells by payment id which row of which period names it.
func (ws *Workspace) returnsWanted(ctx context.Context, open rules.Period) (map[string]string, error) {
	pattern, named := ws.source(returnsDataset)
	if !named {
		return nil, nil
	}
	files, err := sources.ResolveFiles(ws.Dir, pattern, open.String())
	if err != nil {
		return nil, inputError(fmt.Errorf("%s: %w", returnsDataset, err))
	}
	wanted := map[string]string{}
	var errs []error
	for _, name := range files {
		rows, err := readReturns(ctx, sources.Locate(ws.Dir, name), name)
		errs = append(errs, err)
		for _, r := range rows {
			wanted[r.PaymentID] = fmt.Sprintf("%s of the returns of %s", r.ID, r.Period)
		}
	}
	return wanted, errors.Join(errs...)
}
