package pipeline

import (
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"fleetpay/outputs"
	"fleetpay/rules"
)

// 2^53 + 1 cents is the first sum that a float of 64 bits can't hold.
func TestTheTextfileHasAmountsAsTheRecordHasThem(t *testing.T) {
	now := time.Date(2026, 11, 3, 1, 0, 0, 0, time.UTC)
	months := []Month{{
		Period: rules.Period{Year: 2026, Month: 10}, State: MonthClosed, ClosedAt: "2026-11-03T00:00:07Z",
		Totals: &Totals{Totals: outputs.Totals{Payable: "90071992547409.93"}}, HeldSum: money(t, "13.07"), Held: 2,
		Exceptions: Severities{Error: 3, Warning: 5, Info: 11},
	}}
	text := string(textfileOf(months, &DueRun{}, now))
	for _, line := range []string{
		"fleetpay_payable_usd 90071992547409.93", "fleetpay_held_usd 13.07", "fleetpay_held_payees 2",
		"fleetpay_last_close_age_seconds 3593", // 3600 − 7
		`fleetpay_exceptions{severity="warning"} 5`, `fleetpay_last_closed_period_info{period="2026-10"} 1`,
	} {
		if !strings.Contains(text, "\n"+line+"\n") {
			t.Errorf("%s is not in\n%s", line, text)
		}
	}
}

var (
	helpLine   = regexp.MustCompile(`^# HELP (fleetpay_[a-z_]+) [^\\]+$`)
	sampleLine = regexp.MustCompile(`^(fleetpay_[a-z_]+)(\{[a-z]+="[a-z0-9-]+"\})? -?[0-9]+(\.[0-9]+)?$`)
)

// A scrape fails as a whole when a metric is told twice, or a sample stands under
// another's name.
func TestAnyTextfileIsWellFormed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		months := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Month {
			m := Month{
				Period:  rules.Period{Year: rapid.IntRange(2020, 2040).Draw(t, "year"), Month: time.Month(rapid.IntRange(1, 12).Draw(t, "month"))},
				State:   rapid.SampledFrom(MonthStates()).Draw(t, "state"),
				HeldSum: money(t, rapid.StringMatching(`[0-9]{1,15}\.[0-9]{2}`).Draw(t, "held")),
			}
			if rapid.Bool().Draw(t, "whole") {
				m.ClosedAt = "2026-11-03T00:00:07Z"
				m.Totals = &Totals{Totals: outputs.Totals{Payable: rapid.StringMatching(`[0-9]{1,15}\.[0-9]{2}`).Draw(t, "payable")}}
			}
			return m
		}), 0, 5).Draw(t, "months")
		run := &DueRun{}
		if rapid.Bool().Draw(t, "waits") {
			run.Waiting = &MonthWaits{Until: time.Unix(rapid.Int64Range(0, lastEpoch).Draw(t, "until"), 0)}
		}
		if rapid.Bool().Draw(t, "failed") {
			run.Failed = &Attempt{Status: rapid.SampledFrom([]int{1, 3}).Draw(t, "status")}
		}
		lines := strings.Split(strings.TrimSuffix(string(textfileOf(months, run, time.Unix(1793577600, 0))), "\n"), "\n")
		told := map[string]bool{}
		name, samples := "", 1
		for i, line := range lines {
			if help := helpLine.FindStringSubmatch(line); help != nil {
				if told[help[1]] || samples == 0 || i+2 >= len(lines) || lines[i+1] != "# TYPE "+help[1]+" gauge" {
					t.Fatalf("line %d of %q", i+1, lines)
				}
				name, samples, told[help[1]] = help[1], 0, true
				continue
			}
			if strings.HasPrefix(line, "# TYPE ") {
				continue
			}
			sample := sampleLine.FindStringSubmatch(line)
			if sample == nil || sample[1] != name {
				t.Fatalf("line %d of %q", i+1, lines)
			}
			samples++
		}
		if !told["fleetpay_last_run_status"] {
			t.Fatal("nothing is told of the run")
		}
	})
}

func TestATextfileThatCannotBeReplacedStaysWhole(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "fleetpay.prom")
	if err := putTextfile(path, []byte("old\n")); err != nil {
		t.Fatal(err)
	}
	blocked := filepath.Join(dir, "blocked.prom")
	if err := os.MkdirAll(filepath.Join(blocked, "in the way"), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := putTextfile(blocked, []byte("new\n")); err == nil || !strings.Contains(err.Error(), "the monitor knows nothing of this run") {
		t.Errorf("%v", err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 2 {
		t.Errorf("%v, %v", entries, err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o644 {
		t.Errorf("%v, %v", info, err)
	}
}

// What a killed run left of writing the file goes with the next one. Runs at the same
// time may take each other's halves for it, and all of them end with a whole file.
func TestWhatAKilledRunLeftOfTheTextfileIsSwept(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "fleet[1].prom")
	for _, name := range []string{path + "." + rand.Text() + partSuffix, path + ".mine.part", path + ".part"} {
		if err := os.WriteFile(name, nil, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	var errs [8]error
	var all sync.WaitGroup
	for i := range errs {
		all.Go(func() { errs[i] = putTextfile(path, []byte("new\n")) })
	}
	all.Wait()
	if err := errors.Join(errs[:]...); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if got := strings.Join(names, " "); got != "fleet[1].prom fleet[1].prom.mine.part fleet[1].prom.part" {
		t.Errorf("there are %s", got)
	}
	if data, err := os.ReadFile(path); err != nil || string(data) != "new\n" {
		t.Errorf("%q, %v", data, err)
	}
}
