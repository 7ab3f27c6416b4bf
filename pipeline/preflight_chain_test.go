package pipeline

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"fleetpay/outputs"
	"fleetpay/sources/chain"
)

// node gives the scene a node, as it is changed.
func (s *preflightScene) node(t *testing.T, name string, change func(n *fakeNode)) *fakeNode {
	t.Helper()
	n := newFakeNode(name)
	if change != nil {
		change(n)
	}
	s.nodes = append(s.nodes, n.listen(t))
	return n
}

func TestWhatThePreflightFindsOnAChain(t *testing.T) {
	const baseUSDC = "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913"
	safe := outputs.ChecksumAddress(safeBase)
	alder, birch := strings.ToLower(walletAlder), strings.ToLower(walletBirch)
	leaveBirch := fmt.Sprintf(sayLeave, idBirch)
	const distrust = "; pay nothing on this chain before it is known which contract that is"
	const fund = "fund it, or give out less: fleetpay payments export 2026-10 --without PAYMENT_ID"
	cases := []struct {
		name  string
		given func(n *fakeNode)
		want  []string
	}{
		{"all is well", nil, nil},
		{"the Safe holds exactly what is to be paid", func(n *fakeNode) { n.balance = "772000000" }, nil},
		{"the token is not there", func(n *fakeNode) { delete(n.code, n.token) }, []string{
			"error base: the node PLACE has no contract at the USDC contract " + baseUSDC + "; check that the node is of the real chain and has caught up; nothing else was looked at there",
		}},
		{"what stands at the token's address is no token", func(n *fakeNode) { n.silent = "313ce567" }, []string{
			"error base: the contract " + baseUSDC + " does not tell its decimals, so that it is no token; check that the node is of the real chain and has caught up; nothing else was looked at there",
		}},
		{"the token counts otherwise", func(n *fakeNode) { n.decimals = 18 }, []string{
			"error base: the token " + baseUSDC + " has 18 decimals, and the manifest counts with 6" + distrust,
		}},
		{"the token is the bridged one", func(n *fakeNode) { n.symbol = "USDC.e" }, []string{
			`error base: the token ` + baseUSDC + ` calls itself "USDC.e" and not USDC` + distrust,
		}},
		{"the token is paused, and every transfer would say so", func(n *fakeNode) {
			n.paused = true
			n.fails[alder], n.fails[birch] = "Pausable: paused", "Pausable: paused"
		}, []string{
			"error base: the token is paused, so that nobody can move it and no transfer was simulated; wait until its issuer ends that, and check again",
		}},
		{"there is no Safe at its address", func(n *fakeNode) { delete(n.code, strings.ToLower(safeBase)) }, []string{
			"error base: there is no contract at the Safe " + safe + ", and a plain account can't execute a batch; " +
				"check its address under payments: safes in fleetpay.yaml, or create the Safe on this chain",
		}},
		{"what stands at the Safe's address is no Safe", func(n *fakeNode) { n.silent = "e75235b8" }, []string{
			"error base: the contract at the Safe " + safe + " does not tell a Safe's threshold, so that it is no Safe; " +
				"check its address under payments: safes in fleetpay.yaml, or create the Safe on this chain",
		}},
		{"one owner alone can pay", func(n *fakeNode) { n.threshold, n.owners = 1, 3 }, []string{
			"warning base: one owner of 3 alone can pay from the Safe " + safe + "; have the Safe ask for two signatures or more",
		}},
		{"the Safe is blacklisted, and every transfer would say so", func(n *fakeNode) {
			n.blacklisted[strings.ToLower(safeBase)] = true
			n.fails[alder], n.fails[birch] = "Blacklistable: account is blacklisted", "Blacklistable: account is blacklisted"
		}, []string{
			"error base: the Safe " + safe + " is blacklisted by the token, so that it can't pay and no transfer was simulated; ask the token's issuer why, or pay from another Safe",
		}},
		{"the token keeps no blacklist", func(n *fakeNode) { n.listsNone = true }, []string{
			"warning base: the token does not tell whom it has blacklisted, as USDC does; make sure that it is the contract that is meant",
		}},
		// 701.00 + 71.00 - 700.999999 = 71.000001
		{"the Safe lacks money, down to the base unit", func(n *fakeNode) { n.balance = "700999999" }, []string{
			"error base: the Safe " + safe + " holds 700.999999 USDC, and 772.00 are to be given out: 71.000001 are missing; " + fund,
		}},
		{"the Safe lacks money for one of them alone, which is no fault of the payee's", func(n *fakeNode) {
			n.balance, n.fails[alder] = "71000000", "ERC20: transfer amount exceeds balance"
		}, []string{
			"error base: the Safe " + safe + " holds 71.00 USDC, and 772.00 are to be given out: 701.00 are missing; " + fund,
		}},
		{"the Safe lacks money, and a transfer would fail for something else", func(n *fakeNode) {
			n.balance, n.fails[alder], n.fails[birch] = "0", "ERC20: transfer amount exceeds balance", "ERC20: not today"
		}, []string{
			"error base: the Safe " + safe + " holds 0.00 USDC, and 772.00 are to be given out: 772.00 are missing; " + fund,
			"error " + birchIs + "the transfer of 71.00 USDC to " + walletBirch + " would fail on base: ERC20: not today; leave it out: fleetpay payments export 2026-10 --without " + idBirch,
		}},
		{"the Safe has the money, and a transfer would fail for it all the same", func(n *fakeNode) {
			n.fails[birch] = "ERC20: transfer amount exceeds balance"
		}, []string{
			"error " + birchIs + "the transfer of 71.00 USDC to " + walletBirch + " would fail on base: ERC20: transfer amount exceeds balance; leave it out: fleetpay payments export 2026-10 --without " + idBirch,
		}},
		{"a payee is blacklisted, so that its transfer need not be simulated", func(n *fakeNode) {
			n.blacklisted[birch], n.fails[birch] = true, "Blacklistable: account is blacklisted"
		}, []string{
			"error " + birchIs + "wallet " + walletBirch + " is blacklisted by the token on base" + leaveBirch,
		}},
		{"a transfer would fail, for the reason that the token gives", func(n *fakeNode) { n.fails[birch] = "ERC20: not today" }, []string{
			"error " + birchIs + "the transfer of 71.00 USDC to " + walletBirch + " would fail on base: ERC20: not today; leave it out: fleetpay payments export 2026-10 --without " + idBirch,
		}},
		{"a payee's wallet is a contract", func(n *fakeNode) { n.code[alder] = true }, []string{
			"info " + alderIs + "wallet " + walletAlder + " is a contract on base; make sure that it can move USDC",
		}},
		{"errors come first, then warnings, then what may be known, each in the manifest's order", func(n *fakeNode) {
			n.code[alder], n.code[birch], n.threshold = true, true, 1
			n.blacklisted[alder], n.fails[birch] = true, "no"
		}, []string{
			"error " + alderIs + "wallet " + walletAlder + " is blacklisted by the token on base" + leaveAlder(),
			"error " + birchIs + "the transfer of 71.00 USDC to " + walletBirch + " would fail on base: no; leave it out: fleetpay payments export 2026-10 --without " + idBirch,
			"warning base: one owner of 3 alone can pay from the Safe " + safe + "; have the Safe ask for two signatures or more",
			"info " + alderIs + "wallet " + walletAlder + " is a contract on base; make sure that it can move USDC",
			"info " + birchIs + "wallet " + walletBirch + " is a contract on base; make sure that it can move USDC",
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := newPreflightScene(t)
			s.node(t, "base", c.given)
			for i := range c.want {
				c.want[i] = strings.ReplaceAll(c.want[i], "PLACE", s.nodes[0].Place())
			}
			sameFindings(t, s.findings(t), c.want)
		})
	}
}

