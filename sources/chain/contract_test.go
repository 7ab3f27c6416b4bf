package chain

import (
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/crypto/sha3"

	"fleetpay/sources/fetch"
)

func TestEachSelectorIsTheHashOfItsSignature(t *testing.T) {
	for signature, want := range map[string]string{
		"balanceOf(address)": selBalanceOf, "decimals()": selDecimals, "symbol()": selSymbol, "paused()": selPaused,
		"isBlacklisted(address)": selIsBlacklisted, "transfer(address,uint256)": selTransfer,
		"getThreshold()": selGetThreshold, "getOwners()": selGetOwners, "Error(string)": selError, "Panic(uint256)": selPanic,
		"Transfer(address,address,uint256)": strings.TrimPrefix(topicTransfer, "0x"),
	} {
		h := sha3.NewLegacyKeccak256()
		h.Write([]byte(signature))
		if got := hex.EncodeToString(h.Sum(nil)); !strings.HasPrefix(got, want) {
			t.Errorf("%s hashes to %s, not %s", signature, got, want)
		}
	}
}

// Data as contracts encode it.
func textData(text string) string {
	padded := hex.EncodeToString([]byte(text)) + strings.Repeat("0", (64-2*len(text)%64)%64)
	return wordOf(32) + wordOf(int64(len(text))) + padded
}

func revert(message, data string) string {
	return fmt.Sprintf(`{"code":3,"message":%q,"data":%q}`, message, data)
}

// usdcContract answers as USDC does: 6 decimals, a blacklist, and 7,919 units
// of the Safe's.
func usdcContract(listed ...string) func(from, input string) string {
	return func(from, input string) string {
		argument := func(i int) string { return "0x" + input[10+64*i+24:10+64*(i+1)] }
		switch input[:10] {
		case "0x" + selDecimals:
			return "0x" + wordOf(6)
		case "0x" + selSymbol:
			return "0x" + textData("USDC")
		case "0x" + selPaused:
			return "0x" + wordOf(0)
		case "0x" + selBalanceOf:
			if argument(0) == safe {
				return "0x" + wordOf(7919)
			}
			return "0x" + wordOf(0)
		case "0x" + selIsBlacklisted:
			if slices.Contains(listed, argument(0)) {
				return "0x" + wordOf(1)
			}
			return "0x" + wordOf(0)
		case "0x" + selTransfer:
			switch {
			case slices.Contains(listed, argument(0)):
				return revert("execution reverted: Blacklistable: account is blacklisted", "0x"+selError+textData("Blacklistable: account is blacklisted"))
			case from != safe:
				return revert("execution reverted", "0x"+selError+textData("ERC20: transfer amount exceeds balance"))
			}
			return "0x" + wordOf(1)
		}
		return revert("execution reverted", "0x")
	}
}

func TestATokenTellsWhatItIs(t *testing.T) {
	n := newNode(t, 1)
	n.contracts[usdc] = usdcContract(other)
	n.code[usdc] = "0x60806040"
	c, ctx := n.dial(), t.Context()
	if has, err := c.HasCode(ctx, usdc); !has || err != nil {
		t.Errorf("code at the token: %v, %v", has, err)
	}
	if has, err := c.HasCode(ctx, payee); has || err != nil {
		t.Errorf("code at a wallet: %v, %v", has, err)
	}
	if d, err := c.Decimals(ctx, strings.ToUpper(usdc[2:])); err == nil {
		t.Errorf("an address without 0x is taken: %d", d)
	}
	if d, err := c.Decimals(ctx, "0x"+strings.ToUpper(usdc[2:])); d != 6 || err != nil {
		t.Errorf("decimals %d, %v", d, err)
	}
	if s, err := c.Symbol(ctx, usdc); s != "USDC" || err != nil {
		t.Errorf("symbol %q, %v", s, err)
	}
	if b, err := c.Balance(ctx, usdc, safe); b != "7919" || err != nil {
		t.Errorf("balance %q, %v", b, err)
	}
	if paused, known, err := c.Paused(ctx, usdc); paused || !known || err != nil {
		t.Errorf("paused %v %v, %v", paused, known, err)
	}
	if listed, known, err := c.Blacklisted(ctx, usdc, other); !listed || !known || err != nil {
		t.Errorf("a listed wallet: %v %v, %v", listed, known, err)
	}
	if listed, known, err := c.Blacklisted(ctx, usdc, payee); listed || !known || err != nil {
		t.Errorf("another wallet: %v %v, %v", listed, known, err)
	}
}

