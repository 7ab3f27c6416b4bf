package command

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// take notes what a new folder says.
func (l *life) take(a lifeAnswer, path string) {
	parent := filepath.Base(filepath.Dir(path))
	switch {
	case strings.HasSuffix(parent, ".exports"):
		l.takeExport(a, path, strings.TrimSuffix(parent, ".exports"))
	case strings.HasSuffix(parent, ".settlement"):
		l.takeScan(a, path)
	default:
		l.takeClose(a, path)
	}
}

func (l *life) takeClose(a lifeAnswer, path string) {
	m := l.readMonth(path, filepath.Base(path))
	for _, id := range m.returned {
		if transfer, paid := l.settled[id]; paid {
			l.fail("%s\n%s returns %s, which %s paid", a, m.period, id, transfer)
		}
		if l.restored(id) {
			l.fail("%s\n%s returns %s, and so does another close", a, m.period, id)
		}
		l.returned[id] = m.period
		l.counts["payments returned"]++
	}
	l.standing[m.period] = m
}

// takeExport reads what people read: the batches, and which payments they make.
func (l *life) takeExport(a lifeAnswer, path, period string) {
	m := l.standing[period]
	if m == nil {
		l.fail("%s\n%s is there and its close is not", a, path)
	}
	if n := len(l.approved[m.sums]); n < 2 {
		l.fail("%s\n%s was given out on %d approvals", a, path, n)
	}
	files := map[string]*lifeFile{}
	entry := period + "/" + filepath.Base(path)
	inEntry := map[string]bool{}
	var order []string
	for _, row := range l.table(path, "payments.csv") {
		f := files[row["batch"]]
		if f == nil {
			f = l.readBatch(path, row["batch"], entry)
			files[f.name] = f
			order = append(order, f.name)
		}
		id, at := row["payment_id"], l.units(row["position"])-1
		p := l.payment(id)
		switch {
		case p == nil || p.period != period || inEntry[id] || int(at) != len(f.ids):
			l.fail("%s\n%s names %s, which it may not", a, path, id)
		case f.rows[at].to != p.wallet || f.rows[at].units != p.units || f.chain.name != p.chain:
			l.fail("%s\n%s pays %v for %s, which is %v", a, path, f.rows[at], id, *p)
		case l.settled[id] != "":
			l.fail("%s\n%s gives out %s, which %s paid", a, path, id, l.settled[id])
		case l.returned[id] != "":
			l.fail("%s\n%s gives out %s, which %s returned", a, path, id, l.returned[id])
		case slices.ContainsFunc(l.rows, func(r lifeReturn) bool { return r.payment == id }):
			l.fail("%s\n%s gives out %s, which stands in the returns", a, path, id)
		case len(l.given[id]) > 0 && !slices.Contains(a.args, "--again"):
			l.fail("%s\n%s gives out %s again", a, path, id)
		}
		if len(l.given[id]) > 0 {
			l.counts["payments given out again"]++
		}
		l.counts["payments given out"]++
		inEntry[id] = true
		f.ids = append(f.ids, id)
	}
	for _, name := range order {
		f := files[name]
		if len(f.ids) != len(f.rows) {
			l.fail("%s\n%s/%s has %d rows for %d payments", a, path, name, len(f.rows), len(f.ids))
		}
		for _, id := range f.ids {
			l.reject(id) // the old batch was rejected before
			l.given[id] = append(l.given[id], f)
		}
		l.exports[entry] = append(l.exports[entry], f)
	}
}

func (l *life) readBatch(dir, name, entry string) *lifeFile {
	var batch struct {
		ChainID      string `json:"chainId"`
		Transactions []struct {
			To     string
			Values struct{ To, Value string } `json:"contractInputsValues"`
		}
	}
	l.readJSON(filepath.Join(dir, name), &batch)
	f := &lifeFile{entry: entry, name: name, void: map[lifeKey]int{}}
	for _, c := range l.chains {
		if fmt.Sprint(c.id) == batch.ChainID {
			f.chain = c
		}
	}
	for _, t := range batch.Transactions {
		if strings.ToLower(t.To) != f.chain.token {
			l.fail("%s/%s calls %s", dir, name, t.To)
		}
		f.rows = append(f.rows, lifeTransfer{f.chain.safe, strings.ToLower(t.Values.To), l.units(t.Values.Value)})
	}
	return f
}

// takeScan reads which payments a scan settles for good: each by a transfer that
// stands in a final block, and that settles nothing else.
func (l *life) takeScan(a lifeAnswer, path string) {
	var scan struct {
		Settled []struct {
			ID    string `json:"payment_id"`
			Chain int64  `json:"chain_id"`
			To    string
			Units string `json:"base_units"`
			Hash  string `json:"tx_hash"`
			Nth   int
		}
	}
	l.readJSON(filepath.Join(path, "scan.json"), &scan)
	for _, s := range scan.Settled {
		transfer := fmt.Sprint(s.Chain, " ", s.Hash, " ", strings.ToLower(s.To), " ", s.Units, " ", s.Nth)
		p, n, final := l.payment(s.ID), 0, true
		if p == nil {
			l.fail("%s\n%s settles %s, which no close has", a, path, s.ID)
		}
		c := l.chainNamed(p.chain)
		c.each(func(block int, tx *lifeTx, t lifeTransfer) {
			if tx.hash == s.Hash && t.to == p.wallet && t.units == p.units {
				n++
				final = final && block <= c.final
			}
		})
		switch {
		case n < s.Nth || !final || c.id != s.Chain || l.units(s.Units) != p.units:
			l.fail("%s\n%s settles %s by %s, which does not stand for good on the chain", a, path, s.ID, transfer)
		case l.settled[s.ID] != "" && l.settled[s.ID] != transfer, l.settles[transfer] != "" && l.settles[transfer] != s.ID:
			l.fail("%s\n%s settles %s by %s, and before was %s by %s", a, path, s.ID, transfer, l.settles[transfer], l.settled[s.ID])
		}
		l.settled[s.ID], l.settles[transfer] = transfer, s.ID
		l.counts["payments settled"]++
	}
}

// restored tells whether a close that stands returns a payment. One that only a
// withdrawn close returned is never given out again, and yet still owed: its old
// batch may pay it.
func (l *life) restored(id string) bool {
	for _, m := range l.standing {
		if slices.Contains(m.returned, id) {
			return true
		}
	}
	return false
}

// checkMoney holds what was paid to what was owed, while nobody errs.
func (l *life) checkMoney(a lifeAnswer) {
	if l.erred > 0 {
		return
	}
	owed := l.owed()
	for wallet, paid := range l.paid() {
		if paid > owed[wallet] {
			l.fail("%s\nwallet %s was paid %s, and is owed %s", a, wallet, inDollars(paid), inDollars(owed[wallet]))
		}
	}
	given, paid := map[lifeKey]int{}, map[lifeKey]int{}
	for id := range l.given {
		if p := l.payment(id); p != nil && !l.restored(id) {
			given[lifeKey{p.chain + " " + p.wallet, p.units}]++
		}
	}
	for _, c := range l.chains {
		c.each(func(_ int, _ *lifeTx, t lifeTransfer) { paid[lifeKey{c.name + " " + t.to, t.units}]++ })
	}
	for k, n := range paid {
		if k.units > 0 && n > given[k] {
			l.fail("%s\n%s was paid %d times in %s, and given out %d times", a, k.to, n, inDollars(k.units), given[k])
		}
	}
}
