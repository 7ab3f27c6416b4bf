package pipeline

import (
	"slices"
	"strings"
	"testing"

	"fleetpay/rules"
)

// listing tells the payments that a status lists, as payee=state, then its
// strays, and what it says of each month.
func listing(s *PaymentsStatus) (list, notes string) {
	var texts, said []string
	for _, p := range s.Payments {
		texts = append(texts, p.PayeeID+"="+string(p.State))
	}
	for _, x := range s.Strays {
		texts = append(texts, string(x.Kind)+" "+x.Amount)
	}
	for _, m := range s.Months {
		said = append(said, m.Period+": "+strings.Join(m.Notes, "; "))
	}
	return strings.Join(texts, ", "), strings.Join(said, "\n")
}

func TestTheStatusListsWhatNeedsSomebody(t *testing.T) {
	w := newSettleWorld(t)
	w.close("2026-10", "2026-11-04 09:00", []due{
		{"alder", "base", walletNo(1), "101.00"}, {"birch", "base", walletNo(2), "211.00"}, {"cedar", "arbitrum", walletNo(3), "307.00"},
		{"dogwood", "base", walletNo(4), "401.00"},
	})
	now := instantOf(t, "2026-11-20 12:00")
	status := func(only rules.Period) *PaymentsStatus {
		s, err := StatusOfPayments(w.ws, only, now)
		w.must(err)
		return s
	}
	check := func(when, wantList, wantNotes string) {
		t.Helper()
		if list, notes := listing(status(rules.Period{})); list != wantList || notes != wantNotes {
			t.Errorf("%s it lists %q and says\n%s", when, list, notes)
		}
	}
	nobody := "nobody is named who approves payments"
	check("before anything is given out", "", "2026-10: nothing given out; "+nobody)

	w.export("2026-10", "2026-11-05 12:00", "alder", "birch", "cedar")
	settle := "2 given out and not seen yet: run fleetpay settle 2026-10 --rpc URL, or --transfers FILE"
	check("once all but dogwood is given out", "dogwood=open", "2026-10: 1 not given out; "+nobody+"; "+strings.Replace(settle, "2", "3", 1))

	base := w.node("base", "2026-11-01 00:00", "2026-11-07 00:00")
	base.pay(settleSafe, "2026-11-06 08:00", walletNo(1), "101000000", 1)
	base.pay(settleSafe, "2026-11-06 09:00", walletNo(1), "101000000", 2)
	_, err := w.settle("2026-10", "2026-11-07 12:00", "base")
	refusedAs(t, err, "paid-twice")
	one := strings.Replace(settle, "2", "1", 1)
	check("once base was looked at", "birch=missing, dogwood=open, paid-twice 101.00", "2026-10: 1 not given out; "+nobody+"; "+one)

	// A later month of which nothing is given out lists nothing.
	w.close("2026-11", "2026-12-04 09:00", []due{{"alder", "base", walletNo(1), "503.00"}})
	check("with November", "birch=missing, dogwood=open, paid-twice 101.00", "2026-10: 1 not given out; "+nobody+"; "+one+"\n2026-11: nothing given out; "+nobody)

	// A month asked for lists all of its own.
	list, _ := listing(status(month(t, "2026-10")))
	if want := []string{"alder=settled", "birch=missing", "cedar=exported", "dogwood=open", "paid-twice 101.00"}; !slices.Equal(sorted(strings.Split(list, ", ")), want) {
		t.Errorf("of October it lists %q", list)
	}
	if list, notes := listing(status(month(t, "2026-11"))); list != "alder=open" || notes != "2026-11: nothing given out; "+nobody {
		t.Errorf("of November it lists %q and says %q", list, notes)
	}
}
