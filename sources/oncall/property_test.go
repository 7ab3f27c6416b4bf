package oncall

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"fleetpay/sources/fetch"
	"pgregory.net/rapid"
)

// truths draws incidents of October.
func truths(r *rapid.T) []truth {
	list := make([]truth, rapid.IntRange(0, 6).Draw(r, "incidents"))
	for n := range list {
		i := &list[n]
		i.id = fmt.Sprintf("Q%c%d", 'A'+rune(rapid.IntRange(0, 25).Draw(r, "letter")), n)
		i.service = rapid.SampledFrom([]string{"PSVCAB", "PX", "PY"}).Draw(r, "service")
		i.name = rapid.SampledFrom([]string{"Pair", "Storage gamma", "node-delta-7", "Billing", ""}).Draw(r, "name")
		i.urgency = rapid.SampledFrom([]string{"high", "low", "odd"}).Draw(r, "urgency")
		i.priority = rapid.SampledFrom([]string{"P1", "P2", "P9", ""}).Draw(r, "priority")
		i.description = rapid.SampledFrom([]string{"disk full", "a \"quoted\", one", "two\nlines", "", "Ünïcode ☃"}).Draw(r, "description")
		i.created = october.Add(time.Duration(rapid.IntRange(0, 31*86400-1).Draw(r, "created")) * time.Second)
		i.acks = rapid.SliceOfN(rapid.Int64Range(1, 5000), 0, 3).Draw(r, "acks")
		i.lacks = rapid.Bool().Draw(r, "lacks")
		i.status = rapid.SampledFrom([]string{"triggered", "acknowledged", "resolved"}).Draw(r, "status")
		if i.status == "acknowledged" && len(i.acks) == 0 {
			i.acks = []int64{53}
		}
		if i.status == "resolved" {
			i.resolve = rapid.Int64Range(5000, 90000).Draw(r, "resolve")
			i.auto = rapid.Bool().Draw(r, "auto")
		}
	}
	return list
}

// TestEveryWayGivesTheSameRows draws incidents and takes them three ways: through
// the API, as the answers of the API saved to files, and as CSV.
func TestEveryWayGivesTheSameRows(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		dir, err := os.MkdirTemp("", "oncall")
		if err != nil {
			r.Fatal(err)
		}
		defer os.RemoveAll(dir)
		for _, sub := range []string{"json", "csv"} {
			if err := os.Mkdir(filepath.Join(dir, sub), 0o755); err != nil {
				r.Fatal(err)
			}
		}
		s := newServer(t, truths(r)...)
		s.page, s.logPage = rapid.IntRange(1, 5).Draw(r, "page"), rapid.IntRange(2, 5).Draw(r, "log page")

		p := &PagerDuty{Server: direct{s}, Shelf: &fetch.Shelf{Dir: filepath.Join(dir, "shelf")}}
		dest := filepath.Join(dir, "a.parquet")
		if _, _, err := p.Pull(context.Background(), october, november, dest); err != nil {
			r.Fatal(err)
		}
		want := sortedRows(decodeFile(PagerDutyDecoder, sample, dest))
		if len(want) < len(s.incidents) {
			r.Fatalf("%d incidents, and of them: %q", len(s.incidents), want)
		}

		pages, logs := saved(s)
		write(t, filepath.Join(dir, "json"), "log.json", logs)
		write(t, filepath.Join(dir, "csv"), "log.json", logs)
		for name, content := range map[string]string{"json/pages.json": pages, "csv/pages.csv": table(s)} {
			got := sortedRows(decodeFile(PagerDutyDecoder, sample, write(t, dir, name, content)))
			if !slices.Equal(got, want) {
				r.Fatalf("%s:\n got: %q\nwant: %q", name, got, want)
			}
		}
	})
}

// sortedRows are the rows, the unmapped incidents without their places, and
// whatever went wrong.
func sortedRows(d decoded) []string {
	list := append(slices.Clone(d.rows), d.rejects...)
	for _, u := range d.unmapped {
		list = append(list, u.IncidentID+" "+instant(u.OpenedAt)+" "+u.Why)
	}
	if d.err != nil {
		list = append(list, d.err.Error())
	}
	slices.Sort(list)
	return list
}

// saved are the server's answers as files: the pages of the analytics, and the
// log entries of every incident that has its acknowledgement there alone.
func saved(s *server) (pages, logs string) {
	after, text, logText := "", new(strings.Builder), new(strings.Builder)
	for more := true; more; {
		answer := s.analytics(october, november, after, 1000)
		json.NewEncoder(text).Encode(answer)
		after, _ = answer["last"].(string)
		more = answer["more"].(bool)
	}
	for _, i := range s.incidents {
		if i.lacks {
			json.NewEncoder(logText).Encode(map[string]any{"log_entries": i.logEntries(), "more": false})
		}
	}
	fmt.Fprintln(logText, `{"log_entries": []}`)
	return text.String(), logText.String()
}

// table is the analytics as CSV, its times with their offset.
func table(s *server) string {
	var b strings.Builder
	w := csv.NewWriter(&b)
	header := []string{
		"description", "id", "service_id", "service_name", "urgency", "priority_name", "status", "created_at",
		"resolved_at", "auto_resolved", "acknowledgement_count", "seconds_to_first_ack", "resolved_by_user_name",
	}
	w.Write(header)
	for _, i := range s.incidents {
		fields, cells := i.analytics(), []string(nil)
		for _, name := range header {
			cell := ""
			if fields[name] != nil {
				cell = fmt.Sprint(fields[name])
			}
			if cell != "" && strings.HasSuffix(name, "_at") {
				cell += "Z"
			}
			cells = append(cells, cell)
		}
		w.Write(cells)
	}
	w.Flush()
	return b.String()
}
