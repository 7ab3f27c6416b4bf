// Package promtest runs real monitoring servers for tests, as net/http/httptest
// runs a web server: Debian's Prometheus and VictoriaMetrics on the loopback
// interface, filled with a fleet whose samples the test knows.
//
//	fleet := promtest.NewFleet(promtest.Plan{Begins: …, Ends: …, Nodes: 6, …})
//	server := promtest.StartPrometheus(t, fleet, "100y")
//	… pull from server.URL with query up and node_pattern promtest.NodePattern …
//	want := fleet.Rows(begins, ends)
//
// Where a server is not installed, the test that asks for it is skipped and says
// how to get it. Everything that goes wrong with a server itself ends the test.
package promtest

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"
	"time"
)

// NodePattern takes the node_id out of the label instance of a Fleet.
const NodePattern = `^(.+):9100$`

// Plan says what a fleet is like.
type Plan struct {
	Begins, Ends time.Time     // samples reach an hour beyond both
	Nodes        int           // node-01, node-02, …
	Every        time.Duration // between two scrapes
	Replicas     int           // Prometheus servers that scrape each node: a, b, …
	Seed         uint64        // the same plan gives the same fleet
}

// Fleet is what the servers hold: a series for each node and replica.
type Fleet struct{ Series []Series }

// Series is one of up{instance="node-01:9100", job="node", replica="a"}.
type Series struct {
	Node, Replica string
	Samples       []Sample // in the order of time, no two of one time
}

// Sample is one scrape.
type Sample struct {
	At int64 // ms since 1970
	Up bool
}

// Row is a heartbeat as the dataset has it.
type Row struct {
	Node string
	At   int64 // ms since 1970
	Up   bool
}

// NewFleet makes a fleet with random gaps and downtime, and a restart of all
// replicas at a third of the time, after which scrapes come at other milliseconds.
// The first node is scraped by replica a on whole intervals, and so at the first
// instant of every piece, and by replica b a millisecond before them, and so at the
// last. The last replica of the other nodes repeats some scrapes of the first one.
func NewFleet(p Plan) *Fleet {
	r := &random{p.Seed}
	first, last := p.Begins.Add(-time.Hour).UnixMilli(), p.Ends.Add(time.Hour).UnixMilli()
	restart := first + (last-first)/3
	every := p.Every.Milliseconds()
	f := &Fleet{}
	for node := range p.Nodes {
		for replica := range p.Replicas {
			s := Series{Node: fmt.Sprintf("node-%02d", node+1), Replica: string(rune('a' + replica))}
			phase := r.below(every)
			if node == 0 {
				phase = []int64{0, every - 1}[replica%2]
			}
			gap, down := int64(0), int64(0) // samples still to come of each
			for at := first; at < last; at += every {
				if at >= restart && at < restart+every {
					gap = 600_000/every + 1
					if node > 0 {
						phase = r.below(every)
					}
				}
				switch {
				case r.below(2000) == 0:
					gap = r.below(6 * 3_600_000 / every)
				case r.below(1000) == 0:
					down = r.below(2 * 3_600_000 / every)
				}
				if gap > 0 {
					gap--
					continue
				}
				s.Samples = append(s.Samples, Sample{at + phase, down == 0})
				down = max(0, down-1)
			}
			if replica > 0 && replica == p.Replicas-1 && node > 0 {
				s.repeat(f.Series[len(f.Series)-replica], r)
			}
			f.Series = append(f.Series, s)
		}
	}
	return f
}

// repeat takes over some scrapes of another series.
func (s *Series) repeat(other Series, r *random) {
	for _, sample := range other.Samples {
		if r.below(20) == 0 {
			s.Samples = append(s.Samples, sample)
		}
	}
	slices.SortFunc(s.Samples, func(a, b Sample) int { return cmp.Compare(a.At, b.At) })
	s.Samples = slices.CompactFunc(s.Samples, func(a, b Sample) bool { return a.At == b.At })
}

// Labels returns the labels of a series, its name among them.
func (s Series) Labels() map[string]string {
	return map[string]string{"__name__": "up", "instance": s.Node + ":9100", "job": "node", "replica": s.Replica}
}

