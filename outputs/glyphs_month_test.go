package outputs

import (
	"bytes"
	"strings"
	"testing"

	"fleetpay/rules"
)

func TestEveryTextOfAMonthIsHeldAgainstItsFonts(t *testing.T) {
	const sign = "节"
	m := smallMonth()
	m.Contact.Ask = "a" + sign
	m.Facts.Operators[1].Region = sign
	m.Facts.Partners[0].Agreement = sign
	m.Facts.Nodes[1].Location = sign
	m.Book.Lines[4].Reason = sign
	m.Evidence = &rules.Evidence{
		Incidents: []rules.Incident{
			{ID: "inc-1", Operators: []string{"alpha", "bravo"}, Cause: "power", Resolution: sign},
			{ID: "inc-2", Cause: sign}, // on a node that is nobody's: on no report
		},
		Leads: []rules.Lead{
			{ID: "lead-1", SourceKind: "partner", SourceID: "pine", Channel: sign, Customer: sign},
			{ID: "lead-2", SourceKind: "direct", Customer: sign}, // on no report
		},
		Trainings:  []rules.Training{{ID: "tr-1", OperatorID: "bravo", Title: sign}},
		Activities: []rules.Activity{{ID: "act-1", PartnerID: "pine", Title: sign}},
		Notes:      []rules.Note{{PartnerID: "pine", Section: "risks", Text: "one line\r\nand " + sign + "\nand " + sign}},
	}
	const refused = 4 // of what was written for people to read, words are set in its place
	want := []string{
		"every statement: the contact",
		"partner pine: the reason of line 1",
		"operator bravo: the region",
		"partner pine: the agreement",
		"operator alpha: the location of node n-1",
		"operator alpha: the resolution of incident inc-1",
		"operator bravo: the resolution of incident inc-1",
		"partner pine: the channel of lead lead-1",
		"partner pine: the customer of lead lead-1",
		"operator bravo: the title of training tr-1",
		"partner pine: the title of activity act-1",
		`partner pine: the note for the section "risks"`,
	}
	for i := range want {
		want[i] += ` has the character '节' (U+8282), which a statement can't set right: the statement's fonts have no such character`
		if i >= refused {
			want[i] += "; words are set in its place"
		}
		want[i] += "; name a TrueType font that has it under fonts: in fleetpay.yaml"
	}
	var got []string
	for i, u := range FindUnsettable(m) {
		got = append(got, u.Error())
		if u.Free != (i >= refused) {
			t.Errorf("%v: free is %v", u, u.Free)
		}
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}

	with := *m.Facts
	m = &Month{Facts: &with, Book: m.Book, Evidence: m.Evidence, Contact: m.Contact, Fonts: []Font{{"made.ttf", madeFont(sign, nil)}}}
	if found := FindUnsettable(m); len(found) > 0 {
		t.Errorf("with a font that has it: %v", found)
	}
}

// What no font helps with is said without sending anybody for one.
func TestAFontDoesNotMakeEveryScriptSettable(t *testing.T) {
	m := smallMonth()
	m.Fonts = []Font{{"made.ttf", madeFont("شᄀக𑄌٣葛\U000E0100", nil)}}
	for _, c := range []struct{ text, why string }{
		{"ش", "its script is written from right to left"},
		{"٣", "its script is written from right to left"},
		{"ᄀ", "its script needs letters to be shaped and reordered"},
		{"க", "its script needs letters to be shaped and reordered"},
		{"𑄌", "its script is none that is set as a row of characters from left to right"},
		{"葛\U000E0100", "it asks for a variant of the character before it"},
		{"葛", ""},
		{"각", whyNoGlyph},
	} {
		_, why, ok := m.Unsettable(c.text)
		if why != c.why || ok != (c.why == "") {
			t.Errorf("%q: %q, want %q", c.text, why, c.why)
		}
		help := strings.HasSuffix(UnsettableText{Why: why}.Error(), "under fonts: in fleetpay.yaml")
		if help != (c.why == whyNoGlyph) {
			t.Errorf("%q: a font is asked for: %v", c.text, help)
		}
	}
}

// An adjustment's reason is written by people; that of another line is the
// program's own and has names in it.
func TestOnlyAnAdjustmentsReasonIsFree(t *testing.T) {
	m := smallMonth()
	for i := range m.Book.Lines {
		m.Book.Lines[i].Reason, m.Book.Lines[i].Category = "", rules.Base
	}
	m.Book.Lines[0].Reason = "thanks 🚀"
	for _, c := range []struct {
		category rules.Category
		free     bool
	}{{rules.Adjusting, true}, {rules.Bonus, false}} {
		m.Book.Lines[0].Category = c.category
		found := FindUnsettable(m)
		if len(found) != 1 || found[0].Free != c.free {
			t.Errorf("%s: got %v", c.category, found)
		}
		err := WriteStatement(&bytes.Buffer{}, m, m.Book.Lines[0].PayeeKind, m.Book.Lines[0].PayeeID)
		if (err == nil) != c.free {
			t.Errorf("%s: the statement is refused with %v", c.category, err)
		}
	}
}

// Five are enough to know what kind of text it is.
func TestATextNamesTheCharactersThatCannotBeSet(t *testing.T) {
	for _, c := range []struct{ name, want string }{
		{"北京 🚀 京", "the name has the characters '北' (U+5317) and '京' (U+4EAC), which a statement can't set right: the statement's fonts have no such character; " +
			"and '🚀' (U+1F680): it is an emoji or a pictograph; name a TrueType font that has them under fonts: in fleetpay.yaml"},
		{"שלום לכולם", "the name has the characters 'ש' (U+05E9), 'ל' (U+05DC), 'ו' (U+05D5), 'ם' (U+05DD) and 'כ' (U+05DB), which a statement can't set right: " +
			"its script is written from right to left"},
		{"אבגדהוז", "the name has the characters 'א' (U+05D0), 'ב' (U+05D1), 'ג' (U+05D2), 'ד' (U+05D3) and 'ה' (U+05D4), which a statement can't set right: " +
			"its script is written from right to left; and 2 more such characters"},
		{"a\vb", "the name has the character '\\v' (U+000B), which a statement can't set right: it is a control character"},
	} {
		m := smallMonth()
		m.Book.Payouts[0].Name = c.name
		found := FindUnsettable(m)
		if len(found) != 1 || found[0].Message() != c.want || found[0].Free || found[0].Rune != found[0].All[0].Rune {
			t.Errorf("%q: got\n%v\nwant\n%s", c.name, found, c.want)
		}
	}
}
