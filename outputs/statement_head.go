package outputs

import (
	"fmt"
	"slices"
	"strings"

	"fleetpay/rules"
)

// head says who, for which month, under which rules.
func (st statement) head() []block {
	m, p := st.month, st.payout
	facts := []pair{
		{"Period", fmt.Sprintf("1–%d %s, UTC", m.Period.Days(), monthName(m.Period))},
		{"Rules", p.Version},
		{"Closed on", dayName(rules.DateOf(m.ClosedAt))},
	}
	if st.region != "" {
		facts = append(facts, pair{"Region", st.region})
	}
	list := []block{
		heading{1, p.Name},
		lede{joinWords(monthName(m.Period), payeeName(p.PayeeKind, p.PayeeID), "statement "+statementID(m.Period, p.PayeeKind, p.PayeeID))},
		pairs{facts},
	}
	if words := m.replaces(); words != "" {
		list = append(list, prose{text: words})
	}
	return list
}

// lede is the line below a title.
type lede struct{ text string }

func (lede) isBlock() {}

func (l lede) layOut(t *typesetter) {
	t.text(subtitle, marginX, textSpan, l.text)
	t.space(blockGap)
}

// balanceBox is the sum that every payee wants to see first, and how it comes
// about: carried in + earned = payable + carried out; what returned payments give
// back stands beside what was earned.
type balanceBox struct {
	rules.Payout
	earned, returned rules.Money
}

func (balanceBox) isBlock() {}

func (st statement) balance() []block {
	earned, returned := st.month.earnedAndReturned(st.payout)
	list := []block{balanceBox{st.payout, earned, returned}}
	if words := st.words.giveBack(st.payout, st.lines); words != "" {
		list = append(list, prose{text: words})
	}
	return list
}

// balanceCell is a sum of the box, with the sign before it.
type balanceCell struct {
	label string
	sum   rules.Money
	sign  string
}

func (b balanceBox) cells() []balanceCell {
	list := []balanceCell{{"Carried in", b.CarriedIn, ""}, {"Earned", b.earned, "+"}}
	if !b.returned.IsZero() {
		list = append(list, balanceCell{"Returned", b.returned, "+"})
	}
	return append(list, balanceCell{"Payable", b.Payable, "="}, balanceCell{"Carried out", b.CarriedOut, "+"})
}

func (b balanceBox) layOut(t *typesetter) {
	const height, signSpan, inside = 46.0, 16.0, 9.0
	cells := b.cells()
	cell := (textSpan - float64(len(cells)-1)*signSpan) / float64(len(cells))
	t.space(10)
	t.add(piece{height: height, set: func(c *canvas, top float64) {
		for i, x := range cells {
			left := marginX + float64(i)*(cell+signSpan)
			fill, lf, vf := pale, heroLabel, heroValue
			if x.label == "Payable" {
				fill, lf, vf = accent, heroLabel.in(soft), heroValue.in(onDark)
			}
			if x.sum.Sign() < 0 {
				vf = vf.in(bad)
			}
			c.box(left, top, cell, height, fill)
			if x.sign != "" {
				c.centre(left-signSpan/2, top+15, heroValue.in(grey), x.sign)
			}
			c.at(left+inside, top+7, lf, x.label+", USD")
			c.right(left+cell-inside, top+21, c.fit(vf, x.sum.String(), cell-2*inside), x.sum.String())
		}
	}})
	t.space(10)
}

// statusWords says what becomes of the balance.
var statusWords = map[rules.PayoutStatus]struct {
	words  string
	colour colour
}{
	rules.Payable:      {"To be paid in full", good},
	rules.Held:         {"Held", waiting},
	rules.BelowMinimum: {"Below the minimum: carried to the next month", waiting},
	rules.Negative:     {"Negative: carried to the next month", bad},
	rules.Zero:         {"Nothing to pay", grey},
}

