package command

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// step does one random thing.
func (l *life) step() {
	l.clock += int64(1 + l.random.IntN(4*3600))
	if l.chance(10) {
		l.clock += 2 * 86400
	}
	type choice struct {
		weight int
		do     func()
	}
	choices := []choice{
		{10, l.closeNext}, {4, l.withdraw}, {16, l.approve}, {3, l.check}, {18, l.export}, {22, l.pay},
		{18, l.settle}, {8, l.giveBack}, {5, l.tamper}, {2, l.together}, {10, l.time}, {4, l.reorganise}, {2, l.sendDust}, {6, l.settleAll},
	}
	if !l.careful {
		choices = append(choices, choice{8, l.err})
	}
	all := 0
	for _, c := range choices {
		all += c.weight
	}
	n := l.random.IntN(all)
	for _, c := range choices {
		if n < c.weight {
			c.do()
			return
		}
		n -= c.weight
	}
}

// openPeriod is the month after the last close.
func (l *life) openPeriod() string {
	list := l.periods()
	if len(list) == 0 {
		return "2026-07"
	}
	return nextPeriod(list[len(list)-1])
}

func nextPeriod(p string) string { return monthOf(p).AddDate(0, 1, 0).Format("2006-01") }

func monthOf(p string) time.Time {
	t, err := time.Parse("2006-01", p)
	if err != nil {
		panic(err)
	}
	return t
}

// somePeriod picks a close that stands; "" when there is none.
func (l *life) somePeriod() string {
	list := l.periods()
	if len(list) == 0 {
		return ""
	}
	if l.chance(50) {
		return list[len(list)-1]
	}
	return pickOne(l, list)
}

const mostMonths = 4

func (l *life) closeNext() {
	if len(l.standing) < mostMonths {
		l.close()
	}
}

// close closes the open month. A row of the returns that it refuses is taken out.
func (l *life) close() {
	p := l.openPeriod()
	l.clock = max(l.clock, monthOf(p).AddDate(0, 1, 2).Unix())
	for range 10 {
		a := l.do([]int{0, 3}, "close", p, "--by", preparer)
		if a.status == 0 {
			return
		}
		refused := slices.DeleteFunc(slices.Clone(l.rows), func(r lifeReturn) bool {
			return r.period != p || !strings.Contains(a.stderr, "return "+r.id+": ")
		})
		if len(refused) == 0 {
			l.fail("%s\nno row of the returns is to blame", a)
		}
		for _, r := range refused {
			l.takeOut(r)
		}
	}
	l.fail("%s is still refused", p)
}

func (l *life) withdraw() {
	p := l.somePeriod()
	if p == "" {
		return
	}
	want := 0
	if l.entries(p) > 0 || nextPeriod(p) != l.openPeriod() {
		want = 3
	}
	l.do([]int{want}, "withdraw", p, "--reason", "an input was cut short", "--by", preparer)
	if l.standing[p] == nil && l.chance(40) { // on second thoughts, its returns are wrong, too
		for _, r := range slices.Clone(l.rows) {
			if r.period == p {
				l.takeOut(r)
			}
		}
	}
}

// approve approves rightly, or in one of the wrong ways, which are refused.
func (l *life) approve() {
	p := l.somePeriod()
	if p == "" {
		return
	}
	m := l.standing[p]
	name := pickOne(l, approvers)
	other := approvers[(slices.Index(approvers, name)+1)%len(approvers)]
	switch n := l.random.IntN(10); {
	case n < 5:
		l.approveAs(p, name)
	case n == 5: // signed elsewhere
		l.asked[m.sums+name] = true
		l.write("signed.sig", string(l.sign(name, []byte(m.sums))))
		l.do([]int{0}, "approve", p, "--as", name, "--signature", "signed.sig")
	case n == 6:
		l.do([]int{3}, "approve", p, "--as", name, "--key", "keys/"+other)
	case n == 7:
		l.do([]int{3}, "approve", p, "--as", name, "--key", "keys/"+stranger)
	case n == 8:
		l.do([]int{3}, "approve", p, "--as", preparer, "--key", "keys/"+preparer)
	default: // over a close that was withdrawn, or of another month
		for path, sums := range l.folders {
			if (filepath.Base(filepath.Dir(path)) == "withdrawn" || lifePeriod.MatchString(filepath.Base(path))) && sums != m.sums {
				l.write("signed.sig", string(l.sign(name, []byte(sums))))
				l.do([]int{3}, "approve", p, "--as", name, "--signature", "signed.sig")
				return
			}
		}
	}
}

func (l *life) approveAs(period, name string) {
	l.asked[l.standing[period].sums+name] = true
	l.do([]int{0}, "approve", period, "--as", name, "--key", "keys/"+name)
}

// approveEnough brings the approvals of a month to what is needed.
func (l *life) approveEnough(period string) {
	for _, name := range approvers {
		if m := l.standing[period]; len(l.approved[m.sums]) < 2 && !l.approved[m.sums][name] {
			l.approveAs(period, name)
		}
	}
}

func (l *life) check() {
	if p := l.somePeriod(); p != "" {
		l.do([]int{0, 3}, "payments", "check", p)
	}
}

// lifeStatus is what payments status --json says.
type lifeStatus struct {
	Payments []struct {
		ID    string `json:"payment_id"`
		Payee string `json:"payee_id"`
		State string
		Why   string
	}
	Strays []struct {
		Period string
		Kind   string
		IDs    []string `json:"payment_ids"`
		Chain  string
		To     string
		Amount string
		Hash   string `json:"tx_hash"`
	}
}

func (l *life) status(period ...string) (s lifeStatus) {
	a := l.do([]int{0}, append([]string{"payments", "status", "--json"}, period...)...)
	l.must(json.Unmarshal([]byte(a.stdout), &s))
	return s
}

// unseen tells whether somebody who looks into the Safe finds that a payment's
// row was executed though fleetpay calls the payment missing: equal rows count.
func (l *life) unseen(id string, states map[string]string) bool {
	for _, f := range l.given[id] {
		k, settled := f.keyOf(id), 0
		for _, other := range f.ids {
			if f.keyOf(other) == k && (states[other] == "settled" || states[other] == "vanished") {
				settled++
			}
		}
		if f.executed(k) > settled {
			return true
		}
	}
	return false
}

func (l *life) states(period string) map[string]string {
	states := map[string]string{}
	for _, p := range l.status(period).Payments {
		states[p.ID] = p.State
	}
	return states
}

// export gives out a month. Whoever gives out again has rejected the old batches
// first, and leaves out what was executed in them.
func (l *life) export() {
	p := l.somePeriod()
	if p == "" {
		return
	}
	if l.chance(60) {
		l.approveEnough(p)
	}
	args := []string{"payments", "export", p, "--by", preparer}
	if l.chance(20) {
		args = append(args, "--without", pickOne(l, l.standing[p].payments).id)
	}
	if l.entries(p) > 0 && l.chance(70) {
		args = append(args, "--again", "--reason", "the batch was rejected")
		states := l.states(p)
		for _, x := range l.standing[p].payments {
			if states[x.id] == "missing" && l.unseen(x.id, states) {
				args = append(args, "--without", x.id)
			}
		}
	}
	l.do([]int{0, 3}, args...)
}
