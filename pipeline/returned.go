package pipeline

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"fleetpay/outputs"
	"fleetpay/pipeline/payments"
	"fleetpay/rules"
	"fleetpay/sources"
)

// returnsDataset names payments that could not be made.
const returnsDataset = "returns"

// returnRow is a row of the dataset with its place, as file:line.
type returnRow struct {
	rules.Return
	place string
}

// readReturns reads the good rows of a file of the dataset; name is what the error
// calls the file. The error names every bad row.
func readReturns(ctx context.Context, path, name string) ([]returnRow, error) {
	ds := sources.Lookup(returnsDataset)
	cell := func(row sources.Row, column string) sources.Value { return row.Values[ds.Index(column)] }
	var rows []returnRow
	var bad []error
	_, err := sources.Decode(ctx, ds, path, name, func(row sources.Row) error {
		rows = append(rows, returnRow{rules.Return{
			ID: cell(row, "return_id").Text, PaymentID: cell(row, "payment_id").Text,
			Period: rules.PeriodOf(rules.DateOf(cell(row, "period").Time)),
			Reason: cell(row, "reason").Text, ApprovedBy: cell(row, "approved_by").Text,
		}, fmt.Sprintf("%s:%d", name, row.Line)})
		return nil
	}, func(r sources.Reject) { bad = append(bad, refused(r)) })
	if err != nil {
		bad = append(bad, inputError(err))
	}
	return rows, errors.Join(bad...)
}

// returnedPayment is a payment that a row of the period names, as the close that
// ordered it has it, and how it stood when it was returned.
type returnedPayment struct {
	ID          string
	Period      rules.Period
	Payee       outputs.PayeeKey
	Amount      rules.Money
	Account     rules.Account
	Standing    payments.State // open or missing
	SeenThrough time.Time      // up to when the chain was seen to be without it; zero for one that was never given out
}

// returnedIn finds in the closes the payments that the rows of p name, by id. The
// error names every row whose payment can't be returned. Files with bad rows are
// left to be measured, which refuses all of them together.
func (c closes) returnedIn(ctx context.Context, files []input, p rules.Period, before *previous) ([]returnedPayment, error) {
	var rows []returnRow
	from, earlier := 0, 0 // the source that is read, and how many rows those before it have
	for _, f := range files {
		if f.dataset != returnsDataset {
			continue
		}
		if f.from != from {
			from, earlier = f.from, len(rows)
		}
		read, err := readReturns(ctx, f.path, f.name)
		switch {
		case ExitStatus(err) == ExitRefused:
			return nil, nil
		case err != nil:
			return nil, err
		}
		for _, r := range read {
			alike := func(other returnRow) bool { return other.Return == r.Return }
			if !slices.ContainsFunc(rows[:earlier], alike) { // what two sources hold alike is one row
				rows = append(rows, r)
			}
		}
	}
	slices.SortStableFunc(rows, func(a, b returnRow) int { return strings.Compare(a.ID, b.ID) })
	look := &returning{closes: c, open: p, months: map[rules.Period]map[string]rules.Payout{}}
	if before != nil {
		look.returned = before.Returns
	}
	return look.find(rows)
}

// returning looks up payments that are to be returned in a period.
type returning struct {
	closes
	open     rules.Period
	closed   []rules.Period
	returned map[string]rules.Period // payments that closes before this one returned
	months   map[rules.Period]map[string]rules.Payout
	judged   *payments.Judgement // of all payments; nil until one was given out
}

func (l *returning) find(rows []returnRow) ([]returnedPayment, error) {
	var err error
	if l.closed, err = l.list(); err != nil {
		return nil, err
	}
	var found []returnedPayment
	var problems []error
	for i, row := range rows {
		if row.Period != l.open {
			continue
		}
		payment, problem, err := l.lookUp(row, rows, i)
		if err != nil {
			return nil, err
		}
		if problem != "" {
			problems = append(problems, fmt.Errorf("%s: payment_id: return %s: %s", row.place, row.ID, problem))
			continue
		}
		found = append(found, payment)
	}
	slices.SortFunc(found, func(a, b returnedPayment) int { return strings.Compare(a.ID, b.ID) })
	return found, refused(errors.Join(problems...))
}

// lookUp finds the payment of the row at an index, or what is wrong with it.
func (l *returning) lookUp(row returnRow, rows []returnRow, at int) (p returnedPayment, problem string, err error) {
	id := row.PaymentID
	of, named := paymentMonth(id)
	switch {
	case !named:
		return p, fmt.Sprintf("%s is no payment id; correct it", id), nil
	case !of.Before(l.open):
		return p, fmt.Sprintf("%s is a payment of %s, which is not before %s; enter the return in a later period", id, of, l.open), nil
	case !slices.Contains(l.closed, of):
		return p, fmt.Sprintf("there is no payment %s, for %s is not closed here; correct the id", id, of), nil
	}
	payout, err := l.payout(of, id)
	if err != nil {
		return p, "", err
	}
	if payout == nil {
		return p, fmt.Sprintf("the close of %s has no payment %s; correct the id (what a withdrawn close ordered is not owed, and needs no return)", of, id), nil
	}
	if in, again := l.returned[id]; again {
		return p, fmt.Sprintf("%s was returned by the close of %s already; remove the row, or correct the id", id, in), nil
	}
	for i, other := range rows {
		if i != at && other.PaymentID == id {
			return p, fmt.Sprintf("%s is named by return %s too (%s), and a payment is returned once; keep one of the rows", id, other.ID, other.place), nil
		}
	}
	p = returnedPayment{
		ID: id, Period: of, Payee: outputs.PayeeKey{Kind: payout.PayeeKind, ID: payout.PayeeID},
		Amount: payout.Payable, Account: rules.Account{Chain: payout.Chain, Wallet: payout.Wallet},
	}
	p.Standing, p.SeenThrough, problem, err = l.standing(of, id)
	return p, problem, err
}

