package pipeline

import (
	"slices"
	"testing"
)

// What the base chain's scan of October says up to 7 November is nothing that was
// seen of November, which gave out on 5 December.
func TestAsOfIsAnInstantAfterTheMonthsOwnExport(t *testing.T) {
	w := october(t)
	base := w.node("base", "2026-11-01 00:00", "2026-11-07 00:00")
	arbitrum := w.node("arbitrum", "2026-11-01 00:00", "2026-11-07 00:00")
	s, err := w.settle("2026-10", "2026-11-07 12:00", "base", "arbitrum")
	w.must(err)
	if got := s.TieOut.AsOf; got != "2026-11-07T00:00:00Z" {
		t.Errorf("October as of %q", got)
	}
	w.close("2026-11", "2026-12-04 09:00", []due{{"alder", "base", walletNo(1), "401.00"}, {"cedar", "arbitrum", walletNo(3), "409.00"}})
	w.export("2026-11", "2026-12-05 12:00", "alder", "cedar")
	base.until(instantOf(t, "2026-12-07 00:00"))
	s, err = w.settle("2026-11", "2026-12-07 12:00", "base")
	w.must(err)
	if got, want := s.Verdict, "2026-11 is not settled yet: 0 of 2 payments are on the chain, 0.00 of 810.00 USDC."; s.TieOut.AsOf != "" || got != want {
		t.Errorf("as of %q: %s", s.TieOut.AsOf, got)
	}
	arbitrum.until(instantOf(t, "2026-12-06 00:00"))
	s, err = w.settle("2026-11", "2026-12-07 13:00", "arbitrum")
	w.must(err)
	if got := s.TieOut.AsOf; got != "2026-12-06T00:00:00Z" { // base was seen up to the 7th
		t.Errorf("November as of %q", got)
	}
	// Another month's scan tells of this one, too.
	l, err := closes{w.ws.Closes}.ledger()
	w.must(err)
	if got := l.seenUpTo(month(t, "2026-10")); got != "2026-12-06T00:00:00Z" {
		t.Errorf("October as of %q", got)
	}
}

// All that left the Safe is told by what it did, whatever settles of it.
func TestWhatASafeSentIsToldToTheLastUnit(t *testing.T) {
	w := newSettleWorld(t)
	w.close("2026-09", "2026-10-04 09:00", []due{{"alder", "base", walletNo(1), "89.00"}})
	w.close("2026-10", "2026-11-04 09:00", []due{
		{"alder", "base", walletNo(1), "101.00"}, {"birch", "base", walletNo(2), "103.00"},
		{"cedar", "base", walletNo(3), "107.00"}, {"dogwood", "base", walletNo(4), "109.00"},
	})
	w.export("2026-09", "2026-11-05 12:00", "alder")
	w.export("2026-10", "2026-11-05 12:00", "alder", "birch", "cedar")
	base := w.node("base", "2026-11-01 00:00", "2026-11-07 00:00")
	base.pay(settleSafe, "2026-11-06 08:00", walletNo(1), "89000000", 1)  // September's
	base.pay(settleSafe, "2026-11-06 09:00", walletNo(1), "101000000", 2) // settled
	base.pay(settleSafe, "2026-11-06 10:00", walletNo(1), "101000000", 3) // and once more
	base.pay(settleSafe, "2026-11-06 11:00", walletNo(2), "102999999", 4) // wrong amount
	base.pay(settleSafe, "2026-11-06 12:00", walletNo(99), "13", 5)       // extra
	base.pay(settleSafe, "2026-11-06 13:00", walletNo(98), "0", 6)        // of nothing
	s, err := w.settle("2026-10", "2026-11-07 12:00", "base")
	refusedAs(t, err, "somebody must look at it")
	want := TieSent{ // from a day before September's close, of which nothing was settled
		Chain: "base", Safe: settleSafe, From: "2026-10-03T09:00:00Z", Through: "2026-11-07T00:00:00Z", Transfers: 6,
		Sent:    "394.000012", // 89 + 101 + 101 + 102.999999 + 0.000013
		Settles: "101.00", SettlesOther: "89.00", Explained: "0.00",
		Nothing: "204.000012", // 101 + 102.999999 + 0.000013
	}
	if got := s.TieOut.Sent; !slices.Equal(got, []TieSent{want}) {
		t.Errorf("sent %+v", got)
	}
	// birch is in question; cedar is missing and dogwood never given out: 107.00 + 109.00.
	sum := s.TieOut.Total
	if sum.Difference != "319.00" || sum.InQuestion.String() != "103.00" || sum.NotPaid.String() != "216.00" || sum.Questioned != 1 || sum.Unpaid != 2 {
		t.Errorf("total %+v", sum)
	}
	columnsAddUp(t, s.TieOut)

	// An explanation moves what it explains, and looks at no chain.
	s, err = w.explain("2026-11-07 13:00", 4, "")
	w.must(err)
	want.Explained, want.Nothing = "102.999999", "101.000013"
	if got := s.TieOut.Sent; !slices.Equal(got, []TieSent{want}) {
		t.Errorf("after the explanation, sent %+v", got)
	}
	columnsAddUp(t, s.TieOut)

	// The month that the other payment is of tells the same transfers its way.
	s, err = w.settle("2026-09", "2026-11-07 14:00", "base")
	w.must(err)
	want.Settles, want.SettlesOther = "89.00", "101.00"
	if got := s.TieOut.Sent; !slices.Equal(got, []TieSent{want}) {
		t.Errorf("September: sent %+v", got)
	}
}

// columnsAddUp fails the test unless the parts of each sum are the sum.
func columnsAddUp(t *testing.T, tie *TieOut) {
	t.Helper()
	for _, s := range append(slices.Clone(tie.Chains), tie.Total) {
		if s.Payments != s.Settled+s.Returned+s.Questioned+s.Unpaid {
			t.Errorf("%q: %d payments of which %d + %d + %d + %d", s.Chain, s.Payments, s.Settled, s.Returned, s.Questioned, s.Unpaid)
		}
		if got := s.GivenBack.Add(s.InQuestion).Add(s.NotPaid).String(); got != s.Difference {
			t.Errorf("%q: the difference is %s, its parts are %s", s.Chain, s.Difference, got)
		}
	}
}
