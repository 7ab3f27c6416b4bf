package pipeline

import (
	"cmp"
	"maps"
	"slices"

	"github.com/shopspring/decimal"

	"fleetpay/outputs"
	"fleetpay/pipeline/payments"
	"fleetpay/rules"
)

// TieSent adds up what a Safe sent on a chain in the time that was looked at, by
// what it did: sent = settles + settles other + explained + nothing. Sums are US
// dollars.
type TieSent struct {
	Chain        string `json:"chain"`
	Safe         string `json:"safe"` // checksummed
	From         string `json:"from"` // "" when an explorer's file makes no span
	Through      string `json:"through"`
	Transfers    int    `json:"transfers"`
	Sent         string `json:"sent"`
	Settles      string `json:"settles"`       // payments of the period
	SettlesOther string `json:"settles_other"` // those of other periods
	Explained    string `json:"explained"`     // settles nothing, and people have dealt with it
	Nothing      string `json:"nothing"`       // settles nothing else
}

// sentUnits are the sums of a TieSent on their way.
type sentUnits struct {
	from, through                            string
	transfers                                int
	sent, settles, other, explained, nothing decimal.Decimal
}

// sent adds up the newest scan of a period that looked at chains, by chain and Safe.
func (l *ledger) sent(p rules.Period, j *payments.Judgement, held explanations) []TieSent {
	sums := map[account]*sentUnits{}
	of := func(a account) *sentUnits {
		if sums[a] == nil {
			sums[a] = &sentUnits{}
		}
		return sums[a]
	}
	scan := l.lastLook(p)
	for _, span := range scan.Spans {
		u := of(account{span.ChainID, span.Safe})
		if u.from == "" { // the newest blocks are a span of their own, which follows on it
			u.from = instant(span.From)
		}
		u.through = instant(span.Through)
	}
	settles := map[payments.Transfer]rules.Period{}
	for _, s := range j.Standings {
		if s.State == payments.StateSettled {
			settles[identityOf(*s.Transfer)] = s.Payment.Period
		}
	}
	for _, t := range scan.Transfers {
		u, units := of(account{t.ChainID, t.Safe}), unitsOf(t.Units)
		u.transfers++
		u.sent = u.sent.Add(units)
		switch month, does := settles[identityOf(t)]; {
		case does && month == p:
			u.settles = u.settles.Add(units)
		case does:
			u.other = u.other.Add(units)
		case held.of(t) != nil:
			u.explained = u.explained.Add(units)
		default:
			u.nothing = u.nothing.Add(units)
		}
	}
	names := outputs.ChainNames()
	accounts := slices.SortedFunc(maps.Keys(sums), func(a, b account) int {
		return cmp.Or(cmp.Compare(slices.Index(names, chainNamed(a.chainID)), slices.Index(names, chainNamed(b.chainID))), cmp.Compare(a.safe, b.safe))
	})
	list := []TieSent{}
	for _, a := range accounts {
		u := sums[a]
		list = append(list, TieSent{
			Chain: chainNamed(a.chainID), Safe: outputs.ChecksumAddress(a.safe), From: u.from, Through: u.through, Transfers: u.transfers,
			Sent: outputs.USDC(u.sent), Settles: outputs.USDC(u.settles), SettlesOther: outputs.USDC(u.other),
			Explained: outputs.USDC(u.explained), Nothing: outputs.USDC(u.nothing),
		})
	}
	return list
}

// lastLook finds the newest scan of a period that is no mere explanation.
func (l *ledger) lastLook(p rules.Period) (last payments.Scan) {
	for _, s := range l.Scans {
		if s.Period == p && s.Number > last.Number && len(s.Spans)+len(s.Transfers) > 0 {
			last = s
		}
	}
	return last
}

// sentBySafes sets all that left the Safes, so that the sum of an explorer ties.
func (t *TieOut) sentBySafes(doc *outputs.Paper) {
	if len(t.Sent) == 0 {
		return
	}
	doc.Section("Sent by the Safes")
	var rows []safeRow
	for _, s := range t.Sent {
		rows = append(rows, safeRow{s.Safe, []string{
			s.Chain, s.From, s.Through, whole(int64(s.Transfers)), s.Sent, s.Settles, s.SettlesOther, s.Explained, s.Nothing,
		}})
	}
	tablesBySafe(doc, []outputs.PaperColumn{
		{Head: "Chain"}, {Head: "From"}, {Head: "Through"}, {Head: "Transfers", Number: true}, {Head: "Sent", Number: true},
		{Head: "Settles " + t.Period, Number: true}, {Head: "Settles other months", Number: true},
		{Head: "Explained", Number: true}, {Head: "Settles nothing", Number: true},
	}, rows)
	doc.Say("Sent is every USDC transfer out of the Safe in that time, as the newest look at the chain shows it: an explorer's sum must be the same. " +
		"Where no time is given, it is what an explorer's files hold of the time in question. The four columns beside it add up to it.")
}

// safeRow is a row of a table that tells of Safes.
type safeRow struct {
	safe  string
	cells []string
}

// tablesBySafe sets a table per Safe, with its address above.
func tablesBySafe(doc *outputs.Paper, columns []outputs.PaperColumn, rows []safeRow) {
	var safes []string
	of := map[string][][]string{}
	for _, row := range rows {
		if of[row.safe] == nil {
			safes = append(safes, row.safe)
		}
		of[row.safe] = append(of[row.safe], row.cells)
	}
	for _, safe := range safes {
		doc.Say("Safe " + safe + ":")
		doc.Table(columns, of[safe], nil, "")
	}
}
