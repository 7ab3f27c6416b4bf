package outputs

import (
	"bytes"
	"errors"
	"fmt"
)

// BlockedWallet is an address that a list of blocked wallets names.
type BlockedWallet struct {
	Address string // checksummed
	File    string // the list
	Line    int    // from 1
	// Tag is the kind of currency that an OFAC-style list gives right before the
	// address, such as ETH; "" when there is none.
	Tag string
}

// ParseBlocked reads a list of blocked wallets as ParseBlockedList does, and
// returns the addresses alone.
func ParseBlocked(name string, data []byte) ([]string, error) {
	list, err := ParseBlockedList(name, data)
	var blocked []string
	for _, w := range list {
		blocked = append(blocked, w.Address)
	}
	return blocked, err
}

// ParseBlockedList reads a list of blocked wallets, in the file's order and with
// its repeats. The list is one of two:
//
//   - plain: an address a line in any case, empty lines, and comments from # to
//     the end of the line;
//   - OFAC-style, when it speaks of a Digital Currency Address outside such a
//     comment: the lists that OFAC publishes as CSV, XML or text, or parts of
//     them. Every 0x address in it is taken, whatever its tag, even behind a #.
//
// A list whose form says that its end is missing is refused: one that begins as
// XML or JSON and does not close what it opens, or an OFAC-style one with a quote
// that is not closed.
//
// The error joins what is wrong on each line; all begin with name and the line's
// number.
func ParseBlockedList(name string, data []byte) ([]BlockedWallet, error) {
	if bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff")) {
		return nil, fmt.Errorf("%s:1: the list is in UTF-16; save it as UTF-8", name)
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	ofac := isOFACStyle(data)
	read := parsePlain
	if ofac {
		read = parseOFAC
	}
	err := checkWhole(name, data, ofac)
	var list []BlockedWallet
	if err == nil {
		list, err = read(name, data)
	}
	if at := bytes.IndexByte(data, 0); at >= 0 && err != nil {
		return nil, fmt.Errorf("%s:%d: the list holds a zero byte, so it is in UTF-16 or no text; save it as UTF-8", name, 1+bytes.Count(data[:at], []byte("\n")))
	}
	return list, err
}

func parsePlain(name string, data []byte) ([]BlockedWallet, error) {
	var list []BlockedWallet
	var errs blockedErrors
	for i, rest := 0, data; len(rest) > 0; i++ {
		var line []byte
		line, rest, _ = bytes.Cut(rest, []byte("\n"))
		line, _, _ = bytes.Cut(line, []byte("#"))
		line = bytes.TrimSpace(line)
		if len(line) == 0 {
			continue
		}
		if !isAddress(line) {
			errs.add(name, i+1, "%q is not an address; write one a line, 0x and 40 hex digits", shortened(string(line)))
			continue
		}
		list = append(list, blockedWallet(name, i+1, line, ""))
	}
	return list, errs.join(name, "more lines that are no address")
}

func blockedWallet(name string, line int, address []byte, tag string) BlockedWallet {
	return BlockedWallet{ChecksumAddress("0x" + string(address[len("0x"):])), name, line, tag}
}

// isAddress tells whether a word is 0x and 40 hex digits, all in any case.
func isAddress(word []byte) bool {
	return is0x(word) && len(word) == len("0x")+addressDigits && isHex(word[len("0x"):])
}

// is0x tells whether a word begins as an address does.
func is0x(word []byte) bool {
	return len(word) >= len("0x") && word[0] == '0' && word[1]|0x20 == 'x'
}

func isHex(digits []byte) bool {
	for _, c := range digits {
		if (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'f') {
			return false
		}
	}
	return true
}

// blockedErrors keeps what is wrong with a list. A file of another kind would
// otherwise fill the screen.
type blockedErrors struct {
	told []error
	more int // that are not told
}

// maxBlockedErrors is how many errors of a list of blocked wallets are told.
const maxBlockedErrors = 50

func (e *blockedErrors) add(name string, line int, format string, args ...any) {
	if len(e.told) == maxBlockedErrors {
		e.more++
		return
	}
	e.told = append(e.told, fmt.Errorf("%s:%d: "+format, append([]any{name, line}, args...)...))
}

func (e *blockedErrors) join(name, more string) error {
	if e.more > 0 {
		return errors.Join(append(e.told, fmt.Errorf("%s: and %d %s", name, e.more, more))...)
	}
	return errors.Join(e.told...)
}

// shortened cuts a text that is far too long for an address.
func shortened(text string) string {
	const most = 60
	n := 0
	for i := range text {
		if n == most {
			return string([]rune(text[:i])) + "…"
		}
		n++
	}
	return text
}
