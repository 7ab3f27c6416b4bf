package rules

import (
	"fmt"
	"slices"
	"strings"

	"fleetpay/rules/strict"

	"github.com/shopspring/decimal"
)

// The facts block of a hand-worked case, as specs/cases/README.md describes it.
// What a person would count on fingers (node-days, the latest day with a node,
// sums of response times) is counted here, day by day and one by one.

type caseFacts struct {
	Period     string                      `yaml:"period" required:"true"`
	Closed     Date                        `yaml:"closed"`
	First      string                      `yaml:"first_close"`
	Absent     []string                    `yaml:"absent"`
	Parameters map[string]string           `yaml:"parameters"`
	Minimum    *Money                      `yaml:"minimum"`
	Confirmers *int                        `yaml:"confirmers"`
	Operators  strict.Map[caseOperator]    `yaml:"operators"`
	Others     strict.Map[caseOperator]    `yaml:"others"`
	Partners   strict.Map[casePartner]     `yaml:"partners"`
	Converted  strict.Map[caseConverted]   `yaml:"converted"`
	Revenue    strict.Map[decimal.Decimal] `yaml:"revenue"`
	Missed     strict.Map[caseMissed]      `yaml:"missed"`
	Unknown    strict.Map[caseUnknown]     `yaml:"unknown_nodes"`
	Gaps       []caseGap                   `yaml:"gaps"`
}

type caseOperator struct {
	Region      string                   `yaml:"region"`
	Agreement   string                   `yaml:"agreement"`
	Joined      Date                     `yaml:"joined" required:"true"`
	Certified   *caseDay                 `yaml:"certified"`
	Left        Date                     `yaml:"left"`
	Exit        string                   `yaml:"exit"`
	Notice      Date                     `yaml:"notice"`
	Commitment  int                      `yaml:"commitment"`
	KnownExit   Date                     `yaml:"known_exit"`
	Tiers       strict.Map[string]       `yaml:"tiers"`
	Nodes       []caseNodes              `yaml:"nodes"`
	Uptime      caseUptime               `yaml:"uptime"`
	History     strict.Map[caseUptime]   `yaml:"history"`
	Incidents   strict.Map[caseIncident] `yaml:"incidents"`
	Tasks       caseTasks                `yaml:"tasks"`
	Leads       int64                    `yaml:"leads"`
	Mentors     []caseMentorship         `yaml:"mentors"`
	Review      *decimal.Decimal         `yaml:"review"`
	Training    decimal.Decimal          `yaml:"training"`
	Wallet      *caseAccount             `yaml:"wallet"`
	Last        *caseAccount             `yaml:"last_wallet"`
	Problems    []string                 `yaml:"wallet_problems"`
	ConfirmedBy []string                 `yaml:"confirmed_by"`
	Carried     *Money                   `yaml:"carried"`
	Adjustments strict.Map[Money]        `yaml:"adjustments"`
}

type casePartner struct {
	Region      string             `yaml:"region"`
	Agreement   string             `yaml:"agreement"`
	Since       Date               `yaml:"since"`
	Own         string             `yaml:"own"`
	Tiers       strict.Map[string] `yaml:"tiers"`
	Refers      strict.Map[Date]   `yaml:"refers"`
	Leads       strict.Map[int64]  `yaml:"leads"`
	Wallet      *caseAccount       `yaml:"wallet"`
	Last        *caseAccount       `yaml:"last_wallet"`
	Problems    []string           `yaml:"wallet_problems"`
	ConfirmedBy []string           `yaml:"confirmed_by"`
	Carried     *Money             `yaml:"carried"`
	Adjustments strict.Map[Money]  `yaml:"adjustments"`
}

// facts makes what Settle takes of a case.
func (c *caseFacts) facts() (*Facts, error) {
	period, err := ParsePeriod(c.Period)
	if err != nil {
		return nil, err
	}
	f := &Facts{Period: period, ClosedOn: c.Closed, Absent: map[string]bool{}}
	if f.ClosedOn == 0 {
		f.ClosedOn = period.Last() + 3
	}
	if c.First != "" {
		if f.ClosedSince, err = ParsePeriod(c.First); err != nil {
			return nil, err
		}
	}
	for _, dataset := range c.Absent {
		f.Absent[dataset] = true
	}
	f.Settings = Settings{Minimum: cents(1000), Confirmers: 1, Parameters: c.Parameters}
	if c.Minimum != nil {
		f.Settings.Minimum = *c.Minimum
	}
	if c.Confirmers != nil {
		f.Settings.Confirmers = *c.Confirmers
	}
	for _, e := range slices.Concat(c.Operators, c.Others) {
		f.Operators = append(f.Operators, e.Value.operator(e.Key, f))
	}
	for _, e := range c.Partners {
		f.Partners = append(f.Partners, e.Value.partner(e.Key, f))
	}
	for _, e := range c.Converted {
		f.ConvertedLeads = append(f.ConvertedLeads, ConvertedLead{e.Key, e.Value.kind, e.Value.id, e.Value.revenue})
	}
	for _, e := range c.Revenue {
		f.Revenue = append(f.Revenue, RegionRevenue{e.Key, e.Value})
	}
	for _, e := range c.Missed {
		e.Value.a.ID = e.Key
		f.Missed = append(f.Missed, e.Value.a)
	}
	for _, e := range c.Unknown {
		f.UnknownNodes = append(f.UnknownNodes, UnknownNode{e.Key, e.Value.dataset, e.Value.count})
	}
	for _, g := range c.Gaps {
		f.Gaps = append(f.Gaps, g.gap)
	}
	return f, nil
}

