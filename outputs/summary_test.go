package outputs

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"fleetpay/rules"
)

func TestTheSummaryShowsTheMonthsTotals(t *testing.T) {
	f := opened(t, workbookOf(t, fullMonth()))
	rows := rowsOf(t, f, "Summary")
	find := func(first string, from int) [][]string {
		var found [][]string
		for _, row := range rows {
			if len(row) > from && row[from] == first {
				found = append(found, row[from:])
			}
		}
		return found
	}
	for _, c := range []struct {
		first string
		nth   int
		want  []string
	}{
		{"To pay", 0, []string{"To pay", "", "2", "1529.28"}}, // 1507.31 + 21.97
		{"Held back", 0, []string{"Held back", "", "1", "48.39"}},
		{"Owed to the fleet", 0, []string{"Owed to the fleet", "", "1", "-1250.00"}},
		{"payable", 0, []string{"payable", "2", "7.31", "1521.97", "1529.28", "0.00"}}, // 1500.00 + 21.97
		{"held", 0, []string{"held", "1", "0.00", "48.39", "0.00", "48.39"}},
		{"negative", 0, []string{"negative", "1", "0.00", "-1250.00", "0.00", "-1250.00"}},
		{"operator", 0, []string{"operator", "3", "7.31", "298.39", "1507.31", "-1201.61"}}, // 1500.00 + 48.39 - 1250.00
		{"polygon", 0, []string{"polygon", "1", "21.97"}},
		{"base", 0, []string{"base", "1", "1507.31"}},
		{"base", 1, []string{"base", "2", "1548.39"}}, // the category: 1500.00 + 48.39
		{"commission", 0, []string{"commission", "1", "4.84"}},
		{"Total", 0, []string{"Total", "4", "7.31", "320.36", "1529.28", "-1201.61"}},
	} {
		if got := find(c.first, 0); len(got) <= c.nth || !reflect.DeepEqual(got[c.nth][:len(c.want)], c.want) {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
	for _, c := range []struct {
		first string
		want  []string
	}{
		{"Earned", []string{"Earned", "", "320.36", "1711.23", "-1390.87"}},
		{"Carried out", []string{"Carried out", "", "-1201.61", "7.31", "-1208.92"}},
		{"Total", []string{"Total", "", "320.36", "1711.23", "-1390.87"}}, // of the movers
	} {
		if got := find(c.first, summaryRight); len(got) == 0 || !reflect.DeepEqual(got[0][:len(c.want)], c.want) {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
	var movers [][]string
	for _, row := range rows {
		if len(row) > summaryRight+4 && (row[summaryRight] == "operator" || row[summaryRight] == "partner" || row[summaryRight] == "all others") {
			movers = append(movers, row[summaryRight:summaryRight+5])
		}
	}
	if want := [][]string{ // the largest change first, whichever way
		{"operator", "charlie", "-1250.00", "0.00", "-1250.00"},
		{"operator", "delta", "0.00", "283.09", "-283.09"}, // paid the month before, and gone since
		{"operator", "alpha", "1500.00", "1411.13", "88.87"},
		{"operator", "bravo", "48.39", "0.00", "48.39"},
		{"partner", "pine", "21.97", "17.01", "4.96"},
		{"all others", "", "0.00", "0.00", "0.00"}, // 1711.23 = 1411.13 + 283.09 + 17.01
	}; !reflect.DeepEqual(movers, want) {
		t.Errorf("got  %q\nwant %q", movers, want)
	}
}

func TestOnlyTheLargestMoversAreNamedAndTheOthersAddedUp(t *testing.T) {
	m := largeMonth(12, 3)
	m.Figures = rules.NewFigures(m.Period, []rules.Figure{
		{Period: m.Period.Prev(), Kind: rules.OfTheFleet, ID: rules.FleetID, Name: rules.FigureEarned, Value: "101.00"},
		{Period: m.Period.Prev(), Kind: rules.OfOperator, ID: "op-000000", Name: rules.FigureEarned, Value: "101.00"},
	})
	rows := rowsOf(t, opened(t, workbookOf(t, m)), "Summary")
	named, others := 0, 0
	for _, row := range rows {
		if len(row) > summaryRight+4 && row[summaryRight] == "operator" {
			named++
		}
		// Operators 0 and 1 changed least: 3000.03 - 101.00, and 3003.03. A month
		// of lines is 1000.00 + i, 1000.01 + i, 1000.02 + i.
		if len(row) > summaryRight+4 && row[summaryRight] == "all others" {
			others++
			if got, want := row[summaryRight+2:summaryRight+5], []string{"6003.06", "101.00", "5902.06"}; !reflect.DeepEqual(got, want) {
				t.Errorf("the others are %q, want %q", got, want)
			}
		}
	}
	if named != shownPayees || others != 1 {
		t.Errorf("%d movers are named and %d rows are for the others, want %d and 1", named, others, shownPayees)
	}
}

// A payee is flagged by what people must look at, not by what they may know.
func TestAPayeesFlagsAreItsErrorsAndWarnings(t *testing.T) {
	got := flagsOf(&rules.Book{Exceptions: []rules.Exception{
		{Kind: "held", Severity: rules.SeverityError, Subject: "operator:alpha"},
		{Kind: "new-wallet", Severity: rules.SeverityInfo, Subject: "operator:alpha"},
		{Kind: "tier-review", Severity: rules.SeverityWarning, Subject: "operator:alpha"},
		{Kind: "tier-review", Severity: rules.SeverityWarning, Subject: "operator:alpha"},
		{Kind: "monitoring-gap", Severity: rules.SeverityWarning, Subject: "fleet"},
		{Kind: "unknown-node", Severity: rules.SeverityWarning, Subject: "node:alpha"},
		{Kind: "self-referral", Severity: rules.SeverityWarning, Subject: "partner:alpha"},
	}})
	want := map[PayeeKey]string{
		{rules.OperatorPayee, "alpha"}: "held, tier-review",
		{rules.PartnerPayee, "alpha"}:  "self-referral",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestAPayoutsSheetThatIsTooLongIsRefused(t *testing.T) {
	m := smallMonth()
	m.Book.Payouts = slices.Repeat([]rules.Payout{{PayeeKind: rules.OperatorPayee, Status: rules.Zero}}, maxSheetEntries+1)
	_, err := workbookSheets(m, &styles{})
	if want := "the month has 1048575 payees; Payouts, over which the summary is computed, holds 1048574"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v", err)
	}
}

func TestTheSummaryTellsOfWithdrawnCloses(t *testing.T) {
	for n, want := range map[int]string{
		0: "", 1: "1 close of this month that was withdrawn", 2: "2 closes of this month that were withdrawn",
	} {
		m := fullMonth()
		m.Withdrawn = n
		SetPaymentIDs(m) // they rest on it
		f := opened(t, workbookOf(t, m))
		onSummary := ""
		if n > 0 {
			onSummary = "Replaces " + want
		}
		if got, err := f.GetCellValue("Summary", "A6"); err != nil || got != onSummary {
			t.Errorf("%d: the summary has %q, want %q; %v", n, got, onSummary, err)
		}
		listed := slices.ContainsFunc(rowsOf(t, f, "Inputs"), func(row []string) bool { return reflect.DeepEqual(row, []string{"Replaces", want}) })
		if listed != (n > 0) {
			t.Errorf("%d: Inputs tells of it: %v", n, listed)
		}
	}
}

func TestAReasonWrapsInItsColumn(t *testing.T) {
	m := smallMonth()
	m.Book.Payouts[1].Reason = "wallet changed from " + walletA + " on base to " + walletB + " on base, confirmed by 0 of 1; wallet " + walletB + " is blocked"
	m.Book.Payouts[1].Status = rules.Held
	f := opened(t, workbookOf(t, m))
	for r, row := range rowsOf(t, f, "Summary") {
		if len(row) <= 4 || row[4] != m.Book.Payouts[1].Reason {
			continue
		}
		merged, err := f.GetMergeCells("Summary")
		want := cellName(4, r+1) + ":" + cellName(len(summaryWidths)-1, r+1) // up to the last column
		if err != nil || !slices.ContainsFunc(merged, func(c excelize.MergeCell) bool { return c[0] == want }) {
			t.Errorf("%s is not one cell: %v, %v", want, merged, err)
		}
		if got, err := f.GetRowHeight("Summary", r+1); err != nil || got != 2*lineHeight {
			t.Errorf("its row is %v high; %v", got, err)
		}
		return
	}
	t.Error("no row has the reason")
}

func TestEveryBalanceThatIsNotPaidIsNamed(t *testing.T) {
	m := smallMonth()
	small := m.Book.Payouts[1]
	small.PayeeID, small.Status, small.CarriedOut, small.Reason = "dorado", rules.BelowMinimum, usd("3.07"), "below the minimum of 10.00"
	m.Book.Payouts = append(m.Book.Payouts, small)
	var named [][]string
	listed := false
	for _, row := range rowsOf(t, opened(t, workbookOf(t, m)), "Summary") {
		switch {
		case len(row) > 0 && row[0] == "Not paid this month":
			listed = true
		case listed && len(row) == 5 && row[0] == "operator":
			named = append(named, row[1:4])
		}
	}
	if want := [][]string{{"charlie", "negative", "-1250.00"}, {"bravo", "held", "48.39"}, {"dorado", "below_minimum", "3.07"}}; !reflect.DeepEqual(named, want) {
		t.Errorf("got %q, want %q", named, want)
	}
}

func TestTheSummaryIsSignedByThoseWhoPrepareApproveAndPay(t *testing.T) {
	m := fullMonth()
	rows := rowsOf(t, opened(t, workbookOf(t, m)), "Summary")
	want := []string{"Prepared by", m.PreparedBy, "", "", "", "Approved by, on", "", "", "", "Paid by, on"}
	if got := rows[len(rows)-1]; !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
