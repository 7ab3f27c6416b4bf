package command

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"fleetpay/rules"
)

// monthSaid is what status tells of a month.
type monthSaid struct {
	Period    string `json:"period"`
	State     string `json:"state"`
	Reason    string `json:"reason"`
	Withdrawn int    `json:"withdrawn"`
	Close     *struct {
		ClosedAt string `json:"closed_at"`
		Totals   struct {
			Payable string `json:"payable"`
		} `json:"totals"`
		Held struct {
			Payees int    `json:"payees"`
			Amount string `json:"amount"`
		} `json:"held"`
	} `json:"close"`
	Payments *struct {
		Count     int `json:"count"`
		Approvals struct {
			Counted int `json:"counted"`
			Needed  int `json:"needed"`
		} `json:"approvals"`
		Exports  int  `json:"exports"`
		GivenOut int  `json:"given_out"`
		Settled  *int `json:"settled"`
	} `json:"payments"`
}

// stop says what keeps the next month from being closed from now on.
func (y *year) stop(status int, words ...string) { y.stopped = &stop{status: status, words: words} }

func (y *year) goOn() { y.stopped = nil }

// isClosed notes that a month was closed now.
func (y *year) isClosed(p string) {
	y.Helper()
	if y.closed[p] != "" {
		y.Errorf("%s was closed twice", p)
	}
	y.closed[p] = stamp(y.now)
	delete(y.attempts, p)
	delete(y.withdrawn, p)
	delete(y.toldFailure, p)
	y.told = append(y.told, "closed "+p, "held "+p)
}

// tellFailed notes that the webhook is told of a failure, once for each reason.
func (y *year) tellFailed(p string, why *stop) {
	if y.toldFailure[p] != why {
		y.told = append(y.told, "failed "+p)
	}
	y.toldFailure[p] = why
}

// next is the month after the last that is closed.
func (y *year) next() rules.Period {
	p := rules.Period{Year: 2026, Month: time.August}
	for y.closed[p.String()] != "" {
		p = p.Next()
	}
	return p
}

func ends(p rules.Period) time.Time     { return p.Next().First().Time() }
func complete(p rules.Period) time.Time { return ends(p).Add(settlingTime) }

// run runs the schedule, and holds what it answers to the model.
func (y *year) run() {
	y.Helper()
	stdout, stderr, status := y.schedule()
	var answer dueSaid
	if err := json.Unmarshal([]byte(stdout), &answer); err != nil {
		y.Fatalf("%v: %s", err, stdout)
	}
	for line := range strings.Lines(stderr) {
		if !json.Valid([]byte(line)) {
			y.Errorf("the log is not JSON: %s", line)
		}
	}
	if y.broken != "" {
		y.sayFailed("the run", answer, status, "", &stop{status: 3, words: []string{y.broken}})
		y.checkTextfile(3)
		return
	}
	var closes []string
	p := y.next()
	for ; y.stopped == nil && !y.now.Before(complete(p)); p = p.Next() {
		closes = append(closes, p.String())
		y.isClosed(p.String())
	}
	var closed []string
	for _, one := range answer.Closed {
		closed = append(closed, one.Period)
	}
	if !slices.Equal(closed, closes) {
		y.Errorf("it closed %q, want %q\n%s%s", closed, closes, stdout, stderr)
	}
	want := 0
	switch {
	case !y.now.Before(complete(p)):
		want = y.stopped.status
		y.sayFailed("the run", answer, status, p.String(), y.stopped)
		if !y.stopped.unnoted {
			y.attempts[p.String()] = y.stopped
		}
		y.tellFailed(p.String(), y.stopped)
	case !y.now.Before(ends(p)):
		if status != 0 || answer.State != "waiting" || answer.Waiting == nil || answer.Waiting.Period != p.String() || answer.Waiting.Until != stamp(complete(p)) {
			y.Errorf("status %d, %s\nwant it to wait for %s", status, stdout, p)
		}
	default:
		if status != 0 || answer.State != "done" || answer.NextDue == nil || answer.NextDue.Period != p.String() || answer.NextDue.At != stamp(complete(p)) {
			y.Errorf("status %d, %s\nwant nothing due before %s", status, stdout, p)
		}
	}
	y.checkTextfile(want)
}

