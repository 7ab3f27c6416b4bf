package pipeline

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"fleetpay/rules"
)

// textfileEnding is how the name of a file ends that node_exporter reads.
const textfileEnding = ".prom"

// monitoring is where a monitor finds what to watch.
type monitoring struct {
	Textfile textfilePath `yaml:"textfile"`
}

// textfilePath is the path of a file for node_exporter's textfile collector.
type textfilePath string

func (f *textfilePath) UnmarshalScalar(text string) error {
	*f = textfilePath(text)
	return CheckTextfile(text)
}

// CheckTextfile refuses a name that node_exporter passes over without a word.
func CheckTextfile(path string) error {
	if name := filepath.Base(path); !strings.HasSuffix(name, textfileEnding) || name == textfileEnding {
		return fmt.Errorf("%q does not end in %s, and node_exporter reads no other file; name it fleetpay%s, say", path, textfileEnding, textfileEnding)
	}
	return nil
}

// WriteTextfile writes the file for a run that failed before it could tell of any
// month: all there is to say is that it failed.
func WriteTextfile(path string, run *DueRun, now time.Time) error {
	return putTextfile(path, textfileOf(nil, run, now))
}

// putTextfile puts the file in its place, for another user to read. It makes no
// folder: one that is missing is more likely a wrong path.
func putTextfile(path string, data []byte) error {
	dir := filepath.Dir(path)
	info, err := os.Stat(dir)
	if err == nil && !info.IsDir() {
		err = fmt.Errorf("%s is no folder", dir)
	}
	if err == nil {
		err = replaceTextfile(path, data)
	}
	if err != nil {
		return fmt.Errorf("%s: the textfile is not written, so the monitor knows nothing of this run: %w; "+
			"name a file in a folder that this user may write to, under monitoring in %s or with --textfile", path, err, configName)
	}
	return nil
}

// replaceTextfile puts the file in its place, to be read by node_exporter, which runs
// as somebody else, and removes what a killed run left of writing it. No lock keeps
// another run from taking this one's half for such a piece; then it is written again.
func replaceTextfile(path string, data []byte) error {
	left, err := filepath.Glob(escapeGlob(path) + ".*" + partSuffix)
	if err != nil {
		return err
	}
	for _, file := range left {
		if partName.MatchString(file[len(path):]) {
			if err := os.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
	}
	for range mostSweepers {
		if err = replaceFrom(partOf(path), path, data, 0o644); !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return err
}

// mostSweepers is more than the runs that can take a piece of this one's, each once.
const mostSweepers = 100

// partName is what replaceFile puts behind a name while it writes.
var partName = regexp.MustCompile(`^\.[A-Z2-7]+\.part$`)

// textfileOf writes what the monitor reads, in the text form of Prometheus. Amounts
// are the decimals of the run record, and no float is made of them here.
func textfileOf(months []Month, run *DueRun, now time.Time) []byte {
	var m metrics
	var last *Month
	for i := range months {
		if months[i].State == MonthClosed {
			last = &months[i]
		}
	}
	if last != nil {
		m.ofClosed(last, now)
	}
	if len(months) > 0 {
		m.begin("fleetpay_months", "Months from the first close to this one, by state.")
		n := map[MonthState]int{}
		for _, month := range months {
			n[month.State]++
		}
		for _, state := range MonthStates() {
			m.add(`{state="`+string(state)+`"}`, strconv.Itoa(n[state]))
		}
	}
	m.one("fleetpay_last_run_timestamp_seconds", "When close --due last ran.", seconds(now))
	status := ExitDone
	if run.Failed != nil {
		status = run.Failed.Status
	}
	m.one("fleetpay_last_run_status", "Exit status of that run: 0 done, 1 surroundings, 3 refused.", strconv.Itoa(status))
	if run.Waiting != nil {
		m.one("fleetpay_waiting_until_timestamp_seconds", "When the data of the month that waits are complete.", seconds(run.Waiting.Until))
	}
	return m.Bytes()
}

// ofClosed writes the metrics of the latest close. A folder that is damaged tells less.
func (m *metrics) ofClosed(last *Month, now time.Time) {
	if at, err := time.Parse(time.RFC3339, last.ClosedAt); err == nil {
		m.one("fleetpay_last_close_timestamp_seconds", "When the latest period was closed.", seconds(at))
		m.one("fleetpay_last_close_age_seconds", "How long ago that was, when this was written.",
			strconv.FormatInt(int64(now.Sub(at)/time.Second), 10))
	}
	m.begin("fleetpay_last_closed_period_info", "The latest closed period.")
	m.add(`{period="`+last.Period.String()+`"}`, "1")
	if last.Totals == nil {
		return
	}
	m.one("fleetpay_payable_usd", "What the latest close pays, in US dollars.", last.Totals.Payable)
	m.one("fleetpay_held_usd", "What it holds back, in US dollars.", last.HeldSum.String())
	m.one("fleetpay_held_payees", "Payees that it holds back.", strconv.Itoa(last.Held))
	m.begin("fleetpay_exceptions", "Its exceptions, by severity.")
	for _, e := range []struct {
		severity rules.Severity
		n        int
	}{
		{rules.SeverityError, last.Exceptions.Error}, {rules.SeverityWarning, last.Exceptions.Warning}, {rules.SeverityInfo, last.Exceptions.Info},
	} {
		m.add(`{severity="`+string(e.severity)+`"}`, strconv.Itoa(e.n))
	}
}

// metrics is the text form of Prometheus. Every metric is a gauge, and no label value
// holds what would need escaping.
type metrics struct {
	bytes.Buffer
	name string
}

func (m *metrics) begin(name, help string) {
	m.name = name
	fmt.Fprintf(m, "# HELP %s %s\n# TYPE %s gauge\n", name, help, name)
}

func (m *metrics) add(labels, value string) { fmt.Fprintf(m, "%s%s %s\n", m.name, labels, value) }

func (m *metrics) one(name, help, value string) {
	m.begin(name, help)
	m.add("", value)
}

func seconds(t time.Time) string { return strconv.FormatInt(t.Unix(), 10) }
