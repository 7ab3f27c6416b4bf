package sources

import (
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
)

func column(t Type) *Column {
	return &Column{Name: "c", Type: t, Places: defaultPlaces[t], Choices: map[bool][]string{true: {"bronze", "silver", "gold"}}[t == Choice]}
}

func TestEachTypeRefusesWithItsReason(t *testing.T) {
	id64 := strings.Repeat("a", 64)
	const (
		idMsg     = ` is not an id; write letters, digits, ".", "_" or "-", at most 64, beginning with a letter or digit`
		listMsg   = ` is not an id; write ids with ";" between them, each of letters, digits, ".", "_" or "-", at most 64, beginning with a letter or digit`
		emptyMsg  = ` has an empty id; write ids with one ";" between them`
		dateMsg   = ` is not a date; write it as 2026-10-05`
		instMsg   = ` is not an instant; write it as 2026-10-05T09:00:00Z`
		zoneMsg   = ` has no offset; write it as 2026-10-05T09:00:00Z, or with an offset as in +02:00`
		yearsMsg  = ` is outside the years 1900 to 2200; write it as 2026-10-05T09:00:00Z`
		amountMsg = ` is not an amount; write digits with a point, as in -1234.50: no thousands separator, currency sign, exponent or "+"`
		scoreMsg  = ` is not a score; write a decimal from 0 to 1, as in 0.85`
		hoursMsg  = ` is not a number of hours; write a decimal of 0 or more, as in 1.5`
		scopeMsg  = ` is not a scope; write fleet, region:R, operator:ID or node:ID`
		monthMsg  = ` is not a month; write it as 2026-10`
		quartMsg  = ` is not a quarter; write it as 2026-Q3`
		payMsg    = ` is not a payment id; write it as payouts.csv has it: FP-, the month as in 202610, a hyphen and 16 hex digits, letters in upper case`
	)
	for _, c := range []struct {
		t          Type
		text, want string
	}{
		{ID, "a b", `"a b"` + idMsg},
		{ID, ".a", `".a"` + idMsg},
		{ID, "-a", `"-a"` + idMsg},
		{ID, " a", `" a"` + idMsg},
		{ID, "nöd", `"nöd"` + idMsg},
		{ID, id64 + "a", `"` + id64[:60] + `…"` + idMsg},
		{ID, "a\tb", `"a\tb" holds the control character U+0009 at byte 2; remove it`},
		{IDList, "a;", `"a;"` + emptyMsg},
		{IDList, ";a", `";a"` + emptyMsg},
		{IDList, "a;;b", `"a;;b"` + emptyMsg},
		{IDList, "a; b", `" b"` + listMsg},
		{IDList, "a,b", `"a,b"` + listMsg},
		{Text, "a\x00b", `"a\x00b" holds the control character U+0000 at byte 2; remove it`},
		{Text, "ü\x1b[31m", `"ü\x1b[31m" holds the control character U+001B at byte 3; remove it`},
		{Text, "a\rb", `"a\rb" holds the control character U+000D at byte 2; remove it`},
		{Text, "a\x7f", `"a\x7f" holds the control character U+007F at byte 2; remove it`},
		{Text, "a\u0085", `"a\u0085" holds the control character U+0085 at byte 2; remove it`},
		{Text, "S\xfcd", `"S\xfcd" is not UTF-8 at byte 2; save the file as UTF-8`},
		{Text, strings.Repeat("a", MaxRecordBytes+1), `"` + strings.Repeat("a", 60) + `…" is longer than 1048576 bytes; shorten it`},
		{Wallet, "0x\x00", `"0x\x00" holds the control character U+0000 at byte 3; remove it`},
		{Word, " emea", `" emea" begins or ends with a blank; write "emea"`},
		{Word, "emea\n", `"emea\n" holds the control character U+000A at byte 5; remove it`},
		{Date, "2026-02-30", `"2026-02-30"` + dateMsg},
		{Date, "2025-02-29", `"2025-02-29"` + dateMsg},
		{Date, "1900-02-29", `"1900-02-29"` + dateMsg},
		{Date, "2026-13-01", `"2026-13-01"` + dateMsg},
		{Date, "2026-00-01", `"2026-00-01"` + dateMsg},
		{Date, "2026-01-00", `"2026-01-00"` + dateMsg},
		{Date, "2026-1-5", `"2026-1-5"` + dateMsg},
		{Date, "05.10.2026", `"05.10.2026"` + dateMsg},
		{Date, "2026/10/05", `"2026/10/05"` + dateMsg},
		{Date, "2026-10-05 ", `"2026-10-05 "` + dateMsg},
		{Date, "2026-10-05T00:00:00Z", `"2026-10-05T00:00:00Z"` + dateMsg},
		{Date, "+026-10-05", `"+026-10-05"` + dateMsg},
		{Date, "0206-10-05", `"0206-10-05" is before the year 1900; write it as 2026-10-05`},
		{Instant, "2026-10-05T09:00:00", `"2026-10-05T09:00:00"` + zoneMsg},
		{Instant, "2026-10-05T09:00:00.5", `"2026-10-05T09:00:00.5"` + zoneMsg},
		{Instant, "2026-10-05", `"2026-10-05"` + instMsg},
		{Instant, "2026-10-05 09:00:00Z", `"2026-10-05 09:00:00Z"` + instMsg},
		{Instant, "2026-10-05T09:00Z", `"2026-10-05T09:00Z"` + instMsg},
		{Instant, "2026-10-05T9:00:00Z", `"2026-10-05T9:00:00Z"` + instMsg},
		{Instant, "2026-10-05T24:00:00Z", `"2026-10-05T24:00:00Z"` + instMsg},
		{Instant, "2026-10-05T09:60:00Z", `"2026-10-05T09:60:00Z"` + instMsg},
		{Instant, "2016-12-31T23:59:60Z", `"2016-12-31T23:59:60Z"` + instMsg},
		{Instant, "2026-02-30T09:00:00Z", `"2026-02-30T09:00:00Z"` + instMsg},
		{Instant, "2026-10-05T09:00:00+2", `"2026-10-05T09:00:00+2"` + instMsg},
		{Instant, "2026-10-05T09:00:00+0200", `"2026-10-05T09:00:00+0200"` + instMsg},
		{Instant, "2026-10-05T09:00:00+24:00", `"2026-10-05T09:00:00+24:00"` + instMsg},
		{Instant, "2026-10-05T09:00:00.Z", `"2026-10-05T09:00:00.Z"` + instMsg},
		{Instant, "2026-10-05T09:00:00,5Z", `"2026-10-05T09:00:00,5Z"` + instMsg},
		{Instant, "2026-10-05T09:00:00.1234567890Z", `"2026-10-05T09:00:00.1234567890Z"` + instMsg},
		{Instant, "2026-10-05T09:00:00Z ", `"2026-10-05T09:00:00Z "` + instMsg},
		{Instant, "1900-01-01T00:30:00+01:00", `"1900-01-01T00:30:00+01:00"` + yearsMsg},
		{Instant, "2200-12-31T23:30:00-01:00", `"2200-12-31T23:30:00-01:00"` + yearsMsg},
		{Amount, "1e3", `"1e3"` + amountMsg},
		{Amount, "1,234.50", `"1,234.50"` + amountMsg},
		{Amount, "1 234", `"1 234"` + amountMsg},
		{Amount, "$12", `"$12"` + amountMsg},
		{Amount, "12 USD", `"12 USD"` + amountMsg},
		{Amount, "+12", `"+12"` + amountMsg},
		{Amount, "12,50", `"12,50"` + amountMsg},
		{Amount, ".5", `".5"` + amountMsg},
		{Amount, "5.", `"5."` + amountMsg},
		{Amount, "-", `"-"` + amountMsg},
		{Amount, "--1", `"--1"` + amountMsg},
		{Amount, "(12)", `"(12)"` + amountMsg},
		{Amount, "NaN", `"NaN"` + amountMsg},
		{Amount, "0x10", `"0x10"` + amountMsg},
		{Amount, "−5", `"−5"` + amountMsg},
		{Amount, "١٢", `"١٢"` + amountMsg},
		{Amount, "1.2345678", `"1.2345678" has 7 places after the point; at most 6 are allowed`},
		{Amount, "1.0000000", `"1.0000000" has 7 places after the point; at most 6 are allowed`},
		{Amount, "1234567890123456", `"1234567890123456" has 16 digits before the point; at most 15 are allowed`},
		{Flag, "yes", `"yes" is not a flag; write 0, 1, true or false`},
		{Flag, "TRUE", `"TRUE" is not a flag; write 0, 1, true or false`},
		{Flag, "01", `"01" is not a flag; write 0, 1, true or false`},
		{Whole, "-1", `"-1" is not a whole number; write it as 12`},
		{Whole, "12.0", `"12.0" is not a whole number; write it as 12`},
		{Whole, "1000000", `"1000000" is too large; at most 999999 is allowed`},
		{Whole, strings.Repeat("9", 40), `"` + strings.Repeat("9", 40) + `" is too large; at most 999999 is allowed`},
		{Choice, "Gold", `"Gold" is not allowed; write bronze, silver or gold`},
		{Quarter, "2026Q3", `"2026Q3"` + quartMsg},
		{Quarter, "2026-Q5", `"2026-Q5"` + quartMsg},
		{Quarter, "2026-Q0", `"2026-Q0"` + quartMsg},
		{Quarter, "2026-q3", `"2026-q3"` + quartMsg},
		{Month, "2026-13", `"2026-13"` + monthMsg},
		{Month, "2026-00", `"2026-00"` + monthMsg},
		{Month, "2026-1", `"2026-1"` + monthMsg},
		{Month, "10-2026", `"10-2026"` + monthMsg},
		{Score, "1.01", `"1.01"` + scoreMsg},
		{Score, "-0.5", `"-0.5"` + scoreMsg},
		{Score, "85%", `"85%"` + scoreMsg},
		{Score, "0.1234567890123456789", `"0.1234567890123456789" has 19 places after the point; at most 18 are allowed`},
		{Hours, "-1", `"-1"` + hoursMsg},
		{Hours, "1:30", `"1:30"` + hoursMsg},
		{Scope, "Fleet", `"Fleet"` + scopeMsg},
		{Scope, "fleet:", `"fleet:"` + scopeMsg},
		{Scope, "region:", `"region:"` + scopeMsg},
		{Scope, "node:a b", `"node:a b"` + scopeMsg},
		{Scope, "partner:x", `"partner:x"` + scopeMsg},
		{PaymentID, "FP-202610-0123456789ABCDE", `"FP-202610-0123456789ABCDE"` + payMsg},
		{PaymentID, "FP-202610-0123456789ABCDEF0", `"FP-202610-0123456789ABCDEF0"` + payMsg},
		{PaymentID, "FP-202610-0123456789ABCDEG", `"FP-202610-0123456789ABCDEG"` + payMsg},
		{PaymentID, "FP-202613-0123456789ABCDEF", `"FP-202613-0123456789ABCDEF"` + payMsg},
		{PaymentID, "FP-2026-10-0123456789ABCDEF", `"FP-2026-10-0123456789ABCDEF"` + payMsg},
		{PaymentID, "202610-0123456789ABCDEF", `"202610-0123456789ABCDEF"` + payMsg},
		{PaymentID, "FP-202610-0123456789ABCDEF\t", "\"FP-202610-0123456789ABCDEF\\t\" holds the control character U+0009 at byte 27; remove it"},
		{PaymentID, "fp-202610-0123456789abcdef", `"fp-202610-0123456789abcdef" is not a payment id; write "FP-202610-0123456789ABCDEF"`},
		{PaymentID, " FP-202610-0123456789ABCDEF", `" FP-202610-0123456789ABCDEF" is not a payment id; write "FP-202610-0123456789ABCDEF"`},
	} {
		_, problem := column(c.t).parse(c.text)
		if problem != c.want {
			t.Errorf("%s %q:\n got: %s\nwant: %s", c.t, c.text[:min(len(c.text), 60)], problem, c.want)
		}
	}
}

