package outputs

import (
	"strings"

	"fleetpay/rules"
)

// payeeMoney is what a payee's row on Operators and Partners says of its money.
type payeeMoney struct {
	payouts map[PayeeKey]rules.Payout
	figures *rules.Figures
	before  rules.Period
}

func payeeMoneyOf(m *Month) payeeMoney {
	p := payeeMoney{map[PayeeKey]rules.Payout{}, m.Figures, m.Period.Prev()}
	for _, x := range m.Book.Payouts {
		p.payouts[PayeeKey{x.PayeeKind, x.PayeeID}] = x
	}
	return p
}

// figureKind is what a payee's figures are filed under.
func figureKind(kind rules.PayeeKind) rules.FigureKind {
	if kind == rules.PartnerPayee {
		return rules.OfPartner
	}
	return rules.OfOperator
}

// earnedIn is what payouts.csv of a month calls earned: returned payments too.
func earnedIn(f *rules.Figures, month rules.Period, kind rules.FigureKind, id string) rules.Money {
	earned, _ := f.Money(month, kind, id, rules.FigureEarned)
	returned, _ := f.Money(month, kind, id, rules.FigureReturned)
	return earned.Add(returned)
}

// cells are those that payeeColumns puts in the middle: without figures to compare
// with, only this month's.
func (p payeeMoney) cells(key PayeeKey) []string {
	payout := p.payouts[key]
	cells := []string{payout.Earned.String()}
	if p.figures != nil {
		before := earnedIn(p.figures, p.before, figureKind(key.Kind), key.ID)
		cells = append(cells, before.String(), payout.Earned.Sub(before).String())
	}
	return append(cells, payout.Payable.String(), string(payout.Status))
}

// payeeColumns puts the columns of money between those of a sheet.
func payeeColumns(m *Month, before, after []gridColumn) []gridColumn {
	columns := append([]gridColumn{}, before...)
	columns = append(columns, gridColumn{"Earned", amountCell, 12})
	if m.Figures != nil {
		columns = append(columns, gridColumn{"Month before", amountCell, 12}, gridColumn{"Change", amountCell, 12})
	}
	columns = append(columns, gridColumn{"Payable", amountCell, 12}, gridColumn{"Status", idCell, 15})
	return append(columns, after...)
}

// payeeGrid adds what a sheet of payees has: the change as a formula, totals and
// marks.
func payeeGrid(g *sheetGrid) *sheetGrid {
	for i, c := range g.columns {
		switch c.head {
		case "Earned", "Month before", "Payable", "Year to date", "First year", "Ongoing", "Node days":
			g.sums = append(g.sums, i)
		case "Change":
			g.sums = append(g.sums, i)
			g.formulas = map[int]func(spot) string{i: func(at spot) string { return at.cell(i-2) + "-" + at.cell(i-1) }}
		}
	}
	g.marks = markStatuses(g.columns)
	return g
}

// operatorGrid shows each operator's month: who it is, what was measured, and
// what came of it.
func operatorGrid(m *Month, flags map[PayeeKey]string) *sheetGrid {
	columns := payeeColumns(m, []gridColumn{
		{"Operator", idCell, 13}, {"Name", textCell, 20}, {"Region", idCell, 9}, {"Tier", idCell, 7},
		{"Joined on", dateCell, 12}, {"Certified on", dateCell, 12}, {"Left on", dateCell, 12},
		{"Node days", countCell, 8}, {"Uptime", percentCell, 12}, {"Incidents", countCell, 11}, {"Tasks done", percentCell, 12}, {"Training hours", numberCell, 9},
	}, []gridColumn{{"Flags", textCell, 20}})
	operators := sortedBy(m.Facts.Operators, func(o rules.Operator) string { return o.ID })
	money, missing, absent := payeeMoneyOf(m), missingOf(m.Book), m.Facts.Absent
	unless := func(dataset, text string) string {
		if absent[dataset] {
			return ""
		}
		return text
	}
	return payeeGrid(&sheetGrid{
		name: "tblOperators",
		grid: &grid{columns: columns, length: len(operators), empty: "no operator", row: func(i int) gridRow {
			o := operators[i]
			nodeDays := 0
			for _, d := range o.NodeDays {
				nodeDays += d.Nodes
			}
			key := PayeeKey{rules.OperatorPayee, o.ID}
			cells := []string{
				o.ID, o.Name, o.Region, tierOn(o.Tiers, lastActiveDayIn(o, m.Period)),
				o.JoinedOn.String(), o.CertifiedOn.String(), o.LastActiveDay.String(),
				count(nodeDays).String(), sheetPercent(Percentage(o.Slots.Up, countedSlots(o.Slots, missing.of(o.ID)))),
				unless("incidents", count(o.Incidents.Count).String()),
				unless("tasks", sheetPercent(Percentage(o.Tasks.Succeeded, o.Tasks.Succeeded+o.Tasks.Failed+o.Tasks.Expired))),
				unless("trainings", o.TrainingHours.String()),
			}
			cells = append(cells, money.cells(key)...)
			return gridRow{cells: append(cells, flags[key])}
		}},
	})
}

