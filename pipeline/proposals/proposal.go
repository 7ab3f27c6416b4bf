package proposals

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Kind is the kind of a proposal: which form the issue is.
type Kind string

// The kinds, each with a form in specs/templates.
const (
	Application Kind = "application" // operator-application.md
	Exit        Kind = "exit"        // exit-notice.md
	Referral    Kind = "referral"    // referral.md
)

// Kinds lists the kinds in the order in which they are told.
func Kinds() []Kind { return []Kind{Application, Exit, Referral} }

// datasets lists what a kind proposes rows of.
func (k Kind) datasets() []string {
	switch k {
	case Application:
		return []string{"operators", "stages", "tiers"}
	case Exit:
		return []string{"operators"}
	default:
		return []string{"referrals", "leads"}
	}
}

// State is where a proposal stands.
type State string

// The states. A changed one was decided on, and its issue has another text since.
const (
	New        State = "new"
	Changed    State = "changed"
	Accepted   State = "accepted"
	Declined   State = "declined"
	Unreadable State = "unreadable" // the issue is not filled in in this form at all
)

// Issue is what a proposal is made from.
type Issue struct {
	Number               int64
	Title, Body, Author  string
	Link                 string
	Closed               bool // in the tracker
	CreatedAt, UpdatedAt time.Time
}

// Proposal is what an issue proposes, and where it stands.
type Proposal struct {
	ID        string   `json:"id"` // application-17
	Kind      Kind     `json:"kind"`
	State     State    `json:"state"`
	Link      string   `json:"link"`
	Title     string   `json:"title"` // "" when it holds contact data
	Author    string   `json:"author"`
	Closed    bool     `json:"closed"` // in the tracker
	UpdatedAt string   `json:"updated_at"`
	Text      string   `json:"text"`     // SHA-256 of the issue's text
	Rows      []Row    `json:"rows"`     // as acceptance would write them
	Given     []string `json:"given"`    // in place of the form's, now or at an earlier acceptance: COLUMN=VALUE
	Problems  []string `json:"problems"` // that bar acceptance
	Notes     []string `json:"notes"`    // what else is to be known
	Differs   []string `json:"differs"`  // from the rows as accepted, when it changed since
	Decided   *Decided `json:"decided"`  // the last decision

	again []string // the notes that acceptance tells once more
}

// Row is a row that a proposal would write. Columns without a value are left out.
type Row struct {
	Dataset string   `json:"dataset"`
	Change  bool     `json:"change"` // the row is there already, and only these columns of it change
	Columns []string `json:"columns"`
	Values  []string `json:"values"`

	match []string // columns by which a row that is there is found
	needs []string // columns that can't be left out
}

// Decided is a decision as a proposal tells it.
type Decided struct {
	Entry    int    `json:"entry"`
	Decision State  `json:"decision"` // accepted or declined
	By       string `json:"by"`
	At       string `json:"at"`
	Reason   string `json:"reason,omitempty"`
}

// String names who decided what: accepted by NAME on 2026-10-05.
func (d *Decided) String() string {
	day, _, _ := strings.Cut(d.At, "T")
	return fmt.Sprintf("%s by %s on %s", d.Decision, d.By, day)
}

// Value returns what a row has in a column; "" when it has nothing.
func (r Row) Value(column string) string {
	if i := slices.Index(r.Columns, column); i >= 0 {
		return r.Values[i]
	}
	return ""
}

// Wallet returns the wallet that the issue itself would bring into the books; "" when
// it brings none, or when a person gave it.
func (p *Proposal) Wallet() string {
	if slices.ContainsFunc(p.Given, func(text string) bool {
		return strings.HasPrefix(text, "wallet=") || strings.HasPrefix(text, "operators.wallet=")
	}) {
		return ""
	}
	for _, r := range p.Rows {
		if wallet := r.Value("wallet"); wallet != "" {
			return wallet
		}
	}
	return ""
}

// set gives a column a value; "" takes it out.
func (r *Row) set(column, value string) {
	i := slices.Index(r.Columns, column)
	switch {
	case i >= 0 && value == "":
		r.Columns, r.Values = slices.Delete(r.Columns, i, i+1), slices.Delete(r.Values, i, i+1)
	case i >= 0:
		r.Values[i] = value
	case value != "":
		r.Columns, r.Values = append(r.Columns, column), append(r.Values, value)
	}
}

// key tells a row from others of its proposal.
func (r Row) key() string {
	parts := []string{r.Dataset}
	for _, column := range r.match {
		parts = append(parts, r.Value(column))
	}
	return strings.Join(parts, "\x00")
}

// String writes a row for people: operators: operator_id=cedar, name=Cedar Racks.
func (r Row) String() string {
	var parts []string
	for i, column := range r.Columns {
		parts = append(parts, column+"="+r.Values[i])
	}
	text := r.Dataset + ": "
	if r.Change {
		text += "change "
	}
	return text + strings.Join(parts, ", ")
}

// matchOf says by which columns a row of a dataset is found again.
func matchOf(dataset string) []string {
	switch dataset {
	case "stages":
		return []string{"operator_id", "stage"}
	case "tiers":
		return []string{"operator_id", "from_on"}
	case "referrals":
		return []string{"referral_id"}
	case "leads":
		return []string{"lead_id"}
	}
	return []string{"operator_id"}
}

// NewID makes the id of a proposal: application-17.
func NewID(kind Kind, number int64) string { return fmt.Sprintf("%s-%d", kind, number) }

var idForm = regexp.MustCompile(`^([a-z]+)-([1-9][0-9]{0,17})$`)

// ParseID reads the id of a proposal.
func ParseID(text string) (Kind, int64, error) {
	if m := idForm.FindStringSubmatch(text); len(m) == 3 && slices.Contains(Kinds(), Kind(m[1])) {
		n, err := strconv.ParseInt(m[2], 10, 64)
		if err == nil {
			return Kind(m[1]), n, nil
		}
	}
	return "", 0, fmt.Errorf("%q is not a proposal; write its kind and the number of its issue, as in application-17, exit-18 or referral-19", text)
}
