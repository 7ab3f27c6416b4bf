package rules

import (
	"fmt"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

// Random months for the property tests: a handful of operators and partners with
// everything that can happen to them, small enough to shrink to something a
// person can read.

var (
	drawnRegions  = []string{"apac", "emea"}
	drawnVersions = []string{"", "", "2026-01", "2026-05", "2026-07"}
	drawnDatasets = []string{"incidents", "tasks", "mentorships", "reviews", "revenue", "leads", "trainings"}
)

var drawnParameters = map[string]string{
	"tier1_node_rate": "97.00", "tier2_node_rate": "131.00", "tier3_node_rate": "173.00", "referral_share": "13%",
}

func drawFacts(t *rapid.T) *Facts {
	period := Period{2026, 1}.Add(rapid.IntRange(0, 11).Draw(t, "period"))
	f := &Facts{Period: period, ClosedOn: period.Last() + 4, Absent: map[string]bool{}, ClosedSince: period.Add(-2)}
	for _, dataset := range drawnDatasets {
		f.Absent[dataset] = rapid.IntRange(0, 5).Draw(t, "absent "+dataset) == 0
	}
	f.Settings = Settings{Minimum: cents(rapid.Int64Range(0, 2000).Draw(t, "minimum")), Confirmers: 1, Parameters: drawnParameters}
	operators := rapid.IntRange(1, 6).Draw(t, "operators")
	partners := rapid.IntRange(0, 3).Draw(t, "partners")
	for i := range operators {
		f.Operators = append(f.Operators, drawOperator(t, f, i, operators))
		drawMoney(t, f, OperatorPayee, f.Operators[i].ID)
	}
	for i := range partners {
		f.Partners = append(f.Partners, drawPartner(t, period, i, operators))
		drawMoney(t, f, PartnerPayee, f.Partners[i].ID)
	}
	for i := range operators {
		if partners > 0 && rapid.Bool().Draw(t, "referred") {
			p := &f.Partners[rapid.IntRange(0, partners-1).Draw(t, "by")]
			p.Referrals = append(p.Referrals, Referral{fmt.Sprintf("r%d", i), f.Operators[i].ID, period.First() + Date(rapid.IntRange(-60, 40).Draw(t, "referred on"))})
		}
	}
	for _, region := range drawnRegions {
		if rapid.Bool().Draw(t, "revenue") {
			f.Revenue = append(f.Revenue, RegionRevenue{region, decimal.New(rapid.Int64Range(-9999, 999999).Draw(t, "booked"), -2)})
		}
	}
	for i := range rapid.IntRange(0, 3).Draw(t, "gaps") {
		f.Gaps = append(f.Gaps, Gap{fmt.Sprintf("2026-01-0%dT00:00:00Z", i+1), "later", rapid.Int64Range(1, 9999).Draw(t, "gap")})
	}
	return f
}

func drawOperator(t *rapid.T, f *Facts, i, operators int) Operator {
	first, last := f.Period.First(), f.Period.Last()
	o := Operator{
		ID: fmt.Sprintf("op-%d", i), Name: fmt.Sprintf("Operator %d", i),
		Region:           rapid.SampledFrom(drawnRegions).Draw(t, "region"),
		Agreement:        rapid.SampledFrom(drawnVersions).Draw(t, "agreement"),
		JoinedOn:         last - Date(rapid.IntRange(-10, 500).Draw(t, "joined days ago")),
		CommitmentMonths: rapid.SampledFrom([]int{0, 6, 12}).Draw(t, "commitment"),
		ExitKind:         rapid.SampledFrom([]string{"", "voluntary", "for_cause"}).Draw(t, "exit"),
		Destination:      drawDestination(t),
	}
	if rapid.Bool().Draw(t, "certified") {
		o.CertifiedOn = o.JoinedOn
	}
	if rapid.IntRange(0, 3).Draw(t, "leaves") == 0 {
		o.LastActiveDay = max(o.JoinedOn, last-Date(rapid.IntRange(-5, 60).Draw(t, "left days ago")))
		o.NoticeOn = o.LastActiveDay - Date(rapid.IntRange(0, 60).Draw(t, "notice"))
	}
	for n := range rapid.IntRange(0, 3).Draw(t, "tiers") {
		o.Tiers = append(o.Tiers, TierSince{rapid.SampledFrom(operatorTiers).Draw(t, "tier"), first + Date(20*n-rapid.IntRange(5, 24).Draw(t, "since"))})
	}
	to := last
	if o.LastActiveDay != 0 {
		to = min(to, o.LastActiveDay)
	}
	nodes := rapid.IntRange(0, 12).Draw(t, "nodes")
	for d := max(first, o.JoinedOn); d <= to; d++ {
		if int(d)%7 == 0 {
			nodes = rapid.IntRange(0, 12).Draw(t, "nodes")
		}
		if nodes > 0 {
			o.NodeDays = append(o.NodeDays, NodeDay{d, nodes})
		}
	}
	if o.LastActiveDay != 0 && len(o.NodeDays) > 0 {
		o.Exit = &o.NodeDays[len(o.NodeDays)-1]
	}
	o.Slots = drawSlots(t)
	for m := range rapid.IntRange(0, 3).Draw(t, "history") {
		o.History = append(o.History, MonthSlots{f.Period.Add(-1 - m), drawSlots(t)})
	}
	o.Critical = drawIncidents(t, Incidents{})
	o.Incidents = drawIncidents(t, o.Critical)
	o.Tasks = Tasks{rapid.Int64Range(0, 99).Draw(t, "succeeded"), rapid.Int64Range(0, 5).Draw(t, "failed"), 1, 2}
	o.QualifiedLeads = rapid.Int64Range(0, 2).Draw(t, "leads")
	o.TrainingHours = decimal.New(rapid.Int64Range(0, 80).Draw(t, "hours"), -1)
	if rapid.Bool().Draw(t, "reviewed") {
		score := decimal.New(rapid.Int64Range(0, 100).Draw(t, "score"), -2)
		o.Review = &score
	}
	for n := range rapid.IntRange(0, 2).Draw(t, "mentorships") {
		o.Mentorships = append(o.Mentorships, Mentorship{
			ID: fmt.Sprintf("m%d", n), MenteeID: fmt.Sprintf("op-%d", rapid.IntRange(0, operators-1).Draw(t, "mentee")),
			StartsOn: first - Date(rapid.IntRange(-40, 40).Draw(t, "starts")), OnboardedOn: first + Date(rapid.IntRange(-20, 60).Draw(t, "onboarded")),
		})
	}
	return o
}

func drawSlots(t *rapid.T) Slots {
	expected := rapid.SampledFrom([]int64{0, 1000, 44640}).Draw(t, "expected")
	down := rapid.Int64Range(0, expected/20).Draw(t, "down")
	missing := rapid.Int64Range(0, down).Draw(t, "missing")
	return Slots{Expected: expected, Up: expected - down, Missing: missing}
}

// drawIncidents adds incidents to some that are counted already.
func drawIncidents(t *rapid.T, sum Incidents) Incidents {
	for i := range rapid.IntRange(0, 2).Draw(t, "incidents") {
		if rapid.IntRange(0, 4).Draw(t, "answered") == 0 {
			sum.Count, sum.Unanswered = sum.Count+1, sum.Unanswered+1
			sum.FirstUnanswered = orElse(sum.FirstUnanswered, fmt.Sprintf("inc-%d", i))
			continue
		}
		micros := rapid.Int64Range(0, 40*60*1_000_000).Draw(t, "response")
		sum.Count++
		sum.ResponseSum += micros
		sum.ResponseMax = max(sum.ResponseMax, micros)
	}
	return sum
}

func drawPartner(t *rapid.T, period Period, i, operators int) Partner {
	p := Partner{
		ID: fmt.Sprintf("pa-%d", i), Name: fmt.Sprintf("Partner %d", i), Region: drawnRegions[0],
		Since:       period.First() + Date(rapid.IntRange(-90, 40).Draw(t, "since")),
		Agreement:   rapid.SampledFrom(drawnVersions).Draw(t, "agreement"),
		Destination: drawDestination(t),
	}
	if rapid.Bool().Draw(t, "own record") {
		p.OperatorID = fmt.Sprintf("op-%d", rapid.IntRange(0, operators-1).Draw(t, "own"))
	}
	for n := range rapid.IntRange(0, 2).Draw(t, "tiers") {
		p.Tiers = append(p.Tiers, TierSince{rapid.SampledFrom(partnerTiers).Draw(t, "tier"), period.First() + Date(30*n-rapid.IntRange(5, 34).Draw(t, "since"))})
	}
	for m := range rapid.IntRange(0, 3).Draw(t, "months with leads") {
		p.QualifiedLeads = append(p.QualifiedLeads, MonthCount{period.Add(-m), 1})
	}
	return p
}

func drawDestination(t *rapid.T) Destination {
	to := Destination{Chain: "base", Wallet: "0xA1"}
	if rapid.Bool().Draw(t, "paid before") {
		to.Last = Account{"base", rapid.SampledFrom([]string{"0xA1", "0xB2"}).Draw(t, "last wallet")}
	}
	if rapid.IntRange(0, 3).Draw(t, "problems") == 0 {
		to.Problems = []string{"wallet blocked", "chain unknown"}
	}
	if rapid.Bool().Draw(t, "confirmed") {
		to.ConfirmedBy = []string{"lena", "omar"}
	}
	return to
}

// drawMoney gives a payee leads, adjustments, returned payments and a balance.
func drawMoney(t *rapid.T, f *Facts, kind PayeeKind, id string) {
	for i := range rapid.IntRange(0, 2).Draw(t, "converted") {
		lead := ConvertedLead{ID: fmt.Sprintf("lead-%s-%d", id, i), SourceKind: kind, SourceID: id}
		if rapid.Bool().Draw(t, "with revenue") {
			revenue := decimal.New(rapid.Int64Range(0, 999999).Draw(t, "revenue"), -2)
			lead.Revenue = &revenue
		}
		f.ConvertedLeads = append(f.ConvertedLeads, lead)
	}
	for i := range rapid.IntRange(0, 2).Draw(t, "adjustments") {
		f.Adjustments = append(f.Adjustments, Adjustment{
			ID: fmt.Sprintf("adj-%s-%d", id, i), PayeeKind: kind, PayeeID: id, Period: f.Period,
			Amount: cents(rapid.Int64Range(-9999, 9999).Draw(t, "adjusted")), Reason: "as agreed", ApprovedBy: "lena",
		})
	}
	for i := range rapid.SampledFrom([]int{0, 0, 1, 2}).Draw(t, "returns") {
		f.Returns = append(f.Returns, Return{
			ID: fmt.Sprintf("ret-%s-%d", id, i), PaymentID: fmt.Sprintf("FP-202507-%s-%s-%d", kind, id, i), Period: f.Period,
			Reason: "keys lost", ApprovedBy: "lena", PaidIn: Period{2025, 7}, PayeeKind: kind, PayeeID: id,
			Amount: cents(rapid.Int64Range(1, 9999).Draw(t, "returned")),
		})
	}
	if rapid.Bool().Draw(t, "carried") {
		f.Carried = append(f.Carried, Carried{kind, id, cents(rapid.Int64Range(-9999, 9999).Draw(t, "carried"))})
	}
}
