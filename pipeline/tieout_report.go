package pipeline

import (
	"fmt"
	"strings"

	"github.com/shopspring/decimal"

	"fleetpay/outputs"
	"fleetpay/pipeline/payments"
)

// report writes report.md: the verdict first, then the three sums, what is to be
// done, and every payment and transfer.
func (t *TieOut) report(program string, r *ScanRecord) ([]byte, error) {
	var doc outputs.Paper
	doc.Title(fmt.Sprintf("%s: settlement of %s", program, t.Period))
	doc.Say(t.Verdict(r))
	if attention := t.Attention(); attention != "" {
		doc.Warn(fmt.Sprintf("Somebody must look at this: %s.", attention))
	}
	doc.Say(r.said())
	t.sums(&doc)
	if next := t.steps(); len(next) > 0 {
		doc.Section("What to do")
		doc.List(itemsOf(next))
	}
	t.sentBySafes(&doc)
	if len(r.Explained) == 0 {
		r.lookedAt(&doc)
	}
	t.paid(&doc)
	t.notPaid(&doc)
	t.strays(&doc)
	t.explained(&doc)
	return doc.Markdown()
}

// said tells what the entry is.
func (r *ScanRecord) said() string {
	if n := len(r.Explained); n > 0 {
		return fmt.Sprintf("Entry %s of the settlement of %s, made at %s by %s. It looks at no chain: it explains %s of transaction %s. "+
			"All else is as the entries before it say.",
			entryFolder(r.Number), r.Period, r.At, r.By, count(n, "transfer"), r.Explained[0].TxHash)
	}
	return fmt.Sprintf("Entry %s of the settlement of %s, made at %s by %s. It tells what the chains and all entries before it say, of this month and of others.",
		entryFolder(r.Number), r.Period, r.At, r.By)
}

// sums sets the tie-out of each chain and of all.
func (t *TieOut) sums(doc *outputs.Paper) {
	doc.Section("Computed, manifest, chain")
	columns := []outputs.PaperColumn{
		{Head: "Chain"}, {Head: "Payments", Number: true}, {Head: "Computed", Number: true}, {Head: "Manifest", Number: true},
		{Head: "On chain", Number: true}, {Head: "Difference", Number: true}, {Head: "Returned", Number: true},
		{Head: "In question", Number: true}, {Head: "Not paid yet", Number: true},
	}
	cells := func(name string, s TieSum) []string {
		return []string{
			name, whole(int64(s.Payments)), s.Computed.String(), s.Manifest.String(), s.OnChain, s.Difference,
			s.GivenBack.String(), s.InQuestion.String(), s.NotPaid.String(),
		}
	}
	var rows [][]string
	for _, c := range t.Chains {
		rows = append(rows, cells(c.Chain, c))
	}
	doc.Table(columns, rows, cells("All", t.Total), "")
	doc.Say("Sums are US dollars, and 1 USD is paid as 1 USDC. Computed is payouts.csv, manifest is payments/usdc.json, on chain are the " +
		"transfers that settle a payment. The difference is what the manifest asks for and the chain does not show. It is what a later close " +
		"returned, what is in question (perhaps paid, paid with another sum or on another chain, or no longer on the chain), and what is not " +
		"paid yet. What was paid too much is no part of it: see the transfers that settle no payment.")
}

// lookedAt tells what the scan read.
func (r *ScanRecord) lookedAt(doc *outputs.Paper) {
	doc.Section("What was looked at")
	columns := []outputs.PaperColumn{
		{Head: "Chain"}, {Head: "Source"}, {Head: "First block", Number: true}, {Head: "Last block", Number: true},
		{Head: "From"}, {Head: "Through"}, {Head: "Final"}, {Head: "Transfers", Number: true},
	}
	if len(r.Spans) == 0 {
		doc.Say("No stretch of a chain was looked at as a whole, so that nothing can be said of what is not there.")
	}
	var rows []safeRow
	canChange := false
	for _, s := range r.Spans {
		final := "yes"
		if !s.Final {
			final, canChange = "no", true
		}
		rows = append(rows, safeRow{s.Safe, []string{
			s.Chain, s.Source, whole(s.First), whole(s.Last), s.From, s.Through, final, whole(int64(s.Transfers)),
		}})
	}
	tablesBySafe(doc, columns, rows)
	if canChange {
		doc.Say("What is not final can still change, so that a later scan may tell otherwise.")
	}
	if len(r.NotLookedAt) > 0 {
		doc.Say("Not looked at: " + strings.Join(r.NotLookedAt, ", ") + ".")
	}
	r.given(doc)
}

// given tells what was in the files of explorers.
func (r *ScanRecord) given(doc *outputs.Paper) {
	if len(r.Files) == 0 {
		return
	}
	var files [][]string
	var safes []safeRow
	for _, f := range r.Files {
		files = append(files, []string{f.File, whole(int64(f.Rows)), whole(int64(f.USDC)), whole(int64(f.Strangers)), f.SHA256})
		for _, s := range f.Safes {
			safes = append(safes, safeRow{s.Safe, []string{f.File, s.Chain, whole(int64(s.Sent)), whole(int64(s.Received)), s.From, s.Through}})
		}
	}
	doc.Section("What was in the files")
	doc.Table([]outputs.PaperColumn{
		{Head: "File"}, {Head: "Rows", Number: true}, {Head: "Of USDC", Number: true}, {Head: "With no Safe of ours", Number: true}, {Head: "SHA-256"},
	}, files, nil, "")
	tablesBySafe(doc, []outputs.PaperColumn{
		{Head: "File"}, {Head: "Chain"}, {Head: "Sent", Number: true}, {Head: "Received", Number: true}, {Head: "First"}, {Head: "Last"},
	}, safes)
}

