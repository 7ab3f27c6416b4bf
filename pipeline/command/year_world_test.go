package command

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fleetpay/outputs"
	"fleetpay/pipeline/pulltest"
	"fleetpay/rules"
)

const (
	yearToken      = "FLEETPAY_TEST_YEAR_TOKEN"
	scheduler      = "fleetpay.timer"
	withdrawReason = "the monitor lost samples"
	settlingTime   = 24 * time.Hour
)

// yearSafe pays for the fleet of the year.
const yearSafe = "0x5aFE000000000000000000000000000000000001"

// year is a workspace whose close runs by itself, the servers around it, and the model
// of what should have become of it by now.
type year struct {
	*testing.T
	dir     string
	now     time.Time
	what    string // that happened last
	off     bool   // the machine
	monitor *pulltest.Monitor
	hook    *ear
	disk    *disk

	// The model.
	closed      map[string]string // when each month was closed
	byWhom      map[string]string // unless by the schedule
	attempts    map[string]*stop  // what stopped the last try, as long as it counts
	withdrawals map[string]int
	withdrawn   map[string]bool // and not closed again
	firstClosed map[string]closedTwice
	stopped     *stop  // what keeps the next month from being closed; nil when nothing does
	broken      string // what is wrong with fleetpay.yaml; "" when nothing is
	paid        paid   // of August
	told        []string
	toldFailure map[string]*stop
}

// stop is what stops a close: how it ends, and words of what it says.
type stop struct {
	status  int
	words   []string
	unnoted bool // the try can't be kept
}

// closedTwice is when a month that was withdrawn was closed first, and withdrawn.
type closedTwice struct{ closed, withdrawn string }

// paid is what became of a month's payments.
type paid struct{ approvals, exports, given, settled int }

func newYear(t *testing.T) *year {
	t.Setenv(yearToken, "token-of-the-year")
	monitor := pulltest.StartMonitor(t, "token-of-the-year")
	monitor.Set(func(m *pulltest.Monitor) { m.Lost = map[string]bool{} })
	y := &year{
		T: t, monitor: monitor, hook: newEar(t),
		closed: map[string]string{}, byWhom: map[string]string{}, attempts: map[string]*stop{}, withdrawals: map[string]int{},
		withdrawn: map[string]bool{}, firstClosed: map[string]closedTwice{}, toldFailure: map[string]*stop{},
	}
	y.dir = newYearFolder(t, monitor, y.hook)
	y.disk = newDisk(t, filepath.Join(y.dir, "closes"))
	return y
}

