package oncall

import (
	"fmt"
	"strings"
	"testing"
)

// analyticsJSON is an incident of the analytics, with changes to single fields
// (a value of "" leaves the field out).
func analyticsJSON(changes ...string) string {
	fields := []string{
		"id", `"Q1"`, "incident_number", "11", "service_id", `"PSVCAB"`, "service_name", `"Pair"`, "urgency", `"low"`,
		"priority_name", `"P1"`, "status", `"resolved"`, "created_at", `"2026-10-05T09:00:00"`,
		"resolved_at", `"2026-10-05T09:31:00"`, "auto_resolved", "false", "acknowledgement_count", "1",
		"seconds_to_first_ack", "103", "seconds_to_resolve", "1860", "description", `"disk full"`,
	}
	var members []string
	for i := 0; i < len(fields); i += 2 {
		value := fields[i+1]
		for c := 0; c < len(changes); c += 2 {
			if changes[c] == fields[i] {
				value = changes[c+1]
			}
		}
		if value != "" {
			members = append(members, fmt.Sprintf("%q: %s", fields[i], value))
		}
	}
	return "{" + strings.Join(members, ", ") + "}"
}

// analyticsPageJSON is an answer that holds incidents, one a line from line 2 on.
func analyticsPageJSON(incidents ...string) string {
	return `{"time_zone": "Etc/UTC", "more": false, "last": null, "data": [` + "\n" + strings.Join(incidents, ",\n") + "\n]}"
}

// restJSON is an incident of REST.
func restJSON(changes ...string) string {
	fields := []string{
		"id", `"Q1"`, "type", `"incident"`, "status", `"resolved"`, "title", `"disk full"`, "urgency", `"high"`,
		"created_at", `"2026-10-05T11:00:00+02:00"`, "resolved_at", `"2026-10-05T09:31:00Z"`,
		"service", `{"id": "PSVCAB", "type": "service_reference", "summary": "Pair"}`,
		"priority", `{"id": "PP", "summary": "P2"}`, "acknowledgements", "[]",
	}
	var members []string
	seen := map[string]bool{}
	for c := 0; c < len(changes); c += 2 {
		seen[changes[c]] = true
		if changes[c+1] != "" {
			members = append(members, fmt.Sprintf("%q: %s", changes[c], changes[c+1]))
		}
	}
	for i := 0; i < len(fields); i += 2 {
		if !seen[fields[i]] {
			members = append(members, fmt.Sprintf("%q: %s", fields[i], fields[i+1]))
		}
	}
	return "{" + strings.Join(members, ", ") + "}"
}

func logEntryJSON(kind, at string) string {
	return fmt.Sprintf(`{"type": %q, "created_at": %q, "incident": {"id": "Q1", "type": "incident_reference"}}`, kind, at)
}

