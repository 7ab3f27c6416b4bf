package pipeline

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"fleetpay/rules"
	"fleetpay/sources/fetch"
)

// eventSchema is the version of an event's form.
const eventSchema = "fleetpay.event/1"

// The kinds of events.
const (
	EventClosed = "closed" // a month was closed
	EventHeld   = "held"   // payees of a closed month are not paid until a reason is gone
	EventFailed = "failed" // a month could not be closed
)

// Event is what a webhook is told: the body of a request. It holds no wallet, no
// name of a payee and no secret. One of Closed, Held and Failed is set, as Kind says.
type Event struct {
	Schema  string `json:"schema"`
	ID      string `json:"id"`      // of the content: what is sent again has the same
	Kind    string `json:"event"`   // closed, held or failed
	Program string `json:"program"` // of the workspace
	Period  string `json:"period"`  // "" when a run failed before it came to a month
	At      string `json:"at"`      // of the close, or of the try that failed; RFC 3339, UTC

	Closed *ClosedEvent `json:"closed,omitempty"`
	Held   *HeldEvent   `json:"held,omitempty"`
	Failed *FailedEvent `json:"failed,omitempty"`
}

// ClosedEvent is a month that waits for approval.
type ClosedEvent struct {
	SHA256SUMS string       `json:"sha256sums"` // SHA-256 of the close's file SHA256SUMS, which tells it from any other
	Withdrawn  int          `json:"withdrawn"`  // closes of this month that were taken back before
	Rules      string       `json:"rules"`      // version in force
	Needed     int          `json:"approvals_needed"`
	Totals     Totals       `json:"totals"`
	Exceptions Severities   `json:"exceptions"` // by severity
	Ends       *FailedEvent `json:"ends"`       // the failure told last, which is over with this close; null without one
}

// HeldEvent tells who is owed and not paid.
type HeldEvent struct {
	Count  int         `json:"count"`
	Sum    rules.Money `json:"sum"`    // US dollars
	Payees []HeldPayee `json:"payees"` // in the order of payouts.csv; the first 100
}

// HeldPayee is one of them.
type HeldPayee struct {
	Kind rules.PayeeKind `json:"payee_kind"`
	ID   string          `json:"payee_id"`
}

// FailedEvent is why a month could not be closed.
type FailedEvent struct {
	Status   int      `json:"status"`   // as the close ended: 1 the surroundings, 3 the input, the rules or the state
	Count    int      `json:"count"`    // of problems
	Problems []string `json:"problems"` // the first 20, without quoted texts and wallets
}

// The most that an event lists.
const (
	mostHeldListed = 100
	mostProblems   = 20
)

// below names files as they lie below the workspace, also where a message has their
// whole path: where that is, is nobody's business outside.
func (f *FailedEvent) below(dir string) {
	dir, err := filepath.Abs(dir)
	if err != nil || dir == "/" {
		return
	}
	begins := regexp.MustCompile(`(^|[^\pL\pN/._-])` + regexp.QuoteMeta(dir) + "/")
	for i, line := range f.Problems {
		f.Problems[i] = begins.ReplaceAllString(line, "$1")
	}
}

// eventOfFailure tells of a try that failed.
func eventOfFailure(a *Attempt) Event {
	failed := FailedEvent{Status: a.Status, Problems: []string{}}
	for _, problem := range a.Problems {
		for line := range strings.Lines(problem) {
			if line = discreet(line); line == "" {
				continue
			}
			if failed.Count++; failed.Count <= mostProblems {
				failed.Problems = append(failed.Problems, line)
			}
		}
	}
	return Event{Kind: EventFailed, Period: a.Period, At: a.At, Failed: &failed}
}

// hexText is a wallet, or what was to be one.
var hexText = regexp.MustCompile(`0[xX][0-9a-zA-Z]{6,}`)

// discreet makes a line of a message fit to leave the house. What it cites is left out,
// a cell of an input, say, which may be a name, or a server's words: all from the first
// quote to the last, since a cited text may hold quotes itself, and to the end where
// one is cut off.
func discreet(line string) string {
	if first, last := strings.Index(line, `"`), strings.LastIndex(line, `"`); first >= 0 {
		rest := ""
		if strings.Count(line, `"`)%2 == 0 && line[last-1] != '\\' {
			rest = line[last+1:]
		}
		line = line[:first] + `"…"` + rest
	}
	return fetch.Printable(hexText.ReplaceAllString(line, "0x…"))
}

// varying is what differs between two messages of one trouble: numbers, such as how
// long a server asks to wait, and the file that was being written when the disk was
// full. What begins with // is a server.
var varying = regexp.MustCompile(`(//)?[^\s:"]*\.[a-z]{3,8}\b|[0-9]+`)

// troubles are the problems of a failure without what varies.
func (f *FailedEvent) troubles() []string {
	var list []string
	for _, problem := range f.Problems {
		list = append(list, varying.ReplaceAllStringFunc(problem, func(found string) string {
			if strings.HasPrefix(found, "//") {
				return found
			}
			return "…"
		}))
	}
	return list
}

// same tells whether two failures are one problem. Those of the surroundings are
// compared without what varies.
func (f *FailedEvent) same(other *FailedEvent) bool {
	if f == nil || other == nil || f.Status != other.Status {
		return f == other
	}
	if f.Status != ExitSurroundings {
		return f.Count == other.Count && slices.Equal(f.Problems, other.Problems)
	}
	return slices.Equal(f.troubles(), other.troubles())
}

// eventsOfClose tells of a closed month, from its folder: that it is closed, and who
// is held in it. Ends is the failure before it.
func (ws *Workspace) eventsOfClose(p rules.Period, ends *FailedEvent) ([]Event, error) {
	m, err := closes{ws.Closes}.paidMonth(p)
	if err != nil {
		return nil, err
	}
	var month Month
	if err := m.tell(&month); err != nil {
		return nil, err
	}
	closed := ClosedEvent{
		SHA256SUMS: m.hash, Withdrawn: len(m.record.Withdrawn), Rules: m.record.RuleInForce, Needed: ws.Paying.Needed,
		Totals: m.record.Totals, Exceptions: month.Exceptions, Ends: ends,
	}
	list := []Event{{Kind: EventClosed, Period: p.String(), At: m.record.ClosedAt, Closed: &closed}}
	if month.Held == 0 {
		return list, nil
	}
	held := HeldEvent{Count: month.Held, Sum: month.HeldSum, Payees: []HeldPayee{}}
	for _, payee := range m.manifest.Held[:min(month.Held, mostHeldListed)] {
		held.Payees = append(held.Payees, HeldPayee{payee.PayeeKind, payee.PayeeID})
	}
	return append(list, Event{Kind: EventHeld, Period: p.String(), At: m.record.ClosedAt, Held: &held}), nil
}

// seal fills in what all events have, and the id last: it is of all the rest.
func (ws *Workspace) seal(e Event) (Event, error) {
	e.Schema, e.Program, e.ID = eventSchema, ws.Program, ""
	id, err := e.digest()
	e.ID = id
	return e, err
}

// digest is the id that belongs to the content of an event.
func (e Event) digest() (string, error) {
	e.ID = ""
	data, err := json.Marshal(e)
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:16]), err
}
