package oncall

import (
	"fmt"
	"strings"
	"testing"
)

var tagged = Mapping{
	Nodes:       map[string]string{"rack-3": "gamma-3;alpha-1", "beta": "beta-2"},
	NodePattern: `^node:(.+)$`,
	Severities:  map[string]string{"P1": "P0", "P3": "P2"},
}

func opsgenie(t testing.TB, name, content string) decoded {
	t.Helper()
	return decodeFile(OpsgenieDecoder, tagged, write(t, t.TempDir(), name, content))
}

// alertJSON is an alert of Opsgenie, with changes to single fields ("" leaves the
// field out).
func alertJSON(changes ...string) string {
	fields := []string{
		"id", `"70413a06-38d6-4c85-92b8-5ebc900d42e2-1791000000000"`, "tinyId", `"1791"`, "message", `"disk full"`, "status", `"closed"`,
		"acknowledged", "false", "tags", `["beta"]`, "createdAt", `"2026-10-05T09:00:00.353Z"`, "updatedAt", `"2026-10-07T00:00:00Z"`,
		"priority", `"P1"`, "report.ackTime", "103007", "report.closeTime", "1867000",
	}
	var members, report []string
	for i := 0; i < len(fields); i += 2 {
		value := fields[i+1]
		for c := 0; c < len(changes); c += 2 {
			if changes[c] == fields[i] {
				value = changes[c+1]
			}
		}
		name, inner := strings.CutPrefix(fields[i], "report.")
		switch {
		case value == "":
		case inner:
			report = append(report, fmt.Sprintf("%q: %s", name, value))
		default:
			members = append(members, fmt.Sprintf("%q: %s", name, value))
		}
	}
	for c := 0; c < len(changes); c += 2 {
		if changes[c] == "report" || changes[c] == "report.acknowledgedBy" {
			name, inner := strings.CutPrefix(changes[c], "report.")
			if inner {
				report = append(report, fmt.Sprintf("%q: %s", name, changes[c+1]))
			} else {
				report = nil
			}
		}
	}
	if len(report) > 0 {
		members = append(members, `"report": {`+strings.Join(report, ", ")+"}")
	}
	return "{" + strings.Join(members, ", ") + "}"
}

const alertID = "70413a06-38d6-4c85-92b8-5ebc900d42e2-1791000000000"

func TestOpsgenie(t *testing.T) {
	for _, c := range []struct{ name, alert, want string }{
		{"the report counts milliseconds from createdAt",
			alertJSON(), // 09:00:00.353 + 103.007 s; + 1,867 s
			`1: ` + alertID + `|beta-2|P0|2026-10-05T09:00:00.353Z|2026-10-05T09:01:43.36Z|2026-10-05T09:31:07.353Z|disk full|`},
		{"several tags are several nodes, sorted, each once; other tags are passed over",
			alertJSON("tags", `["node:delta-7", "urgent", "rack-3", "node:alpha-1"]`),
			`1: ` + alertID + `|alpha-1;delta-7;gamma-3|P0|2026-10-05T09:00:00.353Z|2026-10-05T09:01:43.36Z|2026-10-05T09:31:07.353Z|disk full|`},
		{"nobody acknowledged it",
			alertJSON("report.ackTime", ""),
			`1: ` + alertID + `|beta-2|P0|2026-10-05T09:00:00.353Z||2026-10-05T09:31:07.353Z|disk full|`},
		{"an ackTime of 0 is none when nobody did it",
			alertJSON("report.ackTime", "0"),
			`1: ` + alertID + `|beta-2|P0|2026-10-05T09:00:00.353Z||2026-10-05T09:31:07.353Z|disk full|`},
		{"and is at once when somebody did",
			alertJSON("report.ackTime", "0", "report.acknowledgedBy", `"somebody"`),
			`1: ` + alertID + `|beta-2|P0|2026-10-05T09:00:00.353Z|2026-10-05T09:00:00.353Z|2026-10-05T09:31:07.353Z|disk full|`},
		{"an open alert has no report",
			alertJSON("status", `"open"`, "report", ""),
			`1: ` + alertID + `|beta-2|P0|2026-10-05T09:00:00.353Z|||disk full|`},
		{"an open alert that was acknowledged has the time",
			alertJSON("status", `"open"`, "acknowledged", "true", "report.closeTime", ""),
			`1: ` + alertID + `|beta-2|P0|2026-10-05T09:00:00.353Z|2026-10-05T09:01:43.36Z||disk full|`},
		{"or is an export that lacks it",
			alertJSON("status", `"open"`, "acknowledged", "true", "report", ""),
			`data/og.json:1: acknowledged_at: acknowledged is true, but report.ackTime does not tell when; export the alert with its report`},
		{"a closed alert without its report is one, too",
			alertJSON("report", ""),
			`data/og.json:1: resolved_at: the status is closed, but report.closeTime does not tell when, and so nothing tells whether it was acknowledged either; export the alert with its report`},
		{"a closeTime that meets updatedAt as seconds is not taken for milliseconds",
			alertJSON("report.ackTime", "103", "report.closeTime", "1867", "updatedAt", `"2026-10-05T09:31:08Z"`), // 09:00:00.353 + 1,867 s
			`data/og.json:1: resolved_at: report.closeTime 1867 meets updatedAt as seconds after createdAt, and not as milliseconds; export report.ackTime and report.closeTime as the API gives them, in milliseconds`},
		{"tags and a priority that nobody configured",
			alertJSON("tags", `["lab"]`, "priority", `"P5"`),
			`1: ` + alertID + `|||2026-10-05T09:00:00.353Z|2026-10-05T09:01:43.36Z|2026-10-05T09:31:07.353Z|disk full|
			 unmapped ` + alertID + ` 2026-10-05T09:00:00.353Z data/og.json:1: none of the tags "lab" stands for a node; add one with the node's id, or with "-" if it is none of the fleet, to sources.incidents.opsgenie.nodes; priority "P5" stands for no severity; add it to sources.incidents.opsgenie.severities`},
		{"no tag at all",
			alertJSON("tags", `[]`),
			`1: ` + alertID + `|||2026-10-05T09:00:00.353Z|2026-10-05T09:01:43.36Z|2026-10-05T09:31:07.353Z|disk full|
			 unmapped ` + alertID + ` 2026-10-05T09:00:00.353Z data/og.json:1: it has no tag; see what it is about, and add its own id "` + alertID + `" with the node's id, or with "-" if it is none of the fleet, to sources.incidents.opsgenie.nodes`},
		{"a status that the schema has not",
			alertJSON("status", `"resolved"`),
			`data/og.json:1: resolved_at: the status "resolved" is neither open nor closed; export it again, or see whether Opsgenie has changed it`},
		{"a time without an offset",
			alertJSON("createdAt", `"2026-10-05T09:00:00"`),
			`data/og.json:1: opened_at: "2026-10-05T09:00:00" has no offset; write it as 2026-10-05T09:00:00Z, or with an offset as in +02:00`},
	} {
		t.Run(c.name, func(t *testing.T) { check(t, opsgenie(t, "og.json", c.alert), c.want) })
	}
}

