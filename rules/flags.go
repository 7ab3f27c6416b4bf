package rules

import (
	"fmt"
	"slices"
	"sort"
	"strings"
)

// raise notes an exception about a payee.
func (s *settler) raise(kind string, severity Severity, about account, message string) {
	s.note(kind, severity, string(about.kind)+":"+about.id, message)
}

func (s *settler) note(kind string, severity Severity, subject, message string) {
	s.exceptions = append(s.exceptions, Exception{kind, severity, subject, message})
}

// raiseUnmet notes an unmet requirement: one that withholds only where it kept
// something back.
func (s *settler) raiseUnmet(p *payee, u unmet) {
	concerned := u.requirement.Unmet == FlagOnly
	for _, l := range p.lines {
		concerned = concerned || hasCategory(u.requirement.Category, l.Category)
	}
	if concerned {
		s.raise(u.requirement.ID, SeverityWarning, p.account, u.requirement.Label+": "+strings.Join(u.reasons, "; "))
	}
}

// raiseFlags notes everything else that people should look at.
func (s *settler) raiseFlags() {
	for _, o := range s.operators {
		s.flagOperator(o)
	}
	for _, p := range s.partners {
		s.flagPartner(p)
	}
	s.flagRegions()
	s.flagFleet()
	s.flagStages()
	s.flagReturns()
	s.flagRows()
}

func (s *settler) flagOperator(o *operator) {
	s.flagLateExit(o)
	if !o.active() {
		return
	}
	if day, missing := o.firstDayWithoutTier(); missing {
		s.raise("no-tier", SeverityWarning, o.account, fmt.Sprintf("no tier on %s; taken as tier %s", day, operatorTiers[0]))
	}
	if o.CertifiedOn == 0 {
		s.raise("uncertified", SeverityWarning, o.account, "has no certified_on")
	}
	on := s.operatorSubject(o, o.tier)
	for i := range o.version.Flags {
		f := &o.version.Flags[i]
		if f.payee() == ToOperator && includes(f.Tiers, o.tier) && f.Exit.matches(o, s.facts.Period) {
			s.flag(f, on, string(o.kind)+":"+o.id)
		}
	}
}

// firstDayWithoutTier looks for an active day of the period before the first
// tier.
func (o *operator) firstDayWithoutTier() (Date, bool) {
	_, found := TierOn(o.Tiers, o.first)
	return o.first, !found
}

// flagLateExit tells of an exit in a month that was closed without knowing it.
func (s *settler) flagLateExit(o *operator) {
	since := s.facts.ClosedSince
	if since.IsZero() || o.LastActiveDay == 0 || o.LastActiveDay >= s.facts.Period.First() || o.LastActiveDay < since.First() {
		return
	}
	if o.KnownExit == o.LastActiveDay {
		return
	}
	s.raise("late-exit", SeverityError, o.account, fmt.Sprintf(
		"last active day %s is in %s, which was closed without knowing it; correct what it paid by an adjustment in %s",
		o.LastActiveDay, PeriodOf(o.LastActiveDay), s.facts.Period))
}

func (s *settler) flagPartner(p *partner) {
	for _, r := range p.referrals {
		if r.self {
			s.raise("self-referral", SeverityWarning, p.account, "referred its own operator record "+r.operator.ID+"; nothing is earned on it")
		}
	}
	if !p.begun(s.facts.Period) {
		return
	}
	on := s.partnerSubject(p)
	for i := range p.version.Flags {
		f := &p.version.Flags[i]
		if f.payee() == ToPartner && includes(f.Tiers, p.tier) {
			s.flag(f, on, string(p.kind)+":"+p.id)
		}
	}
}

