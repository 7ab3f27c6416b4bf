package anvil

import (
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"
)

const zero = "0x0000000000000000000000000000000000000000"

// Safe is a multisig on a node, version 1.4.1.
type Safe struct {
	Address   string
	Owners    []string // unlocked accounts of the node
	Threshold int
	Signing   []string // the owners who approve what is executed: at first, as many as are needed

	node *Node
}

// DeploySafe makes a Safe of the node's first accounts, of which threshold must
// approve. The first Safe of a node is at the same address on every chain.
func (n *Node) DeploySafe(owners, threshold int) *Safe {
	n.t.Helper()
	if most := len(n.Accounts) - 2; owners > most {
		n.t.Fatalf("anvil: at most %d owners: the last two accounts deploy and relay", most)
	}
	s := &Safe{Owners: slices.Clone(n.Accounts[:owners]), Threshold: threshold, node: n}
	s.Signing = slices.Clone(s.Owners[:threshold])

	list := make([]address, owners)
	for i, owner := range s.Owners {
		list[i] = address(owner)
	}
	setup := call("setup(address[],uint256,address,bytes,address,address,uint256,address)",
		list, int64(threshold), address(zero), []byte{}, address(zero), address(zero), int64(0), address(zero))
	singleton, factory := n.deploy("Safe"), n.deploy("SafeProxyFactory")
	n.deploy("MultiSendCallOnly")
	n.safes++
	made := n.must("create a Safe", n.Send(n.deployer(), factory,
		call("createProxyWithNonce(address,bytes,uint256)", address(singleton), setup, n.safes)))
	created := hexOf(keccak([]byte("ProxyCreation(address,address)")))
	for _, l := range made.logs {
		if l.Topics[0] == created {
			s.Address = addressOf(unhex(l.Topics[1]))
		}
	}
	if s.Address == "" {
		n.t.Fatal("anvil: the factory reports no new Safe")
	}
	return s
}

// deploy puts a contract on the chain, once per node.
func (n *Node) deploy(name string) string {
	n.t.Helper()
	if at, ok := n.deployed[name]; ok {
		return at
	}
	r := n.must("deploy "+name, n.Send(n.deployer(), "", unhex(n.contracts[name].Bytecode)))
	var raw struct{ ContractAddress string }
	n.Call(&raw, "eth_getTransactionReceipt", r.TxHash)
	n.deployed[name] = strings.ToLower(raw.ContractAddress)
	return n.deployed[name]
}

// PayDirect makes the Safe pay outside of any batch file, as its owners can at
// any time.
func (s *Safe) PayDirect(token, to string, units int64) (Receipt, error) {
	s.node.t.Helper()
	return s.execute(inner{to: token, data: call("transfer(address,uint256)", address(to), units)})
}

// inner is what a Safe does once its owners have approved it.
type inner struct {
	to           string
	data         []byte
	delegateCall bool // run that contract's code as the Safe
}

// execute has the owners of s.Signing approve a transaction on the chain, and
// relays it. A transaction that reverts is on the chain, as a failed one, and
// the error gives its reason.
func (s *Safe) execute(do inner) (Receipt, error) {
	n := s.node
	n.t.Helper()
	operation := int64(0)
	if do.delegateCall {
		operation = 1
	}
	nonce, err := n.view("", s.Address, call("nonce()"))
	if err != nil {
		return Receipt{}, fmt.Errorf("the Safe %s does not answer: %w", s.Address, err)
	}
	// No gas of its own and no refund: the transaction reverts whole when what
	// it does reverts.
	hash, err := n.view("", s.Address,
		call("getTransactionHash(address,uint256,bytes,uint8,uint256,uint256,uint256,address,address,uint256)",
			address(do.to), int64(0), do.data, operation, int64(0), int64(0), int64(0), address(zero), address(zero),
			new(big.Int).SetBytes(nonce)))
	if err != nil {
		return Receipt{}, err
	}
	signing := slices.Clone(s.Signing)
	slices.SortFunc(signing, func(a, b string) int { return strings.Compare(strings.ToLower(a), strings.ToLower(b)) })
	var signatures []byte
	for _, owner := range signing {
		if r, err := n.attempt(owner, s.Address, call("approveHash(bytes32)", [32]byte(hash))); err != nil {
			return r, fmt.Errorf("%s cannot approve: %w", owner, err)
		}
		// The owner where r of a signature is, nothing where s is, and 1 for "has
		// approved the hash on the chain".
		signatures = append(signatures, addressWord(address(owner))...)
		signatures = append(signatures, make([]byte, 32)...)
		signatures = append(signatures, 1)
	}
	return n.attempt(n.relay(), s.Address,
		call("execTransaction(address,uint256,bytes,uint8,uint256,uint256,uint256,address,address,bytes)",
			address(do.to), int64(0), do.data, operation, int64(0), int64(0), int64(0), address(zero), address(zero), signatures))
}

// attempt sends a transaction; when it reverts, the error gives the reason.
func (n *Node) attempt(from, to string, data []byte) (Receipt, error) {
	n.t.Helper()
	r := n.Send(from, to, data)
	if !r.Reverted {
		return r, nil
	}
	// A failed transaction has changed nothing but fees, so it fails again alike.
	_, err := n.view(from, to, data)
	var refused *RPCError
	if !errors.As(err, &refused) {
		return r, fmt.Errorf("transaction %s reverted, and does not when it is asked again", r.TxHash)
	}
	return r, fmt.Errorf("transaction %s reverted: %s", r.TxHash, refused.Reason())
}
