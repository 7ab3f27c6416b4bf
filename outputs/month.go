// Package outputs renders a closed month: CSV files, the workbook, statements
// and the payment manifest. Each rendering is made from one noun, the Month, and
// none computes money.
package outputs

import (
	"fmt"
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

	Facts    *rules.Facts
	Book     *rules.Book
	Evidence *rules.Evidence
	Figures  *rules.Figures
	Report   rules.Report // of the version in force
	Rejects  []Reject

	Contact Contact
	Fonts   []Font  // of the workspace, for scripts that the program's own fonts lack
	Inputs  []Input // in the order of close.json
	Rules   []RuleFile

	// Format is the form of the closed folder; a rerun keeps the one that a
	// folder has.
	Format Format

	fonts monthFonts // made of Fonts on first use, and shared by all documents
}

// Format numbers the forms of a closed folder.
type Format int

// The forms of a closed folder, by what each brought.
const (
	FirstFormat   Format = 1
	FormatFigures Format = 2 // figures.csv and reports/
	FormatReturns Format = 3 // the dataset returns, and what payments it names
	FormatPulls   Format = 4 // inputs from servers and in the forms of providers, and the dataset stages

	CurrentFormat = FormatPulls
)

// Contact says whom a payee may ask, and until when.
type Contact struct {
	Ask   string     // a name and an address, as configured; "" when none is
	Until rules.Date // the last day for questions about the statement; zero when none is configured
}

// Font is a TrueType font that the workspace brings.
type Font struct {
	Name string // the file's, for messages
	TTF  []byte
}

// Input is a file that the close read, with what became of its rows.
type Input struct {
	Dataset, Source, Path, SHA256            string
	Bytes                                    int64
	Read, Used, Outside, Unmatched, Rejected int64
}

// RuleFile is a rule file that the close used.
type RuleFile struct{ Version, Path, SHA256 string }

// Reject is a row that was read and not used, as rejects.csv shows it. File is
// the path below the closed folder.
type Reject struct {
	File    string
	Line    int64
	Column  string
	Value   string
	Message string
}

// String says where the row is, and what is wrong with it.
func (r Reject) String() string {
	place := fmt.Sprintf("%s:%d", r.File, r.Line)
	if r.Column != "" {
		place += ": " + r.Column
	}
	return place + ": " + r.Message
}
