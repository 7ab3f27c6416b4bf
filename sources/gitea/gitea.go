// Package gitea reads the issues of a repository from a Gitea or Forgejo server.
//
// It asks one operation of their common API, issueListIssues: GET
// /repos/{owner}/{repo}/issues, below /api/v1. What it rests on is published with
// each server (/api/swagger, and /swagger.v1.json), and for Forgejo also at
// https://forgejo.org/docs/latest/user/api-usage/ (tokens, MAX_RESPONSE_ITEMS of 50,
// Link and X-Total-Count):
//
//	query  state=all, type=issues, labels (names with commas between; "non existent
//	       labels are discarded", so every issue is held against the label here),
//	       page (from 1), limit (the server may give fewer)
//	Issue  number, title, body, state (open, closed), html_url, user.login, labels[].name,
//	       created_at, updated_at (RFC 3339), pull_request (null for an issue)
//	header Link with rel="next"; X-Total-Count, of all pages
//
// Of the poster only the login is kept: the server also tells a mail address.
package gitea

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"fleetpay/sources/fetch"
)

// Issue is an issue as it stands on the server. Text and times are as the server
// gives them, times in UTC.
type Issue struct {
	Number    int64
	Title     string
	Body      string // Markdown
	State     string // open or closed
	Link      string // to the page that people read
	Author    string // login of who filed it
	Labels    []string
	CreatedAt time.Time
	UpdatedAt time.Time
}

// Limits of a list.
const (
	pageSize  = 50     // the servers' own default of the most that a page holds
	mostPages = 10_000 // a server whose pages lead in a circle is given up on
	readings  = 3      // of a list that changes while it is read

	mostBytes = 32 << 20 // of a page: anybody may file an issue of any length
)

// errLong is a page with more than mostBytes. Fewer issues at a time may go.
var errLong = errors.New("the page is too long")

// repositoryForm is owner/name in the characters that the servers allow.
var repositoryForm = regexp.MustCompile(`^[A-Za-z0-9._-]+/[A-Za-z0-9._-]+$`)

// CheckRepository says what is wrong with the name of a repository; "" when nothing
// is.
func CheckRepository(name string) string {
	owner, repo, _ := strings.Cut(name, "/")
	if !repositoryForm.MatchString(name) || strings.Trim(owner, ".") == "" || strings.Trim(repo, ".") == "" {
		return fmt.Sprintf("%q is not a repository; write it as OWNER/NAME", name)
	}
	return ""
}

// CheckLabel says what is wrong with the name of a label; "" when nothing is.
func CheckLabel(name string) string {
	if strings.TrimSpace(name) != name || name == "" || strings.Contains(name, ",") {
		return fmt.Sprintf("%q is not a label that can be asked for; write one without a comma and without blanks around it", name)
	}
	return ""
}

// Issues lists every issue of a repository, open or closed, that bears a label, by
// number. Pull requests are left out. The log has every request that was answered.
//
// A list that changes between two of its pages is read anew, and is an error when it
// does not come to rest: an issue may have moved past the reader.
func Issues(ctx context.Context, server fetch.Doer, repository, label string) ([]Issue, []fetch.Entry, error) {
	if problem := cmp.Or(CheckRepository(repository), CheckLabel(label)); problem != "" {
		return nil, nil, errors.New(problem)
	}
	var log []fetch.Entry
	for size, n := pageSize, 0; n < readings; n++ {
		r := reader{server: server, label: label, size: size, byNumber: map[int64]Issue{}}
		steady, err := r.read(ctx, repository)
		log = append(log, r.log...)
		if errors.Is(err, errLong) && size > 1 {
			size, n = size/7, -1 // 50, 7, 1
			continue
		}
		if err != nil {
			return nil, log, err
		}
		if steady {
			return r.issues(), log, nil
		}
	}
	return nil, log, fmt.Errorf("%s: the issues of %s change while they are read; run it again", server.Place(), repository)
}

// reader reads the pages of one list.
type reader struct {
	server   fetch.Doer
	label    string
	size     int // issues asked for at a time
	byNumber map[int64]Issue
	log      []fetch.Entry
	totals   []string // X-Total-Count of each page
	told     int      // issues on the pages, those that are not kept included
}

