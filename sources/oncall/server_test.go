package oncall

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"fleetpay/sources/fetch"
)

const token = "y-secret-token-of-nobody-2f9c"

// truth is an incident as the server of these tests knows it.
type truth struct {
	id, service, name, urgency, priority, status, description string // "" is null
	created                                                   time.Time
	resolve                                                   int64   // seconds after created; 0 is not resolved
	acks                                                      []int64 // seconds after created, in any order
	lacks                                                     bool    // the analytics don't have the acknowledgements
	auto                                                      bool
}

// local writes a time as the analytics do: without an offset.
func local(t time.Time) any { return t.UTC().Format("2006-01-02T15:04:05") }

func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// analytics is the incident as AnalyticsRawIncident, with the names of people
// that real answers have.
func (i truth) analytics() map[string]any {
	m := map[string]any{
		"id": i.id, "incident_number": 100 + len(i.id), "service_id": orNull(i.service), "service_name": orNull(i.name),
		"urgency": orNull(i.urgency), "priority_name": orNull(i.priority), "status": i.status, "created_at": local(i.created),
		"resolved_at": nil, "auto_resolved": i.auto, "acknowledgement_count": 0, "seconds_to_first_ack": nil,
		"seconds_to_resolve": nil, "description": orNull(i.description), "resolved_by_user_name": "Person One",
		"assigned_user_names": []string{"Person Two"}, "updated_at": "2026-11-02T00:00:00",
	}
	if i.resolve > 0 {
		m["resolved_at"], m["seconds_to_resolve"] = local(i.created.Add(time.Duration(i.resolve)*time.Second)), i.resolve
	}
	if len(i.acks) > 0 {
		m["acknowledgement_count"] = len(i.acks)
		if !i.lacks {
			m["seconds_to_first_ack"] = slices.Min(i.acks)
		}
	}
	return m
}

// logEntries are its log entries, the newest first.
func (i truth) logEntries() []map[string]any {
	entry := func(kind string, second int64) map[string]any {
		return map[string]any{
			"id": fmt.Sprintf("R%s%d", i.id, second), "type": kind, "created_at": instant(i.created.Add(time.Duration(second) * time.Second)),
			"incident": map[string]any{"id": i.id, "type": "incident_reference"},
			"agent":    map[string]any{"summary": "Person One", "type": "user_reference"},
		}
	}
	list := []map[string]any{entry("trigger_log_entry", 0), entry("notify_log_entry", 1)}
	for _, second := range i.acks {
		list = append(list, entry("acknowledge_log_entry", second))
	}
	if i.resolve > 0 {
		list = append(list, entry("resolve_log_entry", i.resolve))
	}
	slices.SortStableFunc(list, func(a, b map[string]any) int {
		return strings.Compare(b["created_at"].(string), a["created_at"].(string))
	})
	return list
}

// server answers as PagerDuty's published schema says: POST
// /analytics/raw/incidents and GET /incidents/{id}/log_entries.
type server struct {
	t         testing.TB
	incidents []truth
	page      int // most incidents of an answer
	logPage   int // most log entries of an answer

	mu      sync.Mutex
	token   string
	asked   []string                                 // path and where the page begins
	trouble func(n int, w http.ResponseWriter) bool  // what goes wrong with request n, from 1; true when it answered
	change  func(path string, answer map[string]any) // what is wrong with an answer
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var body bytes.Buffer
	body.ReadFrom(r.Body)
	s.mu.Lock()
	defer s.mu.Unlock()
	begins := r.URL.Query().Get("offset")
	var question struct {
		Filters struct {
			Start time.Time `json:"created_at_start"`
			End   time.Time `json:"created_at_end"`
		} `json:"filters"`
		StartingAfter string `json:"starting_after"`
		Order         string `json:"order"`
		OrderBy       string `json:"order_by"`
		Limit         int    `json:"limit"`
		TimeZone      string `json:"time_zone"`
	}
	if r.Method == http.MethodPost {
		d := json.NewDecoder(&body)
		d.DisallowUnknownFields()
		if err := d.Decode(&question); err != nil {
			s.t.Errorf("a body that the schema has not: %v", err)
		}
		begins = question.StartingAfter
	}
	s.asked = append(s.asked, r.Method+" "+r.URL.Path+" "+begins)
	if s.trouble != nil && s.trouble(len(s.asked), w) {
		return
	}
	if r.Header.Get("Authorization") != "Token token="+s.token {
		http.Error(w, `{"error": {"message": "Your account is not authorized"}}`, http.StatusUnauthorized)
		return
	}
	if accept := r.Header.Get("Accept"); accept != "application/vnd.pagerduty+json;version=2" {
		s.t.Errorf("Accept: %q", accept)
	}
	var answer map[string]any
	if r.Method == http.MethodPost {
		if r.URL.Path != "/analytics/raw/incidents" || r.Header.Get("Content-Type") != "application/json" || question.Order != "asc" ||
			question.OrderBy != "created_at" || question.TimeZone != "Etc/UTC" || question.Limit < 1 || question.Limit > 1000 {
			s.t.Errorf("a question that the schema has not: %s %+v", r.URL.Path, question)
		}
		answer = s.analytics(question.Filters.Start, question.Filters.End, question.StartingAfter, question.Limit)
	} else {
		answer = s.logEntries(r)
	}
	if answer == nil {
		http.Error(w, `{"error": {"message": "Not Found", "code": 2100}}`, http.StatusNotFound)
		return
	}
	if s.change != nil {
		s.change(r.URL.Path, answer)
	}
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(answer)
}