func TestOpsgenieForms(t *testing.T) {
	row := alertID + `|alpha-1;beta-2;gamma-3|P0|2026-10-05T09:00:00.353Z|2026-10-05T09:01:43.36Z|2026-10-05T09:31:07.353Z|disk full|`
	alert := alertJSON("tags", `["beta", "rack-3"]`)
	header := "id,createdAt,updatedAt,status,acknowledged,priority,message,tags,report.ackTime,report.closeTime,owner\n"
	cells := func(tags string) string {
		return header + alertID + `,2026-10-05T09:00:00.353Z,,closed,False,P1,disk full,` + tags + ",103007,1867000,\n"
	}
	for _, c := range []struct{ name, file, content, want string }{
		{"an answer of List Alerts", "og.json", "{\"data\": [\n" + alert + "\n], \"took\": 0.3}", "2: " + row},
		{"an answer of Get Alert", "og.json", "{\"data\": " + alert + "}", "1: " + row},
		{"an array of alerts", "og.json", "[\n\n" + alert + "]", "3: " + row},
		{"an array of answers", "og.json", "[{\"data\": []},\n{\"data\": [" + alert + "]}]", "2: " + row},
		{"JSON Lines, whatever they are called", "og.txt", alert + "\n", "1: " + row},
		{"CSV with a JSON list of tags", "og.csv", cells(`"[""beta"", ""rack-3""]"`), "2: " + row},
		{"CSV with a list of tags as scripts print it", "og.csv", cells(`"['beta', 'rack-3']"`), "2: " + row},
		{"CSV with commas between the tags", "og.csv", cells(`"beta, rack-3"`), "2: " + row},
		{"CSV that lacks columns", "og.csv", "id,status\n", `error: data/og.csv:1: these columns of Opsgenie's alerts are missing: tags, priority, createdAt, report.ackTime, report.closeTime, message; export them as well, under the names that the API gives them`},
		{"CSV with a short row", "og.csv", header + "a,b\n", `data/og.csv:2: 2 instead of 11 cells; export the file again`},
		{"no alert", "og.json", `{"data": []}`, ``},
		{"data that is no list", "og.json", `{"data": 3}`, `error: data/og.json:1: the member data holds no list of alerts; export the file again`},
	} {
		t.Run(c.name, func(t *testing.T) { check(t, opsgenie(t, c.file, c.content), c.want) })
	}
}
