package prometheus

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fleetpay/sources/fetch"
	"fleetpay/sources/prometheus/promtest"
)

// september is a month of a fleet of 6 nodes that two replicas scrape, with gaps,
// downtime and a restart.
func september(every time.Duration) (fleet *promtest.Fleet, begins, ends time.Time) {
	begins, ends = time.Date(2024, 9, 1, 0, 0, 0, 0, time.UTC), time.Date(2024, 10, 1, 0, 0, 0, 0, time.UTC)
	return promtest.NewFleet(promtest.Plan{Begins: begins, Ends: ends, Nodes: 6, Every: every, Replicas: 2, Seed: 20261001}), begins, ends
}

// from asks a real server.
func from(t *testing.T, server *promtest.Server, shelf string) *Source {
	t.Helper()
	client, err := fetch.New(fetch.Access{URL: server.URL, Tries: 1})
	if err != nil {
		t.Fatal(err)
	}
	s := source(nil, shelf)
	s.Server = client
	s.Query = `up{job="node", replica=~"a|b"}`
	return s
}

func TestAMonthOfPrometheusAndOfVictoriaMetricsIsTheTruth(t *testing.T) {
	fleet, begins, ends := september(90 * time.Second)
	want := fleet.Rows(begins, ends)
	all := fleet.Rows(begins.Add(-2*time.Hour), ends.Add(2*time.Hour))
	pulls := map[string][]byte{}
	for _, c := range []struct {
		name   string
		start  func(testing.TB, *promtest.Fleet, string) *promtest.Server
		decode func(Reading) func(path string) ([]promtest.Row, error)
	}{
		{"prometheus", promtest.StartPrometheus, dumpRows},
		{"victoria-metrics", promtest.StartVictoriaMetrics, exportRows},
	} {
		t.Run(c.name, func(t *testing.T) {
			server := c.start(t, fleet, "100y")
			s := from(t, server, t.TempDir())
			s.Piece = 12 * time.Hour
			rows, _, dest := pulled(t, s, begins, ends)
			promtest.Sort(rows)
			sameRows(t, "pull", rows, want)
			pulls[c.name] = bytesOf(t, dest)

			dump := server.Dump()
			for _, path := range []string{dump, gzipped(t, dump)} {
				rows, err := c.decode(s.Reading)(path)
				if err != nil {
					t.Fatal(err)
				}
				promtest.Sort(rows)
				sameRows(t, "dump", rows, all)
			}
		})
	}
	if len(pulls) == 2 && !bytes.Equal(pulls["prometheus"], pulls["victoria-metrics"]) {
		t.Error("the two servers give other bytes for the same samples")
	}
}

func dumpRows(r Reading) func(string) ([]promtest.Row, error) {
	return func(path string) ([]promtest.Row, error) {
		rows, rejects, _, err := decoded(DumpDecoder(r), path)
		for _, reject := range rejects {
			err = errors.Join(err, reject)
		}
		return rows, err
	}
}

func exportRows(r Reading) func(string) ([]promtest.Row, error) {
	return func(path string) ([]promtest.Row, error) {
		rows, rejects, _, err := decoded(ExportDecoder(r), path)
		for _, reject := range rejects {
			err = errors.Join(err, reject)
		}
		return rows, err
	}
}