func (s *settler) flagRegions() {
	regions := map[string]bool{}
	for _, o := range s.operators {
		if o.active() {
			regions[o.Region] = true
		}
	}
	names := make([]string, 0, len(regions))
	for r := range regions {
		names = append(names, r)
	}
	sort.Strings(names)
	for _, region := range names {
		for i := range s.inForce.Flags {
			if f := &s.inForce.Flags[i]; f.payee() == OfRegion {
				on := subject{read: func(m string, _ int) reading { return s.measureRegion(region, m) }}
				s.flag(f, on, "region:"+region)
			}
		}
	}
}

// flagFleet raises the fleet's flags; one on stretches without monitoring is
// raised for each stretch.
func (s *settler) flagFleet() {
	for i := range s.inForce.Flags {
		f := &s.inForce.Flags[i]
		if f.payee() != OfFleet {
			continue
		}
		if !f.uses(unmonitoredStretch) {
			s.flag(f, subject{read: func(m string, _ int) reading { return s.measureFleet(m) }}, "fleet")
			continue
		}
		for _, gap := range s.facts.Gaps {
			on := subject{read: func(m string, _ int) reading {
				if m == unmonitoredStretch {
					return count(gap.Seconds)
				}
				return s.measureFleet(m)
			}}
			if s.flagged(f, on) {
				s.note(f.ID, SeverityWarning, "fleet", fmt.Sprintf("%s: %s to %s (%s)",
					f.Label, gap.From, gap.To, showDuration(ExactInt(gap.Seconds), 0))+s.gapRemedy(gap))
			}
		}
	}
}

// gapRemedy says how a stretch without monitoring is left out of uptime: by a
// row of maintenance, word for word, but for the reason, which is finance's to
// give. What is paid by then is not changed by it.
func (s *settler) gapRemedy(gap Gap) string {
	if !s.facts.Settings.GapRemedy {
		return ""
	}
	id := "gap-" + strings.NewReplacer("-", "", ":", "").Replace(gap.From)
	return fmt.Sprintf("; if only the monitoring failed, leave it out before anything of %s is paid: "+
		"add to maintenance the row window_id %s (or another one that is free), scope fleet, starts_at %s, ends_at %s, reason what failed and who says so; "+
		"withdraw %s where it is closed, and close it again",
		s.facts.Period, id, gap.From, gap.To, s.facts.Period)
}

// flagStages tells of operators with nodes that the month counts, whom the desk
// has not let run any yet.
func (s *settler) flagStages() {
	working := map[string]bool{}
	for _, n := range s.facts.Nodes {
		working[n.OperatorID] = true
	}
	for _, x := range s.facts.Stages {
		if (x.Stage == "applied" || x.Stage == "training") && working[x.OperatorID] {
			s.raise(earlyStage, SeverityWarning, account{OperatorPayee, x.OperatorID}, fmt.Sprintf(
				"is in stage %s since %s, and has active nodes in %s; enter the stage that was reached into stages, or correct the days of the nodes",
				x.Stage, x.Since, s.facts.Period))
		}
	}
}

// earlyStage is the kind of the exception on an operator who runs nodes before
// being let to.
const earlyStage = "stage"

// unmonitoredStretch is the measure that has one reading per stretch.
const unmonitoredStretch = "unmonitored-stretch"

// GapSeconds is the shortest stretch without monitoring that the version in
// force flags, so that shorter ones need not be looked for; 0 when it flags none.
func (r *Rulebook) GapSeconds(p Period) (int64, error) {
	v, err := r.InForce(p)
	if err != nil {
		return 0, err
	}
	var shortest int64
	for i := range v.Flags {
		for _, c := range v.Flags[i].conditions() {
			if c.Measure != unmonitoredStretch {
				continue
			}
			for _, way := range c.comparisons() {
				if way.threshold == nil || way.threshold.One == nil {
					continue
				}
				if at := max(way.threshold.One.Value.IntPart(), 1); shortest == 0 || at < shortest {
					shortest = at
				}
			}
		}
	}
	return shortest, nil
}

func (f *Flag) payee() Payee {
	if f.Payee == "" {
		return ToOperator
	}
	return f.Payee
}

func (f *Flag) conditions() []Condition { return slices.Concat(f.When, f.Unless) }

