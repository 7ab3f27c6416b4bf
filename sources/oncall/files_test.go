package oncall

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fleetpay/sources"
)

const csvHeader = "id,service_id,service_name,priority_name,urgency,created_at,seconds_to_first_ack,acknowledgement_count,status,resolved_at,auto_resolved,description,resolved_by_user_name\n"

func TestPagerDutyCSV(t *testing.T) {
	good := `Q1,PSVCAB,Pair,P1,low,2026-10-05T09:00:00Z,103,1,resolved,2026-10-05T09:31:00Z,False,"disk` + "\n" + `full",Person One` + "\n"
	for _, c := range []struct{ name, content, want string }{
		{"the columns are the fields of the API, others are passed over",
			csvHeader + good + strings.Replace(good, "Q1", "Q2", 1),
			`2: Q1|alpha-1;beta-2|P0|2026-10-05T09:00:00Z|2026-10-05T09:01:43Z|2026-10-05T09:31:00Z|disk
			full|
			4: Q2|alpha-1;beta-2|P0|2026-10-05T09:00:00Z|2026-10-05T09:01:43Z|2026-10-05T09:31:00Z|disk
			full|`},
		{"an empty cell is null", csvHeader + "Q1,PSVCAB,Pair,,low,2026-10-05T09:00:00Z,,0,triggered,,,,\n",
			`2: Q1|alpha-1;beta-2|warning|2026-10-05T09:00:00Z||||`},
		{"a time without an offset", csvHeader + "Q1,PSVCAB,Pair,,low,2026-10-05T09:00:00,,0,triggered,,,,\n",
			`data/pd.csv:2: opened_at: "2026-10-05T09:00:00" has no offset, and nothing tells its time zone; export the analytics as JSON with their time_zone, which is to be Etc/UTC, or the times with their offsets`},
		{"a row that is too short", csvHeader + "Q1,PSVCAB\n", `data/pd.csv:2: 2 instead of 13 cells; export the file again`},
		{"columns that are missing", "id,status\n", `error: data/pd.csv:1: these columns of PagerDuty's analytics are missing: service_id, service_name, priority_name, urgency, created_at, seconds_to_first_ack, acknowledgement_count, resolved_at, description; export them as well, under the names that the API gives them`},
		{"a column twice", "id,id\n", `error: data/pd.csv:1: column "id" stands twice; export the file again`},
		{"a quote that is not closed", csvHeader + "\"Q1,\n", `error: data/pd.csv:2: the CSV record that begins on this line is malformed (extraneous or missing " in quoted-field); export the file again`},
		{"what is not UTF-8", csvHeader + "\n\xff", `error: data/pd.csv:3: is not UTF-8; save the file as UTF-8`},
	} {
		t.Run(c.name, func(t *testing.T) { check(t, pagerDuty(t, "pd.csv", c.content), c.want) })
	}
}

func TestAFileIsWhatItsContentIs(t *testing.T) {
	row := `2: Q1|alpha-1;beta-2|P0|2026-10-05T09:00:00Z|2026-10-05T09:01:43Z|2026-10-05T09:31:00Z|disk full|`
	page := analyticsPageJSON(analyticsJSON())
	check(t, pagerDuty(t, "export.csv", page), row)
	check(t, pagerDuty(t, "export", "\xef\xbb\xbf"+page), row)
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	w.Write([]byte(page))
	w.Close()
	check(t, pagerDuty(t, "pd.json.gz", packed.String()), row)
	check(t, pagerDuty(t, "pd.json.gz", packed.String()[:packed.Len()-9]), `error: data/pd.json.gz: can't be read to its end (unexpected EOF); fetch the file again`)
	check(t, pagerDuty(t, "pd.json", "PK\x03\x04..."), `error: data/pd.json: is a zip archive or a workbook inside; unpack it, or export JSON or CSV`)
	check(t, opsgenie(t, "og.json", "PAR1..."), `error: data/og.json: is Parquet inside; export the alerts as JSON or CSV`)
	check(t, pagerDuty(t, "pd.parquet", "PAR1..."), `error: data/pd.parquet: is too short for a Parquet file; fetch it again`)
}

