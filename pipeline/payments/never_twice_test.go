package payments

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// checkFirm: what final blocks settled stays settled and is never given out or
// returned again. And whatever settles a payment is what it asked for.
func (m *model) checkFirm(j *Judgement) {
	for _, s := range j.Standings {
		if m.firm[s.Payment.ID] && s.State != StateSettled && s.State != StatePaidAfterReturn {
			m.t.Errorf("%s was settled by final blocks and is %s", s.Payment.ID, s.State)
		}
		if t := s.Transfer; t != nil && (t.To != s.Payment.Wallet || t.Units != s.Payment.Units || t.Time.Before(s.Given[0].At)) {
			m.t.Errorf("%s is settled by %v", s.Payment.ID, *t)
		}
	}
}

// balance is what a wallet was owed for good and what it got.
type balance struct{ owed, got int }

func (m *model) balances() map[string]balance {
	all := map[string]balance{}
	returned := map[string]bool{}
	for _, r := range m.ledger.Returns {
		returned[r.PaymentID] = true
	}
	for _, p := range m.ledger.Payments {
		if !returned[p.ID] {
			b := all[p.Wallet]
			b.owed += number(p.Units)
			all[p.Wallet] = b
		}
	}
	for _, x := range m.chain {
		for _, t := range x.transfers {
			b := all[t.To]
			b.got += number(t.Units)
			all[t.To] = b
		}
	}
	return all
}

// checkPaid: no wallet ever got more than it was owed.
func (m *model) checkPaid() {
	balances := m.balances()
	for _, w := range wallets {
		if b := balances[w]; b.got > b.owed {
			m.t.Fatalf("wallet %s got %d and is owed %d", w, b.got, b.owed)
		}
	}
}

// checkTold: once all blocks are final and read, what a wallet got is what its
// settled payments say and what strays say. Without strangers nothing is told
// but what can't be told apart.
func (m *model) checkTold() {
	m.tick()
	m.finalise()
	m.read(0, m.block, true, false, true)
	j := m.ledger.Judge()
	told, settled := map[string]int{}, map[string]int{}
	for _, s := range j.Strays {
		told[s.Transfer.To] += number(s.Transfer.Units)
		if !m.stranger && s.Kind != StrayAmbiguous {
			m.t.Errorf("%s is %s, and nobody did anything wrong: %s", s.Transfer.TxHash, s.Kind, s.Why)
		}
	}
	owed := map[string]int{}
	for _, s := range j.Standings {
		switch s.State {
		case StateSettled:
			settled[s.Payment.Wallet] += number(s.Payment.Units)
		case StateVanished, StateExported:
			if s.State == StateVanished || s.Given[len(s.Given)-1].At.Before(m.times[m.block]) {
				m.t.Errorf("%s is %s though all was read", s.Payment.ID, s.State)
			}
		}
		if s.Returned == nil {
			owed[s.Payment.Wallet] += number(s.Payment.Units)
		}
	}
	balances := m.balances()
	for _, w := range wallets {
		b := balances[w]
		if b.got != settled[w]+told[w] || settled[w] > owed[w] {
			m.t.Errorf("wallet %s got %d of %d; settled are %d, and %d are told", w, b.got, owed[w], settled[w], told[w])
		}
	}
}

// live lets a month begin, and then what may happen happen, in any order.
func (m *model) live(actions map[string]func()) {
	m.closeMonth()
	var names []string
	for name := range actions {
		names = append(names, name)
	}
	slices.Sort(names)
	for range rapid.IntRange(1, 45).Draw(m.t, "steps") {
		if len(m.ledger.Payments) == 0 {
			m.closeMonth()
			continue
		}
		actions[rapid.SampledFrom(names).Draw(m.t, "action")]()
		if !m.stranger {
			m.checkPaid()
		}
	}
	if len(m.ledger.Payments) > 0 {
		m.checkTold()
	}
}

func (m *model) actions() map[string]func() {
	all := func() { m.finalise(); m.read(0, m.block, true, false, true) }
	return map[string]func(){
		"close": m.closeMonth, "export": m.export, "pay": m.pay, "drop": m.drop, "scan": m.scan,
		"finalise": m.finalise, "reorganise": m.reorganise, "come back": m.returnPending, "return": m.askReturn, "pay by hand": m.payByHand,
		"scan all": all, "pay and scan all": func() { m.pay(); all() },
		"close and export":                func() { m.closeMonth(); m.export() },
		"chase and export":                func() { m.chase(m.export) },
		"chase and return":                func() { m.chase(m.askReturn) },
		"export, pay and pay":             func() { m.export(); m.pay(); m.pay() },
		"export, finalise, pay and chase": func() { m.export(); m.tick(); m.finalise(); m.pay(); m.chase(m.export) },
		"pay, lose and return":            func() { m.pay(); m.scan(); m.reorganise(); m.returnPending() },
	}
}

func TestNoPayeeEverGetsMoreThanIsOwed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := newModel(t)
		m.live(m.actions())
	})
}

func TestWhatIsExecutedAgainstTheRulesIsTold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := newModel(t)
		actions := m.actions()
		actions["intrude"] = m.intrude
		m.live(actions)
	})
}
