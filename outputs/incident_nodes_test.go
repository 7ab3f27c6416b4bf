package outputs

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"fleetpay/rules"
)

// A node moves from alpha to bravo on 11 October; the hour of an incident does
// not matter, its UTC day does.
func TestANodeIsTheOneItBelongedToOnTheDay(t *testing.T) {
	p := rules.Period{Year: 2026, Month: 10}
	before, after := make([]rules.Slots, 31), make([]rules.Slots, 31)
	for d := range 31 {
		if d < 10 {
			before[d] = rules.Slots{Maintenance: 24} // active, and nothing counts
		} else {
			after[d] = rules.Slots{Expected: 24, Missing: 24}
		}
	}
	days := nodeDaysOf(&rules.Evidence{Days: []rules.NodeMonth{{NodeID: "moved", OperatorID: "alpha", Days: before}, {NodeID: "moved", OperatorID: "bravo", Days: after}}})
	for _, c := range []struct {
		opened string
		owner  string
	}{{"2026-10-01T00:00:00Z", "alpha"}, {"2026-10-10T23:59:59Z", "alpha"}, {"2026-10-11T00:00:00Z", "bravo"}, {"2026-10-31T23:59:59Z", "bravo"}} {
		i := rules.Incident{NodeIDs: []string{"moved", "unknown"}, OpenedAt: opening(c.opened)}
		for _, operator := range []string{"alpha", "bravo", "charlie"} {
			var want []string
			if operator == c.owner {
				want = []string{"moved"}
			}
			if got := days.activeNodesOf(p, i, operator); !slices.Equal(got, want) {
				t.Errorf("%s: of %s: got %v, want %v", c.opened, operator, got, want)
			}
		}
	}
}

func TestAListOfNodesIsCut(t *testing.T) {
	ids := make([]string, 30)
	for i := range ids {
		ids[i] = fmt.Sprintf("n-%d", i+1)
	}
	for n, want := range map[int]string{0: "", 1: "n-1", 5: "n-1, n-2, n-3, n-4, n-5", 30: "n-1, n-2, n-3, n-4, n-5 and 25 more"} {
		if got := someNodes(ids[:n]); got != want {
			t.Errorf("%d nodes: %q", n, got)
		}
	}
}

// An incident on 200 nodes takes a few lines of the statement, and node-002, which
// had left, is not among them.
func TestAStatementListsOnlyTheNodesOfThatDay(t *testing.T) {
	m := operatorMonth(200, 6, 1)
	i := &m.Evidence.Incidents[0]
	i.NodeIDs = nil
	for n := range m.Evidence.Days {
		i.NodeIDs = append(i.NodeIDs, m.Evidence.Days[n].NodeID)
	}
	for d := 1; d < 31; d++ {
		m.Evidence.Days[1].Days[d] = rules.Slots{}
	}
	text := squeeze(strings.Join(pdfText(t, statementOf(t, m, rules.OperatorPayee, second)), " "))
	_, text, _ = strings.Cut(text, "Incidents")
	if strings.Contains(text, "node-002") || !strings.Contains(text, "node-006") || strings.Contains(text, "node-007") || !strings.Contains(text, "194 more") {
		t.Errorf("got %s", text)
	}
}

func opening(s string) rules.Instant {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return rules.Instant(t.UnixMicro())
}
