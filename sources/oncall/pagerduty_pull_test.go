package oncall

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fleetpay/sources/fetch"
)

var (
	october  = time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)
	november = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
)

// plainTruth is an incident of a day of October, acknowledged after 103 s and
// resolved after 1,867 s.
func plainTruth(id string, day int) truth {
	return truth{
		id: id, service: "PSVCAB", name: "Pair", urgency: "high", priority: "P1", status: "resolved", description: "disk full",
		created: october.Add(time.Duration(day-1) * 24 * time.Hour), resolve: 1867, acks: []int64{103},
	}
}

// month has an incident for everything that matters to a pull.
func month() []truth {
	lacks := plainTruth("Q4", 4)
	lacks.lacks, lacks.acks = true, []int64{521, 47, 211}
	never := plainTruth("Q5", 5)
	never.acks = nil
	open := plainTruth("Q6", 6)
	open.status, open.resolve = "acknowledged", 0
	early := plainTruth("Q0", 1)
	early.created = october.Add(-time.Second)
	late := plainTruth("Q9", 1)
	late.created = november
	sameTime := plainTruth("Q2", 3)
	return []truth{plainTruth("Q3", 3), open, early, never, lacks, late, plainTruth("Q1", 1), sameTime}
}

// monthRows are month's rows, as sums: opened, + first acknowledgement, + 1,867 s.
const monthRows = `
	1: Q1|alpha-1;beta-2|P0|2026-10-01T00:00:00Z|2026-10-01T00:01:43Z|2026-10-01T00:31:07Z|disk full|
	2: Q2|alpha-1;beta-2|P0|2026-10-03T00:00:00Z|2026-10-03T00:01:43Z|2026-10-03T00:31:07Z|disk full|
	3: Q3|alpha-1;beta-2|P0|2026-10-03T00:00:00Z|2026-10-03T00:01:43Z|2026-10-03T00:31:07Z|disk full|
	4: Q4|alpha-1;beta-2|P0|2026-10-04T00:00:00Z|2026-10-04T00:00:47Z|2026-10-04T00:31:07Z|disk full|
	5: Q5|alpha-1;beta-2|P0|2026-10-05T00:00:00Z||2026-10-05T00:31:07Z|disk full|
	6: Q6|alpha-1;beta-2|P0|2026-10-06T00:00:00Z|2026-10-06T00:01:43Z||disk full|`

// pullOctober pulls into a file and decodes it.
func pullOctober(t testing.TB, p *PagerDuty, dest string) (decoded, int64, []fetch.Entry) {
	t.Helper()
	rows, log, err := p.Pull(context.Background(), october, november, dest)
	if err != nil {
		t.Fatal(err)
	}
	return decodeFile(PagerDutyDecoder, sample, dest), rows, log
}

func TestPull(t *testing.T) {
	s := newServer(t, month()...)
	p := s.pagerDuty(t, filepath.Join(t.TempDir(), "shelf"))
	var told []string
	p.Progress = func(done, total int64) { told = append(told, fmt.Sprint(done, "/", total)) }
	dest := filepath.Join(t.TempDir(), "pagerduty-incidents.parquet")
	d, rows, log := pullOctober(t, p, dest)
	check(t, d, monthRows)
	if rows != 6 {
		t.Errorf("%d rows", rows)
	}
	// 8 incidents, with those on both bounds, are 3 pages of 3; the log of Q4 has
	// 6 entries on 3 pages of 2, that of Q5 3 on 2. Whose seconds_to_first_ack is
	// told is not asked for.
	want := `POST /analytics/raw/incidents
		POST /analytics/raw/incidents cursor-Q3
		POST /analytics/raw/incidents cursor-Q5
		GET /incidents/Q4/log_entries 0
		GET /incidents/Q4/log_entries 2
		GET /incidents/Q4/log_entries 4
		GET /incidents/Q5/log_entries 0
		GET /incidents/Q5/log_entries 2`
	checkAsked(t, s, want)
	if len(log) != 8 || log[0].Method != http.MethodPost || log[0].Count != 3 || log[3].Status != 200 || !strings.Contains(log[0].Body, `"limit":1000`) {
		t.Errorf("the log: %+v", log)
	}
	if last := told[len(told)-1]; last != "6/6" {
		t.Errorf("progress ends with %s", last)
	}

	t.Run("what was pulled is not pulled again, and the bytes are the same", func(t *testing.T) {
		s.asked = nil
		again := filepath.Join(t.TempDir(), "again.parquet")
		_, _, logAgain := pullOctober(t, p, again)
		checkAsked(t, s, "")
		if a, b := fmt.Sprint(log), fmt.Sprint(logAgain); a != b {
			t.Errorf("the logs differ:\n%s\n%s", a, b)
		}
		sameBytes(t, dest, again)
	})
	t.Run("another pull of the same answers makes the same bytes", func(t *testing.T) {
		other := filepath.Join(t.TempDir(), "other.parquet")
		pullOctober(t, s.pagerDuty(t, filepath.Join(t.TempDir(), "shelf")), other)
		sameBytes(t, dest, other)
	})
	t.Run("a file that is there is not overwritten", func(t *testing.T) {
		if _, _, err := p.Pull(context.Background(), october, november, dest); err == nil {
			t.Error("it was")
		}
	})
	t.Run("no secret and no name of a person is written", func(t *testing.T) {
		text, _ := json.Marshal(log)
		all := string(text) + contentOf(t, p.Shelf.Dir) + contentOf(t, filepath.Dir(dest))
		for _, word := range []string{token, "Person"} {
			if strings.Contains(all, word) {
				t.Errorf("%q is written", word)
			}
		}
	})
}

