package promtest

import (
	"io"
	"net/http"
	"net/url"
	"os"
	"testing"
)

// StartVictoriaMetrics runs a VictoriaMetrics that holds a fleet. It keeps samples
// for a retention such as 100y, counted from the clock's now; "" is its default of
// a month. It takes no samples from more than two days ahead of the clock.
func StartVictoriaMetrics(t testing.TB, f *Fleet, retention string) *Server {
	t.Helper()
	s := newVictoriaMetrics(t, retention)
	s.start()
	lines, err := os.Open(s.write("up.jsonl", func(w io.Writer) error { return f.WriteExport(w, 10_000) }))
	if err != nil {
		t.Fatal(err)
	}
	defer lines.Close()
	response, err := http.Post(s.URL+"/api/v1/import", "application/json", lines)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusNoContent {
		t.Fatalf("VictoriaMetrics imports with status %d", response.StatusCode)
	}
	// What has just come in does not survive a kill; an orderly end writes it down.
	s.stop(os.Interrupt)
	s.start()
	return s
}

// newVictoriaMetrics makes ready what start runs.
func newVictoriaMetrics(t testing.TB, retention string) *Server {
	t.Helper()
	s := newServer(t, "victoria-metrics", "victoria-metrics")
	s.ready = "/health"
	s.args = []string{"-storageDataPath=data", "-httpListenAddr=" + s.address(), "-loggerLevel=WARN"}
	if retention != "" {
		s.args = append(s.args, "-retentionPeriod="+retention)
	}
	s.dump = func(to string) {
		t.Helper()
		// reduce_mem_usage has it write the blocks of a series one by one.
		body, err := s.ask("/api/v1/export", url.Values{"match[]": {"up"}, "reduce_mem_usage": {"1"}})
		if err == nil {
			err = os.WriteFile(to, body, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return s
}
