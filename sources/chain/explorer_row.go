package chain

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"fleetpay/sources"
	"fleetpay/sources/fetch"
)

// row reads one record into a transfer, or into rejects.
func (e *explorer) row(record []string) {
	if len(record) == 1 && strings.TrimSpace(record[0]) == "" {
		return // a line of blanks
	}
	if len(record) != len(e.header) {
		e.reject("", "%d instead of %d cells; export the file again and don't edit it", len(record), len(e.header))
		return
	}
	before := len(e.rejects) + e.more
	text, _ := e.cell(record, fieldTx)
	last := e.last
	e.last = strings.ToLower(text)
	if e.failed(record) {
		return
	}
	t := Transfer{LogIndex: -1}
	t.Token = e.address(record, fieldToken)
	if len(e.wanted) > 0 && t.Token != "" && !e.wanted[t.Token] {
		return
	}
	t.TxHash = e.txHash(record)
	if began, known := e.began[t.TxHash]; known && t.TxHash != last {
		e.reject("", "transaction %s stands here again, after others (it began in line %d): pages that overlap? give the files one by one", t.TxHash, began)
	}
	t.Block = e.block(record)
	t.Time = e.time(record)
	t.From = e.address(record, fieldFrom)
	t.To = e.address(record, fieldTo)
	e.decimals(record)
	t.Units = e.units(record)
	if len(e.rejects)+e.more == before {
		e.transfers, e.lines = append(e.transfers, t), append(e.lines, e.line)
		if _, known := e.began[t.TxHash]; !known {
			e.began[t.TxHash] = e.line
		}
	}
}

// repeats rejects transactions of which a stretch of rows stands there twice. One
// that pays the same to one recipient several times is as it is; so is one with
// a single such pair apart, as two payees with one wallet make it.
func (e *explorer) repeats() {
	for first := 0; first < len(e.transfers); {
		next := first + 1
		for next < len(e.transfers) && e.transfers[next].TxHash == e.transfers[first].TxHash {
			next++
		}
		at := map[Transfer]int{} // the last of those that are equal
		repeated, apart := map[Transfer]bool{}, 0
		for i := first; i < next; i++ {
			t := e.transfers[i]
			if before, known := at[t]; known {
				repeated[t] = true
				if before != i-1 && apart == 0 {
					apart = i
				}
			}
			at[t] = i
		}
		if len(repeated) > 1 && apart > 0 {
			e.line = e.lines[apart]
			e.reject("", "transaction %s has rows here that it has above, after others: pages that overlap? give the files one by one; if it is so on the chain, settle with a node", e.transfers[apart].TxHash)
		}
		first = next
	}
}

// reject notes what is wrong with a cell, or with the row where column is empty.
func (e *explorer) reject(column, format string, args ...any) {
	if len(e.rejects) == maxRejects {
		e.more++
		return
	}
	e.rejects = append(e.rejects, sources.Reject{File: e.name, Line: e.line, Column: column, Message: fmt.Sprintf(format, args...)})
}

// cell returns a field's text and its column's name; both are empty when the
// file has no such column.
func (e *explorer) cell(record []string, f field) (text, column string) {
	at := e.at[f]
	if len(at) == 0 {
		return "", ""
	}
	return strings.TrimSpace(record[at[0]]), fetch.Printable(e.header[at[0]])
}

// quoted writes a cell's value for a message.
func quoted(text string) string {
	const most = 80
	if runes := []rune(text); len(runes) > most {
		text = string(runes[:most]) + "…"
	}
	return strconv.Quote(text)
}

// failed tells whether the row's transaction did not succeed.
func (e *explorer) failed(record []string) bool {
	if text, _ := e.cell(record, fieldError); text != "" {
		return true
	}
	text, column := e.cell(record, fieldStatus)
	switch word, _, _ := strings.Cut(strings.ToLower(text), "("); strings.TrimSpace(word) {
	case "", "ok", "success", "succeeded", "1", "true":
		return false
	case "error", "fail", "failed", "reverted", "dropped", "pending", "0", "false":
		return true
	}
	e.reject(column, "%s is no status we know; write ok or error", quoted(text))
	return true
}

