package anvil_test

import (
	"encoding/json"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"fleetpay/sources/chain/anvil"
)

const (
	base = 8453
	usdc = "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913" // on Base

	ember  = "0x00000000000000000000000000000000000E3be7"
	fjord  = "0x0000000000000000000000000000000000F70Fd0"
	harbor = "0x0000000000000000000000000000000000A7b070"
)

type payment struct {
	to    string
	units int64
}

// batch writes by hand what the Transaction Builder would.
func batch(chainID int, safe string, payments ...payment) []byte {
	var transactions []string
	for _, p := range payments {
		transactions = append(transactions, fmt.Sprintf(`{"to": %q, "value": "0", "data": null,
			"contractMethod": {"inputs": [{"internalType": "address", "name": "to", "type": "address"},
				{"internalType": "uint256", "name": "value", "type": "uint256"}], "name": "transfer", "payable": false},
			"contractInputsValues": {"to": %q, "value": "%d"}}`, usdc, p.to, p.units))
	}
	return fmt.Appendf(nil, `{"version": "1.0", "chainId": "%d", "createdAt": 1767225600000,
		"meta": {"name": "by hand", "createdFromSafeAddress": %q}, "transactions": [%s]}`,
		chainID, safe, strings.Join(transactions, ","))
}

// treasury is a 2-of-3 Safe that holds so many units of USDC on Base.
func treasury(t *testing.T, units int64) (*anvil.Node, *anvil.Safe) {
	t.Helper()
	node := anvil.Start(t, base)
	node.PlantToken(usdc)
	safe := node.DeploySafe(3, 2)
	node.Mint(usdc, safe.Address, units)
	return node, safe
}

func wantBalance(t *testing.T, node *anvil.Node, who string, units int64) {
	t.Helper()
	if got := node.Balance(usdc, who); got.Cmp(big.NewInt(units)) != 0 {
		t.Errorf("%s holds %s units, want %d", who, got, units)
	}
}

func TestASafePaysABatchToTheUnit(t *testing.T) {
	node, safe := treasury(t, 100_000_007)
	r, err := safe.Execute(batch(base, safe.Address, payment{ember, 31_000_003}, payment{fjord, 7}, payment{harbor, 68_999_989}))
	if err != nil {
		t.Fatal(err)
	}
	wantBalance(t, node, ember, 31_000_003)
	wantBalance(t, node, fjord, 7)
	wantBalance(t, node, harbor, 68_999_989)
	wantBalance(t, node, safe.Address, 8) // 100000007 - 31000003 - 7 - 68999989
	number, at := node.Head()
	if r.Reverted || r.Block != number || !r.Time.Equal(at) || len(r.TxHash) != 66 {
		t.Errorf("receipt %+v, want that of block %d of %v", r, number, at)
	}
}

func TestOneListedPayeeRevertsTheWholeBatch(t *testing.T) {
	node, safe := treasury(t, 1_009)
	node.Blacklist(usdc, fjord)
	r, err := safe.Execute(batch(base, safe.Address, payment{ember, 101}, payment{fjord, 103}, payment{harbor, 107}))
	wantError(t, err, "GS013")
	if !r.Reverted || r.Block == 0 {
		t.Errorf("the failed transaction is not on the chain: %+v", r)
	}
	for _, who := range []string{ember, fjord, harbor} {
		wantBalance(t, node, who, 0)
	}
	wantBalance(t, node, safe.Address, 1_009)

	t.Log("without that payee it goes through")
	if _, err := safe.ExecuteOnly(batch(base, safe.Address, payment{ember, 101}, payment{fjord, 103}, payment{harbor, 107}), 0, 2); err != nil {
		t.Fatal(err)
	}
	wantBalance(t, node, fjord, 0)
	wantBalance(t, node, safe.Address, 801) // 1009 - 101 - 107

	t.Log("and with it once it is listed no more")
	node.Unblacklist(usdc, fjord)
	if _, err := safe.ExecuteOnly(batch(base, safe.Address, payment{ember, 101}, payment{fjord, 103}), 1); err != nil {
		t.Fatal(err)
	}
	wantBalance(t, node, fjord, 103)
}

func TestWhatASafeRefuses(t *testing.T) {
	node, safe := treasury(t, 1_009)
	good := batch(base, safe.Address, payment{ember, 101})
	tests := []struct {
		name    string
		signing []string
		file    []byte
		want    string
	}{
		{"one approval where two are needed", safe.Owners[:1], good, "GS020"},
		{"the same owner twice", []string{safe.Owners[0], safe.Owners[0]}, good, "GS026"},
		{"one who is no owner", []string{safe.Owners[0], node.Accounts[7]}, good, "cannot approve"},
		{"more than it holds", safe.Signing, batch(base, safe.Address, payment{ember, 1_013}), "GS013"},
		{"the zero address", safe.Signing, batch(base, safe.Address, payment{"0x" + strings.Repeat("0", 40), 1}), "GS013"},
		{"the token itself", safe.Signing, batch(base, safe.Address, payment{usdc, 1}), "GS013"},
		{"another chain's batch", safe.Signing, batch(1, safe.Address, payment{ember, 101}), "for chain 1, this is chain 8453"},
		{"another Safe's batch", safe.Signing, batch(base, ember, payment{ember, 101}), "is for the Safe"},
		{"no batch", safe.Signing, batch(base, safe.Address), "no transactions"},
		{"a fraction of a unit", safe.Signing, []byte(strings.Replace(string(good), `"101"`, `"101.0"`, 1)), "whole number"},
		{"an address that is cut", safe.Signing, []byte(strings.Replace(string(good), ember, ember[:41], 1)), "is no address"},
		{"a method without its value", safe.Signing, []byte(strings.Replace(string(good), `, "value": "101"`, "", 1)), "no value for value"},
		{"both a method and data", safe.Signing, []byte(strings.Replace(string(good), `"data": null`, `"data": "0x00"`, 1)), "both data and a method"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			signing := safe.Signing
			defer func() { safe.Signing = signing }()
			safe.Signing = tt.signing
			_, err := safe.Execute(tt.file)
			wantError(t, err, tt.want)
		})
	}
	wantBalance(t, node, safe.Address, 1_009)

	t.Log("and what a paused token refuses")
	node.Pause(usdc)
	_, err := safe.Execute(good)
	wantError(t, err, "GS013")
	node.Unpause(usdc)
	if _, err := safe.Execute(good); err != nil {
		t.Fatal(err)
	}
	wantBalance(t, node, ember, 101)
}

