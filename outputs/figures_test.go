package outputs

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"fleetpay/rules"
)

// withFigures is a month of today's format whose figures say what its payouts
// say.
func withFigures() *Month {
	m := smallMonth()
	m.Format = CurrentFormat
	m.Evidence = &rules.Evidence{}
	var rows []rules.Figure
	put := func(p rules.Period, kind rules.FigureKind, id string, name rules.FigureName, value string, unit rules.FigureUnit) {
		rows = append(rows, rules.Figure{Period: p, Kind: kind, ID: id, Name: name, Value: value, Unit: unit})
	}
	sums := func(kind rules.FigureKind, id string, carriedIn, earned, payable, carriedOut string) {
		put(m.Period, kind, id, rules.FigureCarriedIn, carriedIn, rules.InDollars)
		put(m.Period, kind, id, rules.FigureEarned, earned, rules.InDollars)
		put(m.Period, kind, id, rules.FigurePayable, payable, rules.InDollars)
		put(m.Period, kind, id, rules.FigureCarriedOut, carriedOut, rules.InDollars)
	}
	put(m.Period.Prev(), rules.OfTheFleet, "fleet", rules.FigureEarned, "271.83", rules.InDollars)
	put(m.Period, rules.OfTheFleet, "fleet", rules.Uptime, "99.71963", rules.InPercent)
	put(m.Period, rules.OfTheFleet, "fleet", rules.YearSince, "2026-04", rules.AsText)
	sums(rules.OfTheFleet, "fleet", "7.31", "320.36", "1529.28", "-1201.61") // the payouts' sums; see totals_test.go
	sums(rules.OfOperator, "alpha", "7.31", "1500.00", "1507.31", "0.00")
	sums(rules.OfOperator, "bravo", "0.00", "48.39", "0.00", "48.39")
	sums(rules.OfOperator, "charlie", "0.00", "-1250.00", "0.00", "-1250.00")
	sums(rules.OfPartner, "pine", "0.00", "21.97", "21.97", "0.00")
	put(m.Period, rules.OfChannel, "pine:=referral", rules.LeadsCreated, "7", rules.InPieces)
	m.Figures = rules.NewFigures(m.Period, rows)
	return m
}

func TestFiguresAreWrittenInTheirOrder(t *testing.T) {
	got := written(t, func(b *bytes.Buffer) error { return WriteFigures(b, withFigures()) })
	for _, want := range []string{
		"period,kind,id,figure,value,unit\n2026-09,fleet,fleet,earned,271.83,USD\n2026-10,fleet,fleet,uptime,99.71963,%\n" +
			"2026-10,fleet,fleet,earned,320.36,USD\n",
		"2026-10,fleet,fleet,ytd_since,2026-04,text\n",
		"2026-10,operator,charlie,earned,-1250.00,USD\n",
		"2026-10,channel,pine:=referral,leads_created,7,\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("got\n%s\nwithout\n%s", got, want)
		}
	}
}

// drawnFigures are figures each once, each value as its unit is written.
func drawnFigures(t *rapid.T) *rules.Figures {
	first := rules.Period{Year: 2026, Month: 1}
	id := rapid.StringMatching(`['=+@a-zα-ω0-9"][a-z0-9:., "'é]{0,6}`)
	names := rapid.SampledFrom([]rules.FigureName{
		rules.FigureEarned, rules.EarnedIn(rules.RevenueShare), rules.YearToDate(rules.Cost), rules.Uptime, rules.ChurnMean, rules.YearSince,
	})
	whole := rapid.Int64Range(-1e15, 1e15)
	values := map[rules.FigureUnit]func(*rapid.T) string{
		rules.InDollars: func(t *rapid.T) string {
			return rules.Ratio(whole.Draw(t, "cents"), 100).Cents().String()
		},
		rules.InPercent: func(t *rapid.T) string { return rules.Ratio(whole.Draw(t, "of"), 7).Cut(5) },
		rules.InHours:   func(t *rapid.T) string { return rules.Ratio(whole.Draw(t, "of"), 3600).Cut(5) },
		rules.InSeconds: func(t *rapid.T) string { return rules.Ratio(whole.Draw(t, "of"), 1_000_000).Cut(0) },
		rules.InPieces:  func(t *rapid.T) string { return fmt.Sprint(whole.Draw(t, "count")) },
		rules.AsText:    func(t *rapid.T) string { return id.Draw(t, "text") },
	}
	kinds := rapid.SampledFrom([]rules.FigureKind{
		rules.OfTheFleet, rules.OfSeverity, rules.OfOperator, rules.OfNode,
		rules.OfPartner, rules.OfChannel, rules.OfLead, rules.OfPartnerRule, rules.OfPartnersIncident,
	})
	units := rapid.SampledFrom([]rules.FigureUnit{rules.InDollars, rules.InPercent, rules.InHours, rules.InSeconds, rules.InPieces, rules.AsText})
	var rows []rules.Figure
	for range rapid.IntRange(0, 30).Draw(t, "rows") {
		f := rules.Figure{
			Period: first.Add(rapid.IntRange(0, 25).Draw(t, "month")), Kind: kinds.Draw(t, "kind"),
			ID: id.Draw(t, "id"), Name: names.Draw(t, "name"), Unit: units.Draw(t, "unit"),
		}
		twice := slices.ContainsFunc(rows, func(g rules.Figure) bool {
			return g.Period == f.Period && g.Kind == f.Kind && g.ID == f.ID && g.Name == f.Name
		})
		if !twice {
			f.Value = values[f.Unit](t)
			rows = append(rows, f)
		}
	}
	return rules.NewFigures(first.Add(25), rows)
}

func TestFiguresAreReadAsTheyWereWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		figures := drawnFigures(t)
		var b bytes.Buffer
		if err := WriteFigures(&b, &Month{Figures: figures}); err != nil {
			t.Fatal(err)
		}
		period, rows, err := ReadFigures(&b)
		if err != nil {
			t.Fatal(err)
		}
		want := figures.All()
		if len(rows) != len(want) || len(want) > 0 && (!reflect.DeepEqual(rows, want) || period != want[len(want)-1].Period) {
			t.Fatalf("got %s %v\nwant %v", period, rows, want)
		}
	})
}

func TestFiguresOfAnotherFormAreRefused(t *testing.T) {
	header := strings.Join(figureColumns, ",") + "\n"
	row := "2026-10,operator,alpha,earned,1500.00,USD\n"
	for _, c := range []struct{ name, file, err string }{
		{"nothing in it", "", "1: the file is empty; its first line must be period,kind,id,figure,value,unit"},
		{"no month", header + "October,fleet,fleet,uptime,1,%\n", `2: period: "October" is not a month; write it as 2026-10`},
		{"another kind", header + strings.Replace(row, "operator", "vendor", 1), `2: kind: "vendor" is not a kind of figure`},
		{"no name", header + strings.Replace(row, "earned", "Earned!", 1), `2: figure: "Earned!" is not the name of a figure`},
		{"a figure twice", header + row + strings.Replace(row, "1500", "1501", 1), "3: figure: earned of operator alpha stands here twice"},
		{"an earlier month after a later", header + row + strings.Replace(row, "10", "09", 1), "2: the row is out of its place; rows are ordered by period, kind, id and figure"},
		{"an id out of order", header + strings.Replace(row, "alpha", "beta", 1) + row, "2: the row is out of its place; rows are ordered by period, kind, id and figure"},
		{"a kind out of order", header + row + strings.Replace(row, "operator,alpha", "fleet,fleet", 1), "2: the row is out of its place; rows are ordered by period, kind, id and figure"},
		{"a figure out of order", header + strings.Replace(row, "earned", "payable", 1) + row, "2: the row is out of its place; rows are ordered by period, kind, id and figure"},
		{"an amount with one place", header + strings.Replace(row, "1500.00", "1500.0", 1), `2: value: "1500.0" is not an amount with two places`},
		{"an amount that is none", header + strings.Replace(row, "1500.00", "much", 1), `2: value: "much" is not an amount with two places`},
		{"a percentage with its sign", header + "2026-10,fleet,fleet,uptime,99.5%,%\n", `2: value: "99.5%" is not a number`},
		{"a text that is empty", header + "2026-10,fleet,fleet,ytd_since,,text\n", "2: value: there is no text"},
		{"another unit", header + strings.Replace(row, "USD", "EUR", 1), `2: value: "EUR" is not a unit of figures`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, _, err := ReadFigures(strings.NewReader(c.file)); err == nil || err.Error() != c.err {
				t.Errorf("got  %v\nwant %s", err, c.err)
			}
		})
	}
}

func TestFiguresAreHeldToThePayouts(t *testing.T) {
	for _, c := range []struct{ name, old, new, err string }{
		{"as they were written", "", "", ""},
		{"the fleet's sum", "fleet,fleet,earned,320.36", "fleet,fleet,earned,320.37",
			"figures.csv: fleet fleet: earned is 320.37, but by payouts.csv it is 320.36"},
		{"a partner's", "partner,pine,payable,21.97", "partner,pine,payable,21.96",
			"figures.csv: partner pine: payable is 21.96, but by payouts.csv it is 21.97"},
		{"one that is not there", "2026-10,operator,bravo,carried_out,48.39,USD\n", "",
			"figures.csv: operator bravo: carried_out is missing; by payouts.csv it is 48.39"},
		{"a file of another form", "figure,value", "name,value",
			"figures.csv: 1: the columns are period,kind,id,name,value,unit; they must be period,kind,id,figure,value,unit"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := withFigures()
			dir := t.TempDir()
			text := written(t, func(b *bytes.Buffer) error { return WriteFigures(b, m) })
			changed := strings.Replace(text, c.old, c.new, 1)
			if err := os.WriteFile(filepath.Join(dir, FiguresPath), []byte(changed), 0o600); err != nil {
				t.Fatal(err)
			}
			err := readBackFigures(dir, m.Book.Payouts)
			if c.err == "" && err != nil || c.err != "" && (err == nil || err.Error() != c.err) {
				t.Errorf("got  %v\nwant %s", err, c.err)
			}
		})
	}
}

func FuzzReadFigures(f *testing.F) {
	header := strings.Join(figureColumns, ",") + "\n"
	var b bytes.Buffer
	if err := WriteFigures(&b, withFigures()); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add([]byte(header))
	f.Add([]byte(header + "2026-10,fleet,fleet,ytd_since,'=2026,text\n2026-11,node,n@a,uptime,-0.1,%\n"))
	f.Add([]byte(header + "2026-10,operator,\"a\r\nb\",earned,1.00,USD\n"))
	f.Add([]byte(header + "2026-10,fleet,fleet,earned,1e2,USD\n2026-10,fleet\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		period, rows, err := ReadFigures(bytes.NewReader(data))
		if err != nil {
			return
		}
		var again bytes.Buffer
		if err := WriteFigures(&again, &Month{Figures: rules.NewFigures(period, rows)}); err != nil {
			t.Fatal(err)
		}
		latest, back, err := ReadFigures(&again)
		if err != nil || latest != period || !reflect.DeepEqual(back, rows) {
			t.Fatalf("%v came back as %v, %v", rows, back, err)
		}
	})
}
