package outputs

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestABlockedListIsReadInAnyCase(t *testing.T) {
	list := "\ufeff# kept by finance\r\n\r\n  0xFB6916095CA1DF60BB79CE92CE3EA74C37C5D359 # reported\r\n0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed\n" +
		"0XDBF03B407C01E7CD3CBEA99509D93F8DDDC8C6FB"
	got, err := ParseBlocked("blocked.txt", []byte(list))
	if err != nil || !slices.Equal(got, []string{walletB, walletA, walletC}) {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestABlockedListKeepsItsOrderAndItsRepeats(t *testing.T) {
	got, err := ParseBlockedList("blocked.txt", []byte("# own\n"+walletB+"\n"+walletA+"\n\n"+walletB+"\n"))
	want := []BlockedWallet{{walletB, "blocked.txt", 2, ""}, {walletA, "blocked.txt", 3, ""}, {walletB, "blocked.txt", 5, ""}}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("got %+v, %v", got, err)
	}
	for _, empty := range []string{"", "\n", "# Digital Currency Address - ETH: none yet\n"} {
		if got, err := ParseBlockedList("blocked.txt", []byte(empty)); err != nil || len(got) > 0 {
			t.Errorf("%q: got %+v, %v", empty, got, err)
		}
	}
}

func TestEveryWrongLineOfABlockedListIsTold(t *testing.T) {
	long := "0x" + strings.Repeat("a", 100)
	_, err := ParseBlocked("blocked.txt", []byte("# one\n0x12\n"+walletA+"\n"+long+"\n"))
	want := `blocked.txt:2: "0x12" is not an address; write one a line, 0x and 40 hex digits
blocked.txt:4: "0x` + strings.Repeat("a", 58) + `…" is not an address; write one a line, 0x and 40 hex digits`
	if err == nil || err.Error() != want {
		t.Errorf("got %v\nwant %s", err, want)
	}
	_, err = ParseBlocked("blocked.txt", []byte(strings.Repeat("no\n", 52)))
	if err == nil || !strings.HasSuffix(err.Error(), "\nblocked.txt: and 2 more lines that are no address") {
		t.Errorf("got %v", err)
	}
}

// A comment that speaks of OFAC doesn't make a plain list another one: its
// mistyped lines would be passed over.
func TestACommentOfAPlainListMayNameTheTag(t *testing.T) {
	_, err := ParseBlocked("blocked.txt", []byte(walletA+" # Digital Currency Address - ETH\n0x12 # alt. Digital Currency Address - USDC\nmistyped # digital currency address\n"))
	want := `blocked.txt:2: "0x12" is not an address; write one a line, 0x and 40 hex digits
blocked.txt:3: "mistyped" is not an address; write one a line, 0x and 40 hex digits`
	if err == nil || err.Error() != want {
		t.Errorf("got %v\nwant %s", err, want)
	}
}

// The forms in which OFAC publishes; names, numbers and addresses are made up.
var ofacLists = map[string]struct {
	list string
	want []BlockedWallet
}{
	"the remarks of the CSV list": {
		`7001,"EXAMPLE, One","individual","CYBER2",-0- ,"Suite #5; DOB 11 Nov 1983; Digital Currency Address - XBT 3ExampleExampleExampleExample111; Digital Currency Address - ETH ` + strings.ToLower(walletA) +
			`; alt. Digital Currency Address - USDC ` + walletB + `; Passport 0x1234 (Nowhere)."` + "\r\n" +
			`7013,"EXAMPLE TWO",-0- ,"CYBER2",-0- ,"Digital Currency Address - ARB 0X` + strings.ToUpper(walletC[2:]) + `; Digital Currency Address - TRX TExampleExampleExampleExample1111."` + "\r\n",
		[]BlockedWallet{{walletA, "list", 1, "ETH"}, {walletB, "list", 1, "USDC"}, {walletC, "list", 2, "ARB"}},
	},
	"the XML list": {
		`<?xml version="1.0"?>
<sdnList xmlns="urn:example"><sdnEntry><idList>
  <id><uid>31</uid><idType>Digital Currency Address - ETH</idType><idNumber>` + strings.ToLower(walletA) + `</idNumber></id>
  <id>
    <uid>37</uid>
    <idType>Digital Currency Address - BSC</idType>
    <idNumber>` + walletB + `</idNumber>
  </id>
  <id><idType>Digital Currency Address - XMR</idType><idNumber>4Example</idNumber></id>
  <id><idType>Transaction Hash</idType><idNumber>0x` + strings.Repeat("a1", 32) + `</idNumber></id>
</idList></sdnEntry></sdnList>
`,
		[]BlockedWallet{{walletA, "list", 3, "ETH"}, {walletB, "list", 7, "BSC"}},
	},
	"the advanced XML list, which names the tag once and far away": {
		`<Sanctions xmlns="urn:example"><ReferenceValueSets><FeatureTypeValues>
<FeatureType ID="344" FeatureTypeGroupID="1">Digital Currency Address - XBT</FeatureType>
<FeatureType ID="345" FeatureTypeGroupID="1">Digital Currency Address - ETH</FeatureType>
<FeatureType ID="26">Vessel Call Sign</FeatureType>
</FeatureTypeValues></ReferenceValueSets>
<Feature ID="41" FeatureTypeID="26"><FeatureVersion><VersionDetail DetailTypeID="1432">0x43</VersionDetail></FeatureVersion></Feature>
<Feature ID="47" FeatureTypeID="344"><VersionDetail DetailTypeID="1432">bc1example0x43</VersionDetail></Feature>
<Feature ID="53" FeatureTypeID="345">
  <FeatureVersion ID="59"><Comment /><VersionDetail DetailTypeID="1432">` + strings.ToLower(walletC) + `</VersionDetail></FeatureVersion>
</Feature></Sanctions>`,
		[]BlockedWallet{{walletC, "list", 9, "ETH"}},
	},
	"the text list, whose lines break between words": {
		"EXAMPLE THREE; DOB 1979; Digital Currency\nAddress - ETH\n" + walletA + "; alt. digital currency address –\nUSDT " + walletB + "\n",
		[]BlockedWallet{{walletA, "list", 3, "ETH"}, {walletB, "list", 4, "USDT"}},
	},
	"an extract with the tag in a heading and an address a line": {
		"DIGITAL CURRENCY ADDRESSES\n" + walletB + "\n" + walletB + "  # twice\n\"" + walletA + "\",https://example.org/address/" + walletC + "?a=1\n",
		[]BlockedWallet{{walletB, "list", 2, ""}, {walletB, "list", 3, ""}, {walletA, "list", 4, ""}, {walletC, "list", 4, ""}},
	},
	"a text with < that is no markup": {
		"a <b, 3 < 5 <digital currency address - ETH " + walletA + " <",
		[]BlockedWallet{{walletA, "list", 1, "ETH"}},
	},
	"a tag without a currency": {
		"Digital Currency Address: " + walletA, []BlockedWallet{{walletA, "list", 1, ""}},
	},
}

func TestOFACsListsAreReadInAllTheirForms(t *testing.T) {
	for name, c := range ofacLists {
		got, err := ParseBlockedList("list", []byte("\ufeff"+c.list))
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%s: got %+v, %v\nwant %+v", name, got, err, c.want)
		}
		addresses, err := ParseBlocked("list", []byte(c.list))
		if err != nil || len(addresses) != len(c.want) || addresses[0] != c.want[0].Address {
			t.Errorf("%s: got %q, %v", name, addresses, err)
		}
	}
}

