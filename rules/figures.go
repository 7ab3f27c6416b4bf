package rules

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Figure is a number that reports show beside lines, payouts and measures: a
// sum, a rate or a count of a period, for the fleet, a payee or a part of one.
// Every amount on a report that is no line and no payout is a Figure, so it is
// computed once, here, and stands in figures.csv.
type Figure struct {
	Period Period
	Kind   FigureKind
	ID     string
	Name   FigureName
	Value  string // an exact decimal; a sum of money has two places
	Unit   FigureUnit
}

// FigureKind says what a figure is about; it gives ID its form.
type FigureKind string

// The kinds of figures, in the order of figures.csv.
const (
	OfTheFleet         FigureKind = "fleet"            // fleet
	OfSeverity         FigureKind = "severity"         // P0
	OfOperator         FigureKind = "operator"         // an operator's id
	OfNode             FigureKind = "node"             // node@operator
	OfPartner          FigureKind = "partner"          // a partner's id
	OfChannel          FigureKind = "channel"          // partner:channel
	OfLead             FigureKind = "lead"             // a lead's id
	OfPartnerRule      FigureKind = "partner-rule"     // partner:rule
	OfPartnersIncident FigureKind = "partner-severity" // partner:P0
)

var figureKinds = []FigureKind{
	OfTheFleet, OfSeverity, OfOperator, OfNode, OfPartner, OfChannel, OfLead, OfPartnerRule, OfPartnersIncident,
}

// FleetID is the id of the fleet's figures.
const FleetID = "fleet"

// NodeFigureID is the id of a node's figures under an operator.
func NodeFigureID(node, operator string) string { return node + "@" + operator }

// PartFigureID is the id of the figures of a partner's channel, rule or
// severity.
func PartFigureID(partner, part string) string { return partner + ":" + part }

// FigureUnit is what a figure counts.
type FigureUnit string

// The units of figures. A percentage is 99.5 for 99.5%.
const (
	InDollars FigureUnit = "USD"
	InPercent FigureUnit = "%"
	InHours   FigureUnit = "hours"
	InSeconds FigureUnit = "seconds"
	InPieces  FigureUnit = "" // a count of what the name says
	AsText    FigureUnit = "text"
)

// Figures are the figures of a period and those of earlier ones that its reports
// show: of the fleet, severities and partners up to 24 months back, of operators
// the month before.
type Figures struct {
	Period Period
	rows   []Figure // in the order of figures.csv
}

// NewFigures collects figures, in any order. Two of one name are a mistake of
// the caller.
func NewFigures(p Period, rows []Figure) *Figures {
	f, err := newFigures(p, slices.Clone(rows))
	if err != nil {
		panic("rules: " + err.Error())
	}
	return f
}

// newFigures sorts the rows that it is given. The error names the first figure
// that is there twice.
func newFigures(p Period, rows []Figure) (*Figures, error) {
	if !slices.IsSortedFunc(rows, compareFigures) {
		slices.SortFunc(rows, compareFigures)
	}
	for i := 1; i < len(rows); i++ {
		if compareFigures(rows[i-1], rows[i]) == 0 {
			return nil, fmt.Errorf("%s is there twice", rows[i].words())
		}
	}
	return &Figures{Period: p, rows: rows}, nil
}

// words names a figure for people.
func (f Figure) words() string {
	return fmt.Sprintf("the figure %s of %s %s in %s", f.Name, f.Kind, f.ID, f.Period)
}

// compareFigures is the order of figures.csv: by period, kind as declared, id in
// byte order, and name as declared. Kinds and names that are not known come
// last, in byte order.
func compareFigures(a, b Figure) int {
	if a.Period != b.Period {
		return cmp.Or(cmp.Compare(a.Period.Year, b.Period.Year), cmp.Compare(a.Period.Month, b.Period.Month))
	}
	if a.Kind != b.Kind {
		return cmp.Or(cmp.Compare(a.Kind.place(), b.Kind.place()), cmp.Compare(a.Kind, b.Kind))
	}
	if a.ID != b.ID {
		return strings.Compare(a.ID, b.ID)
	}
	if a.Name != b.Name {
		return cmp.Or(cmp.Compare(a.Name.place(), b.Name.place()), cmp.Compare(a.Name, b.Name))
	}
	return 0
}

// Known tells whether k is a kind of figure.
func (k FigureKind) Known() bool { return slices.Contains(figureKinds, k) }

func (k FigureKind) place() int {
	if i := slices.Index(figureKinds, k); i >= 0 {
		return i
	}
	return len(figureKinds)
}

// All lists the figures in the order of figures.csv: by period, kind, id in byte
// order, and name, kinds and names as they are declared. The slice is not to be
// changed.
func (f *Figures) All() []Figure {
	if f == nil {
		return nil
	}
	return f.rows
}

// In finds a figure of a period; ok is false when it has none.
func (f *Figures) In(p Period, kind FigureKind, id string, name FigureName) (value string, ok bool) {
	found, ok := f.find(p, kind, id, name)
	return found.Value, ok
}

// Of finds a figure of the period itself.
func (f *Figures) Of(kind FigureKind, id string, name FigureName) (value string, ok bool) {
	if f == nil {
		return "", false
	}
	return f.In(f.Period, kind, id, name)
}

// Money reads a sum of money; ok is false when the period has none, and for names
// of other units.
func (f *Figures) Money(p Period, kind FigureKind, id string, name FigureName) (sum Money, ok bool) {
	found, ok := f.find(p, kind, id, name)
	if info, known := figureByName[name]; !ok || known && info.unit != InDollars {
		return Money{}, false
	}
	sum, err := ParseMoney(found.Value)
	return sum, err == nil
}

func (f *Figures) find(p Period, kind FigureKind, id string, name FigureName) (Figure, bool) {
	if f == nil {
		return Figure{}, false
	}
	i, ok := slices.BinarySearchFunc(f.rows, Figure{Period: p, Kind: kind, ID: id, Name: name}, compareFigures)
	if !ok {
		return Figure{}, false
	}
	return f.rows[i], true
}

// Parts lists what a partner has figures for in the period, in byte order: its
// channels, the rules of its network's cost, or its severities.
func (f *Figures) Parts(kind FigureKind, partner string) []string {
	if f == nil {
		return nil
	}
	begins := PartFigureID(partner, "")
	i, _ := slices.BinarySearchFunc(f.rows, Figure{Period: f.Period, Kind: kind, ID: begins}, compareFigures)
	var parts []string
	for _, r := range f.rows[i:] {
		part, found := strings.CutPrefix(r.ID, begins)
		if r.Period != f.Period || r.Kind != kind || !found {
			break
		}
		if len(parts) == 0 || parts[len(parts)-1] != part {
			parts = append(parts, part)
		}
	}
	return parts
}

// has tells whether any figure is of a period.
func (f *Figures) has(p Period) bool {
	i, _ := slices.BinarySearchFunc(f.rows, Figure{Period: p, Kind: OfTheFleet}, compareFigures)
	return i < len(f.rows) && f.rows[i].Period == p
}
