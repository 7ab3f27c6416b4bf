package payments

import (
	"fmt"
	"slices"
	"strings"

	"github.com/shopspring/decimal"
)

// What a wallet got that was to get another sum, in words.

// cents is how many places of a sum are always written.
const cents = 2

// dollars writes units of the payment's token in its currency: its amount and its
// units are one sum, which tells how many decimals the token has. Not ok when they
// are not.
func (p *Payment) dollars(units string) (sum decimal.Decimal, ok bool) {
	const mostDecimals = 255 // ERC-20 keeps them in a byte
	sum, err := decimal.NewFromString(units)
	mine, problem := decimal.NewFromString(p.Units)
	if err != nil || problem != nil || mine.Sign() <= 0 {
		return sum, false
	}
	for places := range int32(mostDecimals + 1) {
		switch mine.Cmp(p.Amount.Decimal().Shift(places)) {
		case 0:
			return sum.Shift(-places), true
		case -1:
			return sum, false
		}
	}
	return sum, false
}

// said writes a sum with two places, or as many as it needs.
func said(sum decimal.Decimal) string {
	if sum.Equal(sum.Round(cents)) {
		return sum.StringFixed(cents)
	}
	return sum.String()
}

// whyOtherSum says which sum a payment's wallet got instead of it, and what makes
// that good. By how much the sum is wrong is told where one transfer alone touches
// this payment alone.
func (j *judge) whyOtherSum(p *payment, s *Standing) (why, mend string) {
	by := ", by " + tellAll(s.Others)
	mend = "make up the difference by an adjustment in the open period"
	var sums []string
	var got decimal.Decimal
	for _, t := range s.Others {
		sum, ok := p.dollars(t.Units)
		if !ok {
			return "its wallet got another sum" + strings.TrimPrefix(by, ","), mend
		}
		got = sum
		sums = append(sums, said(sum))
	}
	due := p.Amount.Decimal()
	if !j.alone(p) {
		return fmt.Sprintf("its wallet got %s USDC, and not %s%s", strings.Join(sums, " and "), said(due), by), mend
	}
	difference := due.Sub(got)
	if difference.Sign() > 0 {
		return fmt.Sprintf("its wallet got %s of %s USDC: %s too little%s", said(got), said(due), said(difference), by),
			fmt.Sprintf("make up the difference of %s by an adjustment in the open period", said(difference))
	}
	return fmt.Sprintf("its wallet got %s instead of %s USDC: %s too much%s", said(got), said(due), said(difference.Neg()), by),
		fmt.Sprintf("take the difference of %s back by an adjustment in the open period", said(difference.Neg()))
}

// alone tells whether one transfer alone touches a payment, on its chain, and no
// payment else.
func (j *judge) alone(p *payment) bool {
	if len(p.others) != 1 {
		return false
	}
	s := &j.sightings[p.others[0]]
	touched := 0
	for _, other := range j.byWallet[walletOn{s.ChainID, s.To}] {
		if slices.Contains(j.payments[other].others, p.others[0]) {
			touched++
		}
	}
	return s.ChainID == p.ChainID && touched == 1
}

// whyOtherChain says on which chain a payment's wallet got its sum.
func (j *judge) whyOtherChain(p *payment, s *Standing) string {
	var names []string
	for _, t := range s.Others {
		if name := j.chainNamed(t.ChainID); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return fmt.Sprintf("its wallet got the sum on %s, and not on %s, by %s", strings.Join(names, " and "), p.Chain, tellAll(s.Others))
}

// chainNamed is the name that payments of a chain give it; its number when there
// is none.
func (j *judge) chainNamed(id int64) string {
	for i := range j.payments {
		if j.payments[i].ChainID == id {
			return j.payments[i].Chain
		}
	}
	return fmt.Sprintf("chain %d", id)
}
