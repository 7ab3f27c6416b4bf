package command

import (
	"fmt"
	"slices"
	"time"
)

// pay executes all that is left of a batch, or a part.
func (l *life) pay() {
	files := slices.DeleteFunc(l.batches(), func(f *lifeFile) bool { return len(l.left(f)) == 0 })
	if len(files) == 0 {
		return
	}
	f := pickOne(l, files)
	rows := l.left(f)
	if l.chance(30) {
		rows = slices.DeleteFunc(rows, func(lifeTransfer) bool { return l.chance(50) })
	}
	l.execute(f, f.chain, rows, l.chance(10))
}

// left lists the rows of a batch that are still to be executed.
func (l *life) left(f *lifeFile) []lifeTransfer {
	var rows []lifeTransfer
	taken := map[lifeKey]int{}
	for i, row := range f.rows {
		if k := f.key(i); taken[k] < f.live(k) {
			taken[k]++
			rows = append(rows, row)
		}
	}
	return rows
}

// execute sends transfers in one transaction.
func (l *life) execute(f *lifeFile, c *lifeChain, rows []lifeTransfer, failed bool) {
	if len(rows) == 0 {
		return
	}
	name := "by hand"
	if f != nil {
		name = "from " + f.entry + "/" + f.name
	}
	tx := &lifeTx{c.hash(), failed, rows, f}
	c.mine(l.clock, tx)
	l.tell("paid %s on %s in %s, failed %v: %v", name, c.name, tx.hash[:10], failed, rows)
	l.counts["transactions"]++
	if failed {
		l.counts["transactions that failed"]++
	}
}

// time lets blocks come and become final.
func (l *life) time() {
	for _, c := range l.chains {
		c.mine(l.clock)
		but := l.random.IntN(4)
		c.finalize(but)
		l.tell("%s: block %d, final %d", c.name, len(c.blocks)-1, c.final)
	}
}

func (l *life) reorganise() {
	c := pickOne(l, l.chains)
	if again, lost := c.reorganise(l.random); again+lost > 0 {
		l.tell("%s reorganises: %d transactions again, %d lost", c.name, again, lost)
		l.counts["reorganisations"]++
	}
}

// sendDust has the token say that the Safe sent nothing to somebody.
func (l *life) sendDust() {
	c := pickOne(l, l.chains)
	c.mine(l.clock, &lifeTx{hash: c.hash(), transfers: []lifeTransfer{{c.safe, pickOne(l, []string{lifeWalletAC, lifeWalletElm}), 0}}})
	l.tell("%s: dust", c.name)
}

// settle looks at the chains in one of many ways.
func (l *life) settle() {
	p := l.somePeriod()
	if list := l.exported(); len(list) > 0 && l.chance(90) {
		p = pickOne(l, list)
	}
	if p == "" {
		return
	}
	args := []string{"settle", p, "--by", preparer}
	switch n := l.random.IntN(10); {
	case n < 4:
		args = l.settling(p)
	case n == 4:
		args = append(args, "--rpc", pickOne(l, l.chains).url)
	case n < 7:
		args = append(l.settling(p), "--confirmations", fmt.Sprint(l.random.IntN(3)))
	default:
		through := int64(0)
		for _, c := range l.chains {
			c.mine(l.clock)
			upTo := len(c.blocks) - 1
			if l.chance(40) { // cut
				upTo = l.random.IntN(len(c.blocks))
			}
			name := "export-" + c.name + ".csv"
			l.write(name, c.explorer(upTo))
			args = append(args, "--transfers", name)
			if at := c.blocks[upTo].time; through == 0 || at < through {
				through = at
			}
		}
		if n == 9 { // vouched for up to where the shorter one ends
			l.vouch(through)
			args = append(args, "--through", time.Unix(through, 0).UTC().Format(time.RFC3339))
		}
	}
	l.do([]int{0, 3}, args...)
}

// vouch writes the explorer's files anew, each up to the same instant.
func (l *life) vouch(through int64) {
	for _, c := range l.chains {
		upTo := 0
		for i := range c.blocks {
			if c.blocks[i].time <= through {
				upTo = i
			}
		}
		l.write("export-"+c.name+".csv", c.explorer(upTo))
	}
}
