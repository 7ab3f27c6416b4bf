package payments

import "testing"

// Sums are primes, in units, so that no two of them make a third by chance.
const (
	seven    = "7000003"
	eleven   = "11000027"
	thirteen = "13000027"
)

var (
	a = due("A", alder, seven)
	b = due("B", birch, eleven)
	c = due("C", cedar, thirteen)
	// The same wallet and sum a month later.
	a2 = inNovember(due("A2", alder, seven))
	b2 = inNovember(due("B2", birch, eleven))
)

func TestWhereAPaymentStands(t *testing.T) {
	for _, c := range []tale{
		{
			name:   "never given out",
			ledger: Ledger{Payments: []Payment{a}},
			states: []string{"A open"},
		}, {
			name:   "given out, and no scan since",
			ledger: Ledger{Payments: []Payment{a}, Exports: []Export{out(october, 1, 10, "A")}},
			states: []string{"A exported"},
		}, {
			name:   "a scan that ends at the second of the export has not seen past it",
			ledger: Ledger{Payments: []Payment{a}, Exports: []Export{out(october, 1, 10, "A")}, Scans: []Scan{look(1, span(0, 10, true))}},
			states: []string{"A exported"},
		}, {
			name:   "a scan that begins after the export has not seen all",
			ledger: Ledger{Payments: []Payment{a}, Exports: []Export{out(october, 1, 10, "A")}, Scans: []Scan{look(1, span(11, 20, true))}},
			states: []string{"A exported"},
		}, {
			name: "two scans that see all only together have not seen all",
			ledger: Ledger{Payments: []Payment{a}, Exports: []Export{out(october, 1, 10, "A"), out(october, 2, 15, "A")},
				Scans: []Scan{look(1, span(10, 14, true)), look(2, span(14, 20, true))}},
			states: []string{"A exported"},
		}, {
			name: "a scan of another Safe has not seen it",
			ledger: Ledger{Payments: []Payment{a}, Exports: []Export{out(october, 1, 10, "A")},
				Scans: []Scan{look(1, Span{baseID, oldVault, 0, 20, hour(0), hour(20), true})}},
			states: []string{"A exported"},
		}, {
			name:    "a scan of all of its time does not show it",
			ledger:  Ledger{Payments: []Payment{a}, Exports: []Export{out(october, 1, 10, "A")}, Scans: []Scan{look(1, span(10, 11, true))}},
			states:  []string{"A missing"},
			because: []string{"A: not on the chain up to 2026-11-01T11:00:00Z"},
		}, {
			name:    "missing in blocks that could still change is said",
			ledger:  Ledger{Payments: []Payment{a}, Exports: []Export{out(october, 1, 10, "A")}, Scans: []Scan{look(1, span(10, 11, false))}},
			states:  []string{"A missing"},
			because: []string{"A: in blocks that could still change"},
		}, {
			name: "given out again, it needs a scan of the time after that, too",
			ledger: Ledger{Payments: []Payment{a}, Exports: []Export{out(october, 1, 10, "A"), out(october, 2, 20, "A")},
				Scans: []Scan{look(1, span(0, 15, true))}},
			states: []string{"A exported"},
		}, {
			name: "given out with two Safes, both must be scanned",
			ledger: Ledger{Payments: []Payment{a},
				Exports: []Export{out(october, 1, 10, "A"), {october, 2, hour(20), []Batch{file(1, oldVault, "A")}}},
				Scans:   []Scan{look(1, span(0, 30, true))}},
			states: []string{"A exported"},
		}, {
			name: "given out with two Safes and both scanned",
			ledger: Ledger{Payments: []Payment{a},
				Exports: []Export{out(october, 1, 10, "A"), {october, 2, hour(20), []Batch{file(1, oldVault, "A")}}},
				Scans:   []Scan{look(1, span(0, 30, true)), look(2, Span{baseID, oldVault, 20, 25, hour(20), hour(25), true})}},
			states:  []string{"A missing"},
			because: []string{"A: up to 2026-11-02T01:00:00Z"}, // hour 25, the earlier one
		}, {
			name: "a transfer settles it",
			ledger: Ledger{Payments: []Payment{a}, Exports: []Export{out(october, 1, 10, "A")},
				Scans: []Scan{look(1, span(0, 20, true), sent("0x1", 12, alder, seven))}},
			states: []string{"A settled 0x1"}, fresh: []string{"A 0x1"},
		}, {
			name: "a transfer at the second of the export is its",
			ledger: Ledger{Payments: []Payment{a}, Exports: []Export{out(october, 1, 10, "A")},
				Scans: []Scan{look(1, span(0, 20, true), sent("0x1", 10, alder, seven))}},
			states: []string{"A settled 0x1"},
		}, {
			name: "a settlement in blocks that can still change is not recorded",
			ledger: Ledger{Payments: []Payment{a}, Exports: []Export{out(october, 1, 10, "A")},
				Scans: []Scan{look(1, span(0, 20, false), sent("0x1", 12, alder, seven))}},
			states: []string{"A settled 0x1"}, fresh: []string{},
		}, {
			name: "two scans of the same transfer see one transfer",
			ledger: Ledger{Payments: []Payment{a}, Exports: []Export{out(october, 1, 10, "A")},
				Scans: []Scan{look(1, span(0, 20, false), sent("0x1", 12, alder, seven)), look(2, span(0, 30, true), sent("0x1", 12, alder, seven))}},
			states: []string{"A settled 0x1"}, fresh: []string{"A 0x1"},
		}, {
			name: "what was paid by the Safe of the first export counts after the second with another",
			ledger: Ledger{Payments: []Payment{a},
				Exports: []Export{out(october, 1, 10, "A"), {october, 2, hour(20), []Batch{file(1, oldVault, "A")}}},
				Scans:   []Scan{look(1, span(0, 30, true), sent("0x1", 25, alder, seven))}},
			states: []string{"A settled 0x1"},
		}, {
			name: "a Safe can't pay before the export that names it, though close to it",
			ledger: Ledger{Payments: []Payment{a},
				Exports: []Export{out(october, 1, 10, "A"), {october, 2, hour(20), []Batch{file(1, oldVault, "A")}}},
				Scans: []Scan{look(1, span(0, 30, true)),
					look(2, Span{baseID, oldVault, 0, 30, hour(0), hour(30), true}, from(sent("0x1", 15, alder, seven), oldVault))}},
			states: []string{"A ambiguous"}, strays: []string{"0x1 ambiguous A"},
		}, {
			name: "the right sum from another Safe is not its, and yet keeps it back",
			ledger: Ledger{Payments: []Payment{a}, Exports: []Export{out(october, 1, 10, "A")},
				Scans: []Scan{look(1, span(0, 30, true), from(sent("0x1", 15, alder, seven), oldVault))}},
			states: []string{"A ambiguous"}, strays: []string{"0x1 ambiguous A"},
			because: []string{"0x1: given out with another Safe"},
		}, {
			name: "a transfer a day before the export may be the clocks' fault",
			ledger: Ledger{Payments: []Payment{a}, Exports: []Export{out(october, 1, 34, "A")},
				Scans: []Scan{look(1, span(0, 40, true), sent("0x1", 10, alder, seven))}}, // 34 - 24
			states: []string{"A ambiguous"}, strays: []string{"0x1 ambiguous A"}, fresh: []string{},
			because: []string{"0x1: shortly before the export of A"},
		}, {
			name: "a transfer more than a day before the close is another's",
			ledger: Ledger{Payments: []Payment{closed(a, 35)}, Exports: []Export{out(october, 1, 35, "A")},
				Scans: []Scan{look(1, span(0, 40, true), sent("0x1", 10, alder, seven))}}, // 35 - 25
			states: []string{"A missing"}, strays: []string{"0x1 extra A"},
			because: []string{"0x1: though it equals A"},
		}, {
			name: "after its own transfer the one shortly before is a second payment",
			ledger: Ledger{Payments: []Payment{a}, Exports: []Export{out(october, 1, 30, "A")},
				Scans: []Scan{look(1, span(0, 40, true), sent("0x1", 10, alder, seven), sent("0x2", 31, alder, seven))}},
			states: []string{"A settled 0x2"}, strays: []string{"0x1 paid-twice A"},
		}, {
			name:   "a returned payment, never given out",
			ledger: Ledger{Payments: []Payment{a}, Returns: []Return{{"A", november}}},
			states: []string{"A returned"},
		}, {
			name: "a returned payment that a transfer pays all the same",
			ledger: Ledger{Payments: []Payment{a}, Exports: []Export{out(october, 1, 10, "A")}, Returns: []Return{{"A", november}},
				Scans: []Scan{look(1, span(0, 20, true)), look(2, span(0, 30, true), sent("0x1", 25, alder, seven))}},
			states: []string{"A paid-after-return 0x1"}, strays: []string{"0x1 paid-after-return A"}, fresh: []string{"A 0x1"},
		}, {
			name: "a payment that was recorded as settled before somebody returned it",
			ledger: Ledger{Payments: []Payment{a}, Exports: []Export{out(october, 1, 10, "A")}, Returns: []Return{{"A", november}},
				Scans: []Scan{recording(look(1, span(0, 20, true), sent("0x1", 12, alder, seven)), Settled{"A", sent("0x1", 12, alder, seven)})}},
			states: []string{"A paid-after-return 0x1"}, strays: []string{"0x1 paid-after-return A"}, fresh: []string{},
		},
	} {
		t.Run(c.name, c.run)
	}
}