func (c caseOperator) operator(id string, f *Facts) Operator {
	o := Operator{
		ID: id, Name: strings.ToUpper(id[:1]) + id[1:], Region: orElse(c.Region, "emea"),
		JoinedOn: c.Joined, CertifiedOn: c.Joined, LastActiveDay: c.Left, ExitKind: c.Exit, NoticeOn: c.Notice,
		CommitmentMonths: c.Commitment, Agreement: c.Agreement, KnownExit: c.KnownExit, Known: true,
		Slots: c.Uptime.slots, Tasks: c.Tasks.tasks, QualifiedLeads: c.Leads, Review: c.Review, TrainingHours: c.Training,
		Tiers:       caseTiers(c.Tiers),
		Destination: destination(id, c.Wallet, c.Last, c.Problems, c.ConfirmedBy),
	}
	if c.Certified != nil {
		o.CertifiedOn = c.Certified.day
	}
	for d := f.Period.First(); d <= f.Period.Last(); d++ {
		if n := c.nodesOn(d); n > 0 {
			o.NodeDays = append(o.NodeDays, NodeDay{d, n})
		}
	}
	for d := c.Left; c.Left != 0 && d >= c.Joined; d-- {
		if n := c.nodesOn(d); n > 0 {
			o.Exit = &NodeDay{d, n}
			break
		}
	}
	for _, e := range c.History {
		month, err := ParsePeriod(e.Key)
		if err != nil {
			panic(err)
		}
		o.History = append(o.History, MonthSlots{month, e.Value.slots})
	}
	for _, e := range c.Incidents {
		e.Value.count(e.Key, &o.Incidents)
		if e.Value.severity == "critical" || e.Value.severity == "P0" || e.Value.severity == "P1" {
			e.Value.count(e.Key, &o.Critical)
		}
	}
	for i, m := range c.Mentors {
		m.m.ID = fmt.Sprintf("%s-m%d", id, i+1)
		o.Mentorships = append(o.Mentorships, m.m)
	}
	carry(f, OperatorPayee, id, c.Carried, c.Adjustments)
	return o
}

// nodesOn counts the operator's nodes on a day on which it is active.
func (c caseOperator) nodesOn(d Date) int {
	total := 0
	for _, n := range c.Nodes {
		if c.Joined <= d && (c.Left == 0 || d <= c.Left) && n.from <= d && (n.to == 0 || d <= n.to) {
			total += n.count
		}
	}
	return total
}

// count adds one incident to a sum.
func (c caseIncident) count(id string, sum *Incidents) {
	sum.Count++
	if c.seconds < 0 {
		sum.Unanswered++
		if sum.FirstUnanswered == "" {
			sum.FirstUnanswered = id
		}
		return
	}
	micros := c.seconds * 1_000_000
	sum.ResponseSum += micros
	if micros > sum.ResponseMax || sum.Slowest == "" {
		sum.ResponseMax, sum.Slowest = micros, id
	}
}

func (c casePartner) partner(id string, f *Facts) Partner {
	p := Partner{
		ID: id, Name: strings.ToUpper(id[:1]) + id[1:], Region: orElse(c.Region, "emea"),
		Since: c.Since, OperatorID: c.Own, Agreement: c.Agreement, Tiers: caseTiers(c.Tiers),
		Destination: destination(id, c.Wallet, c.Last, c.Problems, c.ConfirmedBy),
	}
	if p.Since == 0 {
		p.Since = NewDate(2025, 1, 1)
	}
	for i, e := range c.Refers {
		p.Referrals = append(p.Referrals, Referral{fmt.Sprintf("%s-r%d", id, i+1), e.Key, e.Value})
	}
	for _, e := range c.Leads {
		month, err := ParsePeriod(e.Key)
		if err != nil {
			panic(err)
		}
		p.QualifiedLeads = append(p.QualifiedLeads, MonthCount{month, e.Value})
	}
	carry(f, PartnerPayee, id, c.Carried, c.Adjustments)
	return p
}

// destination is a good wallet that was paid before, unless the case says
// otherwise.
func destination(id string, wallet, last *caseAccount, problems, confirmedBy []string) Destination {
	usual := Account{Chain: "base", Wallet: "0x" + id}
	to := Destination{Chain: usual.Chain, Wallet: usual.Wallet, Last: usual, Problems: problems, ConfirmedBy: confirmedBy}
	if wallet != nil {
		to.Chain, to.Wallet = wallet.account.Chain, wallet.account.Wallet
	}
	if last != nil {
		to.Last = last.account
	}
	return to
}

func carry(f *Facts, kind PayeeKind, id string, carried *Money, adjustments strict.Map[Money]) {
	if carried != nil {
		f.Carried = append(f.Carried, Carried{kind, id, *carried})
	}
	for _, e := range adjustments {
		f.Adjustments = append(f.Adjustments, Adjustment{
			ID: e.Key, PayeeKind: kind, PayeeID: id, Period: f.Period, Amount: e.Value,
			Reason: "as agreed", ApprovedBy: "lena",
		})
	}
}

func caseTiers(c strict.Map[string]) (tiers []TierSince) {
	for _, e := range c {
		from, err := ParseDate(e.Key)
		if err != nil {
			panic(err)
		}
		tiers = append(tiers, TierSince{e.Value, from})
	}
	return tiers
}

func orElse(text, other string) string {
	if text == "" {
		return other
	}
	return text
}

// cents makes a sum of money of whole cents.
func cents(n int64) Money {
	m, err := MoneyOf(decimal.New(n, -2))
	if err != nil {
		panic(err)
	}
	return m
}
