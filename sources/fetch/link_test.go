package fetch

import (
	"net/http"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestTheNextPageIsFoundAmongLinks(t *testing.T) {
	for _, c := range []struct {
		name  string
		links []string
		want  string
	}{
		{"no header", nil, ""},
		{"one link", []string{`<https://h/?page=2>; rel="next"`}, "https://h/?page=2"},
		{"without quotes", []string{`<https://h/?page=2>;rel=next`}, "https://h/?page=2"},
		{"several links in a header", []string{`<https://h/?page=1>; rel="prev", <https://h/?page=3>; rel="next",<https://h/?page=9>; rel="last"`}, "https://h/?page=3"},
		{"several headers", []string{`<https://h/?page=1>; rel="prev"`, `<https://h/?page=3>; rel="next"`}, "https://h/?page=3"},
		{"a comma and a semicolon in an address", []string{`<https://h/?a=1,2;3>; rel="next"`}, "https://h/?a=1,2;3"},
		{"a comma, a link and a quote within quotes", []string{`</1>; title="a, \"<b>\"; rel=next, <c>"; rel=prev, </2>; title="x"; rel="next"`}, "/2"},
		{"several relations", []string{`</2>; rel="last NEXT"`}, "/2"},
		{"blanks and upper case", []string{" ,, < /2 >\t; title* = UTF-8''x ; REL = \"Next\" "}, "/2"},
		{"a parameter without a value", []string{`</2>; crossorigin; rel=next`}, "/2"},
		{"the first of two relations counts", []string{`</2>; rel=prev; rel=next`}, ""},
		{"the first of two links counts", []string{`</2>; rel=next, </3>; rel=next`}, "/2"},
		{"a relation that only begins so", []string{`</2>; rel="next-archive", </3>; rev=next, </4>; rel="x:next"`}, ""},
		{"another page's link", []string{`</2>; anchor="/other"; rel=next, </3>; rel=next`}, "/3"},
		{"no address", []string{`<>; rel=next`}, ""},
		{"an address that is not closed", []string{`<https://h/?page=2; rel="next"`}, ""},
		{"a quote that is not closed", []string{`</2>; rel="next`, `</3>; rel=next`}, "/3"},
		{"something between links", []string{`</1>; rel=prev; x y </2>; rel=next`}, ""},
		{"no link at all", []string{`https://h/?page=2; rel=next`}, ""},
	} {
		if got := NextLink(http.Header{"Link": c.links}); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// Whatever links stand around it, and however they are written, the next page is
// found.
func TestTheNextPageIsFoundHoweverLinksAreWritten(t *testing.T) {
	target := rapid.StringMatching(`(https://h)?/[a-z0-9?&=,;"% ]{0,20}[a-z]`)
	blank := rapid.StringMatching(`[ \t]{0,2}`)
	parameter := rapid.OneOf(
		rapid.StringMatching(`(title|type|hreflang|rev|x\*)="([a-z <>,;=]|\\"|\\\\)*"`),
		rapid.StringMatching(`(title|media|rev)=[a-z0-9/<>-]{1,8}`),
		rapid.StringMatching(`[a-z]{1,2}`),
	)
	link := func(t *rapid.T, target, relation string) string {
		parts := rapid.SliceOfN(parameter, 0, 3).Draw(t, "parameters")
		at := rapid.IntRange(0, len(parts)).Draw(t, "at")
		text := "<" + target + ">"
		for i := range len(parts) + 1 {
			p := relation
			if i < at {
				p = parts[i]
			} else if i > at {
				p = parts[i-1]
			}
			text += blank.Draw(t, "blank") + ";" + blank.Draw(t, "blank") + p
		}
		return text + blank.Draw(t, "blank")
	}
	rapid.Check(t, func(t *rapid.T) {
		others := func(label string) []string {
			var links []string
			for range rapid.IntRange(0, 3).Draw(t, label) {
				links = append(links, link(t, target.Draw(t, "other"), rapid.SampledFrom([]string{`rel=prev`, `rel="first last"`, `REL="up"`}).Draw(t, "relation")))
			}
			return links
		}
		want := target.Draw(t, "target")
		links := others("before")
		links = append(links, link(t, want, rapid.SampledFrom([]string{`rel=next`, `rel="next"`, `Rel = "last next"`, `rel="NEXT"`}).Draw(t, "next")))
		links = append(links, others("after")...)
		h := http.Header{}
		for len(links) > 0 {
			n := rapid.IntRange(1, len(links)).Draw(t, "in one header")
			h.Add("Link", strings.Join(links[:n], ","))
			links = links[n:]
		}
		if got := NextLink(h); got != want {
			t.Fatalf("%q of %q", got, h)
		}
	})
}

func FuzzNextLink(f *testing.F) {
	for _, seed := range []string{
		`<https://h/?page=2>; rel="next"`, `</1>; title="a, \"<b>\""; rel=prev, </2>; rel=next`, `<`, `<>;`, `</2>; rel="next`, `</2>; rel="\`, `, ,`, `</2>;;;=,rel=next`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := NextLink(http.Header{"Link": {text}})
		if got == "" {
			return
		}
		if !strings.Contains(text, got) || strings.Contains(got, ">") || !strings.Contains(strings.ToLower(text), "next") {
			t.Errorf("%q from %q", got, text)
		}
	})
}
