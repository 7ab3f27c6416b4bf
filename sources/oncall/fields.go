package oncall

import "slices"

// What is read of each provider, and from which published schema it comes.
//
// PagerDuty: "PagerDuty API", version 2.0.0, the OpenAPI description in the
// repository PagerDuty/api-schema, reference/REST/openapiv3.json. Its log entry
// types are as of its changelog of 2023-03-06; the schema AnalyticsRawIncident
// is as published with its examples of 2023-05-31 and the fields updated_at and
// incident_type_id, which came later.
//
// Opsgenie: "Opsgenie REST API", version 2.0.0, List Alerts and Get Alert of
// docs.opsgenie.com/docs/alert-api; the same fields are in opsgenie-go-sdk-v2,
// alert/result.go and alert/report.go.

// use says what becomes of one field of a provider.
type use struct {
	field  string
	schema string // name and type, as published
	column string // what it fills; "" for a field that is not needed
	why    string // it is not needed, or what it is needed for besides
}

// needed tells whether the field is read.
func (u use) needed() bool { return u.column != "" }

// analyticsUses are the fields of POST /analytics/raw/incidents, data[], that
// are about who, when, acknowledgement, escalation, merging or status.
var analyticsUses = []use{
	{field: "id", schema: "AnalyticsRawIncident.id, string", column: "incident_id"},
	{field: "service_id", schema: "AnalyticsRawIncident.service_id, string", column: "node_ids"},
	{field: "service_name", schema: "AnalyticsRawIncident.service_name, string", column: "node_ids"},
	{field: "priority_name", schema: "AnalyticsRawIncident.priority_name, string or null", column: "severity"},
	{field: "urgency", schema: "AnalyticsRawIncident.urgency, string: high or low", column: "severity"},
	{field: "created_at", schema: "AnalyticsRawIncident.created_at, string: a local time of the answer's time_zone, without an offset", column: "opened_at"},
	{field: "seconds_to_first_ack", schema: "AnalyticsRawIncident.seconds_to_first_ack, integer or null", column: "acknowledged_at"},
	{field: "acknowledgement_count", schema: "AnalyticsRawIncident.acknowledgement_count, integer", column: "acknowledged_at", why: "0 says that nobody acknowledged it, when seconds_to_first_ack is null"},
	{field: "status", schema: "AnalyticsRawIncident.status, string: triggered, acknowledged or resolved", column: "resolved_at"},
	{field: "resolved_at", schema: "AnalyticsRawIncident.resolved_at, string or null, as created_at", column: "resolved_at"},
	{field: "auto_resolved", schema: "AnalyticsRawIncident.auto_resolved, boolean; left out of some", column: "resolution"},
	{field: "description", schema: "AnalyticsRawIncident.description, string", column: "cause"},

	{field: "incident_number", schema: "AnalyticsRawIncident.incident_number, integer", why: "id says it; kept in what is pulled, for people"},
	{field: "seconds_to_resolve", schema: "AnalyticsRawIncident.seconds_to_resolve, integer", why: "resolved_at says it; kept in what is pulled"},
	{field: "updated_at", schema: "AnalyticsRawIncident.updated_at, string", why: "is when the analytics were computed, not when something happened"},
	{field: "seconds_to_engage", schema: "AnalyticsRawIncident.seconds_to_engage, integer or null", why: "is about several responders, from the first to the last"},
	{field: "seconds_to_mobilize", schema: "AnalyticsRawIncident.seconds_to_mobilize, integer or null", why: "is about the last responder; the first one counts"},
	{field: "engaged_seconds", schema: "AnalyticsRawIncident.engaged_seconds, integer", why: "is working time, not response time"},
	{field: "snoozed_seconds", schema: "AnalyticsRawIncident.snoozed_seconds, integer", why: "snoozing comes after the first acknowledgement"},
	{field: "user_defined_effort_seconds", schema: "AnalyticsRawIncident.user_defined_effort_seconds, integer or null", why: "is working time as people put it"},
	{field: "escalation_count", schema: "AnalyticsRawIncident.escalation_count, integer", why: "who was called does not change when it was answered"},
	{field: "timeout_escalation_count", schema: "AnalyticsRawIncident.timeout_escalation_count, integer", why: "as escalation_count"},
	{field: "manual_escalation_count", schema: "AnalyticsRawIncident.manual_escalation_count, integer", why: "as escalation_count"},
	{field: "escalation_policy_id", schema: "AnalyticsRawIncident.escalation_policy_id, string", why: "the service names the node"},
	{field: "escalation_policy_name", schema: "AnalyticsRawIncident.escalation_policy_name, string", why: "the service names the node"},
	{field: "acknowledged_user_ids", schema: "AnalyticsRawIncident.acknowledged_user_ids, strings", why: "people's, and not kept"},
	{field: "acknowledged_user_names", schema: "AnalyticsRawIncident.acknowledged_user_names, strings", why: "people's, and not kept"},
	{field: "resolved_by_user_id", schema: "AnalyticsRawIncident.resolved_by_user_id, string", why: "people's, and not kept"},
	{field: "resolved_by_user_name", schema: "AnalyticsRawIncident.resolved_by_user_name, string", why: "people's, and not kept"},
	{field: "priority_id", schema: "AnalyticsRawIncident.priority_id, string or null", why: "priority_name says it as people know it"},
	{field: "priority_order", schema: "AnalyticsRawIncident.priority_order, integer or null", why: "priority_name says it"},
	{field: "major", schema: "AnalyticsRawIncident.major, boolean", why: "follows from the priority and the number of responders"},
}

