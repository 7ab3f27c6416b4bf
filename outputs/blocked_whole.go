package outputs

import (
	"bytes"
	"fmt"
)

// A list that was cut while it was fetched reads as a shorter list, and what is
// missing would be paid. Its form tells, where it has one: XML closes its tags,
// JSON its brackets, CSV its quotes. A plain list tells nothing.

// checkWhole refuses a list whose form says that its end is missing. It reads the
// list once, and keeps of it only what is open. ofac tells that the list is not a
// plain one, where a quote means nothing.
func checkWhole(name string, data []byte, ofac bool) error {
	begin := bytes.TrimLeft(data, " \t\r\n")
	if len(begin) == 0 {
		return nil
	}
	at, what := -1, ""
	switch c := begin[0]; {
	case c == '<':
		at, what = xmlFault(data)
	case c == '{' || c == '[':
		at, what = bracketFault(data)
	case ofac:
		at, what = quoteFault(data)
	}
	if at < 0 {
		return nil
	}
	return fmt.Errorf("%s:%d: %s; the list is cut or damaged: get it again", name, 1+bytes.Count(data[:at], []byte("\n")), what)
}

// deepest is far deeper than any list nests. What nests deeper was made to fill
// the memory.
const deepest = 1000

// xmlFault finds where a text that begins as XML is not well-formed: every tag
// must be closed in its order, and nothing but comments stand around the first.
// at is -1 when it is.
func xmlFault(data []byte) (at int, what string) {
	var open [][]byte // names of the tags that are open
	rooted := false
	for i := 0; ; {
		n := bytes.IndexByte(data[i:], '<')
		if n < 0 {
			n = len(data) - i
		}
		if text := bytes.TrimSpace(data[i : i+n]); len(text) > 0 && len(open) == 0 {
			return i + bytes.Index(data[i:i+n], text), "text stands outside of the XML"
		}
		if i += n; i == len(data) {
			break
		}
		end := xmlMarkupEnd(data, i)
		if end < 0 {
			return i, "the < has no >"
		}
		m := data[i:end]
		switch {
		case bytes.HasPrefix(m, []byte("<!")), bytes.HasPrefix(m, []byte("<?")):
		case bytes.HasPrefix(m, []byte("</")):
			tag := bytes.TrimSpace(m[len("</") : len(m)-1])
			if len(open) == 0 {
				return i, fmt.Sprintf("</%s> closes what is not open", shortened(string(tag)))
			}
			if last := open[len(open)-1]; !bytes.Equal(last, tag) {
				return i, fmt.Sprintf("</%s> stands where </%s> is to be", shortened(string(tag)), shortened(string(last)))
			}
			open = open[:len(open)-1]
		case len(open) == 0 && rooted:
			return i, "a second XML document follows the first; put each in a file of its own"
		default:
			rooted = true
			if !bytes.HasSuffix(m, []byte("/>")) {
				open = append(open, xmlName(m))
			}
			if len(open) > deepest {
				return i, fmt.Sprintf("more than %d tags are open", deepest)
			}
		}
		i = end
	}
	switch {
	case len(open) > 0:
		return len(data), fmt.Sprintf("it ends before </%s>", shortened(string(open[0])))
	case !rooted:
		return len(data), "it ends before its first tag"
	}
	return -1, ""
}

// xmlName is the name in an opening tag.
func xmlName(tag []byte) []byte {
	name := tag[1 : len(tag)-1]
	if i := bytes.IndexAny(name, " \t\r\n/"); i >= 0 {
		name = name[:i]
	}
	return name
}

// xmlMarkupEnd returns where the markup that begins at i ends; -1 when it does
// not.
func xmlMarkupEnd(data []byte, i int) int {
	for _, kind := range []struct{ begin, end string }{{"<!--", "-->"}, {"<![CDATA[", "]]>"}, {"<?", "?>"}} {
		if !bytes.HasPrefix(data[i:], []byte(kind.begin)) {
			continue
		}
		n := bytes.Index(data[i+len(kind.begin):], []byte(kind.end))
		if n < 0 {
			return -1
		}
		return i + len(kind.begin) + n + len(kind.end)
	}
	nests := bytes.HasPrefix(data[i:], []byte("<!")) // <!DOCTYPE a [<!ELEMENT a ANY>]>
	depth, quote := 0, byte(0)
	for j := i; j < len(data); j++ {
		switch c := data[j]; {
		case quote != 0:
			if c == quote {
				quote = 0
			} else if c == '<' && !nests {
				return -1
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '<':
			if depth++; depth > 1 && !nests {
				return -1
			}
		case c == '>':
			if depth--; depth == 0 {
				return j + 1
			}
		}
	}
	return -1
}

// bracketFault finds where the brackets of a text in JSON, or in JSON a line, are
// not closed in their order; -1 when they are.
func bracketFault(data []byte) (at int, what string) {
	var open []int // where the brackets that are open stand
	for i := 0; i < len(data); i++ {
		switch c := data[i]; c {
		case '"':
			end := jsonStringEnd(data, i)
			if end < 0 {
				return i, "a quote is not closed"
			}
			i = end - 1
		case '{', '[':
			if open = append(open, i); len(open) > deepest {
				return i, fmt.Sprintf("more than %d brackets are open", deepest)
			}
		case '}', ']':
			// In ASCII both kinds close two places behind where they open.
			if len(open) == 0 || data[open[len(open)-1]] != c-2 {
				return i, fmt.Sprintf("a %c closes what is not open", c)
			}
			open = open[:len(open)-1]
		}
	}
	if len(open) > 0 {
		return open[0], fmt.Sprintf("a %c is not closed", data[open[0]])
	}
	return -1, ""
}

// jsonStringEnd returns where the string that begins at i ends; -1 when it does
// not.
func jsonStringEnd(data []byte, i int) int {
	for j := i + 1; j < len(data); j++ {
		switch data[j] {
		case '\\':
			j++
		case '"':
			return j + 1
		}
	}
	return -1
}

// quoteFault finds the quote that begins a field of CSV and is not closed; -1 when
// there is none. A quote amid a field means nothing, as in a text.
func quoteFault(data []byte) (at int, what string) {
	for i := 0; ; {
		n := bytes.IndexByte(data[i:], '"')
		if n < 0 {
			return -1, ""
		}
		begin := i + n
		i = begin + 1
		if begin > 0 && !bytes.ContainsRune([]byte(",;\t\r\n"), rune(data[begin-1])) {
			continue
		}
		for {
			n := bytes.IndexByte(data[i:], '"')
			if n < 0 {
				return begin, "a quote is not closed"
			}
			if i += n + 1; i == len(data) || data[i] != '"' {
				break
			}
			i++ // two quotes are one that belongs to the field
		}
	}
}
