package pipeline

import (
	"fmt"

	"fleetpay/rules"
)

// Preflight says what would stand against giving out a period's payments now.
type Preflight struct {
	Period   string             `json:"period"`
	Payments int                `json:"payments"` // that an export could give out
	Again    int                `json:"again"`    // those of them that were given out before, and seen missing
	Amount   string             `json:"amount"`   // US dollars, of all of them
	Chains   []PreflightChain   `json:"chains"`   // those that are to be paid on, in the manifest's order
	LeftOut  []PreflightLeftOut `json:"left_out"` // payments of the period that are not looked at
	Findings []Finding          `json:"findings"` // errors first, then by chain, in the manifest's order
}

// PreflightChain is what is to be paid on a chain, and how.
type PreflightChain struct {
	Chain     string `json:"chain"`
	ChainID   int64  `json:"chain_id"`
	Payments  int    `json:"payments"`
	Amount    string `json:"amount"` // US dollars
	BaseUnits string `json:"base_units"`
	Batches   int    `json:"batches"`
	Safe      string `json:"safe"` // checksummed; "" when none is configured

	// Payments of any period that were given out with this Safe and not seen yet:
	// they draw on it, too.
	Unseen       int    `json:"unseen"`
	UnseenAmount string `json:"unseen_amount"` // US dollars

	Node      string  `json:"node"`      // scheme and host of the node that was asked; "": the chain was not looked at
	Threshold *int    `json:"threshold"` // owners who must sign what the Safe does; nil when that is not known
	Owners    *int    `json:"owners"`    // likewise
	Balance   *string `json:"balance"`   // US dollars that the Safe holds; nil when that is not known

	unseenUnits string       // base units of those given out and not seen yet
	unseenIn    rules.Period // the last period of these
}

// PreflightLeftOut is a payment that a preflight does not look at, since no
// export would give it out now.
type PreflightLeftOut struct {
	PaymentID string `json:"payment_id"`
	State     string `json:"state"`  // as in payments status, or barred
	Export    int    `json:"export"` // of this period, that gave it out last; 0: none
	Why       string `json:"why"`
}

// Finding is something that people should know before they pay: of one payment,
// or of a chain when it has no payment id. An error stands against paying.
type Finding struct {
	Severity  rules.Severity  `json:"severity"`
	Kind      string          `json:"kind"`
	Chain     string          `json:"chain"`
	PaymentID string          `json:"payment_id"`
	PayeeKind rules.PayeeKind `json:"payee_kind"`
	PayeeID   string          `json:"payee_id"`
	Wallet    string          `json:"wallet"` // as the manifest writes it
	Message   string          `json:"message"`
	Do        string          `json:"do"` // what to do about it
}

// String words a finding as one line, without its severity.
func (f Finding) String() string {
	switch {
	case f.PaymentID != "":
		return fmt.Sprintf("%s %s, %s: %s; %s", f.PayeeKind, f.PayeeID, f.PaymentID, f.Message, f.Do)
	case f.Chain != "":
		return fmt.Sprintf("%s: %s; %s", f.Chain, f.Message, f.Do)
	}
	return f.Message + "; " + f.Do
}

// Errors counts the findings that stand against paying.
func (p *Preflight) Errors() int { return p.count(rules.SeverityError) }

// Warnings counts the findings that people must look at.
func (p *Preflight) Warnings() int { return p.count(rules.SeverityWarning) }

func (p *Preflight) count(s rules.Severity) int {
	n := 0
	for _, f := range p.Findings {
		if f.Severity == s {
			n++
		}
	}
	return n
}
