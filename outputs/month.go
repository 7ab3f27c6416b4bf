// Package outputs renders a closed month: CSV files, the workbook, statements
// and the payment manifest. Each rendering is made from one noun, the Month, and
// none computes money.
package outputs

import (
	"time"

	"fleetpay/rules"
)

// Month is all that a rendering may show of a period: the book, the facts it
// rests on, and the run that made it. The pipeline fills it once per close.
type Month struct {
	Program        string // as printed on statements
	Period         rules.Period
	ClosedAt       time.Time // UTC, whole seconds
	PreparedBy     string
	ProgramVersion string
	Previous       string // SHA-256 of the previous close's SHA256SUMS, "" for the first close
	Withdrawn      int    // closes of this period that were withdrawn before this one

	Facts   *rules.Facts
	Book    *rules.Book
	Rejects []Reject
}

// Reject is a row that was read and not used, as rejects.csv shows it. File is
// the path below the closed folder.
type Reject struct {
	File    string
	Line    int64
	Column  string
	Value   string
	Message string
}
