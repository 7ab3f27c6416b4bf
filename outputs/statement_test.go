package outputs

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"fleetpay/rules"
)

func statementOf(t *testing.T, m *Month, kind rules.PayeeKind, id string) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := WriteStatement(&b, m, kind, id); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// pdfText is what a reader of a PDF finds in it, page by page.
func pdfText(t *testing.T, pdf []byte) []string {
	t.Helper()
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		t.Skip("pdftotext is not installed; get it with: apt-get install poppler-utils")
	}
	path := filepath.Join(t.TempDir(), "statement.pdf")
	if err := os.WriteFile(path, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(tool, "-layout", "-enc", "UTF-8", path, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(string(out), "\f"), "\f")
}

func TestAStatementSaysAllThatThePayeeMustKnow(t *testing.T) {
	m := smallMonth()
	for _, c := range []struct {
		kind rules.PayeeKind
		id   string
		want []string
	}{
		{rules.OperatorPayee, "alpha", []string{
			"Example Fleet", "Alpha Nodes", "operator alpha", "October 2026", "1–31 October 2026, UTC", "2026-07", "emea",
			"7.31", "1500.00", "1507.31", "0.00", "Payable", "9 November 2026 (2026-11-09)", "USDC on base (chain id 8453)",
			walletA, m.Book.Payouts[0].PaymentID, "Node stipend", "500.00 × 93 node-days / 31 days", "tier 1 on 31 days",
			"Not earned, and why", "uptime 99.486% is not above 99.8%", "99.486%", "7163 of 7200", "41 of 43", "Page 1 of 1",
		}},
		{rules.OperatorPayee, "bravo", []string{`=HYPERLINK("x")`, "Held: no wallet is on file.", "Send one to the program; 48.39 USD is kept", "operator bravo · statement 2026-10/operator-bravo"}},
		{rules.OperatorPayee, "charlie", []string{`Charlie, Ltd "C"`, "Negative", "-1250.00", "-250.00 × 5 months", "left within 6 months"}},
	} {
		pages := pdfText(t, statementOf(t, m, c.kind, c.id))
		for _, want := range c.want {
			if !strings.Contains(strings.Join(pages, ""), want) {
				t.Errorf("%s %s: no %q in\n%s", c.kind, c.id, want, pages)
			}
		}
	}
}

// An amount is set as one string, so that any reader finds it.
func TestEveryAmountIsInTheFile(t *testing.T) {
	m := largeMonth(2, 60)
	found := map[string]int{}
	for _, p := range readPages(t, statementOf(t, m, rules.OperatorPayee, "op-000001")) {
		for _, s := range p.texts {
			found[s.text]++
		}
	}
	for _, l := range m.Book.Lines {
		if l.PayeeID == "op-000001" && found[l.Amount.String()] == 0 {
			t.Errorf("line %d: no %s", l.Number, l.Amount)
		}
	}
	if p := m.Book.Payouts[1]; found[p.Payable.String()] != 3 { // earned and payable above, and the sum of the lines
		t.Errorf("%s is not there three times", p.Payable)
	}
}

func TestALongStatementRepeatsItsHeadingsOnEachPage(t *testing.T) {
	pages := pdfText(t, statementOf(t, largeMonth(1, 120), rules.OperatorPayee, "op-000000"))
	if len(pages) < 4 {
		t.Fatalf("%d pages", len(pages))
	}
	for i, page := range pages {
		for _, want := range []string{fmt.Sprintf("Page %d of %d", i+1, len(pages)), "2026-10 · operator op-000000"} {
			if !strings.Contains(page, want) {
				t.Errorf("page %d has no %q", i+1, want)
			}
		}
		if i > 0 && i < len(pages)-1 && (!strings.Contains(page, "(continued)") || !strings.Contains(page, "Amount, USD")) {
			t.Errorf("page %d has no heading:\n%s", i+1, page)
		}
	}
}

