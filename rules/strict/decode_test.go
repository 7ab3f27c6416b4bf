package strict

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

// config is what the cases below are read into.
type config struct {
	Name     string            `yaml:"name" required:"true"`
	Size     int               `yaml:"size"`
	On       *bool             `yaml:"on"`
	Every    time.Duration     `yaml:"every"`
	Colour   colour            `yaml:"colour"`
	Even     even              `yaml:"even"`
	Tags     []string          `yaml:"tags"`
	Inner    *inner            `yaml:"inner"`
	List     []inner           `yaml:"list"`
	Free     map[string]string `yaml:"free"`
	Sources  Map[inner]        `yaml:"sources"`
	Hidden   string            `yaml:"-"`
	internal string
}

type inner struct {
	ID    string `yaml:"id" required:"true"`
	Value string `yaml:"value"`
}

type colour string

func (colour) Allowed() []string { return []string{"red", "green", "blue"} }

// even reads whole even numbers from their text.
type even string

func (e *even) UnmarshalScalar(text string) error {
	if !strings.ContainsAny(text[len(text)-1:], "02468") {
		return fmt.Errorf("%s is odd; write an even number", text)
	}
	*e = even(text)
	return nil
}

func TestAFileIsReadIntoAStruct(t *testing.T) {
	var c config
	doc, err := Decode("c.yaml", []byte(`# a comment
name: "Ada: Ω"   # another
size: -12
on: false
every: 1m30s
colour: green
even: 150.00
tags: [a, "b, c", 1.10]
inner: {id: x}
list:
  - id: one
  - id: two
    value: >
      folded
      text
free: {k: 1e5, 2: two}
sources:
  z: {id: last}
  a: {id: first}
`), &c)
	if err != nil {
		t.Fatal(err)
	}
	got := fmt.Sprintf("%q %d %v %s %s %s %q %+v %+v %v", c.Name, c.Size, *c.On, c.Every, c.Colour, c.Even, c.Tags, *c.Inner, c.List, c.Free)
	want := `"Ada: Ω" -12 false 1m30s green 150.00 ["a" "b, c" "1.10"] {ID:x Value:} [{ID:one Value:} {ID:two Value:folded text
}] map[2:two k:1e5]`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if c.Hidden != "" || c.internal != "" {
		t.Error("a hidden field was read")
	}
	if len(c.Sources) != 2 || c.Sources[0].Key != "z" || c.Sources[1].Value.ID != "first" || c.Sources[1].Node.Line != 19 {
		t.Errorf("sources %+v", c.Sources)
	}
	if n := doc.Find("list", 1, "value"); n == nil || n.Line != 13 || doc.Has("list", 2) || doc.Has("name", "x") || !doc.Has("inner", "id") {
		t.Errorf("found %+v", n)
	}
}