// gzipped compresses a file into another whose name does not tell.
func gzipped(t *testing.T, path string) string {
	t.Helper()
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, err := w.Write(bytesOf(t, path))
	if err = errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	to := filepath.Join(t.TempDir(), "dump.txt")
	if err := os.WriteFile(to, packed.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return to
}

// VictoriaMetrics marks the end of a series with a value that is no number; in an
// answer it is "NaN", and in an export null.
func TestTheMarkOfASeriesThatWentAwayIsNoSample(t *testing.T) {
	server := promtest.StartForgetting(t)
	s := from(t, server, t.TempDir())
	s.Query, s.NodePattern = `up{job="node"}`, `^(.+):[0-9]+$`
	now := time.Now().Truncate(time.Hour)
	rows, _, _ := pulled(t, s, now.Add(-2*time.Hour), now.Add(2*time.Hour))
	if len(rows) < 2 {
		t.Errorf("%d rows", len(rows))
	}
	for _, r := range rows {
		if r.Node != "127.0.0.1" || !r.Up {
			t.Errorf("%+v", r)
		}
	}
	exported, err := exportRows(s.Reading)(server.Dump())
	if err != nil {
		t.Fatal(err)
	}
	promtest.Sort(exported)
	sameRows(t, "export", exported, rows)
}

// A month that began some years ago is refused by a server that keeps 15 days,
// the default of Prometheus, and the default of VictoriaMetrics, a month.
func TestARealServerThatKeepsTooLittleIsRefused(t *testing.T) {
	small := edges()
	begins := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name, retention, want string
		start                 func(testing.TB, *promtest.Fleet, string) *promtest.Server
	}{
		{"prometheus", "15d", "the server keeps samples for 15d, so from 20", promtest.StartPrometheus},
		{"prometheus with two weeks", "2w", "the server keeps samples for 2w, so from 20", promtest.StartPrometheus},
		{"victoria-metrics as installed", "", "the server keeps samples for 1 × 31 days, so from 20", promtest.StartVictoriaMetrics},
		{"victoria-metrics with days", "40d", "the server keeps samples for 40d, so from 20", promtest.StartVictoriaMetrics},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := from(t, c.start(t, small, c.retention), t.TempDir())
			_, log, err := s.Pull(context.Background(), begins, begins.Add(time.Hour), filepath.Join(t.TempDir(), "up.parquet"))
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "those from 2020-01-01T00:00:00Z on are needed") {
				t.Errorf("%v", err)
			}
			if len(log) == 0 || log[len(log)-1].Status != http.StatusOK {
				t.Errorf("log %+v", log)
			}
		})
	}
}

func TestARealServerThatIsKilledInTheMiddleOfAPull(t *testing.T) {
	fleet, begins, ends := september(5 * time.Minute)
	for _, c := range []struct {
		name  string
		start func(testing.TB, *promtest.Fleet, string) *promtest.Server
	}{
		{"prometheus", promtest.StartPrometheus},
		{"victoria-metrics", promtest.StartVictoriaMetrics},
	} {
		t.Run(c.name, func(t *testing.T) {
			server := c.start(t, fleet, "100y")
			s := from(t, server, t.TempDir())
			s.Piece = 24 * time.Hour
			_, log, whole := pulled(t, s, begins, ends)

			s = from(t, server, t.TempDir())
			s.Piece = 24 * time.Hour
			s.Progress = func(done, _ int64) {
				if done == 9 {
					server.Kill()
				}
			}
			dest := filepath.Join(t.TempDir(), "up.parquet")
			_, _, err := s.Pull(context.Background(), begins, ends, dest)
			if err == nil || !strings.HasPrefix(err.Error(), "samples from 2024-09-10T00:00:00Z to 2024-09-11T00:00:00Z: "+server.URL) {
				t.Fatalf("a server that is gone: %v", err)
			}
			if _, err := os.Stat(dest); !errors.Is(err, os.ErrNotExist) {
				t.Error("half a file is left")
			}
			server.Restart()
			s.Progress = nil
			var asked int
			s.Server = counting{s.Server, &asked}
			_, again, second := pulled(t, s, begins, ends)
			if !bytes.Equal(bytesOf(t, second), bytesOf(t, whole)) {
				t.Error("a pull in two parts gives other bytes")
			}
			questions := len(log) - 30 // about the server
			if asked != 30-9+questions || len(again) != len(log) {
				t.Errorf("asked %d times, log of %d instead of %d", asked, len(again), len(log))
			}
		})
	}
}

// counting counts what is asked.
type counting struct {
	fetch.Doer
	asked *int
}

func (c counting) Do(ctx context.Context, r fetch.Request, read fetch.Reader) (fetch.Entry, error) {
	*c.asked++
	return c.Doer.Do(ctx, r, read)
}