func TestAHundredTransfersFitInABatch(t *testing.T) {
	node, safe := treasury(t, 1_000_000)
	var payments []payment
	paid := int64(0)
	for i := range int64(100) {
		p := payment{fmt.Sprintf("0x%040x", 0xabc000+i), 1_009 + i}
		payments, paid = append(payments, p), paid+p.units
	}
	r, err := safe.Execute(batch(base, safe.Address, payments...))
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("100 transfers to new holders use %d gas", r.GasUsed)
	for _, p := range payments {
		wantBalance(t, node, p.to, p.units)
	}
	wantBalance(t, node, safe.Address, 1_000_000-paid)
}

func TestASafePaysOutsideOfBatches(t *testing.T) {
	node, safe := treasury(t, 1_009)
	if _, err := safe.PayDirect(usdc, ember, 13); err != nil {
		t.Fatal(err)
	}
	wantBalance(t, node, ember, 13)
	_, err := safe.PayDirect(usdc, ember, 997) // holds 996
	wantError(t, err, "GS013")
	wantBalance(t, node, ember, 13)
}

func TestTheFirstSafeHasOneAddressOnEveryChain(t *testing.T) {
	node, safe := treasury(t, 2)
	other := anvil.Start(t, 1)
	if got := other.DeploySafe(3, 2).Address; got != safe.Address {
		t.Errorf("%s on ethereum, %s on base", got, safe.Address)
	}
	if got := node.DeploySafe(3, 2).Address; got == safe.Address {
		t.Errorf("the second Safe is the first: %s", got)
	}
}

func TestTheChainsTimeIsToldToIt(t *testing.T) {
	node := anvil.Start(t, base)
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	wantHead(t, node, 0, start)
	node.Mine(3)
	wantHead(t, node, 3, start.Add(6*time.Second))
	noon := time.Date(2026, 11, 5, 12, 0, 0, 0, time.UTC)
	node.Warp(noon)
	wantHead(t, node, 4, noon)
	node.PlantToken(usdc)
	node.Mint(usdc, ember, 17)
	wantHead(t, node, 6, noon.Add(4*time.Second))

	node.Finalize()
	var final struct{ Number string }
	node.Call(&final, "eth_getBlockByNumber", "finalized", false)
	if final.Number != "0x6" {
		t.Errorf("block %s is final, want 6", final.Number)
	}
}

func TestAReorganisationTakesTransfersBack(t *testing.T) {
	node, safe := treasury(t, 1_009)
	before := node.Snapshot()
	if _, err := safe.PayDirect(usdc, ember, 13); err != nil {
		t.Fatal(err)
	}
	last, err := safe.PayDirect(usdc, ember, 17)
	if err != nil {
		t.Fatal(err)
	}
	wantBalance(t, node, ember, 30)

	node.Reorg(1)
	wantHead(t, node, last.Block, last.Time)
	wantBalance(t, node, ember, 13)
	var gone json.RawMessage
	node.Call(&gone, "eth_getTransactionReceipt", last.TxHash)
	if string(gone) != "null" {
		t.Errorf("the reorganised transaction has a receipt: %s", gone)
	}
	if _, err := safe.PayDirect(usdc, ember, 17); err != nil {
		t.Errorf("it cannot be paid again: %v", err)
	}

	node.Revert(before)
	wantBalance(t, node, ember, 0)
	wantBalance(t, node, safe.Address, 1_009)
}

func TestAnImpostorReportsWhatNeverWas(t *testing.T) {
	const impostor = "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02914"
	node, safe := treasury(t, 1_009)
	node.PlantImpostor(impostor)
	r := node.Pretend(impostor, safe.Address, ember, 13)
	var logs []struct{ Address, Data string }
	node.Call(&logs, "eth_getLogs", map[string]any{"fromBlock": fmt.Sprintf("0x%x", r.Block), "toBlock": "latest"})
	if len(logs) != 1 || !strings.EqualFold(logs[0].Address, impostor) || !strings.HasSuffix(logs[0].Data, "0d") {
		t.Errorf("logs %+v, want one of 13 units from %s", logs, impostor)
	}
	wantBalance(t, node, safe.Address, 1_009)
}

func wantHead(t *testing.T, node *anvil.Node, number int64, at time.Time) {
	t.Helper()
	if n, got := node.Head(); n != number || !got.Equal(at) {
		t.Errorf("block %d of %v, want %d of %v", n, got, number, at)
	}
}

func wantError(t *testing.T, err error, part string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), part) {
		t.Errorf("error %v, want one with %q", err, part)
	}
}
