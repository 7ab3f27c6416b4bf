package outputs

import (
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"fleetpay/rules"
)

// reportMonth is an invented month with something in every part of a report: a
// partner with three referred operators, of which one left, and one that is still
// to come; outages, maintenance, incidents, leads, deals, trainings and notes.
func reportMonth(layout rules.Layout) *Month {
	m := &Month{
		Program: "Example Fleet", Period: rules.Period{Year: 2026, Month: time.October},
		ClosedAt: time.Date(2026, 11, 2, 8, 30, 0, 0, time.UTC), ProgramVersion: "v1.2.3",
		Contact: Contact{Ask: "the payout desk, pay@example.org", Until: day("2026-11-16")},
		Report:  reportSettings(layout),
	}
	m.Facts = reportFacts()
	m.Evidence = reportEvidence(m.Facts)
	m.Book = reportBook()
	m.Figures = reportFigures()
	SetPaymentIDs(m)
	return m
}

func percent(s string) *rules.Rate {
	return &rules.Rate{Value: decimal.RequireFromString(s).Shift(-2), Share: true}
}

func whole(n int) *int { return &n }

func reportSettings(layout rules.Layout) rules.Report {
	return rules.Report{
		Layout: layout, MentorshipDays: 30, RecertificationMonths: 12,
		Severities: []rules.SeverityTarget{
			{Severity: "P1", Response: rules.Within{Seconds: 1800, Words: "30 min"}, Resolution: rules.Within{Seconds: 28800, Words: "8 h"}},
			{Severity: "P2", Response: rules.Within{Seconds: 3600, Words: "1 h"}, Resolution: rules.Within{Seconds: 86400, Words: "24 h"}},
		},
		Targets: rules.Targets{Uptime: percent("99.5"), Churn: percent("10"), LeadShare: percent("30"),
			ActiveNodes: whole(3), Leads: whole(7), QualifiedLeads: whole(3), NewOperators: whole(1), Incidents: whole(1)},
	}
}

