package payments

import "testing"

func TestWholeBatches(t *testing.T) {
	// A and A2 are equal, and so are B and B2; C is like no other.
	both := []Export{out(october, 1, 10, "A", "C"), out(november, 1, 11, "A2", "B2")}
	all := []Payment{a, c, a2, b2}
	for _, c := range []tale{
		{
			name: "a transaction that equals one batch is that batch",
			ledger: Ledger{Payments: all, Exports: both, Scans: []Scan{
				look(1, span(0, 20, true), sent("0x1", 15, alder, seven), sent("0x1", 15, birch, eleven))}},
			states: []string{"A missing", "C missing", "A2 settled 0x1", "B2 settled 0x1"},
		}, {
			name: "a transaction that equals two batches of other payments is neither's",
			ledger: Ledger{Payments: []Payment{a, a2}, Exports: []Export{out(october, 1, 10, "A"), out(november, 1, 11, "A2")},
				Scans: []Scan{look(1, span(0, 20, true), sent("0x1", 15, alder, seven))}},
			states: []string{"A ambiguous", "A2 ambiguous"}, strays: []string{"0x1 ambiguous A A2"}, fresh: []string{},
		}, {
			name: "a transaction that equals a batch and is a part of another one may be a part",
			ledger: Ledger{Payments: []Payment{a, c, a2}, Exports: []Export{out(october, 1, 10, "A", "C"), out(november, 1, 11, "A2")},
				Scans: []Scan{look(1, span(0, 20, true), sent("0x1", 15, alder, seven))}},
			states: []string{"A ambiguous", "C missing", "A2 ambiguous"}, strays: []string{"0x1 ambiguous A A2"},
		}, {
			name: "what the larger batch pays settles it, and then the smaller one is told apart",
			ledger: Ledger{Payments: []Payment{a, c, a2}, Exports: []Export{out(october, 1, 10, "A", "C"), out(november, 1, 11, "A2")},
				Scans: []Scan{look(1, span(0, 20, true), sent("0x1", 15, alder, seven), sent("0x2", 16, alder, seven), sent("0x2", 16, cedar, thirteen))}},
			states: []string{"A settled 0x2", "C settled 0x2", "A2 settled 0x1"},
		}, {
			name: "once told apart, the older one settles the smaller batch, and not one that was paid by hand since",
			ledger: Ledger{Payments: []Payment{a, c, closed(due("D", alder, seven), 5), closed(a2, 18)},
				Exports: []Export{{october, 1, hour(10), []Batch{file(1, vault, "A", "C"), file(2, vault, "D")}}},
				Scans: []Scan{look(1, span(0, 30, true), sent("0x1", 15, alder, seven),
					sent("0x2", 16, alder, seven), sent("0x2", 16, cedar, thirteen), sent("0x3", 20, alder, seven))}},
			states: []string{"A settled 0x2", "C settled 0x2", "D settled 0x1", "A2 ambiguous"},
			strays: []string{"0x3 ambiguous D A2"},
		}, {
			name: "the same payments given out again are the same batch",
			ledger: Ledger{Payments: []Payment{a, c}, Exports: []Export{out(october, 1, 10, "A", "C"), out(october, 2, 20, "C", "A")},
				Scans: []Scan{look(1, span(0, 30, true), sent("0x1", 25, alder, seven), sent("0x1", 25, cedar, thirteen))}},
			states: []string{"A settled 0x1", "C settled 0x1"},
		}, {
			name: "the larger batch that was given out before is executed late",
			ledger: Ledger{Payments: []Payment{a, c, a2}, Exports: []Export{out(october, 1, 10, "A", "C"), out(october, 2, 20, "A"), out(november, 1, 21, "A2")},
				Scans: []Scan{look(1, span(0, 30, true), sent("0x1", 25, alder, seven), sent("0x1", 25, cedar, thirteen))}},
			states: []string{"A settled 0x1", "C settled 0x1", "A2 missing"},
		}, {
			name: "a transaction before the export of the batch it equals is not that batch",
			ledger: Ledger{Payments: []Payment{a, c, a2, b2}, Exports: []Export{out(october, 1, 10, "A", "C"), out(november, 1, 20, "A2", "B2")},
				Scans: []Scan{look(1, span(0, 30, true), sent("0x1", 15, alder, seven), sent("0x1", 15, birch, eleven))}},
			states: []string{"A settled 0x1", "C missing", "A2 missing", "B2 ambiguous"}, strays: []string{"0x1 ambiguous B2"},
		}, {
			name: "a batch executed twice is paid twice",
			ledger: Ledger{Payments: []Payment{a, c}, Exports: []Export{out(october, 1, 10, "A", "C")},
				Scans: []Scan{look(1, span(0, 20, true), sent("0x1", 15, alder, seven), sent("0x1", 15, cedar, thirteen),
					sent("0x2", 16, alder, seven), sent("0x2", 16, cedar, thirteen))}},
			states: []string{"A settled 0x1", "C settled 0x1"}, strays: []string{"0x2 paid-twice A", "0x2 paid-twice C"},
		}, {
			name: "equal payments of a batch are settled in the file's order",
			ledger: Ledger{Payments: []Payment{a, due("D", alder, seven)}, Exports: []Export{out(october, 1, 10, "D", "A")},
				Scans: []Scan{look(1, span(0, 20, true), sent("0x1", 15, alder, seven), nth(sent("0x1", 15, alder, seven), 2))}},
			states: []string{"A settled 0x1", "D settled 0x1"}, fresh: []string{"A 0x1", "D 0x1"},
		}, {
			name: "a batch of a returned payment executed all the same",
			ledger: Ledger{Payments: []Payment{a, c, a2}, Exports: []Export{out(october, 1, 10, "A", "C"), out(november, 1, 20, "A2")},
				Returns: []Return{{"A", november}},
				Scans:   []Scan{look(1, span(0, 30, true), sent("0x1", 25, alder, seven), sent("0x1", 25, cedar, thirteen))}},
			states: []string{"A paid-after-return 0x1", "C settled 0x1", "A2 missing"}, strays: []string{"0x1 paid-after-return A"},
		}, {
			name: "a batch that names a payment of no close is not compared",
			ledger: Ledger{Payments: []Payment{a}, Exports: []Export{out(october, 1, 10, "A", "Z")},
				Scans: []Scan{look(1, span(0, 20, true), sent("0x1", 15, alder, seven))}},
			states: []string{"A settled 0x1"},
		},
	} {
		t.Run(c.name, c.run)
	}
}

