package pipeline_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"fleetpay/pipeline"
	"fleetpay/pipeline/pulltest"
)

func TestAMonthPulledFromAServerIsTheMonthOfTheFile(t *testing.T) {
	m := pulltest.StartMonitor(t, token)
	w := newPulled(t, prometheusAt(m.URL), "")
	out := w.closed()
	m.Close() // a rerun asks nobody
	if _, err := pipeline.Rerun(context.Background(), out.Folder, nil); err != nil {
		t.Error(err)
	}
	w.noSecret()
	if pieces := w.shelf(); len(pieces) > 0 {
		t.Errorf("pieces are left: %q", pieces)
	}
	rec := w.record(out.Folder)
	pull := rec.Pulls[0]
	if rec.Format != 4 || len(rec.Pulls) != 1 || pull.Dataset != "heartbeats" || pull.Kind != "prometheus" || pull.Place != m.URL ||
		!slices.Equal(pull.Inputs, []string{"inputs/heartbeats/prometheus-1.parquet"}) || pull.Reading["query"] != `up{job="node"}` {
		t.Errorf("recorded %+v", rec.Pulls)
	}
	// The question how long the server keeps samples, and one for each day of July.
	if len(pull.Requests) != 1+31 || pull.Requests[1].Count != 2 || len(pull.Requests[1].SHA256) != 64 || !strings.HasPrefix(pull.Requests[1].URL, m.URL+"/api/v1/query?") {
		t.Errorf("%d requests are recorded, the second is %+v", len(pull.Requests), pull.Requests[1])
	}
	file := newPulled(t, `{file: "data/heartbeats-{period}.csv"}`, "")
	w.same(file.closed().Folder, out.Folder, moneyTables...)
	if text := readAll(t, filepath.Join(file.dir, "closes", "2026-07", "close.json")); bytes.Contains(text, []byte(`"pulls"`)) || bytes.Contains(text, []byte(`"from"`)) {
		t.Error("a close of plain files tells of pulls")
	}
}

func TestNothingIsPulledBeforeTheDataAreComplete(t *testing.T) {
	m := pulltest.StartMonitor(t, token)
	w := newPulled(t, strings.Replace(prometheusAt(m.URL), "piece: 24h", "piece: 24h, settling: 36h", 1), "")
	for _, at := range []string{"2026-07-20T00:00:00Z", "2026-08-01T00:00:00Z", "2026-08-02T11:59:59Z"} {
		_, err := w.close(at)
		w.refused(err, pipeline.ExitRefused, "heartbeats: prometheus at "+m.URL+" is not pulled for 2026-07 before 2026-08-02T12:00:00Z", "run it again then")
		ws, period, now := w.open(at)
		checked, err := pipeline.Check(context.Background(), ws, period, pipeline.CheckOptions{Now: now})
		if err != nil || len(checked.Problems) != 1 || !strings.Contains(checked.Problems[0].Error(), "before 2026-08-02T12:00:00Z") {
			t.Errorf("the check says %+v, %v", checked, err)
		}
	}
	if len(m.Asked) > 0 {
		t.Errorf("it was asked for %v", m.Asked)
	}
	if _, err := w.close("2026-08-02T12:00:00Z"); err != nil {
		t.Error(err)
	}
}

func TestACheckPullsAndKeepsNothing(t *testing.T) {
	m := pulltest.StartMonitor(t, token)
	w := newPulled(t, prometheusAt(m.URL), "")
	ws, period, now := w.open("2026-08-05T09:00:00Z")
	checked, err := pipeline.Check(context.Background(), ws, period, pipeline.CheckOptions{Now: now})
	if err != nil || len(checked.Problems) > 0 || checked.Totals == nil || checked.Totals.Payable != "700.00" {
		t.Fatalf("got %+v, %v", checked, err)
	}
	if _, err := os.Stat(filepath.Join(w.dir, "closes")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("something is written beside the sources: %v", err)
	}
}

// Its pieces go with it, so it promises nothing of them.
func TestACheckThatBreaksOffDoesNotSayThatTheNextRunGoesOn(t *testing.T) {
	m := pulltest.StartMonitor(t, token)
	w := newPulled(t, prometheusAt(m.URL), "")
	m.Set(func(m *pulltest.Monitor) { m.Expires = 20 })
	ws, period, now := w.open("2026-08-05T09:00:00Z")
	checked, err := pipeline.Check(context.Background(), ws, period, pipeline.CheckOptions{Now: now})
	if err != nil || len(checked.Problems) != 1 {
		t.Fatalf("got %+v, %v", checked, err)
	}
	said := checked.Problems[0].Error()
	if !strings.Contains(said, "HTTP status 401") || !strings.HasSuffix(said, "and run again") {
		t.Errorf("it says %q", said)
	}
	w.noSecret()
}

