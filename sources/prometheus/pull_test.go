package prometheus

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"fleetpay/sources"
	"fleetpay/sources/prometheus/promtest"
)

// edges is a fleet of one node with a sample on each side of each border of the
// pieces of 2 h from midnight to 06:00.
func edges() *promtest.Fleet {
	var samples []promtest.Sample
	for hour := 0; hour <= 6; hour += 2 {
		border := october.Add(time.Duration(hour) * time.Hour).UnixMilli()
		samples = append(samples, promtest.Sample{At: border - 1, Up: true}, promtest.Sample{At: border, Up: false}, promtest.Sample{At: border + 1, Up: true})
	}
	return &promtest.Fleet{Series: []promtest.Series{{Node: "node-01", Replica: "a", Samples: samples}}}
}

func TestAPullHoldsEachSampleOfThePeriodOnce(t *testing.T) {
	six := october.Add(6 * time.Hour)
	for _, leftOpen := range []bool{false, true} {
		server := &api{fleet: edges(), leftOpen: leftOpen}
		s := source(server, t.TempDir())
		s.Parameters = url.Values{"dedup": {"true"}, "query": {"mine"}}
		var told []string
		s.Progress = func(done, total int64) { told = append(told, fmt.Sprint(done, "/", total)) }
		rows, log, _ := pulled(t, s, october, six)
		// 00:00 and 1 ms after, three around 02:00, three around 04:00, and 1 ms before 06:00: 2 + 3 + 3 + 1
		if len(rows) != 9 {
			t.Errorf("%d rows", len(rows))
		}
		sameRows(t, "a range that is left-open: "+fmt.Sprint(leftOpen), rows, edges().Rows(october, six))
		var asked []string
		for _, q := range server.asked {
			asked = append(asked, q.Get("query")+" "+q.Get("time")+" "+q.Get("dedup"))
		}
		want := []string{"up[2h] 2026-10-01T01:59:59.999Z true", "up[2h] 2026-10-01T03:59:59.999Z true", "up[2h] 2026-10-01T05:59:59.999Z true"}
		if !slices.Equal(asked, want) {
			t.Errorf("asked %q", asked)
		}
		// 404 for how long the server keeps samples and whether it is VictoriaMetrics, then 3 pieces
		if len(log) != 2+3 || log[2].Count != 3 || log[4].Count != 3 {
			t.Errorf("log %+v", log)
		}
		if !slices.Equal(told, []string{"1/3", "2/3", "3/3"}) {
			t.Errorf("progress %q", told)
		}
	}
}

func TestTheLastPieceEndsWithThePeriod(t *testing.T) {
	server := &api{fleet: edges()}
	s := source(server, t.TempDir())
	s.Piece = 90 * time.Minute
	ends := october.Add(4*time.Hour + time.Millisecond)
	rows, _, _ := pulled(t, s, october, ends)
	sameRows(t, "pieces of 90 minutes", rows, edges().Rows(october, ends))
	last := server.asked[len(server.asked)-1]
	// 4 h and 1 ms are 2 pieces of 5,400,000 ms and 3,600,001 ms
	if len(server.asked) != 3 || last.Get("query") != "up[3600001ms]" || last.Get("time") != "2026-10-01T04:00:00Z" {
		t.Errorf("asked %v", server.asked)
	}
}

func TestTheOrderOfTheAnswerDoesNotShowInTheFile(t *testing.T) {
	fleet := promtest.NewFleet(promtest.Plan{Begins: october, Ends: october.Add(12 * time.Hour), Nodes: 5, Every: 61 * time.Second, Replicas: 2, Seed: 7})
	_, _, straight := pulled(t, source(&api{fleet: fleet}, t.TempDir()), october, october.Add(12*time.Hour))
	_, _, turned := pulled(t, source(&api{fleet: fleet, backwards: true, leftOpen: true}, t.TempDir()), october, october.Add(12*time.Hour))
	if !bytes.Equal(bytesOf(t, straight), bytesOf(t, turned)) {
		t.Error("the same samples give other bytes")
	}
}

