package payments

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	"fleetpay/rules"
)

// The tests' months, Safes, wallets and chains.
var (
	october  = rules.Period{Year: 2026, Month: time.October}
	november = rules.Period{Year: 2026, Month: time.November}
)

const (
	baseID     = 8453
	ethereumID = 1
	vault      = "0x5afe000000000000000000000000000000000001"
	oldVault   = "0x5afe000000000000000000000000000000000002"
	alder      = "0xa1de000000000000000000000000000000000011"
	birch      = "0xb1c0000000000000000000000000000000000013"
	cedar      = "0xceda000000000000000000000000000000000017"
)

// hour is an hour after the tests' first one. Blocks come once an hour: block 7
// is at hour 7.
func hour(n int) time.Time {
	return time.Date(2026, time.November, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(n) * time.Hour)
}

// due is a payment of October on base, unless said otherwise.
func due(id, wallet, units string) Payment {
	return Payment{ID: id, Period: october, PayeeKind: "operator", PayeeID: id, Name: id, Chain: "base", ChainID: baseID, Wallet: wallet, Units: units}
}

// closed is a payment whose month was closed at an hour. The others' was closed long
// before anything.
func closed(p Payment, at int) Payment {
	p.ClosedAt = hour(at)
	return p
}

func onEthereum(p Payment) Payment {
	p.Chain, p.ChainID = "ethereum", ethereumID
	return p
}

func inNovember(p Payment) Payment {
	p.Period = november
	return p
}

// out is an export of one file of the vault on base.
func out(p rules.Period, number, at int, ids ...string) Export {
	return Export{p, number, hour(at), []Batch{file(1, vault, ids...)}}
}

func file(n int, safe string, ids ...string) Batch {
	return Batch{fmt.Sprintf("safe-base-%03d.json", n), baseID, safe, ids}
}

// sent is a transfer of the vault on base.
func sent(hash string, block int, to, units string) Transfer {
	return Transfer{baseID, vault, to, units, hash, 1, int64(block), hour(block)}
}

func nth(t Transfer, n int) Transfer { t.Nth = n; return t }

func from(t Transfer, safe string) Transfer { t.Safe = safe; return t }

func chain(t Transfer, id int64) Transfer { t.ChainID = id; return t }

// span is the vault's on base, from one block to another.
func span(first, last int, final bool) Span {
	return Span{baseID, vault, int64(first), int64(last), hour(first), hour(last), final}
}

// look is a scan of October right after the last block of its span.
func look(number int, s Span, transfers ...Transfer) Scan {
	return Scan{Period: october, Number: number, At: s.Through.Add(time.Minute), Spans: []Span{s}, Transfers: transfers}
}

// units adds up.
func units(list ...string) string {
	sum := 0
	for _, u := range list {
		n, err := strconv.Atoi(u)
		if err != nil {
			panic(err)
		}
		sum += n
	}
	return strconv.Itoa(sum)
}

// tale is a ledger with what must come of it: a state for each payment, with the
// hash of what settles it, and a kind for each stray, with its hash.
type tale struct {
	name    string
	ledger  Ledger
	states  []string // "A settled 0x1", "B missing"
	strays  []string // "0x2 extra", "0x3 ambiguous A B"
	fresh   []string // newly settled: "A 0x1"; nil: not asked
	because []string // "A: part of its Why" or "0x2: part of its Why"
}

func (c *tale) run(t *testing.T) {
	j := c.ledger.Judge()
	var states, strays []string
	why := map[string]string{}
	for _, s := range j.Standings {
		text := s.Payment.ID + " " + string(s.State)
		if s.Transfer != nil {
			text += " " + s.Transfer.TxHash
		}
		states = append(states, text)
		why[s.Payment.ID] = s.Why
		if s.Why == "" {
			t.Errorf("%s says no why", s.Payment.ID)
		}
	}
	for _, s := range j.Strays {
		text := s.Transfer.TxHash + " " + string(s.Kind)
		for _, id := range s.PaymentIDs {
			text += " " + id
		}
		strays = append(strays, text)
		why[s.Transfer.TxHash] = s.Why
	}
	compare(t, "states", states, c.states)
	compare(t, "strays", strays, c.strays)
	if c.fresh != nil {
		var fresh []string
		for _, s := range j.NewlySettled(&c.ledger) {
			fresh = append(fresh, s.PaymentID+" "+s.Transfer.TxHash)
		}
		compare(t, "newly settled", fresh, c.fresh)
	}
	for _, b := range c.because {
		checkWhy(t, why, b)
	}
	checkJudgement(t, &c.ledger, j)
}
