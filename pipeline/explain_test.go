package pipeline

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fleetpay/pipeline/payments"
	"fleetpay/rules"
	"fleetpay/sources/chain"
)

// explain explains a transaction of October, by number.
func (w *settleWorld) explain(at string, tx int, to string) (*Settlement, error) {
	w.t.Helper()
	return Explain(w.ws, month(w.t, "2026-10"), ExplainOptions{
		TxHash: txNo(tx), To: to, Reason: "birch sent it back", By: "R. Finance", At: instantOf(w.t, at),
	})
}

// differences is October with one of each difference, on 7 November: alder's 101.00
// twice, 210.99 to birch, who waits for 211.00, and 13.00 to nobody known.
func differences(t *testing.T) *settleWorld {
	w := october(t)
	base := w.node("base", "2026-11-01 00:00", "2026-11-07 00:00")
	w.node("arbitrum", "2026-11-01 00:00", "2026-11-07 00:00").pay(settleSafe, "2026-11-06 21:00", walletNo(3), "307000000", 3)
	base.pay(settleSafe, "2026-11-06 08:00", walletNo(1), "101000000", 1)
	base.pay(settleSafe, "2026-11-06 09:00", walletNo(2), "210990000", 2)
	base.pay(settleSafe, "2026-11-06 10:00", walletNo(1), "101000000", 4)
	base.pay(settleSafe, "2026-11-06 10:00", walletNo(99), "13000000", 4)
	base.pay(settleSafe, "2026-11-06 11:00", walletNo(98), "0", 5)
	return w
}

func TestWhatIsExplainedAsksForNobody(t *testing.T) {
	w := differences(t)
	s, err := w.settle("2026-10", "2026-11-07 12:00", "base", "arbitrum")
	refusedAs(t, err, "1 payment wrong-amount, 1 transfer paid-twice, 1 transfer wrong-amount, 1 transfer extra")
	before := s.TieOut.Total

	// The three transfers are explained one by one.
	s, err = w.explain("2026-11-07 13:00", 4, walletNo(99))
	w.must(err)
	if len(s.Explained) != 1 || s.Explained[0].Kind != "extra" || !s.Written || s.Number != 2 || !strings.Contains(s.Attention, "1 transfer paid-twice") ||
		strings.Contains(s.Attention, "extra") {
		t.Errorf("explained %+v, written %t as %d, still %q", s.Explained, s.Written, s.Number, s.Attention)
	}
	s, err = w.explain("2026-11-07 13:01", 4, "")
	w.must(err)
	if len(s.Explained) != 1 || s.Explained[0].Kind != "paid-twice" || len(s.Notes) != 1 || !strings.Contains(s.Notes[0], "13.00 USDC to "+walletNo(99)+" is explained by R. Finance") {
		t.Errorf("explained %+v, notes %q", s.Explained, s.Notes)
	}
	s, err = w.explain("2026-11-07 13:02", 2, "")
	w.must(err)
	if s.Attention != "" || len(s.Next) != 0 {
		t.Errorf("still %q, next %q", s.Attention, s.Next)
	}
	if want := "2026-10 is settled but for what was explained: as of 2026-11-07T00:00:00Z, 2 of 3 payments are on the chain, " +
		"408.00 of 619.00 USDC; 1 payment of 211.00 USDC is explained."; s.Verdict != want { // 101.00 + 307.00
		t.Errorf("verdict %q", s.Verdict)
	}
	golden(t, "explained-report.md", w.read(s, "report.md"))
	golden(t, "explained-tie-out.csv", w.read(s, "tie-out.csv"))
	if got := w.read(s, "transfers.csv"); strings.Count(got, "\n") != 1 {
		t.Errorf("an explanation saw transfers:\n%s", got)
	}
	if sum := s.TieOut.Total; sum.OnChain != before.OnChain || sum.Difference != before.Difference || sum.Settled != before.Settled {
		t.Errorf("the sums were %+v, and are %+v", before, sum)
	}

	// The chain as it was tells nothing new, and asks for nobody.
	s, err = w.settle("2026-10", "2026-11-07 14:00", "base", "arbitrum")
	if err != nil || s.Written || len(s.Next) != 0 || states(s) != "alder=settled, birch=wrong-amount, cedar=settled" {
		t.Errorf("%v: written %t, next %q, %s", err, s.Written, s.Next, states(s))
	}
	// birch's payment stays as it is: neither given out again nor returned.
	standing := w.standingOf("birch")
	if _, refusal := standing.MayExport(); refusal == "" || standing.MayReturn() == "" {
		t.Errorf("stands at %s, and may go out again", standing.State)
	}
	status, err := StatusOfPayments(t.Context(), w.ws, rules.Period{}, instantOf(t, "2026-11-07 14:00"))
	w.must(err)
	if len(status.Payments) != 0 || len(status.Strays) != 0 || status.Months[0].Scans != 1 {
		t.Errorf("need somebody: %+v %+v, scans %d", status.Payments, status.Strays, status.Months[0].Scans)
	}
	status, err = StatusOfPayments(t.Context(), w.ws, month(t, "2026-10"), instantOf(t, "2026-11-07 14:00"))
	w.must(err)
	if len(status.Payments) != 3 || len(status.Strays) != 3 || status.Payments[1].Explained != "explained by R. Finance at 2026-11-07T13:02:00Z: birch sent it back" ||
		slices.ContainsFunc(status.Strays, func(s StrayStatus) bool { return s.Explained == "" }) {
		t.Errorf("payments %+v, strays %+v", status.Payments, status.Strays)
	}

	// A second wrong sum to birch is another transfer, and asks.
	w.nodes["base"].pay(settleSafe, "2026-11-07 15:00", walletNo(2), "210990000", 6)
	w.nodes["base"].until(instantOf(t, "2026-11-08 00:00"))
	s, err = w.settle("2026-10", "2026-11-08 12:00", "base")
	refusedAs(t, err, "2026-10: 1 payment wrong-amount, 1 transfer wrong-amount: somebody must look at it")
	if strings.Contains(strings.Join(s.Next, "\n"), "1 transfer of another sum") || len(s.Next) != 2 { // the payment's advice, and how to explain
		t.Errorf("next %q", s.Next)
	}
}

