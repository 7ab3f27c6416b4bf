package outputs

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"fleetpay/rules"
)

func TestTheManifestIsWrittenAsDocumented(t *testing.T) {
	m := smallMonth()
	alpha, pine := m.Book.Payouts[0].PaymentID, m.Book.Payouts[3].PaymentID
	// The control hash, from its definition.
	hash := sha256.Sum256([]byte(
		alpha + " 8453 0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913 " + walletA + " 1507310000\n" +
			pine + " 137 0x3c499c542cEF5E3811e1192ce70d8cC03d5c3359 " + walletB + " 21970000\n"))
	want := `{
  "schema": "fleetpay.payments/1",
  "program": "Example Fleet",
  "period": "2026-10",
  "closed_at": "2026-11-02T08:30:00Z",
  "withdrawn": 0,
  "previous": "3f0a",
  "asset": "USDC",
  "control": {
    "count": 2,
    "amount": "1529.28",
    "base_units": "1529280000",
    "sha256": "` + hex.EncodeToString(hash[:]) + `"
  },
  "chains": [
    {
      "chain": "base",
      "chain_id": 8453,
      "token": "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913",
      "decimals": 6,
      "count": 1,
      "amount": "1507.31",
      "base_units": "1507310000",
      "payments": [
        {
          "payment_id": "` + alpha + `",
          "payee_kind": "operator",
          "payee_id": "alpha",
          "name": "Alpha Nodes",
          "wallet": "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
          "amount": "1507.31",
          "base_units": "1507310000",
          "due_on": "2026-11-09"
        }
      ]
    },
    {
      "chain": "polygon",
      "chain_id": 137,
      "token": "0x3c499c542cEF5E3811e1192ce70d8cC03d5c3359",
      "decimals": 6,
      "count": 1,
      "amount": "21.97",
      "base_units": "21970000",
      "payments": [
        {
          "payment_id": "` + pine + `",
          "payee_kind": "partner",
          "payee_id": "pine",
          "name": "Pine Partners",
          "wallet": "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
          "amount": "21.97",
          "base_units": "21970000",
          "due_on": "2026-11-09"
        }
      ]
    }
  ],
  "held": [
    {
      "payee_kind": "operator",
      "payee_id": "bravo",
      "name": "=HYPERLINK(\"x\")",
      "status": "held",
      "carried_out": "48.39",
      "chain": "base",
      "wallet": "",
      "reason": "wallet missing"
    }
  ],
  "carried": [
    {
      "payee_kind": "operator",
      "payee_id": "charlie",
      "name": "Charlie, Ltd \"C\"",
      "status": "negative",
      "carried_out": "-1250.00",
      "chain": "base",
      "wallet": "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
      "reason": "the balance is -1250.00"
    }
  ]
}
`
	got := written(t, func(b *bytes.Buffer) error { return WriteManifest(b, m) })
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestAPaymentIDIsTheHashOfWhatIsPaid(t *testing.T) {
	m := smallMonth()
	canonical := "13:Example Fleet\n7:2026-10\n1:0\n4:3f0a\n8:operator\n5:alpha\n4:8453\n" +
		"42:0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913\n42:" + walletA + "\n10:1507310000\n"
	want := fmt.Sprintf("FP-202610-%X", sha256.Sum256([]byte(canonical)))[:len("FP-202610-")+16]
	if got := PaymentID(m, m.Book.Payouts[0]); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := PaymentID(m, m.Book.Payouts[1]); got != "" {
		t.Errorf("nothing is payable, and the id is %s", got)
	}
}

func TestAPaymentIDChangesWithEverythingThatMakesAnotherPayment(t *testing.T) {
	base := smallMonth()
	seen := map[string]string{PaymentID(base, base.Book.Payouts[0]): "the payment itself"}
	for name, change := range map[string]func(*Month, *rules.Payout){
		"another program":   func(m *Month, _ *rules.Payout) { m.Program = "Other Fleet" },
		"another month":     func(m *Month, _ *rules.Payout) { m.Period.Month = time.November },
		"a withdrawn close": func(m *Month, _ *rules.Payout) { m.Withdrawn = 1 },
		"another history":   func(m *Month, _ *rules.Payout) { m.Previous = "3f0b" },
		"a partner":         func(_ *Month, p *rules.Payout) { p.PayeeKind = rules.PartnerPayee },
		"another payee":     func(_ *Month, p *rules.Payout) { p.PayeeID = "alpha2" },
		"another chain":     func(_ *Month, p *rules.Payout) { p.Chain = "optimism" },
		"another wallet":    func(_ *Month, p *rules.Payout) { p.Wallet = walletB },
		"a cent more":       func(_ *Month, p *rules.Payout) { p.Payable = p.Payable.Add(usd("0.01")) },
		"fields that run into each other": func(m *Month, p *rules.Payout) {
			m.Previous, p.PayeeID = m.Previous+"\n8:operator", "alpha"
		},
	} {
		m := smallMonth()
		p := m.Book.Payouts[0]
		change(m, &p)
		id := PaymentID(m, p)
		if other, twice := seen[id]; twice {
			t.Errorf("%s has the id of %s", name, other)
		}
		seen[id] = name
	}
}

func TestAPaymentThatMustNotBeSentIsRefused(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*rules.Payout)
		err    string
	}{
		{"to no wallet", func(p *rules.Payout) { p.Wallet = "" }, "operator alpha: wallet missing"},
		{"to a wallet not checksummed", func(p *rules.Payout) { p.Wallet = strings.ToLower(walletA) },
			"operator alpha: wallet 0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed is not in its checksummed form " + walletA},
		{"on an unknown chain", func(p *rules.Payout) { p.Chain = "solana" },
			`operator alpha: chain "solana" is unknown; it is one of ethereum, base, arbitrum, optimism, polygon, avalanche`},
		{"of nothing", func(p *rules.Payout) { p.Payable = usd("0") }, "operator alpha: 0.00 is payable; a payment is more than nothing"},
		{"of less than nothing", func(p *rules.Payout) { p.Payable = usd("-1") }, "operator alpha: -1.00 is payable; a payment is more than nothing"},
		{"of an unknown status", func(p *rules.Payout) { p.Status = "paid" }, `operator alpha: "paid" is not a payout status`},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := smallMonth()
			c.change(&m.Book.Payouts[0])
			if err := WriteManifest(&bytes.Buffer{}, m); err == nil || err.Error() != c.err {
				t.Errorf("got  %v\nwant %s", err, c.err)
			}
		})
	}
	m := smallMonth()
	right := m.Book.Payouts[0].PaymentID
	m.Book.Payouts[0].PaymentID = "FP-1"
	if err := WriteManifest(&bytes.Buffer{}, m); err == nil || err.Error() != `operator alpha: payment id is "FP-1" and must be `+right {
		t.Errorf("got %v", err)
	}
}

