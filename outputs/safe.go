package outputs

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// SafeBatchLimit is how many transfers a batch holds at most. Batches of 100 are
// known to execute, and batches of 200 to fail.
const SafeBatchLimit = 100

// What every batch of ours says, in the form of Safe's Transaction Builder.
const (
	safeFormat         = "1.0"
	safeBuilderVersion = "1.18.3" // of the Transaction Builder whose form this is
	transferMethod     = "transfer"
)

// SafeBatch is what one file for Safe's Transaction Builder asks for: transfers
// of a token that its owners sign together, and that are executed all or none.
type SafeBatch struct {
	ChainID   int64     // EIP-155
	Safe      string    // the multisig that pays, checksummed
	Token     string    // the contract, checksummed
	CreatedAt time.Time // whole milliseconds
	// Name is the batch's title. Safe leaves it out of the checksum, so the file's
	// description says it once more: the name, a colon, a space, Description. It
	// holds no colon and space itself.
	Name        string
	Description string // for the signers; may be empty
	Transfers   []SafeTransfer
}

// SafeTransfer is one transfer of a batch.
type SafeTransfer struct {
	To    string // checksummed
	Units string // of the token, in its smallest unit: decimal digits, more than nothing
}

// The file, in the order in which the Transaction Builder writes it.
type (
	safeFile struct {
		Version      string            `json:"version"`
		ChainID      string            `json:"chainId"`
		CreatedAt    int64             `json:"createdAt"` // milliseconds since 1970
		Meta         safeMeta          `json:"meta"`
		Transactions []safeTransaction `json:"transactions"`
	}
	safeMeta struct {
		Name        string `json:"name"`
		Description string `json:"description"`
		Builder     string `json:"txBuilderVersion"`
		Safe        string `json:"createdFromSafeAddress"`
		Owner       string `json:"createdFromOwnerAddress"` // nobody's: the program made it
		Checksum    string `json:"checksum,omitempty"`
	}
	safeTransaction struct {
		To     string     `json:"to"`    // the token
		Value  string     `json:"value"` // of the chain's own coin: none
		Data   *string    `json:"data"`  // null, so that signers see the method and not hex
		Method safeMethod `json:"contractMethod"`
		Values safeValues `json:"contractInputsValues"`
	}
	safeMethod struct {
		Inputs  []safeInput `json:"inputs"`
		Name    string      `json:"name"`
		Payable bool        `json:"payable"`
	}
	safeInput struct {
		InternalType string `json:"internalType"`
		Name         string `json:"name"`
		Type         string `json:"type"`
	}
	safeValues struct {
		To    string `json:"to"`
		Value string `json:"value"`
	}
)

// transferInputs are those of transfer(address,uint256).
func transferInputs() []safeInput {
	return []safeInput{{"address", "to", "address"}, {"uint256", "value", "uint256"}}
}

// BuildSafeBatch writes a batch as a file for Safe's Transaction Builder: JSON
// with its checksum in it. It refuses a batch that must not be signed: of no
// transfer or of more than SafeBatchLimit, with an address that is not
// checksummed or loses money, or a sum that is no positive number of units.
// Errors name the transaction, counted from 1.
func BuildSafeBatch(b SafeBatch) ([]byte, error) {
	return buildSafeBatch(b, safeBuilderVersion)
}

func buildSafeBatch(b SafeBatch, builder string) ([]byte, error) {
	if err := b.check(); err != nil {
		return nil, err
	}
	f := safeFile{
		Version: safeFormat, ChainID: strconv.FormatInt(b.ChainID, 10), CreatedAt: b.CreatedAt.UnixMilli(),
		Meta: safeMeta{Name: b.Name, Description: b.described(), Builder: builder, Safe: b.Safe},
	}
	for _, t := range b.Transfers {
		f.Transactions = append(f.Transactions, safeTransaction{
			To: b.Token, Value: "0",
			Method: safeMethod{Inputs: transferInputs(), Name: transferMethod},
			Values: safeValues{t.To, t.Units},
		})
	}
	bare, err := f.encode()
	if err != nil {
		return nil, err
	}
	if f.Meta.Checksum, err = SafeChecksum(bare); err != nil {
		return nil, err
	}
	return f.encode()
}

