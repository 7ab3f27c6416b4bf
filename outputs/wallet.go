package outputs

import (
	"encoding/hex"
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
	checksummed = ChecksumAddress(wallet)
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

// ChecksumAddress writes an address, given in any case, as EIP-55 does: a letter
// is upper case where the Keccak-256 of the lower-case digits has a nibble of 8
// or more. What is not 0x and 40 hex digits gives "", which is no address.
func ChecksumAddress(address string) string {
	digits, ok := addressHex(address)
	if !ok {
		return ""
	}
	lower := []byte(strings.ToLower(digits))
	sum := keccak256(lower)
	for i, c := range lower {
		if c >= 'a' && sum[i] >= '8' {
			lower[i] = c - 'a' + 'A'
		}
	}
	return "0x" + string(lower)
}

// keccak256 is the hash of Ethereum, which SHA3-256 is not, in hex.
func keccak256(data []byte) string {
	h := sha3.NewLegacyKeccak256()
	h.Write(data)
	return hex.EncodeToString(h.Sum(nil))
}
