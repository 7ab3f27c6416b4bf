package pipeline

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"fleetpay/outputs"
	"fleetpay/pipeline/payments"
	"fleetpay/rules"
	"fleetpay/sources/chain"
)

// barredState is the state of a payment that is returned by what is no close: a
// withdrawn one, or a row of returns whose period is still open.
const barredState = "barred"

// CheckPayments looks at every payment of a closed period that an export could give
// out now, for the first time or again: in the closed folder, the configuration and the lists of blocked wallets,
// and on each chain that a node is given for. It writes nothing and takes no
// lock. A node that can't be asked is an error, and then nothing is claimed.
func CheckPayments(ctx context.Context, ws *Workspace, p rules.Period, nodes []*chain.Client) (*Preflight, error) {
	c := closes{ws.Closes}
	if err := c.mustBeClosed(p); err != nil {
		return nil, err
	}
	l, err := c.ledger()
	if err != nil {
		return nil, err
	}
	if err := l.months[p].notedByHand(); err != nil {
		return nil, err
	}
	wanted, err := ws.returnsWanted(ctx, l.open())
	if err != nil {
		return nil, err
	}
	judged := l.Judge()
	list, leftOut := l.stillToPay(judged, p, wanted)
	f := newPreflight(ws, l.months[p], l, judged, list)
	f.leaveOut = leftOut
	waiting, err := l.restored(judged, f.month)
	if err != nil {
		return nil, err
	}
	for i, x := range list {
		if judged.Standing(x.ID).State == payments.StateMissing {
			f.again++
		}
		if why := waiting[x.ID]; why != "" {
			f.payment(i, rules.SeverityError, "must-wait", why, "until then "+leaveOut(x))
		}
	}
	return f.look(ctx, nodes)
}

// stillToPay parts a period's payments into those that an export could give out
// now and those that none would.
func (l *ledger) stillToPay(j *payments.Judgement, p rules.Period, wanted map[string]string) (list []payments.Payment, leftOut []PreflightLeftOut) {
	for i := range j.Standings {
		s := &j.Standings[i]
		id := s.Payment.ID
		out := PreflightLeftOut{PaymentID: id, State: string(s.State), Why: s.Why}
		if n := len(s.Given); n > 0 {
			out.Export = s.Given[n-1].Number
		}
		_, refusal := s.MayExport()
		barred := l.barredBy(id, wanted)
		switch {
		case s.Payment.Period != p:
		case refusal != "":
			leftOut = append(leftOut, out)
		case barred != "":
			out.State, out.Why = barredState, barred
			leftOut = append(leftOut, out)
		default:
			list = append(list, s.Payment)
		}
	}
	return list, leftOut
}

// barredBy says what no close of ours bars a payment with, which is a withdrawn
// close or a row of returns whose period is open; "" when nothing does.
func (l *ledger) barredBy(id string, wanted map[string]string) string {
	switch {
	case l.barred[id] != "":
		return "the withdrawn close " + l.barred[id] + " returned it"
	case wanted[id] != "":
		return wanted[id] + " names it"
	}
	return ""
}

// preflight finds what stands against making exactly the payments of list, which
// are of month m.
func preflight(ctx context.Context, ws *Workspace, m *paidMonth, l *ledger, list []payments.Payment, nodes []*chain.Client) ([]Finding, error) {
	result, err := newPreflight(ws, m, l, l.Judge(), list).look(ctx, nodes)
	if err != nil {
		return nil, err
	}
	return result.Findings, nil
}

// preflighting is a preflight on its way.
type preflighting struct {
	ws       *Workspace
	month    *paidMonth
	ledger   *ledger
	list     []payments.Payment // to look at, in the manifest's order
	wallets  map[string]string  // by payment id, as the manifest writes them: the ledger's are in lower case, which carries no check
	chains   []PreflightChain
	leaveOut []PreflightLeftOut
	again    int             // payments of list that were given out before
	restores map[string]bool // payments of list that pay once more what a return gave back
	found    []found
}

// found is a finding with its place among those of its severity.
type found struct {
	Finding
	chain, payment int // -1: of all
}

func newPreflight(ws *Workspace, m *paidMonth, l *ledger, judged *payments.Judgement, list []payments.Payment) *preflighting {
	f := &preflighting{ws: ws, month: m, ledger: l, list: list, wallets: map[string]string{}, restores: l.restoring(list)}
	for _, c := range m.manifest.Chains {
		for _, p := range c.Payments {
			f.wallets[p.PaymentID] = p.Wallet
		}
	}
	var names []string
	for _, p := range list {
		if !slices.Contains(names, p.Chain) {
			names = append(names, p.Chain)
		}
	}
	for _, name := range names {
		part := f.on(name)
		sum := sumOf(f.list, part)
		one := PreflightChain{
			Chain: name, ChainID: list[part[0]].ChainID, Payments: len(part), Amount: sum.String(), BaseUnits: outputs.BaseUnits(sum),
			Batches: (len(part) + outputs.SafeBatchLimit - 1) / outputs.SafeBatchLimit, Safe: ws.Paying.Safes[name],
		}
		one.draws(judged)
		f.chains = append(f.chains, one)
	}
	return f
}

