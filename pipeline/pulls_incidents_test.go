package pipeline_test

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"fleetpay/pipeline"
)

const fileBeats = `{file: "data/heartbeats-{period}.csv"}`

// mapped is how the tests' services stand for nodes.
const mapped = `nodes: {PSVCA: a1, PSVCB: b1}, severities: {high: P1, low: P3}`

// pagerAt is the configuration of a server of the tests.
func pagerAt(url string) string {
	return fmt.Sprintf("{pagerduty: {url: %q, token: {env: FLEETPAY_TEST_TOKEN}, %s}}", url, mapped)
}

// july is what was called in the tests' July: PINC3 on a service that nobody mapped,
// PINC4 with an urgency that nobody mapped; and one of June, which touches nothing.
func july() []map[string]any {
	return []map[string]any{
		called("PINC1", "PSVCA", "high", "2026-07-02T09:00:00", 600),
		called("PINC2", "PSVCB", "low", "2026-07-03T09:00:00", 60),
		called("PINC3", "PSVCZ", "high", "2026-07-04T09:00:00", 60),
		called("PINC4", "PSVCA", "medium", "2026-07-05T09:00:00", 60),
	}
}

func TestIncidentsThatNoMappingCoversAreExceptions(t *testing.T) {
	p := newPager(t, token, july()...)
	w := newPulled(t, fileBeats, pagerAt(p.URL))
	out := w.closed()
	p.Close()
	if _, err := pipeline.Rerun(context.Background(), out.Folder, nil); err != nil {
		t.Error(err)
	}
	w.noSecret()
	var unmapped, unmatched []string
	for _, e := range out.Exceptions {
		switch e.Kind {
		case pipeline.UnmappedIncident:
			unmapped = append(unmapped, fmt.Sprintf("%s %s %s", e.Severity, e.Subject, e.Message))
		case "unmatched":
			unmatched = append(unmatched, e.Subject)
		}
	}
	if len(unmapped) != 2 || len(unmatched) != 0 ||
		!strings.HasPrefix(unmapped[0], "error incident:PINC3 opened at 2026-07-04T09:00:00Z") || !strings.Contains(unmapped[0], "PSVCZ") ||
		!strings.HasPrefix(unmapped[1], "error incident:PINC4 opened at 2026-07-05T09:00:00Z") || !strings.Contains(unmapped[1], "medium") {
		t.Errorf("unmapped: %q, unmatched: %q", unmapped, unmatched)
	}
	rec := w.record(out.Folder)
	pull := rec.Pulls[0]
	// Two pages of two incidents.
	if pull.Kind != "pagerduty" || pull.Place != p.URL || len(pull.Requests) != 2 || pull.Requests[0].Count != 2 || pull.Reading["nodes"] == nil {
		t.Errorf("recorded %+v", pull)
	}
	for _, in := range rec.Inputs {
		if in.Dataset == "incidents" && (in.Path != "inputs/incidents/pagerduty-incidents.parquet" || in.Read != 4 || in.Used != 2) {
			t.Errorf("the input is %+v", in)
		}
	}
}

func TestAProvidersFileGivesTheMonthOfItsServer(t *testing.T) {
	p := newPager(t, token, july()...)
	server := newPulled(t, fileBeats, pagerAt(p.URL))
	file := newPulled(t, fileBeats, "{pagerduty: {file: 'data/pagerduty-{period}.json', "+mapped+"}}")
	export, err := json.Marshal(map[string]any{"time_zone": "Etc/UTC", "more": false, "last": "PINC4", "data": july()})
	if err != nil {
		t.Fatal(err)
	}
	file.write("data/pagerduty-2026-07.json", string(export))
	one, other := server.closed(), file.closed()
	server.same(one.Folder, other.Folder, append([]string{"exceptions.csv"}, moneyTables...)...)
	if got := readAll(t, filepath.Join(other.Folder, "inputs", "incidents", "pagerduty-2026-07.json")); string(got) != string(export) {
		t.Error("the file is not kept byte for byte")
	}
	if pull := file.record(other.Folder).Pulls[0]; pull.Place != "data/pagerduty-{period}.json" || len(pull.Requests) != 0 || pull.Reading["severities"] == nil {
		t.Errorf("recorded %+v", pull)
	}
	if _, err := pipeline.Rerun(context.Background(), other.Folder, nil); err != nil {
		t.Error(err)
	}
	ws, period, now := file.open("2026-08-05T09:00:00Z")
	checked, err := pipeline.Check(context.Background(), ws, period, pipeline.CheckOptions{Now: now})
	if err != nil || len(checked.Problems) > 0 || checked.Totals.Payable != other.Record.Totals.Payable {
		t.Errorf("the check says %+v, %v", checked, err)
	}
}

func TestSourcesOfOneDatasetAreOneDataset(t *testing.T) {
	p := newPager(t, token, july()[:2]...)
	w := newPulled(t, fileBeats, "[ "+pagerAt(p.URL)+", {file: data/manual/incidents.csv}, {file: data/incidents.csv} ]")
	w.mkdir("data/manual")
	const head = "incident_id,node_ids,severity,opened_at,acknowledged_at\n"
	w.write("data/manual/incidents.csv", head+"m1,b1,P1,2026-07-09T09:00:00Z,2026-07-09T09:01:00Z\n")
	w.write("data/incidents.csv", head+"m1,b1,P1,2026-07-09T09:00:00Z,2026-07-09T09:01:00Z\nm2,b1,P1,2026-07-10T09:00:00Z,2026-07-10T09:01:00Z\n")
	out := w.closed()
	if _, err := pipeline.Rerun(context.Background(), out.Folder, nil); err != nil {
		t.Error(err)
	}
	var got []string
	for _, in := range w.record(out.Folder).Inputs {
		if in.Dataset == "incidents" {
			got = append(got, fmt.Sprintf("%d %s", in.From, in.Path))
		}
	}
	want := "[1 inputs/incidents/pagerduty-incidents.parquet 2 inputs/incidents/incidents.csv 3 inputs/incidents/2-incidents.csv]"
	if fmt.Sprint(got) != want {
		t.Errorf("inputs are %s, want %s", got, want)
	}

	// The same incident with another content is an error that names both origins.
	other := newPulled(t, fileBeats, "[ {file: data/manual/incidents.csv}, {file: data/incidents.csv} ]")
	other.mkdir("data/manual")
	other.write("data/manual/incidents.csv", head+"m1,b1,P1,2026-07-09T09:00:00Z,2026-07-09T09:01:00Z\n")
	other.write("data/incidents.csv", head+"m1,b1,P2,2026-07-09T09:00:00Z,2026-07-09T09:01:00Z\n")
	_, err := other.close("2026-08-05T09:00:00Z")
	other.refused(err, pipeline.ExitRefused, "bad row")
	text := fmt.Sprint(rejectsOf(err))
	for _, word := range []string{"data/manual/incidents.csv", "data/incidents.csv", "severity"} {
		if !strings.Contains(text, word) {
			t.Errorf("%q is not in %s", word, text)
		}
	}
}

func TestATokenThatPagerDutyRefusesIsNotShown(t *testing.T) {
	p := newPager(t, "another", july()...)
	w := newPulled(t, fileBeats, pagerAt(p.URL))
	_, err := w.close("2026-08-05T09:00:00Z")
	w.refused(err, pipeline.ExitRefused, "incidents: "+p.URL, "HTTP status 401", "the environment variable FLEETPAY_TEST_TOKEN")
	w.noSecret()
}
