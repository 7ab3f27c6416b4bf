package outputs

import (
	"strings"
	"testing"
)

func TestAWalletIsCheckedByEIP55(t *testing.T) {
	// The examples of EIP-55: all upper, all lower, and mixed case.
	for _, right := range []string{
		"0x52908400098527886E0F7030069857D2E4169EE7",
		"0x8617E340B3D01FA5F11F306F4090FD50E238070D",
		"0xde709f2102306220921060314715629080e2fb77",
		"0x27b1fdb04752bbc536007a920d24acb045561c26",
		"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
		"0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
		"0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
		"0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
	} {
		digits := right[2:]
		for _, written := range []string{right, "0x" + strings.ToLower(digits), "0x" + strings.ToUpper(digits)} {
			if got, problem := CheckWallet(written); got != right || problem != "" {
				t.Errorf("CheckWallet(%s) = %s, %q; want %s", written, got, problem, right)
			}
		}
	}
}

func TestAWalletThatWouldLoseMoneyIsRefused(t *testing.T) {
	for _, c := range []struct{ name, wallet, problem string }{
		{"none given", "", "wallet missing"},
		{"too short", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAe",
			`wallet "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAe" is not an address; write 0x and 40 hex digits`},
		{"a letter that is no hex digit", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeg",
			`wallet "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeg" is not an address; write 0x and 40 hex digits`},
		{"no 0x", "5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed00",
			`wallet "5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed00" is not an address; write 0x and 40 hex digits`},
		{"one letter in the wrong case", "0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
			"wallet 0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed has a wrong checksum, so a character of it is mistyped; ask the payee for it again"},
		{"the zero address", "0x" + strings.Repeat("0", 40), "wallet is the zero address; what is sent there is lost"},
		{"the token on base, in lower case", "0x833589fcd6edb6e08f4c7c32d4f71b54bda02913",
			"wallet 0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913 is the USDC contract on base; what is sent there is lost"},
		{"the token on polygon", "0x3c499c542cEF5E3811e1192ce70d8cC03d5c3359",
			"wallet 0x3c499c542cEF5E3811e1192ce70d8cC03d5c3359 is the USDC contract on polygon; what is sent there is lost"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, problem := CheckWallet(c.wallet)
			if got != "" || problem != c.problem {
				t.Errorf("got %q, %q\nwant \"\", %q", got, problem, c.problem)
			}
		})
	}
}

func TestTheChainTableIsChecksummedAndUnambiguous(t *testing.T) {
	ids, names := map[int64]bool{}, map[string]bool{}
	for _, c := range chains {
		if got := ChecksumAddress(strings.ToLower(c.Token)); got != c.Token {
			t.Errorf("%s: token %s is not in its checksummed form %s", c.Name, c.Token, got)
		}
		if ids[c.ID] || names[c.Name] {
			t.Errorf("%s is there twice", c.Name)
		}
		ids[c.ID], names[c.Name] = true, true
	}
	if c, ok := LookupChain("base"); !ok || c.ID != 8453 {
		t.Errorf("base is %+v, %v", c, ok)
	}
	if _, ok := LookupChain("Base"); ok {
		t.Error("a chain's name is written in lower case")
	}
}

func TestWhatIsNoAddressHasNoChecksummedForm(t *testing.T) {
	for _, wrong := range []string{"", "0x", walletA[2:], walletA + "0", walletA[:41], "0x" + strings.Repeat("g", 40)} {
		if got := ChecksumAddress(wrong); got != "" {
			t.Errorf("ChecksumAddress(%q) = %s", wrong, got)
		}
	}
}
