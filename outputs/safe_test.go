package outputs

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

const (
	safeA  = "0x27b1fdb04752bbc536007a920d24acb045561c26" // EIP-55 leaves it in lower case
	tokenA = "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913"
)

func smallBatch() SafeBatch {
	return SafeBatch{
		ChainID: 8453, Safe: safeA, Token: tokenA, CreatedAt: time.UnixMilli(1_793_600_000_007).UTC(),
		Name: "2026-10 base 1 of 1", Description: "2 payments, <30.00 & é",
		Transfers: []SafeTransfer{{walletA, "17310000"}, {walletB, "11970000"}},
	}
}

func TestABatchIsWrittenAsTheTransactionBuilderReadsIt(t *testing.T) {
	got, err := BuildSafeBatch(smallBatch())
	if err != nil {
		t.Fatal(err)
	}
	_, checksum, err := ReadSafeBatch(got)
	if err != nil {
		t.Fatal(err)
	}
	want := `{
  "version": "1.0",
  "chainId": "8453",
  "createdAt": 1793600000007,
  "meta": {
    "name": "2026-10 base 1 of 1",
    "description": "2026-10 base 1 of 1: 2 payments, <30.00 & é",
    "txBuilderVersion": "1.18.3",
    "createdFromSafeAddress": "0x27b1fdb04752bbc536007a920d24acb045561c26",
    "createdFromOwnerAddress": "",
    "checksum": "` + checksum + `"
  },
  "transactions": [
` + transferText(walletA, "17310000") + `,
` + transferText(walletB, "11970000") + `
  ]
}
`
	if string(got) != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func transferText(to, units string) string {
	return `    {
      "to": "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913",
      "value": "0",
      "data": null,
      "contractMethod": {
        "inputs": [
          {
            "internalType": "address",
            "name": "to",
            "type": "address"
          },
          {
            "internalType": "uint256",
            "name": "value",
            "type": "uint256"
          }
        ],
        "name": "transfer",
        "payable": false
      },
      "contractInputsValues": {
        "to": "` + to + `",
        "value": "` + units + `"
      }
    }`
}

// What the Transaction Builder itself computes for this file.
const (
	vectorChecksum = "0xcdf85d4e39fba9824ff0fc2de218adb00748ccd5c09e6dc71a9ff6f285375f31"
	vectorFile     = `{"version":"1.0","chainId":"8453","createdAt":1763740800000,"meta":{"name":"PO batch 2026-11",` +
		`"description":"creators <&> é","txBuilderVersion":"1.18.3","createdFromSafeAddress":"0x5afe000000000000000000000000000000000001",` +
		`"createdFromOwnerAddress":""},"transactions":[{"to":"0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913","value":"0","data":null,` +
		`"contractMethod":{"inputs":[{"internalType":"address","name":"to","type":"address"},{"internalType":"uint256","name":"value","type":"uint256"}],` +
		`"name":"transfer","payable":false},"contractInputsValues":{"to":"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed","value":"125500000"}}]}`
)

func TestTheChecksumIsThatOfTheTransactionBuilder(t *testing.T) {
	withChecksum := strings.Replace(vectorFile, `"createdFromOwnerAddress":""`, `"createdFromOwnerAddress":"","checksum":"0x00"`, 1)
	var indented bytes.Buffer
	if err := json.Indent(&indented, []byte(vectorFile), "", "\t"); err != nil {
		t.Fatal(err)
	}
	for name, file := range map[string]string{
		"as it is":                     vectorFile,
		"with a checksum in it":        withChecksum,
		"with another name":            strings.Replace(vectorFile, "PO batch", "Other", 1),
		"without a name":               strings.Replace(vectorFile, `"name":"PO batch 2026-11",`, "", 1),
		"with fields in another order": strings.Replace(strings.Replace(vectorFile, `"version":"1.0",`, "", 1), `}}]}`, `}}],"version":"1.0"}`, 1),
		"with a letter as an escape":   strings.Replace(vectorFile, "é", `\u00e9`, 1),
		"indented":                     indented.String(),
	} {
		if got, err := SafeChecksum([]byte(file)); err != nil || got != vectorChecksum {
			t.Errorf("%s: got %s, %v", name, got, err)
		}
	}
	other := strings.Replace(vectorFile, "125500000", "125500001", 1)
	if got, err := SafeChecksum([]byte(other)); err != nil || got == vectorChecksum {
		t.Errorf("a unit more has the same checksum: %s, %v", got, err)
	}
}

func TestAFileThatTwoReadersCouldUnderstandInTwoWaysHasNoChecksum(t *testing.T) {
	for _, c := range []struct{ name, file, err string }{
		{"no JSON", `{"meta":{}`, "the file is not JSON: unexpected end of JSON input; get it anew"},
		{"two values", `{"meta":{}} 1`, "the file is not JSON: invalid character '1' after top-level value; get it anew"},
		{"no meta", `{"version":"1.0"}`, "there is no object meta in the file; it is none of the Transaction Builder"},
		{"a list", `[{"meta":{}}]`, "there is no object meta in the file; it is none of the Transaction Builder"},
		{"a meta that is a list", `{"meta":[]}`, "there is no object meta in the file; it is none of the Transaction Builder"},
		{"not UTF-8", "{\"meta\":{\"x\":\"\xff\"}}", "the file is not UTF-8; get it anew"},
		{"a name twice", `{"meta":{"a":1,"\u0061":1}}`, `"a" stands twice in one object; leave one of them out`},
		{"a fraction", `{"meta":{"a":1.5}}`, "1.5 is not a whole number of at most 2^53-1; write it as a string"},
		{"an exponent", `{"meta":{"a":1e3}}`, "1e3 is not a whole number of at most 2^53-1; write it as a string"},
		{"minus nothing", `{"meta":{"a":-0}}`, "-0 is not a whole number of at most 2^53-1; write it as a string"},
		{"a number that JavaScript rounds", `{"meta":{"a":9007199254740992}}`, "9007199254740992 is not a whole number of at most 2^53-1; write it as a string"},
		{"the first half of a character", `{"meta":{"a":"\ud83d"}}`, `the file holds half a character, a \u escape of one surrogate; get it anew`},
		{"the second half of a character", `{"meta":{"a":"\uDE00"}}`, `the file holds half a character, a \u escape of one surrogate; get it anew`},
	} {
		if got, err := SafeChecksum([]byte(c.file)); err == nil || err.Error() != c.err || got != "" {
			t.Errorf("%s: got %q, %v\nwant %s", c.name, got, err, c.err)
		}
	}
	for _, right := range []string{`{"meta":{"a":"\ud83d\ude00"}}`, `{"meta":{"a":"\\ud83d"}}`, `{"meta":{"a":-9007199254740991,"b":[true,null,{}]}}`} {
		if _, err := SafeChecksum([]byte(right)); err != nil {
			t.Errorf("%s: %v", right, err)
		}
	}
}

func TestABatchThatMustNotBeSignedIsNotWritten(t *testing.T) {
	hundred := make([]SafeTransfer, SafeBatchLimit)
	for i := range hundred {
		hundred[i] = SafeTransfer{walletA, "1"}
	}
	for _, c := range []struct {
		name   string
		change func(*SafeBatch)
		err    string
	}{
		{"of no transfer", func(b *SafeBatch) { b.Transfers = nil }, "the batch has no transfer; write no file for it"},
		{"of 101 transfers", func(b *SafeBatch) { b.Transfers = append(hundred, hundred[0]) },
			"the batch has 101 transfers, and a Safe executes 100 at once; split it"},
		{"on no chain", func(b *SafeBatch) { b.ChainID = 0 }, "chain id is 0; it is a positive number, such as 8453"},
		{"from a safe not checksummed", func(b *SafeBatch) { b.Safe = strings.ToLower(walletC) },
			`safe "0xdbf03b407c01e7cd3cbea99509d93f8dddc8c6fb" is not a checksummed address; write it as EIP-55 does`},
		{"from no safe", func(b *SafeBatch) { b.Safe = "" }, `safe "" is not a checksummed address; write it as EIP-55 does`},
		{"of the zero token", func(b *SafeBatch) { b.Token = "0x" + strings.Repeat("0", 40) },
			`token "0x0000000000000000000000000000000000000000" is not a checksummed address; write it as EIP-55 does`},
		{"from the token", func(b *SafeBatch) { b.Safe = tokenA }, tokenA + " is both the safe and the token; correct the one that is wrong"},
		{"without a name", func(b *SafeBatch) { b.Name = "" }, "the batch has no name; give it one, for signers see it first"},
		{"with a name that ends early", func(b *SafeBatch) { b.Name = "a: b" },
			`the name "a: b" holds a colon and a space; leave them out, for they end the name in the description`},
		{"with a line break in its name", func(b *SafeBatch) { b.Name = "a\nb" }, `the name "a\nb" holds the control character U+000A; take it out`},
		{"with a line separator", func(b *SafeBatch) { b.Description = "a\u2028b" }, `the description "a\u2028b" holds the control character U+2028; take it out`},
		{"with a paragraph separator", func(b *SafeBatch) { b.Description = "\u2029" }, `the description "\u2029" holds the control character U+2029; take it out`},
		{"not in UTF-8", func(b *SafeBatch) { b.Description = "\xe9" }, `the description "\xe9" is not UTF-8; write it anew`},
		{"of no time", func(b *SafeBatch) { b.CreatedAt = time.Time{} }, "created at 0001-01-01T00:00:00Z; write an instant after 1970, in whole milliseconds"},
		{"of a split millisecond", func(b *SafeBatch) { b.CreatedAt = time.Unix(7, 1).UTC() },
			"created at 1970-01-01T00:00:07.000000001Z; write an instant after 1970, in whole milliseconds"},
		{"to no wallet", func(b *SafeBatch) { b.Transfers[1].To = "" }, "transaction 2: wallet missing"},
		{"to a wallet not checksummed", func(b *SafeBatch) { b.Transfers[1].To = strings.ToLower(walletB) },
			"transaction 2: wallet 0xfb6916095ca1df60bb79ce92ce3ea74c37c5d359 is not in its checksummed form " + walletB},
		{"to the token", func(b *SafeBatch) { b.Transfers[0].To = tokenA },
			"transaction 1: wallet 0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913 is the USDC contract on base; what is sent there is lost"},
		{"to a token of a test chain", func(b *SafeBatch) { b.Token, b.Transfers[1].To = walletC, walletC },
			"transaction 2: wallet " + walletC + " is the token's contract; what is sent there is lost"},
		{"to the safe", func(b *SafeBatch) { b.Transfers[0].To = safeA }, "transaction 1: wallet " + safeA + " is the Safe that pays; correct the payee's wallet"},
		{"of nothing", func(b *SafeBatch) { b.Transfers[0].Units = "0" }, unitsError("0")},
		{"of less than nothing", func(b *SafeBatch) { b.Transfers[0].Units = "-7" }, unitsError("-7")},
		{"of dollars", func(b *SafeBatch) { b.Transfers[0].Units = "17.31" }, unitsError("17.31")},
		{"of an octal number", func(b *SafeBatch) { b.Transfers[0].Units = "017" }, unitsError("017")},
		{"of 2^256", func(b *SafeBatch) {
			b.Transfers[0].Units = "115792089237316195423570985008687907853269984665640564039457584007913129639936"
		}, unitsError("115792089237316195423570985008687907853269984665640564039457…")},
	} {
		b := smallBatch()
		c.change(&b)
		if got, err := BuildSafeBatch(b); err == nil || err.Error() != c.err || got != nil {
			t.Errorf("a batch %s: got %v\nwant %s", c.name, err, c.err)
		}
	}
	b := smallBatch()
	b.Transfers = hundred
	b.Transfers[99].Units = "115792089237316195423570985008687907853269984665640564039457584007913129639935" // 2^256 - 1
	if _, err := BuildSafeBatch(b); err != nil {
		t.Errorf("a batch of 100: %v", err)
	}
}

func unitsError(units string) string {
	return fmt.Sprintf("transaction 1: %q is not a sum in units; write a whole number above zero without a leading zero, below 2^256", units)
}

// forged changes a batch's file and gives it the checksum that it then has, as
// somebody would who knows how.
func forged(t *testing.T, old, replacement string, nth int) []byte {
	t.Helper()
	file, err := BuildSafeBatch(smallBatch())
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(string(file), old)
	if len(parts) <= nth {
		t.Fatalf("there are not %d of %s", nth, old)
	}
	text := strings.Join(parts[:nth], old) + replacement + strings.Join(parts[nth:], old)
	_, before, _ := ReadSafeBatch(file)
	after, err := SafeChecksum([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return []byte(strings.Replace(text, before, after, 1))
}

func TestAForgedBatchIsRefusedThoughItsChecksumIsRight(t *testing.T) {
	for _, c := range []struct {
		name, old, replacement string
		nth                    int
		err                    string
	}{
		{"another version", `"1.0"`, `"1.1"`, 1, `version is "1.1" and must be "1.0"; take the file as it was exported`},
		{"another chain id", `"8453"`, `"08453"`, 1, `chainId "08453" is not a chain's id, such as "8453"; take the file as it was exported`},
		{"an owner", `"createdFromOwnerAddress": ""`, `"createdFromOwnerAddress": "x"`, 1, `meta.createdFromOwnerAddress is "x" and must be empty; take the file as it was exported`},
		{"another name", `"2026-10 base 1 of 1"`, `"2026-10 base"`, 1,
			`meta.description is "2026-10 base 1 of 1: 2 payments, <30.00 & é" and must begin with the name "2026-10 base"; take the file as it was exported`},
		{"another token in the second", `"to": "` + tokenA + `"`, `"to": "` + walletC + `"`, 2,
			`transaction 2: to is "` + walletC + `", and that of the transactions before it ` + tokenA + `; a batch moves one token; take the file as it was exported`},
		{"the chain's own coin", `"value": "0"`, `"value": "3"`, 2, `transaction 2: value is "3" and must be "0": it would send the chain's own coin; take the file as it was exported`},
		{"raw data", `"data": null`, `"data": "0xa9059cbb"`, 1,
			`transaction 1: data is "0xa9059cbb" and must be null: it would be sent in place of the method that is shown; take the file as it was exported`},
		{"another method", `"name": "transfer"`, `"name": "approve"`, 2, `transaction 2: contractMethod is not transfer(address to, uint256 value), not payable; take the file as it was exported`},
		{"a payable method", `"payable": false`, `"payable": true`, 1, `transaction 1: contractMethod is not transfer(address to, uint256 value), not payable; take the file as it was exported`},
		{"another input", `"type": "uint256"`, `"type": "uint128"`, 1, `transaction 1: contractMethod is not transfer(address to, uint256 value), not payable; take the file as it was exported`},
		{"a wallet in lower case", walletB, strings.ToLower(walletB), 1, "transaction 2: wallet " + strings.ToLower(walletB) + " is not in its checksummed form " + walletB},
		{"a sum of nothing", `"17310000"`, `"0"`, 1, unitsError("0")},
		{"a field more", `"value": "0",`, `"value": "0", "nonce": "1",`, 1, `this is no batch that fleetpay wrote: json: unknown field "nonce"; take the file as it was exported`},
		{"a field less", `"data": null,`, ``, 1, "the file's fields are not those that fleetpay writes; take the file as it was exported"},
		{"a field in another case", `"payable"`, `"Payable"`, 1, "the file's fields are not those that fleetpay writes; take the file as it was exported"},
		{"null for a text", `"createdFromOwnerAddress": ""`, `"createdFromOwnerAddress": null`, 1, "the file's fields are not those that fleetpay writes; take the file as it was exported"},
	} {
		b, checksum, err := ReadSafeBatch(forged(t, c.old, c.replacement, c.nth))
		if err == nil || err.Error() != c.err || checksum != "" || len(b.Transfers) > 0 {
			t.Errorf("%s: got %v\nwant %s", c.name, err, c.err)
		}
	}
	if _, _, err := ReadSafeBatch([]byte(vectorFile)); err == nil {
		t.Error("a batch without a checksum is read")
	}
}

func drawnBatch(t *rapid.T) SafeBatch {
	address := func(name string) string {
		digits := rapid.StringMatching(`[1-9a-f][0-9a-f]{39}`).Draw(t, name)
		return ChecksumAddress("0x" + digits)
	}
	text := rapid.StringOf(rapid.RuneFrom([]rune(`ab0:  <>&"\/'é😀` + "\ufffd\u00a0")))
	b := SafeBatch{
		ChainID: rapid.Int64Min(1).Draw(t, "chain"), Safe: address("safe"), Token: address("token"),
		CreatedAt: time.UnixMilli(rapid.Int64Range(1, 4e12).Draw(t, "ms")).UTC(),
		Name:      "n" + text.Filter(func(s string) bool { return !strings.Contains(s, nameEnd) }).Draw(t, "name"), Description: text.Draw(t, "description"),
	}
	for range rapid.IntRange(1, 5).Draw(t, "transfers") {
		b.Transfers = append(b.Transfers, SafeTransfer{address("to"), rapid.StringMatching(`[1-9][0-9]{0,30}`).Draw(t, "units")})
	}
	return b
}

func TestABatchReadsBackAsItWasWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := drawnBatch(t)
		file, err := BuildSafeBatch(b)
		if err != nil {
			t.Fatal(err)
		}
		got, checksum, err := ReadSafeBatch(file)
		if err != nil {
			t.Fatal(err)
		}
		if want, err := SafeChecksum(file); err != nil || checksum != want {
			t.Fatalf("checksum %s, want %s, %v", checksum, want, err)
		}
		if fmt.Sprintf("%#v", got) != fmt.Sprintf("%#v", b) {
			t.Fatalf("got  %#v\nwant %#v", got, b)
		}
	})
}

