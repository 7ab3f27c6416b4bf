package outputs

import (
	"bytes"
	"fmt"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"

	"fleetpay/rules"
)

// manyScripts is what the program's own fonts lack of some names.
const manyScripts = "ĐễịằỗNguynTHh节点𠮷野サーバ한국Հայկ"

func monthWithFont(name string) *Month {
	m := smallMonth()
	m.Fonts = []Font{{Name: "made.ttf", TTF: madeFont(manyScripts, nil)}}
	m.Book.Payouts[0].Name = name
	return m
}

func TestNamesOfOtherScriptsAreSetAndFound(t *testing.T) {
	for _, name := range []string{"Nguyễn Thị Hằng", "Đỗ", "节点", "𠮷野 サーバー", "한국", "Հայկ", "Zoë Ώμέγα Узлы 节点 Đỗ"} {
		text := strings.Join(pdfText(t, statementOf(t, monthWithFont(name), rules.OperatorPayee, "alpha")), "")
		if !strings.Contains(text, name) {
			t.Errorf("no %q in\n%s", name, text)
		}
	}
}

// With a real font, whose outlines and instructions are of every kind.
func TestVietnameseIsSetInAnInstalledFont(t *testing.T) {
	const path = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"
	file, err := os.ReadFile(path)
	if err != nil {
		t.Skip("the font is not installed; get it with: apt-get install fonts-dejavu-core")
	}
	m := smallMonth()
	m.Fonts = []Font{{Name: path, TTF: file}}
	m.Book.Payouts[0].Name = "Nguyễn Thị Hằng, Đỗ Phước Lộc"
	text := strings.Join(pdfText(t, statementOf(t, m, rules.OperatorPayee, "alpha")), "")
	if !strings.Contains(text, m.Book.Payouts[0].Name) {
		t.Errorf("no name in\n%s", text)
	}
}

func TestWithoutAFontTheNameIsRefusedAndTheFontAskedFor(t *testing.T) {
	m := monthWithFont("节点")
	m.Fonts = nil
	err := WriteStatement(&bytes.Buffer{}, m, rules.OperatorPayee, "alpha")
	want := `operator alpha: the name has the characters '节' (U+8282) and '点' (U+70B9), which a statement can't set right: ` +
		`the statement's fonts have no such character; name a TrueType font that has them under fonts: in fleetpay.yaml`
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

func TestAFontThatIsNoneIsAnError(t *testing.T) {
	m := smallMonth()
	m.Fonts = []Font{{Name: "fonts/x.otf", TTF: []byte("OTTO")}}
	err := WriteStatement(&bytes.Buffer{}, m, rules.OperatorPayee, "alpha")
	if err == nil || !strings.HasPrefix(err.Error(), "fonts/x.otf: this is an OpenType font with PostScript outlines") {
		t.Errorf("got %v", err)
	}
}

func TestAFontDoesNotChangeTheDocumentsThatDoNotNeedIt(t *testing.T) {
	with, without := monthWithFont("节点"), smallMonth()
	for _, id := range []string{"bravo", "charlie"} {
		if !bytes.Equal(statementOf(t, with, rules.OperatorPayee, id), statementOf(t, without, rules.OperatorPayee, id)) {
			t.Errorf("the statement of %s has changed", id)
		}
	}
}

func TestTheSameMonthWithFontsGivesTheSameBytesWhoeverElseIsWriting(t *testing.T) {
	name := "Zoë Nguyễn 𠮷野 サーバー"
	want := statementOf(t, monthWithFont(name), rules.OperatorPayee, "alpha")
	m := monthWithFont(name)
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			var b bytes.Buffer
			if err := WriteStatement(&b, m, rules.OperatorPayee, "alpha"); err != nil || !bytes.Equal(b.Bytes(), want) {
				t.Errorf("the bytes differ: %v", err)
			}
		})
	}
	wg.Wait()
}

// fontsOf is the numbers of the fonts that a text is set in.
func fontsOf(s *fontSet, text string) string {
	var b strings.Builder
	s.choose(text, func(_ rune, font int) { fmt.Fprint(&b, font) })
	return b.String()
}

