package outputs

import (
	"fmt"
	"strconv"
	"strings"
)

// How the text that a report's template gives is read into blocks, and how
// values are escaped so that they are read as they were.

// escapeInline makes a value a part of a line: blanks of any kind become one
// space, and a backslash before each sign keeps it from meaning anything.
func escapeInline(s string) string {
	var b strings.Builder
	for i, word := range strings.Fields(s) {
		if i > 0 {
			b.WriteByte(' ')
		}
		for _, r := range word {
			if isSign(r) {
				b.WriteByte('\\')
			}
			b.WriteRune(r)
		}
	}
	return b.String()
}

// isSign tells the characters that may be escaped: ASCII punctuation.
func isSign(r rune) bool {
	return '!' <= r && r <= '/' || ':' <= r && r <= '@' || '[' <= r && r <= '`' || '{' <= r && r <= '~'
}

// plainInline takes the escapes off again. A sign that would be markup is an
// error: blocks hold plain text.
func plainInline(s string) (string, error) {
	var b strings.Builder
	escaped := false
	for _, r := range s {
		switch {
		case escaped, !strings.ContainsRune("\\*_`[]<>{}|", r):
			b.WriteRune(r)
			escaped = false
		case r == '\\':
			escaped = true
		default:
			return "", fmt.Errorf("%q: reports have no markup within a line; write \\%c", s, r)
		}
	}
	return b.String(), nil
}

// blockReader reads a template's output line by line.
type blockReader struct {
	placed []block
	blocks []block
	open   string   // the paragraph or item in the making
	kind   string   // of what is open: "", ">", "-" or "[ ]"
	list   []string // items before it
}

func parseBlocks(text string, placed []block) ([]block, error) {
	r := &blockReader{placed: placed}
	for line := range strings.Lines(text) {
		if err := r.line(strings.TrimRight(line, " \t\n")); err != nil {
			return nil, err
		}
	}
	if err := r.end(); err != nil {
		return nil, err
	}
	return r.blocks, nil
}

func (r *blockReader) line(line string) error {
	trimmed := strings.TrimLeft(line, " ")
	head := strings.TrimLeft(trimmed, "#")
	level := len(trimmed) - len(head)
	mark, number := blockNumber(trimmed)
	switch {
	case trimmed == "":
		return r.end()
	case mark:
		if err := r.end(); err != nil {
			return err
		}
		r.blocks = append(r.blocks, r.placed[number])
	case level > 0 && strings.HasPrefix(head, " "):
		if err := r.end(); err != nil {
			return err
		}
		text, err := plainInline(strings.TrimSpace(head))
		r.blocks = append(r.blocks, heading{level, text})
		return err
	case strings.HasPrefix(trimmed, "- [ ] "):
		return r.item("[ ]", trimmed[len("- [ ] "):])
	case strings.HasPrefix(trimmed, "- "):
		return r.item("-", trimmed[len("- "):])
	case trimmed == "-", trimmed == ">", level > 0 && head == "":
		return nil // begun, and without a text
	case strings.HasPrefix(trimmed, "> "):
		if r.kind != ">" {
			if err := r.end(); err != nil {
				return err
			}
		}
		r.kind = ">"
		r.add(trimmed[len("> "):])
	default:
		r.add(trimmed)
	}
	return nil
}

func blockNumber(line string) (found bool, number int) {
	inner, ok := strings.CutPrefix(line, "{block ")
	inner, ends := strings.CutSuffix(inner, "}")
	number, err := strconv.Atoi(inner)
	return ok && ends && err == nil, number
}

// add lengthens what is open.
func (r *blockReader) add(text string) {
	if r.open != "" {
		text = r.open + " " + text
	}
	r.open = text
}

// item begins an item of a list of the kind.
func (r *blockReader) item(kind, text string) error {
	if r.kind != kind {
		if err := r.end(); err != nil {
			return err
		}
	} else if err := r.endItem(); err != nil {
		return err
	}
	r.kind, r.open = kind, strings.TrimSpace(text)
	return nil
}

func (r *blockReader) endItem() error {
	text, err := plainInline(r.open)
	if text != "" {
		r.list = append(r.list, text)
	}
	r.open = ""
	return err
}

// end closes the paragraph or list that is open.
func (r *blockReader) end() error {
	var err error
	switch r.kind {
	case "-", "[ ]":
		err = r.endItem()
		r.addList(items{r.list, r.kind == "[ ]"})
	default:
		var text string
		if text, err = plainInline(r.open); text != "" {
			tone := plain
			if r.kind == ">" {
				tone = caution
			}
			r.blocks = append(r.blocks, prose{text, tone})
		}
	}
	r.open, r.kind, r.list = "", "", nil
	return err
}

// addList adds a list, or lengthens the one that stands last: a blank line in a
// template parts no list.
func (r *blockReader) addList(list items) {
	if len(list.texts) == 0 {
		return
	}
	if last := len(r.blocks) - 1; last >= 0 {
		if before, ok := r.blocks[last].(items); ok && before.boxes == list.boxes {
			r.blocks[last] = items{append(before.texts, list.texts...), list.boxes}
			return
		}
	}
	r.blocks = append(r.blocks, list)
}
