package pipeline_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fleetpay/pipeline"
	"fleetpay/sources/prometheus/promtest"
)

// TestRealServersGiveTheMonthOfTheFile closes one month of a fleet with gaps, a restart
// and two replicas from the truth as CSV, from the server's API and from what the
// server exports: to the cent the same.
func TestRealServersGiveTheMonthOfTheFile(t *testing.T) {
	begins := time.Date(2026, time.July, 1, 0, 0, 0, 0, time.UTC)
	fleet := promtest.NewFleet(promtest.Plan{
		Begins: begins, Ends: begins.AddDate(0, 1, 0), Nodes: 4, Every: 5 * time.Minute, Replicas: 2, Seed: 20260701,
	})
	for _, server := range []struct {
		kind  string
		start func(testing.TB, *promtest.Fleet, string) *promtest.Server
	}{{"prometheus", promtest.StartPrometheus}, {"victoriametrics", promtest.StartVictoriaMetrics}} {
		t.Run(server.kind, func(t *testing.T) {
			s := server.start(t, fleet, "100y")
			const reading = `node_label: instance, node_pattern: '` + promtest.NodePattern + `'`
			truth := newFleetOf(t, fleet, fileBeats)
			api := newFleetOf(t, fleet, fmt.Sprintf(`{%s: {url: %q, query: 'up{job="node"}', %s, piece: 6h}}`, server.kind, s.URL, reading))
			export := newFleetOf(t, fleet, fmt.Sprintf(`{%s: {file: %q, metric: up, labels: {job: node}, %s}}`, server.kind, s.Dump(), reading))
			want := truth.closed().Folder
			for _, w := range []*pulled{api, export} {
				got := w.closed().Folder
				w.same(want, got, moneyTables...)
				if _, err := pipeline.Rerun(context.Background(), got, nil); err != nil {
					t.Error(err)
				}
			}
			if lines := strings.Count(string(readAll(t, filepath.Join(want, "measures.csv"))), "slots"); lines == 0 {
				t.Error("no slot is measured")
			}
		})
	}
}

// newFleetOf is a workspace whose two operators run the nodes of a fleet.
func newFleetOf(t *testing.T, fleet *promtest.Fleet, heartbeats string) *pulled {
	t.Helper()
	w := newPulled(t, heartbeats, "")
	nodes := "node_id,operator_id,active_from\n"
	seen := map[string]bool{}
	for i, s := range fleet.Series {
		if !seen[s.Node] {
			nodes += fmt.Sprintf("%s,%s,2026-01-15\n", s.Node, []string{"alder", "birch"}[i%2])
		}
		seen[s.Node] = true
	}
	w.write("data/nodes.csv", nodes)
	config := strings.Replace(string(readAll(t, filepath.Join(w.dir, "fleetpay.yaml"))), "86400s", "300s", 1)
	w.write("fleetpay.yaml", config)
	out, err := os.Create(filepath.Join(w.dir, "data", "heartbeats-2026-07.csv"))
	if err != nil {
		t.Fatal(err)
	}
	begins := time.Date(2026, time.July, 1, 0, 0, 0, 0, time.UTC)
	if err := fleet.WriteCSV(out, begins, begins.AddDate(0, 1, 0)); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	return w
}
