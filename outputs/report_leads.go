package outputs

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"fleetpay/rules"
)

// What a partner does for the program: leads, deals, activities, and its own words.

// leads are the partner's, created, qualified or converted in the month.
func (v *reportView) leads() []rules.Lead {
	return v.index.leads[PayeeKey{rules.PartnerPayee, v.payout.PayeeID}]
}

// Channels are the partner's leads by channel.
func (v *reportView) Channels() *grid {
	id := v.payout.PayeeID
	cells := func(label string, kind rules.FigureKind, key string) []string {
		row := []string{label}
		for _, name := range []rules.FigureName{rules.LeadsCreated, rules.LeadsQualified, rules.LeadsConverted} {
			n, _ := v.month.Figures.Of(kind, key, name)
			row = append(row, orNothing(n))
		}
		rate, _ := v.month.Figures.Of(kind, key, rules.ConversionRate)
		return append(row, orNothing(percentText(rate)))
	}
	var rows []gridRow
	for _, channel := range v.month.Figures.Parts(rules.OfChannel, id) {
		rows = append(rows, gridRow{cells: cells(channel, rules.OfChannel, rules.PartFigureID(id, channel))})
	}
	if len(rows) == 0 {
		return nil
	}
	var foot []gridRow
	if len(rows) > 1 {
		foot = append(foot, gridRow{cells: cells("All", rules.OfPartner, id)})
	}
	return tidyGrid([]gridColumn{
		{"Channel", textCell, 1.6}, {"Leads", countCell, 0.8}, {"Qualified", countCell, 0.8}, {"Converted", countCell, 0.8}, {"Conversion", percentCell, 1},
	}, rows, foot...)
}

// ChannelChart shows the new leads by channel, when there are enough to compare.
func (v *reportView) ChannelChart() block {
	id := v.payout.PayeeID
	chart := barChart{title: "New leads by channel", series: []string{""}}
	for _, channel := range v.month.Figures.Parts(rules.OfChannel, id) {
		value, _ := v.month.Figures.Of(rules.OfChannel, rules.PartFigureID(id, channel), rules.LeadsCreated)
		n, err := strconv.ParseInt(value, 10, 64)
		if err == nil {
			chart.bars = append(chart.bars, bar{label: channel, parts: []int64{n}, text: value})
		}
	}
	return chart.orNil()
}

// Pipeline says what part of all leads the partner brought, "" when there is
// none.
func (v *reportView) Pipeline() string {
	share, ok := v.figure(rules.LeadShare)
	if !ok {
		return ""
	}
	said := fmt.Sprintf("The partner brought %s of all leads of the month", percentText(share)) + shareGoal(v.mine.LeadShare, false).beside(share)
	if all, ok := v.month.Figures.Of(rules.OfTheFleet, rules.FleetID, rules.LeadShare); ok {
		said += fmt.Sprintf("; all partners together brought %s", percentText(all)) + shareGoal(v.program.LeadShare, false).beside(all)
	}
	return said + "."
}

// Contributions are the leads that the network's operators brought themselves.
func (v *reportView) Contributions() *grid {
	var rows []gridRow
	period := v.month.Period
	for _, o := range v.network {
		var created, qualified, converted int
		for _, l := range v.index.leads[PayeeKey{rules.OperatorPayee, o.ID}] {
			created += within(period, l.CreatedOn)
			qualified += within(period, l.QualifiedOn)
			converted += within(period, l.ConvertedOn)
		}
		if created+qualified+converted > 0 {
			rows = append(rows, gridRow{cells: []string{
				v.operatorName(o.ID), orNothing(v.operatorUptime(o)),
				strconv.Itoa(created), strconv.Itoa(qualified), strconv.Itoa(converted),
			}})
		}
	}
	if len(rows) == 0 {
		return nil
	}
	return tidyGrid([]gridColumn{
		{"Operator", textCell, 1.8}, {"Uptime", percentCell, 0.9}, {"Leads", countCell, 0.8}, {"Qualified", countCell, 0.8}, {"Converted", countCell, 0.8},
	}, rows)
}