// newYearFolder makes the scripts' workspace one whose close can run by itself:
// heartbeats of a server, incidents of a file a month, two people who approve, a
// webhook and a file for node_exporter. birch names no wallet, so it is held.
func newYearFolder(t *testing.T, monitor *pulltest.Monitor, hook *ear) string {
	t.Helper()
	y := &year{T: t, dir: newWorkspace(t)}
	y.replace("fleetpay.yaml", `{file: "data/heartbeats-{period}.csv"}`,
		strings.Replace(pulltest.MonitorSource(monitor.URL, yearToken), "piece: 24h", "piece: 24h, settling: 24h", 1)+
			"\n  incidents: {file: \"data/incidents-{period}.csv\"}")
	people := payFromSafe(t, y.dir, yearSafe)
	if len(people) != 2 {
		t.Fatal("the test itself: two people approve")
	}
	y.append("fleetpay.yaml", "first_period: 2026-08\n"+
		"notify:\n  webhook: {url: "+hook.URL+"/fleetpay, secret: {env: "+hookSecret+"}}\n"+
		"monitoring: {textfile: metrics/fleetpay.prom}\n")
	for _, dir := range []string{"metrics", "closes"} {
		if err := os.Mkdir(filepath.Join(y.dir, dir), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	return y.dir
}

// months lists the months from one to another.
func (y *year) months(from, to string) (list []string) {
	first, err := rules.ParsePeriod(from)
	if err != nil {
		y.Fatal(err)
	}
	for p := first; p.String() <= to; p = p.Next() {
		list = append(list, p.String())
	}
	return list
}

// monthEnds delivers the incidents of a month as it ends.
func (y *year) monthEnds() {
	if y.now.Day() == 1 && y.now.Hour()+y.now.Minute()+y.now.Second() == 0 {
		y.deliver(y.now.AddDate(0, -1, 0).Format("2006-01"))
	}
}

// deliver writes the incidents of a month: birch's node was down for an hour.
func (y *year) deliver(p string) {
	y.write("data/incidents-"+p+".csv", "incident_id,node_ids,severity,opened_at,acknowledged_at,resolved_at,cause,resolution\n"+
		"I-"+p+",b1,P1,"+p+"-10T04:00:00Z,"+p+"-10T04:05:00Z,"+p+"-10T05:00:00Z,power,restarted\n")
}

// missed sets whether the monitor lacks a week of May.
func (y *year) missed(lost bool) {
	y.monitor.Set(func(m *pulltest.Monitor) {
		clear(m.Lost)
		for day := 8; lost && day < 15; day++ {
			m.Lost[fmt.Sprintf("a1 2027-05-%02d", day)] = true
		}
	})
}

func (y *year) path(name string) string { return filepath.Join(y.dir, name) }

func (y *year) read(name string) string {
	y.Helper()
	data, err := os.ReadFile(y.path(name))
	if err != nil {
		y.Fatal(err)
	}
	return string(data)
}

func (y *year) readJSON(name string, into any) {
	y.Helper()
	if err := json.Unmarshal([]byte(y.read(name)), into); err != nil {
		y.Fatal(err)
	}
}

func (y *year) write(name, text string) {
	y.Helper()
	if err := os.WriteFile(y.path(name), []byte(text), 0o666); err != nil {
		y.Fatal(err)
	}
}

func (y *year) append(name, text string) { y.Helper(); y.write(name, y.read(name)+text) }

func (y *year) replace(name, old, put string) {
	y.Helper()
	text := y.read(name)
	if strings.Count(text, old) != 1 {
		y.Fatalf("the test itself: %q is not once in\n%s", old, text)
	}
	y.write(name, strings.Replace(text, old, put, 1))
}

func (y *year) remove(name string) {
	y.Helper()
	if err := os.RemoveAll(y.path(name)); err != nil {
		y.Fatal(err)
	}
}

// withdraw takes back the latest close.
func (y *year) withdraw(p string) {
	y.Helper()
	mustAt(y.T, y.now, y.dir, "withdraw", p, "--reason", withdrawReason, "--by", "R. Finance")
	y.firstClosed[p] = closedTwice{y.closed[p], stamp(y.now)}
	delete(y.closed, p)
	y.withdrawals[p]++
	y.withdrawn[p] = true
	y.checkStatus("after the close was withdrawn")
}

// byHand closes a month by its name.
func (y *year) byHand(p string) {
	y.Helper()
	y.byWhom[p] = "R. Finance"
	mustAt(y.T, y.now, y.dir, "close", p, "--by", "R. Finance")
	y.isClosed(p)
}

func (y *year) by(p string) string {
	if who := y.byWhom[p]; who != "" {
		return who
	}
	return scheduler
}

// transfersOf is the explorer's file of the Safe's payments of a month.
func (y *year) transfersOf(p, when string) string {
	y.Helper()
	rows, err := csv.NewReader(strings.NewReader(y.read("closes/" + p + ".exports/001/payments.csv"))).ReadAll()
	if err != nil {
		y.Fatal(err)
	}
	column := map[string]int{}
	for i, name := range rows[0] {
		column[name] = i
	}
	base, _ := outputs.LookupChain("base")
	text := `"Transaction Hash","Blockno","UnixTimestamp","From","To","TokenValue","ContractAddress","TokenSymbol"` + "\n"
	for i, row := range rows[1:] {
		text += fmt.Sprintf("\"0x%064x\",\"%d\",\"%d\",%q,%q,%q,%q,\"USDC\"\n", i+1, 36_000_000+i, at8601(y.T, when).Unix(),
			yearSafe, row[column["wallet"]], row[column["amount"]], base.Token)
	}
	return text
}
