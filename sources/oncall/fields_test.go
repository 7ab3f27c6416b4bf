package oncall

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// What the published schemas have about who, when, acknowledgement, escalation,
// merging and status. A field that a new version of a schema adds is added here;
// the test then asks for a decision about it.
var published = map[string]string{
	// PagerDuty API 2.0.0, AnalyticsRawIncident.
	"analytics": `id incident_number service_id service_name urgency priority_id priority_name priority_order major
		status created_at updated_at resolved_at auto_resolved acknowledgement_count acknowledged_user_ids
		acknowledged_user_names resolved_by_user_id resolved_by_user_name seconds_to_engage seconds_to_first_ack
		seconds_to_mobilize seconds_to_resolve engaged_seconds snoozed_seconds user_defined_effort_seconds
		escalation_count timeout_escalation_count manual_escalation_count escalation_policy_id
		escalation_policy_name description`,
	// PagerDuty API 2.0.0, Incident.
	"rest": `id incident_number service urgency priority status created_at updated_at resolved_at title
		acknowledgements last_status_change_at last_status_change_by first_trigger_log_entry pending_actions
		is_mergeable resolve_reason escalation_policy assigned_via assignments`,
	// PagerDuty API 2.0.0, LogEntry and AcknowledgeLogEntry.
	"log entries": `type created_at incident acknowledgement_timeout channel agent`,
	// Opsgenie REST API 2.0.0, Alert and AlertReport.
	"opsgenie": `id tinyId alias message status acknowledged isSeen tags snoozed snoozedUntil count lastOccurredAt
		createdAt updatedAt owner priority responders report.ackTime report.closeTime report.acknowledgedBy
		report.closedBy`,
}

var decided = map[string][]use{"analytics": analyticsUses, "rest": restUses, "log entries": logEntryUses, "opsgenie": opsgenieUses}

func TestEveryPublishedFieldThatMattersIsReadOrSaidNotToBe(t *testing.T) {
	for schema, list := range published {
		var known []string
		for _, u := range decided[schema] {
			if slices.Contains(known, u.field) {
				t.Errorf("%s: %s is decided twice", schema, u.field)
			}
			known = append(known, u.field)
			if !u.needed() && u.why == "" {
				t.Errorf("%s: %s is not needed, and no reason says why", schema, u.field)
			}
			if u.schema == "" || !strings.Contains(u.schema, u.field[strings.LastIndex(u.field, ".")+1:]) {
				t.Errorf("%s: %s does not cite its schema", schema, u.field)
			}
			if !slices.Contains(strings.Fields(list), u.field) {
				t.Errorf("%s: %s is none of the published fields", schema, u.field)
			}
		}
		for _, field := range strings.Fields(list) {
			if !slices.Contains(known, field) {
				t.Errorf("%s: the published field %s is neither read nor said not to be needed", schema, field)
			}
		}
	}
}

// TestEveryNeededFieldIsRead leaves each field out of an incident that is good
// otherwise: whoever reads it must miss it.
func TestEveryNeededFieldIsRead(t *testing.T) {
	miss := func(t *testing.T, u use, d decoded) {
		t.Helper()
		if len(d.rejects) == 0 && d.err == nil {
			t.Errorf("nobody misses %s:\n%s", u.field, d)
		}
	}
	for _, u := range analyticsUses {
		if u.needed() && u.field != "auto_resolved" { // which the published example leaves out, too
			miss(t, u, pagerDuty(t, "pd.json", analyticsPageJSON(analyticsJSON(u.field, ""))))
		}
	}
	trigger := `, "log_entries": [` + logEntryJSON("trigger_log_entry", "2026-10-05T09:00:00Z") + `]}`
	for _, u := range restUses {
		if u.needed() && u.field != "priority" && u.field != "resolve_reason" { // left out where there is none
			miss(t, u, pagerDuty(t, "pd.json", `{"incidents": [`+restJSON(u.field, "")+`]`+trigger))
		}
	}
	for _, u := range logEntryUses {
		if !u.needed() {
			continue
		}
		entry := strings.Replace(logEntryJSON("trigger_log_entry", "2026-10-05T09:00:00Z"), fmt.Sprintf("%q:", u.field), `"other":`, 1)
		miss(t, u, pagerDuty(t, "pd.json", `{"incidents": [`+restJSON()+`], "log_entries": [`+entry+`]}`))
	}
	for _, u := range opsgenieUses {
		if u.needed() && u.field != "report.ackTime" && u.field != "acknowledged" && u.field != "updatedAt" { // see TestOpsgenie
			miss(t, u, opsgenie(t, "og.json", alertJSON(u.field, "")))
		}
	}
}

// TestFieldsOfAnotherTypeAreErrors puts a value of a type that no schema has into
// every needed field.
func TestFieldsOfAnotherTypeAreErrors(t *testing.T) {
	const other = `[[1.5]]`
	for _, u := range analyticsUses {
		if d := pagerDuty(t, "pd.json", analyticsPageJSON(analyticsJSON(u.field, other))); u.needed() && len(d.rejects) == 0 {
			t.Errorf("analytics: %s may hold %s:\n%s", u.field, other, d)
		}
	}
	trigger := `, "log_entries": [` + logEntryJSON("trigger_log_entry", "2026-10-05T09:00:00Z") + `]}`
	for _, u := range restUses {
		changed := other
		if u.field == "acknowledgements" { // which is a list
			changed = `{"at": 1}`
		}
		if d := pagerDuty(t, "pd.json", `{"incidents": [`+restJSON(u.field, changed)+`]`+trigger); u.needed() && len(d.rejects) == 0 {
			t.Errorf("REST: %s may hold %s:\n%s", u.field, changed, d)
		}
	}
	for _, u := range opsgenieUses {
		if d := opsgenie(t, "og.json", alertJSON(u.field, other)); u.needed() && u.field != "updatedAt" && len(d.rejects) == 0 {
			t.Errorf("Opsgenie: %s may hold %s:\n%s", u.field, other, d)
		}
	}
}
