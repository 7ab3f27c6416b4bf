package prometheus

import (
	"strings"
	"testing"
)

func TestAPlainSelectorIsAllowed(t *testing.T) {
	for _, query := range []string{
		"up", " up ", "job:up:max", `up{}`, `up{job="node"}`, `up { job = "node" , site != 'x' , }`,
		`{__name__="up"}`, `up{a=~"n.*|m",b!~"\"}{[5m]",c="\u00e9\x41"}`, "up{a=`\\[\n`}", `{"node.up", "the site"="x"}`, `{"node.up"}`,
	} {
		if err := CheckQuery(query); err != nil {
			t.Error(err)
		}
	}
}

func TestAnythingElseIsRefusedBeforeItIsAsked(t *testing.T) {
	for _, c := range []struct{ name, query, want string }{
		{"nothing", " ", "it is empty"},
		{"a range", "up[5m]", `"[5m]" follows the selector`},
		{"an offset", "up offset 1h", `"offset" follows the selector`},
		{"a time", "up @ 1790812800", `"@" follows the selector`},
		{"a function", "max(up)", `"(up)" follows the selector`},
		{"an aggregation", "max by (node) (up)", `"by" follows the selector`},
		{"an operator", `up{job="node"} == 1`, `"==" follows the selector`},
		{"a sum", "up+up", `"+up" follows the selector`},
		{"brackets", "(up)", `it begins with "(up)", which is no name`},
		{"a number", "1", `it begins with "1", which is no name`},
		{"a comment", "up # of the nodes", `"#" follows the selector`},
		{"a subquery", "up[1h:5m]", `"[1h:5m]" follows the selector`},
		{"no series", "{}", "it names no series"},
		{"a brace that stays open", `up{job="node"`, "the end stands where a comma or } is due"},
		{"a text that stays open", `up{job="node}`, `"\"node}" stands where a text in quotes is due`},
		{"a text without quotes", `up{job=node}`, `"node}" stands where a text in quotes is due`},
		{"a bad escape", `up{job="\q"}`, `stands where a text in quotes is due`},
		{"a new line in a text", "up{job=\"a\nb\"}", `stands where a text in quotes is due`},
		{"no comparison", `up{job}`, `"}" stands where =, !=, =~ or !~ is due`},
		{"a comparison of numbers", `up{job>"1"}`, `">\"1\"}" stands where =, !=, =~ or !~ is due`},
		{"a comma alone", `up{,}`, `",}" stands where a label is due`},
		{"an empty name", `{""}`, "a name in it is empty"},
		{"two selectors", `up{a="1"} up`, `"up" follows the selector`},
		{"an or, which VictoriaMetrics alone knows", `{a="1" or b="2"}`, `"or" stands where a comma or } is due`},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := CheckQuery(c.query)
			if err == nil || !strings.Contains(err.Error(), " is no plain selector: ") || !strings.Contains(err.Error(), c.want) ||
				!strings.HasSuffix(err.Error(), `; write a plain vector selector, a name and matchers, such as up or up{job="node", site!~"test-.*"}`) {
				t.Errorf("%v", err)
			}
		})
	}
}
