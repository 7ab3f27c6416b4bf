package pipeline

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"fleetpay/outputs"
	"fleetpay/pipeline/payments"
	"fleetpay/rules"
)

// TieOut holds a period's payments to each other three ways: what was computed
// (payouts.csv), what the manifest asks for (usdc.json), and what the chains say.
type TieOut struct {
	Period    string          `json:"period"`
	AsOf      string          `json:"as_of"`  // instant up to which scans saw every Safe that the period gave out with; "" when one was not looked at since
	Chains    []TieSum        `json:"chains"` // of the manifest, in its order
	Total     TieSum          `json:"total"`
	Sent      []TieSent       `json:"sent"`       // by each Safe in the time that the month's newest look at the chains covers
	Payments  []TiedPayment   `json:"payments"`   // in the manifest's order
	Strays    []TiedStray     `json:"strays"`     // by time; not those of nothing, and not those explained
	Explained []TiedExplained `json:"explained"`  // by time; and then those whose explanation holds no more
	Dust      int             `json:"dust"`       // transfers of nothing, which anybody can have made in a Safe's name
	CanChange int             `json:"can_change"` // settled payments whose transfer was last seen among a chain's newest blocks
	NotFinal  int             `json:"not_final"`  // settled payments whose transfer no scan saw in a final block; those that can change are among them
}

// TiedPayment is where a payment of the period stands.
type TiedPayment struct {
	State     payments.State  `json:"state"`
	PaymentID string          `json:"payment_id"`
	PayeeKind rules.PayeeKind `json:"payee_kind"`
	PayeeID   string          `json:"payee_id"`
	Name      string          `json:"name"`
	Chain     string          `json:"chain"`
	Wallet    string          `json:"wallet"` // checksummed
	Computed  rules.Money     `json:"computed"`
	Manifest  rules.Money     `json:"manifest"`
	OnChain   string          `json:"on_chain"` // of the transfer that settles it; "" without one
	BaseUnits string          `json:"base_units"`
	Safe      string          `json:"safe"` // that sent it, checksummed
	TxHash    string          `json:"tx_hash"`
	Nth       *int            `json:"nth"`   // of transfers in the transaction that are equal in all of the above; null without one
	Block     *int64          `json:"block"` // null without one
	Time      string          `json:"time"`
	Why       string          `json:"why"`
	Explained string          `json:"explained"` // by whom and why, when all that makes it need a person is; else ""
}

// TiedStray is a transfer that settles no payment.
type TiedStray struct {
	Kind       payments.StrayKind `json:"kind"`
	PaymentIDs []string           `json:"payment_ids"` // that it may have to do with
	Chain      string             `json:"chain"`
	Safe       string             `json:"safe"` // checksummed
	To         string             `json:"to"`   // checksummed
	Amount     string             `json:"amount"`
	BaseUnits  string             `json:"base_units"`
	TxHash     string             `json:"tx_hash"`
	Nth        int                `json:"nth"`
	Block      int64              `json:"block"`
	Time       string             `json:"time"`
	Why        string             `json:"why"`
}

// TiedExplained is a transfer that people have dealt with.
type TiedExplained struct {
	TiedStray
	Reason string `json:"reason"`
	By     string `json:"by"`
	At     string `json:"at"`
	Void   string `json:"void"` // why the explanation holds no more; "" while it holds
}

// tieOut puts a month's tie-out together.
func (l *ledger) tieOut(m *paidMonth, j *payments.Judgement) (*TieOut, error) {
	computed, err := m.computed()
	if err != nil {
		return nil, err
	}
	t := &TieOut{Period: m.period.String(), AsOf: l.seenUpTo(m.period), Payments: []TiedPayment{}, Strays: []TiedStray{}, Explained: []TiedExplained{}}
	held, final := l.explanations(j), l.seenFinal()
	for _, c := range m.manifest.Chains {
		sum := TieSum{Chain: c.Chain}
		for _, x := range c.Payments {
			s := j.Standing(x.PaymentID)
			if s == nil {
				return nil, fmt.Errorf("%s: payment %s was not judged", m.dir, x.PaymentID)
			}
			p := tiePayment(s, computed[x.PaymentID])
			p.Explained = told(held.ofPayment(s))
			t.Payments = append(t.Payments, p)
			sum.take(s, p)
			if s.State == payments.StateSettled {
				if s.CanChange {
					t.CanChange++
				}
				if !final[identityOf(*s.Transfer)] {
					t.NotFinal++
				}
			}
		}
		t.Chains = append(t.Chains, sum.said())
		t.Total.add(sum)
	}
	t.Total = t.Total.said()
	for _, x := range j.Strays {
		switch e := held.of(x.Transfer); {
		case x.In != m.period:
		case x.Kind == payments.StrayDust:
			t.Dust++
		case e != nil:
			t.Explained = append(t.Explained, tieExplained(x, e))
		default:
			t.Strays = append(t.Strays, tieStray(x))
		}
	}
	t.Explained = append(t.Explained, l.voidExplanations(m.period, j, held)...)
	t.Sent = l.sent(m.period, j, held)
	return t, nil
}

// seenFinal tells which transfers a scan saw in a final block.
func (l *ledger) seenFinal() map[payments.Transfer]bool {
	final := map[payments.Transfer]bool{}
	for _, s := range l.Seen() {
		if s.Final {
			final[identityOf(s.Transfer)] = true
		}
	}
	for _, scan := range l.Scans {
		for _, s := range scan.Settled { // which only a final block does
			final[identityOf(s.Transfer)] = true
		}
	}
	return final
}