func TestACharacterIsTakenFromTheFirstFontThatHasIt(t *testing.T) {
	s, err := newFontSet([]Font{{"a.ttf", madeFont("NguyễB节", nil)}, {"b.ttf", madeFont("Nguyễn节点", nil)}}, func(func(string) bool) {})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, text, want string }{
		{"what the own fonts have", "Nguyen 7", "00000000"},
		{"the first of two", "节", "1"},
		{"the second", "点", "2"},
		{"each sign of Chinese for itself", "B节点n", "0120"},
		{"a word of an alphabet as a whole", "Nguyễn B", "22222200"},
		{"a word that no font has all of", "Nguyễx", "000010"},
		{"none", "𠮷", "-1"},
	} {
		if got := fontsOf(s, c.text); got != c.want {
			t.Errorf("%s: %q is set in %s, want %s", c.name, c.text, got, c.want)
		}
	}
}

// Words and spaces add up, however a text is cut into lines.
func TestTheWidthOfATextIsThatOfItsWords(t *testing.T) {
	set, err := monthWithFont("x").fontSet()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []*fontSet{nil, set} {
		for _, w := range []weight{regular, bold} {
			if got, want := s.width(w, "Nguyễn 节点 x"), s.width(w, "Nguyễn")+s.width(w, "节点")+s.width(w, "x")+2*s.width(w, " "); got != want {
				t.Errorf("%d, want %d", got, want)
			}
		}
	}
	if got := set.width(regular, "节点"); got != 2*unitsPerEm {
		t.Errorf("two signs are %d wide", got)
	}
}

// A font that maps letters to blanks has none of them.
func TestABlankInPlaceOfALetterIsNoCharacter(t *testing.T) {
	file := madeFont("节\u3000", func(tables map[string][]byte) {
		copy(tables["loca"][2:], []byte{0, 21, 0, 21, 0, 21}) // after the glyph of the missing character
	})
	s, err := newFontSet([]Font{{"f.ttf", file}}, func(func(string) bool) {})
	if err != nil {
		t.Fatal(err)
	}
	if s.has('节') || !s.has('\u3000') {
		t.Errorf("it has the letter: %v; the wide space: %v", s.has('节'), s.has('\u3000'))
	}
}

// 400 signs from all over the script are on two pages of at most 223.
func TestNamesFromAllOverALargeScriptTakeFewPages(t *testing.T) {
	var signs []rune
	for i := range rune(400) {
		signs = append(signs, 0x4E00+i*50)
	}
	m := smallMonth()
	m.Fonts = []Font{{"made.ttf", madeFont(string(signs), nil)}}
	m.Book.Payouts[0].Name = string(signs)
	pdf := statementOf(t, m, rules.OperatorPayee, "alpha")
	pages := map[string]bool{}
	for _, name := range regexp.MustCompile(`/BaseFont /[A-Z]{6}\+made\b`).FindAllString(string(pdf), -1) {
		pages[name] = true
	}
	if len(pages) != 2 {
		t.Errorf("%d pages: %v", len(pages), pages)
	}
	if text := squeeze(strings.Join(pdfText(t, pdf), "")); !strings.Contains(strings.ReplaceAll(text, " ", ""), string(signs)) {
		t.Errorf("not all are found in\n%s", text)
	}
}

// A character that no text of the month was known to have is on its block's page.
func TestACharacterThatWasNotForeseenIsSetAllTheSame(t *testing.T) {
	s, err := newFontSet([]Font{{"f.ttf", madeFont("节点", nil)}}, func(yield func(string) bool) { yield("节") })
	if err != nil {
		t.Fatal(err)
	}
	pages := map[*fontPage]bool{}
	s.runs(regular, "节点", func(page *fontPage, codes []byte, width int) {
		pages[page] = true
		if len(codes) != 1 || width != unitsPerEm {
			t.Errorf("%d codes, %d wide", len(codes), width)
		}
	})
	if len(pages) != 2 {
		t.Errorf("%d pages", len(pages))
	}
}
