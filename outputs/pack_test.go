package outputs

import (
	"bytes"
	"fmt"
	"strconv"
	"testing"

	"fleetpay/rules"
)

// Readers go by the table of objects, and mend a wrong one in silence: so it is
// held here, offset by offset.
func TestEveryObjectStandsWhereTheTableSays(t *testing.T) {
	for _, lines := range []int{1, 24, 120} {
		pdf := statementOf(t, largeMonth(1, lines), rules.OperatorPayee, "op-000000")
		_, tail, _ := bytes.Cut(pdf, []byte("startxref\n"))
		table, err := strconv.Atoi(string(bytes.TrimSuffix(tail, []byte("\n%%EOF\n"))))
		if err != nil || !bytes.HasPrefix(pdf[table:], []byte("xref\n0 ")) {
			t.Fatalf("%d lines: the table is not at %q: %v", lines, tail, err)
		}
		entries := bytes.Split(pdf[table:], []byte("\n"))[3:]
		for i, e := range entries {
			if !bytes.HasSuffix(e, []byte(" 00000 n ")) {
				if i < 10 {
					t.Errorf("%d lines: only %d objects", lines, i)
				}
				break
			}
			offset, err := strconv.Atoi(string(e[:10]))
			if want := fmt.Sprintf("%d 0 obj\n", i+1); err != nil || !bytes.HasPrefix(pdf[offset:], []byte(want)) {
				t.Errorf("%d lines: object %d is not at %d", lines, i+1, offset)
			}
		}
	}
}

func TestAStatementOfTwoPagesIsSmall(t *testing.T) {
	pdf := statementOf(t, largeMonth(1, 24), rules.OperatorPayee, "op-000000")
	if len(pdf) > 25_000 {
		t.Errorf("it has %d bytes", len(pdf))
	}
}

func TestADocumentOfAnotherFormIsNotPacked(t *testing.T) {
	for _, c := range []struct{ name, pdf, err string }{
		{"no page", "%PDF-1.3\n", "the document has fewer streams than pages"},
		{"no length", "1 0 obj\n<</Length x>>\nstream\n", "the document has a stream without a length"},
		{"cut short", "1 0 obj\n<</Length 9>>\nstream\nabc", "the document has a stream without a length"},
		{"no table", "1 0 obj\n<</Length 3>>\nstream\nabc\nendstream\n", "the document has no table of objects"},
		{"another table", "1 0 obj\n<</Length 3>>\nstream\nabc\nendstream\nxref\n0 1\n", "the document's table of objects has another form"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if err := pack([]byte(c.pdf), 1, &bytes.Buffer{}); err == nil || err.Error() != c.err {
				t.Errorf("got %v, want %s", err, c.err)
			}
		})
	}
}

// A font's file whose words sum to the number that TrueType fixes is whole.
func TestACutFontIsAWholeFontFile(t *testing.T) {
	pages := map[*fontPage]bool{}
	own := ownFonts().fonts[0]
	for r := range rune(1 << 16) {
		if g := own.glyph(r); g.page != nil {
			pages[g.page] = true
		}
	}
	if len(pages) < 10 {
		t.Errorf("%d pages", len(pages))
	}
	for page := range pages {
		var set []rune
		for _, r := range page.runes {
			if r != 0 {
				set = append(set, r)
			}
		}
		for w := range weights {
			file := own.files[w].cut(set, false)
			if sum := checksum(file); sum != 0xB1B0AFBA {
				t.Errorf("page %d of %s sums to %#x", page.number, own.names[w], sum)
			}
			cut, err := readTrueType(file)
			if err != nil {
				t.Fatalf("page %d of %s: %v", page.number, own.names[w], err)
			}
			for _, r := range set {
				if !cut.has(r) {
					t.Errorf("page %d of %s lacks %U", page.number, own.names[w], r)
				}
			}
		}
	}
}
