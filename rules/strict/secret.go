package strict

import (
	"regexp"
	"strings"
)

// Hide keeps the lines on which a node stands out of every excerpt: a password that
// was written where its name should be, say.
func (n *Node) Hide() {
	from, to := n.Line, n.Line
	if next := n.doc.after(n); next == nil {
		to = len(n.doc.lines)
	} else if next.Line > from {
		to = next.Line
		head := []rune(n.doc.lines[next.Line-1])
		if strings.Trim(string(head[:min(next.Column-1, len(head))]), " -") == "" {
			to-- // the line begins with what comes next
		}
	}
	n.doc.hidden = append(n.doc.hidden, [2]int{from, to})
}

// after finds the first node that stands behind a node and all that is in it.
func (d *Document) after(n *Node) *Node {
	inside := map[*Node]bool{}
	n.walk(func(m *Node) { inside[m] = true })
	var found *Node
	d.Root.walk(func(m *Node) {
		behind := m.Line > n.Line || m.Line == n.Line && m.Column > n.Column
		if inside[m] || !behind {
			return
		}
		if found == nil || m.Line < found.Line || m.Line == found.Line && m.Column < found.Column {
			found = m
		}
	})
	return found
}

// excerptOf shows the line of a problem, unless it is hidden.
func (d *Document) excerptOf(p Problem) string {
	if p.Line < 1 || p.Line > len(d.lines) {
		return ""
	}
	for _, h := range d.hidden {
		if h[0] <= p.Line && p.Line <= h[1] {
			return ""
		}
	}
	line := d.lines[p.Line-1]
	if looksSecret(line) {
		return ""
	}
	return excerpt(line, p.Line, p.Column)
}

// secretForms are the lines that no excerpt shows, also where a file is no YAML and
// nothing is known of its keys: a password or token that is written out, and an
// address with a user, a password or a query.
var secretForms = []*regexp.Regexp{
	regexp.MustCompile(`(?i)(api[_-]?key|auth|authorization|bearer|cookie|credentials?|jwt|pass|passwd|password|secret|session|signature|token)["']?\s*:\s*[^\s{]`),
	regexp.MustCompile(`://[^\s/"'}]*@`),
	regexp.MustCompile(`(?i)https?://[^\s"'},]*[?#]`),
	regexp.MustCompile(`(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}`),
}

func looksSecret(line string) bool {
	for _, form := range secretForms {
		if form.MatchString(line) {
			return true
		}
	}
	return false
}