func TestWhatComesLaterChangesNoSettlement(t *testing.T) {
	// A and A2 are equal, and so are B and B2. The first transaction settles B alone,
	// so the second one can only be November's batch. The third one, a second B2,
	// would let it be something else, and comes too late for that.
	ledger := Ledger{
		Payments: []Payment{a, b, due("E", birch, eleven), a2, b2},
		Exports:  []Export{out(october, 1, 10, "A", "B"), out(october, 2, 16, "E"), out(november, 1, 18, "A2", "B2")},
	}
	sightings := []Transfer{sent("0x1", 12, birch, eleven), sent("0x2", 20, alder, seven), sent("0x2", 20, birch, eleven), sent("0x3", 25, birch, eleven)}
	for _, c := range []tale{
		{
			name: "the first scan", ledger: with(ledger, look(1, span(0, 22, true), sightings[:3]...)),
			states: []string{"A missing", "B settled 0x1", "E missing", "A2 settled 0x2", "B2 settled 0x2"},
		}, {
			name: "the second scan, where nothing was recorded of the first", ledger: with(ledger, look(1, span(0, 30, true), sightings...)),
			states: []string{"A missing", "B settled 0x1", "E settled 0x3", "A2 settled 0x2", "B2 settled 0x2"},
		},
	} {
		t.Run(c.name, c.run)
	}
}

func with(l Ledger, s Scan) Ledger {
	l.Scans = []Scan{s}
	return l
}