func TestAnExplanationIsGivenOnce(t *testing.T) {
	w := differences(t)
	_, err := w.settle("2026-10", "2026-11-07 12:00", "base", "arbitrum")
	refusedAs(t, err)
	s, err := w.explain("2026-11-07 13:00", 4, "")
	if err != nil || len(s.Explained) != 2 {
		t.Fatalf("%v: explained %+v", err, s.Explained)
	}
	s, err = w.explain("2026-11-07 14:00", 4, "")
	w.must(err)
	if s.Written || s.Number != 2 || len(s.Explained) != 0 || len(s.Notes) != 2 || !slices.Equal(w.entries("2026-10"), []string{"001", "002"}) {
		t.Errorf("written %t as %d, explained %+v, notes %q", s.Written, s.Number, s.Explained, s.Notes)
	}
}

func TestWhatCanNotBeExplained(t *testing.T) {
	w := differences(t)
	_, err := w.explain("2026-11-07 11:00", 4, "")
	refusedAs(t, err, txNo(4)+": no scan shows a transfer of it out of a Safe", "run fleetpay settle 2026-10 --rpc URL first")
	_, err = w.settle("2026-10", "2026-11-07 12:00", "base", "arbitrum")
	refusedAs(t, err)
	alder := w.ids["alder"]
	w.close("2026-11", "2026-12-04 09:00", []due{{"alder", "base", walletNo(1), "401.00"}})
	for name, c := range map[string]struct {
		tx   int
		to   string
		want []string
	}{
		"what settles a payment":      {1, "", []string{txNo(1) + ": settles " + alder, "correct a mistake by an adjustment in the open period"}},
		"what moves nothing":          {5, "", []string{txNo(5) + ": moves 0 USDC", "leave it"}},
		"an unknown transaction":      {77, "", []string{txNo(77) + ": no scan shows a transfer of it"}},
		"another recipient":           {2, walletNo(1), []string{txNo(2) + ": has no transfer to " + walletNo(1) + "; it sends to " + walletNo(2)}},
		"the recipient of a payment":  {3, walletNo(3), []string{txNo(3) + ": settles " + w.ids["cedar"]}},
		"another than what is a hash": {2, walletNo(77), []string{"it sends to " + walletNo(2)}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := w.explain("2026-11-07 13:00", c.tx, c.to)
			refusedAs(t, err, c.want...)
		})
	}
	november := month(t, "2026-11")
	_, err = Explain(w.ws, november, ExplainOptions{TxHash: txNo(4), Reason: "x", By: "R. Finance", At: instantOf(t, "2026-12-05 13:00")})
	refusedAs(t, err, "2026-11: nothing was given out yet")
	w.export("2026-11", "2026-12-05 12:00", "alder")
	_, err = Explain(w.ws, november, ExplainOptions{TxHash: txNo(4), Reason: "x", By: "R. Finance", At: instantOf(t, "2026-12-05 13:00")})
	refusedAs(t, err, "2026-11: 2 transfers of the transaction are told by the settlement of 2026-10; explain them there: fleetpay settle 2026-10 --explain "+txNo(4)+" --reason TEXT --by NAME")
	for _, opt := range []ExplainOptions{{TxHash: "0x12"}, {TxHash: txNo(4), To: "alder"}} {
		if _, err := Explain(w.ws, november, opt); ExitStatus(err) != ExitUsage {
			t.Errorf("%+v ends with %v", opt, err)
		}
	}
	if got := w.entries("2026-10"); !slices.Equal(got, []string{"001"}) {
		t.Errorf("entries %q", got)
	}
}

