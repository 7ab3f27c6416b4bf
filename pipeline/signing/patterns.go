package signing

import "strings"

// pattern is one of a comma-separated list: * stands for any text, ? for any one
// byte, and a leading ! takes out what the others let in.
type pattern struct {
	glob    string
	negated bool
}

// longestPattern is what ssh-keygen still reads; a list with a longer one never
// matches there.
const longestPattern = 1022

// parsePatterns splits a list. Any text is one.
func parsePatterns(text string) []pattern {
	var list []pattern
	for glob := range strings.SplitSeq(text, ",") {
		glob, negated := strings.CutPrefix(glob, "!")
		list = append(list, pattern{glob, negated})
	}
	return list
}

// literal says that the pattern is a name, not a shape of names.
func (p pattern) literal() bool { return !p.negated && !strings.ContainsAny(p.glob, "*?") }

// matches tells whether a list lets text in: one pattern matches it, and no
// negated one does.
func matches(list []pattern, text string) bool {
	in := false
	for _, p := range list {
		if reach := p.reach(text); reach[len(p.glob)] {
			if p.negated {
				return false
			}
			in = true
		}
	}
	return in
}

// maySpell tells whether some text that starts with prefix may be let in by the
// list, its negations left aside. Any place in a pattern can be gone on from, so
// that it is enough to find one.
func maySpell(list []pattern, prefix string) bool {
	for _, p := range list {
		if p.negated {
			continue
		}
		for _, here := range p.reach(prefix) {
			if here {
				return true
			}
		}
	}
	return false
}

// reach returns at which bytes of the pattern one may stand after text; the place
// after its last byte means that all of text is matched.
func (p pattern) reach(text string) []bool {
	here := make([]bool, len(p.glob)+1)
	here[0] = true
	p.skipStars(here)
	for i := range len(text) {
		next := make([]bool, len(here))
		for at, ok := range here[:len(p.glob)] {
			switch {
			case !ok:
			case p.glob[at] == '*':
				next[at] = true
			case p.glob[at] == '?' || p.glob[at] == text[i]:
				next[at+1] = true
			}
		}
		here = next
		p.skipStars(here)
	}
	return here
}

// skipStars adds the places that are reached because * may stand for nothing.
func (p pattern) skipStars(here []bool) {
	for at := range len(p.glob) {
		if here[at] && p.glob[at] == '*' {
			here[at+1] = true
		}
	}
}
