package pipeline

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"time"

	"fleetpay/outputs"
	"fleetpay/pipeline/payments"
	"fleetpay/rules"
	"fleetpay/sources"
)

// restored says which payments of a month must wait, and why: they pay once more
// what a return gave back, and the chain does not tell yet, or tells otherwise,
// that the first payment was never made.
func (l *ledger) restored(j *payments.Judgement, m *paidMonth) (map[string]string, error) {
	byPayee := map[outputs.PayeeKey][]payments.Payment{}
	for _, p := range l.Payments {
		byPayee[payeeKey(p)] = append(byPayee[payeeKey(p)], p)
	}
	refusals := map[string]string{}
	for _, r := range l.Returns {
		first := j.Standing(r.PaymentID)
		if first == nil {
			continue
		}
		all := byPayee[payeeKey(first.Payment)]
		for _, p := range all {
			if p.Period != m.period || !l.restores(p, r, all) {
				continue
			}
			why, err := l.mustWait(p, r, first)
			if err != nil {
				return nil, err
			}
			if why != "" {
				refusals[p.ID] = why
			}
		}
	}
	return refusals, nil
}

func payeeKey(p payments.Payment) outputs.PayeeKey {
	return outputs.PayeeKey{Kind: p.PayeeKind, ID: p.PayeeID}
}

// mustWait says why a payment that restores a returned one can't be made yet; ""
// when it can.
func (l *ledger) mustWait(p payments.Payment, r payments.Return, first *payments.Standing) (string, error) {
	switch {
	case first.State == payments.StatePaidAfterReturn && !l.takenBack(p, r, first.Payment):
		return fmt.Sprintf("pays again what the return of %s gave back, and that was paid after all: %s; "+
			"take the row out of returns and the close back: fleetpay withdraw %s --reason TEXT --by NAME; or return this payment and take %s back by an adjustment in the open period",
			r.PaymentID, first.Why, p.Period, first.Payment.Amount), nil
	case first.State != payments.StateReturned || len(first.Given) == 0:
		return "", nil
	}
	known, err := l.knownAtClose(r)
	if err != nil || first.SeenThrough.After(known) {
		return "", err
	}
	return fmt.Sprintf("pays again what the return of %s gave back, which was given out once; "+
		"run fleetpay settle %s --rpc URL first: only a scan of the chain newer than the close of %s tells that it was not paid since",
		r.PaymentID, first.Payment.Period, r.In), nil
}

// knownAtClose is the latest time of which the close that returned a payment can
// have known: its own, or that of the scan that it rested on, whatever its clock
// said.
func (l *ledger) knownAtClose(r payments.Return) (time.Time, error) {
	m := l.months[r.In]
	if m.record.format() < outputs.FormatReturns {
		return m.closedAt, nil
	}
	if _, err := m.closed.read(path.Join(previousDir, returnedFile.name)); err != nil {
		return time.Time{}, err
	}
	list, err := readReturned(m.dir)
	if err != nil {
		return time.Time{}, err
	}
	known := m.closedAt
	for _, p := range list {
		if p.ID == r.PaymentID && p.SeenThrough.After(known) {
			known = p.SeenThrough
		}
	}
	return known, nil
}

// restores tells whether a payment holds what a return gave back: of all that the
// payee was paid, it is the first at or after the return, but for those that were
// returned in their turn.
func (l *ledger) restores(p payments.Payment, r payments.Return, all []payments.Payment) bool {
	if p.Period.Before(r.In) {
		return false
	}
	return !slices.ContainsFunc(all, func(other payments.Payment) bool {
		return !other.Period.Before(r.In) && other.Period.Before(p.Period) && !l.returnedBy(other.ID, p.Period)
	})
}

// returnedBy tells whether a payment was returned up to a period.
func (l *ledger) returnedBy(id string, p rules.Period) bool {
	return slices.ContainsFunc(l.Returns, func(r payments.Return) bool { return r.PaymentID == id && !p.Before(r.In) })
}

// takenBack tells whether an adjustment of exactly the returned sum took it from
// the payee again before the payment was made up.
func (l *ledger) takenBack(p payments.Payment, r payments.Return, first payments.Payment) bool {
	payee := payeeKey(p)
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
	var files []string
	for _, of := range ws.sourcesOf(returnsDataset) {
		names, err := sources.ResolveFiles(ws.Dir, of.Pattern, open.String())
		if err != nil {
			return nil, inputError(fmt.Errorf("%s: %w", returnsDataset, err))
		}
		files = append(files, names...)
	}
	wanted := map[string]string{}
	var errs []error
	for _, name := range files {
		rows, err := readReturns(ctx, sources.Locate(ws.Dir, name), name)
		errs = append(errs, err)
		for _, r := range rows {
			wanted[r.PaymentID] = fmt.Sprintf("return %s of %s", r.ID, r.Period)
		}
	}
	return wanted, errors.Join(errs...)
}
