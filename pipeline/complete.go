package pipeline

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"fleetpay/outputs"
	"fleetpay/pipeline/measure"
	"fleetpay/rules"
)

// completion is what the facts of a period still lack once its inputs are
// measured: all that other closes and the workspace say.
type completion struct {
	period       rules.Period
	first        rules.Period // of the chain of closes
	closedOn     rules.Date
	previous     *previous // nil for the first close
	returned     []returnedPayment
	settings     RecordedSettings
	parameters   map[string]string
	blocked      []string // checksummed
	balances     []rules.Carried
	confirmation map[confirmedAccount][]string // distinct people, in the order of the dataset
}

// confirmedAccount is an account that somebody confirmed for a payee. The wallet
// is in lower case: its upper-case letters are only a check.
type confirmedAccount struct {
	payee         outputs.PayeeKey
	chain, wallet string
}

// confirmationsOf lists who confirmed what. A person counts once, however the
// name is spelled in upper and lower case.
func confirmationsOf(list []measure.Confirmation) map[confirmedAccount][]string {
	people := map[confirmedAccount][]string{}
	for _, c := range list {
		key := confirmedAccount{outputs.PayeeKey{Kind: c.PayeeKind, ID: c.PayeeID}, c.Chain, strings.ToLower(c.Wallet)}
		by := strings.TrimSpace(c.ConfirmedBy)
		known := slices.ContainsFunc(people[key], func(other string) bool { return strings.EqualFold(other, by) })
		if !known && by != "" {
			people[key] = append(people[key], by)
		}
	}
	return people
}

// complete fills in the facts. The error names every payee with a balance that
// the inputs no longer have.
func (c *completion) complete(f *rules.Facts) error {
	f.ClosedOn = c.closedOn
	f.Settings = rules.Settings{
		Minimum: c.settings.Minimum, Confirmers: c.settings.Confirmers, Parameters: c.parameters,
		SlotSeconds: int64(c.settings.HeartbeatIntervalSeconds),
	}
	f.Settings.Targets, f.Settings.PartnersOwn = c.settings.Targets.targets()
	f.Carried = c.balances
	if c.previous != nil {
		f.ClosedSince = c.first
		f.Carried = c.previous.carried()
	}
	payees := map[outputs.PayeeKey]bool{}
	for i := range f.Operators {
		o := &f.Operators[i]
		key := outputs.PayeeKey{Kind: rules.OperatorPayee, ID: o.ID}
		payees[key] = true
		c.destination(key, &o.Destination)
		if c.previous != nil {
			o.History = c.previous.Uptime[o.ID]
			o.KnownExit, o.Known = lookup(c.previous.Exits, o.ID)
		}
	}
	for i := range f.Partners {
		p := &f.Partners[i]
		key := outputs.PayeeKey{Kind: rules.PartnerPayee, ID: p.ID}
		payees[key] = true
		c.destination(key, &p.Destination)
	}
	f.Missed = c.missed(f.Missed)
	return refused(errors.Join(c.paidTwice(f.Adjustments), c.giveBack(f), c.payeesMissing(f.Carried, payees)))
}

// paidTwice refuses an adjustment whose id is on a line of an earlier close: it
// was moved to another period after it was paid.
func (c *completion) paidTwice(list []rules.Adjustment) error {
	if c.previous == nil {
		return nil
	}
	var errs []error
	for _, a := range list {
		if closed, included := c.previous.Adjustments[a.ID]; included {
			errs = append(errs, fmt.Errorf("adjustments: %s is in the close of %s already; give what is new an id of its own", a.ID, closed))
		}
	}
	return errors.Join(errs...)
}

func lookup[K comparable, V any](m map[K]V, key K) (V, bool) {
	v, ok := m[key]
	return v, ok
}

// destination checks where a payee wants its money, whom it was sent to last,
// and who confirmed a change.
func (c *completion) destination(key outputs.PayeeKey, d *rules.Destination) {
	if d.Chain == "" {
		d.Chain = c.settings.DefaultChain
	}
	d.Problems = nil
	wallet, problem := outputs.CheckWallet(d.Wallet)
	if problem != "" {
		d.Problems = append(d.Problems, problem)
	} else {
		d.Wallet = wallet
		if slices.Contains(c.blocked, wallet) {
			d.Problems = append(d.Problems, fmt.Sprintf("wallet %s is blocked", wallet))
		}
	}
	if _, known := outputs.LookupChain(d.Chain); !known {
		d.Problems = append(d.Problems, fmt.Sprintf("chain %q is unknown; it is one of %s",
			d.Chain, strings.Join(outputs.ChainNames(), ", ")))
	}
	if c.previous != nil {
		d.Last = c.previous.Payees[key].Account
	}
	d.ConfirmedBy = c.confirmation[confirmedAccount{key, d.Chain, strings.ToLower(d.Wallet)}]
}

// carried lists the balances that the previous close carried out.
func (p *previous) carried() []rules.Carried {
	var list []rules.Carried
	for _, key := range p.payeeKeys() {
		if sum := p.Payees[key].CarriedOut; !sum.IsZero() {
			list = append(list, rules.Carried{PayeeKind: key.Kind, PayeeID: key.ID, Amount: sum})
		}
	}
	return list
}

// missed keeps the adjustments of earlier months that no close included.
func (c *completion) missed(earlier []rules.Adjustment) []rules.Adjustment {
	return slices.DeleteFunc(slices.Clone(earlier), func(a rules.Adjustment) bool {
		if c.previous == nil {
			return false
		}
		_, included := c.previous.Adjustments[a.ID]
		return included
	})
}

// payeesMissing refuses balances without a payee: money owed must not vanish
// because a row did.
func (c *completion) payeesMissing(carried []rules.Carried, payees map[outputs.PayeeKey]bool) error {
	var errs []error
	for _, b := range carried {
		if !payees[outputs.PayeeKey{Kind: b.PayeeKind, ID: b.PayeeID}] && !b.Amount.IsZero() {
			errs = append(errs, fmt.Errorf("%ss: %s is missing, but has a balance of %s; put its row back",
				b.PayeeKind, b.PayeeID, b.Amount))
		}
	}
	return errors.Join(errs...)
}
