// Package oncall reads incidents from where people are called out: PagerDuty,
// through its API or from exported files, and Opsgenie's exported alerts. It
// hands them over as rows of the dataset incidents.
//
//	PagerDuty.Pull ──► Parquet of the provider's own fields ─┐
//	exported JSON, CSV ──────────────────────────────────────┴► Decoder ──► Row
//	                                                   Mapping ┘       └──► Unmapped
//
// A provider knows services, tags, priorities and urgencies; which nodes and
// severities these stand for is told by a [Mapping]. An incident that it does
// not cover is emitted without them and reported, never left out.
//
// When an incident was first acknowledged decides what is paid. Where a file
// does not tell, the incident is rejected with what to export as well; nothing
// here takes "not told" for "never".
package oncall
