package chain

import (
	"errors"
	"fmt"
	"math/big"
	"regexp"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"pgregory.net/rapid"

	"fleetpay/sources"
)

const (
	etherscanHeader  = `"Transaction Hash","Blockno","UnixTimestamp","DateTime (UTC)","From","To","TokenValue","USDValueDayOfTx","ContractAddress","TokenName","TokenSymbol"`
	blockscoutHeader = `TxHash,BlockNumber,UnixTimestamp,FromAddress,ToAddress,TokenContractAddress,Type,TokenDecimals,TokenSymbol,TokenDecimals,TokensTransferred,TransactionFee,Status,ErrCode`
)

// row writes a row of Etherscan's with one cell changed.
func etherscanRow(column, value string) string {
	cells := []string{hash("7a75", 1), "20000003", "1798761600", "2027-01-01 00:00:00", safe, payee, "1,234.5", "$1,234.12", usdc, "USDC", "USDC"}
	for i, name := range strings.Split(strings.ReplaceAll(etherscanHeader, `"`, ""), ",") {
		if name == column {
			cells[i] = value
		}
	}
	return `"` + strings.Join(cells, `","`) + `"`
}

// blockscoutRow writes a row of Blockscout's, whose amounts are in the smallest
// unit, and whose UnixTimestamp is a date.
func blockscoutRow(units, status, problem string) string {
	return strings.Join([]string{hash("7a75", 1), "20000003", "2027-01-01 00:00:00.000000Z", safe, payee, usdc, "OUT", "6", "USDC", "6", units, "21000", status, problem}, ",")
}

// paid is what these rows say: 1,234.5 USDC at the beginning of 2027.
func paid() Transfer {
	return Transfer{Token: usdc, From: safe, To: payee, Units: "1234500000", TxHash: hash("7a75", 1), LogIndex: -1,
		Block: 20_000_003, Time: time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)}
}

// someday is later than every row of the tests.
var someday = time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)

func TestExportsOfEveryFamilyAreRead(t *testing.T) {
	upper := "0x" + strings.ToUpper(payee[2:])
	for name, file := range map[string]string{
		"Etherscan's":                        etherscanHeader + "\n" + etherscanRow("", "") + "\n",
		"with a byte order mark":             "\ufeff" + etherscanHeader + "\n" + etherscanRow("", "") + "\n",
		"with the lines of Windows":          etherscanHeader + "\r\n" + etherscanRow("", "") + "\r\n\r\n",
		"with blank lines at the end":        etherscanHeader + "\n" + etherscanRow("", "") + "\n\n  \n",
		"without the last line end":          etherscanHeader + "\n" + etherscanRow("", ""),
		"with an address in capitals":        etherscanHeader + "\n" + etherscanRow("To", upper),
		"with blanks around a cell":          etherscanHeader + "\n" + etherscanRow("To", " "+payee+" "),
		"with an amount without separators":  etherscanHeader + "\n" + etherscanRow("TokenValue", "1234.500000"),
		"with a date that is of no interest": etherscanHeader + "\n" + etherscanRow("DateTime (UTC)", "1/1/27 0:00"),
		"an older one of Etherscan's":        "Txhash,Blockno,UnixTimestamp,DateTime,From,To,Value,ContractAddress,TokenName,TokenSymbol\n" + hash("7a75", 1) + ",20000003,1798761600,2027-01-01 00:00:00," + safe + "," + payee + ",1234.5," + usdc + ",USDC,USDC\n",
		"in another order and case":          "to,FROM,Token Contract,Quantity,DATETIME (utc),block_number,TXHASH\n" + payee + "," + safe + "," + usdc + `,"1,234.50",2027-01-01 00:00:00,20000003,` + hash("7a75", 1) + "\n",
		"Blockscout's":                       blockscoutHeader + "\n" + blockscoutRow("1234500000", "ok", "") + "\n",
	} {
		t.Run(name, func(t *testing.T) {
			got, err := ReadExplorer("export.csv", someday, strings.NewReader(file))
			if err != nil {
				t.Fatal(err)
			}
			same(t, got, []Transfer{paid()})
		})
	}
}

