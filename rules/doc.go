// Package rules knows the incentive program and nothing else: dates, money,
// the vocabulary in which a rule version is written, and Settle, which turns
// the facts of a period into its book.
//
//	Facts ──► Settle(facts, rulebook) ──► Book
//	(integers, dates,                     (lines, payouts,
//	 exact decimals)                       exceptions)
//
// It reads no file but rule files handed to it as bytes, knows no clock, no
// database and no floating point. Every rate, threshold, date and version name
// comes from a rule file (versions/*.yaml are the shipped ones).
package rules