// restUses are the fields of GET /incidents, incidents[].
var restUses = []use{
	{field: "id", schema: "Incident.id, string", column: "incident_id"},
	{field: "service", schema: "Incident.service, ServiceReference: id and summary (its name), strings", column: "node_ids"},
	{field: "priority", schema: "Incident.priority, Priority or null: summary (its name), string; left out by accounts without priorities", column: "severity"},
	{field: "urgency", schema: "Incident.urgency, string: high or low", column: "severity"},
	{field: "created_at", schema: "Incident.created_at, date-time", column: "opened_at"},
	{field: "acknowledgements", schema: "Incident.acknowledgements, Acknowledgement[]: at, date-time; empty once resolved or triggered again", column: "acknowledged_at"},
	{field: "status", schema: "Incident.status, string: triggered, acknowledged or resolved", column: "resolved_at"},
	{field: "resolved_at", schema: "Incident.resolved_at, date-time or null", column: "resolved_at"},
	{field: "resolve_reason", schema: "Incident.resolve_reason, ResolveReason or null: type merge_resolve_reason, and incident.id", column: "resolution", why: "a merged incident is answered when it is merged, as resolved_at says"},
	{field: "title", schema: "Incident.title, string", column: "cause"},

	{field: "incident_number", schema: "Incident.incident_number, integer", why: "id says it"},
	{field: "updated_at", schema: "Incident.updated_at, date-time", why: "is the last change of any kind"},
	{field: "last_status_change_at", schema: "Incident.last_status_change_at, date-time", why: "resolved_at and the log entries say which change it was"},
	{field: "last_status_change_by", schema: "Incident.last_status_change_by, AgentReference", why: "people's, and not kept"},
	{field: "first_trigger_log_entry", schema: "Incident.first_trigger_log_entry, LogEntryReference", why: "created_at says when"},
	{field: "pending_actions", schema: "Incident.pending_actions, IncidentAction[]", why: "lie in the future"},
	{field: "is_mergeable", schema: "Incident.is_mergeable, boolean", why: "is about what may still happen"},
	{field: "escalation_policy", schema: "Incident.escalation_policy, EscalationPolicyReference", why: "the service names the node"},
	{field: "assigned_via", schema: "Incident.assigned_via, string", why: "who was called does not change when it was answered"},
	{field: "assignments", schema: "Incident.assignments, Assignment[]", why: "people's, and not kept"},
}

