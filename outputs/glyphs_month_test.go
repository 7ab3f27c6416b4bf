package outputs

import (
	"fmt"
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
		want[i] += ` has the character '节' (U+8282), which a statement can't set right: the statement's fonts have no such character; name a TrueType font that has it under fonts: in fleetpay.yaml`
	}
	var got []string
	for _, u := range FindUnsettable(m) {
		got = append(got, u.Error())
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

func TestATextWithLineEndsIsHeldLineByLine(t *testing.T) {
	var none *fontSet
	for _, c := range []struct {
		text string
		ok   bool
	}{{"one\ntwo\r\nthree", true}, {"one\ttwo", false}, {"one\r two", false}} {
		err := none.findUnsettable("partner pine", []namedText{{"the note", c.text}})
		if got := err == nil; got != c.ok {
			t.Errorf("%q: %v", c.text, err)
		}
	}
	if got := fmt.Sprint(none.findUnsettable("partner pine", []namedText{{"the note", "é"}})); got != "<nil>" {
		t.Error(got)
	}
}