func TestABrokenPullGoesOnWhereItStood(t *testing.T) {
	day := october.Add(24 * time.Hour)
	fleet := promtest.NewFleet(promtest.Plan{Begins: october, Ends: day, Nodes: 3, Every: 67 * time.Second, Replicas: 2, Seed: 11})
	_, wantLog, undisturbed := pulled(t, source(&api{fleet: fleet}, t.TempDir()), october, day)
	for _, whole := range []int{0, 1, 5, 11} {
		server := &api{fleet: fleet, instead: func(w http.ResponseWriter, _ *http.Request, nth int) bool {
			if nth > whole {
				fmt.Fprint(w, `{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"instance":"node-01:9100"},"values":[[1790812800,"1"],[17908`)
			}
			return nth > whole
		}}
		shelf := t.TempDir()
		dest := filepath.Join(t.TempDir(), "up.parquet")
		_, _, err := source(server, shelf).Pull(context.Background(), october, day, dest)
		if err == nil || !strings.Contains(err.Error(), "the answer is cut short") {
			t.Fatalf("a server that dies after %d pieces: %v", whole, err)
		}
		if left, _ := os.ReadDir(filepath.Dir(dest)); len(left) != 0 {
			t.Errorf("a broken pull leaves %v", left)
		}
		server.instead, server.asked = nil, nil
		_, log, second := pulled(t, source(server, shelf), october, day)
		if len(server.asked) != 12-whole { // a day is 12 pieces of 2 h
			t.Errorf("after %d pieces, %d are asked for", whole, len(server.asked))
		}
		if !bytes.Equal(bytesOf(t, second), bytesOf(t, undisturbed)) {
			t.Errorf("a pull in two parts, the first of %d pieces, gives other bytes", whole)
		}
		if !slices.Equal(log, wantLog) {
			t.Errorf("a pull in two parts, the first of %d pieces, has another log", whole)
		}
		server.asked, server.others = nil, nil
		_, log, third := pulled(t, source(server, shelf), october, day)
		if len(server.asked)+len(server.others) != 0 || !bytes.Equal(bytesOf(t, third), bytesOf(t, undisturbed)) {
			t.Errorf("what was pulled is asked for again: %v", server.asked)
		}
		if !slices.Equal(log, wantLog) {
			t.Error("a pull that finds all pieces there does not tell what was asked about the server")
		}
	}
}

func TestAPeriodWithoutASampleIsRefusedAndAskedForAgain(t *testing.T) {
	server := &api{fleet: &promtest.Fleet{}}
	shelf := t.TempDir()
	dest := filepath.Join(t.TempDir(), "up.parquet")
	_, _, err := source(server, shelf).Pull(context.Background(), october, october.Add(4*time.Hour), dest)
	want := "http://prometheus.test: the query up has no sample from 2026-10-01T00:00:00Z to 2026-10-01T04:00:00Z; correct query or parameters, or close without this source"
	if err == nil || err.Error() != want {
		t.Fatalf("%v", err)
	}
	if _, err := os.Stat(dest); !errors.Is(err, os.ErrNotExist) {
		t.Error("an empty file is left")
	}
	server.fleet = edges()
	rows, _, _ := pulled(t, source(server, shelf), october, october.Add(4*time.Hour))
	if len(rows) != 2+3+1 { // as above, the last of them 1 ms before 04:00
		t.Errorf("%d rows", len(rows))
	}
}

// A folder that can't be written to stands for a disk that is full.
func TestAPieceOrAFileThatCannotBeWrittenLosesNothing(t *testing.T) {
	const want = "make room and see to the folder's permissions, then run again"
	six := october.Add(6 * time.Hour)
	server := &api{fleet: edges()}
	shelf := filepath.Join(t.TempDir(), "shelf")
	if err := os.WriteFile(shelf, nil, 0o600); err != nil { // where the folder is to be
		t.Fatal(err)
	}
	dest := filepath.Join(t.TempDir(), "there", "up.parquet")
	if _, _, err := source(server, shelf).Pull(context.Background(), october, six, dest); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("no shelf: %v", err)
	}
	if err := os.Remove(shelf); err != nil {
		t.Fatal(err)
	}
	server.asked = nil
	if _, _, err := source(server, shelf).Pull(context.Background(), october, six, dest); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("no folder for the file: %v", err)
	}
	if _, _, third := pulled(t, source(server, shelf), october, six); len(server.asked) != 3 {
		t.Errorf("%s: asked %d times for 3 pieces", third, len(server.asked))
	}
}

