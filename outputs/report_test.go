package outputs

import (
	"bytes"
	"flag"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"fleetpay/rules"
)

var update = flag.Bool("update", false, "write the expected reports anew")

func markdown(t *testing.T, m *Month, partner string) string {
	t.Helper()
	var b bytes.Buffer
	if err := WriteReport(&b, m, partner); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

var allLayouts = []rules.Layout{rules.LeadsLayout, rules.ReferralsLayout, rules.FleetLayout}

func TestReportsReadAsTheyAreKept(t *testing.T) {
	for _, layout := range allLayouts {
		for name, text := range map[string]string{
			string(layout):           markdown(t, reportMonth(layout), "pine"),
			string(layout) + "-bare": markdown(t, bareMonth(layout), "quill"),
		} {
			t.Run(name, func(t *testing.T) {
				path := filepath.Join("testdata", "report", name+".md")
				if *update {
					if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
						t.Fatal(err)
					}
				}
				want, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				if text != string(want) {
					t.Errorf("%s differs; run go test ./outputs -run Reports -update and read the difference\n%s", path, text)
				}
			})
		}
	}
}

func TestAVersionWithoutALayoutHasTheFleetReport(t *testing.T) {
	if markdown(t, reportMonth(""), "pine") != markdown(t, reportMonth(rules.FleetLayout), "pine") {
		t.Error("the reports differ")
	}
}

func TestAReportOfNobodyIsAnError(t *testing.T) {
	err := WriteReport(&bytes.Buffer{}, reportMonth(rules.FleetLayout), "nobody")
	if err == nil || err.Error() != "partner nobody has no payout in 2026-10" {
		t.Error(err)
	}
	m := reportMonth("poster")
	if err := WriteReport(&bytes.Buffer{}, m, "pine"); err == nil || err.Error() != `no template for the report layout "poster"` {
		t.Error(err)
	}
}

// money finds what looks like a sum of money: two decimals and no third.
var money = regexp.MustCompile(`-?\d+\.\d\d\b`)

func TestEveryAmountOfAReportStandsInTheFolder(t *testing.T) {
	for _, layout := range allLayouts {
		m := reportMonth(layout)
		known := amountsOfTheFolder(t, m)
		found := money.FindAllString(markdown(t, m, "pine"), -1)
		if len(found) < 20 {
			t.Fatalf("%s: only %d amounts found", layout, len(found))
		}
		for _, amount := range found {
			if !known[amount] {
				t.Errorf("%s: %s is in no table of the folder", layout, amount)
			}
		}
	}
}

// amountsOfTheFolder are all amounts of a month's tables.
func amountsOfTheFolder(t *testing.T, m *Month) map[string]bool {
	t.Helper()
	var folder bytes.Buffer
	for _, write := range []func(io.Writer, *Month) error{WriteLines, WritePayouts, WriteMeasures, WriteFigures} {
		if err := write(&folder, m); err != nil {
			t.Fatal(err)
		}
	}
	known := map[string]bool{}
	for _, amount := range money.FindAllString(folder.String(), -1) {
		known[amount] = true
	}
	return known
}

func TestAReportSaysTheSameAsPDF(t *testing.T) {
	for _, layout := range allLayouts {
		m := reportMonth(layout)
		r, err := partnerReport(newReportIndex(m), "pine")
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := r.writePDF(&b); err != nil {
			t.Fatal(err)
		}
		text := strings.Join(pdfText(t, b.Bytes()), "\n")
		known := amountsOfTheFolder(t, m)
		inPDF := map[string]bool{}
		for _, amount := range money.FindAllString(text, -1) {
			inPDF[amount] = true
			if !known[amount] {
				t.Errorf("%s: the PDF has %s, which is in no table of the folder", layout, amount)
			}
		}
		for _, amount := range money.FindAllString(markdown(t, m, "pine"), -1) {
			if !inPDF[amount] {
				t.Errorf("%s: the PDF lacks %s", layout, amount)
			}
		}
		for _, h := range r.blocks {
			if h, ok := h.(heading); ok && !strings.Contains(text, h.text) {
				t.Errorf("%s: the PDF lacks the heading %q", layout, h.text)
			}
		}
		for _, want := range []string{"*Birch*", "Cedar_Works", "2026-10-14 10:00", "power | cooling", "https://example.org/pm/1", "The rack of n-3 has one power feed."} {
			if !strings.Contains(text, want) {
				t.Errorf("%s: the PDF lacks %q", layout, want)
			}
		}
	}
}