// Without a Safe nothing can be simulated, and all that needs none is asked all
// the same.
func TestAChainWithoutASafeIsLookedAtAsFarAsItCanBe(t *testing.T) {
	s := newPreflightScene(t)
	delete(s.ws.Paying.Safes, "base")
	s.node(t, "base", func(n *fakeNode) {
		n.blacklisted[strings.ToLower(walletBirch)], n.fails[strings.ToLower(walletBirch)] = true, "never asked"
	})
	sameFindings(t, s.findings(t), []string{
		"error base: no Safe is configured that pays there; write its address in fleetpay.yaml, under payments, as safes: {base: 0x…}",
		"error " + birchIs + "wallet " + walletBirch + " is blacklisted by the token on base" + fmt.Sprintf(sayLeave, idBirch),
	})
}

// A wallet that is no address is told, and no node is asked about it.
func TestNoNodeIsAskedAboutWhatIsNoAddress(t *testing.T) {
	s := newPreflightScene(t)
	s.wallet(0, "alder.eth")
	s.node(t, "base", nil)
	sameFindings(t, s.findings(t), []string{
		`error ` + alderIs + `wallet "alder.eth" is not an address; write 0x and 40 hex digits` + leaveAlder(),
	})
}

func TestANodeOfAChainOnWhichNothingIsPaid(t *testing.T) {
	s := newPreflightScene(t)
	s.node(t, "ethereum", nil)
	s.node(t, "base", func(n *fakeNode) { n.chainID = 31337 })
	sameFindings(t, s.findings(t), []string{
		"warning ethereum: the node " + s.nodes[0].Place() + " is of a chain on which nothing is to be paid; leave its --rpc away, or check that it is the node that is meant",
		"warning chain 31337: the node " + s.nodes[1].Place() + " is of a chain on which nothing is to be paid; leave its --rpc away, or check that it is the node that is meant",
	})
}

