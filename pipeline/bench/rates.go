package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"fleetpay/outputs"
	"fleetpay/rules"
)

const (
	settledOperators  = 10_000
	writtenStatements = 1_000
)

// measureRates prints operators settled a second and statements written a
// second.
func measureRates(ctx context.Context) error {
	versions, err := rules.Builtin()
	if err != nil {
		return err
	}
	rulebook, err := rules.NewRulebook(versions)
	if err != nil {
		return err
	}
	facts, err := factsOf(settledOperators)
	if err != nil {
		return err
	}
	start := time.Now()
	book, err := rules.Settle(facts, rulebook)
	if err != nil {
		return err
	}
	perSecond("operators settled", settledOperators, time.Since(start))
	fmt.Printf("  (%s lines of operators with %d nodes each)\n", thousands(int64(len(book.Lines))), nodesPerOperator)

	if facts, err = factsOf(writtenStatements); err != nil {
		return err
	}
	if book, err = rules.Settle(facts, rulebook); err != nil {
		return err
	}
	month := &outputs.Month{
		Program: "Bench", Period: facts.Period, ClosedAt: facts.ClosedOn.Time(), PreparedBy: "bench", ProgramVersion: "bench",
		Facts: facts, Book: book,
	}
	outputs.SetPaymentIDs(month)
	files, err := outputs.Files(month)
	if err != nil {
		return err
	}
	var statements []outputs.File
	for _, f := range files {
		if strings.HasPrefix(f.Path, "statements/") {
			statements = append(statements, f)
		}
	}
	start = time.Now()
	if err := outputs.EachFile(ctx, statements, func(f outputs.File) error { return f.Write(io.Discard) }, nil); err != nil {
		return err
	}
	perSecond("statements written", len(statements), time.Since(start))
	return nil
}

func perSecond(what string, n int, took time.Duration) {
	fmt.Printf("%s a second: %s (%s in %s)\n", what, thousands(int64(n)*int64(time.Second)/int64(took)), thousands(int64(n)), seconds(took))
}

// factsOf makes a month of so many operators, a tenth as many partners, and
// figures that differ from one to the next, so that every rule has something to
// decide.
func factsOf(operators int) (*rules.Facts, error) {
	period, err := rules.ParsePeriod(benchPeriod)
	if err != nil {
		return nil, err
	}
	minimum, err := rules.ParseMoney("10.00")
	if err != nil {
		return nil, err
	}
	f := &rules.Facts{
		Period: period, ClosedOn: period.Last() + 5, Absent: map[string]bool{},
		Settings: rules.Settings{Minimum: minimum, Confirmers: 1, Parameters: map[string]string{}},
	}
	for i := range operators {
		f.Operators = append(f.Operators, operatorOf(i, period))
		if i%10 == 0 {
			f.Partners = append(f.Partners, rules.Partner{
				ID: fmt.Sprintf("pa-%05d", i/10), Name: fmt.Sprintf("Partner %d", i/10), Region: "region-1", Since: period.First().AddMonths(-20),
				Tiers:       []rules.TierSince{{Tier: []string{"bronze", "silver", "gold"}[i/10%3], From: period.First().AddMonths(-10)}},
				Destination: destinationOf(900_000 + i),
			})
		}
		p := &f.Partners[len(f.Partners)-1]
		p.Referrals = append(p.Referrals, rules.Referral{ID: fmt.Sprintf("ref-%05d", i), OperatorID: f.Operators[i].ID, ReferredOn: period.First().AddMonths(-19)})
	}
	return f, nil
}

func operatorOf(i int, period rules.Period) rules.Operator {
	slots := int64(period.Days() * 24 * 60 * nodesPerOperator)
	o := rules.Operator{
		ID: fmt.Sprintf("op-%05d", i), Name: fmt.Sprintf("Operator %d", i), Region: fmt.Sprintf("region-%d", i%7),
		JoinedOn: period.First().AddMonths(-1 - i%18), CertifiedOn: period.First().AddMonths(-1), Destination: destinationOf(1000 + i),
		Tiers:     []rules.TierSince{{Tier: fmt.Sprint(1 + i%3), From: period.First().AddMonths(-1 - i%18)}},
		Slots:     rules.Slots{Expected: slots, Up: slots - int64(i%5000), Missing: int64(i % 50)},
		Incidents: rules.Incidents{Count: 3, ResponseSum: 3 * int64(1+i%30) * 60_000_000, ResponseMax: int64(1+i%30) * 60_000_000, Slowest: "inc-1"},
		Tasks:     rules.Tasks{Succeeded: 38, Failed: int64(i % 4)},
	}
	for d := range period.Days() {
		o.NodeDays = append(o.NodeDays, rules.NodeDay{Day: period.First() + rules.Date(d), Nodes: nodesPerOperator})
	}
	return o
}

func destinationOf(n int) rules.Destination {
	return rules.Destination{Chain: "base", Wallet: fmt.Sprintf("0x%040d", n)}
}
