package command

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The Safe of the scripts' workspace, and the wallet of mill, its partner.
const (
	checkedSafe = "0x5aFE000000000000000000000000000000000001"
	millWallet  = "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359"
)

// node answers as a node of base does where the Safe of 2 of 3 holds 777.00
// USDC. Who asks more often than most times is turned away.
func node(t *testing.T, most int, blacklisted string) string {
	t.Helper()
	word := func(n int64) string { return fmt.Sprintf("%064x", n) }
	answers := map[string]string{
		"313ce567": word(6),                                                               // decimals()
		"95d89b41": word(32) + word(4) + "55534443" + strings.Repeat("0", 56),             // symbol()
		"5c975abb": word(0),                                                               // paused()
		"70a08231": word(777_000_000),                                                     // balanceOf(address)
		"a9059cbb": word(1),                                                               // transfer(address,uint256)
		"e75235b8": word(2),                                                               // getThreshold()
		"a0e67e2b": word(32) + word(3) + word(0xabc001) + word(0xabc002) + word(0xabc003), // getOwners()
		"fe575a87": word(0),                                                               // isBlacklisted(address)
	}
	asked := make(chan struct{}, most)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case asked <- struct{}{}:
		default:
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
		result := "0x2105"
		switch q.Method {
		case "eth_getCode":
			result = "0x"
			if about := string(q.Params[0]); strings.Contains(about, "833589fcd6edb6e0") || strings.Contains(about, "5afe00000000") {
				result = "0x6001"
			}
		case "eth_call":
			var call struct{ Data string }
			json.Unmarshal(q.Params[0], &call)
			if result = "0x" + answers[call.Data[2:10]]; strings.HasPrefix(call.Data, "0xfe575a87") && strings.HasSuffix(call.Data, blacklisted) {
				result = "0x" + word(1)
			}
		}
		fmt.Fprintf(w, `{"jsonrpc":"2.0","id":%d,"result":%q}`, q.ID, result)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// checkOnline runs payments check of July in the scripts' workspace.
func checkOnline(t *testing.T, url string, flags ...string) (stdout, stderr string, status int) {
	t.Helper()
	ws := newWorkspace(t)
	config, err := os.OpenFile(filepath.Join(ws, "fleetpay.yaml"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(config, "  safes: {base: %q}\n", checkedSafe)
	if err := config.Close(); err != nil {
		t.Fatal(err)
	}
	mustRun(t, ws, "close", "2026-07", "--by", "R. Finance")
	cmd := fleetpay(t.Context(), ws, append([]string{"payments", "check", "2026-07", "--rpc", url + "/secret-key"}, flags...)...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	_ = cmd.Run() // its status is looked at
	if strings.Contains(out.String()+errs.String(), "secret-key") {
		t.Errorf("the key is shown:\n%s%s", out.String(), errs.String())
	}
	return strings.ReplaceAll(out.String(), url, "NODE"), strings.ReplaceAll(errs.String(), url, "NODE"), cmd.ProcessState.ExitCode()
}

func TestPaymentsCheckAsksTheNodeOfAChain(t *testing.T) {
	const enough, nobody = 1000, "nobody"
	t.Run("nothing stands against paying", func(t *testing.T) {
		stdout, stderr, status := checkOnline(t, node(t, enough, nobody))
		want := `2026-07: 2 payments of 770.00 USDC on 1 chain
  base  2 payments  770.00 USDC  1 batch  Safe ` + checkedSafe + `  asked NODE, 2 of 3 owners sign, 777.00 USDC are there
nothing stands against paying
`
		if stdout != want || stderr != "" || status != 0 {
			t.Errorf("ended with %d, said %s\n%swant\n%s", status, stderr, stdout, want)
		}
	})
	t.Run("the partner is blacklisted", func(t *testing.T) {
		stdout, stderr, status := checkOnline(t, node(t, enough, strings.ToLower(millWallet[2:])))
		want := "\nerror    partner mill, FP-202607-4241A83D6D36C327: wallet " + millWallet + " is blacklisted by the token on base; " +
			"return it by a row in returns, which bars this payment for good, or leave it out: fleetpay payments export 2026-07 --without FP-202607-4241A83D6D36C327\n"
		if !strings.HasSuffix(stdout, want) || status != 3 || stderr != "2026-07: 1 error; an export is refused until each error is mended or its payment left out\n" {
			t.Errorf("ended with %d, said %s\n%s", status, stderr, stdout)
		}
	})
	t.Run("the node breaks off, and what was found until then is not told", func(t *testing.T) {
		const atTheFirstWallet = 9
		stdout, stderr, status := checkOnline(t, node(t, atTheFirstWallet, strings.ToLower(millWallet[2:])), "--json")
		if stdout != "" || status != 1 || !strings.HasPrefix(stderr, "NODE: eth_") || !strings.HasSuffix(stderr, "check the key in the address\n") {
			t.Errorf("ended with %d, said %s\n%s", status, stderr, stdout)
		}
	})
	t.Run("a program reads the same", func(t *testing.T) {
		stdout, _, status := checkOnline(t, node(t, enough, nobody), "--json")
		var a struct {
			Payments int
			Chains   []struct {
				Node, Balance     string
				Threshold, Owners int
			}
			Findings, Problems []any
		}
		if err := json.Unmarshal([]byte(stdout), &a); err != nil {
			t.Fatal(err)
		}
		if status != 0 || a.Payments != 2 || len(a.Chains) != 1 || a.Findings == nil || len(a.Findings) > 0 || a.Problems == nil || len(a.Problems) > 0 {
			t.Fatalf("ended with %d: %+v", status, a)
		}
		if c := a.Chains[0]; c.Node != "NODE" || c.Balance != "777.00" || c.Threshold != 2 || c.Owners != 3 {
			t.Errorf("the chain is %+v", c)
		}
	})
}