func (e *explorer) address(record []string, f field) string {
	text, column := e.cell(record, f)
	lower, err := checkAddress(text)
	if err != nil {
		e.reject(column, "%s is not an address; allowed are 0x and 40 hex digits", quoted(text))
		return ""
	}
	return lower
}

func (e *explorer) txHash(record []string) string {
	text, column := e.cell(record, fieldTx)
	hash, err := parseHash(strings.ToLower(text))
	if err != nil {
		e.reject(column, "%s is not a transaction's hash; allowed are 0x and 64 hex digits", quoted(text))
	}
	return hash
}

func (e *explorer) block(record []string) int64 {
	text, column := e.cell(record, fieldBlock)
	n, err := strconv.ParseUint(text, 10, 63)
	if err != nil {
		e.reject(column, "%s is not a block's number; allowed are decimal digits", quoted(text))
	}
	return int64(n)
}

// lastSecond is the end of the year 9999, in Unix seconds.
const lastSecond = 253_402_300_799

// time reads the block's time, which has come.
func (e *explorer) time(record []string) time.Time {
	at, column := e.written(record)
	if at.After(e.now.Add(ClockSlack)) {
		e.reject(column, "%s is yet to come, and the clock says %s; one of them is wrong: set the clock right, or export the file again",
			at.Format(time.RFC3339), e.now.UTC().Format(time.RFC3339))
	}
	return at
}

// written reads a time. A column called UnixTimestamp holds seconds, or,
// in Blockscout's, a date and time.
func (e *explorer) written(record []string) (at time.Time, column string) {
	text, column := e.cell(record, fieldTime)
	if column == "" {
		text, column = e.cell(record, fieldDate)
	} else if seconds, err := strconv.ParseUint(text, 10, 63); err == nil {
		if seconds > lastSecond {
			e.reject(column, "%s is too large; allowed are seconds since 1970", quoted(text))
			return time.Time{}, column
		}
		return time.Unix(int64(seconds), 0).UTC(), column
	}
	for _, layout := range []string{"2006-01-02 15:04:05", "2006-01-02 15:04:05Z", time.RFC3339} {
		if at, err := time.Parse(layout, text); err == nil {
			return at.UTC().Truncate(time.Second), column
		}
	}
	e.reject(column, "%s is not a time; allowed are seconds since 1970 in UnixTimestamp, or 2006-01-02 15:04:05 in UTC", quoted(text))
	return time.Time{}, column
}

func (e *explorer) decimals(record []string) {
	for _, i := range e.at[fieldDecimals] {
		if text := strings.TrimSpace(record[i]); text != strconv.Itoa(tokenDecimals) {
			e.reject(fetch.Printable(e.header[i]), "%s is not the number of the token's decimals; allowed is %d", quoted(text), tokenDecimals)
		}
	}
}

// Amounts as explorers write them: in tokens, with separators or without, and in
// the smallest unit.
var (
	tokenAmount = regexp.MustCompile(`^([0-9]{1,60}|[0-9]{1,3}(,[0-9]{3}){1,20})(\.[0-9]+)?$`)
	unitAmount  = regexp.MustCompile(`^[0-9]{1,78}$`)
)

// units reads the amount in the token's smallest unit.
func (e *explorer) units(record []string) string {
	f, form, places := fieldAmount, tokenAmount, int32(tokenDecimals)
	allowed := fmt.Sprintf("an amount of tokens with at most %d decimals, as 1,234.5", tokenDecimals)
	if e.inUnits {
		f, form, places = fieldUnits, unitAmount, 0
		allowed = "a whole number of the token's smallest unit, as 1234500000 for 1,234.5"
	}
	text, column := e.cell(record, f)
	if !form.MatchString(text) {
		e.reject(column, "%s is not an amount; allowed is %s", quoted(text), allowed)
		return ""
	}
	d, err := decimal.NewFromString(strings.ReplaceAll(text, ",", ""))
	if err != nil || -d.Exponent() > places {
		e.reject(column, "%s has too many decimals; allowed is %s", quoted(text), allowed)
		return ""
	}
	return d.Shift(places).String()
}
