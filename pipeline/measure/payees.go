package measure

import (
	"context"
	"database/sql"

	"fleetpay/rules"
)

// operators reads the operators and, query by query, what was measured of each.
func (m *measurement) operators(ctx context.Context, f *rules.Facts) error {
	place := map[string]int{}
	err := m.db.each(ctx, query("operators"), func(rows *sql.Rows) error {
		var o rules.Operator
		if err := rows.Scan(&o.ID, &o.Name, &o.Region, date{&o.JoinedOn}, date{&o.CertifiedOn}, date{&o.LastActiveDay},
			&o.ExitKind, date{&o.NoticeOn}, &o.CommitmentMonths, &o.Agreement,
			&o.Destination.Chain, &o.Destination.Wallet); err != nil {
			return err
		}
		place[o.ID] = len(f.Operators)
		f.Operators = append(f.Operators, o)
		return nil
	})
	if err != nil {
		return err
	}
	of := func(id string) *rules.Operator { return &f.Operators[place[id]] }
	for _, fact := range []struct {
		query string
		scan  func(*sql.Rows) error
	}{
		{"tiers", func(rows *sql.Rows) error {
			var id string
			var t rules.TierSince
			if err := rows.Scan(&id, &t.Tier, date{&t.From}); err != nil {
				return err
			}
			of(id).Tiers = append(of(id).Tiers, t)
			return nil
		}},
		{"operator_days", func(rows *sql.Rows) error {
			var id string
			var d rules.NodeDay
			if err := rows.Scan(&id, date{&d.Day}, &d.Nodes); err != nil {
				return err
			}
			of(id).NodeDays = append(of(id).NodeDays, d)
			return nil
		}},
		{"exits", func(rows *sql.Rows) error {
			var id string
			var d rules.NodeDay
			if err := rows.Scan(&id, date{&d.Day}, &d.Nodes); err != nil {
				return err
			}
			of(id).Exit = &d
			return nil
		}},
		{"operator_slots", func(rows *sql.Rows) error {
			var id string
			var s rules.Slots
			if err := rows.Scan(&id, &s.Expected, &s.Up, &s.Missing, &s.Maintenance); err != nil {
				return err
			}
			of(id).Slots = s
			return nil
		}},
		{"incidents", func(rows *sql.Rows) error {
			var id, scope string
			var i rules.Incidents
			if err := rows.Scan(&id, &scope, &i.Count, &i.Unanswered, &i.FirstUnanswered,
				&i.ResponseSum, &i.ResponseMax, &i.Slowest, &i.Resolved, &i.ResolveSum); err != nil {
				return err
			}
			if scope == "critical" {
				of(id).Critical = i
			} else {
				of(id).Incidents = i
			}
			return nil
		}},
		{"tasks", func(rows *sql.Rows) error {
			var id string
			var t rules.Tasks
			if err := rows.Scan(&id, &t.Succeeded, &t.Failed, &t.Expired, &t.Cancelled); err != nil {
				return err
			}
			of(id).Tasks = t
			return nil
		}},
		{"leads", func(rows *sql.Rows) error {
			var kind rules.PayeeKind
			var id string
			var qualified, converted int64
			if err := rows.Scan(&kind, &id, &qualified, &converted); err != nil {
				return err
			}
			if kind == rules.OperatorPayee {
				of(id).QualifiedLeads, of(id).ConvertedLeads = qualified, converted
			}
			return nil
		}},
		{"mentorships", func(rows *sql.Rows) error {
			var id string
			var s rules.Mentorship
			if err := rows.Scan(&id, &s.ID, &s.MenteeID, date{&s.StartsOn}, date{&s.EndsOn}, date{&s.OnboardedOn}); err != nil {
				return err
			}
			of(id).Mentorships = append(of(id).Mentorships, s)
			return nil
		}},
		{"reviews", func(rows *sql.Rows) error {
			var id, score string
			if err := rows.Scan(&id, &score); err != nil {
				return err
			}
			d, err := parseExact(score)
			of(id).Review = &d
			return err
		}},
		{"training_hours", func(rows *sql.Rows) error {
			var id, hours string
			if err := rows.Scan(&id, &hours); err != nil {
				return err
			}
			d, err := parseExact(hours)
			of(id).TrainingHours = d
			return err
		}},
	} {
		if err := m.db.each(ctx, query(fact.query), fact.scan); err != nil {
			return err
		}
	}
	return nil
}

// partners reads the partners and, query by query, what was measured of each.
func (m *measurement) partners(ctx context.Context, f *rules.Facts) error {
	place := map[string]int{}
	err := m.db.each(ctx, query("partners"), func(rows *sql.Rows) error {
		var p rules.Partner
		if err := rows.Scan(&p.ID, &p.Name, &p.Region, date{&p.Since}, &p.OperatorID, &p.Agreement,
			&p.Destination.Chain, &p.Destination.Wallet); err != nil {
			return err
		}
		place[p.ID] = len(f.Partners)
		f.Partners = append(f.Partners, p)
		return nil
	})
	if err != nil {
		return err
	}
	of := func(id string) *rules.Partner { return &f.Partners[place[id]] }
	for _, fact := range []struct {
		query string
		scan  func(*sql.Rows) error
	}{
		{"partner_tiers", func(rows *sql.Rows) error {
			var id string
			var t rules.TierSince
			if err := rows.Scan(&id, &t.Tier, date{&t.From}); err != nil {
				return err
			}
			of(id).Tiers = append(of(id).Tiers, t)
			return nil
		}},
		{"referrals", func(rows *sql.Rows) error {
			var id string
			var r rules.Referral
			if err := rows.Scan(&id, &r.ID, &r.OperatorID, date{&r.ReferredOn}); err != nil {
				return err
			}
			of(id).Referrals = append(of(id).Referrals, r)
			return nil
		}},
		{"qualified_leads", func(rows *sql.Rows) error {
			var id string
			var first rules.Date
			var c rules.MonthCount
			if err := rows.Scan(&id, date{&first}, &c.Count); err != nil {
				return err
			}
			c.Period = rules.PeriodOf(first)
			of(id).QualifiedLeads = append(of(id).QualifiedLeads, c)
			return nil
		}},
		{"leads", func(rows *sql.Rows) error {
			var kind rules.PayeeKind
			var id string
			var qualified, converted int64
			if err := rows.Scan(&kind, &id, &qualified, &converted); err != nil {
				return err
			}
			if kind == rules.PartnerPayee {
				of(id).ConvertedLeads = converted
			}
			return nil
		}},
	} {
		if err := m.db.each(ctx, query(fact.query), fact.scan); err != nil {
			return err
		}
	}
	return nil
}
