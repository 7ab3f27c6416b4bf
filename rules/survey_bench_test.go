package rules

import (
	"fmt"
	"testing"
)

// surveyOf makes what a survey of a fleet takes: ten nodes per operator, and for
// each partner leads and incidents of its network.
func surveyOf(f *Facts) *Evidence {
	e := &Evidence{}
	f.Settings.SlotSeconds = 60
	for i, o := range f.Operators {
		for n := range 10 {
			f.Nodes = append(f.Nodes, Node{ID: fmt.Sprintf("node-%05d-%d", i, n), OperatorID: o.ID, Days: f.Period.Days()})
		}
		e.Incidents = append(e.Incidents, Incident{
			ID: "inc-" + o.ID, Severity: []string{"P0", "P1", "P2", "P3"}[i%4], Operators: []string{o.ID},
			OpenedAt: 1, AcknowledgedAt: Instant(1 + i%40*60_000_000), ResolvedAt: Instant(1 + i%90*60_000_000),
		})
	}
	for i, p := range f.Partners {
		e.Leads = append(e.Leads, Lead{
			ID: "lead-" + p.ID, SourceKind: "partner", SourceID: p.ID, Channel: []string{"event", "web"}[i%2], CreatedOn: f.Period.First(),
		})
	}
	return e
}

func BenchmarkSurvey(b *testing.B) {
	const operators = 10_000
	rb := shippedRules(b)
	p := Period{2028, 10}
	f := fleetOf(operators, p)
	e := surveyOf(f)
	book, err := Settle(f, rb)
	if err != nil {
		b.Fatal(err)
	}
	first, err := Survey(f, book, e, rb, nil)
	if err != nil {
		b.Fatal(err)
	}
	var all []Figure // two years of figures stand behind the month
	for n := range pastMonths {
		for _, r := range first.All() {
			if r.Period = p.Add(n - pastMonths); r.Name == YearSince {
				r.Value = Period{r.Period.Year, 1}.String()
			}
			all = append(all, r)
		}
	}
	past := Handed(all, p)
	b.ReportAllocs()
	rows := 0
	for b.Loop() {
		figures, err := Survey(f, book, e, rb, past)
		if err != nil {
			b.Fatal(err)
		}
		rows = len(figures.All())
	}
	b.ReportMetric(float64(rows), "rows")
	b.ReportMetric(operators*float64(b.N)/b.Elapsed().Seconds(), "operators/s")
}