func (s *server) analytics(start, end time.Time, after string, limit int) map[string]any {
	var list []truth
	for _, i := range s.incidents {
		if !i.created.Before(start) && !i.created.After(end) { // as if both bounds were inclusive
			list = append(list, i)
		}
	}
	slices.SortStableFunc(list, func(a, b truth) int { return a.created.Compare(b.created) })
	at := slices.IndexFunc(list, func(i truth) bool { return "cursor-"+i.id == after }) + 1
	limit = min(limit, s.page)
	page := list[at:min(at+limit, len(list))]
	data, last := []any{}, any(nil)
	for _, i := range page {
		data, last = append(data, i.analytics()), "cursor-"+i.id
	}
	return map[string]any{
		"data": data, "first": nil, "last": last, "limit": limit, "more": at+len(page) < len(list), "order": "asc",
		"order_by": "created_at", "time_zone": "Etc/UTC", "starting_after": orNull(after), "filters": map[string]any{},
	}
}

func (s *server) logEntries(r *http.Request) map[string]any {
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	limit, errLimit := strconv.Atoi(r.URL.Query().Get("limit"))
	offset, errOffset := strconv.Atoi(r.URL.Query().Get("offset"))
	if len(parts) != 3 || parts[0] != "incidents" || parts[2] != "log_entries" || errLimit != nil || errOffset != nil ||
		limit < 1 || limit > 100 || r.URL.Query().Get("time_zone") != "UTC" {
		s.t.Errorf("a question that the schema has not: %s", r.URL)
		return nil
	}
	at := slices.IndexFunc(s.incidents, func(i truth) bool { return i.id == parts[1] })
	if at < 0 {
		return nil
	}
	list, limit := s.incidents[at].logEntries(), min(limit, s.logPage)
	page := list[min(offset, len(list)):min(offset+limit, len(list))]
	return map[string]any{"log_entries": page, "limit": limit, "offset": offset, "more": offset+len(page) < len(list), "total": nil}
}

func newServer(t testing.TB, incidents ...truth) *server {
	return &server{t: t, incidents: incidents, page: 3, logPage: 2, token: token}
}

// pagerDuty starts the server and returns what pulls from it.
func (s *server) pagerDuty(t *testing.T, shelf string) *PagerDuty {
	t.Helper()
	listener := httptest.NewServer(s)
	t.Cleanup(listener.Close)
	client, err := fetch.New(fetch.Access{
		URL: listener.URL, Authorization: "Token token=" + token, Secret: "the environment variable PAGERDUTY_TOKEN",
		Headers: PagerDutyHeaders(), Public: []string{"Accept"}, Timeout: time.Second, Tries: 3,
	})
	if err != nil {
		t.Fatal(err)
	}
	return &PagerDuty{Server: client, Shelf: &fetch.Shelf{Dir: shelf}}
}

// direct asks the server without a network, which is faster. It knows no trouble.
type direct struct{ s *server }

func (d direct) Place() string { return "https://pagerduty.example" }

func (d direct) Do(ctx context.Context, r fetch.Request, read fetch.Reader) (fetch.Entry, error) {
	method := r.Method
	if method == "" {
		method = http.MethodGet
	}
	request := httptest.NewRequestWithContext(ctx, method, "https://pagerduty.example/"+r.Path+"?"+r.Query.Encode(), bytes.NewReader(r.Body))
	request.Header.Set("Authorization", "Token token="+token)
	request.Header.Set("Accept", PagerDutyHeaders()["Accept"])
	request.Header.Set("Content-Type", r.Type)
	w := httptest.NewRecorder()
	d.s.ServeHTTP(w, request)
	entry := fetch.Entry{Method: method, URL: d.Place() + "/" + r.Path, Status: w.Code}
	if w.Code != http.StatusOK {
		return entry, fetch.StatusError{Status: w.Code}
	}
	var err error
	entry.Count, err = read(&fetch.Answer{Header: w.Header(), Body: w.Body})
	return entry, err
}
