package command

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"fleetpay/outputs"
	"fleetpay/rules"
	"fleetpay/sources/chain/anvil"
)

// The tests of this file pay through a 2-of-3 Safe on a real chain. They need
// anvil and the published contracts; see sources/chain/anvil.

// at runs fleetpay at an instant in dir and returns what it prints and how it
// ends.
func at(t *testing.T, when time.Time, dir string, args ...string) (stdout, stderr string, status int) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "fleetpay", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "SOURCE_DATE_EPOCH="+strconv.FormatInt(when.Unix(), 10))
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	_ = cmd.Run()
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}

// mustAt is at for what must succeed.
func mustAt(t *testing.T, when time.Time, dir string, args ...string) string {
	t.Helper()
	out, errs, status := at(t, when, dir, args...)
	if status != 0 {
		t.Fatalf("fleetpay %s ended with %d\n%s%s", strings.Join(args, " "), status, out, errs)
	}
	return out
}

// payer is a chain with the token, and the Safe that pays on it.
type payer struct {
	chain outputs.Chain
	node  *anvil.Node
	safe  *anvil.Safe
}

// newPayer starts a chain with a 2-of-3 Safe that holds units.
func newPayer(t *testing.T, name string, units int64) *payer {
	t.Helper()
	known, ok := outputs.LookupChain(name)
	if !ok {
		t.Fatalf("chain %s is unknown", name)
	}
	p := &payer{chain: known, node: anvil.Start(t, known.ID)}
	p.node.PlantToken(known.Token)
	p.safe = p.node.DeploySafe(3, 2)
	p.node.Mint(known.Token, p.safe.Address, units)
	return p
}

// batches are the Safe files of the latest export of a period.
func batches(t *testing.T, dir, period, chain string) [][]byte {
	t.Helper()
	exports, err := filepath.Glob(filepath.Join(dir, "closes", period+".exports", "*"))
	if err != nil || len(exports) == 0 {
		t.Fatalf("%s has no export (%v)", period, err)
	}
	names, err := filepath.Glob(filepath.Join(exports[len(exports)-1], "safe-"+chain+"-*.json"))
	if err != nil {
		t.Fatal(err)
	}
	var files [][]byte
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, data)
	}
	return files
}

