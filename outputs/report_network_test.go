package outputs

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"fleetpay/rules"
)

// cellsUnder lists a column of a table.
func cellsUnder(t *testing.T, g *grid, head string) (cells []string) {
	t.Helper()
	c := slices.IndexFunc(g.columns, func(c gridColumn) bool { return c.head == head })
	if c < 0 {
		t.Fatalf("no column %q", head)
	}
	for i := range g.length {
		cells = append(cells, g.row(i).cells[c])
	}
	return cells
}

// rowOf finds the row of a table that begins with a label, nil without one.
func rowOf(g *grid, label string) []string {
	for i := range g.length {
		if cells := g.row(i).cells; cells[0] == label {
			return cells
		}
	}
	return nil
}

func TestAnIncidentIsOnTheNodesThatWereActiveOnItsDay(t *testing.T) {
	m := reportMonth(rules.FleetLayout)
	// cedar's n-4 left on the 12th, and birch's n-3 came on the 7th.
	opened := func(d string) rules.Instant {
		at, err := time.Parse(time.DateOnly, d)
		if err != nil {
			t.Fatal(err)
		}
		return rules.Instant(at.Add(24*time.Hour - time.Microsecond).UnixMicro())
	}
	for i, on := range []string{"2026-10-06", "2026-10-07", "2026-10-12", "2026-10-13"} {
		m.Evidence.Incidents = append(m.Evidence.Incidents, rules.Incident{ID: fmt.Sprintf("inc-x%d", i), Severity: "P2", NodeIDs: []string{"n-1", "n-3", "n-4", "strange"},
			Operators: []string{"alder", "birch", "cedar"}, OpenedAt: opened(on)})
	}
	v := viewOf(t, m)
	want := []string{"n-2", "n-1, n-4", "n-1, n-3, n-4", "n-1, n-3, n-4", "n-1, n-3", "n-3"}
	if got := cellsUnder(t, v.Incidents(), "Nodes"); !slices.Equal(got, want) {
		t.Errorf("the log names %q", got)
	}
	// n-1 is there all month; n-3 from the 7th on, with one of its own; n-4 up to the 12th.
	want = []string{"4 incidents, lowest 99.236% on 2026-10-09", "1 incident, lowest 95.902% on 2026-10-04", "4 incidents, lowest 30.763% on 2026-10-14", "3 incidents"}
	if got := cellsUnder(t, v.Nodes(), "Issues"); !slices.Equal(got, want) {
		t.Errorf("the inventory says %q", got)
	}
}

func TestANodeThatWasHandedOverHasTheIncidentsOfEachOperator(t *testing.T) {
	m := reportMonth(rules.FleetLayout)
	m.Facts.Nodes[3].ID, m.Evidence.Days[3].NodeID = "n-3", "n-3" // cedar's up to the 12th
	for i := range 6 {
		m.Evidence.Days[2].Days[6+i] = rules.Slots{} // and birch's from the 13th on
	}
	m.Evidence.Incidents[0] = rules.Incident{ID: "inc-0", Severity: "P2", NodeIDs: []string{"n-3"}, Operators: []string{"cedar"}, OpenedAt: m.Evidence.Incidents[0].OpenedAt}
	v := viewOf(t, m)
	if got := []int{v.incidentsOn(v.nodes[2]), v.incidentsOn(v.nodes[3])}; !slices.Equal(got, []int{1, 1}) {
		t.Errorf("birch's n-3 and cedar's n-3 have %d incidents", got)
	}
}