// Rows returns the heartbeats of begins <= t < ends, in the order of node, time
// and down before up. What two replicas saw at the same instant is there twice.
func (f *Fleet) Rows(begins, ends time.Time) []Row {
	var rows []Row
	for _, s := range f.Series {
		for _, sample := range s.Samples {
			if sample.At >= begins.UnixMilli() && sample.At < ends.UnixMilli() {
				rows = append(rows, Row{s.Node, sample.At, sample.Up})
			}
		}
	}
	Sort(rows)
	return rows
}

// Sort puts rows into the order of Fleet.Rows.
func Sort(rows []Row) {
	slices.SortFunc(rows, func(a, b Row) int {
		return cmp.Or(cmp.Compare(a.Node, b.Node), cmp.Compare(a.At, b.At), cmp.Compare(flag(a.Up), flag(b.Up)))
	})
}

// WriteCSV writes the heartbeats of begins <= t < ends as a file of the dataset.
func (f *Fleet) WriteCSV(w io.Writer, begins, ends time.Time) error {
	out := bufio.NewWriter(w)
	fmt.Fprintln(out, "node_id,sampled_at,up")
	for _, r := range f.Rows(begins, ends) {
		fmt.Fprintf(out, "%s,%s,%s\n", r.Node, time.UnixMilli(r.At).UTC().Format(time.RFC3339Nano), flag(r.Up))
	}
	return out.Flush()
}

// WriteOpenMetrics writes all samples as `promtool tsdb create-blocks-from
// openmetrics` reads them.
func (f *Fleet) WriteOpenMetrics(w io.Writer) error {
	out := bufio.NewWriter(w)
	fmt.Fprintln(out, "# TYPE up gauge")
	for _, s := range f.Series {
		for _, sample := range s.Samples {
			fmt.Fprintf(out, "up{instance=%q,job=\"node\",replica=%q} %s %d.%03d\n",
				s.Node+":9100", s.Replica, flag(sample.Up), sample.At/1000, sample.At%1000)
		}
	}
	fmt.Fprintln(out, "# EOF")
	return out.Flush()
}

// WriteDump writes all samples as `promtool tsdb dump` does.
func (f *Fleet) WriteDump(w io.Writer) error {
	out := bufio.NewWriter(w)
	for _, s := range f.Series {
		for _, sample := range s.Samples {
			fmt.Fprintf(out, "{__name__=\"up\", instance=%q, job=\"node\", replica=%q} %s %d\n",
				s.Node+":9100", s.Replica, flag(sample.Up), sample.At)
		}
	}
	return out.Flush()
}

// WriteExport writes all samples as VictoriaMetrics exports and imports them, a
// line for each perLine samples of a series.
func (f *Fleet) WriteExport(w io.Writer, perLine int) error {
	out := bufio.NewWriter(w)
	for _, s := range f.Series {
		for samples := range slices.Chunk(s.Samples, perLine) {
			fmt.Fprintf(out, `{"metric":{"__name__":"up","instance":%q,"job":"node","replica":%q},"values":[`, s.Node+":9100", s.Replica)
			for i, sample := range samples {
				separate(out, i)
				fmt.Fprint(out, flag(sample.Up))
			}
			fmt.Fprint(out, `],"timestamps":[`)
			for i, sample := range samples {
				separate(out, i)
				fmt.Fprint(out, sample.At)
			}
			fmt.Fprintln(out, "]}")
		}
	}
	return out.Flush()
}

func separate(out *bufio.Writer, i int) {
	if i > 0 {
		fmt.Fprint(out, ",")
	}
}

func flag(up bool) string {
	if up {
		return "1"
	}
	return "0"
}

// random is SplitMix64: the same numbers on every machine.
type random struct{ state uint64 }

// below returns a number from 0 up to, not including, n.
func (r *random) below(n int64) int64 {
	r.state += 0x9e3779b97f4a7c15
	z := r.state
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	z ^= z >> 31
	return int64(z % uint64(max(n, 1)))
}