// partnerGrid shows each partner's month: whom it referred, what it earned on
// them, and which of its requirements are unmet.
func partnerGrid(m *Month, flags map[PayeeKey]string) *sheetGrid {
	before := []gridColumn{
		{"Partner", idCell, 13}, {"Name", textCell, 18}, {"Region", idCell, 9}, {"Tier", idCell, 8}, {"Since", dateCell, 12}, {"Own operator", idCell, 11},
		{"Referrals", countCell, 11}, {"Leads qualified", countCell, 10},
	}
	if m.Figures != nil {
		before = append(before, gridColumn{"First year", amountCell, 12}, gridColumn{"Ongoing", amountCell, 12})
	}
	after := []gridColumn{{"Unmet requirements", textCell, 22}, {"Flags", textCell, 18}}
	if m.Figures != nil {
		after = append([]gridColumn{{"Year to date", amountCell, 12}}, after...)
	}
	partners := sortedBy(m.Facts.Partners, func(p rules.Partner) string { return p.ID })
	money, unmet, absent := payeeMoneyOf(m), unmetRequirements(m.Book), m.Facts.Absent
	figure := func(id string, name rules.FigureName) string {
		value, _ := m.Figures.Of(rules.OfPartner, id, name)
		return value
	}
	return payeeGrid(&sheetGrid{
		name: "tblPartners",
		grid: &grid{columns: payeeColumns(m, before, after), length: len(partners), empty: "no partner", row: func(i int) gridRow {
			p := partners[i]
			key := PayeeKey{rules.PartnerPayee, p.ID}
			cells := []string{p.ID, p.Name, p.Region, tierOn(p.Tiers, m.Period.Last()), p.Since.String(), p.OperatorID}
			cells = append(cells, partnerCounts(p, m.Period, absent)...)
			if m.Figures != nil {
				cells = append(cells, figure(p.ID, rules.CommissionFirst), figure(p.ID, rules.CommissionOngoing))
			}
			cells = append(cells, money.cells(key)...)
			if m.Figures != nil {
				cells = append(cells, figure(p.ID, rules.YearToDate(rules.FigureEarned)))
			}
			return gridRow{cells: append(cells, unmet[p.ID], flags[key])}
		}},
	})
}

// partnerCounts are the operators that a partner has referred, and its leads
// qualified in the period; "" for what an absent dataset would say.
func partnerCounts(p rules.Partner, period rules.Period, absent map[string]bool) []string {
	referred, qualified := 0, int64(0)
	for _, r := range p.Referrals {
		if r.ReferredOn <= period.Last() {
			referred++
		}
	}
	for _, q := range p.QualifiedLeads {
		if q.Period == period {
			qualified += q.Count
		}
	}
	cells := []string{count(referred).String(), count(qualified).String()}
	for i, dataset := range []string{"referrals", "leads"} {
		if absent[dataset] {
			cells[i] = ""
		}
	}
	return cells
}

// unmetRequirements names each partner's requirements that it does not meet.
func unmetRequirements(b *rules.Book) map[string]string {
	unmet := map[string][]string{}
	for _, s := range b.Standings {
		if s.PayeeKind == rules.PartnerPayee && !s.Met {
			unmet[s.PayeeID] = append(unmet[s.PayeeID], s.Label)
		}
	}
	texts := make(map[string]string, len(unmet))
	for id, labels := range unmet {
		texts[id] = strings.Join(labels, "; ")
	}
	return texts
}