// payment says what happens to the balance, where to and when.
func (st statement) payment() []block {
	p := st.payout
	status := statusWords[p.Status]
	var l ledger
	say := func(words string) { l.above = append(l.above, pair{"", words}) }
	switch {
	case p.Status == rules.Payable:
	case p.Status == rules.Zero:
		say("Nothing to do.")
	case p.Status == rules.Held:
		wrong, advice, unconfirmed := st.month.hold(&p, st.to)
		status.words = wrong
		say(advice)
		if unconfirmed { // else the sentence says it all
			l.above = append(l.above, pair{"Reason", p.Reason})
		}
	case p.Status == rules.Negative && st.hasLeft():
		status.words = fmt.Sprintf("Negative: %s USD is owed to the program", p.CarriedOut.Neg())
		say("Ask " + st.month.askWhom() + " how to pay it back.")
	case p.Reason != "":
		l.above = append(l.above, pair{"Reason", p.Reason})
	}
	if !p.DueOn.IsZero() {
		l.left = append(l.left, pair{"Due on", dayName(p.DueOn) + " (" + p.DueOn.String() + ")"})
	}
	if p.Chain != "" {
		l.left = append(l.left, pair{"Paid as", "USDC on " + chainTitle(p.Chain)})
	}
	if p.Wallet != "" {
		l.right = append(l.right, pair{"Wallet", p.Wallet})
	}
	if p.PaymentID != "" {
		l.right = append(l.right, pair{"Payment id", p.PaymentID})
	}
	return []block{standing{status.words, status.colour}, l}
}

// hasLeft tells whether the payee is an operator that nothing more is due to.
func (st statement) hasLeft() bool {
	o := st.operator
	return o != nil && !o.LastActiveDay.IsZero() && o.LastActiveDay <= st.month.Period.Last()
}

// ask says whom to ask about the statement.
func (st statement) ask() []block {
	if words := st.month.question("statement"); words != "" {
		return []block{prose{text: words}}
	}
	return nil
}

// standing is a payout's status in words.
type standing struct {
	words  string
	colour colour
}

func (standing) isBlock() {}

func (s standing) layOut(t *typesetter) {
	t.space(blockGap)
	t.text(section.in(s.colour), marginX, textSpan, s.words)
	t.keepLast()
	t.space(2)
}

// ledger is labelled values beneath one another: some across the page, and below
// them two columns.
type ledger struct{ above, left, right []pair }

func (ledger) isBlock() {}

const ledgerGap = 1.5

func (l ledger) layOut(t *typesetter) {
	const leftLabels, rightX, rightLabels = 52.0, 216.0, 52.0
	fits := func(list []pair, span float64) bool {
		for _, p := range list {
			if t.c.width(value, p.value) > span {
				return false
			}
		}
		return true
	}
	beneath := l.above
	if !fits(l.left, rightX-leftLabels-cellPadding) || !fits(l.right, textSpan-rightX-rightLabels) {
		beneath = slices.Concat(l.above, l.left, l.right)
		l.left, l.right = nil, nil
	}
	for _, p := range beneath {
		x := marginX
		if p.label != "" {
			x += leftLabels
		}
		lines := t.c.wrap(value, p.value, textRight-x)
		t.lines(value, x, lines, func(c *canvas, i int, y float64) {
			if i == 0 {
				c.at(marginX, y+1, label, p.label)
			}
		})
		t.space(ledgerGap)
	}
	for i := range max(len(l.left), len(l.right)) {
		t.add(piece{height: value.leading, set: func(c *canvas, y float64) {
			if i < len(l.left) {
				c.at(marginX, y+1, label, l.left[i].label)
				c.at(marginX+leftLabels, y, value, l.left[i].value)
			}
			if i < len(l.right) {
				c.at(marginX+rightX, y+1, label, l.right[i].label)
				c.at(marginX+rightX+rightLabels, y, value, l.right[i].value)
			}
		}})
		t.space(ledgerGap)
	}
}

func chainTitle(name string) string {
	if c, ok := LookupChain(name); ok {
		return fmt.Sprintf("%s (chain id %d)", c.Name, c.ID)
	}
	return name
}

// joinWords sets texts side by side, and leaves out the empty ones.
func joinWords(texts ...string) string {
	var list []string
	for _, t := range texts {
		if t != "" {
			list = append(list, t)
		}
	}
	return strings.Join(list, " · ")
}
