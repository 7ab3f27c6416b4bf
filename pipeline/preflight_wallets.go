package pipeline

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"fleetpay/outputs"
	"fleetpay/rules"
	"fleetpay/sources"
)

// lookAtWallets holds the wallets to the lists of blocked ones as they are now,
// and to those of other payees.
func (f *preflighting) lookAtWallets() error {
	blocked, empty, err := f.ws.blockedNow(f.month.period)
	if err != nil {
		return err
	}
	for _, name := range empty {
		f.general(rules.SeverityWarning, "blocked-empty", fmt.Sprintf("the list of blocked wallets %s is empty, so that nobody is looked for there", name),
			"put the list there again, or take it out of fleetpay.yaml (payments: blocked_wallets)")
	}
	sharing := f.sharing()
	earlier := f.earlier()
	named := map[string]bool{} // wallets whose sharing is told
	for i, p := range f.list {
		for _, b := range blocked[p.Wallet] {
			f.payment(i, rules.SeverityError, "blocked", fmt.Sprintf("wallet %s is blocked by %s", b.Address, placeOfBlocked(b)), f.neverPaid(p))
		}
		users := sharing[p.Wallet]
		if len(users) > 1 && !named[p.Wallet] {
			named[p.Wallet] = true
			f.payment(i, rules.SeverityWarning, "shared-wallet",
				fmt.Sprintf("wallet %s is that of several payees: %s", outputs.ChecksumAddress(p.Wallet), listUsers(users)),
				"make sure that each of them wants to be paid there")
		}
		for _, u := range earlier[p.Wallet] {
			if u.payee != payeeOf(p) && !hasUser(users, u.payee) {
				f.payment(i, rules.SeverityWarning, "earlier-wallet",
					fmt.Sprintf("wallet %s was that of %s in %s", outputs.ChecksumAddress(p.Wallet), u.payee, u.where),
					"make sure that it is the payee's own now")
			}
		}
	}
	return nil
}

// blockedNow reads the lists of blocked wallets as they lie now, by wallet in
// lower case, and names the lists that have no address. A close read them as they
// were then.
func (ws *Workspace) blockedNow(p rules.Period) (byWallet map[string][]outputs.BlockedWallet, empty []string, err error) {
	byWallet = map[string][]outputs.BlockedWallet{}
	if ws.BlockedWallets == "" {
		return byWallet, nil, nil
	}
	names, err := sources.ResolveFiles(ws.Dir, ws.BlockedWallets, p.String())
	if err != nil {
		return nil, nil, inputError(fmt.Errorf("%s: %w", blockedDataset, err))
	}
	var errs []error
	for _, name := range names {
		data, err := os.ReadFile(sources.Locate(ws.Dir, name))
		if err != nil {
			return nil, nil, inputError(fmt.Errorf("%s: %w", blockedDataset, err))
		}
		list, err := outputs.ParseBlockedList(name, data)
		errs = append(errs, refused(err))
		if err == nil && len(list) == 0 {
			empty = append(empty, name)
		}
		for _, b := range list {
			wallet := strings.ToLower(b.Address)
			byWallet[wallet] = append(byWallet[wallet], b)
		}
	}
	return byWallet, empty, errors.Join(errs...)
}

// placeOfBlocked says where a wallet is named: ofac.txt:12 (ETH).
func placeOfBlocked(b outputs.BlockedWallet) string {
	place := fmt.Sprintf("%s:%d", b.File, b.Line)
	if b.Tag != "" {
		place += " (" + b.Tag + ")"
	}
	return place
}

// walletUser is a payee that has a wallet, and where that is said: a payment id,
// the payout's status, or a period.
type walletUser struct{ payee, where string }

// sharing lists who has each wallet in this period, in the manifest's order: on
// whatever chain, in whatever case, paid or not.
func (f *preflighting) sharing() map[string][]walletUser {
	users := map[string][]walletUser{}
	add := func(kind rules.PayeeKind, id, wallet, where string) {
		wallet, payee := strings.ToLower(wallet), string(kind)+" "+id
		if wallet != "" && !hasUser(users[wallet], payee) {
			users[wallet] = append(users[wallet], walletUser{payee, where})
		}
	}
	for _, c := range f.month.manifest.Chains {
		for _, p := range c.Payments {
			add(p.PayeeKind, p.PayeeID, p.Wallet, p.PaymentID+" on "+c.Chain)
		}
	}
	for _, unpaid := range [][]outputs.Unpaid{f.month.manifest.Held, f.month.manifest.Carried} {
		for _, u := range unpaid {
			add(u.PayeeKind, u.PayeeID, u.Wallet, string(u.Status))
		}
	}
	return users
}

// earlier lists whom each wallet was to be paid to in periods before this one:
// each payee once, with its latest period, in the order of their first payments.
func (f *preflighting) earlier() map[string][]walletUser {
	users := map[string][]walletUser{}
	for _, p := range f.ledger.Payments {
		if !p.Period.Before(f.month.period) {
			continue
		}
		known := false
		for i, u := range users[p.Wallet] {
			if u.payee == payeeOf(p) {
				users[p.Wallet][i].where, known = p.Period.String(), true
			}
		}
		if !known {
			users[p.Wallet] = append(users[p.Wallet], walletUser{payeeOf(p), p.Period.String()})
		}
	}
	return users
}

func hasUser(users []walletUser, payee string) bool {
	for _, u := range users {
		if u.payee == payee {
			return true
		}
	}
	return false
}

// listUsers names payees: operator alder (FP-… on base), partner mill (held).
func listUsers(users []walletUser) string {
	var names []string
	for _, u := range users {
		names = append(names, fmt.Sprintf("%s (%s)", u.payee, u.where))
	}
	return strings.Join(names, ", ")
}