func TestAnAddressThatIsNotWholeIsNeverPassedOver(t *testing.T) {
	const tag = "Digital Currency Address - ETH "
	whole := tag + walletA + "\n"
	for _, c := range []struct{ name, text, word string }{
		{"39 digits", tag + walletB[:41], walletB[:41]},
		{"41 digits", tag + walletB + "0", walletB + "0"},
		{"a letter that is no digit", tag + walletB[:41] + "g", walletB[:41] + "g"},
		{"a space behind 0x", tag + "0x " + walletB[2:], "0x"},
		{"a hash", tag + "0x" + strings.Repeat("7", 64), "0x" + strings.Repeat("7", 58) + "…"},
		{"a short one", "alt. " + tag + "0x17.", "0x17"},
		{"no 0x", tag + walletB[2:], walletB[2:]},
		{"the letter O for the zero", tag + "O" + walletB[1:], "O" + walletB[1:]},
		{"a tag without a space", "Digital Currency Address - ETH" + walletB, "ETH" + walletB},
		{"a short one in the XML list", "<idType>" + tag + "</idType>\n<idNumber>0x17</idNumber>", "0x17"},
		{"a short one in the advanced XML list", `<FeatureType ID="3">` + tag + `</FeatureType> x <Feature FeatureTypeID="3"><VersionDetail>0x17</VersionDetail>`, "0x17"},
		{"39 digits far from a tag", "also known as " + walletB[:41], walletB[:41]},
		{"41 digits in an attribute", `<a href="` + walletB + `0">`, walletB + "0"},
		{"a short one alone on its line", " 0x17\t# reported", "0x17"},
	} {
		got, err := ParseBlockedList("sdn", []byte(whole+c.text+"\n"))
		line := 2 + strings.Count(c.text[:strings.Index(c.text, c.word[:2])], "\n")
		want := fmt.Sprintf("sdn:%d: %q is not a whole address, 0x and 40 hex digits; correct it, or get the list again, best as XML", line, c.word)
		if err == nil || err.Error() != want {
			t.Errorf("%s: got %+v, %v\nwant %s", c.name, got, err, want)
		}
	}
	_, err := ParseBlockedList("sdn", []byte(whole+strings.Repeat(tag+"0x17\n", 53)))
	if err == nil || !strings.HasSuffix(err.Error(), "\nsdn: and 3 more words that are no whole address") {
		t.Errorf("got %v", err)
	}
}

