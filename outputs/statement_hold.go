package outputs

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"fleetpay/rules"
)

// What a payee of whom nothing is paid may do about it.

// hold says of a held payout what is wrong, and what the payee does about it, a
// sentence each; and whether nothing is wrong but that a change is not confirmed.
func (m *Month) hold(p *rules.Payout, to rules.Destination) (wrong, advice string, unconfirmed bool) {
	kept := fmt.Sprintf("%s USD is kept and paid with the close after that.", p.CarriedOut)
	facts, steps := destinationFaults(p, to)
	if len(facts) > 0 {
		return "Held: " + strings.Join(facts, ", and ") + ".", upperFirst(listed(steps)) + " to " + m.askWhom() + "; " + kept, false
	}
	missing, more := max(m.Facts.Settings.Confirmers-len(to.ConfirmedBy), 1), ""
	if len(to.ConfirmedBy) > 0 {
		more = "more "
	}
	changed := "wallet"
	if strings.EqualFold(to.Last.Wallet, p.Wallet) {
		changed = "chain"
	}
	return fmt.Sprintf("Held: waiting for %s of the new %s.", counted(missing, more+"confirmation"), changed),
		"If you did not ask for this change, tell " + m.askWhom() + "; " + kept, true
}

// destinationFaults lists why nothing can be sent to where a payout would go, and
// for each what the payee does.
func destinationFaults(p *rules.Payout, to rules.Destination) (facts, steps []string) {
	_, knownChain := LookupChain(p.Chain)
	_, problem := CheckWallet(p.Wallet)
	blocked := slices.ContainsFunc(to.Problems, func(s string) bool { return strings.HasSuffix(s, " is blocked") })
	switch {
	case p.Wallet == "":
		facts, steps = append(facts, "no wallet is on file"), append(steps, "send one")
	case problem != "":
		if end := strings.LastIndex(problem, "; "); end >= 0 { // what follows is for the program's people
			problem = problem[:end]
		}
		facts, steps = append(facts, "the "+problem), append(steps, "send the right one")
	case blocked:
		facts, steps = append(facts, "the wallet on file is on the program's list of blocked wallets"), append(steps, "send another one")
	}
	switch {
	case knownChain:
	case p.Chain == "":
		facts, steps = append(facts, "no chain is on file"), append(steps, nameChain())
	default:
		facts = append(facts, "the program does not pay on chain "+strconv.Quote(p.Chain))
		steps = append(steps, nameChain())
	}
	return facts, steps
}

func nameChain() string { return "name a chain (" + strings.Join(ChainNames(), ", ") + ")" }

// askWhom names who answers payees, as configured.
func (m *Month) askWhom() string {
	if m.Contact.Ask != "" {
		return m.Contact.Ask
	}
	return "the program"
}

// question says whom to ask about a document, and until when; "" when nobody is
// named.
func (m *Month) question(document string) string {
	c := m.Contact
	if c.Ask == "" {
		return ""
	}
	said := "Questions about this " + document + ": " + c.Ask
	if !c.Until.IsZero() {
		said += ", until " + dayName(c.Until)
	}
	return said + "."
}

// replaces says that payees may have seen another statement of the month, "" when
// there was none.
func (m *Month) replaces() string {
	if m.Withdrawn == 0 {
		return ""
	}
	return "This statement replaces an earlier one of this month, which was withdrawn."
}

// statementID names a payee's statement of a month: 2026-10/partner-harbour.
func statementID(p rules.Period, kind rules.PayeeKind, id string) string {
	return p.String() + "/" + string(kind) + "-" + id
}

func upperFirst(s string) string {
	if s == "" {
		return ""
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