func TestEverySlipIsNamedAtItsPlace(t *testing.T) {
	for _, c := range []struct{ name, file, want string }{
		{"an empty file", "", "c.yaml:1:1: the file is empty; it must hold keys with values"},
		{"a file of comments", "# nothing\n", "c.yaml:1:1: the file is empty; it must hold keys with values"},
		{"a file of one null", "~\n", "c.yaml:1:1: the file is empty; it must hold keys with values"},
		{"a list for a file", "- a\n", "c.yaml:1:1: a list instead of keys with values; write it as {key: value} or with a key on each line"},
		{"a word for a file", "hello\n", `c.yaml:1:1: "hello" instead of keys with values; write it as {key: value} or with a key on each line`},
		{"a missing key", "size: 1\n", `c.yaml:1:1: the key "name" is missing; add it`},
		{"a missing key further in", "name: a\ninner: {value: b}\n", `c.yaml:2:8: inner: the key "id" is missing; add it`},
		{"an unknown key", "name: a\nsise: 1\n", `c.yaml:2:1: sise: the key "sise" is not known here; did you mean "size"?`},
		{"a field that is hidden", "name: a\nHidden: x\ninternal: y\n",
			`c.yaml:2:1: Hidden: the key "Hidden" is not known here; allowed are name, size, on, every, colour, even, tags, inner, list, free, sources` + "\n" +
				`c.yaml:3:1: internal: the key "internal" is not known here; allowed are name, size, on, every, colour, even, tags, inner, list, free, sources`},
		{"a key twice", "name: a\nname: b\n", `c.yaml:2:1: the key "name" stands here twice, first on line 1; remove one`},
		{"a key twice in another way of writing", "name: a\n\"name\": b\n", `c.yaml:2:1: the key "name" stands here twice, first on line 1; remove one`},
		{"a free key twice", "name: a\nfree: {x: 1, x: 2}\n", `c.yaml:2:14: the key "x" stands here twice, first on line 2; remove one`},
		{"no value", "name:\n", "c.yaml:1:1: name: there is no value; give one or leave the key out"},
		{"an empty text", "name: ''\n", "c.yaml:1:7: name: the text is empty; write it or leave the key out"},
		{"no value in a list", "name: a\ntags: [x, ~]\n", "c.yaml:2:11: tags[2]: there is no value; give one or leave the key out"},
		{"a list for a value", "name: [a]\n", "c.yaml:1:7: name: a list instead of a single value; write one value"},
		{"a value for a list", "name: a\ntags: x\n", `c.yaml:2:7: tags: "x" instead of a list; write it as [a, b] or with a dash before each item`},
		{"a value for keys", "name: a\ninner: x\n", `c.yaml:2:8: inner: "x" instead of keys with values; write it as {key: value} or with a key on each line`},
		{"a long value for keys", "name: a\ninner: " + strings.Repeat("long ", 20) + "x\n",
			`c.yaml:2:8: inner: "` + strings.Repeat("long ", 12) + `" … instead of keys with values; write it as {key: value} or with a key on each line`},
		{"an item without its key", "name: a\nlist:\n  - id: one\n  - value: v\n", `c.yaml:4:5: list[2]: the key "id" is missing; add it`},
		{"an item that is named by its id", "name: a\nlist:\n  - {id: one, valu: v}\n", `c.yaml:3:15: list[one].valu: the key "valu" is not known here; did you mean "value"?`},
		{"a number that is not whole", "name: a\nsize: 1.5\n", `c.yaml:2:7: size: "1.5" is not a whole number; write it in digits, as 12`},
		{"a number in hex", "name: a\nsize: 0x10\n", `c.yaml:2:7: size: "0x10" is not a whole number; write it in digits, as 12`},
		{"a number with a separator", "name: a\nsize: 1_000\n", `c.yaml:2:7: size: "1_000" is not a whole number; write it in digits, as 12`},
		{"a number with a leading zero", "name: a\nsize: 012\n", `c.yaml:2:7: size: "012" is not a whole number; write it in digits, as 12`},
		{"a number that is too large", "name: a\nsize: 99999999999999999999\n", `c.yaml:2:7: size: "99999999999999999999" is too large; write a number of fewer digits`},
		{"a number with a thousands separator, between brackets", "name: a\ninner: {id: 1,200.00}\n", `c.yaml:2:15: inner.200.00: "200.00" looks like the end of a number; write it without thousands separators, as 1200.00`},
		{"a number with a thousands separator and a unit", "name: a\nsources: {x: {id: y}, 200 USD}\n", `c.yaml:2:23: sources.200 USD: "200 USD" looks like the end of a number; write it without thousands separators, as 1200.00`},
		{"neither true nor false", "name: a\non: yes\n", `c.yaml:2:5: on: "yes" is neither true nor false; write one of them`},
		{"no length of time", "name: a\nevery: 60\n", `c.yaml:2:8: every: "60" is not a length of time; write it as 60s or 1h30m`},
		{"a word that is not allowed", "name: a\ncolour: gren\n", `c.yaml:2:9: colour: "gren" is not allowed; did you mean "green"?`},
		{"a word like no other", "name: a\ncolour: mauve\n", `c.yaml:2:9: colour: "mauve" is not allowed; allowed are red, green, blue`},
		{"what a type refuses", "name: a\neven: 151\n", "c.yaml:2:7: even: 151 is odd; write an even number"},
		{"an anchor", "name: &n a\n", "c.yaml:1:7: name: an anchor (&); write the value itself in each place"},
		{"an alias", "name: a\ninner: *n\n", "c.yaml:2:8: inner: an alias (*); write the value itself, or quote it if it is text"},
		{"a merge key", "name: a\n<<: {size: 1}\n", "c.yaml:2:1: a merge key (<<); write the keys themselves"},
		{"a tag", "name: !!str a\n", "c.yaml:1:7: name: a tag (!); leave it out, or quote it if it is text"},
		{"a complex key", "name: a\n? b\n: c\n", "c.yaml:2:1: this is not a key; a key is a word before a colon"},
		{"a second document", "name: a\n---\nname: b\n", "c.yaml:2:1: a second document begins here; keep one document in a file"},
		{"a directive", "%YAML 1.2\n---\nname: a\n", "c.yaml:1:1: a YAML directive; remove the line"},
		{"a tab", "name: a\ninner:\n\tid: b\n", "c.yaml:3:1: a tab; use spaces"},
		{"a NUL byte", "name: a\x00b\n", "c.yaml:1:8: the character U+0000, which is not text; remove it"},
		{"a byte that is no text", "name: é\xff\n", "c.yaml:1:8: a byte that is not UTF-8; save the file as UTF-8"},
		{"a bracket that is not closed", "name: a\ntags: [x\n", "c.yaml:2:7: this is not YAML: sequence end token ']' not found; check indentation, colons, quotes and brackets around here"},
		{"two colons", "name: a: b\n", "c.yaml:1:7: this is not YAML: mapping value is not allowed in this context; check indentation, colons, quotes and brackets around here"},
		{"a long line", "name: " + strings.Repeat("x", 5000) + "\n", "c.yaml:1:1: the line has 5006 bytes; at most 4096 are read"},
		{"a large file", strings.Repeat("# long\n", 200_000), "c.yaml:1:1: the file has 1400000 bytes; at most 131072 are read"},
		{"a deep file on one line", "name: " + strings.Repeat("[", 2000) + "\n", "c.yaml:1:1: too much on one line; write it on several"},
		{"a deep file on many lines", "name:\n" + strings.Repeat("[\n", 2000), "c.yaml:258:1: too many brackets are open here; close them"},
		{"several slips", "name: [a]\nsise: 1\non: 1\n", "c.yaml:1:7: name: a list instead of a single value; write one value\n" +
			`c.yaml:2:1: sise: the key "sise" is not known here; did you mean "size"?` + "\n" +
			`c.yaml:3:5: on: "1" is neither true nor false; write one of them`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Decode("c.yaml", []byte(c.file), new(config))
			var list *Error
			if !errors.As(err, &list) {
				t.Fatalf("no error but %v", err)
			}
			var got []string
			for _, p := range list.Problems {
				p.Excerpt = ""
				got = append(got, p.String())
			}
			if strings.Join(got, "\n") != c.want {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), c.want)
			}
		})
	}
}

