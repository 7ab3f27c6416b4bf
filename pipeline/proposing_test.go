package pipeline

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fleetpay/pipeline/proposals"
)

// exitNotice leaves nothing to ask; the rest of the form is missing, which is told.
const exitNotice = "- Operator id: alder\n- Last day on which your nodes run: 2026-10-31\n- Notice given on:\n- Kind: voluntary\n"

// proposing is a workspace whose tracker holds one exit notice, and what was asked of
// it.
func proposing(t *testing.T, configured string) (*Workspace, *[]*http.Request) {
	t.Helper()
	asked := &[]*http.Request{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		*asked = append(*asked, r)
		list := []any{}
		if r.URL.Query().Get("labels") == "leaving" {
			list = append(list, map[string]any{
				"number": 18, "title": "alder leaves", "body": exitNotice, "state": "open", "html_url": "https://git.example.net/fleet/desk/issues/18",
				"user": map[string]any{"login": "alder"}, "labels": []any{map[string]any{"name": "leaving"}},
				"created_at": "2026-10-01T09:00:00Z", "updated_at": "2026-10-01T09:00:00Z",
			})
		}
		if err := json.NewEncoder(w).Encode(list); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(server.Close)
	dir := t.TempDir()
	files := map[string]string{
		configName: "program: Test Fleet\nsources:\n  operators: {file: data/operators.csv}\n  nodes: {file: data/nodes.csv}\n  heartbeats: {file: data/heartbeats.csv}\n" +
			"proposals:\n  gitea:\n    url: " + server.URL + "/\n    repository: fleet/desk\n" + configured,
		"data/operators.csv": "operator_id,name,region,joined_on,last_active_day,exit_kind,notice_on\nalder,Alder Hosting,emea,2026-01-15,,,\n",
	}
	for name, text := range files {
		if err := writeFile(filepath.Join(dir, name), []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	ws, err := OpenWorkspace(dir)
	if err != nil {
		t.Fatal(err)
	}
	return ws, asked
}

func decideAsFinance() DecideOptions {
	return DecideOptions{By: "R. Finance", At: time.Date(2026, 10, 5, 12, 0, 0, 0, time.UTC)}
}

// Each kind of proposal is asked for by its own label: the configured one, or that of
// the form.
func TestProposalsAreAskedForByTheirLabels(t *testing.T) {
	t.Setenv("DESK_TOKEN", "tok-9c41")
	ws, asked := proposing(t, "    labels: {exit: leaving}\n    token: {env: DESK_TOKEN}\n")
	list, err := Proposals(t.Context(), ws, false)
	if err != nil || len(list.Proposals) != 1 || list.Proposals[0].ID != "exit-18" {
		t.Fatalf("got %+v, %v", list, err)
	}
	var labels []string
	for _, r := range *asked {
		labels = append(labels, r.URL.Query().Get("labels"))
		if r.URL.Path != "/api/v1/repos/fleet/desk/issues" || r.Header.Get("Authorization") != "token tok-9c41" || !strings.HasPrefix(r.UserAgent(), "fleetpay/") {
			t.Errorf("asked for %s as %q, %q", r.URL, r.Header.Get("Authorization"), r.UserAgent())
		}
	}
	if got, want := strings.Join(labels, " "), "operator-application leaving referral"; got != want {
		t.Errorf("asked for %s, want %s", got, want)
	}
}

// Whoever holds the lock of the closes reads the files that a decision would change.
func TestADecisionWaitsForARunThatIsAtWork(t *testing.T) {
	ws, _ := proposing(t, "    labels: {exit: leaving}\n")
	release, err := lockFolder(ws.Closes, "close 2026-09")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := AcceptProposal(t.Context(), ws, "exit-18", decideAsFinance()); err == nil || !strings.Contains(err.Error(), "another run is at work (fleetpay close 2026-09, process ") {
		t.Errorf("got %v", err)
	}
	if _, err := Proposals(t.Context(), ws, false); err != nil {
		t.Errorf("a list, which changes nothing, waits too: %v", err)
	}
	release()
	done, err := AcceptProposal(t.Context(), ws, "exit-18", decideAsFinance())
	if err != nil || done.Decision != proposals.Accepted || filepath.Base(done.Entry) != "0001.json" {
		t.Fatalf("got %+v, %v", done, err)
	}
	data, err := os.ReadFile(filepath.Join(ws.Dir, "data/operators.csv"))
	if want := "alder,Alder Hosting,emea,2026-01-15,2026-10-31,voluntary,2026-10-01\n"; err != nil || !strings.HasSuffix(string(data), want) {
		t.Errorf("operators.csv is %s, %v; want at its end %s", data, err, want)
	}
}

// A decision that can't be made is a refusal; a disk that can't be written is not.
func TestWhatStopsADecisionIsToldApart(t *testing.T) {
	ws, _ := proposing(t, "    labels: {exit: leaving}\n")
	opt := decideAsFinance()
	opt.Seen = strings.Repeat("0", 64)
	var no *Refusal
	if _, err := AcceptProposal(t.Context(), ws, "exit-18", opt); !errors.As(err, &no) {
		t.Errorf("another text: %v", err)
	}
	if _, err := AcceptProposal(t.Context(), ws, "exit-19", decideAsFinance()); !errors.As(err, &no) {
		t.Errorf("an issue that is not there: %v", err)
	}
	var usage *UsageError
	if _, err := AcceptProposal(t.Context(), ws, "leads-19", decideAsFinance()); !errors.As(err, &usage) {
		t.Errorf("no proposal: %v", err)
	}
	if err := os.WriteFile(filepath.Join(ws.Dir, proposals.Folder), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := AcceptProposal(t.Context(), ws, "exit-18", decideAsFinance()); err == nil {
		t.Error("a file in the journal's place is written over")
	}
	data, err := os.ReadFile(filepath.Join(ws.Dir, "data/operators.csv"))
	if err != nil || strings.Contains(string(data), "2026-10-31") {
		t.Errorf("operators.csv was changed to %s, %v", data, err)
	}
}

func TestOnlyOnePlainCSVFileIsEdited(t *testing.T) {
	ws := &Workspace{Sources: []Source{
		{"operators", []Kind{{Name: kindFile, Pattern: "data/operators.csv"}}},
		{"tiers", []Kind{{Name: kindFile, Pattern: "data/tiers-{period}.csv"}}},
		{"referrals", []Kind{{Name: kindFile, Pattern: "data/ref*.csv"}}},
		{"leads", []Kind{{Name: kindFile, Pattern: "data/leads.csv.gz"}}},
		{"stages", []Kind{{Name: kindFile, Pattern: "a.csv"}, {Name: kindFile, Pattern: "b.csv"}}},
		{"incidents", []Kind{{Name: kindPagerDuty}}},
	}}
	for dataset, want := range map[string]string{
		"operators": "",
		"tiers":     "may be pulled from several files (data/tiers-{period}.csv)",
		"referrals": "may be pulled from several files (data/ref*.csv)",
		"leads":     "is not pulled from a plain .csv file (data/leads.csv.gz)",
		"stages":    "is pulled from several sources, and which of them the row belongs to is not known",
		"incidents": "is pulled from a server",
		"partners":  "has no source in fleetpay.yaml; name a file there",
	} {
		file, why := ws.editable(dataset)
		if why != want || (file == "") != (want != "") {
			t.Errorf("%s: %q, %q; want %q", dataset, file, why, want)
		}
	}
}
