package sources

import (
	"fmt"
	"strings"
)

// Type is what a column holds, and with it how a cell must be written.
type Type int

// The types of columns. Each says how a cell is written and which field of
// [Value] carries it.
const (
	ID        Type = iota // letters, digits, ".", "_", "-", at most 64, beginning with a letter or digit: Text
	IDList                // ids with ";" between them: Text
	Text                  // any text; new lines and tabs are allowed, other control characters are not: Text
	Word                  // text on one line by which rows are matched, so without blanks around it: Text
	Date                  // 2026-10-05, from 1900 to 9999: Time, midnight UTC
	Instant               // RFC 3339 with an offset, up to nanoseconds, from 1900 to 2200: Time, UTC
	Amount                // USD as a decimal, at most 15 digits before the point and Column.Places after it: Decimal
	Flag                  // 0, 1, true, false: Bool
	Whole                 // a whole number from 0 to MaxWhole: Int64
	Choice                // one of Column.Choices, as spelled there: Text
	Quarter               // 2026-Q3: Time, the quarter's first day
	Month                 // 2026-10: Time, the month's first day
	Score                 // a decimal from 0 to 1, at most Column.Places after the point: Decimal
	Hours                 // hours as a decimal of 0 or more, at most Column.Places after the point: Decimal
	Wallet                // as Text; whether it is a good address is the payout's question, not the row's
	Scope                 // fleet, region:R, operator:ID or node:ID: Text
	PaymentID             // FP-, a month as in 202610, and 16 hex digits, letters in upper case: Text
)

var typeNames = [...]string{
	ID: "id", IDList: "id list", Text: "text", Word: "word", Date: "date", Instant: "instant", Amount: "amount",
	Flag: "flag", Whole: "whole number", Choice: "choice", Quarter: "quarter", Month: "month",
	Score: "score", Hours: "hours", Wallet: "wallet", Scope: "scope",
	PaymentID: "payment id",
}

// String names the type for people, in lower case.
func (t Type) String() string {
	if t < 0 || int(t) >= len(typeNames) {
		return fmt.Sprintf("type %d", int(t))
	}
	return typeNames[t]
}

// Column is one column of a dataset.
type Column struct {
	Name     string
	Type     Type
	Required bool     // the column must be there, and every row must fill it
	Choices  []string // the allowed values of a Choice
	Places   int      // most digits after the point of an Amount, Score or Hours
}

// Dataset is the schema of one kind of input. What Datasets and Lookup return is
// shared and must not be changed.
type Dataset struct {
	Name    string
	Columns []Column
	Key     []string // columns whose values are unique together; nil: rows may repeat
	Master  bool     // master data: its bad rows can't be waived
	Needed  bool     // a close without it is refused

	rules []rowRule      // checks between the cells of one row
	index map[string]int // column name to its place in Columns
}

// Datasets lists every dataset, in the order in which the specification does.
// The slice is the caller's; the datasets are shared.
func Datasets() []*Dataset {
	return append([]*Dataset(nil), all...)
}

// Lookup returns the dataset of that name, or nil.
func Lookup(name string) *Dataset {
	for _, ds := range all {
		if ds.Name == name {
			return ds
		}
	}
	return nil
}

// Index returns the place of a column in Columns and in Row.Values, or -1.
func (ds *Dataset) Index(column string) int {
	if i, ok := ds.index[column]; ok {
		return i
	}
	return -1
}

// columnList writes the columns for an error message, the required ones with a star.
func (ds *Dataset) columnList() string {
	var names []string
	for _, c := range ds.Columns {
		if c.Required {
			names = append(names, c.Name+"*")
		} else {
			names = append(names, c.Name)
		}
	}
	return strings.Join(names, ", ")
}

// checkHeader compares a file's column names with the dataset's and says
// everything that is wrong with them at once; "" means nothing.
func (ds *Dataset) checkHeader(names []string) string {
	var problems []string
	seen := make(map[string]bool, len(names))
	for _, name := range names {
		switch {
		case seen[name]:
			problems = append(problems, fmt.Sprintf("column %s stands twice", quote(name)))
		case ds.Index(name) < 0 && name == "":
			problems = append(problems, "a column has no name")
		case ds.Index(name) < 0:
			problems = append(problems, fmt.Sprintf("unknown column %s", quote(name)))
		}
		seen[name] = true
	}
	for _, c := range ds.Columns {
		if c.Required && !seen[c.Name] {
			problems = append(problems, "missing column "+c.Name)
		}
	}
	if len(problems) == 0 {
		return ""
	}
	const most = 12 // a header of another kind of file would otherwise fill the screen
	if n := len(problems) - most; n > 0 {
		problems = append(problems[:most], fmt.Sprintf("and %d more", n))
	}
	return fmt.Sprintf("%s; the columns of %s are %s (* = required)",
		strings.Join(problems, ", "), ds.Name, ds.columnList())
}
