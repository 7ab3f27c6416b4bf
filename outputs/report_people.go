package outputs

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"fleetpay/rules"
)

// The people of a partner's network: its operators, who left, what they learn,
// and how the partner itself stands.

// Operators are those of the network that were active in the month.
func (v *reportView) Operators() *grid {
	period := v.month.Period
	var rows []gridRow
	for _, o := range v.network {
		if !o.LastActiveDay.IsZero() && o.LastActiveDay < period.First() {
			continue
		}
		last := period.Last()
		if !o.LastActiveDay.IsZero() {
			last = min(last, o.LastActiveDay)
		}
		nodes := 0
		for _, d := range o.NodeDays {
			if d.Day == last {
				nodes = d.Nodes
			}
		}
		certified := "not certified"
		if !o.CertifiedOn.IsZero() && o.CertifiedOn <= period.Last() {
			certified = o.CertifiedOn.String()
		}
		rows = append(rows, gridRow{cells: []string{
			v.operatorName(o.ID), orNothing(tierOn(o.Tiers, last)), strconv.Itoa(nodes), orNothing(v.operatorUptime(o)),
			v.statusOf(o), certified, orNothing(hoursText(o.TrainingHours)),
		}})
	}
	if len(rows) == 0 {
		return nil
	}
	return tidyGrid([]gridColumn{
		{"Operator", textCell, 1.8}, {"Tier", textCell, 0.6}, {"Nodes", countCell, 0.6}, {"Uptime", percentCell, 0.9},
		{"Status", textCell, 1.2}, {"Certified on", dateCell, 1}, {"Training", numberCell, 0.8},
	}, rows)
}

// operatorUptime is that of an operator's nodes, "" when none was measured.
func (v *reportView) operatorUptime(o *rules.Operator) string {
	return percentText(Percentage(o.Slots.Up, countedSlots(o.Slots, v.index.missing.of(o.ID))))
}

// hoursText writes hours as a time span, "" for none.
func hoursText(hours decimal.Decimal) string {
	if hours.Sign() <= 0 {
		return ""
	}
	return spanText(hours.Mul(decimal.NewFromInt(60 * 60 * microsPerSecond)).IntPart())
}

// Active says how many of the referred operators are active.
func (v *reportView) Active() string {
	switch {
	case len(v.referred) == 0:
		return v.NoReferral()
	case len(v.network) == 0:
		return "No referred operator has joined yet."
	}
	n := 0
	for _, o := range v.network {
		if o.ActiveOn(v.month.Period.Last()) {
			n++
		}
	}
	verb := "were"
	if n == 1 {
		verb = "was"
	}
	return fmt.Sprintf("Of %s, %d %s active on %s.", counted(len(v.referred), "referred operator"), n, verb, dayName(v.month.Period.Last()))
}

// Departures are the operators of the network that left in the month.
func (v *reportView) Departures() *grid {
	var rows []gridRow
	for _, o := range v.network {
		if o.LastActiveDay.IsZero() || !v.month.Period.Contains(o.LastActiveDay) {
			continue
		}
		rows = append(rows, gridRow{cells: []string{
			v.operatorName(o.ID), o.JoinedOn.String(), o.LastActiveDay.String(), exitWords(o.ExitKind), orNothing(o.NoticeOn.String()),
		}})
	}
	if len(rows) == 0 {
		return nil
	}
	return tidyGrid([]gridColumn{
		{"Operator", textCell, 1.8}, {"Joined on", dateCell, 1}, {"Last active day", dateCell, 1}, {"Reason", textCell, 1.4}, {"Notice on", dateCell, 1},
	}, rows)
}

func exitWords(kind string) string {
	switch kind {
	case "":
		return "not stated"
	case "voluntary":
		return "left of its own will"
	case "for_cause":
		return "ended for cause"
	}
	return kind
}

// Trainings are those completed in the month, by day.
func (v *reportView) Trainings() *grid {
	var rows []gridRow
	for _, o := range v.network {
		for _, t := range v.index.trainings[o.ID] {
			if v.month.Period.Contains(t.CompletedOn) {
				rows = append(rows, gridRow{cells: []string{
					t.CompletedOn.String(), v.operatorName(o.ID), t.Kind, orNothing(t.Title), orNothing(hoursText(t.Hours)),
				}})
			}
		}
	}
	if len(rows) == 0 {
		return nil
	}
	slices.SortStableFunc(rows, func(a, b gridRow) int { return strings.Compare(a.cells[0], b.cells[0]) })
	return tidyGrid([]gridColumn{
		{"Completed on", dateCell, 1}, {"Operator", textCell, 1.6}, {"Kind", textCell, 1}, {"Title", textCell, 2}, {"Hours", numberCell, 0.9},
	}, rows)
}

