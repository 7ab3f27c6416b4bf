package pipeline

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"fleetpay/outputs"
	"fleetpay/pipeline/payments"
	"fleetpay/rules"
	"fleetpay/sources/chain"
)

// barredState is the state of a payment that is returned by what is no close: a
// withdrawn one, or a row of returns whose period is still open.
const barredState = "barred"

// CheckPayments looks at every payment of a closed period that is still to be
// made: in the closed folder, the configuration and the lists of blocked wallets,
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
	wanted, err := ws.returnsWanted(ctx, l.open())
	if err != nil {
		return nil, err
	}
	judged := l.Judge()
	list, leftOut := l.stillToPay(judged, p, wanted)
	f := newPreflight(ws, l.months[p], l, list)
	f.leaveOut = leftOut
	waiting, err := l.restored(judged, f.month)
	if err != nil {
		return nil, err
	}
	for i, x := range list {
		f.given[x.ID] = len(judged.Standing(x.ID).Given) > 0
		if why := waiting[x.ID]; why != "" {
			f.payment(i, rules.SeverityError, "must-wait", why, leavingOut(x))
		}
	}
	return f.look(ctx, nodes)
}

// stillToPay parts a period's payments into those that are to be made and those
// that are not any more.
func (l *ledger) stillToPay(j *payments.Judgement, p rules.Period, wanted map[string]string) (list []payments.Payment, leftOut []PreflightLeftOut) {
	over := []payments.State{payments.StateSettled, payments.StateReturned, payments.StatePaidAfterReturn}
	for i := range j.Standings {
		s := &j.Standings[i]
		id := s.Payment.ID
		switch {
		case s.Payment.Period != p:
		case slices.Contains(over, s.State):
			leftOut = append(leftOut, PreflightLeftOut{id, string(s.State), s.Why})
		case l.barred[id] != "":
			leftOut = append(leftOut, PreflightLeftOut{id, barredState, "the withdrawn close " + l.barred[id] + " returned it"})
		case wanted[id] != "":
			leftOut = append(leftOut, PreflightLeftOut{id, barredState, wanted[id] + " returns it"})
		default:
			list = append(list, s.Payment)
		}
	}
	return list, leftOut
}

// preflight finds what stands against making exactly the payments of list, which
// are of month m.
func preflight(ctx context.Context, ws *Workspace, m *paidMonth, l *ledger, list []payments.Payment, nodes []*chain.Client) ([]Finding, error) {
	result, err := newPreflight(ws, m, l, list).look(ctx, nodes)
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
	given    map[string]bool // payments of list that were given out before
	found    []found
}

// found is a finding with its place among those of its severity.
type found struct {
	Finding
	chain, payment int // -1: of all
}

func newPreflight(ws *Workspace, m *paidMonth, l *ledger, list []payments.Payment) *preflighting {
	f := &preflighting{ws: ws, month: m, ledger: l, list: list, wallets: map[string]string{}, given: map[string]bool{}}
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
		f.chains = append(f.chains, PreflightChain{
			Chain: name, ChainID: list[part[0]].ChainID, Payments: len(part), Amount: sum.String(), BaseUnits: outputs.BaseUnits(sum),
			Batches: (len(part) + outputs.SafeBatchLimit - 1) / outputs.SafeBatchLimit, Safe: ws.Paying.Safes[name],
		})
	}
	return f
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
		Period: f.month.period.String(), Payments: len(f.list), Amount: sum.String(),
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

// leavingOut says how a payment is kept from being made.
func leavingOut(p payments.Payment) string {
	return fmt.Sprintf("leave it out with --without %s, or return it by a row in returns", p.ID)
}
