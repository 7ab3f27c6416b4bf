package promtest

import (
	"io"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"
)

// StartForgetting runs a VictoriaMetrics that scraped itself for some seconds, as
// job node, and was then told not to any more. So it holds a series up of now that
// ends with the mark of a series that went away, which can't be imported.
func StartForgetting(t testing.TB) *Server {
	t.Helper()
	s := newVictoriaMetrics(t, "")
	config := s.write("scrape.yml", func(w io.Writer) error {
		_, err := io.WriteString(w, "scrape_configs:\n- job_name: node\n  scrape_interval: 1s\n  static_configs:\n  - targets: ["+s.address()+"]\n")
		return err
	})
	s.args = append(s.args, "-promscrape.config="+config)
	s.start()
	s.await("1,1")
	if err := os.WriteFile(config, []byte("scrape_configs: []\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := s.ask("/-/reload", nil); err != nil {
		t.Fatal(err)
	}
	s.await("null")
	return s
}

// await waits until an export of up holds a text.
func (s *Server) await(text string) {
	s.t.Helper()
	for range polls {
		if _, err := s.ask("/internal/force_flush", nil); err != nil {
			s.t.Fatal(err)
		}
		body, err := s.ask("/api/v1/export", url.Values{"match[]": {"up"}})
		if err != nil {
			s.t.Fatal(err)
		}
		if strings.Contains(string(body), text) {
			return
		}
		time.Sleep(pollEvery)
	}
	s.t.Fatalf("no %s in what VictoriaMetrics exports after %s", text, polls*pollEvery)
}
