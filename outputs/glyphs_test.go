package outputs

import (
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

func TestBlanksOfAnyKindAreSpaces(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"one\ttwo", "one two"},
		{"one\r\ntwo\nthree\rfour", "one two three four"},
		{"a list:\n\n  - one", "a list: - one"},
		{"Alpha\u00a0Ltd", "Alpha Ltd"},
		{"1\u202f000\u2009kg", "1 000 kg"},
		{"\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u200a", " "},
		{"a\u205fb\u3000c\u2028d\u2029e", "a b c d e"},
		{"two  plain  spaces are é's own", "two  plain  spaces are é's own"},
		{"non\u2011breaking", "non-breaking"},
		{"Hand\u00adwerk, zero\u200bwidth, w\u2060j, \ufeffmark", "Handwerk, zerowidth, wj, mark"},
		{"e\u200b\u0301", "é"}, // what stood between letter and accent is gone
		{"a\vb\u0085c\u200dd", "a\vb\u0085c\u200dd"},
		{"a\xff\tb", "a\xff b"},
	} {
		if got := settable(c.text); got != c.want {
			t.Errorf("%q: got %q, want %q", c.text, got, c.want)
		}
	}
	for _, text := range []string{"a\tb", "a\u00a0b", "a\u2003b\u2011c", "a\u00ad\u200b\u2060\ufeffb", "a\nb"} {
		if r, why, ok := ownFonts().unsettable(text); !ok {
			t.Errorf("%q: %U: %s", text, r, why)
		}
	}
}

func TestWhatCannotBeSetIsCounted(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"launched 🚀 today", "launched [U+1F680] today"},
		{"ab🚀🚀cd", "ab[2 characters that can't be printed]cd"},
		{"thanks to שלום לכולם (all)", "thanks to [9 characters that can't be printed] (all)"},
		{"🚀 and 北", "[U+1F680] and [U+5317]"},
		{"a\vb", "a[U+000B]b"},
		{"a\xff", "a[U+FFFD]"},
		{"Zoë, Ωmega", "Zoë, Ωmega"},
	} {
		var own *fontSet
		if got := own.printable(c.text); got != c.want {
			t.Errorf("%q: got %q, want %q", c.text, got, c.want)
		}
	}
	set, err := newFontSet([]Font{{"made.ttf", madeFont("北", nil)}}, func(func(string) bool) {})
	if err != nil {
		t.Fatal(err)
	}
	if got := set.printable("🚀 and 北"); got != "[U+1F680] and 北" {
		t.Errorf("with a font: got %q", got)
	}
}

// Whatever a text has, what is measured is what is broken into lines and set, and
// all of it can be set.
func TestMeasuringBreakingAndSettingAgree(t *testing.T) {
	var own *fontSet
	text := rapid.StringOf(rapid.OneOf(rapid.Rune(), rapid.RuneFrom([]rune("ab é\t\n\u00a0\u2003\u2011\u00ad\u200b\u3000🚀北\u0301\v"))))
	rapid.Check(t, func(t *rapid.T) {
		s := text.Draw(t, "text")
		set := own.printable(s)
		if again := own.printable(set); again != set || !norm.NFC.IsNormalString(set) {
			t.Fatalf("%q is set as %q and that as %q", s, set, again)
		}
		if r, why, ok := ownFonts().unsettable(set); !ok {
			t.Fatalf("%q is set as %q, with %U: %s", s, set, r, why)
		}
		if _, _, ok := ownFonts().unsettable(s); ok != (set == settable(s)) {
			t.Fatalf("%q can be set: %v; and is set as %q", s, ok, set)
		}
		c := &canvas{}
		if whole := c.wrap(value, s, 1e6); len(whole) != 1 || whole[0] != set || c.width(value, s) != c.width(value, set) {
			t.Fatalf("%q is set as %q and broken as %q", s, set, whole)
		}
		var words []string
		for _, line := range c.wrap(value, s, 300) {
			if c.width(value, line) > 300.01 {
				t.Fatalf("%q is %.1f wide", line, c.width(value, line))
			}
			words = append(words, strings.TrimSuffix(line, string(wordBreak)))
		}
		if bare := strings.NewReplacer(" ", "", string(wordBreak), ""); bare.Replace(strings.Join(words, "")) != bare.Replace(set) {
			t.Fatalf("%q came back as %q", set, words)
		}
	})
}
