package command

import "testing"

// What is given out is looked for by scans that are newer than that. A scan that
// is older, and by the clocks is not, would at once tell that it is missing.
func TestLifeNothingIsGivenOutWhileTheClockRunsBehind(t *testing.T) {
	for _, c := range []struct {
		name  string
		ahead int64 // of the chain's clock
		back  int64 // that ours is turned after the scan
	}{
		{"our clock is turned back after the scan", 0, 7219},
		{"the chain's clock is ahead of ours by less than is refused", 719, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			l := newLife(t, 1)
			l.kills = false
			l.live(func() { l.behind(c.ahead, c.back) })
		})
	}
}

// A chain that is further ahead is not read: what was seen up to then would stop
// every export until then.
func TestLifeAChainThatIsFarAheadIsReadWhenTheTimeHasCome(t *testing.T) {
	t.Parallel()
	l := newLife(t, 1)
	l.kills = false
	l.live(func() {
		const p, ahead = "2026-07", 7219
		l.close()
		l.approveEnough(p)
		l.do([]int{0}, "payments", "export", p, "--by", preparer, "--without", l.standing[p].payments[1].id)
		l.clock += 3600
		for _, chain := range l.chains {
			chain.mine(l.clock + ahead)
			chain.finalize(0)
		}
		l.do([]int{1}, l.settling(p)...)
		l.do([]int{0}, "payments", "export", p, "--by", preparer)
		l.clock += ahead
		l.do([]int{0}, l.settling(p)...)
	})
}

func (l *life) behind(ahead, back int64) {
	const p = "2026-07"
	l.close()
	l.approveEnough(p)
	first, late := l.standing[p].payments[0], l.standing[p].payments[1]
	l.do([]int{0}, "payments", "export", p, "--by", preparer, "--without", late.id)
	l.clock += 3600
	for _, chain := range l.chains {
		chain.mine(l.clock + ahead)
		chain.finalize(0)
	}
	l.do([]int{0}, l.settling(p)...)
	l.clock -= back
	l.do([]int{1}, "payments", "export", p, "--by", preparer)
	l.clock += back + ahead + 1
	l.do([]int{0}, "payments", "export", p, "--by", preparer)
	// The scan tells that the first one is missing, and nothing of the late one.
	l.do([]int{0}, "payments", "export", p, "--by", preparer, "--again", "--reason", "it was rejected in the Safe")
	if len(l.given[first.id]) != 2 || len(l.given[late.id]) != 1 {
		l.fail("given out %d times and %d times, want 2 and 1", len(l.given[first.id]), len(l.given[late.id]))
	}
}
