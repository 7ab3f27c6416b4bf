package forms

import (
	"regexp"
	"strings"
)

// deep is the indent from which on a line may be the rest of a paragraph rather than
// a line of its own: within a link's title, say, which a page does not show.
const deep = 4

var (
	tagForm   = regexp.MustCompile(`<[A-Za-z/!?]`)
	plainTags = regexp.MustCompile(`(?i)<https?://[^\s<>]*>|<br[ \t]*/?>`)
	drawnForm = regexp.MustCompile("^[ \t]*((`{3,}|~{3,})[ \t]*[^`~ \t]|\\$\\$|\\\\\\[)")
	frontForm = regexp.MustCompile(`^-{3,}[ \t]*$`)
)

// unshown finds what lets a page show something other than the lines that are read:
// a reader of the page and this package must see the same answers. It returns what is
// wrong by line, the first of each kind.
func unshown(text string) (lines []int, messages []string) {
	found := map[string]bool{}
	tell := func(line int, message string) {
		if !found[message] {
			found[message] = true
			lines, messages = append(lines, line), append(messages, message)
		}
	}
	for i, line := range strings.Split(text, "\n") {
		switch {
		case i == 0 && frontForm.MatchString(line):
			tell(1, "a line --- begins the text, and what follows it may not be shown; begin with the form's own first line")
		case tagForm.MatchString(plainTags.ReplaceAllString(line, "")):
			tell(i+1, "holds a tag of HTML, within which a page may hide answers; write it without <")
		case drawnForm.MatchString(line):
			tell(i+1, "a block begins that a page draws or sets, and may not show as it is written; leave it out, or name no language behind ```")
		}
	}
	return lines, messages
}
