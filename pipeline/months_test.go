package pipeline

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fleetpay/outputs"
	"fleetpay/rules"
)

// monthsWorld is a closes folder of which the months are told. Heartbeats come from a
// server that settles for 36 hours.
type monthsWorld struct{ *settleWorld }

func newMonthsWorld(t *testing.T) *monthsWorld {
	w := &monthsWorld{newSettleWorld(t)}
	w.ws.Sources = []Source{{Dataset: "heartbeats", Kinds: []Kind{{
		Name: kindPrometheus, Server: &server{url: "http://monitor.example", settling: 36 * time.Hour},
	}}}}
	return w
}

// close closes a month a day after its servers settled, with exceptions.
func (w *monthsWorld) close(period string, list []due, severities ...rules.Severity) {
	w.t.Helper()
	p := month(w.t, period)
	w.settleWorld.close(period, p.Next().First().Time().Add(60*time.Hour).Format("2006-01-02 15:04"), list)
	m := &outputs.Month{Book: &rules.Book{}}
	for _, s := range severities {
		m.Book.Exceptions = append(m.Book.Exceptions, rules.Exception{Kind: "new-wallet", Severity: s, Subject: "fleet", Message: "=look"})
	}
	var b bytes.Buffer
	w.must(outputs.WriteExceptions(&b, m))
	dir := filepath.Join(w.ws.Closes, period)
	w.must(writeFile(filepath.Join(dir, outputs.ExceptionsPath), b.Bytes()))
	w.must(writeSums(dir))
	var err error
	w.last, err = hashFile(filepath.Join(dir, sumsName))
	w.must(err)
}

func (w *monthsWorld) withdraw(period, at string) {
	w.t.Helper()
	_, err := Withdraw(w.ws, month(w.t, period), WithdrawOptions{Reason: "a wallet was wrong", By: "R. Finance", At: instantOf(w.t, at)})
	w.must(err)
}

func (w *monthsWorld) fail(period, at, problem string) {
	w.t.Helper()
	w.must(closes{w.ws.Closes}.noteAttempt(month(w.t, period), tries(instant(instantOf(w.t, at)), problem)))
}

func (w *monthsWorld) months(at string) []Month {
	w.t.Helper()
	list, err := Months(w.ws, instantOf(w.t, at))
	w.must(err)
	return list
}

// statesOf tells the states of months, as 2026-07 closed, 2026-08 due.
func statesOf(list []Month) string {
	var texts []string
	for _, m := range list {
		texts = append(texts, m.Period.String()+" "+string(m.State))
	}
	return strings.Join(texts, ", ")
}

// at finds a month.
func (w *monthsWorld) at(list []Month, period string) Month {
	w.t.Helper()
	for _, m := range list {
		if m.Period.String() == period {
			return m
		}
	}
	w.t.Fatalf("%s is not told in %s", period, statesOf(list))
	return Month{}
}

var alder = []due{{"alder", "base", walletNo(1), "101.00"}}