func recording(s Scan, settled ...Settled) Scan {
	s.Settled = settled
	return s
}

func TestReorganisations(t *testing.T) {
	given := []Export{out(october, 1, 10, "A")}
	x := sent("0x1", 12, alder, seven)
	for _, c := range []tale{
		{
			name: "gone from final blocks, it never happened",
			ledger: Ledger{Payments: []Payment{a}, Exports: given,
				Scans: []Scan{look(1, span(0, 20, false), x), look(2, span(0, 30, true))}},
			states: []string{"A missing"},
		}, {
			name: "gone from final blocks, though it was recorded",
			ledger: Ledger{Payments: []Payment{a}, Exports: given,
				Scans: []Scan{recording(look(1, span(0, 20, false), x), Settled{"A", x}), look(2, span(0, 30, true))}},
			states: []string{"A missing"}, because: []string{"A: transaction 0x1 of 2026-11-01T12:00:00Z, once recorded as paying it, was reorganised away"},
		}, {
			name: "gone from blocks that can still change",
			ledger: Ledger{Payments: []Payment{a}, Exports: given,
				Scans: []Scan{look(1, span(0, 20, false), x), look(2, span(0, 30, false))}},
			states: []string{"A vanished 0x1"}, fresh: []string{},
		}, {
			name: "gone from blocks that the newer scan did not read",
			ledger: Ledger{Payments: []Payment{a}, Exports: given,
				Scans: []Scan{look(1, span(0, 20, false), x), look(2, span(13, 30, true))}},
			states: []string{"A settled 0x1"},
		}, {
			name: "doubted, and then gone for good",
			ledger: Ledger{Payments: []Payment{a}, Exports: given,
				Scans: []Scan{look(1, span(0, 20, false), x), look(2, span(0, 30, false)), look(3, span(0, 40, true))}},
			states: []string{"A missing"},
		}, {
			name: "gone for good, it is not doubted by a scan that can still change",
			ledger: Ledger{Payments: []Payment{a}, Exports: given,
				Scans: []Scan{look(1, span(0, 20, false), x), look(2, span(0, 30, true)), look(3, span(0, 40, false))}},
			states: []string{"A missing"},
		}, {
			name: "gone, and back in another block",
			ledger: Ledger{Payments: []Payment{a}, Exports: given,
				Scans: []Scan{look(1, span(0, 20, false), x), look(2, span(0, 21, false)), look(3, span(0, 30, true), sent("0x1", 25, alder, seven))}},
			states: []string{"A settled 0x1"}, fresh: []string{"A 0x1"},
		}, {
			name: "the order of scans is that of their time, not of their number",
			ledger: Ledger{Payments: []Payment{a}, Exports: given,
				Scans: []Scan{look(1, span(0, 30, true)), look(2, span(0, 20, false), x)}},
			states: []string{"A missing"},
		}, {
			name: "two scans of final blocks contradict each other",
			ledger: Ledger{Payments: []Payment{a}, Exports: given,
				Scans: []Scan{look(1, span(0, 20, true), x), look(2, span(0, 30, true))}},
			states: []string{"A vanished 0x1"}, because: []string{"A: one of the scans is wrong"},
		}, {
			name: "a recorded transfer that the scan's own list lacks still counts",
			ledger: Ledger{Payments: []Payment{a}, Exports: given,
				Scans: []Scan{recording(look(1, span(15, 20, true)), Settled{"A", x})}},
			states: []string{"A settled 0x1"},
		}, {
			name: "a settlement that needs a transfer in blocks that can change is not recorded",
			ledger: Ledger{Payments: []Payment{a, a2}, Exports: []Export{out(october, 1, 10, "A"), out(november, 1, 11, "A2")},
				Scans: []Scan{look(1, span(0, 20, true), sent("0x1", 12, alder, seven)),
					{Period: november, Number: 1, At: hour(40), Spans: []Span{span(21, 30, false)}, Transfers: []Transfer{sent("0x2", 25, alder, seven)}}}},
			states: []string{"A settled 0x1", "A2 settled 0x2"}, fresh: []string{},
		},
	} {
		t.Run(c.name, c.run)
	}
}

