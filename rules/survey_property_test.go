package rules

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

// drawSurvey draws a month that is settled, with the nodes, leads and incidents
// that a survey looks at.
func drawSurvey(t *rapid.T, rb *Rulebook) (*Facts, *Book, *Evidence) {
	f := drawFacts(t)
	f.Settings.SlotSeconds = rapid.SampledFrom([]int64{1, 60, 300}).Draw(t, "slot")
	f.Absent["referrals"] = rapid.IntRange(0, 5).Draw(t, "no referrals") == 0
	e := &Evidence{}
	var names []string
	for _, o := range f.Operators {
		names = append(names, o.ID)
		for n := range rapid.IntRange(0, 3).Draw(t, "nodes") {
			f.Nodes = append(f.Nodes, Node{ID: fmt.Sprintf("node-%d", n), OperatorID: o.ID, Days: rapid.IntRange(0, 31).Draw(t, "days")})
		}
	}
	day := rapid.Custom(func(t *rapid.T) Date {
		return f.Period.First() + Date(rapid.IntRange(-3, 33).Draw(t, "day"))
	})
	for i := range rapid.IntRange(0, 6).Draw(t, "leads") {
		kind := rapid.SampledFrom([]string{"operator", "partner", "partner", "direct"}).Draw(t, "kind")
		var revenue *decimal.Decimal
		if rapid.Bool().Draw(t, "revenue is known") {
			d := decimal.New(rapid.Int64Range(0, 9_999_999).Draw(t, "revenue"), -4)
			revenue = &d
		}
		e.Leads = append(e.Leads, Lead{
			Revenue: revenue, ID: fmt.Sprintf("lead-%d", i), SourceKind: kind, SourceID: fmt.Sprintf("pa-%d", rapid.IntRange(0, 2).Draw(t, "source")),
			Channel: rapid.SampledFrom([]string{"event", "web"}).Draw(t, "channel"), CreatedOn: day.Draw(t, "created"),
			QualifiedOn: day.Draw(t, "qualified"), ConvertedOn: day.Draw(t, "converted"),
		})
	}
	for i := range rapid.IntRange(0, 6).Draw(t, "incidents") {
		opened := Instant(rapid.Int64Range(1, 1_000_000_000).Draw(t, "opened"))
		e.Incidents = append(e.Incidents, answered(fmt.Sprintf("inc-%d", i), rapid.SampledFrom([]string{"P0", "P1", "odd"}).Draw(t, "severity"), opened,
			Instant(rapid.Int64Range(0, 9_999_999_999).Draw(t, "answered")), Instant(rapid.Int64Range(0, 9_999_999_999).Draw(t, "resolved")),
			rapid.SliceOfNDistinct(rapid.SampledFrom(names), 0, len(names), rapid.ID).Draw(t, "of")...))
	}
	return f, mustSettle(t, f, rb), e
}

func surveyDrawn(t *rapid.T, f *Facts, b *Book, e *Evidence, rb *Rulebook, past []Figure) *Figures {
	t.Helper()
	figures, err := Survey(f, b, e, rb, past)
	if err != nil {
		t.Fatal(err)
	}
	return figures
}

// mayBe reads a sum that may be missing for 0.00.
func (f *Figures) mayBe(kind FigureKind, id string, name FigureName) Money {
	sum, _ := f.Money(f.Period, kind, id, name)
	return sum
}

func sumsTo(t *rapid.T, what string, got, want Money) {
	t.Helper()
	if got.Cmp(want) != 0 {
		t.Errorf("%s: %s, not %s", what, got, want)
	}
}

