package gitea

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"fleetpay/sources/fetch"
)

// tracker is a server that answers as the published API says, page by page.
type tracker struct {
	*httptest.Server
	mu     sync.Mutex
	issues []map[string]any
	size   int // most issues of a page, whatever is asked for
	asked  []*http.Request
	before func(w http.ResponseWriter, n int) (answered bool) // of the nth request, from 1
}

func serve(t *testing.T, issues ...map[string]any) *tracker {
	s := &tracker{issues: issues, size: 50}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

// ServeHTTP answers issueListIssues: the newest first, with Link and X-Total-Count.
func (s *tracker) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, r)
	if s.before != nil && s.before(w, len(s.asked)) {
		return
	}
	if r.URL.Path != "/git/api/v1/repos/fleet/desk/issues" {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	page := 0
	if _, err := fmt.Sscan(r.URL.Query().Get("page"), &page); err != nil || page < 1 {
		page = 1
	}
	from, to := min((page-1)*s.size, len(s.issues)), min(page*s.size, len(s.issues))
	if to < len(s.issues) {
		next := *r.URL
		q := next.Query()
		q.Set("page", fmt.Sprint(page+1))
		next.RawQuery = q.Encode()
		w.Header().Set("Link", fmt.Sprintf(`<%s%s>; rel="next",<%s>; rel="last"`, s.URL, next.String(), s.URL))
	}
	w.Header().Set("X-Total-Count", fmt.Sprint(len(s.issues)))
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(s.issues[from:to]); err != nil {
		panic(err)
	}
}

// filed is an issue in the server's words, with fields that are not kept among them.
func filed(number int, labels ...string) map[string]any {
	list := []any{}
	for _, l := range labels {
		list = append(list, map[string]any{"id": 1, "name": l, "color": "00aabb"})
	}
	return map[string]any{
		"id": 1000 + number, "number": number, "title": fmt.Sprintf("Issue %d", number), "body": fmt.Sprintf("- Handle: h%d\r\n", number),
		"state": "open", "html_url": fmt.Sprintf("https://git.example.net/fleet/desk/issues/%d", number),
		"user":   map[string]any{"login": "cedar", "email": "cedar@racks.example", "full_name": "C. Cedar"},
		"labels": list, "created_at": "2026-10-01T09:00:00+02:00", "updated_at": "2026-10-02T09:00:00Z", "closed_at": nil,
		"pull_request": nil, "assets": []any{}, "milestone": nil,
	}
}