// sayFailed expects an answer to say what stopped a run.
func (y *year) sayFailed(what string, answer dueSaid, status int, p string, why *stop) {
	y.Helper()
	if answer.State != "failed" || answer.Failed == nil {
		y.Fatalf("%s ended as %+v; want it failed by %q", what, answer, why.words)
	}
	if status != why.status || answer.Failed.Status != why.status || answer.Failed.Period != p {
		y.Errorf("%s ended with %d and %+v; want %d, of %q", what, status, answer.Failed, why.status, p)
	}
	y.contains(what, strings.Join(answer.Failed.Problems, "\n"), why.words)
}

func (y *year) contains(what, text string, words []string) {
	y.Helper()
	for _, word := range words {
		if !strings.Contains(text, word) {
			y.Errorf("%s says\n%s\nand not %q", what, text, word)
		}
	}
}

// stands is where a month stands, and words of why.
func (y *year) stands(p rules.Period) (state string, words []string) {
	name := p.String()
	switch attempt := y.attempts[name]; {
	case y.closed[name] != "":
		return "closed", nil
	case y.now.Before(ends(p)):
		return "open", []string{"its data are complete at " + stamp(complete(p))}
	case y.now.Before(complete(p)):
		return "waiting", []string{"until " + stamp(complete(p)) + ", for heartbeats of prometheus at " + y.monitor.URL}
	case attempt != nil:
		return "failed", attempt.words
	case y.withdrawn[name]:
		return "withdrawn", []string{"by R. Finance: " + withdrawReason}
	default:
		return "due", []string{"complete since " + stamp(complete(p))}
	}
}

// checkStatus holds what status tells of every month to the model.
func (y *year) checkStatus(when string) {
	y.Helper()
	stdout, stderr, status := y.fleetpay("status", "--json")
	if y.broken != "" {
		if status != 3 || !strings.Contains(stderr, y.broken) {
			y.Errorf("%s, status ended with %d: %s", when, status, stderr)
		}
		return
	}
	var answer struct {
		Months []monthSaid `json:"months"`
	}
	if err := json.Unmarshal([]byte(stdout), &answer); err != nil || status != 0 {
		y.Fatalf("%s, status ended with %d; %v: %s%s", when, status, err, stdout, stderr)
	}
	table, _, status := y.fleetpay("status")
	rows := strings.Split(table, "\n")
	for _, line := range rows {
		if utf8.RuneCountInString(line) > 100 && len(strings.Fields(line)) > 1 { // a path that is longer stays whole, to be copied
			y.Errorf("%s, a line of status has more than 100 columns: %s", when, line)
		}
	}
	wanted := y.months("2026-08", y.now.Format("2006-01"))
	if status != 0 || len(answer.Months) != len(wanted) || len(rows) < 1+len(wanted) {
		y.Fatalf("%s, status ended with %d and told of %d months, want %d:\n%s", when, status, len(answer.Months), len(wanted), table)
	}
	for i, p := range wanted {
		period, err := rules.ParsePeriod(p)
		if err != nil {
			y.Fatal(err)
		}
		said := answer.Months[i]
		state, words := y.stands(period)
		if said.Period != p || said.State != state || !strings.HasPrefix(rows[1+i], fmt.Sprintf("%s  %s ", p, state)) {
			y.Errorf("%s, status says of %s:\n%s\n%+v\nwant it %s", when, p, rows[1+i], said, state)
			continue
		}
		y.contains(when+", status of "+p, said.Reason, words)
		y.checkClosed(when, said)
	}
}