func TestATokenOfAnotherMakeSaysNothingOfABlacklist(t *testing.T) {
	for name, answer := range map[string]string{
		"it answers nothing":    "0x",
		"it reverts":            revert("execution reverted", "0x"),
		"an older node's words": `{"code":-32015,"message":"VM execution error.","data":"Reverted 0x"}`,
		"an old test chain's":   `{"code":-32000,"message":"VM Exception while processing transaction: revert"}`,
		"a newer test chain's":  `{"code":-32603,"message":"Internal error","data":{"message":"Internal error","data":"0xb427cbbb"}}`,
	} {
		t.Run(name, func(t *testing.T) {
			n := newNode(t, 1)
			n.contracts[usdc] = func(string, string) string { return answer }
			c := n.dial()
			if listed, known, err := c.Blacklisted(t.Context(), usdc, other); listed || known || err != nil {
				t.Errorf("listed %v, known %v, %v", listed, known, err)
			}
			if paused, known, err := c.Paused(t.Context(), usdc); paused || known || err != nil {
				t.Errorf("paused %v, known %v, %v", paused, known, err)
			}
			_, err := c.Decimals(t.Context(), usdc)
			contains(t, err, usdc+" does not tell its decimals", "check its address")
		})
	}
}

func TestANodesErrorIsNotTakenForAContractsAnswer(t *testing.T) {
	n := newNode(t, 1)
	n.contracts[usdc] = func(string, string) string { return `{"code":-32000,"message":"header not found"}` }
	_, _, err := n.dial().Blacklisted(t.Context(), usdc, other)
	contains(t, err, "header not found")
	err = n.dial().SimulateTransfer(t.Context(), usdc, safe, payee, "7")
	var revert *RevertError
	if errors.As(err, &revert) || err == nil {
		t.Errorf("%v", err)
	}
}

func TestOlderTokensWriteTheirSymbolInOneWord(t *testing.T) {
	n := newNode(t, 1)
	n.contracts[usdc] = func(string, string) string {
		return "0x" + hex.EncodeToString([]byte("MKR")) + strings.Repeat("00", 29)
	}
	if s, err := n.dial().Symbol(t.Context(), usdc); s != "MKR" || err != nil {
		t.Errorf("%q, %v", s, err)
	}
}

func TestASymbolCannotDisturbTheScreen(t *testing.T) {
	n := newNode(t, 1)
	n.contracts[usdc] = func(string, string) string { return "0x" + textData("US\x1b[2J\nDC\xff") }
	if s, err := n.dial().Symbol(t.Context(), usdc); s != "US[2J DC" || err != nil {
		t.Errorf("%q, %v", s, err)
	}
}

func TestATransferIsTriedBeforeItIsSigned(t *testing.T) {
	for _, c := range []struct{ name, answer, want string }{
		{"it would go through", "0x" + wordOf(1), ""},
		{"a reason", revert("execution reverted: x", "0x"+selError+textData("Blacklistable: account is blacklisted")), "Blacklistable: account is blacklisted"},
		{"a reason of more than a word", revert("execution reverted", "0x"+selError+textData("ERC20: transfer amount exceeds balance")), "ERC20: transfer amount exceeds balance"},
		{"overflow", revert("execution reverted", "0x"+selPanic+wordOf(0x11)), "panic 0x11: arithmetic overflow"},
		{"an unknown panic", revert("execution reverted", "0x"+selPanic+wordOf(0x77)), "panic 0x77"},
		{"a custom error", revert("execution reverted", "0xe450d38c"+wordOf(7)), "custom error 0xe450d38c"},
		{"a reason that is cut off", revert("execution reverted", "0x"+selError+wordOf(32)+wordOf(99)), "custom error 0x08c379a0"},
		{"no data but words", `{"code":-32000,"message":"execution reverted: not today"}`, "execution reverted: not today"},
		{"no data and no words", revert("", "0x"), "no reason given"},
		{"data in an object", `{"code":-32603,"message":"oops","data":{"data":"0x` + selError + textData("in an object") + `"}}`, "in an object"},
		{"a revert handed over as an answer", "0x" + selError + textData("as an answer"), "as an answer"},
		{"false", "0x" + wordOf(0), "answers false"},
		{"nothing", "0x", "no answer"},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := newNode(t, 1)
			n.contracts[usdc] = func(from, input string) string {
				if want := "0x" + selTransfer + encodeAddress(payee) + wordOf(104_729); input != want || from != safe {
					t.Errorf("called with %s from %s", input, from)
				}
				return c.answer
			}
			err := n.dial().SimulateTransfer(t.Context(), usdc, safe, payee, "104729")
			var revert *RevertError
			switch {
			case c.want == "" && err != nil, c.want != "" && !errors.As(err, &revert):
				t.Errorf("%v", err)
			case c.want != "" && !strings.Contains(revert.Reason, c.want):
				t.Errorf("%q, want %q", revert.Reason, c.want)
			}
		})
	}
}