func (s *tracker) client(t *testing.T) *fetch.Client {
	t.Helper()
	c, err := fetch.New(fetch.Access{URL: s.URL + "/git", Authorization: "token secret-of-the-desk", Secret: "the environment variable TOKEN", Agent: "fleetpay/test"})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (s *tracker) list(t *testing.T) ([]Issue, []fetch.Entry, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	return Issues(ctx, s.client(t), "fleet/desk", "referral")
}

func numbers(list []Issue) []int64 {
	all := []int64{}
	for _, x := range list {
		all = append(all, x.Number)
	}
	return all
}

func TestAnIssueIsKeptWithoutTheMailAddressOfItsPoster(t *testing.T) {
	s := serve(t, filed(17, "referral", "urgent"))
	list, log, err := s.list(t)
	if err != nil {
		t.Fatal(err)
	}
	want := []Issue{{
		Number: 17, Title: "Issue 17", Body: "- Handle: h17\r\n", State: "open", Link: "https://git.example.net/fleet/desk/issues/17",
		Author: "cedar", Labels: []string{"referral", "urgent"},
		CreatedAt: time.Date(2026, 10, 1, 7, 0, 0, 0, time.UTC), UpdatedAt: time.Date(2026, 10, 2, 9, 0, 0, 0, time.UTC),
	}}
	if !reflect.DeepEqual(list, want) {
		t.Errorf("got %+v\nwant %+v", list, want)
	}
	if len(log) != 1 || log[0].Count != 1 || log[0].Status != 200 {
		t.Errorf("the log is %+v", log)
	}
	q := s.asked[0].URL.Query()
	for key, want := range map[string]string{"type": "issues", "state": "all", "labels": "referral", "page": "1", "limit": "50"} {
		if got := q.Get(key); got != want {
			t.Errorf("%s is %q, want %q", key, got, want)
		}
	}
	if got := s.asked[0].Header.Get("Authorization"); got != "token secret-of-the-desk" {
		t.Errorf("Authorization is %q", got)
	}
	if text := fmt.Sprintf("%+v %+v", list, log); strings.Contains(text, "@") || strings.Contains(text, "secret-of-the-desk") {
		t.Errorf("kept: %s", text)
	}
}

// A label that the server does not know is discarded there, and all issues come.
func TestOnlyIssuesWithTheLabelAndNoPullRequestsAreTaken(t *testing.T) {
	pull := filed(5, "referral")
	pull["pull_request"] = map[string]any{"merged": false}
	closed := filed(3, "referral")
	closed["state"] = "closed"
	ghost := filed(2, "referral")
	ghost["user"] = nil
	s := serve(t, pull, filed(4, "bug"), closed, ghost, filed(1))
	list, _, err := s.list(t)
	if err != nil {
		t.Fatal(err)
	}
	if got := numbers(list); !reflect.DeepEqual(got, []int64{2, 3}) || list[0].Author != "" || list[1].State != "closed" {
		t.Errorf("got %+v", list)
	}
}

func TestPagesAreFollowedByTheServersLinks(t *testing.T) {
	var all []map[string]any
	want := []int64{}
	for n := 1; n <= 7; n++ {
		all = append(all, filed(8-n, "referral")) // the newest first
		want = append(want, int64(n))
	}
	s := serve(t, all...)
	s.size = 3 // less than was asked for: 3 + 3 + 1
	list, log, err := s.list(t)
	if err != nil {
		t.Fatal(err)
	}
	if got := numbers(list); !reflect.DeepEqual(got, want) || len(log) != 3 {
		t.Errorf("got %v in %d requests", got, len(log))
	}
}

// An issue that is filed between two pages moves the others to later places; one that
// goes moves them past the reader. The list is read anew.
func TestAListThatChangesBetweenItsPagesIsReadAnew(t *testing.T) {
	s := serve(t, filed(4, "referral"), filed(3, "referral"), filed(2, "referral"), filed(1, "referral"))
	s.size = 2
	s.before = func(_ http.ResponseWriter, n int) bool {
		if n == 2 {
			s.issues = s.issues[1:] // 4 is deleted: the second page would begin with 1
		}
		return false
	}
	list, log, err := s.list(t)
	if err != nil {
		t.Fatal(err)
	}
	if got := numbers(list); !reflect.DeepEqual(got, []int64{1, 2, 3}) || len(log) != 2+2 {
		t.Errorf("got %v in %d requests", got, len(log))
	}
}

func TestAListThatNeverComesToRestIsRefused(t *testing.T) {
	s := serve(t)
	s.size = 2
	s.before = func(_ http.ResponseWriter, n int) bool {
		s.issues = nil
		for i := range 3 + n%2 {
			s.issues = append(s.issues, filed(10-i, "referral"))
		}
		return false
	}
	_, log, err := s.list(t)
	if want := s.URL + ": the issues of fleet/desk change while they are read; run it again"; err == nil || err.Error() != want || len(log) != 3*2 {
		t.Errorf("got %v after %d requests, want %s", err, len(log), want)
	}
}

// A server that is busy, breaks down or loses the line is asked again.
func TestTroubleOnTheWayIsOvercome(t *testing.T) {
	for name, trouble := range map[string]func(w http.ResponseWriter){
		"429 with Retry-After": func(w http.ResponseWriter) {
			w.Header().Set("Retry-After", "0")
			w.WriteHeader(http.StatusTooManyRequests)
		},
		"502": func(w http.ResponseWriter) { w.WriteHeader(http.StatusBadGateway) },
		"a connection that is cut": func(w http.ResponseWriter) {
			w.Header().Set("Content-Length", "5000")
			fmt.Fprint(w, `[{"number": 1, "ti`)
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, filed(2, "referral"), filed(1, "referral"))
			s.size = 1
			s.before = func(w http.ResponseWriter, n int) bool {
				if n == 2 {
					trouble(w)
				}
				return n == 2
			}
			list, _, err := s.list(t)
			if err != nil {
				t.Fatal(err)
			}
			if got := numbers(list); !reflect.DeepEqual(got, []int64{1, 2}) || len(s.asked) != 3 {
				t.Errorf("got %v in %d requests", got, len(s.asked))
			}
		})
	}
}

