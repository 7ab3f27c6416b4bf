package outputs

import (
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"fleetpay/rules"
)

// fullMonth is smallMonth with all that a workbook shows: evidence, figures of
// this month and of earlier ones, targets, and inputs.
func fullMonth() *Month {
	m := smallMonth()
	m.Format = CurrentFormat
	m.Report = rules.Report{
		Severities: []rules.SeverityTarget{
			{Severity: "P0", Response: rules.Within{Seconds: 900, Words: "15 min"}, Resolution: rules.Within{Seconds: 14400, Words: "4 h"}},
			{Severity: "critical", Response: rules.Within{Seconds: 1800, Words: "30 min"}},
		},
		Targets: rules.Targets{
			ActiveOperators: &rules.Span{From: 3, To: 5}, Uptime: share("0.995"), Churn: share("0.1"), LeadShare: share("0.3"),
		},
	}
	m.Facts.Settings = rules.Settings{Minimum: usd("10.00"), Confirmers: 1, SlotSeconds: 60, Parameters: map[string]string{"tier1_node_rate": "211.00", "referral_share": "7%"}}
	m.Facts.Settings.Targets.Uptime = share("0.997")
	m.Evidence = &rules.Evidence{Incidents: []rules.Incident{
		{ID: "inc-3", Severity: "P0", NodeIDs: []string{"n-1", "n-2"}, Operators: []string{"alpha"},
			OpenedAt: instant("2026-10-03 14:05:10"), AcknowledgedAt: instant("2026-10-03 14:06:11"), ResolvedAt: instant("2026-10-03 15:05:10"),
			Cause: "power lost in the rack", Resolution: "moved to the second feed"},
		{ID: "inc-7", Severity: "critical", NodeIDs: []string{"n-1"}, Operators: []string{"alpha"}, OpenedAt: instant("2026-10-31 23:59:59")},
	}}
	m.Facts.Stages = []rules.Stage{
		{OperatorID: "zinc", Name: "Zinc Ltd", Stage: "applied", Since: day("2026-10-31")},
		{OperatorID: "alpha", Name: "Alpha Nodes", Stage: "certified", Since: day("2026-03-30")},
	}
	m.Figures = rules.NewFigures(m.Period, figuresOf(m))
	m.Inputs = []Input{
		{Dataset: "heartbeats", Source: "prometheus at monitor.example", Path: "inputs/heartbeats/2026-10-01.parquet", SHA256: hex64('a'), Bytes: 1_234_567, Read: 11_520, Used: 11_483, Outside: 30, Unmatched: 7},
		{Dataset: "tasks", Source: "tasks.csv", Path: "inputs/tasks.csv", SHA256: hex64('b'), Bytes: 4_096, Read: 49, Used: 48, Rejected: 1},
	}
	m.Rules = []RuleFile{{Version: "2026-07", Path: "rules/2026-07.yaml", SHA256: hex64('c')}}
	return m
}

func share(s string) *rules.Rate {
	return &rules.Rate{Value: decimal.RequireFromString(s), Share: true}
}

func hex64(digit rune) string { return fmt.Sprintf("%064x", int64(digit)*1_000_003) }

func instant(s string) rules.Instant {
	t, err := time.Parse(time.DateTime, s)
	if err != nil {
		panic(err)
	}
	return rules.Instant(t.UnixMicro())
}

// figuresOf are the fleet's figures of four months, the payees' of the month
// before, and this month's of severities and the partner.
func figuresOf(m *Month) []rules.Figure {
	var rows []rules.Figure
	add := func(p rules.Period, kind rules.FigureKind, id string, name rules.FigureName, value string, unit rules.FigureUnit) {
		rows = append(rows, rules.Figure{Period: p, Kind: kind, ID: id, Name: name, Value: value, Unit: unit})
	}
	fleet := func(back int, name rules.FigureName, value string, unit rules.FigureUnit) {
		add(m.Period.Add(-back), rules.OfTheFleet, rules.FleetID, name, value, unit)
	}
	for back, x := range [][]string{
		// certified, churn, uptime, lead share, carried in, earned, base, payable, carried out
		{"2", "33.33333", "99.48611", "31.25", "7.31", "320.36", "1548.39", "1529.28", "-1201.61"},
		{"3", "0", "99.71103", "28.57142", "3.11", "1711.23", "1600.07", "1707.03", "7.31"}, // 3.11 + 1711.23 = 1707.03 + 7.31
		{"3", "0", "99.90007", "", "0.00", "1303.11", "1200.01", "1300.00", "3.11"},
		{"1", "0", "100", "50", "0.00", "601.19", "601.19", "601.19", "0.00"},
	} {
		for i, name := range []rules.FigureName{rules.OperatorsCertified, rules.Churn, rules.Uptime, rules.LeadShare,
			rules.FigureCarriedIn, rules.FigureEarned, rules.EarnedIn(rules.Base), rules.FigurePayable, rules.FigureCarriedOut} {
			if x[i] != "" {
				fleet(back, name, x[i], "")
			}
		}
		fleet(back, rules.OperatorsActive, "3", "")
		fleet(back, rules.CostPerUptimeHour, "0.37", rules.InDollars)
	}
	prev := m.Period.Prev()
	for id, earned := range map[string]string{"alpha": "1411.13", "bravo": "0.00", "delta": "283.09"} { // delta has left since
		add(prev, rules.OfOperator, id, rules.FigureEarned, earned, rules.InDollars)
	}
	add(prev, rules.OfPartner, "pine", rules.FigureEarned, "17.01", rules.InDollars)
	add(m.Period, rules.OfPartner, "pine", rules.CommissionFirst, "4.84", rules.InDollars)
	add(m.Period, rules.OfPartner, "pine", rules.CommissionOngoing, "0.00", rules.InDollars)
	add(m.Period, rules.OfPartner, "pine", rules.YearToDate(rules.FigureEarned), "61.01", rules.InDollars)
	add(m.Period, rules.OfSeverity, "P0", rules.IncidentsOpened, "1", "")
	add(m.Period, rules.OfSeverity, "P0", rules.IncidentsSolved, "1", "")
	add(m.Period, rules.OfSeverity, "P0", rules.MTTR, "3600", rules.InSeconds)
	add(m.Period, rules.OfSeverity, "P0", rules.MeanResponse, "60", rules.InSeconds)
	add(m.Period, rules.OfSeverity, "warning", rules.IncidentsOpened, "3", "")
	return rows
}