// logEntryUses are the fields of GET /incidents/{id}/log_entries, log_entries[].
var logEntryUses = []use{
	{field: "type", schema: "LogEntry.type, string: acknowledge_log_entry, trigger_log_entry and others", column: "acknowledged_at"},
	{field: "created_at", schema: "LogEntry.created_at, date-time", column: "acknowledged_at"},
	{field: "incident", schema: "LogEntry.incident, IncidentReference: id, string", column: "acknowledged_at"},

	{field: "acknowledgement_timeout", schema: "AcknowledgeLogEntry.acknowledgement_timeout, integer or null", why: "is how long the acknowledgement lasts; the first one counts, however long"},
	{field: "channel", schema: "LogEntry.channel, Channel", why: "an acknowledgement counts by whatever way it came"},
	{field: "agent", schema: "LogEntry.agent, AgentReference", why: "people's, and not kept"},
}

// opsgenieUses are the fields of GET /v2/alerts, data[].
var opsgenieUses = []use{
	{field: "id", schema: "Alert.id, string", column: "incident_id", why: "tinyId is used again after a while, and alias by every alert of the same cause"},
	{field: "tags", schema: "Alert.tags, strings", column: "node_ids"},
	{field: "priority", schema: "Alert.priority, string: P1 to P5", column: "severity"},
	{field: "createdAt", schema: "Alert.createdAt, date-time", column: "opened_at"},
	{field: "acknowledged", schema: "Alert.acknowledged, boolean", column: "acknowledged_at", why: "true without ackTime is an export that lacks the time"},
	{field: "report.ackTime", schema: "AlertReport.ackTime, integer; left out when nobody did", column: "acknowledged_at"},
	{field: "status", schema: "Alert.status, string: open or closed", column: "resolved_at"},
	{field: "report.closeTime", schema: "AlertReport.closeTime, integer; left out while open", column: "resolved_at"},
	{field: "updatedAt", schema: "Alert.updatedAt, date-time", column: "resolved_at", why: "shows when the times are seconds and not milliseconds"},
	{field: "message", schema: "Alert.message, string", column: "cause"},

	{field: "tinyId", schema: "Alert.tinyId, string", why: "is used again after a while"},
	{field: "alias", schema: "Alert.alias, string", why: "is the same for every alert of the same cause"},
	{field: "lastOccurredAt", schema: "Alert.lastOccurredAt, date-time", why: "repeats belong to the alert that is open"},
	{field: "count", schema: "Alert.count, integer", why: "as lastOccurredAt"},
	{field: "snoozed", schema: "Alert.snoozed, boolean", why: "snoozing is no acknowledgement"},
	{field: "snoozedUntil", schema: "Alert.snoozedUntil, date-time", why: "as snoozed"},
	{field: "isSeen", schema: "Alert.isSeen, boolean", why: "seeing is no acknowledgement"},
	{field: "report.acknowledgedBy", schema: "AlertReport.acknowledgedBy, string", why: "people's, and not kept; only whether it is there tells an ackTime of 0 from none"},
	{field: "report.closedBy", schema: "AlertReport.closedBy, string", why: "people's, and not kept"},
	{field: "owner", schema: "Alert.owner, string", why: "people's, and not kept"},
	{field: "responders", schema: "Alert.responders, Responder[]", why: "people's, and not kept"},
}

// missingOf lists the needed fields that a table's header lacks.
func missingOf(uses []use, header []string, optional ...string) []string {
	var missing []string
	for _, u := range uses {
		if u.needed() && !slices.Contains(header, u.field) && !slices.Contains(optional, u.field) {
			missing = append(missing, u.field)
		}
	}
	return missing
}