func TestABlockedListThatCannotBeRightIsRefused(t *testing.T) {
	for _, c := range []struct{ name, list, err string }{
		{"OFAC's, of other chains only, or cut", "Digital Currency Address - XBT 1Example\n",
			"list:2: the list speaks of digital currency addresses, and there is no 0x address in it to its end; it is cut or another list: get it again"},
		{"little-endian UTF-16", "\xff\xfe0\x00x\x00", "list:1: the list is in UTF-16; save it as UTF-8"},
		{"big-endian UTF-16", "\xfe\xff\x000\x00x", "list:1: the list is in UTF-16; save it as UTF-8"},
		{"UTF-16 without its mark", "#\x00\n\x000\x00x\x00", "list:1: the list holds a zero byte, so it is in UTF-16 or no text; save it as UTF-8"},
	} {
		if got, err := ParseBlockedList("list", []byte(c.list)); err == nil || err.Error() != c.err {
			t.Errorf("%s: got %+v, %v\nwant %s", c.name, got, err, c.err)
		}
	}
}

// plainBlocked is what a plain list means, in the words of its documentation.
func plainBlocked(list string) (addresses []string, ok bool) {
	for _, line := range strings.Split(list, "\n") {
		line, _, _ = strings.Cut(line, "#")
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		lower := "0x" + strings.ToLower(strings.TrimPrefix(strings.TrimPrefix(line, "0x"), "0X"))
		if len(lower) != len(line) || ChecksumAddress(lower) == "" {
			return nil, false
		}
		addresses = append(addresses, ChecksumAddress(lower))
	}
	return addresses, true
}

// Closed folders are computed again from their lists: what a plain list says may
// never change, whatever its comments speak of.
func TestAPlainListIsWhatItsLinesSay(t *testing.T) {
	part := rapid.SampledFrom([]string{walletA, strings.ToLower(walletB), "0X" + strings.ToUpper(walletC[2:]), "0x12", "\n", "\n", "\n", "\r\n", " ", "\t", "#", "#",
		"# Digital Currency Address - ETH ", "digital ", "currency ", "address ", "é", "\xff", "<b>", "\u00a0", `"`, ",", "[", "{"})
	rapid.Check(t, func(t *rapid.T) {
		list := strings.Join(rapid.SliceOfN(part, 0, 12).Draw(t, "parts"), "")
		want, ok := plainBlocked(list)
		got, err := ParseBlocked("list", []byte(list))
		if ok && (err != nil || !slices.Equal(got, want)) {
			t.Fatalf("got %q, %v\nwant %q", got, err, want)
		}
		if !ok && err == nil && !isOFACStyle([]byte(list)) {
			t.Fatalf("a wrong list is read as %q", got)
		}
	})
}

// A list of 16 MB is read in a moment, even one that is made to be slow.
func TestALargeListIsReadInOnePass(t *testing.T) {
	const size = 16 << 20
	for _, piece := range []string{"<", "<a ", "<a b", "digital ", "digital currency address - ", "Digital Currency Address - ETH " + walletA + "\n", "#", "0x12 ", " ", "a"} {
		list := "digital currency address " + walletB + "\n" + strings.Repeat(piece, size/len(piece))
		begin := time.Now()
		if _, err := ParseBlockedList("list", []byte(list)); err != nil {
			t.Errorf("%q: %v", piece, err)
		}
		if took := time.Since(begin); took > 20*time.Second {
			t.Errorf("%d MB of %q took %s", size>>20, piece, took)
		}
	}
}

// Any list is refused, or each of its addresses stands on the line that is said.
func FuzzParseBlockedList(f *testing.F) {
	for _, c := range ofacLists {
		f.Add([]byte(c.list))
	}
	for _, seed := range []string{"", walletA + " # one\n\n" + walletB, "Digital Currency Address - ETH 0x17", "\xff\xfe0\x00", "<VersionDetail>", "</:>", `<FeatureType ID=>`,
		"<a b='>'><!-- --></a>", `[{"a":"\""}]`, "1,\"a \"\"b\"\" Digital Currency Address - ETH 0x17"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, list []byte) {
		got, err := ParseBlockedList("list", list)
		if err != nil && !strings.HasPrefix(err.Error(), "list:") {
			t.Errorf("%v does not begin with the file and the line", err)
		}
		lines := strings.Split(string(list), "\n")
		last := 1
		for _, w := range got {
			if w.Line < last || w.Line > len(lines) {
				t.Fatalf("%+v is out of its order in %d lines", w, len(lines))
			}
			last = w.Line
			if !strings.Contains(strings.ToLower(lines[w.Line-1]), strings.ToLower(w.Address)) {
				t.Errorf("%+v does not stand in %q", w, lines[w.Line-1])
			}
		}
	})
}