func TestAnExcerptPointsAtTheColumn(t *testing.T) {
	for _, c := range []struct{ name, file, want string }{
		{"after letters of two bytes", "name: a\ntags: [é, ü, {}]\n",
			"c.yaml:2:14: tags[3]: keys with values instead of a single value; write one value\n   2 | tags: [é, ü, {}]\n     |              ^"},
		{"in a long line", "name: a\ntags: [" + strings.Repeat("abcdefgh, ", 20) + "{}]\n",
			"c.yaml:2:208: tags[21]: keys with values instead of a single value; write one value\n   2 | " +
				strings.Repeat("abcdefgh, ", 5) + "{}]\n     | " + strings.Repeat(" ", 50) + "^"},
		{"with Windows line ends and a byte order mark", "\uFEFFname: a\r\nsise: 1\r\n",
			"c.yaml:2:1: sise: the key \"sise\" is not known here; did you mean \"size\"?\n   2 | sise: 1\n     | ^"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := Decode("c.yaml", []byte(c.file), new(config)); err == nil || err.Error() != c.want {
				t.Errorf("got\n%v\nwant\n%s", err, c.want)
			}
		})
	}
}

func TestWhatIsFoundLaterIsReportedAtItsPlace(t *testing.T) {
	doc, err := Decode("c.yaml", []byte("name: a\nlist:\n  - id: one\n  - id: two\n"), new(config))
	if err != nil {
		t.Fatal(err)
	}
	doc.Report("too short", "list", 1, "id")
	doc.Report("lacks a value", "list", 0, "value") // not there: said at the item
	if doc.Clean("list", 0) || doc.Clean() || !doc.Clean("name") || !doc.Clean("list", 1, "value") {
		t.Error("Clean does not follow the reports")
	}
	want := "c.yaml:3:5: list[one]: lacks a value\n   3 |   - id: one\n     |     ^\n" +
		"c.yaml:4:9: list[two].id: too short\n   4 |   - id: two\n     |         ^"
	if err := doc.Err(); err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
	if p := doc.ProblemAt("wrong", "name"); p.String() != "c.yaml:1:7: name: wrong\n   1 | name: a\n     |       ^" {
		t.Errorf("got %s", p)
	}
}

