package measure

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"fleetpay/rules"
	"fleetpay/sources"
)

// facts reads what was measured.
func (m *measurement) facts(ctx context.Context) (*rules.Facts, error) {
	f := &rules.Facts{Period: m.in.Period, Absent: map[string]bool{}}
	for _, ds := range sources.Datasets() {
		if !m.in.Present[ds.Name] {
			f.Absent[ds.Name] = true
		}
	}
	if err := m.db.readAll(ctx, []reading{
		{query("nodes"), into(&f.Nodes, func(n *rules.Node) []any {
			return []any{&n.ID, &n.OperatorID, &n.Location, &n.Days, &n.Samples,
				&n.Slots.Expected, &n.Slots.Up, &n.Slots.Missing, &n.Slots.Maintenance}
		})},
		{query("revenue"), into(&f.Revenue, func(r *rules.RegionRevenue) []any {
			return []any{&r.Region, exact{&r.Amount}}
		})},
		{query("converted_leads"), into(&f.ConvertedLeads, func(l *rules.ConvertedLead) []any {
			return []any{&l.ID, &l.SourceKind, &l.SourceID, optional{&l.Revenue}}
		})},
		{query("stages"), into(&f.Stages, func(s *rules.Stage) []any {
			return []any{&s.OperatorID, &s.Name, &s.Stage, date{&s.Since}}
		})},
		{query("unknown_nodes"), into(&f.UnknownNodes, func(n *rules.UnknownNode) []any {
			return []any{&n.NodeID, &n.Dataset, &n.Count}
		})},
	}); err != nil {
		return nil, err
	}
	for _, read := range []func(context.Context, *rules.Facts) error{
		m.operators, m.partners, m.adjustments, m.returns, m.gaps, m.silences, m.unmatched,
	} {
		if err := read(ctx, f); err != nil {
			return nil, err
		}
	}
	return f, nil
}

func (m *measurement) adjustments(ctx context.Context, f *rules.Facts) error {
	return m.db.each(ctx, query("adjustments"), func(rows *sql.Rows) error {
		var a rules.Adjustment
		if err := rows.Scan(&a.ID, &a.PayeeKind, &a.PayeeID, month{&a.Period}, cents{&a.Amount},
			&a.Reason, &a.ApprovedBy, month{&a.ForPeriod}); err != nil {
			return err
		}
		if a.Period == m.in.Period {
			f.Adjustments = append(f.Adjustments, a)
		} else {
			f.Missed = append(f.Missed, a)
		}
		return nil
	})
}

func (m *measurement) returns(ctx context.Context, f *rules.Facts) error {
	return m.db.each(ctx, query("returns"), func(rows *sql.Rows) error {
		var r rules.Return
		if err := rows.Scan(&r.ID, &r.PaymentID, month{&r.Period}, &r.Reason, &r.ApprovedBy); err != nil {
			return err
		}
		if r.Period == m.in.Period {
			f.Returns = append(f.Returns, r)
		} else {
			f.MissedReturns = append(f.MissedReturns, r)
		}
		return nil
	})
}

func (m *measurement) balances(ctx context.Context) (carried []rules.Carried, err error) {
	err = m.db.each(ctx, query("balances"), into(&carried, func(c *rules.Carried) []any {
		return []any{&c.PayeeKind, &c.PayeeID, cents{&c.Amount}}
	}))
	return carried, err
}

func (m *measurement) confirmations(ctx context.Context) (confirmed []Confirmation, err error) {
	err = m.db.each(ctx, query("confirmations"), into(&confirmed, func(c *Confirmation) []any {
		return []any{&c.PayeeKind, &c.PayeeID, &c.Chain, &c.Wallet, &c.ConfirmedBy}
	}))
	return confirmed, err
}

func (m *measurement) unmatched(ctx context.Context, f *rules.Facts) error {
	return m.db.each(ctx, query("unmatched"), func(rows *sql.Rows) error {
		var u rules.Unmatched
		var day rules.Date
		if err := rows.Scan(&u.Dataset, &u.Subject, date{&day}); err != nil {
			return err
		}
		if u.Dataset == "incidents" {
			u.Message = fmt.Sprintf("names no node that was active on %s", day)
		} else {
			u.Message = fmt.Sprintf("begins on %s and covers no active node", day)
		}
		f.Unmatched = append(f.Unmatched, u)
		return nil
	})
}

func (m *measurement) gaps(ctx context.Context, f *rules.Facts) error {
	if m.in.GapSeconds <= 0 {
		return nil
	}
	slot := int64(m.in.Interval.Seconds())
	begins := m.in.Period.First().Time().Unix()
	return m.db.each(ctx, query("gaps"), func(rows *sql.Rows) error {
		var first, last int64
		if err := rows.Scan(&first, &last); err != nil {
			return err
		}
		from, to := begins+first*slot, begins+(last+1)*slot
		f.Gaps = append(f.Gaps, rules.Gap{From: instant(from), To: instant(to), Seconds: to - from})
		return nil
	})
}

func instant(unix int64) string { return time.Unix(unix, 0).UTC().Format(time.RFC3339) }
