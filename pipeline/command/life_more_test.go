package command

import (
	"fmt"
	"slices"
	"strings"
)

// giveBack enters a payment in the returns: rightly one that may be, after its
// batch was rejected, or wrongly one that is settled.
func (l *life) giveBack() {
	p := l.somePeriod()
	if p == "" || len(l.rows) > 3 {
		return
	}
	states := l.states(p)
	x := pickOne(l, l.standing[p].payments)
	if slices.ContainsFunc(l.rows, func(r lifeReturn) bool { return r.payment == x.id }) {
		return
	}
	switch states[x.id] {
	case "open", "missing":
		if !l.unseen(x.id, states) {
			l.returnIt(x.id)
		}
	case "settled":
		if l.settled[x.id] != "" && len(l.standing) < mostMonths {
			r := l.returnIt(x.id)
			q := l.openPeriod()
			l.clock = max(l.clock, monthOf(q).AddDate(0, 1, 2).Unix())
			if a := l.do([]int{3}, "close", q, "--by", preparer); !strings.Contains(a.stderr, "return "+r.id+": ") {
				l.fail("%s\nit does not name return %s", a, r.id)
			}
			l.takeOut(r)
		}
	}
}

// returnIt rejects a payment's batch and enters the return in the open month.
func (l *life) returnIt(id string) lifeReturn {
	l.next++
	r := lifeReturn{fmt.Sprintf("ret-%d", l.next), id, l.openPeriod(), l.reject(id)}
	l.rows = append(l.rows, r)
	l.writeReturns()
	l.tell("return %s of %s in %s", r.id, r.payment, r.period)
	l.counts["returns entered"]++
	return r
}

// takeOut takes a row out of the returns. Its payment's batch may be loaded again.
func (l *life) takeOut(r lifeReturn) {
	l.rows = slices.DeleteFunc(l.rows, func(x lifeReturn) bool { return x == r })
	l.writeReturns()
	if f := r.rejected; f != nil {
		f.void[f.keyOf(r.payment)]--
	}
	l.tell("return %s is taken out", r.id)
}

func (l *life) writeReturns() {
	text := lifeReturns
	for _, r := range l.rows {
		text += fmt.Sprintf("%s,%s,%s,the wallet was lost,%s\n", r.id, r.payment, r.period, preparer)
	}
	l.write("data/returns.csv", text)
}

// err makes a mistake that fleetpay can't prevent.
func (l *life) err() {
	files := l.batches()
	if len(files) == 0 {
		return
	}
	f := pickOne(l, files)
	switch l.random.IntN(6) {
	case 0, 1: // once more, or though it was rejected
		l.mistake("a batch is executed again, or late")
		l.execute(f, f.chain, f.rows, false)
	case 2:
		l.mistake("a row is executed again, or late")
		l.execute(f, f.chain, []lifeTransfer{pickOne(l, f.rows)}, false)
	case 3:
		l.mistake("a wrong sum")
		row := pickOne(l, f.rows)
		row.units += pickOne(l, []int64{-13_000_000, 17_000_000, 700_000_000})
		l.execute(nil, f.chain, []lifeTransfer{row}, false)
	case 4:
		l.mistake("somebody else is paid")
		l.execute(nil, f.chain, []lifeTransfer{{f.chain.safe, "0x" + strings.Repeat("8", 40), 19_000_000}}, false)
	case 5:
		l.mistake("on another chain")
		other := l.chains[1-slices.Index(l.chains, f.chain)]
		row := pickOne(l, f.rows)
		row.from = other.safe
		l.execute(nil, other, []lifeTransfer{row}, false)
	}
}

func (l *life) mistake(what string) {
	l.erred++
	l.counts["mistakes"]++
	l.tell("MISTAKE: %s", what)
}

// settling asks every chain's node for what is final.
func (l *life) settling(period string) []string {
	args := []string{"settle", period, "--by", preparer}
	for _, c := range l.chains {
		args = append(args, "--rpc", c.url)
	}
	return args
}

// settleAll settles every month that gave something out, all blocks being final,
// and holds what it tells to what the chains say.
func (l *life) settleAll() {
	periods := l.exported()
	if len(periods) == 0 {
		return
	}
	for _, c := range l.chains {
		c.mine(l.clock)
		c.finalize(0)
	}
	l.tell("all blocks are final")
	alarm := false
	for _, p := range periods {
		a := l.do([]int{0, 3}, l.settling(p)...)
		alarm = alarm || a.status == 3
	}
	l.checkStrays(alarm)
}

// checkStrays: what was paid beyond what was given out is told, and settle's
// status says that somebody must look.
func (l *life) checkStrays(alarm bool) {
	s := l.status()
	type place struct{ chain, to, amount string }
	told, due, paid := map[place]int{}, map[place]int{}, map[place]int{}
	for _, x := range s.Strays {
		told[place{x.Chain, strings.ToLower(x.To), x.Amount}]++
		if l.erred == 0 && x.Kind != "ambiguous" {
			l.fail("payments status tells of a transfer %s, %s, and nobody erred", x.Hash, x.Kind)
		}
	}
	if len(s.Strays) > 0 && !alarm {
		l.fail("settle ended with 0 though payments status tells of strays:\n%+v", s.Strays)
	}
	for id := range l.given {
		if p := l.payment(id); !l.restored(id) {
			due[place{p.chain, p.wallet, inDollars(p.units)}]++
		}
	}
	for _, c := range l.chains {
		c.each(func(_ int, _ *lifeTx, t lifeTransfer) {
			if t.units > 0 {
				paid[place{c.name, t.to, inDollars(t.units)}]++
			}
		})
	}
	for k, n := range paid {
		if n-due[k] > told[k] {
			l.fail("%s got %s on %s %d times, given out are %d, and only %d are told as strays:\n%+v", k.to, k.amount, k.chain, n, due[k], told[k], s.Strays)
		}
		text := fmt.Sprint(k)
		l.told[text] = max(l.told[text], n-due[k])
	}
}
