package pipeline

import (
	"strings"
	"testing"
	"time"

	"fleetpay/sources/chain"
)

// fromFiles settles October from explorers' exports, on 20 November.
func (w *settleWorld) fromFiles(through string, files ...string) (*Settlement, error) {
	w.t.Helper()
	opt := SettleOptions{Files: files, By: "R. Finance", At: instantOf(w.t, "2026-11-20 12:00")}
	if through != "" {
		at := instantOf(w.t, through)
		opt.Through = &at
	}
	return w.settleWith("2026-10", opt)
}

func TestAFileTellsWhatIsPaidAndOnAWordWhatIsNot(t *testing.T) {
	w := october(t)
	file := w.explorerFile("safe.csv", "base",
		w.sent("2026-10-20 08:00", walletNo(8), "997000000", 9), // before anything was given out: of no concern
		w.sent("2026-11-06 08:00", walletNo(1), "101000000", 1),
		chain.Transfer{From: walletNo(7), To: settleSafe, Units: "900000000", TxHash: txNo(2), Block: 29700000, Time: instantOf(t, "2026-11-07 08:00")},
		chain.Transfer{Token: walletNo(66), From: settleSafe, To: walletNo(2), Units: "211000000", TxHash: txNo(3), Block: 29700001, Time: instantOf(t, "2026-11-07 09:00")}, // of a token that calls itself USDC
	)
	s, err := w.fromFiles("", file)
	w.must(err)
	if got := states(s); got != "alder=settled, birch=exported, cedar=exported" {
		t.Errorf("stand at %s", got)
	}
	if len(s.Spans) != 0 || s.Files[0].Rows != 4 || s.Files[0].USDC != 3 || s.Files[0].Safes[0].Sent != 2 || s.Files[0].Safes[0].Received != 1 {
		t.Errorf("spans %+v, files %+v", s.Spans, s.Files)
	}
	if len(s.Notes) != 1 || !strings.Contains(s.Notes[0], "say up to when with --through INSTANT") {
		t.Errorf("notes %q", s.Notes)
	}
	golden(t, "file-report.md", w.read(s, "report.md"))
	if s, err = w.fromFiles("", file); err != nil || s.Written {
		t.Errorf("%v: written %t, and nothing is new", err, s.Written)
	}

	// On somebody's word that it is complete, birch was not paid up to then.
	s, err = w.fromFiles("2026-11-19 00:00", file)
	w.must(err)
	if got := states(s); got != "alder=settled, birch=missing, cedar=exported" || s.Spans[0].Final || s.Spans[0].From != "2026-11-03T09:00:00Z" {
		t.Errorf("stand at %s, spans %+v", got, s.Spans)
	}
	// Without it, that stays so.
	if s, err = w.fromFiles("", file); err != nil || states(s) != "alder=settled, birch=missing, cedar=exported" || s.Written {
		t.Errorf("%v: %s, written %t", err, states(s), s.Written)
	}
	// What a file shows is final once a node says so; it is the same transfer.
	base := w.node("base", "2026-11-01 00:00", "2026-11-20 00:00")
	base.pay(settleSafe, "2026-11-06 08:00", walletNo(1), "101000000", 1)
	s, err = w.settle("2026-10", "2026-11-20 13:00", "base")
	w.must(err)
	if got := states(s); got != "alder=settled, birch=missing, cedar=exported" || !strings.Contains(w.read(s, "scan.json"), w.ids["alder"]) {
		t.Errorf("stand at %s", got)
	}
}

func TestTwoEqualTransfersOfATransactionAreTwo(t *testing.T) {
	w := october(t)
	once, twice := w.sent("2026-11-06 08:00", walletNo(1), "101000000", 1), w.sent("2026-11-06 08:00", walletNo(1), "101000000", 1)
	for name, files := range map[string][]string{
		"in one file":                        {w.explorerFile("a.csv", "base", once, twice)},
		"in files that overlap":              {w.explorerFile("a.csv", "base", once, twice), w.explorerFile("b.csv", "base", w.sent("2026-11-05 13:00", walletNo(2), "211000000", 2), once, twice)},
		"one of them in one file and in two": {w.explorerFile("c.csv", "base", once), w.explorerFile("b.csv", "base", once, twice, w.sent("2026-11-05 13:00", walletNo(2), "211000000", 2))},
	} {
		t.Run(name, func(t *testing.T) {
			again := october(t)
			s, err := again.fromFiles("", files...)
			refusedAs(t, err, "1 transfer paid-twice")
			if got := states(s); !strings.HasPrefix(got, "alder=settled") || strings.Count(got, "101.00") != 1 {
				t.Errorf("stand at %s", got)
			}
		})
	}
}

