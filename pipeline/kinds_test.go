package pipeline

import (
	"strings"
	"testing"
	"time"

	"fleetpay/sources/oncall"
)

// monitored is a workspace whose heartbeats and incidents are what a test says.
func monitored(heartbeats, incidents string) string {
	text := "program: Plain Fleet\nsources:\n  operators: {file: data/operators.csv}\n  nodes: {file: data/nodes.csv}\n  heartbeats:" + heartbeats + "\n"
	if incidents != "" {
		text += "  incidents:" + incidents + "\n"
	}
	return text
}

const plainBeats = " {file: data/heartbeats.csv}"

func TestADatasetIsPulledFromOneKindOrFromSeveral(t *testing.T) {
	ws, err := parseWorkspace("fleet", "fleet/fleetpay.yaml", []byte(monitored(`
    - prometheus:
        url: https://prometheus.example.net/base
        query: up{job="node"}
        node_label: instance
        node_pattern: '^(.+):9100$'
        parameters: {dedup: "true", zone: a}
        headers: {X-Scope-OrgID: fleet, X-Api-Key: {file: secrets/key}}
        basic_auth: {username: fleetpay, password: {env: PROM_PASSWORD}}
        tls: {ca: ca.pem, cert: /etc/c.pem, key: k.pem, server_name: prom}
        piece: 30m
        settling: 90m
        timeout: 5s
    - victoriametrics: {file: "data/up-{period}.jsonl", metric: up, labels: {job: node}, node_label: node}
    - file: data/manual.csv`, `
    pagerduty:
      token: {env: PAGERDUTY_TOKEN}
      nodes: {PSVC001: "n1;n2"}
      severities: {P1: P0, high: critical}`)))
	if err != nil {
		t.Fatal(err)
	}
	beats := ws.sourcesOf("heartbeats")
	if len(beats) != 3 || beats[0].Name != kindPrometheus || beats[1].Name != kindVictoria || beats[2].Name != kindFile {
		t.Fatalf("heartbeats come from %+v", beats)
	}
	s := beats[0].Server
	if s.url != "https://prometheus.example.net/base" || s.user != "fleetpay" || s.password.env != "PROM_PASSWORD" || s.tls.CA != "ca.pem" ||
		s.piece != 30*time.Minute || s.settling != 90*time.Minute || s.timeout != 5*time.Second || len(s.parameters) != 2 ||
		len(s.headers) != 2 || s.headers[0].secret.file != "secrets/key" || s.headers[1].text != "fleet" {
		t.Errorf("the server is %+v", s)
	}
	if r := beats[0].Reading.series; r.Query != `up{job="node"}` || r.NodeLabel != "instance" || r.NodePattern != "^(.+):9100$" {
		t.Errorf("it is read as %+v", r)
	}
	if r := beats[1].Reading.series; beats[1].Pattern != "data/up-{period}.jsonl" || r.Metric != "up" || r.Labels["job"] != "node" || beats[1].Server != nil {
		t.Errorf("the export is read as %+v", beats[1])
	}
	calls := ws.sourcesOf("incidents")[0]
	if calls.Place() != oncall.PagerDutyURL || calls.Server.token.env != "PAGERDUTY_TOKEN" || calls.Server.settling != 24*time.Hour ||
		calls.Reading.mapping.Nodes["PSVC001"] != "n1;n2" || calls.Reading.mapping.Severities["high"] != "critical" {
		t.Errorf("incidents come from %+v", calls)
	}
}

