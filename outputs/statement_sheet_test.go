package outputs

import (
	"bytes"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"fleetpay/rules"
)

// operatorMonth is an invented month of two operators with so many lines each;
// the second one has nodes and incidents and a year behind it. Every seventh day
// of a node has an outage, every eleventh a gap, every thirteenth maintenance.
func operatorMonth(nodes, lines, incidents int) *Month {
	m := largeMonth(2, lines)
	m.Contact = Contact{Ask: "the payout desk, pay@example.org", Until: day("2026-11-16")}
	o := &m.Facts.Operators[1]
	m.Evidence = &rules.Evidence{}
	o.Slots = rules.Slots{}
	for n := range nodes {
		node := rules.NodeMonth{NodeID: fmt.Sprintf("node-%03d", n+1), OperatorID: o.ID}
		for d := range m.Period.Days() {
			s := rules.Slots{Expected: 1440, Up: 1440}
			switch k := n*m.Period.Days() + d; {
			case k%7 == 3:
				s.Up -= 12
			case k%11 == 5:
				s.Up, s.Missing = 1000, 440
			case k%13 == 9:
				s = rules.Slots{Expected: 1200, Up: 1200, Maintenance: 240}
			}
			node.Days = append(node.Days, s)
			o.Slots = o.Slots.Add(s)
		}
		m.Evidence.Days = append(m.Evidence.Days, node)
	}
	for i := range incidents {
		opened := rules.Instant(time.Date(2026, 10, 2, 14, 5, 0, 0, time.UTC).AddDate(0, 0, i).UnixMicro())
		m.Evidence.Incidents = append(m.Evidence.Incidents, rules.Incident{ID: fmt.Sprintf("inc-%d", i), Severity: "P1", NodeIDs: []string{"node-001", "node-of-another"},
			Operators: []string{o.ID}, OpenedAt: opened, AcknowledgedAt: opened + 754e6, ResolvedAt: opened + 4*3600e6 + 300e6, Cause: "the data volume was full"})
	}
	var figures []rules.Figure
	add := func(kind rules.FigureKind, id string, name rules.FigureName, value string) {
		figures = append(figures, rules.Figure{Period: m.Period, Kind: kind, ID: id, Name: name, Value: value})
	}
	add(rules.OfTheFleet, "fleet", rules.YearSince, "2026-04")
	add(rules.OfOperator, o.ID, rules.YearToDate(rules.FigureEarned), "12345.67")
	add(rules.OfOperator, o.ID, rules.YearToDate(rules.FigurePayable), "12000.01")
	add(rules.OfOperator, o.ID, rules.YearToDate(rules.EarnedIn(rules.Base)), "12345.67")
	add(rules.OfOperator, o.ID, rules.YearToDate(rules.EarnedIn(rules.Bonus)), "0.00")
	m.Figures = rules.NewFigures(m.Period, figures)
	for i := range m.Book.Lines {
		if l := &m.Book.Lines[i]; l.Status == rules.NotEarned {
			l.Shortfall = "0.08654 points"
		}
	}
	return m
}

const second = "op-000001"

func TestTheCommonStatementIsOnePage(t *testing.T) {
	pages := readPages(t, statementOf(t, operatorMonth(5, 6, 2), rules.OperatorPayee, second))
	if len(pages) != 1 {
		t.Fatalf("it takes %d pages", len(pages))
	}
	for _, want := range []string{
		"Not earned, and why", "0.08654 points", "Year to date, since April 2026", "12345.67", "12000.01",
		"node-005", "2026-10-02 14:05", "12 min 34 s", "4 h 05 min", "the data volume was full", "node-001",
		"Questions about this statement: the payout desk, pay@example.org, until 16 November 2026.",
	} {
		if !pages[0].has(want) {
			t.Errorf("it has no %q", want)
		}
	}
	for _, not := range []string{"node-of-another", "Bonuses, USD"} {
		if strings.Contains(fmt.Sprint(pages[0]), not) {
			t.Errorf("it has %q", not)
		}
	}
}

// What an older folder doesn't have is left out: no empty frame, no heading.
func TestWithoutEvidenceAndFiguresTheirPartsAreLeftOut(t *testing.T) {
	m := operatorMonth(5, 6, 2)
	m.Evidence, m.Figures, m.Contact = nil, nil, Contact{}
	pages := readPages(t, statementOf(t, m, rules.OperatorPayee, second))
	for _, s := range pages[0].texts {
		for _, not := range []string{"Year to date", "Incidents", "Questions", "node-001", "maintenance (not counted)"} {
			if strings.HasPrefix(s.text, not) && s.text != "Incidents (critical)" {
				t.Errorf("it has %q", s.text)
			}
		}
	}
}

