package signing

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
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

// SameName tells whether two approvers' names are one person's: equal regardless of
// case, surrounding blanks and characters that are not seen, or the one without @ is
// the part before the @ of the other. An empty name is nobody's.
func SameName(a, b string) bool {
	a, b = fold(a), fold(b)
	if a == "" || b == "" {
		return false
	}
	return a == b || mailbox(a) == b || mailbox(b) == a
}

// Prepared tells whether an approver may be who prepared a close. preparedBy is free
// text, such as "Demo, Alice <alice+pay@example.org>": every name and address in it
// counts, and a tag behind a + does not tell two people apart. Another one can
// approve instead of who is wrongly taken for the preparer, so that in doubt it is
// the same person.
func Prepared(approver, preparedBy string) bool {
	for _, name := range preparers(preparedBy) {
		for _, own := range preparers(approver) {
			if SameName(own, name) {
				return true
			}
		}
	}
	return false
}

// preparers lists the names that a text about who prepared a close may mean: the
// whole of it, its parts between separators, and its words with an @; each also
// without what stands around it and without its tag. There are none in a blank one.
func preparers(text string) []string {
	text = fold(text)
	var names []string
	add := func(name string) {
		if name = strings.TrimSpace(name); name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	every := func(part string) {
		add(part)
		part = strings.TrimFunc(part, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
		add(part)
		add(untagged(part))
	}
	every(text)
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("\"'`,;:<>()[]{}/\\|&?=\u201c\u201d", r) }) {
		every(part)
		for _, word := range strings.Fields(part) {
			if strings.Contains(word, "@") {
				every(word)
			}
		}
	}
	return names
}

// untagged drops the tag of an address: alice@example.org of alice+pay@example.org.
func untagged(name string) string {
	local, domain, isAddress := strings.Cut(name, "@")
	before, _, _ := strings.Cut(local, "+")
	switch {
	case before == "":
		return name
	case isAddress:
		return before + "@" + domain
	}
	return before
}

// fold is the form in which names are compared.
func fold(name string) string {
	seen := strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.Cf, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector) {
			return -1
		}
		return r
	}, name)
	return strings.TrimSpace(strings.ToLower(strings.ToUpper(seen))) // some letters have two lower cases
}

// mailbox is the part of a name before its @; empty if it has none.
func mailbox(name string) string {
	if before, _, ok := strings.Cut(name, "@"); ok {
		return before
	}
	return ""
}
