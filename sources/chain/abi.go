package chain

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"fleetpay/sources/fetch"
)

// The functions, errors and events we know, by the first four bytes, or all 32,
// of the Keccak-256 of their signature.
const (
	selBalanceOf     = "70a08231" // balanceOf(address)
	selDecimals      = "313ce567" // decimals()
	selSymbol        = "95d89b41" // symbol()
	selPaused        = "5c975abb" // paused()
	selIsBlacklisted = "fe575a87" // isBlacklisted(address)
	selTransfer      = "a9059cbb" // transfer(address,uint256)
	selGetThreshold  = "e75235b8" // getThreshold()
	selGetOwners     = "a0e67e2b" // getOwners()
	selError         = "08c379a0" // Error(string)
	selPanic         = "4e487b71" // Panic(uint256)

	topicTransfer = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef" // Transfer(address,address,uint256)
)

// word is the size of everything in the ABI.
const word = 32

// checkAddress returns an address in lower case.
func checkAddress(address string) (string, error) {
	lower := strings.ToLower(address)
	if raw, err := parseHex(lower); err != nil || len(raw) != 20 {
		return "", fmt.Errorf("%q is not an address; write 0x and 40 hex digits", fetch.Printable(address))
	}
	return lower, nil
}

// encodeAddress writes an address already checked as a word: 64 hex digits.
func encodeAddress(lower string) string { return strings.Repeat("0", 24) + lower[2:] }

// encodeUint writes a decimal number as a word.
func encodeUint(units string) (string, error) {
	n, ok := new(big.Int).SetString(units, 10)
	if !ok || n.Sign() < 0 || n.BitLen() > 8*word || n.String() != units {
		return "", fmt.Errorf("%q is not a number of units; write decimal digits", fetch.Printable(units))
	}
	return fmt.Sprintf("%064x", n), nil
}

// parseHex reads 0x and an even number of hex digits, which may be none.
func parseHex(text string) ([]byte, error) {
	digits, ok := strings.CutPrefix(text, "0x")
	if !ok {
		return nil, fmt.Errorf("%q does not begin with 0x", fetch.Printable(text))
	}
	raw, err := hex.DecodeString(digits)
	if err != nil {
		return nil, fmt.Errorf("%q is not an even number of hex digits", fetch.Printable(text))
	}
	return raw, nil
}

// parseHash reads 32 bytes and returns them as text in lower case.
func parseHash(text string) (string, error) {
	raw, err := parseHex(text)
	if err != nil {
		return "", err
	}
	if len(raw) != word {
		return "", fmt.Errorf("%q has %d bytes instead of %d", fetch.Printable(text), len(raw), word)
	}
	return strings.ToLower(text), nil
}

// hexNumber reads a JSON-RPC quantity, such as 0x2105.
func hexNumber(text string) (int64, error) {
	digits, ok := strings.CutPrefix(text, "0x")
	if !ok {
		return 0, fmt.Errorf("%q is not a number as 0x2105", fetch.Printable(text))
	}
	n, err := strconv.ParseUint(digits, 16, 63)
	if err != nil {
		return 0, fmt.Errorf("%q is not a number as 0x2105", fetch.Printable(text))
	}
	return int64(n), nil
}

// quantity writes a number as JSON-RPC does.
func quantity(n int64) string { return fmt.Sprintf("0x%x", n) }

func parseQuantity(raw json.RawMessage) (int64, error) {
	var text string
	if err := json.Unmarshal(raw, &text); err != nil {
		return 0, fmt.Errorf("%s is not a number as \"0x2105\"", fetch.Printable(string(raw)))
	}
	return hexNumber(text)
}

func parseData(raw json.RawMessage) ([]byte, error) {
	var text string
	if err := json.Unmarshal(raw, &text); err != nil {
		return nil, fmt.Errorf("%s is not bytes as \"0x00ff\"", fetch.Printable(string(raw)))
	}
	return parseHex(text)
}

