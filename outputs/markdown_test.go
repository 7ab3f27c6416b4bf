package outputs

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestMarkdownEscapesWhatWouldMeanSomething(t *testing.T) {
	for text, want := range map[string]string{
		"n-1 at 99.5% of a_b":           "n-1 at 99.5% of a_b",
		"a|b*c_d #1":                    `a\|b\*c_d #1`,
		"5 * 3 ~ 15":                    `5 \* 3 ~ 15`,
		"2 _ 3 a_ _b":                   `2 \_ 3 a\_ \_b`,
		"_all_ [of] <it>":               `\_all\_ \[of\] \<it>`,
		"R&D, &amp; and &#35;":          `R&D, \&amp; and \&#35;`,
		"see https://example.org/a?b.":  "see <https://example.org/a?b>.",
		"ask pay@example.org, please":   "ask <pay@example.org>, please",
		"on www.example.org":            `on www\.example.org`,
		"ftp://example.org and me@home": `ftp\://example.org and me\@home`,
		`back\slash and ` + "`tick`":    "back\\\\slash and \\`tick\\`",
		"two\nlines \t of it":           "two lines of it",
	} {
		if got := markdownText(text); got != want {
			t.Errorf("%q is written %q, not %q", text, got, want)
		}
	}
}

func TestLinesBreakAtEightyColumnsAndBeginNothing(t *testing.T) {
	wordy := strings.Repeat("word ", 15) // 75 columns
	for text, want := range map[string]string{
		"# 1":                      "\\# 1\n",
		"- not a list":             "\\- not a list\n",
		"-5 degrees":               "-5 degrees\n",
		"2026. was a year":         "2026\\. was a year\n",
		wordy + "2026 2026. is it": strings.TrimSpace(wordy) + " 2026\n2026. is it\n",
		wordy + "2026 1. is it":    strings.TrimSpace(wordy) + " 2026\n1\\. is it\n",
		wordy + "1234567 === 8":    strings.TrimSpace(wordy) + "\n1234567 === 8\n",
		wordy + "1234 === 8":       strings.TrimSpace(wordy) + " 1234\n\\=== 8\n",
		wordy + "1234 > 8":         strings.TrimSpace(wordy) + " 1234\n\\> 8\n",
		"日本" + strings.Repeat("語", 37) + " end": "日本" + strings.Repeat("語", 37) + "\nend\n", // 78 columns
	} {
		if got := markdownOf(prose{text, plain}); got != want {
			t.Errorf("%q is set as\n%s not\n%s", text, got, want)
		}
	}
}

func TestTablesStandUnderEachOther(t *testing.T) {
	g := gridOf([]gridColumn{{"Node", idCell, 1}, {"Amount, USD", amountCell, 1}}, []gridRow{
		{cells: []string{"東京-1", "12.30"}, group: "East"},
		{cells: []string{"é", "-1234.50"}, note: "moved"},
	})
	g.foot = []gridRow{{cells: []string{"All", "-1222.20"}}}
	const want = `| Node   | Amount, USD | Note  |
| ------ | ----------: | ----- |
| East   |             |       |
| 東京-1 |       12.30 |       |
| é      |    -1234.50 | moved |
| All    |    -1222.20 |       |
`
	if got := markdownOf(g); got != want {
		t.Errorf("set as\n%s", got)
	}
	empty := gridOf(g.columns, nil)
	empty.empty = "No node."
	if got := markdownOf(empty); got != "No node.\n" {
		t.Errorf("an empty table is set as %q", got)
	}
}

func TestALongCellHangsOverItsColumn(t *testing.T) {
	cause := "Power\n\n\tfailed; " + strings.Repeat("long ", 20) // with a column of 60 at most
	g := gridOf([]gridColumn{{"Cause", textCell, 1}, {"Lasted", numberCell, 1}}, []gridRow{
		{cells: []string{cause, "4 h"}}, {cells: []string{"disk full", "5 min"}},
	})
	lines := strings.Split(markdownOf(g), "\n")
	pad := strings.Repeat(" ", 60-len("disk full"))
	if want := "| Power failed; " + strings.TrimSpace(strings.Repeat("long ", 20)) + " |    4 h |"; lines[2] != want {
		t.Errorf("the long one is set as %q", lines[2])
	}
	if want := "| disk full" + pad + " |  5 min |"; lines[3] != want {
		t.Errorf("the short one is set as %q", lines[3])
	}
}

// anyText draws text of all scripts, and text made of the signs of Markdown.
func anyText() *rapid.Generator[string] {
	signs := rapid.StringOf(rapid.SampledFrom([]rune("\\`*_{}[]()<>#+-.!|~=:&;@/ \n1aé世wWhtps,\"'$%^")))
	address := rapid.StringMatching(`(see )?(https?://|www\.|a@b\.|mailto:)[a-z0-9./?&_*~)'-]{0,12}[.,]?( x)?`)
	return rapid.OneOf(rapid.String(), signs, address)
}

