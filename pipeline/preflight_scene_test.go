package pipeline

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/big"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"fleetpay/outputs"
	"fleetpay/pipeline/payments"
	"fleetpay/rules"
	"fleetpay/sources/chain"
)

// Wallets of the payees, from the examples of EIP-55, and the Safes that pay.
const (
	walletAlder = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
	walletBirch = "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359"
	walletMill  = "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB"
	walletOther = "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb"
	safeBase    = "0x5aFE000000000000000000000000000000000001"
	safePolygon = "0x5AFe000000000000000000000000000000000002"
)

// Ids of the payments: of alder and birch on base, and of mill on polygon.
const (
	idAlder = "FP-202610-AAAAAAAAAAAAAAAA"
	idBirch = "FP-202610-BBBBBBBBBBBBBBBB"
	idMill  = "FP-202610-CCCCCCCCCCCCCCCC"
)

// preflightScene is October 2026, of 701.00 + 71.00 = 772.00 on base and 13.00 on
// polygon, with all that is known of it.
type preflightScene struct {
	ws    *Workspace
	month *paidMonth
	l     *ledger
	list  []payments.Payment
	nodes []*chain.Client
}

func newPreflightScene(t *testing.T) *preflightScene {
	t.Helper()
	pay := func(id string, kind rules.PayeeKind, payee, wallet, amount string) outputs.Payment {
		return outputs.Payment{PaymentID: id, PayeeKind: kind, PayeeID: payee, Name: payee, Wallet: wallet, Amount: amount, BaseUnits: outputs.BaseUnits(money(t, amount))}
	}
	on := func(name, amount string, list ...outputs.Payment) outputs.ManifestChain {
		c, _ := outputs.LookupChain(name)
		return outputs.ManifestChain{Chain: name, ChainID: c.ID, Token: c.Token, Decimals: 6, Count: len(list),
			Amount: amount, BaseUnits: outputs.BaseUnits(money(t, amount)), Payments: list}
	}
	m := &paidMonth{period: month(t, "2026-10"), manifest: &outputs.Manifest{Asset: "USDC", Chains: []outputs.ManifestChain{
		on("base", "772.00", pay(idAlder, rules.OperatorPayee, "alder", walletAlder, "701.00"), pay(idBirch, rules.OperatorPayee, "birch", walletBirch, "71.00")),
		on("polygon", "13.00", pay(idMill, rules.PartnerPayee, "mill", walletMill, "13.00")),
	}}}
	s := &preflightScene{
		ws:    &Workspace{Dir: t.TempDir(), Paying: Paying{Safes: map[string]string{"base": safeBase, "polygon": safePolygon}}},
		month: m, list: paymentsOf(m),
	}
	s.l = &ledger{Ledger: payments.Ledger{Payments: slices.Clone(s.list)}, months: map[rules.Period]*paidMonth{m.period: m}}
	return s
}

// forge changes the nth payment everywhere but in the manifest.
func (s *preflightScene) forge(n int, change func(p *payments.Payment)) {
	change(&s.list[n])
	s.l.Payments[n] = s.list[n]
}

// wallet gives the nth payment another wallet, everywhere.
func (s *preflightScene) wallet(n int, wallet string) {
	s.forge(n, func(p *payments.Payment) { p.Wallet = strings.ToLower(wallet) })
	for c := range s.month.manifest.Chains {
		for i := range s.month.manifest.Chains[c].Payments {
			if p := &s.month.manifest.Chains[c].Payments[i]; p.PaymentID == s.list[n].ID {
				p.Wallet = wallet
			}
		}
	}
}

// findings runs a preflight of the scene and words what it found.
func (s *preflightScene) findings(t *testing.T) []string {
	t.Helper()
	list, err := preflight(t.Context(), s.ws, s.month, s.l, s.list, s.nodes)
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, f := range list {
		texts = append(texts, fmt.Sprintf("%s %s", f.Severity, f))
	}
	return texts
}