// LeadsOfTheBest says how many of these leads came from operators whose uptime
// was above the target, "" without a target or a new lead.
func (v *reportView) LeadsOfTheBest() string {
	g := shareGoal(v.targets.Uptime, false)
	if !g.given {
		return ""
	}
	all, best := 0, 0
	for _, o := range v.network {
		n := 0
		for _, l := range v.index.leads[PayeeKey{rules.OperatorPayee, o.ID}] {
			n += within(v.month.Period, l.CreatedOn)
		}
		all += n
		of := countedSlots(o.Slots, v.index.missing.of(o.ID))
		if of > 0 && g.compareShare(o.Slots.Up, of) > 0 {
			best += n
		}
	}
	if all == 0 {
		return ""
	}
	return fmt.Sprintf("%d of %s came from operators with an uptime %s.", best, counted(all, "new lead"), g.words())
}

// HasNotes tells whether the partner wrote anything for the month.
func (v *reportView) HasNotes() bool { return len(v.index.notes[v.payout.PayeeID]) > 0 }

func within(p rules.Period, d rules.Date) int {
	if d.IsZero() || !p.Contains(d) {
		return 0
	}
	return 1
}

// Activities are what the partner did in the month.
func (v *reportView) Activities() *grid {
	var rows []gridRow
	for _, a := range v.index.activities[v.payout.PayeeID] {
		rows = append(rows, gridRow{cells: []string{a.HeldOn.String(), a.Kind, orNothing(a.Title)}})
	}
	if len(rows) == 0 {
		return nil
	}
	return tidyGrid([]gridColumn{{"Day", dateCell, 0.8}, {"Kind", textCell, 0.8}, {"Title", textCell, 3}}, rows)
}

// Notes are the partner's own words in a section, an item per line of them.
func (v *reportView) Notes(section string) []string {
	var said []string
	for _, n := range v.index.notes[v.payout.PayeeID] {
		if n.Section != section {
			continue
		}
		for line := range strings.Lines(n.Text) {
			line = strings.TrimSpace(line)
			for _, mark := range []string{"- ", "* ", "• "} {
				line = strings.TrimSpace(strings.TrimPrefix(line, mark))
			}
			if line != "" {
				said = append(said, line)
			}
		}
	}
	return said
}

// Deals are the partner's leads that became customers in the month, by day.
func (v *reportView) Deals() *grid {
	lines := map[string][]rules.Line{}
	for _, l := range v.index.lines[v.payout.PayeeID] {
		if _, onOperator := v.index.words.referred(l); l.Category == rules.Commission && !onOperator {
			lines[l.Subject] = append(lines[l.Subject], l)
		}
	}
	var rows []gridRow
	deals := slices.DeleteFunc(slices.Clone(v.leads()), func(l rules.Lead) bool { return !v.month.Period.Contains(l.ConvertedOn) })
	slices.SortFunc(deals, func(a, b rules.Lead) int {
		return cmp.Or(cmp.Compare(a.ConvertedOn, b.ConvertedOn), strings.Compare(a.ID, b.ID))
	})
	for _, l := range deals {
		var shares, amounts []string // one each, unless several rules pay for a lead
		for _, line := range lines[l.ID] {
			if line.Rate != "" {
				shares = append(shares, line.Rate)
			}
			amounts = append(amounts, line.Amount.String())
		}
		revenue, _ := v.month.Figures.Of(rules.OfLead, l.ID, rules.DealRevenue)
		rows = append(rows, gridRow{cells: []string{
			orNothing(l.Customer), l.ID, l.Channel, l.ConvertedOn.String(),
			orNothing(revenue), orNothing(strings.Join(shares, " + ")), orNothing(strings.Join(amounts, " + ")),
		}})
	}
	if len(rows) == 0 {
		return nil
	}
	return tidyGrid([]gridColumn{
		{"Customer", textCell, 1.6}, {"Lead", idCell, 1}, {"Channel", textCell, 1}, {"Converted on", dateCell, 1},
		{"Revenue, USD", amountCell, 1}, {"Share", textCell, 0.7}, {"Commission, USD", amountCell, 1},
	}, rows)
}

// DealRevenue is the deals' revenue, "" when it is not known.
func (v *reportView) DealRevenue() string {
	value, _ := v.figure(rules.DealRevenue)
	return value
}