// paid lists the settled payments under the transactions that settle them.
func (t *TieOut) paid(doc *outputs.Paper) {
	doc.Section("Settled")
	list := t.transactions()
	if len(list) == 0 {
		doc.Say("No payment is settled.")
	}
	for _, x := range list {
		var rows [][]string
		for _, p := range x.payments {
			rows = append(rows, []string{p.PaymentID, payee(p.PayeeKind, p.PayeeID), p.Name, p.OnChain})
		}
		first := x.payments[0]
		doc.Say(fmt.Sprintf("Transaction %s on %s, block %d, %s: %s of %s USDC.",
			first.TxHash, first.Chain, *first.Block, first.Time, count(len(rows), "payment"), outputs.USDC(x.units)))
		doc.Table([]outputs.PaperColumn{{Head: "Payment"}, {Head: "Payee"}, {Head: "Name"}, {Head: "Amount", Number: true}}, rows, nil, "")
	}
}

// tiedTransaction is a transaction with the period's payments that it settles.
type tiedTransaction struct {
	payments []TiedPayment
	units    decimal.Decimal
}

// transactions groups the settled payments by transaction, in the order of the
// first payment of each.
func (t *TieOut) transactions() []*tiedTransaction {
	type key struct{ chain, hash string }
	at := map[key]*tiedTransaction{}
	var list []*tiedTransaction
	for _, p := range t.in(payments.StateSettled) {
		k := key{p.Chain, p.TxHash}
		if at[k] == nil {
			at[k] = &tiedTransaction{}
			list = append(list, at[k])
		}
		at[k].payments = append(at[k].payments, p)
		at[k].units = at[k].units.Add(unitsOf(p.BaseUnits))
	}
	return list
}

// notPaid lists the other payments, by state.
func (t *TieOut) notPaid(doc *outputs.Paper) {
	columns := []outputs.PaperColumn{
		{Head: "Payment"}, {Head: "Payee"}, {Head: "Name"}, {Head: "Chain"}, {Head: "Amount", Number: true}, {Head: "Why"},
	}
	for _, state := range paymentStates {
		list := t.in(state)
		if state == payments.StateSettled || len(list) == 0 {
			continue
		}
		var rows [][]string
		for _, p := range list {
			why := p.Why
			if p.Explained != "" {
				why += "; " + p.Explained
			}
			rows = append(rows, []string{p.PaymentID, payee(p.PayeeKind, p.PayeeID), p.Name, p.Chain, p.Manifest.String(), why})
		}
		doc.Section(stateHeading(state))
		doc.Table(columns, rows, nil, "")
	}
}

// stateHeading is a state as the heading of a section.
func stateHeading(s payments.State) string {
	switch s {
	case payments.StateOpen:
		return "Never given out"
	case payments.StateExported:
		return "Given out, and not looked for since"
	case payments.StateMissing:
		return "Given out, and not on the chain"
	case payments.StateAmbiguous:
		return "Perhaps paid"
	case payments.StateWrongAmount:
		return "Paid with another sum"
	case payments.StateWrongChain:
		return "Paid on another chain"
	case payments.StateVanished:
		return "No longer on the chain"
	case payments.StateReturned:
		return "Returned"
	case payments.StatePaidAfterReturn:
		return "Paid though returned"
	case payments.StateSettled:
		return "Settled"
	}
	return string(s)
}

// strays lists the transfers that settle nothing.
func (t *TieOut) strays(doc *outputs.Paper) {
	doc.Section("Transfers that settle no payment")
	none := "There is none."
	if len(t.Explained) > 0 {
		none = "There is none but what was explained; see below."
	}
	var rows [][]string
	for _, s := range t.Strays {
		rows = append(rows, []string{string(s.Kind), s.Chain, s.Safe, s.To, s.Amount, s.Time, s.TxHash, s.Why})
	}
	doc.Table([]outputs.PaperColumn{
		{Head: "Kind"}, {Head: "Chain"}, {Head: "From Safe"}, {Head: "To"}, {Head: "Amount", Number: true},
		{Head: "Time"}, {Head: "Transaction"}, {Head: "Why"},
	}, rows, nil, none)
	if t.Dust > 0 {
		doc.Say(fmt.Sprintf("Not listed: %s of 0 USDC, as anybody can have made in a Safe's name; see transfers.csv of each entry.", count(t.Dust, "transfer")))
	}
}

// explained lists the transfers that people have dealt with. No sum counts them.
func (t *TieOut) explained(doc *outputs.Paper) {
	if len(t.Explained) == 0 {
		return
	}
	doc.Section("Explained")
	var rows [][]string
	for _, s := range t.Explained {
		holds := "yes"
		if s.Void != "" {
			holds = "void: " + s.Void
		}
		rows = append(rows, []string{string(s.Kind), s.Chain, s.Safe, s.To, s.Amount, s.Time, s.TxHash, strings.Join(s.PaymentIDs, ", "), s.By, s.At, holds, s.Reason})
	}
	doc.Table([]outputs.PaperColumn{
		{Head: "Kind"}, {Head: "Chain"}, {Head: "From Safe"}, {Head: "To"}, {Head: "Amount", Number: true},
		{Head: "Time"}, {Head: "Transaction"}, {Head: "Payments"}, {Head: "By"}, {Head: "At"}, {Head: "Holds"}, {Head: "Reason"},
	}, rows, nil, "")
	doc.Say("People have dealt with these transfers that settle no payment. No sum of payments counts them, and the payments that they touch stay as they are.")
}
