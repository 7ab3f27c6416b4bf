package rules

import (
	"encoding/json"
	"fmt"
	"reflect"
	"sort"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

func mustSettle(t rapid.TB, f *Facts, rb *Rulebook) *Book {
	t.Helper()
	book, err := Settle(f, rb)
	if err != nil {
		t.Fatal(err)
	}
	return book
}

func TestLinesSumToPayoutsAndPayoutsBalance(t *testing.T) {
	rb := shippedRules(t)
	rapid.Check(t, func(t *rapid.T) {
		f := drawFacts(t)
		book := mustSettle(t, f, rb)
		earned := map[account]Money{}
		for _, l := range book.Lines {
			key := account{l.PayeeKind, l.PayeeID}
			earned[key] = earned[key].Add(l.Amount)
			checkStatus(t, l)
		}
		var in, net, paid, out Money
		for _, p := range book.Payouts {
			key := account{p.PayeeKind, p.PayeeID}
			if p.Earned.Cmp(earned[key]) != 0 {
				t.Errorf("%s %s earned %s, its lines sum to %s", p.PayeeKind, p.PayeeID, p.Earned, earned[key])
			}
			delete(earned, key)
			if p.CarriedIn.Add(p.Earned).Cmp(p.Payable.Add(p.CarriedOut)) != 0 {
				t.Errorf("%s + %s is not %s + %s", p.CarriedIn, p.Earned, p.Payable, p.CarriedOut)
			}
			if (p.Status == Payable) != (p.Payable.Sign() > 0) || (p.DueOn != 0) != (p.Status == Payable) || p.Payable.Sign() < 0 {
				t.Errorf("status %s with %s payable, due %s", p.Status, p.Payable, p.DueOn)
			}
			in, net, paid, out = in.Add(p.CarriedIn), net.Add(p.Earned), paid.Add(p.Payable), out.Add(p.CarriedOut)
		}
		for key := range earned {
			t.Errorf("%s %s has lines and no payout", key.kind, key.id)
		}
		var carried Money
		for _, c := range f.Carried {
			carried = carried.Add(c.Amount)
		}
		if in.Cmp(carried) != 0 || in.Add(net).Cmp(paid.Add(out)) != 0 {
			t.Errorf("totals: %s of %s carried in + %s earned, %s payable + %s carried out", in, carried, net, paid, out)
		}
	})
}

// checkStatus holds a line's status, amount and reason together.
func checkStatus(t *rapid.T, l Line) {
	t.Helper()
	bad := l.Reason == ""
	switch l.Status {
	case NotEarned:
		bad = bad || !l.Amount.IsZero()
	case Charged:
		bad = bad || l.Amount.Sign() >= 0
	case Earned:
		bad = bad || l.Amount.Sign() <= 0
	}
	if bad {
		t.Errorf("%s %s: %s %s because of %q", l.PayeeID, l.Rule, l.Status, l.Amount, l.Reason)
	}
}

func TestTheOrderOfTheFactsNeverMatters(t *testing.T) {
	rb := shippedRules(t)
	rapid.Check(t, func(t *rapid.T) {
		f := drawFacts(t)
		before := bookText(t, mustSettle(t, f, rb))
		if again := bookText(t, mustSettle(t, f, rb)); again != before {
			t.Fatalf("settled twice:\n%s\n%s", before, again)
		}
		shuffle(t, reflect.ValueOf(f).Elem())
		if after := bookText(t, mustSettle(t, f, rb)); after != before {
			t.Errorf("before %s\nafter  %s", before, after)
		}
	})
}

func bookText(t *rapid.T, b *Book) string {
	text, err := json.MarshalIndent(b, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// shuffle puts every slice below a value in another order.
func shuffle(t *rapid.T, v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		if _, opaque := v.Interface().(decimal.Decimal); opaque || v.Type() == reflect.TypeFor[Money]() {
			return
		}
		for i := range v.NumField() {
			shuffle(t, v.Field(i))
		}
	case reflect.Slice:
		n := v.Len()
		old := reflect.MakeSlice(v.Type(), n, n)
		reflect.Copy(old, v)
		shuffled := reflect.MakeSlice(v.Type(), n, n)
		places := make([]int, n)
		for i := range places {
			places[i] = i
		}
		for i, from := range rapid.Permutation(places).Draw(t, "order") {
			shuffled.Index(i).Set(old.Index(from))
			shuffle(t, shuffled.Index(i))
		}
		if n > 0 {
			v.Set(shuffled)
		}
	}
}

func TestLinesAndPayoutsStandInTheStatedOrder(t *testing.T) {
	rb := shippedRules(t)
	rapid.Check(t, func(t *rapid.T) {
		f := drawFacts(t)
		shuffle(t, reflect.ValueOf(f).Elem())
		book := mustSettle(t, f, rb)
		var lines, payouts, exceptions []string
		for i, l := range book.Lines {
			place := 1000 // adjustments come after all rules
			if l.Category == Returned {
				place = 1001 // and returned payments last
			}
			for r, rule := range rb.Version(l.Version).Rules {
				if rule.ID == l.Rule {
					place = r
				}
			}
			if number := l.Number; (number == 1) != (i == 0 || book.Lines[i-1].PayeeID != l.PayeeID) {
				t.Errorf("line %d is number %d of %s", i, number, l.PayeeID)
			}
			lines = append(lines, fmt.Sprintf("%s|%s|%04d|%s", l.PayeeKind, l.PayeeID, place, l.Subject))
		}
		for _, p := range book.Payouts {
			payouts = append(payouts, fmt.Sprintf("%s|%s", p.PayeeKind, p.PayeeID)) // operator before partner
		}
		for _, e := range book.Exceptions {
			exceptions = append(exceptions, fmt.Sprintf("%s|%s|%s", e.Kind, e.Subject, e.Message))
		}
		for name, list := range map[string][]string{"lines": lines, "payouts": payouts, "exceptions": exceptions} {
			if !sort.StringsAreSorted(list) {
				t.Errorf("%s are out of order: %q", name, list)
			}
		}
		seen := map[string]bool{}
		for _, key := range append(lines, payouts...) {
			if seen[key] {
				t.Errorf("%s stands there twice", key)
			}
			seen[key] = true
		}
	})
}

func TestSplitRevenueSumsToTheRoundedPool(t *testing.T) {
	rb := shippedRules(t)
	rapid.Check(t, func(t *rapid.T) {
		revenue := rapid.Int64Range(1, 99_999_999).Draw(t, "revenue in cents")
		n := rapid.IntRange(1, 40).Draw(t, "fleet leads")
		f := &Facts{Period: Period{2026, 8}, Revenue: []RegionRevenue{{"emea", decimal.New(revenue, -2)}}}
		for i := range n {
			f.Operators = append(f.Operators, Operator{
				ID: fmt.Sprintf("op-%d", i), Region: "emea", JoinedOn: NewDate(2025, 1, 1),
				Tiers: []TierSince{{"3", NewDate(2025, 1, 1)}},
			})
		}
		var sum, last Money
		shares := 0
		for _, l := range mustSettle(t, f, rb).Lines { // by operator_id in byte order
			if l.Rule != "revenue-share" {
				continue
			}
			if shares++; shares > 1 && (last.Cmp(l.Amount) < 0 || last.Sub(l.Amount).Cmp(cents(1)) > 0) {
				t.Errorf("%s after %s", l.Amount, last)
			}
			sum, last = sum.Add(l.Amount), l.Amount
		}
		pool := (2*revenue + 50) / 100 // 2% in cents, half up
		if shares != n || sum.Cmp(cents(pool)) != 0 {
			t.Errorf("%d shares of %d sum to %s, the pool is %s", shares, n, sum, cents(pool))
		}
	})
}

func TestTheTwoPartsOfACommissionMakeAWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := drawFacts(t)
		months := rapid.IntRange(1, 18).Draw(t, "months")
		for i := range f.Operators {
			o := (&settler{facts: f, regions: map[string]Slots{}}).newOperator(&f.Operators[i])
			days, first := windowDays(o, &Window{FirstMonths: months})
			rest, after := windowDays(o, &Window{AfterMonths: months})
			if days+rest != len(o.NodeDays) {
				t.Errorf("%d + %d of %d operator-days", days, rest, len(o.NodeDays))
			}
			whole := ExactInt(1)
			if len(o.NodeDays) == 0 {
				whole = ExactInt(0)
			}
			if first.Add(after).Cmp(whole) != 0 || first.Sign() < 0 || after.Sign() < 0 {
				t.Errorf("factors %s and %s", first.Cut(9), after.Cut(9))
			}
			inFirst := 0
			for _, d := range o.NodeDays {
				if o.JoinedOn <= d.Day && d.Day < o.JoinedOn.AddMonths(months) {
					inFirst++
				}
			}
			if inFirst != days {
				t.Errorf("%d days in the first %d months, counted %d", days, months, inFirst)
			}
		}
	})
}