func TestPagerDutyAnalytics(t *testing.T) {
	for _, c := range []struct{ name, incident, want string }{
		{"an incident is acknowledged seconds_to_first_ack after it was created",
			analyticsJSON(), // 09:00:00 + 103 s
			`2: Q1|alpha-1;beta-2|P0|2026-10-05T09:00:00Z|2026-10-05T09:01:43Z|2026-10-05T09:31:00Z|disk full|`},
		{"a service that the configuration has not by its id is found by its name",
			analyticsJSON("service_id", `"PX"`, "service_name", `"Storage gamma"`),
			`2: Q1|gamma-3|P0|2026-10-05T09:00:00Z|2026-10-05T09:01:43Z|2026-10-05T09:31:00Z|disk full|`},
		{"then by the pattern on its name",
			analyticsJSON("service_id", `"PX"`, "service_name", `"node-delta-7"`),
			`2: Q1|delta-7|P0|2026-10-05T09:00:00Z|2026-10-05T09:01:43Z|2026-10-05T09:31:00Z|disk full|`},
		{"without a priority the urgency is the severity",
			analyticsJSON("priority_name", "null"),
			`2: Q1|alpha-1;beta-2|warning|2026-10-05T09:00:00Z|2026-10-05T09:01:43Z|2026-10-05T09:31:00Z|disk full|`},
		{"a priority that is not in the configuration leaves it to the urgency",
			analyticsJSON("priority_name", `"SEV-9"`, "urgency", `"high"`),
			`2: Q1|alpha-1;beta-2|critical|2026-10-05T09:00:00Z|2026-10-05T09:01:43Z|2026-10-05T09:31:00Z|disk full|`},
		{"it is resolved only when the status says so",
			analyticsJSON("status", `"acknowledged"`),
			`2: Q1|alpha-1;beta-2|P0|2026-10-05T09:00:00Z|2026-10-05T09:01:43Z||disk full|`},
		{"one that resolved itself says so",
			analyticsJSON("auto_resolved", "true", "seconds_to_first_ack", "null", "acknowledgement_count", "0"),
			`2: Q1|alpha-1;beta-2|P0|2026-10-05T09:00:00Z||2026-10-05T09:31:00Z|disk full|resolved automatically`},
		{"a service and a severity that nobody configured are told, and the row stays",
			analyticsJSON("service_id", `"PX"`, "service_name", `"Billing"`, "priority_name", "null", "urgency", `"odd"`),
			`2: Q1|||2026-10-05T09:00:00Z|2026-10-05T09:01:43Z|2026-10-05T09:31:00Z|disk full|
			 unmapped Q1 2026-10-05T09:00:00Z data/pd.json:2: service "PX" ("Billing") stands for no node; add "PX" with the node's id, or with "-" if it is none of the fleet, to sources.incidents.pagerduty.nodes; urgency "odd" stands for no severity; add it to sources.incidents.pagerduty.severities`},
		{"a node without a severity is not mapped either",
			analyticsJSON("priority_name", `"P7"`, "urgency", `"odd"`),
			`2: Q1|||2026-10-05T09:00:00Z|2026-10-05T09:01:43Z|2026-10-05T09:31:00Z|disk full|
			 unmapped Q1 2026-10-05T09:00:00Z data/pd.json:2: priority "P7" and urgency "odd" stand for no severity; add one of them to sources.incidents.pagerduty.severities`},
		{"a bad row is told once, and not as unmapped besides",
			analyticsJSON("service_id", `"PX"`, "created_at", `"yesterday"`),
			`data/pd.json:2: opened_at: "yesterday" is not an instant; write it as 2026-10-05T09:00:00Z`},
		{"an acknowledgement that is counted but not timed is not taken for none",
			analyticsJSON("seconds_to_first_ack", "null"),
			`data/pd.json:2: acknowledged_at: seconds_to_first_ack is null, but acknowledgement_count or the status don't say that nobody acknowledged it; export /incidents/Q1/log_entries as well, into a .json file beside this one that the source finds, too`},
		{"nor one that only the status tells of",
			analyticsJSON("seconds_to_first_ack", "null", "acknowledgement_count", "0", "status", `"acknowledged"`),
			`data/pd.json:2: acknowledged_at: seconds_to_first_ack is null, but acknowledgement_count or the status don't say that nobody acknowledged it; export /incidents/Q1/log_entries as well, into a .json file beside this one that the source finds, too`},
		{"resolved without a time is an error",
			analyticsJSON("resolved_at", "null"),
			`data/pd.json:2: resolved_at: the status is resolved, but resolved_at is empty; export it again`},
		{"resolved before it began is an error",
			analyticsJSON("resolved_at", `"2026-10-05T08:59:59"`),
			`data/pd.json:2: resolved_at: "2026-10-05T08:59:59Z" is before opened_at "2026-10-05T09:00:00Z"; it may be the same or later`},
		{"a status that the schema has not is an error",
			analyticsJSON("status", `"merged"`),
			`data/pd.json:2: resolved_at: the status "merged" is none of triggered, acknowledged and resolved; export it again, or see whether PagerDuty has changed it`},
		{"a field of another type is an error",
			analyticsJSON("seconds_to_first_ack", `"103"`),
			`data/pd.json:2: acknowledged_at: the provider's field seconds_to_first_ack holds "103" where its schema has a whole number; export it again, or see whether the provider has changed it`},
		{"an id must be an id",
			analyticsJSON("id", `"Q 1"`),
			`data/pd.json:2: incident_id: "Q 1" is not an id; write letters, digits, ".", "_" or "-", at most 64, beginning with a letter or digit`},
		{"what is no object is an error",
			`17`, `data/pd.json:2: is not a JSON object; export the incidents again`},
		{"a field twice is an error",
			`{"id": "Q1", "id": "Q2"}`, `data/pd.json:2: "id" stands twice in this object; export the incidents again`},
	} {
		t.Run(c.name, func(t *testing.T) {
			check(t, pagerDuty(t, "pd.json", analyticsPageJSON(c.incident)), c.want)
		})
	}
}