func TestAMonthWithoutPaymentsHasAnEmptyManifest(t *testing.T) {
	m := smallMonth()
	m.Book.Payouts, m.Book.Lines = nil, nil
	got := written(t, func(b *bytes.Buffer) error { return WriteManifest(b, m) })
	for _, want := range []string{`"count": 0`, `"amount": "0.00"`, `"base_units": "0"`, `"chains": []`, `"held": []`, `"carried": []`} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in %s", want, got)
		}
	}
	if _, err := ReadManifest(strings.NewReader(got)); err != nil {
		t.Error(err)
	}
}

func TestTheManifestsTotalsAreThoseOfThePayouts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := smallMonth()
		m.Book.Payouts = nil
		var payable rules.Money
		for i, cents := range rapid.SliceOfN(rapid.Int64Range(1, 1e12), 0, 20).Draw(t, "cents") {
			sum := usd(fmt.Sprintf("%d.%02d", cents/100, cents%100))
			payable = payable.Add(sum)
			m.Book.Payouts = append(m.Book.Payouts, rules.Payout{PayeeKind: rules.OperatorPayee, PayeeID: fmt.Sprint(i), Payable: sum, Status: rules.Payable,
				Chain: rapid.SampledFrom(ChainNames()).Draw(t, "chain"), Wallet: walletC, DueOn: day("2026-11-09")})
		}
		SetPaymentIDs(m)
		var b bytes.Buffer
		if err := WriteManifest(&b, m); err != nil {
			t.Fatal(err)
		}
		man, err := ReadManifest(&b)
		if err != nil {
			t.Fatal(err)
		}
		var sum rules.Money
		n := 0
		for _, c := range man.Chains {
			n += c.Count
			sum = sum.Add(usd(c.Amount))
		}
		if n != len(m.Book.Payouts) || sum.Cmp(payable) != 0 || man.Control.Amount != payable.String() || man.Control.BaseUnits+"" != BaseUnits(payable) {
			t.Fatalf("%d payments of %s; the manifest says %+v, its chains %d of %s", len(m.Book.Payouts), payable, man.Control, n, sum)
		}
	})
}

func TestBaseUnitsAreMillionths(t *testing.T) {
	for sum, want := range map[string]string{"12.30": "12300000", "0.01": "10000", "0": "0", "99999999.99": "99999999990000"} {
		if got := BaseUnits(usd(sum)); got != want {
			t.Errorf("%s: got %s, want %s", sum, got, want)
		}
	}
}
