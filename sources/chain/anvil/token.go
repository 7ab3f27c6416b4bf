package anvil

import "math/big"

// PlantToken puts the test dollar at an address, such as that of the chain's
// real USDC. Nobody holds any of it yet.
func (n *Node) PlantToken(token string) { n.t.Helper(); n.plant(token, "Dollar") }

// PlantImpostor puts a contract at an address that calls itself USDC and
// reports the transfers that Pretend tells it to report.
func (n *Node) PlantImpostor(at string) { n.t.Helper(); n.plant(at, "Impostor") }

func (n *Node) plant(at, name string) {
	n.t.Helper()
	n.Call(nil, "anvil_setCode", at, n.contracts[name].Runtime)
	n.Mine(1) // a reorganisation of later blocks leaves it there
}

// Pretend makes an impostor report a transfer that never was.
func (n *Node) Pretend(impostor, from, to string, units int64) Receipt {
	n.t.Helper()
	return n.must("pretend", n.Send(n.relay(), impostor,
		call("pretend(address,address,uint256)", address(from), address(to), units)))
}

// Mint gives somebody units of a planted token.
func (n *Node) Mint(token, to string, units int64) Receipt {
	n.t.Helper()
	return n.must("mint", n.Send(n.relay(), token, call("mint(address,uint256)", address(to), units)))
}

// Transfer moves units of a token from an unlocked account. It may revert, and
// is on the chain all the same.
func (n *Node) Transfer(token, from, to string, units int64) Receipt {
	n.t.Helper()
	return n.Send(from, token, call("transfer(address,uint256)", address(to), units))
}

// Blacklist bars somebody from sending and receiving a planted token.
func (n *Node) Blacklist(token, who string) {
	n.t.Helper()
	n.must("blacklist", n.Send(n.relay(), token, call("blacklist(address)", address(who))))
}

// Unblacklist undoes Blacklist.
func (n *Node) Unblacklist(token, who string) {
	n.t.Helper()
	n.must("unBlacklist", n.Send(n.relay(), token, call("unBlacklist(address)", address(who))))
}

// Pause stops all transfers of a planted token.
func (n *Node) Pause(token string) {
	n.t.Helper()
	n.must("pause", n.Send(n.relay(), token, call("pause()")))
}

// Unpause undoes Pause.
func (n *Node) Unpause(token string) {
	n.t.Helper()
	n.must("unpause", n.Send(n.relay(), token, call("unpause()")))
}

// Balance is what somebody holds of a token, in units.
func (n *Node) Balance(token, who string) *big.Int {
	n.t.Helper()
	out, err := n.view("", token, call("balanceOf(address)", address(who)))
	if err != nil || len(out) != 32 {
		n.t.Fatalf("anvil: balance of %s: %x, %v; is the token planted?", who, out, err)
	}
	return new(big.Int).SetBytes(out)
}

// relay is the account that sends what anybody may send. It owns no Safe.
func (n *Node) relay() string { return n.Accounts[len(n.Accounts)-1] }

// deployer is the account that deploys, and does nothing else: where a contract
// comes to stand follows from how much its deployer has sent before.
func (n *Node) deployer() string { return n.Accounts[len(n.Accounts)-2] }
