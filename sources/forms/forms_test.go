package forms

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// asked is the empty form of these tests.
const asked = `# A form

- Handle:
- Wallet (may be left empty):
- Region you want to serve:
- Why do you want it?

Tick what you have:

- [ ] Backup power
- [ ] A second line

| stage | date | by |
|---|---|---|
| applied | | |
| training: course, test node | | |
| certified (` + "`certified_on`" + `) | | |

- Operator id:
`

func template(t testing.TB, markdown string) *Template {
	t.Helper()
	made, err := NewTemplate(markdown)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// filled is the form of these tests, filled in as it is meant.
const filled = `# A form

- Handle: cedar
- Wallet (may be left empty): 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed
- Region you want to serve: emea
- Why do you want it? Because
  we have the racks:
  * two of them

  and the people.

Tick what you have:

- [x] Backup power
- [ ] A second line

| stage | date | by |
|---|---|---|
| applied | 2026-10-01 | desk |
| training: course, test node | 2026-10-05 | |
| certified | | |

- Operator id: cedar
`

func expect(t *testing.T, f Form, answers map[string]string) {
	t.Helper()
	for label, want := range answers {
		if got := f.Answer(label).Text; got != want {
			t.Errorf("%s is answered %q, want %q", label, got, want)
		}
	}
}

func problems(f Form) string {
	var list []string
	for _, p := range f.Problems {
		list = append(list, p.String())
	}
	return strings.Join(list, "\n")
}

func TestAFilledFormIsRead(t *testing.T) {
	f := template(t, asked).Parse(filled)
	if len(f.Problems) > 0 {
		t.Fatal(problems(f))
	}
	expect(t, f, map[string]string{
		"Handle": "cedar", "Wallet": "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "Region you want to serve": "emea",
		"Why do you want it": "Because\nwe have the racks:\n- two of them\n\nand the people.", "Operator id": "cedar",
	})
	if !f.Ticked("Backup power") || f.Ticked("A second line") {
		t.Error("the boxes are read the other way round")
	}
	for _, c := range []struct{ row, column, want string }{
		{"applied", "date", "2026-10-01"}, {"applied", "by", "desk"}, {"training", "date", "2026-10-05"}, {"certified", "date", ""},
	} {
		if got := f.Cell(c.row, c.column).Text; got != c.want {
			t.Errorf("%s of %s is %q, want %q", c.column, c.row, got, c.want)
		}
	}
	if want := 5 + 2 + 3; f.Found != want { // labels, boxes, rows
		t.Errorf("%d things are found, want %d", f.Found, want)
	}
	if got := f.Answer("Wallet").Line; got != 4 {
		t.Errorf("the wallet stands on line %d, want 4", got)
	}
}

// How people change a form without meaning to: none of it matters.
func TestHowAFormIsTypedDoesNotMatter(t *testing.T) {
	want := template(t, asked).Parse(filled)
	for name, change := range map[string]func(string) string{
		"line ends of other systems":          func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") },
		"line ends of older systems":          func(s string) string { return strings.ReplaceAll(s, "\n", "\r") },
		"a byte order mark":                   func(s string) string { return "\ufeff" + s },
		"blanks at the ends":                  func(s string) string { return strings.ReplaceAll(s, "\n", " \t\n") },
		"stars for dashes":                    func(s string) string { return strings.ReplaceAll(s, "\n- ", "\n* ") },
		"more blanks behind a dash":           func(s string) string { return strings.ReplaceAll(s, "\n- ", "\n-   ") },
		"capitals":                            func(s string) string { return strings.ReplaceAll(s, "- Operator id", "- OPERATOR ID") },
		"a hint taken out":                    func(s string) string { return strings.ReplaceAll(s, " (may be left empty)", "") },
		"a label in bold":                     func(s string) string { return strings.ReplaceAll(s, "- Handle:", "- **Handle:**") },
		"an answer as code":                   func(s string) string { return strings.ReplaceAll(s, ": emea", ": `emea`") },
		"an answer on the next line":          func(s string) string { return strings.ReplaceAll(s, ": emea", ":\n  emea") },
		"an answer on the next, not indented": func(s string) string { return strings.ReplaceAll(s, ": emea", ":\nemea") },
		"a tick in capitals":                  func(s string) string { return strings.ReplaceAll(s, "[x]", "[X]") },
		"a comment":                           func(s string) string { return strings.ReplaceAll(s, "- Handle", "<!-- your\nname -->\n- Handle") },
	} {
		f := template(t, asked).Parse(change(filled))
		if len(f.Problems) > 0 {
			t.Errorf("%s: %s", name, problems(f))
		}
		for _, label := range []string{"Handle", "Wallet", "Region you want to serve", "Operator id"} {
			if got := f.Answer(label).Text; got != want.Answer(label).Text {
				t.Errorf("%s: %s is %q, want %q", name, label, got, want.Answer(label).Text)
			}
		}
		if !f.Ticked("Backup power") || f.Cell("applied", "date").Text != "2026-10-01" {
			t.Errorf("%s: the box or the table is read another way", name)
		}
	}
}

func TestEverythingThatIsWrongIsNamedAtOnceWithItsLine(t *testing.T) {
	f := template(t, asked).Parse(`- Handle: cedar
- Wallet: 0x1
- Wallet: 0x2
- Favourite colour: green
- Region you want to serve: call +31 20 555 0199
- [x] A pony
| stage | date | by |
|---|---|---|
| applied | 2026-10-01 | desk |
| applied | 2026-10-02 | desk |
| promoted | 2026-10-03 | |
- Operator id: ce` + "\u202e" + `dar
`)
	want := `line 3: Wallet: stands twice, first on line 2, so no answer is taken; keep one of them
line 4: "Favourite colour" is not asked in this form; answer under the labels that it has
line 5: Region you want to serve: holds contact data (an @, or digits like a telephone number), which is not kept; take it out of the form
line 6: the box "A pony" is not in this form; tick those that it has
line 10: applied: stands twice, first on line 9, so no answer is taken; keep one of them
line 11: the row "promoted" is not in this form's table; fill in the rows that it has
line 12: Operator id: holds the character U+202E, which nobody sees, so it is not taken; write it anew
Why do you want it: the line is missing; put it back into the form
Backup power: the box is missing; put it back into the form
A second line: the box is missing; put it back into the form
training: the row of the table is missing; put it back into the form
certified: the row of the table is missing; put it back into the form`
	if got := problems(f); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	expect(t, f, map[string]string{"Handle": "cedar", "Wallet": "", "Region you want to serve": "", "Operator id": ""})
	if got := f.Cell("applied", "date").Text; got != "" {
		t.Errorf("a row that stands twice has the day %q", got)
	}
}

// What the rendered page hides can't stand in for what a person has read there.
func TestWhatIsHiddenIsNotRead(t *testing.T) {
	f := template(t, asked).Parse("- Handle: cedar\n<!--\n- Wallet: 0xbad\n-->\n- Wallet: 0xgood\n- Operator id: cedar <!-- birch -->\n<!-- - Handle: birch\n- Why do you want it? x")
	expect(t, f, map[string]string{"Handle": "cedar", "Wallet": "0xgood", "Operator id": "cedar", "Why do you want it": ""})
	if want := "line 7: a comment begins here and is never closed, so the rest of the form can't be seen; write --> where it ends"; !strings.Contains(problems(f), want) {
		t.Errorf("got\n%s\nwant among it\n%s", problems(f), want)
	}
}

func TestALineThatAPageMayNotShowIsNotRead(t *testing.T) {
	const wallet = "0x8617E340B3D01FA5F11F306F4090FD50E238070D"
	for name, text := range map[string]string{
		"within the title of a link":  "[a]: /url '\n    - Wallet: " + wallet + "\n'",
		"within the name of an image": "![\n\t- Wallet: " + wallet + "\n](https://img.example/x.png)",
		"within a footnote":           "[^1]: x\n\n    - Wallet: " + wallet,
	} {
		f := template(t, asked).Parse("- Handle: cedar\n\n" + text + "\n")
		expect(t, f, map[string]string{"Handle": "cedar", "Wallet": ""})
		if want := "Wallet: stands so far to the right that a page may not show it, so it is not read; begin the line at the left"; !strings.Contains(problems(f), want) {
			t.Errorf("%s: got\n%s\nwant among it\n%s", name, problems(f), want)
		}
	}
	f := template(t, asked).Parse("x\n    | stage | date | by |\n    |---|---|---|\n    | applied | 2026-10-01 | |\n")
	if got := f.Cell("applied", "date").Text; got != "" {
		t.Errorf("of a table far to the right the day %q is read", got)
	}
}

func TestAFormWhosePageMayShowSomethingElseIsWrongAsAWhole(t *testing.T) {
	const wallet = "- Wallet: 0x8617E340B3D01FA5F11F306F4090FD50E238070D\n"
	for text, line := range map[string]int{
		"---\ngitea: none\nx:\n" + wallet + "---\n":          1,
		"- Handle: cedar\n<style>\n" + wallet + "</style>\n": 2,
		"- Handle: cedar\n\n<div\n" + wallet + ">\n":         3,
		"- Handle: cedar\n<!X\n" + wallet + ">\n":            2,
		"```mermaid\n" + wallet + "```\n":                    1,
		"- Handle: cedar\n~~~ math\n" + wallet + "~~~\n":     2,
		"$$\n\\phantom{\n" + wallet + "}\n$$\n":              1,
	} {
		f := template(t, asked).Parse(text)
		if i := slices.IndexFunc(f.Problems, func(p Problem) bool { return p.Whole }); i < 0 || f.Problems[i].Line != line {
			t.Errorf("%q: got %s; want a problem of the whole form on line %d", text, problems(f), line)
		}
	}
	for _, text := range []string{
		"- Handle: cedar\n\n---\n" + wallet, "```\n" + wallet + "```\n", "- Handle: <https://cedar.example>\n", "- Handle: a<br>b\n", "- Handle: < 5 ms, <5 ms\n",
		"<!-- a remark -->\n" + wallet,
	} {
		f := template(t, asked).Parse(text)
		if slices.ContainsFunc(f.Problems, func(p Problem) bool { return p.Whole }) {
			t.Errorf("%q: got %s; want no problem of the whole form", text, problems(f))
		}
	}
}

func TestATextThatIsNotTheFormHasNothingOfIt(t *testing.T) {
	f := template(t, asked).Parse("Hello,\n\nI would like to run a node. What do I do?\n\n- first: read\n")
	if f.Found != 0 {
		t.Errorf("%d things of the form are found in another text", f.Found)
	}
}

func TestATableWithOtherHeadingsIsNotRead(t *testing.T) {
	f := template(t, asked).Parse("| stage | by | date |\n|---|---|---|\n| applied | desk | 2026-10-01 |\n")
	if got := f.Cell("applied", "date").Text; got != "" {
		t.Errorf("the day is %q", got)
	}
	if want := `line 1: the table's headings are "stage | by | date"; they must be | stage | date | by |`; !strings.HasPrefix(problems(f), want) {
		t.Errorf("got %s", problems(f))
	}
}

func TestContactDataIsTold(t *testing.T) {
	for _, text := range []string{
		"desk@fleet.example", "@cedar", "call me: +31 20 555 0199", "0031 20 555 0199", "(020) 555 01 99 12", "555-019-9123",
		"5550199123", "+1.555.019.9123", "Tel. 020 / 555 0199 1", "555\n019\n9123", "Call 555 019 9123 now", "tel 0205550199", "555–019–9123", "٥٥٥ ٠١٩ ٩١٢٣", "020 555 0199 1 020 555 0199 2",
	} {
		if !HoldsContact(text) {
			t.Errorf("%q is not told to hold contact data", text)
		}
	}
	for _, text := range []string{
		"", "cedar", "2026-10-05", "2026-10-05 to 2026-11-04", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
		"0x1111111111111111111111111111111111111111", "192.168.100.200", "1000 Mbit/s", "16 cores, 128 GB, 4000 GB", "99.95 %", "24/7", "n1; n2; n3",
		"06:00 - 22:00 UTC",
	} {
		if HoldsContact(text) {
			t.Errorf("%q is told to hold contact data", text)
		}
	}
}

func TestAnEmptyFormThatCanNotBeToldApartIsRefused(t *testing.T) {
	for markdown, want := range map[string]string{
		"- Name:\n- name (again):\n": `line 2: "name (again):" stands twice in the form; name it another way`,
		"- [ ] Yes\n- [ ] yes\n":     `line 2: "yes" stands twice in the form; name it another way`,
		"# Nothing\n":                "the form asks nothing; write lines such as - Name: with a colon",
	} {
		_, err := NewTemplate(markdown)
		if err == nil || err.Error() != want {
			t.Errorf("%q: got %v, want %s", markdown, err, want)
		}
	}
}

// FuzzParse holds for any text: no panic, no contact data and nothing unseen in an
// answer, and problems in the order of their lines.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		asked, filled, strings.ReplaceAll(filled, "\n", "\r\n"), "- Handle: a@b", "- Wallet: <!--", "| stage | date | by |\n| applied |",
		"|", "- [", "- [x]", "- :", "- ?", "-", "- Handle (:", "  - Handle: x\n\t- Wallet: y", "- Handle: \x00\xff", "| \\| | |", "- Handle: `", "<!-->",
	} {
		f.Add(seed)
	}
	t := template(f, asked)
	f.Fuzz(func(tt *testing.T, markdown string) {
		form := t.Parse(markdown)
		for key, a := range form.answers {
			if HoldsContact(a.Text) || unseen(a.Text) != 0 {
				tt.Errorf("%s is answered %q", key, a.Text)
			}
			if a.Line < 0 || a.Line > 1+strings.Count(markdown, "\n")+strings.Count(markdown, "\r") {
				tt.Errorf("%s stands on line %d", key, a.Line)
			}
		}
		for _, a := range form.cells {
			if HoldsContact(a.Text) || unseen(a.Text) != 0 {
				tt.Errorf("a cell holds %q", a.Text)
			}
		}
		for i := 1; i < len(form.Problems); i++ {
			if order(form.Problems[i-1]) > order(form.Problems[i]) {
				tt.Errorf("problem %d stands before an earlier line", i)
			}
		}
		for _, p := range form.Problems {
			if HoldsContact(strings.TrimPrefix(p.Message, "holds contact data (an @, or")) {
				tt.Errorf("a message tells contact data: %s", p)
			}
		}
	})
}

// No wallet is taken for a telephone number, whatever its digits.
func TestWalletsAreNoContactData(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		wallet := "0x" + rapid.StringOfN(rapid.SampledFrom([]rune("0123456789abcdefABCDEF00112233445566778899")), 40, 40, -1).Draw(rt, "digits")
		for _, text := range []string{wallet, "`" + wallet + "`", wallet + " (base)", "my wallet is " + wallet + "."} {
			if HoldsContact(text) {
				rt.Fatalf("%q is told to hold contact data", text)
			}
		}
	})
}