func TestATransferIsTriedOnlyWithSaneValues(t *testing.T) {
	c := newNode(t, 1).dial()
	for _, units := range []string{"", "-7", "+7", "007", "7.0", "0x7", "1e3", strings.Repeat("9", 80)} {
		contains(t, c.SimulateTransfer(t.Context(), usdc, safe, payee, units), "write decimal digits")
	}
	for _, bad := range []string{"", "0x", payee + "00", strings.Replace(payee, "0x", "0y", 1), strings.Replace(payee, "9", "g", 1)} {
		contains(t, c.SimulateTransfer(t.Context(), usdc, safe, bad, "7"), "write 0x and 40 hex digits")
	}
}

func TestASafeTellsItsOwners(t *testing.T) {
	owners := "0x" + wordOf(32) + wordOf(3) + encodeAddress(payee) + encodeAddress(other) + encodeAddress(fake)
	for _, c := range []struct{ name, threshold, owners, problem string }{
		{"2 of 3", "0x" + wordOf(2), owners, ""},
		{"no Safe", "0x", "0x", "does not tell a Safe's threshold"},
		{"a threshold alone", "0x" + wordOf(2), "0x", "does not tell a Safe's owners"},
		{"4 of 3", "0x" + wordOf(4), owners, "asks for 4 signatures of 3 owners"},
		{"0 of 3", "0x" + wordOf(0), owners, "asks for 0 signatures of 3 owners"},
		{"more owners than data", "0x" + wordOf(2), "0x" + wordOf(32) + wordOf(3) + encodeAddress(payee), "3 addresses in 32 bytes"},
		{"an offset beyond the data", "0x" + wordOf(2), "0x" + wordOf(64) + wordOf(3), "64 bytes end before word 2"},
		{"an owner that is no address", "0x" + wordOf(2), "0x" + wordOf(32) + wordOf(1) + "01" + wordOf(7)[2:], "is not an address"},
		{"a length without end", "0x" + wordOf(2), "0x" + wordOf(32) + strings.Repeat("f", 64), "is far too large"},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := newNode(t, 1)
			n.contracts[safe] = func(_, input string) string {
				if input == "0x"+selGetThreshold {
					return c.threshold
				}
				return c.owners
			}
			threshold, list, err := n.dial().SafeThreshold(t.Context(), safe)
			if c.problem != "" {
				contains(t, err, c.problem)
				return
			}
			if err != nil || threshold != 2 || !slices.Equal(list, []string{payee, other, fake}) {
				t.Errorf("%d of %v, %v", threshold, list, err)
			}
		})
	}
}

// FuzzABI holds that no bytes of a contract's make a decoder fail otherwise than
// by an error.
func FuzzABI(f *testing.F) {
	for _, seed := range []string{"", wordOf(1), textData("USDC"), wordOf(32) + wordOf(1) + encodeAddress(payee), selError + textData("why"), selPanic + wordOf(0x11), wordOf(1 << 30)} {
		raw, err := hex.DecodeString(seed)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if list, err := decodeAddresses(data); err == nil && len(list) > len(data)/word {
			t.Errorf("%d addresses of %d bytes", len(list), len(data))
		}
		if text, err := decodeString(data); err == nil && len(text) > len(data) {
			t.Errorf("%d characters of %d bytes", len(text), len(data))
		}
		if n, err := decodeSmall(data); err == nil && n < 0 {
			t.Errorf("%d", n)
		}
		if reason, err := revertReason(data); err == nil && reason != fetch.Printable(reason) {
			t.Errorf("%q is not printable", reason)
		}
	})
}