func checkAsked(t testing.TB, s *server, want string) {
	t.Helper()
	var lines []string
	for line := range strings.Lines(want) {
		lines = append(lines, strings.TrimSpace(line))
	}
	var asked []string
	for _, one := range s.asked {
		asked = append(asked, strings.TrimSpace(one))
	}
	if got, want := strings.Join(asked, "\n"), strings.Join(lines, "\n"); got != want {
		t.Errorf("asked:\n%s\nwant:\n%s", got, want)
	}
}

func sameBytes(t testing.TB, a, b string) {
	t.Helper()
	one, _ := os.ReadFile(a)
	other, _ := os.ReadFile(b)
	if len(one) == 0 || string(one) != string(other) {
		t.Errorf("%s and %s differ", a, b)
	}
}

// contentOf is the text of every file below a folder.
func contentOf(t testing.TB, dir string) string {
	t.Helper()
	var all strings.Builder
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		all.WriteString(path)
		all.Write(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}

func TestPullThroughTrouble(t *testing.T) {
	for _, c := range []struct {
		name    string
		trouble func(n int, w http.ResponseWriter) bool
	}{
		{"too many requests, with a time to wait", func(n int, w http.ResponseWriter) bool {
			if n == 2 {
				w.Header().Set("Retry-After", "1")
				w.WriteHeader(http.StatusTooManyRequests)
			}
			return n == 2
		}},
		{"a server that is away for a moment", func(n int, w http.ResponseWriter) bool {
			if n == 1 || n == 5 {
				w.WriteHeader(http.StatusServiceUnavailable)
			}
			return n == 1 || n == 5
		}},
		{"a connection that is cut in the middle of an answer", func(n int, w http.ResponseWriter) bool {
			if n == 3 {
				w.Header().Set("Content-Length", "500")
				fmt.Fprint(w, `{"data": [{"id": "Q1",`)
				panic(http.ErrAbortHandler)
			}
			return false
		}},
		{"JSON that is cut, though the answer is whole", func(n int, w http.ResponseWriter) bool {
			if n == 4 {
				fmt.Fprint(w, `{"log_entries": [{"type":`)
			}
			return n == 4
		}},
		{"an answer that takes too long", func(n int, w http.ResponseWriter) bool {
			if n == 2 {
				time.Sleep(1200 * time.Millisecond)
			}
			return false
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, month()...)
			s.trouble = c.trouble
			d, _, _ := pullOctober(t, s.pagerDuty(t, filepath.Join(t.TempDir(), "shelf")), filepath.Join(t.TempDir(), "a.parquet"))
			check(t, d, monthRows)
			if len(s.asked) <= 8 {
				t.Errorf("%d requests: nothing was tried again", len(s.asked))
			}
		})
	}
}

func TestPullGoesOnWithANewToken(t *testing.T) {
	s := newServer(t, month()...)
	p := s.pagerDuty(t, filepath.Join(t.TempDir(), "shelf"))
	dest := filepath.Join(t.TempDir(), "a.parquet")
	s.trouble = func(n int, _ http.ResponseWriter) bool {
		if n == 5 {
			s.token = "another"
		}
		return false
	}
	_, _, err := p.Pull(context.Background(), october, november, dest)
	if err == nil || !strings.Contains(err.Error(), "PAGERDUTY_TOKEN") || strings.Contains(err.Error(), token) {
		t.Errorf("the error with an expired token: %v", err)
	}
	if _, err := os.Stat(dest); err == nil {
		t.Error("half a pull left a file")
	}
	s.token, s.trouble, s.asked = token, nil, nil
	d, _, log := pullOctober(t, p, dest)
	check(t, d, monthRows)
	checkAsked(t, s, `GET /incidents/Q4/log_entries 2
		GET /incidents/Q4/log_entries 4
		GET /incidents/Q5/log_entries 0
		GET /incidents/Q5/log_entries 2`)
	if len(log) != 8 {
		t.Errorf("the log has %d entries and not those of both runs", len(log))
	}
}

