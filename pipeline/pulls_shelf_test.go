package pipeline_test

import (
	"fmt"
	"strings"
	"testing"

	"fleetpay/pipeline"
	"fleetpay/pipeline/pulltest"
)

// What was pulled under a shorter settling time may lack what came later.
func TestPiecesThatHadLessTimeToSettleArePulledAgain(t *testing.T) {
	m := pulltest.StartMonitor(t, token)
	w := newPulled(t, strings.Replace(prometheusAt(m.URL), "piece: 24h", "piece: 24h, settling: 0s", 1), "")
	m.Set(func(m *pulltest.Monitor) { m.Expires = 5 })
	_, err := w.close("2026-08-01T00:00:00Z")
	w.refused(err, pipeline.ExitRefused, "HTTP status 401", "the next run goes on from what was pulled")
	m.Set(func(m *pulltest.Monitor) { m.Expires = 0 })
	w.configure(prometheusAt(m.URL), "")
	w.closed()
	if again := m.Repeated(); len(again) != 5 {
		t.Errorf("asked again for %q, want the 5 pieces that were pulled at once", again)
	}
}

// What runs on a schedule waits, and does not fail, while data are on their way.
func TestAMonthIsDueOnceItsServersAreComplete(t *testing.T) {
	m := pulltest.StartMonitor(t, token)
	w := newPulled(t, strings.Replace(prometheusAt(m.URL), "piece: 24h", "piece: 24h, settling: 36h", 1), "")
	w.closed()
	for at, want := range map[string]string{
		"2026-09-01T00:00:00Z": "[]",
		"2026-09-02T11:59:59Z": "[]",
		"2026-09-02T12:00:00Z": "[2026-08]",
		"2026-10-02T12:00:00Z": "[2026-08 2026-09]",
	} {
		ws, _, now := w.open(at)
		if due, err := pipeline.Due(ws, now); err != nil || fmt.Sprint(due) != want {
			t.Errorf("at %s: due are %v, %v, want %s", at, due, err, want)
		}
	}
}

// Only a server can correct its rows, so it is asked anew; the others are not.
func TestAServerWhoseRowsRefuseTheCloseIsAskedAgain(t *testing.T) {
	m := pulltest.StartMonitor(t, token)
	p := newPager(t, token, july()...)
	p.incidents[0]["resolved_at"] = "2026-07-02T08:00:00" // an hour before it began
	w := newPulled(t, prometheusAt(m.URL), pagerAt(p.URL))
	_, err := w.close("2026-08-05T09:00:00Z")
	w.refused(err, pipeline.ExitRefused, "bad row")
	asked := p.asked
	p.incidents[0]["resolved_at"] = "2026-07-02T10:00:00"
	w.closed()
	if p.asked != 2*asked {
		t.Errorf("asked %d times and %d times again", asked, p.asked-asked)
	}
	if again := m.Repeated(); len(again) != 0 {
		t.Errorf("asked the monitoring again for %q", again)
	}
}