func reportFacts() *rules.Facts {
	nodeDays := func(from, to string, nodes int) (list []rules.NodeDay) {
		for d := day(from); d <= day(to); d++ {
			list = append(list, rules.NodeDay{Day: d, Nodes: nodes})
		}
		return list
	}
	return &rules.Facts{
		Period:   rules.Period{Year: 2026, Month: time.October},
		Settings: rules.Settings{SlotSeconds: 60, Confirmers: 1, PartnersOwn: map[string]rules.Targets{"pine": {Leads: whole(5)}}},
		Operators: []rules.Operator{
			{ID: "alder", Name: "Alder Nodes", Region: "emea", JoinedOn: day("2025-11-03"), CertifiedOn: day("2025-11-01"),
				Tiers:    []rules.TierSince{{Tier: "1", From: day("2025-11-03")}, {Tier: "2", From: day("2026-06-01")}},
				NodeDays: nodeDays("2026-10-01", "2026-10-31", 2), Slots: rules.Slots{Expected: 2 * 44640, Up: 89210, Missing: 11},
				TrainingHours: decimal.RequireFromString("2.25")},
			{ID: "birch", Name: "Žofia & Co. | *Birch*", Region: "emea", JoinedOn: day("2026-10-07"), CertifiedOn: day("2026-10-05"),
				Tiers:    []rules.TierSince{{Tier: "1", From: day("2026-10-07")}},
				NodeDays: nodeDays("2026-10-07", "2026-10-31", 1), Slots: rules.Slots{Expected: 25 * 1440, Up: 35003, Missing: 700}},
			{ID: "cedar", Name: "Cedar_Works", Region: "apac", JoinedOn: day("2026-05-01"), LastActiveDay: day("2026-10-12"), ExitKind: "voluntary", NoticeOn: day("2026-09-30"),
				NodeDays: nodeDays("2026-10-01", "2026-10-12", 1), Slots: rules.Slots{Expected: 12*1440 - 120, Up: 17160, Maintenance: 120}},
			{ID: "own", Name: "Pine Hosting", Region: "emea", JoinedOn: day("2025-01-01"), CertifiedOn: day("2025-01-01"),
				NodeDays: nodeDays("2026-10-01", "2026-10-31", 1), Slots: rules.Slots{Expected: 44640, Up: 44631},
				Mentorships: []rules.Mentorship{{ID: "m1", MenteeID: "birch", StartsOn: day("2026-10-08"), OnboardedOn: day("2026-10-29")}}},
		},
		Nodes: []rules.Node{
			{ID: "n-1", OperatorID: "alder", Location: "Ghent", Days: 31, Slots: rules.Slots{Expected: 44640, Up: 44629, Missing: 11}},
			{ID: "n-2", OperatorID: "alder", Location: "Łódź", Days: 31, Slots: rules.Slots{Expected: 44640, Up: 44581}},
			{ID: "n-3", OperatorID: "birch", Location: "Αθήνα", Days: 25, Slots: rules.Slots{Expected: 36000, Up: 35003, Missing: 700}},
			{ID: "n-4", OperatorID: "cedar", Days: 12, Slots: rules.Slots{Expected: 12*1440 - 120, Up: 17160, Maintenance: 120}},
		},
		ConvertedLeads: []rules.ConvertedLead{{ID: "lead-3", SourceKind: rules.PartnerPayee, SourceID: "pine"}},
		Partners: []rules.Partner{
			{ID: "pine", Name: "Pine Partners", Region: "emea", Since: day("2025-02-01"), OperatorID: "own",
				Tiers:       []rules.TierSince{{Tier: "silver", From: day("2026-01-01")}},
				Destination: rules.Destination{Chain: "polygon", Wallet: walletB},
				Referrals: []rules.Referral{
					{ID: "r1", OperatorID: "alder", ReferredOn: day("2025-10-20")},
					{ID: "r2", OperatorID: "birch", ReferredOn: day("2026-09-30")},
					{ID: "r3", OperatorID: "cedar", ReferredOn: day("2026-04-20")},
				}},
			{ID: "quill", Name: "Quill", Region: "emea", Since: day("2026-10-01")},
		},
	}
}

