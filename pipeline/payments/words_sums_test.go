package payments

import (
	"strings"
	"testing"

	"fleetpay/rules"
)

// in gives a payment its sum in dollars.
func in(t *testing.T, p Payment, amount string) Payment {
	t.Helper()
	m, err := rules.ParseMoney(amount)
	if err != nil {
		t.Fatal(err)
	}
	p.Amount = m
	return p
}

func TestAWrongSumIsToldAsASum(t *testing.T) {
	const (
		at     = " of 2026-11-01T12:00:00Z"
		adjust = " by an adjustment in the open period"
	)
	whole := in(t, due("A", alder, "12728750000"), "12728.75") // six decimals
	hers := in(t, due("B", alder, "101000000"), "101.00")      // of the same wallet
	for _, c := range []struct {
		name     string
		payments []Payment
		sent     []Transfer
		want     string
	}{
		{"too little", []Payment{whole}, []Transfer{sent("0x1", 12, alder, "12000000000")}, // 12728.75 - 12000.00
			"its wallet got 12000.00 of 12728.75 USDC: 728.75 too little, by transaction 0x1" + at + "; make up the difference of 728.75" + adjust + thenSay},
		{"too much, down to the base unit", []Payment{whole}, []Transfer{sent("0x1", 12, alder, "12729750001")}, // 12729.750001 - 12728.75
			"its wallet got 12729.750001 instead of 12728.75 USDC: 1.000001 too much, by transaction 0x1" + at + "; take the difference of 1.000001 back" + adjust + thenSay},
		{"in two parts, which are listed", []Payment{whole}, []Transfer{sent("0x1", 12, alder, "12000000000"), sent("0x2", 12, alder, "700000000")},
			"its wallet got 12000.00 and 700.00 USDC, and not 12728.75, by transaction 0x1" + at + " and transaction 0x2" + at + "; make up the difference" + adjust + strings.Replace(thenSay, "0x1", "TXHASH", 1)},
		{"where another payment waits, too, by how much is not known", []Payment{whole, hers}, []Transfer{sent("0x1", 12, alder, "12000000000")},
			"its wallet got 12000.00 USDC, and not 12728.75, by transaction 0x1" + at + "; make up the difference" + adjust + thenSay},
		{"of all that waits, at once", []Payment{whole, hers}, []Transfer{sent("0x1", 12, alder, "12829750000")}, // 12728.75 + 101.00
			"its wallet got 12829.75 USDC, and not 12728.75, by transaction 0x1" + at + ", which is the sum of all that it waits for; make up the difference" + adjust + thenSay},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := Ledger{Payments: c.payments, Scans: []Scan{look(1, span(0, 20, true), c.sent...)}}
			var ids []string
			for _, p := range c.payments {
				ids = append(ids, p.ID)
			}
			l.Exports = []Export{out(october, 3, 10, ids...)}
			if _, got := l.Judge().Standing("A").MayExport(); got != c.want {
				t.Errorf("got\n\t%s\nwant\n\t%s", got, c.want)
			}
		})
	}
}

// The name of a chain is known from any payment on it.
func TestAWrongChainIsToldByItsName(t *testing.T) {
	l := Ledger{
		Payments: []Payment{a, onEthereum(b)}, Exports: []Export{out(october, 3, 10, "A")},
		Scans: []Scan{look(1, span(0, 20, true), chain(sent("0x1", 12, alder, seven), ethereumID))},
	}
	want := "its wallet got the sum on ethereum, and not on base, by transaction 0x1 of 2026-11-01T12:00:00Z"
	if got := l.Judge().Standing("A").Why; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// Where units and amount are not one sum, no difference is made up.
func TestSumsAreOnlyToldInDollarsWhenTheAmountIsKnown(t *testing.T) {
	for name, c := range map[string]struct {
		amount, units string
		want          string
	}{
		"six decimals":            {"12.00", "12000000", "5.00"},
		"eighteen decimals":       {"12.00", "12000000000000000000", "0.000000000005"},
		"none":                    {"12.00", "12", "5000000.00"},
		"another number":          {"12.00", "13000000", ""},
		"less than the amount is": {"12.00", "1", ""},
		"no amount":               {"0.00", "12000000", ""},
		"nothing":                 {"0.00", "0", ""},
	} {
		t.Run(name, func(t *testing.T) {
			p := in(t, due("A", alder, c.units), c.amount)
			got := ""
			if sum, ok := p.dollars("5000000"); ok {
				got = said(sum)
			}
			if got != c.want {
				t.Errorf("5000000 units are %q, want %q", got, c.want)
			}
		})
	}
}