func TestARowOfAFailedTransactionDoesNotCount(t *testing.T) {
	for _, c := range []struct {
		status, problem string
		want            int
	}{
		{"ok", "", 1}, {"Success", "", 1}, {"1", "", 1}, {"", "", 1},
		{"error", "", 0}, {"Error(0)", "", 0}, {"failed", "", 0}, {"0", "", 0}, {"pending", "", 0}, {"ok", "Out of gas", 0},
	} {
		got, err := ReadExplorer("export.csv", someday, strings.NewReader(blockscoutHeader+"\n"+blockscoutRow("1234500000", c.status, c.problem)))
		if err != nil || len(got) != c.want {
			t.Errorf("status %q and error %q: %d transfers, want %d (%v)", c.status, c.problem, len(got), c.want, err)
		}
	}
	_, err := ReadExplorer("export.csv", someday, strings.NewReader(blockscoutHeader+"\n"+blockscoutRow("1", "perhaps", "")))
	contains(t, err, `export.csv:2: Status: "perhaps" is no status we know`)
}

// A Safe is sent worthless tokens with 18 decimals and amounts of any kind; they
// must not keep anybody from reading the export.
func TestTokensThatWereNotAskedForAreLeftAlone(t *testing.T) {
	file := etherscanHeader + "\n" + strings.Replace(etherscanRow("TokenValue", "0.123456789012345678"), usdc, fake, 1) + "\n" + etherscanRow("", "") + "\n"
	got, err := ReadExplorer("export.csv", someday, strings.NewReader(file), usdc)
	if err != nil {
		t.Fatal(err)
	}
	same(t, got, []Transfer{paid()})
	_, err = ReadExplorer("export.csv", someday, strings.NewReader(file))
	contains(t, err, `export.csv:2: TokenValue: "0.123456789012345678" has too many decimals`)
	forged := strings.Replace(etherscanRow("", ""), usdc, fake, 1)
	got, err = ReadExplorer("export.csv", someday, strings.NewReader(etherscanHeader+"\n"+forged))
	if err != nil || len(got) != 1 || got[0].Token != fake {
		t.Errorf("a forged token, for the caller to tell: %+v, %v", got, err)
	}
	_, err = ReadExplorer("export.csv", someday, strings.NewReader(file), "usdc")
	contains(t, err, `"usdc" is not an address`)
}

func TestEqualRowsAreKeptAndTheOrderIsTheBlocks(t *testing.T) {
	later := etherscanRow("Blockno", "20000009")
	a, err := ReadExplorer("export.csv", someday, strings.NewReader(strings.Join([]string{etherscanHeader, later, etherscanRow("TokenValue", "2"), etherscanRow("TokenValue", "10"), etherscanRow("TokenValue", "2")}, "\n")))
	if err != nil {
		t.Fatal(err)
	}
	b, err := ReadExplorer("export.csv", someday, strings.NewReader(strings.Join([]string{etherscanHeader, etherscanRow("TokenValue", "2"), etherscanRow("TokenValue", "2"), etherscanRow("TokenValue", "10"), later}, "\n")))
	if err != nil {
		t.Fatal(err)
	}
	same(t, a, b)
	var units []string
	for _, x := range a {
		units = append(units, x.Units)
	}
	if got := strings.Join(units, " "); got != "2000000 2000000 10000000 1234500000" {
		t.Errorf("%s", got)
	}
}

