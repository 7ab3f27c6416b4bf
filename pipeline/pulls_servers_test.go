package pipeline_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"
)

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
