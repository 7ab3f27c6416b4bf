// Package prometheus brings heartbeats in from what scrapes the fleet: over the
// HTTP API that Prometheus, Thanos, Mimir and VictoriaMetrics share, and from the
// files that they export.
//
//	API ──► Source.Pull ──► pieces on a shelf ──► one Parquet file ──► sources.Decode
//	promtool tsdb dump ─────────────────────────► DumpDecoder ──► sources.Row
//	VictoriaMetrics /api/v1/export ─────────────► ExportDecoder ─► sources.Row
//
// A range selector is asked for, never query_range: that one repeats a sample at
// every step and so invents some in gaps. What comes back are the scrapes
// themselves, with their own times. Values are 0 and 1; anything else is refused,
// and so is an answer that the server calls incomplete. Only NaN is passed over: so
// servers and files mark the place where a series went away.
package prometheus

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"fleetpay/sources"
)

// Reading says which series are heartbeats, and of which node each is. It is all
// that is needed to read a saved file again.
type Reading struct {
	Query       string            `json:"query,omitempty"`        // the API's: a plain vector selector, up{job="node"}
	Metric      string            `json:"metric,omitempty"`       // a file's: the series' name; "" for up
	Labels      map[string]string `json:"labels,omitempty"`       // a file's: labels that a series must carry
	NodeLabel   string            `json:"node_label"`             // whose value is the node_id
	NodePattern string            `json:"node_pattern,omitempty"` // a regular expression with one group, which is the node_id; "" for the whole value
}

// Check says what is wrong with a Reading, and what to write.
func (r Reading) Check() error {
	_, err := r.compile()
	return err
}

// matcher is a Reading made ready.
type matcher struct {
	Reading
	pattern *regexp.Regexp // nil for the whole value
}

func (r Reading) compile() (*matcher, error) {
	m := &matcher{Reading: r}
	if m.Metric == "" {
		m.Metric = "up"
	}
	if r.NodeLabel == "" {
		return nil, errors.New("node_label is empty; name the label whose value is the node, such as instance")
	}
	if r.Query != "" {
		if err := CheckQuery(r.Query); err != nil {
			return nil, err
		}
	}
	if r.NodePattern == "" {
		return m, nil
	}
	var err error
	if m.pattern, err = regexp.Compile(r.NodePattern); err != nil {
		return nil, fmt.Errorf("node_pattern %q is not a regular expression (%w); write one such as ^(.+):9100$", r.NodePattern, err)
	}
	if n := m.pattern.NumSubexp(); n != 1 {
		return nil, fmt.Errorf("node_pattern %q has %d groups; write one with exactly one, which is the node_id: ^(.+):9100$", r.NodePattern, n)
	}
	return m, nil
}

// wants tells whether a series of a file is a heartbeat. As in PromQL, a label
// that is absent is an empty one.
func (m *matcher) wants(labels map[string]string) bool {
	if labels["__name__"] != m.Metric {
		return false
	}
	for name, value := range m.Labels {
		if labels[name] != value {
			return false
		}
	}
	return true
}

// node returns the node of a series, or what keeps it from having one.
func (m *matcher) node(labels map[string]string) (node, problem string) {
	value := labels[m.NodeLabel]
	if value == "" {
		return "", fmt.Sprintf("the series has no label %s; name another node_label, or leave such series out", m.NodeLabel)
	}
	node = value
	if m.pattern != nil {
		found := m.pattern.FindStringSubmatch(value)
		if found == nil {
			return "", fmt.Sprintf("%s=%q does not match node_pattern %s; change the pattern, or leave such series out", m.NodeLabel, value, m.NodePattern)
		}
		node = found[1]
	}
	if problem := sources.CheckID(node); problem != "" {
		return "", problem + "; set node_pattern to take the node_id out of " + m.NodeLabel
	}
	return node, ""
}

// seriesText writes a series as PromQL does, its labels in the order of their
// names, for messages.
func seriesText(labels map[string]string) string {
	var names []string
	for name := range labels {
		if name != "__name__" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for i, name := range names {
		names[i] = name + "=" + strconv.Quote(labels[name])
	}
	text := labels["__name__"] + "{" + strings.Join(names, ", ") + "}"
	const most = 300
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}