func TestTwoNodesOfOneChainAreRefused(t *testing.T) {
	s := newPreflightScene(t)
	s.node(t, "base", nil)
	s.node(t, "base", nil)
	_, err := preflight(t.Context(), s.ws, s.month, s.l, s.list, s.nodes)
	want := fmt.Sprintf("%s and %s are both nodes of base; give one of them with --rpc", s.nodes[0].Place(), s.nodes[1].Place())
	if ExitStatus(err) != ExitRefused || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// Wherever a node breaks off, that is an error of the surroundings which names
// the node without its key, and nothing is claimed.
func TestWhereverANodeBreaksOffNothingIsClaimed(t *testing.T) {
	s := newPreflightScene(t)
	all := s.node(t, "base", nil)
	sameFindings(t, s.findings(t), nil)
	if all.answers.Load() < 15 {
		t.Fatalf("a whole look takes %d answers; there are more", all.answers.Load())
	}
	for after := int64(1); after < all.answers.Load(); after++ {
		s := newPreflightScene(t)
		s.node(t, "base", func(n *fakeNode) { n.breaksAfter = after })
		list, err := preflight(t.Context(), s.ws, s.month, s.l, s.list, s.nodes)
		if list != nil || ExitStatus(err) != ExitSurroundings {
			t.Fatalf("after %d answers: found %v, %v", after, list, err)
		}
		if text := err.Error(); !strings.HasPrefix(text, s.nodes[0].Place()+": eth_") || strings.Contains(text, "secret-key") {
			t.Errorf("after %d answers: %v", after, err)
		}
	}
}

func TestAPreflightEndsWithItsContext(t *testing.T) {
	s := newPreflightScene(t)
	s.node(t, "base", nil)
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if list, err := preflight(ctx, s.ws, s.month, s.l, s.list, s.nodes); list != nil || !errors.Is(err, context.Canceled) {
		t.Errorf("found %v, %v", list, err)
	}
}

// Many payments are asked about a few at a time, and what is found is in the
// manifest's order however the answers come.
func TestANodeIsAskedAFewThingsAtATime(t *testing.T) {
	s := newPreflightScene(t)
	one := s.list[0]
	s.list, s.l.Payments = nil, nil
	var want []string
	node := newFakeNode("base")
	node.balance = "1000000000000"
	node.thinks = 5 * time.Millisecond // long enough for others to be asked meanwhile
	for i := range 97 {
		p := one
		p.ID, p.PayeeID, p.Wallet = fmt.Sprintf("FP-%02d", i), fmt.Sprintf("alder-%02d", i), fmt.Sprintf("0x%040x", 0xabc000+i)
		node.fails[p.Wallet] = "no"
		s.list = append(s.list, p)
		want = append(want, p.ID)
	}
	s.l.Payments, s.nodes = slices.Clone(s.list), []*chain.Client{node.listen(t)}
	list, err := preflight(t.Context(), s.ws, s.month, s.l, s.list, s.nodes)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range list {
		if f.Kind == "transfer-fails" {
			got = append(got, f.PaymentID)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("found %q", got)
	}
	if most := node.most.Load(); most < 2 || most > askedAtOnce {
		t.Errorf("asked %d things at a time, want several and at most %d", most, askedAtOnce)
	}
}
