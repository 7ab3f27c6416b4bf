package outputs

import (
	"bytes"
	"strings"
	"testing"

	"fleetpay/rules"
)

const lostPayment = "FP-202609-00000000000000A1"

func returnedLine(kind rules.PayeeKind, id string, number int, amount string) rules.Line {
	return rules.Line{
		PayeeKind: kind, PayeeID: id, Number: number, Version: "2026-07", Rule: "return", Label: "Returned payment",
		Category: rules.Returned, Subject: lostPayment, Basis: amount + " of payment " + lostPayment, Amount: usd(amount),
		Status: rules.Approved, Reason: "payment " + lostPayment + " of 2026-09 could not be made: keys lost; approved by R. Finance",
	}
}

// returnedMonth is the small month with a payment of September returned to alpha:
// 1500.00 + 211.00 = 1711.00 in its lines.
func returnedMonth() *Month {
	m := smallMonth()
	m.Format = CurrentFormat
	m.Book.Lines = append(m.Book.Lines[:2:2], append([]rules.Line{returnedLine(rules.OperatorPayee, "alpha", 3, "211.00")}, m.Book.Lines[2:]...)...)
	m.Book.Payouts[0].Earned, m.Book.Payouts[0].Payable = usd("1711.00"), usd("1718.31") // 7.31 + 1711
	var rows []rules.Figure
	add := func(p rules.Period, kind rules.FigureKind, id string, values ...string) {
		for i := 0; i < len(values); i += 2 {
			rows = append(rows, rules.Figure{Period: p, Kind: kind, ID: id, Name: rules.FigureName(values[i]), Value: values[i+1], Unit: rules.InDollars})
		}
	}
	var fleet rules.Money
	for _, p := range m.Book.Payouts {
		earned, kind := p.Earned, figureKind(p.PayeeKind)
		if p.PayeeID == "alpha" {
			earned = usd("1500.00")
		}
		fleet = fleet.Add(earned)
		add(m.Period, kind, p.PayeeID, "earned", earned.String(), "payable", p.Payable.String(),
			"carried_in", p.CarriedIn.String(), "carried_out", p.CarriedOut.String())
	}
	add(m.Period, rules.OfOperator, "alpha", "returned", "211.00", "earned_ytd", "1711.00", "returned_ytd", "211.00", "payable_ytd", "1718.31")
	add(m.Period, rules.OfTheFleet, "fleet", "earned", fleet.String(), "returned", "211.00",
		"payable", "1740.28", "carried_in", "7.31", "carried_out", "-1201.61") // 1718.31 + 21.97; 48.39 − 1250
	add(m.Period.Prev(), rules.OfTheFleet, "fleet", "earned", "211.00", "returned", "13.00")
	add(m.Period.Prev(), rules.OfOperator, "alpha", "earned", "211.00", "returned", "13.00")
	rows = append(rows, rules.Figure{Period: m.Period, Kind: rules.OfTheFleet, ID: "fleet", Name: rules.YearSince, Value: "2026-09", Unit: rules.AsText})
	m.Figures = rules.NewFigures(m.Period, rows)
	SetPaymentIDs(m)
	return m
}

func TestAStatementShowsWhatCameBackApartSoThatItAddsUp(t *testing.T) {
	text := strings.Join(pdfText(t, statementOf(t, returnedMonth(), rules.OperatorPayee, "alpha")), "\n")
	for _, want := range []string{
		"Returned payments", "211.00 of payment " + lostPayment, "of which returned payments", "1711.00",
		"Year to date, since September 2026", "Returned payments, USD",
		"Earned and payable are without returned payments, which an earlier month has counted.",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
	without := strings.Join(pdfText(t, statementOf(t, returnedMonth(), rules.PartnerPayee, "pine")), "\n")
	if strings.Contains(strings.ToLower(without), "returned") {
		t.Errorf("nothing came back to pine:\n%s", without)
	}
}

func TestAPartnersReportShowsWhatCameBackApart(t *testing.T) {
	m := reportMonth(rules.FleetLayout)
	m.Book.Lines = append(m.Book.Lines, returnedLine(rules.PartnerPayee, "pine", 7, "29.00"))
	last := len(m.Book.Payouts) - 2                                                          // pine
	m.Book.Payouts[last].Earned, m.Book.Payouts[last].Payable = usd("446.08"), usd("453.39") // 417.08 + 29; 424.39 + 29
	rows := append([]rules.Figure{}, m.Figures.All()...)
	for name, value := range map[rules.FigureName]string{rules.FigureReturned: "29.00", rules.YearToDate(rules.FigureReturned): "32.00"} {
		rows = append(rows, rules.Figure{Period: m.Period, Kind: rules.OfPartner, ID: "pine", Name: name, Value: value, Unit: rules.InDollars})
	}
	m.Figures = rules.NewFigures(m.Period, rows)
	SetPaymentIDs(m)
	text := strings.Join(strings.Fields(markdown(t, m, "pine")), " ")
	for _, want := range []string{
		"| Returned payments | 29.00 | – | 32.00 |",
		"| All earnings | 417.08 |",
		"payment " + lostPayment + " of 2026-09 could not be made: keys lost; approved by R. Finance",
		"of which returned payments",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
}

func TestEarnedAndReturnedOfTheFiguresAreWhatThePayoutsEarned(t *testing.T) {
	m := returnedMonth()
	if _, err := ReadBack(rendered(t, m), m.Format); err != nil {
		t.Error(err)
	}
	var rows []rules.Figure
	for _, f := range m.Figures.All() {
		if f.Kind == rules.OfOperator && f.Name == rules.FigureReturned && f.Period == m.Period {
			f.Value = "212.00"
		}
		rows = append(rows, f)
	}
	m.Figures = rules.NewFigures(m.Period, rows)
	_, err := ReadBack(rendered(t, m), m.Format)
	const want = "operator alpha: earned is 1500.00, but by payouts.csv it is 1499.00" // 1711 − 212
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %s", err, want)
	}
}

// Against September, when 211.00 were earned and 13.00 came back.
func TestTheWorkbookComparesWhatCameBackToo(t *testing.T) {
	f := opened(t, workbookOf(t, returnedMonth()))
	var rows []string
	for _, row := range rowsOf(t, f, f.GetSheetList()[0]) {
		rows = append(rows, strings.Join(strings.Fields(strings.Join(row, " ")), " "))
	}
	text := strings.Join(rows, "\n")
	for _, want := range []string{"return 1 211.00", "Earned 531.36 224.00 307.36", "return 211.00 13.00 198.00", "operator alpha 1711.00 224.00 1487.00"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
}

func TestAReturnsReasonIsWrittenByPeople(t *testing.T) {
	m := returnedMonth()
	m.Book.Lines[2].Reason = "keys lost 🚀; approved by R. Finance"
	found := FindUnsettable(m)
	if len(found) != 1 || !found[0].Free {
		t.Errorf("got %v", found)
	}
	if err := WriteStatement(&bytes.Buffer{}, m, rules.OperatorPayee, "alpha"); err != nil {
		t.Error(err)
	}
}
