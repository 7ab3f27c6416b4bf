package main

import (
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"fleetpay/outputs"
	"fleetpay/rules"
)

// monthOf settles and surveys a month of so many operators with so many nodes
// each, with all that its documents show.
func monthOf(operators, nodes int) (*outputs.Month, error) {
	rulebook, err := builtinRules()
	if err != nil {
		return nil, err
	}
	facts, err := factsOf(operators, nodes)
	if err != nil {
		return nil, err
	}
	evidence := evidenceOf(facts, nodes)
	book, err := rules.Settle(facts, rulebook)
	if err != nil {
		return nil, err
	}
	figures, err := rules.Survey(facts, book, evidence, rulebook, nil)
	if err != nil {
		return nil, err
	}
	month := &outputs.Month{
		Program: "Bench", Period: facts.Period, ClosedAt: facts.ClosedOn.Time(), PreparedBy: "bench", ProgramVersion: "bench",
		Facts: facts, Book: book, Evidence: evidence, Figures: figures, Report: rulebook.Version(book.Version).Report,
		Contact: outputs.Contact{Ask: "the bench", Until: facts.ClosedOn + 10}, Format: outputs.CurrentFormat,
	}
	outputs.SetPaymentIDs(month)
	return month, nil
}

// evidenceOf gives each operator its nodes with their days, incidents with
// causes, a training; each partner leads, activities and a note. It puts the
// nodes into the facts, too.
func evidenceOf(f *rules.Facts, nodes int) *rules.Evidence {
	e := &rules.Evidence{}
	for i, o := range f.Operators {
		for n := range nodes {
			month := rules.NodeMonth{NodeID: fmt.Sprintf("node-%05d-%d", i, n), OperatorID: o.ID}
			all := rules.Slots{}
			for day := range f.Period.Days() {
				slots := rules.Slots{Expected: 24 * 60, Up: 24*60 - int64((i+n)*day%7)}
				if day == n%28+3 {
					slots = rules.Slots{Expected: 22 * 60, Up: 20 * 60, Missing: 30, Maintenance: 120}
				}
				month.Days = append(month.Days, slots)
				all = all.Add(slots)
			}
			e.Days = append(e.Days, month)
			f.Nodes = append(f.Nodes, rules.Node{ID: month.NodeID, OperatorID: o.ID, Location: fmt.Sprintf("City %d", (i+n)%40),
				Days: f.Period.Days(), Samples: all.Up, Slots: all})
		}
		for n := range 4 {
			opened := rules.Instant(f.Period.First().Time().Add(time.Duration(24*n+i%24) * time.Hour).UnixMicro())
			minute := rules.Instant(time.Minute / time.Microsecond)
			e.Incidents = append(e.Incidents, rules.Incident{
				ID: fmt.Sprintf("inc-%d-%05d", n, i), Severity: []string{"P1", "P2", "P3", "P2"}[n], NodeIDs: []string{fmt.Sprintf("node-%05d-%d", i, n)},
				Operators: []string{o.ID}, OpenedAt: opened, AcknowledgedAt: opened + minute*rules.Instant(1+i%30), ResolvedAt: opened + minute*rules.Instant(60+i%90),
				Cause: "the uplink lost its route to two peers", Resolution: "the route was announced anew, and the peers were warned",
			})
		}
		e.Trainings = append(e.Trainings, rules.Training{ID: fmt.Sprintf("tr-%05d", i), OperatorID: o.ID,
			CompletedOn: f.Period.First() + 9, Kind: "course", Hours: decimal.NewFromInt(2), Title: "Handling of incidents"})
	}
	for i, p := range f.Partners {
		for n := range 6 {
			e.Leads = append(e.Leads, rules.Lead{ID: fmt.Sprintf("lead-%05d-%d", i, n), SourceKind: string(rules.PartnerPayee), SourceID: p.ID,
				Channel: []string{"events", "web", "outreach"}[n%3], CreatedOn: f.Period.First() + rules.Date(n), Customer: fmt.Sprintf("Customer %d", n)})
		}
		e.Activities = append(e.Activities, rules.Activity{ID: fmt.Sprintf("act-%05d", i), PartnerID: p.ID, HeldOn: f.Period.First() + 3, Kind: "event", Title: "An evening for operators"})
		e.Notes = append(e.Notes, rules.Note{PartnerID: p.ID, Section: "risks", Text: "Two operators are about to move their nodes to another site."})
	}
	return e
}

// factsOf makes a month of so many operators with so many nodes each, a tenth as
// many partners, and figures that differ from one to the next, so that every rule
// has something to decide.
func factsOf(operators, nodes int) (*rules.Facts, error) {
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
		Settings: rules.Settings{Minimum: minimum, Confirmers: 1, Parameters: map[string]string{}, SlotSeconds: 60},
	}
	for i := range operators {
		f.Operators = append(f.Operators, operatorOf(i, nodes, period))
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

func operatorOf(i, nodes int, period rules.Period) rules.Operator {
	slots := slotsOfPeriod * int64(nodes)
	o := rules.Operator{
		ID: fmt.Sprintf("op-%05d", i), Name: fmt.Sprintf("Operator %d", i), Region: fmt.Sprintf("region-%d", i%7),
		JoinedOn: period.First().AddMonths(-1 - i%18), CertifiedOn: period.First().AddMonths(-1), Destination: destinationOf(1000 + i),
		Tiers:     []rules.TierSince{{Tier: fmt.Sprint(1 + i%3), From: period.First().AddMonths(-1 - i%18)}},
		Slots:     rules.Slots{Expected: slots, Up: slots - int64(i%5000), Missing: int64(i % 50)},
		Incidents: rules.Incidents{Count: 3, ResponseSum: 3 * int64(1+i%30) * 60_000_000, ResponseMax: int64(1+i%30) * 60_000_000, Slowest: "inc-1"},
		Tasks:     rules.Tasks{Succeeded: 38, Failed: int64(i % 4)},
	}
	for d := range period.Days() {
		o.NodeDays = append(o.NodeDays, rules.NodeDay{Day: period.First() + rules.Date(d), Nodes: nodes})
	}
	return o
}

func destinationOf(n int) rules.Destination {
	return rules.Destination{Chain: "base", Wallet: fmt.Sprintf("0x%040d", n)}
}
