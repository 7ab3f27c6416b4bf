package pipeline

import (
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// plain is the least that a workspace says.
const plain = `program: Plain Fleet
sources:
  operators: {file: data/operators.csv}
  nodes: {file: data/nodes.csv}
  heartbeats: {file: "data/heartbeats-{period}.parquet"}
`

func TestAWorkspaceThatSaysLittleHasDefaults(t *testing.T) {
	ws, err := parseWorkspace("fleet", "fleet/fleetpay.yaml", []byte(plain))
	if err != nil {
		t.Fatal(err)
	}
	if ws.HeartbeatInterval != time.Minute || ws.Minimum.String() != "10.00" || ws.Confirmers != 1 ||
		ws.Closes != filepath.Join("fleet", "closes") || ws.Rules != "" || ws.DefaultChain != "" || ws.Memory != "" {
		t.Errorf("got %+v", ws)
	}
	if got := ws.sourcesOf("heartbeats"); len(got) != 1 || got[0].Name != kindFile || got[0].Pattern != "data/heartbeats-{period}.parquet" {
		t.Errorf("heartbeats come from %+v", got)
	}
}

func TestNumbersAreTakenFromTheTextAndPathsStartAtTheWorkspace(t *testing.T) {
	ws, err := parseWorkspace("fleet", "fleet/fleetpay.yaml", []byte(plain+`heartbeat_interval: 5m
closes: /srv/closes
rules: own
parameters:
  tier1_node_rate: 100.10
  referral_share: 13%
payments: {minimum: 0.3, default_chain: polygon, confirmers: 2, blocked_wallets: b.txt}
database: {memory: 512MiB}
`))
	if err != nil {
		t.Fatal(err)
	}
	if ws.HeartbeatInterval != 5*time.Minute || ws.Closes != "/srv/closes" || ws.Rules != filepath.Join("fleet", "own") ||
		ws.Parameters["tier1_node_rate"] != "100.10" || ws.Parameters["referral_share"] != "13%" ||
		ws.Minimum.String() != "0.30" || ws.DefaultChain != "polygon" || ws.Confirmers != 2 ||
		ws.BlockedWallets != "b.txt" || ws.Memory != "512MiB" {
		t.Errorf("got %+v", ws)
	}
}

func TestAWrongConfigurationIsRefusedAtItsPlace(t *testing.T) {
	cases := []struct{ name, extra, want string }{
		{"an interval that a day does not hold evenly", "heartbeat_interval: 7s", "6:21: heartbeat_interval: 7s does not divide a day of 86400s"},
		{"an interval of parts of a second", "heartbeat_interval: 500ms", `6:21: heartbeat_interval: "500ms" is not an interval`},
		{"an interval longer than a day", "heartbeat_interval: 48h", "6:21: heartbeat_interval: 48h does not divide a day"},
		{"an interval without a unit", "heartbeat_interval: 60", `6:21: heartbeat_interval: "60" is not an interval`},
		{"a minimum with three places", "payments: {minimum: 1.005}", "6:21: payments.minimum: 1.005 has more than two decimal places"},
		{"a minimum with an exponent", "payments: {minimum: 1e1}", `6:21: payments.minimum: "1e1" is not an amount of 0 or more`},
		{"nobody to confirm", "payments: {confirmers: 0}", `6:24: payments.confirmers: "0" is not a number of people`},
		{"memory without a unit", "database: {memory: 2000}", `6:20: database.memory: "2000" is not a size; write it as 512MiB or 2GiB`},
		{"a contact that names nobody", "contact: {days: 14}", `6:10: contact: the key "ask" is missing; add it`},
		{"a contact of blanks", "contact: {ask: '  '}", "6:16: contact.ask: nobody is named"},
		{"a contact of two lines", "contact:\n  ask: |\n    Finance\n    desk", `7:8: contact.ask: "Finance\ndesk" is not on one line`},
		{"a contact that is too long", "contact: {ask: " + strings.Repeat("x", 121) + "}", "6:16: contact.ask: it has 121 characters; at most 120 fit a statement"},
		{"a contact that can't be set", "contact: {ask: Desk مقر}", "6:16: contact.ask: the contact has the character"},
		{"no days for questions", "contact: {ask: Desk, days: 0}", `6:28: contact.days: "0" is not a number of days from 1 to 366`},
		{"a target without its sign", "targets: {uptime: 99.7}", "6:19: targets.uptime: 99.7 has no percent sign"},
		{"a target that is no count", "targets: {leads: 3.5}", `6:18: targets.leads: "3.5" is not a whole number`},
		{"a target that is too large", "targets: {leads: 17000000000000000000000}", `6:18: targets.leads: "17000000000000000000000" is too large; write a number of fewer digits`},
		{"a target that is negative", "targets: {uptime: -3%}", `6:19: targets.uptime: "-3%" is negative; write a percentage above 0%`},
		{"uptime that nothing is above", "targets: {uptime: 100%}", "6:19: targets.uptime: 100% can't be met, since uptime is to be above it"},
		{"churn that nothing is below", "targets: {partners: {mill: {churn: 0%}}}", "6:36: targets.partners.mill.churn: 0% can't be met, since churn is to be below it"},
		{"targets of what is no id", "targets: {partners: {p x: {leads: 3}}}", `6:22: targets.partners.p x: "p x" is not an id; write letters, digits, ".", "_" or "-"`},
		{"a target that is misspelt", "targets: {uptme: 99.7%}", `6:11: targets.uptme: the key "uptme" is not known here; did you mean "uptime"?`},
		{"the partners misspelt", "targets: {partner: {mill: {leads: 3}}}", `6:11: targets.partner: the key "partner" is not known here; did you mean "partners"?`},
		{"a target of one partner", "targets: {partners: {mill: {active_operators: {from: 5, to: 3}}}}",
			"6:61: targets.partners.mill.active_operators.to: 3 is less than from, 5"},
		{"targets that are a list", "targets: [uptime]", "6:10: targets: a list instead of keys with values"},
		{"partners that are a list", "targets: {partners: [mill]}", "6:21: targets.partners: a list instead of keys with values"},
		{"a program with a tab", "program: \"Fleet\\tone\"", `1:10: program: "Fleet\tone" holds the character U+0009, which nobody sees; take it out`},
		{"a program of two lines", "program: |\n  Fleet\n  one", `1:10: program: "Fleet\none" holds the character U+000A`},
		{"a program with a line separator", `program: "Fleet\u2028one"`, `1:10: program: "Fleet\u2028one" holds the character U+2028`},
		{"a program that turns its letters around", `program: "Fleet \u202Eone"`, `1:10: program: "Fleet \u202eone" holds the character U+202E`},
		{"a program of blanks", "program: '  '", "1:10: program: the program has no name; write one"},
		{"one font", "fonts: a.ttf", `6:8: fonts: "a.ttf" instead of a list`},
		{"a font without a name", "fonts: ['']", "6:9: fonts[1]: the text is empty"},
		{"a key twice", "closes: a\ncloses: b", `7:1: the key "closes" stands here twice`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			text := plain + c.extra + "\n"
			if strings.HasPrefix(c.extra, "program: ") {
				text = c.extra + strings.TrimPrefix(plain, "program: Plain Fleet")
			}
			_, err := parseWorkspace(".", "fleetpay.yaml", []byte(text))
			if ExitStatus(err) != ExitRefused || !strings.Contains(err.Error(), "fleetpay.yaml:"+c.want) {
				t.Errorf("got %v\nwant %s", err, c.want)
			}
		})
	}
}

func FuzzWorkspace(f *testing.F) {
	f.Add([]byte(plain))
	f.Add([]byte(plain + "payments: {minimum: 10.00}\nparameters: {a: 1}\n"))
	f.Add([]byte("sources: [\n"))
	f.Add([]byte(monitored(" [{prometheus: {url: 'https://u:p@h?q', query: up, node_label: i, bearer_token: x, headers: {A: {env: B}}, piece: 7h}}, {victoriametrics: {file: f}}]",
		" {pagerduty: {token: {file: f}, severities: {P1: P0}, nodes: {a: b;c}, tls: {ca: |\n  x\n  }}}")))
	f.Fuzz(func(t *testing.T, data []byte) {
		ws, err := parseWorkspace(".", "fleetpay.yaml", data)
		if (ws == nil) == (err == nil) {
			t.Fatalf("got %v and %v", ws, err)
		}
		if err != nil && ExitStatus(err) != ExitRefused {
			t.Fatalf("%v is no refusal", err)
		}
	})
}