func TestAWrongSourceIsRefusedAtItsPlace(t *testing.T) {
	const api = "url: https://p.example.net, query: up, node_label: instance"
	cases := []struct{ name, heartbeats, incidents, want string }{
		{"a kind on the wrong dataset", " {pagerduty: {file: a.json}}", "", "5:16: sources.heartbeats.pagerduty: pagerduty is no source of heartbeats; supported are file, prometheus and victoriametrics"},
		{"heartbeats for incidents", plainBeats, " {prometheus: {file: a.txt}}", "6:15: sources.incidents.prometheus: prometheus is no source of incidents; supported are file, pagerduty and opsgenie"},
		{"a kind that nobody knows", " {datadog: {file: a.json}}", "", `5:16: sources.heartbeats.datadog: "datadog" is not a kind of source that this version pulls from`},
		{"a path without its kind", " data/a.csv", "", "5:15: sources.heartbeats: a source is one kind with its place"},
		{"two kinds in one", " {file: a.csv, prometheus: {" + api + "}}", "", "5:15: sources.heartbeats: a source is one kind with its place"},
		{"an empty list", " []", "", "5:15: sources.heartbeats: the list is empty"},
		{"a wrong item of a list", "\n    - file: a.csv\n    - {datadog: {file: b}}", "", `7:8: sources.heartbeats[2].datadog: "datadog" is not a kind`},
		{"both url and file", " {prometheus: {" + api + ", file: a.txt}}", "", "5:28: sources.heartbeats.prometheus: both a file and a url"},
		{"neither url nor file", " {prometheus: {query: up, node_label: instance}}", "", "5:28: sources.heartbeats.prometheus: neither a url nor a file"},
		{"an unknown key", " {prometheus: {" + api + ", querry: up}}", "", `sources.heartbeats.prometheus.querry: the key "querry" is not known here; did you mean "query"?`},
		{"a key of the other form", " {prometheus: {file: a.txt, metric: up, node_label: instance, piece: 2h}}", "", "sources.heartbeats.prometheus.piece: piece has no meaning for a file of prometheus; allowed are file, metric, labels, node_label, node_pattern"},
		{"a metric of a server", " {prometheus: {" + api + ", metric: up}}", "", "sources.heartbeats.prometheus.metric: metric has no meaning for a server of prometheus"},
		{"no query", " {prometheus: {url: https://p.example.net, node_label: instance}}", "", `5:28: sources.heartbeats.prometheus: the key "query" is missing; add it`},
		{"no metric", " {prometheus: {file: a.txt, node_label: instance}}", "", `5:28: sources.heartbeats.prometheus: the key "metric" is missing; add it`},
		{"no node label", " {prometheus: {url: https://p.example.net, query: up}}", "", `5:28: sources.heartbeats.prometheus: the key "node_label" is missing; add it`},
		{"a query that is no selector", " {prometheus: {url: https://p.example.net, query: 'rate(up[5m])', node_label: instance}}", "", `sources.heartbeats.prometheus.query: the query "rate(up[5m])" is no plain selector`},
		{"a bad pattern", " {prometheus: {" + api + ", node_pattern: '(['}}", "", `sources.heartbeats.prometheus.node_pattern: "([" is no regular expression`},
		{"a pattern without a group", " {prometheus: {" + api + ", node_pattern: '^.+$'}}", "", `node_pattern: "^.+$" has 0 groups; it needs one`},
		{"a piece that a day does not hold evenly", " {prometheus: {" + api + ", piece: 7h}}", "", "sources.heartbeats.prometheus.piece: 7h does not divide a day"},
		{"a piece without a unit", " {prometheus: {" + api + ", piece: 2}}", "", `sources.heartbeats.prometheus.piece: "2" is not the length of a piece`},
		{"a settling time that is negative", " {prometheus: {" + api + ", settling: -1h}}", "", `sources.heartbeats.prometheus.settling: "-1h" is not a length of time`},
		{"a timeout of nothing", " {prometheus: {" + api + ", timeout: 0s}}", "", `sources.heartbeats.prometheus.timeout: "0s" is not a length of time`},
		{"a parameter that the program sets", " {prometheus: {" + api + ", parameters: {time: '1'}}}", "", `sources.heartbeats.prometheus.parameters.time: the program sets "time" itself`},
		{"a header that the program sets", " {prometheus: {" + api + ", headers: {Host: x}}}", "", "sources.heartbeats.prometheus.headers.Host: the program sets Host itself"},
		{"a certificate without its key", " {prometheus: {" + api + ", tls: {cert: c.pem}}}", "", "sources.heartbeats.prometheus.tls: cert and key go together"},
		{"a password without a user", " {prometheus: {" + api + ", basic_auth: {password: {env: X}}}}", "", `sources.heartbeats.prometheus.basic_auth: the key "username" is missing`},
		{"two ways to say who asks", " {prometheus: {" + api + ", bearer_token: {env: A}, basic_auth: {username: u, password: {env: B}}}}", "", "sources.heartbeats.prometheus: it says more than once who asks"},
		{"an address without its scheme", " {prometheus: {url: p.example.net, query: up, node_label: instance}}", "", "5:34: sources.heartbeats.prometheus.url: this is not the address of a server"},
		{"PagerDuty without a token", plainBeats, " {pagerduty: {severities: {P1: P0}}}", "6:26: sources.incidents.pagerduty: neither a token nor a file"},
		{"a severity that there is not", plainBeats, " {pagerduty: {file: a.json, severities: {P1: P9}}}", `6:54: sources.incidents.pagerduty.severities.P1: "P9" is no severity`},
		{"a node that is no id", plainBeats, " {pagerduty: {file: a.json, severities: {P1: P0}, nodes: {S1: 'a b'}}}", "sources.incidents.pagerduty.nodes.S1:"},
		{"no severities", plainBeats, " {pagerduty: {file: a.json}}", `6:26: sources.incidents.pagerduty: the key "severities" is missing`},
		{"Opsgenie's API", plainBeats, " {opsgenie: {url: https://o.example.net, severities: {P1: P0}}}", `6:25: sources.incidents.opsgenie: the key "file" is missing; name the exported files`},
		{"a key that Opsgenie's files have not", plainBeats, " {opsgenie: {file: a.json, url: https://o.example.net, severities: {P1: P0}}}", `sources.incidents.opsgenie.url: the key "url" is not known here`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := parseWorkspace(".", "fleetpay.yaml", []byte(monitored(c.heartbeats, c.incidents)))
			if ExitStatus(err) != ExitRefused || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v\nwant %s", err, c.want)
			}
		})
	}
}