func TestEachTypeTakesWhatItShould(t *testing.T) {
	at := func(text string) time.Time {
		v, err := time.Parse(time.RFC3339Nano, text)
		if err != nil {
			t.Fatal(err)
		}
		return v.UTC()
	}
	dec := decimal.RequireFromString
	for _, c := range []struct {
		t    Type
		text string
		want Value
	}{
		{ID, "a", Value{}},
		{ID, "9.x_Y-z", Value{}},
		{ID, strings.Repeat("a", 64), Value{}},
		{IDList, "a", Value{}},
		{IDList, "a;b;a", Value{}},
		{Text, " two\nlines\tand a tab ", Value{}},
		{Text, "two\r\nlines", Value{Text: "two\nlines"}},
		{Text, "Südwind 東京 \U0001f680 �", Value{}},
		{Wallet, "not a wallet", Value{}},
		{Date, "2024-02-29", Value{Time: at("2024-02-29T00:00:00Z")}},
		{Date, "1900-01-01", Value{Time: at("1900-01-01T00:00:00Z")}},
		{Date, "9999-12-31", Value{Time: at("9999-12-31T00:00:00Z")}},
		{Instant, "2026-10-05T09:00:00Z", Value{Time: at("2026-10-05T09:00:00Z")}},
		{Instant, "2026-10-05t09:00:00z", Value{Time: at("2026-10-05T09:00:00Z")}},
		{Instant, "2026-10-31T23:30:00-02:00", Value{Time: at("2026-11-01T01:30:00Z")}},
		{Instant, "2026-11-01T00:30:00+05:45", Value{Time: at("2026-10-31T18:45:00Z")}},
		{Instant, "2026-10-05T09:00:00.000000001Z", Value{Time: at("2026-10-05T09:00:00.000000001Z")}},
		{Instant, "2026-10-05T09:00:00.5-00:00", Value{Time: at("2026-10-05T09:00:00.5Z")}},
		{Instant, "2200-12-31T23:59:59.999999999Z", Value{Time: at("2200-12-31T23:59:59.999999999Z")}},
		{Amount, "0", Value{Decimal: dec("0")}},
		{Amount, "-0.00", Value{Decimal: dec("0")}},
		{Amount, "007.50", Value{Decimal: dec("7.50")}},
		{Amount, "-1234.567891", Value{Decimal: dec("-1234.567891")}},
		{Amount, "999999999999999.999999", Value{Decimal: dec("999999999999999.999999")}},
		{Amount, "-999999999999999.999999", Value{Decimal: dec("-999999999999999.999999")}},
		{Flag, "0", Value{}},
		{Flag, "false", Value{}},
		{Flag, "1", Value{Bool: true}},
		{Flag, "true", Value{Bool: true}},
		{Whole, "0", Value{}},
		{Whole, "012", Value{Int64: 12}},
		{Whole, "999999", Value{Int64: 999999}},
		{Choice, "gold", Value{}},
		{Quarter, "2026-Q1", Value{Time: at("2026-01-01T00:00:00Z")}},
		{Quarter, "2026-Q4", Value{Time: at("2026-10-01T00:00:00Z")}},
		{Month, "2026-10", Value{Time: at("2026-10-01T00:00:00Z")}},
		{Score, "0", Value{Decimal: dec("0")}},
		{Score, "1.00", Value{Decimal: dec("1")}},
		{Score, "0.866666666666666667", Value{Decimal: dec("0.866666666666666667")}},
		{Hours, "1.3333333", Value{Decimal: dec("1.3333333")}},
		{Scope, "fleet", Value{}},
		{Scope, "region:North America: west", Value{}},
		{Scope, "operator:north", Value{}},
		{Scope, "node:n-1", Value{}},
		{PaymentID, "FP-202610-0123456789ABCDEF", Value{}},
		{PaymentID, "FP-190001-AAAAAAAAAAAAAAAA", Value{}},
	} {
		want := c.want
		want.Set = true
		if want.Text == "" {
			want.Text = c.text
		}
		got, problem := column(c.t).parse(c.text)
		if problem != "" || !sameValue(got, want) {
			t.Errorf("%s %q: got %+v %s, want %+v", c.t, c.text, got, problem, want)
		}
	}
}

// sameValue compares amounts as numbers.
func sameValue(a, b Value) bool {
	return a.Set == b.Set && a.Text == b.Text && a.Time.Equal(b.Time) && a.Decimal.Equal(b.Decimal) &&
		a.Bool == b.Bool && a.Int64 == b.Int64
}
