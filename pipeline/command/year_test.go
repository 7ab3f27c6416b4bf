package command

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"fleetpay/pipeline/pulltest"
)

// turn is something that happens in the year, just before the schedule runs.
type turn struct {
	at   string
	what string
	do   func(y *year)
}

// turns are what befalls the close of twelve months, of August 2026 to July 2027, in
// the order of time. Nothing else keeps a month from being closed as soon as its data
// are complete, which is a day after it: Prometheus may still be catching up until
// then.
var turns = []turn{
	{"2026-08-15T00:00:00Z", "somebody breaks fleetpay.yaml", func(y *year) {
		y.append("fleetpay.yaml", "closing: never\n")
		y.broken = `fleetpay.yaml:22:1: closing: the key "closing" is not known here`
	}},
	{"2026-08-17T00:00:00Z", "and mends it", func(y *year) {
		y.replace("fleetpay.yaml", "closing: never\n", "")
		y.broken = ""
	}},

	{"2026-09-10T09:00:00Z", "two people approve August, and it is given out", func(y *year) {
		signatories{"alice", "bob"}.approve(y.T, y.now, y.dir, "2026-08")
		mustAt(y.T, y.now, y.dir, "payments", "export", "2026-08", "--by", "P. Payer")
		y.paid = paid{approvals: 2, exports: 1, given: 2}
	}},
	{"2026-09-12T09:00:00Z", "the Safe has paid, and the explorer shows it", func(y *year) {
		y.write("base.csv", y.transfersOf("2026-08", "2026-09-11T10:00:00Z"))
		mustAt(y.T, y.now, y.dir, "settle", "2026-08", "--transfers", "base.csv", "--by", "P. Payer")
		y.paid.settled = 2
	}},

	{"2026-10-01T00:00:00Z", "the incidents of September are not delivered in time, and the webhook is away", func(y *year) {
		y.remove("data/incidents-2026-09.csv")
		y.stop(3, `incidents: "data/incidents-{period}.csv"`, "data/incidents-2026-09.csv", "put one there")
		y.hook.away(true)
	}},
	{"2026-10-03T00:00:00Z", "the webhook is back", func(y *year) { y.hook.away(false) }},
	{"2026-10-05T09:00:00Z", "the incidents come", func(y *year) { y.deliver("2026-09"); y.goOn() }},

	{"2026-11-02T00:00:00Z", "Prometheus dies after 12 days of October were pulled", func(y *year) {
		n := y.monitor.Answered()
		y.monitor.Set(func(m *pulltest.Monitor) { m.Dies = n + 12 })
		y.stop(1, "heartbeats", "the next run goes on from what was pulled")
	}},
	{"2026-11-02T05:00:00Z", "it is back, and refuses the token after 5 more", func(y *year) {
		n := y.monitor.Answered()
		y.monitor.Set(func(m *pulltest.Monitor) { m.Dies, m.Expires = 0, n+5 })
		y.stop(3, "HTTP status 401", "renew what is in the environment variable "+yearToken)
	}},
	{"2026-11-05T12:00:00Z", "the token is renewed", func(y *year) {
		y.monitor.Set(func(m *pulltest.Monitor) { m.Expires = 0 })
		y.goOn()
	}},
	{"2026-11-05T13:00:00Z", "nothing of October was asked for twice", func(y *year) {
		if again := y.monitor.Repeated(); len(again) > 0 {
			y.Errorf("asked twice for %q", again)
		}
	}},

	{"2026-12-02T00:00:00Z", "three schedulers run at once", func(y *year) { y.atOnce(3, "2026-11") }},

	{"2026-12-10T00:00:00Z", "the machine is switched off", func(y *year) { y.off = true }},
	{"2027-03-05T04:00:00Z", "and on again, when three months are due", func(y *year) { y.off = false }},

	{"2027-04-02T00:00:00Z", "the disk is full", func(y *year) {
		y.disk.fill(0)
		y.stop(1, y.disk.words)
		y.stopped.unnoted = true // not even that it failed can be kept
	}},
	{"2027-04-03T00:00:00Z", "there is room for a note, and not for a close", func(y *year) {
		y.disk.fill(64 << 10)
		y.stop(1, y.disk.words)
		y.stopped.unnoted = !y.disk.real
	}},
	{"2027-04-04T12:00:00Z", "there is room again", func(y *year) { y.disk.empty(); y.goOn() }},

	{"2027-05-01T00:00:00Z", "an incident of April has a severity that there is not", func(y *year) {
		y.replace("data/incidents-2027-04.csv", ",P1,", ",grave,")
		y.stop(3, "2027-04: 1 bad row in the inputs", "fleetpay check 2027-04 --rejects FILE writes all bad rows")
	}},
	{"2027-05-03T15:00:00Z", "the row is corrected", func(y *year) { y.deliver("2027-04"); y.goOn() }},

	{"2027-06-01T00:00:00Z", "Prometheus missed a node for a week of May", func(y *year) { y.missed(true) }},
	{"2027-06-04T10:00:00Z", "its samples are loaded later, so the close of May is withdrawn", func(y *year) {
		y.withdraw("2027-05")
		y.missed(false)
	}},

	{"2027-07-02T00:00:00Z", "the scheduler's time limit ends a run that waits for Prometheus; power fails during the next ones", func(y *year) {
		y.terminated("2027-06")
		y.now = y.now.Add(time.Hour)
		y.killed(5, "2027-06")
	}},

	{"2027-08-02T00:00:00Z", "somebody closes July by hand, before the schedule does", func(y *year) { y.byHand("2027-07") }},
}