func TestEveryWrongSourceIsToldAtOnce(t *testing.T) {
	_, err := parseWorkspace(".", "fleetpay.yaml", []byte(monitored(`
    - prometheus: {url: https://p.example.net, query: up, node_label: instance, piece: 7h, settling: soon}
    - pagerduty: {file: a.json}`, " {opsgenie: {file: a.json, node_pattern: '(['}}")))
	for _, want := range []string{"piece: 7h does not divide", `settling: "soon" is not`, "pagerduty is no source of heartbeats", `"([" is no regular expression`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not told in\n%v", want, err)
		}
	}
}

// hidden is what no message may show.
const hidden = "hunter2-s3cr3t"

func TestASecretInTheConfigurationIsRefusedUnseen(t *testing.T) {
	const api = "query: up, node_label: instance"
	const good = "url: https://p.example.net, " + api
	cases := []struct{ name, heartbeats, want string }{
		{"a token", " {prometheus: {" + good + ", bearer_token: " + hidden + "}}", "bearer_token: a secret does not stand in this file; write {env: NAME}"},
		{"a token beside another error", " {prometheus: {" + good + ", bearer_token: " + hidden + ", piece: 7h}}", "a secret does not stand in this file"},
		{"a token in quotes over two lines", " {prometheus: {" + good + ", bearer_token: \"a\n      " + hidden + "\", piece: 7h}}", "a secret does not stand in this file"},
		{"a token as a block", "\n    prometheus:\n      url: https://p.example.net\n      query: up\n      node_label: instance\n      bearer_token: |\n        " + hidden + "\n      piece: 7h", "a secret does not stand in this file"},
		{"a list of tokens", " {prometheus: {" + good + ", bearer_token: [" + hidden + "]}}", "a secret does not stand in this file"},
		{"a token under value", " {prometheus: {" + good + ", bearer_token: {value: " + hidden + "}}}", "a secret lies in env or file"},
		{"a token for the name of a variable", " {prometheus: {" + good + ", bearer_token: {env: " + hidden + "}}}", "this is not the name of an environment variable"},
		{"a token under a misspelt key", " {prometheus: {" + good + ", bearer: " + hidden + "}}", `the key "bearer" is not known here`},
		{"a token under a key far from it", " {prometheus: {" + good + ", pass: " + hidden + "}}", `the key "pass" is not known here`},
		{"a password", " {prometheus: {" + good + ", basic_auth: {username: u, password: " + hidden + "}}}", "basic_auth.password: a secret does not stand in this file"},
		{"user and password in one", " {prometheus: {" + good + ", basic_auth: u:" + hidden + "}}", "write {username: NAME, password: {env: NAME}}"},
		{"user and password as the user", " {prometheus: {" + good + ", basic_auth: {username: 'u:" + hidden + "', password: {env: X}}}}", "a user's name has no colon"},
		{"a header that says who asks", " {prometheus: {" + good + ", headers: {Authorization: Bearer " + hidden + "}}}", "headers.Authorization: a secret does not stand in this file"},
		{"a key as a header", " {prometheus: {" + good + ", headers: {X-Api-Key: " + hidden + "}}}", "headers.X-Api-Key: a secret does not stand in this file"},
		{"who asks, as a header of the server's own", " {prometheus: {" + good + ", headers: {X-Auth: " + hidden + "}}}", "headers.X-Auth: a secret does not stand in this file"},
		{"a key among the parameters", " {prometheus: {" + good + ", parameters: {key: " + hidden + "}}}", "parameters.key: parameters are part of the run record"},
		{"a token among the parameters", " {prometheus: {" + good + ", parameters: {token: " + hidden + "}}}", "parameters.token: parameters are part of the run record"},
		{"an address with a password", " {prometheus: {url: 'https://u:" + hidden + "@p.example.net', " + api + "}}", "url: the address holds a user or password"},
		{"an address with a user", " {prometheus: {url: 'https://" + hidden + "@p.example.net', " + api + "}}", "url: the address holds a user or password"},
		{"an address with a query", " {prometheus: {url: 'https://p.example.net?key=" + hidden + "', " + api + "}}", "url: the address holds a query"},
		{"an address that is none", " {prometheus: {url: 'p.example.net/" + hidden + " x', " + api + "}}", "url: this is not the address of a server"},
		{"a private key", " {prometheus: {" + good + ", tls: {cert: c.pem, key: \"-----BEGIN PRIVATE KEY-----" + hidden + "\"}}}", "this is not the path of a file"},
		{"an address in place of the source", " https://u:" + hidden + "@p.example.net", "a source is one kind with its place"},
		{"an address in place of its keys", " {prometheus: 'https://u:" + hidden + "@p.example.net'}", "prometheus has keys with values"},
		{"a token twice", "\n    prometheus:\n      url: https://p.example.net\n      query: up\n      node_label: instance\n      bearer_token: {env: A}\n      bearer_token: " + hidden, "stands here twice"},
		{"a token in what is no YAML", " {prometheus: {bearer_token: \"" + hidden + "\n", "this is not YAML"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := parseWorkspace(".", "fleetpay.yaml", []byte(monitored(c.heartbeats, "")))
			if ExitStatus(err) != ExitRefused || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("got %v\nwant %s", err, c.want)
			}
			if strings.Contains(err.Error(), hidden) {
				t.Errorf("the secret is shown: %v", err)
			}
		})
	}
}
