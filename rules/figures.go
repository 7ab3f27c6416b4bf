package rules

import "slices"

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
	OfPartnerRule      FigureKind = "partner-rule"     // partner:rule
	OfPartnersIncident FigureKind = "partner-severity" // partner:P0
)

// FigureUnit is what a figure counts.
type FigureUnit string

// The units of figures. A percentage is 99.5 for 99.5%.
const (
	InDollars FigureUnit = "USD"
	InPercent FigureUnit = "%"
	InHours   FigureUnit = "hours"
	InMinutes FigureUnit = "minutes"
	InPieces  FigureUnit = "" // a count of what the name says
	AsText    FigureUnit = "text"
)

// FigureName names a figure within its kind.
type FigureName string

// The figures. A partner's network is the operators that it referred, as of the
// period's last day, and their nodes; its own operator record is not part of it.
// What can't be computed (a rate of nothing) has no row; a sum that is 0.00 has
// one only where that is said.
const (
	// Of the fleet and of a partner's network.
	OperatorsActive    FigureName = "operators_active"    // with an active last day of the period
	OperatorsCertified FigureName = "operators_certified" // of these, certified on or before it
	OperatorsJoined    FigureName = "operators_joined"    // first active day in the period
	OperatorsLeft      FigureName = "operators_left"      // last active day in the period
	ChurnLeft          FigureName = "churn_left"          // last active day in the trailing 12 months
	ChurnMean          FigureName = "churn_mean_active"   // mean of the active ones at the 12 months' ends, cut to 5 places
	Churn              FigureName = "churn"               // ChurnLeft / the mean, in percent, cut to 5 places
	NodesActive        FigureName = "nodes_active"        // on the period's last day
	NodeDays           FigureName = "node_days"
	SlotsExpected      FigureName = "slots_expected" // as the version in force counts them
	SlotsUp            FigureName = "slots_up"
	Uptime             FigureName = "uptime"       // SlotsUp / SlotsExpected in percent, cut to 5 places
	UptimeHours        FigureName = "uptime_hours" // SlotsUp × the slot's length, cut to 5 places
	LeadsCreated       FigureName = "leads_created"
	LeadsQualified     FigureName = "leads_qualified"
	LeadsConverted     FigureName = "leads_converted"
	ConversionRate     FigureName = "conversion_rate"     // LeadsConverted / LeadsCreated
	LeadsFromPartners  FigureName = "leads_from_partners" // fleet: created, of any partner
	LeadShare          FigureName = "lead_share"          // fleet: of any partner; partner: its own; both of all created
	Deals              FigureName = "deals"               // partner: its leads converted in the period
	DealRevenue        FigureName = "deal_revenue"        // partner: their revenue; rows also when 0.00
	OperatorsReferred  FigureName = "operators_referred"  // partner: as of the period's last day

	// Sums of money. Earned, Payable, CarriedIn and CarriedOut are of each payee
	// and of the fleet, and have rows also when 0.00; sums by category are
	// EarnedIn(category). A …_ytd is the year's, from January or the chain's
	// first close, the fleet's YearSince.
	FigureEarned     FigureName = "earned"
	FigurePayable    FigureName = "payable"
	FigureCarriedIn  FigureName = "carried_in"
	FigureCarriedOut FigureName = "carried_out"
	YearSince        FigureName = "ytd_since" // fleet, as text: the first month in the year's sums

	// What the program paid for a partner's network (the operators' lines and the
	// partner's commission), or for the whole fleet: CostOf(category), and
	Cost              FigureName = "cost"
	CostPerNode       FigureName = "cost_per_node"        // Cost / NodesActive, rounded to cents
	CostPerUptimeHour FigureName = "cost_per_uptime_hour" // Cost / UptimeHours (exact), rounded to cents
	CostOperators     FigureName = "cost_operators"       // partner-rule: how many operators have a line that is not 0.00

	// Commission.
	CommissionFirst   FigureName = "commission_first_year" // partner: lines of rules for the first months, or without a window; rows also when 0.00
	CommissionOngoing FigureName = "commission_ongoing"    // partner: lines of rules for the months after; rows also when 0.00
	CommissionOn      FigureName = "commission_on"         // operator: what its partner earns on it; rows for every referred operator
	CommissionShare   FigureName = "commission_share"      // node: CommissionOn divided by node-days, leftover cents one each in byte order

	// Incidents of a severity, of the fleet or of a partner's network.
	IncidentsOpened  FigureName = "incidents"
	IncidentsSolved  FigureName = "incidents_resolved"
	MTTR             FigureName = "mttr"              // mean of opened to resolved, in minutes, cut to 1 place
	MeanResponse     FigureName = "mean_response"     // mean of opened to answered, in minutes, cut to 1 place
	ResponseWithin   FigureName = "response_within"   // answered within the target; no row without a target
	ResolutionWithin FigureName = "resolution_within" // resolved within the target; no row without a target
)

// EarnedIn is the sum of a payee's lines of a category, or of the fleet's.
func EarnedIn(c Category) FigureName { return "earned_" + FigureName(c) }

// CostOf is what the program paid for a network by category.
func CostOf(c Category) FigureName { return "cost_" + FigureName(c) }

// YearToDate is a sum of money from the beginning of the year.
func YearToDate(n FigureName) FigureName { return n + "_ytd" }

// Figures are the figures of a period and those of earlier ones that its reports
// show: of the fleet and of partners up to 24 months back, of operators the
// month before.
type Figures struct {
	Period Period
	rows   []Figure
	at     map[figureKey]int
}

type figureKey struct {
	period Period
	kind   FigureKind
	id     string
	name   FigureName
}

// NewFigures collects figures. Two of one name are a mistake of the caller.
func NewFigures(p Period, rows []Figure) *Figures {
	f := &Figures{Period: p, rows: slices.Clone(rows), at: make(map[figureKey]int, len(rows))}
	for i, r := range f.rows {
		key := figureKey{r.Period, r.Kind, r.ID, r.Name}
		if _, twice := f.at[key]; twice {
			panic("rules: figure " + string(r.Name) + " of " + string(r.Kind) + " " + r.ID + " twice")
		}
		f.at[key] = i
	}
	return f
}

// All lists the figures in the order of figures.csv: by period, kind, id, and
// the order in which they were computed.
func (f *Figures) All() []Figure { return f.rows }

// In finds a figure of a period; ok is false when it has none.
func (f *Figures) In(p Period, kind FigureKind, id string, name FigureName) (value string, ok bool) {
	if f == nil {
		return "", false
	}
	i, ok := f.at[figureKey{p, kind, id, name}]
	if !ok {
		return "", false
	}
	return f.rows[i].Value, true
}

// Of finds a figure of the period itself.
func (f *Figures) Of(kind FigureKind, id string, name FigureName) (value string, ok bool) {
	if f == nil {
		return "", false
	}
	return f.In(f.Period, kind, id, name)
}

// Money reads a sum; ok is false when the period has none.
func (f *Figures) Money(p Period, kind FigureKind, id string, name FigureName) (sum Money, ok bool) {
	value, ok := f.In(p, kind, id, name)
	if !ok {
		return Money{}, false
	}
	sum, err := ParseMoney(value)
	return sum, err == nil
}
