// Package sources brings the close's inputs in: it knows every dataset's
// columns, saves the configured files byte for byte, and decodes what was saved
// into typed rows.
//
//	pattern ──► ResolveFiles ──► PullFiles ──► inputs/<dataset>/<file> ──► Decode ──► Row
//	                             (bytes, SHA-256)                            └─────► Reject
//
// Three kinds of trouble are kept apart. A [Reject] is one bad cell or one
// malformed record: decoding goes on, and every one is reported. A [FileError]
// spoils a whole file, so that what was read from it cannot be trusted. Any
// other error comes from the caller: its context or its emit function.
//
// Nothing here computes money, knows a rule or opens a database.
package sources
