// Package proposals makes rows for the workspace's files out of issues that anybody
// may file, and writes them there once a named person has accepted them.
//
//	issue ──► form ──► Proposal ──► (a person) ──► Plan ──► entry 0001.json ──► CSV files
//	                   rows,         accepts or     every file   what was        renamed
//	                   problems      declines       prepared     decided
//
// A proposal moves nothing. What is decided lies in an append-only folder, an entry
// each: which text of the issue was decided on (its SHA-256, not the text), by whom,
// when, and the rows before and after. Contact data and the text of an issue are
// never kept.
//
// Errors are about the input or the state, unless they wrap one of the system.
package proposals