func TestAPullThatIsInterruptedLeavesItsPiecesAndNoFile(t *testing.T) {
	server := &api{fleet: edges()}
	ctx, interrupt := context.WithCancel(context.Background())
	s := source(server, t.TempDir())
	s.Progress = func(done, _ int64) {
		if done == 2 {
			interrupt()
		}
	}
	dest := filepath.Join(t.TempDir(), "up.parquet")
	_, log, err := s.Pull(ctx, october, october.Add(6*time.Hour), dest)
	if !errors.Is(err, context.Canceled) || len(log) != 2+2 { // about the server, and 2 pieces
		t.Errorf("%v, log of %d", err, len(log))
	}
	if left, _ := os.ReadDir(filepath.Dir(dest)); len(left) != 0 {
		t.Errorf("it leaves %v", left)
	}
	s.Progress, server.asked = nil, nil
	if _, _, dest := pulled(t, s, october, october.Add(6*time.Hour)); len(server.asked) != 1 {
		t.Errorf("%s: asked %d times for the third piece", dest, len(server.asked))
	}
}

func TestASourceThatCannotBeAskedIsRefused(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*Source)
		ends   time.Time
		want   string
	}{
		{"no query", func(s *Source) { s.Query = "" }, october.Add(time.Hour), "query is empty; write a plain vector selector"},
		{"a query with a range", func(s *Source) { s.Query = "up[5m]" }, october.Add(time.Hour), `"[5m]" follows the selector`},
		{"no label", func(s *Source) { s.NodeLabel = "" }, october.Add(time.Hour), "node_label is empty; name the label"},
		{"a pattern that is none", func(s *Source) { s.NodePattern = "(" }, october.Add(time.Hour), "is not a regular expression"},
		{"a pattern without a group", func(s *Source) { s.NodePattern = "^.+$" }, october.Add(time.Hour), "has 0 groups; write one with exactly one"},
		{"a piece of two days", func(s *Source) { s.Piece = 48 * time.Hour }, october.Add(time.Hour), "piece is 48h0m0s; write whole milliseconds, at most 24h0m0s"},
		{"a piece of microseconds", func(s *Source) { s.Piece = 1500 * time.Microsecond }, october.Add(time.Hour), "piece is 1.5ms; write whole milliseconds"},
		{"a negative piece", func(s *Source) { s.Piece = -time.Hour }, october.Add(time.Hour), "piece is -1h0m0s"},
		{"no period", func(*Source) {}, october, "the period from 2026-10-01T00:00:00Z to 2026-10-01T00:00:00Z is none"},
		{"a period of nanoseconds", func(*Source) {}, october.Add(time.Hour + 1), "the period from 2026-10-01T00:00:00Z to 2026-10-01T01:00:00.000000001Z is none"},
	} {
		t.Run(c.name, func(t *testing.T) {
			server := &api{fleet: edges()}
			s := source(server, t.TempDir())
			c.change(s)
			_, _, err := s.Pull(context.Background(), october, c.ends, filepath.Join(t.TempDir(), "up.parquet"))
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "http://prometheus.test: ") {
				t.Errorf("%v", err)
			}
			if len(server.asked)+len(server.others) != 0 {
				t.Error("the server is asked")
			}
		})
	}
}

