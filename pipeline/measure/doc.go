// Package measure turns saved inputs into facts: integers, dates and exact
// decimals of one period, and into the evidence that reports show beside them. It
// is the only package that knows DuckDB.
//
//	master data, incidents, tasks, … ──► sources.Decode ──► tables ──► checks ──┐
//	heartbeats ─────────────────────────────────► DuckDB ──► bits per node ─────┴──► facts, evidence
//
// Every query is an embedded file below sql; it begins with a comment that says
// what it gives. SQL counts and sums, but for the stretches of bits, and every
// answer comes ordered by a unique key. No floating-point number crosses into Go.
//
// # Row counts
//
// For each file, read = used + outside + unmatched + rejected. A row is rejected
// when it has at least one reject. A row that another source of the dataset has
// too is counted as that one is. What the others are:
//
//	dataset        used                                   outside the period              unmatched
//	operators      joined_on up to its last day           later                           –
//	tiers          from_on up to its last day             later                           –
//	nodes          active on a day of it                  no day of the row is in it      its operator is active on none of those days
//	heartbeats     in it, at a node active that day       sampled_at is not in it         unknown node, or not active that day
//	maintenance    in it, over an active node             ends before or starts after it  covers no active node
//	incidents      opened in it, naming an active node    opened_at is not in it          names no node active that day
//	tasks          dispatched in it                       dispatched_at is not in it      –
//	partners       since up to its last day               later                           –
//	partner_tiers  from_on up to its last day             later                           –
//	referrals      referred_on up to its last day         later                           –
//	leads          any of its days up to its last day     later                           –
//	mentorships    starts_on or onboarded_on up to it     later                           –
//	reviews        of its quarter                         of another quarter              –
//	revenue        booked in it                           booked_on is not in it          –
//	adjustments    of it                                  of another period               –
//	returns        of it                                  of another period               –
//	trainings      completed in it                        completed_on is not in it       –
//	activities     held in it                             held_on is not in it            –
//	notes          of it                                  of another period               –
//	stages         from_on up to its last day             later                           –
//	confirmations  every row                              –                               –
//	balances       every row                              –                               –
//
// A row outside the period may still be a fact: an operator who joins later, or a
// correction of an earlier month. It is outside what the period's lines rest on,
// though a report may name it: the last certification of an operator, say. An unmatched incident or maintenance window is shown.
package measure
