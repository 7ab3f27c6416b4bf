package pipeline

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fleetpay/pipeline/payments"
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
		s, err := StatusOfPayments(t.Context(), w.ws, only, now)
		w.must(err)
		return s
	}
	check := func(when, wantList, wantNotes string) {
		t.Helper()
		if list, notes := listing(status(rules.Period{})); list != wantList || notes != wantNotes {
			t.Errorf("%s it lists %q and says\n%s", when, list, notes)
		}
	}
	nobody := "nobody is named who approves payments; name them in fleetpay.yaml, under payments: approvals"
	check("before anything is given out", "", "2026-10: nothing given out; "+nobody)

	w.export("2026-10", "2026-11-05 12:00", "alder", "birch", "cedar")
	check("once all but dogwood is given out", "dogwood=open", "2026-10: 1 not given out; "+nobody+
		"; 3 given out and not seen yet, on base, arbitrum: fleetpay settle 2026-10 --rpc URL --rpc URL")

	base := w.node("base", "2026-11-01 00:00", "2026-11-07 00:00")
	base.pay(settleSafe, "2026-11-06 08:00", walletNo(1), "101000000", 1)
	base.pay(settleSafe, "2026-11-06 09:00", walletNo(1), "101000000", 2)
	_, err := w.settle("2026-10", "2026-11-07 12:00", "base")
	refusedAs(t, err, "paid-twice")
	one := "1 given out and not seen yet, on arbitrum: fleetpay settle 2026-10 --rpc URL; " +
		"1 missing: once the old batch is rejected in the Safe, fleetpay payments export 2026-10 --again --reason TEXT"
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