func TestFiguresAddUp(t *testing.T) {
	rb := shippedRules(t)
	rapid.Check(t, func(t *rapid.T) {
		f, b, e := drawSurvey(t, rb)
		figures := surveyDrawn(t, f, b, e, rb, nil)
		fleet := map[FigureName]Money{}
		for _, p := range b.Payouts {
			kind := FigureKind(p.PayeeKind)
			categories := Money{}
			for _, def := range figureDefs {
				if def.name != EarnedIn(eachCategory) {
					continue
				}
				for _, name := range def.names() {
					fleet[name] = fleet[name].Add(figures.mayBe(kind, p.PayeeID, name))
					categories = categories.Add(figures.mayBe(kind, p.PayeeID, name))
				}
			}
			returned := figures.mayBe(kind, p.PayeeID, FigureReturned)
			fleet[FigureReturned] = fleet[FigureReturned].Add(returned)
			sumsTo(t, "categories and returns of "+p.PayeeID, categories.Add(returned), p.Earned)
			sumsTo(t, "categories of "+p.PayeeID, categories, figures.mayBe(kind, p.PayeeID, FigureEarned))
			for _, name := range []FigureName{FigureEarned, FigurePayable, FigureCarriedIn, FigureCarriedOut, YearToDate(FigureEarned), YearToDate(FigurePayable)} {
				sum, ok := figures.Money(f.Period, kind, p.PayeeID, name)
				if !ok {
					t.Errorf("%s has no %s", p.PayeeID, name)
				}
				fleet[name] = fleet[name].Add(sum)
			}
			if kind == OfPartner {
				sumsTo(t, "commission of "+p.PayeeID,
					figures.mayBe(kind, p.PayeeID, CommissionFirst).Add(figures.mayBe(kind, p.PayeeID, CommissionOngoing)),
					figures.mayBe(kind, p.PayeeID, EarnedIn(Commission)))
			}
		}
		for name, sum := range fleet {
			sumsTo(t, "the fleet's "+string(name), figures.mayBe(OfTheFleet, FleetID, name), sum)
		}
		sumsTo(t, "the fleet's cost", figures.mayBe(OfTheFleet, FleetID, Cost), fleet[FigureEarned])
		for _, p := range f.Partners {
			rules, byCategory := Money{}, Money{}
			for _, rule := range figures.Parts(OfPartnerRule, p.ID) {
				rules = rules.Add(figures.mayBe(OfPartnerRule, PartFigureID(p.ID, rule), Cost))
			}
			for _, c := range categories {
				byCategory = byCategory.Add(figures.mayBe(OfPartner, p.ID, CostOf(c)))
			}
			cost := figures.mayBe(OfPartner, p.ID, Cost)
			sumsTo(t, "rules' cost of "+p.ID, rules, cost)
			sumsTo(t, "categories' cost of "+p.ID, byCategory, cost)
			deals := Money{}
			for _, l := range e.Leads {
				if l.SourceKind == string(PartnerPayee) && l.SourceID == p.ID {
					deals = deals.Add(figures.mayBe(OfLead, l.ID, DealRevenue))
				}
			}
			sumsTo(t, "deals of "+p.ID, deals, figures.mayBe(OfPartner, p.ID, DealRevenue))
		}
	})
}

func TestCommissionOnOperatorsAndTheirNodesAddsUpToLines(t *testing.T) {
	rb := shippedRules(t)
	rapid.Check(t, func(t *rapid.T) {
		f, b, e := drawSurvey(t, rb)
		figures := surveyDrawn(t, f, b, e, rb, nil)
		onOperators, lines := Money{}, Money{}
		for _, l := range b.Lines {
			if l.PayeeKind == PartnerPayee && l.Category == Commission && strings.HasPrefix(l.Subject, "op-") {
				lines = lines.Add(l.Amount)
			}
		}
		for _, o := range f.Operators {
			on := figures.mayBe(OfOperator, o.ID, CommissionOn)
			onOperators = onOperators.Add(on)
			shares, hasDays := Money{}, false
			for _, n := range f.Nodes {
				if n.OperatorID == o.ID {
					hasDays = hasDays || n.Days > 0
					shares = shares.Add(figures.mayBe(OfNode, NodeFigureID(n.ID, o.ID), CommissionShare))
				}
			}
			if hasDays {
				sumsTo(t, "shares of "+o.ID, shares, on)
			}
		}
		sumsTo(t, "commission on operators", onOperators, lines)
	})
}