func TestAServerThatFindsAPieceTooLargeGetsAnAdvice(t *testing.T) {
	server := &api{fleet: edges(), instead: func(w http.ResponseWriter, _ *http.Request, _ int) bool {
		http.Error(w, "query processing would load too many samples into memory", http.StatusUnprocessableEntity)
		return true
	}}
	_, _, err := source(server, t.TempDir()).Pull(context.Background(), october, october.Add(time.Hour), filepath.Join(t.TempDir(), "up.parquet"))
	if err == nil || !strings.HasPrefix(err.Error(), "samples from 2026-10-01T00:00:00Z to 2026-10-01T01:00:00Z: ") ||
		!strings.HasSuffix(err.Error(), "; if the server finds it too large, make piece smaller") {
		t.Errorf("%v", err)
	}
}

// Random truth: up to 3 nodes and 2 replicas, scrapes at any millisecond, with
// gaps and repeats, seen through the API, a dump and an export.
func TestTheRowsAreTheTruthThroughTheAPIADumpAndAnExport(t *testing.T) {
	folder := t.TempDir()
	runs := 0
	rapid.Check(t, func(t *rapid.T) {
		runs++
		at := func(name string) string { return filepath.Join(folder, fmt.Sprint(runs, "-", name)) }
		fleet := &promtest.Fleet{}
		for node := range rapid.IntRange(1, 3).Draw(t, "nodes") {
			for replica := range rapid.IntRange(1, 2).Draw(t, "replicas") {
				s := promtest.Series{Node: fmt.Sprintf("node-%02d", node+1), Replica: string(rune('a' + replica))}
				times := rapid.SliceOfNDistinct(rapid.Int64Range(-600, 7800), 1, 40, rapid.ID[int64]).Draw(t, "seconds")
				slices.Sort(times)
				milli := rapid.SampledFrom([]int64{0, 1, 999}).Draw(t, "milliseconds")
				for _, second := range times {
					s.Samples = append(s.Samples, promtest.Sample{At: october.UnixMilli() + second*1000 + milli, Up: rapid.Bool().Draw(t, "up")})
				}
				fleet.Series = append(fleet.Series, s)
			}
		}
		ends := october.Add(2 * time.Hour)
		s := source(&api{fleet: fleet, leftOpen: rapid.Bool().Draw(t, "left-open"), backwards: rapid.Bool().Draw(t, "backwards")}, at("shelf"))
		s.Piece = time.Duration(rapid.SampledFrom([]int64{1_100_001, 1_800_000, 7_200_000, 86_400_000}).Draw(t, "piece")) * time.Millisecond
		want := fleet.Rows(october, ends)
		_, _, err := s.Pull(context.Background(), october, ends, at("api.parquet"))
		if len(want) == 0 {
			if err == nil || !strings.Contains(err.Error(), "has no sample") {
				t.Fatalf("no sample: %v", err)
			}
		} else if err != nil {
			t.Fatal(err)
		} else {
			got := rowsOf(t, at("api.parquet"))
			promtest.Sort(got) // across pieces, the file is in the order of time
			sameRows(t, "API", got, want)
		}
		everything := fleet.Rows(october.Add(-time.Hour), ends.Add(time.Hour))
		perLine := rapid.IntRange(1, 50).Draw(t, "samples on a line")
		for _, form := range []struct {
			name   string
			decode sources.Decoder
			write  func(f *os.File) error
		}{
			{"dump", DumpDecoder(s.Reading), func(f *os.File) error { return fleet.WriteDump(f) }},
			{"export", ExportDecoder(s.Reading), func(f *os.File) error { return fleet.WriteExport(f, perLine) }},
		} {
			f, err := os.Create(at(form.name))
			if err != nil {
				t.Fatal(err)
			}
			if err := errors.Join(form.write(f), f.Close()); err != nil {
				t.Fatal(err)
			}
			got, rejects, counts, err := decoded(form.decode, at(form.name))
			if err != nil || len(rejects) > 0 || counts.Bad != 0 || counts.Read != int64(len(everything)) {
				t.Fatalf("%s: %v %v %+v", form.name, err, rejects, counts)
			}
			promtest.Sort(got)
			sameRows(t, form.name, got, everything)
		}
	})
}
