package demo

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// incident is a row of the incidents dataset. An absent value leaves no key.
type incident struct {
	ID           string `json:"incident_id"`
	NodeIDs      string `json:"node_ids"`
	Severity     string `json:"severity"`
	Opened       string `json:"opened_at"`
	Acknowledged string `json:"acknowledged_at,omitempty"`
	Resolved     string `json:"resolved_at,omitempty"`
	Cause        string `json:"cause,omitempty"`
	Resolution   string `json:"resolution,omitempty"`
}

// written are the incidents of the story, with the minutes that their nodes were
// down. The outage starts two minutes before the incident was opened.
var written = []struct {
	opened, nodes, severity string
	minutes, answered       int // answered 0: neither acknowledged nor resolved
	cause, resolution       string
}{
	{"2026-05-19T14:07:00Z", "emb-02;emb-04;kes-01;kes-02", "P0", 90, 9, "fibre cut in the street", "traffic moved to the second provider"},
	{"2026-06-11T22:42:00Z", "mon-02", "P1", 200, 0, "", ""},
	{"2026-07-18T05:14:00Z", "del-03;del-04", "critical", 18, 12, "switch lost power", "moved to the other feed"},
	{"2026-08-23T17:32:00Z", "aur-03;aur-04;bor-02", "P0", 48, 3, "route withdrawn by the carrier", "announced again by the carrier"},
	{"2026-09-14T09:02:00Z", "fjo-01;lab-07", "P2", 64, 11, "test bench flooded the network", "test bench taken off"},
}

// answers is how many minutes an operator takes to answer, on average.
var answers = map[string]int{
	"aurora": 4, "borealis": 6, "cedar": 9, "delta": 8, "ember": 13, "fjord": 11, "granit": 24,
	"ivory": 10, "jade": 12, "kestrel": 41, "lumen": 6, "monsoon": 15,
}

var causes = [][2]string{
	{"disk full", "old logs removed"},
	{"process ran out of memory", "restarted with a higher limit"},
	{"provider lost a rack", "node started on another host"},
	{"certificate had expired", "certificate renewed"},
	{"update failed", "update rolled back"},
	{"network flapped", "port replaced"},
}

// drawIncidents makes an incident of every long outage and adds the written
// ones, numbered in the order in which they were opened.
func (f *fleet) drawIncidents() {
	for i, o := range f.outages {
		length := int(o.to - o.from)
		if length < longOutage || f.isWritten(o) {
			continue
		}
		c := newChance(uint64(1_000_000 + i))
		opened := o.from.time().Add(time.Duration(c.between(60, 179)) * time.Second)
		resolved := o.to.time().Add(time.Duration(c.between(0, 59)) * time.Second)
		answered := opened.Add(time.Duration(c.between(30, 120*answers[o.operator])) * time.Second)
		why := causes[c.below(len(causes))]
		n := incident{NodeIDs: o.node, Severity: severityOf(length, c), Opened: rfc(opened), Resolved: rfc(resolved), Cause: why[0], Resolution: why[1]}
		if answered.Before(resolved) {
			n.Acknowledged = rfc(answered)
		}
		f.incidents = append(f.incidents, n)
	}
	for _, w := range written {
		n := incident{NodeIDs: w.nodes, Severity: w.severity, Opened: w.opened, Cause: w.cause, Resolution: w.resolution}
		if w.answered > 0 {
			opened := mustTime(w.opened)
			n.Acknowledged = rfc(opened.Add(time.Duration(w.answered) * time.Minute))
			n.Resolved = rfc(opened.Add(time.Duration(w.minutes) * time.Minute))
		}
		f.incidents = append(f.incidents, n)
	}
	slices.SortStableFunc(f.incidents, func(a, b incident) int {
		return cmp.Or(strings.Compare(a.Opened, b.Opened), strings.Compare(a.NodeIDs, b.NodeIDs))
	})
	for i := range f.incidents {
		f.incidents[i].ID = fmt.Sprintf("inc-%04d", i+1)
	}
}

// severityOf grades an outage by its length in minutes.
func severityOf(length int, c chance) string {
	switch {
	case length >= 120:
		return "P1"
	case length >= 70:
		return "critical"
	case length >= 35:
		return "P2"
	case c.in100(50):
		return "P3"
	}
	return "warning"
}

func (f *fleet) isWritten(o outage) bool {
	for _, w := range written {
		if o.from == minuteAt(w.opened)-2 && strings.Contains(w.nodes, o.node) {
			return true
		}
	}
	return false
}

func rfc(t time.Time) string { return t.Format(time.RFC3339) }

func (f *fleet) writeIncidents(dir string) error {
	file, err := os.Create(filepath.Join(dir, "data", "incidents.jsonl"))
	if err != nil {
		return err
	}
	w := bufio.NewWriter(file)
	lines := json.NewEncoder(w)
	lines.SetEscapeHTML(false)
	for _, n := range f.incidents {
		if err := lines.Encode(n); err != nil {
			_ = file.Close()
			return err
		}
	}
	if err := w.Flush(); err != nil {
		_ = file.Close()
		return err
	}
	return file.Close()
}