// checkClosed holds what status tells of a closed month to its folder, and to what was
// paid.
func (y *year) checkClosed(when string, said monthSaid) {
	y.Helper()
	if said.Withdrawn != y.withdrawals[said.Period] {
		y.Errorf("%s, status says that %d closes of %s were withdrawn, want %d", when, said.Withdrawn, said.Period, y.withdrawals[said.Period])
	}
	if said.State != "closed" {
		if said.Close != nil || said.Payments != nil {
			y.Errorf("%s, status tells what %s came to, which is not closed", when, said.Period)
		}
		return
	}
	if said.Close == nil || said.Payments == nil || said.Payments.Settled == nil {
		y.Fatalf("%s, status does not tell what %s came to: %+v", when, said.Period, said)
	}
	var record struct {
		Totals struct {
			Payable  string `json:"payable"`
			Payments int    `json:"payments"`
		} `json:"totals"`
	}
	y.readJSON("closes/"+said.Period+"/close.json", &record)
	// Of birch, 1200.00 a month are held, and carried on with those of the months before.
	if said.Close.ClosedAt != y.closed[said.Period] || said.Close.Totals.Payable != record.Totals.Payable || said.Close.Held.Payees != 1 || said.Payments.Count != record.Totals.Payments {
		y.Errorf("%s, status says of %s %+v, %+v; its close was at %s, and its run record has %+v", when, said.Period, said.Close, said.Payments, y.closed[said.Period], record)
	}
	var want paid
	if said.Period == "2026-08" {
		want = y.paid
	}
	a := said.Payments
	if got := (paid{a.Approvals.Counted, a.Exports, a.GivenOut, *a.Settled}); got != want || a.Approvals.Needed != 2 {
		y.Errorf("%s, status says of %s that it is paid %+v of %d approvals; want %+v of 2", when, said.Period, got, a.Approvals.Needed, want)
	}
}

// checkTextfile expects node_exporter to see how the run ended, and how many months
// stand where. A run that can't read its configuration does not know the file: it
// grows old.
func (y *year) checkTextfile(status int) {
	y.Helper()
	if y.broken != "" || y.disk.full && !y.disk.real {
		return
	}
	text := y.read("metrics/fleetpay.prom")
	count := map[string]int{}
	for _, p := range y.months("2026-08", y.now.Format("2006-01")) {
		period, err := rules.ParsePeriod(p)
		if err != nil {
			y.Fatal(err)
		}
		state, _ := y.stands(period)
		count[state]++
	}
	want := []string{
		fmt.Sprintf("\nfleetpay_last_run_timestamp_seconds %d\n", y.now.Unix()),
		fmt.Sprintf("\nfleetpay_last_run_status %d\n", status),
	}
	for _, state := range []string{"closed", "due", "waiting", "failed", "withdrawn", "open"} {
		want = append(want, fmt.Sprintf("\nfleetpay_months{state=%q} %d\n", state, count[state]))
	}
	if last := y.lastClosed(); last != "" {
		at := at8601(y.T, y.closed[last])
		want = append(want, "\nfleetpay_last_closed_period_info{period=\""+last+"\"} 1\n",
			fmt.Sprintf("\nfleetpay_last_close_timestamp_seconds %d\n", at.Unix()),
			fmt.Sprintf("\nfleetpay_last_close_age_seconds %d\n", int64(y.now.Sub(at)/time.Second)))
	}
	y.contains("the textfile", text, want)
}

func (y *year) lastClosed() (last string) {
	for p := range y.closed {
		last = max(last, p)
	}
	return last
}

// checkTold expects the webhook to have been told what the model says, in order. What
// it was told of a full disk may come again with each run, since nothing can be kept.
func (y *year) checkTold() {
	y.Helper()
	got, want := slices.Compact(y.hook.heard()), slices.Compact(y.told)
	if !slices.Equal(got, want) {
		y.Errorf("the webhook was told\n%q, want\n%q", got, want)
	}
}
