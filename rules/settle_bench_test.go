package rules

import (
	"fmt"
	"testing"

	"github.com/shopspring/decimal"
)

// fleetOf makes a month of operators with ten nodes each: three tiers, some of
// them promoted in mid-month, a partner for every twenty of them.
func fleetOf(operators int, p Period) *Facts {
	f := &Facts{Period: p, ClosedOn: p.Last() + 3, Absent: map[string]bool{}, Settings: Settings{Minimum: cents(1000), Confirmers: 1}}
	for i := range operators {
		o := Operator{
			ID: fmt.Sprintf("op-%05d", i), Name: fmt.Sprintf("Operator %d", i), Region: fmt.Sprintf("region-%d", i%7),
			JoinedOn: p.First().AddMonths(-3 - i%20), CertifiedOn: p.First().AddMonths(-3 - i%20),
			Tiers:         []TierSince{{operatorTiers[i%3], p.First().AddMonths(-24)}, {operatorTiers[(i+i%2)%3], p.First() + 15}},
			Slots:         Slots{Expected: 446400, Up: 446400 - int64(i%5000), Missing: int64(i % 50)},
			History:       []MonthSlots{{p.Add(-1), Slots{Expected: 446400, Up: 446000}}, {p.Add(-2), Slots{Expected: 446400, Up: 446000}}},
			Tasks:         Tasks{Succeeded: int64(90 + i%10), Failed: 3, Expired: 1},
			Incidents:     Incidents{Count: 2, ResponseSum: int64(i%40) * 60_000_000, ResponseMax: int64(i%30) * 60_000_000},
			TrainingHours: decimal.New(int64(i%8), 0),
		}
		for d := p.First(); d <= p.Last(); d++ {
			o.NodeDays = append(o.NodeDays, NodeDay{d, 10})
		}
		wallet := fmt.Sprintf("0x%040x", i)
		o.Destination = Destination{Chain: "base", Wallet: wallet, Last: Account{"base", wallet}}
		f.Operators = append(f.Operators, o)
		if i%20 == 0 {
			f.Partners = append(f.Partners, Partner{
				ID: fmt.Sprintf("pa-%05d", i), Since: p.First() - 400, OperatorID: o.ID, Destination: o.Destination,
				Tiers: []TierSince{{partnerTiers[i/20%3], p.First() - 400}},
			})
			continue
		}
		partner := &f.Partners[len(f.Partners)-1]
		partner.Referrals = append(partner.Referrals, Referral{"r-" + o.ID, o.ID, o.JoinedOn})
	}
	for i := range 7 {
		f.Revenue = append(f.Revenue, RegionRevenue{fmt.Sprintf("region-%d", i), decimal.New(1234567, -2)})
	}
	return f
}

func BenchmarkSettle(b *testing.B) {
	const operators = 10_000
	rb := shippedRules(b)
	for _, p := range []Period{{2026, 5}, {2026, 7}} {
		f := fleetOf(operators, p)
		version, err := rb.InForce(p)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(version.Name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				book, err := Settle(f, rb)
				if err != nil || len(book.Payouts) != operators+len(f.Partners) {
					b.Fatalf("%d payouts: %v", len(book.Payouts), err)
				}
			}
			b.ReportMetric(operators*float64(b.N)/b.Elapsed().Seconds(), "operators/s")
		})
	}
}