// wordAt returns the i-th word of data.
func wordAt(data []byte, i int) ([]byte, error) {
	if i < 0 || len(data)/word <= i {
		return nil, fmt.Errorf("%d bytes end before word %d", len(data), i)
	}
	return data[i*word : (i+1)*word], nil
}

// decodeUint reads data of one word.
func decodeUint(data []byte) (*big.Int, error) {
	if len(data) != word {
		return nil, fmt.Errorf("%d bytes instead of %d", len(data), word)
	}
	return new(big.Int).SetBytes(data), nil
}

// decodeSmall reads a number that must be small, a length or a count.
func decodeSmall(data []byte) (int, error) {
	n, err := decodeUint(data)
	if err != nil {
		return 0, err
	}
	if n.BitLen() > 31 {
		return 0, fmt.Errorf("%s is far too large", n)
	}
	return int(n.Int64()), nil
}

func decodeBool(data []byte) (bool, error) {
	n, err := decodeSmall(data)
	if err != nil {
		return false, err
	}
	if n > 1 {
		return false, fmt.Errorf("%d is neither true nor false", n)
	}
	return n == 1, nil
}

// decodeAddress reads a word whose first 12 bytes are zero.
func decodeAddress(data []byte) (string, error) {
	if len(data) != word || len(bytes.Trim(data[:12], "\x00")) != 0 {
		return "", fmt.Errorf("0x%x is not an address", data)
	}
	return "0x" + hex.EncodeToString(data[12:]), nil
}

// tail returns what a dynamic value that stands alone holds: its length, as it
// counts it, and the bytes after that.
func tail(data []byte) (int, []byte, error) {
	first, err := wordAt(data, 0)
	if err != nil {
		return 0, nil, err
	}
	offset, err := decodeSmall(first)
	if err != nil {
		return 0, nil, err
	}
	if offset%word != 0 {
		return 0, nil, fmt.Errorf("offset %d is within a word", offset)
	}
	size, err := wordAt(data, offset/word)
	if err != nil {
		return 0, nil, err
	}
	n, err := decodeSmall(size)
	return n, data[offset+word:], err
}

// decodeString reads a string, or a bytes32 as older tokens return it.
func decodeString(data []byte) (string, error) {
	if len(data) == word {
		return string(bytes.TrimRight(data, "\x00")), nil
	}
	n, rest, err := tail(data)
	if err != nil {
		return "", err
	}
	if n > len(rest) {
		return "", fmt.Errorf("a string of %d bytes in %d", n, len(rest))
	}
	return string(rest[:n]), nil
}

func decodeAddresses(data []byte) ([]string, error) {
	n, rest, err := tail(data)
	if err != nil {
		return nil, err
	}
	if n > len(rest)/word {
		return nil, fmt.Errorf("%d addresses in %d bytes", n, len(rest))
	}
	list := make([]string, n)
	for i := range list {
		if list[i], err = decodeAddress(rest[i*word : (i+1)*word]); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// panics says what the numbers of Solidity's Panic mean.
var panics = map[int64]string{
	0x01: "an assertion failed", 0x11: "arithmetic overflow", 0x12: "division by zero", 0x21: "a value that is none of its enum",
	0x22: "storage wrongly encoded", 0x31: "pop of an empty array", 0x32: "index out of bounds", 0x41: "too much memory", 0x51: "a call of no function",
}

// revertReason reads what a contract returned with a revert.
func revertReason(data []byte) (string, error) {
	if len(data) < 4 {
		return "", errors.New("no reason given")
	}
	switch hex.EncodeToString(data[:4]) {
	case selError:
		text, err := decodeString(data[4:])
		if err == nil {
			return fetch.Printable(text), nil
		}
	case selPanic:
		n, err := decodeUint(data[4:])
		if err == nil && n.IsInt64() {
			if meaning, known := panics[n.Int64()]; known {
				return fmt.Sprintf("panic 0x%02x: %s", n, meaning), nil
			}
		}
		if err == nil {
			return fmt.Sprintf("panic 0x%02x", n), nil
		}
	}
	return fmt.Sprintf("custom error 0x%x", data[:4]), nil
}