func TestRowsThatAreYetToComeAreRefused(t *testing.T) {
	now := paid().Time.Add(-ClockSlack)
	for _, c := range []struct {
		name string
		now  time.Time
		file string
		want string
	}{
		{"as far ahead as clocks may be", now, etherscanHeader + "\n" + etherscanRow("", ""), ""},
		{"a second further", now.Add(-time.Second), etherscanHeader + "\n" + etherscanRow("", ""),
			"export.csv:2: UnixTimestamp: 2027-01-01T00:00:00Z is yet to come, and the clock says 2026-12-31T23:44:59Z; one of them is wrong: set the clock right, or export the file again"},
		{"another token's row", now.Add(-time.Second), etherscanHeader + "\n" + strings.Replace(etherscanRow("", ""), usdc, fake, 1), ""},
	} {
		_, err := ReadExplorer("export.csv", c.now, strings.NewReader(c.file), usdc)
		if got := fmt.Sprint(err); err == nil && c.want != "" || err != nil && got != c.want {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}

// Pages that overlap, put one after the other into one file, would show transfers
// twice that were made once.
func TestPagesThatOverlapInOneFileAreRefused(t *testing.T) {
	row := func(tx int, amount string) string {
		return strings.Replace(etherscanRow("TokenValue", amount), hash("7a75", 1), hash("7a75", tx), 1)
	}
	foreign := func(tx int) string { return strings.Replace(row(tx, "7"), usdc, fake, 1) }
	again := func(line, tx, began int) string {
		return fmt.Sprintf("export.csv:%d: transaction %s stands here again, after others (it began in line %d): pages that overlap? give the files one by one", line, hash("7a75", tx), began)
	}
	repeated := func(line int) string {
		return fmt.Sprintf("export.csv:%d: transaction %s has rows here that it has above, after others: pages that overlap? give the files one by one; if it is so on the chain, settle with a node", line, hash("7a75", 1))
	}
	for _, c := range []struct {
		name string
		rows []string
		want string // "": it is read
	}{
		{"two transactions twice", []string{row(1, "7"), row(2, "11"), row(1, "7"), row(2, "11")}, again(4, 1, 2) + "\n" + again(5, 2, 3)},
		{"a transaction twice, with another token's between", []string{row(1, "7"), foreign(2), row(1, "7")}, again(4, 1, 2)},
		{"a transaction in two parts", []string{row(1, "7"), row(2, "11"), row(1, "13")}, again(4, 1, 2)},
		{"all of a transaction twice", []string{row(1, "7"), row(1, "11"), row(1, "7"), row(1, "11")}, repeated(4)},
		{"all of it twice, once backwards", []string{row(1, "7"), row(1, "11"), row(1, "11"), row(1, "7")}, repeated(5)},
		{"a payment made twice in a row", []string{row(1, "7"), row(1, "7"), row(2, "11")}, ""},
		{"two payees with one wallet and sum in a batch", []string{row(1, "7"), row(1, "11"), row(1, "7")}, ""},
		{"a transaction around another token's event of its own", []string{row(1, "7"), foreign(1), row(1, "11")}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := ReadExplorer("export.csv", someday, strings.NewReader(etherscanHeader+"\n"+strings.Join(c.rows, "\n")), usdc)
			if (c.want == "") != (err == nil) || err != nil && err.Error() != c.want {
				t.Errorf("%d transfers, %v, want %q", len(got), err, c.want)
			}
		})
	}
}

func TestEachBadCellIsToldWithItsPlace(t *testing.T) {
	for _, c := range []struct{ column, value, want string }{
		{"Transaction Hash", "0x77", `"0x77" is not a transaction's hash; allowed are 0x and 64 hex digits`},
		{"Blockno", "20,000,003", `"20,000,003" is not a block's number; allowed are decimal digits`},
		{"Blockno", "-1", "is not a block's number"},
		{"UnixTimestamp", "1.798E+09", `"1.798E+09" is not a time; allowed are seconds since 1970`},
		{"UnixTimestamp", "1798761600000", `"1798761600000" is too large; allowed are seconds`},
		{"UnixTimestamp", "", `"" is not a time`},
		{"From", "Treasury", `"Treasury" is not an address; allowed are 0x and 40 hex digits`},
		{"To", payee[:41], "is not an address"},
		{"ContractAddress", "", `"" is not an address`},
		{"TokenValue", "", `"" is not an amount; allowed is an amount of tokens with at most 6 decimals, as 1,234.5`},
		{"TokenValue", "-7", "is not an amount"},
		{"TokenValue", "7 USDC", "is not an amount"},
		{"TokenValue", "1.234,5", "is not an amount"},
		{"TokenValue", "1,23", "is not an amount"},
		{"TokenValue", "1,2345", "is not an amount"},
		{"TokenValue", "1e3", "is not an amount"},
		{"TokenValue", "0x7", "is not an amount"},
		{"TokenValue", ".5", "is not an amount"},
		{"TokenValue", "7.", "is not an amount"},
		{"TokenValue", "7.1234567", "has too many decimals"},
		{"TokenValue", strings.Repeat("9", 300), "is not an amount"},
	} {
		_, err := ReadExplorer("data/export.csv", someday, strings.NewReader(etherscanHeader+"\n"+etherscanRow(c.column, c.value)))
		contains(t, err, "data/export.csv:2: "+c.column+": ", c.want)
		var reject sources.Reject
		if !errors.As(err, &reject) || reject.Line != 2 || reject.Column != c.column {
			t.Errorf("%+v", reject)
		}
	}
	_, err := ReadExplorer("export.csv", someday, strings.NewReader(blockscoutHeader+"\n"+blockscoutRow("1234.5", "ok", "")))
	contains(t, err, `export.csv:2: TokensTransferred: "1234.5" is not an amount; allowed is a whole number of the token's smallest unit`)
	_, err = ReadExplorer("export.csv", someday, strings.NewReader(blockscoutHeader+"\n"+strings.ReplaceAll(blockscoutRow("7", "ok", ""), ",6,", ",18,")))
	contains(t, err, `export.csv:2: TokenDecimals: "18" is not the number of the token's decimals; allowed is 6`)
	_, err = ReadExplorer("export.csv", someday, strings.NewReader(etherscanHeader+"\n"+`"a","b"`+"\n"+`"a"b,c`))
	contains(t, err, "export.csv:2: 2 instead of 11 cells", "export.csv:3: the row can't be taken apart")
}

func TestAllBadCellsAreToldAtOnceUpToFifty(t *testing.T) {
	rows := []string{etherscanHeader}
	for range 30 { // 30 rows × 2 cells = 60, of which 50 are told
		rows = append(rows, strings.Replace(etherscanRow("TokenValue", "x"), payee, "y", 1))
	}
	_, err := ReadExplorer("export.csv", someday, strings.NewReader(strings.Join(rows, "\n")))
	contains(t, err, "export.csv:2: To: ", "export.csv:2: TokenValue: ", "export.csv:26: TokenValue: ", "export.csv: and 10 more")
	if lines := strings.Count(err.Error(), "\n") + 1; lines != 51 {
		t.Errorf("%d lines", lines)
	}
}

func TestAFileThatIsNoExportIsRefusedWhole(t *testing.T) {
	for _, c := range []struct {
		name, file string
		words      []string
	}{
		{"an empty file", "", []string{"the file is empty"}},
		{"a mark alone", "\ufeff", []string{"the file is empty"}},
		{"a token's page", `"Transaction Hash","Blockno","UnixTimestamp","DateTime (UTC)","From","To","Quantity","Method"`,
			[]string{"no column ContractAddress", "Quantity, Method", "needed are Transaction Hash, Blockno", "export the ERC-20 token transfers of the Safe's address"}},
		{"an export of ether", `"Transaction Hash","Blockno","UnixTimestamp","DateTime (UTC)","From","To","ContractAddress","Value_IN(ETH)","Value_OUT(ETH)"`, []string{"no column TokenValue"}},
		{"a web page", "<!DOCTYPE html>\n<html>", []string{"no column Transaction Hash, Blockno", "<!DOCTYPE html>"}},
		{"two amounts", etherscanHeader + `,"Quantity"`, []string{`"TokenValue" and "Quantity" could both be meant`}},
		{"two kinds of amount", etherscanHeader + `,"TokensTransferred"`, []string{`"TokenValue" and "TokensTransferred" could both be the amount`}},
		{"the same column twice", etherscanHeader + `,"To"`, []string{`"To" and "To" could both be meant`}},
		{"UTF-16", "T\x00x\x00", []string{"save the file as UTF-8"}},
		{"a header that is broken", `"Transaction "Hash`, []string{"the header can't be taken apart"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := ReadExplorer("export.csv", someday, strings.NewReader(c.file))
			contains(t, err, append(c.words, "export.csv:1: ")...)
		})
	}
	broken := errors.New("the disk is gone")
	_, err := ReadExplorer("export.csv", someday, iotest.ErrReader(broken))
	if !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
}

func TestAnExportWithoutRowsHoldsNoTransfers(t *testing.T) {
	got, err := ReadExplorer("export.csv", someday, strings.NewReader(etherscanHeader+"\n"))
	if err != nil || len(got) != 0 {
		t.Errorf("%v, %v", got, err)
	}
}

// An amount of units, written as an explorer writes it, is read as it was.
func TestAmountsAreReadToTheUnit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		units := rapid.Uint64().Draw(t, "units")
		whole, rest := units/1_000_000, units%1_000_000
		text := fmt.Sprint(whole)
		if rapid.Bool().Draw(t, "separators") {
			for i := len(text) - 3; i > 0; i -= 3 {
				text = text[:i] + "," + text[i:]
			}
		}
		if rest > 0 || rapid.Bool().Draw(t, "zeros") {
			text += fmt.Sprintf(".%06d", rest)
		}
		for _, file := range []string{
			etherscanHeader + "\n" + etherscanRow("TokenValue", text),
			blockscoutHeader + "\n" + blockscoutRow(fmt.Sprint(units), "ok", ""),
		} {
			got, err := ReadExplorer("export.csv", someday, strings.NewReader(file))
			if err != nil || len(got) != 1 || got[0].Units != fmt.Sprint(units) {
				t.Fatalf("%s units as %q: %+v, %v", fmt.Sprint(units), text, got, err)
			}
		}
	})
}