// An hour before the export birch got just what it waits for. That is explained;
// then the payment is made as well, and the first transfer is a second payment.
func TestAnExplanationIsVoidOnceItsTransferIsSomethingElse(t *testing.T) {
	w := october(t)
	base := w.node("base", "2026-11-01 00:00", "2026-11-07 00:00")
	base.pay(settleSafe, "2026-11-05 11:00", walletNo(2), "211000000", 2)
	_, err := w.settle("2026-10", "2026-11-07 12:00", "base")
	refusedAs(t, err, "1 payment ambiguous, 1 transfer ambiguous")
	s, err := w.explain("2026-11-07 13:00", 2, "")
	if err != nil || s.Attention != "" {
		t.Fatalf("%v, still %q", err, s.Attention)
	}
	base.pay(settleSafe, "2026-11-07 15:00", walletNo(2), "211000000", 4)
	base.until(instantOf(t, "2026-11-08 00:00"))
	s, err = w.settle("2026-10", "2026-11-08 12:00", "base")
	refusedAs(t, err, "2026-10: 1 transfer paid-twice: somebody must look at it")
	if x := s.TieOut.Explained; len(x) != 1 || x[0].Void != "the transfer is paid-twice now" || x[0].Kind != "ambiguous" {
		t.Errorf("explained %+v", x)
	}
	// It can be explained anew.
	s, err = w.explain("2026-11-08 13:00", 2, "")
	if err != nil || s.Attention != "" || len(s.TieOut.Explained) != 1 || s.TieOut.Explained[0].Void != "" {
		t.Errorf("%v, still %q, explained %+v", err, s.Attention, s.TieOut.Explained)
	}
}

