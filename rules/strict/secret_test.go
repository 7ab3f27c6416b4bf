package strict

import (
	"errors"
	"strings"
	"testing"
)

// hider is a value that must stay out of every message.
type hider struct{}

func (*hider) UnmarshalNode(n *Node) {
	n.Hide()
	n.Problem("it stands in the file; name where it lies instead")
}

func TestWhatIsHiddenIsInNoExcerpt(t *testing.T) {
	type file struct {
		Pass  hider  `yaml:"pass"`
		Other string `yaml:"other"`
		Count int    `yaml:"count"`
	}
	for name, text := range map[string]string{
		"on a line of its own":                "pass: hunter2\ncount: x\n",
		"beside another wrong value":          "{pass: hunter2, count: x, none: 1}\n",
		"over two lines, with one beside it":  "{pass: \"1\n  hunter2\", count: x}\n",
		"as a block at the end of the file":   "count: x\npass: |\n  1\n  hunter2\n",
		"as a list":                           "pass: [1, hunter2]\ncount: x\n",
		"as a mapping over some lines":        "pass:\n  env:\n    - hunter2\ncount: x\n",
		"folded, with a wrong key behind it":  "pass: 1\n  hunter2\nnone: 1\n",
		"behind a key that is named twice":    "count: 1\ncount: 2\npass: hunter2\n",
		"a token where there is no YAML":      "other: [\ntoken: hunter2\n",
		"a token named twice":                 "token: {env: A}\ntoken: hunter2\n",
		"a password of no file that is known": "password: \"hunter2\n",
		"a header that says who asks":         "other: [\nX-Auth: hunter2\n",
		"an address with a password":          "count: https://me:hunter2@example.net\n",
	} {
		t.Run(name, func(t *testing.T) {
			var into file
			_, err := Decode("c.yaml", []byte(text), &into)
			var wrong *Error
			if !errors.As(err, &wrong) {
				t.Fatal("nothing is wrong with it")
			}
			for _, p := range wrong.Problems {
				if strings.Contains(p.Excerpt, "hunter2") {
					t.Errorf("an excerpt shows it:\n%s", p)
				}
			}
		})
	}
}

func TestOtherLinesKeepTheirExcerpt(t *testing.T) {
	var into struct {
		Pass  hider `yaml:"pass"`
		Count int   `yaml:"count"`
	}
	_, err := Decode("c.yaml", []byte("pass: hunter2\ncount: x\n"), &into)
	want := "c.yaml:1:7: pass: it stands in the file; name where it lies instead\n" +
		"c.yaml:2:8: count: \"x\" is not a whole number; write it in digits, as 12\n   2 | count: x\n     |        ^"
	if err == nil || err.Error() != want {
		t.Errorf("got %v", err)
	}
}
