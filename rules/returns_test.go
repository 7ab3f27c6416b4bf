package rules

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

const lostPayment = "FP-202608-00000000000000A1"

// lost returns a payment of August 2026 to ada in September.
func lost() Return {
	return Return{
		ID: "ret-1", PaymentID: lostPayment, Period: Period{2026, 9}, Reason: "keys lost", ApprovedBy: "R. Finance",
		PaidIn: Period{2026, 8}, PayeeKind: OperatorPayee, PayeeID: "ada", Amount: cents(10301),
	}
}

func TestAReturnedPaymentIsALineAfterAllOthersThatNothingIsComputedFrom(t *testing.T) {
	const rules = "rules:\n  - {id: start, label: Start, category: base, amount: {rate: 151.00, per: operator-month}}\n" +
		"  - {id: extra, label: Extra, category: bonus, amount: {share: 10%, of: {category: [base]}}}\n" +
		"caps: [{id: cap, label: Cap, category: bonus, at_most: 11.00}]\n"
	f := ada()
	f.Adjustments = []Adjustment{{ID: "adj-1", PayeeKind: OperatorPayee, PayeeID: "ada", Period: f.Period, Amount: cents(-700), Reason: "a cable", ApprovedBy: "lena"}}
	second := lost()
	second.ID, second.PaymentID, second.Reason, second.Amount = "ret-0", "FP-202608-00000000000000A2", "Safe was locked", cents(200)
	f.Returns = []Return{second, lost()} // lines are in the order of payment ids
	book := bookOf(t, rules, f)
	want := startLine +
		"extra : 10% × 125.83 of base lines = 12.58, earned: 10% × 125.83 of base lines\n" +
		"cap : 11.00 at most, of bonus lines 12.58 = -1.58, charged: bonus lines of 12.58 are over the cap of 11.00\n" +
		"adjustment adj-1: -7.00 as approved = -7.00, approved: a cable; approved by lena\n" +
		"return FP-202608-00000000000000A1: 103.01 of payment FP-202608-00000000000000A1 = 103.01, approved: " +
		"payment FP-202608-00000000000000A1 of 2026-08 could not be made: keys lost; approved by R. Finance\n" +
		"return FP-202608-00000000000000A2: 2.00 of payment FP-202608-00000000000000A2 = 2.00, approved: " +
		"payment FP-202608-00000000000000A2 of 2026-08 could not be made: Safe was locked; approved by lena"
	want = strings.Replace(want, "locked; approved by lena", "locked; approved by R. Finance", 1)
	if got := texts(book.Lines); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	line := book.Lines[len(book.Lines)-2]
	if line.Label != "Returned payment" || line.Category != Returned || line.Quantity != "" || line.Number != 5 {
		t.Errorf("got %+v", line)
	}
	// 125.83 + 12.58 − 1.58 − 7.00 + 103.01 + 2.00
	if got := book.Payouts[0].Earned.String(); got != "234.84" {
		t.Errorf("earned %s", got)
	}
}

func TestReturnsThatCantBeSettledAreAllNamed(t *testing.T) {
	f := ada()
	again, stranger, early, nothing := lost(), lost(), lost(), lost()
	again.ID = "ret-2"
	stranger.ID, stranger.PaymentID, stranger.PayeeKind, stranger.PayeeID = "ret-3", "FP-202608-00000000000000A3", PartnerPayee, "hub"
	early.ID, early.PaymentID, early.PaidIn = "ret-4", "FP-202609-00000000000000A4", Period{2026, 9}
	nothing.ID, nothing.PaymentID, nothing.Amount = "ret-5", "FP-202608-00000000000000A5", Money{}
	f.Returns = []Return{lost(), again, stranger, early, nothing}
	_, err := Settle(f, shippedRules(t))
	want := `return ret-2 of payment FP-202608-00000000000000A1: the payment is that of return ret-1 too; keep one of them
return ret-3 of payment FP-202608-00000000000000A3 is for partner hub, which is not among the partners; put it back
return ret-4 of payment FP-202609-00000000000000A4: the payment is of 2026-09, which is not before 2026-09; enter the return in a later period
return ret-5 of payment FP-202608-00000000000000A5: the payment is of 0.00, which is nothing to give back; correct the payment`
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
}

func TestAMissedReturnIsToldAndGivesNothingBack(t *testing.T) {
	f := ada()
	f.ClosedSince = Period{2026, 7}
	closed, before := lost(), lost()
	closed.Period = Period{2026, 8}
	before.ID, before.PaymentID, before.Period = "ret-2", "FP-202605-00000000000000A2", Period{2026, 6}
	f.MissedReturns = []Return{closed, before}
	book := bookOf(t, start, f)
	var got []string
	for _, e := range book.Exceptions {
		if e.Kind == "return-missed" {
			got = append(got, string(e.Severity)+" "+e.Subject+": "+e.Message)
		}
	}
	want := "error return:ret-1: payment FP-202608-00000000000000A1 is not given back: 2026-08 was closed without it; enter it in 2026-09\n" +
		"error return:ret-2: payment FP-202605-00000000000000A2 is not given back: 2026-06 is before the first close; enter it in 2026-09"
	if strings.Join(got, "\n") != want || len(book.Lines) != 1 {
		t.Errorf("got\n%s\nwant\n%s\n%d lines", strings.Join(got, "\n"), want, len(book.Lines))
	}
}