func TestTheDocumentNamesItself(t *testing.T) {
	tool, err := exec.LookPath("pdfinfo")
	if err != nil {
		t.Skip("pdfinfo is not installed; get it with: apt-get install poppler-utils")
	}
	path := filepath.Join(t.TempDir(), "statement.pdf")
	if err := os.WriteFile(path, statementOf(t, smallMonth(), rules.OperatorPayee, "bravo"), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(tool, "-isodates", path)
	cmd.Env = append(os.Environ(), "TZ=UTC")
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Statement 2026-10 · operator bravo · =HYPERLINK(\"x\")", "Author:          Example Fleet", "2026-11-02T08:30:00", "Payout statement for October 2026"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
}

func TestEveryCharacterOfTheFontsIsSetAndFound(t *testing.T) {
	var all []string
	var line strings.Builder
	count := 0
	for r := range rune(1 << 16) {
		if r <= ' ' || settable(string(r)) != string(r) {
			continue
		}
		if _, _, ok := ownFonts().unsettable(string(r)); !ok {
			continue
		}
		line.WriteRune(r)
		if count++; count%40 == 0 {
			all = append(all, line.String())
			line.Reset()
		}
	}
	if all = append(all, line.String()); count < 600 {
		t.Fatalf("only %d characters can be set", count)
	}
	m := smallMonth()
	m.Book.Lines = nil
	for i, s := range all {
		m.Book.Lines = append(m.Book.Lines, rules.Line{PayeeKind: rules.OperatorPayee, PayeeID: "alpha", Number: i + 1, Label: "x", Reason: s, Status: rules.Earned})
	}
	text := strings.Join(pdfText(t, statementOf(t, m, rules.OperatorPayee, "alpha")), "")
	for _, s := range all {
		if !strings.Contains(text, s) {
			t.Errorf("%q is not found in the text", s)
		}
	}
}

func TestWhatCannotBeSetIsFoundFirst(t *testing.T) {
	for _, c := range []struct {
		name, text string
		r          rune
		why        string
	}{
		{"Latin, Greek and Cyrillic", "Zoë Ōkubo, Ώμέγα, Узлы № 7 — “€”", 0, ""},
		{"a letter and its accent apart", "Zoe\u0308", 0, ""},
		{"Arabic", "شركة", 'ش', "its script is written from right to left"},
		{"Hebrew", "A חברה", 'ח', "its script is written from right to left"},
		{"Devanagari", "कंपनी", 'क', "its script needs letters to be shaped and reordered"},
		{"Thai", "บริษัท", 'บ', "its script needs letters to be shaped and reordered"},
		{"Chinese", "节点", '节', "the statement's fonts have no such character"},
		{"a mark that composes with nothing", "q\u0308", '\u0308', "it is a combining mark that has no letter to compose with"},
		{"an emoji", "Nodes 🚀", '🚀', "it is an emoji or a pictograph"},
		{"a vertical tab", "A\vB", '\v', "it is a control character"},
		{"a line end of the old mainframes, or a broken ellipsis", "A\u0085B", '\u0085', "it is a control character"},
		{"a direction override", "A\u202eB", '\u202e', "it is an invisible formatting character"},
		{"private use", "\uf800", '\uf800', "it has no agreed meaning"},
		{"a lost character", "A\ufffd", '\ufffd', "it stands for a character that was lost"},
		{"bytes that are no UTF-8", "A\xff", '\ufffd', "the text is not valid UTF-8"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, why, ok := ownFonts().unsettable(c.text)
			if r != c.r || why != c.why || ok != (c.why == "") {
				t.Errorf("got %q, %q, %v; want %q, %q", r, why, ok, c.r, c.why)
			}
		})
	}
}

func TestAStatementIsRefusedRatherThanSetWithGaps(t *testing.T) {
	m := smallMonth()
	m.Book.Payouts[0].Name = "Alpha 🚀"
	m.Book.Lines[4].Reason = "ת"
	want := []string{
		`operator alpha: the name has the character '🚀' (U+1F680), which a statement can't set right: it is an emoji or a pictograph`,
		`partner pine: the reason of line 1 has the character 'ת' (U+05EA), which a statement can't set right: its script is written from right to left`,
	}
	var got []string
	for _, u := range FindUnsettable(m) {
		got = append(got, u.Error())
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if err := WriteStatement(&bytes.Buffer{}, m, rules.OperatorPayee, "alpha"); err == nil || err.Error() != want[0] {
		t.Errorf("got %v", err)
	}
}

func TestTheSameMonthGivesTheSameStatementWhoeverElseIsWriting(t *testing.T) {
	m := largeMonth(3, 30)
	m.Book.Payouts[1].Name = "Ωmega Узлы Zoë"
	want := statementOf(t, m, rules.OperatorPayee, "op-000001")
	var wg sync.WaitGroup
	for i := range 50 {
		wg.Go(func() {
			var b bytes.Buffer
			if err := WriteStatement(&b, m, rules.OperatorPayee, fmt.Sprintf("op-%06d", i%3)); err != nil {
				t.Error(err)
			}
			if i%3 == 1 && !bytes.Equal(b.Bytes(), want) {
				t.Error("the bytes differ")
			}
		})
	}
	wg.Wait()
}

func TestWrappedTextLosesNothingAndFits(t *testing.T) {
	text := rapid.StringOfN(rapid.RuneFrom([]rune("abcWWWWi.-_0123 éЖ ")), 0, 200, -1)
	rapid.Check(t, func(t *rapid.T) {
		s, span := text.Draw(t, "text"), float64(rapid.IntRange(20, 300).Draw(t, "span"))
		c := &canvas{}
		var back strings.Builder
		for i, line := range c.wrap(value, s, span) {
			if w := c.width(value, line); w > span+0.01 {
				t.Fatalf("%q is %.1f wide, the column %.1f", line, w, span)
			}
			if whole, broken := strings.CutSuffix(line, string(wordBreak)); broken {
				back.WriteString(whole)
				continue
			}
			back.WriteString(line)
			back.WriteString(strings.Repeat(" ", min(i+1, 1)))
		}
		if squeeze(back.String()) != squeeze(s) {
			t.Fatalf("%q came back as %q", s, back.String())
		}
	})
}

func squeeze(s string) string { return strings.Join(strings.Fields(s), " ") }

func TestAnIDWiderThanItsColumnIsBrokenWithAMark(t *testing.T) {
	m := smallMonth()
	id := strings.Repeat("W", 128)
	m.Book.Lines[0].Subject = id
	text := strings.Join(pdfText(t, statementOf(t, m, rules.OperatorPayee, "alpha")), "")
	parts := regexp.MustCompile("WW+").FindAllString(text, -1)
	if strings.Join(parts, "") != id || !strings.Contains(text, "W¬\n") || !strings.Contains(text, "¬ at a line's end marks a word that goes on") {
		t.Errorf("got\n%s", text)
	}
}

func TestAReasonLongerThanAPageGoesOnOnTheNext(t *testing.T) {
	m := smallMonth()
	m.Book.Lines[0].Reason = strings.Repeat("word ", 4000) + "end-of-reason"
	pages := pdfText(t, statementOf(t, m, rules.OperatorPayee, "alpha"))
	text := strings.Join(pages, "")
	if n := strings.Count(text, "word"); n < 4000 || !strings.Contains(text, "end-of-reason") || len(pages) < 3 {
		t.Errorf("%d words on %d pages", n, len(pages))
	}
}

// BenchmarkStatement sets statements of two pages.
func BenchmarkStatement(b *testing.B) {
	m := largeMonth(4, 24)
	st := statements(m)
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		var out bytes.Buffer
		for pb.Next() {
			out.Reset()
			if err := st[1].write(&out); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "statements/s")
}
