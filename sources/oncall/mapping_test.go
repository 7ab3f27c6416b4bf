package oncall

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"fleetpay/sources"
)

func TestMappingCheck(t *testing.T) {
	for _, c := range []struct {
		name string
		m    Mapping
		want string // "" for nothing
	}{
		{"the sample is good", sample, ""},
		{"nothing at all is good: every incident is then unmapped", Mapping{}, ""},
		{"a severity of no incident", Mapping{Severities: map[string]string{"high": "urgent", "low": "warning"}},
			`severities.high: "urgent" is no severity; write one of P0, P1, P2, P3, critical, warning`},
		{"node ids that are none, in the order of their keys", Mapping{Nodes: map[string]string{"b": "x y", "a": "n1;;n2", "c": "", "d": "n1;n2;n1"}},
			`nodes.a: "" is not an id; write letters, digits, ".", "_" or "-", at most 64, beginning with a letter or digit; several node ids have one ";" between them, and what is no node has "-"
			nodes.b: "x y" is not an id; write letters, digits, ".", "_" or "-", at most 64, beginning with a letter or digit; several node ids have one ";" between them, and what is no node has "-"
			nodes.c: "" is not an id; write letters, digits, ".", "_" or "-", at most 64, beginning with a letter or digit; several node ids have one ";" between them, and what is no node has "-"
			nodes.d: the node id "n1" stands twice; write it once`},
		{"a pattern without a group", Mapping{NodePattern: "^node"},
			`node_pattern: "^node" has 0 groups; write one group, around the node id, as in ^node-(.+)$`},
		{"a pattern with two", Mapping{NodePattern: "(a)(b)"},
			`node_pattern: "(a)(b)" has 2 groups; write one group, around the node id, as in ^node-(.+)$`},
		{"a pattern that is none", Mapping{NodePattern: "("},
			"node_pattern: \"(\" is no regular expression (error parsing regexp: missing closing ): `(`); correct it"},
		{"keys that are empty", Mapping{Nodes: map[string]string{"": "n1"}, Severities: map[string]string{"": "P0"}},
			`nodes: a key is empty; write a service's id or name, or a tag
			severities: a key is empty; write a priority or an urgency`},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := ""
			if err := c.m.Check(); err != nil {
				text = err.Error()
			}
			check(t, said(text), c.want)
		})
	}
}

type said string

func (s said) String() string { return string(s) }

func TestMappingOfAService(t *testing.T) {
	m, err := newMapper(Mapping{
		Nodes:       map[string]string{"PA": "by-id", "Node one": "by-name", "node-two": "by-name-2", "PW": "-"},
		NodePattern: "^node-(.*)$",
	}, atPagerDuty)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ id, name, nodes, why string }{
		{"PA", "Node one", "by-id", ""}, // the id goes first
		{"PB", "Node one", "by-name", ""},
		{"PB", "node-two", "by-name-2", ""}, // then the name, before the pattern
		{"PB", "node-three", "three", ""},
		{"PB", "my node-three", "", `service "PB" ("my node-three") stands for no node; add "PB" with the node's id, or with "-" if it is none of the fleet, to sources.incidents.pagerduty.nodes`},
		{"PB", "node-a b", "", `service "PB" ("node-a b") stands for no node; add "PB" with the node's id, or with "-" if it is none of the fleet, to sources.incidents.pagerduty.nodes`}, // "a b" is no id
		{"", "Rack", "", `service "" ("Rack") stands for no node; add "Rack" with the node's id, or with "-" if it is none of the fleet, to sources.incidents.pagerduty.nodes`},
		{"PW", "node-three", "-", ""}, // a website, whatever its name
		{"", "", "", `it names no service; see what it is about, and add its own id "Q7" with the node's id, or with "-" if it is none of the fleet, to sources.incidents.pagerduty.nodes`},
	} {
		nodes, why := m.service("Q7", c.id, c.name)
		if nodes != c.nodes || why != c.why {
			t.Errorf("service %q %q: %q, %q", c.id, c.name, nodes, why)
		}
	}
}

func TestTheIDOfASingleIncidentGoesFirst(t *testing.T) {
	m, err := newMapper(Mapping{
		Nodes: map[string]string{"Q1": "beta-2", "Q2": NoNode, "PA": "alpha-1", "lab": "alpha-1"}, Severities: map[string]string{"Q1": "P0", "high": "critical"},
	}, atPagerDuty)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ incident, nodes string }{{"Q1", "beta-2"}, {"Q2", NoNode}, {"Q3", "alpha-1"}} {
		service, _ := m.service(c.incident, "PA", "Rack")
		tags, _ := m.tags(c.incident, []string{"lab"})
		if service != c.nodes || tags != c.nodes {
			t.Errorf("%s: %q by service, %q by tag, want %q", c.incident, service, tags, c.nodes)
		}
	}
	one, _ := m.severity("Q1", []string{"high"}, []string{"urgency"})
	other, _ := m.severity("Q3", []string{"high"}, []string{"urgency"})
	if one != "P0" || other != "critical" {
		t.Errorf("severities are %q and %q", one, other)
	}
}

func TestMappingOfASeverity(t *testing.T) {
	m, err := newMapper(sample, atPagerDuty)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ priority, urgency, severity, why string }{
		{"P1", "low", "P0", ""},
		{"P9", "low", "warning", ""},
		{"", "high", "critical", ""},
		{"", "odd", "", `urgency "odd" stands for no severity; add it to sources.incidents.pagerduty.severities`},
		{"P9", "odd", "", `priority "P9" and urgency "odd" stand for no severity; add one of them to sources.incidents.pagerduty.severities`},
		{"", "", "", `it has no priority and no urgency; add its own id "Q7" with a severity to sources.incidents.pagerduty.severities`},
	} {
		severity, why := m.severity("Q7", []string{c.priority, c.urgency}, []string{"priority", "urgency"})
		if severity != c.severity || why != c.why {
			t.Errorf("priority %q, urgency %q: %q, %q", c.priority, c.urgency, severity, why)
		}
	}
}

func TestMappingIsJSON(t *testing.T) {
	text, err := json.Marshal(sample)
	want := `{"nodes":{"PSVCAB":"alpha-1;beta-2","Storage gamma":"gamma-3"},"node_pattern":"^node-(.+)$","severities":{"P1":"P0","P2":"P1","high":"critical","low":"warning"}}`
	if err != nil || string(text) != want {
		t.Errorf("%s, %v", text, err)
	}
}

func TestADecoderWithABadMappingSaysSo(t *testing.T) {
	for at, decoder := range map[string]sources.Decoder{
		atPagerDuty: PagerDutyDecoder(Mapping{NodePattern: "x"}, nil),
		atOpsgenie:  OpsgenieDecoder(Mapping{NodePattern: "x"}, nil),
	} {
		_, err := decoder(context.Background(), sources.Lookup("incidents"), "/none", "none", nil, nil)
		if err == nil || !strings.HasPrefix(err.Error(), at+": node_pattern: ") {
			t.Errorf("%v", err)
		}
	}
}