func reportEvidence(f *rules.Facts) *rules.Evidence {
	at := func(s string) rules.Instant {
		t, err := time.Parse("2006-01-02 15:04", s)
		if err != nil {
			panic(err)
		}
		return rules.Instant(t.UnixMicro())
	}
	e := &rules.Evidence{
		Incidents: []rules.Incident{
			{ID: "inc-1", Severity: "P2", NodeIDs: []string{"n-2"}, Operators: []string{"alder"}, OpenedAt: at("2026-10-04 02:00"),
				AcknowledgedAt: at("2026-10-04 02:09"), ResolvedAt: at("2026-10-04 02:59"), Cause: "disk full", Resolution: "logs rotated; see https://example.org/pm/1."},
			{ID: "inc-2", Severity: "P1", NodeIDs: []string{"n-3"}, Operators: []string{"birch"}, OpenedAt: at("2026-10-14 10:00"), Cause: "power | cooling"},
		},
		Leads: []rules.Lead{
			{ID: "lead-1", SourceKind: "partner", SourceID: "pine", Channel: "events", CreatedOn: day("2026-10-03"), QualifiedOn: day("2026-10-12")},
			{ID: "lead-2", SourceKind: "partner", SourceID: "pine", Channel: "referral", CreatedOn: day("2026-10-05")},
			{ID: "lead-3", SourceKind: "partner", SourceID: "pine", Channel: "referral", CreatedOn: day("2026-08-05"), QualifiedOn: day("2026-08-20"),
				ConvertedOn: day("2026-10-20"), Customer: "Harbour Cold Store"},
			{ID: "lead-4", SourceKind: "operator", SourceID: "alder", Channel: "referral", CreatedOn: day("2026-10-09")},
		},
		Trainings: []rules.Training{
			{ID: "t0", OperatorID: "alder", CompletedOn: day("2025-11-01"), Kind: "certification"},
			{ID: "t1", OperatorID: "alder", CompletedOn: day("2026-10-16"), Kind: "course", Hours: decimal.RequireFromString("2.25"), Title: "Incident reviews"},
		},
		Activities: []rules.Activity{{ID: "a1", PartnerID: "pine", HeldOn: day("2026-10-21"), Kind: "event", Title: "Meetup in Ghent"}},
		Notes: []rules.Note{
			{PartnerID: "pine", Section: "highlights", Text: "Birch went live within a week of its certification.\n\n* 3 new sites are being looked at."},
			{PartnerID: "pine", Section: "concerns", Text: "The rack of n-3 has one power feed. Until it has a second one, each failure of that feed takes the node down."},
			{PartnerID: "pine", Section: "goals", Text: "A second power feed for n-3."},
			{PartnerID: "pine", Section: "support", Text: "1. A spare power supply."},
			{PartnerID: "pine", Section: "notes", Text: "# Thanks to all who were on call."},
		},
		Windows: []rules.MaintenanceWindow{{ID: "w1", Scope: "operator:cedar", Reason: "new switch", StartsAt: at("2026-10-02 00:00"), EndsAt: at("2026-10-02 02:00")}},
	}
	// The nodes' slots by day: full days, but for the outages below.
	lost := map[string]rules.Slots{
		"n-1@2026-10-09": {Expected: 1440, Up: 1429, Missing: 11},
		"n-2@2026-10-04": {Expected: 1440, Up: 1381},
		"n-3@2026-10-14": {Expected: 1440, Up: 443, Missing: 700},
		"n-4@2026-10-02": {Expected: 1320, Up: 1320, Maintenance: 120},
	}
	span := map[string][2]rules.Date{"n-3": {day("2026-10-07"), day("2026-10-31")}, "n-4": {day("2026-10-01"), day("2026-10-12")}}
	for _, n := range f.Nodes {
		month := rules.NodeMonth{NodeID: n.ID, OperatorID: n.OperatorID, Days: make([]rules.Slots, 31)}
		for i := range month.Days {
			d := f.Period.First() + rules.Date(i)
			if s, ok := span[n.ID]; ok && (d < s[0] || d > s[1]) {
				continue
			}
			month.Days[i] = rules.Slots{Expected: 1440, Up: 1440}
			if x, ok := lost[n.ID+"@"+d.String()]; ok {
				month.Days[i] = x
			}
		}
		e.Days = append(e.Days, month)
	}
	return e
}

