// Package templates holds the documents from which the partner's monthly report
// is made. They are Go text/templates whose text is Markdown; the program renders
// the very files that a reader of this folder sees.
package templates

import "embed"

// Reports has partner-report-LAYOUT.md for each layout.
//
//go:embed partner-report-*.md
var Reports embed.FS
