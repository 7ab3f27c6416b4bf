package rules

import "github.com/shopspring/decimal"

// Evidence is what reports show of a period's inputs beyond what pays: each
// incident, lead, training, note and day. Every slice is in the order stated.
// What an absent dataset would hold is empty, and Facts.Absent tells.
type Evidence struct {
	Days       []NodeMonth         // a node's days under one operator, by node id and operator id, as Facts.Nodes
	Incidents  []Incident          // opened in the period, by opened_at and id
	Leads      []Lead              // created, qualified or converted in the period, by id
	Trainings  []Training          // completed in the period, and every certification and recertification before it, by operator, day and id
	Activities []Activity          // held in the period, by partner, day and id
	Notes      []Note              // of the period, by partner, then as the file has them
	Windows    []MaintenanceWindow // maintenance that touches the period, by start and id
}

// NodeMonth is a node's slots day by day under one operator. Days has an entry
// for each day of the period, the first day first; a day on which the node was
// not active under the operator is the zero Slots.
type NodeMonth struct {
	NodeID, OperatorID string
	Days               []Slots
}

// Instant is a point in time in microseconds since 1970, UTC; 0 stands for an
// absent one.
type Instant int64

// Incident is one incident of the period as the log has it.
type Incident struct {
	ID                string
	Severity          string   // "" where nobody could tell it
	NodeIDs           []string // as named, in byte order, unknown ones too; none where nobody could tell them
	Operators         []string // whose active nodes they were on that day, in byte order
	OpenedAt          Instant
	AcknowledgedAt    Instant
	ResolvedAt        Instant
	Cause, Resolution string
}

// AnsweredAt is the earlier of acknowledgement and resolution; 0 with neither.
func (i Incident) AnsweredAt() Instant {
	if i.AcknowledgedAt == 0 || i.ResolvedAt != 0 && i.ResolvedAt < i.AcknowledgedAt {
		return i.ResolvedAt
	}
	return i.AcknowledgedAt
}

// Lead is one lead.
type Lead struct {
	ID                       string
	SourceKind               string // operator, partner or direct
	SourceID                 string // "" for direct
	Channel                  string
	CreatedOn                Date
	QualifiedOn, ConvertedOn Date // zero: not yet
	Customer                 string
	Revenue                  *decimal.Decimal // nil: none recorded
}

// Training is a completed course, certification or recertification.
type Training struct {
	ID, OperatorID string
	CompletedOn    Date
	Kind           string // course, certification or recertification
	Hours          decimal.Decimal
	Title          string
}

// Activity is what a partner did for the program.
type Activity struct {
	ID, PartnerID string
	HeldOn        Date
	Kind          string // event, training, post, collateral or campaign
	Title         string
}

// Note is a free text of a partner's report.
type Note struct {
	PartnerID, Section, Text string
}

// MaintenanceWindow is a stretch in which slots don't count.
type MaintenanceWindow struct {
	ID, Scope, Reason string
	StartsAt, EndsAt  Instant
}
