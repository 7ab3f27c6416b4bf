package rules

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
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

// read matches a phrase and hands its parts to set.
func read(form, text string, set func(parts []string) error) error {
	parts := regexp.MustCompile("^" + form + "$").FindStringSubmatch(text)
	if parts == nil {
		return fmt.Errorf("%q is not written as %s", text, form)
	}
	return set(parts[1:])
}

const (
	dayForm    = `(\d{4}-\d\d-\d\d)`
	amountForm = `(-?\d+\.\d\d)`
)

type caseDay struct{ day Date }

func (c *caseDay) UnmarshalScalar(text string) (err error) {
	if text != "never" {
		c.day, err = ParseDate(text)
	}
	return err
}

// caseNodes: 3 from 2026-01-10 [to 2026-03-14].
type caseNodes struct {
	count    int
	from, to Date
}

func (c *caseNodes) UnmarshalScalar(text string) error {
	return read(`(\d+) from `+dayForm+`(?: to `+dayForm+`)?`, text, func(p []string) (err error) {
		c.count, _ = strconv.Atoi(p[0])
		if c.from, err = ParseDate(p[1]); err == nil && p[2] != "" {
			c.to, err = ParseDate(p[2])
		}
		return err
	})
}

// caseUptime: 9951/10000 [missing 12].
type caseUptime struct{ slots Slots }

func (c *caseUptime) UnmarshalScalar(text string) error {
	return read(`(\d+)/(\d+)(?: missing (\d+))?`, text, func(p []string) error {
		c.slots.Up, _ = strconv.ParseInt(p[0], 10, 64)
		c.slots.Expected, _ = strconv.ParseInt(p[1], 10, 64)
		c.slots.Missing, _ = strconv.ParseInt("0"+p[2], 10, 64)
		return nil
	})
}

// caseIncident: P1 after 29 min 59 s, or P1 never.
type caseIncident struct {
	severity string
	seconds  int64 // -1: never answered
}

func (c *caseIncident) UnmarshalScalar(text string) error {
	return read(`(P[0-3]|critical|warning) (?:(never)|after (\d+) min(?: (\d+) s)?)`, text, func(p []string) error {
		c.severity, c.seconds = p[0], -1
		if p[1] == "" {
			minutes, _ := strconv.ParseInt(p[2], 10, 64)
			seconds, _ := strconv.ParseInt("0"+p[3], 10, 64)
			c.seconds = 60*minutes + seconds
		}
		return nil
	})
}

// caseTasks: 96 succeeded, 3 failed, 1 expired, 5 cancelled.
type caseTasks struct{ tasks Tasks }

func (c *caseTasks) UnmarshalScalar(text string) error {
	return read(`(\d+) succeeded, (\d+) failed, (\d+) expired, (\d+) cancelled`, text, func(p []string) error {
		for i, n := range []*int64{&c.tasks.Succeeded, &c.tasks.Failed, &c.tasks.Expired, &c.tasks.Cancelled} {
			*n, _ = strconv.ParseInt(p[i], 10, 64)
		}
		return nil
	})
}

// caseMentorship: bo from 2026-01-10 [to 2026-02-03] [onboarded 2026-01-20].
type caseMentorship struct{ m Mentorship }

func (c *caseMentorship) UnmarshalScalar(text string) error {
	return read(`(\S+) from `+dayForm+`(?: to `+dayForm+`)?(?: onboarded `+dayForm+`)?`, text, func(p []string) (err error) {
		c.m.MenteeID = p[0]
		for i, d := range []*Date{&c.m.StartsOn, &c.m.EndsOn, &c.m.OnboardedOn} {
			if p[i+1] != "" && err == nil {
				*d, err = ParseDate(p[i+1])
			}
		}
		return err
	})
}

// caseAccount: 0xA1 on base, or none.
type caseAccount struct{ account Account }

func (c *caseAccount) UnmarshalScalar(text string) error {
	if text == "none" {
		return nil
	}
	return read(`(0x\S+) on (\S+)`, text, func(p []string) error {
		c.account = Account{Chain: p[1], Wallet: p[0]}
		return nil
	})
}

// caseConverted: operator ada with 1000.00, or partner quay with nothing.
type caseConverted struct {
	kind    PayeeKind
	id      string
	revenue *decimal.Decimal
}

func (c *caseConverted) UnmarshalScalar(text string) error {
	return read(`(operator|partner) (\S+) with (nothing|`+amountForm+`)`, text, func(p []string) error {
		c.kind, c.id = PayeeKind(p[0]), p[1]
		if p[3] != "" {
			d, err := decimal.NewFromString(p[3])
			c.revenue = &d
			return err
		}
		return nil
	})
}

// caseMissed: operator ada 12.00 in 2026-04.
type caseMissed struct{ a Adjustment }

func (c *caseMissed) UnmarshalScalar(text string) error {
	return read(`(operator|partner) (\S+) `+amountForm+` in (\d{4}-\d\d)`, text, func(p []string) (err error) {
		c.a.PayeeKind, c.a.PayeeID = PayeeKind(p[0]), p[1]
		if c.a.Amount, err = ParseMoney(p[2]); err == nil {
			c.a.Period, err = ParsePeriod(p[3])
		}
		return err
	})
}

// caseUnknown: 12 heartbeats.
type caseUnknown struct {
	count   int64
	dataset string
}

func (c *caseUnknown) UnmarshalScalar(text string) error {
	return read(`(\d+) (heartbeats|incidents)`, text, func(p []string) error {
		c.count, _ = strconv.ParseInt(p[0], 10, 64)
		c.dataset = p[1]
		return nil
	})
}

// caseGap: 2026-07-03T10:00:00Z to 2026-07-03T11:00:00Z, 60 min.
type caseGap struct{ gap Gap }

func (c *caseGap) UnmarshalScalar(text string) error {
	return read(`(\S+) to (\S+), (\d+) min`, text, func(p []string) error {
		minutes, _ := strconv.ParseInt(p[2], 10, 64)
		c.gap = Gap{From: p[0], To: p[1], Seconds: 60 * minutes}
		return nil
	})
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