// Every way to change one byte, put one in or take one out is refused, or means
// the same, as white space does.
func TestABatchChangedByOneCharacterIsRefused(t *testing.T) {
	same := func(t interface{ Fatalf(string, ...any) }, file []byte, want string) {
		if b, checksum, err := ReadSafeBatch(file); err == nil && fmt.Sprintf("%#v %s", b, checksum) != want {
			t.Fatalf("read as %#v:\n%s", b, file)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		file, err := BuildSafeBatch(drawnBatch(t))
		if err != nil {
			t.Fatal(err)
		}
		b, checksum, err := ReadSafeBatch(file)
		if err != nil {
			t.Fatal(err)
		}
		want := fmt.Sprintf("%#v %s", b, checksum)
		at := rapid.IntRange(0, len(file)-1).Draw(t, "at")
		other := rapid.Byte().Draw(t, "byte")
		changed := bytes.Clone(file)
		changed[at] = other
		same(t, changed, want)
		same(t, append(append(bytes.Clone(file[:at]), other), file[at:]...), want)
		same(t, append(bytes.Clone(file[:at]), file[at+1:]...), want)
	})
	// And each byte of one file, in one bit.
	file, err := BuildSafeBatch(smallBatch())
	if err != nil {
		t.Fatal(err)
	}
	b, checksum, err := ReadSafeBatch(file)
	if err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf("%#v %s", b, checksum)
	chance := rand.New(rand.NewSource(17))
	refused := 0
	for at := range file {
		changed := bytes.Clone(file)
		changed[at] ^= 1 << chance.Intn(7)
		same(t, changed, want)
		if _, _, err := ReadSafeBatch(changed); err != nil {
			refused++
		}
	}
	if refused < len(file)/2 {
		t.Errorf("%d of %d changes were refused", refused, len(file))
	}
}
