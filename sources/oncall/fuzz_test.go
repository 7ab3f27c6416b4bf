package oncall

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"fleetpay/sources"
)

// judge decodes bytes of any kind and holds what must be true of any file.
func judge(t *testing.T, decoder func(Mapping, func(Unmapped)) sources.Decoder, m Mapping, content []byte) {
	path := filepath.Join(t.TempDir(), "fuzz.json")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	d := decodeFile(decoder, m, path)
	if d.counts.Read != int64(len(d.rows))+d.counts.Bad || len(d.rejects) < int(d.counts.Bad) {
		t.Errorf("counts %+v with %d rows and %d rejects", d.counts, len(d.rows), len(d.rejects))
	}
	for _, r := range d.rejects {
		if !strings.HasPrefix(r, "data/fuzz.json:") || !utf8.ValidString(r) || strings.ContainsAny(r, "\x00\n\r") {
			t.Errorf("a reject that can't be reported: %q", r)
		}
	}
	unmapped := 0
	for i, row := range d.rows {
		cells := strings.SplitN(row, "|", 4)
		if (cells[1] == "") != (cells[2] == "") {
			t.Errorf("half a mapping: %s", row)
		}
		if cells[1] == "" {
			if unmapped >= len(d.unmapped) || d.unmapped[unmapped].Line != d.lines[i] || d.unmapped[unmapped].IncidentID != cells[0] || d.unmapped[unmapped].OpenedAt.IsZero() {
				t.Errorf("nobody was told of %s", row)
			}
			unmapped++
		}
	}
	if unmapped != len(d.unmapped) {
		t.Errorf("%d rows without nodes, %d told", unmapped, len(d.unmapped))
	}
	var fe *sources.FileError
	if d.err != nil && (!errors.As(d.err, &fe) || fe.File != "data/fuzz.json" || !utf8.ValidString(d.err.Error())) {
		t.Errorf("an error that does not name the file: %v", d.err)
	}
}

func FuzzPagerDuty(f *testing.F) {
	trigger := logEntryJSON("trigger_log_entry", "2026-10-05T09:00:00Z")
	for _, seed := range []string{
		analyticsPageJSON(analyticsJSON(), analyticsJSON("status", `"triggered"`, "service_id", "null")),
		`[` + analyticsJSON("created_at", `"2026-10-05T09:00:00.5+02:00"`) + `]`,
		`{"incidents": [` + restJSON("log_entries", "["+trigger+"]") + `], "more": false}`,
		`{"incidents": [` + restJSON() + `], "log_entries": [` + logEntryJSON("acknowledge_log_entry", "2026-10-05T09:07:00Z") + "," + trigger + `]}`,
		`{"incident": ` + restJSON("priority", "null", "status", `"acknowledged"`, "acknowledgements", `[{"at": "2026-10-05T09:05:00Z"}]`) + `}`,
		csvHeader + "Q1,PSVCAB,Pair,,low,2026-10-05T09:00:00Z,,0,triggered,,,,\n",
		`{"data": null}`, `[[]]`, `{"log_entry": {}}`, "[1, \"\\ud800\"]", `{"data": [{"id": "\u0000"}]}`, "PAR1", "", "\x1f\x8b",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) { judge(t, PagerDutyDecoder, sample, content) })
}

func FuzzOpsgenie(f *testing.F) {
	for _, seed := range []string{
		alertJSON(), "{\"data\": [" + alertJSON("tags", `["rack-3", "node:x"]`) + "]}", "[" + alertJSON("status", `"open"`, "report", "") + "]",
		alertJSON("tags", `["lab"]`, "priority", `"P5"`) + "\n" + alertJSON(),
		"id,createdAt,updatedAt,status,acknowledged,priority,message,tags,report.ackTime,report.closeTime\nA1,2026-10-05T09:00:00Z,,closed,,P1,x,\"['beta', 'lab']\",0,5\n",
		`{"report": 3}`, `{"data": {}}`, `{"id": "a", "report": {"ackTime": 999999999999999}}`, "PAR1", "",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) { judge(t, OpsgenieDecoder, tagged, content) })
}

// FuzzPulled decodes what is nearly the Parquet that Pull writes.
func FuzzPulled(f *testing.F) {
	dest := filepath.Join(f.TempDir(), "a.parquet")
	s := newServer(f, month()...)
	var incidents []pulledIncident
	for _, i := range s.incidents {
		incidents = append(incidents, pulledIncident{ID: i.id, ServiceID: i.service, Urgency: "low", Status: i.status, CreatedAt: instant(i.created), ResolvedAt: instant(i.created), AcknowledgementCount: "0", LogEntries: logRead})
	}
	if err := writePulled(dest, incidents); err != nil {
		f.Fatal(err)
	}
	whole, err := os.ReadFile(dest)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole, uint(0), byte(0))
	f.Add(whole, uint(100), byte(0xff))
	f.Add(whole[:len(whole)-8], uint(4), byte(1))
	f.Fuzz(func(t *testing.T, content []byte, at uint, change byte) {
		content = append([]byte(nil), content...)
		if len(content) > 0 {
			content[at%uint(len(content))] ^= change
		}
		path := filepath.Join(t.TempDir(), "fuzz.parquet")
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		d := decodeFile(PagerDutyDecoder, sample, path)
		if d.counts.Read != int64(len(d.rows))+d.counts.Bad {
			t.Errorf("counts %+v with %d rows", d.counts, len(d.rows))
		}
		var fe *sources.FileError
		if d.err != nil && !errors.As(d.err, &fe) {
			t.Errorf("an error that does not name the file: %v", d.err)
		}
	})
}