// amounts are what looks like a sum of money: two decimals, and no more.
var amounts = regexp.MustCompile(`(?:^|[^0-9.])(-?[0-9]+\.[0-9]{2})(?:$|[^0-9])`)

func amountsIn(texts ...string) map[string]bool {
	found := map[string]bool{}
	for _, text := range texts {
		for _, m := range amounts.FindAllStringSubmatch(text, -1) {
			found[m[1]] = true
		}
	}
	return found
}

func TestAStatementHasTheAmountsOfTheFolderAndNoOther(t *testing.T) {
	m := operatorMonth(60, 300, 40)
	var tables []string
	for _, write := range []func(io.Writer, *Month) error{WriteLines, WritePayouts, WriteMeasures, WriteFigures} {
		var b bytes.Buffer
		if err := write(&b, m); err != nil {
			t.Fatal(err)
		}
		tables = append(tables, b.String())
	}
	folder := amountsIn(tables...)
	found := amountsIn(pdfText(t, statementOf(t, m, rules.OperatorPayee, second))...)
	for _, l := range m.Book.Lines {
		if l.PayeeID == second && !found[l.Amount.String()] {
			t.Errorf("line %d: no %s", l.Number, l.Amount)
		}
	}
	for sum := range found {
		if !folder[sum] {
			t.Errorf("%s is in no table of the folder", sum)
		}
	}
}

func TestACalendarOf600NodesGoesOverPages(t *testing.T) {
	pages := readPages(t, statementOf(t, operatorMonth(600, 6, 0), rules.OperatorPayee, second))
	next := 1
	for i, p := range pages {
		begins := next
		for _, s := range p.body() {
			if s.text == fmt.Sprintf("node-%03d", next) {
				next++
			}
		}
		if next > begins && !(p.has("1") && p.has("31") && p.has("no heartbeat")) {
			t.Errorf("page %d has nodes without the days and the legend", i+1)
		}
		if next-begins == 1 {
			t.Errorf("page %d has node %d alone", i+1, begins)
		}
		if want := begins > 1 && next > begins; p.has("Measured in October 2026 (continued)") != want {
			t.Errorf("page %d: it goes on: %v", i+1, want)
		}
	}
	if next != 601 || len(pages) < 8 {
		t.Errorf("nodes up to %d on %d pages", next-1, len(pages))
	}
}

func TestAStatementWithoutLinesAndNodesIsWhole(t *testing.T) {
	m := operatorMonth(0, 0, 0)
	pages := readPages(t, statementOf(t, m, rules.OperatorPayee, second))
	if p := pages[0]; len(pages) != 1 || !p.has("No line pays or charges anything.") || !p.has("No incident was opened on your nodes.") || p.has("Not earned, and why") {
		t.Errorf("got %+v", p.body())
	}
}

func TestALeaverReadsWhenTheCommitmentEnds(t *testing.T) {
	for _, c := range []struct {
		name, last string
		months     int
		want       string
	}{
		{"earlier", "2026-10-12", 12, "The commitment of 12 months, from 3 April 2026, ran until 2 April 2027: terminated 172 days early."},
		{"on its last day", "2026-10-02", 6, "The commitment of 6 months, from 3 April 2026, ran until 2 October 2026 and was served."},
		{"without one", "2026-10-12", 0, "Last active day: 12 October 2026 (left of its own will)."},
		{"next month", "2026-11-01", 12, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := operatorMonth(1, 3, 0)
			o := &m.Facts.Operators[1]
			o.LastActiveDay, o.ExitKind, o.CommitmentMonths = day(c.last), "voluntary", c.months
			var text []string
			for _, s := range readPages(t, statementOf(t, m, rules.OperatorPayee, second))[0].texts {
				text = append(text, s.text)
			}
			at := slices.Index(text, "Departure")
			if (at >= 0) != (c.want != "") || at >= 0 && !strings.Contains(strings.Join(text[at:], " "), c.want) {
				t.Errorf("no %q in %q", c.want, text)
			}
		})
	}
}

// A partner's statement is its monthly report.
func TestAPartnersStatementIsItsReport(t *testing.T) {
	m := smallMonth()
	text := strings.Join(pdfText(t, statementOf(t, m, rules.PartnerPayee, "pine")), "")
	for _, want := range []string{"Pine Partners", "October 2026", "4.84", "17.13", "21.97", walletB, "2026-10 · partner pine"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}

// BenchmarkStatementWithNodes sets the common statement, of one page.
func BenchmarkStatementWithNodes(b *testing.B) {
	st := statements(operatorMonth(5, 6, 2))
	b.ReportAllocs()
	for b.Loop() {
		if err := st[1].write(io.Discard); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "statements/s")
}
