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

// returnTo is the row that the line comes from.
func returnTo(kind rules.PayeeKind, id, amount string) rules.Return {
	return rules.Return{
		ID: "ret-1", PaymentID: lostPayment, Period: rules.Period{Year: 2026, Month: 10}, Reason: "keys lost", ApprovedBy: "R. Finance",
		PaidIn: rules.Period{Year: 2026, Month: 9}, PayeeKind: kind, PayeeID: id, Amount: usd(amount),
	}
}

// returnedMonth is the small month with a payment of September returned to alpha:
// 1500.00 + 211.00 = 1711.00 in its lines.
func returnedMonth() *Month {
	m := smallMonth()
	m.Format = CurrentFormat
	m.Book.Lines = append(m.Book.Lines[:2:2], append([]rules.Line{returnedLine(rules.OperatorPayee, "alpha", 3, "211.00")}, m.Book.Lines[2:]...)...)
	m.Book.Payouts[0].Earned, m.Book.Payouts[0].Payable = usd("1711.00"), usd("1718.31") // 7.31 + 1711
	m.Facts.Returns = []rules.Return{returnTo(rules.OperatorPayee, "alpha", "211.00")}
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
	text := strings.Join(strings.Fields(strings.Join(pdfText(t, statementOf(t, returnedMonth(), rules.OperatorPayee, "alpha")), " ")), " ")
	for _, want := range []string{
		"Carried in, USD Earned, USD Returned, USD Payable, USD Carried out, USD 7.31 + 1500.00 + 211.00 = 1718.31 + 0.00",
		"211.00 of what is payable is the payment of September 2026 (" + lostPayment + "), which could not be made and is paid now. It replaces that payment.",
		"Earned in October 2026, and returned payments",
		"Returned payments Returned payment 211.00 of payment " + lostPayment, "payment of September 2026 · could not be made: keys lost; approved by R. Finance",
		"Earned in October 2026 1500.00 Returned payments 211.00", "Year to date, since September 2026", "Returned payments, USD",
		"Earned and payable are without returned payments, which an earlier month has counted.",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
	if n := strings.Count(text, "1711.00"); n != 1 { // the year's sum
		t.Errorf("1711.00 stands there %d times in\n%s", n, text)
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
	m.Facts.Returns = []rules.Return{returnTo(rules.PartnerPayee, "pine", "29.00")}
	SetPaymentIDs(m)
	text := strings.Join(strings.Fields(markdown(t, m, "pine")), " ")
	for _, want := range []string{
		"| Returned payments | 29.00 | – | 32.00 |",
		"| All earnings | 417.08 |",
		"7.31 carried in + 417.08 earned + 29.00 returned payments = 453.39 payable + 0.00 carried out. " +
			"29.00 of what is payable is the payment of September 2026 (" + lostPayment + "), which could not be made and is paid now. It replaces that payment.",
		"| Returned payment | September 2026 | 29.00 of payment " + lostPayment + " | 29.00 | could not be made: keys lost; approved by R. Finance |",
		"| Earned | | | 417.08 | | | Returned payments | | | 29.00 | |",
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
	for _, want := range []string{"Earned counts returned payments too, on every sheet", "return 1 211.00", "Earned 531.36 224.00 307.36", "return 211.00 13.00 198.00", "operator alpha 1711.00 224.00 1487.00"} {
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

// What is said of a returned payment is true of what becomes of the balance.
func TestAReturnedPaymentIsPaidNowOnlyWhereItIs(t *testing.T) {
	const payment = "211.00 is the payment of September 2026 (" + lostPayment + "), which could not be made and is owed again."
	for _, c := range []struct {
		name    string
		status  rules.PayoutStatus
		payable string
		want    string
	}{
		{"a debt was set off against it", rules.Payable, "210.99", payment + " It replaces that payment."},
		{"nothing but it is paid", rules.Payable, "211.00", strings.Replace(strings.Replace(payment, "is the", "of what is payable is the", 1), "owed again.", "paid now. It replaces that payment.", 1)},
		{"held", rules.Held, "0.00", payment},
		{"below the minimum", rules.BelowMinimum, "0.00", payment},
	} {
		m := returnedMonth()
		p := m.Book.Payouts[0]
		p.Status, p.Payable = c.status, usd(c.payable)
		if got := wordsOf(m).giveBack(p, m.Book.Lines[:3]); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}