// encode writes the file as text of two-space indent, ended by LF.
func (f *safeFile) encode() ([]byte, error) {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(f)
	return out.Bytes(), err
}

// described is the description as the file says it, with the name before it.
func (b *SafeBatch) described() string {
	if b.Description == "" {
		return b.Name
	}
	return b.Name + nameEnd + b.Description
}

// nameEnd stands between the name and the rest of the file's description.
const nameEnd = ": "

// check refuses what BuildSafeBatch says.
func (b *SafeBatch) check() error {
	switch ms := b.CreatedAt.UnixMilli(); {
	case b.ChainID <= 0:
		return fmt.Errorf("chain id is %d; it is a positive number, such as 8453", b.ChainID)
	case ms <= 0 || ms > maxSafeInteger || !time.UnixMilli(ms).Equal(b.CreatedAt):
		return fmt.Errorf("created at %s; write an instant after 1970, in whole milliseconds", b.CreatedAt.UTC().Format(time.RFC3339Nano))
	case b.Name == "":
		return fmt.Errorf("the batch has no name; give it one, for signers see it first")
	case strings.Contains(b.Name, nameEnd):
		return fmt.Errorf("the name %q holds a colon and a space; leave them out, for they end the name in the description", b.Name)
	case len(b.Transfers) == 0:
		return fmt.Errorf("the batch has no transfer; write no file for it")
	case len(b.Transfers) > SafeBatchLimit:
		return fmt.Errorf("the batch has %d transfers, and a Safe executes %d at once; split it", len(b.Transfers), SafeBatchLimit)
	}
	for _, text := range []struct{ what, is string }{{"name", b.Name}, {"description", b.Description}} {
		if err := checkSafeText(text.what, text.is); err != nil {
			return err
		}
	}
	for _, address := range []struct{ what, is string }{{"safe", b.Safe}, {"token", b.Token}} {
		if ChecksumAddress(address.is) != address.is || address.is == "" || isZero(address.is) {
			return fmt.Errorf("%s %q is not a checksummed address; write it as EIP-55 does", address.what, shortened(address.is))
		}
	}
	if b.Safe == b.Token {
		return fmt.Errorf("%s is both the safe and the token; correct the one that is wrong", b.Safe)
	}
	for i, t := range b.Transfers {
		if err := b.checkTransfer(t); err != nil {
			return fmt.Errorf("transaction %d: %w", i+1, err)
		}
	}
	return nil
}

func (b *SafeBatch) checkTransfer(t SafeTransfer) error {
	checksummed, problem := CheckWallet(t.To)
	switch {
	case problem != "":
		return fmt.Errorf("%s", problem)
	case t.To != checksummed:
		return fmt.Errorf("wallet %s is not in its checksummed form %s", t.To, checksummed)
	case t.To == b.Token:
		return fmt.Errorf("wallet %s is the token's contract; what is sent there is lost", t.To)
	case t.To == b.Safe:
		return fmt.Errorf("wallet %s is the Safe that pays; correct the payee's wallet", t.To)
	case !isUnits(t.Units):
		return fmt.Errorf("%q is not a sum in units; write a whole number above zero without a leading zero, below 2^256", shortened(t.Units))
	}
	return nil
}

// checkSafeText refuses what JavaScript and Go write differently in JSON, and
// what a signer can't see.
func checkSafeText(what, text string) error {
	if !utf8.ValidString(text) {
		return fmt.Errorf("the %s %q is not UTF-8; write it anew", what, text)
	}
	for _, r := range text {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return fmt.Errorf("the %s %q holds the control character %U; take it out", what, text, r)
		}
	}
	return nil
}

// isUnits tells whether text is a uint256 above zero, as the chain counts.
func isUnits(text string) bool {
	const mostDigits, mostBits = 78, 256
	if text == "" || text[0] == '0' || len(text) > mostDigits || strings.Trim(text, "0123456789") != "" {
		return false
	}
	n, ok := new(big.Int).SetString(text, 10)
	return ok && n.BitLen() <= mostBits
}

// isZero tells whether an address is the zero address.
func isZero(address string) bool { return strings.Trim(address[2:], "0") == "" }