func TestAServerThatDiesIsAskedAgainOnlyForTheRest(t *testing.T) {
	m := pulltest.StartMonitor(t, token)
	w := newPulled(t, prometheusAt(m.URL), "")
	m.Set(func(m *pulltest.Monitor) { m.Dies = 12 })
	_, err := w.close("2026-08-05T09:00:00Z")
	w.refused(err, pipeline.ExitSurroundings, "heartbeats: ", m.URL, "the next run goes on from what was pulled")
	if pieces := w.shelf(); len(pieces) != 12 {
		t.Errorf("%d pieces are kept, want 12", len(pieces))
	}
	if exists(filepath.Join(w.dir, "closes", "2026-07")) || exists(filepath.Join(w.dir, "closes", ".staging-2026-07")) {
		t.Error("half a close is left")
	}
	w.noSecret()

	m.Set(func(m *pulltest.Monitor) { m.Dies = 0 })
	out := w.closed()
	if again := m.Repeated(); len(again) > 0 || len(m.Asked) != 31 {
		t.Errorf("%d pieces were asked for, again for %q", len(m.Asked), again)
	}
	if pieces := w.shelf(); len(pieces) > 0 {
		t.Errorf("pieces are left: %q", pieces)
	}
	if n := len(w.record(out.Folder).Pulls[0].Requests); n != 1+31 { // how long it keeps samples, and the pieces
		t.Errorf("%d requests are recorded", n)
	}
	file := newPulled(t, `{file: "data/heartbeats-{period}.csv"}`, "")
	w.same(file.closed().Folder, out.Folder, moneyTables...)
}

func TestATokenThatExpiresIsRenewedAndThePullGoesOn(t *testing.T) {
	m := pulltest.StartMonitor(t, token)
	w := newPulled(t, prometheusAt(m.URL), "")
	m.Set(func(m *pulltest.Monitor) { m.Expires = 20 })
	_, err := w.close("2026-08-05T09:00:00Z")
	w.refused(err, pipeline.ExitRefused, "HTTP status 401", "renew what is in the environment variable FLEETPAY_TEST_TOKEN", "the next run goes on from what was pulled")
	w.noSecret()
	renewed := "another-" + token
	t.Setenv("FLEETPAY_TEST_TOKEN", renewed)
	m.Set(func(m *pulltest.Monitor) { m.Expires, m.Token = 0, renewed })
	w.closed()
	if again := m.Repeated(); len(again) > 0 {
		t.Errorf("%q were asked for again", again)
	}
	w.noSecret()
}

func TestASecretThatIsMissingIsNamedBeforeAnyServerIsAsked(t *testing.T) {
	m := pulltest.StartMonitor(t, token)
	w := newPulled(t, prometheusAt(m.URL), "")
	os.Unsetenv("FLEETPAY_TEST_TOKEN") // t.Setenv restores it
	_, err := w.close("2026-08-05T09:00:00Z")
	w.refused(err, pipeline.ExitRefused, "heartbeats: the environment variable FLEETPAY_TEST_TOKEN is not set")
	if len(m.Asked) > 0 {
		t.Errorf("it was asked for %v", m.Asked)
	}
}

func TestAnotherQueryTakesNothingFromTheShelfOfTheFirst(t *testing.T) {
	m := pulltest.StartMonitor(t, token)
	w := newPulled(t, prometheusAt(m.URL), "")
	m.Set(func(m *pulltest.Monitor) { m.Expires = 5 })
	_, err := w.close("2026-08-05T09:00:00Z")
	w.refused(err, pipeline.ExitRefused, "HTTP status 401")
	m.Set(func(m *pulltest.Monitor) { m.Expires = 0 })
	w.configure(strings.Replace(prometheusAt(m.URL), "piece: 24h", "parameters: {zone: north}, piece: 24h", 1), "")
	w.closed()
	if again := m.Repeated(); len(again) != 5 {
		t.Errorf("asked again for %q, want the 5 pieces of the first query", again)
	}
	if pieces := w.shelf(); len(pieces) > 0 {
		t.Errorf("pieces are left: %q", pieces)
	}
}

func TestARunRecordThatTellsOfOtherPullsIsRefused(t *testing.T) {
	w := newPulled(t, `{prometheus: {file: data/up.txt, metric: up, node_label: instance}}`, "")
	dump := ""
	for day := 1; day <= 31; day++ {
		for _, node := range []string{"a1", "b1"} {
			at := time.Date(2026, time.July, day, 0, 0, 0, 0, time.UTC).UnixMilli()
			dump += fmt.Sprintf("{__name__=\"up\", instance=%q} 1 %d\n", node, at)
		}
	}
	w.write("data/up.txt", dump)
	folder := w.closed().Folder
	path := filepath.Join(folder, "close.json")
	whole := string(readAll(t, path))
	for name, c := range map[string]struct{ old, put, want string }{
		"another kind":             {`"kind": "prometheus"`, `"kind": "graphite"`, `"graphite" is not a kind of source that this version knows`},
		"a reading of another one": {`"metric": "up"`, `"nodes": "up"`, `unknown field "nodes"`},
		"no label of the node":     {`"node_label": "instance"`, `"node_label": ""`, "node_label is empty"},
		"a file that is no input":  {"        \"inputs/heartbeats/up.txt\"", "        \"inputs/heartbeats/down.txt\"", `"inputs/heartbeats/down.txt" is none of the inputs of heartbeats`},
		"another label":            {`"node_label": "instance"`, `"node_label": "job"`, "the series has no label job"},
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.Replace(whole, c.old, c.put, 1)
			if text == whole {
				t.Fatalf("%q is not in\n%s", c.old, whole)
			}
			if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
				t.Fatal(err)
			}
			_, err := pipeline.Rerun(context.Background(), folder, nil)
			w.refused(err, pipeline.ExitDiffers, c.want)
		})
	}
}

