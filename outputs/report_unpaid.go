package outputs

import (
	"fmt"

	"fleetpay/rules"
)

// What earns a partner no commission, which an empty column would not explain.

// DealsUnpaid says of deals without a line of commission that there is none, ""
// when each has one.
func (v *reportView) DealsUnpaid() string {
	paid := map[string]bool{}
	for _, l := range v.index.lines[v.payout.PayeeID] {
		if _, onOperator := v.index.words.referred(l); l.Category == rules.Commission && !onOperator {
			paid[l.Subject] = true
		}
	}
	deals, unpaid := 0, 0
	for _, l := range v.leads() {
		if v.month.Period.Contains(l.ConvertedOn) {
			deals++
			if !paid[l.ID] {
				unpaid++
			}
		}
	}
	switch {
	case unpaid == 0:
		return ""
	case unpaid < deals:
		return fmt.Sprintf("No commission was computed on %d of these %d deals.", unpaid, deals)
	case v.index.paid[commissionOn{v.payout.Version, false}]: // to another partner
		return "No commission was computed on these deals."
	}
	return "No commission is paid on deals under rules " + v.payout.Version + "."
}

// ReferredUnpaid says that the partner's rules pay nothing on referred operators,
// "" when they do or nobody was referred. They do when the survey found the months
// of a commission, or when any partner has a line of one. A folder without figures
// can't tell.
func (v *reportView) ReferredUnpaid() string {
	_, months := v.figure(rules.CommissionMonths)
	if len(v.referred) == 0 || months || v.month.Figures == nil || v.index.paid[commissionOn{v.payout.Version, true}] {
		return ""
	}
	return "Under rules " + v.payout.Version + " no commission is paid on referred operators."
}
