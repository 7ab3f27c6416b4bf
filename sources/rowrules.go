package sources

import "fmt"

// rowRule is a check between two cells of one row. It blames the first, and is
// left out when either cell is bad already: the row is reported for that.
type rowRule struct {
	column, other string
	at, otherAt   int
	check         func(value, other Value) string // what is wrong; "" for nothing
}

// notBefore: the day or instant in column is not earlier than the other's.
func notBefore(column, other string) rowRule {
	return rowRule{column: column, other: other, check: func(v, o Value) string {
		if !v.Set || !o.Set || !v.Time.Before(o.Time) {
			return ""
		}
		return fmt.Sprintf("%s is before %s %s; it may be the same or later", quote(v.Text), other, quote(o.Text))
	}}
}

// after: the instant in column is later than the other's.
func after(column, other string) rowRule {
	return rowRule{column: column, other: other, check: func(v, o Value) string {
		if !v.Set || !o.Set || v.Time.After(o.Time) {
			return ""
		}
		return fmt.Sprintf("%s is not after %s %s; it must be later", quote(v.Text), other, quote(o.Text))
	}}
}

// differs: the two ids are not the same.
func differs(column, other string) rowRule {
	return rowRule{column: column, other: other, check: func(v, o Value) string {
		if !v.Set || !o.Set || v.Text != o.Text {
			return ""
		}
		return fmt.Sprintf("%s is the %s too; name another", quote(v.Text), other)
	}}
}

// leadSource: a lead from an operator or a partner says which, a direct one has
// nobody to name.
func leadSource(column, other string) rowRule {
	return rowRule{column: column, other: other, check: func(v, o Value) string {
		switch {
		case !o.Set:
			return ""
		case o.Text == "direct" && v.Set:
			return fmt.Sprintf("%s names a source, but the lead is direct; leave it empty", quote(v.Text))
		case o.Text != "direct" && !v.Set:
			return fmt.Sprintf("empty; a lead whose %s is %s needs the %s's id", other, o.Text, o.Text)
		}
		return ""
	}}
}
