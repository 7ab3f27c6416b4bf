package rules

import (
	"strings"
	"testing"
)

func TestShippedVersionsLoad(t *testing.T) {
	versions, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	book, err := NewRulebook(versions)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, v := range book.Versions {
		names = append(names, v.Name)
		if v.File != "built-in/"+v.Name+".yaml" || len(v.Source) == 0 {
			t.Errorf("version %s: file %q with %d bytes", v.Name, v.File, len(v.Source))
		}
	}
	if got := strings.Join(names, " "); got != "2026-01 2026-05 2026-07" {
		t.Errorf("versions %s", got)
	}
}
