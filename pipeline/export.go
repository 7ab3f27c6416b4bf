package pipeline

import (
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
	"fleetpay/sources/chain"
)

// ExportOptions says what of a period is given out, by whom and when.
type ExportOptions struct {
	By      string
	Without []string // payment ids that are left out
	Again   bool     // give out again what a scan saw missing
	Reason  string   // why again, or why left out
	Nodes   []*chain.Client
	At      time.Time
}

// Exported is what an export gave out.
type Exported struct {
	Folder  string        `json:"folder"`
	Period  string        `json:"period"`
	Number  int           `json:"number"`
	Batches []ExportBatch `json:"batches"`
	LeftOut []LeftOut     `json:"left_out"`
	Notes   []Finding     `json:"findings"` // of the preflight; none is an error

	Again     int `json:"again"`      // payments that were given out before
	FirstTime int `json:"first_time"` // payments that were not

	// SettleFrom is the instant from which on an explorer's export of the Safes
	// must have their transfers, for settle to tell what is missing.
	SettleFrom string `json:"settle_from"`

	said []string // LeftOut in words
}

// SaidLeftOut words what was left out, for people: those of one reason together.
func (x *Exported) SaidLeftOut() []string { return x.said }

// ExportPayments gives out the payments of a period that may be given out: it
// writes one batch per chain and 100 transfers, and an entry that nobody can
// take back. It refuses without enough approvals over exactly the closed bytes,
// and when the preflight finds that a transfer would fail. With nodes it keeps back
// what the chains show now, too.
func ExportPayments(ctx context.Context, ws *Workspace, p rules.Period, opt ExportOptions) (*Exported, error) {
	c, release, err := hold(ws.Closes, "payments export "+p.String())
	if err != nil {
		return nil, err
	}
	defer release()
	if err := c.mustBeClosed(p); err != nil {
		return nil, err
	}
	if err := verifyFolder(c.folder(p)); err != nil {
		return nil, err
	}
	l, err := c.ledger()
	if err != nil {
		return nil, err
	}
	if err := l.newerThanScans(opt.At); err != nil {
		return nil, err
	}
	if err := l.months[p].notedByHand(); err != nil {
		return nil, err
	}
	x := &exporting{closes: c, ws: ws, ledger: l, month: l.months[p], judged: l.Judge(), opt: opt}
	if x.approvals, err = ws.approvalsOf(x.month, opt.At); err != nil {
		return nil, err
	}
	if err := x.approvals.enough(ws); err != nil {
		return nil, err
	}
	if err := x.lookNow(ctx); err != nil {
		return nil, err
	}
	if err := x.choose(ctx); err != nil {
		return nil, err
	}
	notes, err := x.preflight(ctx)
	if err != nil {
		return nil, err
	}
	return x.write(append(x.unread(), notes...))
}

// newerThanScans refuses to give out at a time of which a scan has told already:
// it would count for what it never saw, and call missing what was just given out.
func (l *ledger) newerThanScans(now time.Time) error {
	if err := l.notBefore(now); err != nil {
		return err
	}
	var through time.Time
	for _, scan := range l.Scans {
		for _, span := range scan.Spans {
			if span.Through.After(through) {
				through = span.Through
			}
		}
	}
	if now.Before(through) {
		return fmt.Errorf("the clock says %s, and the chain was looked at up to %s; set the clock right, or wait until then", instant(now), instant(through))
	}
	return nil
}

// mustBeClosed refuses a period without a close.
func (c closes) mustBeClosed(p rules.Period) error {
	at, err := c.placeOf(p)
	if err == nil && !at.closed {
		err = refuse("%s: is not closed; close it first with fleetpay close %s", p, p)
	}
	return err
}

// exporting is an export on its way.
type exporting struct {
	closes
	ws        *Workspace
	ledger    *ledger
	month     *paidMonth
	judged    *payments.Judgement
	opt       ExportOptions
	approvals *Approvals
	now       newlySeen

	chosen  []payments.Payment // in the manifest's order
	again   []string           // ids of those that are given out again
	leftOut []LeftOut
}

