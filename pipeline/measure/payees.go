package measure

import (
	"context"
	"database/sql"

	"github.com/shopspring/decimal"

	"fleetpay/rules"
)

// operators reads the operators and, query by query, what was measured of each.
func (m *measurement) operators(ctx context.Context, f *rules.Facts) error {
	of, err := payees(ctx, m.db, "operators", &f.Operators, func(o *rules.Operator) (*string, []any) {
		return &o.ID, []any{&o.Name, &o.Region, date{&o.JoinedOn}, date{&o.CertifiedOn}, date{&o.LastActiveDay},
			&o.ExitKind, date{&o.NoticeOn}, &o.CommitmentMonths, &o.Agreement, &o.Destination.Chain, &o.Destination.Wallet}
	})
	if err != nil {
		return err
	}
	type incidents struct {
		scope string
		rules.Incidents
	}
	return m.db.readAll(ctx, []reading{
		{query("tiers"), about(of, tierColumns, func(o *rules.Operator, t rules.TierSince) { o.Tiers = append(o.Tiers, t) })},
		{query("operator_days"), about(of, dayColumns, func(o *rules.Operator, d rules.NodeDay) { o.NodeDays = append(o.NodeDays, d) })},
		{query("exits"), about(of, dayColumns, func(o *rules.Operator, d rules.NodeDay) { o.Exit = &d })},
		{query("operator_slots"), about(of, func(s *rules.Slots) []any {
			return []any{&s.Expected, &s.Up, &s.Missing, &s.Maintenance}
		}, func(o *rules.Operator, s rules.Slots) { o.Slots = s })},
		{query("incidents"), about(of, func(i *incidents) []any {
			return []any{&i.scope, &i.Count, &i.Unanswered, &i.FirstUnanswered,
				&i.ResponseSum, &i.ResponseMax, &i.Slowest, &i.Resolved, &i.ResolveSum}
		}, func(o *rules.Operator, i incidents) {
			if i.scope == "critical" {
				o.Critical = i.Incidents
			} else {
				o.Incidents = i.Incidents
			}
		})},
		{query("tasks"), about(of, func(t *rules.Tasks) []any {
			return []any{&t.Succeeded, &t.Failed, &t.Expired, &t.Cancelled}
		}, func(o *rules.Operator, t rules.Tasks) { o.Tasks = t })},
		{leadsOf(rules.OperatorPayee), about(of, leadColumns, func(o *rules.Operator, l leads) {
			o.QualifiedLeads, o.ConvertedLeads = l.qualified, l.converted
		})},
		{query("mentorships"), about(of, func(s *rules.Mentorship) []any {
			return []any{&s.ID, &s.MenteeID, date{&s.StartsOn}, date{&s.EndsOn}, date{&s.OnboardedOn}}
		}, func(o *rules.Operator, s rules.Mentorship) { o.Mentorships = append(o.Mentorships, s) })},
		{query("reviews"), about(of, exactColumn, func(o *rules.Operator, score decimal.Decimal) { o.Review = &score })},
		{query("training_hours"), about(of, exactColumn, func(o *rules.Operator, hours decimal.Decimal) { o.TrainingHours = hours })},
	})
}

// partners reads the partners and, query by query, what was measured of each.
func (m *measurement) partners(ctx context.Context, f *rules.Facts) error {
	of, err := payees(ctx, m.db, "partners", &f.Partners, func(p *rules.Partner) (*string, []any) {
		return &p.ID, []any{&p.Name, &p.Region, date{&p.Since}, &p.OperatorID, &p.Agreement,
			&p.Destination.Chain, &p.Destination.Wallet}
	})
	if err != nil {
		return err
	}
	type qualified struct {
		first rules.Date
		count int64
	}
	return m.db.readAll(ctx, []reading{
		{query("partner_tiers"), about(of, tierColumns, func(p *rules.Partner, t rules.TierSince) { p.Tiers = append(p.Tiers, t) })},
		{query("referrals"), about(of, func(r *rules.Referral) []any {
			return []any{&r.ID, &r.OperatorID, date{&r.ReferredOn}}
		}, func(p *rules.Partner, r rules.Referral) { p.Referrals = append(p.Referrals, r) })},
		{query("qualified_leads"), about(of, func(q *qualified) []any {
			return []any{date{&q.first}, &q.count}
		}, func(p *rules.Partner, q qualified) {
			p.QualifiedLeads = append(p.QualifiedLeads, rules.MonthCount{Period: rules.PeriodOf(q.first), Count: q.count})
		})},
		{leadsOf(rules.PartnerPayee), about(of, leadColumns, func(p *rules.Partner, l leads) { p.ConvertedLeads = l.converted })},
	})
}

// payees reads the payees that a query gives, whose first column is the id, and
// returns what finds one of them by its id.
func payees[P any](ctx context.Context, db *database, name string, all *[]P, columns func(*P) (*string, []any)) (func(id string) *P, error) {
	place := map[string]int{}
	err := db.each(ctx, query(name), func(rows *sql.Rows) error {
		var p P
		id, rest := columns(&p)
		if err := rows.Scan(append([]any{id}, rest...)...); err != nil {
			return err
		}
		place[*id] = len(*all)
		*all = append(*all, p)
		return nil
	})
	return func(id string) *P { return &(*all)[place[id]] }, err
}

// about hands each row, whose first column names a payee, to put.
func about[P, F any](of func(id string) *P, columns func(*F) []any, put func(*P, F)) func(*sql.Rows) error {
	return func(rows *sql.Rows) error {
		var id string
		var f F
		if err := rows.Scan(append([]any{&id}, columns(&f)...)...); err != nil {
			return err
		}
		put(of(id), f)
		return nil
	}
}

func tierColumns(t *rules.TierSince) []any { return []any{&t.Tier, date{&t.From}} }
func dayColumns(d *rules.NodeDay) []any    { return []any{date{&d.Day}, &d.Nodes} }
func exactColumn(d *decimal.Decimal) []any { return []any{exact{d}} }
func leadColumns(l *leads) []any           { return []any{&l.qualified, &l.converted} }

// leads counts those of a payee that were qualified and converted in the period.
type leads struct{ qualified, converted int64 }

func leadsOf(kind rules.PayeeKind) string { return query("leads", "{kind}", string(kind)) }
