package outputs

import (
	"slices"
	"strings"

	"fleetpay/rules"
)

// The columns of Payouts, Lines and Exceptions are named as those of the CSV
// files, in their order and without the period; the read-back compares them cell
// by cell. Shares are widths in digits, so chosen that a printed page stays
// legible.

var payoutSheetColumns = []gridColumn{
	{"Payee kind", idCell, 9.5}, {"Payee", idCell, 13}, {"Name", textCell, 20},
	{"Carried in", amountCell, 12}, {"Earned", amountCell, 12}, {"Payable", amountCell, 12}, {"Carried out", amountCell, 12},
	{"Status", idCell, 15}, {"Reason", textCell, 27}, {"Flags", textCell, 19}, {"Due on", dateCell, 12},
	{"Chain", idCell, 11}, {"Wallet", idCell, 25}, {"Payment id", idCell, 19},
}

func payoutGrid(m *Month, flags map[PayeeKey]string) *sheetGrid {
	payouts := m.Book.Payouts
	return &sheetGrid{
		name: "tblPayouts", sums: []int{3, 4, 5, 6}, marks: markStatuses(payoutSheetColumns),
		grid: &grid{columns: payoutSheetColumns, length: len(payouts), empty: "nobody is paid in this month", row: func(i int) gridRow {
			p := payouts[i]
			return gridRow{cells: []string{
				string(p.PayeeKind), p.PayeeID, p.Name,
				p.CarriedIn.String(), p.Earned.String(), p.Payable.String(), p.CarriedOut.String(),
				string(p.Status), p.Reason, flags[PayeeKey{p.PayeeKind, p.PayeeID}], p.DueOn.String(),
				p.Chain, p.Wallet, p.PaymentID,
			}}
		}},
	}
}

var lineSheetColumns = []gridColumn{
	{"Payee kind", idCell, 9.5}, {"Payee", idCell, 13}, {"Line", countCell, 6}, {"Rule version", idCell, 10}, {"Rule", idCell, 22},
	{"Category", idCell, 14}, {"Subject", idCell, 13}, {"Quantity", numberCell, 11}, {"Unit", idCell, 11}, {"Rate", numberCell, 10},
	{"Basis", textCell, 30}, {"Amount", amountCell, 13}, {"Status", idCell, 12}, {"Reason", textCell, 38},
}

func lineGrid(m *Month) *sheetGrid {
	lines := m.Book.Lines
	return &sheetGrid{
		name: "tblLines", sums: []int{11}, marks: []rowMark{markNegative(lineSheetColumns, "Amount")},
		grid: &grid{columns: lineSheetColumns, length: len(lines), empty: "no line in this month", row: func(i int) gridRow {
			l := lines[i]
			return gridRow{cells: []string{
				string(l.PayeeKind), l.PayeeID, count(l.Number).String(), l.Version, l.Rule,
				string(l.Category), l.Subject, l.Quantity, l.Unit, l.Rate,
				l.Basis, l.Amount.String(), string(l.Status), l.Reason,
			}}
		}},
	}
}

var exceptionSheetColumns = []gridColumn{
	{"Kind", idCell, 22}, {"Severity", idCell, 10}, {"Subject", idCell, 24}, {"Message", textCell, 90},
}

func exceptionGrid(m *Month) *sheetGrid {
	exceptions := m.Book.Exceptions
	return &sheetGrid{
		name: "tblExceptions",
		marks: []rowMark{
			markWhere(exceptionSheetColumns, "Severity", `="error"`, func(st *styles) int { return st.held }),
			markWhere(exceptionSheetColumns, "Severity", `="warning"`, func(st *styles) int { return st.flagged }),
		},
		grid: &grid{columns: exceptionSheetColumns, length: len(exceptions), empty: "nothing to look at", row: func(i int) gridRow {
			e := exceptions[i]
			return gridRow{cells: []string{e.Kind, string(e.Severity), e.Subject, e.Message}}
		}},
	}
}

// flagsOf names the kinds of exceptions that people must look at, by payee, in
// the book's order.
func flagsOf(b *rules.Book) map[PayeeKey]string {
	kinds := map[PayeeKey][]string{}
	for _, e := range b.Exceptions {
		kind, id, ok := strings.Cut(e.Subject, ":")
		key := PayeeKey{rules.PayeeKind(kind), id}
		isPayee := key.Kind == rules.OperatorPayee || key.Kind == rules.PartnerPayee
		if ok && isPayee && e.Severity != rules.SeverityInfo && !slices.Contains(kinds[key], e.Kind) {
			kinds[key] = append(kinds[key], e.Kind)
		}
	}
	flags := make(map[PayeeKey]string, len(kinds))
	for key, list := range kinds {
		flags[key] = strings.Join(list, ", ")
	}
	return flags
}
