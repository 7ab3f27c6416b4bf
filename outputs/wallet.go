package outputs

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/sha3"
)

// addressDigits is the number of hex digits of an address, after 0x.
const addressDigits = 40

// CheckWallet tells whether money can be sent to wallet on any of our chains.
// It returns the address in its checksummed form (EIP-55), or "" and the
// problem: the address is missing, malformed, mistyped, zero, or a token's own.
// An address all in lower or all in upper case carries no check and is taken.
func CheckWallet(wallet string) (checksummed, problem string) {
	if wallet == "" {
		return "", "wallet missing"
	}
	digits, ok := addressHex(wallet)
	if !ok {
		return "", fmt.Sprintf("wallet %q is not an address; write 0x and 40 hex digits", wallet)
	}
	checksummed = checksumAddress(digits)
	if isMixedCase(digits) && wallet != checksummed {
		return "", fmt.Sprintf("wallet %s has a wrong checksum, so a character of it is mistyped; ask the payee for it again", wallet)
	}
	if strings.Trim(digits, "0") == "" {
		return "", "wallet is the zero address; what is sent there is lost"
	}
	for _, c := range chains {
		if checksummed == c.Token {
			return "", fmt.Sprintf("wallet %s is the USDC contract on %s; what is sent there is lost", checksummed, c.Name)
		}
	}
	return checksummed, ""
}

// ParseBlocked reads a list of blocked wallets: an address a line in any case,
// empty lines, and comments from # to the end of the line. It returns them
// checksummed, in the file's order. The error joins what is wrong on each line;
// all begin with name and the line's number.
func ParseBlocked(name string, data []byte) ([]string, error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	var blocked []string
	var errs []error
	for i, line := range strings.Split(string(data), "\n") {
		line, _, _ = strings.Cut(line, "#")
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		digits, ok := addressHex(line)
		if !ok {
			errs = append(errs, fmt.Errorf("%s:%d: %q is not an address; write one a line, 0x and 40 hex digits", name, i+1, shortened(line)))
			continue
		}
		blocked = append(blocked, checksumAddress(digits))
	}
	if len(errs) > maxBlockedErrors { // a file of another kind would otherwise fill the screen
		errs = append(errs[:maxBlockedErrors], fmt.Errorf("%s: and %d more lines that are no address", name, len(errs)-maxBlockedErrors))
	}
	return blocked, errors.Join(errs...)
}

// maxBlockedErrors is how many wrong lines of a list of blocked wallets are told.
const maxBlockedErrors = 50

// shortened cuts a text that is far too long for an address.
func shortened(text string) string {
	const most = 60
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}

// addressHex returns the 40 hex digits of an address as they are written.
func addressHex(s string) (string, bool) {
	digits, ok := strings.CutPrefix(s, "0x")
	if !ok || len(digits) != addressDigits {
		return "", false
	}
	_, err := hex.DecodeString(digits)
	return digits, err == nil
}

func isMixedCase(digits string) bool {
	return strings.ContainsAny(digits, "abcdef") && strings.ContainsAny(digits, "ABCDEF")
}

// checksumAddress writes an address as EIP-55 does: a letter is upper case
// where the Keccak-256 of the lower-case digits has a nibble of 8 or more.
func checksumAddress(digits string) string {
	lower := []byte(strings.ToLower(digits))
	h := sha3.NewLegacyKeccak256()
	h.Write(lower)
	sum := hex.EncodeToString(h.Sum(nil))
	for i, c := range lower {
		if c >= 'a' && sum[i] >= '8' {
			lower[i] = c - 'a' + 'A'
		}
	}
	return "0x" + string(lower)
}