func TestAPartnerThatReferredItselfOnlyReadsSo(t *testing.T) {
	for _, layout := range allLayouts {
		m := reportMonth(layout)
		m.Facts.Partners[0].Referrals = []rules.Referral{{ID: "r9", OperatorID: "own", ReferredOn: day("2026-01-01")}}
		text := strings.Join(strings.Fields(markdown(t, m, "pine")), " ")
		if !strings.Contains(text, "Its only referral is its own operator record, which earns nothing.") || strings.Contains(text, "has not referred") {
			t.Errorf("%s: %s", layout, text)
		}
		m.Facts.Partners[0].Referrals[0].ReferredOn = day("2026-11-01") // it is not yet
		if text := markdown(t, m, "pine"); !strings.Contains(text, "This partner has not referred an operator yet.") {
			t.Errorf("%s, before the referral: %s", layout, text)
		}
		m.Facts.Absent = map[string]bool{"referrals": true}
		if text := markdown(t, m, "pine"); !strings.Contains(text, "No referral data for this month.") {
			t.Errorf("%s, without referrals: %s", layout, text)
		}
	}
}

func TestAnOperatorThatWasReferredTwiceIsListedOnce(t *testing.T) {
	m := reportMonth(rules.FleetLayout)
	p := &m.Facts.Partners[0]
	p.Referrals = append(p.Referrals, rules.Referral{ID: "r4", OperatorID: "alder", ReferredOn: day("2026-02-01")})
	if v := viewOf(t, m); len(v.network) != 3 || v.Referred().length != 3 || v.Nodes().length != 4 {
		t.Errorf("%d operators, %d rows, %d nodes", len(v.network), v.Referred().length, v.Nodes().length)
	}
}

func TestTheInventoryIsGroupedByOperator(t *testing.T) {
	var got []string
	g := viewOf(t, reportMonth(rules.FleetLayout)).Nodes()
	for i := range g.length {
		got = append(got, strings.TrimSpace(g.row(i).group+" "+g.row(i).cells[0]))
	}
	if want := []string{"Alder Nodes (alder) n-1", "n-2", "Žofia & Co. | *Birch* (birch) n-3", "Cedar_Works (cedar) n-4"}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

func TestLikeNodesAreNamedInTheOrderOfTheirIDs(t *testing.T) {
	m := reportMonth(rules.FleetLayout)
	for i := range m.Facts.Nodes {
		m.Facts.Nodes[i].Slots = rules.Slots{Expected: 1000, Up: 995} // 99.5%, which is not above it
	}
	var ids []string
	for _, said := range viewOf(t, m).Attention() {
		id, rest, _ := strings.Cut(said, " of ")
		ids = append(ids, id)
		if !strings.Contains(rest, ": 99.500% uptime, exactly at the target, which is to be passed") {
			t.Error(said)
		}
	}
	// n-2 and n-3 have an incident each, the others none.
	if want := []string{"n-2", "n-3", "n-1", "n-4"}; !slices.Equal(ids, want) {
		t.Errorf("%q", ids)
	}
	m.Report.Targets.Uptime = percent("99.5002")
	if said := viewOf(t, m).Attention()[0]; !strings.Contains(said, "99.500% uptime, just under the target") {
		t.Error(said)
	}
}

func TestTrainingsAndDealsAreListedByDay(t *testing.T) {
	m := reportMonth(rules.FleetLayout)
	m.Evidence.Trainings = append(m.Evidence.Trainings, rules.Training{ID: "t2", OperatorID: "birch", CompletedOn: day("2026-10-05"), Kind: "certification"})
	for i, on := range []string{"2026-10-20", "2026-10-02"} {
		m.Evidence.Leads = append(m.Evidence.Leads, rules.Lead{ID: fmt.Sprintf("lead-%d", 2-i), SourceKind: "partner", SourceID: "pine", Channel: "post",
			CreatedOn: day("2026-09-01"), ConvertedOn: day(on)})
	}
	v := viewOf(t, m)
	if got := cellsUnder(t, v.Trainings(), "Completed on"); !slices.Equal(got, []string{"2026-10-05", "2026-10-16"}) {
		t.Errorf("trainings: %q", got)
	}
	// lead-1 of the 2nd; lead-2 and lead-3 of the 20th.
	if got := cellsUnder(t, v.Deals(), "Lead"); !slices.Equal(got, []string{"lead-1", "lead-2", "lead-3"}) {
		t.Errorf("deals: %q", got)
	}
}
