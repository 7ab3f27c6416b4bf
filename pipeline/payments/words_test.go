package payments

import "testing"

// thenSay ends the advice about what people settle among themselves.
const thenSay = "; then say so: fleetpay settle 2026-10 --explain 0x1 --reason TEXT --by NAME"

func TestWhoRefusesSaysWhatToDo(t *testing.T) {
	given := []Export{out(october, 3, 10, "A")}
	paid := sent("0x1", 12, alder, seven)
	for name, c := range map[string]struct {
		ledger Ledger
		want   string
	}{
		"exported": {Ledger{Exports: given},
			"run fleetpay settle 2026-10 --rpc URL first: only a scan of the chain newer than export 3 of 2026-10, given out 2026-11-01T10:00:00Z, tells that it was not paid"},
		"settled": {Ledger{Exports: given, Scans: []Scan{look(1, span(0, 20, true), paid)}},
			"it is paid by transaction 0x1 of 2026-11-01T12:00:00Z; nothing is left to pay or to return, so correct a mistake by an adjustment in the open period"},
		"vanished": {Ledger{Exports: given, Scans: []Scan{look(1, span(0, 20, false), paid), look(2, span(0, 30, false))}},
			"transaction 0x1 of 2026-11-01T12:00:00Z, which paid it, is not in the newest scan; run fleetpay settle 2026-10 --rpc URL again when those blocks are final"},
		"ambiguous": {Ledger{Exports: given, Scans: []Scan{look(1, span(0, 20, true), sent("0x1", 5, alder, seven))}},
			"transaction 0x1 of 2026-11-01T05:00:00Z may be its; execute what else was given out to its wallet and run fleetpay settle 2026-10 --rpc URL again, or, if that can't be told apart any more, correct the sum by an adjustment in the open period" + thenSay},
		"wrong amount": {Ledger{Exports: given, Scans: []Scan{look(1, span(0, 20, true), sent("0x1", 12, alder, eleven))}},
			"its wallet got another sum by transaction 0x1 of 2026-11-01T12:00:00Z; make up the difference by an adjustment in the open period" + thenSay},
		"wrong chain": {Ledger{Exports: given, Scans: []Scan{look(1, span(0, 20, true), chain(paid, ethereumID))}},
			"its wallet got the sum on chain 1, and not on base, by transaction 0x1 of 2026-11-01T12:00:00Z; ask the payee whether it arrived there, and correct it by an adjustment in the open period" + thenSay},
		"returned": {Ledger{Returns: []Return{{"A", november}}},
			"the close of 2026-11 returns it and owes its sum again, so it is barred for good; pay the later payment"},
		"paid after return": {Ledger{Exports: given, Returns: []Return{{"A", november}}, Scans: []Scan{look(1, span(0, 20, true), paid)}},
			"the close of 2026-11 returns it, and yet transaction 0x1 of 2026-11-01T12:00:00Z pays it; take the sum back by an adjustment in the open period" + thenSay},
	} {
		t.Run(name, func(t *testing.T) {
			c.ledger.Payments = []Payment{a}
			s := c.ledger.Judge().Standing("A")
			if _, got := s.MayExport(); got != c.want {
				t.Errorf("export is refused with\n\t%s\nwant\n\t%s", got, c.want)
			}
			if got := s.MayReturn(); got != c.want {
				t.Errorf("return is refused with\n\t%s\nwant\n\t%s", got, c.want)
			}
		})
	}
	if (&Judgement{}).Standing("Z") != nil {
		t.Errorf("an unknown payment stands somewhere")
	}
}

func TestManyTransfersAreNotAllNamed(t *testing.T) {
	var list []Transfer
	for _, hash := range []string{"0x1", "0x2", "0x3", "0x4", "0x5"} {
		list = append(list, sent(hash, 1, alder, seven))
	}
	at := " of 2026-11-01T01:00:00Z"
	want := "transaction 0x1" + at + " and transaction 0x2" + at + " and transaction 0x3" + at + " and 2 more" // 5 - 3
	if got := tellAll(list); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