func TestAReportHasEachLineOfItsPartner(t *testing.T) {
	for _, layout := range allLayouts {
		m := reportMonth(layout)
		text := markdown(t, m, "pine")
		for _, l := range m.Book.Lines {
			if l.PayeeKind == rules.PartnerPayee && l.Status != rules.NotEarned && !strings.Contains(text, " "+l.Amount.String()+" |") {
				t.Errorf("%s: line %d with %s is missing", layout, l.Number, l.Amount)
			}
		}
		for _, want := range []string{"uptime 99.141% is not above 99.5%", "0.35860 points", "7.31 carried in + 417.08 earned = 424.39 payable + 0.00"} {
			if !strings.Contains(strings.Join(strings.Fields(text), " "), want) {
				t.Errorf("%s: %q is missing", layout, want)
			}
		}
	}
}

func TestAHeldPartnerReadsWhyFirst(t *testing.T) {
	for status, want := range map[rules.PayoutStatus]string{
		rules.Held:         `> Held: the wallet "0x1" is not an address. Send the right one to the payout desk, <pay@example.org>; 424.39 USD is kept and paid with the close after that.`,
		rules.BelowMinimum: "> Below the minimum for a payment: 424.39 USD is carried to the next month.",
		rules.Negative:     "> The balance is negative: 424.39 USD is carried to the next month.",
	} {
		m := reportMonth(rules.ReferralsLayout)
		p := &m.Book.Payouts[4]
		p.Status, p.Payable, p.CarriedOut, p.Wallet, p.Reason = status, usd("0"), usd("424.39"), "0x1", "wallet 0x1 is not valid"
		m.Facts.Partners[0].Destination.Problems = []string{p.Reason}
		if text := strings.ReplaceAll(markdown(t, m, "pine"), "\n> ", " "); !strings.Contains(strings.ReplaceAll(text, `\"`, `"`), want[2:]) {
			t.Errorf("%s: not found: %s", status, want)
		}
	}
}

func TestAPartnersOwnTargetGoesFirst(t *testing.T) {
	if text := markdown(t, reportMonth(rules.FleetLayout), "pine"); !strings.Contains(text, "5 or more") || strings.Contains(text, "7 or more") {
		t.Error("the target of 5 leads of the partner itself does not go before the version's 7")
	}
}

func TestManyReportsOfALargeMonthAreMadeFromOneLook(t *testing.T) {
	files := reportsOf(wideMonth(200, 10_000))
	if len(files) != 200 || files[7].Path != "reports/partner-p-0007.md" {
		t.Fatal(len(files), files[7].Path)
	}
	for _, f := range files {
		var b bytes.Buffer
		if err := f.Write(&b); err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(b.String(), "| n-op-"); n != 50 {
			t.Fatalf("%s has %d nodes", f.Path, n)
		}
	}
}

func TestAPartnerWithoutCommissionHasNoChartOfIt(t *testing.T) {
	m := bareMonth(rules.FleetLayout)
	var rows []rules.Figure
	for back := range 3 {
		for _, name := range []rules.FigureName{rules.CommissionFirst, rules.CommissionOngoing} {
			rows = append(rows, rules.Figure{Period: m.Period.Add(-back), Kind: rules.OfPartner, ID: "quill", Name: name, Value: "0.00"})
		}
	}
	m.Figures = rules.NewFigures(m.Period, rows)
	v, err := newReportIndex(m).view("quill")
	if err != nil {
		t.Fatal(err)
	}
	if v.HistoryChart() != nil || v.History() != nil {
		t.Error("there is a frame with nothing in it")
	}
}

func TestANodesWorstDayIsNamedWhenItIsNotAboveTheTarget(t *testing.T) {
	m := reportMonth(rules.FleetLayout)
	issues := func() string {
		v, err := newReportIndex(m).view("pine")
		if err != nil {
			t.Fatal(err)
		}
		return v.nodeIssues(v.nodes[0])
	}
	if got := issues(); got != "lowest 99.236% on 2026-10-09" { // 1429 / 1440, the target is 99.5%
		t.Error(got)
	}
	m.Report.Targets.Uptime = percent("99.2")
	if got := issues(); got != "" {
		t.Error(got)
	}
	m.Report.Targets.Uptime = nil
	if got := issues(); got != "lowest 99.236% on 2026-10-09" {
		t.Error(got)
	}
}

