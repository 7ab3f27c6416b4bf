package payments

import "testing"

func TestStrays(t *testing.T) {
	alone := []Export{out(october, 1, 10, "A")}
	for _, c := range []tale{
		{
			name: "dust touches nobody",
			ledger: Ledger{Payments: []Payment{a}, Exports: alone,
				Scans: []Scan{look(1, span(0, 20, true), sent("0x1", 15, alder, "0"))}},
			states: []string{"A missing"}, strays: []string{"0x1 dust"},
		}, {
			name: "dust in a batch's own transaction does not hide the batch",
			ledger: Ledger{Payments: []Payment{a, c, a2, b2}, Exports: []Export{out(october, 1, 10, "A", "C"), out(november, 1, 11, "A2", "B2")},
				Scans: []Scan{look(1, span(0, 20, true), sent("0x1", 15, alder, seven), sent("0x1", 15, birch, eleven), sent("0x1", 15, cedar, "0"))}},
			states: []string{"A missing", "C missing", "A2 settled 0x1", "B2 settled 0x1"}, strays: []string{"0x1 dust"},
		}, {
			name: "another sum to the wallet",
			ledger: Ledger{Payments: []Payment{a}, Exports: alone,
				Scans: []Scan{look(1, span(0, 20, true), sent("0x1", 15, alder, eleven))}},
			states: []string{"A wrong-amount"}, strays: []string{"0x1 wrong-amount A"},
			because: []string{"A: its wallet got another sum by transaction 0x1 of 2026-11-01T15:00:00Z", "0x1: goes to the wallet of A, which waits for another sum"},
		}, {
			name: "another sum a day before the export still may be meant for it",
			ledger: Ledger{Payments: []Payment{a}, Exports: []Export{out(october, 1, 34, "A")},
				Scans: []Scan{look(1, span(0, 40, true), sent("0x1", 10, alder, eleven))}},
			states: []string{"A wrong-amount"}, strays: []string{"0x1 wrong-amount A"},
		}, {
			name: "another sum more than a day before the export is not meant for it",
			ledger: Ledger{Payments: []Payment{a}, Exports: []Export{out(october, 1, 35, "A")},
				Scans: []Scan{look(1, span(0, 40, true), sent("0x1", 10, alder, eleven))}},
			states: []string{"A missing"}, strays: []string{"0x1 extra"},
		}, {
			name: "another sum while all given out by then was settled does not touch the next month",
			ledger: Ledger{Payments: []Payment{a, inNovember(due("N", alder, thirteen))},
				Exports: []Export{out(october, 1, 10, "A"), out(november, 1, 50, "N")},
				Scans:   []Scan{look(1, span(0, 60, true), sent("0x1", 15, alder, seven), sent("0x2", 16, alder, eleven))}},
			states: []string{"A settled 0x1", "N missing"}, strays: []string{"0x2 extra"},
		}, {
			name: "one transfer of the sum of two months",
			ledger: Ledger{Payments: []Payment{a, inNovember(due("N", alder, thirteen))},
				Exports: []Export{out(october, 1, 10, "A"), out(november, 1, 11, "N")},
				Scans:   []Scan{look(1, span(0, 20, true), sent("0x1", 15, alder, units(seven, thirteen)))}},
			states: []string{"A wrong-amount", "N wrong-amount"}, strays: []string{"0x1 wrong-amount A N"},
			because: []string{"A: the sum of all that it waits for", "N: the sum of all that it waits for", "0x1: is the sum of A, N"},
		}, {
			name: "another sum to a wallet that waits for two",
			ledger: Ledger{Payments: []Payment{a, inNovember(due("N", alder, thirteen))},
				Exports: []Export{out(october, 1, 10, "A"), out(november, 1, 11, "N")},
				Scans:   []Scan{look(1, span(0, 20, true), sent("0x1", 15, alder, eleven))}},
			states: []string{"A wrong-amount", "N wrong-amount"}, strays: []string{"0x1 wrong-amount A N"},
		}, {
			name: "the sum on another chain",
			ledger: Ledger{Payments: []Payment{a}, Exports: alone,
				Scans: []Scan{look(1, span(0, 20, true), chain(sent("0x1", 15, alder, seven), ethereumID))}},
			states: []string{"A wrong-chain"}, strays: []string{"0x1 wrong-chain A"},
			because: []string{"0x1: is what is due on base for A, only on another chain"},
		}, {
			name: "the sum on another chain, where another sum is due: both are kept back",
			ledger: Ledger{Payments: []Payment{a, onEthereum(due("E", alder, eleven))},
				Exports: []Export{{october, 1, hour(10), []Batch{file(1, vault, "A"), {"safe-ethereum-001.json", ethereumID, vault, []string{"E"}}}}},
				Scans: []Scan{look(1, span(0, 20, true)),
					look(2, Span{ethereumID, vault, 0, 20, hour(0), hour(20), true}, chain(sent("0x1", 15, alder, seven), ethereumID))}},
			states: []string{"A wrong-chain", "E wrong-amount"}, strays: []string{"0x1 wrong-chain A E"},
		}, {
			name: "a second payment does not touch what waits for another sum",
			ledger: Ledger{Payments: []Payment{a, inNovember(due("N", alder, thirteen))},
				Exports: []Export{out(october, 1, 10, "A"), out(november, 1, 11, "N")},
				Scans:   []Scan{look(1, span(0, 20, true), sent("0x1", 15, alder, seven), sent("0x2", 16, alder, seven))}},
			states: []string{"A settled 0x1", "N missing"}, strays: []string{"0x2 paid-twice A"},
			because: []string{"A: and once more by transaction 0x2", "0x2: pays A once more, after transaction 0x1"},
		}, {
			name: "a stranger's wallet",
			ledger: Ledger{Payments: []Payment{a}, Exports: alone,
				Scans: []Scan{look(1, span(0, 20, true), sent("0x1", 15, birch, eleven))}},
			states: []string{"A missing"}, strays: []string{"0x1 extra"},
		}, {
			name: "what equals a payment that was not closed yet is extra, and names it",
			ledger: Ledger{Payments: []Payment{closed(a, 40)},
				Scans: []Scan{look(1, span(0, 20, true), sent("0x1", 15, alder, seven))}}, // 40 - 25
			states: []string{"A open"}, strays: []string{"0x1 extra A"},
		}, {
			name: "of several settled payments the one last given out is paid twice",
			ledger: Ledger{Payments: []Payment{a, a2}, Exports: []Export{out(october, 1, 10, "A"), out(november, 1, 40, "A2")},
				Scans: []Scan{look(1, span(0, 60, true), sent("0x1", 12, alder, seven), sent("0x2", 42, alder, seven), sent("0x3", 43, alder, seven))}},
			states: []string{"A settled 0x1", "A2 settled 0x2"}, strays: []string{"0x3 paid-twice A2"},
		}, {
			name: "a payment that both an equal and another sum touch is ambiguous",
			ledger: Ledger{Payments: []Payment{a, a2}, Exports: []Export{out(october, 1, 10, "A"), out(november, 1, 11, "A2")},
				Scans: []Scan{look(1, span(0, 20, true), sent("0x1", 15, alder, seven), sent("0x2", 16, alder, eleven))}},
			states: []string{"A ambiguous", "A2 ambiguous"}, strays: []string{"0x1 ambiguous A A2", "0x2 wrong-amount A A2"},
		},
	} {
		t.Run(c.name, c.run)
	}
}
