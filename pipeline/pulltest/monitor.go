// Package pulltest stands in for servers that a close pulls from, in tests of the
// close: they hold a request to what fleetpay.yaml says of it.
package pulltest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// Monitor stands in for a Prometheus server that scraped nodes once a day, at
// midnight UTC, for as long as anybody can ask. It answers up{job="node"} over whole
// days to whoever has the token, and fails as a test tells it to. Its fields are
// changed by Set once it is asked.
type Monitor struct {
	*httptest.Server
	mu sync.Mutex

	Token string
	User  string   // with the token for password, when it is set
	Key   string   // that the header X-Api-Key must hold
	Nodes []string // that are up at every scrape

	Lost    map[string]bool // scrapes that found a node down: "a1 2026-07-03"
	Expires int             // after so many queries the token is refused; 0: never
	Dies    int             // after so many queries the server hangs up; 0: never
	Stalls  int             // after so many queries no answer comes until the caller gives up; 0: never
	Asked   map[string]int  // queries that were answered, by their time
}

// StartMonitor starts one of the nodes a1 and b1, until the test ends.
func StartMonitor(t *testing.T, token string) *Monitor {
	m := &Monitor{Token: token}
	m.Start(t, httptest.NewServer)
	return m
}

// Start starts it as httptest.NewServer or NewTLSServer does, until the test ends. It
// has the nodes a1 and b1 if it has none.
func (m *Monitor) Start(t *testing.T, serve func(http.Handler) *httptest.Server) {
	if m.Nodes == nil {
		m.Nodes = []string{"a1", "b1"}
	}
	m.Asked = map[string]int{}
	m.Server = serve(m)
	t.Cleanup(m.Close)
}

// MonitorSource configures heartbeats from a Monitor, a day a piece, with the token in
// an environment variable.
func MonitorSource(url, token string) string {
	return fmt.Sprintf(`{prometheus: {url: %q, query: 'up{job="node"}', node_label: instance, node_pattern: '^(?P<node>.+):9100$', bearer_token: {env: %s}, piece: 24h, timeout: 5s}}`, url, token)
}

// Set changes how the server behaves.
func (m *Monitor) Set(change func(m *Monitor)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	change(m)
}

// Repeated lists the times that were asked for more than once.
func (m *Monitor) Repeated() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []string
	for at, n := range m.Asked {
		if n > 1 {
			list = append(list, at)
		}
	}
	slices.Sort(list)
	return list
}

// Answered is how many queries it answered.
func (m *Monitor) Answered() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.answered()
}

func (m *Monitor) answered() (n int) {
	for _, times := range m.Asked {
		n += times
	}
	return n
}

// rangeForm is the selector with its range in whole days.
var rangeForm = regexp.MustCompile(`^up\{job="node"\}\[(\d+)d\]$`)

// ServeHTTP answers as Prometheus does.
func (m *Monitor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	m.mu.Lock()
	defer m.mu.Unlock()
	answered := m.answered()
	switch {
	case m.Dies > 0 && answered >= m.Dies:
		panic(http.ErrAbortHandler)
	case m.Stalls > 0 && answered >= m.Stalls:
		m.mu.Unlock()
		<-r.Context().Done()
		m.mu.Lock()
		return
	case !m.accepts(r) || m.Expires > 0 && answered >= m.Expires:
		http.Error(w, `{"status":"error","error":"the token `+m.Token+` is not accepted"}`, http.StatusUnauthorized)
		return
	case r.URL.Path == "/api/v1/status/runtimeinfo":
		fmt.Fprint(w, `{"status":"success","data":{"storageRetention":"100y"}}`)
		return
	case r.URL.Path != "/api/v1/query":
		http.NotFound(w, r)
		return
	}
	asked := rangeForm.FindStringSubmatch(r.FormValue("query"))
	at, err := time.Parse(time.RFC3339Nano, r.FormValue("time"))
	if asked == nil || err != nil {
		http.Error(w, `{"status":"error","error":"no such query"}`, http.StatusBadRequest)
		return
	}
	m.Asked[r.FormValue("time")]++
	days, _ := strconv.Atoi(asked[1])
	_ = json.NewEncoder(w).Encode(map[string]any{"status": "success", "data": map[string]any{"resultType": "matrix", "result": m.scraped(at, days)}})
}

// monitored is a series of an answer.
type monitored struct {
	Metric map[string]string `json:"metric"`
	Values [][2]any          `json:"values"`
}

// scraped is what was scraped in the days before a time.
func (m *Monitor) scraped(at time.Time, days int) []monitored {
	result := []monitored{}
	begins := at.AddDate(0, 0, -days)
	for _, node := range m.Nodes {
		s := monitored{Metric: map[string]string{"__name__": "up", "job": "node", "instance": node + ":9100"}}
		for day := begins.Add(time.Millisecond).Truncate(24 * time.Hour); !day.After(at); day = day.AddDate(0, 0, 1) {
			if !day.After(begins) {
				continue
			}
			value := "1"
			if m.Lost[node+" "+day.Format(time.DateOnly)] {
				value = "0"
			}
			s.Values = append(s.Values, [2]any{day.Unix(), value})
		}
		result = append(result, s)
	}
	return result
}

// accepts tells whether a request says rightly who asks.
func (m *Monitor) accepts(r *http.Request) bool {
	if m.User == "" {
		return r.Header.Get("Authorization") == "Bearer "+m.Token
	}
	user, password, ok := r.BasicAuth()
	return ok && user == m.User && password == m.Token && r.Header.Get("X-Api-Key") == m.Key && r.Header.Get("X-Scope-OrgID") == "fleet" &&
		r.FormValue("dedup") != "false" && strings.HasPrefix(r.UserAgent(), "fleetpay/")
}