func TestAMeanOfSecondsReadsAsTheTimeOfAnIncident(t *testing.T) {
	for seconds, want := range map[string]string{"54": "54 s", "865": "14 min 25 s", "9672": "2 h 41 min", "90000": "1 d 01 h", "": ""} {
		if got := secondsSpan(seconds); got != want {
			t.Errorf("%s seconds are %q, not %q", seconds, got, want)
		}
	}
}

func TestVarianceIsTheDifferenceOfTheNumbersShown(t *testing.T) {
	uptime, churn, leads, most := shareGoal(percent("99.5"), false), shareGoal(percent("10"), true), countGoal(whole(5), false), countGoal(whole(1), true)
	operators := spanGoal(&rules.Span{From: 3, To: 5})
	for _, c := range []struct {
		goal               goal
		value, words, want string
	}{
		{uptime, "99.81399", "above 99.5%", "met, +0.313 points"},        // 99.813 - 99.5
		{uptime, "99.5", "above 99.5%", "missed, exactly at the target"}, // not above it
		{uptime, "99.500003", "above 99.5%", "met, just above the target"},
		{shareGoal(percent("99.9995"), false), "99.99910", "above 99.9995%", "missed, just below the target"}, // 99.999 - 99.9995
		{uptime, "99.41346", "above 99.5%", "missed, -0.087 points"},
		{shareGoal(percent("99.25"), false), "100", "above 99.250%", "met, +0.750 points"}, // two decimals are for money
		{churn, "7.69230", "below 10%", "met, -2.308 points"},
		{churn, "10.00041", "below 10%", "missed, just above the target"},
		{leads, "5", "5 or more", "met"},
		{leads, "3", "5 or more", "missed, -2"},
		{most, "0", "1 or fewer", "met, -1"},
		{most, "4", "1 or fewer", "missed, +3"},
		{operators, "2", "3 to 5", "missed, -1"},
		{operators, "3", "3 to 5", "met"},
		{operators, "5", "3 to 5", "met"},
		{operators, "7", "3 to 5", "missed, +2"},
		{spanGoal(&rules.Span{From: 4, To: 4}), "4", "exactly 4", "met"},
		{goal{}, "3", "", ""},
		{leads, "", "5 or more", ""},
	} {
		if c.goal.words() != c.words || c.goal.against(c.value) != c.want {
			t.Errorf("%s against %q is %q, not %q", c.value, c.goal.words(), c.goal.against(c.value), c.want)
		}
	}
}

func TestAYearThatBeginsWithTheMonthHasNoColumnOfItsOwn(t *testing.T) {
	m := reportMonth(rules.FleetLayout)
	rows := m.Figures.All()
	for i := range rows {
		if rows[i].Name == rules.YearSince {
			rows[i].Value = "2026-10"
		}
	}
	m.Figures = rules.NewFigures(m.Period, rows)
	if text := markdown(t, m, "pine"); strings.Contains(text, "Since ") || strings.Contains(text, "1116.82") {
		t.Error("the year to date stands beside the month it begins with")
	}
}

func TestReportsKeepToTheFormOfMarkdown(t *testing.T) {
	for _, layout := range allLayouts {
		for name, text := range map[string]string{
			"full": markdown(t, reportMonth(layout), "pine"), "bare": markdown(t, bareMonth(layout), "quill"),
		} {
			titles, before, seen := 0, "", map[string]bool{}
			for i, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
				where := string(layout) + " " + name + ":" + strconv.Itoa(i+1)
				switch {
				case line != strings.TrimRight(line, " \t"):
					t.Errorf("%s: blanks at the end", where)
				case line == "" && before == "" && i > 0:
					t.Errorf("%s: two blank lines", where)
				case line != "" && line[0] != '|' && displayWidth(line) > proseColumns:
					t.Errorf("%s: %d columns", where, displayWidth(line))
				}
				if strings.HasPrefix(line, "#") {
					if i > 0 && before != "" {
						t.Errorf("%s: no blank line before a heading", where)
					}
					if seen[line] {
						t.Errorf("%s: %q comes twice", where, line)
					}
					seen[line] = true
				}
				if strings.HasPrefix(line, "# ") {
					titles++
				}
				before = line
			}
			if titles != 1 || !strings.HasPrefix(text, "# ") || strings.HasSuffix(text, "\n\n") {
				t.Errorf("%s %s: %d titles", layout, name, titles)
			}
		}
	}
}
