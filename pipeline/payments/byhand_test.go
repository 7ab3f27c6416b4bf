package payments

import "testing"

func TestPaidByHandBeforeTheExport(t *testing.T) {
	// October was closed at hour 5, November at hour 40.
	x, next := closed(a, 5), closed(a2, 40)
	october10 := []Export{out(october, 1, 10, "A")}
	for _, c := range []tale{
		{
			name:   "never given out, and its sum was sent after the close: it is held back",
			ledger: Ledger{Payments: []Payment{x}, Scans: []Scan{look(1, span(0, 20, true), sent("0x1", 6, alder, seven))}},
			states: []string{"A ambiguous"}, strays: []string{"0x1 ambiguous A"}, fresh: []string{},
			because: []string{"A: transaction 0x1 of 2026-11-01T06:00:00Z pays exactly this sum to its wallet before it was given out; it stays held back",
				"0x1: equals A, and comes before that was given out: it may have been paid by hand"},
		}, {
			name: "from a Safe that it was never given out with",
			ledger: Ledger{Payments: []Payment{x},
				Scans: []Scan{look(1, Span{baseID, oldVault, 0, 20, hour(0), hour(20), true}, from(sent("0x1", 6, alder, seven), oldVault))}},
			states: []string{"A ambiguous"}, strays: []string{"0x1 ambiguous A"},
		}, {
			name: "given out days later, it is still held back",
			ledger: Ledger{Payments: []Payment{x}, Exports: []Export{out(october, 1, 80, "A")},
				Scans: []Scan{look(1, span(0, 90, true), sent("0x1", 6, alder, seven))}},
			states: []string{"A ambiguous"}, strays: []string{"0x1 ambiguous A"},
		}, {
			name: "paid by its batch as well, it was paid twice",
			ledger: Ledger{Payments: []Payment{x}, Exports: []Export{out(october, 1, 80, "A")},
				Scans: []Scan{look(1, span(0, 90, true), sent("0x1", 6, alder, seven), sent("0x2", 81, alder, seven))}},
			states: []string{"A settled 0x2"}, strays: []string{"0x1 paid-twice A"},
		}, {
			name: "a transfer that settles last month's payment of the same sum touches nothing of this month",
			ledger: Ledger{Payments: []Payment{x, next}, Exports: october10,
				Scans: []Scan{look(1, span(0, 60, true), sent("0x1", 50, alder, seven))}},
			states: []string{"A settled 0x1", "A2 open"},
		}, {
			name: "one more of them after the next close may pay either month",
			ledger: Ledger{Payments: []Payment{x, next}, Exports: october10,
				Scans: []Scan{look(1, span(0, 60, true), sent("0x1", 12, alder, seven), sent("0x2", 50, alder, seven))}},
			states: []string{"A settled 0x1", "A2 ambiguous"}, strays: []string{"0x2 ambiguous A A2"},
			because: []string{"0x2: or pays A once more, after transaction 0x1"},
		}, {
			name: "one more of them a day before the next close is a second payment",
			ledger: Ledger{Payments: []Payment{x, next}, Exports: october10,
				Scans: []Scan{look(1, span(0, 60, true), sent("0x1", 12, alder, seven), sent("0x2", 15, alder, seven))}}, // 40 - 25
			states: []string{"A settled 0x1", "A2 open"}, strays: []string{"0x2 paid-twice A"},
		}, {
			name: "of two payments that were given out one may be its: a third that was not is free",
			ledger: Ledger{Payments: []Payment{x, closed(inNovember(due("B2", alder, seven)), 11), closed(inNovember(due("N", alder, seven)), 11)},
				Exports: []Export{out(october, 1, 10, "A"), out(november, 1, 12, "B2")},
				Scans:   []Scan{look(1, span(0, 60, true), sent("0x1", 15, alder, seven))}},
			states: []string{"A ambiguous", "B2 ambiguous", "N open"}, strays: []string{"0x1 ambiguous A B2"},
		}, {
			name: "shortly before one is given out, and another waits: both are held back",
			ledger: Ledger{Payments: []Payment{x, closed(inNovember(due("N", alder, seven)), 7)}, Exports: october10,
				Scans: []Scan{look(1, span(0, 60, true), sent("0x1", 8, alder, seven))}},
			states: []string{"A ambiguous", "N ambiguous"}, strays: []string{"0x1 ambiguous A N"},
		}, {
			name:   "on another chain it is another's",
			ledger: Ledger{Payments: []Payment{onEthereum(x)}, Scans: []Scan{look(1, span(0, 20, true), sent("0x1", 6, alder, seven))}},
			states: []string{"A open"}, strays: []string{"0x1 extra"},
		}, {
			name: "it may be a returned payment or one that waits, which is held back",
			ledger: Ledger{Payments: []Payment{x, next}, Exports: october10, Returns: []Return{{"A", november}},
				Scans: []Scan{look(1, span(0, 60, true), sent("0x1", 50, alder, seven))}},
			states: []string{"A returned", "A2 ambiguous"}, strays: []string{"0x1 ambiguous A A2"},
		},
	} {
		t.Run(c.name, c.run)
	}
}