func TestPullAnEmptyMonth(t *testing.T) {
	s := newServer(t)
	d, rows, log := pullOctober(t, s.pagerDuty(t, filepath.Join(t.TempDir(), "shelf")), filepath.Join(t.TempDir(), "a.parquet"))
	check(t, d, ``)
	if rows != 0 || len(log) != 1 {
		t.Errorf("%d rows, %d requests", rows, len(log))
	}
}

func TestPullOfAnIncidentWhoseLogIsGone(t *testing.T) {
	s := newServer(t, month()...)
	s.trouble = func(_ int, w http.ResponseWriter) bool {
		if gone := strings.Contains(s.asked[len(s.asked)-1], "/Q4/"); gone {
			w.WriteHeader(http.StatusNotFound)
			return true
		}
		return false
	}
	d, _, log := pullOctober(t, s.pagerDuty(t, filepath.Join(t.TempDir(), "shelf")), filepath.Join(t.TempDir(), "a.parquet"))
	if len(d.rows) != 5 || len(log) != 6 || log[3].Status != http.StatusNotFound {
		t.Errorf("%d rows, the log %+v", len(d.rows), log)
	}
	if len(d.rejects) != 1 || d.rejects[0] != `data/a.parquet:4: acknowledged_at: the analytics don't tell when incident Q4 was acknowledged, and PagerDuty has its log entries no more; enter it by hand, from a file source of its own, and close with this row left out` {
		t.Errorf("rejects: %q", d.rejects)
	}
}

func TestPullRefusesWhatBreaksTheSchema(t *testing.T) {
	first := func(answer map[string]any) map[string]any { return answer["data"].([]any)[0].(map[string]any) }
	pages := 0
	for _, c := range []struct {
		name   string
		change func(path string, answer map[string]any)
		want   string
	}{
		{"pages that go round", func(_ string, a map[string]any) { a["last"], a["more"] = "cursor-Q3", true },
			`: page 2 ends where an earlier one did (last is "cursor-Q3"), so the pages go round; tell PagerDuty`},
		{"more, and nothing from which to go on", func(_ string, a map[string]any) { a["last"] = nil },
			`there are more incidents (more is true), but last, from which to go on, is empty`},
		{"an incident twice with different content", func(_ string, a map[string]any) {
			if pages++; pages == 2 {
				first(a)["id"], first(a)["urgency"] = "Q1", "low"
			}
		}, `incident Q1 comes twice with different content (urgency is "high" and "low"): it has changed during the pull; remove the folder`},
		{"times of another zone", func(_ string, a map[string]any) { a["time_zone"] = "Europe/Oslo" },
			`its time_zone is "Europe/Oslo", though Etc/UTC was asked for`},
		{"a field that is missing", func(_ string, a map[string]any) { delete(first(a), "seconds_to_first_ack") },
			`data[0] (id "Q0"): the provider's field seconds_to_first_ack is missing`},
		{"a field of another type", func(_ string, a map[string]any) { first(a)["status"] = 3 },
			`the provider's field status holds 3 where its schema has a string; see whether the provider has changed it`},
		{"an id that is none", func(_ string, a map[string]any) { first(a)["id"] = "../Q1" }, `id: "../Q1" is not an id`},
		{"no time", func(_ string, a map[string]any) { first(a)["created_at"] = nil }, `"" is no time`},
		{"no list", func(_ string, a map[string]any) { a["data"] = nil }, `data is no list`},
		{"no word of more", func(_ string, a map[string]any) { delete(a, "more") }, `more is not true or false`},
		{"log entries from another offset", func(path string, a map[string]any) {
			if strings.HasSuffix(path, "log_entries") {
				a["offset"] = 7
			}
		}, `it begins at offset 7, though 0 was asked for`},
		{"log entries of another incident", func(path string, a map[string]any) {
			if strings.HasSuffix(path, "log_entries") {
				a["log_entries"].([]map[string]any)[0]["incident"] = map[string]any{"id": "Q7"}
			}
		}, `log_entries[0]: a log entry is of another incident than its list`},
		{"more log entries, and none there", func(path string, a map[string]any) {
			if strings.HasSuffix(path, "log_entries") {
				a["log_entries"], a["more"] = []any{}, true
			}
		}, `there are more log entries (more is true), but this page holds none`},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newServer(t, month()...)
			s.change = c.change
			dest := filepath.Join(t.TempDir(), "a.parquet")
			_, _, err := s.pagerDuty(t, filepath.Join(t.TempDir(), "shelf")).Pull(context.Background(), october, november, dest)
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") || strings.Contains(err.Error(), "export it") {
				t.Errorf("error: %v\nwant one with: %s", err, c.want)
			}
			if _, err := os.Stat(dest); err == nil {
				t.Error("a file was left")
			}
		})
	}
	if _, _, err := newServer(t).pagerDuty(t, t.TempDir()).Pull(context.Background(), november, october, "x"); err == nil {
		t.Error("a month that ends before it begins can be pulled")
	}
}
