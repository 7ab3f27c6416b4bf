package outputs

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// Markdown gives meaning to many signs. Only those that would mean something
// where they stand are escaped, so that n-1, 99.5% or a_b read as they are.

// markdownText makes a text a part of a paragraph.
func markdownText(s string) string {
	s = strings.Join(strings.Fields(strings.ToValidUTF8(s, "\uFFFD")), " ")
	var b strings.Builder
	last := 0
	for _, at := range addresses.FindAllStringIndex(s, -1) {
		address := strings.TrimRight(s[at[0]:at[1]], "?!.,:;*_~'\")]")
		before, _ := utf8.DecodeLastRuneInString(s[:at[0]])
		after, _ := utf8.DecodeRuneInString(s[at[0]+len(address):])
		cut := strings.Contains(address, "@") && (isWord(after) || after == '_') // a longer word, which is no address
		if !linkable.MatchString(address) || partOfAddress(before) || cut {
			continue
		}
		b.WriteString(escapeMarkdown(s, last, at[0]))
		b.WriteString("<" + address + ">")
		last = at[0] + len(address)
	}
	b.WriteString(escapeMarkdown(s, last, len(s)))
	return b.String()
}

// addresses finds what a reader of Markdown may take for a link; linkable is
// what is written as one.
var (
	addresses = regexp.MustCompile(`https?://[^\s<>|\\` + "`" + `]+|[A-Za-z0-9.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+`)
	linkable  = regexp.MustCompile(`^https?://[!-~]+$|^[A-Za-z0-9.+-]+@[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)+$`)
)

func partOfAddress(r rune) bool {
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("_.+-/@:", r))
}

// escapeMarkdown escapes s[from:to] as it stands within s.
func escapeMarkdown(s string, from, to int) string {
	var b strings.Builder
	for i, r := range s[from:to] {
		before, _ := utf8.DecodeLastRuneInString(s[:from+i])
		after, _ := utf8.DecodeRuneInString(s[from+i+utf8.RuneLen(r):])
		if meansSomething(r, before, after, s[:from+i], s[from+i:]) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// meansSomething tells whether a sign, between two characters, would be markup.
func meansSomething(r, before, after rune, head, tail string) bool {
	switch r {
	case '\\', '`', '[', ']', '<', '|', '*':
		return true // a * between spaces means nothing, but looks like emphasis gone wrong
	case '~':
		return !isSpace(before) || !isSpace(after)
	case '_':
		return !isWord(before) || !isWord(after)
	case '&':
		return entity.MatchString(tail)
	case '.':
		return len(head) >= 3 && strings.EqualFold(head[len(head)-3:], "www")
	case ':':
		return strings.HasPrefix(tail, "://") || strings.HasSuffix(strings.ToLower(head), "mailto") || strings.HasSuffix(strings.ToLower(head), "xmpp")
	case '@':
		return !isSpace(before) && !isSpace(after)
	}
	return false
}

var entity = regexp.MustCompile(`^&(?:#[0-9]+|#[xX][0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]*);`)

func isSpace(r rune) bool { return r == utf8.RuneError || unicode.IsSpace(r) }

func isWord(r rune) bool {
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r))
}

// escapeLineStart keeps the first word of a line from beginning a list, a
// heading, a quotation, a rule or a table. Within a paragraph only a list that
// begins with 1 may begin.
func escapeLineStart(word string, first bool) string {
	switch word[0] {
	case '#', '>':
		return `\` + word
	case '=', ':':
		if strings.Trim(word, "=:-") == "" {
			return `\` + word
		}
	case '-', '+', '*', '~', '_':
		if next, _ := utf8.DecodeRuneInString(word[1:]); !isWord(next) {
			return `\` + word
		}
	}
	if n := len(word) - 1; numbered.MatchString(word) && (first || strings.TrimLeft(word[:n], "0") == "1") {
		return word[:n] + `\` + word[n:]
	}
	return word
}

var numbered = regexp.MustCompile(`^[0-9]{1,9}[.)]$`)

// markdownHeading is a text as a heading: a # at its end is no mark of its end.
func markdownHeading(s string) string {
	s = markdownText(s)
	if rest := strings.TrimRight(s, "#"); rest != s && (rest == "" || strings.HasSuffix(rest, " ")) {
		return rest + `\` + s[len(rest):]
	}
	return s
}

// displayWidth is the number of columns that a text takes on a terminal: two
// for East Asian wide characters, none for marks that join the letter before.
func displayWidth(s string) int {
	n := 0
	for _, r := range s {
		switch {
		case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		case wideRune(r):
			n += 2
		default:
			n++
		}
	}
	return n
}

func wideRune(r rune) bool {
	k := width.LookupRune(r).Kind()
	return k == width.EastAsianWide || k == width.EastAsianFullwidth
}
