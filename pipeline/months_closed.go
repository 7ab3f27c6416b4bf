package pipeline

import (
	"context"
	"fmt"
	"time"

	"fleetpay/outputs"
	"fleetpay/pipeline/payments"
	"fleetpay/rules"
)

// closedMonths is what is known of the closed months, and of their payments as far
// as they can be told.
type closedMonths struct {
	ws       *Workspace
	now      time.Time
	months   map[rules.Period]*paidMonth
	statuses map[rules.Period]MonthStatus // none when the settlement can't be told
	asking   map[rules.Period]int         // payments and transfers that need a person
	last     rules.Period
	notes    []string // what could not be told of all payments; it stands with the last month

	damage map[rules.Period]error  // why a closed folder can't be relied on, or read
	untold map[rules.Period]string // why the payments of a month can't be told
}

// settledMonths reads every closed month as payments status does. A month that is
// damaged hides only that: whether payments of the others were settled hangs on all
// months together, and is then left untold, but not what they came to.
func (s *surveying) settledMonths(ctx context.Context) *closedMonths {
	k := &closedMonths{
		ws: s.ws, now: s.now, last: s.last(),
		months: map[rules.Period]*paidMonth{}, statuses: map[rules.Period]MonthStatus{}, asking: map[rules.Period]int{},
		damage: map[rules.Period]error{}, untold: map[rules.Period]string{},
	}
	l, err := s.ledgerOf(s.closed)
	if err != nil {
		k.oneByOne(s, err)
		return k
	}
	k.months = l.months
	status := s.ws.statusOf(ctx, l, rules.Period{}, s.now)
	k.notes = status.Notes
	periods := map[string]rules.Period{}
	for _, p := range s.closed {
		periods[p.String()] = p
	}
	for _, m := range status.Months {
		k.statuses[periods[m.Period]] = m
	}
	for _, x := range status.Payments {
		k.asking[periods[x.Period]]++
	}
	for _, x := range status.Strays {
		k.asking[periods[x.Period]]++
	}
	return k
}

// oneByOne reads the closed months each by itself, after an error that one of them
// has, or all of them have together.
func (k *closedMonths) oneByOne(s *surveying, whole error) {
	for _, p := range s.closed {
		k.untold[p] = "settlement can't be told: " + firstLine(whole)
		m, err := s.paidMonth(p)
		if err != nil {
			k.damage[p] = err
			continue
		}
		k.months[p] = m
		if err := newLedger().take(s.closes, m); err != nil {
			k.untold[p] = "payments can't be told: " + firstLine(err)
		}
		if _, err := linesIn(m.closed); err != nil { // of all that take reads, what is in the closed folder
			k.damage[p] = err
		}
	}
}

// tell tells of a closed month.
func (k *closedMonths) tell(to *Month) {
	to.Folder = closes{k.ws.Closes}.folder(to.Period)
	damage := k.damage[to.Period]
	if damage == nil {
		damage = k.months[to.Period].tell(to)
	}
	if damage != nil {
		to.Damage, to.Untold = firstLine(damage), "payments can't be told"
		if advice := Advice(damage); advice != "" {
			to.Damage += "; " + advice
		}
		to.Reason = "damaged: " + to.Damage
		if ExitStatus(damage) == ExitSurroundings {
			to.Reason = "can't be read: " + to.Damage
		}
		return
	}
	m := k.months[to.Period]
	to.tellPayments(m)
	status, told := k.statuses[to.Period]
	if !told {
		to.Untold, to.Reason = k.untold[to.Period], k.untold[to.Period]
		k.approvalsNow(m, to)
		return
	}
	for _, sum := range status.States {
		if sum.State == payments.StateSettled {
			to.Settled = sum.Payments
		}
	}
	if status.Approvals != nil {
		to.Approvals, to.Needed = status.Approvals.Counted, status.Approvals.Needed
	}
	to.Notes = append(to.Notes, status.Notes...)
	if n := k.asking[to.Period]; n > 0 {
		to.Notes = append(to.Notes, fmt.Sprintf("%s %s somebody: fleetpay payments status", askers(n), needs(n)))
	}
	if to.Period == k.last {
		to.Notes = append(to.Notes, k.notes...)
	}
}

// askers words payments and transfers that need a person.
func askers(n int) string {
	if n == 1 {
		return "1 payment or transfer"
	}
	return fmt.Sprintf("%d payments and transfers", n)
}

// tell tells what a month came to.
func (m *paidMonth) tell(to *Month) error {
	counted, err := exceptionsIn(m.closed)
	if err != nil {
		return err
	}
	to.ClosedAt, to.PreparedBy, to.Totals, to.Exceptions = m.record.ClosedAt, m.record.PreparedBy, &m.record.Totals, counted
	for _, held := range m.manifest.Held {
		sum, err := rules.ParseMoney(held.CarriedOut)
		if err != nil {
			return m.closed.fail(outputs.ManifestPath, err)
		}
		to.HeldSum = to.HeldSum.Add(sum)
	}
	to.Held = len(m.manifest.Held)
	return nil
}

// tellPayments counts a month's payments, and those that were given out. What was
// given out keeps the approvals that it was given out on.
func (m *Month) tellPayments(of *paidMonth) {
	m.Payments, m.Exports = len(paymentsOf(of)), len(of.exports)
	given := map[string]bool{}
	for _, x := range of.exports {
		for _, b := range x.Batches {
			for _, id := range b.Payments {
				given[id] = true
			}
		}
		m.Approvals, m.Needed = len(x.Approvals), x.Needed
	}
	m.Given = len(given)
}

// approvalsNow tells how far the approvals are of a month of which nothing was given
// out.
func (k *closedMonths) approvalsNow(m *paidMonth, to *Month) {
	if to.Payments == 0 || to.Exports > 0 {
		return
	}
	a, err := k.ws.approvalsOf(m, k.now)
	if err != nil {
		to.Notes = append(to.Notes, "approvals can't be told: "+firstLine(err))
		return
	}
	to.Approvals, to.Needed = len(a.Counted), a.Needed
}

// exceptionsFile is exceptions.csv. Its severities are words that no spreadsheet
// takes for a formula, and stand in it as they are.
var exceptionsFile = table{outputs.ExceptionsPath, []string{"kind", "severity", "subject", "message"}}

// exceptionsIn counts the exceptions of a closed folder.
func exceptionsIn(closed closedFolder) (s Severities, err error) {
	data, err := closed.read(exceptionsFile.name)
	if err != nil {
		return s, err
	}
	err = exceptionsFile.read(data, func(row []string) error {
		switch rules.Severity(row[1]) {
		case rules.SeverityError:
			s.Error++
		case rules.SeverityWarning:
			s.Warning++
		case rules.SeverityInfo:
			s.Info++
		default:
			return fmt.Errorf("severity: %q is none", row[1])
		}
		return nil
	})
	if err != nil {
		return s, closed.fail(exceptionsFile.name, err)
	}
	return s, nil
}
