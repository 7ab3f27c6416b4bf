package promtest

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// StartPrometheus runs a Prometheus that holds a fleet and scrapes nothing. It
// keeps samples for a retention such as 15d, counted from the clock's now: give
// 100y for a fleet of the past.
func StartPrometheus(t testing.TB, f *Fleet, retention string) *Server {
	t.Helper()
	s := newServer(t, "prometheus", "prometheus")
	promtool, err := exec.LookPath("promtool")
	if err != nil {
		t.Skip("promtool is not installed; on Debian: apt-get install prometheus")
	}
	data := filepath.Join(s.home, "data")
	run := func(to io.Writer, args ...string) {
		t.Helper()
		cmd := exec.Command(promtool, args...)
		cmd.Dir = s.home
		var words writer
		cmd.Stdout, cmd.Stderr = to, &words
		if err := cmd.Run(); err != nil {
			t.Fatalf("promtool %v: %v; it says: %s", args, err, words)
		}
	}
	openMetrics := s.write("up.om", f.WriteOpenMetrics)
	run(io.Discard, "tsdb", "create-blocks-from", "--max-block-duration=744h", "openmetrics", openMetrics, data)
	config := s.write("prometheus.yml", func(w io.Writer) error {
		_, err := io.WriteString(w, "global: {}\n")
		return err
	})
	s.ready = "/-/ready"
	s.args = []string{
		"--config.file=" + config, "--storage.tsdb.path=" + data, "--storage.tsdb.retention.time=" + retention,
		"--web.listen-address=" + s.address(), "--log.level=warn",
	}
	s.dump = func(to string) {
		t.Helper()
		out, err := os.Create(to)
		if err != nil {
			t.Fatal(err)
		}
		run(out, "tsdb", "dump", data)
		if err := out.Close(); err != nil {
			t.Fatal(err)
		}
	}
	s.start()
	return s
}

// writer keeps what a program says.
type writer []byte

func (w *writer) Write(p []byte) (int, error) {
	*w = append(*w, p...)
	return len(p), nil
}