// TestAYearRunsByItself simulates twelve months and more, by SOURCE_DATE_EPOCH. The
// schedule runs each day of a month's first week and once a week after that, and in
// the seconds around the end of a month and its settling time. A model of its own says which months are closed then, and where each
// stands; it is held to what the run answers, to the status before and after it, to
// the file for node_exporter and, in the end, to what the webhook was told.
func TestAYearRunsByItself(t *testing.T) {
	y := newYear(t)
	story := turns
	for _, now := range yearTimes(t) {
		y.now = now
		y.monthEnds()
		turned := false
		for ; len(story) > 0 && !at8601(t, story[0].at).After(now); turned = true {
			story[0].do(y)
			y.what, story = story[0].what, story[1:]
		}
		if y.off {
			continue
		}
		if turned || now.Day() <= 2 {
			y.checkStatus("before the run")
		}
		y.run()
		y.checkStatus("after the run")
		if t.Failed() {
			t.Fatalf("at %s, when this happened last: %s", stamp(now), y.what)
		}
	}
	if len(story) > 0 {
		t.Fatalf("%q never happened", story[0].what)
	}
	y.checkOrder()
	y.checkTold()
	y.checkNothingLeft()
	y.sameAsUndisturbed()
}

// yearTimes is when the schedule runs, or something happens: at ten past six on the
// days said, and in the last second before and the first after each month and its
// settling time.
func yearTimes(t *testing.T) []time.Time {
	var list []time.Time
	begins, ends := at8601(t, "2026-08-10T00:00:00Z"), at8601(t, "2027-08-10T00:00:00Z")
	for day := begins; day.Before(ends); day = day.AddDate(0, 0, 1) {
		if day.Day() <= 7 || day.Weekday() == time.Monday {
			list = append(list, day.Add(6*time.Hour+10*time.Minute))
		}
		if day.Day() == 1 {
			complete := day.Add(settlingTime)
			list = append(list, day.Add(-time.Second), day, complete.Add(-time.Second), complete)
		}
	}
	for _, turn := range turns {
		list = append(list, at8601(t, turn.at))
	}
	slices.SortFunc(list, time.Time.Compare)
	return slices.Compact(list)
}

// checkOrder holds the closes to the model: each month once, in order, each resting on
// the one before it.
func (y *year) checkOrder() {
	y.Helper()
	var before string
	for i, p := range y.months("2026-08", "2027-07") {
		at := y.closed[p]
		if at == "" || at < before {
			y.Errorf("%s was closed at %q, the month before it at %q", p, at, before)
		}
		before = at
		var record struct {
			ClosedAt string `json:"closed_at"`
			Previous *struct {
				Period string `json:"period"`
			} `json:"previous"`
			Withdrawn []struct {
				Reason string `json:"reason"`
			} `json:"withdrawn"`
		}
		y.readJSON(filepath.Join("closes", p, "close.json"), &record)
		if record.ClosedAt != at || (record.Previous == nil) != (i == 0) || len(record.Withdrawn) != y.withdrawals[p] {
			y.Errorf("%s: the run record has %+v; want it closed at %s", p, record, at)
		}
	}
}

// checkNothingLeft expects nothing in the closes folder but what belongs there.
func (y *year) checkNothingLeft() {
	y.Helper()
	want := []string{".lock", ".outbox", ".outbox/.lock", ".outbox/told", "2026-08.approvals", "2026-08.exports", "2026-08.settlement", "withdrawn", "withdrawn/2027-05-1", "withdrawn/2027-05-1.json"}
	want = append(want, y.months("2026-08", "2027-07")...)
	for _, pattern := range []string{"*", ".*", "withdrawn/*", ".outbox/*", ".outbox/.*", ".pulled/*", ".attempts/*"} {
		found, err := filepath.Glob(filepath.Join(y.dir, "closes", pattern))
		if err != nil {
			y.Fatal(err)
		}
		for _, path := range found {
			name, _ := filepath.Rel(filepath.Join(y.dir, "closes"), path)
			entries, _ := os.ReadDir(path)
			if emptied := len(entries) == 0 && (name == ".pulled" || name == ".attempts"); !emptied && !slices.Contains(want, name) {
				y.Errorf("closes/%s is left", name)
			}
		}
	}
}

// sameAsUndisturbed closes the same months at the same times in a workspace that
// nothing befalls, and expects the same bytes.
func (y *year) sameAsUndisturbed() {
	y.Helper()
	undisturbed := newYearFolder(y.T, y.monitor, y.hook)
	other := &year{T: y.T, dir: undisturbed, monitor: y.monitor}
	for _, p := range y.months("2026-08", "2027-07") {
		other.deliver(p)
		if at, withdrawn := y.firstClosed[p]; withdrawn {
			y.missed(true)
			mustAt(y.T, at8601(y.T, at.closed), undisturbed, "close", p, "--by", y.by(p))
			mustAt(y.T, at8601(y.T, at.withdrawn), undisturbed, "withdraw", p, "--reason", withdrawReason, "--by", "R. Finance")
			y.missed(false)
		}
		mustAt(y.T, at8601(y.T, y.closed[p]), undisturbed, "close", p, "--by", y.by(p))
		y.Run(p+" is that of a year that nothing befell", func(t *testing.T) {
			sameTree(t, readTree(t, filepath.Join(y.dir, "closes", p)), readTree(t, filepath.Join(undisturbed, "closes", p)))
		})
	}
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

func at8601(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(fmt.Errorf("the test itself: %w", err))
	}
	return at
}