func TestAnswersThatAreNoIssuesAreRefused(t *testing.T) {
	unnumbered, undated := filed(1, "referral"), filed(2, "referral")
	delete(unnumbered, "number")
	delete(undated, "updated_at")
	for name, c := range map[string]struct {
		server *tracker
		answer string
		status int
		want   string
	}{
		"a page for people":        {serve(t), "<html>", 200, "the answer is no list of issues"},
		"an object":                {serve(t), `{"message": "hello"}`, 200, "the answer is no list of issues"},
		"two answers":              {serve(t), `[][]`, 200, "more follows the list of issues; name a Gitea or Forgejo server"},
		"an issue without number":  {serve(t, unnumbered), "", 0, "one has no number; name a Gitea or Forgejo server"},
		"an issue without a time":  {serve(t, undated), "", 0, "number 2 lacks created_at, updated_at, state or html_url; name a Gitea or Forgejo server"},
		"a token that has expired": {serve(t), `{"message": "token is expired"}`, 401, "401"},
	} {
		if c.answer != "" {
			c.server.before = func(w http.ResponseWriter, _ int) bool {
				w.WriteHeader(c.status)
				fmt.Fprint(w, c.answer)
				return true
			}
		}
		_, _, err := c.server.list(t)
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "secret-of-the-desk") {
			t.Errorf("%s: got %v, want %s", name, err, c.want)
		}
		var status fetch.StatusError
		if c.status == 401 && (!errors.As(err, &status) || status.Status != 401) {
			t.Errorf("%s: the status is not told: %v", name, err)
		}
	}
}

// Something between here and the server that drops the links would make the first
// page pass for the whole list.
func TestAListWhoseLinksAreLostIsRefused(t *testing.T) {
	s := serve(t, filed(19, "referral"), filed(18, "referral"), filed(17, "referral"))
	s.size = 2
	lost := true
	s.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := httptest.NewRecorder()
		s.ServeHTTP(answer, r)
		for name, values := range answer.Header() {
			if name != "Link" || !lost {
				w.Header()[name] = values
			}
		}
		if _, err := w.Write(answer.Body.Bytes()); err != nil {
			t.Error(err)
		}
	})
	list, _, err := s.list(t)
	if want := "the pages hold 2, and the server counts 3 (X-Total-Count), but names no next page (Link); see to it that what stands between here and the server lets both headers through"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, %v; want %s", numbers(list), err, want)
	}
	lost = false
	if list, _, err := s.list(t); err != nil || len(list) != 3 {
		t.Errorf("got %v, %v", numbers(list), err)
	}
}

// Anybody may file issues of any length. They must not keep the others from being read.
func TestLongIssuesAreReadOneByOne(t *testing.T) {
	long := filed(18, "referral")
	long["body"] = strings.Repeat("x", mostBytes/2)
	other := filed(17, "referral")
	other["body"] = long["body"]
	s := serve(t, filed(19, "referral"), long, other)
	sizes := func(r *http.Request) int {
		n := 0
		if _, err := fmt.Sscan(r.URL.Query().Get("limit"), &n); err != nil {
			t.Error(err)
		}
		return n
	}
	s.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.size = sizes(r)
		s.mu.Unlock()
		s.ServeHTTP(w, r)
	})
	if list, _, err := s.list(t); err != nil || len(list) != 3 {
		t.Errorf("got %v, %v", numbers(list), err)
	}
	long["body"] = strings.Repeat("x", mostBytes+1)
	_, _, err := s.list(t)
	if want := "the issues of fleet/desk: the one on page 2, of the label referral and one on a page, has more than 33554432 bytes; take the label off it in the tracker, or delete it"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestPagesThatLeadInACircleEnd(t *testing.T) {
	s := serve(t)
	s.before = func(w http.ResponseWriter, _ int) bool {
		w.Header().Set("Link", fmt.Sprintf(`<%s/git/api/v1/repos/fleet/desk/issues?page=2>; rel="next"`, s.URL))
		fmt.Fprint(w, "[]")
		return true
	}
	_, log, err := s.list(t)
	if err == nil || !strings.Contains(err.Error(), "leads back to one before it") || len(log) != 2 {
		t.Errorf("got %v after %d requests", err, len(log))
	}
}

func TestNamesThatCanNotBeAskedForAreRefused(t *testing.T) {
	for _, name := range []string{"", "desk", "fleet/", "/desk", "fleet/desk/more", "../desk", "fleet/..", "fleet/de sk"} {
		if CheckRepository(name) == "" {
			t.Errorf("%q is taken for a repository", name)
		}
	}
	for _, name := range []string{"", " a", "a,b"} {
		if CheckLabel(name) == "" {
			t.Errorf("%q is taken for a label", name)
		}
	}
	if CheckRepository("fleet/desk.2_x-y") != "" || CheckLabel("kind/operator application") != "" {
		t.Error("good names are refused")
	}
	if _, _, err := Issues(t.Context(), nil, "desk", "referral"); err == nil || err.Error() != `"desk" is not a repository; write it as OWNER/NAME` {
		t.Errorf("got %v", err)
	}
}