func TestWhatAFileIsRefusedFor(t *testing.T) {
	w := october(t)
	paid := w.sent("2026-11-06 08:00", walletNo(1), "101000000", 1)
	stranger := chain.Transfer{From: walletNo(1), To: walletNo(50), Units: "100000000", TxHash: txNo(7), Block: 29700000, Time: instantOf(t, "2026-11-07 08:00")}
	moved, other := paid, w.sent("2026-11-06 08:00", walletNo(2), "211000000", 2)
	moved.Block++
	var thousand []chain.Transfer
	for i := range 1000 {
		thousand = append(thousand, w.sent("2026-11-06 09:00", walletNo(1), "1000000", 100+i))
	}
	for _, c := range []struct {
		name, through string
		files         []string
		want          []string
	}{
		{"no row of ours", "", []string{w.explorerFile("wallet.csv", "base", stranger)},
			[]string{"wallet.csv: has 1 row, with USDC on base from " + walletNo(1), "export the ERC-20 token transfers of the Safe: " + settleSafe + " on base, " + settleSafe + " on arbitrum"}},
		{"another token", "", []string{w.explorerFile("fake.csv", "base", chain.Transfer{Token: walletNo(66), From: settleSafe, To: walletNo(1), Units: "101000000", TxHash: txNo(8), Time: paid.Time})},
			[]string{"fake.csv: has 1 row, none of them a transfer of the issuer's own USDC"}},
		{"the same file twice", "", []string{w.explorerFile("a.csv", "base", paid), w.explorerFile("copy.csv", "base", paid)},
			[]string{"copy.csv: is the same file as ", "a.csv; give each file once"}},
		{"files that disagree", "", []string{w.explorerFile("a.csv", "base", paid), w.explorerFile("b.csv", "base", moved)},
			[]string{"b.csv: transaction " + txNo(1) + " is in block", "and in a.csv in block", "export the files anew"}},
		{"a word for the future", "2026-11-21 00:00", []string{w.explorerFile("a.csv", "base", paid)},
			[]string{"--through 2026-11-21T00:00:00Z: is yet to come"}},
		{"a word for before the last row", "2026-11-06 07:59", []string{w.explorerFile("a.csv", "base", paid)},
			[]string{"--through 2026-11-06T07:59:00Z: a.csv has a transfer of 2026-11-06T08:00:00Z"}},
		{"a word for before the export", "2026-11-04 11:00", []string{w.explorerFile("old.csv", "base", w.sent("2026-11-01 08:00", walletNo(1), "101000000", 1))},
			[]string{"is before anything was given out on base"}},
		{"a word for the page of a payee", "2026-11-19 00:00", []string{w.explorerFile("payee.csv", "base", paid, stranger)},
			[]string{"payee.csv: has 1 transfer of USDC neither from nor to a Safe of ours, so it is not the export of a Safe"}},
		{"a word for a file that was cut off", "2026-11-19 00:00", []string{w.explorerFile("cut.csv", "base", thousand...)},
			[]string{"cut.csv: has exactly 1000 rows, as an explorer gives that cuts its export off"}},
		{"pages that overlap in one file", "", []string{w.explorerFile("pages.csv", "base", paid, other, paid, other)},
			[]string{"pages.csv:4: transaction " + txNo(1) + " stands here again, after others (it began in line 2): pages that overlap? give the files one by one"}},
		{"no such file", "", []string{"no-such.csv"}, []string{"no-such.csv", "no such file"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := w.fromFiles(c.through, c.files...)
			refusedAs(t, err, c.want...)
		})
	}
	if got := w.entries("2026-10"); len(got) != 0 {
		t.Errorf("wrote %q", got)
	}
}

// The export of a Safe that sent nothing since is a word on all of its payments.
func TestAFileWithOldRowsAloneSaysThatNothingWasPaid(t *testing.T) {
	w := october(t)
	s, err := w.fromFiles("2026-11-19 00:00", w.explorerFile("old.csv", "base", w.sent("2026-10-20 08:00", walletNo(1), "101000000", 9)))
	w.must(err)
	if got := states(s); got != "alder=missing, birch=missing, cedar=exported" || s.Spans[0].Transfers != 0 || s.Spans[0].Last != 0 {
		t.Errorf("stand at %s, spans %+v", got, s.Spans)
	}
}

// A stretch cut into several files is one span of all of them.
func TestFilesTogetherAreOneSpan(t *testing.T) {
	w := october(t)
	s, err := w.fromFiles("2026-11-19 00:00",
		w.explorerFile("one.csv", "base", w.sent("2026-11-06 08:00", walletNo(1), "101000000", 1)),
		w.explorerFile("two.csv", "base", w.sent("2026-11-08 08:00", walletNo(2), "211000000", 2)))
	w.must(err)
	first, last := instantOf(t, "2026-11-06 08:00").Unix()/60, instantOf(t, "2026-11-08 08:00").Unix()/60
	if len(s.Spans) != 1 || s.Spans[0].Source != "one.csv, two.csv" || s.Spans[0].First != first || s.Spans[0].Last != last || s.Spans[0].Transfers != 2 {
		t.Errorf("spans %+v", s.Spans)
	}
	if got := w.standingOf("birch").SeenThrough; !got.Equal(time.Date(2026, 11, 19, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("seen through %s", got)
	}
}