// owed adds to the sums per chain and wallet what payouts.csv of a period pays,
// in base units.
func owed(t *testing.T, dir, period string, sums map[[2]string]*big.Int) {
	t.Helper()
	file, err := os.Open(filepath.Join(dir, "closes", period, outputs.PayoutsPath))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	_, rows, err := outputs.ReadPayouts(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range rows {
		if p.Status != rules.Payable {
			continue
		}
		key := [2]string{p.Chain, p.Wallet}
		if sums[key] == nil {
			sums[key] = new(big.Int)
		}
		sums[key].Add(sums[key], p.Payable.Decimal().Shift(6).BigInt())
	}
}

func TestEveryBatchOfTheDemoExecutesThroughASafeAndBalancesEqualThePayouts(t *testing.T) {
	t.Parallel()
	const plenty = 1_000_000_000_000 // a million dollars
	payers := map[string]*payer{}
	for _, name := range []string{"ethereum", "base", "arbitrum", "optimism", "polygon", "avalanche"} {
		payers[name] = newPayer(t, name, plenty)
	}
	dir := t.TempDir()
	now := time.Date(2026, time.May, 5, 9, 0, 0, 0, time.UTC)
	mustAt(t, now, dir, "demo", "demo")
	dir = filepath.Join(dir, "demo")
	useSafes(t, dir, payers)

	want := map[[2]string]*big.Int{}
	executed := 0
	for month := time.April; month <= time.September; month++ {
		period := fmt.Sprintf("2026-%02d", month)
		now = time.Date(2026, month+1, 5, 9, 0, 0, 0, time.UTC)
		mustAt(t, now, dir, "close", period, "--by", "demo")
		for _, who := range []string{"amira", "bo"} {
			mustAt(t, now, dir, "approve", period, "--as", who+"@demo-fleet.example", "--key", "keys/"+who)
		}
		owed(t, dir, period, want)
		urls := nodesOf(payers)
		mustAt(t, now, dir, append([]string{"payments", "export", period}, urls...)...)
		for _, name := range outputs.ChainNames() {
			p := payers[name]
			if p == nil {
				continue
			}
			p.node.Warp(now.Add(time.Hour))
			for _, file := range batches(t, dir, period, name) {
				if _, err := p.safe.Execute(file); err != nil {
					t.Fatalf("%s on %s: %v", period, name, err)
				}
				executed++
			}
			p.node.Warp(now.Add(2 * time.Hour))
			p.node.Finalize()
		}
		out := mustAt(t, now.Add(3*time.Hour), dir, append([]string{"settle", period}, urls...)...)
		if !strings.Contains(out, "is settled") {
			t.Errorf("settle %s says\n%s", period, out)
		}
	}
	for key, units := range want {
		p := payers[key[0]]
		if got := p.node.Balance(p.chain.Token, key[1]); got.Cmp(units) != 0 {
			t.Errorf("%s on %s has %s base units, and payouts.csv gives %s", key[1], key[0], got, units)
		}
	}
	for name, p := range payers {
		spent := new(big.Int)
		for key, units := range want {
			if key[0] == name {
				spent.Add(spent, units)
			}
		}
		if got := p.node.Balance(p.chain.Token, p.safe.Address); new(big.Int).Add(got, spent).Cmp(big.NewInt(plenty)) != 0 {
			t.Errorf("the Safe on %s has %s left of %d, and paid %s", name, got, int64(plenty), spent)
		}
	}
	if executed < 6 {
		t.Errorf("%d batches were executed; six months have at least one each", executed)
	}
	t.Logf("%d batches executed, %d wallets paid", executed, len(want))
	for month := time.April; month <= time.September; month++ {
		for _, s := range statesOf(t, now.Add(4*time.Hour), dir, fmt.Sprintf("2026-%02d", month)) {
			if s.State != "settled" {
				t.Errorf("payment %s of %s is %s: %s", s.PaymentID, s.Period, s.State, s.Why)
			}
		}
	}
}

// useSafes writes the Safes that were deployed into fleetpay.yaml.
func useSafes(t *testing.T, dir string, payers map[string]*payer) {
	t.Helper()
	path := filepath.Join(dir, "fleetpay.yaml")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, line := range strings.Split(string(data), "\n") {
		name, _, found := strings.Cut(strings.TrimSpace(line), ": 0x")
		if p := payers[name]; found && p != nil {
			line = "    " + name + ": " + outputs.ChecksumAddress(p.safe.Address)
		}
		lines = append(lines, line)
	}
	if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")), 0o666); err != nil {
		t.Fatal(err)
	}
}

// nodesOf gives --rpc for each chain, in the order of the chain table.
func nodesOf(payers map[string]*payer) []string {
	var args []string
	for _, name := range outputs.ChainNames() {
		if p := payers[name]; p != nil {
			args = append(args, "--rpc", p.node.URL())
		}
	}
	return args
}

// paymentState is what payments status --json says of a payment.
type paymentState struct {
	Period    string `json:"period"`
	PaymentID string `json:"payment_id"`
	PayeeID   string `json:"payee_id"`
	State     string `json:"state"`
	Why       string `json:"why"`
}

// statesOf asks where each payment of a period stands; there is at least one.
func statesOf(t *testing.T, when time.Time, dir, period string) []paymentState {
	t.Helper()
	var answer struct {
		Payments []paymentState `json:"payments"`
	}
	out := mustAt(t, when, dir, "payments", "status", period, "--json")
	if err := json.Unmarshal([]byte(out), &answer); err != nil {
		t.Fatalf("%v in\n%s", err, out)
	}
	if len(answer.Payments) == 0 {
		t.Fatalf("no payment of %s in\n%s", period, out)
	}
	return answer.Payments
}