// Renewals names the operators whose certification is to be renewed by the end of
// the next month, or should have been.
func (v *reportView) Renewals() *grid {
	months := v.month.Report.RecertificationMonths
	if months == 0 {
		return nil
	}
	period := v.month.Period
	var rows []gridRow
	for _, o := range v.network {
		if !o.ActiveOn(period.Last()) || o.CertifiedOn.IsZero() {
			continue
		}
		last := o.CertifiedOn
		for _, t := range v.index.trainings[o.ID] {
			if (t.Kind == "certification" || t.Kind == "recertification") && t.CompletedOn <= period.Last() {
				last = max(last, t.CompletedOn)
			}
		}
		due := last.AddMonths(months)
		if due > period.Next().Last() {
			continue
		}
		state := "due"
		if due <= period.Last() {
			state = "overdue"
		}
		rows = append(rows, gridRow{cells: []string{v.operatorName(o.ID), last.String(), due.String(), state}})
	}
	if len(rows) == 0 {
		return nil
	}
	return gridOf([]gridColumn{
		{"Operator", textCell, 1.8}, {"Last certified", dateCell, 1}, {"Renewal by", dateCell, 1}, {"State", textCell, 1},
	}, rows)
}

// MentorshipDays is how long a new operator is to be mentored; 0 when it is not
// asked for.
func (v *reportView) MentorshipDays() int { return v.month.Report.MentorshipDays }

// Mentorships is the log of the operators in their first days.
func (v *reportView) Mentorships() *grid {
	days := rules.Date(v.month.Report.MentorshipDays)
	period := v.month.Period
	var rows []gridRow
	for _, o := range v.network {
		end := o.JoinedOn + days - 1
		if days == 0 || end < period.First() {
			continue
		}
		mentor, dates, onboarded := "none recorded", "", ""
		for _, s := range v.index.mentorships[o.ID] {
			if s.StartsOn > end || !s.EndsOn.IsZero() && s.EndsOn < o.JoinedOn {
				continue
			}
			mentor, dates = v.operatorName(s.mentor), "from "+s.StartsOn.String()
			if !s.EndsOn.IsZero() {
				dates = s.StartsOn.String() + " to " + s.EndsOn.String()
			}
			if !s.OnboardedOn.IsZero() && s.OnboardedOn <= period.Last() {
				onboarded = s.OnboardedOn.String()
			}
			if s.mentor == v.partner.OperatorID {
				mentor += ", the partner's own"
				break
			}
		}
		rows = append(rows, gridRow{cells: []string{
			v.operatorName(o.ID), o.JoinedOn.String() + " to " + end.String(), mentor, orNothing(dates), orNothing(onboarded),
		}})
	}
	if len(rows) == 0 {
		return nil
	}
	return tidyGrid([]gridColumn{
		{"Operator", textCell, 1.6}, {fmt.Sprintf("First %d days", days), textCell, 1.4}, {"Mentor", textCell, 1.6},
		{"Mentored", textCell, 1.4}, {"Onboarded on", dateCell, 1},
	}, rows)
}

// Standing is how the partner stands against what its version asks of it.
func (v *reportView) Standing() *grid {
	var rows []gridRow
	for _, s := range v.index.standings[v.payout.PayeeID] {
		label := s.Label
		if label == "" {
			label = s.Requirement
		}
		met := "met"
		switch {
		case !s.Met && s.Withholds:
			met = "not met; commission is not earned"
		case !s.Met:
			met = "not met; nothing is withheld"
		}
		rows = append(rows, gridRow{cells: []string{label, strings.Join(s.Found, "; "), met}})
	}
	if len(rows) == 0 {
		return nil
	}
	return tidyGrid([]gridColumn{{"Requirement", textCell, 2}, {"Found", textCell, 2}, {"Result", textCell, 1.2}}, rows)
}

// OwnUptime is that of the partner's own nodes, "" without any.
func (v *reportView) OwnUptime() string {
	o := v.own()
	if o == nil {
		return ""
	}
	uptime := v.operatorUptime(o)
	if uptime == "" {
		return ""
	}
	return fmt.Sprintf("The partner's own nodes, as %s, were up %s of the time.", v.operatorName(o.ID), uptime)
}