// draws adds up what was given out with the Safe, in whatever period, and not seen
// since: whoever has the batch can still have it paid.
func (c *PreflightChain) draws(j *payments.Judgement) {
	var sum rules.Money
	for i := range j.Standings {
		s := &j.Standings[i]
		if s.State != payments.StateExported || s.Payment.ChainID != c.ChainID {
			continue
		}
		if last := s.Given[len(s.Given)-1]; strings.EqualFold(last.Safe, c.Safe) {
			c.Unseen++
			sum = sum.Add(s.Payment.Amount)
			if c.unseenIn.Before(last.Period) {
				c.unseenIn = last.Period
			}
		}
	}
	c.UnseenAmount, c.unseenUnits = sum.String(), outputs.BaseUnits(sum)
}

// restoring tells which payments of a list pay once more what a return gave back.
func (l *ledger) restoring(list []payments.Payment) map[string]bool {
	returned := map[outputs.PayeeKey][]payments.Return{}
	byPayee := map[outputs.PayeeKey][]payments.Payment{}
	byID := map[string]payments.Payment{}
	for _, p := range l.Payments {
		byID[p.ID] = p
		byPayee[payeeKey(p)] = append(byPayee[payeeKey(p)], p)
	}
	for _, r := range l.Returns {
		if first, known := byID[r.PaymentID]; known {
			returned[payeeKey(first)] = append(returned[payeeKey(first)], r)
		}
	}
	once := map[string]bool{}
	for _, p := range list {
		for _, r := range returned[payeeKey(p)] {
			if l.restores(p, r, byPayee[payeeKey(p)]) {
				once[p.ID] = true
			}
		}
	}
	return once
}

// on lists the places in the list of a chain's payments.
func (f *preflighting) on(chain string) []int {
	var part []int
	for i, p := range f.list {
		if p.Chain == chain {
			part = append(part, i)
		}
	}
	return part
}

// sumOf adds the amounts of the payments at some places of a list.
func sumOf(list []payments.Payment, places []int) (sum rules.Money) {
	for _, i := range places {
		sum = sum.Add(list[i].Amount)
	}
	return sum
}

// look looks at everything and puts the findings in order.
func (f *preflighting) look(ctx context.Context, nodes []*chain.Client) (*Preflight, error) {
	f.lookAtPayments()
	if err := f.lookAtWallets(); err != nil {
		return nil, err
	}
	if err := f.ask(ctx, nodes); err != nil {
		return nil, err
	}
	slices.SortStableFunc(f.found, func(a, b found) int {
		return cmp.Or(severityRank(a.Severity)-severityRank(b.Severity), a.chain-b.chain, a.payment-b.payment)
	})
	var sum rules.Money
	for _, p := range f.list {
		sum = sum.Add(p.Amount)
	}
	result := &Preflight{
		Period: f.month.period.String(), Payments: len(f.list), Again: f.again, Amount: sum.String(),
		Chains: orNone(f.chains), LeftOut: orNone(f.leaveOut), Findings: []Finding{},
	}
	for _, x := range f.found {
		result.Findings = append(result.Findings, x.Finding)
	}
	return result, nil
}

func severityRank(s rules.Severity) int {
	return slices.Index([]rules.Severity{rules.SeverityError, rules.SeverityWarning, rules.SeverityInfo}, s)
}

// payment notes a finding about the payment at place i of the list.
func (f *preflighting) payment(i int, s rules.Severity, kind, message, do string) {
	p := f.list[i]
	f.found = append(f.found, found{
		Finding{s, kind, p.Chain, p.ID, p.PayeeKind, p.PayeeID, f.wallets[p.ID], message, do},
		chainRank(p.Chain), i,
	})
}

// general notes a finding about no chain and no payment.
func (f *preflighting) general(s rules.Severity, kind, message, do string) {
	f.found = append(f.found, found{Finding{Severity: s, Kind: kind, Message: message, Do: do}, -1, -1})
}

// wide notes a finding about a chain.
func (f *preflighting) wide(chain string, s rules.Severity, kind, message, do string) {
	f.found = append(f.found, found{Finding{Severity: s, Kind: kind, Chain: chain, Message: message, Do: do}, chainRank(chain), -1})
}

// chainRank orders chains as the manifest does; one that is none of ours is last.
func chainRank(name string) int {
	if at := slices.Index(outputs.ChainNames(), name); at >= 0 {
		return at
	}
	return len(outputs.ChainNames())
}

// leaveOut says how a payment is kept from being given out for now: what time or
// money mends needs no more. The command is at the end, where it can be copied.
func leaveOut(p payments.Payment) string {
	return fmt.Sprintf("leave it out: fleetpay payments export %s --without %s", p.Period, p.ID)
}

// neverPaid says what to do about a payment that can't be made to its wallet. One
// that pays a return once more is not returned in its turn for that.
func (f *preflighting) neverPaid(p payments.Payment) string {
	if f.restores[p.ID] {
		return leaveOut(p)
	}
	return "return it by a row in returns, which bars this payment for good, or " + leaveOut(p)
}
