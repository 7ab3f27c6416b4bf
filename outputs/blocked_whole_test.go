package outputs

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// XML and JSON close what they open, so that no cut of them passes.
func TestNoPartOfAListInXMLOrJSONIsTakenForTheWhole(t *testing.T) {
	for name, list := range map[string]string{
		"the XML list":          ofacLists["the XML list"].list,
		"the advanced XML list": ofacLists["the advanced XML list, which names the tag once and far away"].list,
		"XML with all kinds of markup": `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "<c>">]><!-- <a> --><a b="c > d" e='"'>
<x:f/><![CDATA[<g>]]><h>Digital Currency Address - ETH ` + walletA + `</h ></a>`,
		"JSON": `{"list": [{"type": "Digital Currency Address - ETH", "note": "a \"[{\" \\", "id": "` + walletA + `"}]}`,
	} {
		whole := strings.TrimSpace(list)
		for _, around := range []string{"%", "\ufeff%\r\n", "\n  %\n<!-- end -->"} {
			text := strings.Replace(around, "%", whole, 1)
			if name == "JSON" {
				text = strings.ReplaceAll(text, "<!-- end -->", "")
			}
			if got, err := ParseBlockedList("list", []byte(text)); err != nil || len(got) == 0 {
				t.Errorf("%s: got %+v, %v", name, got, err)
			}
		}
		for end := 1; end < len(whole); end++ {
			if got, err := ParseBlockedList("list", []byte(whole[:end])); err == nil {
				t.Fatalf("%s, cut after %q, gives %+v", name, whole[:end], got)
			}
		}
	}
}

func TestAListThatIsCutIsRefusedWithItsPlace(t *testing.T) {
	const tag = "Digital Currency Address - ETH "
	const again = "; the list is cut or damaged: get it again"
	for _, c := range []struct{ name, list, err string }{
		{"XML, after its first address", "<sdnList>\n<id>" + tag + walletA + "</id>\n<id>", "list:3: it ends before </sdnList>"},
		{"XML, amid a tag", "<sdnList>\n<id>" + tag + walletA + "</id>\n<id", "list:3: the < has no >"},
		{"XML, amid a comment", "<a>" + tag + walletA + "</a><!-- >", "list:1: the < has no >"},
		{"XML, amid the quote of an attribute", "<a>" + tag + walletA + "<b c=\"d></a>\n<e></e>", "list:1: the < has no >"},
		{"XML without its middle", "<a><b>" + tag + walletA + "\n</a>", "list:2: </a> stands where </b> is to be"},
		{"XML without its begin", "</b>" + tag + walletA + "</a>", "list:1: </b> closes what is not open"},
		{"XML with nothing in it", "<?xml version=\"1.0\"?>\n", "list:2: it ends before its first tag"},
		{"two XML lists", "<a>" + tag + walletA + "</a>\n<a></a>", "list:2: a second XML document follows the first; put each in a file of its own"},
		{"XML with addresses behind it", "<a>" + tag + walletA + "</a>\n\n " + walletB, "list:3: text stands outside of the XML"},
		{"XML that nests without end", strings.Repeat("<a>\n", 1001), "list:1001: more than 1000 tags are open"},
		{"JSON, behind an inner bracket", `{"a":[{"b":"` + tag + walletA + `"}` + "\n", "list:1: a { is not closed"},
		{"JSON, amid a text", "[\n\"" + tag + walletA + "\", \"0x\\\"]", "list:2: a quote is not closed"},
		{"JSON without its middle", `[{"a":"` + tag + walletA + `"]`, "list:1: a ] closes what is not open"},
		{"CSV, amid a field", "1,\"EXAMPLE\",\"a \"\"b\"\" " + tag + walletA + "\"\n2,\"EXAMPLE TWO\",\"DOB 1979; \"\"Digital", "list:2: a quote is not closed"},
	} {
		if got, err := ParseBlockedList("list", []byte(c.list)); err == nil || err.Error() != c.err+again {
			t.Errorf("%s: got %+v, %v\nwant %s", c.name, got, err, c.err+again)
		}
	}
	for name, list := range map[string]string{
		"a quote amid a text":            "a 5\" ruler; " + tag + walletA,
		"JSON a line":                    `{"a":"` + tag + walletA + "\"}\n{}\n",
		"quotes that fields double":      `"a ""b""","` + tag + walletA + `"`,
		"a quote in a plain list's note": walletA + " # a\n#\n\"",
	} {
		got, err := ParseBlockedList("list", []byte(list))
		if name == "a quote in a plain list's note" {
			if err == nil || !strings.HasPrefix(err.Error(), `list:3: "\"" is not an address`) {
				t.Errorf("%s: got %v", name, err)
			}
			continue
		}
		if err != nil || len(got) != 1 {
			t.Errorf("%s: got %+v, %v", name, got, err)
		}
	}
}

// What the library for XML reads to its end is never refused as cut, and what it
// finds cut never passes.
func TestXMLIsWholeWhenTheLibraryForXMLSaysSo(t *testing.T) {
	part := rapid.SampledFrom([]string{"<a>", "<b>", "</a>", "</b>", "</a >", "<b/>", `<a c="<>" >`, `<b d='">'/>`, "<!-- <a> -->", "<![CDATA[</a>]]>", "<?e <a>?>", "text", "\n", "<", ">", `"`})
	rapid.Check(t, func(t *rapid.T) {
		list := "<a>" + strings.Join(rapid.SliceOfN(part, 0, 10).Draw(t, "parts"), "") + "</a>"
		want := isXML(list)
		at, what := xmlFault([]byte(list))
		// The library is stricter in what no cut makes, such as a < in a quote.
		if want && at >= 0 {
			t.Fatalf("%q is whole, and said to be cut at %d: %s", list, at, what)
		}
		if cut := list[:len(list)-1]; isXML(cut) {
			t.Fatalf("the library takes %q for whole", cut)
		} else if at, _ := xmlFault([]byte(cut)); at < 0 {
			t.Fatalf("%q is taken for whole", cut)
		}
	})
}

// isXML tells whether the library for XML reads a text as one document.
func isXML(text string) bool {
	d := xml.NewDecoder(strings.NewReader(text))
	depth, roots := 0, 0
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return depth == 0 && roots == 1
		}
		if err != nil {
			return false
		}
		switch token := token.(type) {
		case xml.StartElement:
			if depth++; depth == 1 {
				roots++
			}
		case xml.EndElement:
			depth--
		case xml.CharData:
			if depth == 0 && strings.TrimSpace(string(token)) != "" {
				return false
			}
		}
	}
}

// Whether a list of 32 MB is whole is found in a moment, even when it is made to be
// slow.
func TestALargeListIsFoundWholeInOnePass(t *testing.T) {
	const size = 32 << 20
	for _, piece := range []string{
		"<VersionDetail DetailTypeID=\"1432\">0x</VersionDetail>\n", "<a b='", "<a>", "<!-- ", "<![CDATA[", "[", "{\"a\":\"b\"}", "\"\"", ",\"a\"", "<!<",
	} {
		for _, begin := range []string{"<a>", "[", "a,"} {
			list := []byte(begin + strings.Repeat(piece, size/len(piece)))
			from := time.Now()
			_ = checkWhole("list", list, true)
			if took := time.Since(from); took > 20*time.Second {
				t.Errorf("%d MB of %q behind %q took %s", size>>20, piece, begin, took)
			}
		}
	}
}