// paymentMonth reads the period in a payment id: FP-202610-… is of 2026-10.
func paymentMonth(id string) (p rules.Period, ok bool) {
	const from, year, month = len("FP-"), len("FP-2026"), len("FP-202610")
	if len(id) <= month {
		return p, false
	}
	p, err := rules.ParsePeriod(id[from:year] + "-" + id[year:month])
	return p, err == nil
}

// payout finds a payment in the payouts of a closed period; nil when it has none of
// that id.
func (l *returning) payout(p rules.Period, id string) (*rules.Payout, error) {
	byID, read := l.months[p]
	if !read {
		dir := l.folder(p)
		sums, err := readSums(dir)
		if err != nil {
			return nil, inputError(err)
		}
		closed := closedFolder{dir, sums}
		data, err := closed.read(outputs.PayoutsPath)
		if err != nil {
			return nil, inputError(err)
		}
		_, payouts, err := outputs.ReadPayouts(bytes.NewReader(data))
		if err != nil {
			return nil, closed.fail(outputs.PayoutsPath, err)
		}
		byID = map[string]rules.Payout{}
		for _, payout := range payouts {
			if payout.PaymentID != "" {
				byID[payout.PaymentID] = payout
			}
		}
		l.months[p] = byID
	}
	if payout, found := byID[id]; found {
		return &payout, nil
	}
	return nil, nil
}

// standing tells how a payment of a period stands, or why it may not be returned.
// One of a period of which nothing was given out needs no look at the chain.
func (l *returning) standing(p rules.Period, id string) (state payments.State, seen time.Time, problem string, err error) {
	given, err := l.exports(p).names()
	if err != nil || len(given) == 0 {
		return payments.StateOpen, time.Time{}, "", err
	}
	if l.judged == nil {
		all, err := l.ledger()
		if err != nil {
			return "", time.Time{}, "", inputError(err)
		}
		l.judged = all.Judge()
	}
	s := l.judged.Standing(id)
	if s == nil {
		return "", time.Time{}, fmt.Sprintf("the manifest of %s has no payment %s; restore %s from a copy", p, id, l.folder(p)), nil
	}
	if s.Returned != nil && s.Returned.In == l.open { // a closed period is checked again
		return payments.StateOpen, time.Time{}, "", nil
	}
	note, err := l.exports(p).byHand()
	switch refusal := s.MayReturn(); {
	case err != nil:
		return "", time.Time{}, "", err
	case note != "":
		return "", time.Time{}, whyByHand(note), nil
	case refusal != "":
		return "", time.Time{}, refusal, nil
	}
	if s.State == payments.StateOpen {
		return s.State, time.Time{}, "", nil
	}
	return s.State, s.SeenThrough, "", nil
}

// giveBack fills in what the close of each returned payment says, and refuses what
// the evidence does not bear out. It leaves of the missed returns those whose
// payment is still not returned.
func (c *completion) giveBack(f *rules.Facts) error {
	returned := map[string]rules.Period{}
	if c.previous != nil {
		returned = c.previous.Returns
	}
	evidence := filepath.ToSlash(filepath.Join(previousDir, returnedFile.name))
	var errs []error
	named := map[string]bool{}
	for i := range f.Returns {
		r := &f.Returns[i]
		named[r.PaymentID] = true
		at := slices.IndexFunc(c.returned, func(p returnedPayment) bool { return p.ID == r.PaymentID })
		if closed, again := returned[r.PaymentID]; again {
			errs = append(errs, fmt.Errorf("returns: %s: %s was returned by the close of %s already; remove the row, or correct the id", r.ID, r.PaymentID, closed))
		} else if at < 0 {
			errs = append(errs, fmt.Errorf("returns: %s: %s has no payment %s; restore the folder from a copy", r.ID, evidence, r.PaymentID))
		} else {
			p := c.returned[at]
			r.PaidIn, r.PayeeKind, r.PayeeID, r.Amount, r.Account = p.Period, p.Payee.Kind, p.Payee.ID, p.Amount, p.Account
		}
	}
	for _, p := range c.returned {
		if !named[p.ID] {
			errs = append(errs, fmt.Errorf("%s: %s is named by no return of %s; restore the folder from a copy", evidence, p.ID, c.period))
		}
	}
	f.MissedReturns = slices.DeleteFunc(slices.Clone(f.MissedReturns), func(r rules.Return) bool {
		_, included := returned[r.PaymentID]
		return included || named[r.PaymentID]
	})
	return errors.Join(errs...)
}
