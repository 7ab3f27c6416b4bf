package outputs

import (
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"fleetpay/rules"
)

// The datasets are those of the specification's table.
func TestInputsSayWhatTheMonthDoesWithoutEachDataset(t *testing.T) {
	spec, err := os.ReadFile("../specs/datasets.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(spec), "| dataset | columns |")
	table, _, _ = strings.Cut(table, "\n\n")
	named := regexp.MustCompile("(?m)^\\| `([a-z_]+)`").FindAllStringSubmatch(table, -1)
	if len(named) != len(withoutDataset) {
		t.Errorf("the specification names %d datasets; %d have words", len(named), len(withoutDataset))
	}
	m := fullMonth()
	m.Facts.Absent = map[string]bool{"balances": true, "notes": false}
	for _, n := range named {
		if withoutDataset[n[1]] == "" {
			t.Errorf("nothing says what is done without %s", n[1])
		}
	}
	rows := rowsOf(t, opened(t, workbookOf(t, m)), "Inputs")
	for _, c := range []struct {
		row  []string
		told bool
	}{
		{[]string{"balances", "nobody has an opening balance"}, true},
		{[]string{"notes", withoutDataset["notes"]}, false}, // it has a source
		{[]string{"blocked_wallets", "no wallet is held for being on a list"}, true},
	} {
		if told := slices.ContainsFunc(rows, func(row []string) bool { return reflect.DeepEqual(row, c.row) }); told != c.told {
			t.Errorf("%q is told: %v", c.row, told)
		}
	}
	m.Facts.Absent = nil
	m.Inputs = append(m.Inputs, Input{Dataset: BlockedWallets})
	if got, want := absentFacts(m), []pair{{"none", ""}}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %v", got)
	}
}

func TestInputsShowTheContactAndWhoSetEachTarget(t *testing.T) {
	whole := func(n int) *int { return &n }
	m := fullMonth()
	m.Contact = Contact{Ask: "Payouts desk, payouts@fleet.example", Until: rules.NewDate(2026, 11, 30)}
	m.Facts.Settings.Targets.Incidents = whole(7)
	m.Facts.Settings.PartnersOwn = map[string]rules.Targets{"pine": {Leads: whole(5)}}
	rows := rowsOf(t, opened(t, workbookOf(t, m)), "Inputs")
	for _, want := range [][]string{
		{"Questions to", "Payouts desk, payouts@fleet.example, until 2026-11-30"},
		{"active operators", "3 to 5", "the rule version"},
		{"uptime", "above 99.7%", "the workspace"}, // not the version's 99.5%
		{"churn", "below 10%", "the rule version"},
		{"incidents", "7 or fewer", "the workspace"},
		{"leads", "5 or more", "the workspace, for pine"},
	} {
		if !slices.ContainsFunc(rows, func(row []string) bool { return reflect.DeepEqual(row, want) }) {
			t.Errorf("no row %q in\n%q", want, rows)
		}
	}
}
