package outputs

// Chain is a network on which USDC is paid.
type Chain struct {
	Name  string
	ID    int64  // EIP-155 chain id
	Token string // contract of the issuer's own USDC, checksummed
}

// usdcDecimals is the number of decimals of USDC on every chain below.
const usdcDecimals = 6

// chains is the table of supported networks, in the order of the manifest. The
// contracts are the issuer's native tokens, never bridged ones.
var chains = []Chain{
	{"ethereum", 1, "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48"},
	{"base", 8453, "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913"},
	{"arbitrum", 42161, "0xaf88d065e77c8cC2239327C5EDb3A432268e5831"},
	{"optimism", 10, "0x0b2C639c533813f4Aa9D7837CAf62653d097Ff85"},
	{"polygon", 137, "0x3c499c542cEF5E3811e1192ce70d8cC03d5c3359"},
	{"avalanche", 43114, "0xB97EF9Ef8734C71904D8002F8b6Bc66Dd9c48a6E"},
}

// LookupChain finds a chain by its name, such as base.
func LookupChain(name string) (Chain, bool) {
	for _, c := range chains {
		if c.Name == name {
			return c, true
		}
	}
	return Chain{}, false
}

// ChainNames lists the supported chains in the manifest's order.
func ChainNames() []string {
	names := make([]string, len(chains))
	for i, c := range chains {
		names[i] = c.Name
	}
	return names
}
