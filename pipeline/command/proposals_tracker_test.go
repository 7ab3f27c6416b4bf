package command

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// tracker starts a server of issues for a script, and names it in $TRACKER. Issue 17
// is the file issues/17-LABEL.md; as 17-LABEL.closed.md it is closed. It asks for the
// token that $DESK_TOKEN holds. `tracker down` makes it answer 503 from then on, and
// `tracker up` as before.
func tracker(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) > 1 || len(args) == 1 && args[0] != "down" && args[0] != "up" {
		ts.Fatalf("usage: tracker [down|up]")
	}
	down := ts.MkAbs("tracker-is-down")
	switch {
	case len(args) == 0:
		server := httptest.NewServer(issueServer{ts.MkAbs("issues"), down})
		ts.Defer(server.Close)
		ts.Setenv("TRACKER", server.URL)
		ts.Setenv("DESK_TOKEN", deskToken)
	case args[0] == "down":
		ts.Check(os.WriteFile(down, nil, 0o600))
	default:
		ts.Check(os.Remove(down))
	}
}

// deskToken must show nowhere.
const deskToken = "tok-5b1e-desk"

// issueServer answers what the API publishes of a list of issues, one on a page.
type issueServer struct{ dir, down string }

var issueFile = regexp.MustCompile(`^(\d+)-([a-z-]+)(\.closed)?\.md$`)

func (s issueServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, err := os.Stat(s.down)
	switch {
	case err == nil:
		w.Header().Set("Retry-After", "86400") // more than anybody waits for
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	case r.Header.Get("Authorization") != "token "+deskToken:
		w.WriteHeader(http.StatusUnauthorized)
		return
	case r.URL.Path != "/api/v1/repos/fleet/desk/issues":
		w.WriteHeader(http.StatusNotFound)
		return
	}
	list := []any{}
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		panic(err)
	}
	q := r.URL.Query()
	for _, e := range entries {
		name := issueFile.FindStringSubmatch(e.Name())
		if name == nil || name[2] != q.Get("labels") {
			continue
		}
		body, err := os.ReadFile(filepath.Join(s.dir, e.Name()))
		if err != nil {
			panic(err)
		}
		number, err := strconv.Atoi(name[1])
		if err != nil {
			panic(err)
		}
		state := "open"
		if name[3] != "" {
			state = "closed"
		}
		list = append(list, map[string]any{
			"number": number, "title": "Issue " + name[1], "body": strings.ReplaceAll(string(body), "\n", "\r\n"), "state": state,
			"html_url": "https://git.example.net/fleet/desk/issues/" + name[1], "user": map[string]any{"login": "cedar", "email": "cedar@racks.example"},
			"labels": []any{map[string]any{"name": name[2]}}, "created_at": "2026-10-01T09:00:00Z", "updated_at": "2026-10-02T09:00:00Z", "pull_request": nil,
		})
	}
	page, err := strconv.Atoi(q.Get("page"))
	if err != nil {
		panic(err)
	}
	w.Header().Set("X-Total-Count", strconv.Itoa(len(list)))
	if page < len(list) {
		q.Set("page", strconv.Itoa(page+1))
		w.Header().Set("Link", fmt.Sprintf(`<http://%s%s?%s>; rel="next"`, r.Host, r.URL.Path, q.Encode()))
	}
	if err := json.NewEncoder(w).Encode(list[min(page-1, len(list)):min(page, len(list))]); err != nil {
		panic(err)
	}
}
