package pipeline

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestWhereTheMonthsBeginBeforeTheFirstClose(t *testing.T) {
	cases := []struct {
		name, first  string
		prepare      func(*monthsWorld)
		months, dues string // dues: as Due lists them, or why it does not
	}{
		{"nothing says it", "", nil, "", "no period is closed yet"},
		{"the configuration says it", "2026-08", nil, "2026-08 due, 2026-09 due, 2026-10 open", "[2026-08 2026-09]"},
		{"the configuration names a month to come", "2027-02", nil, "2027-02 open", "[]"},
		{"a try by name that failed is told, and says nothing of where to begin", "", func(w *monthsWorld) { w.fail("2026-07", "2026-08-03 08:00", "nodes: not there") },
			"2026-07 failed", "no period is closed yet"},
		{"the first close was withdrawn", "", func(w *monthsWorld) {
			w.close("2026-07", alder)
			w.close("2026-08", alder)
			w.withdraw("2026-08", "2026-09-05 08:00")
			w.withdraw("2026-07", "2026-09-05 08:10")
		}, "2026-07 withdrawn, 2026-08 withdrawn, 2026-09 due, 2026-10 open", "[2026-07 2026-08 2026-09]"},
		{"it was withdrawn, and the configuration says where to begin instead", "2026-09", func(w *monthsWorld) {
			w.close("2026-07", alder)
			w.withdraw("2026-07", "2026-09-05 08:10")
		}, "2026-09 due, 2026-10 open", "[2026-09]"},
		{"a close counts for more than the configuration", "2026-03", func(w *monthsWorld) { w.close("2026-08", alder) },
			"2026-08 closed, 2026-09 due, 2026-10 open", "[2026-09]"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := newMonthsWorld(t)
			if c.first != "" {
				w.ws.FirstPeriod = month(t, c.first)
			}
			if c.prepare != nil {
				c.prepare(w)
			}
			if got := statesOf(w.months("2026-10-05 12:00")); got != c.months {
				t.Errorf("got %s\nwant %s", got, c.months)
			}
			got, err := Due(w.ws, instantOf(t, "2026-10-05 12:00"))
			if dues := fmt.Sprint(got); err == nil && dues != c.dues || err != nil && !strings.Contains(err.Error(), c.dues) {
				t.Errorf("due are %v, %v, want %s", got, err, c.dues)
			}
		})
	}
}

func TestTheFirstClosesThatAreGoneAreTold(t *testing.T) {
	w := newMonthsWorld(t)
	w.close("2026-07", alder)
	w.close("2026-08", alder)
	dir := filepath.Join(w.ws.Closes, "2026-08")
	record, err := readRecord(dir)
	w.must(err)
	record.FirstPeriod = "2026-06"
	data, err := marshalRecord(record)
	w.must(err)
	w.must(os.WriteFile(filepath.Join(dir, recordName), data, 0o666))
	w.must(os.Remove(filepath.Join(dir, sumsName)))
	w.must(writeSums(dir))
	w.must(os.RemoveAll(filepath.Join(w.ws.Closes, "2026-07")))

	list := w.months("2026-09-15 08:00")
	if got := statesOf(list); got != "2026-06 failed, 2026-07 failed, 2026-08 closed, 2026-09 open" {
		t.Fatal(got)
	}
	if want := "2026-08 is closed, and comes after it, so its own close is lost; restore " + filepath.Join(w.ws.Closes, "2026-07") + " from a copy"; list[1].Reason != want {
		t.Errorf("July says %q", list[1].Reason)
	}
}

func TestTheFirstPeriodIsAMonth(t *testing.T) {
	for text, want := range map[string]string{
		"2026-10": "", `"2026-10"`: "", "2026-1": "is not a month", "October": "is not a month", "2026-13": "is not a month", "10000-01": "is not a month",
	} {
		ws, err := parseWorkspace(t.TempDir(), configName, []byte("program: Test Fleet\nsources:\n  operators: {file: o.csv}\n  tiers: {file: t.csv}\n"+
			"  nodes: {file: n.csv}\n  heartbeats: {file: h.csv}\nfirst_period: "+text+"\n"))
		switch {
		case want == "" && (err != nil || ws.FirstPeriod != month(t, "2026-10")):
			t.Errorf("%s: %v", text, err)
		case want != "":
			refusedAs(t, err, want, "fleetpay.yaml:7:")
		}
	}
}