// Two payments of one sum in two files, and one transfer: it may be of either.
// The second transfer settles both, and nothing is left to be explained.
func TestAnExplanationIsVoidOnceItsTransferSettlesAPayment(t *testing.T) {
	w := newSettleWorld(t)
	w.close("2026-09", "2026-10-04 09:00", []due{{"alder", "base", walletNo(1), "101.00"}})
	september := w.ids["alder"]
	w.close("2026-10", "2026-11-04 09:00", []due{{"alder", "base", walletNo(1), "101.00"}})
	w.export("2026-09", "2026-11-05 12:00", "alder")
	w.export("2026-10", "2026-11-05 13:00", "alder")
	base := w.node("base", "2026-11-01 00:00", "2026-11-07 00:00")
	base.pay(settleSafe, "2026-11-06 08:00", walletNo(1), "101000000", 1)
	_, err := w.settle("2026-09", "2026-11-07 12:00", "base")
	refusedAs(t, err, "1 payment ambiguous, 1 transfer ambiguous")
	s, err := Explain(w.ws, month(t, "2026-09"), ExplainOptions{TxHash: strings.ToUpper(txNo(1)), Reason: "of September", By: "R. Finance", At: instantOf(t, "2026-11-07 13:00")})
	if err != nil || s.Attention != "" || s.TieOut.Payments[0].State != "ambiguous" {
		t.Fatalf("%v, still %q", err, s.Attention)
	}
	// October's payment, which it may be too, asks for nobody either.
	if status, err := StatusOfPayments(t.Context(), w.ws, rules.Period{}, instantOf(t, "2026-11-07 13:00")); err != nil || len(status.Payments) != 0 {
		t.Errorf("%v, need somebody: %+v", err, status.Payments)
	}
	base.pay(settleSafe, "2026-11-07 08:00", walletNo(1), "101000000", 2)
	base.until(instantOf(t, "2026-11-08 00:00"))
	s, err = w.settle("2026-09", "2026-11-08 12:00", "base")
	w.must(err)
	if x := s.TieOut.Explained; len(x) != 1 || x[0].Void != "the transfer settles "+september || s.Attention != "" {
		t.Errorf("explained %+v", x)
	}
	if report := w.read(s, "report.md"); !strings.Contains(report, "void: the transfer settles "+september) {
		t.Errorf("the report does not tell it:\n%s", report)
	}
}

// What a transfer that was reorganised away was explained with covers no other.
func TestAnExplanationIsVoidOnceItsTransferIsGone(t *testing.T) {
	w := october(t)
	base := w.node("base", "2026-11-01 00:00", "2026-11-07 00:00")
	base.final = 0
	base.pay(settleSafe, "2026-11-06 08:00", walletNo(99), "13000000", 7)
	opt := SettleOptions{Confirmations: 0, By: "R. Finance", At: instantOf(t, "2026-11-07 12:00"), Nodes: []*chain.Client{base.client}}
	_, err := w.settleWith("2026-10", opt)
	refusedAs(t, err, "1 transfer extra")
	_, err = w.explain("2026-11-07 13:00", 7, "")
	w.must(err)
	base.drop(7)
	base.final = base.head
	opt.Confirmations, opt.At = -1, instantOf(t, "2026-11-07 14:00")
	s, err := w.settleWith("2026-10", opt)
	w.must(err)
	if x := s.TieOut.Explained; len(x) != 1 || x[0].Void != "the transfer is not on the chain any more" {
		t.Errorf("explained %+v", x)
	}
	_, err = w.explain("2026-11-07 15:00", 7, "")
	refusedAs(t, err, txNo(7)+": is not on the chain any more")
	if got, want := s.Folder, filepath.Join(w.ws.Closes, "2026-10.settlement", "003"); got != want {
		t.Errorf("told in %s, not in %s", got, want)
	}
}

func TestAnExplanationThatNobodyWroteIsRefused(t *testing.T) {
	good := func() *ScanRecord {
		return &ScanRecord{
			entryHead: entryHead{At: "2026-11-07T13:00:00Z"}, By: "R. Finance",
			Explained: []ScanExplained{{"extra", nil, ScanTransfer{8453, settleSafe, walletNo(99), "13000000", txNo(4), 1, 7800, "2026-11-06T10:00:00Z"}, "a test"}},
		}
	}
	read := func(r *ScanRecord) (*ledger, error) {
		l := &ledger{explained: map[payments.Transfer]explanation{}}
		return l, l.takeExplained(month(t, "2026-10"), entry{closedFolder: closedFolder{dir: "closes/2026-10.settlement/002"}}, r)
	}
	if l, err := read(good()); err != nil || len(l.explained) != 1 {
		t.Fatalf("%v: %+v", err, l.explained)
	}
	for want, change := range map[string]func(*ScanRecord){
		`"paid" is not a kind of transfer that needs a person`: func(r *ScanRecord) { r.Explained[0].Kind = "paid" },
		`"dust" is not a kind of transfer`:                     func(r *ScanRecord) { r.Explained[0].Kind = payments.StrayDust },
		"transaction " + txNo(4) + " has no reason":            func(r *ScanRecord) { r.Explained[0].Reason = "" },
		`"0x1" is not an address`:                              func(r *ScanRecord) { r.Explained[0].To = "0x1" },
		`"today" is not an instant`:                            func(r *ScanRecord) { r.Explained[0].Time = "today" },
	} {
		r := good()
		change(r)
		_, err := read(r)
		refusedAs(t, err, "closes/2026-10.settlement/002/scan.json: explained: "+want, "restore it from a copy")
	}
}

