package rules

import "github.com/shopspring/decimal"

// Facts is all that Settle knows of a period: integers, dates and exact
// decimals, measured from the saved inputs. Every slice is sorted by its id in
// byte order; Settle does not depend on it.
type Facts struct {
	Period    Period
	ClosedOn  Date            // the day of closed_at, from which due dates may count
	Absent    map[string]bool // datasets that no source was named for
	Operators []Operator
	Partners  []Partner

	Nodes []Node // per node and operator with an active day in the period

	Revenue        []RegionRevenue // booked in the period, one entry per region that has any
	ConvertedLeads []ConvertedLead // converted in the period, with a source
	Adjustments    []Adjustment    // of this period
	Missed         []Adjustment    // of earlier months, in no close
	Returns        []Return        // of this period
	MissedReturns  []Return        // of earlier months, in no close
	ClosedSince    Period          // the first period of the chain of closes; zero: this is the first
	Carried        []Carried       // the previous close's carry-over, or the opening balances

	UnknownNodes []UnknownNode // named by heartbeats, missing from nodes
	Gaps         []Gap         // stretches without a sample of any expected node
	GapSeconds   int64         // the shortest stretch that is a gap; 0: none is
	LongestGap   int64         // seconds of the fleet's longest stretch, be it a gap or not
	Unmatched    []Unmatched   // other references that found nothing

	Stages []Stage // on the period's last day

	Settings Settings
}

// Settings are the workspace's values that payouts rest on.
type Settings struct {
	Minimum    Money             // the least that is paid out
	Confirmers int               // distinct people who confirm a changed wallet
	Parameters map[string]string // as written in the configuration, by parameter id

	SlotSeconds int64              // length of a heartbeat slot
	GapRemedy   bool               // an exception on a gap says how to leave it out
	Targets     Targets            // of the workspace; they go before the version's
	PartnersOwn map[string]Targets // of single partners; they go before both
}

// PayeeKind is operator or partner.
type PayeeKind string

// The kinds of payee, in the order of every output.
const (
	OperatorPayee PayeeKind = "operator"
	PartnerPayee  PayeeKind = "partner"
)

// Operator is who runs nodes, with what was measured of the period.
type Operator struct {
	ID, Name, Region string
	JoinedOn         Date // the first active day
	CertifiedOn      Date // zero: not certified
	LastActiveDay    Date // zero: still active
	ExitKind         string
	NoticeOn         Date
	CommitmentMonths int // 0: none agreed
	Agreement        string
	Destination      Destination

	Tiers    []TierSince // ascending by From
	NodeDays []NodeDay   // days of the period with a node, ascending
	Exit     *NodeDay    // the latest day with a node up to LastActiveDay; nil without one or without an exit

	Slots   Slots        // of its nodes on the days they were active under it, in the period
	History []MonthSlots // of earlier closes, ascending

	Incidents Incidents // opened in the period on a node of the operator
	Critical  Incidents // those of them that are critical
	Tasks     Tasks     // dispatched in the period

	QualifiedLeads int64        // leads from this operator qualified in the period
	ConvertedLeads int64        // and converted in it
	Mentorships    []Mentorship // as mentor, all ever
	Review         *decimal.Decimal
	TrainingHours  decimal.Decimal // completed in the period

	// KnownExit is the LastActiveDay that the previous close knew; Known tells
	// that the previous close knew this operator at all.
	KnownExit Date
	Known     bool
}

// ActiveOn tells whether d is an active day of the operator.
func (o *Operator) ActiveOn(d Date) bool {
	return o.JoinedOn <= d && (o.LastActiveDay == 0 || d <= o.LastActiveDay)
}

// TierSince is a tier from a day on: 1, 2, 3 or bronze, silver, gold.
type TierSince struct {
	Tier string
	From Date
}

// NodeDay is a number of active nodes on a day.
type NodeDay struct {
	Day   Date
	Nodes int
}

// Node is a node's month under one operator. A node that was handed over has an
// entry for each of its operators.
type Node struct {
	ID, OperatorID, Location string
	Days                     int // active days in the period
	Samples                  int64
	Slots                    Slots

	LongestGap int64 // seconds of the longest stretch of missing slots
	LongGaps   int64 // such stretches of at least Facts.GapSeconds; 0 when that is
}

// Slots counts slots of the heartbeat interval. Expected leaves out those in
// maintenance; Up + Down + Missing = Expected.
type Slots struct {
	Expected, Up, Missing, Maintenance int64
}