// read asks for page after page. It tells whether the list stayed the same.
func (r *reader) read(ctx context.Context, repository string) (bool, error) {
	owner, name, _ := strings.Cut(repository, "/")
	request := fetch.Request{
		Path: fmt.Sprintf("api/v1/repos/%s/%s/issues", owner, name),
		Query: url.Values{
			"state": {"all"}, "type": {"issues"}, "labels": {r.label},
			"page": {"1"}, "limit": {fmt.Sprint(r.size)},
		},
	}
	asked := map[string]bool{}
	for page := 1; ; page++ {
		var got answered
		entry, err := r.server.Do(ctx, request, func(a *fetch.Answer) (int64, error) {
			got = answered{}
			return got.take(a)
		})
		if errors.Is(err, errLong) && r.size == 1 {
			return false, fmt.Errorf("%s: the issues of %s: the one on page %d, of the label %s and one on a page, has more than %d bytes; take the label off it in the tracker, or delete it",
				r.server.Place(), repository, page, r.label, mostBytes)
		}
		if err != nil {
			return false, fmt.Errorf("the issues of %s: %w", repository, err)
		}
		r.log = append(r.log, entry)
		if err := r.keep(got); err != nil {
			return false, fmt.Errorf("%s: the issues of %s: %w", r.server.Place(), repository, err)
		}
		if got.next == "" {
			break
		}
		if asked[got.next] || page == mostPages {
			return false, fmt.Errorf("%s: the issues of %s: page %d leads back to one before it (%s); look at what stands between here and the server",
				r.server.Place(), repository, page, got.next)
		}
		asked[got.next] = true
		request = fetch.Request{URL: got.next}
	}
	if len(slices.Compact(slices.Clone(r.totals))) != 1 {
		return false, nil
	}
	return true, r.whole(repository)
}

// whole refuses a list of which pages are missing: what stands between here and the
// server may keep the links to itself.
func (r *reader) whole(repository string) error {
	total, _ := strconv.Atoi(r.totals[0]) // 0: the server does not count
	if r.told >= total {
		return nil
	}
	return fmt.Errorf("%s: the issues of %s: the pages hold %d, and the server counts %d (X-Total-Count), but names no next page (Link); see to it that what stands between here and the server lets both headers through",
		r.server.Place(), repository, r.told, total)
}

// answered is what one answer holds.
type answered struct {
	list  []issue
	next  string
	total string
}

// issue is an issue in the server's own words.
type issue struct {
	Number *int64  `json:"number"`
	Title  string  `json:"title"`
	Body   string  `json:"body"`
	State  string  `json:"state"`
	Link   string  `json:"html_url"`
	User   *person `json:"user"`
	Labels []struct {
		Name string `json:"name"`
	} `json:"labels"`
	CreatedAt   *time.Time      `json:"created_at"`
	UpdatedAt   *time.Time      `json:"updated_at"`
	PullRequest json.RawMessage `json:"pull_request"`
}

type person struct {
	Login string `json:"login"`
}

// take reads an answer. The client has seen to it that it is whole.
func (p *answered) take(a *fetch.Answer) (int64, error) {
	body := &io.LimitedReader{R: a.Body, N: mostBytes + 1}
	dec := json.NewDecoder(body)
	if err := dec.Decode(&p.list); err != nil {
		if body.N == 0 {
			return 0, errLong
		}
		return 0, fmt.Errorf("the answer is no list of issues (%w); name a Gitea or Forgejo server", err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return 0, errors.New("more follows the list of issues; name a Gitea or Forgejo server")
	}
	p.next, p.total = fetch.NextLink(a.Header), a.Header.Get("X-Total-Count")
	return int64(len(p.list)), nil
}

// keep takes over the issues of a page. A field that the API promises and that is
// not there is an error: what is answered is something else.
func (r *reader) keep(p answered) error {
	r.totals, r.told = append(r.totals, p.total), r.told+len(p.list)
	for _, x := range p.list {
		switch {
		case x.Number == nil || *x.Number < 1:
			return errors.New("one has no number; name a Gitea or Forgejo server")
		case x.CreatedAt == nil || x.UpdatedAt == nil || x.State != "open" && x.State != "closed" || x.Link == "":
			return fmt.Errorf("number %d lacks created_at, updated_at, state or html_url; name a Gitea or Forgejo server", *x.Number)
		}
		made := Issue{
			Number: *x.Number, Title: x.Title, Body: x.Body, State: x.State, Link: x.Link,
			CreatedAt: x.CreatedAt.UTC(), UpdatedAt: x.UpdatedAt.UTC(),
		}
		if x.User != nil { // nobody: whoever filed it is gone
			made.Author = x.User.Login
		}
		for _, l := range x.Labels {
			made.Labels = append(made.Labels, l.Name)
		}
		pull := len(x.PullRequest) > 0 && string(x.PullRequest) != "null"
		if !pull && slices.Contains(made.Labels, r.label) {
			r.byNumber[made.Number] = made
		}
	}
	return nil
}

// issues lists what was kept, by number: a page that moved tells some twice.
func (r *reader) issues() []Issue {
	list := []Issue{}
	for _, x := range r.byNumber {
		list = append(list, x)
	}
	slices.SortFunc(list, func(a, b Issue) int { return cmp.Compare(a.Number, b.Number) })
	return list
}
