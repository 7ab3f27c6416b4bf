package prometheus

import (
	"context"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// pages answers paths with texts, and others with a status.
func pages(status int, texts map[string]string) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, r *http.Request) {
		if text, ok := texts[r.URL.Path]; ok {
			fmt.Fprint(w, text)
			return
		}
		w.WriteHeader(status)
	}
}

const (
	runtimeInfo = "/api/v1/status/runtimeinfo"
	noRetention = "what lies between is missing; pull from a server that keeps them longer, or give a file exported in time"
)

func keepsFor(text string) map[string]string {
	return map[string]string{runtimeInfo: `{"status":"success","data":{"CWD":"/","storageRetention":"` + text + `"}}`}
}

// The server's clock says 2026-11-01T06:00:00Z, so what is 31 days and 6 hours
// back, or 750 hours, is the beginning of October.
func TestAServerThatKeepsTooLittleIsRefused(t *testing.T) {
	const all, flags = "", "/flags"
	metrics := func(period string) map[string]string {
		return map[string]string{flags: "-httpListenAddr=\"x\"\n", "/metrics": "vm_rows 1\nflag{name=\"retentionPeriod\", value=\"" + period + "\", is_set=\"false\"} 1\n"}
	}
	for _, c := range []struct {
		name  string
		pages map[string]string
		other int    // status of other pages
		want  string // of the error
	}{
		{"15 days", keepsFor("15d"), 404, "http://prometheus.test: the server keeps samples for 15d, so from 2026-10-17T06:00:00Z on, and those from 2026-10-01T00:00:00Z on are needed: " + noRetention},
		{"an hour too little", keepsFor("749h"), 404, noRetention},
		{"just enough", keepsFor("750h"), 404, all},
		{"a millisecond too little", keepsFor("749h59m59s999ms"), 404, noRetention},
		{"a year", keepsFor("1y"), 404, all},
		{"weeks and days", keepsFor("4w3d"), 404, noRetention}, // 28 + 3 = 31 days
		{"days or a size", keepsFor("30d or 512GiB"), 404, "keeps samples for 30d or 512GiB, so from 2026-10-02T06:00:00Z"},
		{"a size alone, which tells no time", keepsFor("512GiB"), 404, all},
		{"nothing told, as by Thanos", keepsFor(""), 404, all},
		{"centuries", keepsFor("3000y"), 404, all},
		{"a server that does not offer the page", nil, 404, all},
		{"a method that is not allowed", nil, 405, all},
		{"a bad request", nil, 400, all},
		{"not implemented", nil, 501, all},
		{"VictoriaMetrics with days", map[string]string{flags: "-httpListenAddr=\"x\"\n-retentionPeriod=\"30d\"\n"}, 400, "keeps samples for 30d, so from 2026-10-02T06:00:00Z"},
		{"VictoriaMetrics with enough days", map[string]string{flags: "-retentionPeriod=\"32d\"\n"}, 400, all},
		{"VictoriaMetrics with months", map[string]string{flags: "-retentionPeriod=\"2\"\n"}, 400, all},
		{"VictoriaMetrics with more months than a clock has", map[string]string{flags: "-retentionPeriod=\"30000\"\n"}, 400, all},
		{"VictoriaMetrics as installed, a month", metrics("1"), 400, "keeps samples for 1 × 31 days, so from 2026-10-01T06:00:00Z"},
		{"VictoriaMetrics with a period that can't be read", metrics("1.5d"), 400, `the server keeps samples for "1.5d", which can't be read`},
		{"a page for everything, such as a proxy's", map[string]string{flags: "<html>", "/metrics": strings.Repeat("<p>", 1<<20)}, 404, all},
		{"a page that is not JSON", map[string]string{runtimeInfo: "<html>"}, 404, "the answer is not that of a Prometheus server"},
		{"a page that is cut short", map[string]string{runtimeInfo: `{"data":{`}, 404, "the answer is cut short"},
		{"a token that is refused", nil, 401, "HTTP status 401"},
		{"a server that fails", nil, 500, "HTTP status 500"},
	} {
		t.Run(c.name, func(t *testing.T) {
			server := &api{fleet: edges(), status: pages(c.other, c.pages)}
			s := source(server, t.TempDir())
			_, log, err := s.Pull(context.Background(), october, october.Add(2*time.Hour), filepath.Join(t.TempDir(), "up.parquet"))
			if c.want == all && err != nil || c.want != all && (err == nil || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("%v", err)
			}
			if c.want != all && len(server.asked) > 0 {
				t.Error("samples are asked for")
			}
			if len(log) != len(server.others)+len(server.asked) {
				t.Errorf("%d requests, log %+v", len(server.others)+len(server.asked), log)
			}
		})
	}
}

func TestAnAnswerWithoutADateCannotTellHowFarBackTheServerGoes(t *testing.T) {
	server := &api{fleet: edges(), status: func(w http.ResponseWriter, r *http.Request) {
		w.Header().Del("Date")
		pages(404, keepsFor("15d"))(w, r)
	}}
	_, _, err := source(server, t.TempDir()).Pull(context.Background(), october, october.Add(time.Hour), filepath.Join(t.TempDir(), "up.parquet"))
	if err == nil || !strings.Contains(err.Error(), "have the proxy pass the header Date on") {
		t.Errorf("%v", err)
	}
}

// What was pulled in time stays good when the server forgets it.
func TestOnlyWhatIsYetToBePulledMustStillBeKept(t *testing.T) {
	server := &api{fleet: edges(), status: pages(404, keepsFor("750h"))}
	shelf, ends := t.TempDir(), october.Add(6*time.Hour)
	server.instead = func(w http.ResponseWriter, _ *http.Request, nth int) bool {
		if nth == 2 {
			w.WriteHeader(http.StatusUnauthorized)
		}
		return nth == 2
	}
	if _, _, err := source(server, shelf).Pull(context.Background(), october, ends, filepath.Join(t.TempDir(), "up.parquet")); err == nil {
		t.Fatal("a token expires, and nobody says so")
	}
	server.status = pages(404, keepsFor("748h")) // from 02:00 on, where the second piece begins
	rows, _, _ := pulled(t, source(server, shelf), october, ends)
	sameRows(t, "both pulls", rows, edges().Rows(october, ends))
	if !slices.Equal(server.others, []string{runtimeInfo, runtimeInfo}) {
		t.Errorf("asked %q", server.others)
	}
}
