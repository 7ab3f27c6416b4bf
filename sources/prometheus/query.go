package prometheus

import (
	"fmt"
	"strconv"
	"strings"
)

const plainSelector = `a plain vector selector, a name and matchers, such as up or up{job="node", site!~"test-.*"}`

// CheckQuery says what keeps a query from being a plain vector selector: the
// range is added to it, so it may hold no range, offset, @, function or operator
// of its own. Whether a regular expression in it is good is the server's to say.
func CheckQuery(query string) error {
	q := &selector{rest: query}
	if problem := q.scan(); problem != "" {
		return fmt.Errorf("the query %q is no plain selector: %s; write %s", query, problem, plainSelector)
	}
	return nil
}

// selector takes a query apart from left to right.
type selector struct{ rest string }

func (q *selector) scan() (problem string) {
	named := q.name(true)
	braces := q.take("{")
	switch {
	case !named && !braces && q.blank():
		return "it is empty"
	case !named && !braces:
		return fmt.Sprintf("it begins with %s, which is no name", q.next())
	case braces:
		empty := true
		for !q.take("}") {
			if problem := q.matcher(); problem != "" {
				return problem
			}
			empty = false
			if !q.take(",") {
				if q.take("}") {
					break
				}
				return fmt.Sprintf("%s stands where a comma or } is due", q.next())
			}
		}
		if empty && !named {
			return "it names no series"
		}
	}
	if q.blank() {
		return ""
	}
	return fmt.Sprintf("%s follows the selector", q.next())
}

// matcher takes label="value", with any of the four comparisons, or the name of
// the metric as a text of its own.
func (q *selector) matcher() (problem string) {
	if text, ok := q.text(); ok {
		if text == "" {
			return "a name in it is empty"
		}
		if q.ahead(",") || q.ahead("}") {
			return ""
		}
	} else if !q.name(false) {
		return fmt.Sprintf("%s stands where a label is due", q.next())
	}
	if !q.take("=~") && !q.take("!~") && !q.take("!=") && !q.take("=") {
		return fmt.Sprintf("%s stands where =, !=, =~ or !~ is due", q.next())
	}
	if _, ok := q.text(); !ok {
		return fmt.Sprintf("%s stands where a text in quotes is due", q.next())
	}
	return ""
}

func (q *selector) skip() { q.rest = strings.TrimLeft(q.rest, " \t\r\n") }

func (q *selector) blank() bool {
	q.skip()
	return q.rest == ""
}

func (q *selector) ahead(symbol string) bool {
	q.skip()
	return strings.HasPrefix(q.rest, symbol)
}

func (q *selector) take(symbol string) bool {
	ok := q.ahead(symbol)
	if ok {
		q.rest = q.rest[len(symbol):]
	}
	return ok
}

// name takes a name; that of a metric may hold colons.
func (q *selector) name(colons bool) bool {
	q.skip()
	n := 0
	for ; n < len(q.rest); n++ {
		b := q.rest[n]
		letter := b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b == '_' || colons && b == ':'
		if !letter && (n == 0 || b < '0' || b > '9') {
			break
		}
	}
	q.rest = q.rest[n:]
	return n > 0
}

// text takes a text in quotes of any of the three kinds.
func (q *selector) text() (string, bool) {
	q.skip()
	if q.rest == "" || !strings.ContainsRune("\"'`", rune(q.rest[0])) {
		return "", false
	}
	quote := q.rest[0]
	for i := 1; i < len(q.rest); i++ {
		switch {
		case q.rest[i] == '\\' && quote != '`':
			i++
		case q.rest[i] == quote:
			text, ok := unquote(q.rest[1:i], quote)
			if ok {
				q.rest = q.rest[i+1:]
			}
			return text, ok
		}
	}
	return "", false
}

// unquote reads what stands between quotes, with Go's escapes.
func unquote(inside string, quote byte) (string, bool) {
	if quote == '`' || !strings.Contains(inside, `\`) && !strings.Contains(inside, "\n") {
		return inside, true
	}
	var b strings.Builder
	for inside != "" {
		if inside[0] == '\n' {
			return "", false
		}
		r, multibyte, rest, err := strconv.UnquoteChar(inside, quote)
		if err != nil {
			return "", false
		}
		if multibyte {
			b.WriteRune(r)
		} else {
			b.WriteByte(byte(r))
		}
		inside = rest
	}
	return b.String(), true
}

// next shows what stands at the place, for messages.
func (q *selector) next() string {
	q.skip()
	if q.rest == "" {
		return "the end"
	}
	word, _, _ := strings.Cut(q.rest, " ")
	const most = 20
	if runes := []rune(word); len(runes) > most {
		word = string(runes[:most]) + "…"
	}
	return strconv.Quote(word)
}