// TestLogEntriesBeside decodes an export of which the log entries are in files of
// their own.
func TestLogEntriesBeside(t *testing.T) {
	trigger := logEntryJSON("trigger_log_entry", "2026-10-05T09:00:00Z")
	ack := logEntryJSON("acknowledge_log_entry", "2026-10-05T09:01:43Z")
	dir := t.TempDir()
	write(t, dir, "z-log.json", `{"log_entries": [`+ack+`], "more": true}`)
	write(t, dir, "a-log.json", `{"log_entries": [`+trigger+`], "more": false}`)
	write(t, dir, "heartbeats.json", `{"metric": broken`)
	write(t, dir, "notes.txt", `"log_entries": broken`)
	for name, content := range map[string]string{
		"rest.json":      `{"incidents": [` + restJSON() + `]}`,
		"analytics.json": analyticsPageJSON(analyticsJSON("seconds_to_first_ack", "null")),
		"analytics.csv":  csvHeader + "Q1,PSVCAB,Pair,P1,low,2026-10-05T09:00:00Z,,1,resolved,2026-10-05T09:31:00Z,,disk full,\n",
	} {
		d := decodeFile(PagerDutyDecoder, sample, write(t, dir, name, content))
		if len(d.rows) != 1 || !strings.Contains(d.rows[0], "|2026-10-05T09:00:00Z|2026-10-05T09:01:43Z|2026-10-05T09:31:00Z|disk full|") {
			t.Errorf("%s:\n%s", name, d)
		}
		if err := os.Remove(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	check(t, decodeFile(PagerDutyDecoder, sample, filepath.Join(dir, "z-log.json")), ``) // log entries are no incidents
	write(t, dir, "z-log.json", `{"log_entries": [`)
	check(t, decodeFile(PagerDutyDecoder, sample, write(t, dir, "rest.json", `{"incidents": [`+restJSON()+`]}`)),
		`error: data/z-log.json:1: the JSON ends in the middle; export or fetch the file again`)
}

func TestPagesInSeveralFiles(t *testing.T) {
	dir := t.TempDir()
	first := write(t, dir, "1.json", `{"data": [`+analyticsJSON()+`], "more": true, "last": "c1", "starting_after": null, "time_zone": "Etc/UTC"}`)
	row := `1: Q1|alpha-1;beta-2|P0|2026-10-05T09:00:00Z|2026-10-05T09:01:43Z|2026-10-05T09:31:00Z|disk full|`
	missing := `error: data/1.json:1: this page is not the last (more is true), and the next one is neither in this file nor in a .json file beside it; export every page, as it came`
	check(t, decodeFile(PagerDutyDecoder, sample, first), missing)
	write(t, dir, "2.json", `{"data": [], "more": true, "last": "c3", "starting_after": "c2", "time_zone": "Etc/UTC"}`)
	check(t, decodeFile(PagerDutyDecoder, sample, first), missing)
	write(t, dir, "2.json", `{"data": [], "more": false, "last": null, "starting_after": "c1", "time_zone": "Etc/UTC"}`)
	check(t, decodeFile(PagerDutyDecoder, sample, first), row)
}

func TestAnEndedContextEndsTheDecoding(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	path := write(t, t.TempDir(), "pd.json", analyticsPageJSON(analyticsJSON()))
	_, err := PagerDutyDecoder(sample, nil)(ctx, sources.Lookup("incidents"), path, "pd.json", nil, nil)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

// TestWhatEmitReturnsEndsTheDecoding holds for each form.
func TestWhatEmitReturnsEndsTheDecoding(t *testing.T) {
	full := errors.New("the disk is full")
	for _, content := range []string{analyticsPageJSON(analyticsJSON()), csvHeader + "Q1,PSVCAB,Pair,,low,2026-10-05T09:00:00Z,,0,triggered,,,,\n"} {
		path := write(t, t.TempDir(), "pd.json", content)
		_, err := PagerDutyDecoder(sample, nil)(context.Background(), sources.Lookup("incidents"), path, "pd.json", func(sources.Row) error { return full }, nil)
		if !errors.Is(err, full) {
			t.Errorf("%v", err)
		}
	}
}
