package pipeline_test

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

// monitor answers as a Prometheus server does that scraped the nodes of the scripts'
// workspace once a day, to whoever has the token.
type monitor struct {
	*httptest.Server
	mu      sync.Mutex
	token   string
	user    string         // with the token for password, when it is set
	key     string         // that the header X-Api-Key must hold
	expires int            // after so many queries the token is refused; 0: never
	dies    int            // after so many queries the server hangs up; 0: never
	nodes   []string       // that are up all the time
	asked   map[string]int // queries that were answered, by their time
}

func newMonitor(t *testing.T, token string) *monitor {
	m := &monitor{token: token, nodes: []string{"a1", "b1"}, asked: map[string]int{}}
	m.Server = httptest.NewServer(m)
	t.Cleanup(m.Close)
	return m
}

// rangeForm is a selector with its range in whole days.
var rangeForm = regexp.MustCompile(`^up\{job="node"\}\[(\d+)d\]$`)

func (m *monitor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	m.mu.Lock()
	defer m.mu.Unlock()
	answered := 0
	for _, n := range m.asked {
		answered += n
	}
	switch {
	case m.dies > 0 && answered >= m.dies:
		panic(http.ErrAbortHandler)
	case !m.accepts(r) || m.expires > 0 && answered >= m.expires:
		http.Error(w, `{"status":"error","error":"the token `+m.token+` is not accepted"}`, http.StatusUnauthorized)
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
	m.asked[r.FormValue("time")]++
	days, _ := strconv.Atoi(asked[1])
	type series struct {
		Metric map[string]string `json:"metric"`
		Values [][2]any          `json:"values"`
	}
	result := []series{}
	for _, node := range m.nodes {
		s := series{Metric: map[string]string{"__name__": "up", "job": "node", "instance": node + ":9100"}}
		for day := at.AddDate(0, 0, -days).Add(time.Millisecond).Truncate(24 * time.Hour); !day.After(at); day = day.AddDate(0, 0, 1) {
			if day.After(at.AddDate(0, 0, -days)) {
				s.Values = append(s.Values, [2]any{day.Unix(), "1"})
			}
		}
		result = append(result, s)
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"status": "success", "data": map[string]any{"resultType": "matrix", "result": result}})
}

// accepts tells whether a request says rightly who asks.
func (m *monitor) accepts(r *http.Request) bool {
	if m.user == "" {
		return r.Header.Get("Authorization") == "Bearer "+m.token
	}
	user, password, ok := r.BasicAuth()
	return ok && user == m.user && password == m.token && r.Header.Get("X-Api-Key") == m.key && r.Header.Get("X-Scope-OrgID") == "fleet" &&
		r.FormValue("dedup") != "false" && strings.HasPrefix(r.UserAgent(), "fleetpay/")
}

// set changes how the server behaves.
func (m *monitor) set(change func(m *monitor)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	change(m)
}

// repeated lists the times that were asked for more than once.
func (m *monitor) repeated() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []string
	for at, n := range m.asked {
		if n > 1 {
			list = append(list, at)
		}
	}
	slices.Sort(list)
	return list
}

// pager answers as PagerDuty's analytics do, two incidents a page, to whoever has the
// token.
type pager struct {
	*httptest.Server
	token     string
	incidents []map[string]any
	asked     int
}

func newPager(t *testing.T, token string, incidents ...map[string]any) *pager {
	p := &pager{token: token, incidents: incidents}
	p.Server = httptest.NewServer(p)
	t.Cleanup(p.Close)
	return p
}

func (p *pager) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.asked++
	switch {
	case r.Header.Get("Authorization") != "Token token="+p.token:
		http.Error(w, `{"error":{"message":"Invalid token `+p.token+`","code":2006}}`, http.StatusUnauthorized)
		return
	case r.Method != http.MethodPost || r.URL.Path != "/analytics/raw/incidents":
		http.NotFound(w, r)
		return
	}
	var question struct {
		StartingAfter string `json:"starting_after"`
	}
	_ = json.NewDecoder(r.Body).Decode(&question)
	from := slices.IndexFunc(p.incidents, func(i map[string]any) bool { return i["id"] == question.StartingAfter }) + 1
	to := min(from+2, len(p.incidents))
	page := p.incidents[from:to]
	first, last := "", ""
	if len(page) > 0 {
		first, last = page[0]["id"].(string), page[len(page)-1]["id"].(string)
	}
	_ = json.NewEncoder(w).Encode(map[string]any{
		"first": first, "last": last, "limit": 2, "more": to < len(p.incidents), "order": "asc", "order_by": "created_at",
		"time_zone": "Etc/UTC", "filters": map[string]any{}, "data": page,
	})
}

// called is an incident that was acknowledged after so many seconds and resolved an
// hour after it began.
func called(id, service, urgency, at string, seconds int) map[string]any {
	begun, err := time.Parse("2006-01-02T15:04:05", at)
	if err != nil {
		panic(err)
	}
	return map[string]any{
		"id": id, "incident_number": 7, "service_id": service, "service_name": "Node of " + service, "urgency": urgency,
		"priority_name": nil, "status": "resolved", "created_at": at, "resolved_at": begun.Add(time.Hour).Format("2006-01-02T15:04:05"),
		"description": "disk " + id, "acknowledgement_count": 1, "seconds_to_first_ack": seconds, "seconds_to_resolve": 3600,
		"auto_resolved": false,
	}
}