func TestPagerDutyTimesNeedAnOffset(t *testing.T) {
	for _, c := range []struct{ name, file, want string }{
		{"a local time in an export of another time zone",
			`{"time_zone": "Europe/Oslo", "more": false, "data": [` + analyticsJSON("status", `"triggered"`) + `]}`,
			`data/pd.json:1: opened_at: "2026-10-05T09:00:00" has no offset, and the export's time_zone is "Europe/Oslo"; export it with the time_zone Etc/UTC`},
		{"a local time, and nothing tells where",
			`[` + analyticsJSON("status", `"triggered"`) + `]`,
			`data/pd.json:1: opened_at: "2026-10-05T09:00:00" has no offset, and nothing tells its time zone; export the analytics as JSON with their time_zone, which is to be Etc/UTC, or the times with their offsets`},
		{"a time with an offset needs no time zone",
			analyticsJSON("created_at", `"2026-10-05T11:00:00+02:00"`, "resolved_at", `"2026-10-05T09:31:00Z"`),
			`1: Q1|alpha-1;beta-2|P0|2026-10-05T09:00:00Z|2026-10-05T09:01:43Z|2026-10-05T09:31:00Z|disk full|`},
		{"REST without an offset",
			`{"incidents": [` + restJSON("created_at", `"2026-10-05T09:00:00"`, "log_entries", `[{"type": "trigger_log_entry", "created_at": "2026-10-05T09:00:00Z"}]`) + `]}`,
			`data/pd.json:1: opened_at: "2026-10-05T09:00:00" has no offset; write it as 2026-10-05T09:00:00Z, or with an offset as in +02:00`},
	} {
		t.Run(c.name, func(t *testing.T) { check(t, pagerDuty(t, "pd.json", c.file), c.want) })
	}
}

