package chain

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"fleetpay/sources"
	"fleetpay/sources/fetch"
)

// tokenDecimals is the number of decimals of USDC, the token whose transfers an
// explorer's export is read for; it is the same on every chain.
const tokenDecimals = 6

// maxRejects is how many bad cells an error tells one by one.
const maxRejects = 50

// maxExplorerBytes is how long an export may be; explorers cut theirs at some
// thousand rows.
const maxExplorerBytes = 256 << 20

// ReadExplorer reads the CSV export of an address's ERC-20 transfers from an
// explorer of the Etherscan or the Blockscout family. With tokens it reads the
// transfers of these contracts and passes over the others, whose decimals and
// amounts may be of any kind; without, it reads all of them as if the token had
// 6 decimals. Rows of failed transactions don't count.
//
// ChainID is 0, LogIndex -1 and BlockHash empty. The order is by block, then by
// all that a row says, since exports differ in theirs; equal rows are kept, as a
// transaction may do the same twice.
//
// A row dated later than now and ClockSlack is wrong. So is a transaction whose
// rows do not stand together, and one that repeats two or more of its rows with
// others between: pages that overlap and were put into one file would show a
// transfer twice.
//
// The error joins everything that is wrong, each with file, line and column
// (sources.Reject), or is the one thing that spoils the file (sources.FileError).
func ReadExplorer(name string, now time.Time, r io.Reader, tokens ...string) ([]Transfer, error) {
	wanted := map[string]bool{}
	for _, token := range tokens {
		lower, err := checkAddress(token)
		if err != nil {
			return nil, err
		}
		wanted[lower] = true
	}
	limited := &io.LimitedReader{R: r, N: maxExplorerBytes + 1}
	buffered := bufio.NewReader(limited)
	if mark, err := buffered.Peek(3); err == nil && bytes.Equal(mark, []byte("\ufeff")) {
		if _, err := buffered.Discard(3); err != nil {
			return nil, &sources.FileError{File: name, Message: err.Error(), Err: err}
		}
	}
	table := csv.NewReader(buffered)
	table.FieldsPerRecord = -1
	table.ReuseRecord = true
	e, err := readExplorerHeader(name, table)
	if err != nil {
		return nil, err
	}
	e.wanted, e.now, e.began = wanted, now, map[string]int64{}
	for {
		record, err := table.Read()
		var malformed *csv.ParseError
		switch {
		case errors.Is(err, io.EOF):
			if limited.N <= 0 {
				return nil, &sources.FileError{File: name, Message: fmt.Sprintf("the file is longer than %d bytes; export a shorter time", maxExplorerBytes)}
			}
			return e.finish()
		case errors.As(err, &malformed):
			e.line = int64(malformed.StartLine)
			e.reject("", "the row can't be taken apart (%v); export the file again and don't edit it", malformed.Err)
		case err != nil:
			return nil, &sources.FileError{File: name, Message: fmt.Sprintf("can't be read (%v); check the file", err), Err: err}
		default:
			line, _ := table.FieldPos(0)
			e.line = int64(line)
			e.row(record)
		}
	}
}

// explorer is an export that is being read.
type explorer struct {
	name      string
	header    []string // as the file writes it
	at        map[field][]int
	inUnits   bool // the amount column counts the smallest unit
	wanted    map[string]bool
	now       time.Time
	line      int64
	transfers []Transfer
	lines     []int64          // of transfers
	last      string           // transaction of the row before, of whatever token
	began     map[string]int64 // line of each transaction's first transfer
	rejects   []error
	more      int // rejects beyond maxRejects
}

// field is what a column says.
type field int

const (
	fieldTx field = iota
	fieldBlock
	fieldTime
	fieldDate // the time, where there is no fieldTime
	fieldFrom
	fieldTo
	fieldToken
	fieldAmount
	fieldUnits // the amount, where there is no fieldAmount
	fieldDecimals
	fieldStatus
	fieldError
)

// explorerColumns names each field's columns, as plainName writes them, over the
// years and the explorers.
var explorerColumns = []struct {
	field field
	names []string
}{
	{fieldTx, []string{"transactionhash", "txhash", "txnhash"}},
	{fieldBlock, []string{"blockno", "blocknumber", "block"}},
	{fieldTime, []string{"unixtimestamp"}},
	{fieldDate, []string{"datetime(utc)", "datetime"}},
	{fieldFrom, []string{"from", "fromaddress"}},
	{fieldTo, []string{"to", "toaddress"}},
	{fieldToken, []string{"contractaddress", "tokencontractaddress", "tokencontract", "tokenaddress"}},
	{fieldAmount, []string{"tokenvalue", "value", "quantity", "amount"}},
	{fieldUnits, []string{"tokenstransferred"}},
	{fieldDecimals, []string{"tokendecimals", "tokendecimal", "decimals"}},
	{fieldStatus, []string{"status"}},
	{fieldError, []string{"errcode"}},
}

