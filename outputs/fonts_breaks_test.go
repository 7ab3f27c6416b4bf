package outputs

import (
	"strings"
	"testing"
)

func TestLinesEndAtSpacesAndBetweenSigns(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"words", "the node was down", "the| node| was| down"},
		{"nothing", "", ""},
		{"a space at the end", "a ", "a| "},
		{"two spaces", "a  b", "a| | b"},
		{"an id", "node-0001/a.b", "node-0001/a.b"},
		{"signs", "节点", "节|点"},
		{"signs among words", "the 节点 was", "the| 节|点| was"},
		{"a word beside a sign", "node节点", "node|节|点"},
		{"marks stay with the sign before", "停电，没有。", "停|电，|没|有。"},
		{"brackets stay with what they hold", "节（点）电", "节|（点）|电"},
		{"a quoted word", "节「node」点", "节|「node」|点"},
		{"a long vowel", "サーバー", "サー|バー"},
		{"Korean has spaces", "한국 노드", "한국| 노드"},
		{"a digit after a mark", "电，99", "电，|99"},
		{"accents", "Łódź Đỗ", "Łódź| Đỗ"},
	} {
		var got []string
		for p := range partsOfLine(c.text) {
			space := ""
			if p.spaced {
				space = " "
			}
			got = append(got, space+p.text)
		}
		if text := strings.Join(got, "|"); text != c.want {
			t.Errorf("%s: %q, want %q", c.name, text, c.want)
		}
	}
}

// No mark of a broken word stands between signs, and no line begins with a comma.
func TestALongTextWithoutSpacesFillsItsLines(t *testing.T) {
	set, err := monthWithFont("x").fontSet()
	if err != nil {
		t.Fatal(err)
	}
	c := &canvas{fonts: set}
	lines := c.wrap(value, "node "+strings.Repeat("节点", 40), 200)
	if text := strings.Join(lines, ""); text != "node "+strings.Repeat("节点", 40) || c.broken {
		t.Errorf("got %q", lines)
	}
	for _, line := range lines[:len(lines)-1] {
		if w := c.width(value, line); w > 200 || w < 200-value.size {
			t.Errorf("%q is %.1f wide", line, w)
		}
	}
}
