package measure

import (
	"compress/gzip"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fleetpay/rules"
	"fleetpay/sources"
)

// TestMain asks rapid for fewer cases than it draws by itself, since each is a
// whole period: -rapid.checks says otherwise.
func TestMain(m *testing.M) {
	flag.Parse()
	if checks := flag.Lookup("rapid.checks"); checks.Value.String() == checks.DefValue {
		if err := checks.Value.Set("20"); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

// folder is a set of input files under construction.
type folder struct {
	t     testing.TB
	dir   string
	files []File
}

func newFolder(t testing.TB) *folder { return &folder{t: t, dir: t.TempDir()} }

// add writes a file of a dataset; its ending tells the format.
func (f *folder) add(dataset, name, text string) {
	f.t.Helper()
	path := filepath.Join(f.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		f.t.Fatal(err)
	}
	out, err := os.Create(path)
	if err != nil {
		f.t.Fatal(err)
	}
	if strings.HasSuffix(name, ".gz") {
		z := gzip.NewWriter(out)
		if _, err := z.Write([]byte(text)); err != nil {
			f.t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			f.t.Fatal(err)
		}
	} else if _, err := out.WriteString(text); err != nil {
		f.t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		f.t.Fatal(err)
	}
	f.files = append(f.files, File{Dataset: dataset, Path: path, Name: name})
}

// lines writes a CSV file from lines, whose first is the header.
func (f *folder) lines(dataset string, lines ...string) {
	f.t.Helper()
	f.add(dataset, dataset+".csv", strings.Join(lines, "\n")+"\n")
}

// input is a period measured from the folder, with a slot a minute.
func (f *folder) input(period string) Input {
	f.t.Helper()
	p, err := rules.ParsePeriod(period)
	if err != nil {
		f.t.Fatal(err)
	}
	in := Input{
		Period: p, Interval: time.Minute, Files: f.files, Present: map[string]bool{},
		WorkDir: f.t.TempDir(), GapSeconds: 3600,
	}
	for _, file := range f.files {
		in.Present[file.Dataset] = true
	}
	return in
}

// measure measures a period and fails the test on an error.
func (f *folder) measure(period string) *Result {
	f.t.Helper()
	result, err := Measure(context.Background(), f.input(period))
	if err != nil {
		f.t.Fatal(err)
	}
	return result
}

// rejects measures a period that must be refused, and returns the rejects as
// people read them.
func (f *folder) rejects(period string) []string {
	f.t.Helper()
	result, err := Measure(context.Background(), f.input(period))
	if err == nil {
		f.t.Fatal("the period was measured; want rejects")
	}
	if result == nil {
		f.t.Fatal(err)
	}
	return messages(result.Rejects)
}

func messages(rejects []sources.Reject) []string {
	var all []string
	for _, r := range rejects {
		all = append(all, r.Error())
	}
	return all
}

// sample is a heartbeat.
type sample struct {
	node string
	at   time.Time
	up   bool
}

// csvOf writes heartbeats as CSV, each in the zone of its instant.
func csvOf(samples []sample) string {
	var b strings.Builder
	b.WriteString("sampled_at,up,node_id\n")
	for i, s := range samples {
		flag := fmt.Sprint(s.up)
		if i%2 == 0 {
			flag = map[bool]string{true: "1", false: "0"}[s.up]
		}
		fmt.Fprintf(&b, "%s,%s,%s\n", s.at.Format(time.RFC3339Nano), flag, s.node)
	}
	return b.String()
}

func jsonlOf(samples []sample) string {
	var b strings.Builder
	for _, s := range samples {
		fmt.Fprintf(&b, "{\"node_id\":%q,\"up\":%v,\"sampled_at\":%q}\n", s.node, s.up, s.at.Format(time.RFC3339Nano))
	}
	return b.String()
}

// parquet writes heartbeats as Parquet.
func (f *folder) parquet(name string, samples []sample) {
	f.t.Helper()
	path := filepath.Join(f.dir, name)
	w, err := sources.NewBeatWriter(path)
	if err != nil {
		f.t.Fatal(err)
	}
	for _, s := range samples {
		if err := w.Append(s.node, s.at, s.up); err != nil {
			f.t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		f.t.Fatal(err)
	}
	f.files = append(f.files, File{Dataset: "heartbeats", Path: path, Name: name})
}

// heartbeatsAs writes samples in a format: csv, csv.gz, jsonl or parquet.
func (f *folder) heartbeatsAs(format, name string, samples []sample) {
	f.t.Helper()
	switch format {
	case "csv", "csv.gz":
		f.add("heartbeats", name+"."+format, csvOf(samples))
	case "jsonl":
		f.add("heartbeats", name+".jsonl", jsonlOf(samples))
	default:
		f.parquet(name+".parquet", samples)
	}
}