func reportBook() *rules.Book {
	line := func(n int, rule, label string, c rules.Category, subject, quantity, rate, basis, amount string, s rules.LineStatus, reason string) rules.Line {
		return rules.Line{PayeeKind: rules.PartnerPayee, PayeeID: "pine", Number: n, Version: "2026-07", Rule: rule, Label: label, Category: c,
			Subject: subject, Quantity: quantity, Unit: "USD", Rate: rate, Basis: basis, Amount: usd(amount), Status: s, Reason: reason}
	}
	stipend := func(id, basis, amount string) rules.Line {
		return rules.Line{PayeeKind: rules.OperatorPayee, PayeeID: id, Number: 1, Version: "2026-07", Rule: "stipend", Label: "Node stipend",
			Category: rules.Base, Basis: basis, Amount: usd(amount), Status: rules.Earned, Reason: basis}
	}
	b := &rules.Book{
		Period: rules.Period{Year: 2026, Month: time.October}, Version: "2026-07", Versions: []string{"2026-07"}, Missing: rules.MissingDown,
		Lines: []rules.Line{
			stipend("alder", "797.00 × 62 node-days / 31 days", "1594.00"), // 797×62/31
			stipend("birch", "503.00 × 25 node-days / 31 days", "405.65"),  // 503×25/31
			stipend("cedar", "503.00 × 12 node-days / 31 days", "194.71"),  // 503×12/31
			stipend("own", "503.00 × 31 node-days / 31 days", "503.00"),
			line(1, "commission-first-year", "Commission, first year", rules.Commission, "alder", "1594.00", "17%", "17% × 1594.00 of base and bonus lines", "270.98",
				rules.Earned, "31 operator-days in the first 12 months, before 2026-11-03"),
			line(2, "commission-first-year", "Commission, first year", rules.Commission, "birch", "405.65", "17%", "17% × 405.65 of base and bonus lines", "68.96",
				rules.Earned, "25 operator-days in the first 12 months, before 2027-10-07"),
			line(3, "commission-first-year", "Commission, first year", rules.Commission, "cedar", "194.71", "17%", "17% × 194.71 of base and bonus lines", "33.10",
				rules.Earned, "12 operator-days in the first 12 months, before 2027-05-01"),
			line(4, "deal-bonus", "Deal bonus", rules.Commission, "lead-3", "1901.30", "3%", "3% × 1901.30 of the lead's revenue", "57.04",
				rules.Earned, "lead converted in 2026-10"),
			line(5, "uptime-premium", "Uptime premium", rules.Bonus, "", "", "", "", "0.00", rules.NotEarned, "uptime 99.141% is not above 99.5%"),
			line(6, "adjustment", "", rules.Adjusting, "adj-7", "", "", "", "-13.00", rules.Approved, "Travel paid twice in September, approved by M. Okafor"),
		},
		Standings: []rules.Standing{
			{PayeeKind: rules.PartnerPayee, PayeeID: "pine", Requirement: "partner-requirement", Label: "5 referred operators or more", Found: []string{"3 referred operators are below 5"}},
			{PayeeKind: rules.PartnerPayee, PayeeID: "pine", Requirement: "own-uptime", Label: "own uptime above 99%", Found: []string{"own uptime 99.979% is above 99%"}, Met: true, Withholds: true},
		},
		Payouts: []rules.Payout{
			{PayeeKind: rules.OperatorPayee, PayeeID: "alder", Name: "Alder Nodes", Version: "2026-07", Missing: rules.MissingDown, Earned: usd("1594.00"), Payable: usd("1594.00"), Status: rules.Payable, DueOn: day("2026-11-09"), Chain: "base", Wallet: walletA},
			{PayeeKind: rules.OperatorPayee, PayeeID: "birch", Name: "Žofia & Co. | *Birch*", Version: "2026-07", Missing: rules.MissingDown, Earned: usd("405.65"), CarriedOut: usd("405.65"), Status: rules.Held, Reason: "wallet missing"},
			{PayeeKind: rules.OperatorPayee, PayeeID: "cedar", Name: "Cedar_Works", Version: "2026-07", Missing: rules.MissingDown, Earned: usd("194.71"), Payable: usd("194.71"), Status: rules.Payable, DueOn: day("2026-11-09"), Chain: "base", Wallet: walletC},
			{PayeeKind: rules.OperatorPayee, PayeeID: "own", Name: "Pine Hosting", Version: "2026-07", Missing: rules.MissingDown, Earned: usd("503.00"), Payable: usd("503.00"), Status: rules.Payable, DueOn: day("2026-11-09"), Chain: "base", Wallet: walletC},
			// 270.98 + 68.96 + 33.10 + 57.04 - 13.00 = 417.08; 417.08 + 7.31 = 424.39
			{PayeeKind: rules.PartnerPayee, PayeeID: "pine", Name: "Pine Partners", Version: "2026-07", Missing: rules.MissingDown, CarriedIn: usd("7.31"), Earned: usd("417.08"),
				Payable: usd("424.39"), Status: rules.Payable, DueOn: day("2026-11-09"), Chain: "polygon", Wallet: walletB},
			{PayeeKind: rules.PartnerPayee, PayeeID: "quill", Name: "Quill", Version: "2026-07", Missing: rules.MissingDown, Status: rules.Zero},
		},
	}
	b.Lines[8].Shortfall = "0.35860 points"
	return b
}