func TestRecordedSettlements(t *testing.T) {
	x, y := sent("0x1", 12, alder, seven), sent("0x2", 13, alder, seven)
	given := []Export{out(october, 1, 10, "A")}
	for _, c := range []tale{
		{
			name: "a recorded settlement stays, though an older transfer comes to light",
			ledger: Ledger{Payments: []Payment{a}, Exports: given,
				Scans: []Scan{recording(look(1, span(13, 20, true), y), Settled{"A", y}), look(2, span(0, 20, true), x, y)}},
			states: []string{"A settled 0x2"}, strays: []string{"0x1 paid-twice A"},
		}, {
			name: "of two records that contradict each other the older one holds",
			ledger: Ledger{Payments: []Payment{a}, Exports: given,
				Scans: []Scan{recording(look(1, span(13, 20, true), y), Settled{"A", y}), recording(look(2, span(0, 20, true), x, y), Settled{"A", x})}},
			states: []string{"A settled 0x2"}, strays: []string{"0x1 paid-twice A"},
		}, {
			name: "a record of an unknown payment settles nothing, and its transfer keeps back what it equals",
			ledger: Ledger{Payments: []Payment{a}, Exports: given,
				Scans: []Scan{recording(look(1, span(0, 20, true), x), Settled{"Z", x})}},
			states: []string{"A ambiguous"}, strays: []string{"0x1 ambiguous A"}, because: []string{"0x1: a scan recorded it for Z, which no close has"},
		},
	} {
		t.Run(c.name, c.run)
	}
}