func TestABlacklistedPayeeRevertsTheBatchAndThePreflightHadNamedIt(t *testing.T) {
	base := newPayer(t, "base", 10_000_000_000)
	dir := newWorkspace(t)
	signers := payFrom(t, dir, base)
	now := time.Date(2026, time.August, 5, 9, 0, 0, 0, time.UTC)
	rpc := []string{"--rpc", base.node.URL()}
	mustAt(t, now, dir, "close", "2026-07", "--by", "R. Finance")
	signers.approve(t, now, dir, "2026-07")
	const alder = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
	base.node.Blacklist(base.chain.Token, alder)

	out, _, status := at(t, now, dir, append([]string{"payments", "check", "2026-07"}, rpc...)...)
	if status != 3 || !strings.Contains(out, "operator alder") || !strings.Contains(out, "blacklist") {
		t.Fatalf("the check ended with %d and does not name alder:\n%s", status, out)
	}
	_, errs, status := at(t, now, dir, append([]string{"payments", "export", "2026-07"}, rpc...)...)
	if status != 3 || !strings.Contains(errs, "operator alder") {
		t.Fatalf("the export with a node ended with %d and\n%s", status, errs)
	}
	mustAt(t, now, dir, "payments", "export", "2026-07") // without a node nothing tells
	base.node.Warp(now.Add(time.Hour))
	for _, file := range batches(t, dir, "2026-07", "base") {
		if _, err := base.safe.Execute(file); err == nil || !strings.Contains(err.Error(), "GS013") {
			t.Fatalf("a batch with a blacklisted payee gave %v", err)
		}
	}
	mill := paidTo(t, dir, "2026-07", "mill")
	if got := base.node.Balance(base.chain.Token, mill); got.Sign() != 0 {
		t.Errorf("the batch reverted, and mill has %s", got)
	}

	// The chain does not show it, so that it may be given out again, but for the
	// payee who can't be paid. Its payment is returned and owed in August.
	base.node.Warp(now.Add(2 * time.Hour))
	base.node.Finalize()
	now = now.Add(3 * time.Hour)
	mustAt(t, now, dir, append([]string{"settle", "2026-07"}, rpc...)...)
	blocked := ""
	for _, s := range statesOf(t, now, dir, "2026-07") {
		if s.State != "missing" {
			t.Errorf("%s is %s: %s", s.PaymentID, s.State, s.Why)
		}
		if s.PayeeID == "alder" {
			blocked = s.PaymentID
		}
	}
	mustAt(t, now, dir, append([]string{"payments", "export", "2026-07", "--again", "--reason", "alder is blacklisted", "--without", blocked}, rpc...)...)
	base.node.Warp(now.Add(time.Hour))
	for _, file := range batches(t, dir, "2026-07", "base") {
		if _, err := base.safe.Execute(file); err != nil {
			t.Fatal(err)
		}
	}
	if got, want := base.node.Balance(base.chain.Token, mill), big.NewInt(70_000_000); got.Cmp(want) != 0 {
		t.Errorf("mill has %s, want %s", got, want)
	}
	base.node.Warp(now.Add(2 * time.Hour))
	base.node.Finalize()
	now = now.Add(3 * time.Hour)
	mustAt(t, now, dir, append([]string{"settle", "2026-07"}, rpc...)...)
	addReturn(t, dir, "RET-1", blocked, "2026-08", "the wallet is blacklisted by the token")
	now = time.Date(2026, time.September, 5, 9, 0, 0, 0, time.UTC)
	mustAt(t, now, dir, "close", "2026-08", "--by", "R. Finance")
	lines, err := os.ReadFile(filepath.Join(dir, "closes/2026-08", outputs.LinesPath))
	if err != nil || !strings.Contains(string(lines), ",return,return,"+blocked+",") {
		t.Errorf("August has no line that returns %s (%v):\n%s", blocked, err, lines)
	}
}

// paidTo finds the wallet that a period pays a payee to.
func paidTo(t *testing.T, dir, period, payee string) string {
	t.Helper()
	file, err := os.Open(filepath.Join(dir, "closes", period, outputs.PayoutsPath))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		if row[2] == payee {
			return row[12]
		}
	}
	t.Fatalf("%s is no payee of %s", payee, period)
	return ""
}

// addReturn writes a row of the returns dataset, and names the dataset as a
// source.
func addReturn(t *testing.T, dir, id, payment, period, reason string) {
	t.Helper()
	text := "return_id,payment_id,period,reason,approved_by\n" + strings.Join([]string{id, payment, period, reason, "R. Finance"}, ",") + "\n"
	if err := os.WriteFile(filepath.Join(dir, "data/returns.csv"), []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "fleetpay.yaml")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	named := strings.Replace(string(data), "sources:\n", "sources:\n  returns: {file: data/returns.csv}\n", 1)
	if err := os.WriteFile(path, []byte(named), 0o666); err != nil {
		t.Fatal(err)
	}
}
