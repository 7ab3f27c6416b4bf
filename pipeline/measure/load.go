package measure

import (
	"context"
	"database/sql/driver"
	"fmt"
	"strings"
	"time"

	"fleetpay/sources"
)

// load makes the tables of all datasets but heartbeats and fills them with the
// good rows. Files that are wrong as a whole are kept in m.broken.
func (m *measurement) load(ctx context.Context) error {
	for _, ds := range sources.Datasets() {
		if ds.Name == heartbeats {
			continue
		}
		if err := m.db.exec(ctx, createTable(ds)); err != nil {
			return err
		}
	}
	if err := m.db.exec(ctx, "CREATE TABLE files (file INTEGER PRIMARY KEY, dataset VARCHAR, name VARCHAR, source INTEGER)"); err != nil {
		return err
	}
	for i, f := range m.files {
		row := fmt.Sprintf("INSERT INTO files VALUES (%d, %s, %s, %d)", i, literal(f.Dataset), literal(f.Name), f.From)
		if err := m.db.exec(ctx, row); err != nil {
			return err
		}
	}
	for i, f := range m.files {
		m.progress("loading", i, len(m.files))
		if f.Dataset == heartbeats {
			continue
		}
		if err := m.breaks(i, m.loadFile(ctx, i)); err != nil {
			return err
		}
		if f.broken {
			if err := m.db.exec(ctx, fmt.Sprintf("DELETE FROM %s WHERE _file = %d", f.Dataset, i)); err != nil {
				return err
			}
		}
	}
	m.progress("loading", len(m.files), len(m.files))
	return nil
}

// createTable makes the table of a dataset: its columns, the place of the file
// in m.files, the line, and the row's number among the good ones of its file,
// since records may share a line.
func createTable(ds *sources.Dataset) string {
	var b strings.Builder
	fmt.Fprintf(&b, "CREATE TABLE %s (", ds.Name)
	for _, c := range ds.Columns {
		fmt.Fprintf(&b, "%q %s, ", c.Name, columnType(c.Type))
	}
	b.WriteString("_file INTEGER, _line BIGINT, _row BIGINT)")
	return b.String()
}

// The widths of decimals: as many digits as sources lets through.
const (
	moneyWidth, moneyScale = 21, 6
	scoreWidth, scoreScale = 33, 18
)

func columnType(t sources.Type) string {
	switch t {
	case sources.Date:
		return "DATE"
	case sources.Instant:
		return "TIMESTAMPTZ"
	case sources.Amount:
		return fmt.Sprintf("DECIMAL(%d,%d)", moneyWidth, moneyScale)
	case sources.Score, sources.Hours:
		return fmt.Sprintf("DECIMAL(%d,%d)", scoreWidth, scoreScale)
	case sources.Flag:
		return "BOOLEAN"
	case sources.Whole:
		return "BIGINT"
	default:
		return "VARCHAR"
	}
}

func (m *measurement) loadFile(ctx context.Context, at int) error {
	f := m.files[at]
	return m.db.fill(f.Dataset, func(add func(...driver.Value) error) error {
		columns := len(f.dataset.Columns)
		values := make([]driver.Value, columns+3)
		number := int64(0)
		emit := func(row sources.Row) error {
			for i, v := range row.Values {
				values[i] = columnValue(f.dataset, i, v)
			}
			number++
			values[columns], values[columns+1], values[columns+2] = int32(at), row.Line, number
			return add(values...)
		}
		counts, err := m.decode(ctx, at, emit, func(r sources.Reject) {
			if f.dataset.Master { // of which other rows name rows
				f.badKeys[r.Key] = true
			}
		})
		f.counts.Read, f.counts.Rejected = counts.Read, counts.Bad
		return err
	})
}

func columnValue(ds *sources.Dataset, i int, v sources.Value) driver.Value {
	if !v.Set {
		return nil
	}
	switch ds.Columns[i].Type {
	case sources.Date:
		return v.Time
	case sources.Instant:
		if ds.Name == "maintenance" {
			// A slot starts on a whole second, so a bound between microseconds
			// parts slots as the next microsecond does.
			return v.Time.Add(time.Microsecond - time.Nanosecond).Truncate(time.Microsecond)
		}
		return v.Time
	case sources.Amount:
		return decimalValue(v.Decimal, moneyWidth, moneyScale)
	case sources.Score, sources.Hours:
		return decimalValue(v.Decimal, scoreWidth, scoreScale)
	case sources.Flag:
		return v.Bool
	case sources.Whole:
		return v.Int64
	default:
		return v.Text
	}
}