// pair reads two values and compares them, where both could be read.
type pair struct {
	A int `yaml:"a"`
	B int `yaml:"b"`
}

func (p *pair) UnmarshalNode(n *Node) {
	type plain pair
	n.Decode((*plain)(p))
	if n.Clean() && p.A > p.B {
		n.Get("a").Problem("%d is more than %d; write less", p.A, p.B)
	}
}

func TestATypeLooksFurtherOnlyAtWhatItCouldRead(t *testing.T) {
	for _, c := range []struct{ file, want string }{
		{"pair: {a: 2, b: 3}\n", ""},
		{"pair: {a: 5, b: 3}\n", "c.yaml:1:11: pair.a: 5 is more than 3; write less"},
		{"pair: {a: 5, b: x}\n", `c.yaml:1:17: pair.b: "x" is not a whole number; write it in digits, as 12`},
		{"pear: 1\npair: {a: 5, b: 3}\n", `c.yaml:1:1: pear: the key "pear" is not known here; allowed are pair` + "\n" +
			"c.yaml:2:11: pair.a: 5 is more than 3; write less"},
	} {
		var into struct {
			Pair pair `yaml:"pair"`
		}
		_, err := Decode("c.yaml", []byte(c.file), &into)
		var got []string
		var list *Error
		if errors.As(err, &list) {
			for _, p := range list.Problems {
				p.Excerpt = ""
				got = append(got, p.String())
			}
		}
		if strings.Join(got, "\n") != c.want {
			t.Errorf("%q: got\n%s\nwant\n%s", c.file, strings.Join(got, "\n"), c.want)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		"name: a\nsize: 1\non: true\nevery: 60s\ncolour: red\neven: 2\ntags: [a]\ninner: {id: b}\nlist: [{id: c}]\nfree: {k: v}\nsources: {s: {id: d}}\n",
		"", "# c\n", "- a\n", "a: [", "a: {b: 1", "a: b: c", "x: &a 1\ny: *a\n<<: *a\n", "? z\n: 1\n", "%YAML 1.2\n---\na: 1\n", "a: |\n  b\n", "a: >-\n  b\n\n  c\n",
		"a: 'b\n", "a: \"\\x\"\n", "a: !!int 1\n", "---\n---\n", "a:\n- b\n - c\n", "\xef\xbb\xbfname: a\r\n", "name: é\xff", "a: \x00", "{}", "[]", "~", ": a", "name: *", "name: &", "!", "? ", "- - - a",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		doc, err := Decode("fuzz.yaml", data, new(config))
		if err == nil {
			if doc == nil || doc.Root == nil {
				t.Fatal("neither a document nor an error")
			}
			return
		}
		var list *Error
		if !errors.As(err, &list) || len(list.Problems) == 0 {
			t.Fatalf("an error without a problem: %v", err)
		}
		for _, p := range list.Problems {
			if p.Line < 1 || p.Column < 1 || p.Message == "" {
				t.Fatalf("a problem without a place or a word: %+v", p)
			}
		}
	})
}

func TestWhatCouldNotBeDecodedIsToldFromWhatIsFoundLater(t *testing.T) {
	var c config
	doc, err := Decode("c.yaml", []byte("name: a\nsize: x\ntags: [a, &b c]\ninner: {id: i, value: v}\n"), &c)
	if err == nil {
		t.Fatal("accepted")
	}
	doc.Report("is found later", "inner", "id")
	for _, at := range []struct {
		path           []any
		decoded, clean bool
	}{
		{[]any{"name"}, true, true},
		{[]any{"size"}, false, false},
		{[]any{"tags", 0}, true, true},
		{[]any{"tags", 1}, false, false}, // refused as YAML
		{[]any{"tags"}, false, false},
		{[]any{"inner"}, true, false},
		{[]any{"inner", "id"}, true, false},
		{[]any{"inner", "value"}, true, true},
		{[]any{"nowhere"}, true, true},
		{nil, false, false},
	} {
		if doc.Decoded(at.path...) != at.decoded || doc.Clean(at.path...) != at.clean {
			t.Errorf("%v: decoded %v, clean %v", at.path, doc.Decoded(at.path...), doc.Clean(at.path...))
		}
	}
}
