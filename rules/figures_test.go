package rules

import (
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"
)

const figuresDocumentation = "../specs/figures.md"

func TestDocumentationListsEveryFigure(t *testing.T) {
	text, err := os.ReadFile(figuresDocumentation)
	if err != nil {
		t.Fatal(err)
	}
	const begin = "<!-- figures: written by go test ./rules -run TestDocumentation -update -->\n"
	const end = "<!-- end of figures -->"
	before, rest, ok := strings.Cut(string(text), begin)
	_, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatalf("%s lacks its markers", figuresDocumentation)
	}
	made := before + begin + figuresTable() + "\n" + end + after
	if *update {
		if err := os.WriteFile(figuresDocumentation, []byte(made), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if string(text) != made {
		t.Errorf("%s does not list what figureDefs says; run go test ./rules -run TestDocumentation -update", figuresDocumentation)
	}
}

func figuresTable() string {
	var b strings.Builder
	b.WriteString("\n| figure | of | unit | definition |\n|---|---|---|---|\n")
	for _, def := range figureDefs {
		var of []string
		for _, kind := range def.of {
			of = append(of, string(kind))
		}
		unit := string(def.unit)
		if def.unit == InPieces {
			unit = "number"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", def.name, strings.Join(of, ", "), unit, def.doc)
	}
	return b.String()
}

func TestFiguresAreFoundByPeriodKindIDAndName(t *testing.T) {
	p := Period{2031, 5}
	s := &surveyed{f: &Facts{Period: p}}
	rows := s.figures(`
		channel ab:web leads_created 3
		channel a:web leads_created 5
		channel a:web leads_qualified 2
		channel a:event leads_created 7
		channel a-b:web leads_created 11
		partner a earned 12.30
		partner a earned_commission 9.10
		partner a payable 10.10
		2031-04 partner a earned 4.50
		fleet fleet mttr 17.5
		severity P0 mttr 13
	`)
	f := NewFigures(p, rows)
	for _, c := range []struct {
		of   Period
		kind FigureKind
		id   string
		name FigureName
		want string
	}{
		{p, OfPartner, "a", FigureEarned, "12.30"},
		{p, OfPartner, "a", EarnedIn(Commission), "9.10"},
		{p.Prev(), OfPartner, "a", FigureEarned, "4.50"},
		{p, OfPartner, "b", FigureEarned, ""},
		{p, OfOperator, "a", FigureEarned, ""},
		{p, OfSeverity, "P0", MTTR, "13"},
		{p.Next(), OfSeverity, "P0", MTTR, ""},
	} {
		got, ok := f.In(c.of, c.kind, c.id, c.name)
		if got != c.want || ok != (c.want != "") {
			t.Errorf("%s %s %s of %s: %q, %v", c.kind, c.id, c.name, c.of, got, ok)
		}
	}
	if sum, ok := f.Money(p.Prev(), OfPartner, "a", FigureEarned); !ok || sum.Cmp(cents(450)) != 0 {
		t.Errorf("money of the month before: %s, %v", sum, ok)
	}
	if _, ok := f.Money(p, OfTheFleet, FleetID, MTTR); ok {
		t.Error("minutes are read as money")
	}
	for partner, want := range map[string][]string{"a": {"event", "web"}, "ab": {"web"}, "a-b": {"web"}, "b": nil} {
		if got := f.Parts(OfChannel, partner); !reflect.DeepEqual(got, want) {
			t.Errorf("channels of %s: %q", partner, got)
		}
	}
	var order []string
	for _, r := range f.All() {
		order = append(order, strings.TrimPrefix(r.Period.String()+" ", "2031-05 ")+string(r.Kind)+" "+r.ID+" "+string(r.Name))
	}
	want := []string{
		"2031-04 partner a earned",
		"fleet fleet mttr",
		"severity P0 mttr",
		"partner a earned",
		"partner a earned_commission",
		"partner a payable",
		"channel a-b:web leads_created", // a hyphen is before a colon
		"channel a:event leads_created",
		"channel a:web leads_created",
		"channel a:web leads_qualified",
		"channel ab:web leads_created",
	}
	if !reflect.DeepEqual(order, want) {
		t.Errorf("order:\n%s\nnot\n%s", strings.Join(order, "\n"), strings.Join(want, "\n"))
	}
}

func TestNoFiguresAreEmpty(t *testing.T) {
	var f *Figures
	if _, ok := f.Of(OfTheFleet, FleetID, Uptime); ok || f.All() != nil || f.Parts(OfChannel, "a") != nil {
		t.Error("no figures have figures")
	}
}

func TestTwoFiguresOfOneNameAreTheCallersMistake(t *testing.T) {
	defer func() {
		if said := recover(); said != "rules: the figure earned of partner a in 2031-05 is there twice" {
			t.Errorf("said %v", said)
		}
	}()
	r := Figure{Period{2031, 5}, OfPartner, "a", FigureEarned, "1.00", InDollars}
	NewFigures(r.Period, []Figure{r, r})
}

func TestSurveyRefusesWhatItCantRestOn(t *testing.T) {
	for _, c := range []struct {
		name  string
		given func(s *surveyed)
		want  string
	}{
		{"a sum that is no number", func(s *surveyed) {
			s.past = s.figures("2031-04 fleet fleet earned 12,00")
		}, `the figure earned of fleet fleet in 2031-04 is "12,00", which is not an amount with two places; take the figures as the close wrote them`},
		{"a sum of three places", func(s *surveyed) {
			s.past = s.figures("2031-04 fleet fleet earned 12.001")
		}, `the figure earned of fleet fleet in 2031-04 is "12.001", which is not an amount with two places; take the figures as the close wrote them`},
		{"a number with an exponent", func(s *surveyed) {
			s.past = s.figures("2031-04 fleet fleet uptime 1e9")
		}, `the figure uptime of fleet fleet in 2031-04 is "1e9", which is not a number; take the figures as the close wrote them`},
		{"a kind that is not known", func(s *surveyed) {
			s.past = s.figures("2031-04 planet fleet uptime 99")
		}, `the figure uptime of planet fleet in 2031-04 is of a kind that is not known; take the figures as the close wrote them`},
		{"another unit", func(s *surveyed) {
			s.past = s.figures("2031-04 fleet fleet uptime 99")
			s.past[0].Unit = InHours
		}, `the figure uptime of fleet fleet in 2031-04 has the unit "hours" and not "%"; take the figures as the close wrote them`},
		{"the month itself", func(s *surveyed) {
			s.past = s.figures("2031-05 fleet fleet uptime 99")
		}, `the figure uptime of fleet fleet in 2031-05 is not of a month before 2031-05; hand on the figures of earlier closes only`},
		{"everything at once", func(s *surveyed) {
			s.past = s.figures("2031-04 fleet fleet uptime x\n2031-06 fleet fleet uptime 1")
		}, "the figure uptime of fleet fleet in 2031-04 is \"x\", which is not a number; take the figures as the close wrote them\n" +
			"the figure uptime of fleet fleet in 2031-06 is not of a month before 2031-05; hand on the figures of earlier closes only"},
		{"a figure that is there twice", func(s *surveyed) {
			s.past = s.figures("2031-04 fleet fleet uptime 99\n2031-04 fleet fleet uptime 98")
		}, `the figure uptime of fleet fleet in 2031-04 is there twice`},
		{"a month before without its year", func(s *surveyed) {
			s.past = s.figures("2031-04 fleet fleet uptime 99")
		}, `the figures of 2031-04 do not say ytd_since; take them as the close wrote them`},
		{"a year that begins later", func(s *surveyed) {
			s.past = s.figures("2031-04 fleet fleet ytd_since 2031-05")
		}, `the figures of 2031-04 say ytd_since "2031-05", which is not a month of the year up to it; take them as the close wrote them`},
		{"a year that is no month", func(s *surveyed) {
			s.past = s.figures("2031-04 fleet fleet ytd_since spring")
		}, `the figures of 2031-04 say ytd_since "spring", which is not a month of the year up to it; take them as the close wrote them`},
		{"a book of another month", func(s *surveyed) {
			s.b.Period = Period{2031, 4}
		}, `the book is of 2031-04 and the facts are of 2031-05; settle the facts first`},
		{"slots without a length", func(s *surveyed) {
			s.f.Settings.SlotSeconds = 0
		}, `the settings say that a slot lasts 0 s; give the length of the heartbeat interval`},
		{"a version that is not there", func(s *surveyed) {
			s.b.Version = "2030-01"
		}, `the book was settled under rule version 2030-01, which the rulebook does not have; there are 2031-01`},
		{"a commission of a version that is not there", func(s *surveyed) {
			s.line(t, PartnerPayee, "hub", "early", Commission, "ada", "1.00")
			s.b.Lines[0].Version = "2030-01"
		}, `line 1 of partner hub names rule version 2030-01, which the rulebook does not have; there are 2031-01`},
		{"a commission of a rule that is not there", func(s *surveyed) {
			s.line(t, PartnerPayee, "hub", "never", Commission, "ada", "1.00")
		}, `line 1 of partner hub names the rule never, which rule version 2031-01 does not have`},
		{"a category that is not there", func(s *surveyed) {
			s.line(t, OperatorPayee, "ada", "gift", "gift", "", "1.00")
		}, `line 1 of operator ada is of category "gift", which is not known`},
		{"a node that is there twice", func(s *surveyed) {
			s.operator(t, "ada", "2030-01-01", "", "")
			s.f.Partners[0].Referrals = []Referral{{"r", "ada", given(t, "2031-01-01")}}
			s.f.Nodes = []Node{{ID: "n", OperatorID: "ada", Days: 1}, {ID: "n", OperatorID: "ada", Days: 1}}
		}, `the figure commission_share of node n@ada in 2031-05 is there twice`},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newSurveyed(t)
			s.partner(t, "hub", "")
			c.given(s)
			figures, err := Survey(s.f, s.b, s.e, s.rb, s.past)
			if err == nil || err.Error() != c.want {
				t.Errorf("got %v\nwant %s\nwith %v", err, c.want, figures.All())
			}
		})
	}
}