func TestPagerDutyREST(t *testing.T) {
	trigger := logEntryJSON("trigger_log_entry", "2026-10-05T09:00:00Z")
	for _, c := range []struct{ name, file, want string }{
		{"a resolved incident without log entries: nobody knows whether it was acknowledged",
			`{"incidents": [` + restJSON() + `]}`,
			`data/pd.json:1: acknowledged_at: nothing tells whether and when it was acknowledged: REST leaves acknowledgements empty once an incident is resolved or triggered again; export /incidents/Q1/log_entries as well, into a .json file beside this one that the source finds, too, or export the analytics`},
		{"the log entries have the first acknowledgement, in whatever order they come",
			`{"incidents": [` + restJSON() + `], "log_entries": [` +
				logEntryJSON("acknowledge_log_entry", "2026-10-05T09:07:00Z") + "," +
				logEntryJSON("acknowledge_log_entry", "2026-10-05T11:03:00+02:00") + "," + trigger + `]}`,
			`1: Q1|alpha-1;beta-2|P1|2026-10-05T09:00:00Z|2026-10-05T09:03:00Z|2026-10-05T09:31:00Z|disk full|`},
		{"the other spelling of the schema is an acknowledgement, too",
			`{"incidents": [` + restJSON() + `], "log_entries": [` + trigger + "," +
				logEntryJSON("acknowledgement_log_entry", "2026-10-05T09:07:00Z") + `]}`,
			`1: Q1|alpha-1;beta-2|P1|2026-10-05T09:00:00Z|2026-10-05T09:07:00Z|2026-10-05T09:31:00Z|disk full|`},
		{"log entries without an acknowledgement: there was none",
			`{"incidents": [` + restJSON() + `]}` + "\n" + `{"log_entries": [` + trigger + `], "more": false}`,
			`1: Q1|alpha-1;beta-2|P1|2026-10-05T09:00:00Z||2026-10-05T09:31:00Z|disk full|`},
		{"log entries that don't go back to the beginning tell nothing",
			`{"incidents": [` + restJSON() + `], "log_entries": [` + logEntryJSON("resolve_log_entry", "2026-10-05T09:31:00Z") + `]}`,
			`data/pd.json:1: acknowledged_at: its log entries don't go back to its beginning, the trigger_log_entry; export every page of /incidents/Q1/log_entries`},
		{"while it is acknowledged the incident itself tells",
			`{"incidents": [` + restJSON("status", `"acknowledged"`, "resolved_at", "null", "priority", "",
				"acknowledgements", `[{"at": "2026-10-05T09:09:00Z"}, {"at": "2026-10-05T09:05:00Z"}]`) + `]}`,
			`1: Q1|alpha-1;beta-2|critical|2026-10-05T09:00:00Z|2026-10-05T09:05:00Z||disk full|`},
		{"the incident's own acknowledgement may be the later one",
			`{"incidents": [` + restJSON("status", `"acknowledged"`, "resolved_at", "null", "acknowledgements", `[{"at": "2026-10-05T09:09:00Z"}]`) +
				`], "log_entries": [` + trigger + "," + logEntryJSON("acknowledge_log_entry", "2026-10-05T09:05:00Z") + `]}`,
			`1: Q1|alpha-1;beta-2|P1|2026-10-05T09:00:00Z|2026-10-05T09:05:00Z||disk full|`},
		{"or the only one that is told",
			`{"incidents": [` + restJSON("status", `"acknowledged"`, "resolved_at", "null", "acknowledgements", `[{"at": "2026-10-05T09:09:00Z"}]`) +
				`], "log_entries": [` + trigger + `]}`,
			`1: Q1|alpha-1;beta-2|P1|2026-10-05T09:00:00Z|2026-10-05T09:09:00Z||disk full|`},
		{"acknowledged, as the status says, but nothing tells when",
			`{"incidents": [` + restJSON("status", `"acknowledged"`, "resolved_at", "null") + `], "log_entries": [` + trigger + `]}`,
			`data/pd.json:1: acknowledged_at: PagerDuty says that incident Q1 was acknowledged, but its log entries don't tell when; see it there, enter it by hand, from a file source of its own, and close with this row left out`},
		{"resolved at a time without an offset",
			`{"incidents": [` + restJSON("resolved_at", `"2026-10-05T09:31:00"`) + `], "log_entries": [` + trigger + `]}`,
			`data/pd.json:1: resolved_at: "2026-10-05T09:31:00" has no offset; write it as 2026-10-05T09:00:00Z, or with an offset as in +02:00`},
		{"a merged incident is resolved by that, and says where it went",
			`{"incidents": [` + restJSON("resolve_reason", `{"type": "merge_resolve_reason", "incident": {"id": "Q9", "type": "incident_reference"}}`) +
				`], "log_entries": [` + trigger + `]}`,
			`1: Q1|alpha-1;beta-2|P1|2026-10-05T09:00:00Z||2026-10-05T09:31:00Z|disk full|merged into Q9`},
		{"one incident by itself, its log entries within",
			`{"incident": ` + restJSON("log_entries", `[{"type": "trigger_log_entry", "created_at": "2026-10-05T09:00:00Z"}]`) + `}`,
			`1: Q1|alpha-1;beta-2|P1|2026-10-05T09:00:00Z||2026-10-05T09:31:00Z|disk full|`},
		{"a log entry without its incident",
			`{"incidents": [` + restJSON() + `], "log_entries": [{"type": "trigger_log_entry", "created_at": "2026-10-05T09:00:00Z"}]}`,
			`error: data/pd.json:1: a log entry does not say of which incident it is (incident.id); export it again`},
		{"a page of which the next one is missing",
			`{"incidents": [], "limit": 100, "offset": 0, "more": true}`,
			`error: data/pd.json:1: this page is not the last (more is true), and the next one is neither in this file nor in a .json file beside it; export every page, as it came`},
		{"two pages, one a line",
			`{"incidents": [], "limit": 100, "offset": 0, "more": true}` + "\n" + `{"incidents": [], "limit": 100, "offset": 100, "more": false}`, ``},
		{"an error that the server answered with",
			`{"error": {"message": "Not Found", "code": 2100}}`,
			`error: data/pd.json:1: holds an error that the server answered with, {"message": "Not Found", "code": 2100}; export the file again`},
		{"an empty month", `{"incidents": [], "more": false}`, ``},
		{"JSON that ends in the middle", "{\"incidents\": [\n",
			`error: data/pd.json:2: the JSON ends in the middle; export or fetch the file again`},
		{"what is no JSON", "{\"incidents\": [],\n oops}",
			`error: data/pd.json:2: is not JSON (invalid character 'o' looking for beginning of object key string); export the file again`},
		{"an empty file", " \n", `error: data/pd.json:1: the file is empty; export it again`},
	} {
		t.Run(c.name, func(t *testing.T) { check(t, pagerDuty(t, "pd.json", c.file), c.want) })
	}
}
