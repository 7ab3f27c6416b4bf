package pipeline

import (
	"fmt"
	"strings"

	"fleetpay/pipeline/payments"
)

// mostNamed is how many payments are named of those that are left out for one
// reason.
const mostNamed = 3

// sayLeftOut words payments that are not given out, those of one reason together:
// 13 payments: REASON: FP-…, FP-…, FP-… and 10 more. Of settled payments each has
// a reason of its own, the transaction that paid it, and they are only counted.
func sayLeftOut(list []LeftOut, j *payments.Judgement) []string {
	const paid = "paid already"
	var reasons []string
	of := map[string][]LeftOut{}
	for _, out := range list {
		why := out.Why
		if s := j.Standing(out.PaymentID); s != nil && s.State == payments.StateSettled {
			why = paid
		}
		if len(of[why]) == 0 {
			reasons = append(reasons, why)
		}
		of[why] = append(of[why], out)
	}
	var lines []string
	for _, why := range reasons {
		alike := of[why]
		switch {
		case len(alike) == 1:
			lines = append(lines, alike[0].PaymentID+": "+alike[0].Why)
		case why == paid:
			lines = append(lines, fmt.Sprintf("%d payments: %s", len(alike), why))
		default:
			lines = append(lines, fmt.Sprintf("%d payments: %s: %s", len(alike), why, someIDs(alike)))
		}
	}
	return lines
}

// someIDs names the first payments of a list, and counts the rest.
func someIDs(list []LeftOut) string {
	most := mostNamed
	if len(list) == most+1 {
		most++ // "and 1 more" is no shorter
	}
	var ids []string
	for _, out := range list[:min(most, len(list))] {
		ids = append(ids, out.PaymentID)
	}
	text := strings.Join(ids, ", ")
	if n := len(list) - most; n > 0 {
		text += fmt.Sprintf(" and %d more", n)
	}
	return text
}
