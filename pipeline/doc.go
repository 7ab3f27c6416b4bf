// Package pipeline closes a month and proves it again.
//
//	sources            pipeline              rules                 outputs
//	pull ──► saved inputs ──► measure ──► facts ──► settle ──► book ──► write ──► closes/2026-10/
//	 (bytes)   (bytes)       (DuckDB)   (integers)  (pure)   (lines,   (render)     (renamed
//	                                                          payouts)                once)
//
// Close walks the whole path inside a staging folder and renames it once, when
// it is complete and synced. Rerun begins at the saved inputs of a closed folder,
// takes the same steps and compares every byte. Check walks the path over the
// sources where they lie, with what servers give in a temporary folder, and writes
// nothing.
package pipeline

// Version is the program's version, which every close records. A later version
// must give the same bytes for everything but PDF and workbook.
const Version = "0.4.0"
