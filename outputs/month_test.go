package outputs

import (
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"fleetpay/rules"
)

// usd reads a sum of money for a test.
func usd(s string) rules.Money {
	m, err := rules.ParseMoney(s)
	if err != nil {
		panic(err)
	}
	return m
}

func day(s string) rules.Date {
	d, err := rules.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

// Wallets with a right checksum, from the EIP-55 text.
const (
	walletA = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
	walletB = "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359"
	walletC = "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB"
)

// smallMonth is a month by hand: an operator that is paid on base, one that is
// held, one that owes, and a partner that is paid on polygon.
func smallMonth() *Month {
	review := decimal.RequireFromString("0.83")
	m := &Month{
		Program:        "Example Fleet",
		Period:         rules.Period{Year: 2026, Month: time.October},
		ClosedAt:       time.Date(2026, 11, 2, 8, 30, 0, 0, time.UTC),
		PreparedBy:     "finance",
		ProgramVersion: "v1.2.3",
		Previous:       "3f0a",
		Facts: &rules.Facts{
			Absent: map[string]bool{"trainings": true},
			Operators: []rules.Operator{
				{ID: "alpha", Name: "Alpha Nodes", Region: "emea", JoinedOn: day("2026-04-03"), CertifiedOn: day("2026-03-30"),
					Tiers:    []rules.TierSince{{Tier: "1", From: day("2026-04-03")}, {Tier: "2", From: day("2026-10-11")}},
					NodeDays: []rules.NodeDay{{Day: day("2026-10-01"), Nodes: 2}, {Day: day("2026-10-02"), Nodes: 3}},
					Slots:    rules.Slots{Expected: 7200, Up: 7163, Missing: 30, Maintenance: 60},
					Incidents: rules.Incidents{Count: 2, Unanswered: 1, FirstUnanswered: "inc-7", ResponseSum: 61_000_001,
						ResponseMax: 61_000_001, Slowest: "inc-3", Resolved: 1, ResolveSum: 3_600_000_000},
					Tasks: rules.Tasks{Succeeded: 41, Failed: 1, Expired: 1, Cancelled: 5}, QualifiedLeads: 1, Review: &review},
				{ID: "bravo", Name: "=HYPERLINK(\"x\")", Region: "apac", JoinedOn: day("2026-05-01")},
				{ID: "charlie", Name: "Charlie, Ltd \"C\"", Region: "emea", JoinedOn: day("2026-06-01"), LastActiveDay: day("2026-10-12"), ExitKind: "voluntary"},
			},
			Nodes: []rules.Node{
				{ID: "n-2", OperatorID: "bravo", Days: 3, Samples: 4320, Slots: rules.Slots{Expected: 4320, Up: 4320}},
				{ID: "n-1", OperatorID: "alpha", Location: "Ghent", Days: 2, Samples: 2870, Slots: rules.Slots{Expected: 2880, Up: 2843, Missing: 30, Maintenance: 60}},
				{ID: "n-2", OperatorID: "alpha", Days: 3, Samples: 4320, Slots: rules.Slots{Expected: 4320, Up: 4320}},
			},
			Partners: []rules.Partner{{ID: "pine", Name: "Pine Partners", Region: "emea", Since: day("2026-01-05"), OperatorID: "alpha",
				Referrals:      []rules.Referral{{ID: "r1", OperatorID: "bravo", ReferredOn: day("2026-04-20")}},
				QualifiedLeads: []rules.MonthCount{{Period: rules.Period{Year: 2026, Month: time.October}, Count: 3}}}},
			Revenue: []rules.RegionRevenue{{Region: "emea", Amount: decimal.RequireFromString("1234.567")}},
		},
		Book: &rules.Book{
			Period: rules.Period{Year: 2026, Month: time.October}, Version: "2026-07", Versions: []string{"2026-07"},
			Lines: []rules.Line{
				{PayeeKind: rules.OperatorPayee, PayeeID: "alpha", Number: 1, Version: "2026-07", Rule: "stipend", Label: "Node stipend",
					Category: rules.Base, Subject: "tier:1", Quantity: "93", Unit: "node-days", Rate: "500.00",
					Basis: "500.00 × 93 node-days / 31 days", Amount: usd("1500.00"), Status: rules.Earned, Reason: "tier 1 on 31 days"},
				{PayeeKind: rules.OperatorPayee, PayeeID: "alpha", Number: 2, Version: "2026-07", Rule: "uptime-bonus", Label: "Uptime bonus",
					Category: rules.Bonus, Rate: "400.00", Amount: usd("0"), Status: rules.NotEarned, Reason: "uptime 99.486% is not above 99.8%"},
				{PayeeKind: rules.OperatorPayee, PayeeID: "bravo", Number: 1, Version: "2026-07", Rule: "stipend", Label: "Node stipend",
					Category: rules.Base, Subject: "tier:1", Quantity: "3", Unit: "node-days", Rate: "500.00",
					Basis: "500.00 × 3 node-days / 31 days", Amount: usd("48.39"), Status: rules.Earned, Reason: "tier 1 on 3 days"},
				{PayeeKind: rules.OperatorPayee, PayeeID: "charlie", Number: 1, Version: "2026-07", Rule: "churn-rebate", Label: "Churn rebate",
					Category: rules.Penalty, Quantity: "5", Unit: "months", Rate: "250.00",
					Basis: "-250.00 × 5 months", Amount: usd("-1250.00"), Status: rules.Charged, Reason: "left within 6 months"},
				{PayeeKind: rules.PartnerPayee, PayeeID: "pine", Number: 1, Version: "2026-07", Rule: "commission-first-year", Label: "Commission, first year",
					Category: rules.Commission, Subject: "bravo", Quantity: "48.39", Unit: "USD", Rate: "10%",
					Basis: "10% × 48.39", Amount: usd("4.84"), Status: rules.Earned, Reason: "3 of 3 days in the first 12 months"},
				{PayeeKind: rules.PartnerPayee, PayeeID: "pine", Number: 2, Version: "2026-07", Rule: "adjustment", Label: "Adjustment",
					Category: rules.Adjusting, Subject: "adj-1", Amount: usd("17.13"), Status: rules.Approved, Reason: "co-marketing, approved by finance"},
			},
			Payouts: []rules.Payout{
				{PayeeKind: rules.OperatorPayee, PayeeID: "alpha", Name: "Alpha Nodes", Version: "2026-07", CarriedIn: usd("7.31"), Earned: usd("1500.00"),
					Payable: usd("1507.31"), Status: rules.Payable, DueOn: day("2026-11-09"), Chain: "base", Wallet: walletA,
					Accepted: rules.Account{Chain: "base", Wallet: walletA}},
				{PayeeKind: rules.OperatorPayee, PayeeID: "bravo", Name: "=HYPERLINK(\"x\")", Version: "2026-07", Earned: usd("48.39"), CarriedOut: usd("48.39"),
					Status: rules.Held, Reason: "wallet missing", Chain: "base"},
				{PayeeKind: rules.OperatorPayee, PayeeID: "charlie", Name: "Charlie, Ltd \"C\"", Version: "2026-07", Earned: usd("-1250.00"), CarriedOut: usd("-1250.00"),
					Status: rules.Negative, Reason: "the balance is -1250.00", Chain: "base", Wallet: walletC,
					Accepted: rules.Account{Chain: "optimism", Wallet: walletC}},
				{PayeeKind: rules.PartnerPayee, PayeeID: "pine", Name: "Pine Partners", Version: "2026-07", Earned: usd("21.97"),
					Payable: usd("21.97"), Status: rules.Payable, DueOn: day("2026-11-09"), Chain: "polygon", Wallet: walletB,
					Accepted: rules.Account{Chain: "polygon", Wallet: walletB}},
			},
			Exceptions: []rules.Exception{
				{Kind: "held", Severity: rules.SeverityError, Subject: "operator:bravo", Message: "wallet missing; 48.39 is kept"},
				{Kind: "receivable", Severity: rules.SeverityWarning, Subject: "operator:charlie", Message: "left with a balance of -1250.00"},
			},
		},
		Rejects: []Reject{{File: "inputs/tasks.csv", Line: 7, Column: "status", Value: "=done", Message: "status is none of succeeded, failed, expired, cancelled"}},
	}
	SetPaymentIDs(m)
	return m
}

// largeMonth has so many operators with so many lines each, all paid.
func largeMonth(operators, lines int) *Month {
	m := smallMonth()
	m.Facts = &rules.Facts{}
	m.Book = &rules.Book{Period: m.Period, Version: "2026-07", Versions: []string{"2026-07"}}
	for i := range operators {
		id := fmt.Sprintf("op-%06d", i)
		var earned []rules.Money
		for n := range lines {
			l := rules.Line{PayeeKind: rules.OperatorPayee, PayeeID: id, Number: n + 1, Version: "2026-07", Rule: "stipend", Label: "Node stipend",
				Category: rules.Base, Subject: fmt.Sprintf("tier:%d", n%3+1), Quantity: "310", Unit: "node-days", Rate: "500.00",
				Basis: "500.00 × 310 node-days / 31 days", Amount: usd(fmt.Sprintf("%d.%02d", 1000+i%977, n%89)), Status: rules.Earned,
				Reason: fmt.Sprintf("tier %d on 31 days with 10 nodes", n%3+1)}
			if n%4 == 3 {
				l.Rule, l.Label, l.Category, l.Basis, l.Amount, l.Status = "uptime-bonus", "Uptime bonus", rules.Bonus, "", rules.Money{}, rules.NotEarned
				l.Reason = "uptime 99.413% is not above 99.5%; 44,640 slots were expected and 262 were down or missing"
			}
			earned = append(earned, l.Amount)
			m.Book.Lines = append(m.Book.Lines, l)
		}
		sum := rules.SumMoney(earned...)
		m.Book.Payouts = append(m.Book.Payouts, rules.Payout{PayeeKind: rules.OperatorPayee, PayeeID: id, Name: "Operator " + id, Version: "2026-07",
			Earned: sum, Payable: sum, Status: rules.Payable, DueOn: day("2026-11-09"), Chain: "base", Wallet: walletA})
		m.Facts.Operators = append(m.Facts.Operators, rules.Operator{ID: id, Name: "Operator " + id, Region: "emea", JoinedOn: day("2026-04-03"),
			Slots: rules.Slots{Expected: 44640, Up: 44378, Missing: 200}})
	}
	SetPaymentIDs(m)
	return m
}