// inOneLine is what a report shows of a text.
func inOneLine(s string) string {
	return strings.Join(strings.Fields(strings.ToValidUTF8(s, "\uFFFD")), " ")
}

func TestAnyTextSurvivesTheTemplateAndMarkdown(t *testing.T) {
	layout, err := parseReportTemplate("test", "# {{.}}\n\n{{.}}\n\n> {{.}}\n\n- {{.}}\n\n{{values (pair .)}}\n\n{{table (rows .)}}\n",
		map[string]any{
			"pair": func(s string) []pair { return []pair{{"label", s}} },
			"rows": func(s string) *grid {
				return gridOf([]gridColumn{{"a", textCell, 1}, {"b", textCell, 1}}, []gridRow{{cells: []string{s, "x"}}})
			},
		})
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		text := anyText().Draw(t, "text")
		want := inOneLine(text)
		blocks, err := executeReport(layout, strings.ToValidUTF8(text, "\uFFFD"))
		if err != nil {
			t.Fatal(err)
		}
		if want == "" {
			return // what is empty is left out
		}
		if len(blocks) != 6 {
			t.Fatalf("%d blocks: %#v", len(blocks), blocks)
		}
		if h := blocks[0].(heading); h.text != want || h.level != 1 {
			t.Fatalf("the heading is %q", h.text)
		}
		if p := blocks[1].(prose); p.text != want || p.tone != plain {
			t.Fatalf("the paragraph is %q", p.text)
		}
		if p := blocks[2].(prose); p.text != want || p.tone != caution {
			t.Fatalf("the caution is %q", p.text)
		}
		if i := blocks[3].(items); len(i.texts) != 1 || i.texts[0] != want {
			t.Fatalf("the items are %q", i.texts)
		}
		var b bytes.Buffer
		if err := writeMarkdown(&b, blocks); err != nil {
			t.Fatal(err)
		}
		parts := strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n\n")
		if len(parts) != 6 {
			t.Fatalf("%d parts:\n%s", len(parts), b.String())
		}
		row := strings.Split(parts[5], "\n")[2]
		for name, set := range map[string]string{
			"heading": strings.TrimPrefix(parts[0], "# "), "paragraph": parts[1],
			"caution": strings.ReplaceAll("\n"+parts[2], "\n> ", " "), "item": strings.TrimPrefix(parts[3], "- "),
			"value": strings.TrimPrefix(parts[4], "- label: "), "cell": strings.TrimSuffix(strings.TrimPrefix(row, "| "), "| x   |"),
		} {
			if got := readMarkdown(t, set); got != want {
				t.Fatalf("the %s %q reads as %q, not %q", name, set, got, want)
			}
		}
	})
}

// readMarkdown takes the escapes and the marks of links off a text, as a reader
// of Markdown does, and fails on a sign that would mean something else.
func readMarkdown(t *rapid.T, s string) string {
	var b strings.Builder
	s = strings.Join(strings.Fields(s), " ")
	last := ' '
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		next, _ := utf8.DecodeRuneInString(s[i+n:])
		switch {
		case r == '\\' && isSign(next):
			b.WriteRune(next)
			r, n = next, n+utf8.RuneLen(next)
		case r == '<':
			end := strings.IndexByte(s[i:], '>')
			if end < 0 || !linkable.MatchString(s[i+1:i+end]) {
				t.Fatalf("an open < in %q", s)
			}
			b.WriteString(s[i+1 : i+end])
			n = end + 1
		case strings.ContainsRune("\\`[]|*", r), r == '~' && !(isSpace(last) && isSpace(next)), r == '_' && !(isWord(last) && isWord(next)):
			t.Fatalf("%q means something in %q", r, s)
		default:
			b.WriteRune(r)
		}
		last = r
		i += n
	}
	return b.String()
}

func TestTemplatesWithMarkupWithinALineAreRefused(t *testing.T) {
	layout, err := parseReportTemplate("test", "A *bold* word.\n", nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := executeReport(layout, nil); err == nil || err.Error() != `test: "A *bold* word.": reports have no markup within a line; write \*` {
		t.Error(err)
	}
}

func TestABlankLineInATemplatePartsNoList(t *testing.T) {
	blocks, err := parseBlocks("- a\n  b\n\n- c\n\n- [ ] d\n- [ ] e\n\nf\ng\n", nil)
	if err != nil {
		t.Fatal(err)
	}
	want := "- a b\n- c\n\n- [ ] d\n- [ ] e\n\nf g\n"
	var b bytes.Buffer
	if err := writeMarkdown(&b, blocks); err != nil || b.String() != want {
		t.Errorf("%v\n%s", err, b.String())
	}
}