// Down returns the slots with samples of which none says up.
func (s Slots) Down() int64 { return s.Expected - s.Up - s.Missing }

// Add returns the sum of two counts.
func (s Slots) Add(t Slots) Slots {
	return Slots{s.Expected + t.Expected, s.Up + t.Up, s.Missing + t.Missing, s.Maintenance + t.Maintenance}
}

// MonthSlots is an operator's count in a closed month.
type MonthSlots struct {
	Period Period
	Slots  Slots
}

// Incidents sums up incidents. Times are in microseconds.
type Incidents struct {
	Count           int64
	Unanswered      int64  // with neither acknowledgement nor resolution
	FirstUnanswered string // id of the first of them, by opened_at and id
	ResponseSum     int64  // over the answered ones
	ResponseMax     int64
	Slowest         string // id of the one with ResponseMax
	Resolved        int64
	ResolveSum      int64 // opened to resolved, over the resolved ones
}

// Tasks counts an operator's tasks by their outcome.
type Tasks struct{ Succeeded, Failed, Expired, Cancelled int64 }

// Mentorship is a mentor's care for a mentee.
type Mentorship struct {
	ID, MenteeID     string
	StartsOn, EndsOn Date // EndsOn zero: goes on
	OnboardedOn      Date // zero: not onboarded
}

// Partner is who refers operators.
type Partner struct {
	ID, Name, Region string
	Since            Date
	OperatorID       string // its own operator record, or ""
	Agreement        string
	Destination      Destination
	Tiers            []TierSince // ascending by From
	Referrals        []Referral
	QualifiedLeads   []MonthCount // by month of qualification, ascending, up to the period
	ConvertedLeads   int64        // in the period
}

// Referral is an operator brought by a partner.
type Referral struct {
	ID, OperatorID string
	ReferredOn     Date
}

// MonthCount is a number per month.
type MonthCount struct {
	Period Period
	Count  int64
}

// RegionRevenue is the partner program's revenue of a region; refunds are
// subtracted.
type RegionRevenue struct {
	Region string
	Amount decimal.Decimal
}

// ConvertedLead is a lead that became a customer in the period.
type ConvertedLead struct {
	ID         string
	SourceKind PayeeKind
	SourceID   string
	Revenue    *decimal.Decimal // nil: none recorded
}

// Adjustment is an approved correction.
type Adjustment struct {
	ID         string
	PayeeKind  PayeeKind
	PayeeID    string
	Period     Period
	Amount     Money
	Reason     string
	ApprovedBy string
	ForPeriod  Period // zero: not stated
}

// Return is an approved return of a payment that could not be made: its sum is
// owed again from Period on. What the close that ordered the payment says of it
// (PaidIn, PayeeKind, PayeeID, Amount, Account) is looked up outside this package,
// for the returns of this period alone.
type Return struct {
	ID         string
	PaymentID  string
	Period     Period
	Reason     string
	ApprovedBy string

	PaidIn    Period // the period whose manifest has the payment
	PayeeKind PayeeKind
	PayeeID   string
	Amount    Money
	Account   Account // where the payment was to go
}

// Carried is a balance that a payee brings into the period.
type Carried struct {
	PayeeKind PayeeKind
	PayeeID   string
	Amount    Money
}

// Destination is where a payee is paid, as checked outside this package.
type Destination struct {
	Chain, Wallet string   // Wallet is checksummed when it is valid
	Problems      []string // why nothing can be sent there: missing, invalid, blocked, …
	Last          Account  // last payable or confirmed; zero: none yet
	ConfirmedBy   []string // distinct people who confirmed exactly this chain and wallet
}

// Account is a wallet on a chain.
type Account struct{ Chain, Wallet string }

// UnknownNode is a node that monitoring or an incident names and nodes does not.
type UnknownNode struct {
	NodeID  string
	Dataset string // heartbeats or incidents
	Count   int64  // samples or incidents
}

// Gap is a stretch in which no node of the fleet has a sample, as instants in
// RFC 3339 and its length in seconds.
type Gap struct {
	From, To string
	Seconds  int64
}

// Stage is how far somebody is on the way to running nodes.
type Stage struct {
	OperatorID string // of an applicant, too, who is no operator yet
	Name       string // as given last; else the operator's, or ""
	Stage      string // applied, training, probation or certified
	Since      Date
}

// Unmatched is a row that is right in itself and matches nothing that is paid.
type Unmatched struct {
	Dataset, Subject, Message string
}
