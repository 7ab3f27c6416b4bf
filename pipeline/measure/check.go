package measure

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"strings"

	"fleetpay/sources"
)

// reference is a column whose values must exist elsewhere.
type reference struct {
	table, column string
	target, key   string
	where         string // which rows of the table name this target
}

// references lists what must exist. Nodes that heartbeats and incidents name
// are not among them: an unknown one is counted, not refused.
var references = []reference{
	{"tiers", "operator_id", "operators", "operator_id", "true"},
	{"nodes", "operator_id", "operators", "operator_id", "true"},
	{"tasks", "operator_id", "operators", "operator_id", "true"},
	{"partners", "operator_id", "operators", "operator_id", "true"},
	{"partner_tiers", "partner_id", "partners", "partner_id", "true"},
	{"referrals", "partner_id", "partners", "partner_id", "true"},
	{"referrals", "operator_id", "operators", "operator_id", "true"},
	{"leads", "source_id", "operators", "operator_id", "source_kind = 'operator'"},
	{"leads", "source_id", "partners", "partner_id", "source_kind = 'partner'"},
	{"mentorships", "mentor_id", "operators", "operator_id", "true"},
	{"mentorships", "mentee_id", "operators", "operator_id", "true"},
	{"reviews", "operator_id", "operators", "operator_id", "true"},
	{"adjustments", "payee_id", "operators", "operator_id", "payee_kind = 'operator'"},
	{"adjustments", "payee_id", "partners", "partner_id", "payee_kind = 'partner'"},
	{"trainings", "operator_id", "operators", "operator_id", "true"},
	{"activities", "partner_id", "partners", "partner_id", "true"},
	{"notes", "partner_id", "partners", "partner_id", "true"},
	{"confirmations", "payee_id", "operators", "operator_id", "payee_kind = 'operator'"},
	{"confirmations", "payee_id", "partners", "partner_id", "payee_kind = 'partner'"},
	{"balances", "payee_id", "operators", "operator_id", "payee_kind = 'operator'"},
	{"balances", "payee_id", "partners", "partner_id", "payee_kind = 'partner'"},
}

// check finds the rows that are wrong only beside others, and then takes all bad
// rows out of the tables, so that what is counted and measured rests on none.
func (m *measurement) check(ctx context.Context) error {
	for _, ds := range sources.Datasets() {
		if ds.Key == nil {
			continue
		}
		if err := m.runCheck(ctx, query("check_unique", "{table}", ds.Name, "{column}", ds.Key[0],
			"{keys}", strings.Join(ds.Key, ", "), "{value}", "concat_ws(', ', "+strings.Join(ds.Key, ", ")+")",
			"{rule}", uniqueRule(ds.Key)), nil); err != nil {
			return err
		}
	}
	if err := m.combine(ctx); err != nil {
		return err
	}
	for _, r := range references {
		if m.incomplete(r.target) {
			continue
		}
		if err := m.runCheck(ctx, query("check_reference", "{table}", r.table, "{column}", r.column,
			"{target}", r.target, "{key}", r.key, "{where}", r.where), func(key string) bool { return m.misses(r.target, key) }); err != nil {
			return err
		}
	}
	across := []string{"check_overlaps", "check_referrals"}
	if !m.incomplete("operators") && !m.incomplete("nodes") {
		across = append(across, "check_scopes")
	}
	for _, name := range across {
		if err := m.runCheck(ctx, query(name), m.missesScope); err != nil {
			return err
		}
	}
	if err := m.checkRepeats(ctx); err != nil {
		return err
	}
	return m.removeBadRows(ctx)
}

func uniqueRule(key []string) string {
	if len(key) == 1 {
		return key[0] + " must be unique"
	}
	return list(key) + " must be unique together"
}

// missesScope tells whether the scope of a maintenance window names a row that is
// there and bad. No other value has its form.
func (m *measurement) missesScope(scope string) bool {
	kind, id, _ := strings.Cut(scope, ":")
	return kind == "operator" && m.misses("operators", id) || kind == "node" && m.misses("nodes", id)
}

// runCheck keeps the rejects that a check finds: _file, _line, _row, column,
// value, and what the message says behind the quoted value. A value that is
// excused is not rejected.
func (m *measurement) runCheck(ctx context.Context, query string, excused func(value string) bool) error {
	return m.db.each(ctx, query, func(rows *sql.Rows) error {
		var at int
		var row int64
		var r sources.Reject
		if err := rows.Scan(&at, &r.Line, &row, &r.Column, &r.Value, &r.Message); err != nil {
			return err
		}
		if excused != nil && excused(r.Value) {
			return nil
		}
		r.Message = quote(r.Value) + " " + r.Message
		return m.rejectRow(at, row, r)
	})
}

// rejectRow keeps a reject of a row that is in its table.
func (m *measurement) rejectRow(at int, row int64, r sources.Reject) error {
	f := m.files[at]
	r.File = f.Name
	m.add(at, r)
	if f.flood == nil {
		f.bad[row] = true
	} else if !f.broken {
		return m.breaks(at, f.flood)
	}
	return nil
}

// removeBadRows takes the rejected rows out of the tables, and counts them beside
// those that are in none.
func (m *measurement) removeBadRows(ctx context.Context) error {
	if err := m.db.exec(ctx, "CREATE TABLE bad_rows (file INTEGER, number BIGINT)"); err != nil {
		return err
	}
	spoiled := map[string]bool{}
	err := m.db.fill("bad_rows", func(add func(...driver.Value) error) error {
		for at, f := range m.files {
			f.counts.Rejected += int64(len(f.bad))
			for number := range f.bad {
				spoiled[f.Dataset] = true
				if err := add(int32(at), number); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, ds := range sources.Datasets() {
		if !spoiled[ds.Name] {
			continue
		}
		if err := m.db.run(ctx, "bad_rows", "{table}", ds.Name); err != nil {
			return err
		}
	}
	return nil
}
