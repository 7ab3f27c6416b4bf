package pipeline

import (
	"fmt"
	"strings"
	"time"

	"fleetpay/pipeline/payments"
)

// monthStatus sums a month up, and says what is still to come.
func (ws *Workspace) monthStatus(m *paidMonth, j *payments.Judgement, held explanations, kept keptBack, now time.Time) MonthStatus {
	status := MonthStatus{
		Period: m.period.String(), Exports: len(m.exports), Scans: m.lastSeen.number - m.explainings, States: []StateSum{}, Notes: []string{},
	}
	sums := map[payments.State]*StateSum{}
	for _, state := range paymentStates {
		sums[state] = &StateSum{State: state}
	}
	explained, barred, waiting := 0, 0, 0
	free := map[payments.State]int{} // that nothing else keeps back
	unseen := map[string]bool{}      // chains of what was given out
	for _, p := range paymentsOf(m) {
		s := j.Standing(p.ID)
		sum := sums[s.State]
		sum.Payments++
		sum.Amount = sum.Amount.Add(p.Amount)
		if held.ofPayment(s) != nil {
			explained++
		}
		switch {
		case kept.barred[p.ID] != "":
			barred++
		case kept.waits[p.ID] != "":
			waiting++
		default:
			free[s.State]++
		}
		if s.State == payments.StateExported {
			unseen[p.Chain] = true
		}
	}
	for _, state := range paymentStates {
		if sum := *sums[state]; sum.Payments > 0 {
			status.States = append(status.States, sum)
			status.Payments += sum.Payments
			status.Amount = status.Amount.Add(sum.Amount)
		}
	}
	if m.byHand != "" {
		status.Notes = append(status.Notes, "noted by hand in "+m.byHand+": nothing of the month is given out, settled or returned")
	}
	if out := free[payments.StateOpen] + waiting; out > 0 {
		said := fmt.Sprintf("%d not given out", out)
		if len(m.exports) == 0 {
			said = "nothing given out"
		}
		status.Notes = append(status.Notes, said+"; "+status.approvals(ws, m, now, waiting == 0))
	}
	if waiting > 0 {
		status.Notes = append(status.Notes, fmt.Sprintf("%d must wait for a scan of the chain", waiting))
	}
	if n := sums[payments.StateExported].Payments; n > 0 {
		status.Notes = append(status.Notes, unseenOn(m, n, unseen))
	}
	if n := free[payments.StateMissing]; n > 0 {
		status.Notes = append(status.Notes, fmt.Sprintf("%d missing: once the old batch is rejected in the Safe, fleetpay payments export %s --again --reason TEXT", n, m.period))
	}
	if barred > 0 {
		status.Notes = append(status.Notes, fmt.Sprintf("%d barred for good", barred))
	}
	if explained > 0 {
		status.Notes = append(status.Notes, fmt.Sprintf("%d explained, and %s nobody", explained, needs(explained)))
	}
	return status
}

// unseenOn says how many payments of a month no scan has looked for since they were
// given out, and the command that does, with a node for each of their chains.
func unseenOn(m *paidMonth, n int, on map[string]bool) string {
	var names []string
	for _, c := range m.manifest.Chains {
		if on[c.Chain] {
			names = append(names, c.Chain)
		}
	}
	return fmt.Sprintf("%d given out and not seen yet, on %s: fleetpay settle %s%s",
		n, strings.Join(names, ", "), m.period, strings.Repeat(" --rpc URL", len(names)))
}

func needs(n int) string {
	if n == 1 {
		return "needs"
	}
	return "need"
}

// approvals tells how far a month's approvals are, and what comes next unless
// something else must come before. A list of approvers that can't be read keeps
// nobody from seeing where payments stand.
func (status *MonthStatus) approvals(ws *Workspace, m *paidMonth, now time.Time, free bool) (said string) {
	a, err := ws.approvalsOf(m, now)
	if err != nil {
		return "approvals can't be told: " + firstLine(err)
	}
	status.Approvals = &ApprovalsStatus{Counted: len(a.Counted), Needed: a.Needed}
	switch {
	case m.byHand != "":
		return a.Standing()
	case a.Needed == 0:
		return a.Standing() + "; name them in " + configName + ", under payments: approvals"
	case len(a.Counted) < a.Needed:
		return a.Standing() + ": " + approveAgain(status.Period)
	case !free:
		return a.Standing()
	}
	return a.Standing() + ": fleetpay payments export " + status.Period
}
