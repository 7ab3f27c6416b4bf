package anvil

import (
	"encoding/hex"
	"fmt"
	"math/big"
	"strings"

	"golang.org/x/crypto/sha3"
)

func keccak(data []byte) []byte {
	h := sha3.NewLegacyKeccak256()
	h.Write(data)
	return h.Sum(nil)
}

// selector is what a call begins with: four bytes that name the method.
func selector(signature string) []byte { return keccak([]byte(signature))[:4] }

// address is an argument of that type, hex in any case.
type address string

// call encodes a call of a method such as transfer(address,uint256). An
// argument is an address, an int64, a *big.Int, 32 bytes as [32]byte, dynamic
// bytes as []byte, or []address.
func call(signature string, args ...any) []byte {
	var head, tail []byte
	dynamic := func(data []byte) {
		head = append(head, word(big.NewInt(int64(32*len(args)+len(tail))))...)
		tail = append(tail, data...)
	}
	for _, arg := range args {
		switch v := arg.(type) {
		case address:
			head = append(head, addressWord(v)...)
		case int64:
			head = append(head, word(big.NewInt(v))...)
		case *big.Int:
			head = append(head, word(v)...)
		case [32]byte:
			head = append(head, v[:]...)
		case []byte:
			padded := append(word(big.NewInt(int64(len(v)))), v...)
			dynamic(append(padded, make([]byte, (32-len(v)%32)%32)...))
		case []address:
			list := word(big.NewInt(int64(len(v))))
			for _, a := range v {
				list = append(list, addressWord(a)...)
			}
			dynamic(list)
		default:
			panic(fmt.Sprintf("anvil: no encoding for %T", arg))
		}
	}
	return append(append(selector(signature), head...), tail...)
}

// word is a number as 32 bytes. It panics for one that does not fit.
func word(v *big.Int) []byte {
	if v.Sign() < 0 {
		panic("anvil: a negative number")
	}
	return v.FillBytes(make([]byte, 32))
}

func addressWord(a address) []byte {
	b, err := addressBytes(string(a))
	if err != nil {
		panic("anvil: " + err.Error())
	}
	return append(make([]byte, 12), b...)
}

// addressBytes reads an address, which must have 20 bytes.
func addressBytes(a string) ([]byte, error) {
	digits, ok := strings.CutPrefix(a, "0x")
	b, err := hex.DecodeString(digits)
	if !ok || err != nil || len(b) != 20 {
		return nil, fmt.Errorf("%q is no address; write 0x and 40 hex digits", a)
	}
	return b, nil
}

// addressOf is the address in the last 20 bytes of a word, or of a topic.
func addressOf(b []byte) string { return hexOf(b[len(b)-20:]) }