// birch's wrong sum is explained. A later payment to birch, given out less than a
// day after that transfer, may be meant by it too: nobody has thought of this one.
func TestAnExplanationQuietsThePaymentsThatItNames(t *testing.T) {
	w := october(t)
	base := w.node("base", "2026-11-01 00:00", "2026-11-07 00:00")
	base.pay(settleSafe, "2026-11-06 09:00", walletNo(2), "210990000", 2)
	_, err := w.settle("2026-10", "2026-11-07 01:00", "base")
	refusedAs(t, err, "1 payment wrong-amount, 1 transfer wrong-amount")
	_, err = w.explain("2026-11-07 02:00", 2, "")
	w.must(err)
	w.close("2026-11", "2026-11-07 03:00", []due{{"birch", "base", walletNo(2), "503.00"}})
	w.export("2026-11", "2026-11-07 04:00", "birch")
	status, err := StatusOfPayments(t.Context(), w.ws, rules.Period{}, instantOf(t, "2026-11-07 05:00"))
	w.must(err)
	if list, _ := listing(status); list != "alder=missing, birch=wrong-amount" || status.Payments[1].Period != "2026-11" {
		t.Errorf("needs somebody: %s of %+v", list, status.Payments)
	}
	// What October explained is told by October alone.
	base.until(instantOf(t, "2026-11-08 00:00"))
	s, err := w.settle("2026-11", "2026-11-08 12:00", "base")
	refusedAs(t, err, "2026-11: 1 payment wrong-amount: somebody must look at it")
	if len(s.TieOut.Explained) != 0 {
		t.Errorf("November tells %+v", s.TieOut.Explained)
	}
	// Not even when it holds no more.
	base.pay(settleSafe, "2026-11-08 08:00", walletNo(2), "211000000", 3)
	base.pay(settleSafe, "2026-11-08 09:00", walletNo(2), "503000000", 4)
	base.until(instantOf(t, "2026-11-09 00:00"))
	s, err = w.settle("2026-11", "2026-11-09 12:00", "base")
	if err != nil || len(s.TieOut.Explained) != 0 {
		t.Errorf("%v: November tells %+v", err, s.TieOut.Explained)
	}
	s, err = w.settle("2026-10", "2026-11-09 12:00", "base")
	refusedAs(t, err, "2026-10: 1 transfer extra: somebody must look at it")
	if x := s.TieOut.Explained; len(x) != 1 || x[0].Void != "the transfer is extra now" {
		t.Errorf("October tells %+v", x)
	}
}

func TestAPaymentMadeAfterItsReturnCanBeExplained(t *testing.T) {
	w := october(t)
	base := w.node("base", "2026-11-01 00:00", "2026-12-05 00:00")
	w.close("2026-11", "2026-12-04 09:00", []due{{"alder", "base", walletNo(1), "401.00"}}, "birch")
	base.pay(settleSafe, "2026-12-04 10:00", walletNo(2), "211000000", 2)
	_, err := w.settle("2026-10", "2026-12-05 12:00", "base")
	refusedAs(t, err, "2026-10: 1 payment paid-after-return, 1 transfer paid-after-return: somebody must look at it")
	s, err := w.explain("2026-12-05 13:00", 2, "")
	if err != nil || s.Attention != "" || s.TieOut.Total.Returned != 1 || s.TieOut.Total.Explained != 0 {
		t.Errorf("%v, still %q, total %+v", err, s.Attention, s.TieOut.Total)
	}
}
