package outputs

import (
	"slices"
	"strings"

	"fleetpay/rules"
)

// sheetColumn is a column of a table sheet.
type sheetColumn struct {
	header string
	width  float64
	right  bool
}

// widthOf is the width of a column in whole digits.
func widthOf(columns []sheetColumn, header string) int {
	i := slices.IndexFunc(columns, func(c sheetColumn) bool { return c.header == header })
	return int(columns[i].width)
}

func tableSheet(name string, columns []sheetColumn, entries int, st styles, each func(r *rowWriter, i int)) sheet {
	s := sheet{name: name, rows: entries + 1, table: true}
	for _, c := range columns {
		s.widths = append(s.widths, c.width)
	}
	s.write = func(r *rowWriter) {
		for _, c := range columns {
			style := st.header
			if c.right {
				style = st.headerRight
			}
			r.text(style, c.header)
		}
		r.end()
		for i := range entries {
			each(r, i)
			r.end()
		}
	}
	return s
}

// The columns are those of payouts.csv, lines.csv and exceptions.csv, in their
// order; the read-back compares them cell by cell.

func payoutSheet(m *Month, st styles) sheet {
	columns := []sheetColumn{
		{"Period", 9, false}, {"Payee kind", 12, false}, {"Payee", 15, false}, {"Name", 28, false},
		{"Carried in", 13, true}, {"Earned", 13, true}, {"Payable", 13, true}, {"Carried out", 13, true},
		{"Status", 15, false}, {"Reason", 48, false}, {"Due on", 11, false}, {"Chain", 11, false},
		{"Wallet", 46, false}, {"Payment id", 27, false},
	}
	name, reason := widthOf(columns, "Name"), widthOf(columns, "Reason")
	return tableSheet("Payouts", columns, len(m.Book.Payouts), st, func(r *rowWriter, i int) {
		p := m.Book.Payouts[i]
		for _, s := range []string{m.Period.String(), string(p.PayeeKind), p.PayeeID} {
			r.text(st.plain, s)
		}
		r.wrapped(st.wrapped, p.Name, name)
		for _, sum := range []rules.Money{p.CarriedIn, p.Earned, p.Payable, p.CarriedOut} {
			r.figure(st.money, sum.String())
		}
		r.text(st.plain, string(p.Status))
		r.wrapped(st.wrapped, p.Reason, reason)
		r.date(st.date, p.DueOn)
		for _, s := range []string{p.Chain, p.Wallet, p.PaymentID} {
			r.text(st.plain, s)
		}
	})
}

func lineSheet(part part, lines []rules.Line, period rules.Period, st styles) sheet {
	columns := []sheetColumn{
		{"Period", 9, false}, {"Payee kind", 12, false}, {"Payee", 15, false}, {"Line", 6, true},
		{"Rule version", 14, false}, {"Rule", 21, false}, {"Category", 14, false}, {"Subject", 16, false},
		{"Quantity", 11, true}, {"Unit", 14, false}, {"Rate", 10, true}, {"Basis", 44, false},
		{"Amount", 13, true}, {"Status", 12, false}, {"Reason", 56, false},
	}
	basis, reason := widthOf(columns, "Basis"), widthOf(columns, "Reason")
	return tableSheet(part.name, columns, len(lines), st, func(r *rowWriter, i int) {
		l := lines[i]
		for _, s := range []string{period.String(), string(l.PayeeKind), l.PayeeID} {
			r.text(st.plain, s)
		}
		r.figure(st.count, count(l.Number).String())
		for _, s := range []string{l.Version, l.Rule, string(l.Category), l.Subject} {
			r.text(st.plain, s)
		}
		quantity := st.figure
		if l.Unit == moneyUnit {
			quantity = st.rate
		}
		number(r, quantity, st.right, l.Quantity)
		r.text(st.plain, l.Unit)
		number(r, st.rate, st.right, l.Rate)
		r.wrapped(st.wrapped, l.Basis, basis)
		r.figure(st.money, l.Amount.String())
		r.text(st.plain, string(l.Status))
		r.wrapped(st.wrapped, l.Reason, reason)
	})
}

func exceptionSheet(part part, exceptions []rules.Exception, st styles) sheet {
	columns := []sheetColumn{{"Kind", 22, false}, {"Severity", 10, false}, {"Subject", 28, false}, {"Message", 100, false}}
	message := widthOf(columns, "Message")
	return tableSheet(part.name, columns, len(exceptions), st, func(r *rowWriter, i int) {
		e := exceptions[i]
		for _, s := range []string{e.Kind, string(e.Severity), e.Subject} {
			r.text(st.plain, s)
		}
		r.wrapped(st.wrapped, e.Message, message)
	})
}

// moneyUnit is the unit of a quantity that is a sum of money.
const moneyUnit = "USD"

// exactDigits is the number of decimal digits that every spreadsheet keeps.
const exactDigits = 15

// number writes a figure as a number, unless it is a percentage or has more
// digits than a spreadsheet keeps: then it stays text, exact as it is.
func number(r *rowWriter, style, textStyle int, s string) {
	if !isFigure(s) || strings.HasSuffix(s, "%") || len(strings.Trim(s, "-.0")) > exactDigits {
		r.text(textStyle, s)
		return
	}
	r.figure(style, s)
}