// sameFindings fails the test unless exactly these were found, in this order.
func sameFindings(t *testing.T, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("found\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

// fakeNode answers like the node of a chain with USDC and a Safe on it. Addresses
// are in lower case.
type fakeNode struct {
	chainID     int64
	token       string
	decimals    int64
	symbol      string
	paused      bool
	listsNone   bool   // the token has no blacklist
	silent      string // the function that a contract does not have
	balance     string
	code        map[string]bool // beside the token
	threshold   int64
	owners      int64
	blacklisted map[string]bool
	fails       map[string]string // reason by recipient
	breaksAfter int64             // answers; 0: never

	answers, running, most atomic.Int64
	thinks                 time.Duration // before each answer
}

// newFakeNode is a node of a chain on which all is well: the Safe is one of 2 of
// 3 and holds 1000.00.
func newFakeNode(name string) *fakeNode {
	c, _ := outputs.LookupChain(name)
	return &fakeNode{
		chainID: c.ID, token: strings.ToLower(c.Token), decimals: 6, symbol: "USDC", balance: "1000000000", threshold: 2, owners: 3,
		code:        map[string]bool{strings.ToLower(c.Token): true, strings.ToLower(safeBase): true, strings.ToLower(safePolygon): true},
		blacklisted: map[string]bool{}, fails: map[string]string{},
	}
}

// listen serves the node and dials it.
func (n *fakeNode) listen(t *testing.T) *chain.Client {
	t.Helper()
	server := httptest.NewServer(n)
	t.Cleanup(server.Close)
	client, err := chain.Dial(server.URL + "/secret-key")
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func (n *fakeNode) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	now := n.running.Add(1)
	defer n.running.Add(-1)
	for most := n.most.Load(); now > most && !n.most.CompareAndSwap(most, now); most = n.most.Load() {
	}
	time.Sleep(n.thinks)
	if done := n.answers.Add(1); n.breaksAfter > 0 && done > n.breaksAfter {
		w.WriteHeader(http.StatusForbidden)
		return
	}
	var q struct {
		ID     int64
		Method string
		Params []json.RawMessage
	}
	if err := json.NewDecoder(r.Body).Decode(&q); err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	result, revert := n.answer(q.Method, q.Params)
	a := map[string]any{"jsonrpc": "2.0", "id": q.ID, "result": result}
	if revert != "" {
		a = map[string]any{"jsonrpc": "2.0", "id": q.ID, "error": map[string]any{"code": 3, "message": "execution reverted", "data": revertData(revert)}}
	}
	json.NewEncoder(w).Encode(a)
}

func (n *fakeNode) answer(method string, params []json.RawMessage) (result, revert string) {
	var address string
	switch method {
	case "eth_chainId":
		return fmt.Sprintf("0x%x", n.chainID), ""
	case "eth_getCode":
		json.Unmarshal(params[0], &address)
		if n.code[address] {
			return "0x60016000", ""
		}
		return "0x", ""
	}
	var call struct{ To, Data, Input string }
	json.Unmarshal(params[0], &call)
	input := strings.TrimPrefix(call.Data+call.Input, "0x")
	if !n.code[call.To] || n.silent == input[:8] {
		return "0x", ""
	}
	argument := ""
	if len(input) >= 8+64 {
		argument = "0x" + input[8+24:8+64]
	}
	switch selector := input[:8]; selector {
	case "313ce567": // decimals()
		return "0x" + abiWord(n.decimals), ""
	case "95d89b41": // symbol()
		return "0x" + abiText(n.symbol), ""
	case "5c975abb": // paused()
		return "0x" + abiFlag(n.paused), ""
	case "fe575a87": // isBlacklisted(address)
		if n.listsNone {
			return "", "unknown function"
		}
		return "0x" + abiFlag(n.blacklisted[argument]), ""
	case "70a08231": // balanceOf(address)
		balance, _ := new(big.Int).SetString(n.balance, 10)
		return fmt.Sprintf("0x%064x", balance), ""
	case "a9059cbb": // transfer(address,uint256)
		return "0x" + abiFlag(true), n.fails[argument]
	case "e75235b8": // getThreshold()
		return "0x" + abiWord(n.threshold), ""
	case "a0e67e2b": // getOwners()
		owners := abiWord(32) + abiWord(n.owners)
		for i := range n.owners {
			owners += abiWord(0xabc000 + i)
		}
		return "0x" + owners, ""
	}
	return "", "unknown function"
}

func abiWord(n int64) string { return fmt.Sprintf("%064x", n) }

func abiFlag(set bool) string {
	if set {
		return abiWord(1)
	}
	return abiWord(0)
}

func abiText(text string) string {
	data := hex.EncodeToString([]byte(text))
	return abiWord(32) + abiWord(int64(len(text))) + data + strings.Repeat("0", (64-len(data)%64)%64)
}

// revertData is what require(false, reason) returns.
func revertData(reason string) string { return "0x08c379a0" + abiText(reason) }
