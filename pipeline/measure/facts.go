package measure

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/shopspring/decimal"

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
	for _, read := range []func(context.Context, *rules.Facts) error{
		m.operators, m.partners, m.nodes, m.revenue, m.convertedLeads,
		m.adjustments, m.unknownNodes, m.gaps, m.unmatched,
	} {
		if err := read(ctx, f); err != nil {
			return nil, err
		}
	}
	return f, nil
}

func (m *measurement) nodes(ctx context.Context, f *rules.Facts) error {
	return m.db.each(ctx, query("nodes"), func(rows *sql.Rows) error {
		var n rules.Node
		s := &n.Slots
		if err := rows.Scan(&n.ID, &n.OperatorID, &n.Location, &n.Days, &n.Samples,
			&s.Expected, &s.Up, &s.Missing, &s.Maintenance); err != nil {
			return err
		}
		f.Nodes = append(f.Nodes, n)
		return nil
	})
}

func (m *measurement) revenue(ctx context.Context, f *rules.Facts) error {
	return m.db.each(ctx, query("revenue"), func(rows *sql.Rows) error {
		var r rules.RegionRevenue
		if err := rows.Scan(&r.Region, exact{&r.Amount}); err != nil {
			return err
		}
		f.Revenue = append(f.Revenue, r)
		return nil
	})
}

func (m *measurement) convertedLeads(ctx context.Context, f *rules.Facts) error {
	return m.db.each(ctx, query("converted_leads"), func(rows *sql.Rows) error {
		var l rules.ConvertedLead
		var revenue sql.NullString
		if err := rows.Scan(&l.ID, &l.SourceKind, &l.SourceID, &revenue); err != nil {
			return err
		}
		if revenue.Valid {
			d, err := parseExact(revenue.String)
			if err != nil {
				return err
			}
			l.Revenue = &d
		}
		f.ConvertedLeads = append(f.ConvertedLeads, l)
		return nil
	})
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

func (m *measurement) balances(ctx context.Context) (carried []rules.Carried, err error) {
	err = m.db.each(ctx, query("balances"), func(rows *sql.Rows) error {
		var c rules.Carried
		if err := rows.Scan(&c.PayeeKind, &c.PayeeID, cents{&c.Amount}); err != nil {
			return err
		}
		carried = append(carried, c)
		return nil
	})
	return carried, err
}

func (m *measurement) confirmations(ctx context.Context) (confirmed []Confirmation, err error) {
	err = m.db.each(ctx, query("confirmations"), func(rows *sql.Rows) error {
		var c Confirmation
		if err := rows.Scan(&c.PayeeKind, &c.PayeeID, &c.Chain, &c.Wallet, &c.ConfirmedBy); err != nil {
			return err
		}
		confirmed = append(confirmed, c)
		return nil
	})
	return confirmed, err
}

func (m *measurement) unknownNodes(ctx context.Context, f *rules.Facts) error {
	return m.db.each(ctx, query("unknown_nodes"), func(rows *sql.Rows) error {
		var n rules.UnknownNode
		if err := rows.Scan(&n.NodeID, &n.Dataset, &n.Count); err != nil {
			return err
		}
		f.UnknownNodes = append(f.UnknownNodes, n)
		return nil
	})
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

// date, month, cents and exact read a column into a rules noun; an absent value
// leaves the zero.
type (
	date  struct{ d *rules.Date }
	month struct{ p *rules.Period }
	cents struct{ m *rules.Money }
	exact struct{ d *decimal.Decimal }
)

func (c date) Scan(v any) error {
	if t, ok := v.(time.Time); ok {
		*c.d = rules.DateOf(t)
	}
	return nil
}

func (c month) Scan(v any) (err error) {
	if s, ok := v.(string); ok && s != "" {
		*c.p, err = rules.ParsePeriod(s)
	}
	return err
}

func (c cents) Scan(v any) (err error) {
	if s, ok := v.(string); ok {
		*c.m, err = rules.ParseMoney(s)
	}
	return err
}

func (c exact) Scan(v any) (err error) {
	if s, ok := v.(string); ok {
		*c.d, err = parseExact(s)
	}
	return err
}

// parseExact reads a decimal as SQL writes it, without the zeros that only the
// column's scale gives it.
func parseExact(s string) (decimal.Decimal, error) {
	d, err := decimal.NewFromString(s)
	if err != nil {
		return d, err
	}
	return decimal.NewFromString(d.String())
}
