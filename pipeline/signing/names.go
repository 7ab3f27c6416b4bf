package signing

import (
	"fmt"
	"regexp"
	"strings"
)

var safeName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9@._+-]{0,63}$`)

// SafeName tells whether an approver's name can be part of a file name and of a
// command line: `ssh-keygen -I NAME`.
func SafeName(principal string) error {
	if safeName.MatchString(principal) {
		return nil
	}
	return fmt.Errorf("%q can't be an approver's name; use 1 to 64 letters, digits and @ . _ + -, a letter or digit first, as alice@example.org", principal)
}

// SameName tells whether two names are one person's: equal regardless of case and
// surrounding blanks, or the one without @ is the part before the @ of the other.
// An empty name is nobody's.
func SameName(a, b string) bool {
	a, b = fold(a), fold(b)
	if a == "" || b == "" {
		return false
	}
	return a == b || mailbox(a) == b || mailbox(b) == a
}

// fold is the form in which names are compared.
func fold(name string) string { return strings.ToLower(strings.TrimSpace(name)) }

// mailbox is the part of a name before its @; empty if it has none.
func mailbox(name string) string {
	if before, _, ok := strings.Cut(name, "@"); ok {
		return before
	}
	return ""
}
