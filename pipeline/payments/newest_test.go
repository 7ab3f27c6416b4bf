package payments

import "testing"

// newest adds the blocks after a scan's span, up to another one, as a span of
// their own that can still change.
func newest(s Scan, last int, transfers ...Transfer) Scan {
	end := s.Spans[0]
	s.Spans = append(s.Spans, Span{baseID, vault, end.Last + 1, int64(last), end.Through, hour(last), false})
	s.Transfers = append(s.Transfers, transfers...)
	s.At = hour(last)
	return s
}

// The batch of A was given out at hour 10. Blocks up to 15 are final.
func TestTheNewestBlocksShowWhatWasPaidAndNotWhatWasNot(t *testing.T) {
	given := []Export{out(october, 1, 10, "A")}
	for _, c := range []tale{
		{
			name:   "a scan that stops before the newest blocks misses what they hold",
			ledger: Ledger{Payments: []Payment{a}, Exports: given, Scans: []Scan{look(1, span(0, 15, true))}},
			states: []string{"A missing"},
		}, {
			name: "one that reads them sees it, and records nothing yet",
			ledger: Ledger{Payments: []Payment{a}, Exports: given, Scans: []Scan{
				newest(look(1, span(0, 15, true)), 18, sent("0x1", 17, alder, seven))}},
			states: []string{"A settled 0x1"}, fresh: []string{},
			because: []string{"A: seen in block 17, which can still change; run fleetpay settle 2026-10 --rpc URL again later"},
		}, {
			name: "once its block is final it is recorded, and nothing can change any more",
			ledger: Ledger{Payments: []Payment{a}, Exports: given, Scans: []Scan{
				newest(look(1, span(0, 15, true)), 18, sent("0x1", 17, alder, seven)),
				newest(look(2, span(0, 18, true), sent("0x1", 17, alder, seven)), 20)}},
			states: []string{"A settled 0x1"}, fresh: []string{"A 0x1"},
			because: []string{"A: paid by transaction 0x1 of 2026-11-01T17:00:00Z"},
		}, {
			name: "when they don't show it, it is missing as far as the final blocks go",
			ledger: Ledger{Payments: []Payment{a}, Exports: given, Scans: []Scan{
				newest(look(1, span(0, 15, true)), 18)}},
			states:  []string{"A missing"},
			because: []string{"A: not on the chain up to 2026-11-01T15:00:00Z"},
		}, {
			name: "just given out, it is not missing though the newest blocks don't show it",
			ledger: Ledger{Payments: []Payment{a}, Exports: given, Scans: []Scan{
				newest(look(1, span(0, 8, true)), 12)}},
			states: []string{"A exported"},
		}, {
			name: "behind so many confirmations it is the same",
			ledger: Ledger{Payments: []Payment{a}, Exports: given, Scans: []Scan{
				newest(look(1, span(0, 8, false)), 12)}},
			states: []string{"A exported"},
		}, {
			name: "a wrong sum in the newest blocks keeps it back, too",
			ledger: Ledger{Payments: []Payment{a}, Exports: given, Scans: []Scan{
				newest(look(1, span(0, 15, true)), 18, sent("0x1", 17, alder, eleven))}},
			states: []string{"A wrong-amount"}, strays: []string{"0x1 wrong-amount A"},
		}, {
			name: "reorganised away, it is vanished as long as that can still change",
			ledger: Ledger{Payments: []Payment{a}, Exports: given, Scans: []Scan{
				newest(look(1, span(0, 15, true)), 18, sent("0x1", 17, alder, seven)),
				newest(look(2, span(0, 16, true)), 19)}},
			states: []string{"A vanished 0x1"},
		}, {
			name: "and missing once its block is final without it",
			ledger: Ledger{Payments: []Payment{a}, Exports: given, Scans: []Scan{
				newest(look(1, span(0, 15, true)), 18, sent("0x1", 17, alder, seven)),
				newest(look(2, span(0, 17, true)), 19)}},
			states: []string{"A missing"},
		}, {
			name: "in another block it is seen there",
			ledger: Ledger{Payments: []Payment{a}, Exports: given, Scans: []Scan{
				newest(look(1, span(0, 15, true)), 18, sent("0x1", 17, alder, seven)),
				newest(look(2, span(0, 17, true)), 19, sent("0x1", 18, alder, seven))}},
			states: []string{"A settled 0x1"}, fresh: []string{},
			because: []string{"A: seen in block 18, which can still change"},
		},
	} {
		t.Run(c.name, func(t *testing.T) { c.run(t) })
	}
}

// A scan has seen nothing that came after it, whatever the chain's clock says.
func TestAChainWhoseClockRunsAheadShowsNothingOfWhatIsToCome(t *testing.T) {
	early := look(1, span(0, 40, true))
	early.At = hour(9)
	c := tale{
		ledger: Ledger{Payments: []Payment{a}, Exports: []Export{out(october, 1, 10, "A")}, Scans: []Scan{early}},
		states: []string{"A exported"},
	}
	c.run(t)
}

// What stands on the chain is listed with the scan that showed it last.
func TestTransfersThatStandAreListedWithTheirScan(t *testing.T) {
	l := Ledger{Payments: []Payment{a}, Scans: []Scan{
		newest(look(1, span(0, 15, true), sent("0x1", 14, alder, seven)), 18, sent("0x2", 17, alder, seven), sent("0x3", 18, birch, eleven)),
		newest(look(2, span(16, 17, true)), 20, sent("0x3", 18, birch, eleven)),
	}}
	var got []string
	for _, x := range l.Seen() {
		text := x.Transfer.TxHash + " of scan " + string(rune('0'+x.Number))
		if x.Final {
			text += ", final"
		}
		got = append(got, text)
	}
	compare(t, "transfers", got, []string{"0x1 of scan 1, final", "0x3 of scan 2"})
}
