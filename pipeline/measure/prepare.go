package measure

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

const secondsPerDay = 24 * 60 * 60

// prepare sets what all queries know of the period and makes the tables that
// several of them rest on.
func (m *measurement) prepare(ctx context.Context) error {
	p := m.in.Period
	begins, ends := p.First().Time(), p.Next().First().Time()
	for _, v := range [][2]string{
		{"period", literal(p.String())},
		{"quarter", literal(p.Quarter())},
		{"first_day", "DATE " + literal(p.First().String())},
		{"last_day", "DATE " + literal(p.Last().String())},
		{"begins", "TIMESTAMPTZ " + literal(begins.Format(time.RFC3339))},
		{"ends", "TIMESTAMPTZ " + literal(ends.Format(time.RFC3339))},
		{"begins_us", fmt.Sprintf("%d::BIGINT", begins.UnixMicro())},
		{"ends_us", fmt.Sprintf("%d::BIGINT", ends.UnixMicro())},
		{"earliest_us", fmt.Sprintf("%d::BIGINT", earliest.UnixMicro())},
		{"latest_us", fmt.Sprintf("%d::BIGINT", latest.UnixMicro())},
		{"slot_us", fmt.Sprintf("%d::BIGINT", m.in.Interval.Microseconds())},
		{"slots", fmt.Sprintf("%d::BIGINT", gridOf(p, m.in.Interval).slots())},
		{"gap_seconds", fmt.Sprintf("%d::BIGINT", m.in.GapSeconds)},
	} {
		if err := m.db.set(ctx, v[0], v[1]); err != nil {
			return err
		}
	}
	for _, name := range []string{"stays", "node_days", "partial_nodes", "windows", "covering_windows", "incident_nodes"} {
		if err := m.db.run(ctx, name); err != nil {
			return err
		}
	}
	return nil
}

// The instants that sources.Decode lets through. One beyond them puts a
// heartbeat file in doubt.
var (
	earliest = time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC)
	latest   = time.Date(2200, 12, 31, 23, 59, 59, 999_999_000, time.UTC)
)

// countRows counts the rows of every file by what became of them.
func (m *measurement) countRows(ctx context.Context) ([]Counts, error) {
	for _, name := range []string{"row_fates", "sample_fates"} {
		err := m.db.each(ctx, query(name), func(rows *sql.Rows) error {
			var at int
			var fate string
			var n int64
			if err := rows.Scan(&at, &fate, &n); err != nil {
				return err
			}
			c := &m.files[at].counts
			switch fate {
			case "used":
				c.Used += n
			case "outside":
				c.Outside += n
			default:
				c.Unmatched += n
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	counts := make([]Counts, len(m.files))
	for i, f := range m.files {
		c := f.counts
		if c.Read != c.Used+c.Outside+c.Unmatched+c.Rejected {
			return nil, fmt.Errorf("%s: %d rows read, but %d used + %d outside the period + %d unmatched + %d rejected",
				c.Name, c.Read, c.Used, c.Outside, c.Unmatched, c.Rejected)
		}
		counts[i] = c
	}
	return counts, nil
}