func (f *Flag) uses(measure string) bool {
	for _, c := range f.conditions() {
		if c.Measure == measure {
			return true
		}
	}
	return false
}

func (s *settler) flag(f *Flag, on subject, about string) {
	if reasons, raised := f.check(on); raised {
		s.note(f.ID, SeverityWarning, about, f.Label+": "+strings.Join(reasons, "; "))
	}
}

func (s *settler) flagged(f *Flag, on subject) bool {
	_, raised := f.check(on)
	return raised
}

// check tells whether the flag is raised, and what was found. What rests on an
// absent dataset raises nothing: the run record names the dataset.
func (f *Flag) check(on subject) (reasons []string, raised bool) {
	if len(f.When) > 0 {
		found := checkAll(f.When, on)
		if !found.hold() {
			return nil, false
		}
		return found.reasons(true), true
	}
	for _, c := range f.Unless {
		if v := check(c, on); !v.holds && !v.absent {
			reasons = append(reasons, v.reason())
		}
	}
	return reasons, len(reasons) > 0
}

// flagReturns tells of each payment that is owed again, and where the month pays it
// to the very account to which it could not be made.
func (s *settler) flagReturns() {
	for _, r := range s.facts.Returns {
		key := account{r.PayeeKind, r.PayeeID}
		s.raise(returnedPayment, SeverityWarning, key, fmt.Sprintf("payment %s of %s, %s: %s; owed again", r.PaymentID, r.PaidIn, r.Amount, r.Reason))
		again := slices.ContainsFunc(s.payouts, func(p Payout) bool {
			return p.PayeeKind == key.kind && p.PayeeID == key.id && p.Status == Payable &&
				sameAccount(Destination{Chain: p.Chain, Wallet: p.Wallet}, r.Account)
		})
		if again {
			s.raise(returnedSameWallet, SeverityError, key, fmt.Sprintf(
				"payment %s of %s could not be made to %s on %s, and %s pays there again; confirm the wallet with the payee: "+
					"if it is wrong, put the right one into the export, withdraw %s and close it again; until it is sure, leave the new payment out with payments export %s --without PAYMENT_ID",
				r.PaymentID, r.PaidIn, r.Account.Wallet, r.Account.Chain, s.facts.Period, s.facts.Period, s.facts.Period))
		}
	}
}

// flagRows notes what the inputs hold that matched nothing.
func (s *settler) flagRows() {
	for _, a := range s.facts.Missed {
		s.note("adjustment-missed", SeverityError, "adjustment:"+a.ID, fmt.Sprintf(
			"%s for %s %s is not paid: %s; enter it as an adjustment in %s", a.Amount, a.PayeeKind, a.PayeeID, s.whyMissed(a.Period), s.facts.Period))
	}
	for _, r := range s.facts.MissedReturns {
		s.note(returnMissed, SeverityError, "return:"+r.ID, fmt.Sprintf(
			"payment %s is not given back: %s; enter it in %s", r.PaymentID, s.whyMissed(r.Period), s.facts.Period))
	}
	for _, n := range s.facts.UnknownNodes {
		what := "sample"
		if n.Dataset != "heartbeats" {
			what = strings.TrimSuffix(n.Dataset, "s")
		}
		s.note("unknown-node", SeverityWarning, "node:"+n.NodeID, fmt.Sprintf(
			"not in nodes; %s not counted", countWords(fmt.Sprint(n.Count), what)))
	}
	for _, u := range s.facts.Unmatched {
		s.note("unmatched", SeverityInfo, strings.TrimSuffix(u.Dataset, "s")+":"+u.Subject, u.Message)
	}
}

// whyMissed says why a row of an earlier period is in no close.
func (s *settler) whyMissed(p Period) string {
	if s.facts.ClosedSince.IsZero() || p.Before(s.facts.ClosedSince) {
		return p.String() + " is before the first close"
	}
	return p.String() + " was closed without it"
}