// A row of returns bars its payment as soon as it is there, though the month of the
// row is open; and what pays a return once more waits for the chain. The status
// says so, as the export does.
func TestTheStatusTellsWhatElseKeepsAPaymentBack(t *testing.T) {
	w := newSettleWorld(t)
	w.close("2026-10", "2026-11-04 09:00", []due{{"alder", "base", walletNo(1), "101.00"}, {"birch", "base", walletNo(2), "211.00"}})
	w.export("2026-10", "2026-11-05 12:00", "alder")
	w.node("base", "2026-11-01 00:00", "2026-11-07 00:00")
	_, err := w.settle("2026-10", "2026-11-07 12:00", "base")
	w.must(err)
	first, birch := w.standingOf("alder"), w.ids["birch"]
	w.ids["first"] = first.Payment.ID
	w.close("2026-11", "2026-12-04 09:00", []due{{"alder", "base", walletNo(1), "101.00"}}, "first")
	november := filepath.Join(w.ws.Closes, "2026-11")
	w.must(writeReturned(november, []returnedPayment{{
		ID: first.Payment.ID, Period: first.Payment.Period, Payee: payeeKey(first.Payment), Amount: first.Payment.Amount,
		Account: rules.Account{Chain: "base", Wallet: walletNo(1)}, Standing: first.State, SeenThrough: first.SeenThrough,
	}}))
	w.must(writeSums(november))
	w.ws.Sources = []Source{{Dataset: returnsDataset, Kinds: []Kind{{Name: kindFile, Pattern: "returns.csv"}}}}
	returns := func(text string) {
		w.must(os.WriteFile(filepath.Join(w.ws.Dir, "returns.csv"), []byte("return_id,payment_id,period,reason,approved_by\n"+text), 0o666))
	}
	returns("ret-9," + birch + ",2026-12,keys lost,R. Finance\n")
	status, err := StatusOfPayments(t.Context(), w.ws, rules.Period{}, instantOf(t, "2026-12-05 12:00"))
	w.must(err)
	if len(status.Notes) > 0 || len(status.Payments) != 2 {
		t.Fatalf("it notes %q and lists %+v", status.Notes, status.Payments)
	}
	if p := status.Payments[0]; p.PaymentID != birch || p.State != "open" || p.Barred != "return ret-9 of 2026-12 names it" || p.Waits != "" || p.Why != "never given out" {
		t.Errorf("birch stands as %+v", p)
	}
	if p := status.Payments[1]; p.PayeeID != "alder" || p.Period != "2026-11" || p.Barred != "" || !strings.Contains(p.Waits, "run fleetpay settle 2026-10") {
		t.Errorf("alder stands as %+v", p)
	}
	if _, notes := listing(status); notes != "2026-10: 1 barred for good\n2026-11: nothing given out; nobody is named who approves payments; name them in fleetpay.yaml, under payments: approvals; 1 must wait for a scan of the chain" {
		t.Errorf("it says\n%s", notes)
	}
	if a := status.Months[0].Approvals; a != nil {
		t.Errorf("of October, of which nothing is to be given out, it tells the approvals %+v", a)
	}
	if a := status.Months[1].Approvals; a == nil || *a != (ApprovalsStatus{}) {
		t.Errorf("of November it tells the approvals %+v", a)
	}

	// A bad file keeps nobody from seeing the rest.
	returns("ret-9," + birch + ",December,keys lost,R. Finance\nret-8," + birch + ",November,keys lost,R. Finance\n")
	status, err = StatusOfPayments(t.Context(), w.ws, rules.Period{}, instantOf(t, "2026-12-05 12:00"))
	w.must(err)
	if len(status.Notes) != 1 || !strings.HasPrefix(status.Notes[0], "which payments the returns bar can't be told: returns.csv:2: ") || !strings.HasSuffix(status.Notes[0], " (and 1 more)") {
		t.Errorf("of a bad file it notes %q", status.Notes)
	}
	if p := status.Payments[0]; p.PaymentID != birch || p.Barred != "" {
		t.Errorf("birch stands as %+v", p)
	}

	// So does the check: it looks at what an export could give out, and says who waits.
	returns("ret-9," + birch + ",2026-12,keys lost,R. Finance\n")
	found, err := CheckPayments(t.Context(), w.ws, month(t, "2026-11"), nil)
	w.must(err)
	if len(found.Findings) != 1 || found.Findings[0].Kind != "must-wait" || !strings.HasPrefix(found.Findings[0].Do, "until then leave it out: fleetpay payments export 2026-11 --without ") {
		t.Errorf("the check finds %+v", found.Findings)
	}
	// The export is refused with the same words, unless the payment is left out.
	c, waiting := closes{w.ws.Closes}, w.ids["alder"]
	l, err := c.ledger()
	w.must(err)
	choose := func(without ...string) error {
		x := &exporting{closes: c, ws: w.ws, ledger: l, month: l.months[month(t, "2026-11")], judged: l.Judge(), opt: ExportOptions{By: "R. Finance", Without: without}}
		return x.choose(t.Context())
	}
	refusedAs(t, choose(), "payment "+waiting+" of operator alder: pays again what the return of "+first.Payment.ID+" gave back", "; or leave it out: fleetpay payments export 2026-11 --without "+waiting)
	refusedAs(t, choose(waiting), "2026-11: no payment can be given out\n  "+waiting+": left out by R. Finance")
	if found, err = CheckPayments(t.Context(), w.ws, month(t, "2026-10"), nil); err != nil || found.Payments != 0 || len(found.LeftOut) != 2 || found.LeftOut[1].State != barredState {
		t.Errorf("the check finds %+v, %v", found, err)
	}
}

// A payment that pays a return once more is not returned in its turn because its
// wallet is blocked.
func TestWhatPaysAReturnOnceMoreIsNotReturnedForItsWallet(t *testing.T) {
	s := newPreflightScene(t)
	before := s.list[0]
	before.ID, before.Period = "FP-202609-AAAAAAAAAAAAAAAA", rules.Period{Year: 2026, Month: 9}
	s.l.Payments = append([]payments.Payment{before}, s.l.Payments...)
	s.l.Returns = []payments.Return{{PaymentID: before.ID, In: s.month.period}}
	s.node(t, "base", func(n *fakeNode) {
		n.blacklisted[strings.ToLower(walletAlder)], n.blacklisted[strings.ToLower(walletBirch)] = true, true
	})
	sameFindings(t, s.findings(t), []string{
		"error " + alderIs + "wallet " + walletAlder + " is blacklisted by the token on base; leave it out: fleetpay payments export 2026-10 --without " + idAlder,
		"error " + birchIs + "wallet " + walletBirch + " is blacklisted by the token on base" + fmt.Sprintf(sayLeave, idBirch),
	})
}
