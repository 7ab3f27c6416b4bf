package pipeline

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"fleetpay/rules"
)

func TestAClosedMonthTellsItsTotalsAndItsPayments(t *testing.T) {
	w := newMonthsWorld(t)
	w.close("2026-07", []due{
		{"alder", "base", walletNo(1), "101.00"}, {"birch", "base", walletNo(2), "211.00"}, {"cedar", "base", walletNo(3), "307.00"},
	}, rules.SeverityError, rules.SeverityInfo, rules.SeverityWarning, rules.SeverityInfo)
	w.close("2026-08", nil)
	july := func(at string) Month { return w.at(w.months(at), "2026-07") }

	m := july("2026-09-04 08:00")
	// 101.00 + 211.00 + 307.00
	if m.Totals == nil || m.Totals.Payable != "619.00" || m.ClosedAt != "2026-08-03T12:00:00Z" || m.PreparedBy != "R. Finance" ||
		m.Exceptions != (Severities{Error: 1, Warning: 1, Info: 2}) || m.Exceptions.All() != 4 || m.Damage != "" || m.Untold != "" || m.Reason != "" {
		t.Errorf("got %+v", m)
	}
	count := func(m Month) string {
		return fmt.Sprintf("%d of %d approvals, %d exports, %d given out of %d, %d settled", m.Approvals, m.Needed, m.Exports, m.Given, m.Payments, m.Settled)
	}
	if got := count(m); got != "0 of 0 approvals, 0 exports, 0 given out of 3, 0 settled" {
		t.Errorf("before anything is given out: %s", got)
	}
	w.export("2026-07", "2026-08-05 12:00", "alder", "birch")
	base := w.node("base", "2026-08-01 00:00", "2026-08-07 00:00")
	base.pay(settleSafe, "2026-08-06 08:00", walletNo(1), "101000000", 1)
	_, err := w.settle("2026-07", "2026-08-07 12:00", "base")
	w.must(err)
	m = july("2026-09-04 08:00")
	// birch is missing and cedar was left behind: both need somebody.
	if got := count(m); got != "0 of 0 approvals, 1 exports, 2 given out of 3, 1 settled" || !strings.Contains(strings.Join(m.Notes, "\n"), "2 payments and transfers need somebody") {
		t.Errorf("once alder is paid: %s, and says %q", got, m.Notes)
	}
	if m := w.at(w.months("2026-09-04 08:00"), "2026-08"); m.Payments != 0 || m.Totals.Payable != "0.00" || m.Exceptions.All() != 0 || len(m.Notes) != 0 {
		t.Errorf("of a month that pays nothing: %+v", m)
	}
}

func TestADamagedMonthHidesNoOther(t *testing.T) {
	cases := []struct {
		name, file string
		damage     string // of July
		untold     string // of July
		others     string // untold of August
	}{
		{"a table of the close", "2026-07/payouts.csv", "payouts.csv: is not the file that SHA256SUMS lists", "payments can't be told", "settlement can't be told: "},
		{"its lines", "2026-07/lines.csv", "lines.csv: is not the file that SHA256SUMS lists", "payments can't be told", "settlement can't be told: "},
		{"its record", "2026-07/close.json", "close.json: is not the file that SHA256SUMS lists", "payments can't be told", "settlement can't be told: "},
		{"its exceptions", "2026-07/exceptions.csv", "exceptions.csv: is not the file that SHA256SUMS lists", "payments can't be told", ""},
		{"an export", "2026-07.exports/001/export.json", "", "payments can't be told: ", "settlement can't be told: "},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := newMonthsWorld(t)
			w.close("2026-07", alder, rules.SeverityInfo)
			w.close("2026-08", alder)
			w.export("2026-07", "2026-08-05 12:00", "alder")
			path := filepath.Join(w.ws.Closes, c.file)
			data, err := os.ReadFile(path)
			w.must(err)
			w.must(os.WriteFile(path, append(data, ' '), 0o666))

			list := w.months("2026-09-15 08:00")
			if got := statesOf(list); got != "2026-07 closed, 2026-08 closed, 2026-09 open" {
				t.Fatal(got)
			}
			july, august := list[0], list[1]
			if !strings.Contains(july.Damage, c.damage) || (july.Damage == "") != (c.damage == "") || (july.Totals == nil) != (c.damage != "") ||
				!strings.HasPrefix(july.Untold, c.untold) || july.Reason == "" {
				t.Errorf("July says %+v", july)
			}
			if august.Damage != "" || august.Totals == nil || august.Totals.Payable != "101.00" || august.Payments != 1 ||
				!strings.HasPrefix(august.Untold, c.others) || (august.Untold == "") != (c.others == "") {
				t.Errorf("August says %+v", august)
			}
		})
	}
}

func TestAFolderThatCannotBeReadIsNotCalledDamaged(t *testing.T) {
	w := newMonthsWorld(t)
	w.close("2026-07", alder)
	p := month(t, "2026-07")
	k := &closedMonths{ws: w.ws, damage: map[rules.Period]error{p: &fs.PathError{Op: "open", Path: "payouts.csv", Err: syscall.EACCES}}}
	m := Month{Period: p, State: MonthClosed}
	k.tell(&m)
	const want = "open payouts.csv: permission denied; let this user read and write there (see ls -l), and run it again"
	if m.Reason != "can't be read: "+want || m.Damage != want || m.Totals != nil || m.Untold == "" {
		t.Errorf("it says %+v", m)
	}
}

func TestAMonthThatIsWithdrawnWhileItIsReadIsNotCalledDamaged(t *testing.T) {
	for range 40 {
		w := newMonthsWorld(t)
		w.close("2026-07", alder)
		var both sync.WaitGroup
		both.Go(func() {
			if _, err := Withdraw(w.ws, month(t, "2026-07"), WithdrawOptions{Reason: "a wallet was wrong", By: "R. Finance", At: instantOf(t, "2026-08-04 09:00")}); err != nil {
				t.Error(err)
			}
		})
		for told := MonthClosed; told == MonthClosed && !t.Failed(); {
			list, err := Months(w.ws, instantOf(t, "2026-08-20 12:00"))
			if err != nil || len(list) == 0 || list[0].Damage != "" {
				t.Fatalf("%+v, %v", list, err)
			}
			told = list[0].State
		}
		both.Wait()
	}
}
