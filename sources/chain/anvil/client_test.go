package anvil_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"fleetpay/sources/chain"
	"fleetpay/sources/chain/anvil"
)

// These tests hold the client of fleetpay/sources/chain against a real node.

func dial(t *testing.T, address string) *chain.Client {
	t.Helper()
	client, err := chain.Dial(address)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// must returns what a call of the client returns, or ends the test.
func must[T any](t *testing.T) func(T, error) T {
	return func(got T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
}

func TestTheClientReadsAToken(t *testing.T) {
	ctx := context.Background()
	node, safe := treasury(t, 1_009)
	client := dial(t, node.URL())

	if id := must[int64](t)(client.ChainID(ctx)); id != base {
		t.Errorf("chain %d, want %d", id, base)
	}
	for address, want := range map[string]bool{usdc: true, safe.Address: true, ember: false, node.Accounts[0]: false} {
		if got := must[bool](t)(client.HasCode(ctx, address)); got != want {
			t.Errorf("code at %s: %v, want %v", address, got, want)
		}
	}
	if n := must[int](t)(client.Decimals(ctx, usdc)); n != 6 {
		t.Errorf("%d decimals, want 6", n)
	}
	if symbol := must[string](t)(client.Symbol(ctx, usdc)); symbol != "USDC" {
		t.Errorf("symbol %q, want USDC", symbol)
	}
	if units := must[string](t)(client.Balance(ctx, usdc, safe.Address)); units != "1009" {
		t.Errorf("the Safe holds %s, want 1009", units)
	}
	if units := must[string](t)(client.Balance(ctx, usdc, ember)); units != "0" {
		t.Errorf("ember holds %s, want 0", units)
	}
	threshold, owners, err := client.SafeThreshold(ctx, safe.Address)
	if err != nil || threshold != 2 || !reflect.DeepEqual(owners, safe.Owners) {
		t.Errorf("a Safe of %d of %v (%v), want 2 of %v", threshold, owners, err, safe.Owners)
	}
	if _, _, err := client.SafeThreshold(ctx, usdc); err == nil {
		t.Error("the token is taken for a Safe")
	}
	if _, err := client.Balance(ctx, ember, safe.Address); err == nil {
		t.Error("an address without code has a balance of a Safe's")
	}
}

func TestTheClientReadsWhoAndWhatIsBarred(t *testing.T) {
	ctx := context.Background()
	node, safe := treasury(t, 1_009)
	client := dial(t, node.URL())
	wantFlag := func(what string, want, wantKnown bool) func(got, known bool, err error) {
		return func(got, known bool, err error) {
			t.Helper()
			if err != nil || got != want || known != wantKnown {
				t.Errorf("%s: %v, known %v (%v); want %v, known %v", what, got, known, err, want, wantKnown)
			}
		}
	}
	wantFlag("ember listed", false, true)(client.Blacklisted(ctx, usdc, ember))
	wantFlag("the token itself listed", true, true)(client.Blacklisted(ctx, usdc, usdc))
	wantFlag("paused", false, true)(client.Paused(ctx, usdc))
	node.Blacklist(usdc, ember)
	node.Pause(usdc)
	wantFlag("ember listed", true, true)(client.Blacklisted(ctx, usdc, ember))
	wantFlag("paused", true, true)(client.Paused(ctx, usdc))
	wantFlag("a Safe paused", false, false)(client.Paused(ctx, safe.Address))
	wantFlag("listed by no contract", false, false)(client.Blacklisted(ctx, fjord, ember))
}

func TestTheClientSimulatesTransfersInTheTokensWords(t *testing.T) {
	ctx := context.Background()
	node, safe := treasury(t, 1_009)
	node.Blacklist(usdc, fjord)
	client := dial(t, node.URL())
	tests := []struct{ name, token, from, to, units, want string }{
		{"all of it goes", usdc, safe.Address, ember, "1009", ""},
		{"more than it holds", usdc, safe.Address, ember, "1013", "ERC20: transfer amount exceeds balance"},
		{"to one who is listed", usdc, safe.Address, fjord, "2", "Blacklistable: account is blacklisted"},
		{"from one who is listed", usdc, fjord, ember, "2", "Blacklistable: account is blacklisted"},
		{"to the token itself", usdc, safe.Address, usdc, "2", "Blacklistable: account is blacklisted"},
		{"to the zero address", usdc, safe.Address, "0x" + strings.Repeat("0", 40), "2", "ERC20: transfer to the zero address"},
		{"of a contract that is no token", safe.Address, ember, fjord, "2", "no answer"},
		{"of an address without code", ember, safe.Address, fjord, "2", "no answer"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			wantRevert(t, client.SimulateTransfer(ctx, tt.token, tt.from, tt.to, tt.units), tt.want)
		})
	}
	node.Pause(usdc)
	wantRevert(t, client.SimulateTransfer(ctx, usdc, safe.Address, ember, "2"), "Pausable: paused")
	wantBalance(t, node, safe.Address, 1_009)
}

// wantRevert wants a contract's refusal for that reason, or no error for none.
func wantRevert(t *testing.T, err error, reason string) {
	t.Helper()
	if reason == "" {
		if err != nil {
			t.Errorf("error %v, want none", err)
		}
		return
	}
	var revert *chain.RevertError
	if !errors.As(err, &revert) || !strings.Contains(revert.Reason, reason) {
		t.Errorf("error %v, want a refusal for %q", err, reason)
	}
}

func TestTheClientFindsBlocksByFinalityAndTime(t *testing.T) {
	ctx := context.Background()
	node := anvil.Start(t, base)
	client := dial(t, node.URL())
	node.Mine(4)                                             // 1 to 4, of 00:00:02 to 00:00:08
	node.Warp(time.Date(2026, 11, 5, 12, 0, 0, 0, time.UTC)) // 5
	node.Mine(8)                                             // 6 to 13, of 12:00:02 to 12:00:16

	head := func(confirmations int, number int64, wantFinal bool) chain.Block {
		t.Helper()
		block, final, err := client.Head(ctx, confirmations)
		if err != nil || block.Number != number || final != wantFinal {
			t.Errorf("head at %d confirmations: %+v, final %v (%v); want %d, final %v", confirmations, block, final, err, number, wantFinal)
		}
		return block
	}
	latest := head(0, 13, false)
	head(5, 8, false)
	head(100, 0, false)
	head(-1, 13-anvil.Finalized, true)

	number, at := node.Head()
	if latest.Number != number || !latest.Time.Equal(at) || len(latest.Hash) != 66 {
		t.Errorf("latest block %+v, want %d of %v", latest, number, at)
	}
	for _, tt := range []struct {
		at   string
		want int64
	}{
		{"2025-12-31T23:59:59Z", 0},
		{"2026-01-01T00:00:00Z", 0},
		{"2026-01-01T00:00:01Z", 1},
		{"2026-01-01T00:00:08Z", 4},
		{"2026-01-01T00:00:09Z", 5},
		{"2026-11-05T12:00:00Z", 5},
		{"2026-11-05T12:00:15Z", 13},
		{"2026-11-05T12:00:16Z", 13},
		{"2026-11-05T12:00:17Z", 13}, // after all: the head
	} {
		instant := must[time.Time](t)(time.Parse(time.RFC3339, tt.at))
		if got := must[chain.Block](t)(client.FirstBlockAt(ctx, instant, latest)); got.Number != tt.want {
			t.Errorf("first block at %s: %d, want %d", tt.at, got.Number, tt.want)
		}
	}
}

// gate stands before a node and may change what it is asked or answers.
func gate(t *testing.T, node *anvil.Node, answer func(method string, params []json.RawMessage) (json.RawMessage, bool)) string {
	t.Helper()
	target, err := url.Parse(node.URL())
	if err != nil {
		t.Fatal(err)
	}
	forward := httputil.NewSingleHostReverseProxy(target)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		var question struct {
			ID     json.RawMessage
			Method string
			Params []json.RawMessage
		}
		if json.Unmarshal(body, &question) == nil {
			if own, ok := answer(question.Method, question.Params); ok {
				fmt.Fprintf(w, `{"jsonrpc": "2.0", "id": %s, %s}`, question.ID, own)
				return
			}
		}
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		forward.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// logRange is the span of blocks that eth_getLogs is asked for.
func logRange(params []json.RawMessage) (first, last int64) {
	var filter struct{ FromBlock, ToBlock string }
	if len(params) != 1 || json.Unmarshal(params[0], &filter) != nil {
		return 0, -1
	}
	first, _ = strconv.ParseInt(strings.TrimPrefix(filter.FromBlock, "0x"), 16, 64)
	last, _ = strconv.ParseInt(strings.TrimPrefix(filter.ToBlock, "0x"), 16, 64)
	return first, last
}

// fact is what a transfer says, without what only its block says.
type fact struct {
	to    string
	units string
	tx    string
	block int64
}

func factsOf(transfers []chain.Transfer) []fact {
	var facts []fact
	for _, tr := range transfers {
		facts = append(facts, fact{tr.To, tr.Units, tr.TxHash, tr.Block})
	}
	return facts
}

func TestTheClientReadsWhatTheSafePaidAndNothingElse(t *testing.T) {
	const impostor = "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02914"
	ctx := context.Background()
	node, safe := treasury(t, 100_000)
	node.PlantImpostor(impostor)
	node.Mint(usdc, node.Accounts[5], 1_000)
	lower := strings.ToLower

	first := must[anvil.Receipt](t)(safe.Execute(batch(base, safe.Address, payment{ember, 101}, payment{fjord, 103}, payment{ember, 101})))
	node.Mine(5)
	node.Transfer(usdc, node.Accounts[5], ember, 107) // from somebody else
	node.Pretend(impostor, safe.Address, harbor, 109) // by a token that is none
	node.Blacklist(usdc, harbor)
	failed, err := safe.Execute(batch(base, safe.Address, payment{ember, 113}, payment{harbor, 127}))
	if err == nil || !failed.Reverted {
		t.Fatalf("a batch with a listed payee: %+v, %v", failed, err)
	}
	node.Mine(7)
	second := must[anvil.Receipt](t)(safe.PayDirect(usdc, fjord, 131))
	dust := must[anvil.Receipt](t)(safe.PayDirect(usdc, fjord, 0))
	node.Finalize()

	want := []fact{
		{lower(ember), "101", first.TxHash, first.Block},
		{lower(fjord), "103", first.TxHash, first.Block},
		{lower(ember), "101", first.TxHash, first.Block},
		{lower(fjord), "131", second.TxHash, second.Block},
		{lower(fjord), "0", dust.TxHash, dust.Block},
	}
	latest, _ := node.Head()
	all := chain.Query{ChainID: base, Token: usdc, From: safe.Address, First: 0, Last: latest}

	whole := must[[]chain.Transfer](t)(dial(t, node.URL()).Transfers(ctx, all))
	if got := factsOf(whole); !reflect.DeepEqual(got, want) {
		t.Errorf("transfers\n%v, want\n%v", got, want)
	}
	for i, tr := range whole {
		receipt := first
		switch tr.TxHash {
		case second.TxHash:
			receipt = second
		case dust.TxHash:
			receipt = dust
		}
		if tr.ChainID != base || tr.Token != lower(usdc) || tr.From != safe.Address || !tr.Time.Equal(receipt.Time) || len(tr.BlockHash) != 66 {
			t.Errorf("transfer %d is %+v, want one of the Safe's USDC at %v", i, tr, receipt.Time)
		}
	}
	if len(whole) == 5 && (whole[0].LogIndex >= whole[1].LogIndex || whole[1].LogIndex >= whole[2].LogIndex) {
		t.Errorf("logs %d, %d, %d of a block are out of order", whole[0].LogIndex, whole[1].LogIndex, whole[2].LogIndex)
	}

	t.Run("from a node that allows three blocks at a time", func(t *testing.T) {
		refused, asked := 0, 0
		narrow := gate(t, node, func(method string, params []json.RawMessage) (json.RawMessage, bool) {
			if method != "eth_getLogs" {
				return nil, false
			}
			first, last := logRange(params)
			if last-first+1 > 3 {
				refused++
				return json.RawMessage(`"error": {"code": -32005, "message": "query exceeds max block range 3"}`), true
			}
			asked++
			return nil, false
		})
		got := must[[]chain.Transfer](t)(dial(t, narrow).Transfers(ctx, all))
		if !reflect.DeepEqual(got, whole) {
			t.Errorf("transfers\n%+v, want\n%+v", got, whole)
		}
		if refused == 0 || int64(asked) < latest/3 {
			t.Errorf("asked %d times and was refused %d times over %d blocks: the range is not cut", asked, refused, latest)
		}
	})

	t.Run("only of the blocks asked for", func(t *testing.T) {
		some := all
		some.First, some.Last = second.Block, second.Block
		got := factsOf(must[[]chain.Transfer](t)(dial(t, node.URL()).Transfers(ctx, some)))
		if !reflect.DeepEqual(got, want[3:4]) {
			t.Errorf("transfers %v, want %v", got, want[3:4])
		}
	})
}

func TestTheClientForgetsWhatWasReorganised(t *testing.T) {
	ctx := context.Background()
	node, safe := treasury(t, 1_009)
	kept := must[anvil.Receipt](t)(safe.PayDirect(usdc, ember, 13))
	gone := must[anvil.Receipt](t)(safe.PayDirect(usdc, ember, 17))
	query := chain.Query{ChainID: base, Token: usdc, From: safe.Address, First: 0, Last: gone.Block}
	client := dial(t, node.URL())
	if got := must[[]chain.Transfer](t)(client.Transfers(ctx, query)); len(got) != 2 {
		t.Fatalf("transfers %+v, want two", got)
	}
	node.Reorg(1)
	got := factsOf(must[[]chain.Transfer](t)(client.Transfers(ctx, query)))
	if want := []fact{{strings.ToLower(ember), "13", kept.TxHash, kept.Block}}; !reflect.DeepEqual(got, want) {
		t.Errorf("transfers %v, want %v", got, want)
	}
}

func TestTheClientNoticesAReorganisationWhileItReads(t *testing.T) {
	node, safe := treasury(t, 1_009)
	last := must[anvil.Receipt](t)(safe.PayDirect(usdc, ember, 13))
	logs, reorganised := false, false
	shaky := gate(t, node, func(method string, _ []json.RawMessage) (json.RawMessage, bool) {
		if logs && !reorganised { // the next question after the logs
			reorganised = true
			node.Reorg(1)
		}
		logs = logs || method == "eth_getLogs"
		return nil, false
	})
	got, err := dial(t, shaky).Transfers(context.Background(), chain.Query{ChainID: base, Token: usdc, From: safe.Address, First: 0, Last: last.Block})
	if !reorganised {
		t.Fatal("the client believes a log without another question")
	}
	if !errors.Is(err, chain.ErrReorganised) {
		t.Errorf("transfers %+v and error %v, want that the chain is being reorganised", got, err)
	}
}
