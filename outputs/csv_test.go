package outputs

import (
	"bytes"
	"encoding/csv"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"fleetpay/rules"
)

func written(t *testing.T, write func(*bytes.Buffer) error) string {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestLinesAreWrittenInTheBooksOrder(t *testing.T) {
	got := written(t, func(b *bytes.Buffer) error { return WriteLines(b, smallMonth()) })
	want := `period,payee_kind,payee_id,line,rule_version,rule,category,subject,quantity,unit,rate,basis,amount,status,reason
2026-10,operator,alpha,1,2026-07,stipend,base,tier:1,93,node-days,500.00,500.00 × 93 node-days / 31 days,1500.00,earned,tier 1 on 31 days
2026-10,operator,alpha,2,2026-07,uptime-bonus,bonus,,,,400.00,,0.00,not_earned,uptime 99.486% is not above 99.8%
2026-10,operator,bravo,1,2026-07,stipend,base,tier:1,3,node-days,500.00,500.00 × 3 node-days / 31 days,48.39,earned,tier 1 on 3 days
2026-10,operator,charlie,1,2026-07,churn-rebate,penalty,,5,months,250.00,'-250.00 × 5 months,-1250.00,charged,left within 6 months
2026-10,partner,pine,1,2026-07,commission-first-year,commission,bravo,48.39,USD,10%,10% × 48.39,4.84,earned,3 of 3 days in the first 12 months
2026-10,partner,pine,2,2026-07,adjustment,adjustment,adj-1,,,,,17.13,approved,"co-marketing, approved by finance"
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestPayoutsAreWrittenWithHarmlessNames(t *testing.T) {
	m := smallMonth()
	for i, id := range []string{"FP-1", "", "", "FP-2"} {
		m.Book.Payouts[i].PaymentID = id
	}
	got := written(t, func(b *bytes.Buffer) error { return WritePayouts(b, m) })
	want := `period,payee_kind,payee_id,name,carried_in,earned,payable,carried_out,status,reason,due_on,chain,wallet,payment_id
2026-10,operator,alpha,Alpha Nodes,7.31,1500.00,1507.31,0.00,payable,,2026-11-09,base,0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed,FP-1
2026-10,operator,bravo,"'=HYPERLINK(""x"")",0.00,48.39,0.00,48.39,held,wallet missing,,base,,
2026-10,operator,charlie,"Charlie, Ltd ""C""",0.00,-1250.00,0.00,-1250.00,negative,the balance is -1250.00,,base,0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB,
2026-10,partner,pine,Pine Partners,0.00,21.97,21.97,0.00,payable,,2026-11-09,polygon,0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359,FP-2
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestExceptionsAndRejectsAreWritten(t *testing.T) {
	got := written(t, func(b *bytes.Buffer) error { return WriteExceptions(b, smallMonth()) }) +
		written(t, func(b *bytes.Buffer) error { return WriteRejects(b, smallMonth()) })
	want := `kind,severity,subject,message
held,error,operator:bravo,wallet missing; 48.39 is kept
receivable,warning,operator:charlie,left with a balance of -1250.00
file,line,column,value,message
inputs/tasks.csv,7,status,'=done,"status is none of succeeded, failed, expired, cancelled"
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestATextThatASpreadsheetWouldRunIsMadeHarmless(t *testing.T) {
	for in, want := range map[string]string{
		"":                     "",
		"Alpha":                "Alpha",
		"=1+1":                 "'=1+1",
		"+49":                  "'+49",
		"-7":                   "'-7",
		"@SUM(A1)":             "'@SUM(A1)",
		"\tx":                  "'\tx",
		"\rx":                  "'\rx",
		"  =1":                 "'  =1",
		"\u3000＝1":             "'\u3000＝1",
		"＋1":                   "'＋1",
		"\u200b=1":             "'\u200b=1",
		"'=1":                  "''=1",
		"'tis":                 "'tis",
		"a=b":                  "a=b",
		"(-7)":                 "(-7)",
		"\"=1":                 "\"=1",
		"uptime 99% is not -1": "uptime 99% is not -1",
	} {
		if got := harmless(in); got != want {
			t.Errorf("harmless(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestNoTextIsAFormulaAndNoneIsLost(t *testing.T) {
	start := rapid.StringOfN(rapid.RuneFrom([]rune("='+-@＝－＋＠ \t\r\n\u3000\u200b\ufeff'a\"")), 0, 6, -1)
	rapid.Check(t, func(t *rapid.T) {
		text := start.Draw(t, "start") + rapid.String().Draw(t, "rest")
		cell := harmless(text)
		if readsAsFormula(cell) {
			t.Fatalf("%q still reads as a formula: %q", text, cell)
		}
		if back := harmful(cell); back != text {
			t.Fatalf("%q came back as %q", text, back)
		}
	})
}

func TestAmountsAndFiguresAreNeverTouched(t *testing.T) {
	m := smallMonth()
	m.Book.Lines[0].Quantity, m.Book.Lines[0].Rate, m.Book.Lines[0].Amount = "-3.5", "-10.25%", usd("-0.01")
	rows, err := csv.NewReader(strings.NewReader(written(t, func(b *bytes.Buffer) error { return WriteLines(b, m) }))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if got := []string{rows[1][8], rows[1][10], rows[1][12]}; !reflect.DeepEqual(got, []string{"-3.5", "-10.25%", "-0.01"}) {
		t.Errorf("got %q", got)
	}
	m.Book.Lines[0].Quantity = "-3+cmd"
	if out := written(t, func(b *bytes.Buffer) error { return WriteLines(b, m) }); !strings.Contains(out, ",'-3+cmd,") {
		t.Errorf("a quantity that is no number is a text: %s", out)
	}
}

func TestTablesReadBackWhatWasWritten(t *testing.T) {
	m := smallMonth()
	period, payouts, err := ReadPayouts(strings.NewReader(written(t, func(b *bytes.Buffer) error { return WritePayouts(b, m) })))
	if err != nil || period != m.Period {
		t.Fatal(period, err)
	}
	want := m.Book.Payouts
	for i := range want {
		want[i].Version, want[i].Accepted = "", rules.Account{} // not in the file
		compareMoney(t, want[i].PayeeID, payouts[i].CarriedIn, want[i].CarriedIn)
		compareMoney(t, want[i].PayeeID, payouts[i].Earned, want[i].Earned)
		compareMoney(t, want[i].PayeeID, payouts[i].Payable, want[i].Payable)
		compareMoney(t, want[i].PayeeID, payouts[i].CarriedOut, want[i].CarriedOut)
		for _, p := range []*rules.Payout{&want[i], &payouts[i]} {
			p.CarriedIn, p.Earned, p.Payable, p.CarriedOut = rules.Money{}, rules.Money{}, rules.Money{}, rules.Money{}
		}
	}
	if !reflect.DeepEqual(payouts, want) {
		t.Errorf("got %+v\nwant %+v", payouts, want)
	}

	period, lines, err := ReadLines(strings.NewReader(written(t, func(b *bytes.Buffer) error { return WriteLines(b, m) })))
	if err != nil || period != m.Period || len(lines) != len(m.Book.Lines) {
		t.Fatal(period, len(lines), err)
	}
	for i, want := range m.Book.Lines {
		want.Label = "" // not in the file
		compareMoney(t, want.PayeeID, lines[i].Amount, want.Amount)
		want.Amount = lines[i].Amount
		if !reflect.DeepEqual(lines[i], want) {
			t.Errorf("got %+v\nwant %+v", lines[i], want)
		}
	}
}

func compareMoney(t *testing.T, what string, got, want rules.Money) {
	t.Helper()
	if got.Cmp(want) != 0 {
		t.Errorf("%s: got %s, want %s", what, got, want)
	}
}

func TestATableOfAnotherFormIsRefused(t *testing.T) {
	header := strings.Join(payoutColumns, ",") + "\n"
	row := "2026-10,operator,a,A,0.00,1.00,1.00,0.00,payable,,2026-11-09,base,,\n"
	for _, c := range []struct{ name, file, err string }{
		{"nothing in it", "", "1: the file is empty; its first line must be " + strings.TrimSpace(header)},
		{"another column", strings.Replace(header, "wallet", "address", 1), "1: the columns are period,payee_kind,payee_id,name,carried_in,earned,payable,carried_out,status,reason,due_on,chain,address,payment_id; they must be " + strings.TrimSpace(header)},
		{"a short row", header + "2026-10,operator\n", "2: the row has too few or too many cells"},
		{"an amount with three places", header + strings.Replace(row, "0.00", "0.001", 1), "2: carried_in: 0.001 has more than two decimal places"},
		{"an unknown payee", header + strings.Replace(row, "operator", "vendor", 1), `2: payee_kind: "vendor" is not a kind of payee; it is operator or partner`},
		{"two months", header + row + strings.Replace(row, "2026-10", "2026-09", 1), "3: period: 2026-09 after rows of 2026-10; a file holds one period"},
		{"no day", header + strings.Replace(row, "2026-11-09", "soon", 1), `2: due_on: "soon" is not a date; write it as 2026-10-05`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, _, err := ReadPayouts(strings.NewReader(c.file)); err == nil || err.Error() != c.err {
				t.Errorf("got  %v\nwant %s", err, c.err)
			}
		})
	}
}