func TestAMonthStandsAsTheClockAndTheFolderSay(t *testing.T) {
	inWay := func(period string) func(*monthsWorld) {
		return func(w *monthsWorld) { w.must(os.MkdirAll(filepath.Join(w.ws.Closes, period), 0o777)) }
	}
	cases := []struct {
		name, at string
		prepare  func(*monthsWorld)
		want     string
		of       string // a month
		reason   string // of it; {closes} is the folder
		next     string
	}{
		{
			"a month that runs is open", "2026-08-15 12:00", nil, "2026-07 closed, 2026-08 open",
			"2026-08", "its data are complete at 2026-09-02T12:00:00Z", "",
		},
		{
			"a month that is over waits for its servers", "2026-09-01 00:00", nil, "2026-07 closed, 2026-08 waiting, 2026-09 open",
			"2026-08", "until 2026-09-02T12:00:00Z, for heartbeats of prometheus at http://monitor.example", "fleetpay close --due from then on",
		},
		{
			"a month whose servers have settled is due", "2026-09-02 12:00", nil, "2026-07 closed, 2026-08 due, 2026-09 open",
			"2026-08", "complete since 2026-09-02T12:00:00Z", "fleetpay close --due",
		},
		{
			"after months without a run, one comes after another", "2026-11-01 08:00", nil,
			"2026-07 closed, 2026-08 due, 2026-09 due, 2026-10 waiting, 2026-11 open",
			"2026-09", "complete since 2026-10-02T12:00:00Z; 2026-08 comes first, which is due", "",
		},
		{
			"a try that failed tells when, by whom and why", "2026-09-03 08:00", func(w *monthsWorld) { w.fail("2026-08", "2026-09-02 13:10", "nodes: not there; put it there") },
			"2026-07 closed, 2026-08 failed, 2026-09 open",
			"2026-08", "tried at 2026-09-02T13:10:00Z by cron: nodes: not there; put it there",
			"once it is mended: fleetpay check 2026-08, then fleetpay close --due",
		},
		{
			"a month that failed holds up the next", "2026-10-03 08:00", func(w *monthsWorld) { w.fail("2026-08", "2026-09-02 13:10", "nodes: not there") },
			"2026-07 closed, 2026-08 failed, 2026-09 due, 2026-10 open",
			"2026-09", "complete since 2026-10-02T12:00:00Z; 2026-08 comes first, which failed", "",
		},
		{
			"a month that failed has nothing to run while another comes first", "2026-10-03 08:00", func(w *monthsWorld) { w.fail("2026-09", "2026-10-02 13:10", "nodes: not there") },
			"2026-07 closed, 2026-08 due, 2026-09 failed, 2026-10 open",
			"2026-09", "tried at 2026-10-02T13:10:00Z by cron: nodes: not there; 2026-08 comes first, which is due", "",
		},
		{
			"so has a month that waits", "2026-10-01 08:00", nil, "2026-07 closed, 2026-08 due, 2026-09 waiting, 2026-10 open",
			"2026-09", "until 2026-10-02T12:00:00Z, for heartbeats of prometheus at http://monitor.example; 2026-08 comes first, which is due", "",
		},
		{
			"a try before the data are complete leaves the month waiting", "2026-09-02 08:00",
			func(w *monthsWorld) { w.fail("2026-08", "2026-09-01 00:10", "nodes: not there") },
			"2026-07 closed, 2026-08 waiting, 2026-09 open",
			"2026-08", "until 2026-09-02T12:00:00Z, for heartbeats of prometheus at http://monitor.example; tried at 2026-09-01T00:10:00Z by cron: nodes: not there",
			"fleetpay close --due from then on",
		},
		{
			"a try of a closed month is past", "2026-08-15 12:00", func(w *monthsWorld) { w.fail("2026-07", "2026-08-01 00:10", "nodes: not there") },
			"2026-07 closed, 2026-08 open", "2026-07", "", "",
		},
		{
			"a withdrawn month is due again", "2026-08-20 12:00", func(w *monthsWorld) { w.withdraw("2026-07", "2026-08-04 09:00") },
			"2026-07 withdrawn, 2026-08 open",
			"2026-07", "withdrawn at 2026-08-04T09:00:00Z by R. Finance: a wallet was wrong", "fleetpay close --due closes it again",
		},
		{
			"a withdrawn month whose new close failed", "2026-08-20 12:00", func(w *monthsWorld) {
				w.withdraw("2026-07", "2026-08-04 09:00")
				w.fail("2026-07", "2026-08-04 10:10", "nodes: not there")
			},
			"2026-07 failed, 2026-08 open", "2026-07", "tried at 2026-08-04T10:10:00Z by cron: nodes: not there",
			"once it is mended: fleetpay check 2026-07, then fleetpay close --due",
		},
		{
			"what failed before the close is past, also when that is withdrawn", "2026-08-20 12:00", func(w *monthsWorld) {
				w.fail("2026-07", "2026-08-05 13:10", "nodes: not there") // by a clock that was ahead
				w.withdraw("2026-07", "2026-08-04 09:00")
			},
			"2026-07 withdrawn, 2026-08 open",
			"2026-07", "withdrawn at 2026-08-04T09:00:00Z by R. Finance: a wallet was wrong", "fleetpay close --due closes it again",
		},
		{
			"what failed since the withdrawal is told, also by a clock that is behind", "2026-08-20 12:00", func(w *monthsWorld) {
				w.withdraw("2026-07", "2026-08-04 09:00")
				w.fail("2026-07", "2026-08-02 13:10", "nodes: not there")
			},
			"2026-07 failed, 2026-08 open", "2026-07", "tried at 2026-08-02T13:10:00Z by cron: nodes: not there",
			"once it is mended: fleetpay check 2026-07, then fleetpay close --due",
		},
		{
			"no month is closed while nobody can tell what was withdrawn", "2026-09-03 08:00", func(w *monthsWorld) {
				w.must(writeFile(closes{w.ws.Closes}.withdrawn(month(w.t, "2026-07"), 1)+".json", []byte("{")))
			},
			"2026-07 closed, 2026-08 due, 2026-09 open",
			"2026-08", "complete since 2026-09-02T12:00:00Z; {closes}/withdrawn must be mended first", "",
		},
		{
			"no month is closed on a close that is damaged", "2026-10-03 08:00", func(w *monthsWorld) {
				w.must(os.WriteFile(filepath.Join(w.ws.Closes, "2026-07", "payouts.csv"), nil, 0o666))
			},
			"2026-07 closed, 2026-08 due, 2026-09 due, 2026-10 open",
			"2026-08", "complete since 2026-09-02T12:00:00Z; {closes}/2026-07 must be mended first", "",
		},
		{
			"a folder that is no close is in the way", "2026-09-03 08:00", inWay("2026-08"), "2026-07 closed, 2026-08 failed, 2026-09 open",
			"2026-08", "{closes}/2026-08: is in the way: it holds no close.json, so it is no close; move it away", "",
		},
		{
			"also of a month that is not over, and then it holds up those before", "2026-10-03 08:00", inWay("2026-10"),
			"2026-07 closed, 2026-08 due, 2026-09 due, 2026-10 failed",
			"2026-08", "complete since 2026-09-02T12:00:00Z; {closes}/2026-10 must be moved away first", "",
		},
		{
			"also of a month long before the first", "2026-09-03 08:00", inWay("2019-02"),
			"2019-02 failed, 2026-07 closed, 2026-08 due, 2026-09 open",
			"2026-08", "complete since 2026-09-02T12:00:00Z; {closes}/2019-02 must be moved away first", "",
		},
		{
			"a close that is gone after another came", "2026-09-05 08:00", func(w *monthsWorld) {
				w.close("2026-08", alder)
				w.close("2026-09", alder)
				w.must(os.RemoveAll(filepath.Join(w.ws.Closes, "2026-08")))
			},
			"2026-07 closed, 2026-08 failed, 2026-09 closed",
			"2026-08", "2026-09 is closed, and comes after it, so its own close is lost; restore {closes}/2026-08 from a copy", "",
		},
		{
			"a close that is gone after its payments were given out", "2026-09-03 08:00", func(w *monthsWorld) {
				w.must(writeFile(filepath.Join(w.ws.Closes, "2026-08.exports", "001", "export.json"), nil))
			},
			"2026-07 closed, 2026-08 failed, 2026-09 open",
			"2026-08", "2026-08: payments of it were given out ({closes}/2026-08.exports holds 001), but its close is not there; restore {closes}/2026-08 from a copy", "",
		},
		{
			"a try that can't be read", "2026-09-03 08:00", func(w *monthsWorld) {
				w.must(writeFile(closes{w.ws.Closes}.attemptFile(month(w.t, "2026-08")), []byte("[]")))
			},
			"2026-07 closed, 2026-08 failed, 2026-09 open", "2026-08",
			"{closes}/.attempts/2026-08.json: does not tell how the last try to close 2026-08 failed: " +
				"json: cannot unmarshal array into Go value of type pipeline.Attempt; remove it, and run fleetpay close 2026-08", "",
		},
		{
			"a try that can't be read keeps no month waiting longer", "2026-09-02 08:00", func(w *monthsWorld) {
				w.must(writeFile(closes{w.ws.Closes}.attemptFile(month(w.t, "2026-08")), []byte("[]")))
			},
			"2026-07 closed, 2026-08 waiting, 2026-09 open", "2026-08",
			"until 2026-09-02T12:00:00Z, for heartbeats of prometheus at http://monitor.example", "fleetpay close --due from then on",
		},
		{
			"a clock that is behind hides no close", "2026-05-01 08:00", nil, "2026-07 closed", "2026-07", "", "",
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := newMonthsWorld(t)
			w.close("2026-07", alder)
			if c.prepare != nil {
				c.prepare(w)
			}
			list := w.months(c.at)
			if got := statesOf(list); got != c.want {
				t.Fatalf("got %s\nwant %s", got, c.want)
			}
			m := w.at(list, c.of)
			if m.State == MonthClosed && m.Attempt != nil {
				t.Errorf("of the closed %s it tells a try: %+v", c.of, m.Attempt)
			}
			if want := strings.ReplaceAll(c.reason, "{closes}", w.ws.Closes); m.Reason != want || m.Next != c.next {
				t.Errorf("%s says %q, next %q\nwant %q, next %q", c.of, m.Reason, m.Next, want, c.next)
			}
		})
	}
}

// What is wrong with a month is told with it, and what hangs on all months is left
// untold for the others, instead of told wrongly.
// Whoever may not read a folder learns that, and not that somebody changed it.
// Whoever looks while a close is moved aside sees it closed or withdrawn, and not torn.
// The first close that is there knows with which month the chain began.