// choose decides of every payment of the period whether it is given out.
func (x *exporting) choose(ctx context.Context) error {
	if err := x.knownIDs(); err != nil {
		return err
	}
	wanted, err := x.ws.returnsWanted(ctx, x.ledger.open())
	if err != nil {
		return err
	}
	restored, err := x.ledger.restored(x.judged, x.month)
	if err == nil && x.now.judged != nil && len(restored) == 0 {
		restored, err = x.ledger.restored(x.now.judged, x.month)
	}
	if err != nil {
		return err
	}
	for i := range x.judged.Standings {
		s := &x.judged.Standings[i]
		if s.Payment.Period != x.month.period {
			continue
		}
		id := s.Payment.ID
		again, refusal := s.MayExport()
		switch {
		case refusal != "":
		case x.ledger.barred[id] != "":
			refusal = fmt.Sprintf("the withdrawn close %s returned it, so that it is barred for good; return it in the open period", x.ledger.barred[id])
		case wanted[id] != "":
			refusal = fmt.Sprintf("%s names it, so that it is barred for good; its sum is owed again in that period", wanted[id])
		case again && !x.opt.Again:
			refusal = fmt.Sprintf("%s; to give it out again: fleetpay payments export %s --again --reason TEXT", s.Why, x.month.period)
		case slices.Contains(x.opt.Without, id):
			refusal = "left out by " + x.opt.By
			if x.opt.Reason != "" {
				refusal += ": " + x.opt.Reason
			}
		case restored[id] != "":
			return refuse("payment %s of %s %s: %s; or %s", id, s.Payment.PayeeKind, s.Payment.PayeeID, restored[id], leaveOut(s.Payment))
		default:
			refusal = x.now.refusal(id, again)
		}
		if refusal != "" {
			x.leftOut = append(x.leftOut, LeftOut{id, refusal})
			continue
		}
		x.chosen = append(x.chosen, s.Payment)
		if again {
			x.again = append(x.again, id)
		}
	}
	return x.something()
}

// settleFrom is the instant from which on the transfers of the Safes that pay this
// month tell what is missing: a day before the close of the first month that is not
// settled.
func (x *exporting) settleFrom(r *ExportRecord) time.Time {
	after := *x.ledger
	given := payments.Export{Period: x.month.period, Number: r.Number, At: x.opt.At}
	for _, b := range r.Batches {
		given.Batches = append(given.Batches, b.batch())
	}
	after.Exports = append(slices.Clone(x.ledger.Exports), given)
	var from time.Time
	for _, w := range after.watch(x.month, nil, x.judged) {
		if w.needed && (from.IsZero() || w.since.Before(from)) {
			from = w.since
		}
	}
	return from
}

// knownIDs refuses a payment to leave out that the period does not have.
func (x *exporting) knownIDs() error {
	var errs []error
	for _, id := range x.opt.Without {
		if s := x.judged.Standing(id); s == nil || s.Payment.Period != x.month.period {
			errs = append(errs, fmt.Errorf("%s: is no payment of %s; see fleetpay payments status %s", id, x.month.period, x.month.period))
		}
	}
	return refused(errors.Join(errs...))
}

// something refuses an export of nothing, and says of each payment why.
func (x *exporting) something() error {
	switch {
	case len(x.chosen) > 0 && x.now.kept > 0 && len(x.again) == 0:
		return refuse("%s: nothing goes out again, for the chain shows by now what was missing; run %s, and give out the rest without --again and --reason: fleetpay payments export %s",
			x.month.period, settleAgain(x.month.period.String()), x.month.period)
	case len(x.chosen) > 0 && x.opt.Again && len(x.again) == 0:
		return refuse("%s: --again, but no payment was seen missing after it was given out; leave --again and --reason away: fleetpay payments export %s", x.month.period, x.month.period)
	case len(x.chosen) > 0:
		return nil
	case len(x.leftOut) == 0:
		return refuse("%s: has no payment, so that there is nothing to give out; see %s for what each payee is owed", x.month.period,
			filepath.Join(x.month.dir, outputs.PayoutsPath))
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s: no payment can be given out", x.month.period)
	lines := sayLeftOut(x.leftOut, x.judged)
	for i, line := range lines {
		if i == mostTold && len(lines) > mostTold+1 {
			fmt.Fprintf(&b, "\n  and %d more; see fleetpay payments status %s", len(lines)-i, x.month.period)
			break
		}
		b.WriteString("\n  " + line)
	}
	return refuse("%s", b.String())
}

// mostTold is how many reasons an error names; the status names every payment.
const mostTold = 20

// preflight refuses what would fail on the chain. It returns the findings that
// are no errors.
func (x *exporting) preflight(ctx context.Context) ([]Finding, error) {
	findings, err := preflight(ctx, x.ws, x.month, x.ledger, x.chosen, x.opt.Nodes)
	if err != nil {
		return nil, err
	}
	var wrong []string
	for _, f := range findings {
		if f.Severity == rules.SeverityError {
			wrong = append(wrong, "\n  "+f.String())
		}
	}
	if len(wrong) > 0 {
		return nil, refuse("%s: nothing was given out; %s found before paying:%s", x.month.period, count(len(wrong), "error"), strings.Join(wrong, ""))
	}
	return findings, nil
}
