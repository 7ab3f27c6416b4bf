package pipeline

import (
	"strings"
	"testing"

	"fleetpay/outputs"
	"fleetpay/rules"
)

// monthOfTexts has a name, two causes and a note with characters that the
// program's own fonts can't set.
func monthOfTexts() *outputs.Month {
	return &outputs.Month{
		Program: "Plain Fleet",
		Facts: &rules.Facts{
			Operators: []rules.Operator{{ID: "alder", Name: "Alder"}, {ID: "birch", Name: "Birch مقر"}},
			Nodes:     []rules.Node{{ID: "n1", OperatorID: "alder", Location: "東京"}},
		},
		Evidence: &rules.Evidence{
			Incidents: []rules.Incident{
				{ID: "i1", Operators: []string{"alder", "birch"}, Cause: "a fan 🔥 failed"},
				{ID: "i2", Operators: []string{"alder"}, Cause: "a fan failed", Resolution: "réparé"},
			},
			Notes: []rules.Note{{PartnerID: "mill", Section: "goals", Text: "growth 🚀 and مقر"}},
		},
	}
}

func TestANameThatCantBeSetRefusesTheMonth(t *testing.T) {
	err := checkNames(outputs.FindUnsettable(monthOfTexts()))
	if ExitStatus(err) != ExitRefused || !strings.HasPrefix(err.Error(), "operators: birch: the name has the characters 'م' (U+0645)") ||
		strings.Count(err.Error(), "\n") != 0 {
		t.Errorf("got %v", err)
	}
}

func TestAFreeTextThatCantBeSetIsTold(t *testing.T) {
	got := unprintable(outputs.FindUnsettable(monthOfTexts()))
	want := []struct{ subject, begin, end string }{
		{"node:n1", "the location of node n1 has the characters '東' (U+6771) and '京' (U+4EAC)", "under fonts: in fleetpay.yaml, or correct the export"},
		{"incident:i1", "the cause of incident i1 has the character '🔥' (U+1F525)", "; correct the export"}, // once for both operators
		{"partner:mill", `the note for the section "goals" has the characters '🚀' (U+1F680)`, "; correct the export"},
	}
	if len(got) != len(want) {
		t.Fatalf("got %+v", got)
	}
	for i, w := range want {
		e := got[i]
		if e.Kind != "unprintable-text" || e.Severity != rules.SeverityWarning || e.Subject != w.subject ||
			!strings.HasPrefix(e.Message, w.begin) || !strings.HasSuffix(e.Message, w.end) {
			t.Errorf("got %+v, want %+v", e, w)
		}
	}
}
