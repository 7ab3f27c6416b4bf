package fetch

import (
	"net/http"
	"strings"
)

// NextLink returns the address of the next page that Link headers name, as RFC
// 8288 writes them, or "" when there is none. It may be relative, as
// [Request].URL may be. What can't be taken apart ends its header.
func NextLink(h http.Header) string {
	for _, text := range h.Values("Link") {
		for text != "" {
			var link link
			link, text = cutLink(text)
			if link.next && !link.elsewhere && link.target != "" {
				return link.target
			}
		}
	}
	return ""
}

// link is one link of a header.
type link struct {
	target    string
	next      bool
	elsewhere bool // it is another page's link, by its anchor
}

// cutLink takes the first link off a header; the rest is "" when there is no
// more, or nothing that makes sense.
func cutLink(text string) (link, string) {
	text = strings.TrimLeft(text, ", \t")
	if !strings.HasPrefix(text, "<") {
		return link{}, ""
	}
	target, rest, closed := strings.Cut(text[1:], ">")
	if !closed {
		return link{}, ""
	}
	l := link{target: strings.TrimSpace(target)}
	related := false
	for {
		rest = trimBlanks(rest)
		if !strings.HasPrefix(rest, ";") {
			break
		}
		var name, value string
		var ok bool
		if name, value, rest, ok = cutParameter(rest[1:]); !ok {
			return link{}, ""
		}
		switch strings.ToLower(name) {
		case "rel":
			if !related { // of several, the first counts
				related, l.next = true, hasWord(value, "next")
			}
		case "anchor":
			l.elsewhere = true
		}
	}
	if rest != "" && rest[0] != ',' {
		return link{}, ""
	}
	return l, rest
}

// cutParameter takes a parameter and its value, if it has one, off what follows
// a semicolon. It is not ok when a quote is not closed.
func cutParameter(text string) (name, value, rest string, ok bool) {
	text = trimBlanks(text)
	end := strings.IndexAny(text, "=;, \t")
	if end < 0 {
		return text, "", "", true
	}
	name, rest = text[:end], trimBlanks(text[end:])
	if !strings.HasPrefix(rest, "=") {
		return name, "", rest, true
	}
	rest = trimBlanks(rest[1:])
	if !strings.HasPrefix(rest, `"`) {
		end = strings.IndexAny(rest, ";, \t")
		if end < 0 {
			end = len(rest)
		}
		return name, rest[:end], rest[end:], true
	}
	var b strings.Builder
	for i := 1; i < len(rest); i++ {
		switch rest[i] {
		case '"':
			return name, b.String(), rest[i+1:], true
		case '\\':
			i++
			if i == len(rest) {
				return "", "", "", false
			}
		}
		b.WriteByte(rest[i])
	}
	return "", "", "", false
}

func trimBlanks(text string) string { return strings.TrimLeft(text, " \t") }

func hasWord(text, word string) bool {
	for _, w := range strings.Fields(text) {
		if strings.EqualFold(w, word) {
			return true
		}
	}
	return false
}
