package command

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// end does what a finance team does that does everything properly, until there is
// nothing left to do. Then every wallet has got what its payees earned, but for
// what they carry on.
func (l *life) end() {
	l.ending = true
	l.tell("THE END BEGINS")
	for range 25 {
		l.clock += 3 * 86400
		l.settleAll()
		l.clock += 3600
		switch {
		case l.payWhatIsLeft():
		case l.giveOutWhatIsLeft():
		case len(l.standing) == 0, l.pending():
			l.close()
		case l.correct():
			l.close()
		default:
			l.checkEnd()
			l.explainAll()
			return
		}
	}
	l.fail("it does not come to an end:\n%s", l.start("payments", "status"))
}

// pending tells whether rows wait for the open month, or for one after it.
func (l *life) pending() bool {
	p := l.openPeriod()
	return slices.ContainsFunc(l.rows, func(r lifeReturn) bool { return r.period >= p })
}

// payWhatIsLeft executes what was given out, is not on the chain, and was not
// made otherwise by mistake.
func (l *life) payWhatIsLeft() bool {
	did := false
	waits := map[string]bool{"exported": true, "missing": true, "ambiguous": true}
	states := l.allStates()
	for _, f := range l.batches() {
		wanted := map[lifeKey]int{}
		for _, id := range f.ids {
			if waits[states[id]] {
				wanted[f.keyOf(id)]++
			}
		}
		var rows []lifeTransfer
		for _, row := range l.left(f) {
			if k := (lifeKey{row.to, row.units}); wanted[k] > 0 {
				wanted[k]--
				rows = append(rows, row)
			}
		}
		if len(rows) > 0 {
			l.execute(f, f.chain, rows, false)
			did = true
		}
	}
	return did
}

func (l *life) allStates() map[string]string {
	states := map[string]string{}
	for _, p := range l.periods() {
		maps.Copy(states, l.states(p))
	}
	return states
}

// giveOutWhatIsLeft exports what may be, and returns what is barred.
func (l *life) giveOutWhatIsLeft() bool {
	did := false
	states := l.allStates()
	for _, p := range l.periods() {
		open, missing := false, false
		for _, x := range l.standing[p].payments {
			state := states[x.id]
			switch {
			case state != "open" && state != "missing",
				slices.ContainsFunc(l.rows, func(r lifeReturn) bool { return r.payment == x.id }):
			case l.returned[x.id] != "": // by a close that was withdrawn
				l.returnIt(x.id)
				did = true
			case state == "open":
				open = true
			default:
				missing = true
			}
		}
		if !open && !missing {
			continue
		}
		l.approveEnough(p)
		args := []string{"payments", "export", p, "--by", preparer}
		if missing {
			args = append(args, "--again", "--reason", "it was rejected in the Safe")
		}
		a := l.do([]int{0, 3}, args...)
		if a.status == 3 {
			l.obey(a, p)
		}
		did = true
	}
	return did
}

// obey does what a refused export asks for: a payment that pays again what was
// paid after its return is returned in its turn, and the sum is taken back by an
// adjustment of its own.
func (l *life) obey(a lifeAnswer, period string) {
	for _, p := range l.standing[period].payments {
		_, why, found := strings.Cut(a.stderr, "payment "+p.id+" of ")
		if !found {
			continue
		}
		_, first, _ := strings.Cut(why, "pays again what the return of ")
		first, _, _ = strings.Cut(first, " ")
		before := l.payment(first)
		if before == nil || l.erred == 0 {
			break
		}
		l.returnIt(p.id)
		l.adjust(before.payee, -before.units)
		return
	}
	l.fail("%s\nthere is no way on", a)
}

// adjust enters an adjustment in the open month.
func (l *life) adjust(payee string, units int64) {
	l.next++
	kind, id, _ := strings.Cut(payee, " ")
	l.adjusted = append(l.adjusted, fmt.Sprintf("adj-%d,%s,%s,%s,%s,a mistake is corrected,%s\n", l.next, kind, id, l.openPeriod(), inDollars(units), preparer))
	l.write("data/adjustments.csv", lifeAdjustments+strings.Join(l.adjusted, ""))
	l.tell("adjustment of %s for %s in %s", inDollars(units), payee, l.openPeriod())
	l.counts["adjustments"]++
}

// carried adds up what the last close carries on, by wallet.
func (l *life) carried() map[string]int64 {
	sums := map[string]int64{}
	list := l.periods()
	last := l.standing[list[len(list)-1]]
	for payee, n := range last.carried {
		sums[last.wallet[payee]] += n
	}
	return sums
}

// correct enters by adjustments what mistakes left over, when nothing else can
// change any more: what was earned, less what was paid and what is carried on.
func (l *life) correct() bool {
	did := false
	owed, paid, carried := l.owed(), l.paid(), l.carried()
	for _, wallet := range slices.Sorted(maps.Keys(owed)) {
		over := owed[wallet] - paid[wallet] - carried[wallet]
		if over == 0 {
			continue
		}
		if l.erred == 0 {
			l.fail("nobody erred, and %s of wallet %s can't be paid:\n%s", inDollars(over), wallet, l.start("payments", "status"))
		}
		list := l.periods()
		month := l.standing[list[len(list)-1]]
		for _, payee := range slices.Sorted(maps.Keys(month.wallet)) {
			if month.wallet[payee] == wallet {
				l.adjust(payee, over)
				did = true
				break
			}
		}
	}
	return did
}

// checkEnd holds what must be true when all is done.
func (l *life) checkEnd() {
	owed, paid, carried := l.owed(), l.paid(), l.carried()
	for wallet, sum := range owed {
		if sum != paid[wallet]+carried[wallet] {
			l.fail("wallet %s: %s earned, %s paid, %s carried on", wallet, inDollars(sum), inDollars(paid[wallet]), inDollars(carried[wallet]))
		}
		if l.erred == 0 && carried[wallet] != 0 {
			l.fail("wallet %s carries %s on", wallet, inDollars(carried[wallet]))
		}
	}
	if l.erred == 0 {
		for id, state := range l.allStates() {
			if state != "settled" && state != "returned" {
				l.fail("nobody erred, and in the end %s is %s:\n%s", id, state, l.start("payments", "status"))
			}
		}
	}
	for path := range l.folders {
		l.wholeFolder(lifeAnswer{args: []string{"the end"}}, path)
	}
	l.counts["ends that came out even"]++
}

// explainAll says of each difference that it was dealt with. Then settle has
// nothing more to ask for.
func (l *life) explainAll() {
	done := map[string]bool{}
	for _, x := range l.status().Strays {
		if what := x.Period + x.Hash; !done[what] {
			done[what] = true
			l.do([]int{0, 3}, "settle", x.Period, "--explain", x.Hash, "--reason", "corrected by an adjustment", "--by", preparer)
			l.counts["mistakes explained"]++
		}
	}
	for _, p := range l.exported() {
		l.do([]int{0}, l.settling(p)...)
	}
	if more := l.status(); len(more.Strays)+len(more.Payments) > 0 && l.erred > 0 {
		l.fail("all is explained, and payments status still asks for a person:\n%s", l.start("payments", "status"))
	}
}