// FuzzReadExplorer holds that any bytes are either read into transfers of the
// promised shape or refused with the file's name.
func FuzzReadExplorer(f *testing.F) {
	for _, seed := range []string{
		"", "\ufeff", etherscanHeader, etherscanHeader + "\n" + etherscanRow("", ""), etherscanHeader + "\r\n" + etherscanRow("TokenValue", "x") + "\r\n",
		blockscoutHeader + "\n" + blockscoutRow("1234500000", "ok", ""), blockscoutHeader + "\n" + blockscoutRow("7", "error", "Out of gas"), `"`,
		etherscanHeader + strings.Repeat("\n"+etherscanRow("", "")+"\n"+etherscanRow("TokenValue", "7"), 2), etherscanHeader + "\n" + etherscanRow("UnixTimestamp", "253402300799"), etherscanHeader + "\n\"",
	} {
		f.Add([]byte(seed))
	}
	address, hash := regexp.MustCompile(`^0x[0-9a-f]{40}$`), regexp.MustCompile(`^0x[0-9a-f]{64}$`)
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := ReadExplorer("export.csv", someday, strings.NewReader(string(data)))
		if err != nil {
			for line := range strings.SplitSeq(err.Error(), "\n") {
				if !strings.HasPrefix(line, "export.csv:") || strings.ContainsAny(line, "\x00\x1b\r") {
					t.Errorf("an error that can't be shown: %q", line)
				}
			}
			return
		}
		for i, x := range got {
			n, ok := new(big.Int).SetString(x.Units, 10)
			if !ok || n.Sign() < 0 || n.String() != x.Units || !address.MatchString(x.Token) || !address.MatchString(x.From) || !address.MatchString(x.To) ||
				!hash.MatchString(x.TxHash) || x.Block < 0 || x.LogIndex != -1 || x.ChainID != 0 || x.Time.Nanosecond() != 0 || x.Time.Location() != time.UTC {
				t.Errorf("%+v", x)
			}
			if i > 0 && got[i-1].Block > x.Block {
				t.Errorf("block %d after %d", x.Block, got[i-1].Block)
			}
		}
	})
}