func TestOldestFirst(t *testing.T) {
	d := due("D", alder, seven) // A's wallet and sum
	months := []Export{out(october, 1, 10, "A", "B"), out(november, 1, 20, "A2", "C")}
	pair := []Payment{a, b, a2, c}
	for _, c := range []tale{
		{
			name: "two equal payments of one file and one transfer: the first is settled",
			ledger: Ledger{Payments: []Payment{a, d}, Exports: []Export{out(october, 1, 10, "D", "A")},
				Scans: []Scan{look(1, span(0, 20, true), sent("0x1", 15, alder, seven))}},
			states: []string{"A missing", "D settled 0x1"},
		}, {
			name: "two equal payments of two files of one export and one transfer: neither",
			ledger: Ledger{Payments: []Payment{a, d}, Exports: []Export{{october, 1, hour(10), []Batch{file(1, vault, "A"), file(2, vault, "D")}}},
				Scans: []Scan{look(1, span(0, 20, true), sent("0x1", 15, alder, seven))}},
			states: []string{"A ambiguous", "D ambiguous"}, strays: []string{"0x1 ambiguous A D"},
		}, {
			name: "two equal payments of two files of one export and two transfers: both",
			ledger: Ledger{Payments: []Payment{a, d}, Exports: []Export{{october, 1, hour(10), []Batch{file(1, vault, "A"), file(2, vault, "D")}}},
				Scans: []Scan{look(1, span(0, 20, true), sent("0x1", 15, alder, seven), sent("0x2", 16, alder, seven))}},
			states: []string{"A settled 0x1", "D settled 0x2"},
		}, {
			name: "a transfer before the second month's export is the first month's",
			ledger: Ledger{Payments: pair, Exports: months,
				Scans: []Scan{look(1, span(0, 30, true), sent("0x1", 15, alder, seven))}},
			states: []string{"A settled 0x1", "B missing", "A2 missing", "C missing"},
		}, {
			name: "a transfer after the second month's export may be either's",
			ledger: Ledger{Payments: pair, Exports: months,
				Scans: []Scan{look(1, span(0, 30, true), sent("0x1", 25, alder, seven))}},
			states: []string{"A ambiguous", "B missing", "A2 ambiguous", "C missing"}, strays: []string{"0x1 ambiguous A A2"},
			because: []string{"0x1: may be any of A, A2"},
		}, {
			name: "as many transfers as payments: both are settled, oldest with oldest",
			ledger: Ledger{Payments: pair, Exports: months,
				Scans: []Scan{look(1, span(0, 30, true), sent("0x1", 25, alder, seven), sent("0x2", 26, alder, seven))}},
			states: []string{"A settled 0x1", "B missing", "A2 settled 0x2", "C missing"},
		}, {
			name: "two transfers before the second month's export: the second one is too much, or was made by hand",
			ledger: Ledger{Payments: pair, Exports: []Export{months[0], out(november, 1, 40, "A2", "C")},
				Scans: []Scan{look(1, span(0, 50, true), sent("0x1", 12, alder, seven), sent("0x2", 13, alder, seven))}},
			states: []string{"A settled 0x1", "B missing", "A2 ambiguous", "C missing"}, strays: []string{"0x2 ambiguous A A2"},
			because: []string{"0x2: before that was given out: it may have been paid by hand, or pays A once more"},
		}, {
			name: "more transfers than payments: the last one is too much",
			ledger: Ledger{Payments: pair, Exports: months,
				Scans: []Scan{look(1, span(0, 30, true), sent("0x1", 25, alder, seven), sent("0x2", 26, alder, seven), sent("0x3", 27, alder, seven))}},
			states: []string{"A settled 0x1", "B missing", "A2 settled 0x2", "C missing"}, strays: []string{"0x3 paid-twice A2"},
		}, {
			name: "payments not returned come before returned ones",
			ledger: Ledger{Payments: pair, Exports: months, Returns: []Return{{"A", november}},
				Scans: []Scan{look(1, span(0, 30, true), sent("0x1", 25, alder, seven))}},
			states: []string{"A returned", "B missing", "A2 settled 0x1", "C missing"},
		}, {
			name: "and what then comes pays the returned one",
			ledger: Ledger{Payments: pair, Exports: months, Returns: []Return{{"A", november}},
				Scans: []Scan{look(1, span(0, 30, true), sent("0x1", 25, alder, seven), sent("0x2", 26, alder, seven))}},
			states: []string{"A paid-after-return 0x2", "B missing", "A2 settled 0x1", "C missing"}, strays: []string{"0x2 paid-after-return A"},
		}, {
			name: "what comes shortly before the second month's export may be that one or the returned one",
			ledger: Ledger{Payments: pair, Exports: months, Returns: []Return{{"A", november}},
				Scans: []Scan{look(1, span(0, 30, true), sent("0x1", 15, alder, seven))}},
			states: []string{"A returned", "B missing", "A2 ambiguous", "C missing"}, strays: []string{"0x1 ambiguous A2"},
		}, {
			name: "what comes shortly before a returned payment was given out may be its",
			ledger: Ledger{Payments: []Payment{a}, Exports: []Export{out(october, 1, 10, "A")}, Returns: []Return{{"A", november}},
				Scans: []Scan{look(1, span(0, 30, true), sent("0x1", 5, alder, seven))}},
			states: []string{"A returned"}, strays: []string{"0x1 ambiguous A"},
		}, {
			name: "given out again by itself, a payment is in another file than its neighbour",
			ledger: Ledger{Payments: []Payment{a, d}, Exports: []Export{out(october, 1, 10, "A", "D"), out(october, 2, 20, "D")},
				Scans: []Scan{look(1, span(0, 30, true), sent("0x1", 25, alder, seven))}},
			states: []string{"A ambiguous", "D ambiguous"}, strays: []string{"0x1 ambiguous A D"},
		}, {
			name: "what was sent before that is the first of the file of then",
			ledger: Ledger{Payments: []Payment{a, d}, Exports: []Export{out(october, 1, 10, "A", "D"), out(october, 2, 20, "D")},
				Scans: []Scan{look(1, span(0, 30, true), sent("0x1", 15, alder, seven))}},
			states: []string{"A settled 0x1", "D missing"},
		},
	} {
		t.Run(c.name, c.run)
	}
}
