package oncall

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"fleetpay/sources"
)

// Mapping says which nodes and which severity an incident is about.
type Mapping struct {
	// Nodes maps a service's id or name (PagerDuty) or a tag (Opsgenie) to node
	// ids, with ";" between them, or to NoNode. The id of a single incident goes
	// before these.
	Nodes map[string]string `json:"nodes,omitempty"`
	// NodePattern is a regular expression with one group, the node id. It is
	// tried on the service's name or on each tag that Nodes does not hold.
	NodePattern string `json:"node_pattern,omitempty"`
	// Severities maps a priority's name or an urgency (PagerDuty), or a priority
	// (Opsgenie), to a severity of the dataset; and so the id of a single incident.
	Severities map[string]string `json:"severities,omitempty"`
}

// NoNode stands for what is no node of the fleet: a website, say. Its incidents are
// no node's, and nothing is missing from the mapping.
const NoNode = "-"

// Unmapped is an incident that the mapping does not cover. Its row was emitted
// without node_ids and severity.
type Unmapped struct {
	IncidentID string
	OpenedAt   time.Time // UTC
	File       string    // as it was named to the decoder
	Line       int64     // as sources.Row.Line
	Why        string    // what is not covered, and what to add to the configuration
}

// Check finds everything that is wrong with a mapping, in the order of its keys.
// The errors name the key below the provider's: nodes.PSVC001.
func (m Mapping) Check() error {
	var problems []error
	if m.NodePattern != "" {
		if _, err := m.pattern(); err != nil {
			problems = append(problems, err)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(m.Nodes)) {
		if key == "" {
			problems = append(problems, errors.New("nodes: a key is empty; write a service's id or name, or a tag"))
		}
		if m.Nodes[key] == NoNode {
			continue
		}
		ids := strings.Split(m.Nodes[key], ";")
		for i, id := range ids {
			if slices.Contains(ids[:i], id) {
				problems = append(problems, fmt.Errorf("nodes.%s: the node id %q stands twice; write it once", key, id))
			}
			if problem := sources.CheckID(id); problem != "" {
				problems = append(problems, fmt.Errorf("nodes.%s: %s; several node ids have one \";\" between them, and what is no node has %q", key, problem, NoNode))
			}
		}
	}
	known := severities()
	for _, key := range slices.Sorted(maps.Keys(m.Severities)) {
		if key == "" {
			problems = append(problems, errors.New("severities: a key is empty; write a priority or an urgency"))
		}
		if value := m.Severities[key]; !slices.Contains(known, value) {
			problems = append(problems, fmt.Errorf("severities.%s: %q is no severity; write one of %s", key, value, strings.Join(known, ", ")))
		}
	}
	return errors.Join(problems...)
}

// severities lists what the dataset allows.
func severities() []string {
	ds := sources.Lookup("incidents")
	return ds.Columns[ds.Index("severity")].Choices
}

func (m Mapping) pattern() (*regexp.Regexp, error) {
	p, err := regexp.Compile(m.NodePattern)
	if err != nil {
		return nil, fmt.Errorf("node_pattern: %q is no regular expression (%w); correct it", m.NodePattern, err)
	}
	if p.NumSubexp() != 1 {
		return nil, fmt.Errorf("node_pattern: %q has %d groups; write one group, around the node id, as in ^node-(.+)$", m.NodePattern, p.NumSubexp())
	}
	return p, nil
}

// mapper is a mapping made ready for a file.
type mapper struct {
	Mapping
	at   string // where the configuration has it: sources.incidents.pagerduty
	node *regexp.Regexp
}

func newMapper(m Mapping, at string) (*mapper, error) {
	if err := m.Check(); err != nil {
		return nil, fmt.Errorf("%s: %w", at, err)
	}
	mp := &mapper{Mapping: m, at: at}
	if m.NodePattern != "" {
		mp.node, _ = m.pattern() // Check has compiled it
	}
	return mp, nil
}

// byPattern finds a node id in a service's name or a tag.
func (m *mapper) byPattern(text string) (id string, found bool) {
	if m.node == nil {
		return "", false
	}
	groups := m.node.FindStringSubmatch(text)
	if len(groups) < 2 || sources.CheckID(groups[1]) != "" {
		return "", false
	}
	return groups[1], true
}

// service maps an incident of a PagerDuty service: by its own id, by the service's
// id, by its name, then by the pattern on the name. Without nodes it says why.
func (m *mapper) service(incident, id, name string) (nodes, why string) {
	for _, key := range []string{incident, id, name} {
		if nodes := m.Nodes[key]; key != "" && nodes != "" {
			return nodes, ""
		}
	}
	if node, ok := m.byPattern(name); ok {
		return node, ""
	}
	key := id
	if key == "" {
		key = name
	}
	if key == "" {
		return "", fmt.Sprintf("it names no service; see what it is about, and add its own id %s with the node's id, or with %q if it is none of the fleet, to %s.nodes", quoted(incident), NoNode, m.at)
	}
	return "", fmt.Sprintf("service %s (%s) stands for no node; add %s with the node's id, or with %q if it is none of the fleet, to %s.nodes", quoted(id), quoted(name), quoted(key), NoNode, m.at)
}

// tags maps an Opsgenie alert by its id, or else by its tags, each by itself. The
// node ids come sorted, each once. A tag of no node counts when there is no other.
func (m *mapper) tags(alert string, tags []string) (nodes, why string) {
	if nodes := m.Nodes[alert]; nodes != "" {
		return nodes, ""
	}
	var found []string
	elsewhere := false
	for _, tag := range tags {
		if list := m.Nodes[tag]; list == NoNode {
			elsewhere = true
		} else if list != "" {
			found = append(found, strings.Split(list, ";")...)
		} else if node, ok := m.byPattern(tag); ok {
			found = append(found, node)
		}
	}
	if len(found) > 0 {
		slices.Sort(found)
		return strings.Join(slices.Compact(found), ";"), ""
	}
	if elsewhere {
		return NoNode, ""
	}
	if len(tags) == 0 {
		return "", fmt.Sprintf("it has no tag; see what it is about, and add its own id %s with the node's id, or with %q if it is none of the fleet, to %s.nodes", quoted(alert), NoNode, m.at)
	}
	var list []string
	for _, tag := range tags {
		list = append(list, quoted(tag))
	}
	return "", fmt.Sprintf("none of the tags %s stands for a node; add one with the node's id, or with %q if it is none of the fleet, to %s.nodes", strings.Join(list, ", "), NoNode, m.at)
}

// severity maps an incident by its id, or else by the first of the provider's words
// that the configuration has. what names each word for the message.
func (m *mapper) severity(incident string, words, what []string) (severity, why string) {
	if severity := m.Severities[incident]; severity != "" {
		return severity, ""
	}
	var seen []string
	for i, word := range words {
		if word == "" {
			continue
		}
		if severity := m.Severities[word]; severity != "" {
			return severity, ""
		}
		seen = append(seen, what[i]+" "+quoted(word))
	}
	switch len(seen) {
	case 0:
		return "", fmt.Sprintf("it has no %s; add its own id %s with a severity to %s.severities", strings.Join(what, " and no "), quoted(incident), m.at)
	case 1:
		return "", fmt.Sprintf("%s stands for no severity; add it to %s.severities", seen[0], m.at)
	}
	return "", fmt.Sprintf("%s stand for no severity; add one of them to %s.severities", strings.Join(seen, " and "), m.at)
}

// written shows a value of JSON as it stands in the file, short and on one line.
func written(v value) string {
	const most = 60
	runes := []rune(strings.Join(strings.Fields(string(v.raw)), " "))
	if len(runes) > most {
		runes = append(runes[:most], '…')
	}
	return string(runes)
}

// quoted writes a provider's text for a message: short, on one line, printable.
func quoted(text string) string {
	const most = 60
	if runes := []rune(text); len(runes) > most {
		text = string(runes[:most]) + "…"
	}
	return fmt.Sprintf("%q", text)
}