func TestSharesAddUpWhateverTheSign(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		total := cents(rapid.Int64Range(-100_000, 100_000).Draw(t, "total"))
		weights := rapid.SliceOfN(rapid.IntRange(1, 31), 1, 12).Draw(t, "weights")
		shares, all := sharesOf(total, weights), int64(0)
		for _, w := range weights {
			all += int64(w)
		}
		sumsTo(t, "shares", SumMoney(shares...), total)
		for i, share := range shares {
			exact := total.Exact().Mul(Ratio(int64(weights[i]), all))
			if off := share.Exact().Sub(exact); off.Cmp(cents(1).Exact()) > 0 || off.Cmp(cents(-1).Exact()) < 0 {
				t.Errorf("%s for a share of %s is more than a cent off", share, exact.Fraction())
			}
		}
	})
}

func TestYearsSumsAreThoseOfTheMonths(t *testing.T) {
	rb := shippedRules(t)
	rapid.Check(t, func(t *rapid.T) {
		type key struct {
			kind FigureKind
			id   string
			name FigureName
		}
		p := Period{2026, 1}.Add(rapid.IntRange(0, 11).Draw(t, "first"))
		year, since := map[key]Money{}, p
		var past []Figure
		for range rapid.IntRange(1, 5).Draw(t, "months") {
			f, _, e := drawSurvey(t, rb)
			f.Period, f.Revenue = p, nil
			b := mustSettle(t, f, rb)
			if p.Month == 1 {
				year, since = map[key]Money{}, p
			}
			if rapid.Bool().Draw(t, "handed") {
				past = Handed(past, p)
			}
			figures := surveyDrawn(t, f, b, e, rb, past)
			past = figures.All()
			for _, r := range past {
				if r.Period == p && r.Unit == InDollars && r.Kind != OfLead {
					k, sum := key{r.Kind, r.ID, r.Name}, figures.mayBe(r.Kind, r.ID, r.Name)
					year[k] = year[k].Add(sum)
					if r.Name == FigureReturned { // what came back was payable once already
						paid := key{r.Kind, r.ID, FigurePayable}
						year[paid] = year[paid].Sub(sum)
					}
				}
			}
			for k, sum := range year {
				if _, isSummed := figureByName[YearToDate(k.name)]; isSummed {
					sumsTo(t, fmt.Sprintf("%s %s %s of %s", k.kind, k.id, k.name, p), figures.mayBe(k.kind, k.id, YearToDate(k.name)), sum)
				}
			}
			if said, _ := figures.Of(OfTheFleet, FleetID, YearSince); said != since.String() {
				t.Errorf("the year begins with %s, not %s", said, since)
			}
			p = p.Next()
		}
	})
}

func TestTheOrderOfFactsEvidenceAndPastNeverMattersToFigures(t *testing.T) {
	rb := shippedRules(t)
	rapid.Check(t, func(t *rapid.T) {
		f, b, e := drawSurvey(t, rb)
		past := surveyDrawn(t, f, b, e, rb, nil).All()
		f.Period = f.Period.Next()
		b = mustSettle(t, f, rb)
		before := surveyDrawn(t, f, b, e, rb, past).All()
		shuffle(t, reflect.ValueOf(f).Elem())
		shuffle(t, reflect.ValueOf(e).Elem())
		past = rapid.Permutation(past).Draw(t, "past")
		after := surveyDrawn(t, f, mustSettle(t, f, rb), e, rb, past).All()
		if !reflect.DeepEqual(before, after) {
			t.Errorf("before %v\nafter  %v", before, after)
		}
		if !slices.IsSortedFunc(after, compareFigures) {
			t.Errorf("not in the order of figures.csv: %v", after)
		}
		for _, r := range after {
			if info, known := figureByName[r.Name]; !known || info.unit != r.Unit || r.check() != nil {
				t.Errorf("%s is %s %s: %v", r.words(), r.Value, r.Unit, r.check())
			}
			if !hasKind(r) {
				t.Errorf("%s: its definition is not of that kind", r.words())
			}
		}
	})
}

// hasKind tells whether a figure's definition is of its kind.
func hasKind(f Figure) bool {
	for _, def := range figureDefs {
		if slices.Contains(def.names(), f.Name) {
			return slices.Contains(def.of, f.Kind)
		}
	}
	return false
}