func reportFigures() *rules.Figures {
	now := rules.Period{Year: 2026, Month: time.October}
	var rows []rules.Figure
	add := func(p rules.Period, kind rules.FigureKind, id string, values ...any) {
		for i := 0; i < len(values); i += 2 {
			rows = append(rows, rules.Figure{Period: p, Kind: kind, ID: id, Name: values[i].(rules.FigureName), Value: values[i+1].(string)})
		}
	}
	for back, sums := range [][2]string{{"131.11", "0.00"}, {"211.19", "0.00"}, {"0.00", "37.01"}, {"307.43", "0.00"}} {
		p := now.Add(back - 4)
		add(p, rules.OfPartner, "pine", rules.CommissionFirst, sums[0], rules.CommissionOngoing, sums[1], rules.FigureEarned, sums[0])
	}
	add(now.Prev(), rules.OfPartner, "pine", rules.NodesActive, "3", rules.Uptime, "99.71234", rules.Churn, "0", rules.EarnedIn(rules.Commission), "307.43", rules.LeadsCreated, "4")
	add(now.Add(-12), rules.OfPartner, "pine", rules.NodesActive, "1", rules.Uptime, "98.99997")
	add(now, rules.OfTheFleet, "fleet", rules.Uptime, "99.48211", rules.LeadShare, "41.17647", rules.YearSince, "2026-01")
	add(now, rules.OfOperator, "alder", rules.EarnedIn(rules.Base), "1594.00", rules.CommissionOn, "270.98", rules.CommissionUntil, "2026-11-02", rules.CommissionMonthsLeft, "1")
	add(now, rules.OfOperator, "birch", rules.EarnedIn(rules.Base), "405.65", rules.CommissionOn, "68.96", rules.CommissionUntil, "2027-10-06", rules.CommissionMonthsLeft, "12")
	add(now, rules.OfOperator, "cedar", rules.EarnedIn(rules.Base), "194.71", rules.CommissionOn, "33.10", rules.CommissionUntil, "2027-04-30", rules.CommissionMonthsLeft, "0")
	add(now, rules.OfPartner, "pine", rules.CommissionMonths, "12")
	add(now, rules.OfLead, "lead-3", rules.DealRevenue, "1901.30")
	for node, share := range map[string]string{"n-1@alder": "135.49", "n-2@alder": "135.49", "n-3@birch": "68.96", "n-4@cedar": "33.10"} {
		add(now, rules.OfNode, node, rules.CommissionShare, share)
	}
	// First months: 270.98 + 68.96 + 33.10 + 57.04 = 430.08; the year: 131.11 + 211.19 + 307.43 + 430.08
	add(now, rules.OfPartner, "pine", rules.OperatorsActive, "2", rules.OperatorsJoined, "1", rules.NodesActive, "3", rules.Uptime, "99.14140", rules.Churn, "40.00000", rules.IncidentsOpened, "2",
		rules.LeadsCreated, "2", rules.LeadsQualified, "1", rules.LeadsConverted, "1", rules.ConversionRate, "50.00000", rules.LeadShare, "11.76470",
		rules.Deals, "1", rules.DealRevenue, "1901.30", rules.YearToDate(rules.LeadsCreated), "31",
		rules.CommissionFirst, "430.08", rules.CommissionOngoing, "0.00", rules.EarnedIn(rules.Commission), "430.08", rules.FigureEarned, "417.08", rules.Growth(rules.EarnedIn(rules.Commission)), "223.47819",
		rules.YearToDate(rules.EarnedIn(rules.Commission)), "1116.82", rules.YearToDate(rules.FigureEarned), "1103.82",
		rules.YearToDate(rules.CommissionFirst), "1079.81", rules.YearToDate(rules.CommissionOngoing), "37.01",
		rules.Cost, "2624.44", rules.CostPerNode, "874.81", rules.CostPerUptimeHour, "1.13")
	add(now, rules.OfChannel, "pine:events", rules.LeadsCreated, "1", rules.LeadsQualified, "1", rules.LeadsConverted, "0", rules.ConversionRate, "0")
	add(now, rules.OfChannel, "pine:referral", rules.LeadsCreated, "1", rules.LeadsQualified, "0", rules.LeadsConverted, "1", rules.ConversionRate, "100")
	// The network's cost: 1594.00 + 405.65 + 194.71 + 430.08 = 2624.44
	add(now, rules.OfPartnerRule, "pine:stipend", rules.Cost, "2194.36", rules.CostOperators, "3")
	add(now, rules.OfPartnerRule, "pine:commission-first-year", rules.Cost, "373.04", rules.CostOperators, "3")
	add(now, rules.OfPartnerRule, "pine:deal-bonus", rules.Cost, "57.04")
	add(now, rules.OfPartnersIncident, "pine:P1", rules.IncidentsOpened, "1", rules.IncidentsSolved, "0", rules.ResponseWithin, "0", rules.ResolutionWithin, "0")
	add(now, rules.OfPartnersIncident, "pine:P2", rules.IncidentsOpened, "1", rules.IncidentsSolved, "1", rules.MTTR, "3540", rules.MeanResponse, "540", rules.ResponseWithin, "1", rules.ResolutionWithin, "1")
	return rules.NewFigures(now, rows)
}