// seenUpTo is the instant up to which scans saw every Safe that a period gave out
// with; "" when one was not looked at since. A span that ends before the period
// gave out with its Safe tells of other months, and nothing of this one.
func (l *ledger) seenUpTo(p rules.Period) string {
	first := map[account]time.Time{} // when the period first gave out with it
	for _, x := range l.Exports {
		for _, b := range x.Batches {
			a := account{b.ChainID, b.Safe}
			if at, known := first[a]; x.Period == p && (!known || x.At.Before(at)) {
				first[a] = x.At
			}
		}
	}
	through := map[account]time.Time{}
	for _, s := range l.Scans {
		for _, span := range s.Spans {
			a := account{span.ChainID, span.Safe}
			if at, ours := first[a]; ours && !span.Through.Before(at) && span.Through.After(through[a]) {
				through[a] = span.Through
			}
		}
	}
	var least time.Time
	for a := range first {
		at, seen := through[a]
		switch {
		case !seen:
			return ""
		case least.IsZero() || at.Before(least):
			least = at
		}
	}
	return instant(least)
}

// computed reads what payouts.csv pays, by payment id.
func (m *paidMonth) computed() (map[string]rules.Money, error) {
	data, err := m.closed.read(outputs.PayoutsPath)
	if err != nil {
		return nil, err
	}
	_, payouts, err := outputs.ReadPayouts(bytes.NewReader(data))
	if err != nil {
		return nil, m.closed.fail(outputs.PayoutsPath, err)
	}
	sums := map[string]rules.Money{}
	for _, p := range payouts {
		if p.PaymentID != "" {
			sums[p.PaymentID] = p.Payable
		}
	}
	return sums, nil
}

func tiePayment(s *payments.Standing, computed rules.Money) TiedPayment {
	p := s.Payment
	t := TiedPayment{
		State: s.State, PaymentID: p.ID, PayeeKind: p.PayeeKind, PayeeID: p.PayeeID, Name: p.Name, Chain: p.Chain,
		Wallet: outputs.ChecksumAddress(p.Wallet), Computed: computed, Manifest: p.Amount, Why: s.Why,
	}
	if x := s.Transfer; x != nil && s.State == payments.StateSettled {
		t.OnChain, t.BaseUnits, t.Safe = outputs.USDC(unitsOf(x.Units)), x.Units, outputs.ChecksumAddress(x.Safe)
		nth, block := x.Nth, x.Block
		t.TxHash, t.Nth, t.Block, t.Time = x.TxHash, &nth, &block, instant(x.Time)
	}
	return t
}

func tieStray(s payments.Stray) TiedStray {
	x := s.Transfer
	return TiedStray{
		Kind: s.Kind, PaymentIDs: orNone(s.PaymentIDs), Chain: chainNamed(x.ChainID), Safe: outputs.ChecksumAddress(x.Safe),
		To: outputs.ChecksumAddress(x.To), Amount: outputs.USDC(unitsOf(x.Units)), BaseUnits: x.Units,
		TxHash: x.TxHash, Nth: x.Nth, Block: x.Block, Time: instant(x.Time), Why: s.Why,
	}
}

func tieExplained(s payments.Stray, e *explanation) TiedExplained {
	return TiedExplained{TiedStray: tieStray(s), Reason: e.reason, By: e.by, At: instant(e.at)}
}

// unitsOf reads a number of base units, which the scan has checked.
func unitsOf(digits string) decimal.Decimal {
	d, err := decimal.NewFromString(digits)
	if err != nil {
		panic(err)
	}
	return d
}

// tieOutColumns are those of tie-out.csv: a row per payment, and then one per
// transfer that settles none, whose kind stands as its state; the explained ones
// come last.
var tieOutColumns = []string{
	"state", "payment_id", "payee_kind", "payee_id", "name", "chain", "wallet",
	"computed", "manifest", "on_chain", "tx_hash", "block", "time", "why", "explained",
	"safe", "base_units", "nth",
}

// csv writes tie-out.csv.
func (t *TieOut) csv() ([]byte, error) {
	var rows [][]string
	for _, p := range t.Payments {
		block, nth := "", ""
		if p.Block != nil {
			block, nth = whole(*p.Block), whole(int64(*p.Nth))
		}
		rows = append(rows, []string{
			string(p.State), p.PaymentID, string(p.PayeeKind), p.PayeeID, p.Name, p.Chain, p.Wallet,
			p.Computed.String(), p.Manifest.String(), p.OnChain, p.TxHash, block, p.Time, p.Why, p.Explained,
			p.Safe, p.BaseUnits, nth,
		})
	}
	stray := func(s TiedStray, explained string) {
		rows = append(rows, []string{
			string(s.Kind), strings.Join(s.PaymentIDs, " "), "", "", "", s.Chain, s.To,
			"", "", s.Amount, s.TxHash, whole(s.Block), s.Time, s.Why, explained,
			s.Safe, s.BaseUnits, whole(int64(s.Nth)),
		})
	}
	for _, s := range t.Strays {
		stray(s, "")
	}
	for _, s := range t.Explained {
		if s.Void == "" {
			stray(s.TiedStray, s.said())
		}
	}
	return outputs.TableText(tieOutColumns, rows)
}
