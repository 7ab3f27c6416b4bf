package pipeline

import (
	"context"
	"slices"
	"time"

	"fleetpay/rules"
)

// MonthState is where a month stands.
type MonthState string

// The states of a month. A month that was withdrawn, or whose try to close failed, is
// due as well.
const (
	MonthClosed    MonthState = "closed"
	MonthDue       MonthState = "due"       // complete, and not closed yet
	MonthWaiting   MonthState = "waiting"   // over, and its data are not complete
	MonthFailed    MonthState = "failed"    // the last try to close it came to nothing, or something is in its way
	MonthWithdrawn MonthState = "withdrawn" // its close was taken back, and no other made
	MonthOpen      MonthState = "open"      // not over
)

// MonthStates lists the states in the order in which people read them.
func MonthStates() []MonthState {
	return []MonthState{MonthClosed, MonthDue, MonthWaiting, MonthFailed, MonthWithdrawn, MonthOpen}
}

// Month is how the close of a month stands.
type Month struct {
	Period rules.Period
	State  MonthState
	Reason string // of any state but closed, and of a closed month what is wrong with it; else ""
	Next   string // what people do now; "" when there is nothing to do

	Until time.Time // when its data are complete; zero once it is closed
	For   []Waiting // what a waiting month waits for

	Attempt    *Attempt    // the last try to close it, which failed; nil without one
	Withdrawn  int         // closes of it that were taken back
	Withdrawal *Withdrawal // the last of them; nil without one

	// Of a closed month only. Damage is why its folder can't be relied on: what it
	// would tell is then left out.
	Damage     string
	Folder     string
	ClosedAt   string // RFC 3339, UTC
	PreparedBy string
	Totals     *Totals
	Held       int // payees
	HeldSum    rules.Money
	Exceptions Severities

	// Of a closed month's payments. Untold is why they, or some of it, can't be told.
	Approvals, Needed int // people who approve, and how many must; 0 needed: nobody is named, or nothing is to be paid
	Exports           int
	Payments          int
	Given             int // payments that were given out
	Settled           int // payments that one transfer pays
	Untold            string
	Notes             []string // what is still to come of them
}

// Severities counts exceptions.
type Severities struct {
	Error   int `json:"error"`
	Warning int `json:"warning"`
	Info    int `json:"info"`
}

// All is how many exceptions there are.
func (s Severities) All() int { return s.Error + s.Warning + s.Info }

// Months tells of every month, from the first close, or where the closes are to
// begin, to the one that now is in. It takes no lock and writes nothing. What is
// wrong with a month is told with that month; the error is of the closes folder as a
// whole. Nothing is told, and that is no error, where nothing says which month comes
// first.
func Months(ws *Workspace, now time.Time) ([]Month, error) {
	return ws.months(context.Background(), now)
}

// months is Months, which a caller can stop. A month that is closed or withdrawn while
// it is read could seem damaged, so then all are read again.
func (ws *Workspace) months(ctx context.Context, now time.Time) ([]Month, error) {
	for looks := 1; ; looks++ {
		s := surveying{closes: closes{ws.Closes}, ws: ws, now: now}
		var err error
		if s.survey, err = s.closes.survey(); err != nil {
			return nil, err
		}
		list, err := s.tell(ctx)
		if err != nil {
			return nil, err
		}
		since, err := s.closes.survey()
		if err != nil || slices.Equal(since.closed, s.closed) || looks == mostLooks {
			return list, err
		}
	}
}

// mostLooks is more often than months are closed and withdrawn in a moment.
const mostLooks = 10
