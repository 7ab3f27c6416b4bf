package demo

import (
	"fmt"
	"path/filepath"

	"fleetpay/rules"
)

const leadsPerMonth = 12

var channels = []string{"referral", "event", "campaign", "website", "community"}

// leadPartners are the partners that leads come from, as often as they stand here.
var leadPartners = []string{"harbour", "harbour", "harbour", "quay", "quay", "skafos"}

// writtenLeads belong to the story: a small sum that stays below the minimum, a
// conversion without a revenue, and one of each kind of source.
var writtenLeads = [][]string{
	{"lead-901", "partner", "zuraw", "referral", "2026-03-02", "2026-03-20", "2026-04-08", "customer-901", "60.00"},
	{"lead-902", "operator", "ember", "community", "2026-03-11", "2026-04-02", "2026-04-17", "customer-902", ""},
	{"lead-903", "operator", "aurora", "event", "2026-03-15", "2026-04-01", "2026-04-30", "customer-903", "1999.99"},
	{"lead-904", "direct", "", "website", "2026-04-09", "2026-04-21", "2026-05-20", "customer-904", "840.00"},
}

// writeLeads writes leads from two months before the first close on, so that the
// first months have some that qualify.
func (f *fleet) writeLeads(dir string) error {
	rows := [][]string{{"lead_id", "source_kind", "source_id", "channel", "created_on", "qualified_on", "converted_on", "customer", "revenue"}}
	c := newChance(3_000_000)
	number := 0
	for month := months[0].Add(-2); !months[len(months)-1].Before(month); month = month.Next() {
		for range leadsPerMonth {
			number++
			rows = append(rows, f.lead(c, number, month))
		}
	}
	return writeCSV(filepath.Join(dir, "data", "leads.csv"), append(rows, writtenLeads...))
}

func (f *fleet) lead(c chance, number int, month rules.Period) []string {
	created := month.First() + rules.Date(c.below(month.Days()))
	kind, source := "direct", ""
	switch draw := c.below(100); {
	case draw < 40:
		kind, source = "partner", leadPartners[c.below(len(leadPartners))]
	case draw < 70:
		if operator := f.operators[c.below(len(f.operators))]; f.activeOn(operator, created) {
			kind, source = "operator", operator
		}
	}
	row := []string{fmt.Sprintf("lead-%03d", number), kind, source, channels[c.below(len(channels))], created.String(), "", "", "", ""}
	qualified := created + rules.Date(c.between(3, 20))
	if !c.in100(60) || qualified > lastDay() {
		return row
	}
	row[5] = qualified.String()
	converted := qualified + rules.Date(c.between(5, 40))
	if !c.in100(40) || converted > lastDay() {
		return row
	}
	cents := c.between(30_000, 480_000)
	row[6], row[7] = converted.String(), fmt.Sprintf("customer-%03d", number)
	row[8] = fmt.Sprintf("%d.%02d", cents/100, cents%100)
	return row
}