// Where a payment could not be made to is where it goes again, as long as nobody
// changed the payee's wallet.
func TestPeopleAreToldOfAReturnAndOfTheWalletThatFailed(t *testing.T) {
	const wallet, other = "0xAb0000000000000000000000000000000000000C", "0xAb0000000000000000000000000000000000000D"
	const told = "warning returned-payment operator:ada: payment FP-202608-00000000000000A1 of 2026-08, 103.01: keys lost; owed again"
	const same = "error returned-same-wallet operator:ada: payment FP-202608-00000000000000A1 of 2026-08 could not be made to " +
		wallet + " on base, and 2026-09 pays there again; confirm the wallet with the payee: if it is wrong, put the right one into the export, " +
		"withdraw 2026-09 and close it again; until it is sure, leave the new payment out with payments export 2026-09 --without PAYMENT_ID"
	for _, c := range []struct {
		name    string
		to      Destination
		carried Money
		want    []string
	}{
		{"the same wallet", Destination{Chain: "base", Wallet: wallet}, Money{}, []string{told, same}},
		{"the same wallet in other letters", Destination{Chain: "base", Wallet: strings.ToLower(wallet)}, Money{}, []string{told, same}},
		{"another wallet", Destination{Chain: "base", Wallet: other}, Money{}, []string{told}},
		{"another chain", Destination{Chain: "optimism", Wallet: wallet}, Money{}, []string{told}},
		{"the same wallet, and the balance is held", Destination{Chain: "base", Wallet: wallet, Problems: []string{"wallet is blocked"}}, Money{}, []string{told}},
		{"the same wallet, and a debt is carried on", Destination{Chain: "base", Wallet: wallet}, cents(-99999), []string{told}},
	} {
		f := ada()
		f.Operators[0].Destination = c.to
		f.Carried = []Carried{{OperatorPayee, "ada", c.carried}}
		r := lost()
		r.Account = Account{"base", wallet}
		f.Returns = []Return{r}
		var got []string
		for _, e := range bookOf(t, start, f).Exceptions {
			if strings.HasPrefix(e.Kind, "returned-") {
				got = append(got, string(e.Severity)+" "+e.Kind+" "+e.Subject+": "+e.Message)
			}
		}
		if strings.Join(got, "\n") != strings.Join(c.want, "\n") {
			t.Errorf("%s: got\n%s\nwant\n%s", c.name, strings.Join(got, "\n"), strings.Join(c.want, "\n"))
		}
	}
}

// A payment and its return cancel out over two months: what is given out in both,
// less what came back, and what is carried on is what was carried in and earned.
// Nobody else's money moves, and no figure of what was earned or spent does.
func TestAPaymentAndItsReturnCancelOut(t *testing.T) {
	rb := shippedRules(t)
	rapid.Check(t, func(t *rapid.T) {
		f, first, e := drawSurvey(t, rb)
		past := surveyDrawn(t, f, first, e, rb, nil).All()
		var paid []Payout
		next := *f
		next.Period, next.Revenue, next.Returns, next.Carried = f.Period.Next(), nil, nil, nil
		for _, p := range first.Payouts {
			next.Carried = append(next.Carried, Carried{p.PayeeKind, p.PayeeID, p.CarriedOut})
			if p.Status == Payable {
				paid = append(paid, p)
			}
		}
		if len(paid) == 0 {
			return
		}
		without := mustSettle(t, &next, rb)
		gone := rapid.SampledFrom(paid).Draw(t, "returned")
		given := next
		given.Returns = []Return{{
			ID: "ret", PaymentID: "FP-1", Period: next.Period, Reason: "keys lost", ApprovedBy: "lena",
			PaidIn: f.Period, PayeeKind: gone.PayeeKind, PayeeID: gone.PayeeID, Amount: gone.Payable,
		}}
		with := mustSettle(t, &given, rb)

		before := map[account]Payout{}
		for _, p := range without.Payouts {
			before[account{p.PayeeKind, p.PayeeID}] = p
		}
		for _, p := range with.Payouts {
			key := account{p.PayeeKind, p.PayeeID}
			was := before[key]
			if key != (account{gone.PayeeKind, gone.PayeeID}) {
				if p.Payable.Cmp(was.Payable) != 0 || p.CarriedOut.Cmp(was.CarriedOut) != 0 {
					t.Errorf("%s: %s and %s for a payment that is not its own", p.PayeeID, p.Payable, p.CarriedOut)
				}
				continue
			}
			// Nothing of the first payment is left: it came back.
			sumsTo(t, "of both months", p.Payable.Add(p.CarriedOut), gone.CarriedIn.Add(gone.Earned).Add(was.Earned))
		}
		if _, settles := before[account{gone.PayeeKind, gone.PayeeID}]; !settles {
			return // there is but the return, and rows of nothing beside it
		}
		beside, figures := surveyDrawn(t, &next, without, e, rb, past), surveyDrawn(t, &given, with, e, rb, past)
		for _, r := range figures.All() {
			switch r.Name {
			case FigureReturned, YearToDate(FigureReturned), FigurePayable, YearToDate(FigurePayable), FigureCarriedOut:
				continue
			}
			if value, ok := beside.In(r.Period, r.Kind, r.ID, r.Name); !ok || value != r.Value {
				t.Errorf("%s is %s, and %s without the return", r.words(), r.Value, value)
			}
		}
		sumsTo(t, "the fleet's returned", figures.mayBe(OfTheFleet, FleetID, FigureReturned), gone.Payable)
	})
}
