package outputs

import (
	"maps"
	"slices"
)

// withoutDataset says what a close does without a dataset, by its name.
var withoutDataset = map[string]string{
	"operators":     "nobody runs a node; no operator is paid",
	"tiers":         "every operator is taken to be of the first tier, and is flagged",
	"nodes":         "no node is active",
	"heartbeats":    "no uptime is measured; what rests on it pays nothing",
	"maintenance":   "no window is left out of uptime",
	"incidents":     "no incident is shown; what rests on incidents pays nothing",
	"tasks":         "what rests on tasks pays nothing",
	"partners":      "no partner is paid",
	"partner_tiers": "no partner has a tier",
	"referrals":     "no operator is of a partner's network; what rests on referrals pays nothing",
	"leads":         "no lead is shown; what rests on leads pays nothing",
	"mentorships":   "what rests on mentoring pays nothing",
	"reviews":       "what rests on reviews pays nothing",
	"revenue":       "what rests on the program's revenue pays nothing",
	"adjustments":   "nobody's payout is corrected",
	"returns":       "no payment of an earlier month is given back",
	"trainings":     "what rests on training pays nothing; reports show none",
	"activities":    "reports show none; no amount rests on them",
	"notes":         "reports show none; no amount rests on them",
	"confirmations": "nobody confirmed a wallet: a changed one stays held",
	"stages":        "nobody's stage on the way to running nodes is shown",
	"balances":      "nobody has an opening balance",
}

// BlockedWallets is the name of the list of wallets that are never paid, among
// the inputs. It is no dataset.
const BlockedWallets = "blocked_wallets"

// absentFacts says what is left undone for want of data.
func absentFacts(m *Month) []pair {
	var list []pair
	for _, name := range slices.Sorted(maps.Keys(m.Facts.Absent)) {
		if m.Facts.Absent[name] {
			list = append(list, pair{name, withoutDataset[name]})
		}
	}
	if !slices.ContainsFunc(m.Inputs, func(x Input) bool { return x.Dataset == BlockedWallets }) {
		list = append(list, pair{BlockedWallets, "no wallet is held for being on a list"})
	}
	if len(list) == 0 {
		list = append(list, pair{"none", ""})
	}
	return list
}