func TestAServerIsReachedAsItIsConfigured(t *testing.T) {
	m := &pulltest.Monitor{Token: token, User: "fleetpay", Key: "key-" + token}
	m.Start(t, httptest.NewTLSServer)
	secrets := t.TempDir() // elsewhere, so that the search of the workspace does not find where they lie
	for name, text := range map[string]string{"password": token + "\n", "key": m.Key} {
		if err := os.WriteFile(filepath.Join(secrets, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	config := func(ca string) string {
		return fmt.Sprintf(`{prometheus: {url: %q, query: 'up{job="node"}', node_label: instance, node_pattern: '^(.+):9100$', piece: 24h,
    basic_auth: {username: fleetpay, password: {file: %q}}, headers: {X-Scope-OrgID: fleet, X-Api-Key: {file: %q}},
    parameters: {dedup: "true"}, tls: {ca: %s, server_name: example.com}}}`, m.URL, filepath.Join(secrets, "password"), filepath.Join(secrets, "key"), ca)
	}
	w := newPulled(t, config("tls/ca.pem"), "")
	w.mkdir("tls")
	w.write("tls/ca.pem", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: m.Certificate().Raw})))
	out := w.closed()
	w.noSecret()
	requests := w.record(out.Folder).Pulls[0].Requests
	if !strings.Contains(requests[1].URL, "dedup=true") {
		t.Errorf("the second request is %+v", requests[1])
	}
	encoded := base64.StdEncoding.EncodeToString([]byte("fleetpay:" + token))
	for _, file := range listTree(t, out.Folder) {
		if bytes.Contains(readAll(t, filepath.Join(out.Folder, file)), []byte(encoded)) {
			t.Errorf("the password is in %s, encoded", file)
		}
	}

	other := newPulled(t, config("tls/none.pem"), "")
	_, err := other.close("2026-08-05T09:00:00Z")
	other.refused(err, pipeline.ExitRefused, "heartbeats: ", filepath.Join("tls", "none.pem"), "no such file or directory")
}

func TestPiecesOfAClosedMonthAreRemovedByTheNextClose(t *testing.T) {
	w := newPulled(t, fileBeats, "")
	w.closed()
	for _, of := range []string{"2026-07", "2026-09"} { // as a run leaves them that is killed once July is closed
		w.mkdir("closes/.pulled/" + of + "/heartbeats-1-0011223344556677")
		w.write("closes/.pulled/"+of+"/heartbeats-1-0011223344556677/a.parquet", "a piece")
	}
	ws, july, now := w.open("2026-09-05T09:00:00Z")
	if _, err := pipeline.Close(context.Background(), ws, july.Next(), pipeline.CloseOptions{By: "Finance Desk", ClosedAt: now}); err != nil {
		t.Fatal(err)
	}
	if got := w.shelf(); len(got) != 1 || !strings.HasPrefix(got[0], ".pulled/2026-09/") {
		t.Errorf("kept are %q, want those of the month that is not closed", got)
	}
}

func TestTwoServersOfOneFleetAreOneDataset(t *testing.T) {
	north, south := pulltest.StartMonitor(t, token), pulltest.StartMonitor(t, token)
	north.Nodes, south.Nodes = []string{"a1"}, []string{"b1", "a1"} // which both watch
	w := newPulled(t, "["+prometheusAt(north.URL)+", "+strings.Replace(prometheusAt(south.URL), "prometheus:", "victoriametrics:", 1)+"]", "")
	out := w.closed()
	if _, err := pipeline.Rerun(context.Background(), out.Folder, nil); err != nil {
		t.Error(err)
	}
	var got []string
	for _, in := range w.record(out.Folder).Inputs {
		if in.Dataset == "heartbeats" {
			got = append(got, fmt.Sprintf("%d %s %d", in.From, in.Path, in.Used))
		}
	}
	want := "[1 inputs/heartbeats/prometheus-1.parquet 31 2 inputs/heartbeats/victoriametrics-2.parquet 62]"
	if fmt.Sprint(got) != want {
		t.Errorf("inputs are %s, want %s", got, want)
	}
	file := newPulled(t, fileBeats, "")
	w.same(file.closed().Folder, out.Folder, "lines.csv", "payouts.csv") // measures count the samples of both
}