// bareMonth is a month of a partner with nothing: no referral, no figure, no
// dataset beyond the three that must be there.
func bareMonth(layout rules.Layout) *Month {
	m := reportMonth(layout)
	m.Figures, m.Evidence, m.Contact = nil, nil, Contact{}
	m.Report.Targets = rules.Targets{}
	m.Facts = &rules.Facts{Period: m.Period, Partners: []rules.Partner{{ID: "quill", Name: "Quill", Region: "emea", Since: day("2026-10-01")}},
		Absent: map[string]bool{"incidents": true, "leads": true, "trainings": true, "activities": true, "mentorships": true}}
	m.Book.Lines, m.Book.Standings, m.Book.Payouts = nil, nil, m.Book.Payouts[len(m.Book.Payouts)-1:]
	return m
}

// wideMonth is a month of so many partners with so many operators and nodes.
func wideMonth(partners, operators int) *Month {
	m := bareMonth(rules.FleetLayout)
	m.Facts.Partners, m.Book.Payouts = nil, nil
	m.Evidence = &rules.Evidence{}
	for p := range partners {
		partner := rules.Partner{ID: fmt.Sprintf("p-%04d", p), Name: fmt.Sprintf("Partner %d", p), Since: day("2025-01-01")}
		for o := range operators / partners {
			id := fmt.Sprintf("op-%04d-%03d", p, o)
			partner.Referrals = append(partner.Referrals, rules.Referral{ID: "r-" + id, OperatorID: id, ReferredOn: day("2025-01-01")})
			slots := rules.Slots{Expected: 44640, Up: 44640 - int64(o)}
			m.Facts.Operators = append(m.Facts.Operators, rules.Operator{ID: id, Name: "Operator " + id, JoinedOn: day("2025-01-01"), Slots: slots})
			m.Facts.Nodes = append(m.Facts.Nodes, rules.Node{ID: "n-" + id, OperatorID: id, Days: 31, Slots: slots})
			m.Evidence.Days = append(m.Evidence.Days, rules.NodeMonth{NodeID: "n-" + id, OperatorID: id, Days: make([]rules.Slots, 31)})
		}
		m.Facts.Partners = append(m.Facts.Partners, partner)
		m.Book.Payouts = append(m.Book.Payouts, rules.Payout{PayeeKind: rules.PartnerPayee, PayeeID: partner.ID, Name: partner.Name, Status: rules.Zero})
	}
	return m
}
