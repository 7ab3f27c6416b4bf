package rules

// Book is what Settle makes of a period: lines, payouts and exceptions, each in
// the order in which every output shows them.
type Book struct {
	Period     Period
	Version    string   // the version in force
	Versions   []string // every version that a payee was settled under, by name
	Missing    Missing  // how the version in force counts slots without a sample
	Lines      []Line
	Payouts    []Payout
	Standings  []Standing // how payees stand against their requirements, by payee and the rule file's order
	Exceptions []Exception
}

// LineStatus says what became of a rule for a payee.
type LineStatus string

// The statuses of a line.
const (
	Earned    LineStatus = "earned"
	NotEarned LineStatus = "not_earned"
	Charged   LineStatus = "charged"  // a penalty or a cap: it takes away
	Approved  LineStatus = "approved" // an adjustment or a return
)

// Line is one amount with its reason. Lines are ordered by payee (operators,
// then partners, by id), rule order in the rule file, and subject.
type Line struct {
	PayeeKind PayeeKind
	PayeeID   string
	Number    int    // from 1 per payee
	Version   string // rule version
	Rule      string
	Label     string // the rule's name for people
	Category  Category
	Subject   string // tier:2, region:R, a lead, a referred operator, a payment, …; "" for the payee as a whole
	Quantity  string // an exact decimal, or "" where there is none
	Unit      string // of Quantity
	Rate      string // 150.00 or 20%
	Basis     string // the arithmetic: 500.00 × 93 node-days / 31 days
	Amount    Money
	Status    LineStatus
	Reason    string // why, with both numbers
	Shortfall string // of a line that is not earned: by how much, such as 0.087 points short of 99.5%; "" where no threshold was missed
}

// Standing is how a payee stands against one requirement of its version.
type Standing struct {
	PayeeKind   PayeeKind
	PayeeID     string
	Requirement string   // its id
	Label       string   // the requirement in words
	Found       []string // a sentence per condition, with both numbers; no number looks like money that is none
	Met         bool
	Withholds   bool // while it is unmet, lines are kept back
}

// PayoutStatus says what happens to a payee's balance.
type PayoutStatus string

// The statuses of a payout, in the order in which they are tried.
const (
	Negative     PayoutStatus = "negative"
	Zero         PayoutStatus = "zero"
	BelowMinimum PayoutStatus = "below_minimum"
	Held         PayoutStatus = "held"
	Payable      PayoutStatus = "payable"
)

// Payout is a payee's balance of the period:
// CarriedIn + Earned = Payable + CarriedOut.
type Payout struct {
	PayeeKind  PayeeKind
	PayeeID    string
	Name       string
	Version    string
	Missing    Missing // how its version counts slots without a sample
	CarriedIn  Money
	Earned     Money
	Payable    Money
	CarriedOut Money
	Status     PayoutStatus
	Reason     string
	DueOn      Date // zero when nothing is payable
	Chain      string
	Wallet     string
	Accepted   Account // what the next close takes as last payable or confirmed
	PaymentID  string  // set by the close; "" when nothing is payable
}

// Severity grades an exception.
type Severity string

// The severities of exceptions: error for what keeps money back or may move it
// wrongly, warning for what people must look at, info for what they may know.
const (
	SeverityError   Severity = "error"
	SeverityWarning Severity = "warning"
	SeverityInfo    Severity = "info"
)

// Exception is something that people should look at.
type Exception struct {
	Kind     string
	Severity Severity
	Subject  string // operator:ID, partner:ID, node:ID, region:R, fleet, …
	Message  string
}
