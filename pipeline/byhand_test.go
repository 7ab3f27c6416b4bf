package pipeline

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"fleetpay/rules"
)

// Somebody noted among October's exports that a payment was made without them.
// That stops October, and nothing else.
func TestANoteAmongTheExportsStopsItsMonthAlone(t *testing.T) {
	w := october(t)
	w.close("2026-11", "2026-12-04 09:00", []due{{"dogwood", "base", walletNo(4), "401.00"}})
	w.export("2026-11", "2026-12-05 12:00", "dogwood")
	note := filepath.Join(w.ws.Closes, "2026-10.exports", "note.txt")
	w.must(writeFile(note, []byte("alder was paid in cash\n")))
	base := w.node("base", "2026-11-01 00:00", "2026-12-07 00:00")
	base.pay(settleSafe, "2026-12-06 08:00", walletNo(4), "401000000", 1)
	const means = ": is no export of this program, so somebody noted a payment there by hand; find out what was paid"

	_, err := w.settle("2026-10", "2026-12-07 01:00", "base")
	refusedAs(t, err, note+means)
	_, err = ExportPayments(context.Background(), w.ws, month(t, "2026-10"), ExportOptions{By: "R. Finance", At: instantOf(t, "2026-12-07 01:00")})
	refusedAs(t, err, note+means)
	_, err = CheckPayments(context.Background(), w.ws, month(t, "2026-10"), nil)
	refusedAs(t, err, note+means)
	_, err = Withdraw(w.ws, month(t, "2026-10"), WithdrawOptions{Reason: "an input was cut short", By: "R. Finance", At: instantOf(t, "2026-12-07 01:00")})
	refusedAs(t, err, "2026-10: ")

	s, err := w.settle("2026-11", "2026-12-07 01:00", "base")
	w.must(err)
	if got := states(s); got != "dogwood=settled" {
		t.Errorf("November stands at %s", got)
	}
	_, _, problem, err := (&returning{closes: closes{w.ws.Closes}, open: month(t, "2026-12"), months: map[rules.Period]map[string]rules.Payout{}}).
		standing(month(t, "2026-10"), w.ids["birch"])
	if err != nil || !strings.HasPrefix(problem, note+means) {
		t.Errorf("%v: a payment of October may be returned: %q", err, problem)
	}

	status, err := StatusOfPayments(t.Context(), w.ws, rules.Period{}, instantOf(t, "2026-12-07 02:00"))
	w.must(err)
	if len(status.Months) != 2 || !strings.Contains(strings.Join(status.Months[0].Notes, "\n"), "noted by hand in "+note) ||
		strings.Contains(strings.Join(status.Months[1].Notes, "\n"), "by hand") {
		t.Errorf("the status says %+v", status.Months)
	}
}

// What is no entry in a settlement is nobody's note.
func TestAStrangeFileInASettlementIsRefused(t *testing.T) {
	w := october(t)
	note := filepath.Join(w.ws.Closes, "2026-10.settlement", "note.txt")
	w.must(writeFile(note, []byte("?\n")))
	_, err := closes{w.ws.Closes}.ledger()
	refusedAs(t, err, note+": does not belong there; move it away")
}
