package payments

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"fleetpay/rules"
)

// yearOf is a year of months with so many payments each, in files of 100, each
// month executed, scanned from the first export on, and recorded. A flat fee
// gives each payee the same sum every month.
func yearOf(perMonth int, flat bool) *Ledger {
	l := &Ledger{}
	var chain []Transfer
	block := 0
	for month := 1; month <= 12; month++ {
		period := rules.Period{Year: 2026, Month: time.Month(month)}
		e := Export{Period: period, Number: 1, At: hour(month * 700)}
		for first := 0; first < perMonth; first += 100 {
			block++
			var ids []string
			for k := first; k < min(first+100, perMonth); k++ {
				sum := 1000003 + k
				if !flat {
					sum += month * perMonth
				}
				p := due(fmt.Sprintf("FP-%d-%05d", month, k), fmt.Sprintf("0x%040x", k+1), fmt.Sprint(sum))
				p.Period = period
				l.Payments = append(l.Payments, p)
				ids = append(ids, p.ID)
				t := sent(fmt.Sprintf("0x%064x", block), block, p.Wallet, p.Units)
				t.Time = hour(month*700 + 1)
				chain = append(chain, t)
			}
			e.Batches = append(e.Batches, file(first/100+1, vault, ids...))
		}
		l.Exports = append(l.Exports, e)
		l.Scans = append(l.Scans, Scan{Period: period, Number: 1, At: hour(month*700 + 3),
			Spans:     []Span{{baseID, vault, 0, int64(block), hour(0), hour(month*700 + 2), true}},
			Transfers: slices.Clone(chain)})
	}
	return l
}

func BenchmarkJudgeAYearOfTenThousandPayments(b *testing.B) {
	for _, flat := range []bool{false, true} {
		l := yearOf(10000, flat)
		b.Run(fmt.Sprintf("flat=%v", flat), func(b *testing.B) {
			for range b.N {
				if s := l.Judge().Standings[0].State; s != StateSettled {
					b.Fatal(s)
				}
			}
		})
		recorded := *l
		recorded.Scans = slices.Clone(l.Scans)
		recorded.Scans[11].Settled = l.Judge().NewlySettled(l)
		b.Run(fmt.Sprintf("flat=%v,recorded", flat), func(b *testing.B) {
			for range b.N {
				recorded.Judge()
			}
		})
	}
}
