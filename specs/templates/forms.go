package templates

import "embed"

// Forms has the forms that people file as issues. The program asks of a filled form
// what these very documents ask.
//
//go:embed operator-application.md exit-notice.md referral.md
var Forms embed.FS
