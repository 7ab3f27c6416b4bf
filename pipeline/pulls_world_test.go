package pipeline_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fleetpay/pipeline"
	"fleetpay/pipeline/pulltest"
	"fleetpay/rules"
)

// token is what no file and no message may hold.
const token = "hunter2-s3cr3t-token"

// pulled is a workspace of the scripts' fleet in a folder of its own, of which a test
// says where heartbeats and incidents come from.
type pulled struct {
	*testing.T
	dir string
}

func newPulled(t *testing.T, heartbeats, incidents string) *pulled {
	t.Helper()
	w := &pulled{t, t.TempDir()}
	copyTree(t, filepath.Join("..", "testdata", "script", "workspace"), w.dir)
	t.Setenv("FLEETPAY_TEST_TOKEN", token)
	w.configure(heartbeats, incidents)
	return w
}

// configure writes fleetpay.yaml anew.
func (w *pulled) configure(heartbeats, incidents string) {
	w.Helper()
	text := `program: Script Fleet
sources:
  operators: {file: data/operators.csv}
  tiers: {file: data/tiers.csv}
  nodes: {file: data/nodes.csv}
  heartbeats: ` + heartbeats + "\n"
	if incidents != "" {
		text += "  incidents: " + incidents + "\n"
	}
	text += "heartbeat_interval: 86400s\npayments: {default_chain: base}\n"
	w.write("fleetpay.yaml", text)
}

func (w *pulled) write(name, text string) {
	w.Helper()
	if err := os.WriteFile(filepath.Join(w.dir, name), []byte(text), 0o666); err != nil {
		w.Fatal(err)
	}
}

// close closes July 2026 at an instant.
func (w *pulled) close(at string) (*pipeline.Outcome, error) {
	w.Helper()
	ws, period, now := w.open(at)
	return pipeline.Close(context.Background(), ws, period, pipeline.CloseOptions{By: "Finance Desk", ClosedAt: now})
}

func (w *pulled) open(at string) (*pipeline.Workspace, rules.Period, time.Time) {
	w.Helper()
	now, err := time.Parse(time.RFC3339, at)
	if err != nil {
		w.Fatal(err)
	}
	ws, err := pipeline.OpenWorkspace(w.dir)
	if err != nil {
		w.Fatal(err)
	}
	return ws, rules.Period{Year: 2026, Month: time.July}, now
}

// closed closes July, and fails the test when that fails.
func (w *pulled) closed() *pipeline.Outcome {
	w.Helper()
	out, err := w.close("2026-08-05T09:00:00Z")
	if err != nil {
		w.Fatal(err)
	}
	return out
}

// refused expects an error with a status and all of some words.
func (w *pulled) refused(err error, status int, words ...string) {
	w.Helper()
	if pipeline.ExitStatus(err) != status {
		w.Errorf("got status %d: %v", pipeline.ExitStatus(err), err)
	}
	for _, word := range words {
		if err != nil && !strings.Contains(err.Error(), word) {
			w.Errorf("%q is not in %v", word, err)
		}
	}
	if err != nil && strings.Contains(err.Error(), token) {
		w.Errorf("the secret is in %v", err)
	}
}

// noSecret searches everything below the workspace for the token.
func (w *pulled) noSecret() {
	w.Helper()
	for _, file := range listTree(w.T, w.dir) {
		if bytes.Contains(readAll(w.T, filepath.Join(w.dir, file)), []byte(token)) {
			w.Errorf("the secret is in %s", file)
		}
	}
}

// shelf lists the pieces that are kept of a pull that broke off.
func (w *pulled) shelf() []string {
	w.Helper()
	var files []string
	err := fs.WalkDir(os.DirFS(filepath.Join(w.dir, "closes")), ".pulled", func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && strings.HasSuffix(path, ".parquet") {
			files = append(files, path)
		}
		return err
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		w.Fatal(err)
	}
	return files
}

func (w *pulled) record(folder string) (rec struct {
	Format int
	Inputs []struct {
		Dataset, Source, Path string
		Read, Used, From      int
	}
	Pulls []struct {
		Dataset, Kind, Place string
		Reading              map[string]any
		Inputs               []string
		Requests             []struct {
			Method, URL, SHA256 string
			Status              int
			Count, Bytes        int64
		}
	}
},
) {
	w.Helper()
	if err := json.Unmarshal(readAll(w.T, filepath.Join(folder, "close.json")), &rec); err != nil {
		w.Fatal(err)
	}
	return rec
}

// same compares tables of two closed folders.
func (w *pulled) same(one, other string, files ...string) {
	w.Helper()
	for _, file := range files {
		if what := compareBytes(readAll(w.T, filepath.Join(one, file)), readAll(w.T, filepath.Join(other, file))); what != "" {
			w.Errorf("%s: %s", file, what)
		}
	}
}

var moneyTables = []string{"lines.csv", "payouts.csv", "measures.csv"}

// prometheusAt is the configuration of a server of the tests.
func prometheusAt(url string) string {
	return pulltest.MonitorSource(url, "FLEETPAY_TEST_TOKEN")
}

func (w *pulled) mkdir(name string) {
	w.Helper()
	if err := os.MkdirAll(filepath.Join(w.dir, name), 0o777); err != nil {
		w.Fatal(err)
	}
}

// rejectsOf returns the bad rows that an error tells of.
func rejectsOf(err error) any {
	var rejects *pipeline.RejectsError
	if errors.As(err, &rejects) {
		return rejects.Rejects
	}
	return nil
}

// exists tells whether something is at path.
func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}