// explorerNeeds says what a file must have: for each need, the fields of which
// one is enough, and a column that holds it, for people.
var explorerNeeds = []struct {
	fields []field
	column string
}{
	{[]field{fieldTx}, "Transaction Hash"},
	{[]field{fieldBlock}, "Blockno"},
	{[]field{fieldTime, fieldDate}, "UnixTimestamp or DateTime (UTC)"},
	{[]field{fieldFrom}, "From"},
	{[]field{fieldTo}, "To"},
	{[]field{fieldToken}, "ContractAddress"},
	{[]field{fieldAmount, fieldUnits}, "TokenValue"},
}

// plainName makes one of the ways to write a column's name.
func plainName(name string) string {
	return strings.NewReplacer(" ", "", "_", "", "-", "").Replace(strings.ToLower(strings.TrimSpace(name)))
}

func readExplorerHeader(name string, table *csv.Reader) (*explorer, error) {
	spoiled := func(format string, args ...any) (*explorer, error) {
		return nil, &sources.FileError{File: name, Line: 1, Message: fmt.Sprintf(format, args...)}
	}
	const advice = "export the ERC-20 token transfers of the Safe's address as CSV again"
	record, err := table.Read()
	var malformed *csv.ParseError
	switch {
	case errors.Is(err, io.EOF):
		return spoiled("the file is empty; %s", advice)
	case errors.As(err, &malformed):
		return spoiled("the header can't be taken apart (%v); %s", malformed.Err, advice)
	case err != nil:
		return nil, &sources.FileError{File: name, Message: fmt.Sprintf("can't be read (%v); check the file", err), Err: err}
	case strings.Contains(strings.Join(record, ","), "\x00"):
		return spoiled("the header holds the character NUL, as UTF-16 text does; save the file as UTF-8")
	}
	e := &explorer{name: name, header: slices.Clone(record), at: map[field][]int{}}
	for i, column := range e.header {
		for _, known := range explorerColumns {
			if slices.Contains(known.names, plainName(column)) {
				e.at[known.field] = append(e.at[known.field], i)
			}
		}
	}
	var missing []string
	for _, need := range explorerNeeds {
		if !slices.ContainsFunc(need.fields, func(f field) bool { return len(e.at[f]) > 0 }) {
			missing = append(missing, need.column)
		}
	}
	if len(missing) > 0 {
		return spoiled("no column %s; the file has %s; needed are %s; %s",
			strings.Join(missing, ", "), fetch.Printable(strings.Join(e.header, ", ")), neededColumns(), advice)
	}
	for _, known := range explorerColumns {
		if at := e.at[known.field]; len(at) > 1 && known.field != fieldDecimals { // some write the decimals twice
			return spoiled("the columns %q and %q could both be meant; remove the wrong one", fetch.Printable(e.header[at[0]]), fetch.Printable(e.header[at[1]]))
		}
	}
	if amount, units := e.at[fieldAmount], e.at[fieldUnits]; len(amount) > 0 && len(units) > 0 {
		return spoiled("the columns %q and %q could both be the amount; remove the wrong one", fetch.Printable(e.header[amount[0]]), fetch.Printable(e.header[units[0]]))
	}
	// Blockscout counts TokensTransferred in the token's smallest unit, where
	// the others show amounts as people do.
	e.inUnits = len(e.at[fieldUnits]) > 0
	return e, nil
}

func neededColumns() string {
	var all []string
	for _, need := range explorerNeeds {
		all = append(all, need.column)
	}
	return strings.Join(all, ", ")
}

func (e *explorer) finish() ([]Transfer, error) {
	if len(e.rejects) == 0 {
		e.repeats()
	}
	if e.more > 0 {
		e.rejects = append(e.rejects, fmt.Errorf("%s: and %d more cells or rows that are wrong", e.name, e.more))
	}
	if err := errors.Join(e.rejects...); err != nil {
		return nil, err
	}
	slices.SortStableFunc(e.transfers, func(a, b Transfer) int {
		return cmp.Or(cmp.Compare(a.Block, b.Block), cmp.Compare(a.TxHash, b.TxHash), cmp.Compare(a.Token, b.Token),
			cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To), cmp.Compare(len(a.Units), len(b.Units)), cmp.Compare(a.Units, b.Units), a.Time.Compare(b.Time))
	})
	return e.transfers, nil
}
