package outputs

import (
	"fmt"
	"io"
	"strconv"

	"fleetpay/rules"
)

// The columns of the closed folder's tables.
var (
	lineColumns      = []string{"period", "payee_kind", "payee_id", "line", "rule_version", "rule", "category", "subject", "quantity", "unit", "rate", "basis", "amount", "status", "reason"}
	payoutColumns    = []string{"period", "payee_kind", "payee_id", "name", "carried_in", "earned", "payable", "carried_out", "status", "reason", "due_on", "chain", "wallet", "payment_id"}
	exceptionColumns = []string{"kind", "severity", "subject", "message"}
	rejectColumns    = []string{"file", "line", "column", "value", "message"}
)

// WriteLines writes lines.csv: every line in the book's order.
func WriteLines(w io.Writer, m *Month) error {
	t := newTable(w, lineColumns)
	for _, l := range m.Book.Lines {
		t.number(m.Period).text(string(l.PayeeKind), l.PayeeID).number(count(l.Number)).
			text(l.Version, l.Rule, string(l.Category), l.Subject).
			figure(l.Quantity).text(l.Unit).figure(l.Rate).text(l.Basis).
			number(l.Amount).text(string(l.Status), l.Reason).end()
	}
	return t.close()
}

// WritePayouts writes payouts.csv: a row per payee in the book's order.
func WritePayouts(w io.Writer, m *Month) error {
	t := newTable(w, payoutColumns)
	for _, p := range m.Book.Payouts {
		t.number(m.Period).text(string(p.PayeeKind), p.PayeeID, p.Name).
			number(p.CarriedIn, p.Earned, p.Payable, p.CarriedOut).
			text(string(p.Status), p.Reason).number(p.DueOn).
			text(p.Chain, p.Wallet, p.PaymentID).end()
	}
	return t.close()
}

// WriteExceptions writes exceptions.csv in the book's order.
func WriteExceptions(w io.Writer, m *Month) error {
	t := newTable(w, exceptionColumns)
	for _, e := range m.Book.Exceptions {
		t.text(e.Kind, string(e.Severity), e.Subject, e.Message).end()
	}
	return t.close()
}

// WriteRejects writes rejects.csv in the order given: by file and line.
func WriteRejects(w io.Writer, m *Month) error {
	t := newTable(w, rejectColumns)
	for _, r := range m.Rejects {
		t.text(r.File).number(count(r.Line)).text(r.Column, r.Value, r.Message).end()
	}
	return t.close()
}

// count is a whole number as a cell.
type count int64

func (c count) String() string { return strconv.FormatInt(int64(c), 10) }

// ReadLines reads a lines.csv. Labels are not in it and stay empty. The period
// is the zero Period when the file has no row.
func ReadLines(r io.Reader) (rules.Period, []rules.Line, error) {
	var lines []rules.Line
	period, err := eachLine(r, func(l rules.Line) error {
		lines = append(lines, l)
		return nil
	})
	return period, lines, err
}

// eachLine hands the lines of a lines.csv to do, one at a time.
func eachLine(r io.Reader, do func(rules.Line) error) (rules.Period, error) {
	var period rules.Period
	t, err := newTableReader(r, lineColumns)
	if err != nil {
		return period, err
	}
	for {
		more, err := t.next()
		if err != nil || !more {
			return period, err
		}
		if err := t.samePeriod(&period); err != nil {
			return period, err
		}
		number, err := strconv.Atoi(t.row[3])
		if err != nil || number < 1 {
			return period, t.fail("line", fmt.Errorf("%q is not a line number", t.row[3]))
		}
		amount, err := rules.ParseMoney(t.row[12])
		if err != nil {
			return period, t.fail("amount", err)
		}
		kind, err := payeeKind(t.row[1])
		if err != nil {
			return period, t.fail("payee_kind", err)
		}
		err = do(rules.Line{
			PayeeKind: kind, PayeeID: t.text(2), Number: number,
			Version: t.text(4), Rule: t.text(5), Category: rules.Category(t.text(6)), Subject: t.text(7),
			Quantity: t.text(8), Unit: t.text(9), Rate: t.text(10), Basis: t.text(11),
			Amount: amount, Status: rules.LineStatus(t.text(13)), Reason: t.text(14),
		})
		if err != nil {
			return period, err
		}
	}
}

// ReadPayouts reads a payouts.csv. Version and Accepted are not in it and stay
// empty. The period is the zero Period when the file has no row.
func ReadPayouts(r io.Reader) (rules.Period, []rules.Payout, error) {
	var period rules.Period
	t, err := newTableReader(r, payoutColumns)
	if err != nil {
		return period, nil, err
	}
	var payouts []rules.Payout
	for {
		more, err := t.next()
		if err != nil || !more {
			return period, payouts, err
		}
		if err := t.samePeriod(&period); err != nil {
			return period, nil, err
		}
		p := rules.Payout{
			PayeeID: t.text(2), Name: t.text(3),
			Status: rules.PayoutStatus(t.text(8)), Reason: t.text(9),
			Chain: t.text(11), Wallet: t.text(12), PaymentID: t.text(13),
		}
		if p.PayeeKind, err = payeeKind(t.row[1]); err != nil {
			return period, nil, t.fail("payee_kind", err)
		}
		for i, sum := range []*rules.Money{&p.CarriedIn, &p.Earned, &p.Payable, &p.CarriedOut} {
			if *sum, err = rules.ParseMoney(t.row[4+i]); err != nil {
				return period, nil, t.fail(payoutColumns[4+i], err)
			}
		}
		if t.row[10] != "" {
			if p.DueOn, err = rules.ParseDate(t.row[10]); err != nil {
				return period, nil, t.fail("due_on", err)
			}
		}
		payouts = append(payouts, p)
	}
}

func payeeKind(s string) (rules.PayeeKind, error) {
	switch k := rules.PayeeKind(s); k {
	case rules.OperatorPayee, rules.PartnerPayee:
		return k, nil
	}
	return "", fmt.Errorf("%q is not a kind of payee; it is operator or partner", s)
}

// samePeriod reads the first column and holds every row to the first one's.
func (t *tableReader) samePeriod(period *rules.Period) error {
	p, err := rules.ParsePeriod(t.row[0])
	if err != nil {
		return t.fail("period", err)
	}
	if period.IsZero() {
		*period = p
	}
	if p != *period {
		return t.fail("period", fmt.Errorf("%s after rows of %s; a file holds one period", p, *period))
	}
	return nil
}
