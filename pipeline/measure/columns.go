package measure

import (
	"database/sql"
	"fmt"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"fleetpay/rules"
)

// into appends a noun for each row, read into the places that columns names.
func into[T any](all *[]T, columns func(*T) []any) func(*sql.Rows) error {
	return func(rows *sql.Rows) error {
		var one T
		if err := rows.Scan(columns(&one)...); err != nil {
			return err
		}
		*all = append(*all, one)
		return nil
	}
}

// date, month, cents, exact and optional read a column into a rules noun; an
// absent value leaves the zero.
type (
	date     struct{ d *rules.Date }
	month    struct{ p *rules.Period }
	cents    struct{ m *rules.Money }
	exact    struct{ d *decimal.Decimal }
	optional struct{ d **decimal.Decimal }
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

func (c optional) Scan(v any) error {
	if v == nil {
		return nil
	}
	*c.d = new(decimal.Decimal)
	return exact{*c.d}.Scan(v)
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

// listOf reads a column that holds a list; an absent one leaves none.
type listOf[T any] struct{ to *[]T }

func (c listOf[T]) Scan(v any) error {
	values, _ := v.([]any)
	*c.to = slices.Grow([]T(nil), len(values))
	for _, v := range values {
		t, ok := v.(T)
		if !ok {
			return fmt.Errorf("a list holds a %T", v)
		}
		*c.to = append(*c.to, t)
	}
	return nil
}
